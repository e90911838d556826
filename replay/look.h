// One look at an agreement: a replay on axes that are resolved, with all that may be supposed about
// it, and whom each window's money is between. What compare.h and contested.h put beside each
// other are looks; what a look supposes is in no ledger and goes into none.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/answer.h"
#include "replay/case_file.h"
#include "replay/replay.h"

namespace tally::replay {

struct LookRequest {
  CaseRequest wanted;
  Question question;
};
// `request` with its axes resolved. InvalidArgument and NotFound as Replay.
absl::StatusOr<LookRequest> LookRequestOf(const ledger::Ledger& ledger,
                                          const ReplayRequest& request);

// The request that asks for all windows of `agreement`.
absl::StatusOr<LookRequest> LookRequestOf(const ledger::Ledger& ledger,
                                          const std::string& agreement, const Axes& axes);

// A case and the answer about it, whose windows point into the case's terms.
struct AnsweredCase {
  std::unique_ptr<CaseFile> file;
  Answered answered;
};
// Fails as Replay does.
absl::StatusOr<AnsweredCase> AnswerCase(const ledger::Ledger& ledger, const LookRequest& request);

// Names of the parties of a window's objective.
struct Sides {
  std::string obligor, obligee;
};
Sides SidesOf(const CaseFile& file, const PlannedWindow& window);

// What each party is owed, or owes (negative), in minor units. What is owed one way and what is
// owed the other way are never one sum.
using Purse = std::map<std::pair<std::string, Currency>, int64_t>;
// Enters a credit for both sides of its window. OutOfRange when a sum leaves 64 bits.
absl::Status AddCredit(const Sides& sides, const Money& credit, Purse& purse);

struct Look {
  Result result;
  std::vector<Sides> sides;       // one for each of result.windows
  std::vector<uint64_t> streams;  // that it read, but for the system's: the agreement, then feeds
};
// Fails as Replay does.
absl::StatusOr<Look> LookAt(const ledger::Ledger& ledger, const LookRequest& request);
// nullopt while there is nothing to look at: no agreement, no terms in force, no zone rules yet.
absl::StatusOr<std::optional<Look>> LookIfAny(const ledger::Ledger& ledger,
                                              const LookRequest& request);

WindowName NameOfWindow(const WindowResult& window);
// What people argue about: verdict, value and credit, on one line without its end.
std::string FigureLine(const WindowResult& window);
// How it stands and what it was counted from: status, times, coverage.
std::string StandingLine(const WindowResult& window);
// Claims and rights, a line each, in the order of the result.
std::vector<std::string> ActLinesOf(const Result& result);

}  // namespace tally::replay
