// A ledger to measure: one party, one feed, and signed batches made beforehand, so that only the
// ledger's own work is on the clock.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ledger/chain/digest.h"
#include "ledger/ledger.h"
#include "schema/environment.h"

namespace tally::bench {

class BenchLedger {
 public:
  // A new ledger in `folder`, with a party, a feed and `sources` registered sources.
  BenchLedger(const std::string& folder, uint32_t sources);
  ~BenchLedger();

  // Signed batches of state reports that continue the feed: header 176, body 64 to 88, salt 16.
  std::vector<ledger::SignedBatch> Reports(uint64_t events, uint64_t per_batch);
  // Signed batches of one run each: `rows` one-minute measurements spread over the sources.
  std::vector<ledger::SignedBatch> Runs(uint64_t batches, uint32_t rows);
  // One party-stream act each (a published method), each its own batch.
  void Append(std::vector<ledger::SignedBatch> batches);

  ledger::LedgerWriter& writer() { return *writer_; }
  const ledger::Ledger& ledger() const { return writer_->ledger(); }
  uint64_t feed() const { return feed_.opening_index; }
  const std::string& folder() const { return folder_; }
  void Close();

 private:
  struct World;
  Event ReportAt(uint64_t position);
  ledger::SignedBatch Sign(std::vector<Event> events);
  uint64_t AppendOne(const ledger::SignedBatch& batch);

  std::string folder_;
  std::unique_ptr<World> world_;
  std::unique_ptr<ledger::SigningKey> log_key_, service_key_, party_key_;
  std::unique_ptr<ledger::LedgerWriter> writer_;
  std::unique_ptr<ledger::SaltSource> salts_;
  StreamId party_;
  ledger::StreamState feed_;
  uint32_t sources_;
  uint64_t position_ = 0;
  Hash newest_;
  std::vector<uint64_t> last_of_source_;
  Instant next_minute_;
};

}  // namespace tally::bench
