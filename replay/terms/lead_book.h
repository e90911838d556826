// What became of each lead (M16, GC-48): delivered, accepted or rejected, handed over.
//
// A lead is delivered once: its first delivery by a feed of "delivered by" gives class, units,
// value and time, and later ones change nothing. Then, of the words of "decided by" and "reviewed
// by" in their order of time:
//   - a rejection counts unless the lead was accepted before; too late, or without a reason, it is
//     what the terms say: a rejection, or the acceptance of the lead
//   - an acceptance by "decided by" counts always: it also takes back a rejection
//   - an acceptance by "reviewed by" counts only after a rejection, which it overturns
//   - a lead without any such word is what the choice "undecided" says
// A lead is accepted when that was said; without a word, when the time for a rejection was over (a
// rejection at that very instant is in time), or at delivery where no such time is set.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/terms/counting.h"

namespace tally::replay {

struct Lead {
  const LeadEvent* delivery = nullptr;
  Instant delivered;
  std::vector<const Item*> words;  // acceptances, rejections and hand-overs, in their order
  std::vector<Cause> causes;
};

class LeadBook {
 public:
  // Leads of the classes that count, by name. Calendars outlive the book.
  static LeadBook Of(const CountQuestion& question);
  const std::map<std::string, Lead, std::less<>>& leads() const { return leads_; }

 private:
  std::map<std::string, Lead, std::less<>> leads_;
};

struct Acceptance {
  bool accepted = false;
  Instant at;               // when it was; unspecified unless accepted
  bool overturned = false;  // after a rejection that counted
};
// By the choices that are asked for where "counted" is "accepted".
absl::StatusOr<Acceptance> AcceptanceOf(const CountQuestion& question, const Lead& lead);

}  // namespace tally::replay
