// party recover|grant|withdraw: a party whose keys are lost goes on with its recovery key, and a
// party lets another act in its name.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/key_body.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/party_keys.h"
#include "tools/receipts.h"

namespace tally::tools {
namespace {

// The party's keys that end with the recovery: those named by --revoke, else all but recovery keys.
// A second run finds them ended by the record that registered `next`, and says the same again.
absl::StatusOr<std::vector<KeyFingerprint>> EndingKeys(const Invocation& call,
                                                       const ledger::Keyring& keyring,
                                                       const OwnParty& own,
                                                       const KeyFingerprint& next) {
  std::vector<KeyFingerprint> ending;
  for (const std::string& text : call.arguments.Values("revoke")) {
    TALLY_ASSIGN_OR_RETURN(const KeyFingerprint key, ReadFingerprint(text));
    ending.push_back(key);
  }
  const ledger::KeyEntry* known = keyring.Find(next);
  const auto open = [&](const ledger::KeyEntry& key) {
    if (!key.revoked_at.has_value())
      return known == nullptr || key.registered_at < known->registered_at;
    return known != nullptr && *key.revoked_at == known->registered_at;
  };
  if (call.arguments.Has("revoke")) return ending;
  for (const ledger::KeyEntry* key : keyring.KeysOf(own.party.id)) {
    const bool recovers = (key->roles & kRoleRecovery) != 0;
    const bool replaced =
        call.arguments.Has("new-recovery-key") || call.arguments.Has("new-recovery-proof");
    const bool ends = recovers ? replaced && key->fingerprint == own.key.key->fingerprint() : true;
    if (ends && open(*key)) ending.push_back(key->fingerprint);
  }
  return ending;
}

absl::StatusOr<int> RunRecover(const Invocation& call) {
  TALLY_RETURN_IF_ERROR(CheckOneOf(call, "new-key", "proof"));
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  const ledger::Ledger& ledger = session->ledger();
  TALLY_ASSIGN_OR_RETURN(const OwnParty own, OpenOwnParty(call, ledger));
  const KeyFingerprint& signer = own.key.key->fingerprint();
  if ((ledger.keyring().Find(signer)->roles & kRoleRecovery) == 0) {
    return Refuse(
        "key-not-permitted",
        absl::StrCat("key ", signer.ToHex(), " is no recovery key of \"", own.party.name, "\""),
        "give the recovery key with --key; a key that is at hand is replaced with "
        "`tally party rotate`");
  }
  const Hash bound = Rename<Hash>(own.party.id);
  const auto grant = [&](const GrantSource& source, uint32_t roles) {
    return GrantFrom(call, source, ledger.id(), own.party.name, signer, bound, roles);
  };
  KeyRecovered recovered;
  TALLY_ASSIGN_OR_RETURN(KeyGrant next,
                         grant({call.arguments.Value("new-key"), call.arguments.Value("proof")},
                               kRoleAppend | kRoleGrant));
  const KeyFingerprint next_key = ledger::FingerprintOf(next.key);
  recovered.grants.push_back(std::move(next));
  const GrantSource recovery{call.arguments.Value("new-recovery-key"),
                             call.arguments.Value("new-recovery-proof")};
  if (recovery.key_path.has_value() || recovery.proof_path.has_value()) {
    TALLY_ASSIGN_OR_RETURN(KeyGrant again, grant(recovery, kRoleRecovery));
    recovered.grants.push_back(std::move(again));
  }
  TALLY_ASSIGN_OR_RETURN(recovered.revoked, EndingKeys(call, ledger.keyring(), own, next_key));
  recovered.reason = call.arguments.Value("reason").value_or("");
  for (const KeyFingerprint& key : recovered.revoked) {
    call.console.Note(absl::StrCat("ends  ", key.ToHex()));
  }
  call.console.Note(absl::StrCat("new   ", next_key.ToHex()));
  TALLY_ASSIGN_OR_RETURN(
      ledger::SignedBatch batch,
      SignInOwnStream(call, ledger, own, BodyKind::kKeyRecovered, Encode(recovered)));
  WarnOfStandingRoles(call, ledger, own.party, std::nullopt);
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, {std::move(batch)}));
  return submitted.exit;
}

absl::StatusOr<RoleName> ReadRoleName(const Invocation& call, const ledger::Ledger& ledger,
                                      const char* whom) {
  RoleName name;
  name.role = call.arguments.Value("role").value_or(std::string(ledger::kRoleNameAppend));
  if (name.role != ledger::kRoleNameAppend) {
    return Refuse("bad-input", absl::StrCat("no role is called \"", name.role, "\""),
                  "one can be granted: append, to sign acts and evidence in the party's name");
  }
  TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry grantee,
                         FindNamedParty(ledger, call.arguments.Value(whom).value_or("")));
  name.grantee = grantee.id;
  if (const auto key = call.arguments.Value("only-key"); key.has_value()) {
    TALLY_ASSIGN_OR_RETURN(name.key, ReadFingerprint(*key));
  }
  if (const auto agreement = call.arguments.Value("agreement"); agreement.has_value()) {
    TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                           FindStream(ledger, {StreamKind::kAgreement, *agreement}));
    name.agreement = stream.id;
  }
  return name;
}

