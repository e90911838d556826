// cosign, and witness serve|submit|status: other people's signatures that this is the log that they
// saw, so that its operator cannot show two.
#include <filesystem>
#include <ostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ledger/chain/cosignature.h"
#include "ledger/chain/note_text.h"
#include "ledger/tiles/tile_folder.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/cosigned_checkpoint.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/key_file.h"
#include "tools/serve/http.h"
#include "tools/session.h"
#include "tools/verify_trust.h"
#include "tools/witness_state.h"

namespace tally::tools {
namespace {

using ledger::Policy;

// The logs that a witness knows: --trust and --policy.
absl::StatusOr<std::vector<Policy::Log>> KnownLogs(const Invocation& call) {
  std::vector<Policy::Log> logs;
  for (const std::string& given : call.arguments.Values("trust")) {
    TALLY_ASSIGN_OR_RETURN(const auto keys, ReadVerifierKeys(call, given));
    for (const ledger::VerifierKey& key : keys) logs.push_back({key, ""});
  }
  if (const auto file = call.arguments.Value("policy"); file.has_value()) {
    TALLY_ASSIGN_OR_RETURN(const Policy policy, ReadPolicy(call, *file));
    logs.insert(logs.end(), policy.logs.begin(), policy.logs.end());
  }
  return logs;
}

absl::StatusOr<std::string> CosignerName(const Invocation& call, const std::string& key_file) {
  const std::string name =
      call.arguments.Value("name").value_or(std::filesystem::path(key_file).stem().string());
  // It stands in every cosignature, and a key keeps its name.
  if (ledger::IsKeyName(name) && !absl::StrContains(name, "://")) return name;
  return Refuse("usage", absl::StrCat("\"", name, "\" cannot be a witness's name"),
                "give --name with a URL without its scheme, such as witness.example/w1");
}

absl::StatusOr<std::string> KeyPath(const Invocation& call) {
  const auto path = call.arguments.Value("key");
  if (path.has_value()) return *path;
  if (const auto named = call.world.environment("TALLY_KEY"); named.has_value()) return *named;
  return Refuse("missing-argument", "the witness's key is missing", "give --key FILE");
}

// The proof that a checkpoint's tree extends what was cosigned last, from tiles or from a ledger.
absl::StatusOr<std::vector<Hash>> ProofFor(const Invocation& call, const ledger::Ledger* log,
                                           const ledger::Checkpoint& last,
                                           const ledger::Checkpoint& next) {
  if (last.size == 0 || last.size >= next.size) return std::vector<Hash>();
  if (const auto tiles = call.arguments.Value("tiles"); tiles.has_value()) {
    const auto folder = ledger::TileFolder::Open(*tiles);
    if (!folder.ok()) return TranslateAt({*tiles, 0, 0}, "bad-input", folder.status());
    auto proof = ledger::ConsistencyProofFromTiles(last.size, next.size, folder->Reader());
    if (!proof.ok()) return TranslateAt({*tiles, 0, 0}, "bad-input", proof.status());
    return proof;
  }
  if (log != nullptr) {
    auto proof = log->ConsistencyProof(last.size, next.size);
    if (!proof.ok()) return Translate(Doing::kReading, proof.status());
    return proof;
  }
  return Refuse("missing-argument",
                absl::StrCat("this key cosigned size ", last.size, " of ", next.origin,
                             " before; that size ", next.size, " extends it must be proven"),
                "give the log's tiles with --tiles DIR, or its ledger with -C");
}

absl::StatusOr<int> RunCosign(const Invocation& call) {
  const std::string file = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const std::string note, ReadInput(call, file, ledger::kNoteBytesMax));
  const auto parsed = ledger::ParseNote(note);
  if (!parsed.ok()) return TranslateAt({file, 0, 0}, "bad-input", parsed.status());
  const auto checkpoint = ledger::ParseCheckpointText(parsed->text);
  if (!checkpoint.ok()) return TranslateAt({file, 0, 0}, "bad-input", checkpoint.status());
  TALLY_ASSIGN_OR_RETURN(const std::string key_file, KeyPath(call));
  TALLY_ASSIGN_OR_RETURN(const auto key, ReadKey(call, key_file));

