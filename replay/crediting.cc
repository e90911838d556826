#include "replay/crediting.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "replay/after_closing.h"
#include "replay/amended_window.h"
#include "replay/canonical.h"
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

// "n/d" as closings write it; none for anything else.
std::optional<Fraction> FractionOf(const std::string& text) {
  std::pair<std::string, std::string> parts = absl::StrSplit(text, absl::MaxSplits('/', 1));
  absl::StatusOr<Wide> numerator = ParseWide(parts.first);
  absl::StatusOr<Wide> denominator = ParseWide(parts.second);
  if (!numerator.ok() || !denominator.ok() || *denominator <= 0) return std::nullopt;
  absl::StatusOr<Fraction> fraction = Fraction::Of(*numerator, *denominator);
  return fraction.ok() ? std::optional<Fraction>(*fraction) : std::nullopt;
}

// What both parties stated for this window alone.
std::optional<Money> SettledFor(const DisputeFold& acts, const WindowName& name) {
  const std::vector<Settlement>* direct = acts.DirectSettlements(name);
  if (direct != nullptr) {
    for (const Settlement& settlement : *direct) {
      if (settlement.IsStated()) return settlement.amount;
    }
  }
  for (const Claim& claim : acts.claims()) {
    bool alone = claim.body.windows.size() == 1 && claim.body.windows.front() == name;
    if (alone && claim.Settled() != nullptr) return claim.Settled()->amount;
  }
  return std::nullopt;
}

FigureAsClosed AsClosed(const EvaluatedWindow& window) {
  const WindowClosed& body = window.closing->body;
  const WindowFigures& figures = window.figures;
  FigureAsClosed closed;
  for (Verdict verdict : {Verdict::kMet, Verdict::kBreached, Verdict::kIndeterminate}) {
    if (body.verdict == VerdictName(verdict)) closed.verdict = verdict;
  }
  closed.granted = body.credit;
  bool same_value = figures.value.has_value() && body.value == FractionText(figures.value);
  std::optional<Fraction> value = same_value ? figures.value : FractionOf(body.value);
  closed.value = value;
  const Target& target = window.plan.objective->target;
  if (const std::optional<ClosedOutages>& outages = body.outages) {
    closed.outages =
        OutagesOfWindow{outages->longest, outages->at_begin, outages->at_end, outages->throughout};
  }
  for (const ClosedCap& cap : body.caps) closed.caps[cap.rule] = cap.reached;
  closed.below_minimum =
      same_value ? figures.below_minimum : value && BelowMinimum(target, *value, figures.unit);
  return closed;
}

// What changed a closed figure: a decision, terms that reach back, or evidence that counts although
// it is late. Nothing of these: the closing itself was not what its evidence gave.
std::optional<Restatement> RestatementOf(const EvaluatedWindow& window,
                                         const std::optional<OutagesOfWindow>& outages,
                                         const FigureAsClosed& closed) {
  const WindowFigures& figures = window.figures;
  std::string value = figures.value.has_value() ? FractionText(figures.value) : "";
  bool same = closed.verdict == figures.verdict && value == window.closing->body.value &&
              closed.below_minimum == figures.below_minimum &&
              (!closed.outages || closed.outages == outages);
  if (same) return std::nullopt;
  if (const std::vector<ClosedChange> changes = ChangesSinceClosing(window); !changes.empty()) {
    const ActStamp& newest = changes.back().stamp;
    return Restatement{{newest.at.index, newest.at.offset}, newest.time};
  }
  const ledger::EventAddress& closing = window.closing->stamp.at;
  for (const auto& [feed, range] : window.use.ranges) {
    if (!range.beyond) continue;
    return Restatement{{range.beyond->index, range.beyond->offset}, window.closing->stamp.time};
  }
  return Restatement{{closing.index, closing.offset}, window.closing->stamp.time};
}

// Whose fees are charged when, as the terms of the window know it: before the window those of the
// terms in force then, in and after it those of its own, so that a later amendment changes nothing.
std::vector<FeesOver> FeesAround(const CaseFile& file, const PlannedWindow& plan,
                                 const std::vector<OutcomePart>& parts) {
  const std::vector<const TermsVersion*>& all = file.versions();
  std::vector<const TermsVersion*> known;
  for (const TermsVersion* version : all) {
    if (version->in_force || version == plan.version) known.push_back(version);
    if (version == plan.version) break;
  }
  if (known.size() < 2) return {};
  const Interval& window = plan.window.interval;
  std::set<Instant> edges = {Instant::Min(), window.first};
  for (const TermsVersion* version : known) {
    if (version->effective < window.first) edges.insert(version->effective);
  }
  std::vector<FeesOver> fees;
  for (auto edge = edges.begin(); std::next(edge) != edges.end(); ++edge) {
    const TermsVersion* then = known.front();
    for (const TermsVersion* version : known) {
      if (version->effective <= *edge) then = version;
    }
    fees.push_back({{*edge, *std::next(edge)}, then->terms.get()});
  }
  for (const OutcomePart& part : parts) fees.push_back({part.time, part.terms});
  const Instant own = parts.empty() ? window.first : window.limit;
  fees.push_back({{own, Instant::Max()}, plan.version->terms.get()});
  return fees;
}

