#include "replay/maintenance_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replay/look.h"
#include "replay/window_exclusions.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

class MaintenanceViewing {
 public:
  MaintenanceViewing(const CaseFile& file, const Answered& answered)
      : file_(file), answered_(answered) {}

  absl::StatusOr<MaintenanceView> View(const MaintenanceNotice& notice) const {
    MaintenanceView view;
    view.at = notice.stamp.at;
    view.body = notice.body;
    view.announced = notice.stamp.time;
    view.by = file_.agreement().NameOf(notice.stamp.author);
    const TermsVersion& version = VersionFor(notice.body.interval);
    for (const Objective& objective : version.terms->objectives) {
      const std::vector<std::string>& about = notice.body.objectives;
      if (!about.empty() && std::find(about.begin(), about.end(), objective.id) == about.end()) {
        continue;
      }
      MaintenanceForObjective standing;
      standing.objective = objective.id;
      if (!TakeFromWindows(notice, standing)) {
        standing.in_advance = true;
        TALLY_RETURN_IF_ERROR(TakeInAdvance(version, objective, notice, standing));
      }
      std::sort(standing.why.begin(), standing.why.end());
      standing.why.erase(std::unique(standing.why.begin(), standing.why.end()), standing.why.end());
      if (!standing.out.empty()) standing.why.clear();
      view.standings.push_back(std::move(standing));
    }
    return view;
  }

 private:
  const TermsVersion& VersionFor(const Interval& interval) const {
    const TermsVersion* reaching = file_.agreement().Governing(interval, {});
    return reaching != nullptr ? *reaching : *file_.versions().back();
  }

  static void Take(const MaintenanceNotice& notice, const WindowExclusions& found,
                   MaintenanceForObjective& standing) {
    const Cause act{notice.stamp.at.index, notice.stamp.at.offset};
    const auto rests_on = [&](const std::vector<Cause>& acts) {
      return std::find(acts.begin(), acts.end(), act) != acts.end();
    };
    for (const AdmittedTime& time : found.reasons) {
      if (rests_on(time.acts)) standing.out.push_back(time.interval);
    }
    for (const OpenMatter& noted : found.noted) {
      if (rests_on(noted.acts)) standing.why.push_back(noted.reason);
    }
  }

  // False when no window of the objective lies there.
  bool TakeFromWindows(const MaintenanceNotice& notice, MaintenanceForObjective& standing) const {
    bool any = false;
    for (const EvaluatedWindow& window : answered_.windows) {
      const bool touched = window.plan.objective->id == standing.objective &&
                           !Intersection(window.plan.window.interval, notice.body.interval).empty();
      if (!touched) continue;
      any = true;
      Take(notice, window.exclusions, standing);
    }
    return any;
  }

  // As of a window that is the announced interval and not closed.
  absl::Status TakeInAdvance(const TermsVersion& version, const Objective& objective,
                             const MaintenanceNotice& notice,
                             MaintenanceForObjective& standing) const {
    PlannedWindow plan;
    plan.version = &version;
    plan.objective = &objective;
    plan.window.interval = notice.body.interval;
    const auto nothing_fails = [](const Interval&) {
      return absl::StatusOr<std::vector<Interval>>(std::vector<Interval>{});
    };
    TALLY_ASSIGN_OR_RETURN(
        const WindowExclusions found,
        ExclusionsOfWindow(file_, plan, {}, notice.body.interval.first, nothing_fails));
    Take(notice, found, standing);
    return absl::OkStatus();
  }

  const CaseFile& file_;
  const Answered& answered_;
};

}  // namespace

absl::StatusOr<std::vector<MaintenanceView>> ViewMaintenance(const ledger::Ledger& ledger,
                                                             const std::string& agreement,
                                                             const Axes& axes) {
  TALLY_ASSIGN_OR_RETURN(const LookRequest look, LookRequestOf(ledger, agreement, axes));
  TALLY_ASSIGN_OR_RETURN(const AnsweredCase asked, AnswerCase(ledger, look));
  const auto& [file, answered] = asked;
  const MaintenanceViewing viewing(*file, answered);
  std::vector<MaintenanceView> views;
  for (const MaintenanceNotice& notice : file->exclusions().notices()) {
    if (notice.stamp.time > file->axes().knowledge) continue;
    TALLY_ASSIGN_OR_RETURN(MaintenanceView view, viewing.View(notice));
    views.push_back(std::move(view));
  }
  return views;
}

std::optional<Finding> FindingOnMaintenance(const CaseFile& file, const Answered& answered,
                                            const ledger::EventAddress& at) {
  const MaintenanceViewing viewing(file, answered);
  for (const MaintenanceNotice& notice : file.exclusions().notices()) {
    if (notice.stamp.at != at) continue;
    const absl::StatusOr<MaintenanceView> view = viewing.View(notice);
    if (!view.ok()) return std::nullopt;  // the replay that comes after says what is wrong
    Finding finding{.kind = "maintenance-not-excluded",
                    .severity = "warning",
                    .objective = "",
                    .at = at,
                    .message = "it takes nothing out of any objective: "};
    std::string why;
    for (const MaintenanceForObjective& each : view->standings) {
      if (!each.out.empty()) return std::nullopt;
      for (const std::string& reason : each.why) {
        if (why.empty()) why = reason;
      }
    }
    absl::StrAppend(&finding.message, why.empty() ? "the agreement has none of that name" : why);
    return finding;
  }
  return std::nullopt;
}

}  // namespace tally::replay