  WitnessOptions options;
  TALLY_ASSIGN_OR_RETURN(options.name, CosignerName(call, key_file));
  TALLY_ASSIGN_OR_RETURN(options.logs, KnownLogs(call));
  std::unique_ptr<ledger::Ledger> log;
  if (call.arguments.Has("ledger") || call.world.environment("TALLY_LEDGER").has_value()) {
    TALLY_ASSIGN_OR_RETURN(log, OpenLedger(call));
    TALLY_ASSIGN_OR_RETURN(const auto keys, LogKeysOf(*log));
    if (options.logs.empty()) {
      // A key that handed over before this size speaks for the log no more.
      const ledger::LogKeys& terms = log->keyring().log_keys();
      for (const ledger::VerifierKey& own : keys) {
        if (terms.MaySign(own.ToText(), checkpoint->size)) options.logs.push_back({own, ""});
      }
    }
  }
  if (options.logs.empty()) {
    return Refuse("missing-argument", "no key of the log was named: whose checkpoint is it?",
                  "give the log's verifier key with --trust, or its ledger with -C");
  }
  options.directory = call.arguments.Value("state").value_or(key_file + ".witness");
  options.key = key.get();
  options.clock = call.world.clock;
  TALLY_ASSIGN_OR_RETURN(const auto witness, Witness::Open(options));
  const ledger::Checkpoint last = witness->Last(checkpoint->origin).value_or(ledger::Checkpoint{});
  ledger::AddCheckpoint request{last.size, {}, note};
  TALLY_ASSIGN_OR_RETURN(request.proof, ProofFor(call, log.get(), last, *checkpoint));
  const WitnessReply reply = witness->Add(ledger::EncodeAddCheckpoint(request));
  if (reply.status != 200) {
    return RefuseAt(
        {file, 0, 0}, reply.status == 500 ? "storage-failed" : "state-forbids",
        absl::StrCat("is not cosigned: ", absl::StripSuffix(reply.body, "\n")),
        absl::StrCat(options.directory, " keeps what was cosigned last, size ", last.size));
  }
  const auto lines = ledger::ParseSignatureLines(reply.body);
  if (!lines.ok()) return Translate(Doing::kInput, lines.status());
  const auto joined = ledger::AddSignatures(note, *lines);
  if (!joined.ok()) return TranslateAt({file, 0, 0}, "bad-input", joined.status());
  const std::string out = call.arguments.Value("out").value_or(file);
  TALLY_RETURN_IF_ERROR(WriteOutput(call, out, *joined));
  if (out == "-") return kExitDone;
  const std::string vkey = witness->verifier_key().ToText();
  call.console.Line(absl::StrCat(out, ": size ", checkpoint->size, " of ", checkpoint->origin,
                                 " cosigned by ", vkey));
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.cosigned/1")
      .Field("file", out)
      .Field("origin", checkpoint->origin)
      .NumberField("size", checkpoint->size)
      .Field("witness", vkey)
      .Field("line", absl::StripSuffix(reply.body, "\n"))
      .EndObject();
  call.console.Json(json);
  return kExitDone;
}

HttpReply Answer(Witness& witness, const HttpRequest& request) {
  const auto from = [](WitnessReply reply) {
    return HttpReply{reply.status, std::move(reply.content_type), std::move(reply.body)};
  };
  absl::string_view path = request.path;
  if (path == "/add-checkpoint") {
    if (request.method != "POST") return {405, "text/plain; charset=utf-8", "POST it\n"};
    return from(witness.Add(request.body));
  }
  if (absl::ConsumePrefix(&path, "/") && absl::ConsumeSuffix(&path, "/checkpoint")) {
    if (request.method != "GET") return {405, "text/plain; charset=utf-8", "GET it\n"};
    return from(witness.Latest(path));
  }
  return {404, "text/plain; charset=utf-8", "no such place\n"};
}

absl::StatusOr<int> RunServe(const Invocation& call) {
  const std::string listen = call.arguments.Value("listen").value_or("");
  if (!IsLoopback(listen)) {
    return Refuse("usage", absl::StrCat("\"", listen, "\" is not an address of this machine alone"),
                  "listen on 127.0.0.1:PORT, and let a web server with TLS pass requests on");
  }
  WitnessOptions options;
  TALLY_ASSIGN_OR_RETURN(const std::string key_file, KeyPath(call));
  TALLY_ASSIGN_OR_RETURN(const auto key, ReadKey(call, key_file));
  TALLY_ASSIGN_OR_RETURN(options.name, CosignerName(call, key_file));
  TALLY_ASSIGN_OR_RETURN(options.logs, KnownLogs(call));
  if (options.logs.empty()) {
    return Refuse("missing-argument", "no log was named", "give --policy FILE or --trust VKEY");
  }
  options.directory = call.arguments.Value("state").value_or("");
  options.key = key.get();
  options.clock = call.world.clock;
  TALLY_ASSIGN_OR_RETURN(const auto witness, Witness::Open(options));
  HttpServing serving;
  serving.listen = listen;
  serving.body_bytes_max = ledger::kAddCheckpointBytesMax;
  serving.stop = call.world.interrupted;
  serving.listening = [&](uint16_t port) {
    call.console.Line(absl::StrCat("witness ", witness->verifier_key().ToText()));
    call.console.Line(absl::StrCat("listening on ", listen.substr(0, listen.rfind(':')), ":", port,
                                   " for ", options.logs.size(), " logs"));
    call.world.out->flush();
  };
  const absl::Status served =
      ServeHttp(serving, [&](const HttpRequest& request) { return Answer(*witness, request); });
  if (!served.ok()) {
    return RefuseAt({listen, 0, 0}, "bad-input",
                    absl::StripPrefix(served.message(), absl::StrCat(listen, ": ")),
                    "is the port taken?");
  }
  return kExitDone;
}

struct Target {
  std::string name;
  ledger::VerifierKey key;
  std::string url;
};

absl::StatusOr<std::vector<Target>> Targets(const Invocation& call) {
  std::vector<Target> targets;
  const auto url = call.arguments.Value("url");
  const auto witness = call.arguments.Value("witness");
  if (url.has_value() != witness.has_value()) {
    return Refuse("usage", "--url and --witness belong together",
                  "give both, or a policy whose witnesses have URLs");
  }
  if (url.has_value()) {
    const auto key = ledger::VerifierKey::Parse(*witness);
    if (!key.ok() || key->type != ledger::NoteKeyType::kCosignature) {
      return Refuse("usage", absl::StrCat("\"", *witness, "\" is no witness's verifier key"),
                    "give the vkey that the witness prints, of type 0x04");
    }
    targets.push_back({key->name, *key, *url});
  }
  if (const auto file = call.arguments.Value("policy"); file.has_value()) {
    TALLY_ASSIGN_OR_RETURN(const Policy policy, ReadPolicy(call, *file));
    for (const Policy::Witness& known : policy.witnesses) {
      if (!known.url.empty()) targets.push_back({known.name, known.key, known.url});
    }
  }
  if (targets.empty()) {
    return Refuse("missing-argument", "no witness with a URL was named",
                  "give --url URL --witness VKEY, or --policy FILE");
  }
  return targets;
}

// The size that a witness cosigned last, as our own copy tells; 0 when it does not.
uint64_t LikelySize(const std::optional<CosignedCheckpoint>& cosigned, const Target& target) {
  if (!cosigned.has_value()) return 0;
  const auto opened = ledger::OpenNote(cosigned->note, {&target.key, 1});
  return opened.ok() ? cosigned->checkpoint.size : 0;
}

// Asks one witness. The cosignature is verified before it is believed.
absl::StatusOr<ledger::NoteSignature> Ask(const Target& target, const ledger::Ledger& ledger,
                                          uint64_t old_size) {
  const ledger::Head head = ledger.head();
  std::string where = target.url;
  while (absl::EndsWith(where, "/")) where.pop_back();
  for (int attempt = 0; attempt < 3; ++attempt) {
    ledger::AddCheckpoint request{old_size, {}, head.note};
    if (old_size > 0 && old_size < head.size) {
      TALLY_ASSIGN_OR_RETURN(request.proof, ledger.ConsistencyProof(old_size, head.size));
    }
    TALLY_ASSIGN_OR_RETURN(const HttpReply reply,
                           CallHttp({.method = "POST",
                                     .url = where + "/add-checkpoint",
                                     .content_type = "text/plain; charset=utf-8",
                                     .body = ledger::EncodeAddCheckpoint(request),
                                     .reply_bytes_max = ledger::kAddCheckpointBytesMax}));
    if (reply.status == 409) {
      const auto size =
          ledger::ParseNumber(absl::StripSuffix(reply.body, "\n"), ledger::kTreeSizeMax);
      if (!size.has_value()) return absl::DataLossError("its 409 names no size");
      if (*size > head.size) {
        return absl::DataLossError(
            absl::StrCat("it cosigned size ", *size, " of this log, which has only ", head.size,
                         " records: the ledger was rolled back; ask it for its checkpoint"));
      }
      old_size = *size;
      continue;
    }
    if (reply.status != 200) {
      return absl::DataLossError(absl::StrCat("asked about the log ", ledger.origin(),
                                              ", it answered ", reply.status, ": ",
                                              absl::StripSuffix(reply.body, "\n")));
    }
    TALLY_ASSIGN_OR_RETURN(const auto lines, ledger::ParseSignatureLines(reply.body));
    TALLY_ASSIGN_OR_RETURN(const std::string joined, ledger::AddSignatures(head.note, lines));
    TALLY_ASSIGN_OR_RETURN(const auto opened, ledger::OpenNote(joined, {&target.key, 1}));
    return opened.verified.front();
  }
  return absl::UnavailableError("the size that it cosigned last kept changing");
}

absl::StatusOr<int> RunSubmit(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const std::vector<Target> targets, Targets(call));
  TALLY_ASSIGN_OR_RETURN(const auto cosigned, ReadCosigned(directory, *ledger));
  std::vector<ledger::NoteSignature> made;
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.witnessed/1")
      .Field("origin", ledger->origin())
      .NumberField("size", ledger->head().size)
      .Key("witnesses")
      .BeginArray();
  for (const Target& target : targets) {
    const auto signature = Ask(target, *ledger, LikelySize(cosigned, target));
    json.BeginObject()
        .Field("name", target.name)
        .Field("url", target.url)
        .Field("result", signature.ok() ? "cosigned" : "refused")
        .OptionalField("reason", signature.ok()
                                     ? std::nullopt
                                     : std::optional<std::string>(signature.status().message()))
        .EndObject();
    if (signature.ok()) made.push_back(*signature);
    call.console.Line(
        absl::StrCat(target.name, ": ",
                     signature.ok() ? absl::StrCat("cosigned size ", ledger->head().size)
                                    : std::string(signature.status().message())),
        signature.ok() ? Style::kGood : Style::kBad);
  }
  if (!made.empty()) {
    TALLY_ASSIGN_OR_RETURN(const std::string note, HeadNote(directory, *ledger));
    const auto joined = ledger::AddSignatures(note, made);
    if (!joined.ok()) return Translate(Doing::kInput, joined.status());
    TALLY_RETURN_IF_ERROR(WriteCosigned(directory, *joined));
  }
  json.EndArray().EndObject();
  call.console.Json(json);
  return made.size() == targets.size() ? kExitDone : kExitNo;
}

