// How windows are chosen: what was asked for, what claims on those also name, and for rolling
// windows the ones before, since down time that was paid for once is not paid for again.
#include "replay/window_plan.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/terms/civil.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// The service time asked for, in the zone of the objective's windows.
absl::StatusOr<Interval> RangeOf(const CaseFile& file, const TermsVersion& version,
                                 const Objective& objective, const std::optional<Period>& period) {
  if (!period.has_value()) {
    Instant watermark = file.Watermark(version, objective, UINT64_MAX);
    return Interval{version.terms->from, std::max(version.terms->from, watermark)};
  }
  if (period->exact.has_value()) return *period->exact;
  const Zone& zone = file.ZoneOf(objective.window.zone);
  if (period->days.has_value()) {
    return Interval{zone.StartOfDay(DayOfNumber(period->days->first)),
                    zone.StartOfDay(DayOfNumber(period->days->limit))};
  }
  return CivilPeriod(period->year, period->quarter, period->month, zone);
}

struct EndedTerm {
  Interval term, within;  // as the terms say, without the end
};

// What had ended when the act that ends the term was recorded stays as it was planned. The rest is
// laid out by the shorter term; a last part that would be merged into a window that stays is one of
// its own.
absl::StatusOr<std::vector<Window>> EndedWindows(const WindowRule& rule, const Zone& zone,
                                                 const EndedTerm& ended,
                                                 const CaseFile::TermEnd& end,
                                                 std::vector<Window> planned) {
  const Instant act = end.act.time;
  std::erase_if(planned, [&](const Window& each) { return each.interval.limit > act; });
  // Windows follow each other without gaps, but for rolling ones, which overlap.
  Instant kept = ended.term.first;
  const Interval before = Intersection({act - Duration{1}, act}, ended.term);
  if (!before.empty()) {
    TALLY_ASSIGN_OR_RETURN(const std::vector<Window> running,
                           WindowsOverlapping(rule, zone, ended.term, before));
    for (const Window& each : running) {
      kept = std::max(kept, each.interval.limit <= act ? each.interval.limit : each.interval.first);
    }
  }
  Interval term{ended.term.first, std::max(ended.term.first, end.end)};
  Interval within = Intersection(ended.within, term);
  if (within.empty()) return planned;
  WindowRule part = rule;
  if (rule.clipped == ClippedWindow::kMergeIntoNext) {
    TALLY_ASSIGN_OR_RETURN(const std::vector<Window> merged,
                           WindowsOverlapping(rule, zone, term, within));
    bool stays = std::any_of(merged.begin(), merged.end(), [&](const Window& each) {
      return each.interval.first < kept && each.interval.limit > kept;
    });
    if (stays) part.clipped = ClippedWindow::kProrate;
  }
  TALLY_ASSIGN_OR_RETURN(std::vector<Window> clipped, WindowsOverlapping(part, zone, term, within));
  bool rolling = rule.every == WindowEvery::kRollingDays;
  for (Window& each : clipped) {
    bool later = rolling ? each.interval.limit > act : each.interval.first >= kept;
    if (later) planned.push_back(std::move(each));
  }
  return planned;
}

class Planner {
 public:
  Planner(const CaseFile& file, const std::optional<std::string>& objective)
      : file_(file), asked_(objective) {}

  absl::Status AddWanted(const std::optional<Period>& period) {
    bool known = false;
    for (const TermsVersion* version : file_.versions()) {
      for (const Objective& objective : version->terms->objectives) {
        if (asked_.has_value() && objective.id != *asked_) continue;
        known = true;
        TALLY_ASSIGN_OR_RETURN(Interval range, RangeOf(file_, *version, objective, period));
        TALLY_RETURN_IF_ERROR(AddOver(*version, objective, range, true));
      }
    }
    if (known) return absl::OkStatus();
    std::set<std::string> names;
    for (const TermsVersion* version : file_.versions()) {
      for (const Objective& objective : version->terms->objectives) names.insert(objective.id);
    }
    return absl::InvalidArgumentError(absl::StrCat("the terms have no objective '",
                                                   asked_.value_or(""), "', but ",
                                                   absl::StrJoin(names, ", ")));
  }

