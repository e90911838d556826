// Faults travel in one payload: seven fields with their lengths, so that no text needs escaping.
#include "tools/fault.h"

#include <vector>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/error_codes.h"
#include "tools/json_writer.h"

namespace tally::tools {
namespace {

constexpr char kPayloadUrl[] = "tally/fault";

std::string Pack(const std::vector<std::string>& fields) {
  std::string packed;
  for (const std::string& field : fields) absl::StrAppend(&packed, field.size(), ":", field);
  return packed;
}

std::vector<std::string> Unpack(const std::string& packed) {
  std::vector<std::string> fields;
  size_t at = 0;
  while (at < packed.size()) {
    const size_t colon = packed.find(':', at);
    TALLY_CHECK(colon != std::string::npos);
    size_t length = 0;
    TALLY_CHECK(absl::SimpleAtoi(packed.substr(at, colon - at), &length));
    fields.push_back(packed.substr(colon + 1, length));
    at = colon + 1 + length;
  }
  return fields;
}

absl::StatusCode StatusCodeOf(int exit) {
  switch (exit) {
    case kExitLedgerRefused:
      return absl::StatusCode::kFailedPrecondition;
    case kExitStorage:
      return absl::StatusCode::kUnavailable;
    case kExitNotPermitted:
      return absl::StatusCode::kPermissionDenied;
    case kExitBusy:
      return absl::StatusCode::kUnavailable;
    case kExitInterrupted:
      return absl::StatusCode::kCancelled;
    default:
      return absl::StatusCode::kInvalidArgument;
  }
}

absl::string_view CodeFor(Doing doing, const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kNotFound:
      return "not-found";
    case absl::StatusCode::kAlreadyExists:
      return "already-exists";
    case absl::StatusCode::kPermissionDenied:
      return "key-not-permitted";
    case absl::StatusCode::kAborted:
      return "order";
    case absl::StatusCode::kCancelled:
      return "interrupted";
    case absl::StatusCode::kDataLoss:
      if (doing == Doing::kOpening) return "ledger-refused";
      return doing == Doing::kInput ? "bad-input" : "ledger-unverified";
    case absl::StatusCode::kUnavailable:
      if (doing == Doing::kOpening && absl::StrContains(status.message(), "busy")) return "busy";
      return "storage-failed";
    case absl::StatusCode::kFailedPrecondition:
      return doing == Doing::kOpening ? "ledger-refused" : "state-forbids";
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kResourceExhausted:
      return "bad-input";
    default:
      return "internal";
  }
}

absl::string_view HintFor(absl::string_view code) {
  if (code == "busy") return "try again, or wait for it with --wait";
  if (code == "storage-failed") return "ask again with the same input: nothing is recorded twice";
  if (code == "ledger-refused") return "change nothing in it and run `tally verify`";
  if (code == "ledger-unverified") return "run `tally verify` to name the first bad record";
  return "";
}

}  // namespace

absl::Status RefuseAt(const FilePosition& position, absl::string_view code,
                      absl::string_view message, absl::string_view hint) {
  const ErrorCodeRow* row = FindErrorCode(code);
  TALLY_CHECK(row != nullptr);
  absl::Status status(StatusCodeOf(row->exit), message);
  status.SetPayload(
      kPayloadUrl,
      absl::Cord(Pack({std::string(code), std::string(message), std::string(hint), position.file,
                       absl::StrCat(position.line), absl::StrCat(position.column)})));
  return status;
}

absl::Status Refuse(absl::string_view code, absl::string_view message, absl::string_view hint) {
  return RefuseAt({}, code, message, hint);
}

absl::Status Translate(Doing doing, const absl::Status& status) {
  if (status.ok() || status.GetPayload(kPayloadUrl).has_value()) return status;
  const absl::string_view code = CodeFor(doing, status);
  return Refuse(code, status.message(), HintFor(code));
}

absl::Status TranslateAt(const FilePosition& position, absl::string_view code,
                         const absl::Status& status) {
  if (status.ok()) return status;
  if (!status.GetPayload(kPayloadUrl).has_value()) {
    return RefuseAt(position, code, status.message());
  }
  Fault fault = FaultOf(status);
  if (!fault.position.file.empty()) return status;
  return RefuseAt(position, fault.code, fault.message, fault.hint);
}

Fault FaultOf(const absl::Status& status) {
  TALLY_CHECK(!status.ok());
  const absl::optional<absl::Cord> payload = status.GetPayload(kPayloadUrl);
  if (!payload.has_value()) return FaultOf(Translate(Doing::kReading, status));
  const std::vector<std::string> fields = Unpack(std::string(*payload));
  TALLY_CHECK(fields.size() == 6);
  Fault fault{fields[0], fields[1], fields[2], {fields[3], 0, 0}};
  TALLY_CHECK(absl::SimpleAtoi(fields[4], &fault.position.line));
  TALLY_CHECK(absl::SimpleAtoi(fields[5], &fault.position.column));
  return fault;
}

int ExitOf(const Fault& fault) {
  const ErrorCodeRow* row = FindErrorCode(fault.code);
  TALLY_CHECK(row != nullptr);
  return row->exit;
}

std::string FaultText(const Fault& fault) {
  std::string text;
  if (!fault.position.file.empty()) {
    absl::StrAppend(&text, fault.position.file, ":");
    if (fault.position.line > 0) absl::StrAppend(&text, fault.position.line, ":");
    if (fault.position.column > 0) absl::StrAppend(&text, fault.position.column, ":");
    text += " ";
  }
  text += fault.message;
  // A message of a lower floor may say itself what to do; it is not said twice.
  if (!fault.hint.empty() && !absl::StrContains(fault.message, fault.hint)) {
    absl::StrAppend(&text, "; ", fault.hint);
  }
  return text;
}

std::string FaultJson(const Fault& fault) {
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.error/1")
      .Field("code", fault.code)
      .Key("exit")
      .Small(ExitOf(fault))
      .Field("message", fault.message);
  if (!fault.position.file.empty()) json.Field("file", fault.position.file);
  if (fault.position.line > 0) json.Key("line").Small(fault.position.line);
  if (fault.position.column > 0) json.Key("column").Small(fault.position.column);
  if (!fault.hint.empty()) json.Field("hint", fault.hint);
  json.EndObject();
  return json.Take();
}

}  // namespace tally::tools
