// SHA-256 of a message that comes piece by piece and is too long to be kept.
#pragma once

#include <memory>

#include "schema/bytes.h"
#include "schema/identity.h"

namespace tally::ledger {

// Not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Add(ByteView piece);
  // The hash of all pieces, one after another. Call once.
  Hash Finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace tally::ledger
