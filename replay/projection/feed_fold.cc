// How evidence is kept. A feed's stream is read once, whatever the number of windows; nothing is
// judged here, because one observation may count on one axis and be unknown on another.
#include "replay/projection/feed_fold.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/chain/partial_run.h"
#include "replay/projection/rest_of_run.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// What each kind of oddity means, and how much it weighs.
struct OddityRow {
  absl::string_view kind, severity, message;
};
constexpr OddityRow kOddities[] = {
    {"evidence-without-authority", "error", "signed by a key that held no authority; left out"},
    {"evidence-from-suspect-key", "warning",
     "signed by a key that was later said to be compromised since then; counted"},
    {"evidence-erased", "warning", "the body is erased; figures that rest on it are indeterminate"},
    {"evidence-contradicts-itself", "error",
     "its body says what cannot be (more good than valid, a withdrawal with a replacement); left "
     "out"},
    {"correction-of-nothing", "warning",
     "corrects what this feed did not report of its source, or of none that terms name; left out"},
    {"evidence-not-read", "warning", "this engine does not read events of this kind; left out"},
    {"observed-after-recorded", "warning", "observed later than the ledger recorded it; counted"},
    {"reported-before-observed", "warning",
     "reported by its author before the time that it observes; counted"},
    {"source-registered-twice", "warning", "registers a source again; the first one stands"},
    {"watermark-back", "warning", "a watermark behind an earlier one; it changes nothing"},
};

const OddityRow& RowOf(absl::string_view kind) {
  for (const OddityRow& row : kOddities) {
    if (row.kind == kind) return row;
  }
  TALLY_CHECK(false && "no such oddity");
}

// The leaves of a run without values spell zeros.
bool HasValues(const ledger::PartialRun& run) {
  for (const ledger::PartialRun::Source& source : run.sources) {
    for (const ledger::PartialRun::Leaf& leaf : source.leaves) {
      const auto has = [](const ledger::PartialRun::Row& row) { return row.value != 0; };
      if (std::ranges::any_of(leaf.rows, has)) return true;
    }
  }
  return false;
}

}  // namespace

std::unique_ptr<FeedFold> FeedFold::Copy() const {
  TALLY_CHECK(!sealed_);
  std::unique_ptr<FeedFold> copy(new FeedFold(*this));
  copy->history_ = std::make_shared<FeedHistory>(*history_);
  for (auto& [number, source] : copy->wanted_) {
    source.unit.history = copy->history_;
    std::shared_ptr<PagedReports>& paged = source.evidence.paged;
    if (paged != nullptr) paged = paged->CopyFor(source.unit);
  }
  return copy;
}

void FeedFold::Note(absl::string_view kind, const ledger::EventAddress& at) {
  Oddity& oddity = oddities_[std::string(RowOf(kind).kind)];
  if (oddity.count++ == 0) oddity.first = at;
}

void FeedFold::Note(absl::string_view kind, const Fact& fact) { Note(kind, fact.address()); }

absl::Status FeedFold::Apply(const Fact& fact) {
  if (!fact.Authorised()) {
    Note("evidence-without-authority", fact);
    return absl::OkStatus();
  }
  switch (fact.kind()) {
    case BodyKind::kSourceRegistered:
      return Register(fact);
    case BodyKind::kStateReported:
    case BodyKind::kProbeResult:
      return Observe(fact);
    case BodyKind::kMeasurementRun:
      return KeepRun(fact);
    case BodyKind::kWatermark:
      return RaiseWatermark(fact);
    case BodyKind::kCorrection:
      return KeepCorrection(fact);
    case BodyKind::kRequestCounts:
    case BodyKind::kLatencyHistogram:
    case BodyKind::kTicketEvent:
    case BodyKind::kCallCounts:
    case BodyKind::kLeadEvent:
    case BodyKind::kDeliverableEvent:
    case BodyKind::kDependencyEvent:
    case BodyKind::kSurveyResponse:
      return KeepItem(fact);
    case BodyKind::kFeedOpened:
      history_->opened = fact.recorded;
      return absl::OkStatus();
    default:
      NoteUnread(fact);
      return absl::OkStatus();
  }
}

