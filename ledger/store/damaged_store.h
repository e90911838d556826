// A store that does not open, read file by file: its tables and write-ahead logs as they lie there,
// without MANIFEST, CURRENT or a clean mark. For `salvage` alone.
//
// Nothing is repaired and no file is changed. What is given is unjudged: several files may have a
// value of one key, older and newer ones, and any of them may be damaged. The caller proves what he
// takes. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/bytes.h"

namespace tally::ledger {

class DamagedStore {
 public:
  struct File {
    std::string name;
    std::string trouble;  // "" when every byte of it can be read
  };
  // Unavailable when the folder cannot be listed; whatever is wrong with a file is said in files().
  static absl::StatusOr<std::unique_ptr<DamagedStore>> Open(const std::string& directory);
  virtual ~DamagedStore() = default;

  // Tables and logs, in the order of their numbers, which is about that of their making.
  virtual const std::vector<File>& files() const = 0;
  // What the files have for the key, that of the newest file last; a log's own last word only.
  virtual std::vector<Bytes> Values(ByteView key) = 0;
  // The greatest key in [first, limit) that a file shows.
  virtual std::optional<Bytes> LastKey(ByteView first, ByteView limit) = 0;
};

}  // namespace tally::ledger