// By the terms of each; empty where one version governs the window.
std::vector<OutcomePart> PartsOfOutcome(const CaseFile& file, const EvaluatedWindow& window) {
  std::vector<OutcomePart> parts;
  const std::vector<WindowFigures::OfPart>& figures = window.figures.parts;
  if (figures.empty()) return parts;
  const std::optional<AmendedWindow> amended = AmendmentInside(file, window.plan);
  TALLY_CHECK(amended.has_value() && amended->parts.size() == figures.size());
  for (size_t i = 0; i < figures.size(); ++i) {
    const AmendedPart& part = amended->parts[i];
    parts.push_back({part.version->terms.get(), part.objective, part.interval, figures[i].value,
                     figures[i].points});
  }
  return parts;
}

WindowOutcome OutcomeOf(const CaseFile& file, const EvaluatedWindow& window) {
  const WindowFigures& figures = window.figures;
  const Objective& objective = *window.plan.objective;
  WindowOutcome outcome;
  outcome.terms = window.plan.version->terms.get();
  outcome.objective = &objective;
  outcome.zone = &file.ZoneOf(outcome.terms->zone);
  outcome.window = window.plan.window.interval;
  outcome.ended = !figures.open;
  outcome.verdict = figures.verdict;
  // With nothing to carry, or too small a sample, it is a window without a result like any other.
  const bool judged = figures.verdict == Verdict::kMet || figures.verdict == Verdict::kBreached;
  outcome.carried = figures.empty && judged && objective.empty == EmptyRule::kCarryLast;
  outcome.below_minimum = figures.below_minimum;
  outcome.exceeds = figures.exceeds;
  outcome.value = figures.value;
  // Evidence that was erased leaves no picture to judge by; a picture too large is none.
  const Measured& measured = figures.measured;
  const bool pictured = HasOutages(objective) && !measured.picture_left_out &&
                        !measured.picture.empty() && !window.use.erased.has_value();
  if (pictured) outcome.outages = OutagesIn(measured.picture, objective.measure);
  if (figures.credit.has_value()) outcome.raw = figures.credit->rounded;
  outcome.points = figures.points;
  outcome.parts = PartsOfOutcome(file, window);
  outcome.charged = FeesAround(file, window.plan, outcome.parts);
  if (window.closing != nullptr) {
    outcome.posted = window.closing->body.knowledge;
    outcome.closed = window.closing->stamp.time;
    const ledger::EventAddress& closing = window.closing->stamp.at;
    outcome.closing = Cause{closing.index, closing.offset};
    outcome.as_closed = AsClosed(window);
    outcome.restated = RestatementOf(window, outcome.outages, *outcome.as_closed);
  }
  outcome.ruled = window.exclusions.ruled;
  outcome.settled = SettledFor(file.acts(), window.plan.name());
  for (const Incident& each : window.incidents) outcome.incidents.push_back(each.name);
  return outcome;
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

absl::StatusOr<Credited> ApplyRules(const CaseFile& file, std::vector<EvaluatedWindow>& windows) {
  return ApplyRules(file, windows, file.exercised());
}

absl::StatusOr<Credited> ApplyRules(const CaseFile& file, std::vector<EvaluatedWindow>& windows,
                                    const std::vector<Exercise>& uses) {
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
  question.ended = EndedObjectives(file);
  question.choices = ChoicesKnown(file.exclusions(), question.knowledge);
  for (size_t i : order) question.outcomes.push_back(OutcomeOf(file, windows[i]));
  TALLY_ASSIGN_OR_RETURN(credited.answer, RunPipeline(question));
  credited.lines.resize(windows.size());
  for (size_t at = 0; at < order.size(); ++at) {
    const PipelineLine& line = credited.answer.lines[at];
    WindowFigures& figures = windows[order[at]].figures;
    if (figures.credit.has_value()) figures.credit->amount = *line.granted;
    TakeSteps(line, figures.derivation);
    StateForSequences(question.outcomes[at], line, windows[order[at]]);
    credited.lines[order[at]] = line;
  }
  return credited;
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
    post(Account::kHeld, line.held, "held: later windows can earn it back");
    post(Account::kEarnedBack, line.earned_back, "earned back by later windows");
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