// Kinds that this engine cannot read matter only where terms name their source.
void FeedFold::NoteUnread(const Fact& fact) {
  bool succeeded = fact.kind() == BodyKind::kFeedSucceeded;
  if (succeeded || wanted_.count(fact.header().source) > 0) Note("evidence-not-read", fact);
}

absl::Status FeedFold::Register(const Fact& fact) {
  absl::StatusOr<SourceRegistered> body = DecodeSourceRegistered(fact.event->body);
  if (!body.ok()) return Unreadable(fact, body.status());
  Source source;
  source.states = sources_.states.count(body->name) > 0;
  source.items = sources_.items.count(body->name) > 0;
  if (!source.states && !source.items) return absl::OkStatus();
  source.unit = {body->source, body->unit, body->scale, history_};
  source.evidence.unit = body->unit;
  source.evidence.scale = body->scale;
  source.evidence.feed = feed_;
  source.evidence.source = body->name;
  bool taken = wanted_.count(body->source) > 0 || Find(body->name) != nullptr;
  if (taken) {
    Note("source-registered-twice", fact);
    return absl::OkStatus();
  }
  if (source.states && rereading_.reader != nullptr) {
    source.evidence.paged =
        std::make_shared<PagedReports>(source.unit, rereading_.reader, *rereading_.shelf);
  }
  wanted_.emplace(body->source, std::move(source));
  return absl::OkStatus();
}

void FeedFold::NoteOddTimes(const Fact& fact) {
  const EventHeader& header = fact.header();
  if (header.observed_from > fact.recorded) Note("observed-after-recorded", fact);
  // Units of the author's clocks differ by at most a second in the formats that are imported.
  if (header.reported_at + Seconds(1) < header.observed_from) {
    Note("reported-before-observed", fact);
  }
  if (fact.verdict == ledger::KeyVerdict::kSuspect) Note("evidence-from-suspect-key", fact);
}

absl::Status FeedFold::Observe(const Fact& fact) {
  auto found = wanted_.find(fact.header().source);
  if (found == wanted_.end()) return absl::OkStatus();
  Source& source = found->second;
  if (source.items) TALLY_RETURN_IF_ERROR(KeepItem(fact));
  if (!source.states) return absl::OkStatus();
  NoteOddTimes(fact);
  if (fact.event->erased) Note("evidence-erased", fact);
  TALLY_ASSIGN_OR_RETURN(Report report, ReadReport(source.unit, fact));
  SourceEvidence& evidence = source.evidence;
  const bool paged = evidence.paged != nullptr && evidence.paged->Add(report);
  if (!paged) evidence.reports.push_back(std::move(report));
  return absl::OkStatus();
}

absl::Status FeedFold::KeepRun(const Fact& fact) {
  if (fact.event->erased) {
    Note("evidence-erased", fact);
    return KeepRestOfRun(fact);
  }
  absl::StatusOr<RunView> peeked = RunView::Open(fact.event->body);
  if (!peeked.ok()) return Unreadable(fact, peeked.status());
  std::shared_ptr<StoredRun> stored;
  std::span<const RunSource> sources = peeked->sources();
  for (uint32_t i = 0; i < sources.size(); ++i) {
    auto found = wanted_.find(sources[i].source);
    if (found == wanted_.end() || sources[i].rows == 0) continue;
    if (stored == nullptr) {
      NoteOddTimes(fact);
      stored = std::make_shared<StoredRun>();
      stored->body.assign(fact.event->body.begin(), fact.event->body.end());
      TALLY_ASSIGN_OR_RETURN(stored->view, RunView::Open(stored->body));
      stored->provenance = ProvenanceOf(fact, history_.get());
    }
    found->second.evidence.runs.push_back({.run = stored,
                                           .source_index = i,
                                           .first = stored->view.FromOf(i, 0),
                                           .last = stored->view.FromOf(i, sources[i].rows - 1)});
  }
  return absl::OkStatus();
}

