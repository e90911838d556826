// key rotate-log: the log's own key is replaced by another, by two signatures: an operator's and
// that of the ledger's recovery key.
//
//   1. both acts are recorded; the checkpoint behind them is signed by the old and the new key
//   2. that checkpoint is recorded, for those who know the old key alone
//   3. DIR/keys/log.pem becomes the new key; the old one stays beside it, as log-until-SIZE.pem
//
// A crash leaves a ledger that the same command finishes: until step 3 nobody else can append, for
// the key that lies at log.pem signs nothing more.
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

using ledger::LogKeys;

struct Rotation {
  std::string directory;
  std::string new_key_file;
  AuthorKey service;
  std::string vkey;  // of the new key
  std::string reason;
};

absl::StatusOr<ledger::SignedBatch> SignSystemAct(const Invocation& call,
                                                  const ledger::Ledger& ledger, BodyKind kind,
                                                  Bytes body, const Hash& answers,
                                                  const AuthorKey& signer) {
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState system, ledger.StreamAt(0));
  ActDraft draft;
  draft.kind = kind;
  draft.body = std::move(body);
  draft.answers = answers;
  draft.reported_at = call.world.clock->Now();
  return SignAct(EndOfActs(ledger, system), draft, signer);
}

// Step 1. The answer names the first act as it is recorded: an earlier run may have got that far.
absl::Status RecordRotation(const Invocation& call, AppendSession& session,
                            const Rotation& rotation) {
  const std::optional<std::string> file = call.arguments.Value("recovery-key");
  if (!file.has_value()) {
    return Refuse("missing-argument", "a rotation of the log key needs the ledger's recovery key",
                  "give it with --recovery-key FILE");
  }
  TALLY_ASSIGN_OR_RETURN(const AuthorKey recovery, ReadAuthorKey(call, *file));
  const ledger::Ledger& ledger = session.ledger();
  const ledger::KeyEntry* entry = ledger.keyring().Find(recovery.key->fingerprint());
  if (entry == nullptr || !entry->party.IsZero() || (entry->roles & kRoleRecovery) == 0) {
    return RefuseAt({*file, 0, 0}, "key-not-permitted", "is no recovery key of this ledger",
                    "it is the key that `tally init` wrote to keys/recovery.pem");
  }
  const Bytes body = Encode(LogKeyRegistered{rotation.vkey, rotation.reason});
  TALLY_ASSIGN_OR_RETURN(
      ledger::SignedBatch said,
      SignSystemAct(call, ledger, BodyKind::kLogKeyRegistered, body, Hash(), rotation.service));
  TALLY_ASSIGN_OR_RETURN(const Submitted first, Submit(call, session, {std::move(said)}));
  // What answers it can be judged only behind it.
  if (session.dry_run()) return absl::OkStatus();
  const absl::StatusOr<ledger::VerifiedRecord> record =
      ledger.ReadRecord(first.receipts.front().index);
  if (!record.ok()) return Translate(Doing::kReading, record.status());
  TALLY_ASSIGN_OR_RETURN(ledger::SignedBatch answered,
                         SignSystemAct(call, ledger, BodyKind::kLogKeyRegistered, body,
                                       record->events()[0].digest, recovery));
  return Submit(call, session, {std::move(answered)}).status();
}

// Step 2.
absl::Status RecordHandover(const Invocation& call, AppendSession& session,
                            const Rotation& rotation, const LogKeys::Term& old) {
  const ledger::Head head = session.ledger().head();
  if (head.size != *old.last_size) {
    call.console.Warning(absl::StrCat("the checkpoint of size ", *old.last_size,
                                      ", at which the key changed, is gone: whoever "
                                      "knows the old key alone needs a checkpoint that was kept"));
    return absl::OkStatus();
  }
  const LogKeyRetired retired{old.vkeys.front(), head.size, rotation.reason, head.note};
  TALLY_ASSIGN_OR_RETURN(ledger::SignedBatch batch,
                         SignSystemAct(call, session.ledger(), BodyKind::kLogKeyRetired,
                                       Encode(retired), Hash(), rotation.service));
  return Submit(call, session, {std::move(batch)}).status();
}

