// What our figures are divided by: the same work done by something that proves nothing. Both sides
// run in one process, turn about, because only ratios inside one run mean anything here.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "schema/bytes.h"

namespace tally::bench {

// Wall-clock and processor seconds of a piece of work.
struct Spent {
  double wall = 0;
  double cpu = 0;  // of the whole process
};
class Stopwatch {
 public:
  Stopwatch();
  Spent Elapsed() const;

 private:
  std::chrono::steady_clock::time_point wall_;
  double cpu_;
};

// The median of the repeats of one quantity.
double Median(std::vector<double> values);

// A fresh folder under $TMPDIR or /var/tmp (not tmpfs if it can be helped: syncs must
// reach a disk), removed with the object.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// R: plain RocksDB. WriteBatches of 256-byte values under ascending 16-byte keys, synced, nothing
// checked, nothing signed, no compression.
class RawStore {
 public:
  explicit RawStore(const std::string& path);
  ~RawStore();
  // Writes `events` values in batches of `per_batch`, one sync a batch.
  void Append(uint64_t events, uint64_t per_batch);
  // Reads every value once; returns a sum over them, so that the work is done.
  uint64_t ReadAll(uint64_t* events);

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
  uint64_t next_ = 0;
  Bytes value_;
};

// H: SHA-256 of 4 KiB messages through a kept context. Bytes per processor second.
double HashBytesPerSecond(uint64_t bytes);

}  // namespace tally::bench
