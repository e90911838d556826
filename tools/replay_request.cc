#include "tools/replay_request.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "ledger/chain/digest.h"
#include "schema/status.h"
#include "tools/axes.h"
#include "tools/doors.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

absl::StatusOr<ledger::EventAddress> ParseAddress(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  ledger::EventAddress address;
  if (parts.size() > 2 || !absl::SimpleAtoi(parts[0], &address.index) ||
      (parts.size() == 2 && !absl::SimpleAtoi(parts[1], &address.offset))) {
    return Refuse("usage", absl::StrCat("'", text, "' is no event"), "write INDEX or INDEX/OFFSET");
  }
  return address;
}

absl::Status TakeReading(const Invocation& call, const ledger::Ledger& ledger,
                         replay::ReplayRequest& request) {
  std::vector<std::string> differs;
  if (std::optional<std::string> path = call.arguments.Value("terms"); path.has_value()) {
    TALLY_ASSIGN_OR_RETURN(const CompiledTerms compiled,
                           DoorsOf(call).read_terms_file(call, *path, &ledger));
    request.terms = compiled.terms;
    // By content, so that a file's place on one machine is in no digest.
    const std::string hash = ledger::HashOfTerms(Encode(compiled.terms)).ToHex();
    differs.push_back(absl::StrCat("terms ", hash.substr(0, 16)));
  }
  for (const std::string& text : call.arguments.Values("without")) {
    TALLY_ASSIGN_OR_RETURN(const ledger::EventAddress address, ParseAddress(text));
    const absl::StatusOr<ledger::VerifiedRecord> record = ledger.ReadRecord(address.index);
    if (!record.ok()) return Translate(Doing::kReading, record.status());
    if (address.offset >= record->events().size()) {
      return Refuse("not-found",
                    absl::StrCat("record ", address.index, " holds ", record->events().size(),
                                 " events, none at offset ", address.offset));
    }
    request.without.push_back(address);
    differs.push_back(absl::StrCat("without ", address.ToText()));
  }
  const std::string name = call.arguments.Value("reading").value_or("");
  if (!differs.empty()) {
    if (name == "agreed") {
      return Refuse("usage", "a reading that differs is not the agreed one",
                    "give it another name with --reading");
    }
    request.reading = name.empty() ? absl::StrJoin(differs, ", ") : name;
  } else if (!name.empty() && name != "agreed") {
    return Refuse("usage", "--reading names another reading than the agreed one",
                  "say how it differs with --terms FILE or --without INDEX/OFFSET");
  }
  return absl::OkStatus();
}

// One word of a POSIX shell: plain as it is, anything else in quotes within which it is itself.
std::string ShellWord(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("-_./:,+=", c);
  });
  if (plain) return word;
  const bool apostrophe = absl::StrContains(word, "'");
  if (apostrophe && word.find_first_of("\"$`\\!") == std::string::npos) {
    return absl::StrCat("\"", word, "\"");
  }
  return absl::StrCat("'", absl::StrReplaceAll(word, {{"'", "'\\''"}}), "'");
}

absl::Status TakeQuestion(const Invocation& call, replay::ReplayRequest& request) {
  request.agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(request.period, PeriodOf(call));
  request.objective = call.arguments.Value("objective");
  const uint64_t jobs = call.arguments.Number("jobs").value_or(1);
  if (jobs < 1 || jobs > 256) return Refuse("usage", "--jobs takes 1 to 256");
  request.threads = static_cast<int>(jobs);
  return absl::OkStatus();
}

}  // namespace

std::vector<OptionSpec> ReadingOptions() {
  return {
      {.name = "terms",
       .type = ValueType::kFile,
       .value_name = "FILE",
       .summary = "another reading: these terms instead of the agreed ones"},
      {.name = "without",
       .type = ValueType::kText,
       .value_name = "INDEX/OFFSET",
       .summary = "another reading: leave this event out",
       .repeatable = true},
      {.name = "reading",
       .type = ValueType::kText,
       .value_name = "NAME",
       .summary = "how to call the other reading"},
  };
}

