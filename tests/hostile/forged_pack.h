// Packs of logs that never were: a forger has keys of his own, so he can sign anything in good form
// and as much of it as a pack may hold, without the cost of a ledger.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/pack/pack_form.h"

namespace tally::hostile {

class ForgedPack {
 public:
  // Begins with every record of a real small ledger; `scope` is what the pack says it is of.
  ForgedPack(const ledger::Ledger& ledger, const ledger::PackScope& scope);

  // A record more, in the stream that record `opening` opened.
  void Add(uint64_t opening, const ledger::SignedBatch& batch);
  // A record that opens a stream; gives its index.
  uint64_t Open(const ledger::SignedBatch& batch);
  // A batch of one event with any body, signed and hashed as if it were a report.
  void AddRaw(uint64_t opening, const Bytes& body, const ledger::SigningKey& key);
  // An entry alone: a record of which nothing is shown.
  void AddEntry();

  // The pack tells the root at `size` as well: every record is there, so nothing more is proven.
  void Cut(uint64_t size) { cuts_.push_back(size); }

  size_t bytes() const { return writer_.bytes(); }
  uint64_t records() const { return leaves_.size(); }
  uint64_t events() const { return events_; }
  uint64_t signatures() const { return signatures_; }
  // Seconds of processor time for hashing each event and checking as many signatures, here.
  double CostSeconds() const;
  // Empty when it is over the limits of packs.
  Bytes Finish(const ledger::SigningKey& log_key) &&;
  // The same, with more lines behind the checkpoint's own signature.
  Bytes FinishWith(const std::string& lines, const ledger::SigningKey& log_key) &&;
  // A log as large as a log may be, of which the pack tells the roots at `cuts`.
  Bytes FinishLarge(const std::vector<uint64_t>& cuts, const ledger::SigningKey& log_key) &&;

 private:
  struct Stream {
    uint64_t records = 0;
    Hash newest;
  };
  void Write(const ledger::Record& record, const ledger::SignedBatch& batch);

  const std::string origin_;
  const LedgerId ledger_;
  Hash first_leaf_;
  ledger::PackWriter writer_;
  int64_t recorded_ms_ = 0;
  std::map<uint64_t, Stream> streams_;
  std::vector<Hash> leaves_;
  std::vector<uint64_t> cuts_;
  uint64_t events_ = 0;
  uint64_t signatures_ = 0;
  int64_t hash_micros_ = 0;
};

}  // namespace tally::hostile
