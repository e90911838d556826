// What a replay is asked, from options: axes, another reading, period. A command that takes two
// replays (compare) gives each as one text of the same options.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/ledger.h"
#include "replay/replay.h"
#include "tools/command.h"

namespace tally::tools {

// --terms, --without, --reading: how another reading differs from the agreed one.
std::vector<OptionSpec> ReadingOptions();
// --period, --objective, --jobs: what is asked for.
std::vector<OptionSpec> QuestionOptions();

// The agreement is the first operand. Options that the command does not have are absent. A reading
// without a name is called by what makes it another one.
absl::StatusOr<replay::ReplayRequest> ReplayRequestOf(const Invocation& call,
                                                      const ledger::Ledger& ledger);
// The same with axes and reading from `text`, such as "--at-size 12 --terms mine.yaml"; words stand
// between blanks or in quotes. Period, objective and jobs are those of the call.
absl::StatusOr<replay::ReplayRequest> ReplayRequestFrom(const Invocation& call,
                                                        const ledger::Ledger& ledger,
                                                        absl::string_view text);

// What asks the same again of the same ledger, however much is recorded later, as words of a shell:
// "web-shop --period 2026-02 --at-size 12". Period, objective, axes and reading as asked; `size`
// is what the answer rests on, and stands where the call says nothing of it.
std::string SameQuestion(const Invocation& call, uint64_t size);

// InvalidArgument for a quote without its end.
absl::StatusOr<std::vector<std::string>> WordsOf(absl::string_view text);

}  // namespace tally::tools
