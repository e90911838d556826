// One act after the other, in log order, each by a flat ladder of checks; the first that fails
// names the finding.
#include "replay/rights.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/cut_windows.h"
#include "replay/evaluation.h"
#include "replay/window_plan.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

ledger::EventAddress ActAt(const Cause& cause) { return {cause.index, cause.offset}; }

// Why an act has no effect; an empty kind: it has one.
struct Objected {
  std::string kind, why;
};

class Weighing {
 public:
  Weighing(const CaseFile& file, const std::vector<ArisenRight>& rights)
      : file_(file), rights_(rights) {}

  void Run() {
    // Both lists are in log order; so is what they come to.
    auto joint = file_.rights().joint().begin();
    const auto joint_end = file_.rights().joint().end();
    for (const RightAct& act : file_.rights().acts()) {
      for (; joint != joint_end && joint->stamp.at < act.stamp.at; ++joint) Join(*joint);
      Weigh(act);
    }
    for (; joint != joint_end; ++joint) Join(*joint);
    if (ends_.empty()) return;
    const CaseFile::TermEnd& end = ends_.back();
    Find(end.act.at, "term-ended", "note",
         absl::StrCat("the term ends at ", FormatInstant(end.end), ", ", end.why));
  }
  const std::vector<Exercise>& uses() const { return uses_; }
  void Tell(CaseFile& file) && {
    file.SetRights(std::move(uses_), std::move(ends_), std::move(findings_));
  }

 private:
  void Weigh(const RightAct& act) {
    const ArisenRight* right = nullptr;
    const Objected objected = Judge(act, &right);
    if (!objected.kind.empty()) {
      return Find(act.stamp.at, objected.kind, "error",
                  absl::StrCat(objected.why, "; the act has no effect"));
    }
    const bool exercised = act.kind == RightActKind::kExercised;
    uses_.push_back({.rule = right->rule->id,
                     .objective = right->objective,
                     .window = right->window,
                     .at = act.stamp.time,
                     .act = {act.stamp.at.index, act.stamp.at.offset},
                     .makes = exercised ? RightState::kExercised : RightState::kWaived,
                     .effective = act.effective});
    if (right->removed) {
      Find(act.stamp.at, "right-used-before-removal", "warning",
           absl::StrCat("what took the failure away, ", ActAt(right->removed->act).ToText(),
                        ", was recorded after the right was used; only a ruling about the use "
                        "decides now"));
    }
    if (exercised) End(act.effective, act.stamp, absl::StrCat("by the right rules/", act.right));
  }

  void Join(const JointEnd& joint) { End(joint.effective, joint.stamp, "by agreement"); }

  bool HasEndedBy(Instant time) const { return !ends_.empty() && time >= ends_.back().end; }

  // The earliest end that anybody brought about counts.
  void End(Instant effective, const ActStamp& act, std::string why) {
    if (!ends_.empty() && ends_.back().end <= effective) return;
    ends_.push_back({effective, act, std::move(why)});
  }

  bool IsKnown(const std::string& rule) const {
    for (const TermsVersion* version : file_.versions()) {
      for (const Rule& each : version->terms->rules) {
        if (each.id == rule && each.kind == "chronic failure" &&
            each.choices.Is("right", "termination")) {
          return true;
        }
      }
    }
    return false;
  }

  Objected Judge(const RightAct& act, const ArisenRight** found) const {
    if (!IsKnown(act.right)) {
      return {"right-unknown",
              absl::StrCat("the terms give no right to terminate by rules/", act.right)};
    }
    if (HasEndedBy(act.stamp.time)) {
      return {"right-after-end",
              absl::StrCat("the term ended at ", FormatInstant(ends_.back().end))};
    }
    if (act.kind == RightActKind::kExercised && act.effective < act.stamp.time) {
      return {"right-backdated",
              absl::StrCat("it states the end ", FormatInstant(act.effective),
                           ", which lies before the act itself, ", FormatInstant(act.stamp.time))};
    }
    Objected last = {"right-not-arisen",
                     absl::StrCat("no such right had arisen by ", FormatInstant(act.stamp.time))};
    size_t open = 0;
    for (const ArisenRight& right : rights_) {
      if (right.rule->id != act.right || right.lump_sum || !IsNamed(act, right)) continue;
      if (act.stamp.time < right.arose) continue;
      Objected objected = JudgeFor(act, right);
      if (!objected.kind.empty()) {
        last = std::move(objected);
        continue;
      }
      *found = &right;
      ++open;
    }
    if (open == 0) return last;
    if (open == 1) return {};
    return {"right-ambiguous", "several such rights are open; name the window that completed it"};
  }

