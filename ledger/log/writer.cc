// Creating a ledger and opening it for appending.
//
// Opening is the claim (start sequence, backend.h), then: a tail that was kept gets a signed head
// before anybody reads it, the readers' view is loaded and checked, and what was recovered is
// recorded. A crash in between leaves what the same steps judge again.
#include <array>
#include <climits>
#include <filesystem>
#include <fstream>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/files/plain_file.h"
#include "ledger/log/appender.h"
#include "ledger/log/log_tree.h"
#include "ledger/log/quarantine.h"
#include "ledger/log/reader.h"
#include "ledger/log/recorded_time.h"
#include "ledger/log/service_event.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

class AppendingLedger final : public LedgerWriter {
 public:
  // `head` is that of the whole store.
  static absl::StatusOr<std::unique_ptr<AppendingLedger>> Start(
      std::unique_ptr<LogBackend> backend, uint64_t epoch, const HeadSlot& head,
      const WriterEnvironment& environment, const std::string& directory) {
    std::unique_ptr<AppendingLedger> writer(
        new AppendingLedger(std::move(backend), epoch, directory));
    TALLY_ASSIGN_OR_RETURN(writer->ledger_, StoredLedger::Open(writer->backend_->store(), head));
    StoredLedger* ledger = writer->ledger_.get();
    AppenderOptions options;
    options.backend = writer->backend_.get();
    options.epoch = epoch;
    options.size = head.size;
    options.last_recorded = InstantOfMilliseconds(head.recorded_ms);
    options.ledger = ledger->id();
    options.origin = ledger->origin();
    options.keyring = ledger->keyring();
    options.clock = environment.clock;
    options.log_key = environment.log_key;
    options.next_log_key = environment.next_log_key;
    options.published = [ledger](const HeadSlot& slot, const std::vector<KeptEvent>& kept) {
      ledger->Publish(slot, kept);
    };
    TALLY_ASSIGN_OR_RETURN(writer->appender_, Appender::Start(std::move(options)));
    return writer;
  }

  const Ledger& ledger() const override { return *ledger_; }
  std::vector<absl::StatusOr<AppendReceipt>> Append(std::vector<SignedBatch> batches) override {
    return appender_->Append(std::move(batches));
  }
  absl::StatusOr<AppendReceipt> DryRun(const SignedBatch& batch) override {
    return appender_->DryRun(batch);
  }
  absl::Status CarryOutErasures() override {
    TALLY_RETURN_IF_ERROR(CheckNoCopies(directory_));
    return backend_->Erase(epoch_);
  }
  // Of an earlier run; copies of files that were set aside since are the operator's business.
  absl::Status FinishErasures() { return backend_->Erase(epoch_); }
  absl::Status Close() override {
    if (closed_) return absl::OkStatus();
    closed_ = true;
    appender_->Stop();
    return backend_->Seal(epoch_);
  }

  absl::Status RecordRecovery(const Claimed::Recovery& recovery,
                              const WriterEnvironment& environment) {
    if (environment.service_key == nullptr) return absl::OkStatus();
    Recovered body;
    body.head_size = recovery.head_size;
    body.found_size = recovery.found_size;
    body.kept_size = recovery.kept_size;
    body.dropped_bytes = recovery.dropped_bytes;
    body.quarantine = recovery.quarantine;
    body.reason = recovery.reason;
    TALLY_ASSIGN_OR_RETURN(const StreamState system, ledger_->StreamAt(0));
    TALLY_ASSIGN_OR_RETURN(
        SignedBatch batch,
        MakeSystemAct(ledger_->id(), system, BodyKind::kRecovered, Encode(body),
                      environment.clock->Now(), *environment.randomness, *environment.service_key));
    return appender_->AppendAtStart(std::move(batch)).status();
  }

 private:
  AppendingLedger(std::unique_ptr<LogBackend> backend, uint64_t epoch, std::string directory)
      : backend_(std::move(backend)), epoch_(epoch), directory_(std::move(directory)) {}

  // In the order in which they must go: the appender uses the ledger, both use the backend.
  std::unique_ptr<LogBackend> backend_;
  const uint64_t epoch_;
  const std::string directory_;
  std::unique_ptr<StoredLedger> ledger_;
  std::unique_ptr<Appender> appender_;
  bool closed_ = false;
};

absl::Status CheckEnvironment(const WriterEnvironment& environment) {
  if (environment.clock == nullptr || environment.randomness == nullptr) {
    return absl::InvalidArgumentError("appending needs a clock and randomness");
  }
  if (environment.log_key == nullptr) {
    return absl::InvalidArgumentError("appending needs the log key, which signs checkpoints");
  }
  return absl::OkStatus();
}

