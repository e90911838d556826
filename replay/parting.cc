// The search. A moment costs two replays, so what was looked at is kept, and a side that stands
// still is looked at once.
#include "replay/parting.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// True for what a feed says of itself; everything else in a feed is an observation.
bool IsOfTheFeed(BodyKind kind) {
  return kind == BodyKind::kFeedOpened || kind == BodyKind::kSourceRegistered ||
         kind == BodyKind::kWatermark;
}

struct Candidate {
  uint64_t index = 0;
  Instant recorded;
};

// How far both sides have come.
struct Moment {
  uint64_t size = 0;
  Instant knowledge;
  std::optional<uint64_t> observed_below = {};
  std::vector<ledger::EventAddress> behind = {};  // events of the newest record, left out
};

class Search {
 public:
  Search(const ledger::Ledger& ledger, const PartingQuestion& question)
      : ledger_(ledger),
        question_(question),
        size_(std::max(question.left.wanted.axes.size, question.right.wanted.axes.size)),
        knowledge_(
            std::max(question.left.wanted.axes.knowledge, question.right.wanted.axes.knowledge)) {}

  absl::StatusOr<Parting> InLogOrder();
  absl::StatusOr<std::optional<Parting>> OfEvidence();

 private:
  using Differs = std::function<absl::StatusOr<bool>(size_t)>;

  absl::Status FindCandidates(bool observations);
  absl::StatusOr<bool> DifferAt(const Moment& moment);
  absl::StatusOr<std::string> SideAt(const LookRequest& side, bool right, const Moment& moment);
  // The least count in (0, limit] at which `differs`, which is true of `limit` and not of 0.
  absl::StatusOr<size_t> First(size_t limit, PartingSearch search, const Differs& differs);
  absl::StatusOr<Parting> EventIn(const Candidate& record, Moment moment, bool observations);
  PartingSearch SearchOver(size_t count) const {
    return question_.every || count <= kEveryRecordMax ? PartingSearch::kEveryRecord
                                                       : PartingSearch::kHalving;
  }

  const ledger::Ledger& ledger_;
  const PartingQuestion& question_;
  const uint64_t size_;
  const Instant knowledge_;
  std::vector<Candidate> candidates_;
  using Key = std::tuple<bool, uint64_t, int64_t, uint64_t, std::vector<ledger::EventAddress>>;
  std::map<Key, std::string> seen_;
};

absl::Status Search::FindCandidates(bool observations) {
  std::set<uint64_t> streams(question_.streams.begin(), question_.streams.end());
  streams.insert(0);
  candidates_.clear();
  for (uint64_t stream : streams) {
    ledger::ReadOptions options;
    options.limit = size_;
    options.stream = stream;
    options.checked_beforehand = question_.left.wanted.checked_beforehand;
    TALLY_ASSIGN_OR_RETURN(std::unique_ptr<ledger::Cursor> cursor, ledger_.Read(options));
    while (true) {
      TALLY_ASSIGN_OR_RETURN(std::optional<ledger::VerifiedRecord> record, cursor->Next());
      if (!record.has_value()) break;
      bool wanted = !observations;
      for (const ledger::VerifiedEvent& event : record->events()) {
        wanted = wanted || (FindKind(event.header.kind)->stream == StreamKind::kFeed &&
                            !IsOfTheFeed(event.header.kind));
      }
      if (wanted) candidates_.push_back({record->index(), record->recorded()});
    }
  }
  std::sort(candidates_.begin(), candidates_.end(),
            [](const Candidate& a, const Candidate& b) { return a.index < b.index; });
  return absl::OkStatus();
}

absl::StatusOr<std::string> Search::SideAt(const LookRequest& side, bool right,
                                           const Moment& moment) {
  const CaseAxes& own = side.wanted.axes;
  uint64_t size = std::min(moment.size, own.size);
  Instant knowledge = std::min(moment.knowledge, own.knowledge);
  if (size == 0) return std::string();
  // Nothing is behind the newest record of a side that stands still before it.
  std::vector<ledger::EventAddress> behind;
  for (const ledger::EventAddress& at : moment.behind) {
    if (at.index < size) behind.push_back(at);
  }
  Key key = {right, size, knowledge.micros, moment.observed_below.value_or(UINT64_MAX), behind};
  auto found = seen_.find(key);
  if (found != seen_.end()) return found->second;
  LookRequest request = side;
  TALLY_ASSIGN_OR_RETURN(request.wanted.axes, AxesAt(ledger_, size, knowledge));
  request.wanted.axes.reported = own.reported;
  request.wanted.observed_below = moment.observed_below;
  request.wanted.without.insert(behind.begin(), behind.end());
  TALLY_ASSIGN_OR_RETURN(const std::optional<Look> look, LookIfAny(ledger_, request));
  return seen_.emplace(std::move(key), Focused(question_.focus, look)).first->second;
}

absl::StatusOr<bool> Search::DifferAt(const Moment& moment) {
  TALLY_ASSIGN_OR_RETURN(const std::string left, SideAt(question_.left, false, moment));
  TALLY_ASSIGN_OR_RETURN(const std::string right, SideAt(question_.right, true, moment));
  return left != right;
}

absl::StatusOr<size_t> Search::First(size_t limit, PartingSearch search, const Differs& differs) {
  TALLY_CHECK(limit > 0);
  size_t same = 0, other = limit;
  if (search == PartingSearch::kEveryRecord) {
    for (size_t count = 1; count < limit; ++count) {
      TALLY_ASSIGN_OR_RETURN(const bool differ, differs(count));
      if (differ) return count;
    }
    return limit;
  }
  while (other - same > 1) {
    size_t middle = same + (other - same) / 2;
    TALLY_ASSIGN_OR_RETURN(const bool differ, differs(middle));
    (differ ? other : same) = middle;
  }
  return other;
}

