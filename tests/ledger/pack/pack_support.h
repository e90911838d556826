// Packs of small ledgers for tests, and packs that somebody changed.
//
//   PackedLedger made;                       // a ledger with a feed and an agreement, closed by
//   heads Bytes pack = made.Pack(); EditablePack edit = Edit(pack);          // everything in it
//   may be changed ... OpenPack(Write(edit))                    // ... and is written in good form
//   again
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ledger/pack/pack_builder.h"
#include "ledger/pack/pack_ledger.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {

class PackedLedger {
 public:
  // `batches` reports of two sources, one of them wanted; `seed` decides the keys and the ledger
  // id.
  explicit PackedLedger(int batches = 6, uint64_t seed = 1);

  TestLedger& test() { return test_; }
  const Ledger& ledger() const { return test_.ledger(); }
  PackSelection selection() const;
  Bytes Pack() const { return Pack(selection()); }
  Bytes Pack(const PackSelection& selection) const;
  void AppendHeads();
  uint64_t feed() const { return feed_->opening(); }
  uint64_t agreement() const { return agreement_; }
  TestFeed& uptime() { return *feed_; }
  TestParty& lime() { return *lime_; }

 private:
  TestLedger test_;
  TestParty* lime_ = nullptr;
  TestFeed* feed_ = nullptr;
  uint64_t agreement_ = 0;
};

struct EditableEvent {
  Bytes header;
  bool shown = false;
  Bytes salt, body;
  Bytes partial = {};  // of a run
};
struct EditableMember {
  uint64_t index = 0;
  int64_t recorded_ms = 0;
  Hash record_hash;
  std::optional<Record> record;  // absent: an entry alone
  Evidence evidence;
  std::vector<EditableEvent> events;
  bool closed = false;
};
struct EditablePack {
  LedgerId ledger;
  PackScope scope;
  std::vector<EditableMember> members;
  std::vector<uint64_t> cuts;
  std::vector<Hash> proof;
  std::optional<std::vector<Hash>> heads;
  std::string checkpoint;
};
EditablePack Edit(const Bytes& pack);
Bytes Write(const EditablePack& pack);
// The proof of the log's tree for the members as they stand, by somebody who has the whole log.
void Reprove(EditablePack& pack, const Ledger& ledger);
// The same bytes with the digest at the end made right.
Bytes WithDigest(Bytes pack);
// The first finding's kind; "verified" for none.
std::string VerdictOf(const Bytes& pack);

}  // namespace tally::ledger