// Record 0, by the same link as every other.
absl::StatusOr<HeadSlot> CommitGenesis(LogBackend& backend, uint64_t epoch,
                                       const CreateOptions& options,
                                       const WriterEnvironment& environment) {
  Genesis genesis;
  genesis.origin = options.origin;
  genesis.log_vkeys = {LogVkey(options.origin, environment.log_key->public_key())};
  genesis.service_keys = options.service_keys;
  genesis.recovery_keys = options.recovery_keys;
  RecordedTime time(*environment.clock, std::nullopt);
  TALLY_ASSIGN_OR_RETURN(const Instant now, time.Next());
  TALLY_ASSIGN_OR_RETURN(
      SignedBatch batch,
      MakeGenesis(std::move(genesis), now, *environment.randomness, *options.genesis_signer));
  TALLY_ASSIGN_OR_RETURN(const auto verifier,
                         Verifier::Create(options.genesis_signer->public_key()));
  TALLY_ASSIGN_OR_RETURN(const Candidate candidate,
                         MakeCandidate(LedgerId(), std::move(batch), verifier));
  TALLY_ASSIGN_OR_RETURN(Admission admission, JudgeGenesis(candidate));

  PendingRows rows(backend.store());
  StreamTable streams(rows);
  TALLY_ASSIGN_OR_RETURN(LogTree tree, LogTree::Load(rows, 0));
  Keyring keyring;
  HeadSlot head;
  Linker linker(head.ledger, streams, tree, keyring);
  TALLY_ASSIGN_OR_RETURN(const Linked linked,
                         linker.Link(candidate, std::move(admission), {0, now}));
  const KeyVerdict verdict =
      keyring.Judge(candidate.checked.evidence.key, {StreamId(), BodyKind::kGenesis}, 0, now);
  if (verdict != KeyVerdict::kValid) {
    return absl::InvalidArgumentError("genesis is signed by a service key with the role operator");
  }
  TALLY_RETURN_IF_ERROR(streams.Flush());
  TALLY_RETURN_IF_ERROR(tree.Flush());
  head.size = 1;
  head.root = tree.Root();
  head.recorded_ms = now.micros / 1000;
  SegmentBuilder segment(0, head.recorded_ms);
  segment.AddRecord(linked.record_bytes, candidate.batch.evidence);
  const Event& event = candidate.batch.events[0];
  segment.AddEvent(event.header, event.salt, event.body);
  Commit commit;
  commit.count = 1;
  commit.spine = segment.EncodeSpine();
  commit.bodies = segment.EncodeBodies();
  commit.derived = rows.Take();
  TALLY_RETURN_IF_ERROR(backend.Append(epoch, commit));
  TALLY_ASSIGN_OR_RETURN(head.note,
                         SignCheckpoint({options.origin, 1, head.root}, *environment.log_key));
  TALLY_RETURN_IF_ERROR(backend.Barrier(epoch, head));
  return head;
}

// The head of everything that the claim kept, signed here if the old one does not cover it.
absl::StatusOr<HeadSlot> HeadOfStore(LogBackend& backend, const Claimed& claimed,
                                     const WriterEnvironment& environment) {
  const uint64_t size = claimed.recovery ? claimed.recovery->kept_size : claimed.head.size;
  if (size == 0) {
    return absl::FailedPreconditionError(
        "the ledger has no genesis: its creation did not finish; remove it and create it again");
  }
  const Store& store = backend.store();
  TALLY_ASSIGN_OR_RETURN(const Hash root, RootOfStoredLog(store, size));
  const LogView view{&store, size, root, nullptr};
  TALLY_ASSIGN_OR_RETURN(const auto cursor, LogCursor::Open(view, {}));
  TALLY_ASSIGN_OR_RETURN(const VerifiedRecord first, cursor->Read(0));
  TALLY_ASSIGN_OR_RETURN(const Genesis genesis, DecodeGenesis(first.events()[0].body));
  TALLY_ASSIGN_OR_RETURN(const Keyring keyring, ReadKeyring(view));
  const std::array<const SigningKey*, 2> keys = {environment.log_key, environment.next_log_key};
  TALLY_RETURN_IF_ERROR(keyring.log_keys().SignersOf(size + 1, keys).status());
  if (size == claimed.head.size) return claimed.head;
  TALLY_ASSIGN_OR_RETURN(const auto signers, keyring.log_keys().SignersOf(size, keys));
  TALLY_ASSIGN_OR_RETURN(const VerifiedRecord last, cursor->Read(size - 1));
  HeadSlot head;
  head.ledger = Rename<LedgerId>(first.leaf());
  head.size = size;
  head.root = root;
  head.recorded_ms = last.entry().recorded_ms;
  TALLY_ASSIGN_OR_RETURN(head.note, SignCheckpoint({genesis.origin, size, root}, signers));
  TALLY_RETURN_IF_ERROR(backend.Barrier(claimed.epoch, head));
  return head;
}

}  // namespace

