#include "tools/cosigned_checkpoint.h"

#include "absl/strings/str_cat.h"
#include "ledger/chain/cosignature.h"
#include "ledger/store/durable_file.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/files.h"

namespace tally::tools {
namespace {

std::string PathIn(const std::string& directory) { return directory + "/cosigned.checkpoint"; }

}  // namespace

absl::StatusOr<std::vector<ledger::VerifierKey>> LogKeysOf(const ledger::Ledger& ledger) {
  std::vector<std::string> vkeys;
  for (const ledger::LogKeys::Term& term : ledger.keyring().log_keys().terms()) {
    vkeys.insert(vkeys.end(), term.vkeys.begin(), term.vkeys.end());
  }
  absl::StatusOr<std::vector<ledger::VerifierKey>> keys = ledger::ParseVerifierKeys(vkeys);
  if (!keys.ok()) return Translate(Doing::kReading, keys.status());
  return keys;
}

absl::StatusOr<std::optional<CosignedCheckpoint>> ReadCosigned(const std::string& directory,
                                                               const ledger::Ledger& ledger) {
  const std::string path = PathIn(directory);
  if (!Exists(path)) return std::nullopt;
  absl::StatusOr<std::string> note = ledger::ReadWholeFile(path, ledger::kNoteBytesMax);
  if (!note.ok()) return TranslateAt({path, 0, 0}, "file-unreadable", note.status());
  const absl::StatusOr<ledger::Checkpoint> checkpoint = ledger.keyring().log_keys().Open(*note);
  if (!checkpoint.ok()) return TranslateAt({path, 0, 0}, "bad-input", checkpoint.status());
  const ledger::Head head = ledger.head();
  const absl::StatusOr<Hash> root = checkpoint->size <= head.size
                                        ? ledger.RootAt(checkpoint->size)
                                        : absl::StatusOr<Hash>(absl::NotFoundError("shorter"));
  if (!root.ok() || *root != checkpoint->root) {
    return RefuseAt({path, 0, 0}, "ledger-refused",
                    absl::StrCat("was cosigned at size ", checkpoint->size, " with root ",
                                 ToBase64(checkpoint->root.view()), ", the ledger has ",
                                 root.ok() ? absl::StrCat("root ", ToBase64(root->view()))
                                           : absl::StrCat("only ", head.size, " records")),
                    "it was rolled back or forked: keep the file, and run `tally verify --against` "
                    "with it");
  }
  return CosignedCheckpoint{*std::move(note), *checkpoint};
}

absl::Status WriteCosigned(const std::string& directory, absl::string_view note) {
  return WriteFile(PathIn(directory), note, Privacy::kPublic, Replace::kYes);
}

absl::StatusOr<std::string> HeadNote(const std::string& directory, const ledger::Ledger& ledger) {
  const ledger::Head head = ledger.head();
  TALLY_ASSIGN_OR_RETURN(const std::optional<CosignedCheckpoint> cosigned,
                         ReadCosigned(directory, ledger));
  if (!cosigned || cosigned->checkpoint.size != head.size) return head.note;
  // One text, two sets of signatures: the log's own come first, as the head has them.
  absl::StatusOr<ledger::Note> kept = ledger::ParseNote(cosigned->note);
  if (!kept.ok()) return Translate(Doing::kReading, kept.status());
  const absl::StatusOr<ledger::Note> own = ledger::ParseNote(head.note);
  if (!own.ok() || own->text != kept->text) return head.note;
  absl::StatusOr<std::string> joined = ledger::AddSignatures(head.note, kept->unverified);
  if (!joined.ok()) return Translate(Doing::kReading, joined.status());
  return joined;
}

}  // namespace tally::tools
