// Goal: a pack in good form that is not what the log signed is refused, and the first finding names
// the first record that is wrong. Method: an adversary who may change everything but the
// signatures: records removed, swapped, doubled and exchanged, fields and proofs replaced, ends of
// streams withheld with honest proofs of the rest.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"
#include "tests/ledger/pack/pack_support.h"

namespace tally::ledger {
namespace {

TEST(PackVerifier, CountsWhatItRecomputed) {
  PackedLedger made;
  const OpenedPack opened = OpenPack(made.Pack());
  ASSERT_TRUE(opened.report.verified);
  EXPECT_TRUE(opened.complete);
  EXPECT_EQ(opened.report.origin, made.ledger().origin());
  EXPECT_EQ(opened.report.size, made.ledger().head().size);
  EXPECT_EQ(opened.report.root, made.ledger().head().root);
  // Genesis, two parties, document, feed, its sources, six batches, mark, agreement, claim, heads.
  EXPECT_EQ(opened.report.covered.records, 16u);
  EXPECT_EQ(opened.report.covered.signatures, 17u);
  // Of the document that nobody names and of six reports of a source that nobody asked for.
  EXPECT_EQ(opened.report.covered.withheld, 7u);
  EXPECT_EQ(opened.report.covered.bodies + 7, opened.report.covered.events);
  EXPECT_EQ(opened.report.covered.streams, 5u);
}

// T-06
TEST(PackVerifier, T06RemovedSwappedAndDoubledRecordsAreFound) {
  PackedLedger made;
  const EditablePack pack = Edit(made.Pack());
  for (size_t i = 0; i < pack.members.size(); ++i) {
    EditablePack changed = pack;
    changed.members.erase(changed.members.begin() + static_cast<ptrdiff_t>(i));
    EXPECT_NE(VerdictOf(Write(changed)), "verified") << "without member " << i;
    // By somebody who holds the log and proves the rest of it.
    Reprove(changed, made.ledger());
    EXPECT_NE(VerdictOf(Write(changed)), "verified") << "without member " << i;
    for (size_t j = i + 1; j < pack.members.size(); ++j) {
      changed = pack;
      std::swap(changed.members[i], changed.members[j]);
      std::swap(changed.members[i].index, changed.members[j].index);
      const OpenedPack opened = OpenPack(Write(changed));
      ASSERT_FALSE(opened.report.verified) << i << " for " << j;
      const auto& index = opened.report.findings.front().index;
      EXPECT_TRUE(!index.has_value() || *index <= pack.members[j].index);
      changed = pack;
      changed.members[j] = pack.members[i];
      changed.members[j].index = pack.members[j].index;
      EXPECT_NE(VerdictOf(Write(changed)), "verified") << i << " instead of " << j;
    }
  }
}

// The last records of a stream are missed by nothing but the heads event.
TEST(PackVerifier, AWithheldEndOfAStreamIsFoundByTheHeads) {
  PackedLedger made;
  const EditablePack pack = Edit(made.Pack());
  for (const uint64_t stream : {made.feed(), made.agreement()}) {
    EditablePack changed = pack;
    const auto last =
        std::find_if(changed.members.rbegin(), changed.members.rend(),
                     [&](const EditableMember& member) { return member.record->stream == stream; });
    changed.members.erase(std::next(last).base());
    Reprove(changed, made.ledger());
    EXPECT_EQ(VerdictOf(Write(changed)), "heads");
    // A heads event without its proof was robbed of it, by somebody who left something out.
    changed.heads.reset();
    EXPECT_EQ(VerdictOf(Write(changed)), "heads");
    // Of an entry alone nobody can tell what it was: nothing claims that it is all.
    EditableMember& end = changed.members.back();
    end.record_hash = EntryOf(EncodeRecord(*end.record), end.recorded_ms).record;
    end.record.reset();
    end.events.clear();
    const OpenedPack opened = OpenPack(Write(changed));
    EXPECT_TRUE(opened.report.verified);
    EXPECT_FALSE(opened.complete);
    ASSERT_NE(opened.ledger, nullptr);
    EXPECT_FALSE(opened.ledger->complete());
    EXPECT_FALSE(opened.report.notes.empty());
  }
}

TEST(PackVerifier, AWithheldRecordInTheMiddleIsFoundByTheLinks) {
  PackedLedger made;
  EditablePack pack = Edit(made.Pack());
  std::vector<size_t> of_feed;
  for (size_t i = 0; i < pack.members.size(); ++i) {
    if (pack.members[i].record->stream == made.feed()) of_feed.push_back(i);
  }
  pack.members.erase(pack.members.begin() + static_cast<ptrdiff_t>(of_feed[3]));
  Reprove(pack, made.ledger());
  const OpenedPack opened = OpenPack(Write(pack));
  ASSERT_FALSE(opened.report.verified);
  EXPECT_EQ(opened.report.findings.front().index, pack.members[of_feed[3]].index);
}

// T-09, T-41
TEST(PackVerifier, T09NothingOfAnotherLedgerPasses) {
  PackedLedger made(6, 1);
  PackedLedger other(6, 2);
  const EditablePack pack = Edit(made.Pack());
  const EditablePack foreign = Edit(other.Pack());
  EditablePack changed = pack;
  changed.checkpoint = foreign.checkpoint;
  EXPECT_EQ(VerdictOf(Write(changed)), "tree-root");  // these ledgers share their log key
  changed = pack;
  changed.ledger = foreign.ledger;
  EXPECT_EQ(VerdictOf(Write(changed)), "ledger-id");
  ASSERT_EQ(pack.members.size(), foreign.members.size());
  for (size_t i = 0; i < pack.members.size(); ++i) {
    changed = pack;
    changed.members[i] = foreign.members[i];
    EXPECT_NE(VerdictOf(Write(changed)), "verified") << i;
    changed = pack;
    changed.members[i].evidence = foreign.members[i].evidence;
    EXPECT_EQ(VerdictOf(Write(changed)), "evidence") << i;
  }
}

// T-24: no part of a pack vouches for another but through what the log's key signed.
TEST(PackVerifier, T24EveryPartReplacedRemovedOrAddedIsRefused) {
  PackedLedger made;
  const EditablePack pack = Edit(made.Pack());
  std::vector<EditablePack> changes;
  const auto change = [&](auto&& edit) { edit(changes.emplace_back(pack)); };
  for (size_t i = 0; i < pack.members.size(); ++i) {
    change([&](EditablePack& p) { p.members[i].recorded_ms += 1; });
    change([&](EditablePack& p) { p.members[i].recorded_ms = INT64_MAX; });
    change([&](EditablePack& p) { p.members[i].record->stream += 1; });
    change([&](EditablePack& p) { p.members[i].record->sequence += 1; });
    change([&](EditablePack& p) { p.members[i].record->previous.bytes[0] ^= 1; });
    change([&](EditablePack& p) { p.members[i].record->root.bytes[0] ^= 1; });
    change([&](EditablePack& p) { p.members[i].record->evidence.bytes[0] ^= 1; });
    change([&](EditablePack& p) { p.members[i].evidence.signature[40] ^= 1; });
    change([&](EditablePack& p) { p.members[i].evidence.key.bytes[0] ^= 1; });
    change([&](EditablePack& p) { p.members[i].evidence.newest.bytes[0] ^= 1; });
    for (size_t j = 0; j < pack.members[i].events.size(); ++j) {
      change([&](EditablePack& p) { p.members[i].events[j].header.back() ^= 1; });
      if (!pack.members[i].events[j].shown) continue;
      change([&](EditablePack& p) { p.members[i].events[j].salt[0] ^= 1; });
      change([&](EditablePack& p) { p.members[i].events[j].salt = Bytes(16, 0); });
      change([&](EditablePack& p) { p.members[i].events[j].body.push_back(0); });
      change([&](EditablePack& p) { p.members[i].events[j].body.clear(); });
    }
    // A signature that holds for another's key and batch, kept consistent up to the record.
    change([&](EditablePack& p) {
      EditableMember& member = p.members[i];
      member.evidence.signature[40] ^= 1;
      member.record->evidence = EvidenceDigest(EncodeEvidence(member.evidence));
    });
  }
  change([](EditablePack& p) { p.heads->front().bytes[0] ^= 1; });
  change([](EditablePack& p) { p.heads->push_back(Hash()); });
  change([](EditablePack& p) { p.heads->pop_back(); });
  change([](EditablePack& p) { p.proof.front().bytes[0] ^= 1; });
  change([](EditablePack& p) { p.proof.pop_back(); });
  change([](EditablePack& p) { p.proof.push_back(Hash()); });
  change([](EditablePack& p) { p.cuts = {0}; });
  change([](EditablePack& p) { p.cuts = {p.members.back().index + 1}; });
  change([](EditablePack& p) { p.cuts = {3, 2}; });
  change([](EditablePack& p) { p.scope.at_size = 5; });
  change([](EditablePack& p) { p.checkpoint.clear(); });
  change([](EditablePack& p) { p.checkpoint[p.checkpoint.size() / 2] ^= 1; });
  change([](EditablePack& p) { p.members.clear(); });
  for (size_t i = 0; i < changes.size(); ++i) {
    EXPECT_NE(VerdictOf(Write(changes[i])), "verified") << "change " << i;
  }
}

// Who holds the log's key makes any tree he likes, but signs for no author.
class HostileLog {
 public:
  explicit HostileLog(PackedLedger& made) : made_(made), pack_(Edit(made.Pack())) {}
  EditableMember& last() { return pack_.members.back(); }
  // The pack with the last record as it was changed, in a tree that the log's key signed.
  Bytes Sign() {
    std::vector<Hash> leaves;
    for (uint64_t index = 0; index + 1 < made_.ledger().head().size; ++index) {
      leaves.push_back(made_.ledger().ReadRecord(index)->leaf());
    }
    last().record->evidence = EvidenceDigest(EncodeEvidence(last().evidence));
    leaves.push_back(EntryLeaf(EntryOf(EncodeRecord(*last().record), last().recorded_ms)));
    pack_.checkpoint = *SignCheckpoint({made_.ledger().origin(), leaves.size(), TreeRoot(leaves)},
                                       made_.test().log_key());
    return Write(pack_);
  }

