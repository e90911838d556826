#include "tools/verify_trust.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ledger/crypto/time_stamp.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/files.h"

namespace tally::tools {
namespace {

absl::StatusOr<Trust::PartyKey> ReadPartyKey(const std::string& given) {
  const size_t equals = given.find('=');
  const absl::StatusOr<KeyFingerprint> key =
      equals == std::string::npos ? absl::InvalidArgumentError("")
                                  : KeyFingerprint::FromHex(given.substr(equals + 1));
  if (!key.ok()) {
    return Refuse("usage", absl::StrCat("\"", given, "\" names no party's key"),
                  "write NAME=FINGERPRINT");
  }
  return Trust::PartyKey{given.substr(0, equals), *key};
}

absl::StatusOr<Trust::Retained> ReadRetained(const Invocation& call, const std::string& file) {
  TALLY_ASSIGN_OR_RETURN(const std::string note, ReadInput(call, file, ledger::kNoteBytesMax));
  const absl::StatusOr<ledger::Note> parsed = ledger::ParseNote(note);
  if (!parsed.ok()) return TranslateAt({file, 0, 0}, "bad-input", parsed.status());
  const auto checkpoint = ledger::ParseCheckpointText(parsed->text);
  if (!checkpoint.ok()) return TranslateAt({file, 0, 0}, "bad-input", checkpoint.status());
  return Trust::Retained{file, note, checkpoint->origin};
}

}  // namespace

absl::StatusOr<std::vector<ledger::VerifierKey>> ReadVerifierKeys(const Invocation& call,
                                                                  const std::string& given) {
  std::string text = given;
  FilePosition at{"--trust", 0, 0};
  if (!ledger::VerifierKey::Parse(given).ok() && Exists(given)) {
    TALLY_ASSIGN_OR_RETURN(text, ReadInput(call, given, 1 << 20));
    at = {given, 0, 0};
  }
  std::vector<ledger::VerifierKey> keys;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++at.line;
    line = absl::StripSuffix(line, "\r");
    if (line.empty() || line.front() == '#') continue;
    absl::StatusOr<ledger::VerifierKey> key = ledger::VerifierKey::Parse(line);
    if (!key.ok()) {
      const char* const is = at.file == "--trust" ? "is neither a file here nor a verifier key: "
                                                  : "is no verifier key: ";
      return RefuseAt(at, "bad-input", absl::StrCat("\"", line, "\" ", is, key.status().message()),
                      "give one of the log_vkeys that `tally identity` writes, or a file of them");
    }
    keys.push_back(*std::move(key));
  }
  if (keys.empty()) return RefuseAt({given, 0, 0}, "bad-input", "names no verifier key");
  return keys;
}

absl::StatusOr<ledger::Policy> ReadPolicy(const Invocation& call, const std::string& file) {
  TALLY_ASSIGN_OR_RETURN(const std::string text, ReadInput(call, file, ledger::kPolicyBytesMax));
  absl::StatusOr<ledger::Policy> policy = ledger::ParsePolicy(text);
  if (!policy.ok()) return TranslateAt({file, 0, 0}, "bad-input", policy.status());
  return policy;
}

absl::StatusOr<std::string> ReadAuthorities(const Invocation& call, const std::string& file) {
  TALLY_ASSIGN_OR_RETURN(const std::string pem, ReadInput(call, file, ledger::kAuthorityBytesMax));
  absl::StatusOr<std::string> clean = ledger::CleanCertificates(pem);
  if (!clean.ok()) return TranslateAt({file, 0, 0}, "bad-input", clean.status());
  return clean;
}

OptionSpec AuthoritiesOption() {
  return {"tsa-ca", 0, ValueType::kFile, "FILE",
          "certificates (PEM) of the time stamp authorities that you trust"};
}

absl::StatusOr<Trust> ReadTrust(const Invocation& call) {
  Trust trust;
  for (const std::string& given : call.arguments.Values("trust")) {
    TALLY_ASSIGN_OR_RETURN(const std::vector<ledger::VerifierKey> keys,
                           ReadVerifierKeys(call, given));
    for (const ledger::VerifierKey& key : keys) {
      trust.keys.push_back(key);
      trust.key_names.push_back(key.ToText());
    }
  }
  if (const auto id = call.arguments.Value("ledger-id"); id.has_value()) {
    const absl::StatusOr<LedgerId> parsed = LedgerId::FromHex(*id);
    if (!parsed.ok())
      return Refuse("usage", absl::StrCat("\"", *id, "\" is no ledger id"), "write 64 hex digits");
    trust.ledger_id = *parsed;
  }
  for (const std::string& given : call.arguments.Values("party")) {
    TALLY_ASSIGN_OR_RETURN(Trust::PartyKey key, ReadPartyKey(given));
    trust.parties.push_back(std::move(key));
  }
  for (const std::string& file : call.arguments.Values("against")) {
    TALLY_ASSIGN_OR_RETURN(Trust::Retained retained, ReadRetained(call, file));
    trust.retained.push_back(std::move(retained));
  }
  if (const auto file = call.arguments.Value("policy"); file.has_value()) {
    TALLY_ASSIGN_OR_RETURN(trust.policy, ReadPolicy(call, *file));
    trust.policy_file = *file;
  }
  if (const auto file = call.arguments.Value("tsa-ca"); file.has_value()) {
    TALLY_ASSIGN_OR_RETURN(trust.authorities, ReadAuthorities(call, *file));
    trust.authorities_file = *file;
  }
  trust.self = call.arguments.Has("self");
  return trust;
}

std::string ClaimedSigners(absl::string_view note) {
  const absl::StatusOr<ledger::Note> parsed = ledger::ParseNote(note);
  if (!parsed.ok()) return "nobody";
  return absl::StrJoin(parsed->unverified, ", ",
                       [](std::string* out, const ledger::NoteSignature& made) {
                         Bytes id;
                         ByteWriter(id).U32(made.id);
                         absl::StrAppend(out, made.name, "+", ToHex(id));
                       });
}

std::vector<OptionSpec> TrustOptions() {
  return {
      {"trust", 0, ValueType::kText, "VKEY|FILE", "a log key that you trust", true},
      {"ledger-id", 0, ValueType::kText, "ID", "the ledger that it must be"},
      {"party", 0, ValueType::kText, "NAME=FINGERPRINT", "a key that the party must have held",
       true},
      {"against", 0, ValueType::kFile, "CHECKPOINT", "a checkpoint kept from before", true},
      {"policy", 0, ValueType::kFile, "FILE",
       "the logs and witnesses that you trust, and a quorum"},
      AuthoritiesOption(),
      {"self", 0, ValueType::kFlag, "", "check it against its own key only, knowingly"},
  };
}

}  // namespace tally::tools