absl::StatusOr<int> RunWitnessStatus(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const auto cosigned, ReadCosigned(directory, *ledger));
  const uint64_t head = ledger->head().size;
  std::optional<ledger::PolicyVerdict> verdict;
  if (const auto file = call.arguments.Value("policy"); file.has_value() && cosigned.has_value()) {
    TALLY_ASSIGN_OR_RETURN(const Policy policy, ReadPolicy(call, *file));
    const auto judged = ledger::CheckPolicy(policy, {}, cosigned->note);
    if (!judged.ok()) return TranslateAt({*file, 0, 0}, "bad-input", judged.status());
    verdict = *judged;
  }
  JsonWriter json;
  json.BeginObject().Field("format", "tally.witness/1").NumberField("head", head);
  json.NumberField("cosigned", cosigned.has_value() ? cosigned->checkpoint.size : 0);
  json.Key("witnesses").BeginArray();
  call.console.Line(absl::StrCat("head      size ", head));
  call.console.Line(cosigned.has_value()
                        ? absl::StrCat("cosigned  size ", cosigned->checkpoint.size)
                        : std::string("cosigned  nothing yet"));
  if (cosigned.has_value()) {
    TALLY_ASSIGN_OR_RETURN(const auto parsed, ledger::ParseNote(cosigned->note));
    for (const ledger::NoteSignature& made : parsed.unverified) {
      const auto seconds = ledger::CosignatureTime(made);
      if (!seconds.ok() || *seconds > uint64_t{1} << 40) continue;  // the log's own signature
      const std::string at = FormatInstant({static_cast<int64_t>(*seconds) * int64_t{1000000}});
      call.console.Line(absl::StrCat("          ", made.name, " at ", at));
      json.BeginObject().Field("name", made.name).Field("at", at).EndObject();
    }
  }
  json.EndArray();
  if (verdict.has_value()) json.BoolField("quorum", verdict->quorum_met);
  json.EndObject();
  if (verdict.has_value()) {
    call.console.Line(verdict->quorum_met ? "quorum    met" : "quorum    not met",
                      verdict->quorum_met ? Style::kGood : Style::kBad);
  }
  call.console.Json(json);
  return verdict.has_value() && !verdict->quorum_met ? kExitNo : kExitDone;
}

