// log and show: what the ledger holds, verified on the way out.
#include <chrono>
#include <deque>
#include <ostream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/pack/pack_ledger.h"
#include "schema/canonical.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/event_text.h"
#include "tools/fault.h"
#include "tools/line_signer.h"
#include "tools/session.h"
#include "tools/system_world.h"

namespace tally::tools {
namespace {

constexpr int kFollowStepMs = 500;
constexpr size_t kBodyTextMax = 100;  // columns of a body in a list for people

// What `log` lets through.
struct Filter {
  std::optional<uint64_t> stream;
  std::optional<Instant> since;
  std::optional<Instant> until;
  std::optional<BodyKind> kind;
  std::optional<StreamId> author;
};

absl::StatusOr<Filter> ReadFilter(const Invocation& call, const ledger::Ledger& ledger) {
  Filter filter;
  if (!call.arguments.operands().empty()) {
    TALLY_ASSIGN_OR_RETURN(const StreamName name, ParseStreamName(call.arguments.At(0)));
    TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream, FindStream(ledger, name));
    filter.stream = stream.opening_index;
  }
  filter.since = call.arguments.Time("since");
  filter.until = call.arguments.Time("until");
  if (const auto kind = call.arguments.Value("kind"); kind.has_value()) {
    const KindRow* row = FindKindByName(*kind);
    if (row == nullptr) {
      return Refuse("not-found", absl::StrCat("there is no kind of event \"", *kind, "\""),
                    "write a name such as \"state reported\"");
    }
    filter.kind = row->kind;
  }
  if (const auto author = call.arguments.Value("author"); author.has_value()) {
    filter.author = StreamId{};
    if (*author != "operator") {
      const ledger::PartyEntry* party = ledger.keyring().FindParty(absl::string_view(*author));
      if (party == nullptr) {
        return Refuse("not-found", absl::StrCat("the ledger has no party \"", *author, "\""),
                      "`tally party list` names those that it has");
      }
      filter.author = party->id;
    }
  }
  return filter;
}

bool Passes(const Filter& filter, const ledger::VerifiedRecord& record,
            const ledger::VerifiedEvent& event, const ledger::StreamState& stream) {
  if (filter.since.has_value() && record.recorded() < *filter.since) return false;
  if (filter.until.has_value() && record.recorded() >= *filter.until) return false;
  if (filter.kind.has_value() && event.header.kind != *filter.kind) return false;
  return !filter.author.has_value() || AuthorOf(stream, event.header) == *filter.author;
}

// One event made ready to print, so that the last n can be kept and printed backwards.
struct LogLine {
  std::vector<std::string> cells;
  std::string json;
};

std::string Shortened(std::string text) {
  if (text.size() <= kBodyTextMax) return text;
  text.resize(kBodyTextMax);
  while (!text.empty() && (static_cast<uint8_t>(text.back()) & 0xc0) == 0x80) text.pop_back();
  if (!text.empty() && static_cast<uint8_t>(text.back()) >= 0xc0) text.pop_back();
  return text + "...";
}

// Looks up what records name by number: streams once, sources as they are registered. Reading in
// log order meets a registration before whatever it is for.
class Names {
 public:
  explicit Names(const ledger::Ledger& ledger) : ledger_(ledger) {}
  absl::StatusOr<ledger::StreamState> StreamAt(uint64_t opening) {
    const auto known = streams_.find(opening);
    if (known != streams_.end()) return known->second;
    TALLY_ASSIGN_OR_RETURN(ledger::StreamState state, ledger_.StreamAt(opening));
    streams_.emplace(opening, state);
    return state;
  }
  void Learn(uint64_t opening, const ledger::VerifiedEvent& event) {
    if (event.header.kind != BodyKind::kSourceRegistered || event.erased) return;
    const absl::StatusOr<SourceRegistered> source = DecodeSourceRegistered(event.body);
    if (source.ok()) sources_[{opening, source->source}] = source->name;
  }
  // "" for a number that was not registered where reading began.
  std::string SourceOf(uint64_t opening, uint32_t number) const {
    const auto known = sources_.find({opening, number});
    return known == sources_.end() ? std::string() : known->second;
  }

