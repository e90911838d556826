// A claim between its acts and the books: which windows it was for by which act, which of them it
// holds, and the life that it has. Who may hold what claim_admission.h decides.
#pragma once

#include <optional>
#include <vector>

#include "replay/dispute/claim_life.h"
#include "replay/dispute/standing.h"

namespace tally::replay {

// A claim, the windows that it holds, and its life.
struct ClaimCase {
  const Claim* claim = nullptr;
  std::vector<WindowCase*> windows;
  std::vector<WindowName> named;  // what it names by now, whether it holds it or not
  std::optional<Money> asked;     // the sum that it states, as amended
  bool limited = false;           // no more than that is due
  bool sum_limits = false;        // the terms say so of whatever sum is stated
  // What it was for, by its filing and by each amendment that counted.
  struct Form {
    ActStamp stamp;
    std::vector<WindowCase*> windows;
    std::optional<Money> asked;
  };
  std::vector<Form> forms;
  std::optional<ClaimLife> life;  // none: it holds nothing
  // Of one that an amendment left nothing: what it lived until then, with that amendment.
  std::optional<ClaimLife> emptied = {};
  // An act before which it was withdrawn already, as far as somebody asked.
  std::optional<ledger::EventAddress> gone_by = {};
  bool Is(ClaimState state) const { return life.has_value() && life->state == state; }
  bool HoldsWindow(const WindowCase& window) const;
  // The terms of then give credits of its windows in no other currency, whatever they come to.
  bool IsInCurrency(const Money& sum, Instant by) const;
  // The form by which it first held a window; the filing while it holds none.
  size_t FiledAs() const {
    size_t first = 0;
    while (first < forms.size() && forms[first].windows.empty()) ++first;
    return first < forms.size() ? first : 0;
  }
  const ActStamp& Filed() const { return forms.empty() ? claim->stamp : forms[FiledAs()].stamp; }
  // What ended it; nullptr: it is not settled.
  const Settlement* Settled() const;
};

// The sum that the claim's windows stand for; nullopt when currencies differ or nothing is due.
std::optional<Money> DueOf(const ClaimCase& taken);

}  // namespace tally::replay