std::vector<OptionSpec> WitnessKeyOptions() {
  return {
      {"key", 0, ValueType::kFile, "FILE", "the witness's private key (else TALLY_KEY)"},
      {"passphrase-file", 0, ValueType::kFile, "FILE", "holds the key's passphrase"},
      {"name", 0, ValueType::kText, "NAME", "the witness's name; else the key file's"},
      {"trust", 0, ValueType::kText, "VKEY|FILE", "a log that it knows", true},
      {"policy", 0, ValueType::kFile, "FILE", "more logs that it knows"},
  };
}

}  // namespace

std::vector<Command> WitnessCommands() {
  Command cosign{.name = "cosign",
                 .summary = "sign a log's checkpoint as a witness of it",
                 .operands = {{"FILE", "the checkpoint; the cosignature is added to it"}},
                 .run = RunCosign};
  cosign.options = WitnessKeyOptions();
  cosign.options.push_back(
      {"state", 0, ValueType::kDirectory, "DIR", "what was cosigned before; else KEY.witness"});
  cosign.options.push_back(
      {"tiles", 0, ValueType::kDirectory, "DIR", "the log's tiles, to prove that it only grew"});
  cosign.options.push_back({"out", 'o', ValueType::kFile, "FILE", "write it there instead"});
  cosign.text =
      "A cosignature says: at this time this was the largest consistent tree of this log that the\n"
      "witness had seen. So the log's signature is checked, and that the tree extends the one\n"
      "cosigned before; a witness that cosigned one tree of a size never cosigns another.";
  cosign.examples = {
      "tally cosign acme.checkpoint --key w.pem --name witness.example/w1 --trust "
      "log.vkey --tiles /srv/www/log"};

  Command serve{.name = "witness serve",
                .summary = "cosign checkpoints over HTTP as c2sp.org/tlog-witness says",
                .needs_ledger = false,
                .run = RunServe};
  serve.options = WitnessKeyOptions();
  serve.options.push_back(
      {"state", 0, ValueType::kDirectory, "DIR", "where it keeps what it cosigned", false, true});
  serve.options.push_back(
      {"listen", 0, ValueType::kText, "ADDRESS:PORT", "127.0.0.1:8080; port 0: any", false, true});
  serve.text =
      "POST /add-checkpoint answers 200 with the cosignature, or 400, 403, 404, 409 (with the "
      "size\n"
      "cosigned last) and 422; GET /<SHA-256 of the origin>/checkpoint gives what it cosigned "
      "last.\n"
      "What is cosigned is on stable storage before the answer leaves. It listens on this machine\n"
      "alone: put a web server with TLS in front of it.";
  serve.examples = {
      "tally witness serve --state w.state --key w.pem --name witness.example/w1 "
      "--policy logs.policy --listen 127.0.0.1:8080"};

  Command submit{
      .name = "witness submit", .summary = "ask witnesses to cosign the head", .run = RunSubmit};
  submit.options = {
      {"url", 0, ValueType::kText, "URL", "of one witness, without /add-checkpoint"},
      {"witness", 0, ValueType::kText, "VKEY", "its verifier key"},
      {"policy", 0, ValueType::kFile, "FILE", "all its witnesses that have URLs"},
  };
  submit.text =
      "Sends the head with the proof that it extends what the witness cosigned last. Cosignatures\n"
      "are kept in LEDGER/cosigned.checkpoint; checkpoints, proofs and tiles carry them from then\n"
      "on. Exit status 1 when a witness refused or could not be reached.";
  submit.examples = {"tally witness submit --policy witnesses.policy"};

  Command status{.name = "witness status",
                 .summary = "which witnesses cosigned what",
                 .run = RunWitnessStatus};
  status.options = {{"policy", 0, ValueType::kFile, "FILE", "whether its quorum is met"}};
  return {std::move(cosign), std::move(serve), std::move(submit), std::move(status)};
}

}  // namespace tally::tools