  static bool IsNamed(const RightAct& act, const ArisenRight& right) {
    const WindowName name{right.objective, right.window};
    return act.windows.empty() ||
           std::find(act.windows.begin(), act.windows.end(), name) != act.windows.end();
  }

  Objected JudgeFor(const RightAct& act, const ArisenRight& right) const {
    const StreamId* holder = HolderOf(right);
    if (holder == nullptr || *holder != act.stamp.author) {
      return {"right-not-held", absl::StrCat(file_.agreement().NameOf(act.stamp.author),
                                             " does not hold the right; ", right.obligee, " does")};
    }
    for (const Exercise& use : uses_) {
      if (use.rule != right.rule->id || use.objective != right.objective ||
          use.window != right.window) {
        continue;
      }
      return {"right-used",
              absl::StrCat("the right was used or given up by ", ActAt(use.act).ToText())};
    }
    if (right.removed && ActAt(right.removed->act) < act.stamp.at) {
      return {"right-void", absl::StrCat("the right is void: ", ActAt(right.removed->act).ToText(),
                                         " took away a failure that it rested on")};
    }
    if (right.exercise_until && act.stamp.time >= *right.exercise_until) {
      return {"right-lapsed",
              absl::StrCat("the right lapsed at ", FormatInstant(*right.exercise_until))};
    }
    return {};
  }

  const StreamId* HolderOf(const ArisenRight& right) const {
    for (const TermsVersion* version : file_.versions()) {
      if (version->terms.get() == right.terms) return version->PartyOfRole(right.obligee);
    }
    return nullptr;
  }

  void Find(const ledger::EventAddress& at, absl::string_view kind, absl::string_view severity,
            std::string message) {
    findings_.push_back({.kind = std::string(kind),
                         .severity = std::string(severity),
                         .objective = "",
                         .at = at,
                         .message = std::move(message)});
  }

  const CaseFile& file_;
  const std::vector<ArisenRight>& rights_;
  std::vector<Exercise> uses_;
  std::vector<CaseFile::TermEnd> ends_;  // in log order, each earlier than those before it
  std::vector<Finding> findings_;
};

absl::string_view StateName(RightState state) {
  switch (state) {
    case RightState::kOpen:
      return "open";
    case RightState::kExercised:
      return "exercised";
    case RightState::kWaived:
      return "waived";
    case RightState::kLapsed:
      return "lapsed";
    case RightState::kVoid:
      return "void";
  }
  return "";
}

Right RightFrom(const CaseFile& file, const ArisenRight& arisen) {
  Right right;
  right.kind = "termination";
  right.party = PartyInRole(file, arisen.obligee);
  right.arose = arisen.arose;
  right.exercise_until = arisen.exercise_until.value_or(kInstantLast);
  right.state = std::string(StateName(arisen.state));
  right.rule = arisen.rule->id;
  right.objective = arisen.objective;
  right.window = arisen.window;
  right.failures = arisen.failures;
  for (const Cause& cause : arisen.causes) right.causes.push_back(ActAt(cause));
  if (arisen.removed) right.removed = ActAt(arisen.removed->act);
  if (arisen.used) {
    right.used = ActAt(arisen.used->act);
    if (arisen.state == RightState::kExercised) right.effective = arisen.used->effective;
  }
  return right;
}

}  // namespace

namespace {

bool SameActs(const std::vector<Exercise>& a, const std::vector<Exercise>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Exercise& left, const Exercise& right) {
                      return left.act == right.act && left.window == right.window;
                    });
}

