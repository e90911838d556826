// Which claim, answer or settlement a command means when people name none, and what all commands of
// a dispute ask first.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "replay/replay.h"
#include "schema/number.h"
#include "tools/acts.h"
#include "tools/command.h"

namespace tally::tools {

// The amount of an option; nullopt when it is absent. Fault usage says how an amount is written.
absl::StatusOr<std::optional<Money>> AmountOf(const Invocation& call, absl::string_view option);

// The replay of an agreement at the end of the ledger and as of now, over --period and --objective
// if given.
absl::StatusOr<replay::Result> ReplayFor(const Invocation& call, const ledger::Ledger& ledger,
                                         const std::string& agreement);

// Claims that a short form can mean by their states: those that stand, and of several those that
// still wait for an answer.
bool Stands(const replay::ClaimResult& claim);
bool Waits(const replay::ClaimResult& claim);
// Nothing of a claim in the state of that name is left open.
bool IsDecidedState(const std::string& state);

// Between whom a window's credit stands: it enters the books as owed to its obligee, the creditor;
// nullopt where nothing ever stood.
struct BookSides {
  std::string creditor, debtor;
};
std::optional<BookSides> SidesIn(const replay::Result& result, const WindowName& window);
// What stands in these accounts of the books for the credits of `windows`; nullopt where nothing
// ever stood there; below zero: owed back. Sums that rules gave beside them are no credits.
std::optional<Money> StandingIn(const replay::Result& result,
                                const std::vector<WindowName>& windows,
                                const std::vector<std::string>& accounts);
// The sum that the claimant names, as amended; nullopt: the computed one is claimed.
std::optional<Money> SumClaimed(const std::vector<RecordedAct>& acts, const replay::Result& result,
                                const replay::ClaimResult& claim);
// What is to be paid for a claim by now.
struct ClaimDues {
  // What nobody paid of what was decided of it, and of what rulings awarded to the claimant beside;
  // while it is not decided what is approved by then, else what is computed; nullopt: nothing is.
  std::optional<Money> owed;
  std::optional<Money> approved;  // of the credits, and not paid: it can be paid on account
  std::optional<Money> open;      // of the credits, disputed or not
  bool decided = false;           // nothing of it is left open
  bool partial = false;           // ruled in part: the books do not hold what is left open
};
// `claimant` is the name of its author.
ClaimDues DuesOf(const replay::Result& result, const replay::ClaimResult& claim,
                 const std::string& claimant);
absl::StatusOr<ClaimDues> DuesFor(const Invocation& call, const ledger::Ledger& ledger,
                                  const RecordedAct& claim);
// The same, what is owed.
absl::StatusOr<std::optional<Money>> OwedFor(const Invocation& call, const ledger::Ledger& ledger,
                                             const RecordedAct& claim);
// "availability 2026-02-01T00:00:00Z/2026-03-01T00:00:00Z".
std::string ClaimedWindowText(const WindowName& name);
// Where duties run both ways nobody claims what he owes himself: with it the claim would be void.
// Leaves such windows out and says so, unless there are no others.
absl::Status LeaveOutOwn(const Invocation& call, const ledger::Ledger& ledger,
                         const replay::Result& result, std::vector<WindowName>& windows);
// Fault usage for an amount in another currency than that of what the claim is for.
absl::Status CheckCurrency(const std::optional<Money>& given, absl::string_view option,
                           const std::optional<Money>& due);

// The act of `kind` that the second operand names; without one the only act that has an effect. A
// stray claim, or one by a stranger, must not force everybody to spell out which is meant.
absl::StatusOr<RecordedAct> PickEffective(const Invocation& call, const ledger::Ledger& ledger,
                                          const std::vector<RecordedAct>& acts, BodyKind kind,
                                          bool (*wanted)(const replay::ClaimResult&));

// A session, the claim that is meant, and the acts that stand beside it.
struct ClaimAtHand {
  std::unique_ptr<AppendSession> session;
  std::vector<RecordedAct> acts;
  RecordedAct claim;
};
absl::StatusOr<ClaimAtHand> OpenClaim(const Invocation& call);
// Signs and appends an act that answers the claim; the exit status.
absl::StatusOr<int> SayOnClaim(const Invocation& call, ClaimAtHand& at_hand, BodyKind kind,
                               Bytes body);
// --reason, or "".
std::string ReasonOf(const Invocation& call);

// What many commands ask in the same words.
OptionSpec TextOption(std::string name, std::string value, std::string summary,
                      bool required = false);
OptionSpec TimeOption(std::string name, std::string summary, bool required);
OperandSpec AgreementOperand();
OperandSpec ClaimOperand();

// A command by which one act of a dispute is said: its own options, then those of every act.
Command DisputeAct(std::string name, std::string summary, std::vector<OperandSpec> operands,
                   std::vector<OptionSpec> own_options,
                   absl::StatusOr<int> (*run)(const Invocation&));

}  // namespace tally::tools