 private:
  const ledger::Ledger& ledger_;
  std::map<uint64_t, ledger::StreamState> streams_;
  std::map<std::pair<uint64_t, uint32_t>, std::string> sources_;
};

std::string SourceText(uint32_t number, const std::string& name) {
  if (number == 0) return "-";
  return name.empty() ? absl::StrCat(number) : absl::StrCat(name, " (", number, ")");
}

LogLine LineOf(const Invocation& call, const ledger::Ledger& ledger,
               const ledger::VerifiedRecord& record, const ledger::VerifiedEvent& event,
               const ledger::StreamState& stream, const std::string& source) {
  LogLine line;
  if (call.console.json()) {
    JsonWriter json;
    WriteEvent(json, ledger, record, event, stream, source);
    line.json = json.Take();
    return line;
  }
  const std::string body =
      event.erased ? std::string("erased") : BodyToJson(event.header.kind, event.body);
  line.cells = {
      event.address.ToText(),
      FormatInstant(record.recorded()),
      StreamText(stream),
      AuthorText(ledger, AuthorOf(stream, event.header)),
      KindText(event.header.kind),
      SourceText(event.header.source, source),
      event.header.position > 0 ? FormatInstant(event.header.observed_from) : std::string("-"),
      Shortened(body)};
  return line;
}

// Gives every event that passes, from record `first` on, to `take` until that says enough.
absl::Status ReadLog(const Invocation& call, const ledger::Ledger& ledger, const Filter& filter,
                     uint64_t first, const std::function<bool(LogLine)>& take) {
  ledger::ReadOptions options;
  options.first = first;
  options.stream = filter.stream;
  TALLY_ASSIGN_OR_RETURN(const auto cursor, ledger.Read(options));
  Names names(ledger);
  Progress progress(call.world, call.console, "read", ledger.head().size);
  while (true) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<ledger::VerifiedRecord> record, cursor->Next());
    if (!record.has_value()) return absl::OkStatus();
    if (call.world.interrupted && call.world.interrupted()) return Refuse("interrupted", "stopped");
    TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream, names.StreamAt(record->stream()));
    for (const ledger::VerifiedEvent& event : record->events()) {
      names.Learn(record->stream(), event);
      if (!Passes(filter, *record, event, stream)) continue;
      const std::string source = names.SourceOf(record->stream(), event.header.source);
      if (!take(LineOf(call, ledger, *record, event, stream, source))) return absl::OkStatus();
    }
    progress.Advance(record->index() + 1);
  }
}

void PrintJson(const Invocation& call, const LogLine& line) {
  JsonWriter json;
  json.Raw(line.json);
  call.console.Json(json);
}

void PrintLines(const Invocation& call, const std::deque<LogLine>& lines) {
  if (lines.empty()) return;
  Table table({"EVENT", "RECORDED", "STREAM", "AUTHOR", "KIND", "SOURCE", "OBSERVED", "BODY"});
  for (const LogLine& line : lines) {
    if (call.console.json()) {
      PrintJson(call, line);
    } else {
      table.Row(line.cells);
    }
  }
  table.Print(call.console);
}

// Backwards: only the last `count` lines are held.
absl::StatusOr<int> PrintBackwards(const Invocation& call, const ledger::Ledger& ledger,
                                   const Filter& filter, uint64_t count) {
  std::deque<LogLine> lines;
  TALLY_RETURN_IF_ERROR(ReadLog(call, ledger, filter, 0, [&](LogLine line) {
    lines.push_front(std::move(line));
    if (lines.size() > count) lines.pop_back();
    return true;
  }));
  PrintLines(call, lines);
  return kExitDone;
}

// Forwards: JSON leaves at once, a table once its columns are known.
absl::Status PrintForwards(const Invocation& call, const ledger::Ledger& ledger,
                           const Filter& filter, uint64_t first, uint64_t count) {
  if (count == 0) return absl::OkStatus();
  std::deque<LogLine> lines;
  uint64_t taken = 0;
  TALLY_RETURN_IF_ERROR(ReadLog(call, ledger, filter, first, [&](LogLine line) {
    if (call.console.json()) {
      PrintJson(call, line);
    } else {
      lines.push_back(std::move(line));
    }
    return ++taken < count;
  }));
  PrintLines(call, lines);
  return absl::OkStatus();
}

absl::StatusOr<int> RunLog(const Invocation& call) {
  const bool follow = call.arguments.Has("follow");
  const uint64_t count = call.arguments.Number("n").value_or(~uint64_t{0});
  if (follow && (call.arguments.Has("reverse") || call.arguments.Has("n"))) {
    return Refuse("usage", "--follow goes on for ever: it takes neither --reverse nor -n");
  }
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const Filter filter, ReadFilter(call, *ledger));
  if (call.arguments.Has("reverse")) return PrintBackwards(call, *ledger, filter, count);
  TALLY_RETURN_IF_ERROR(PrintForwards(call, *ledger, filter, 0, count));
  while (follow) {
    const uint64_t seen = ledger->head().size;
    std::this_thread::sleep_for(std::chrono::milliseconds(kFollowStepMs));
    if (call.world.interrupted && call.world.interrupted()) return kExitInterrupted;
    // Nobody reads on: `tally log --follow | head` ends here.
    const bool unread = call.world.owns_process && ReaderOfOutputIsGone();
    if (unread || !*call.world.out) return kExitDone;
    TALLY_ASSIGN_OR_RETURN(ledger, OpenLedger(call));
    if (ledger->head().size == seen) continue;
    TALLY_RETURN_IF_ERROR(PrintForwards(call, *ledger, filter, seen, count));
    call.world.out->flush();
  }
  return kExitDone;
}

