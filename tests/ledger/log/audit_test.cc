// Goal: whatever is changed in a store behind the ledger's back, the audit says failed and names
// the first bad record. Method: small ledgers are copied into a store in memory; every byte of
// every row is flipped, every row removed, rows added, events removed, swapped, doubled and
// inserted.
#include "ledger/log/audit.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "ledger/log/audit_rows.h"
#include "ledger/log/head_file.h"
#include "ledger/log/layout.h"
#include "ledger/log/segment.h"
#include "ledger/log/stream_table.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/ledger/log/map_store.h"

namespace tally::ledger {
namespace {

// A closed ledger, as an attacker holds it.
struct Held {
  std::unique_ptr<MapStore> store;
  HeadSlot head;
};

Held Hold(TestLedger& test) {
  test.Close();
  Held held;
  Store::Options options;
  options.directory = test.store_directory();
  const auto store = Store::Open(options);
  TALLY_CHECK(store.ok());
  held.store = std::make_unique<MapStore>(**store);
  held.head = *HeadFile::Read(test.options().directory + ".head");
  test.Reopen();
  return held;
}

AuditReport AuditHeld(const Held& held) { return AuditStore(*held.store, held.head, 1); }

// Every kind of stream and row, in few records.
void FillSmall(TestLedger& test) {
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  feed.Register(1, "site").Report(1, State::kUp, At("2026-02-01T00:00:00Z"));
  feed.Run({1}, 20, At("2026-02-02T00:00:00Z"), Minutes(1), State::kUp);
  test.Append(feed.Mark(At("2026-02-03T00:00:00Z")).Sign());
  const uint64_t agreement = test.AddAgreement("gold", {{"provider", &lime}, {"customer", &lime}});
  ClaimFiled claim;
  claim.reason = "down";
  const uint64_t filed =
      test.Append(test.SignAct(lime, agreement, BodyKind::kClaimFiled, Encode(claim))).index;
  ClaimAnswered answer;
  answer.answer = ClaimAnswer::kAccepted;
  test.Append(test.SignAct(lime, agreement, BodyKind::kClaimAnswered, Encode(answer),
                           {.answers = test.DigestAt(filed)}));
}

TEST(Audit, AnUntouchedLedgerIsVerifiedAndSaysWhatWasCovered) {
  TestLedger test;
  FillSmall(test);
  const Held held = Hold(test);
  const AuditReport report = AuditHeld(held);
  EXPECT_TRUE(report.verified) << Describe(report);
  EXPECT_EQ(report.size, held.head.size);
  EXPECT_EQ(report.root, held.head.root);
  EXPECT_EQ(report.ledger_id, held.head.ledger);
  EXPECT_EQ(report.covered.records, held.head.size);
  EXPECT_EQ(report.covered.events, held.head.size + 3);
  EXPECT_EQ(report.covered.signatures, held.head.size);
  EXPECT_EQ(report.covered.streams, 4u);
  EXPECT_TRUE(AuditStore(*held.store, held.head, 3).verified);
}

// Flips one bit of every byte (or of each `stride`-th one) of every row whose key begins with one
// of `letters`.
void FlipEveryByte(const Held& held, std::string_view letters, bool names_a_record,
                   size_t stride = 1) {
  for (auto& [key, value] : held.store->rows) {
    if (letters.find(static_cast<char>(key[0])) == std::string_view::npos) continue;
    for (size_t at = 0; at < value.size(); at += stride) {
      value[at] ^= 1;
      const AuditReport report = AuditHeld(held);
      value[at] ^= 1;
      const std::string where = absl::StrCat(RowName(key), " ", ToHex(key), " byte ", at);
      ASSERT_FALSE(report.verified) << where;
      ASSERT_FALSE(report.findings.empty()) << where;
      if (names_a_record) {
        ASSERT_TRUE(report.findings[0].index.has_value()) << where << Describe(report);
      }
    }
  }
  EXPECT_TRUE(AuditHeld(held).verified);
}

// T-04: headers, evidence, records, bodies and salts, with correct checksums of the store.
TEST(Audit, T04EveryFlippedByteOfASegmentIsNamed) {
  TestLedger test;
  FillSmall(test);
  FlipEveryByte(Hold(test), "SB", true);
}

// T-07, T-08: indexes, stream rows and tiles.
TEST(Audit, T07T08EveryFlippedByteOfAnIndexOrTileIsNamed) {
  TestLedger test;
  FillSmall(test);
  FlipEveryByte(Hold(test), "IPAENDXYZT", true);
}

TEST(Audit, TheHeadInsideIsChecked) {
  TestLedger test;
  FillSmall(test);
  FlipEveryByte(Hold(test), "H", false, 41);
}

// T-04: the flip is attributed to the record that holds it, not to a later one.
TEST(Audit, T04TheFirstFindingNamesTheRecordThatWasChanged) {
  TestLedger test;
  FillSmall(test);
  const Held held = Hold(test);
  for (auto& [key, value] : held.store->rows) {
    if (key[0] != 'B' || value.empty()) continue;
    value.back() ^= 0x80;
    const AuditReport report = AuditHeld(held);
    value.back() ^= 0x80;
    ASSERT_FALSE(report.verified);
    ByteReader reader(ByteView(key).subspan(1));
    EXPECT_EQ(report.findings[0].index, reader.U64()) << Describe(report);
  }
}

// T-07: no row may be missing.
TEST(Audit, T07ARowThatIsMissingIsFound) {
  TestLedger test;
  FillSmall(test);
  const Held held = Hold(test);
  const std::map<Bytes, Bytes> rows = held.store->rows;
  for (const auto& [key, value] : rows) {
    constexpr std::string_view kMayBeAbsent = "HUR";  // repaired or judged by every start
    if (kMayBeAbsent.find(static_cast<char>(key[0])) != std::string_view::npos) continue;
    held.store->rows.erase(key);
    EXPECT_FALSE(AuditHeld(held).verified) << RowName(key) << " " << ToHex(key);
    held.store->rows[key] = value;
  }
}

// T-07: no row may be extra.
TEST(Audit, T07ARowThatNoRecordMakesIsFound) {
  TestLedger test;
  FillSmall(test);
  const Held held = Hold(test);
  const std::map<Bytes, Bytes> rows = held.store->rows;
  for (const auto& [key, value] : rows) {
    constexpr std::string_view kJudgedApart = "HURQ";
    if (kJudgedApart.find(static_cast<char>(key[0])) != std::string_view::npos) continue;
    Bytes other = key;
    other.back() ^= 0x55;
    if (rows.contains(other)) continue;
    held.store->rows[other] = value;
    EXPECT_FALSE(AuditHeld(held).verified) << RowName(key) << " " << ToHex(other);
    held.store->rows.erase(other);
  }
  held.store->rows[{'!'}] = {};
  EXPECT_FALSE(AuditHeld(held).verified);
}

// ---- T-06: whole events moved about ----------------------------------------------------------

struct LooseRecord {
  Bytes record, evidence;
  std::vector<Event> events;
};

LooseRecord Loosen(const MapStore& store, uint64_t index) {
  const auto spine =
      SpineView::Open(std::make_shared<const Bytes>(store.rows.at(layout::Spine(index))), index);
  const auto bodies = BodiesView::Open(
      std::make_shared<const Bytes>(store.rows.at(layout::Bodies(index))), index, spine->events());
  TALLY_CHECK(spine.ok() && bodies.ok() && spine->records() == 1);
  const auto copy = [](ByteView view) { return Bytes(view.begin(), view.end()); };
  LooseRecord loose{copy(spine->record(0)), copy(spine->evidence(0)), {}};
  for (uint32_t j = 0; j < spine->events(); ++j) {
    loose.events.push_back({copy(spine->header(j)), copy(bodies->body(j)), bodies->salt(j)});
  }
  return loose;
}

void Store1(MapStore& store, uint64_t index, int64_t recorded_ms, const LooseRecord& loose) {
  SegmentBuilder builder(index, recorded_ms);
  builder.AddRecord(loose.record, loose.evidence);
  for (const Event& event : loose.events) builder.AddEvent(event.header, event.salt, event.body);
  store.rows[layout::Spine(index)] = builder.EncodeSpine();
  store.rows[layout::Bodies(index)] = builder.EncodeBodies();
}

// 64 events in 8 records, and the records as an attacker takes them apart.
class MovedEvents : public ::testing::Test {
 protected:
  static constexpr size_t kRecords = 8, kEventsEach = 8;
  MovedEvents() {
    TestParty& lime = test_.AddParty("lime");
    TestFeed& feed = test_.AddFeed("uptime", lime);
    feed.Register(1, "site");
    first_ = test_.Append(feed.Sign()).index + 1;
    for (size_t i = 0; i < kRecords * kEventsEach; ++i) {
      feed.Report(1, State::kUp, At("2026-02-01T00:00:00Z") + Minutes(static_cast<int64_t>(i)));
      if (i % kEventsEach + 1 == kEventsEach) test_.Append(feed.Sign());
    }
    held_ = Hold(test_);
    for (size_t i = 0; i < kRecords; ++i) loose_.push_back(Loosen(*held_.store, first_ + i));
    recorded_ms_ = held_.head.recorded_ms;
  }
  Event& EventAt(std::vector<LooseRecord>& records, size_t event) {
    return records[event / kEventsEach].events[event % kEventsEach];
  }
  // Stores the changed records and expects the first of them to be named.
  void ExpectNamed(const std::vector<LooseRecord>& changed, size_t first_event) {
    for (size_t i = 0; i < kRecords; ++i)
      Store1(*held_.store, first_ + i, recorded_ms_, changed[i]);
    const AuditReport report = AuditHeld(held_);
    ASSERT_FALSE(report.verified) << first_event;
    ASSERT_EQ(report.findings[0].index, first_ + first_event / kEventsEach) << Describe(report);
  }

