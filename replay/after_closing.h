// What is said of a window after it was closed, and what that does to its evidence: rulings on it,
// and restatements of it. A closed figure is changed by nothing else than these, later terms that
// reach back, and decisions about time (DOMAIN 3.17 rule 31).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "replay/evaluation.h"

namespace tally::replay {

// Sets what rulings and restatements say of the window, and whether that opened it again. Closing
// and plan are set before.
absl::Status HearSinceClosing(const CaseFile& file, EvaluatedWindow& window);

// Evaluates the window by `evaluate` until every restatement that counts gives what its text
// states. Each is judged as of the instant since which it counts, in the order of these: if by what
// was said until then the records that it cites give another verdict, value or credit, it has no
// effect, whatever is decided later, because the text is what both signed. Replays that are not of
// the whole record judge none. Without its history `changes` is left empty.
using WindowEvaluation =
    std::function<absl::StatusOr<EvaluatedWindow>(const PlannedWindow&, const HeardActs&)>;
absl::StatusOr<EvaluatedWindow> EvaluateUndisproved(const CaseFile& file, const PlannedWindow& plan,
                                                    const WindowEvaluation& evaluate,
                                                    bool with_history);

// Up to which record evidence counts for a window that is closed: what the closing could know,
// unless an accepted restatement or a ruling that opens it again says otherwise. Leaves the scope
// of terms that always restate alone. Returns the instant by which the window is measured: that of
// whoever says up to which record, so that what was still open there stays open however much time
// passes; `status`, the instant of the replay, where nothing is limited, and never after it.
Instant LimitToClosing(const EvaluatedWindow& window, Instant status, EvidenceScope& scope);

// What stands in the closed figure's place: the newest of each kind, and every restatement. In the
// order of time; none for a window without a closing in force.
std::vector<ClosedChange> ChangesSinceClosing(const EvaluatedWindow& window);

// Confirmations and agreements on the window that one side began before another figure stood than
// when the other side joined, by what was known then. Nothing that is said later gives them effect.
// The window's plan and closing are set, and what is disproved of its restatements; no figure takes
// part.
absl::StatusOr<std::set<ledger::EventAddress>> OvertakenOn(const CaseFile& file,
                                                           const EvaluatedWindow& window);

// The rulings that set its value, order how it is computed or open it again, ascending.
std::vector<ledger::EventAddress> RulingsOn(const EvaluatedWindow& window);

// How these acts are told: steps of the derivation, what has no effect or cannot be reproduced, and
// answers that are awaited. `figures` are those computed now; absent where rules over windows made
// something else of them since, of which what was signed says nothing.
std::vector<DerivationLine> LinesSinceClosing(const EvaluatedWindow& window);
std::vector<Finding> FindingsSinceClosing(const EvaluatedWindow& window,
                                          const std::optional<Hash>& figures);
std::vector<Deadline> DeadlinesSinceClosing(const EvaluatedWindow& window);

// Costs and sums that rulings award beside claims.
void PostAwards(const CaseFile& file, Journal& journal);

}  // namespace tally::replay
