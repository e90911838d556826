#include "replay/crediting.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "replay/canonical.h"
#include "replay/case_outcome.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// Rules that the pipeline runs; the others belong to measuring and planning.
bool IsOverWindows(const Rule& rule) {
  constexpr absl::string_view kKinds[] = {
      "cap",          "at risk",      "same incident", "minimum",         "earn-back",     "bonus",
      "points table", "points price", "netting",       "chronic failure", "expected level"};
  return std::find(std::begin(kKinds), std::end(kKinds), rule.kind) != std::end(kKinds);
}

// What the closing of the window will state for the sequences that its terms have.
void StateForSequences(const WindowOutcome& outcome, const PipelineLine& line,
                       EvaluatedWindow& window) {
  std::map<std::string, bool> caps;
  for (const Rule* rule : RulesAbout(outcome, "chronic failure")) {
    if (rule->choices.Is("when", "long outage") && outcome.outages) {
      const OutagesOfWindow& outages = *outcome.outages;
      window.outages =
          ClosedOutages{outages.longest, outages.at_begin, outages.at_end, outages.throughout};
    }
    if (!rule->choices.Is("when", "cap reached")) continue;
    const std::string& cap = rule->choices.Text("cap");
    caps[cap] = std::find(line.caps_reached.begin(), line.caps_reached.end(), cap) !=
                line.caps_reached.end();
  }
  for (const auto& [rule, reached] : caps) window.caps.push_back({rule, reached});
}

// Objectives that the newest terms no longer have, and since when.
std::map<std::string, Instant> EndedObjectives(const CaseFile& file) {
  std::map<std::string, Instant> ended;
  const TermsVersion& newest = *file.versions().back();
  std::set<std::string> current;
  for (const Objective& objective : newest.terms->objectives) current.insert(objective.id);
  for (const TermsVersion* version : file.versions()) {
    for (const Objective& objective : version->terms->objectives) {
      if (current.count(objective.id) == 0) ended[objective.id] = newest.effective;
    }
  }
  return ended;
}

// The pipeline's own steps replace those that the window made of its cap and minimum alone.
void TakeSteps(const PipelineLine& line, std::vector<DerivationStep>& derivation) {
  std::erase_if(derivation, [](const DerivationStep& step) {
    return step.step == "cap" || step.step == "minimum";
  });
  derivation.insert(derivation.end(), line.steps.begin(), line.steps.end());
}

}  // namespace

bool HasRules(const CaseFile& file) {
  for (const TermsVersion* version : file.versions()) {
    const Terms& terms = *version->terms;
    if (std::any_of(terms.rules.begin(), terms.rules.end(), IsOverWindows)) return true;
    for (const Objective& objective : terms.objectives) {
      if (objective.credit.has_value() && objective.credit->scheme == "points") return true;
    }
  }
  return false;
}

absl::StatusOr<std::vector<PlannedWindow>> PlanWithRules(const CaseFile& file,
                                                         const std::vector<PlannedWindow>& plan) {
  if (!HasRules(file)) return plan;
  std::vector<PlannedWindow> all = plan;
  std::set<WindowName> names;
  for (const PlannedWindow& each : plan) names.insert(each.name());
  TALLY_ASSIGN_OR_RETURN(std::vector<PlannedWindow> others,
                         PlanWindows(file, std::nullopt, std::nullopt));
  std::set<WindowName> known;
  for (const PlannedWindow& each : others) known.insert(each.name());
  for (PlannedWindow& each : all) each.apart = !known.contains(each.name());
  for (PlannedWindow& each : others) {
    if (!names.insert(each.name()).second) continue;
    each.wanted = false;
    all.push_back(each);
  }
  std::sort(all.begin(), all.end(),
            [](const PlannedWindow& a, const PlannedWindow& b) { return a.name() < b.name(); });
  return all;
}

