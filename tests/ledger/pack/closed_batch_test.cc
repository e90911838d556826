// Goal: batches whose headers stay out are as firmly in their place as others, what is in them
// stays hidden, and none is closed that could matter to what is asked. Method: six batches, each
// closed or not by windows over all of their times; every field of a closed batch changed; a batch
// closed by hand that matters.
#include "ledger/pack/closed_batch.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "tests/ledger/pack/pack_support.h"

namespace tally::ledger {
namespace {

const Instant kBegin = At("2026-02-01T00:00:00Z");  // batches follow each other by the hour

// A pack of [from, until) hours after the first report, with what may be closed closed.
PackSelection HoursOf(const PackedLedger& made, int from, int until) {
  PackSelection selection = made.selection();
  selection.feeds[0].from = kBegin + Hours(from);
  selection.feeds[0].until = kBegin + Hours(until);
  selection.close = true;
  return selection;
}

std::vector<uint64_t> ClosedIn(const Bytes& pack) {
  std::vector<uint64_t> closed;
  for (const EditableMember& member : Edit(pack).members) {
    if (member.closed) closed.push_back(member.index);
  }
  return closed;
}

size_t FirstClosed(const EditablePack& pack) {
  const auto found = std::ranges::find_if(pack.members, &EditableMember::closed);
  return static_cast<size_t>(found - pack.members.begin());
}

bool HasBytes(const Bytes& pack, ByteView wanted) {
  return std::search(pack.begin(), pack.end(), wanted.begin(), wanted.end()) != pack.end();
}

TEST(ClosedBatch, OnlyWhatCannotMatterIsClosed) {
  PackedLedger made;
  const Bytes whole = made.Pack();
  EXPECT_TRUE(ClosedIn(whole).empty());
  for (int from = 0; from < 6; ++from) {
    for (int until = from + 1; until <= 6; ++until) {
      const PackSelection selection = HoursOf(made, from, until);
      const Bytes pack = made.Pack(selection);
      const OpenedPack opened = OpenPack(pack);
      ASSERT_TRUE(opened.report.verified) << Describe(opened.report);
      EXPECT_TRUE(opened.complete);
      // The report that holds as the time begins stays, and so does what is observed in it.
      const auto before = static_cast<size_t>(std::max(from - 1, 0));
      EXPECT_EQ(ClosedIn(pack).size(), before) << from << until;
      EXPECT_FALSE(opened.ledger->FirstMissing(selection)->has_value());
      EXPECT_EQ(opened.report.covered.events, OpenPack(whole).report.covered.events);
      const bool closes = !ClosedIn(pack).empty();
      EXPECT_TRUE(!closes || opened.ledger->FirstMissing(made.selection())->has_value());
      EXPECT_EQ(closes, std::ranges::any_of(opened.report.notes, [](const std::string& note) {
                  return note.find("are closed") != std::string::npos;
                }));
    }
  }
}

// T-89: neither header, nor digest, nor salt of what is in there.
TEST(ClosedBatch, T89NothingOfItsEventsIsInThePack) {
  PackedLedger made;
  const Bytes pack = made.Pack(HoursOf(made, 5, 6));
  const std::vector<uint64_t> closed = ClosedIn(pack);
  ASSERT_EQ(closed.size(), 4u);
  for (const uint64_t index : closed) {
    const VerifiedRecord record = made.ledger().ReadRecord(index).value();
    for (const VerifiedEvent& event : record.events()) {
      EXPECT_FALSE(HasBytes(pack, event.header_bytes));
      EXPECT_FALSE(HasBytes(pack, event.salt.view()));
      EXPECT_FALSE(HasBytes(pack, event.header.body.view()));
    }
    // Of the last event the digest is what the next batch follows, and is no more than that.
    EXPECT_FALSE(HasBytes(pack, record.events()[0].digest.view()));
  }
}

// T-24: a closed batch is still the one that its author signed, in its place.
TEST(ClosedBatch, T24EveryFieldOfItCounts) {
  PackedLedger made;
  const EditablePack sound = Edit(made.Pack(HoursOf(made, 5, 6)));
  const size_t first = FirstClosed(sound);
  const auto changed = [&](const std::function<void(EditableMember&)>& change) {
    EditablePack edit = sound;
    change(edit.members[first]);
    Reprove(edit, made.ledger());
    return VerdictOf(Write(edit));
  };
  EXPECT_EQ(changed([](EditableMember&) {}), "verified");
  // With the evidence's digest made right, so that each rule is met by itself.
  const auto resigned = [&](const std::function<void(Evidence&)>& change) {
    return changed([&](EditableMember& member) {
      change(member.evidence);
      member.record->evidence = EvidenceDigest(EncodeEvidence(member.evidence));
    });
  };
  EXPECT_EQ(changed([](EditableMember& member) { ++member.evidence.last; }), "evidence");
  EXPECT_EQ(resigned([](Evidence& evidence) { ++evidence.last; }), "key-verdict");
  EXPECT_EQ(resigned([](Evidence& evidence) { ++evidence.count; }), "key-verdict");
  EXPECT_EQ(resigned([](Evidence& evidence) { evidence.until = Instant::Max(); }), "key-verdict");
  EXPECT_EQ(resigned([](Evidence& evidence) { evidence.newest.bytes[0] ^= 1; }), "key-verdict");
  EXPECT_EQ(resigned([](Evidence& evidence) { evidence.key.bytes[0] ^= 1; }), "key-verdict");
  EXPECT_EQ(changed([](EditableMember& member) { member.record->root.bytes[0] ^= 1; }),
            "key-verdict");
  EXPECT_EQ(changed([](EditableMember& member) { ++member.record->sequence; }), "record-sequence");
  EXPECT_EQ(changed([](EditableMember& member) { member.record->previous.bytes[0] ^= 1; }),
            "record-previous");
  EXPECT_EQ(changed([](EditableMember& member) { ++member.recorded_ms; }), "order");
  EditablePack without = sound;
  without.members.erase(without.members.begin() + static_cast<ptrdiff_t>(first));
  Reprove(without, made.ledger());
  EXPECT_EQ(VerdictOf(Write(without)), "order");
}

TEST(ClosedBatch, OneThatMattersIsMissing) {
  PackedLedger made;
  const PackSelection selection = HoursOf(made, 2, 4);  // two are shown that could be meant
  EditablePack edit = Edit(made.Pack(selection));
  for (EditableMember& member : edit.members) {
    const bool reports = member.record.has_value() && member.record->stream == made.feed() &&
                         member.record->sequence > 1 && !member.closed && member.events.size() == 2;
    if (reports) member.closed = true;
  }
  const OpenedPack opened = OpenPack(Write(edit));
  ASSERT_TRUE(opened.report.verified) << Describe(opened.report);
  EXPECT_TRUE(opened.ledger->FirstMissing(selection)->has_value());
}

// What opens a stream, and acts, are never closed: who may do what follows from them.
TEST(ClosedBatch, OnlyBatchesOfFeedsAreClosed) {
  PackedLedger made;
  const EditablePack sound = Edit(made.Pack());
  for (size_t i = 0; i < sound.members.size(); ++i) {
    EditablePack edit = sound;
    EditableMember& member = edit.members[i];
    const bool feed = member.record.has_value() && member.record->stream == made.feed() &&
                      member.record->sequence > 0;
    if (feed || !member.record.has_value()) continue;
    member.closed = true;
    EXPECT_NE(VerdictOf(Write(edit)), "verified") << member.index;
  }
}

}  // namespace
}  // namespace tally::ledger
