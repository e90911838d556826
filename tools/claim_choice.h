// Which claim, answer or settlement a command means when people name none, and what all commands of
// a dispute ask first.
#pragma once

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

// The replay of an agreement at the end of the ledger, over --period and --objective if given.
absl::StatusOr<replay::Result> ReplayFor(const Invocation& call, const ledger::Ledger& ledger,
                                         const std::string& agreement);

// Claims that a short form can mean by their states: those that stand, and of several those that
// still wait for an answer.
bool Stands(const replay::ClaimResult& claim);
bool Waits(const replay::ClaimResult& claim);

// The act of `kind` that the second operand names; without one the only act that has an effect. A
// stray claim, or one by a stranger, must not force everybody to spell out which is meant.
absl::StatusOr<RecordedAct> PickEffective(const Invocation& call, const ledger::Ledger& ledger,
                                          const std::vector<RecordedAct>& acts, BodyKind kind,
                                          bool (*wanted)(const replay::ClaimResult&));

// A command by which one act of a dispute is said: its own options, then those of every act.
Command DisputeAct(std::string name, std::string summary, std::vector<OperandSpec> operands,
                   std::vector<OptionSpec> own_options,
                   absl::StatusOr<int> (*run)(const Invocation&));

}  // namespace tally::tools