// What is left of it tells whose rows it had, and may have some of them.
absl::Status FeedFold::KeepRestOfRun(const Fact& fact) {
  const Interval observed{fact.header().observed_from, fact.header().observed_until};
  const Provenance provenance = ProvenanceOf(fact, history_.get());
  const auto rest = ledger::DecodePartialRun(fact.event->rest);
  bool any = false;
  for (auto& [number, source] : wanted_) {
    const auto has = [&, n = number](const auto& each) { return each.source == n; };
    ledger::PartialRun::Source whole;  // nothing is known of it
    whole.rows = fact.header().run_rows;
    if (rest.ok()) {
      const auto found = std::ranges::find_if(rest->sources, has);
      if (found == rest->sources.end()) continue;
      whole = *found;
    }
    const bool values = !source.evidence.unit.empty() || (rest.ok() && HasValues(*rest));
    absl::StatusOr<RestOfSource> left = ReadRestOfSource(whole, observed, values, provenance);
    if (!left.ok()) {
      Note("evidence-contradicts-itself", fact);
      return absl::OkStatus();
    }
    any = any || !left->kept.empty();
    for (RunPart& part : left->kept) source.evidence.runs.push_back(std::move(part));
    for (const Interval& gone : left->erased) {
      source.evidence.erased_runs.push_back({gone, provenance});
    }
  }
  if (any) NoteOddTimes(fact);
  return absl::OkStatus();
}

absl::Status FeedFold::RaiseWatermark(const Fact& fact) {
  absl::StatusOr<tally::Watermark> body = DecodeWatermark(fact.event->body);
  if (!body.ok()) return Unreadable(fact, body.status());
  std::vector<FeedHistory::Mark>& marks = history_->marks;
  if (!marks.empty() && body->through < marks.back().through) {
    Note("watermark-back", fact);
    return absl::OkStatus();
  }
  marks.push_back({fact.address(), body->through});
  return absl::OkStatus();
}

absl::Status FeedFold::Seal() {
  TALLY_CHECK(!sealed_);
  sealed_ = true;
  for (auto& [number, source] : wanted_) {
    if (source.evidence.paged != nullptr) source.evidence.paged->Seal();
  }
  TALLY_RETURN_IF_ERROR(ApplyCorrections());
  for (auto& [number, source] : wanted_) {
    std::sort(source.evidence.items.begin(), source.evidence.items.end(),
              [](const StoredItem& a, const StoredItem& b) {
                return std::tie(a.item.observed.first, a.provenance.address) <
                       std::tie(b.item.observed.first, b.provenance.address);
              });
    std::sort(source.evidence.reports.begin(), source.evidence.reports.end(),
              [](const Report& a, const Report& b) {
                return std::tie(a.observation.from, a.provenance.address) <
                       std::tie(b.observation.from, b.provenance.address);
              });
    std::sort(source.evidence.runs.begin(), source.evidence.runs.end(),
              [](const RunPart& a, const RunPart& b) {
                return std::tie(a.first, a.run->provenance.address) <
                       std::tie(b.first, b.run->provenance.address);
              });
  }
  for (const auto& [kind, oddity] : oddities_) {
    const OddityRow& row = RowOf(kind);
    findings_.push_back({.kind = kind,
                         .severity = std::string(row.severity),
                         .objective = "",
                         .at = oddity.first,
                         .message = absl::StrCat("feed ", feed_, ", ", oddity.count,
                                                 oddity.count == 1 ? " event: " : " events: ",
                                                 std::string(row.message))});
  }
  return absl::OkStatus();
}

const SourceEvidence* FeedFold::Find(absl::string_view source) const {
  for (const auto& [number, wanted] : wanted_) {
    if (wanted.evidence.source == source) return &wanted.evidence;
  }
  return nullptr;
}

std::optional<Instant> FeedFold::Watermark(uint64_t size) const {
  std::optional<Instant> greatest;
  for (const FeedHistory::Mark& mark : history_->marks) {
    if (mark.at.index < size) greatest = mark.through;
  }
  return greatest;
}

}  // namespace tally::replay
