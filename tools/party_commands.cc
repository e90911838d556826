// party register|rotate|revoke|list|show: who may act, and with which keys.
//
// The operator opens a party with its first keys; from then on only the party's own keys add, grant
// or revoke, so that an operator cannot act in its name.
#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/identity_file.h"
#include "tools/key_file.h"
#include "tools/key_proof.h"
#include "tools/party_keys.h"
#include "tools/receipts.h"

namespace tally::tools {
namespace {

// Whose key it is already can be told here alone: the log knows keys by their parties' numbers.
absl::Status CheckKeyIsFree(const ledger::Ledger& ledger, const std::string& name,
                            const KeyGrant& grant) {
  const KeyFingerprint key = ledger::FingerprintOf(grant.key);
  const ledger::KeyEntry* known = ledger.keyring().Find(key);
  if (known == nullptr) return absl::OkStatus();
  const std::string holder =
      known->party.IsZero() ? "the ledger itself" : NameOfParty(ledger, known->party);
  if (holder == name) return absl::OkStatus();  // perhaps the same command again
  return Refuse("already-exists",
                absl::StrCat("key ", key.ToHex(), " is registered already, for ", holder),
                "each party has keys of its own: `tally key new` makes one");
}

absl::StatusOr<int> RunRegister(const Invocation& call) {
  const std::string name = call.arguments.At(0);
  TALLY_RETURN_IF_ERROR(CheckName("party", name));
  TALLY_RETURN_IF_ERROR(CheckOneOf(call, "key", "proof"));
  TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const AuthorKey service,
                         ReadAuthorKey(call, directory + "/keys/service.pem"));
  const LedgerId& ledger = session->ledger().id();
  const KeyFingerprint& registrar = service.key->fingerprint();
  const Hash bound = PartyNameHash(name);
  PartyOpened opened;
  opened.name = name;
  opened.display_name = call.arguments.Value("display-name").value_or("");
  TALLY_ASSIGN_OR_RETURN(const uint32_t roles, ReadPartyRoles(call));
  const GrantSource first{call.arguments.Value("key"), call.arguments.Value("proof")};
  TALLY_ASSIGN_OR_RETURN(KeyGrant grant,
                         GrantFrom(call, first, ledger, name, registrar, bound, roles));
  TALLY_RETURN_IF_ERROR(CheckKeyIsFree(session->ledger(), name, grant));
  opened.keys.push_back(std::move(grant));
  const GrantSource recovery{call.arguments.Value("recovery-key"),
                             call.arguments.Value("recovery-proof")};
  if (recovery.key_path.has_value() || recovery.proof_path.has_value()) {
    TALLY_ASSIGN_OR_RETURN(
        grant, GrantFrom(call, recovery, ledger, name, registrar, bound, kRoleRecovery));
    opened.recovery_keys.push_back(std::move(grant));
  } else {
    call.console.Warning(absl::StrCat("party \"", name,
                                      "\" has no recovery key: if its key is lost, nobody can "
                                      "act for it again"));
  }
  ActDraft draft;
  draft.kind = BodyKind::kPartyOpened;
  draft.body = Encode(opened);
  draft.reported_at = call.world.clock->Now();
  TALLY_ASSIGN_OR_RETURN(ledger::SignedBatch batch, SignOpening(ledger, draft, service));
  call.console.Note(absl::StrCat("key ", ledger::FingerprintOf(opened.keys.front().key).ToHex()));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, {std::move(batch)}));
  return submitted.exit;
}

