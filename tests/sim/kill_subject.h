// What the kill loop kills: a ledger in a directory, driven by a child process that is ended
// without warning. The loop knows what record i holds without asking the subject, so the subject
// cannot excuse itself.
//
// A new subject (another backend) implements these calls and is named in kill_loop_main.cc; the
// loop stays as it is.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "ledger/store/store.h"
#include "schema/identity.h"

namespace tally::tests {

// What a child says: the size it found at its start, or a size that was acknowledged, and the root
// recomputed from the stored bytes or signed.
struct KillReport {
  enum class Kind : uint8_t {
    kFound = 'F',  // the whole log at the child's start
    kKept = 'K',   // the log up to what was acknowledged before
    kAcknowledged = 'A',
  };
  Kind kind = Kind::kFound;
  uint64_t size = 0;
  Hash root;
};

class KillSubject {
 public:
  virtual ~KillSubject() = default;
  virtual absl::Status Create(const std::string& directory) = 0;
  struct Session {
    std::string directory;
    int appends = 0;
    uint64_t acknowledged = 0;    // size, by earlier children
    ledger::Failpoint failpoint;  // may not return
    std::function<void(const KillReport&)> report;
  };
  // In the child: opens, reports what it found and what it kept, appends `appends` times, reporting
  // each after it is durable, and closes cleanly.
  virtual absl::Status Run(const Session& session) = 0;
  // In the parent: the root that `size` records must have, if that follows from the size alone.
  // Otherwise only what was acknowledged is known.
  virtual std::optional<Hash> ExpectedRoot(uint64_t size) = 0;
  // The names of all points where it may be ended.
  virtual std::vector<std::string> points() const = 0;
};

std::unique_ptr<KillSubject> MakeToySubject();        // the embedded log below made-up records
std::unique_ptr<KillSubject> MakeHeadFirstSubject();  // a twin that must be caught
std::unique_ptr<KillSubject> MakeLedgerSubject();     // the whole ledger writer

}  // namespace tally::tests