// `moment` is that of the whole record, at which the sides differ.
absl::StatusOr<Parting> Search::EventIn(const Candidate& record, Moment moment, bool observations) {
  TALLY_ASSIGN_OR_RETURN(const ledger::VerifiedRecord read, ledger_.ReadRecord(record.index));
  std::vector<const ledger::VerifiedEvent*> events;
  for (const ledger::VerifiedEvent& event : read.events()) {
    if (!observations || !IsOfTheFeed(event.header.kind)) events.push_back(&event);
  }
  TALLY_CHECK(!events.empty());
  TALLY_ASSIGN_OR_RETURN(const size_t count, First(events.size(), SearchOver(events.size()),
                                                   [&](size_t kept) -> absl::StatusOr<bool> {
                                                     Moment part = moment;
                                                     for (size_t i = kept; i < events.size(); ++i)
                                                       part.behind.push_back(events[i]->address);
                                                     return DifferAt(part);
                                                   }));
  const ledger::VerifiedEvent& event = *events[count - 1];
  Parting parting;
  parting.kind = PartingKind::kEvent;
  parting.at = event.address;
  parting.stream = read.stream();
  parting.event = event.header.kind;
  parting.author = event.header.author;
  parting.source = event.header.source;
  parting.observed = event.header.observed_from;
  parting.reported = event.header.reported_at;
  parting.recorded = record.recorded;
  return parting;
}

absl::StatusOr<Parting> Search::InLogOrder() {
  TALLY_RETURN_IF_ERROR(FindCandidates(false));
  const size_t count = candidates_.size();
  PartingSearch search = SearchOver(count);
  auto after = [this](size_t records) -> Moment {
    const Candidate& newest = candidates_[records - 1];
    return {.size = newest.index + 1, .knowledge = newest.recorded};
  };
  Parting parting;
  bool differ = false;
  if (count > 0) {
    TALLY_ASSIGN_OR_RETURN(differ, DifferAt(after(count)));
  }
  if (!differ) {  // the same records and the same time: what is left is the clock
    parting.kind = PartingKind::kClock;
    if (count > 0) parting.after = candidates_.back().recorded;
    parting.until = knowledge_;
  } else {
    TALLY_ASSIGN_OR_RETURN(const size_t first, First(count, search, [&](size_t records) {
                             return DifferAt(after(records));
                           }));
    const Candidate& record = candidates_[first - 1];
    // The clock moved to that record's time before it was known.
    bool by_clock = false;
    if (first > 1) {
      TALLY_ASSIGN_OR_RETURN(by_clock,
                             DifferAt({.size = record.index, .knowledge = record.recorded}));
    }
    if (by_clock) {
      parting.kind = PartingKind::kClock;
      parting.after = candidates_[first - 2].recorded;
      parting.until = record.recorded;
    } else {
      TALLY_ASSIGN_OR_RETURN(parting, EventIn(record, after(first), false));
    }
  }
  parting.search = search;
  parting.records = count;
  return parting;
}

absl::StatusOr<std::optional<Parting>> Search::OfEvidence() {
  TALLY_RETURN_IF_ERROR(FindCandidates(true));
  const size_t count = candidates_.size();
  if (count == 0) return std::optional<Parting>();
  auto with = [this](size_t records) -> Moment {
    return {.size = size_,
            .knowledge = knowledge_,
            .observed_below = records == 0 ? 0 : candidates_[records - 1].index + 1};
  };
  TALLY_ASSIGN_OR_RETURN(const bool at_once, DifferAt(with(0)));
  TALLY_ASSIGN_OR_RETURN(const bool at_last, DifferAt(with(count)));
  if (at_once || !at_last) return std::optional<Parting>();
  PartingSearch search = SearchOver(count);
  TALLY_ASSIGN_OR_RETURN(const size_t first, First(count, search, [&](size_t records) {
                           return DifferAt(with(records));
                         }));
  TALLY_ASSIGN_OR_RETURN(Parting parting, EventIn(candidates_[first - 1], with(first), true));
  parting.search = search;
  parting.records = count;
  return std::optional<Parting>(parting);
}

}  // namespace

absl::string_view PartingKindName(PartingKind kind) {
  return kind == PartingKind::kEvent ? "event" : "clock";
}
absl::string_view PartingSearchName(PartingSearch search) {
  return search == PartingSearch::kEveryRecord ? "every record" : "halving";
}

std::string Focused(const PartingFocus& focus, const std::optional<Look>& look) {
  std::string text;
  if (!look.has_value()) return text;
  for (const WindowResult& window : look->result.windows) {
    bool wanted = std::find(focus.windows.begin(), focus.windows.end(), NameOfWindow(window)) !=
                  focus.windows.end();
    if (!wanted) continue;
    absl::StrAppend(&text, FigureLine(window), "\n");
    if (focus.standing) absl::StrAppend(&text, StandingLine(window), "\n");
  }
  if (focus.balances) {
    for (const Balance& balance : look->result.balances) {
      absl::StrAppend(&text, "balance ", balance.account, " ", balance.party, " ",
                      FormatMoney(balance.amount), "\n");
    }
  }
  if (focus.acts) {
    for (const std::string& line : ActLinesOf(look->result)) absl::StrAppend(&text, line, "\n");
  }
  return text;
}

absl::StatusOr<Parting> FindParting(const ledger::Ledger& ledger, const PartingQuestion& question) {
  return Search(ledger, question).InLogOrder();
}

absl::StatusOr<std::optional<Parting>> FindPartingOfEvidence(const ledger::Ledger& ledger,
                                                             const PartingQuestion& question) {
  return Search(ledger, question).OfEvidence();
}

}  // namespace tally::replay