// Step 3. A crash between the two leaves the old key under both names, and no one is without.
absl::Status InstallKey(const Invocation& call, const Rotation& rotation, uint64_t last_size) {
  const std::string place = rotation.directory + "/keys/log.pem";
  const std::string kept = absl::StrCat(rotation.directory, "/keys/log-until-", last_size, ".pem");
  TALLY_ASSIGN_OR_RETURN(const std::string old_key, ReadSecretFile(place));
  TALLY_ASSIGN_OR_RETURN(const std::string new_key, ReadSecretFile(rotation.new_key_file));
  if (old_key == new_key) return absl::OkStatus();
  if (!Exists(kept)) {
    TALLY_RETURN_IF_ERROR(WriteFile(kept, old_key, Privacy::kSecret, Replace::kNever));
  }
  TALLY_RETURN_IF_ERROR(WriteFile(place, new_key, Privacy::kSecret, Replace::kYes));
  call.console.Line(absl::StrCat("key       ", place, " is the new key; the old one is ", kept));
  return absl::OkStatus();
}

void Announce(const Invocation& call, const LogKeys::Term& old, const Rotation& rotation) {
  call.console.Line(absl::StrCat("log key   ", rotation.vkey));
  call.console.Line(absl::StrCat("cut-off   size ", *old.last_size, ": ", old.vkeys.front(),
                                 " signs nothing behind it"));
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.log-key/1")
      .Field("vkey", rotation.vkey)
      .Field("retired_vkey", old.vkeys.front())
      .NumberField("last_size", *old.last_size)
      .EndObject();
  call.console.Json(json);
}

absl::StatusOr<int> RunRotateLog(const Invocation& call) {
  Rotation rotation;
  TALLY_ASSIGN_OR_RETURN(rotation.directory, LedgerDirectory(call));
  rotation.new_key_file = call.arguments.Value("new-key").value_or("");
  rotation.reason = call.arguments.Value("reason").value_or("");
  TALLY_ASSIGN_OR_RETURN(rotation.service,
                         ReadAuthorKey(call, rotation.directory + "/keys/service.pem"));
  TALLY_ASSIGN_OR_RETURN(auto next, ReadKey(call, rotation.new_key_file));
  const PublicKeyBytes public_key = next->public_key();
  uint64_t last_size = 0;
  {
    TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call, std::move(next)));
    const ledger::Ledger& ledger = session->ledger();
    rotation.vkey = ledger::LogVkey(ledger.origin(), public_key);
    if (ledger.keyring().log_keys().TermOf(rotation.vkey) == nullptr) {
      TALLY_RETURN_IF_ERROR(RecordRotation(call, *session, rotation));
      if (session->dry_run()) return kExitDone;
    }
    const LogKeys& keys = ledger.keyring().log_keys();
    if (keys.terms().size() < 2 || keys.terms().back().vkeys.front() != rotation.vkey) {
      return Refuse("state-forbids", absl::StrCat(rotation.vkey, " was the log's key before"),
                    "make another with `tally key new`: a key is the log's once");
    }
    const LogKeys::Term& old = *(keys.terms().end() - 2);
    last_size = *old.last_size;
    if (old.handover.empty()) {
      TALLY_RETURN_IF_ERROR(RecordHandover(call, *session, rotation, old));
    } else {
      call.console.Note("the rotation was recorded already; nothing was appended");
    }
    Announce(call, old, rotation);
    const std::optional<std::string> file = call.arguments.Value("handover");
    // Asked for anew: `old` is from before its handover was recorded.
    const LogKeys::Term* handed_over = ledger.keyring().log_keys().TermOf(old.vkeys.front());
    if (file.has_value() && handed_over != nullptr && !handed_over->handover.empty()) {
      TALLY_RETURN_IF_ERROR(WriteOutput(call, *file, handed_over->handover));
    }
  }
  TALLY_RETURN_IF_ERROR(InstallKey(call, rotation, last_size));
  return kExitDone;
}

}  // namespace

std::vector<Command> LogKeyCommands() {
  Command rotate{.name = "key rotate-log",
                 .summary = "replace the key that signs the log's checkpoints",
                 .appends = true,
                 .run = RunRotateLog};
  rotate.options = {
      {"new-key", 0, ValueType::kFile, "FILE", "the new private key", false, true},
      {"recovery-key", 0, ValueType::kFile, "FILE", "the ledger's recovery key, its .salt beside"},
      {"reason", 0, ValueType::kText, "TEXT", "why, for the record"},
      {"handover", 0, ValueType::kFile, "FILE",
       "writes the checkpoint that both keys signed, for those who know the old key alone"},
  };
  rotate.text =
      "One key alone cannot do it: the operator's service key speaks, the recovery key answers.\n"
      "The checkpoint behind both is signed by the old and the new key, what follows by the new\n"
      "one. A rotation that was cut short is finished by the same command.";
  rotate.examples = {"tally key rotate-log --new-key log2.pem --recovery-key /mnt/recovery.pem"};
  return {std::move(rotate)};
}

}  // namespace tally::tools