 private:
  PackedLedger& made_;
  EditablePack pack_;
};

// T-41, T-42
TEST(PackVerifier, T42NoLogKeySignsForAnAuthor) {
  PackedLedger made;
  EXPECT_EQ(VerdictOf(HostileLog(made).Sign()), "verified");
  HostileLog flipped(made);
  flipped.last().evidence.signature[40] ^= 1;
  EXPECT_EQ(VerdictOf(flipped.Sign()), "key-verdict");
  HostileLog unknown(made);
  unknown.last().evidence.key.bytes[0] ^= 1;
  EXPECT_EQ(VerdictOf(unknown.Sign()), "key-verdict");
  // By a key that is in the ledger and holds another role.
  HostileLog foreign(made);
  Evidence& evidence = foreign.last().evidence;
  evidence.key = made.lime().key->fingerprint();
  evidence.signature =
      made.lime().key->Sign(BatchMessage(made.ledger().id(), Rename<StreamId>(made.ledger().id()),
                                         evidence, foreign.last().record->root));
  EXPECT_EQ(VerdictOf(foreign.Sign()), "key-verdict");
  // Before its time, out of its place, and behind another record than the newest of its stream.
  HostileLog early(made);
  early.last().recorded_ms = 0;
  EXPECT_EQ(VerdictOf(early.Sign()), "order");
  HostileLog misplaced(made);
  misplaced.last().record->sequence += 1;
  EXPECT_EQ(VerdictOf(misplaced.Sign()), "record-sequence");
  HostileLog unlinked(made);
  unlinked.last().record->previous.bytes[0] ^= 1;
  EXPECT_EQ(VerdictOf(unlinked.Sign()), "record-previous");
  HostileLog uprooted(made);
  uprooted.last().record->root.bytes[0] ^= 1;
  EXPECT_EQ(VerdictOf(uprooted.Sign()), "batch-root");
}

// T-27: the same of an adversary who makes the digest at the end right. Every thirteenth bit, which
// meets every bit of a byte; with TALLY_FLIP_STEP=1 every bit of a pack of 16 KiB, in minutes. A
// flip in the scope gives a pack about something else.
TEST(PackVerifier, T27AFlippedBitUnderARightDigestIsRefused) {
  const char* wanted = std::getenv("TALLY_FLIP_STEP");
  const size_t step = wanted == nullptr ? 13 : std::stoul(wanted);
  const Bytes pack = PackedLedger(step == 1 ? 13 : 2).Pack();
  ASSERT_TRUE(step > 1 || pack.size() >= 16 * 1024 + Hash::size()) << pack.size();
  const PackScope scope = DecodePack(pack)->scope;
  uint64_t flips = 0;
  uint64_t refused = 0;
  for (size_t bit = 0; bit < 8 * (pack.size() - Hash::size()); bit += step) {
    Bytes flipped = pack;
    flipped[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    const OpenedPack opened = OpenPack(WithDigest(std::move(flipped)));
    ++flips;
    if (!opened.report.verified || opened.ledger->scope() != scope) ++refused;
  }
  EXPECT_EQ(refused, flips);
  if (step == 1) std::cout << refused << " of " << flips << " flips refused\n";
}

// What the rules rest on is never withheld.
TEST(PackVerifier, BodiesThatMustBeShownAreRequired) {
  PackedLedger made;
  const EditablePack pack = Edit(made.Pack());
  int withheld = 0;
  for (size_t i = 0; i < pack.members.size(); ++i) {
    for (size_t j = 0; j < pack.members[i].events.size(); ++j) {
      EditablePack changed = pack;
      EditableEvent& event = changed.members[i].events[j];
      if (!event.shown) continue;
      event.shown = false;
      const OpenedPack opened = OpenPack(Write(changed));
      const BodyKind kind = DecodeHeader(event.header)->kind;
      EXPECT_EQ(opened.report.verified, kind == BodyKind::kStateReported)
          << pack.members[i].index << "/" << j;
      if (!opened.report.verified) continue;
      ++withheld;
      const auto missing = opened.ledger->FirstMissing(made.selection());
      ASSERT_TRUE(missing.ok());
      EXPECT_EQ(missing->value(), (EventAddress{pack.members[i].index, static_cast<uint32_t>(j)}));
    }
  }
  EXPECT_EQ(withheld, 6);
}

}  // namespace
}  // namespace tally::ledger
