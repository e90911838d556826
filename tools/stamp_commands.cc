// stamp, stamp verify: outside authorities' word on when the log stood as it does (RFC 3161).
//
// What is stamped is the text of a checkpoint. The answer is verified under authorities that the
// operator names, before it is recorded; whoever reads it later names his own.
#include <algorithm>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/chain/note.h"
#include "ledger/crypto/time_stamp.h"
#include "schema/stamp.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/receipts.h"
#include "tools/serve/http.h"
#include "tools/session.h"
#include "tools/stream_end.h"
#include "tools/verify_stamps.h"
#include "tools/verify_trust.h"

namespace tally::tools {
namespace {

// Sizes at which a reply's digest is looked for, newest first. Older ones are named by --at-size.
constexpr uint64_t kSizesTried = 4096;

constexpr char kRequestType[] = "application/timestamp-query";
constexpr char kReplyType[] = "application/timestamp-reply";

struct Stamped {
  uint64_t size = 0;
  Hash root;
  std::string text;
};

absl::StatusOr<Stamped> StampedAt(const ledger::Ledger& ledger, uint64_t size) {
  if (size == 0 || size > ledger.head().size) {
    return Refuse("not-found", absl::StrCat("the ledger has no size ", size),
                  absl::StrCat("it holds ", ledger.head().size, " records"));
  }
  const absl::StatusOr<Hash> root = ledger.RootAt(size);
  if (!root.ok()) return Translate(Doing::kReading, root.status());
  return Stamped{size, *root, StampedText(ledger, size, *root)};
}

absl::StatusOr<Stamped> StampedAsAsked(const Invocation& call, const ledger::Ledger& ledger) {
  return StampedAt(ledger, call.arguments.Number("at-size").value_or(ledger.head().size));
}

// The size that a token speaks of: --at-size, else the newest whose checkpoint has its digest.
absl::StatusOr<Stamped> FindStamped(const Invocation& call, const ledger::Ledger& ledger,
                                    const Bytes& token) {
  if (call.arguments.Has("at-size")) return StampedAsAsked(call, ledger);
  const absl::StatusOr<Hash> digest = ledger::StampedDigest(token);
  if (!digest.ok()) return Translate(Doing::kInput, digest.status());
  const uint64_t newest = ledger.head().size;
  for (uint64_t size = newest; size > 0 && newest - size < kSizesTried; --size) {
    TALLY_ASSIGN_OR_RETURN(Stamped stamped, StampedAt(ledger, size));
    const DocumentDigest found = ledger::DigestOfDocument(AsBytes(stamped.text));
    if (Rename<Hash>(found) == *digest) return stamped;
  }
  return Refuse("time-stamp",
                absl::StrCat("it is of none of the newest ", std::min(newest, kSizesTried),
                             " sizes of this ledger"),
                "name the size that was stamped with --at-size");
}

// A token that holds, recorded with what it attests.
absl::StatusOr<int> Record(const Invocation& call, const Stamped& stamped, Bytes token) {
  const std::string file = call.arguments.Value("tsa-ca").value_or("");
  TALLY_ASSIGN_OR_RETURN(const std::string authorities, ReadAuthorities(call, file));
  const absl::StatusOr<ledger::TimeStamp> attested =
      ledger::CheckTimeStamp(token, AsBytes(stamped.text), authorities, "");
  if (!attested.ok()) {
    return Refuse("time-stamp", attested.status().message(),
                  absl::StrCat("it was held against size ", stamped.size, " and ", file,
                               "; nothing was recorded"));
  }
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenOperatorKey(call));
  const absl::StatusOr<ledger::StreamState> system = session->ledger().StreamAt(0);
  if (!system.ok()) return Translate(Doing::kReading, system.status());
  ActDraft draft;
  draft.kind = BodyKind::kStamp;
  draft.body = Encode(Stamp{stamped.size, stamped.root, attested->authority, attested->time,
                            std::move(token), authorities});
  draft.actor = ActorKind::kAutomation;
  draft.reported_at = call.world.clock->Now();
  TALLY_ASSIGN_OR_RETURN(ledger::SignedBatch batch,
                         SignAct(EndOfActs(session->ledger(), *system), draft, key));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, {std::move(batch)}));
  call.console.Line(absl::StrCat("size ", stamped.size, " stood by ", FormatInstant(attested->by()),
                                 ": ", attested->authority));
  return submitted.exit;
}

