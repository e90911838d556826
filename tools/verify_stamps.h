// The time stamps that a ledger or pack shows, under the authorities that a caller trusts: what
// they prove of when the log stood as it does, and which of them prove nothing.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "schema/stamp.h"
#include "tools/verdict.h"
#include "tools/verify_trust.h"

namespace tally::tools {

// What an authority stamps: the checkpoint's text, without signatures.
std::string StampedText(const ledger::Ledger& ledger, uint64_t size, const Hash& root);

struct JudgedStamp {
  ledger::EventAddress at;
  Instant recorded;
  Stamp stamp;
  Instant by;         // what is below its size was there by then: its time and the accuracy of that
  std::string wrong;  // why it proves nothing under these authorities; "": it holds
};
// All of them, in the order of the log; those whose bodies are withheld are left out.
// `authorities`: PEM of certificates.
absl::StatusOr<std::vector<JudgedStamp>> JudgeStamps(const ledger::Ledger& ledger,
                                                     absl::string_view authorities);

// Holds the stamps against --tsa-ca, without which they are only counted. That none of them holds
// is a finding: who names an authority wants its word.
absl::Status CompareStamps(const Trust& trust, const ledger::Ledger& ledger, Verdict& verdict);

}  // namespace tally::tools