absl::StatusOr<int> RunRotate(const Invocation& call) {
  TALLY_RETURN_IF_ERROR(CheckOneOf(call, "new-key", "proof"));
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  const ledger::Ledger& ledger = session->ledger();
  TALLY_ASSIGN_OR_RETURN(const OwnParty own, OpenOwnParty(call, ledger));
  const GrantSource source{call.arguments.Value("new-key"), call.arguments.Value("proof")};
  KeyRegistered registered;
  TALLY_ASSIGN_OR_RETURN(const uint32_t roles, ReadPartyRoles(call));
  TALLY_ASSIGN_OR_RETURN(registered.grant,
                         GrantFrom(call, source, ledger.id(), own.party.name,
                                   own.key.key->fingerprint(), Rename<Hash>(own.party.id), roles));
  registered.reason = call.arguments.Value("reason").value_or("");
  TALLY_ASSIGN_OR_RETURN(
      ledger::SignedBatch add,
      SignInOwnStream(call, ledger, own, BodyKind::kKeyRegistered, Encode(registered)));
  std::vector<ledger::SignedBatch> batches = {std::move(add)};
  if (!call.arguments.Has("keep-old")) {
    // The old key's last act is to end itself, so the pair needs only one signer.
    KeyRevoked revoked;
    revoked.key = own.key.key->fingerprint();
    revoked.reason = registered.reason.empty() ? std::string("rotated") : registered.reason;
    TALLY_ASSIGN_OR_RETURN(
        ledger::SignedBatch end,
        SignInOwnStream(call, ledger, own, BodyKind::kKeyRevoked, Encode(revoked)));
    batches.push_back(std::move(end));
  }
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, std::move(batches)));
  return submitted.exit;
}

// Whether the party could still be acted for once `ending` has ended: by a key that grants others,
// or by a recovery key.
bool CanGoOn(const ledger::Keyring& keyring, const ledger::PartyEntry& party,
             const KeyFingerprint& ending, Instant now) {
  for (const ledger::KeyEntry* key : keyring.KeysOf(party.id)) {
    const bool usable =
        !key->revoked_at.has_value() && now < key->valid_until && key->fingerprint != ending;
    if (usable && (key->roles & (kRoleGrant | kRoleRecovery)) != 0) return true;
  }
  return false;
}

// The question before a key is revoked. What cannot be undone by anybody is never done without a
// word: where there is no terminal to ask, --yes must have been given.
absl::Status AskToRevoke(const Invocation& call, const ledger::Keyring& keyring,
                         const ledger::PartyEntry& party, const KeyFingerprint& ending) {
  const bool last = !CanGoOn(keyring, party, ending, call.world.clock->Now());
  const std::string consequence =
      absl::StrCat("it is the last key that can act for \"", party.name,
                   "\", and without a recovery key nobody could ever act for it again");
  const bool asked = call.arguments.Has("yes") || call.world.in_is_terminal;
  if (last && !asked && !call.arguments.Has("dry-run")) {
    return Refuse("state-forbids", absl::StrCat("the key was not revoked: ", consequence),
                  "replace it with `tally party rotate`, or say --yes");
  }
  if (last) call.console.Warning(consequence);
  if (Confirmed(call, absl::StrCat("Revoke key ", ending.ToHex(), " of ", party.name, "?"))) {
    return absl::OkStatus();
  }
  return Refuse("interrupted", "not confirmed; nothing was recorded");
}

absl::StatusOr<int> RunRevoke(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const KeyFingerprint fingerprint, ReadFingerprint(call.arguments.At(1)));
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const OwnParty own, OpenOwnParty(call, session->ledger()));
  TALLY_RETURN_IF_ERROR(AskToRevoke(call, session->ledger().keyring(), own.party, fingerprint));
  KeyRevoked revoked;
  revoked.key = fingerprint;
  revoked.compromised_since = call.arguments.Time("compromised-since");
  revoked.reason = call.arguments.Value("reason").value_or("");
  TALLY_ASSIGN_OR_RETURN(
      ledger::SignedBatch batch,
      SignInOwnStream(call, session->ledger(), own, BodyKind::kKeyRevoked, Encode(revoked)));
  WarnOfStandingRoles(call, session->ledger(), own.party, revoked);
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, {std::move(batch)}));
  return submitted.exit;
}

