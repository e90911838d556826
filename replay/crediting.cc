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

constexpr char kCarried[] = "carried into this window by a cap";

// What was paid of the sum that `entry` posted, out of the account where it stands.
void PostPaid(const std::pair<WindowName, std::string>& sum, const std::vector<PaidLump>& paid,
              const Entry& entry, Journal& journal) {
  for (const PaidLump& each : paid) {
    if (each.window != sum.first || each.rule != sum.second) continue;
    Entry payment = entry;
    payment.at = std::max(entry.at, each.by.time);
    payment.cause = each.by.at;
    payment.text = absl::StrCat("settled: ", entry.text);
    payment.window = each.window;
    payment.from = entry.to;
    payment.to = Account::kSettled;
    payment.amount = each.amount;
    journal.Enter(std::move(payment));
  }
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
  if (with_history) {
    std::vector<const EvaluatedWindow*> ordered;
    for (size_t i : order) ordered.push_back(&windows[i]);
    TALLY_ASSIGN_OR_RETURN(auto since,
                           CreditsSinceClosing(file, question, credited.answer, ordered));
    for (size_t at = 0; at < order.size(); ++at) credited.since[order[at]] = std::move(since[at]);
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

bool Asked::HasEndIn(const Interval& period) const {
  return everything || std::any_of(windows.begin(), windows.end(), [&](const WindowName& name) {
           return period.Contains({name.window.limit.micros - 1});
         });
}

namespace {

// When what a period comes to is owed: at its end, or at that of the term.
Instant OwedAt(const CaseFile& file, const Interval& period) {
  Instant end = file.versions().back()->terms->until.value_or(Instant::Max());
  if (file.term_end().has_value()) end = std::min(end, file.term_end()->end);
  return end > period.first ? std::min(period.limit, end) : period.limit;
}

std::string EntryText(const PipelineEntry& entry) {
  if (entry.kind == "lump sum") return entry.kind;
  if (!entry.of_window) {
    return entry.rule.empty()
               ? entry.kind
               : absl::StrCat(entry.kind, " rules/", entry.rule, ", ", entry.formula);
  }
  return absl::StrCat(entry.kind, entry.rule.empty() ? "" : absl::StrCat(" rules/", entry.rule),
                      ", ", entry.of_objective, " ", FormatInstant(entry.of_window->first), "/",
                      FormatInstant(entry.of_window->limit));
}

// What is held and earned back, and what became of it since its closing.
void PostHeld(const PipelineLine& line, const std::vector<CreditSince>& since, Entry entry,
              Journal& journal) {
  constexpr char kHeldText[] = "held: later windows can earn it back";
  constexpr char kEarnedText[] = "earned back by later windows";
  entry.clause = "rules";
  const auto post = [&](Account from, Account to, int64_t minor, std::string text) {
    entry.from = from;
    entry.to = to;
    entry.amount = {.minor = minor, .currency = line.granted->currency};
    entry.text = std::move(text);
    return journal.Enter(entry);
  };
  if (since.empty()) {
    post(Account::kNone, Account::kHeld, line.held, kHeldText);
    post(Account::kNone, Account::kEarnedBack, line.earned_back, kEarnedText);
    return;
  }
  int64_t held = 0, earned = 0;
  std::optional<size_t> holding;
  for (const CreditSince& step : since) {
    if (&step != &since.front()) {
      entry.at = step.stamp.time;
      entry.cause = step.stamp.at;
      if (step.provisional) entry.cause.reset();
    }
    const std::string why = step.why.empty() ? "" : absl::StrCat(", ", step.why);
    const int64_t won = std::clamp<int64_t>(step.earned_back - earned, 0, held);
    post(Account::kHeld, Account::kEarnedBack, won, absl::StrCat(kEarnedText, why));
    post(Account::kNone, Account::kEarnedBack, step.earned_back - earned - won,
         absl::StrCat(kEarnedText, why));
    held -= won;
    earned = step.earned_back;
    if (step.held > held) {
      const auto entered =
          post(Account::kNone, Account::kHeld, step.held - held, absl::StrCat(kHeldText, why));
      if (entered.has_value()) holding = entered;
    } else {
      entry.reverses = holding;
      post(Account::kHeld, Account::kNone, held - step.held,
           absl::StrCat("held no longer: it is due", why));
      entry.reverses.reset();
    }
    held = step.held;
  }
}

}  // namespace

void PostRules(const CaseFile& file, const Credited& credited,
               const std::vector<EvaluatedWindow>& windows, const Asked& asked,
               const std::vector<PaidLump>& paid, Journal& journal) {
  for (size_t i = 0; i < credited.lines.size(); ++i) {
    const EvaluatedWindow& window = windows[i];
    const PipelineLine& line = credited.lines[i];
    const Objective& objective = *window.plan.objective;
    bool counts = line.granted.has_value() && !window.figures.open &&
                  asked.Has(objective.id, window.plan.window.interval);
    if (!counts) continue;
    Entry entry;
    entry.at = window.plan.window.interval.limit;
    if (window.closing != nullptr) {
      entry.at = window.closing->stamp.time;
      entry.cause = window.closing->stamp.at;
    }
    entry.window = window.plan.name();
    entry.debtor = PartyInRole(file, objective.obligor);
    entry.creditor = PartyInRole(file, objective.obligee);
    auto post = [&](Account account, int64_t minor, absl::string_view text) {
      entry.to = account;
      entry.amount = {.minor = minor, .currency = line.granted->currency};
      entry.text = std::string(text);
      entry.clause = "rules";
      journal.Enter(entry);
    };
    PostHeld(line, credited.since[i], entry, journal);
    // What a cap carried into a window that was met is owed all the same, and due with its closing
    // where no claim is needed.
    if (window.figures.verdict != Verdict::kBreached) {
      const bool due = window.closing != nullptr &&
                       window.plan.version->terms->disputes.credits == ClaimNeeded::kAutomatic;
      post(due ? Account::kApproved : Account::kAccrued, line.Due(), kCarried);
      PostPaid({*entry.window, ""}, paid, entry, journal);
    }
  }
  for (const PipelineEntry& each : credited.answer.entries) {
    const bool wanted = each.of_window ? asked.Has(each.of_objective, *each.of_window)
                                       : asked.HasEndIn(each.period);
    // Of a period that is not over the sum may change: a projection, which nobody owes yet.
    const Instant owed = OwedAt(file, each.period);
    if (!wanted || owed > file.axes().status()) continue;
    Entry entry{.at = owed,
                .cause = std::nullopt,
                .clause = each.rule.empty() ? "" : absl::StrCat("rules.", each.rule),
                .text = EntryText(each),
                .window = std::nullopt,
                .from = Account::kNone,
                .to = Account::kAccrued,
                .creditor = PartyInRole(file, each.creditor),
                .debtor = PartyInRole(file, each.debtor),
                .amount = each.amount,
                .reverses = std::nullopt};
    journal.Enter(entry);
    PostPaid({{each.objective, each.period}, each.rule}, paid, entry, journal);
  }
}

std::vector<LumpSum> LumpSumsOf(const Credited& credited,
                                const std::vector<EvaluatedWindow>& windows, size_t i) {
  std::vector<LumpSum> lumps;
  if (credited.lines.empty()) return lumps;
  const WindowName window = windows[i].plan.name();
  const PipelineLine& line = credited.lines[i];
  const bool owes = windows[i].figures.verdict == Verdict::kBreached || windows[i].figures.open;
  if (!owes && line.granted.has_value() && line.Due() > 0) {
    lumps.push_back({"", {.minor = line.Due(), .currency = line.granted->currency}});
  }
  for (const PipelineEntry& each : credited.answer.entries) {
    const bool arose = each.objective == window.objective && each.period == window.window;
    if (arose) lumps.push_back({each.rule, each.amount});
  }
  return lumps;
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
