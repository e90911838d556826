// Group commit: batches from any number of callers become commits of one log.
//
//   caller     admission without state: form, every hash of the batch, signature      any threads
//   link       retries, order rules, place, record, tree, rows; builds the segment    one thread
//   write      encodes and appends (write, sync, read back, compare)                  one thread
//   head       signs the checkpoint while the write runs, then the barrier, then the receipts
//
// Invariants:
//   - the state that link judges by is that of everything admitted, durable or not; a commit that
//     fails poisons the appender, so nothing judged by it is ever acknowledged
//   - commits pass write and head in order; a signature leaves only after its barrier
//   - at most one commit waits for each stage: memory does not grow with the callers
//   - a receipt or a refusal is given once for each batch
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "ledger/ledger.h"
#include "ledger/log/admission.h"
#include "ledger/log/backend.h"
#include "ledger/log/known_batches.h"
#include "ledger/log/linker.h"
#include "ledger/log/log_tree.h"
#include "ledger/log/pending_rows.h"
#include "ledger/log/reader.h"
#include "ledger/log/recorded_time.h"
#include "ledger/log/segment.h"
#include "ledger/log/stored_events.h"

namespace tally::ledger {

struct AppenderOptions {
  LogBackend* backend = nullptr;  // claimed; outlives the appender, as do the others
  uint64_t epoch = 0;
  uint64_t size = 0;                     // records in the store
  std::optional<Instant> last_recorded;  // of the last of them
  LedgerId ledger;
  std::string origin;
  Keyring keyring;  // of all records in the store
  Clock* clock = nullptr;
  const SigningKey* log_key = nullptr;
  const SigningKey* next_log_key = nullptr;  // may be null (WriterEnvironment)
  // Called by the head thread after each barrier, in order, before the receipts are given.
  std::function<void(const HeadSlot&, const std::vector<KeptEvent>&)> published;
  // Tests: memory that fails between hashing and storing.
  std::function<void(Commit&)> corrupt;
};

class Appender {
 public:
  static absl::StatusOr<std::unique_ptr<Appender>> Start(AppenderOptions options);
  ~Appender();
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  std::vector<absl::StatusOr<AppendReceipt>> Append(std::vector<SignedBatch> batches);
  absl::StatusOr<AppendReceipt> DryRun(SignedBatch batch);
  // An event that the ledger itself records at its start: its time is the last one if the clock is
  // not to be trusted yet.
  absl::StatusOr<AppendReceipt> AppendAtStart(SignedBatch batch);
  // Finishes what was accepted and ends the threads; later appends are refused.
  void Stop();

 private:
  enum class Wish { kAppend, kDryRun, kAtStart };
  // One caller's wait for all of its batches.
  struct Call;
  struct Item {
    Candidate candidate;
    Wish wish = Wish::kAppend;
    Call* call = nullptr;
    size_t slot = 0;
  };
  struct Owed {
    Call* call = nullptr;
    size_t slot = 0;
    AppendReceipt receipt;
  };
  // A commit on its way through write and head.
  struct InFlight {
    uint64_t number = 0;
    Commit commit;
    std::unique_ptr<SegmentBuilder> segment;
    HeadSlot head;
    std::vector<const SigningKey*> signers;  // of the head
    // What each record's bytes must still give when they are stored.
    struct Expected {
      Checksum batch;  // taken before hashing
      Hash leaf;
    };
    std::vector<Expected> expected;
    std::vector<KeptEvent> kept;
    std::vector<Owed> owed;
    bool written = false;  // guarded by the appender's mutex
    absl::Status write_status;
  };
  explicit Appender(AppenderOptions options);

  absl::StatusOr<AppendReceipt> Ask(SignedBatch batch, Wish wish);
  void Submit(Item item);
  static void Give(Call* call, size_t slot, absl::StatusOr<AppendReceipt> outcome);

  // Link thread (appender.cc, link_stage.cc).
  void LinkLoop();
  void Process(Item item);
  // What the ladder found for a batch that is to be recorded.
  struct Judged {
    Admission admission;
    Place place;
    RecordedTime time;  // to go on with, if it is recorded
  };
  // The batch's outcome when it needs no record: a refusal or the receipt of the first.
  absl::StatusOr<AppendReceipt> Judge(Item& item, std::optional<Judged>& judged);
  absl::StatusOr<Instant> TimeFor(const Item& item, RecordedTime& time) const;
  absl::Status CheckSignature(Candidate& candidate) const;
  // A rotation of the log key is completed only when the key that follows is at hand.
  absl::Status CheckNextLogKey(const Candidate& candidate) const;
  absl::StatusOr<std::vector<const SigningKey*>> SignersOf(uint64_t size) const;
  absl::StatusOr<std::optional<AppendReceipt>> FindKnown(const Candidate& candidate);
  absl::StatusOr<std::optional<AppendReceipt>> FindKnownAct(const Candidate& candidate,
                                                            uint64_t scope);
  absl::StatusOr<std::optional<AppendReceipt>> FindKnownFeed(const Candidate& candidate,
                                                             const StreamRow& feed);
  absl::Status Refusal(const Candidate& candidate, const absl::Status& refused);
  absl::StatusOr<AppendReceipt> ReceiptOf(uint64_t index);
  absl::Status Link(const Item& item, Judged judged, const AppendReceipt& receipt);
  absl::Status HandOver();
  // Waits until everything admitted is durable.
  absl::Status Drain();
  absl::Status poisoned() const;
  void Poison(const absl::Status& status);

  // Write and head threads (commit_stages.cc).
  void WriteLoop();
  void HeadLoop();
  absl::Status Write(InFlight& commit);
  static absl::Status CheckUnchanged(const InFlight& flight);
  absl::Status AdvanceHead(InFlight& commit, const absl::StatusOr<std::string>& note);
  void Answer(InFlight& commit, const absl::Status& status);

  const AppenderOptions options_;

  // Link thread only.
  LedgerId ledger_;
  PendingRows rows_;
  StreamTable streams_;
  std::optional<LogTree> tree_;
  Keyring keyring_;  // written under keys_mutex_
  RecordedTime time_;
  KnownBatches known_;
  const StoredEvents recorded_;
  std::optional<AdmissionRules> rules_;
  std::optional<Linker> linker_;
  std::shared_ptr<InFlight> open_;  // the commit that is being built: at least one record
  Instant open_time_;

  mutable absl::Mutex keys_mutex_;  // callers look verifiers up while link folds key events

  mutable absl::Mutex mutex_;
  std::deque<Item> queue_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<InFlight> to_write_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::shared_ptr<InFlight>> to_head_ ABSL_GUARDED_BY(mutex_);
  uint64_t handed_over_ ABSL_GUARDED_BY(mutex_) = 0;  // number of the last commit that left link
  uint64_t resolved_ ABSL_GUARDED_BY(mutex_) = 0;     // number of the last one that was answered
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status poison_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool link_ended_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread link_thread_, write_thread_, head_thread_;
};

}  // namespace tally::ledger