// An event by address, by the id of an act, or by its digest.
absl::StatusOr<ledger::EventAddress> FindEvent(const ledger::Ledger& ledger,
                                               const std::string& name) {
  if (name.size() != 32 && name.size() != 64) {
    TALLY_ASSIGN_OR_RETURN(const ledger::EventAddress address, ParseAddress(name));
    if (address.index < ledger.head().size) return address;
    return Refuse("not-found", absl::StrCat("the ledger has no record ", address.index),
                  absl::StrCat("it holds ", ledger.head().size, " records"));
  }
  if (!FromHex(name).ok())
    return Refuse("usage", absl::StrCat("\"", name, "\" names no event"),
                  "write INDEX/OFFSET, an act's id, or a digest, in lower-case hex");
  TALLY_ASSIGN_OR_RETURN(const auto cursor, ledger.Read({}));
  while (true) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<ledger::VerifiedRecord> record, cursor->Next());
    if (!record.has_value()) break;
    for (const ledger::VerifiedEvent& event : record->events()) {
      if (event.digest.ToHex() == name) return event.address;
      if (event.header.id.has_value() && event.header.id->ToHex() == name) return event.address;
    }
    if (record->leaf().ToHex() == name) return ledger::EventAddress{record->index(), 0};
  }
  return Refuse("not-found", absl::StrCat("the ledger has nothing of id or digest ", name));
}

absl::Status RefuseUnshown(const ledger::Ledger& ledger, const ledger::VerifiedRecord& record,
                           const std::string& name) {
  if (ledger::AsPack(ledger) != nullptr) {
    return Refuse("not-found", absl::StrCat("the pack does not show ", name),
                  "what is withheld stands in the ledger; of rows that are shown alone `verify` "
                  "tells what they say");
  }
  return Refuse("not-found", absl::StrCat("record ", record.index(), " has ",
                                          record.events().size(), " events"));
}

absl::StatusOr<int> RunShow(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  const std::string name = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const ledger::EventAddress address, FindEvent(*ledger, name));
  TALLY_ASSIGN_OR_RETURN(const ledger::VerifiedRecord record, ledger->ReadRecord(address.index));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream, ledger->StreamAt(record.stream()));
  // INDEX alone shows every event of the record, of a pack those that it shows.
  const bool whole = !absl::StrContains(name, "/") && name.size() != 32 && name.size() != 64;
  std::vector<const ledger::VerifiedEvent*> wanted;
  for (const ledger::VerifiedEvent& event : record.events()) {
    if (whole || event.address == address) wanted.push_back(&event);
  }
  if (wanted.empty()) return RefuseUnshown(*ledger, record, name);
  std::optional<FeedEnd> feed;  // read only for an event that names a source
  for (const ledger::VerifiedEvent* each : wanted) {
    if (each != wanted.front()) call.console.Line("");
    const ledger::VerifiedEvent& event = *each;
    if (event.header.source > 0 && !feed.has_value()) {
      TALLY_ASSIGN_OR_RETURN(feed, ReadFeedEnd(*ledger, stream));
    }
    const SourceRegistered* registered =
        feed.has_value() ? feed->FindSource(event.header.source) : nullptr;
    const std::string source = registered == nullptr ? std::string() : registered->name;
    PrintEvent(call.console, *ledger, record, event, stream, source);
    JsonWriter json;
    WriteEvent(json, *ledger, record, event, stream, source);
    call.console.Json(json);
  }
  return kExitDone;
}

}  // namespace

std::vector<Command> LogCommands() {
  Command log{.name = "log", .summary = "list events in the order recorded", .run = RunLog};
  log.operands = {
      {"STREAM", "system, party/P, feed/F or agreement/A; none: all", Arity::kOptional}};
  log.options = {
      {"n", 'n', ValueType::kNumber, "COUNT", "at most so many"},
      {"since", 0, ValueType::kTime, "TIME", "recorded at or after it"},
      {"until", 0, ValueType::kTime, "TIME", "recorded before it"},
      {"kind", 0, ValueType::kText, "KIND", "of this kind: \"state reported\", ..."},
      {"author", 0, ValueType::kText, "PARTY", "by this party, or operator"},
      {"reverse", 0, ValueType::kFlag, "", "newest first"},
      {"follow", 'f', ValueType::kFlag, "", "go on with what is recorded later, until Ctrl-C"},
  };
  log.text = "Every record is verified before it is shown. --json prints one tally.event/1 a line.";
  log.examples = {"tally log -n 10 --reverse", "tally log feed/lime-upptime --json"};
  Command show{
      .name = "show", .summary = "show events with all that is known of them", .run = RunShow};
  show.operands = {{"EVENT", "INDEX (the whole record), INDEX/OFFSET, an act's id, or a digest"}};
  return {std::move(log), std::move(show)};
}

}  // namespace tally::tools
