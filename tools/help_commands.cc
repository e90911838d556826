// help, completion, version, bench: commands that need no ledger.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/replay.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/help.h"
#include "tools/version.h"

namespace tally::tools {
namespace {

absl::StatusOr<int> RunHelp(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const std::string text,
                         HelpText(call.table, absl::StrJoin(call.arguments.operands(), " ")));
  call.console.Verbatim(text);
  return kExitDone;
}

absl::StatusOr<int> RunCompletion(const Invocation& call) {
  const std::string shell = call.arguments.At(0);
  if (shell == "bash") {
    call.console.Verbatim(CompletionScript(call.table, Shell::kBash));
  } else if (shell == "zsh") {
    call.console.Verbatim(CompletionScript(call.table, Shell::kZsh));
  } else if (shell == "fish") {
    call.console.Verbatim(CompletionScript(call.table, Shell::kFish));
  } else {
    return Refuse("usage", absl::StrCat("there is no completion for \"", shell, "\""),
                  "use bash, zsh or fish");
  }
  return kExitDone;
}

// Formats that this build reads and writes, newest first.
constexpr absl::string_view kFormats[] = {
    "tally.record/1",  "tally.batch-file/1", "tally.identity/1", "tally.proof/1",
    "tally.receipt/1", "tally.verify/1",     "tally.replay/1",   "tally.error/1",
};

absl::StatusOr<int> RunVersion(const Invocation& call) {
  call.console.Line(absl::StrCat("tally ", VersionText(), " (", CommitText().substr(0, 12),
                                 "), engine ", replay::kEngineVersion));
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.version/1")
      .Field("version", VersionText())
      .Field("commit", CommitText())
      .Field("engine", replay::kEngineVersion)
      .Field("license", "Apache-2.0");
  for (const char* key : {"reads", "writes"}) {
    json.Key(key).BeginArray();
    for (const absl::string_view format : kFormats) json.String(format);
    json.EndArray();
  }
  json.EndObject();
  call.console.Json(json);
  return kExitDone;
}

// The benchmarks are a program of their own, so that this one does not carry their library.
absl::StatusOr<int> RunBench(const Invocation& call) {
  const std::filesystem::path program =
      std::filesystem::path(call.world.program_path).parent_path() / "tally-bench";
  std::vector<std::string> words = call.arguments.operands();
  words.insert(words.begin(), program.string());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  call.world.out->flush();
  ::execv(program.c_str(), pointers.data());
  return Refuse("unavailable",
                absl::StrCat("tally-bench cannot be started: ", std::strerror(errno)),
                absl::StrCat("it belongs beside this program, at ", program.string()));
}

}  // namespace

std::vector<Command> HelpCommands() {
  Command bench{
      .name = "bench", .summary = "run the benchmarks", .needs_ledger = false, .run = RunBench};
  bench.operands = {{"ARGUMENT", "passed on to tally-bench; put -- before options", Arity::kAny}};
  Command completion{.name = "completion",
                     .summary = "print a completion script",
                     .needs_ledger = false,
                     .run = RunCompletion};
  completion.operands = {{"SHELL", "bash, zsh or fish"}};
  completion.examples = {"source <(tally completion bash)"};
  Command help{.name = "help",
               .summary = "explain a command, or `errors`",
               .needs_ledger = false,
               .run = RunHelp};
  help.operands = {{"COMMAND", "one or two words; none: list all commands", Arity::kAny}};
  Command version{.name = "version",
                  .summary = "show version, commit and formats",
                  .needs_ledger = false,
                  .run = RunVersion};
  return {std::move(bench), std::move(completion), std::move(help), std::move(version)};
}

}  // namespace tally::tools
