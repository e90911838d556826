// What the kill loop kills: a ledger in a directory, driven by a child process that is ended
// without warning. The loop knows what record i holds without asking the subject, so the subject
// cannot excuse itself.
//
// A new subject (the whole ledger writer, another backend) implements these calls and is named in
// MakeKillSubject; the loop stays as it is.
#pragma once

#include <functional>
#include <memory>
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
  enum class Kind : uint8_t { kFound = 'F', kAcknowledged = 'A' };
  Kind kind = Kind::kFound;
  uint64_t size = 0;
  Hash root;
};

class KillSubject {
 public:
  virtual ~KillSubject() = default;
  virtual absl::Status Create(const std::string& directory) = 0;
  // In the child: opens, reports what it found, appends `appends` times, reporting each after it is
  // durable, and closes cleanly. `failpoint` may not return.
  virtual absl::Status Run(const std::string& directory, int appends,
                           const ledger::Failpoint& failpoint,
                           const std::function<void(const KillReport&)>& report) = 0;
  // In the parent: the root that `size` records must have.
  virtual Hash ExpectedRoot(uint64_t size) = 0;
  // The names of all points where it may be ended.
  virtual std::vector<std::string> points() const = 0;
};

// "toy" and "head-first"; null for other names.
std::unique_ptr<KillSubject> MakeKillSubject(absl::string_view name);

}  // namespace tally::tests
