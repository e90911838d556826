#include "replay/projection/paged_reports.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {

std::shared_ptr<const ReportRows> PageShelf::Find(uint64_t page) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = places_.find(page);
  if (found == places_.end()) return nullptr;
  pages_.splice(pages_.begin(), pages_, found->second);
  return found->second->rows;
}

uint64_t PageShelf::Add(std::shared_ptr<const ReportRows> rows) {
  const std::lock_guard<std::mutex> lock(mutex_);
  PutFirst(added_, std::move(rows));
  return added_++;
}

void PageShelf::Put(uint64_t page, std::shared_ptr<const ReportRows> rows) {
  const std::lock_guard<std::mutex> lock(mutex_);
  // Two threads may have read the same page; either copy will do.
  if (places_.count(page) == 0) PutFirst(page, std::move(rows));
}

void PageShelf::Drop(uint64_t page) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = places_.find(page);
  if (found == places_.end()) return;
  pages_.erase(found->second);
  places_.erase(found);
}

void PageShelf::PutFirst(uint64_t page, std::shared_ptr<const ReportRows> rows) {
  pages_.push_front({page, std::move(rows)});
  places_[page] = pages_.begin();
  while (pages_.size() > size_.pages) {
    places_.erase(pages_.back().page);
    pages_.pop_back();
  }
  TALLY_CHECK(places_.size() == pages_.size());
}

std::shared_ptr<PagedReports> PagedReports::CopyFor(SourceUnit source) const {
  std::shared_ptr<PagedReports> copy(new PagedReports(*this));
  copy->source_ = std::move(source);
  return copy;
}

bool PagedReports::Add(const Report& report) {
  if (report.observation.from < newest_) return false;
  newest_ = report.observation.from;
  if (open_.empty()) open_.reserve(shelf_.rows());
  open_.push_back(report);
  ++size_;
  if (open_.size() == shelf_.rows()) CloseOpenPage();
  return true;
}

void PagedReports::Seal() {
  if (open_.empty()) return;
  CloseOpenPage();
  own_ = pages_.back().number;
}

PagedReports::~PagedReports() {
  if (own_.has_value()) shelf_.Drop(*own_);
}

void PagedReports::CloseOpenPage() {
  Page page{.begin = open_.front().provenance.address,
            .end = open_.back().provenance.address,
            .first = open_.front().observation.from,
            .last = open_.back().observation.from,
            .digest = open_.back().provenance.digest,
            .rows = static_cast<uint32_t>(open_.size())};
  page.number = shelf_.Add(std::make_shared<const ReportRows>(std::move(open_)));
  pages_.push_back(page);
  open_ = {};
}

absl::StatusOr<std::shared_ptr<const ReportRows>> PagedReports::Read(size_t number) const {
  const Page& page = pages_[number];
  if (std::shared_ptr<const ReportRows> rows = shelf_.Find(page.number)) return rows;
  auto rows = std::make_shared<ReportRows>();
  rows->reserve(page.rows);
  Instant newest = page.first;
  TALLY_RETURN_IF_ERROR(
      reader_(page.begin.index, page.end.index, [&](const Fact& fact) -> absl::Status {
        const bool outside = fact.address() < page.begin || page.end < fact.address();
        if (outside || !IsReportOf(source_, fact)) return absl::OkStatus();
        if (fact.header().observed_from < newest) return absl::OkStatus();  // kept by the caller
        newest = fact.header().observed_from;
        TALLY_ASSIGN_OR_RETURN(Report report, ReadReport(source_, fact));
        rows->push_back(std::move(report));
        return absl::OkStatus();
      }));
  const bool same = rows->size() == page.rows && rows->back().provenance.digest == page.digest;
  if (!same) {
    return absl::DataLossError(absl::StrCat("records ", page.begin.index, " to ", page.end.index,
                                            ": read again, they hold other reports than before"));
  }
  shelf_.Put(page.number, rows);
  return std::shared_ptr<const ReportRows>(std::move(rows));
}

absl::StatusOr<PagedReports::Row> PagedReports::At(uint64_t number, const Row& last) const {
  TALLY_CHECK(number < size_ && open_.empty());
  const size_t page = static_cast<size_t>(number / shelf_.rows());
  const size_t place = static_cast<size_t>(number % shelf_.rows());
  if (last.page != nullptr && place < last.page->size() &&
      last.page->front().provenance.address == pages_[page].begin) {
    return Row{&(*last.page)[place], last.page};
  }
  TALLY_ASSIGN_OR_RETURN(std::shared_ptr<const ReportRows> rows, Read(page));
  const Report* report = &(*rows)[place];
  return Row{report, std::move(rows)};
}

absl::StatusOr<uint64_t> PagedReports::FirstFrom(Instant at) const {
  TALLY_CHECK(open_.empty());
  const auto page =
      std::lower_bound(pages_.begin(), pages_.end(), at,
                       [](const Page& each, Instant instant) { return each.last < instant; });
  if (page == pages_.end()) return size_;
  const auto number = static_cast<size_t>(page - pages_.begin());
  if (page->first >= at) return number * shelf_.rows();
  TALLY_ASSIGN_OR_RETURN(const std::shared_ptr<const ReportRows> rows, Read(number));
  const auto row = std::lower_bound(
      rows->begin(), rows->end(), at,
      [](const Report& report, Instant instant) { return report.observation.from < instant; });
  return number * shelf_.rows() + static_cast<uint64_t>(row - rows->begin());
}

}  // namespace tally::replay
