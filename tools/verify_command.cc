// verify: recomputes everything, compares it with what the caller trusts, and says what it covered.
//
// It opens read-only and always gives a verdict. Trust comes from the caller alone: a ledger that
// is checked against nothing but its own key can have been written anew by whoever holds that key,
// and the output says so.
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ledger/ledger.h"
#include "replay/statement_audit.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/session.h"

namespace tally::tools {
namespace {

// One thing that the ledger was compared with.
struct Against {
  std::string kind;  // "self", "retained", "trusted-key"
  std::string name;
  uint64_t size = 0;
  bool consistent = false;
};

struct Trust {
  std::vector<ledger::VerifierKey> keys;  // log keys
  std::vector<std::string> key_names;     // as given
  std::optional<LedgerId> ledger_id;
  struct PartyKey {
    std::string party;
    KeyFingerprint key;
  };
  std::vector<PartyKey> parties;
  struct Retained {
    std::string file;
    std::string note;
    std::string origin;  // as the note says, trusted by nobody
  };
  std::vector<Retained> retained;
  bool empty() const { return keys.empty() && !ledger_id && parties.empty() && retained.empty(); }
};

struct Verdict {
  ledger::AuditReport report;
  std::vector<Against> against;
  uint64_t figures = 0;  // statements and closings computed again
  bool verified() const { return report.verified && report.findings.empty(); }
};

// A vkey, or a file of them, one a line.
absl::Status ReadTrustedKeys(const Invocation& call, const std::string& given, Trust& trust) {
  std::string text = given;
  FilePosition at{"--trust", 0, 0};
  if (!ledger::VerifierKey::Parse(given).ok() && Exists(given)) {
    TALLY_ASSIGN_OR_RETURN(text, ReadInput(call, given, 1 << 20));
    at = {given, 0, 0};
  }
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++at.line;
    line = absl::StripSuffix(line, "\r");
    if (line.empty() || line.front() == '#') continue;
    absl::StatusOr<ledger::VerifierKey> key = ledger::VerifierKey::Parse(line);
    if (!key.ok()) {
      return RefuseAt(at, "bad-input", absl::StrCat("is no verifier key: ", key.status().message()),
                      "give a vkey such as `tally identity` writes, or a file of them");
    }
    trust.keys.push_back(*std::move(key));
    trust.key_names.emplace_back(line);
  }
  if (trust.keys.empty()) return RefuseAt({given, 0, 0}, "bad-input", "names no verifier key");
  return absl::OkStatus();
}

absl::StatusOr<Trust> ReadTrust(const Invocation& call) {
  Trust trust;
  for (const std::string& given : call.arguments.Values("trust")) {
    TALLY_RETURN_IF_ERROR(ReadTrustedKeys(call, given, trust));
  }
  if (const auto id = call.arguments.Value("ledger-id"); id.has_value()) {
    const absl::StatusOr<LedgerId> parsed = LedgerId::FromHex(*id);
    if (!parsed.ok())
      return Refuse("usage", absl::StrCat("\"", *id, "\" is no ledger id"), "write 64 hex digits");
    trust.ledger_id = *parsed;
  }
  for (const std::string& given : call.arguments.Values("party")) {
    const size_t equals = given.find('=');
    const absl::StatusOr<KeyFingerprint> key =
        equals == std::string::npos ? absl::InvalidArgumentError("")
                                    : KeyFingerprint::FromHex(given.substr(equals + 1));
    if (!key.ok())
      return Refuse("usage", absl::StrCat("\"", given, "\" names no party's key"),
                    "write NAME=FINGERPRINT");
    trust.parties.push_back({given.substr(0, equals), *key});
  }
  for (const std::string& file : call.arguments.Values("against")) {
    TALLY_ASSIGN_OR_RETURN(const std::string note, ReadInput(call, file, ledger::kNoteBytesMax));
    const absl::StatusOr<ledger::Note> parsed = ledger::ParseNote(note);
    if (!parsed.ok()) return TranslateAt({file, 0, 0}, "bad-input", parsed.status());
    const auto checkpoint = ledger::ParseCheckpointText(parsed->text);
    if (!checkpoint.ok()) return TranslateAt({file, 0, 0}, "bad-input", checkpoint.status());
    trust.retained.push_back({file, note, checkpoint->origin});
  }
  return trust;
}

void AddFinding(Verdict& verdict, absl::string_view kind, const std::string& expected,
                const std::string& found) {
  ledger::AuditFinding finding;
  finding.kind = std::string(kind);
  finding.expected = expected;
  finding.found = found;
  verdict.report.findings.push_back(std::move(finding));
  verdict.report.verified = false;
}

// The keys that the caller names must be the ledger's own, and must have signed its head.
void CompareKeys(const Trust& trust, const ledger::Ledger& ledger, Verdict& verdict) {
  for (size_t i = 0; i < trust.keys.size(); ++i) {
    const absl::StatusOr<ledger::Checkpoint> head =
        ledger::OpenCheckpoint(ledger.head().note, {&trust.keys[i], 1}, "");
    const bool good =
        head.ok() && head->size == verdict.report.size && head->root == verdict.report.root;
    verdict.against.push_back({"trusted-key", trust.key_names[i], verdict.report.size, good});
    if (!good) {
      const std::string own =
          ledger.genesis().log_vkeys.empty() ? "" : ledger.genesis().log_vkeys.front();
      AddFinding(verdict, "trusted-key", trust.key_names[i],
                 head.ok() ? std::string("a head of another size or root")
                           : absl::StrCat("a head signed by ", own));
    }
  }
}

// A checkpoint of another log says nothing about this one: the wrong file was named, or the wrong
// ledger. One that bears this origin and another key stays a finding: so looks a ledger made anew.
absl::Status CheckOrigins(const Trust& trust, const ledger::Ledger& ledger) {
  for (const Trust::Retained& retained : trust.retained) {
    if (retained.origin == ledger.origin()) continue;
    return RefuseAt({retained.file, 0, 0}, "identity-mismatch",
                    absl::StrCat("is a checkpoint of ", retained.origin,
                                 ", but the ledger that is verified is ", ledger.origin()),
                    absl::StrCat("give a checkpoint of ", ledger.origin(),
                                 ", or name the ledger that the checkpoint is of"));
  }
  return absl::OkStatus();
}

// A checkpoint that somebody kept must be a prefix of the ledger.
void CompareRetained(const Trust& trust, const ledger::Ledger& ledger, Verdict& verdict) {
  std::vector<ledger::VerifierKey> keys = trust.keys;
  if (keys.empty()) {
    for (const std::string& vkey : ledger.genesis().log_vkeys) {
      if (auto key = ledger::VerifierKey::Parse(vkey); key.ok()) keys.push_back(*std::move(key));
    }
  }
  for (const Trust::Retained& retained : trust.retained) {
    const absl::StatusOr<ledger::Checkpoint> kept =
        ledger::OpenCheckpoint(retained.note, keys, ledger.origin());
    if (!kept.ok()) {
      verdict.against.push_back({"retained", retained.file, 0, false});
      AddFinding(verdict, "retained-checkpoint", absl::StrCat("a checkpoint of ", ledger.origin()),
                 std::string(kept.status().message()));
      continue;
    }
    const absl::StatusOr<Hash> root = kept->size > verdict.report.size
                                          ? absl::StatusOr<Hash>(absl::OutOfRangeError("shorter"))
                                          : ledger.RootAt(kept->size);
    const bool good = root.ok() && *root == kept->root;
    verdict.against.push_back({"retained", retained.file, kept->size, good});
    if (good) continue;
    AddFinding(verdict, "retained-checkpoint",
               absl::StrCat("size ", kept->size, " root ", ToBase64(kept->root.view())),
               root.ok() ? absl::StrCat("root ", ToBase64(root->view()))
                         : absl::StrCat("a log of ", verdict.report.size, " records"));
  }
}

// A key that the party held and that is revoked convicts nobody, but is said: a reader who pinned
// it may not know that it ended.
void CompareParty(const Trust::PartyKey& wanted, const ledger::Ledger& ledger, Verdict& verdict) {
  const ledger::PartyEntry* party = ledger.keyring().FindParty(absl::string_view(wanted.party));
  const ledger::KeyEntry* key = ledger.keyring().Find(wanted.key);
  if (party == nullptr || key == nullptr || key->party != party->id) {
    AddFinding(verdict, "party-key", absl::StrCat(wanted.party, "=", wanted.key.ToHex()),
               party == nullptr ? std::string("no such party")
                                : std::string("the party never held that key"));
    return;
  }
  if (!key->revoked_at.has_value()) return;
  const auto record = ledger.ReadRecord(*key->revoked_at);
  verdict.report.notes.push_back(absl::StrCat(
      "party ", wanted.party, " held key ", wanted.key.ToHex(), " until record ", *key->revoked_at,
      record.ok() ? absl::StrCat(" of ", FormatInstant(record->recorded())) : "", ", revoked",
      key->compromised_since.has_value()
          ? absl::StrCat(" and compromised since ", FormatInstant(*key->compromised_since))
          : "",
      "; `tally party show ", wanted.party, "` names the keys that it holds now"));
}

void CompareNames(const Trust& trust, const ledger::Ledger& ledger, Verdict& verdict) {
  if (trust.ledger_id.has_value() && *trust.ledger_id != ledger.id()) {
    AddFinding(verdict, "ledger-id", trust.ledger_id->ToHex(), ledger.id().ToHex());
    verdict.report.notes.push_back(
        absl::StrCat("this is ledger ", ledger.id().ToHex(), " and not ", trust.ledger_id->ToHex(),
                     ", which --ledger-id names: another ledger was verified"));
  }
  for (const Trust::PartyKey& wanted : trust.parties) CompareParty(wanted, ledger, verdict);
}

// Every statement and closing of an agreement, computed again from what it cites.
absl::Status CompareFigures(const ledger::Ledger& ledger, const std::string& agreement,
                            Verdict& verdict) {
  absl::StatusOr<replay::StatementAudit> audit =
      replay::AuditStatements(ledger, agreement, /*checked_beforehand=*/false);
  if (!audit.ok()) return Translate(Doing::kReading, audit.status());
  verdict.figures += audit->statements + audit->closings;
  for (const std::string& note : audit->notes) verdict.report.notes.push_back(note);
  for (const replay::StatementFault& fault : audit->faults) {
    ledger::AuditFinding finding;
    finding.kind = absl::StrCat(fault.what, "-", fault.field);
    finding.index = fault.at.index;
    finding.stream = absl::StrCat("agreement/", agreement);
    finding.expected = absl::StrCat(fault.stated, " for ", fault.objective, " from ",
                                    FormatInstant(fault.window.first));
    finding.found = fault.computed;
    if (fault.parts_at.has_value()) {
      absl::StrAppend(&finding.found, "; the ledger parts from it at event ",
                      fault.parts_at->ToText(),
                      ": without it and those after it, what is stated comes out");
    } else if (fault.searched) {
      absl::StrAppend(&finding.found, "; it came out of no shorter ledger that was tried either");
    }
    verdict.report.findings.push_back(std::move(finding));
  }
  return absl::OkStatus();
}

absl::Status CompareAllFigures(const ledger::Ledger& ledger, Verdict& verdict) {
  absl::StatusOr<std::vector<ledger::StreamState>> streams = ledger.Streams();
  if (!streams.ok()) return Translate(Doing::kReading, streams.status());
  for (const ledger::StreamState& stream : *streams) {
    if (stream.kind != StreamKind::kAgreement) continue;
    TALLY_RETURN_IF_ERROR(CompareFigures(ledger, stream.name, verdict));
  }
  return absl::OkStatus();
}

absl::StatusOr<Verdict> Judge(const std::string& directory, const Trust& trust, int threads,
                              bool figures) {
  Verdict verdict;
  ledger::AuditOptions options;
  options.ledger.directory = directory;
  options.threads = threads;
  verdict.report = ledger::Audit(options);
  absl::StatusOr<std::unique_ptr<ledger::Ledger>> ledger = ledger::Ledger::Open(options.ledger);
  if (!ledger.ok()) {
    if (verdict.report.findings.empty()) {
      AddFinding(verdict, "store-unreadable", "a ledger that opens",
                 std::string(ledger.status().message()));
    }
    return verdict;
  }
  TALLY_RETURN_IF_ERROR(CheckOrigins(trust, **ledger));
  // Against itself the ledger is what the audit found, whatever else the caller named.
  const bool consistent = verdict.report.verified;
  CompareNames(trust, **ledger, verdict);
  CompareKeys(trust, **ledger, verdict);
  CompareRetained(trust, **ledger, verdict);
  // Figures of a ledger that is not what it says are worth nothing.
  if (consistent && figures) TALLY_RETURN_IF_ERROR(CompareAllFigures(**ledger, verdict));
  if (!figures) {
    verdict.report.notes.push_back("statements and closings were not computed again");
  }
  if (verdict.against.empty()) {
    verdict.against.push_back({"self", verdict.report.origin, verdict.report.size, consistent});
    verdict.report.notes.push_back(
        "checked against its own log key only: this proves nothing against its operator; keep a "
        "checkpoint and "
        "use --against, or name the log key with --trust");
  }
  return verdict;
}

void WriteVerdict(const Invocation& call, const Verdict& verdict) {
  const ledger::AuditReport& report = verdict.report;
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.verify/1")
      .Field("verdict", verdict.verified() ? "verified" : "failed")
      .Field("subject", "ledger")
      .Field("ledger_id", report.ledger_id.ToHex())
      .Field("origin", report.origin)
      .NumberField("size", report.size)
      .Field("root", ToBase64(report.root.view()));
  json.Key("against").BeginArray();
  for (const Against& against : verdict.against) {
    json.BeginObject().Field("kind", against.kind).Field("name", against.name);
    json.NumberField("size", against.size)
        .Field("result", against.consistent ? "consistent" : "contradicts");
    json.EndObject();
  }
  json.EndArray()
      .Key("covered")
      .BeginObject()
      .NumberField("records", report.covered.records)
      .NumberField("events", report.covered.events)
      .NumberField("bodies", report.covered.bodies)
      .NumberField("erased", report.covered.erased)
      .NumberField("withheld", report.covered.withheld)
      .NumberField("signatures", report.covered.signatures)
      .NumberField("streams", report.covered.streams)
      .NumberField("figures", verdict.figures)
      .EndObject()
      .Field("completeness", "not asked");
  json.Key("findings").BeginArray();
  for (const ledger::AuditFinding& finding : report.findings) {
    json.BeginObject().Field("kind", finding.kind);
    json.OptionalField("index", finding.index.has_value()
                                    ? std::optional<std::string>(absl::StrCat(*finding.index))
                                    : std::nullopt);
    json.Field("stream", finding.stream)
        .Field("expected", finding.expected)
        .Field("found", finding.found);
    json.EndObject();
  }
  json.EndArray().Key("notes").BeginArray();
  for (const std::string& note : report.notes) json.String(note);
  json.EndArray().EndObject();
  call.console.Json(json);
}

void PrintVerdict(const Invocation& call, const Verdict& verdict) {
  const ledger::AuditReport& report = verdict.report;
  Console& console = call.console;
  console.Line(verdict.verified() ? "verified" : "FAILED",
               verdict.verified() ? Style::kGood : Style::kBad);
  for (const ledger::AuditFinding& finding : report.findings) {
    console.Line(
        absl::StrCat("  ", finding.kind,
                     finding.index.has_value() ? absl::StrCat(" at record ", *finding.index) : "",
                     finding.stream.empty() ? "" : absl::StrCat(" of ", finding.stream),
                     ": expected ", finding.expected, ", found ", finding.found),
        Style::kBad);
  }
  console.Line(absl::StrCat("ledger   ", report.ledger_id.ToHex()));
  console.Line(absl::StrCat("origin   ", report.origin));
  console.Line(absl::StrCat("size     ", report.size, "  root ", ToBase64(report.root.view())));
  const ledger::AuditCovered& covered = report.covered;
  console.Line(absl::StrCat("covered  ", covered.records, " records, ", covered.events, " events, ",
                            covered.bodies, " bodies, ", covered.signatures, " signatures, ",
                            covered.streams, " streams, ", verdict.figures, " figures, ",
                            covered.erased, " erased, ", covered.withheld, " withheld"));
  for (const Against& against : verdict.against) {
    console.Line(absl::StrCat("against  ", against.kind, " ", against.name, " at size ",
                              against.size, ": ",
                              against.consistent ? "consistent" : "CONTRADICTS"));
  }
  for (const std::string& note : report.notes) console.Line(absl::StrCat("note     ", note));
}

absl::StatusOr<int> RunVerify(const Invocation& call) {
  std::string directory = call.arguments.At(0);
  if (directory.empty()) {
    TALLY_ASSIGN_OR_RETURN(directory, LedgerDirectory(call));
  } else if (call.arguments.Has("ledger")) {
    return Refuse("usage", "both an operand and --ledger name a ledger", "name one");
  }
  std::error_code error;
  if (!std::filesystem::is_directory(directory, error)) {
    return Refuse("no-ledger", absl::StrCat("there is no ledger at ", directory),
                  "name its directory");
  }
  TALLY_ASSIGN_OR_RETURN(const Trust trust, ReadTrust(call));
  const int threads =
      static_cast<int>(std::min<uint64_t>(call.arguments.Number("jobs").value_or(1), 64));
  TALLY_ASSIGN_OR_RETURN(const Verdict verdict, Judge(directory, trust, std::max(threads, 1),
                                                      !call.arguments.Has("no-figures")));
  PrintVerdict(call, verdict);
  WriteVerdict(call, verdict);
  return verdict.verified() ? kExitDone : kExitNo;
}

}  // namespace

