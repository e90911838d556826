#include "tools/key_proof.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/chain/batch.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/json_reader.h"
#include "tools/json_writer.h"

namespace tally::tools {

std::string KeyProofText(const KeyProof& proof) {
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.proof/1")
      .Field("ledger_id", proof.ledger.ToHex())
      .Field("party", proof.party)
      .Field("registrar", proof.registrar.ToHex())
      .Field("public_key", ToHex(proof.grant.key.ed25519))
      .Field("possession", ToHex(proof.grant.possession))
      .EndObject();
  return json.Take() + "\n";
}

absl::StatusOr<KeyProof> ReadKeyProof(const Invocation& call, const std::string& path) {
  TALLY_ASSIGN_OR_RETURN(const std::string text, ReadInput(call, path, 1 << 20));
  const FilePosition start{path, 1, 1};
  TALLY_ASSIGN_OR_RETURN(const JsonValue value, ReadJson(text, start));
  ObjectReader reader(value, text, start);
  TALLY_ASSIGN_OR_RETURN(const std::string format, reader.String("format"));
  if (format != "tally.proof/1") return reader.Bad(value, "is not a tally.proof/1 file");
  KeyProof proof;
  TALLY_ASSIGN_OR_RETURN(const std::string ledger, reader.String("ledger_id"));
  TALLY_ASSIGN_OR_RETURN(proof.party, reader.String("party"));
  TALLY_ASSIGN_OR_RETURN(const std::string registrar, reader.String("registrar"));
  TALLY_ASSIGN_OR_RETURN(const std::string key, reader.String("public_key"));
  TALLY_ASSIGN_OR_RETURN(const std::string possession, reader.String("possession"));
  TALLY_RETURN_IF_ERROR(reader.Finish());
  const absl::StatusOr<LedgerId> ledger_id = LedgerId::FromHex(ledger);
  const absl::StatusOr<KeyFingerprint> registrar_id = KeyFingerprint::FromHex(registrar);
  const absl::StatusOr<Bytes> key_bytes = FromHex(key);
  const absl::StatusOr<Bytes> signature = FromHex(possession);
  if (!ledger_id.ok() || !registrar_id.ok() || !key_bytes.ok() || !signature.ok() ||
      key_bytes->size() != proof.grant.key.ed25519.size() ||
      signature->size() != sizeof(ledger::Signature)) {
    return RefuseAt(start, "bad-input", "a field is not hex of its length");
  }
  proof.ledger = *ledger_id;
  proof.registrar = *registrar_id;
  std::copy(key_bytes->begin(), key_bytes->end(), proof.grant.key.ed25519.begin());
  proof.grant.possession = *signature;
  return proof;
}

absl::Status CheckKeyProof(const KeyProof& proof, const std::string& path, const LedgerId& ledger,
                           absl::string_view party, const KeyFingerprint& registrar,
                           const Hash& bound) {
  const FilePosition at{path, 0, 0};
  if (proof.ledger != ledger) {
    return RefuseAt(at, "identity-mismatch",
                    absl::StrCat("is for ledger ", proof.ledger.ToHex(), ", not ", ledger.ToHex()));
  }
  if (proof.party != party) {
    return RefuseAt(at, "identity-mismatch",
                    absl::StrCat("is for party \"", proof.party, "\", not \"", party, "\""));
  }
  if (proof.registrar != registrar) {
    return RefuseAt(
        at, "identity-mismatch",
        absl::StrCat("is for registrar ", proof.registrar.ToHex(), ", not ", registrar.ToHex()),
        "make it again with `tally key prove` and the present identity file");
  }
  const absl::StatusOr<std::shared_ptr<const ledger::Verifier>> verifier =
      ledger::Verifier::Create(proof.grant.key);
  if (!verifier.ok()) return TranslateAt(at, "bad-input", verifier.status());
  const Bytes message =
      ledger::PossessionMessage(ledger, (*verifier)->fingerprint(), registrar, bound);
  if ((*verifier)->Verify(message, proof.grant.possession)) return absl::OkStatus();
  return RefuseAt(at, "bad-input", "its signature does not hold for this party and registrar");
}

absl::Status CheckName(absl::string_view what, absl::string_view name) {
  constexpr absl::string_view kFirst = "abcdefghijklmnopqrstuvwxyz0123456789";
  const std::string rest = absl::StrCat(kFirst, "._-");
  const bool good = !name.empty() && name.size() <= 64 &&
                    kFirst.find(name[0]) != absl::string_view::npos &&
                    name.find_first_not_of(rest) == absl::string_view::npos;
  if (good) return absl::OkStatus();
  return Refuse(
      "bad-input", absl::StrCat("\"", name, "\" is no name of a ", what),
      "use 1 to 64 of a-z, 0-9, dot, underscore and hyphen, beginning with a letter or digit");
}

}  // namespace tally::tools
