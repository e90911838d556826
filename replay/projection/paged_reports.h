// The single reports of one source, without keeping them: where they lie is remembered in pages of
// as many reports as a page has rows, and a page is read again from the ledger when a window needs
// it. What a source costs is then one short row for each page, whatever a batch holds.
//
// A page holds reports that follow each other in the log and in time; one that was observed before
// another that came earlier stays with the caller, which keeps it. So the rows of all pages, one
// after another, are ascending by (first instant, address), and reading a page again needs nothing
// but the same rule applied to the same facts.
//
// Pages that were used last stay on a shelf of a fixed size that all sources of a case share. A
// history that fits on it is never read twice. A copy goes on from where the original stands; pages
// that were full by then are the same pages for both, wherever they stand.
//
// Right because the first reading verified every record up to the signed head, and what is read
// again are the same records of the same open ledger: hashes are not recomputed, but each event's
// own digest is, and a page that comes back with other rows than it had is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "replay/projection/fact.h"
#include "replay/projection/report.h"

namespace tally::replay {

using FactVisitor = std::function<absl::Status(const Fact& fact)>;
// Reads the records [first, last] of one feed again, in log order and as the fold read them. Any
// thread.
using FactReader =
    std::function<absl::Status(uint64_t first, uint64_t last, const FactVisitor& visit)>;

using ReportRows = std::vector<Report>;

struct ShelfSize {
  size_t rows = 1024;  // a page
  size_t pages = 64;   // a month of probes a minute, and half of one
};

// Thread-safe. A page has a number that no other page of the shelf ever has.
class PageShelf {
 public:
  explicit PageShelf(ShelfSize size = {}) : size_(size) {}
  PageShelf(const PageShelf&) = delete;
  PageShelf& operator=(const PageShelf&) = delete;

  size_t rows() const { return size_.rows; }
  // nullptr when the page does not stand here.
  std::shared_ptr<const ReportRows> Find(uint64_t page);
  // Gives a new page its number. The page that nobody asked for longest makes room.
  uint64_t Add(std::shared_ptr<const ReportRows> rows);
  // A page that was read again.
  void Put(uint64_t page, std::shared_ptr<const ReportRows> rows);
  // Nobody will ask for it any more.
  void Drop(uint64_t page);

 private:
  struct Standing {
    uint64_t page = 0;
    std::shared_ptr<const ReportRows> rows;
  };
  void PutFirst(uint64_t page, std::shared_ptr<const ReportRows> rows);  // under mutex_

  const ShelfSize size_;
  std::mutex mutex_;
  uint64_t added_ = 0;         // guarded by mutex_, like the next
  std::list<Standing> pages_;  // the last used one first
  std::map<uint64_t, std::list<Standing>::iterator> places_;
};

class PagedReports {
 public:
  // `shelf`, and what `reader` reads, outlive it.
  PagedReports(SourceUnit source, FactReader reader, PageShelf& shelf)
      : source_(std::move(source)), reader_(std::move(reader)), shelf_(shelf) {}
  ~PagedReports();
  PagedReports& operator=(const PagedReports&) = delete;
  // Before Seal: goes on from here by itself, as the same source of another fold.
  std::shared_ptr<PagedReports> CopyFor(SourceUnit source) const;

  // In log order, what ReadReport gives for the source. False when the report was observed before
  // one that was added: then it is not here.
  bool Add(const Report& report);
  // Call once, after the last report; before it nothing is read.
  void Seal();

  // Rows have numbers in their order, from 0; a page has the rows [page x rows, ...).
  uint64_t size() const { return size_; }
  // Of the first row that was observed at `at` or later. Reads the page that tells it.
  absl::StatusOr<uint64_t> FirstFrom(Instant at) const;

  // One row, and the page that it stands in: a reader that goes on from row to row keeps it.
  struct Row {
    const Report* report = nullptr;
    std::shared_ptr<const ReportRows> page;
  };
  // `last` is a row of before, or none; the row's number is below size(). Any thread.
  absl::StatusOr<Row> At(uint64_t number, const Row& last) const;

 private:
  struct Page {
    ledger::EventAddress begin, end;  // of its first and last row
    Instant first, last;              // observed
    Hash digest;                      // of the event of its last row
    uint32_t rows = 0;
    uint64_t number = 0;  // on the shelf
  };
  PagedReports(const PagedReports&) = default;
  void CloseOpenPage();
  absl::StatusOr<std::shared_ptr<const ReportRows>> Read(size_t number) const;

  SourceUnit source_;
  FactReader reader_;
  PageShelf& shelf_;
  std::vector<Page> pages_;
  ReportRows open_;  // the rows of the page that is being filled
  Instant newest_ = Instant::Min();
  uint64_t size_ = 0;
  std::optional<uint64_t> own_;  // number of a last page that was not full: no copy has it
};

}  // namespace tally::replay