std::string HeadPathFile(const std::string& directory) { return directory + "/head.path"; }

EmbeddedLogOptions BackendOptions(const LedgerOptions& options) {
  EmbeddedLogOptions backend;
  backend.directory = options.directory;
  // "acme/" and "acme" are one ledger, with one head beside it.
  while (backend.directory.size() > 1 && backend.directory.back() == '/') {
    backend.directory.pop_back();
  }
  backend.head_path = options.head_path;
  if (backend.head_path.empty()) {
    // The pointer lies where the head must not be trusted to lie: whoever can restore an old copy
    // of the directory could point it at an old head too. Only a retained checkpoint catches both.
    const absl::StatusOr<std::string> recorded =
        ReadPlainFile(HeadPathFile(backend.directory), PATH_MAX + 1);
    if (recorded.ok()) backend.head_path = recorded->substr(0, recorded->find('\n'));
    // What lies there and is no file stands for the head: reading that says what is wrong with it.
    const bool unreadable = !recorded.ok() && !absl::IsNotFound(recorded.status());
    if (unreadable) backend.head_path = HeadPathFile(backend.directory);
  }
  if (backend.head_path.empty()) backend.head_path = backend.directory + ".head";
  backend.check_files = options.check_files;
  backend.failpoint = options.failpoint;
  backend.root_at = RootOfStoredLog;
  return backend;
}

absl::StatusOr<std::unique_ptr<Ledger>> Ledger::Open(const LedgerOptions& options) {
  TALLY_ASSIGN_OR_RETURN(ReadableLog log, OpenEmbeddedLogForReading(BackendOptions(options)));
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<Ledger> ledger, StoredLedger::Own(std::move(log)));
  return ledger;
}

absl::StatusOr<std::unique_ptr<LedgerWriter>> LedgerWriter::Create(
    const CreateOptions& options, const WriterEnvironment& environment) {
  WriterEnvironment complete = environment;
  if (complete.log_key == nullptr) complete.log_key = options.log_key;
  TALLY_RETURN_IF_ERROR(CheckEnvironment(complete));
  if (options.genesis_signer == nullptr || options.origin.empty()) {
    return absl::InvalidArgumentError(
        "a new ledger needs an origin and a key that signs its genesis");
  }
  if (options.log_key != nullptr &&
      options.log_key->fingerprint() != complete.log_key->fingerprint()) {
    return absl::InvalidArgumentError("two different log keys were given");
  }
  std::error_code unreadable;
  const std::string& directory = options.ledger.directory;
  if (std::filesystem::exists(directory, unreadable) &&
      !std::filesystem::is_empty(directory, unreadable)) {
    return absl::FailedPreconditionError(absl::StrCat(directory, " is not empty"));
  }
  EmbeddedLogOptions backend_options = BackendOptions(options.ledger);
  backend_options.create = true;
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<LogBackend> backend, OpenEmbeddedLog(backend_options));
  TALLY_ASSIGN_OR_RETURN(const Claimed claimed, backend->Claim());
  if (backend_options.head_path != directory + ".head") {
    std::ofstream recorded(HeadPathFile(directory));
    recorded << backend_options.head_path << "\n" << std::flush;
    if (!recorded) return absl::UnavailableError("the path of the head could not be recorded");
  }
  TALLY_ASSIGN_OR_RETURN(const HeadSlot head,
                         CommitGenesis(*backend, claimed.epoch, options, complete));
  TALLY_ASSIGN_OR_RETURN(
      std::unique_ptr<LedgerWriter> writer,
      AppendingLedger::Start(std::move(backend), claimed.epoch, head, complete, directory));
  return writer;
}

absl::StatusOr<std::unique_ptr<LedgerWriter>> LedgerWriter::Open(
    const LedgerOptions& options, const WriterEnvironment& environment) {
  TALLY_RETURN_IF_ERROR(CheckEnvironment(environment));
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<LogBackend> backend,
                         OpenEmbeddedLog(BackendOptions(options)));
  TALLY_ASSIGN_OR_RETURN(const Claimed claimed, backend->Claim());
  TALLY_ASSIGN_OR_RETURN(const HeadSlot head, HeadOfStore(*backend, claimed, environment));
  TALLY_ASSIGN_OR_RETURN(auto writer, AppendingLedger::Start(std::move(backend), claimed.epoch,
                                                             head, environment, options.directory));
  TALLY_RETURN_IF_ERROR(writer->FinishErasures());
  if (claimed.recovery) {
    TALLY_RETURN_IF_ERROR(writer->RecordRecovery(*claimed.recovery, environment));
  }
  return std::unique_ptr<LedgerWriter>(std::move(writer));
}

}  // namespace tally::ledger
