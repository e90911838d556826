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

// The whole focus and each kind in it. All are read from the same looks.
struct Kind {
  std::string name;  // "": all of them
  PartingFocus focus;
};
std::vector<Kind> KindsOf(const PartingFocus& focus) {
  std::vector<Kind> kinds = {{"", focus}};
  if (!focus.windows.empty()) {
    kinds.push_back({focus.standing ? "standing" : "figures",
                     {.windows = focus.windows, .standing = focus.standing}});
  }
  if (focus.balances) kinds.push_back({"balances", {.balances = true}});
  if (focus.acts) kinds.push_back({"acts", {.acts = true}});
  return kinds;
}

class Search {
 public:
  Search(const ledger::Ledger& ledger, const PartingQuestion& question)
      : ledger_(ledger),
        question_(question),
        kinds_(KindsOf(question.focus)),
        size_(std::max(question.left.wanted.axes.size, question.right.wanted.axes.size)),
        knowledge_(
            std::max(question.left.wanted.axes.knowledge, question.right.wanted.axes.knowledge)) {}

  absl::StatusOr<Partings> InLogOrder();
  absl::StatusOr<std::optional<Parting>> OfEvidence();

 private:
  using Differs = std::function<absl::StatusOr<bool>(size_t)>;

  absl::Status FindCandidates(bool observations);
  absl::StatusOr<bool> DifferAt(const Moment& moment, size_t kind);
  // `side` at that moment, as each of the kinds reads it.
  absl::StatusOr<std::vector<std::string>> SideAt(const LookRequest& side, bool right,
                                                  const Moment& moment);
  // After so many candidates.
  Moment After(size_t records) const;
  absl::StatusOr<bool> DifferAfter(size_t records, size_t kind);
  // The least count at which they differ, or the one after the greatest at which they do not; 0
  // where they do not differ after all of them.
  absl::StatusOr<size_t> FirstCrossing(size_t kind);
  absl::StatusOr<size_t> LastCrossing(size_t kind);
  // What happens with the last of so many candidates; of 0, after all of them.
  absl::StatusOr<Parting> CrossingAt(size_t records, size_t kind);
  // The least count in (0, limit] at which `differs`, which is true of `limit` and not of 0.
  absl::StatusOr<size_t> First(size_t limit, PartingSearch search, const Differs& differs);
  absl::StatusOr<Parting> EventIn(const Candidate& record, Moment moment, bool observations,
                                  size_t kind);
  PartingSearch SearchOver(size_t count) const {
    return question_.every || count <= kEveryRecordMax ? PartingSearch::kEveryRecord
                                                       : PartingSearch::kHalving;
  }

  const ledger::Ledger& ledger_;
  const PartingQuestion& question_;
  const std::vector<Kind> kinds_;
  const uint64_t size_;
  const Instant knowledge_;
  std::vector<Candidate> candidates_;
  using Key = std::tuple<bool, uint64_t, int64_t, uint64_t, std::vector<ledger::EventAddress>>;
  std::map<Key, std::vector<std::string>> seen_;
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

absl::StatusOr<std::vector<std::string>> Search::SideAt(const LookRequest& side, bool right,
                                                        const Moment& moment) {
  const CaseAxes& own = side.wanted.axes;
  uint64_t size = std::min(moment.size, own.size);
  Instant knowledge = std::min(moment.knowledge, own.knowledge);
  if (size == 0) return std::vector<std::string>(kinds_.size());
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
  std::vector<std::string> texts;
  for (const Kind& kind : kinds_) texts.push_back(Focused(kind.focus, look));
  return seen_.emplace(std::move(key), std::move(texts)).first->second;
}

absl::StatusOr<bool> Search::DifferAt(const Moment& moment, size_t kind) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<std::string> left,
                         SideAt(question_.left, false, moment));
  TALLY_ASSIGN_OR_RETURN(const std::vector<std::string> right,
                         SideAt(question_.right, true, moment));
  return left[kind] != right[kind];
}

Moment Search::After(size_t records) const {
  const Candidate& newest = candidates_[records - 1];
  return {.size = newest.index + 1, .knowledge = newest.recorded};
}