std::string GranteeText(const ledger::Keyring& keyring, const RoleName& name) {
  const ledger::PartyEntry* grantee = keyring.FindParty(name.grantee);
  return grantee == nullptr ? name.grantee.ToHex() : grantee->name;
}

void WriteRoles(JsonWriter& json, const ledger::Keyring& keyring, const ledger::PartyEntry& party) {
  const auto named = [](const auto& digest) {
    return digest.IsZero() ? std::nullopt : std::optional<std::string>(digest.ToHex());
  };
  json.Key("roles_granted").BeginArray();
  for (const ledger::RoleBook::Grant& grant : keyring.roles().Of(party.id)) {
    json.BeginObject().Field("role", grant.name.role);
    json.Field("grantee", GranteeText(keyring, grant.name));
    json.OptionalField("key", named(grant.name.key));
    json.OptionalField("agreement", named(grant.name.agreement));
    json.NumberField("granted_at", grant.granted_at);
    json.OptionalField("valid_until",
                       grant.valid_until != Instant::Max()
                           ? std::optional<std::string>(FormatInstant(grant.valid_until))
                           : std::nullopt);
    json.OptionalField("revoked_at",
                       grant.revoked_at.has_value()
                           ? std::optional<std::string>(absl::StrCat(*grant.revoked_at))
                           : std::nullopt);
    json.BoolField("has_effect", grant.HasEffect()).EndObject();
  }
  json.EndArray();
}

void WriteParty(const Invocation& call, const ledger::Keyring& keyring,
                const ledger::PartyEntry& party) {
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.party/1")
      .Field("name", party.name)
      .Field("display_name", party.display_name)
      .Field("id", party.id.ToHex())
      .NumberField("opening", party.opening_index)
      .Key("keys")
      .BeginArray();
  for (const ledger::KeyEntry* key : keyring.KeysOf(party.id)) {
    json.BeginObject()
        .Field("fingerprint", key->fingerprint.ToHex())
        .Field("public_key", ToHex(key->key.ed25519))
        .Field("roles", RolesText(key->roles))
        .NumberField("registered_at", key->registered_at);
    json.OptionalField("revoked_at",
                       key->revoked_at.has_value()
                           ? std::optional<std::string>(absl::StrCat(*key->revoked_at))
                           : std::nullopt);
    json.OptionalField("valid_until",
                       key->valid_until != Instant::Max()
                           ? std::optional<std::string>(FormatInstant(key->valid_until))
                           : std::nullopt);
    json.OptionalField("compromised_since",
                       key->compromised_since.has_value()
                           ? std::optional<std::string>(FormatInstant(*key->compromised_since))
                           : std::nullopt);
    json.Field("state", KeyStateText(*key, call.world.clock->Now())).EndObject();
  }
  json.EndArray();
  WriteRoles(json, keyring, party);
  json.EndObject();
  call.console.Json(json);
}

absl::StatusOr<int> RunList(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  Table table({"NAME", "ID", "KEYS", "DISPLAY NAME"});
  for (const ledger::PartyEntry& party : ledger->keyring().parties()) {
    size_t usable = 0;
    for (const ledger::KeyEntry* key : ledger->keyring().KeysOf(party.id))
      usable += KeyStateText(*key, call.world.clock->Now()) == "valid";
    table.Row(
        {party.name, party.id.ToHex().substr(0, 16), absl::StrCat(usable), party.display_name});
    WriteParty(call, ledger->keyring(), party);
  }
  if (!table.empty()) table.Print(call.console);
  return kExitDone;
}

