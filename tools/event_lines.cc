#include "tools/event_lines.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "schema/body.h"
#include "schema/canonical.h"
#include "schema/status.h"
#include "tools/command.h"
#include "tools/json_reader.h"

namespace tally::tools {
namespace {

// The body's own errors begin with "1:14: ": its place in the line, because it is read with
// everything before it blanked out.
absl::Status BodyFault(const FilePosition& line, const absl::Status& status) {
  const std::string message(status.message());
  const std::vector<std::string> parts = absl::StrSplit(message, absl::MaxSplits(':', 2));
  FilePosition position = line;
  int column = 0;
  int line_in_text = 0;
  if (parts.size() == 3 && absl::SimpleAtoi(parts[0], &line_in_text) &&
      absl::SimpleAtoi(parts[1], &column)) {
    position.column = column;
    return RefuseAt(position, "bad-json", absl::StrCat("body: ", absl::StripPrefix(parts[2], " ")));
  }
  return RefuseAt(position, "bad-json", absl::StrCat("body: ", message));
}

// Reads the members of one line in the order of docs/EVENTS.md.
class LineReader {
 public:
  LineReader(const JsonValue& object, absl::string_view text, const FilePosition& start,
             const std::optional<StreamName>& fallback)
      : object_(object),
        text_(text),
        start_(start),
        fallback_(fallback),
        reader_(object, text, start) {}

  absl::StatusOr<EventLine> Read() {
    if (object_.kind != JsonValue::Kind::kObject)
      return reader_.Bad(object_, "a line must be a JSON object");
    line_.position = PositionAt(text_, object_.first, start_);
    TALLY_RETURN_IF_ERROR(CheckKeys());
    TALLY_RETURN_IF_ERROR(ReadKind());
    TALLY_RETURN_IF_ERROR(ReadActor());
    TALLY_RETURN_IF_ERROR(ReadBody());
    if (!line_.opening) TALLY_RETURN_IF_ERROR(ReadStream());
    const bool is_feed = !line_.opening && row_->stream == StreamKind::kFeed;
    TALLY_RETURN_IF_ERROR(is_feed ? ReadEvidence() : ReadAct());
    TALLY_RETURN_IF_ERROR(reader_.Finish());
    return std::move(line_);
  }

 private:
  // A misspelt key is why others are missing, so it is said before what is missing.
  absl::Status CheckKeys() {
    static constexpr absl::string_view kKeys[] = {
        "kind", "actor", "body",     "feed",   "agreement", "party",   "at",
        "from", "until", "reported", "source", "position",  "answers", "id"};
    for (const auto& [name, value] : object_.members) {
      if (std::find(std::begin(kKeys), std::end(kKeys), name) != std::end(kKeys)) continue;
      const std::vector<std::string> near =
          Suggestions(name, std::vector<std::string>(std::begin(kKeys), std::end(kKeys)));
      return reader_.Bad(value, absl::StrCat("unknown key \"", name, "\""),
                         near.empty()
                             ? std::string("docs/EVENTS.md lists them")
                             : absl::StrCat("did you mean ", absl::StrJoin(near, " or "), "?"));
    }
    return absl::OkStatus();
  }

  absl::Status ReadKind() {
    TALLY_ASSIGN_OR_RETURN(const std::string name, reader_.String("kind"));
    row_ = FindKindByName(name);
    const JsonValue& value = *object_.Find("kind");
    if (row_ == nullptr) {
      std::vector<std::string> names;
      for (const KindRow& row : KindTable()) names.emplace_back(row.name);
      const std::vector<std::string> near = Suggestions(name, names);
      return reader_.Bad(value, absl::StrCat("there is no kind of event \"", name, "\""),
                         near.empty()
                             ? std::string("docs/FORMAT.md lists them")
                             : absl::StrCat("did you mean ", absl::StrJoin(near, " or "), "?"));
    }
    if (row_->kind == BodyKind::kGenesis || row_->kind == BodyKind::kMeasurementRun) {
      return reader_.Bad(value, absl::StrCat("\"", name, "\" cannot be written as a line"));
    }
    line_.kind = row_->kind;
    line_.opening = row_->opening;
    return absl::OkStatus();
  }

  absl::Status ReadActor() {
    const bool is_feed = row_->stream == StreamKind::kFeed && !row_->opening;
    line_.actor = is_feed ? ActorKind::kMonitor : ActorKind::kHuman;
    const JsonValue* value = object_.Find("actor");
    if (value == nullptr) return absl::OkStatus();
    TALLY_ASSIGN_OR_RETURN(const std::string actor, reader_.String("actor"));
    if (actor == "human") {
      line_.actor = ActorKind::kHuman;
    } else if (actor == "automation") {
      line_.actor = ActorKind::kAutomation;
    } else if (actor == "monitor") {
      line_.actor = ActorKind::kMonitor;
    } else {
      return reader_.Bad(*value, "\"actor\" must be human, automation or monitor");
    }
    return absl::OkStatus();
  }

  absl::Status ReadBody() {
    const JsonValue* value = reader_.Take("body");
    if (value == nullptr) return reader_.Bad(object_, "\"body\" is missing");
    if (value->kind != JsonValue::Kind::kObject)
      return reader_.Bad(*value, "\"body\" must be an object");
    const std::string blanked = absl::StrCat(
        std::string(value->first, ' '), text_.substr(value->first, value->limit - value->first));
    absl::StatusOr<Bytes> body = BodyFromJson(line_.kind, blanked);
    if (!body.ok()) return BodyFault(PositionAt(text_, value->first, start_), body.status());
    line_.body = *std::move(body);
    return absl::OkStatus();
  }

