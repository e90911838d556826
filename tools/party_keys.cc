#include "tools/party_keys.h"

#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/key_file.h"
#include "tools/key_proof.h"
#include "tools/session.h"

namespace tally::tools {
namespace {

// A key that ends before it begins would be registered for nothing.
absl::StatusOr<Instant> ReadValidUntil(const Invocation& call) {
  const std::optional<Instant> until = call.arguments.Time("valid-until");
  if (!until.has_value()) return Instant::Max();
  if (*until > call.world.clock->Now()) return *until;
  return Refuse("bad-input",
                absl::StrCat("--valid-until ", FormatInstant(*until), " lies in the past"),
                "give a later time, or leave it out: the key is then valid until it is revoked");
}

}  // namespace

absl::StatusOr<KeyGrant> GrantFrom(const Invocation& call, const GrantSource& source,
                                   const LedgerId& ledger, const std::string& party,
                                   const KeyFingerprint& registrar, const Hash& bound,
                                   uint32_t roles) {
  KeyGrant grant;
  if (source.key_path.has_value()) {
    TALLY_ASSIGN_OR_RETURN(const auto key, ReadKey(call, *source.key_path));
    TALLY_ASSIGN_OR_RETURN(grant, ProvenGrant(ledger, *key, roles, registrar, bound));
  } else {
    TALLY_ASSIGN_OR_RETURN(KeyProof proof, ReadKeyProof(call, *source.proof_path));
    TALLY_RETURN_IF_ERROR(
        CheckKeyProof(proof, *source.proof_path, ledger, party, registrar, bound));
    grant = std::move(proof.grant);
    grant.roles = roles;
  }
  if (roles != kRoleRecovery) {
    TALLY_ASSIGN_OR_RETURN(grant.valid_until, ReadValidUntil(call));
  }
  return grant;
}

absl::Status CheckOneOf(const Invocation& call, const char* a, const char* b) {
  if (call.arguments.Has(a) != call.arguments.Has(b)) return absl::OkStatus();
  return Refuse("missing-argument",
                absl::StrCat("`", call.command.name, "` needs either --", a, " or --", b));
}

absl::StatusOr<KeyFingerprint> ReadFingerprint(const std::string& text) {
  absl::StatusOr<KeyFingerprint> fingerprint = KeyFingerprint::FromHex(text);
  if (fingerprint.ok()) return fingerprint;
  return Refuse("bad-input", absl::StrCat("\"", text, "\" is no key fingerprint"),
                "write the 64 hex digits that `tally party show` prints");
}

absl::StatusOr<uint32_t> ReadPartyRoles(const Invocation& call) {
  const std::string text = call.arguments.Value("roles").value_or("append,grant");
  if (text == "append,grant") return kRoleAppend | kRoleGrant;
  if (text == "append") return uint32_t{kRoleAppend};
  return Refuse("bad-input", absl::StrCat("--roles: \"", text, "\" are no roles of a party's key"),
                "write append, or append,grant");
}

absl::StatusOr<ledger::PartyEntry> FindNamedParty(const ledger::Ledger& ledger,
                                                  const std::string& name) {
  const ledger::PartyEntry* party = ledger.keyring().FindParty(absl::string_view(name));
  if (party != nullptr) return *party;
  return Refuse("not-found", absl::StrCat("the ledger has no party \"", name, "\""),
                "`tally party list` names those that it has");
}

absl::StatusOr<OwnParty> OpenOwnParty(const Invocation& call, const ledger::Ledger& ledger) {
  OwnParty own;
  TALLY_ASSIGN_OR_RETURN(own.party, FindNamedParty(ledger, call.arguments.At(0)));
  TALLY_ASSIGN_OR_RETURN(own.key, OpenAuthorKey(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry holder, PartyOfKey(ledger, own.key));
  if (holder.id != own.party.id) {
    return Refuse("key-not-permitted",
                  absl::StrCat("the key belongs to party \"", holder.name, "\", not \"",
                               own.party.name, "\""),
                  "only a party's own keys change its keys");
  }
  TALLY_ASSIGN_OR_RETURN(own.stream, ledger.FindStream(own.party.id));
  return own;
}

absl::StatusOr<ledger::SignedBatch> SignInOwnStream(const Invocation& call,
                                                    const ledger::Ledger& ledger,
                                                    const OwnParty& own, BodyKind kind, Bytes body,
                                                    const std::optional<ActId>& id) {
  ActDraft draft;
  draft.kind = kind;
  draft.body = std::move(body);
  draft.author = own.party.id;
  draft.id = id;
  draft.reported_at = call.world.clock->Now();
  return SignAct(EndOfActs(ledger, own.stream), draft, own.key);
}

namespace {

// The options by which `party withdraw` names that very grant.
std::string NamedAsGranted(const ledger::Ledger& ledger, const RoleName& name) {
  const ledger::PartyEntry* grantee = ledger.keyring().FindParty(name.grantee);
  std::string words =
      absl::StrCat("--from ", grantee == nullptr ? name.grantee.ToHex() : grantee->name);
  if (!name.key.IsZero()) absl::StrAppend(&words, " --only-key ", name.key.ToHex());
  if (!name.agreement.IsZero()) {
    const auto stream = ledger.FindStream(name.agreement);
    absl::StrAppend(&words, " --agreement ", stream.ok() ? stream->name : name.agreement.ToHex());
  }
  return words;
}

}  // namespace

void WarnOfStandingRoles(const Invocation& call, const ledger::Ledger& ledger,
                         const ledger::PartyEntry& party,
                         const std::optional<KeyRevoked>& revoked) {
  const Instant now = call.world.clock->Now();
  for (const ledger::RoleBook::Grant& grant : ledger.keyring().roles().Of(party.id)) {
    if (!grant.HasEffect() || grant.revoked_at.has_value() || now >= grant.valid_until) continue;
    const ledger::PartyEntry* grantee = ledger.keyring().FindParty(grant.name.grantee);
    const bool suspect = revoked && revoked->compromised_since && grant.by.key == revoked->key &&
                         grant.by.recorded >= *revoked->compromised_since;
    call.console.Warning(absl::StrCat(
        "the role ", grant.name.role, " that \"",
        grantee == nullptr ? grant.name.grantee.ToHex() : grantee->name,
        "\" was granted in record ", grant.granted_at,
        suspect ? " comes from that key, and of a time since then: what is signed under it is "
                  "suspect, and more can be, until you end it"
                : " stands, whoever granted it: if it was not \"" + party.name + "\", end it",
        " with `tally party withdraw ", party.name, " ", NamedAsGranted(ledger, grant.name), "`"));
  }
}

std::string KeyStateText(const ledger::KeyEntry& key, Instant now) {
  if (key.compromised_since.has_value()) return "compromised";
  if (key.revoked_at.has_value()) return "retired";
  return now >= key.valid_until ? "expired" : "valid";
}

std::string NameOfParty(const ledger::Ledger& ledger, const StreamId& id) {
  if (id.IsZero()) return "the ledger";
  const ledger::PartyEntry* party = ledger.keyring().FindParty(id);
  return party == nullptr ? id.ToHex() : party->name;
}

}  // namespace tally::tools