std::vector<OptionSpec> QuestionOptions() {
  return {
      {.name = "period",
       .type = ValueType::kText,
       .value_name = "P",
       .summary =
           "2026-02, 2026-Q1, 2026 or FROM/TO, times or local days, TO exclusive (default: all)"},
      {.name = "objective",
       .type = ValueType::kText,
       .value_name = "O",
       .summary = "only this objective"},
      {.name = "jobs",
       .type = ValueType::kNumber,
       .value_name = "N",
       .summary = "threads; the result is the same for any number (default 1)"},
  };
}

absl::StatusOr<replay::ReplayRequest> ReplayRequestOf(const Invocation& call,
                                                      const ledger::Ledger& ledger) {
  replay::ReplayRequest request;
  TALLY_RETURN_IF_ERROR(TakeQuestion(call, request));
  TALLY_ASSIGN_OR_RETURN(request.axes, AxesOf(call));
  TALLY_RETURN_IF_ERROR(TakeReading(call, ledger, request));
  return request;
}

absl::StatusOr<replay::ReplayRequest> ReplayRequestFrom(const Invocation& call,
                                                        const ledger::Ledger& ledger,
                                                        absl::string_view text) {
  Command side;
  side.name = "axes";
  side.needs_ledger = false;
  side.options = AxesOptions();
  for (OptionSpec& option : ReadingOptions()) side.options.push_back(std::move(option));
  const std::vector<Command> table = {side};
  TALLY_ASSIGN_OR_RETURN(std::vector<std::string> words, WordsOf(text));
  words.insert(words.begin(), side.name);
  const absl::StatusOr<ParsedLine> parsed = ParseCommandLine(table, words);
  if (!parsed.ok()) {
    const Fault fault = FaultOf(parsed.status());
    const bool near = absl::StrContains(fault.hint, "did you mean");
    return Refuse(fault.code,
                  absl::StrReplaceAll(fault.message, {{"in `axes`", "in --left and --right"}}),
                  near ? fault.hint
                       : "they take the options of `tally replay` that say what is known and how "
                         "it is read; --period and --objective hold for both and stand outside");
  }
  const ParsedLine& line = *parsed;
  if (line.help || line.arguments.Has("json") || line.arguments.Has("quiet")) {
    return Refuse("usage", absl::StrCat("'", text, "' names more than axes and a reading"));
  }
  const Invocation inner{call.world, table, table.front(), line.arguments, call.console};
  replay::ReplayRequest request;
  TALLY_RETURN_IF_ERROR(TakeQuestion(call, request));
  TALLY_ASSIGN_OR_RETURN(request.axes, AxesOf(inner));
  TALLY_RETURN_IF_ERROR(TakeReading(inner, ledger, request));
  return request;
}

std::string SameQuestion(const Invocation& call, uint64_t size) {
  std::string text = ShellWord(call.arguments.At(0));
  for (const char* option : {"period", "objective", "as-recorded", "at-size", "as-reported",
                             "engine", "terms", "without", "reading"}) {
    for (const std::string& value : call.arguments.Values(option)) {
      absl::StrAppend(&text, " --", option, " ", ShellWord(value));
    }
  }
  const bool bounded = call.arguments.Has("as-recorded") || call.arguments.Has("at-size");
  if (!bounded) absl::StrAppend(&text, " --at-size ", size);
  return text;
}

absl::StatusOr<std::vector<std::string>> WordsOf(absl::string_view text) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        *word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      if (!word.has_value()) word.emplace();
    } else if (c == ' ' || c == '\t') {
      if (word.has_value()) words.push_back(*std::exchange(word, std::nullopt));
    } else {
      if (!word.has_value()) word.emplace();
      *word += c;
    }
  }
  if (quote != 0) return Refuse("usage", absl::StrCat("a quote in '", text, "' has no end"));
  if (word.has_value()) words.push_back(*word);
  return words;
}

}  // namespace tally::tools
