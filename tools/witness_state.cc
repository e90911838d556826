#include "tools/witness_state.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ledger/chain/cosignature.h"
#include "ledger/crypto/sha256.h"
#include "ledger/store/durable_file.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/files.h"

namespace tally::tools {
namespace {

using ledger::VerifierKey;
using ledger::WitnessRuling;
using ledger::WitnessStatus;

std::string OriginHash(absl::string_view origin) {
  return ledger::Sha256Of({AsBytes(origin)}).ToHex();
}

WitnessReply Refused(const WitnessRuling& ruling) {
  WitnessReply reply;
  reply.status = static_cast<int>(ruling.status);
  reply.body = absl::StrCat(ruling.reason, "\n");
  return reply;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Witness>> Witness::Open(const WitnessOptions& options) {
  TALLY_CHECK(options.key != nullptr && options.clock != nullptr);
  std::error_code error;
  std::filesystem::create_directories(options.directory, error);
  if (error) {
    return RefuseAt({options.directory, 0, 0}, "file-unwritable",
                    absl::StrCat("cannot be made: ", error.message()));
  }
  std::unique_ptr<Witness> witness(new Witness(options));
  TALLY_RETURN_IF_ERROR(witness->Lock());
  TALLY_RETURN_IF_ERROR(witness->ClaimDirectory());
  for (const ledger::Policy::Log& log : options.logs) {
    TALLY_RETURN_IF_ERROR(witness->Load(log.key.name));
  }
  return witness;
}

Witness::~Witness() {
  if (lock_ >= 0) ::close(lock_);
}

VerifierKey Witness::verifier_key() const {
  return ledger::CosignerKey(options_.name, options_.key->public_key());
}

absl::Status Witness::Lock() {
  const std::string path = options_.directory + "/lock";
  lock_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock_ < 0) return RefuseAt({path, 0, 0}, "file-unwritable", "cannot be opened");
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return RefuseAt({options_.directory, 0, 0}, "busy", "is in use by another process",
                  "one witness has one process: two could cosign two trees");
}

absl::Status Witness::ClaimDirectory() {
  const std::string path = options_.directory + "/witness.vkey";
  const std::string own = verifier_key().ToText();
  if (!Exists(path)) return WriteFile(path, own + "\n", Privacy::kPublic, Replace::kNever);
  const absl::StatusOr<std::string> found = ledger::ReadWholeFile(path, 4096);
  if (!found.ok()) return TranslateAt({path, 0, 0}, "file-unreadable", found.status());
  if (absl::StripSuffix(*found, "\n") == own) return absl::OkStatus();
  return RefuseAt({path, 0, 0}, "identity-mismatch",
                  absl::StrCat("is of ", absl::StripSuffix(*found, "\n"), ", not of ", own),
                  "give each witness a directory of its own");
}

std::string Witness::FileOf(const std::string& origin) const {
  return absl::StrCat(options_.directory, "/", OriginHash(origin), ".checkpoint");
}

absl::Status Witness::Load(const std::string& origin) {
  const std::string path = FileOf(origin);
  if (!Exists(path)) return absl::OkStatus();
  absl::StatusOr<std::string> note = ledger::ReadWholeFile(path, ledger::kNoteBytesMax);
  if (!note.ok()) return TranslateAt({path, 0, 0}, "file-unreadable", note.status());
  // Our own signature says that this is what we promised, whatever became of the log's key.
  const VerifierKey own = verifier_key();
  const absl::StatusOr<ledger::Note> opened = ledger::OpenNote(*note, {&own, 1});
  if (!opened.ok()) return TranslateAt({path, 0, 0}, "bad-input", opened.status());
  Promise promise;
  absl::StatusOr<ledger::Checkpoint> checkpoint = ledger::ParseCheckpointText(opened->text);
  if (!checkpoint.ok()) return TranslateAt({path, 0, 0}, "bad-input", checkpoint.status());
  if (checkpoint->origin != origin) {
    return RefuseAt({path, 0, 0}, "bad-input", absl::StrCat("is of ", checkpoint->origin));
  }
  TALLY_ASSIGN_OR_RETURN(promise.unix_seconds, ledger::CosignatureTime(opened->verified.front()));
  promise.checkpoint = *std::move(checkpoint);
  promise.note = *std::move(note);
  absl::MutexLock lock(&mutex_);
  promises_[origin] = std::move(promise);
  return absl::OkStatus();
}

absl::StatusOr<std::string> Witness::Keep(const WitnessRuling& ruling, const std::string& note) {
  const std::string& origin = ruling.checkpoint.origin;
  Promise promise;
  promise.checkpoint = ruling.checkpoint;
  // A clock that was set back must not make a later promise look earlier.
  const int64_t now = options_.clock->Now().micros / 1000000;
  promise.unix_seconds = static_cast<uint64_t>(std::max<int64_t>(now, 1));
  if (const auto last = promises_.find(origin); last != promises_.end()) {
    promise.unix_seconds = std::max(promise.unix_seconds, last->second.unix_seconds);
  }
  TALLY_ASSIGN_OR_RETURN(
      const ledger::NoteSignature made,
      ledger::SignCosignature(ruling.text, options_.name, *options_.key, promise.unix_seconds));
  // Kept are the log's signature and ours; what else stood on the note is not ours to vouch for.
  std::vector<VerifierKey> keys;
  for (const ledger::Policy::Log& log : options_.logs) {
    if (log.key.name == origin) keys.push_back(log.key);
  }
  TALLY_ASSIGN_OR_RETURN(const ledger::Note opened, ledger::OpenNote(note, keys));
  promise.note = absl::StrCat(opened.text, "\n");
  for (const auto& signature : opened.verified) promise.note += ledger::SignatureLine(signature);
  promise.note += ledger::SignatureLine(made);
  // A crash before this returns leaves the old file or the new one: the answer was not given, and
  // the log asks again from the size that a 409 tells it.
  poisoned_ = true;
  TALLY_RETURN_IF_ERROR(ledger::WriteFileDurably(FileOf(origin), promise.note));
  poisoned_ = false;
  promises_[origin] = std::move(promise);
  if (options_.before_reply) options_.before_reply();
  return ledger::SignatureLine(made);
}

WitnessReply Witness::Add(absl::string_view body) {
  const absl::StatusOr<ledger::AddCheckpoint> request = ledger::DecodeAddCheckpoint(body);
  if (!request.ok()) {
    return Refused({WitnessStatus::kMalformed, std::string(request.status().message()), "", {}});
  }
  const absl::StatusOr<std::string> origin = ledger::OriginOf(*request);
  if (!origin.ok()) {
    return Refused({WitnessStatus::kMalformed, std::string(origin.status().message()), "", {}});
  }
  // From reading the last promise to keeping the next one nobody else may rule.
  absl::MutexLock lock(&mutex_);
  WitnessReply reply;
  if (poisoned_) {
    reply.status = 500;
    reply.body = "the state could not be written; this witness must be started again\n";
    return reply;
  }
  const auto known = promises_.find(*origin);
  const std::optional<ledger::Checkpoint> last =
      known == promises_.end() ? std::nullopt : std::optional(known->second.checkpoint);
  const WitnessRuling ruling = ledger::RuleOn(*request, options_.logs, last);
  if (ruling.status == WitnessStatus::kOldSize) {
    reply.status = static_cast<int>(ruling.status);
    reply.content_type = "text/x.tlog.size";
    reply.body = absl::StrCat(last.has_value() ? last->size : 0, "\n");
    return reply;
  }
  if (ruling.status != WitnessStatus::kCosigned) return Refused(ruling);
  absl::StatusOr<std::string> line = Keep(ruling, request->note);
  if (!line.ok()) {
    reply.status = 500;
    reply.body = absl::StrCat("the checkpoint could not be kept: ", line.status().message(), "\n");
    return reply;
  }
  reply.status = 200;
  reply.body = *std::move(line);
  return reply;
}

WitnessReply Witness::Latest(absl::string_view origin_hash) const {
  absl::MutexLock lock(&mutex_);
  WitnessReply reply;
  for (const auto& [origin, promise] : promises_) {
    if (OriginHash(origin) != origin_hash) continue;
    reply.status = 200;
    reply.body = promise.note;
    return reply;
  }
  reply.status = 404;
  reply.body = "nothing was cosigned for that origin\n";
  return reply;
}

std::optional<ledger::Checkpoint> Witness::Last(const std::string& origin) const {
  absl::MutexLock lock(&mutex_);
  const auto known = promises_.find(origin);
  if (known == promises_.end()) return std::nullopt;
  return known->second.checkpoint;
}

}  // namespace tally::tools