absl::Status WeighRightActs(CaseFile& file, int threads) {
  TALLY_ASSIGN_OR_RETURN(std::vector<PlannedWindow> plan,
                         PlanWindows(file, std::nullopt, std::nullopt));
  TALLY_ASSIGN_OR_RETURN(plan, PlanWithRules(file, plan));
  TALLY_ASSIGN_OR_RETURN(std::vector<EvaluatedWindow> windows,
                         EvaluateWindows(file, plan, threads));
  // What one act did decides which rights arose after it, and so what the next acts are about: each
  // round settles at least one act more, in log order.
  std::vector<Exercise> uses;
  for (size_t round = 0; round <= file.rights().acts().size(); ++round) {
    std::vector<EvaluatedWindow> credited_windows = windows;
    TALLY_ASSIGN_OR_RETURN(const Credited credited, ApplyRules(file, credited_windows, uses));
    Weighing weighing(file, credited.answer.rights);
    weighing.Run();
    const bool settled = SameActs(uses, weighing.uses());
    uses = weighing.uses();
    if (!settled) continue;
    std::move(weighing).Tell(file);
    return absl::OkStatus();
  }
  return absl::InternalError("rights: the acts about them come to no end");
}

}  // namespace

absl::Status WeighRights(CaseFile& file, int threads) {
  if (!file.rights().empty()) TALLY_RETURN_IF_ERROR(WeighRightActs(file, threads));
  return FollowCutWindows(file);
}

RightsTold TellRights(const CaseFile& file, const Credited& credited, const Asked& asked) {
  RightsTold told;
  for (const ArisenRight& arisen : credited.answer.rights) {
    // A lump sum is owed, not exercised: it stands in the balances.
    if (arisen.lump_sum.has_value() || !asked.Has(arisen.objective, arisen.window)) continue;
    told.rights.push_back(RightFrom(file, arisen));
    const Right& right = told.rights.back();
    if (!arisen.exercise_until || arisen.state == RightState::kVoid) continue;
    absl::string_view state = arisen.state == RightState::kOpen     ? "open"
                              : arisen.state == RightState::kLapsed ? "late"
                                                                    : "met";
    told.deadlines.push_back({.what = "right.exercise",
                              .object = absl::StrCat("rules/", right.rule),
                              .party = right.party,
                              .due = right.exercise_until,
                              .zone = arisen.terms->zone.name,
                              .clause = absl::StrCat("rules/", right.rule),
                              .state = std::string(state),
                              .consequence = "the right to terminate lapses"});
  }
  const auto earlier = [](const Right& a, const Right& b) { return a.arose < b.arose; };
  std::stable_sort(told.rights.begin(), told.rights.end(), earlier);
  return told;
}

std::vector<DerivationLine> RightLines(const CaseFile& file, const std::vector<Right>& rights,
                                       const WindowName& window) {
  std::vector<DerivationLine> lines;
  for (const Right& right : rights) {
    if (right.objective != window.objective || right.window != window.window) continue;
    DerivationLine line{.step = "right",
                        .formula = "counted windows from",
                        .result = right.state,
                        .clause = absl::StrCat("rules/", right.rule),
                        .causes = right.causes};
    for (const Interval& failure : right.failures) {
      absl::StrAppend(&line.formula, " ", FormatInstant(failure.first));
    }
    absl::StrAppend(&line.formula, ": ", right.party, " may terminate since ",
                    FormatInstant(right.arose));
    if (right.exercise_until != kInstantLast) {
      absl::StrAppend(&line.formula, " and before ", FormatInstant(right.exercise_until));
    }
    if (right.removed.has_value()) {
      absl::StrAppend(&line.formula, "; a failure was taken away by ", right.removed->ToText());
      line.causes.push_back(*right.removed);
    }
    if (right.used.has_value()) {
      absl::StrAppend(&line.formula, "; ", right.state, " by ", right.used->ToText());
      if (right.effective.has_value()) {
        absl::StrAppend(&line.formula, ", the term ends at ", FormatInstant(*right.effective));
      }
      line.causes.push_back(*right.used);
    }
    lines.push_back(std::move(line));
  }
  if (file.term_end().has_value() && window.window.limit == file.term_end()->end) {
    lines.push_back({.step = "term",
                     .formula = absl::StrCat("the term ends here, ", file.term_end()->why),
                     .result = FormatInstant(file.term_end()->end),
                     .clause = "",
                     .causes = {file.term_end()->act.at}});
  }
  return lines;
}

}  // namespace tally::replay