namespace {

absl::StatusOr<Credited> RulesApplied(const CaseFile& file, std::vector<EvaluatedWindow>& windows,
                                      const std::vector<Exercise>& uses, bool with_history) {
  Credited credited;
  if (!HasRules(file)) return credited;
  std::vector<size_t> order(windows.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    const WindowName left = windows[a].plan.name();
    const WindowName right = windows[b].plan.name();
    return std::tie(left.window.limit, left.objective, left.window.first) <
           std::tie(right.window.limit, right.objective, right.window.first);
  });
  PipelineQuestion question;
  question.knowledge = file.axes().knowledge;
  question.exercised = uses;
  if (file.term_end().has_value()) question.terminated = file.term_end()->end;
  question.until = file.versions().back()->terms->until;
  question.ended = EndedObjectives(file);
  question.choices = ChoicesKnown(file.exclusions(), question.knowledge);
  for (size_t i : order) question.outcomes.push_back(OutcomeOf(file, windows[i]));
  TALLY_ASSIGN_OR_RETURN(credited.answer, RunPipeline(question));
  credited.lines.resize(windows.size());
  credited.since.resize(windows.size());
  credited.projected.resize(windows.size());
  if (with_history) {
    std::vector<const EvaluatedWindow*> ordered;
    for (size_t i : order) ordered.push_back(&windows[i]);
    TALLY_ASSIGN_OR_RETURN(RuleHistory history,
                           HistoryOfRules(file, question, credited.answer, ordered));
    for (size_t at = 0; at < order.size(); ++at) {
      credited.since[order[at]] = std::move(history.credits[at]);
      credited.projected[order[at]] = history.projected[at];
    }
    credited.sums = std::move(history.sums);
  }
  for (size_t at = 0; at < order.size(); ++at) {
    const PipelineLine& line = credited.answer.lines[at];
    WindowFigures& figures = windows[order[at]].figures;
    if (figures.credit.has_value()) figures.credit->amount = *line.granted;
    TakeSteps(line, figures.derivation);
    StateForSequences(question.outcomes[at], line, windows[order[at]]);
    credited.lines[order[at]] = line;
  }
  for (const PipelineNote& note : credited.answer.notes) {
    credited.notes.push_back({windows[order[note.outcome]].plan.name(), note.message});
  }
  return credited;
}

}  // namespace

absl::StatusOr<Credited> ApplyRules(const CaseFile& file, std::vector<EvaluatedWindow>& windows) {
  return RulesApplied(file, windows, file.exercised(), /*with_history=*/true);
}

absl::StatusOr<Credited> ApplyRules(const CaseFile& file, std::vector<EvaluatedWindow>& windows,
                                    const std::vector<Exercise>& uses) {
  return RulesApplied(file, windows, uses, /*with_history=*/false);
}

bool Asked::Has(const std::string& objective, const Interval& window) const {
  return everything ||
         std::find(windows.begin(), windows.end(), WindowName{objective, window}) != windows.end();
}

std::vector<Finding> NettingNotes(const CaseFile& file, const Credited& credited,
                                  const Asked& asked) {
  std::vector<Finding> notes;
  for (const auto& [window, message] : credited.notes) {
    if (!asked.Has(window.objective, window.window)) continue;
    notes.push_back({.kind = "other-currency",
                     .severity = "warning",
                     .objective = window.objective,
                     .at = std::nullopt,
                     .message = message});
  }
  if (!asked.everything) return notes;
  for (const Netted& each : credited.answer.netted) {
    notes.push_back({.kind = "netted",
                     .severity = "note",
                     .objective = "",
                     .at = std::nullopt,
                     .message = absl::StrCat(FormatMoney(each.cancelled), " are set off; ",
                                             PartyInRole(file, each.net.debtor), " owes ",
                                             PartyInRole(file, each.net.creditor), " ",
                                             FormatMoney(each.net.amount))});
  }
  return notes;
}

std::string PartyInRole(const CaseFile& file, const std::string& role) {
  // Every version's parties are checked when terms are admitted; the newest that has the role.
  const std::vector<const TermsVersion*>& versions = file.versions();
  for (auto version = versions.rbegin(); version != versions.rend(); ++version) {
    const StreamId* party = (*version)->PartyOfRole(role);
    if (party != nullptr) return file.agreement().NameOf(*party);
  }
  return role;
}

}  // namespace tally::replay
