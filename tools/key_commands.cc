// key new, key prove: keys of parties, made where the party is; the private key never travels.
#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/identity_file.h"
#include "tools/key_file.h"
#include "tools/key_proof.h"
#include "tools/token_uri.h"

namespace tally::tools {
namespace {

absl::StatusOr<int> RunKeyNew(const Invocation& call) {
  const std::string party = call.arguments.Value("party").value_or("");
  const std::string out = call.arguments.Value("out").value_or("");
  TALLY_RETURN_IF_ERROR(CheckName("party", party));
  std::string passphrase;
  // The token's PIN is no passphrase of a file; whoever makes the key there asks for it.
  const bool in_token = IsTokenUri(out);
  if (in_token) {
    if (call.arguments.Has("encrypt")) {
      return Refuse("usage", "--encrypt is for files: a token keeps its keys itself");
    }
  } else if (call.arguments.Has("passphrase-file") || call.arguments.Has("encrypt")) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<std::string> found,
                           FindPassphrase(call, absl::StrCat("New passphrase of ", out)));
    if (!found.has_value() || found->empty()) {
      return Refuse("key-passphrase", "there is no passphrase", "give --passphrase-file");
    }
    passphrase = *found;
  }
  TALLY_ASSIGN_OR_RETURN(const AuthorKey author, CreateAuthorKey(call, out, passphrase));
  call.console.Line(absl::StrCat("party        ", party));
  call.console.Line(
      absl::StrCat("key          ", out,
                   IsTokenUri(out) ? "" : absl::StrCat(" (keep ", out, ".salt beside it)")));
  call.console.Line(absl::StrCat("fingerprint  ", author.key->fingerprint().ToHex()));
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.key/1")
      .Field("party", party)
      .Field("file", out)
      .Field("fingerprint", author.key->fingerprint().ToHex())
      .Field("public_key", ToHex(author.key->public_key().ed25519))
      .EndObject();
  call.console.Json(json);
  return kExitDone;
}

// Who will register the key: the party's own key that may grant, else the operator.
absl::StatusOr<KeyFingerprint> RegistrarFor(const Invocation& call, const IdentityFile& identity,
                                            const IdentityFile::Party* party) {
  const std::optional<std::string> named = call.arguments.Value("registrar");
  if (named.has_value()) {
    absl::StatusOr<KeyFingerprint> fingerprint = KeyFingerprint::FromHex(*named);
    if (fingerprint.ok()) return fingerprint;
    return Refuse("bad-input", absl::StrCat("\"", *named, "\" is no key fingerprint"),
                  "write the 64 hex digits that `tally party show` prints");
  }
  const std::vector<IdentityFile::Key>& keys =
      party == nullptr ? identity.service_keys : party->keys;
  const uint32_t role = party == nullptr ? kRoleOperator : kRoleGrant;
  std::vector<KeyFingerprint> able;
  for (const IdentityFile::Key& key : keys) {
    if ((key.roles & role) != 0 && !key.revoked) able.push_back(key.fingerprint);
  }
  if (able.size() == 1) return able.front();
  return Refuse("missing-argument", absl::StrCat(able.size(), " keys may register this one"),
                "name the one that will with --registrar FINGERPRINT");
}

absl::StatusOr<int> RunKeyProve(const Invocation& call) {
  const std::string name = call.arguments.Value("party").value_or("");
  TALLY_RETURN_IF_ERROR(CheckName("party", name));
  TALLY_ASSIGN_OR_RETURN(const IdentityFile identity,
                         ReadIdentityFile(call, call.arguments.Value("identity").value_or("")));
  TALLY_ASSIGN_OR_RETURN(const auto key, ReadKey(call, call.arguments.Value("key").value_or("")));
  const IdentityFile::Party* party = identity.FindParty(name);
  TALLY_ASSIGN_OR_RETURN(const KeyFingerprint registrar, RegistrarFor(call, identity, party));
  KeyProof proof;
  proof.ledger = identity.ledger;
  proof.party = name;
  proof.registrar = registrar;
  const Hash bound = party == nullptr ? PartyNameHash(name) : Rename<Hash>(party->id);
  TALLY_ASSIGN_OR_RETURN(proof.grant, ProvenGrant(identity.ledger, *key, 0, registrar, bound));
  const std::string out = call.arguments.Value("out").value_or("");
  TALLY_RETURN_IF_ERROR(WriteOutput(call, out, KeyProofText(proof)));
  call.console.Note(absl::StrCat("fingerprint  ", key->fingerprint().ToHex()));
  call.console.Note(absl::StrCat("registrar    ", registrar.ToHex()));
  return kExitDone;
}

}  // namespace

std::vector<Command> KeyCommands() {
  Command make{.name = "key new",
               .summary = "make a key pair and its salt secret",
               .needs_ledger = false,
               .run = RunKeyNew};
  make.options = {
      {"party", 0, ValueType::kText, "NAME", "whose key it will be", false, true},
      {"out", 0, ValueType::kFile, "FILE",
       "the private key; the salt secret goes to FILE.salt. Or a pkcs11: URI: the token makes it",
       false, true},
      {"encrypt", 0, ValueType::kFlag, "", "ask for a passphrase"},
      {"passphrase-file", 0, ValueType::kFile, "FILE", "holds the passphrase to encrypt it with"},
  };
  make.text =
      "Both files are readable by their owner alone, and neither is ever replaced. Back them up\n"
      "together: the salt secret hides bodies and makes retries find what was recorded before.";
  make.examples = {"tally key new --party lime --out lime.pem"};
  Command prove{.name = "key prove",
                .summary = "write a public key with proof of its possession",
                .needs_ledger = false,
                .run = RunKeyProve};
  prove.options = {
      {"key", 0, ValueType::kFile, "FILE", "the private key; it stays here", false, true},
      {"identity", 0, ValueType::kFile, "FILE", "of the ledger, from `tally identity`", false,
       true},
      {"party", 0, ValueType::kText, "NAME", "the party that it is for, new or known", false, true},
      {"out", 0, ValueType::kFile, "FILE", "the proof, to be sent to whoever registers it", false,
       true},
      {"registrar", 0, ValueType::kText, "FINGERPRINT",
       "the key that will register it, when several may"},
      {"passphrase-file", 0, ValueType::kFile, "FILE", "holds the passphrase of the key"},
  };
  prove.examples = {
      "tally key prove --key lime.pem --identity ledger.json --party lime --out lime.proof"};
  return {std::move(make), std::move(prove)};
}

}  // namespace tally::tools
