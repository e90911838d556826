// Statements and closings prove themselves: each says from which ledger (size, root), at which
// knowledge instant and under which terms it was computed, so anybody can compute it again.
//
// What the nightly job signed is held to that here, statement by statement, in one passage through
// the ledger: each record is read and verified once, the folds go on from the size of one statement
// to that of the next (feed_trail.h, kept_streams.h), and are evaluated at each. Statements of one
// run, which cite one size and instant, share an evaluation.
//
// A figure that does not come out names the statement, and the first event at which the ledger
// parts from what was stated: the ledger one event shorter still gives it. That event is searched
// for among the records that can matter: each of few, of many by halving, so n of them are replayed
// O(log n) times, each from the first record.
//
// What is not computed again, or only in an older form of results, is noted by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "replay/replay.h"

namespace tally::replay {

struct StatementFault {
  ledger::EventAddress at;  // of the statement or closing
  std::string what;         // "statement", "closing"
  std::string objective;
  Interval window;
  std::string field;             // "root", "size", "terms", "figures", "result", "verdict", ...
  std::string stated, computed;  // computed "": nothing could be
  // The first event that takes the stated figures away; none if no shorter ledger gives them.
  std::optional<ledger::EventAddress> parts_at;
  bool searched = false;  // for it
};
struct StatementAudit {
  uint64_t statements = 0, closings = 0;  // computed again
  std::vector<StatementFault> faults;     // in log order
  std::vector<std::string> notes;         // what was not computed again, and why
};

// Which windows are audited. Where that is not all of them, as in a pack of one month, the digests
// of whole results are not compared: they are of more than there is.
struct AuditScope {
  std::optional<Period> period = {};
  std::optional<std::string> objective = {};
  bool IsAll() const { return !period.has_value() && !objective.has_value(); }
};

// All statements and closings of one agreement, or those of the windows of `scope`.
// `checked_beforehand` as ledger::ReadOptions: only after an Audit of this ledger. DataLoss: the
// ledger does not verify; NotFound: no such agreement. Pure.
absl::StatusOr<StatementAudit> AuditStatements(const ledger::Ledger& ledger,
                                               absl::string_view agreement, bool checked_beforehand,
                                               const AuditScope& scope = {});

}  // namespace tally::replay