absl::StatusOr<int> WriteRequest(const Invocation& call, const std::string& out) {
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const Stamped stamped, StampedAsAsked(call, *ledger));
  const Bytes request = ledger::TimeStampRequest(AsBytes(stamped.text));
  TALLY_RETURN_IF_ERROR(WriteOutput(call, out, AsText(request)));
  if (out == "-") return kExitDone;
  call.console.Note(absl::StrCat("request for a time stamp of size ", stamped.size, ": ", out));
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.stamp-request/1")
      .Field("file", out)
      .NumberField("size", stamped.size)
      .Field("root", ToBase64(stamped.root.view()))
      .EndObject();
  call.console.Json(json);
  return kExitDone;
}

absl::StatusOr<int> TakeReply(const Invocation& call, const std::string& file) {
  TALLY_ASSIGN_OR_RETURN(const std::string reply,
                         ReadInput(call, file, ledger::kTimeStampBytesMax));
  absl::StatusOr<Bytes> token = ledger::TokenOfReply(AsBytes(reply));
  if (!token.ok()) return TranslateAt({file, 0, 0}, "time-stamp", token.status());
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const Stamped stamped, FindStamped(call, *ledger, *token));
  ledger.reset();
  return Record(call, stamped, *std::move(token));
}

// The ledger is not held while an authority takes its time.
absl::StatusOr<int> AskAuthority(const Invocation& call, const std::string& url) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const Stamped stamped, StampedAsAsked(call, *ledger));
  ledger.reset();
  const Bytes request = ledger::TimeStampRequest(AsBytes(stamped.text));
  const absl::StatusOr<HttpReply> reply = CallHttp({.method = "POST",
                                                    .url = url,
                                                    .content_type = kRequestType,
                                                    .body = std::string(AsText(request)),
                                                    .reply_bytes_max = ledger::kTimeStampBytesMax});
  const auto refuse = [&](absl::string_view why) {
    return Refuse("time-stamp", absl::StrCat(url, ": ", why),
                  "nothing was recorded; try again, or another authority");
  };
  if (!reply.ok()) return refuse(reply.status().message());
  if (reply->status != 200) return refuse(absl::StrCat("it answered ", reply->status));
  if (!absl::StartsWithIgnoreCase(reply->content_type, kReplyType)) {
    return refuse(absl::StrCat("its answer is \"", reply->content_type, "\", no time stamp"));
  }
  absl::StatusOr<Bytes> token = ledger::TokenOfReply(AsBytes(reply->body));
  if (!token.ok()) return refuse(token.status().message());
  return Record(call, stamped, *std::move(token));
}

absl::StatusOr<int> RunStamp(const Invocation& call) {
  const auto request = call.arguments.Value("request");
  const auto response = call.arguments.Value("response");
  const auto url = call.arguments.Value("tsa");
  if (request.has_value() + response.has_value() + url.has_value() != 1) {
    return Refuse("usage", "`stamp` does one of three things",
                  "give --request FILE, then --response FILE with what the authority answered; or "
                  "--tsa URL to do both at once");
  }
  if (request.has_value()) return WriteRequest(call, *request);
  if (!call.arguments.Has("tsa-ca")) {
    return Refuse("missing-argument", "whose time stamp is it?",
                  "name the certificates of the authority with --tsa-ca FILE: a stamp is verified "
                  "before it is recorded");
  }
  return response.has_value() ? TakeReply(call, *response) : AskAuthority(call, *url);
}

// What openssl needs to check a stamp: the token, and the text that it is of.
absl::Status WriteStamp(const std::string& folder, const ledger::Ledger& ledger,
                        const JudgedStamp& judged) {
  const std::string path = absl::StrCat(folder, "/", judged.at.index);
  TALLY_RETURN_IF_ERROR(
      WriteFile(path + ".token", AsText(judged.stamp.token), Privacy::kPublic, Replace::kYes));
  return WriteFile(path + ".checkpoint", StampedText(ledger, judged.stamp.size, judged.stamp.root),
                   Privacy::kPublic, Replace::kYes);
}

