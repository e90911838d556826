// Acts come from the fold, standings from the weighing; nothing is decided here a second time.
#include "replay/matters.h"

#include <algorithm>

#include "replay/look.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

class Viewing {
 public:
  Viewing(const CaseFile& file, const Answered& answered) : file_(file), answered_(answered) {}

  MatterView View(const Matter& matter) const {
    MatterView view;
    view.kind = matter.kind;
    view.name = matter.name;
    view.proposal = matter.proposals.back();
    for (const Objective& objective : VersionFor(view.proposal.interval)->terms->objectives) {
      MatterStanding standing =
          StandingOf(matter, file_.exclusions(), QuestionOf(objective, view.proposal.interval));
      if (standing.state.empty() && standing.heard.empty()) continue;
      view.standings.push_back({objective.id, std::move(standing)});
    }
    view.acts = ActsOf(matter, view.standings);
    return view;
  }

 private:
  const TermsVersion* VersionFor(const Interval& interval) const {
    const TermsVersion* reaching = file_.agreement().Governing(interval, {});
    return reaching != nullptr ? reaching : file_.versions().back();
  }

  TimeQuestion QuestionOf(const Objective& objective, const Interval& interval) const {
    TimeQuestion question;
    question.version = VersionFor(interval);
    question.objective = &objective;
    question.knowledge = file_.axes().knowledge;
    for (const EvaluatedWindow& window : answered_.windows) {
      const bool touched = window.plan.objective->id == objective.id &&
                           !Intersection(window.plan.window.interval, interval).empty();
      if (!touched) continue;
      question.version = window.plan.version;
      question.objective = window.plan.objective;
      if (const Closing* closing = window.closing; closing != nullptr) {
        // As the window's own exclusions are found (window_exclusions.cc).
        question.closed = closing->stamp;
        question.closed->at = {std::min(closing->body.size, closing->stamp.at.index), 0};
        question.closed->time = closing->body.knowledge;
      }
      break;
    }
    question.zone = &file_.ZoneOf(question.version->terms->zone);
    return question;
  }

  std::vector<MatterAct> ActsOf(const Matter& matter,
                                const std::vector<MatterForObjective>& standings) const {
    std::vector<MatterAct> acts;
    const auto add = [&](const ActStamp& stamp, absl::string_view what) -> MatterAct& {
      MatterAct act;
      act.at = stamp.at;
      act.what = std::string(what);
      act.by = file_.agreement().NameOf(stamp.author);
      act.time = stamp.time;
      act.heard = std::any_of(standings.begin(), standings.end(), [&](const auto& each) {
        const std::vector<ledger::EventAddress>& heard = each.standing.heard;
        return std::binary_search(heard.begin(), heard.end(), stamp.at);
      });
      return acts.emplace_back(std::move(act));
    };
    for (const TimeProposal& each : matter.proposals) {
      MatterAct& act = add(each.stamp, "proposed");
      act.responsible = each.responsible;
      act.extent = each.extent;
    }
    for (const TimeAnswer& each : matter.answers) {
      add(each.stamp, each.agrees ? "agreed" : "contested").extent = each.extent;
    }
    for (const TimeDetermination& each : matter.determinations) {
      MatterAct& act = add(each.stamp, each.how);
      act.rank = each.rank;
      act.admission = each.admission;
      act.responsible = each.responsible;
      act.extent = each.extent;
    }
    std::stable_sort(acts.begin(), acts.end(),
                     [](const MatterAct& a, const MatterAct& b) { return a.at < b.at; });
    return acts;
  }

  const CaseFile& file_;
  const Answered& answered_;
};

Finding Unheard(const MatterAct& act) {
  Finding finding;
  finding.kind = "decision-unheard";
  finding.severity = "error";
  finding.at = act.at;
  if (act.what == "proposed") {
    finding.kind = "proposal-alleged";
    finding.severity = "warning";
    finding.message = "it is about no objective of which its author is a side: it is an allegation";
  } else if (act.what == "agreed") {
    finding.message =
        "only the other side agrees to what one side proposed, and once; it has no "
        "effect";
  } else if (act.what == "contested") {
    finding.message =
        "only the other side contests what one side proposed, once and before silence "
        "has accepted it; it has no effect";
  } else {
    finding.message =
        "its author is not the expert or arbitrator of the terms, or is a side of the "
        "objective; it has no effect";
  }
  return finding;
}

}  // namespace

absl::StatusOr<std::vector<MatterView>> ViewMatters(const ledger::Ledger& ledger,
                                                    const std::string& agreement,
                                                    const Axes& axes) {
  TALLY_ASSIGN_OR_RETURN(const LookRequest look, LookRequestOf(ledger, agreement, axes));
  TALLY_ASSIGN_OR_RETURN(const AnsweredCase asked, AnswerCase(ledger, look));
  return MattersOf(*asked.file, asked.answered);
}

std::vector<MatterView> MattersOf(const CaseFile& file, const Answered& answered) {
  const Viewing viewing(file, answered);
  std::vector<MatterView> views;
  for (const Matter& matter : file.exclusions().matters()) views.push_back(viewing.View(matter));
  return views;
}

std::optional<Finding> FindingOnUnheard(const CaseFile& file, const Answered& answered,
                                        const ledger::EventAddress& at) {
  const Viewing viewing(file, answered);
  std::optional<Finding> unheard;
  for (const Matter& matter : file.exclusions().matters()) {
    for (const MatterAct& act : viewing.View(matter).acts) {
      if (act.at != at) continue;
      if (act.heard) return std::nullopt;  // a ruling may speak of several matters
      unheard = Unheard(act);
    }
  }
  return unheard;
}

}  // namespace tally::replay