absl::StatusOr<int> RunShow(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry party,
                         FindNamedParty(*ledger, call.arguments.At(0)));
  call.console.Line(absl::StrCat("name     ", party.name));
  if (!party.display_name.empty()) call.console.Line(absl::StrCat("display  ", party.display_name));
  call.console.Line(absl::StrCat("id       ", party.id.ToHex()));
  call.console.Line(absl::StrCat("opened   ", party.opening_index, "/0"));
  Table table({"KEY", "ROLES", "REGISTERED", "REVOKED", "STATE"});
  for (const ledger::KeyEntry* key : ledger->keyring().KeysOf(party.id)) {
    table.Row({key->fingerprint.ToHex(), RolesText(key->roles), absl::StrCat(key->registered_at),
               key->revoked_at.has_value() ? absl::StrCat(*key->revoked_at) : "-",
               KeyStateText(*key, call.world.clock->Now())});
  }
  table.Print(call.console);
  Table roles({"ROLE", "GRANTED TO", "SINCE", "REVOKED"});
  for (const ledger::RoleBook::Grant& grant : ledger->keyring().roles().Of(party.id)) {
    roles.Row({grant.name.role, GranteeText(ledger->keyring(), grant.name),
               absl::StrCat(grant.granted_at),
               grant.revoked_at.has_value() ? absl::StrCat(*grant.revoked_at) : "-"});
  }
  if (!roles.empty()) roles.Print(call.console);
  WriteParty(call, ledger->keyring(), party);
  return kExitDone;
}

}  // namespace

std::vector<Command> PartyCommands() {
  const OptionSpec reason{"reason", 0, ValueType::kText, "TEXT", "why, for the record"};
  const OptionSpec until{"valid-until", 0, ValueType::kTime, "TIME",
                         "the recorded time from which the key signs no more"};
  const OptionSpec roles{"roles", 0, ValueType::kText, "ROLES",
                         "append, or append,grant (as if left out): what the key may do"};
  Command add{.name = "party register",
              .summary = "open a party with its first key",
              .appends = true,
              .run = RunRegister};
  add.operands = {{"NAME", "of the party, unique in the ledger"}};
  add.options = {
      {"proof", 0, ValueType::kFile, "FILE", "public key with proof, from `tally key prove`"},
      {"recovery-key", 0, ValueType::kFile, "FILE", "a key kept for the loss of the first"},
      {"recovery-proof", 0, ValueType::kFile, "FILE", "the same as a proof"},
      {"display-name", 0, ValueType::kText, "TEXT", "the name in full"},
      roles,
      until,
  };
  add.text =
      "Signed by the operator's service key. The party's key is given as --key FILE (a private key "
      "at\n"
      "hand) or --proof FILE (made where the key lies). From then on only the party's own keys "
      "change\n"
      "its keys.";
  add.examples = {"tally party register lime --proof lime.proof --recovery-key lime-recovery.pem"};
  Command rotate{.name = "party rotate",
                 .summary = "replace a party's key by a new one",
                 .appends = true,
                 .run = RunRotate};
  rotate.operands = {{"NAME", "of the party"}};
  rotate.options = {
      {"new-key", 0, ValueType::kFile, "FILE", "the new private key"},
      {"proof", 0, ValueType::kFile, "FILE", "the new public key with proof"},
      {"keep-old", 0, ValueType::kFlag, "", "do not revoke the signing key"},
      roles,
      until,
      reason,
  };
  rotate.text =
      "Signed with --key, the party's present key, which is revoked unless --keep-old is given.";
  Command revoke{
      .name = "party revoke", .summary = "end a key of a party", .appends = true, .run = RunRevoke};
  revoke.operands = {{"NAME", "of the party"}, {"FINGERPRINT", "of the key that ends"}};
  revoke.options = {
      {"compromised-since", 0, ValueType::kTime, "TIME",
       "marks what it signed since then as suspect"},
      reason,
  };
  revoke.text =
      "Where no other key and no recovery key could act for the party, --yes must be given.";
  Command list{.name = "party list", .summary = "list parties", .run = RunList};
  Command show{.name = "party show", .summary = "show a party and its keys", .run = RunShow};
  show.operands = {{"NAME", "of the party"}};
  return {std::move(add), std::move(rotate), std::move(revoke), std::move(list), std::move(show)};
}

}  // namespace tally::tools
