// Reading the acts of an agreement for what a pack of it must hold.
#include "replay/pack_request.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replay/case_file.h"
#include "replay/replay.h"
#include "replay/window_plan.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// True when nothing outside of a window but the last report before it can change its figures.
bool StandsAlone(const Terms& terms, const Objective& objective) {
  return terms.rules.empty() && !objective.counted.has_value() &&
         objective.empty != EmptyRule::kCarryLast && !objective.measure.minimum_outage.has_value();
}

class Selector {
 public:
  Selector(const ledger::Ledger& ledger, const ledger::PackScope& scope)
      : ledger_(ledger), scope_(scope) {
    if (!scope.objective.empty()) objective_ = scope.objective;
  }

  absl::StatusOr<ledger::PackSelection> Run() {
    CaseRequest request;
    request.agreement = scope_.agreement;
    Axes axes;
    if (scope_.at_size != 0) axes.at_size = scope_.at_size;
    TALLY_ASSIGN_OR_RETURN(request.axes, ResolveAxes(ledger_, axes));
    TALLY_ASSIGN_OR_RETURN(file_, CaseFile::OpenActs(ledger_, request));
    TALLY_RETURN_IF_ERROR(ReadPeriod());
    for (const TermsVersion* version : file_->agreement().Versions()) {
      TALLY_RETURN_IF_ERROR(AddSources(*version));
    }
    if (objective_.has_value() && !found_objective_) {
      return absl::NotFoundError(
          absl::StrCat("agreement ", scope_.agreement, " has no objective ", *objective_));
    }
    ledger::PackSelection selection;
    selection.scope = scope_;
    selection.agreement = file_->stream();
    for (auto& feed : feeds_) selection.feeds.push_back(std::move(feed.second));
    return selection;
  }

 private:
  absl::Status ReadPeriod() {
    if (scope_.period.empty()) return absl::OkStatus();
    TALLY_ASSIGN_OR_RETURN(const Period period, ParsePeriod(scope_.period));
    if (file_->versions().empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat("agreement ", scope_.agreement, " has no terms in force"));
    }
    TALLY_ASSIGN_OR_RETURN(const std::vector<PlannedWindow> windows,
                           PlanWindows(*file_, period, objective_));
    Instant from = Instant::Max();
    Instant until = Instant::Min();
    bool alone = true;
    for (const PlannedWindow& window : windows) {
      from = std::min(from, window.window.interval.first);
      until = std::max(until, window.window.interval.limit);
      alone = alone && window.wanted && StandsAlone(*window.version->terms, *window.objective);
    }
    if (windows.empty()) {
      return absl::NotFoundError(
          absl::StrCat("agreement ", scope_.agreement, " has no window in ", scope_.period));
    }
    if (alone) from_ = from;
    until_ = until;
    return absl::OkStatus();
  }

  absl::Status AddSources(const TermsVersion& version) {
    for (const Objective& objective : version.terms->objectives) {
      const bool asked = !objective_.has_value() || objective.id == *objective_;
      found_objective_ = found_objective_ || asked;
      // What is made of other objectives rests on the sources of all of them.
      const bool composed = objective_.has_value() && IsComposed(*version.terms);
      if (!asked && !composed) continue;
      for (const SourceRef& ref : SourcesOf(objective)) {
        TALLY_RETURN_IF_ERROR(AddSource(version, ref));
      }
    }
    return absl::OkStatus();
  }

  bool IsComposed(const Terms& terms) const {
    return std::any_of(
        terms.objectives.begin(), terms.objectives.end(),
        [&](const Objective& each) { return each.id == *objective_ && SourcesOf(each).empty(); });
  }

  absl::Status AddSource(const TermsVersion& version, const SourceRef& ref) {
    const StreamId* id = version.Bound(absl::StrCat("feed/", ref.feed));
    const absl::StatusOr<ledger::StreamState> state =
        id == nullptr ? absl::StatusOr<ledger::StreamState>(absl::NotFoundError("it is not bound"))
                      : ledger_.FindStream(*id);
    if (!state.ok() && !absl::IsNotFound(state.status())) return state.status();
    if (!state.ok() || state->kind != StreamKind::kFeed) {
      // What never was in force gives no figure.
      if (!version.in_force.has_value() && !version.attested) return absl::OkStatus();
      return absl::NotFoundError(absl::StrCat("the terms of ", scope_.agreement, " rest on feed ",
                                              ref.feed, ", which is not there"));
    }
    ledger::FeedSelection& feed = feeds_[state->opening_index];
    feed.opening = state->opening_index;
    feed.sources.insert(ref.source);
    feed.from = from_;
    feed.until = until_;
    return absl::OkStatus();
  }

  const ledger::Ledger& ledger_;
  const ledger::PackScope& scope_;
  std::optional<std::string> objective_;
  std::unique_ptr<CaseFile> file_;
  bool found_objective_ = false;
  Instant from_ = Instant::Min();
  Instant until_ = Instant::Max();
  std::map<uint64_t, ledger::FeedSelection> feeds_;  // by opening
};

}  // namespace

absl::StatusOr<ledger::PackSelection> SelectForPack(const ledger::Ledger& ledger,
                                                    const ledger::PackScope& scope) {
  return Selector(ledger, scope).Run();
}

}  // namespace tally::replay
