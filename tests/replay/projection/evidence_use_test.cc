// Goal: what a window used has one digest, whether its events were kept or lie in pages, in
// whatever order and however often they were noted. Method: the same events noted both ways,
// against the digest over all of them put in order; each standing once at its boundary.
#include "replay/projection/evidence_use.h"

#include <gtest/gtest.h>

#include <random>

#include "ledger/crypto/sha256.h"
#include "tests/replay/projection/fact_book.h"

namespace tally::replay::evidence_use_cases {
namespace {

Instant Minute(int64_t minute) { return On("2026-03-01T00:00:00Z") + Minutes(minute); }

Hash DigestOf(std::vector<EvidenceUse::Event> events) {
  std::sort(events.begin(), events.end());
  events.erase(std::unique(events.begin(), events.end()), events.end());
  Bytes all;
  for (const EvidenceUse::Event& event : events) {
    all.insert(all.end(), event.digest.bytes.begin(), event.digest.bytes.end());
  }
  return ledger::Sha256Of({all});
}

TEST(EvidenceUse, RowsAndKeptEventsMakeOneDigest) {
  FactBook book;
  for (int i = 0; i < 40; ++i) book.Report(i % 3 == 0 ? 2 : 1, Minute(i), State::kUp);
  PageShelf shelf({4, 2});
  const SourceUnit web{1, "ms", 0}, mail{2, "ms", 0};
  PagedReports first(web, book.Reader(), shelf), second(mail, book.Reader(), shelf);
  for (const Fact& fact : book.facts()) {
    if (IsReportOf(web, fact)) first.Add(*ReadReport(web, fact));
    if (IsReportOf(mail, fact)) second.Add(*ReadReport(mail, fact));
  }
  first.Seal();
  second.Seal();
  std::mt19937_64 random(11);
  for (int round = 0; round < 200; ++round) {
    EvidenceUse use;
    std::vector<EvidenceUse::Event> expected;
    const uint64_t notes = random() % 60;
    for (uint64_t i = 0; i < notes; ++i) {
      const PagedReports& reports = random() % 2 == 0 ? first : second;
      uint64_t row = random() % reports.size();
      const uint64_t limit = std::min(reports.size(), row + random() % 9);
      for (; row < limit; ++row) {
        const Provenance provenance = reports.At(row, {})->report->provenance;
        expected.push_back({provenance.address, provenance.digest});
        if (random() % 8 == 0) {
          use.used["probes"].push_back(expected.back());
        } else {
          use.Note("probes", reports, row);
        }
      }
    }
    const uint64_t size = 12 + random() % 42;
    ASSERT_TRUE(use.Conclude(size).ok());
    EXPECT_TRUE(use.used.empty() && use.rows.empty());
    ASSERT_EQ(use.ranges.empty(), expected.empty());
    if (expected.empty()) continue;
    std::sort(expected.begin(), expected.end());
    const EvidenceUse::Range& range = use.ranges.at("probes");
    EXPECT_EQ(range.digest, DigestOf(expected));
    EXPECT_EQ(range.first, expected.front().address);
    EXPECT_EQ(range.last, expected.back().address);
    std::optional<ledger::EventAddress> beyond;
    for (const EvidenceUse::Event& event : expected) {
      if (event.address.index >= size && !beyond) beyond = event.address;
    }
    EXPECT_EQ(range.beyond, beyond);
  }
}

TEST(EvidenceUse, RowsInTheirOrderAreOneStretch) {
  FactBook book;
  PageShelf shelf({4, 2});
  PagedReports first({1, "", 0}, book.Reader(), shelf), second({2, "", 0}, book.Reader(), shelf);
  EvidenceUse use;
  for (uint64_t row = 0; row < 1000; ++row) {
    use.Note("probes", first, row);
    use.Note("probes", second, row);
  }
  EXPECT_EQ(use.rows["probes"].size(), 2u);
  use.Note("probes", first, 2000);
  EXPECT_EQ(use.rows["probes"].size(), 3u);
}

// T-51: what stands at the last instant is in time, and at the next one late.
TEST(EvidenceUse, T51StandingsAtTheirBoundaries) {
  Provenance provenance;
  provenance.address = {7, 3};
  provenance.recorded = Minute(10);
  provenance.reported = Minute(10);
  EvidenceScope scope;
  EXPECT_EQ(StandingOf(provenance, scope), EvidenceStanding::kCounts);
  scope.size = 7;
  EXPECT_EQ(StandingOf(provenance, scope), EvidenceStanding::kLate);
  scope.size = 8;
  EXPECT_EQ(StandingOf(provenance, scope), EvidenceStanding::kCounts);
  scope.cutoff = Minute(10);
  EXPECT_EQ(StandingOf(provenance, scope), EvidenceStanding::kLate);
  provenance.reported = Minute(10) - Duration{1};
  EXPECT_EQ(StandingOf(provenance, scope), EvidenceStanding::kLate) << "its feed was open";
  provenance.history = true;
  EXPECT_EQ(StandingOf(provenance, scope), EvidenceStanding::kCountsAsClaimed);
  scope.late_counts = true;
  EXPECT_EQ(StandingOf(provenance, scope), EvidenceStanding::kCounts);
  scope.reported_by = Minute(10) - Duration{2};
  EXPECT_EQ(StandingOf(provenance, scope), EvidenceStanding::kNotYetReported);
}

}  // namespace
}  // namespace tally::replay::evidence_use_cases
