// One session over a toy log on a failing disk, and the judgement of what it left behind.
#pragma once

#include <memory>
#include <string>

#include "ledger/log/embedded_log.h"
#include "ledger/store/rocks_store.h"
#include "tests/ledger/log/toy_log.h"
#include "tests/sim/fault_files.h"

namespace tally::tests {

// Spoils RocksDB's options: the bad twins.
using Spoil = std::function<void(rocksdb::Options&, rocksdb::WriteOptions&)>;

struct SessionResult {
  uint64_t acknowledged = 0;  // size
  bool acknowledged_after_failure = false;
  bool sealed = false;
};

inline ledger::EmbeddedLogSeam FaultSeam(const std::shared_ptr<FaultFiles>& files,
                                         const std::string& directory, const Spoil& spoil) {
  ledger::EmbeddedLogSeam seam;
  seam.open_store = [files, spoil](const ledger::Store::Options& options) {
    return ledger::OpenRocksStore(options, {.file_system = files, .spoil = spoil});
  };
  seam.head_calls = files->HeadCalls(ToyOptions(directory).head_path);
  return seam;
}

// Claims the log of `before` records and appends `appends` commits; goes on after the first failure
// to see that nothing is acknowledged any more.
inline SessionResult RunSession(const std::string& directory, uint64_t before, int appends,
                                const std::shared_ptr<FaultFiles>& files, const Spoil& spoil) {
  SessionResult result{.acknowledged = before};
  ToyRoots roots;
  const auto log =
      ledger::OpenEmbeddedLog(ToyOptions(directory), FaultSeam(files, directory, spoil));
  TALLY_CHECK(log.ok());
  const auto claimed = (*log)->Claim();
  if (!claimed.ok()) return result;
  bool failed = false;
  uint64_t next = before;
  for (int turn = 0; turn < appends; ++turn) {
    const uint64_t count = 1 + static_cast<uint64_t>(turn) % 3;
    const absl::Status status = ToyAppend(**log, claimed->epoch, next, count, roots);
    if (status.ok() && failed) result.acknowledged_after_failure = true;
    failed = failed || !status.ok();
    next += count;
    if (status.ok()) result.acknowledged = next;
  }
  result.sealed = (*log)->Seal(claimed->epoch).ok();
  return result;
}

// Starts on a sound disk. The message says what was lost or refused; empty when all is well.
inline std::string JudgeAfter(const std::string& directory, const SessionResult& result) {
  ToyRoots roots;
  const auto log = ledger::OpenEmbeddedLog(ToyOptions(directory));
  TALLY_CHECK(log.ok());
  const auto claimed = (*log)->Claim();
  if (!claimed.ok()) return "refused: " + claimed.status().ToString();
  const uint64_t size =
      claimed->recovery.has_value() ? claimed->recovery->kept_size : claimed->head.size;
  if (size < result.acknowledged) {
    return std::to_string(result.acknowledged) + " acknowledged, " + std::to_string(size) +
           " found";
  }
  const auto root = ToyRootAt((*log)->store(), size);
  if (!root.ok()) return root.status().ToString();
  if (*root != roots.At(size)) return "another root at " + std::to_string(size);
  const absl::Status indexes = CheckToyIndexes((*log)->store(), size);
  if (!indexes.ok()) return indexes.ToString();
  const absl::Status appended = ToyAppend(**log, claimed->epoch, size, 1, roots);
  return appended.ok() ? "" : "no append afterwards: " + appended.ToString();
}

}  // namespace tally::tests