std::vector<Command> VerifyCommands() {
  Command verify{
      .name = "verify", .summary = "recompute everything and give a verdict", .run = RunVerify};
  verify.operands = {{"LEDGER", "its directory (else -C or TALLY_LEDGER)", Arity::kOptional,
                      ValueType::kDirectory}};
  verify.options = {
      {"trust", 0, ValueType::kText, "VKEY|FILE", "a log key that you trust", true},
      {"ledger-id", 0, ValueType::kText, "ID", "the ledger that it must be"},
      {"party", 0, ValueType::kText, "NAME=FINGERPRINT", "a key that the party must have held",
       true},
      {"against", 0, ValueType::kFile, "CHECKPOINT", "a checkpoint kept from before", true},
      {"self", 0, ValueType::kFlag, "", "check it against its own key only, knowingly"},
      {"no-figures", 0, ValueType::kFlag, "", "leave out what statements and closings state"},
      {"jobs", 'j', ValueType::kNumber, "N", "threads"},
  };
  verify.text =
      "Every header, body, record, link, index, tile, signature, key and rule of order is "
      "recomputed,\n"
      "and the first finding names the first bad record. Then every statement and closing is\n"
      "computed again from the size, instant and terms that it cites. No file is changed.\n"
      "Exit status 0: verified; 1: not; 2: wrong usage.";
  verify.examples = {"tally verify acme.ledger --against january.checkpoint --trust log.vkey"};
  return {std::move(verify)};
}

}  // namespace tally::tools