absl::StatusOr<int> RunStampVerify(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const std::string authorities,
                         ReadAuthorities(call, call.arguments.Value("tsa-ca").value_or("")));
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const std::vector<JudgedStamp> stamps, JudgeStamps(*ledger, authorities));
  const auto out = call.arguments.Value("out");
  if (out.has_value()) {
    std::error_code error;
    std::filesystem::create_directories(*out, error);
    if (error) return RefuseAt({*out, 0, 0}, "file-unwritable", error.message());
  }
  bool good = !stamps.empty();
  JsonWriter json;
  json.BeginObject().Field("format", "tally.stamps/1").Key("stamps").BeginArray();
  for (const JudgedStamp& each : stamps) {
    good = good && each.wrong.empty();
    if (out.has_value()) TALLY_RETURN_IF_ERROR(WriteStamp(*out, *ledger, each));
    call.console.Line(
        absl::StrCat(each.at.ToText(), "  size ", each.stamp.size, "  ", FormatInstant(each.by),
                     "  ", each.stamp.authority, "  ", each.wrong.empty() ? "good" : each.wrong),
        each.wrong.empty() ? Style::kGood : Style::kBad);
    json.BeginObject()
        .Field("at", each.at.ToText())
        .NumberField("size", each.stamp.size)
        .Field("root", ToBase64(each.stamp.root.view()))
        .Field("time", FormatInstant(each.stamp.time))
        .Field("by", FormatInstant(each.by))
        .Field("recorded", FormatInstant(each.recorded))
        .Field("authority", each.stamp.authority)
        .Field("result", each.wrong.empty() ? "good" : "refused")
        .OptionalField("reason",
                       each.wrong.empty() ? std::nullopt : std::optional<std::string>(each.wrong))
        .EndObject();
  }
  if (stamps.empty()) call.console.Line("no time stamps");
  json.EndArray().EndObject();
  call.console.Json(json);
  return good ? kExitDone : kExitNo;
}

}  // namespace

std::vector<Command> StampCommands() {
  Command stamp{.name = "stamp",
                .summary = "have an outside authority say when the log stood as it does",
                .appends = true,
                .run = RunStamp};
  stamp.options = {
      {"request", 0, ValueType::kFile, "FILE", "write a request (RFC 3161) to be carried"},
      {"response", 0, ValueType::kFile, "FILE", "record the authority's reply to it"},
      {"tsa", 0, ValueType::kText, "URL", "ask this authority over HTTP, and record its reply"},
      AuthoritiesOption(),
      {"at-size", 0, ValueType::kNumber, "N", "of the log's first N records (default: all)"},
  };
  stamp.text =
      "What is stamped is the text of the checkpoint: origin, size and root. A reply is verified\n"
      "under --tsa-ca before it is recorded, with the time that it attests, as an event of the\n"
      "system stream. A stamp bounds every record before its size: it was there by then. It is\n"
      "judged at the time that it attests, so it outlives its certificates; revocation is not\n"
      "looked up. The same reply is recorded once.";
  stamp.examples = {"tally stamp --tsa http://tsa.example/tsr --tsa-ca tsa.pem",
                    "tally stamp --request head.tsq",
                    "tally stamp --response head.tsr --tsa-ca tsa.pem"};
  Command verify{.name = "stamp verify",
                 .summary = "check every time stamp under authorities that you trust",
                 .run = RunStampVerify};
  OptionSpec authorities = AuthoritiesOption();
  authorities.required = true;
  verify.options = {
      std::move(authorities),
      {"out", 'o', ValueType::kDirectory, "DIR",
       "also write each as INDEX.token and INDEX.checkpoint, for openssl"},
  };
  verify.text =
      "Exit status 1 when one does not hold, or there is none. `tally verify --tsa-ca` does the\n"
      "same among everything else, of a pack too.";
  verify.examples = {"tally stamp verify --tsa-ca tsa.pem --out stamps"};
  return {std::move(stamp), std::move(verify)};
}

}  // namespace tally::tools