  // "feed", "agreement" or "party" in the line, else what the command line says.
  absl::Status ReadStream() {
    if (row_->stream == StreamKind::kSystem) {
      line_.stream = {StreamKind::kSystem, "system"};
      return absl::OkStatus();
    }
    const absl::string_view key = StreamKindName(row_->stream);
    if (object_.Find(key) != nullptr) {
      TALLY_ASSIGN_OR_RETURN(const std::string name, reader_.String(key));
      line_.stream = {row_->stream, name};
      return absl::OkStatus();
    }
    if (!fallback_.has_value() || fallback_->kind != row_->stream) {
      return reader_.Bad(object_, absl::StrCat("\"", row_->name, "\" names no ", key),
                         absl::StrCat("add \"", key, "\" to the line, or give --", key));
    }
    line_.stream = *fallback_;
    return absl::OkStatus();
  }

  absl::StatusOr<std::optional<Instant>> Time(absl::string_view key) {
    const JsonValue* value = object_.Find(key);
    if (value == nullptr) return std::nullopt;
    TALLY_ASSIGN_OR_RETURN(const std::string text, reader_.String(key));
    const absl::StatusOr<Instant> time = ParseInstant(text);
    if (time.ok()) return *time;
    return RefuseAt(PositionAt(text_, value->first, start_), "bad-time",
                    absl::StrCat("\"", key, "\": ", time.status().message()),
                    "write a time like 2026-02-18T12:00:00Z");
  }

  absl::Status ReadEvidence() {
    TALLY_ASSIGN_OR_RETURN(const auto at, Time("at"));
    TALLY_ASSIGN_OR_RETURN(const auto from, Time("from"));
    TALLY_ASSIGN_OR_RETURN(const auto until, Time("until"));
    TALLY_ASSIGN_OR_RETURN(line_.reported, Time("reported"));
    if (line_.kind == BodyKind::kWatermark && !at.has_value() && !from.has_value() &&
        !until.has_value()) {
      TALLY_ASSIGN_OR_RETURN(const Watermark watermark, DecodeWatermark(line_.body));
      line_.from = line_.until = watermark.through;
    } else if (at.has_value() && !from.has_value() && !until.has_value()) {
      line_.from = line_.until = *at;
    } else if (!at.has_value() && from.has_value() && until.has_value()) {
      if (*from > *until)
        return reader_.Bad(*object_.Find("until"), "\"until\" lies before \"from\"");
      line_.from = *from;
      line_.until = *until;
    } else {
      const bool registers = line_.kind == BodyKind::kSourceRegistered;
      return reader_.Bad(object_, "evidence has either \"at\", or \"from\" and \"until\"",
                         registers
                             ? "a registration is evidence of its feed too: write when it was "
                               "made, such as the time of the first line of that source"
                             : "");
    }
    if (const JsonValue* source = reader_.Take("source"); source != nullptr) {
      if (source->kind != JsonValue::Kind::kString && source->kind != JsonValue::Kind::kNumber) {
        return reader_.Bad(*source, "\"source\" must be a name or a number");
      }
      line_.source = source->text;
      line_.source_position = PositionAt(text_, source->first, start_);
    }
    if (object_.Find("position") != nullptr) {
      TALLY_ASSIGN_OR_RETURN(line_.at_position, reader_.Number("position"));
    }
    return absl::OkStatus();
  }

  absl::Status ReadAct() {
    TALLY_ASSIGN_OR_RETURN(line_.at, Time("at"));
    TALLY_ASSIGN_OR_RETURN(line_.reported, Time("reported"));
    if (const JsonValue* answers = reader_.Take("answers"); answers != nullptr) {
      if (answers->kind != JsonValue::Kind::kString && answers->kind != JsonValue::Kind::kNumber) {
        return reader_.Bad(*answers, "\"answers\" must be INDEX/OFFSET or a digest");
      }
      line_.answers = answers->text;
    }
    if (const JsonValue* value = object_.Find("id"); value != nullptr) {
      TALLY_ASSIGN_OR_RETURN(const std::string hex, reader_.String("id"));
      const absl::StatusOr<ActId> id = ActId::FromHex(hex);
      if (!id.ok()) return reader_.Bad(*value, "\"id\" must be 32 lower-case hex digits");
      line_.id = *id;
    }
    return absl::OkStatus();
  }

  const JsonValue& object_;
  const absl::string_view text_;
  const FilePosition& start_;
  const std::optional<StreamName>& fallback_;
  ObjectReader reader_;
  const KindRow* row_ = nullptr;
  EventLine line_;
};

}  // namespace

absl::StatusOr<std::vector<EventLine>> ReadEventLines(absl::string_view text,
                                                      const std::string& file,
                                                      const std::optional<StreamName>& stream) {
  std::vector<EventLine> lines;
  FilePosition start{file, 0, 1};
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++start.line;
    line = absl::StripSuffix(line, "\r");
    if (line.find_first_not_of(" \t") == absl::string_view::npos) continue;
    TALLY_ASSIGN_OR_RETURN(const JsonValue value, ReadJson(line, start));
    TALLY_ASSIGN_OR_RETURN(EventLine read, LineReader(value, line, start, stream).Read());
    lines.push_back(std::move(read));
  }
  if (lines.empty()) return RefuseAt({file, 0, 0}, "bad-input", "holds no events");
  return lines;
}

}  // namespace tally::tools
