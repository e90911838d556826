// Goal: rows are compared one by one, none missing and none extra, and the first bad record leads
// the report. Method: a store of three rows against rows that differ in one thing.
#include "ledger/log/audit_rows.h"

#include "ledger/log/layout.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/ledger/log/map_store.h"

namespace tally::ledger {
namespace {

class AuditRowsTest : public ::testing::Test {
 protected:
  AuditRowsTest() {
    store_.rows[layout::StreamRecord(0, 0)] = EncodeNumberRow(0);
    store_.rows[layout::StreamRecord(0, 1)] = EncodeNumberRow(5);
    store_.rows[layout::SourceEnd(3, 1)] = EncodeNumberRow(9);
  }
  std::vector<AuditFinding> Derive(uint64_t second_record, uint64_t end) {
    AuditFindings findings;
    AuditRows rows(store_, findings);
    rows.SetIndex(0);
    EXPECT_TRUE(rows.Put(layout::StreamRecord(0, 0), EncodeNumberRow(0)).ok());
    rows.SetIndex(5);
    EXPECT_TRUE(rows.Put(layout::StreamRecord(0, 1), EncodeNumberRow(second_record)).ok());
    EXPECT_TRUE(rows.Put(layout::SourceEnd(3, 1), EncodeNumberRow(end)).ok());
    EXPECT_TRUE(rows.Finish().ok());
    return std::move(findings).Take();
  }
  MapStore store_;
};

TEST_F(AuditRowsTest, EqualRowsGiveNoFinding) { EXPECT_TRUE(Derive(5, 9).empty()); }

TEST_F(AuditRowsTest, DifferentRowsAreNamed) {
  const auto index = Derive(6, 9);
  ASSERT_EQ(index.size(), 1u);
  EXPECT_EQ(index[0].kind, "stream-index");
  EXPECT_EQ(index[0].index, 5u);
  const auto end = Derive(5, 10);
  ASSERT_EQ(end.size(), 1u);
  EXPECT_EQ(end[0].kind, "source-row");
  EXPECT_EQ(end[0].stream, "3");
}

TEST_F(AuditRowsTest, MissingAndExtraRowsAreNamed) {
  store_.rows.erase(layout::StreamRecord(0, 1));
  ASSERT_EQ(Derive(5, 9).size(), 1u);
  store_.rows[layout::StreamRecord(0, 1)] = EncodeNumberRow(5);
  store_.rows[layout::StreamRecord(0, 2)] = EncodeNumberRow(6);
  const auto extra = Derive(5, 9);
  ASSERT_EQ(extra.size(), 1u);
  EXPECT_EQ(extra[0].index, 6u);
}

TEST_F(AuditRowsTest, RowsOfLaterRecordsAreNotSeenYet) {
  AuditFindings findings;
  AuditRows rows(store_, findings);
  rows.SetIndex(5);
  EXPECT_TRUE(rows.Get(layout::StreamRecord(0, 0))->has_value());
  EXPECT_FALSE(rows.Get(layout::StreamRecord(0, 1))->has_value());
  rows.SetIndex(6);
  EXPECT_TRUE(rows.Get(layout::StreamRecord(0, 1))->has_value());
  EXPECT_FALSE(rows.Get(layout::SourceEnd(3, 1))->has_value());  // Kept rows come from Put alone.
}

TEST_F(AuditRowsTest, ATileNamesItsFirstWrongLeaf) {
  Bytes tile(3 * 32, 1);
  for (const auto& [level, expected] : {std::pair{0u, 1u}, {1u, 256u}, {2u, 65536u}}) {
    store_.rows[layout::Tile(level, 0)] = tile;
    AuditFindings findings;
    AuditRows rows(store_, findings);
    Bytes derived = tile;
    derived[40] = 2;
    EXPECT_TRUE(rows.Put(layout::Tile(level, 0), derived).ok());
    const auto found = std::move(findings).Take();
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].index, expected);
  }
}

TEST(AuditFindings, TheFirstRecordLeadsAndTheListIsBounded) {
  AuditFindings findings;
  findings.Add({"late", 9, "", "", ""});
  findings.Add({"none", std::nullopt, "", "", ""});
  findings.Add({"early", 2, "", "", ""});
  for (int i = 0; i < 2000; ++i) findings.Add({"more", 10, "", "", ""});
  const auto list = std::move(findings).Take();
  EXPECT_EQ(list.size(), AuditFindings::kMax);
  EXPECT_EQ(list[0].kind, "early");
  EXPECT_EQ(list.back().kind, "none");
}

}  // namespace
}  // namespace tally::ledger