  // A claim is decided as a whole, so all its windows are evaluated if one of them is wanted, or if
  // the question is about everything.
  absl::Status AddClaimed(bool everything) {
    std::map<WindowName, std::vector<const Claim*>> claims;
    for (const Claim& claim : file_.acts().claims()) {
      for (const WindowName& name : claim.body.windows) {
        claims[name].push_back(&claim);
        if (everything) TALLY_RETURN_IF_ERROR(AddNamed(name));
      }
    }
    // What one claim adds may be a window of another.
    std::vector<WindowName> open(names_.begin(), names_.end());
    std::set<const Claim*> taken;
    while (!open.empty() && !everything) {
      const auto about = claims.find(open.back());
      open.pop_back();
      if (about == claims.end()) continue;
      for (const Claim* claim : about->second) {
        if (!taken.insert(claim).second) continue;
        for (const WindowName& name : claim->body.windows) {
          const size_t before = names_.size();
          TALLY_RETURN_IF_ERROR(AddNamed(name));
          if (names_.size() > before) open.push_back(name);
        }
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddBeforeRolling() {
    std::vector<PlannedWindow> wanted = plan_;
    for (const PlannedWindow& each : wanted) {
      if (each.objective->window.every != WindowEvery::kRollingDays) continue;
      // Earlier ones may overlap this one, and all of them end before it does.
      Interval before{each.version->terms->from, each.window.interval.limit - Duration{1}};
      TALLY_RETURN_IF_ERROR(AddOver(*each.version, *each.objective, before, false));
    }
    return absl::OkStatus();
  }

  std::vector<PlannedWindow> Take() {
    std::sort(plan_.begin(), plan_.end(),
              [](const PlannedWindow& a, const PlannedWindow& b) { return a.name() < b.name(); });
    for (PlannedWindow& each : plan_) {
      each.objective = &file_.targets().ObjectiveFor(*each.objective, each.window.interval);
    }
    return std::move(plan_);
  }

 private:
  absl::Status AddNamed(const WindowName& name) {
    if (names_.count(name) > 0 || name.window.empty()) return absl::OkStatus();
    // A window is found by its first instant alone: what an act calls a window may span all time.
    const Interval begins{name.window.first, name.window.first + Duration{1}};
    const TermsVersion* version = file_.Governing(name);
    if (version == nullptr) return absl::OkStatus();
    for (const Objective& objective : version->terms->objectives) {
      if (objective.id != name.objective) continue;
      TALLY_ASSIGN_OR_RETURN(std::vector<Window> windows,
                             WindowsOf(file_, *version, objective, begins));
      for (const Window& window : windows) {
        if (window.interval != name.window) continue;
        names_.insert(name);
        plan_.push_back({version, &objective, window, false});
      }
    }
    return absl::OkStatus();
  }

  absl::Status AddOver(const TermsVersion& version, const Objective& objective,
                       const Interval& range, bool wanted) {
    if (range.empty()) return absl::OkStatus();
    TALLY_ASSIGN_OR_RETURN(std::vector<Window> windows,
                           WindowsOf(file_, version, objective, range));
    for (const Window& window : windows) {
      WindowName name{objective.id, window.interval};
      if (!wanted && window.interval.limit > range.limit) continue;
      if (file_.Governing(name) != &version || !names_.insert(name).second) continue;
      plan_.push_back({&version, &objective, window, wanted});
    }
    return absl::OkStatus();
  }

  const CaseFile& file_;
  const std::optional<std::string>& asked_;
  std::vector<PlannedWindow> plan_;
  std::set<WindowName> names_;
};

}  // namespace

Interval TermOf(const Terms& terms) { return {terms.from, terms.until.value_or(Instant::Max())}; }

absl::StatusOr<std::vector<Window>> WindowsOf(const CaseFile& file, const Objective& objective,
                                              const Interval& range, const TermLayout& laid) {
  const Zone& zone = file.ZoneOf(objective.window.zone);
  const Interval& term = laid.term;
  Interval within = Intersection(term, range);
  if (within.empty()) return std::vector<Window>{};
  TALLY_ASSIGN_OR_RETURN(std::vector<Window> planned,
                         WindowsOverlapping(objective.window, zone, term, within));
  if (laid.end == nullptr || laid.end->end >= term.limit) return planned;
  return EndedWindows(objective.window, zone, {term, within}, *laid.end, std::move(planned));
}

absl::StatusOr<std::vector<Window>> WindowsOf(const CaseFile& file, const TermsVersion& version,
                                              const Objective& objective, const Interval& range) {
  const std::optional<CaseFile::TermEnd>& end = file.term_end();
  return WindowsOf(file, objective, range,
                   {TermOf(*version.terms), end.has_value() ? &*end : nullptr});
}

absl::StatusOr<std::vector<PlannedWindow>> PlanWindows(
    const CaseFile& file, const std::optional<Period>& period,
    const std::optional<std::string>& objective) {
  Planner planner(file, objective);
  TALLY_RETURN_IF_ERROR(planner.AddWanted(period));
  TALLY_RETURN_IF_ERROR(planner.AddClaimed(!period.has_value() && !objective.has_value()));
  TALLY_RETURN_IF_ERROR(planner.AddBeforeRolling());
  return planner.Take();
}

std::vector<Finding> EndedLevels(const std::vector<PlannedWindow>& plan) {
  std::set<const TermsVersion*> noted;
  std::vector<Finding> findings;
  for (const PlannedWindow& each : plan) {
    const std::optional<TermsLevels>& levels = each.version->terms->levels;
    const bool ended =
        each.wanted && levels && levels->until && *levels->until < each.window.interval.limit;
    if (!ended || !noted.insert(each.version).second) continue;
    findings.push_back({.kind = "levels-ended",
                        .severity = "note",
                        .objective = "",
                        .at = each.version->in_force,
                        .message = absl::StrCat(
                            "these terms were put together from documents that hold until ",
                            FormatInstant(*levels->until),
                            "; no amendment has taken over, so they govern later windows too")});
  }
  return findings;
}

}  // namespace tally::replay