  TestLedger test_;
  Held held_;
  uint64_t first_ = 0;
  int64_t recorded_ms_ = 0;
  std::vector<LooseRecord> loose_;
};

TEST_F(MovedEvents, T06RemovingOneEventIsNamed) {
  for (size_t event = 0; event < kRecords * kEventsEach; ++event) {
    std::vector<LooseRecord> changed = loose_;
    auto& events = changed[event / kEventsEach].events;
    events.erase(events.begin() + static_cast<long>(event % kEventsEach));
    ExpectNamed(changed, event);
  }
}

TEST_F(MovedEvents, T06SwappingAnyTwoEventsIsNamed) {
  for (size_t a = 0; a < kRecords * kEventsEach; ++a) {
    for (size_t b = a + 1; b < kRecords * kEventsEach; ++b) {
      std::vector<LooseRecord> changed = loose_;
      std::swap(EventAt(changed, a), EventAt(changed, b));
      ExpectNamed(changed, a);
    }
  }
}

TEST_F(MovedEvents, T06DoublingOrInsertingAnEventIsNamed) {
  for (size_t event = 0; event < kRecords * kEventsEach; ++event) {
    std::vector<LooseRecord> changed = loose_;
    auto& events = changed[event / kEventsEach].events;
    events.insert(events.begin() + static_cast<long>(event % kEventsEach),
                  events[event % kEventsEach]);
    ExpectNamed(changed, event);
    changed = loose_;
    auto& others = changed[event / kEventsEach].events;
    others.insert(others.begin() + static_cast<long>(event % kEventsEach),
                  EventAt(changed, (event + 17) % (kRecords * kEventsEach)));
    ExpectNamed(changed, event);
  }
}

TEST_F(MovedEvents, T06SwappingOrDoublingWholeRecordsIsNamed) {
  for (size_t a = 0; a < kRecords; ++a) {
    for (size_t b = 0; b < kRecords; ++b) {
      if (a == b) continue;
      std::vector<LooseRecord> changed = loose_;
      changed[a] = loose_[b];
      ExpectNamed(changed, a * kEventsEach);
      changed[b] = loose_[a];
      ExpectNamed(changed, std::min(a, b) * kEventsEach);
    }
  }
}

// T-09, T-10: heads of other ledgers and of other states.
TEST(Audit, T09AnotherHeadIsFound) {
  TestLedger test(1);
  FillSmall(test);
  TestLedger other(2);
  FillSmall(other);
  const Held held = Hold(test);
  const Held foreign = Hold(other);
  EXPECT_FALSE(AuditStore(*held.store, foreign.head, 1).verified);
  HeadSlot longer = held.head;
  ++longer.size;
  EXPECT_FALSE(AuditStore(*held.store, longer, 1).verified);
  HeadSlot changed = held.head;
  changed.root.bytes[0] ^= 1;
  EXPECT_FALSE(AuditStore(*held.store, changed, 1).verified);
  // A head that is gone is the one thing wrong, and named as it was looked for.
  const AuditReport headless = AuditStore(*held.store, absl::NotFoundError("no file X.head"), 1);
  EXPECT_FALSE(headless.verified);
  ASSERT_EQ(headless.findings.size(), 1u);
  EXPECT_EQ(headless.findings[0].kind, "outside-head");
  EXPECT_EQ(headless.findings[0].found, "no file X.head");
  EXPECT_EQ(headless.size, held.head.size);
  EXPECT_EQ(headless.root, held.head.root);
  EXPECT_FALSE(AuditStore(MapStore(), held.head, 1).verified);
}

// What a later version recorded behind the head: counted and named, judged in everything but its
// body. The rows that a later version would have kept beside it are missing here, and said to be.
TEST(Audit, EventsOfALaterVersionAreNamedAndTheirTwinsAreFound) {
  TestLedger test;
  TestParty& lime = test.AddParty("lime");
  TestFeed& feed = test.AddFeed("uptime", lime);
  feed.Register(1, "site");
  const uint64_t index = test.Append(feed.Sign()).index + 1;
  EventHeader header;
  header.kind = BodyKind{127};
  header.source = 1;
  header.observed_from = header.observed_until = At("2026-01-01T00:00:00Z");
  feed.Add(header, Bytes(16, 7)).Add(header, Bytes(16, 8));
  const SignedBatch batch = feed.Sign();
  EXPECT_FALSE(test.TryAppend(batch).ok());  // nobody creates them here
  const Held held = Hold(test);
  const auto audit = [&](const SignedBatch& changed) {
    LooseRecord loose = Loosen(*held.store, index - 1);
    Record record = *DecodeRecord(loose.record);
    record.sequence += 1;
    record.previous = test.ledger().ReadRecord(index - 1)->leaf();
    std::vector<Hash> digests;
    for (const Event& event : batch.events) digests.push_back(EventDigest(event.header));
    record.root = TreeRoot(digests);
    record.evidence = EvidenceDigest(batch.evidence);
    Store1(*held.store, index, held.head.recorded_ms,
           {EncodeRecord(record), changed.evidence, changed.events});
    return AuditHeld(held);
  };
  const AuditReport report = audit(batch);
  EXPECT_EQ(report.covered.records, index + 1) << Describe(report);
  const std::set<std::string> rows = {"stream-row", "source-row", "stream-index", "position-index",
                                      "tile"};
  for (const AuditFinding& finding : report.findings) EXPECT_TRUE(rows.contains(finding.kind));
  const std::string note = absl::StrCat("2 events of kind 127, which this version does not know, ",
                                        "from ", index, "/0 on");
  EXPECT_TRUE(std::any_of(report.notes.begin(), report.notes.end(), [&](const std::string& each) {
    return each.find(note) != std::string::npos;
  })) << Describe(report);
  SignedBatch twin = batch;
  twin.events[1].body[3] ^= 1;
  const AuditReport found = audit(twin);
  EXPECT_EQ(found.covered.records, index);
  ASSERT_FALSE(found.findings.empty());
  EXPECT_EQ(found.findings[0].index, index) << Describe(found);
  EXPECT_EQ(found.findings[0].kind, "event-form");
}

// The same through the files: a change with correct checksums, and a store that cannot be read.
TEST(Audit, AChangedStoreOnDiskFailsAndAMissingOneIsUnreadable) {
  TestLedger test;
  FillSmall(test);
  test.Close();
  ASSERT_TRUE(AuditOf(test.options()).verified);
  {
    Store::Options options;
    options.directory = test.store_directory();
    options.mode = Store::Mode::kReadWrite;
    const auto store = Store::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    Bytes bodies = **(*store)->Get(layout::Bodies(3));
    bodies.back() ^= 1;
    ASSERT_TRUE((*store)->Commit({{{layout::Bodies(3), bodies}}, {}, {}}).ok());
    ASSERT_TRUE((*store)->CloseCleanly().ok());
  }
  const AuditReport report = AuditOf(test.options());
  EXPECT_FALSE(report.verified);
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings[0].index, 3u) << Describe(report);

  LedgerOptions nowhere = test.options();
  nowhere.directory += "-nowhere";
  const AuditReport missing = AuditOf(nowhere);
  EXPECT_FALSE(missing.verified);
  ASSERT_EQ(missing.findings.size(), 1u);
  EXPECT_EQ(missing.findings[0].kind, "store-unreadable");
}

}  // namespace
}  // namespace tally::ledger