absl::StatusOr<bool> Search::DifferAfter(size_t records, size_t kind) {
  if (records == 0) return false;  // of nothing both say nothing
  return DifferAt(After(records), kind);
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
absl::StatusOr<Parting> Search::EventIn(const Candidate& record, Moment moment, bool observations,
                                        size_t kind) {
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
                                                     return DifferAt(part, kind);
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

absl::StatusOr<size_t> Search::FirstCrossing(size_t kind) {
  const size_t count = candidates_.size();
  TALLY_ASSIGN_OR_RETURN(const bool differ, DifferAfter(count, kind));
  if (!differ) return size_t{0};
  return First(count, SearchOver(count),
               [&](size_t records) { return DifferAfter(records, kind); });
}

absl::StatusOr<size_t> Search::LastCrossing(size_t kind) {
  size_t other = candidates_.size();
  TALLY_ASSIGN_OR_RETURN(const bool differ, DifferAfter(other, kind));
  if (!differ) return size_t{0};
  const bool every = SearchOver(other) == PartingSearch::kEveryRecord;
  size_t same = 0;
  for (size_t stride = 1; other > 0; stride *= every ? 1 : 2) {
    const size_t before = other > stride ? other - stride : 0;
    TALLY_ASSIGN_OR_RETURN(const bool apart, DifferAfter(before, kind));
    if (!apart) {
      same = before;
      break;
    }
    other = before;
  }
  while (other - same > 1) {
    const size_t middle = same + (other - same) / 2;
    TALLY_ASSIGN_OR_RETURN(const bool apart, DifferAfter(middle, kind));
    (apart ? other : same) = middle;
  }
  return other;
}

absl::StatusOr<Parting> Search::CrossingAt(size_t records, size_t kind) {
  const size_t count = candidates_.size();
  Parting parting;
  if (records == 0) {  // the same records and the same time: what is left is the clock
    parting.kind = PartingKind::kClock;
    if (count > 0) parting.after = candidates_.back().recorded;
    parting.until = knowledge_;
  } else {
    const Candidate& record = candidates_[records - 1];
    // The clock moved to that record's time before it was known.
    bool by_clock = false;
    if (records > 1) {
      TALLY_ASSIGN_OR_RETURN(by_clock,
                             DifferAt({.size = record.index, .knowledge = record.recorded}, kind));
    }
    if (by_clock) {
      parting.kind = PartingKind::kClock;
      parting.after = candidates_[records - 2].recorded;
      parting.until = record.recorded;
    } else {
      TALLY_ASSIGN_OR_RETURN(parting, EventIn(record, After(records), false, kind));
    }
  }
  for (size_t each = 1; each < kinds_.size(); ++each) {
    bool before = false, after = true;
    if (records > 0) {
      TALLY_ASSIGN_OR_RETURN(before, DifferAfter(records - 1, each));
      TALLY_ASSIGN_OR_RETURN(after, DifferAfter(records, each));
    } else {
      TALLY_ASSIGN_OR_RETURN(before, DifferAfter(count, each));
    }
    if (!before && after) parting.of.push_back(kinds_[each].name);
  }
  parting.search = SearchOver(count);
  parting.records = count;
  return parting;
}

absl::StatusOr<Partings> Search::InLogOrder() {
  TALLY_RETURN_IF_ERROR(FindCandidates(false));
  Partings partings;
  for (size_t kind = 0; kind < kinds_.size(); ++kind) {
    TALLY_ASSIGN_OR_RETURN(const size_t at_first, FirstCrossing(kind));
    TALLY_ASSIGN_OR_RETURN(Parting first, CrossingAt(at_first, kind));
    if (kind == 0) {
      partings.first = std::move(first);
      continue;
    }
    TALLY_ASSIGN_OR_RETURN(const size_t at_last, LastCrossing(kind));
    TALLY_ASSIGN_OR_RETURN(Parting last, CrossingAt(at_last, kind));
    partings.kinds.push_back({kinds_[kind].name, std::move(first), std::move(last)});
  }
  return partings;
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
  TALLY_ASSIGN_OR_RETURN(const bool at_once, DifferAt(with(0), 0));
  TALLY_ASSIGN_OR_RETURN(const bool at_last, DifferAt(with(count), 0));
  if (at_once || !at_last) return std::optional<Parting>();
  PartingSearch search = SearchOver(count);
  TALLY_ASSIGN_OR_RETURN(const size_t first, First(count, search, [&](size_t records) {
                           return DifferAt(with(records), 0);
                         }));
  TALLY_ASSIGN_OR_RETURN(Parting parting, EventIn(candidates_[first - 1], with(first), true, 0));
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

absl::StatusOr<Partings> FindPartings(const ledger::Ledger& ledger,
                                      const PartingQuestion& question) {
  return Search(ledger, question).InLogOrder();
}

absl::StatusOr<std::optional<Parting>> FindPartingOfEvidence(const ledger::Ledger& ledger,
                                                             const PartingQuestion& question) {
  return Search(ledger, question).OfEvidence();
}

}  // namespace tally::replay
