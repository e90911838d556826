// key rotate-service: the operator's service key is replaced by another.
//
//   1. the new key is registered, and the keys before it are ended, each by an act of the system
//      stream; signed by the service key that is at hand, or, where it is lost or stolen, by the
//      ledger's recovery key
//   2. DIR/keys/service.pem becomes the new key; the old one, if it is there, stays beside it
//
// A crash leaves a ledger that the same command finishes: what is recorded is not said twice.
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "schema/key_body.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/key_file.h"
#include "tools/receipts.h"

namespace tally::tools {
namespace {

constexpr uint32_t kServiceKeyRoles = kRoleOperator | kRoleProjector;

struct ServiceRotation {
  std::string directory;
  std::string new_key_file;
  AuthorKey next;
  AuthorKey signer;
  std::string reason;
};

absl::Status SubmitServiceKeyAct(const Invocation& call, AppendSession& session,
                                 const ServiceRotation& rotation, BodyKind kind, Bytes body) {
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState system, session.ledger().StreamAt(0));
  ActDraft draft;
  draft.kind = kind;
  draft.body = std::move(body);
  draft.reported_at = call.world.clock->Now();
  TALLY_ASSIGN_OR_RETURN(ledger::SignedBatch batch,
                         SignAct(EndOfActs(session.ledger(), system), draft, rotation.signer));
  return Submit(call, session, {std::move(batch)}).status();
}

// Who may say it: the key at hand, or the ledger's recovery key.
absl::Status CheckServiceSigner(const ledger::Ledger& ledger, const ServiceRotation& rotation,
                                const std::optional<std::string>& recovery_file) {
  const ledger::KeyEntry* entry = ledger.keyring().Find(rotation.signer.key->fingerprint());
  const uint32_t wanted = recovery_file.has_value() ? kRoleRecovery : kRoleOperator;
  if (entry != nullptr && entry->party.IsZero() && (entry->roles & wanted) != 0) {
    return absl::OkStatus();
  }
  if (recovery_file.has_value()) {
    return RefuseAt({*recovery_file, 0, 0}, "key-not-permitted",
                    "is no recovery key of this ledger",
                    "it is the key that `tally init` wrote to keys/recovery.pem");
  }
  return RefuseAt({rotation.directory + "/keys/service.pem", 0, 0}, "key-not-permitted",
                  "is no service key of this ledger",
                  "give the ledger's recovery key with --recovery-key");
}

absl::Status RegisterServiceKey(const Invocation& call, AppendSession& session,
                                const ServiceRotation& rotation) {
  const ledger::Ledger& ledger = session.ledger();
  const KeyFingerprint& next = rotation.next.key->fingerprint();
  if (const ledger::KeyEntry* known = ledger.keyring().Find(next); known != nullptr) {
    if (known->party.IsZero() && (known->roles & kRoleOperator) != 0 && !known->revoked_at) {
      call.console.Note("the new key was registered already");
      return absl::OkStatus();
    }
    return RefuseAt({rotation.new_key_file, 0, 0}, "state-forbids",
                    absl::StrCat("key ", next.ToHex(), " is or was another key of this ledger"),
                    "make a new one with `tally key new`");
  }
  KeyRegistered registered;
  TALLY_ASSIGN_OR_RETURN(
      registered.grant, ProvenGrant(ledger.id(), *rotation.next.key, kServiceKeyRoles,
                                    rotation.signer.key->fingerprint(), Rename<Hash>(ledger.id())));
  registered.reason = rotation.reason;
  return SubmitServiceKeyAct(call, session, rotation, BodyKind::kServiceKeyRegistered,
                             Encode(registered));
}

// Every other service key ends; a recovery key is none.
absl::Status EndServiceKeys(const Invocation& call, AppendSession& session,
                            const ServiceRotation& rotation) {
  std::vector<KeyFingerprint> ending;
  for (const ledger::KeyEntry* key : session.ledger().keyring().KeysOf(StreamId())) {
    const bool service = (key->roles & kServiceKeyRoles) != 0;
    const bool open = !key->revoked_at.has_value();
    if (service && open && key->fingerprint != rotation.next.key->fingerprint()) {
      ending.push_back(key->fingerprint);
    }
  }
  for (const KeyFingerprint& key : ending) {
    call.console.Note(absl::StrCat("ends  ", key.ToHex()));
    const KeyRevoked revoked{key, call.arguments.Time("compromised-since"), rotation.reason};
    TALLY_RETURN_IF_ERROR(SubmitServiceKeyAct(call, session, rotation, BodyKind::kServiceKeyRevoked,
                                              Encode(revoked)));
  }
  return absl::OkStatus();
}

// Step 2: key and salt secret; the old pair is kept before either is replaced.
absl::Status InstallServiceKey(const Invocation& call, const ServiceRotation& rotation,
                               uint64_t size) {
  const std::string place = rotation.directory + "/keys/service.pem";
  const std::string kept = absl::StrCat(rotation.directory, "/keys/service-until-", size, ".pem");
  bool moved = false;
  for (const char* part : {".salt", ""}) {
    TALLY_ASSIGN_OR_RETURN(const std::string next, ReadSecretFile(rotation.new_key_file + part));
    if (Exists(place + part)) {
      TALLY_ASSIGN_OR_RETURN(const std::string old, ReadSecretFile(place + part));
      if (old == next) continue;
      if (!Exists(kept + part)) {
        TALLY_RETURN_IF_ERROR(WriteFile(kept + part, old, Privacy::kSecret, Replace::kNever));
      }
      moved = true;
    }
    TALLY_RETURN_IF_ERROR(WriteFile(place + part, next, Privacy::kSecret, Replace::kYes));
  }
  call.console.Line(absl::StrCat("key       ", place, " is the new key",
                                 moved ? absl::StrCat("; the old one is ", kept) : ""));
  return absl::OkStatus();
}

absl::StatusOr<int> RunRotateService(const Invocation& call) {
  ServiceRotation rotation;
  TALLY_ASSIGN_OR_RETURN(rotation.directory, LedgerDirectory(call));
  rotation.new_key_file = call.arguments.Value("new-key").value_or("");
  rotation.reason = call.arguments.Value("reason").value_or("");
  TALLY_ASSIGN_OR_RETURN(rotation.next, ReadAuthorKey(call, rotation.new_key_file));
  const std::optional<std::string> recovery = call.arguments.Value("recovery-key");
  const std::string own = rotation.directory + "/keys/service.pem";
  if (!recovery.has_value() && !Exists(own)) {
    return RefuseAt({own, 0, 0}, "key-file", "is missing",
                    "where it is lost, give the ledger's recovery key with --recovery-key");
  }
  TALLY_ASSIGN_OR_RETURN(rotation.signer, ReadAuthorKey(call, recovery.value_or(own)));
  uint64_t size = 0;
  {
    TALLY_ASSIGN_OR_RETURN(const auto session,
                           AppendSession::Open(call, nullptr, ServiceKey::kReplaced));
    const ledger::Ledger& ledger = session->ledger();
    // A run that was cut short behind its last act finds the new key in the old one's place.
    const bool placed = !recovery.has_value() &&
                        rotation.signer.key->fingerprint() == rotation.next.key->fingerprint();
    if (!placed) TALLY_RETURN_IF_ERROR(CheckServiceSigner(ledger, rotation, recovery));
    TALLY_RETURN_IF_ERROR(RegisterServiceKey(call, *session, rotation));
    if (session->dry_run()) return kExitDone;
    TALLY_RETURN_IF_ERROR(EndServiceKeys(call, *session, rotation));
    size = ledger.head().size;
  }
  TALLY_RETURN_IF_ERROR(InstallServiceKey(call, rotation, size));
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.service-key/1")
      .Field("key", rotation.next.key->fingerprint().ToHex())
      .NumberField("size", size)
      .EndObject();
  call.console.Json(json);
  return kExitDone;
}

}  // namespace

std::vector<Command> ServiceKeyCommands() {
  Command rotate{.name = "key rotate-service",
                 .summary = "replace the operator's service key",
                 .appends = true,
                 .run = RunRotateService};
  rotate.options = {
      {"new-key", 0, ValueType::kFile, "FILE", "the new private key, its .salt beside", false,
       true},
      {"recovery-key", 0, ValueType::kFile, "FILE",
       "the ledger's recovery key, where the service key is lost or stolen"},
      {"compromised-since", 0, ValueType::kTime, "TIME",
       "what the old key signed from then on is suspect"},
      {"reason", 0, ValueType::kText, "TEXT", "why, for the record"},
  };
  rotate.text =
      "The new key is registered, every service key before it ends, and DIR/keys/service.pem\n"
      "becomes the new one. With --recovery-key the old key need not be there. Cut short, the\n"
      "same command finishes it.";
  rotate.examples = {
      "tally key rotate-service --new-key service2.pem --recovery-key /mnt/recovery.pem"};
  return {std::move(rotate)};
}

}  // namespace tally::tools