// The same role may be granted and withdrawn again: the acts then have other ids than before, and a
// retry has the same.
absl::StatusOr<int> SubmitRole(const Invocation& call, AppendSession& session, BodyKind kind,
                               const RoleName& name, Bytes body) {
  TALLY_ASSIGN_OR_RETURN(const OwnParty own, OpenOwnParty(call, session.ledger()));
  uint8_t times = 0;
  bool open = false;
  for (const ledger::RoleBook::Grant& grant : session.ledger().keyring().roles().Of(own.party.id)) {
    if (grant.name != name) continue;
    if (grant.revoked_at.has_value()) ++times;
    open = open || !grant.revoked_at.has_value();
  }
  if (kind == BodyKind::kRoleRevoked && !open && times > 0) --times;
  std::optional<ActId> id;
  if (times > 0) {
    Hash again;
    again.bytes.back() = times;
    id = ledger::SaltSource(own.key.salt_secret).DefaultActId(own.party.id, kind, again, body);
  }
  TALLY_ASSIGN_OR_RETURN(ledger::SignedBatch batch,
                         SignInOwnStream(call, session.ledger(), own, kind, std::move(body), id));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, session, {std::move(batch)}));
  return submitted.exit;
}

absl::StatusOr<int> RunGrant(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  RoleGranted granted;
  TALLY_ASSIGN_OR_RETURN(granted.name, ReadRoleName(call, session->ledger(), "to"));
  granted.valid_until = call.arguments.Time("valid-until").value_or(Instant::Max());
  granted.reason = call.arguments.Value("reason").value_or("");
  return SubmitRole(call, *session, BodyKind::kRoleGranted, granted.name, Encode(granted));
}

absl::StatusOr<int> RunWithdraw(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  RoleRevoked revoked;
  TALLY_ASSIGN_OR_RETURN(revoked.name, ReadRoleName(call, session->ledger(), "from"));
  revoked.reason = call.arguments.Value("reason").value_or("");
  return SubmitRole(call, *session, BodyKind::kRoleRevoked, revoked.name, Encode(revoked));
}

std::vector<OptionSpec> RoleOptions(const char* whom, const char* summary) {
  return {
      {whom, 0, ValueType::kText, "PARTY", summary, false, true},
      {"role", 0, ValueType::kText, "ROLE", "append (as if left out)"},
      {"only-key", 0, ValueType::kText, "FINGERPRINT", "this key of that party alone"},
      {"agreement", 0, ValueType::kText, "A", "in this agreement alone"},
      {"reason", 0, ValueType::kText, "TEXT", "why, for the record"},
  };
}

Command RecoverCommand() {
  Command recover{.name = "party recover",
                  .summary = "go on with a new key after the party's own were lost",
                  .appends = true,
                  .run = RunRecover};
  recover.operands = {{"NAME", "of the party"}};
  recover.options = {
      {"new-key", 0, ValueType::kFile, "FILE", "the new private key"},
      {"proof", 0, ValueType::kFile, "FILE",
       "the new public key with proof, made for the recovery"
       " key as --registrar"},
      {"new-recovery-key", 0, ValueType::kFile, "FILE",
       "a recovery key in place of the one that signs"},
      {"new-recovery-proof", 0, ValueType::kFile, "FILE", "the same as a proof"},
      {"revoke", 0, ValueType::kText, "FINGERPRINT",
       "a key that ends (else all of the party but recovery keys)", true},
      {"valid-until", 0, ValueType::kTime, "TIME",
       "the recorded time from which the new key signs no more"},
      {"reason", 0, ValueType::kText, "TEXT", "why, for the record", false, true},
  };
  recover.text =
      "Signed with --key, the party's recovery key. What the old keys signed stays valid; say "
      "with\n"
      "`tally party revoke --compromised-since` from when on it is suspect.";
  recover.examples = {
      "tally party recover lime --key lime-recovery.pem --new-key lime2.pem --reason \"laptop "
      "stolen\""};
  return recover;
}

}  // namespace

std::vector<Command> PartyRoleCommands() {
  Command grant{.name = "party grant",
                .summary = "let another party act in this one's name",
                .appends = true,
                .run = RunGrant};
  grant.operands = {{"NAME", "of the party that grants"}};
  grant.options = RoleOptions("to", "who may act for it");
  grant.options.push_back({"valid-until", 0, ValueType::kTime, "TIME",
                           "the recorded time from which the role is gone"});
  grant.text =
      "Signed with --key of the granting party. From then on the other party's keys sign evidence\n"
      "of its feeds, and acts with --as NAME. Its own stream, with keys and roles, stays its own.";
  grant.examples = {"tally party grant lime --to auditor --agreement coral-island --key lime.pem"};
  Command withdraw{.name = "party withdraw",
                   .summary = "end a role that was granted",
                   .appends = true,
                   .run = RunWithdraw};
  withdraw.operands = {{"NAME", "of the party that granted"}};
  withdraw.options = RoleOptions("from", "who may act for it no more");
  withdraw.text = "Signed with --key. Name the same party, key and agreement as the grant did.";
  return {RecoverCommand(), std::move(grant), std::move(withdraw)};
}

}  // namespace tally::tools
