// Goal: rows in pages are the rows that were added, whichever page is asked for and however small
// the shelf is, and what comes back other than it was is refused. Method: every size of page and
// shelf around the number of rows, in both directions; a reader that lies.
#include "replay/projection/paged_reports.h"

#include <gtest/gtest.h>

#include "tests/replay/projection/fact_book.h"

namespace tally::replay::paged_reports_cases {
namespace {

constexpr int kRows = 11;

Instant Minute(int64_t minute) { return On("2026-03-01T00:00:00Z") + Minutes(minute); }

// Rows at minutes 0, 0, 2, 2, 4, 4 ...; between them reports of another source and, after each
// fourth, one that steps back.
class PagedReportsTest : public ::testing::Test {
 protected:
  PagedReportsTest() {
    for (int i = 0; i < kRows; ++i) {
      book_.Report(1, Minute(i / 2 * 2), i % 3 == 0 ? State::kDown : State::kUp);
      book_.Report(2, Minute(i), State::kDown);
      if (i % 4 == 3) book_.Report(1, Minute(i / 2 * 2 - 1), State::kDegraded);
    }
  }
  // Gives the reports that are not taken.
  std::vector<Report> Fill(PagedReports& reports) {
    std::vector<Report> left;
    for (const Fact& fact : book_.facts()) {
      if (!IsReportOf(source_, fact)) continue;
      const Report report = *ReadReport(source_, fact);
      if (!reports.Add(report)) left.push_back(report);
    }
    reports.Seal();
    return left;
  }
  FactBook book_;
  SourceUnit source_{1, "ms", 0};
};

TEST_F(PagedReportsTest, EveryRowComesBackAsItWas) {
  for (size_t rows = 1; rows <= kRows + 1; ++rows) {
    for (size_t pages = 1; pages <= 4; ++pages) {
      PageShelf shelf({rows, pages});
      PagedReports reports(source_, book_.Reader(), shelf);
      const std::vector<Report> left = Fill(reports);
      ASSERT_EQ(left.size(), 2u);
      EXPECT_EQ(left[0].observation.state, State::kDegraded);
      ASSERT_EQ(reports.size(), static_cast<uint64_t>(kRows));
      std::vector<ledger::EventAddress> addresses;
      PagedReports::Row row;
      for (uint64_t i = 0; i < kRows; ++i) {
        const absl::StatusOr<PagedReports::Row> next = reports.At(i, row);
        ASSERT_TRUE(next.ok()) << next.status();
        row = *next;
        EXPECT_EQ(row.report->observation.from, Minute(static_cast<int64_t>(i) / 2 * 2));
        EXPECT_EQ(row.report->observation.state, i % 3 == 0 ? State::kDown : State::kUp);
        addresses.push_back(row.report->provenance.address);
      }
      EXPECT_TRUE(std::is_sorted(addresses.begin(), addresses.end()));
      for (uint64_t i = kRows; i > 0; --i) {
        const absl::StatusOr<PagedReports::Row> back = reports.At(i - 1, row);
        ASSERT_TRUE(back.ok()) << back.status();
        row = *back;
        EXPECT_EQ(row.report->provenance.address, addresses[i - 1]);
      }
    }
  }
}

TEST_F(PagedReportsTest, TheFirstRowFromAnInstant) {
  for (size_t rows = 1; rows <= kRows + 1; ++rows) {
    PageShelf shelf({rows, 1});
    PagedReports reports(source_, book_.Reader(), shelf);
    Fill(reports);
    for (int64_t minute = -1; minute <= kRows + 1; ++minute) {
      uint64_t expected = 0;
      while (expected < kRows && static_cast<int64_t>(expected) / 2 * 2 < minute) ++expected;
      EXPECT_EQ(reports.FirstFrom(Minute(minute)).value(), expected) << rows << " " << minute;
    }
  }
}

TEST_F(PagedReportsTest, WhatStandsOnTheShelfIsNotReadAgain) {
  PageShelf wide({3, 4}), narrow({3, 2});
  PagedReports kept(source_, book_.Reader(), wide), read(source_, book_.Reader(), narrow);
  Fill(kept);
  Fill(read);
  for (uint64_t i = 0; i < kRows; ++i) ASSERT_TRUE(kept.At(i, {}).ok());
  EXPECT_EQ(book_.readings, 0);
  for (uint64_t i = 0; i < kRows; ++i) ASSERT_TRUE(read.At(i, {}).ok());
  EXPECT_EQ(book_.readings, 4) << "each page once, in order";
}

// A copy after each report is what a source of so many reports is; full pages are the same pages,
// and one that was not full leaves the shelf with whom it was of.
TEST_F(PagedReportsTest, ACopyGoesOnByItself) {
  PageShelf wide({3, 100});
  PagedReports grown(source_, book_.Reader(), wide);
  uint64_t taken = 0;
  for (const Fact& fact : book_.facts()) {
    if (!IsReportOf(source_, fact) || !grown.Add(*ReadReport(source_, fact))) continue;
    ++taken;
    const std::shared_ptr<PagedReports> copy = grown.CopyFor(source_);
    copy->Seal();
    PageShelf narrow({3, 1});
    PagedReports alone(source_, book_.Reader(), narrow);
    for (const Fact& before : book_.facts()) {
      if (fact.address() < before.address()) break;
      if (IsReportOf(source_, before)) alone.Add(*ReadReport(source_, before));
    }
    alone.Seal();
    ASSERT_EQ(copy->size(), taken);
    ASSERT_EQ(alone.size(), taken);
    book_.readings = 0;
    std::vector<Hash> digests;
    for (uint64_t i = 0; i < taken; ++i) {
      digests.push_back(copy->At(i, {})->report->provenance.digest);
    }
    EXPECT_EQ(book_.readings, 0) << "what was full stands there for both";
    for (uint64_t i = 0; i < taken; ++i) {
      EXPECT_EQ(alone.At(i, {})->report->provenance.digest, digests[i]);
    }
  }
  EXPECT_EQ(taken, static_cast<uint64_t>(kRows));
  for (uint64_t page = 0; page < taken; ++page) {
    const auto rows = wide.Find(page);
    EXPECT_TRUE(rows == nullptr || rows->size() == 3) << "of no copy that is gone";
  }
}

TEST_F(PagedReportsTest, OtherRowsThanBeforeAreRefused) {
  PageShelf shelf({3, 1});
  const FactReader honest = book_.Reader();
  uint64_t missing = UINT64_MAX;
  PagedReports reports(
      source_,
      [&](uint64_t first, uint64_t last, const FactVisitor& visit) {
        return honest(first, last, [&](const Fact& fact) {
          return fact.address().index == missing ? absl::OkStatus() : visit(fact);
        });
      },
      shelf);
  Fill(reports);
  missing = reports.At(1, {})->report->provenance.address.index;
  ASSERT_TRUE(reports.At(kRows - 1, {}).ok());  // takes the first page's place
  EXPECT_EQ(reports.At(0, {}).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace tally::replay::paged_reports_cases
