// A witness: its key, the logs that it knows, and the checkpoint of each that it cosigned last, one
// file a log in a directory of its own.
//
//   DIR/lock              held while a process uses the directory
//   DIR/witness.vkey      whose directory this is
//   DIR/<SHA-256 of the origin, hex>.checkpoint    the note, with the log's signature and ours
//
// Rules: a cosignature leaves the process only after the checkpoint that it is on has replaced the
// file and is on stable storage, so a crash can lose an answer and never a promise. A file that
// does not verify ends the start: a forgotten promise is not an empty one. After a failed write
// what the file holds is unknown, and the witness answers nothing more.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "ledger/chain/policy.h"
#include "ledger/chain/witness_protocol.h"
#include "schema/environment.h"

namespace tally::tools {

struct WitnessOptions {
  std::string directory;
  std::string name;                       // in its signature lines
  std::vector<ledger::Policy::Log> logs;  // that it knows
  const ledger::SigningKey* key = nullptr;
  Clock* clock = nullptr;
  std::function<void()> before_reply = {};  // tests: the state is durable, nothing was answered yet
};

// What goes back over HTTP, or to whoever called.
struct WitnessReply {
  int status = 400;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// Safe from any thread.
class Witness {
 public:
  // Takes the directory's lock. Fault busy, identity-mismatch (another key's directory), bad-input
  // (a state that does not verify), file-unwritable.
  static absl::StatusOr<std::unique_ptr<Witness>> Open(const WitnessOptions& options);
  ~Witness();
  Witness(const Witness&) = delete;
  Witness& operator=(const Witness&) = delete;

  // Rules on an add-checkpoint request and, when it is good, remembers and cosigns.
  WitnessReply Add(absl::string_view body);
  // The note cosigned last for the origin whose SHA-256 in hex this is; 404 without one.
  WitnessReply Latest(absl::string_view origin_hash) const;
  // The size cosigned last; nullopt when never.
  std::optional<ledger::Checkpoint> Last(const std::string& origin) const;
  ledger::VerifierKey verifier_key() const;

 private:
  struct Promise {
    ledger::Checkpoint checkpoint;
    std::string note;
    uint64_t unix_seconds = 0;
  };
  explicit Witness(const WitnessOptions& options) : options_(options) {}
  absl::Status Lock();
  absl::Status ClaimDirectory();
  absl::Status Load(const std::string& origin);
  std::string FileOf(const std::string& origin) const;
  absl::StatusOr<std::string> Keep(const ledger::WitnessRuling& ruling, const std::string& note)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const WitnessOptions options_;
  int lock_ = -1;
  mutable absl::Mutex mutex_;
  std::map<std::string, Promise> promises_ ABSL_GUARDED_BY(mutex_);  // by origin
  bool poisoned_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace tally::tools
