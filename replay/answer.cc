// The last stage of a replay. Nothing is computed here that a figure hangs on: figures come from
// the engine, standing from the acts; this file names causes and findings and puts all in order.
#include "replay/answer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "replay/after_closing.h"
#include "replay/canonical.h"
#include "replay/closed_figure.h"
#include "replay/closed_history.h"
#include "replay/crediting.h"
#include "replay/dispute/standing.h"
#include "replay/rights.h"
#include "replay/rule_posting.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr size_t kCausesMax = 1000;

ledger::EventAddress AddressOf(const Cause& cause) { return {cause.index, cause.offset}; }

// The acts by which the governing terms came to be.
std::vector<ledger::EventAddress> ActsOf(const TermsVersion& version) {
  std::vector<ledger::EventAddress> acts = {version.proposed};
  for (const auto& [party, at] : version.consents) acts.push_back(at);
  std::sort(acts.begin(), acts.end());
  acts.erase(std::unique(acts.begin(), acts.end()), acts.end());
  return acts;
}

// The acts by which the target of the window came to be, if it was adjusted.
std::vector<ledger::EventAddress> ActsOf(const TargetCase& target) {
  std::vector<ledger::EventAddress> acts = {target.stamp.at};
  if (target.accepted.has_value()) acts.push_back(*target.accepted);
  return acts;
}

// The acts by which time was taken out of the window or belongs to an incident, and those that
// leave it open.
std::vector<ledger::EventAddress> DecisionsOf(const EvaluatedWindow& from) {
  std::vector<ledger::EventAddress> acts;
  for (const AdmittedTime& time : from.exclusions.reasons) {
    for (const Cause& act : time.acts) acts.push_back(AddressOf(act));
  }
  for (const OpenMatter& open : from.exclusions.open) {
    for (const Cause& act : open.acts) acts.push_back(AddressOf(act));
  }
  for (const Incident& incident : from.incidents) {
    for (const Cause& act : incident.acts) acts.push_back(AddressOf(act));
  }
  std::sort(acts.begin(), acts.end());
  acts.erase(std::unique(acts.begin(), acts.end()), acts.end());
  return acts;
}

void SetCauses(const EvaluatedWindow& from, const TargetBook& targets, WindowResult& to) {
  to.causes = ActsOf(*from.plan.version);
  if (const TargetCase* target = targets.MakerOf(*from.plan.objective)) {
    for (const ledger::EventAddress& act : ActsOf(*target)) to.causes.push_back(act);
  }
  for (const ledger::EventAddress& act : DecisionsOf(from)) to.causes.push_back(act);
  for (const ledger::EventAddress& act : RulingsOn(from)) to.causes.push_back(act);
  to.causes_left_out = from.figures.measured.causes_left_out;
  for (const Cause& cause : from.figures.measured.causes) {
    if (to.causes.size() < kCausesMax) {
      to.causes.push_back(AddressOf(cause));
    } else {
      ++to.causes_left_out;
    }
  }
}

std::vector<EvidenceRange> RangesOf(const EvidenceUse& use) {
  std::vector<EvidenceRange> ranges;
  for (const auto& [feed, range] : use.ranges) {
    ranges.push_back(
        {.feed = feed, .first = range.first, .last = range.last, .digest = range.digest});
  }
  return ranges;
}

// Why time is out, and what about it is undecided.
void DescribeExclusions(const EvaluatedWindow& from, WindowResult& to) {
  auto line = [&to](absl::string_view step, const Interval& interval, const std::string& reason,
                    const std::string& rule, const std::vector<Cause>& acts) {
    DerivationLine each{.step = std::string(step),
                        .formula = absl::StrCat(FormatInstant(interval.first), " to ",
                                                FormatInstant(interval.limit), ": ", reason),
                        .result = FormatDuration(Length(interval)),
                        .clause = rule.empty() ? "" : absl::StrCat("rules/", rule),
                        .causes = {}};
    for (const Cause& act : acts) each.causes.push_back(AddressOf(act));
    to.derivation.push_back(std::move(each));
  };
  for (const AdmittedTime& time : from.exclusions.reasons) {
    line("exclusion", time.interval, time.reason, time.rule, time.acts);
  }
  for (const OpenMatter& open : from.exclusions.open) {
    line("undecided", open.interval, open.reason, "", open.acts);
  }
  for (const OpenMatter& noted : from.exclusions.noted) {
    line("noted", noted.interval, noted.reason, "", noted.acts);
  }
}

void DescribeTarget(const EvaluatedWindow& from, const TargetBook& targets, WindowResult& to) {
  const TargetCase* target = targets.MakerOf(*from.plan.objective);
  if (target == nullptr) return;
  DerivationLine line{.step = "target adjusted",
                      .formula = absl::StrCat(
                          TargetText(target->was, target->unit), " before; ", target->formula,
                          "; proposed by ", target->proposed_by, ", ",
                          TargetStateName(target->state), " ", FormatInstant(target->took_effect),
                          ", for windows from ", FormatInstant(target->applies_from)),
                      .result = TargetText(target->now, target->unit),
                      .clause = target->rule.empty() ? "" : absl::StrCat("rules/", target->rule),
                      .causes = ActsOf(*target)};
  line.causes.insert(line.causes.begin(), target->closings.begin(), target->closings.end());
  to.derivation.push_back(std::move(line));
}

void Describe(const EvaluatedWindow& from, const TargetBook& targets, WindowResult& to) {
  const TermsVersion& version = *from.plan.version;
  std::string consent = version.in_force.has_value()
                            ? absl::StrCat("in force since ", FormatInstant(version.in_force_at))
                            : "not agreed between the parties";
  to.derivation.push_back({.step = "terms",
                           .formula = absl::StrCat(version.amendment ? "amended terms " : "terms ",
                                                   version.hash.ToHex(), ", ", consent),
                           .result = version.hash.ToHex(),
                           .clause = "",
                           .causes = ActsOf(version)});
  DescribeTarget(from, targets, to);
  for (const DerivationStep& step : from.figures.derivation) {
    DerivationLine line{.step = step.step,
                        .formula = step.formula,
                        .result = step.result,
                        .clause = step.clause,
                        .causes = {}};
    if (step.shows_causes) {
      for (const Cause& cause : from.figures.measured.causes) {
        line.causes.push_back(AddressOf(cause));
      }
    }
    to.derivation.push_back(std::move(line));
    if (step.step == "period") DescribeExclusions(from, to);
  }
  for (DerivationLine& line : LinesSinceClosing(from)) to.derivation.push_back(std::move(line));
  if (!to.closed.has_value()) return;
  to.derivation.push_back(
      {.step = "closed",
       .formula = absl::StrCat(
           "closed as ", to.closed->verdict,
           to.closed->value.empty() ? "" : absl::StrCat(" at ", to.closed->value),
           to.closed->differs ? ", which differs from what is computed now" : ", as computed now"),
       .result = to.closed->credit.has_value() ? FormatMoney(*to.closed->credit) : "no credit",
       .clause = "",
       .causes = {to.closed->closing}});
}

// `agreed`: false for another reading, of which nothing stands in the books.
WindowResult ResultOf(const EvaluatedWindow& from, const TargetBook& targets,
                      const WindowCase& standing, bool agreed) {
  const WindowFigures& figures = from.figures;
  WindowResult to;
  to.objective = from.plan.objective->id;
  to.obligor = from.plan.objective->obligor;
  to.window = from.plan.window.interval;
  to.zone = from.plan.objective->window.zone.name;
  const Objective& objective = *from.plan.objective;
  to.measure = objective.counted.has_value() ? objective.counted->kind : "availability by time";
  if (objective.clause.has_value()) {
    to.clause = objective.clause->id;
    to.wording = objective.clause->wording;
  }
  // While a decision inside it is open, a figure is provisional whichever way it is counted.
  bool undecided = !from.exclusions.open.empty() && standing.status == WindowStatus::kFinal;
  to.status = undecided ? WindowStatus::kProvisional : standing.status;
  to.verdict = figures.verdict;
  to.unit = figures.unit;
  to.value = figures.value;
  to.erased = from.erased;
  to.coverage = figures.coverage;
  to.period = figures.times.period;
  to.counted = figures.times.counted;
  to.excluded = figures.times.excluded;
  to.unknown = figures.times.unknown;
  to.remaining = figures.times.remaining;
  to.degraded = figures.times.degraded;
  to.time_unit = figures.times.unit;
  if (figures.credit.has_value()) {
    to.credit = CreditLine{.amount = figures.credit->amount,
                           .tier_index = figures.credit->tier_index,
                           .tier_percent = figures.credit->tier_percent,
                           .posted = standing.posted && agreed};
  }
  SetCauses(from, targets, to);
  to.evidence = RangesOf(from.use);
  to.terms = from.plan.version->hash;
  to.figures = DigestOfFigures(to);
  to.closed = ClosedOf(from, to.figures, agreed);
  for (const Stretch& stretch : figures.measured.picture) {
    Segment segment{.interval = stretch.interval, .kind = stretch.kind, .cause = std::nullopt};
    if (stretch.cause.has_value()) segment.cause = AddressOf(*stretch.cause);
    to.segments.push_back(segment);
  }
  Describe(from, targets, to);
  return to;
}

// `line` is what rules over windows left of the credit; nullptr without such rules. Only what is
// due now can be claimed and settled.
absl::StatusOr<WindowCase> CaseOf(const CaseFile& file, const EvaluatedWindow& from,
                                  const PipelineLine* line, const std::vector<CreditSince>& since) {
  const TermsVersion& version = *from.plan.version;
  const Objective& objective = *from.plan.objective;
  const StreamId* obligor = version.PartyOfRole(objective.obligor);
  const StreamId* obligee = version.PartyOfRole(objective.obligee);
  TALLY_CHECK(obligor != nullptr && obligee != nullptr);  // checked when terms were admitted
  WindowCase each;
  each.name = from.plan.name();
  each.terms = version.terms.get();
  each.version = &version;
  each.calendars = &file.CalendarsOf(version);
  each.zone = &file.ZoneOf(version.terms->zone);
  each.obligor = file.agreement().NameOf(*obligor);
  each.obligee = file.agreement().NameOf(*obligee);
  each.obligee_party = *obligee;
  each.wanted = from.plan.wanted;
  each.ended = !from.figures.open;
  each.breached = from.figures.verdict == Verdict::kBreached;
  if (from.figures.credit.has_value()) each.computed = from.figures.credit->amount;
  if (line != nullptr && each.computed.has_value()) {
    each.computed->minor = since.empty() ? line->Due() : since.back().due;
  }
  each.currency = each.computed.has_value() ? std::optional(each.computed->currency)
                                            : CurrencyOfPlan(from.plan);
  each.governed = GovernedSince(file, from);
  each.cutoff = from.cutoff.instant;
  each.closing = from.closing;
  each.reopened = from.reopened;
  const int64_t held =
      line == nullptr || !line->granted.has_value() ? 0 : line->granted->minor - line->Due();
  each.restated = RestatedOf(from, held);
  if (since.size() > 1) each.restated = RestatedByRules(each.restated, since);
  TALLY_ASSIGN_OR_RETURN(each.overtaken, OvertakenOn(file, from));
  TALLY_ASSIGN_OR_RETURN(each.ruled_credits, CreditsRuledOn(file, from));
  return each;
}

class Findings {
 public:
  Findings(const CaseFile& file, std::vector<Finding>& out) : file_(file), out_(out) {}

  // What the books could not hold has no effect, whoever said it.
  void OfBooks(const std::vector<Entry>& left_out, const std::vector<Posting>& postings,
               const Asked& asked) {
    for (const Entry& entry : left_out) {
      out_.push_back({.kind = "amount-beyond-books",
                      .severity = "error",
                      .objective = entry.window.has_value() ? entry.window->objective : "",
                      .at = entry.cause,
                      .message = absl::StrCat("'", entry.text, "' of ", FormatMoney(entry.amount),
                                              ": a sum of it leaves 64 bits; it is not posted")});
    }
    // Credit notes are held against the books where these tell of all their windows.
    const auto knows = [&asked](const WindowName& name) {
      return asked.Has(name.objective, name.window);
    };
    for (Finding& each : file_.invoices().NotedTwice(postings, knows)) {
      out_.push_back(std::move(each));
    }
  }

  void OfWindow(const EvaluatedWindow& window, const WindowResult& result,
                const ClosedDifference& since) {
    const std::optional<ClosedFigure>& closed = result.closed;
    const Hash& figures = result.figures;
    OfEvidence(window);
    const bool by_rules = since.by == ClosedDifference::By::kRules;
    // Figures that rules over windows take part in say more than what was signed of the window.
    const std::optional<Hash> own =
        by_rules || HasRules(file_) ? std::nullopt : std::optional(figures);
    for (Finding& each : FindingsSinceClosing(window, own)) out_.push_back(std::move(each));
    OfClosings(window);
    if (!window.figures.beyond.empty()) {
      Add(window, "value-beyond", "note", std::nullopt,
          absl::StrCat("no value: ", window.figures.beyond));
    }
    bool comparable = file_.AsAgreed() && !file_.axes().reported.has_value();
    // What rested on erased evidence stands as it was closed.
    if (!closed.has_value() || !closed->differs || !comparable || window.use.erased) return;
    if (since.by != ClosedDifference::By::kNothing) {
      Add(window, "closed-differs", "note", closed->closing, since.why);
    } else {
      Add(window, "closing-not-reproduced", "error", closed->closing,
          absl::StrCat("closed as ", closed->verdict, " ", closed->value, ", figures ",
                       window.closing->body.figures.ToHex(), "; what it cites gives ",
                       std::string(VerdictName(window.figures.verdict)), " ",
                       FractionText(window.figures.value), ", figures ", figures.ToHex()));
    }
  }

 private:
  void OfEvidence(const EvaluatedWindow& window) {
    const EvidenceUse& use = window.use;
    if (use.late > 0) {
      bool restate =
          window.plan.version->terms->disputes.late_evidence == LateEvidence::kRestatementProposed;
      Add(window, "evidence-late", "warning", use.first_late,
          absl::StrCat(use.late, " events came after the evidence cut-off ",
                       FormatInstant(window.cutoff.instant), " or the closing and are left out",
                       restate ? "; only an accepted restatement admits them" : ""));
    }
    if (use.as_claimed > 0) {
      Add(window, "evidence-as-claimed", "note", use.first_as_claimed,
          absl::StrCat(use.as_claimed, " events were recorded after the evidence cut-off ",
                       FormatInstant(window.cutoff.instant),
                       "; as imported history they count at the time that their author claims"));
    }
    if (use.erased.has_value()) {
      Add(window, "figure-indeterminate", "warning", use.erased,
          "the figure rests on erased evidence");
    }
  }

  void OfClosings(const EvaluatedWindow& window) {
    for (const Closing& closing : file_.acts().ClosingsOf(window.plan.name())) {
      if (&closing == window.closing) continue;
      std::string cutoff = FormatInstant(window.cutoff.instant);
      switch (JudgeClosing(closing, window.cutoff)) {
        case ClosingVerdict::kForeseen:
          Add(window, "closing-foreseen", "error", closing.stamp.at,
              absl::StrCat("states the knowledge of ", FormatInstant(closing.body.knowledge),
                           ", and was recorded before, ", FormatInstant(closing.stamp.recorded),
                           "; it has no effect"));
          break;
        case ClosingVerdict::kEarly:
          Add(window, "closing-early", "error", closing.stamp.at,
              absl::StrCat("closed before the evidence cut-off ", cutoff, "; it has no effect"));
          break;
        case ClosingVerdict::kIncomplete:
          Add(window, "closing-incomplete", "error", closing.stamp.at,
              absl::StrCat("covers ", closing.body.size, " records, but ", window.cutoff.size,
                           " were recorded before the evidence cut-off ", cutoff,
                           "; it has no effect"));
          break;
        case ClosingVerdict::kOtherTerms:
          Add(window, "closing-incomplete", "error", closing.stamp.at,
              absl::StrCat("cites the terms ", closing.body.terms_hash.ToHex(), ", and ",
                           closing.governing.has_value()
                               ? absl::StrCat(closing.governing->ToHex(), " were in force")
                               : "none were in force",
                           "; it has no effect"));
          break;
        case ClosingVerdict::kHolds:
          if (window.closing == nullptr) break;  // made after the instant that was asked for
          Add(window, "closing-repeated", "note", closing.stamp.at, "the first closing stands");
          break;
      }
    }
  }

  void Add(const EvaluatedWindow& window, absl::string_view kind, absl::string_view severity,
           std::optional<ledger::EventAddress> at, std::string message) {
    out_.push_back(
        {.kind = std::string(kind),
         .severity = std::string(severity),
         .objective = window.plan.objective->id,
         .at = at,
         .message = absl::StrCat("window from ", FormatInstant(window.plan.window.interval.first),
                                 ": ", message)});
  }

  const CaseFile& file_;
  std::vector<Finding>& out_;
};

// A replay without a period answers up to the watermark; without one there is nothing to answer.
void NoteMissingWatermarks(const CaseFile& file, const Question& question,
                           std::vector<Finding>& findings) {
  if (question.period.has_value()) return;
  const TermsVersion& version = *file.versions().back();
  for (const Objective& objective : version.terms->objectives) {
    if (question.objective.has_value() && objective.id != *question.objective) continue;
    if (file.Watermark(version, objective, UINT64_MAX) != Instant::Min()) continue;
    findings.push_back({.kind = "watermark-missing",
                        .severity = "warning",
                        .objective = objective.id,
                        .at = std::nullopt,
                        .message = "a feed of this objective has stated no watermark: nothing says "
                                   "up to when its evidence is complete"});
  }
}

Result HeadOf(const CaseFile& file, const Question& question) {
  Result result;
  result.agreement = file.agreement().opened().name;
  result.engine = kEngineVersion;
  result.reading = question.reading;
  result.terms = file.versions().back()->hash;
  result.known = {.size = file.axes().size,
                  .instant = file.axes().knowledge,
                  .recorded = file.axes().recorded,
                  .reported = file.axes().reported};
  return result;
}

}  // namespace

absl::StatusOr<Answered> AnswerQuestion(CaseFile& file, const Question& question) {
  TALLY_CHECK(!file.versions().empty());
  TALLY_RETURN_IF_ERROR(WeighRights(file, question.threads));
  TALLY_ASSIGN_OR_RETURN(std::vector<PlannedWindow> plan,
                         PlanWindows(file, question.period, question.objective));
  TALLY_ASSIGN_OR_RETURN(std::vector<PlannedWindow> all, PlanWithRules(file, plan));
  TALLY_ASSIGN_OR_RETURN(std::vector<EvaluatedWindow> windows,
                         EvaluateWindows(file, all, question.threads));
  TALLY_ASSIGN_OR_RETURN(Credited credited, ApplyRules(file, windows));
  Asked asked{.everything = !question.period.has_value() && !question.objective.has_value(),
              .windows = {}};
  for (const PlannedWindow& each : plan) asked.windows.push_back(each.name());
  // Windows that only rules look at are no part of the answer.
  std::vector<WindowCase> cases;
  std::vector<size_t> answers;
  for (size_t i = 0; i < windows.size(); ++i) {
    const WindowName name = windows[i].plan.name();
    if (!asked.Has(name.objective, name.window)) continue;
    const PipelineLine* line = credited.lines.empty() ? nullptr : &credited.lines[i];
    const std::vector<CreditSince> since = OwnSince(credited.SinceOf(i));
    TALLY_ASSIGN_OR_RETURN(WindowCase each, CaseOf(file, windows[i], line, since));
    cases.push_back(std::move(each));
    cases.back().sums = SumsWith(file, credited, windows, i);
    answers.push_back(i);
  }
  WeighingInstants instants{file.axes().knowledge, file.axes().status()};
  TALLY_ASSIGN_OR_RETURN(
      Weighed weighed,
      Weigh(file.acts(), file.forum(), cases,
            asked.everything ? ClaimsAsked::kAll : ClaimsAsked::kOfTheCases, instants));
  PostRules(file, credited, windows, asked, weighed.paid_sums, weighed.journal);
  if (asked.everything) PostAwards(file, weighed.journal);

  Answered answered{HeadOf(file, question), {}, {}};
  Result& result = answered.result;
  result.findings = file.Findings();
  NoteMissingWatermarks(file, question, result.findings);
  Findings findings(file, result.findings);
  result.balances = weighed.journal.Balances();
  result.postings = weighed.journal.Postings();
  findings.OfBooks(weighed.journal.LeftOut(), result.postings, asked);
  result.sums = OpenSumsOf(cases, weighed.paid_sums);
  for (size_t i = 0; i < answers.size(); ++i) {
    EvaluatedWindow& window = windows[answers[i]];
    if (!window.plan.wanted) continue;
    result.windows.push_back(ResultOf(window, file.targets(), cases[i], file.AsAgreed()));
    const size_t at = answers[i];
    answered.differences.push_back(
        CauseOfDifference(window, credited.SinceOf(at), credited.IsProjected(at)));
    findings.OfWindow(window, result.windows.back(), answered.differences.back());
    for (Deadline& due : DeadlinesSinceClosing(window)) result.deadlines.push_back(std::move(due));
    answered.windows.push_back(std::move(window));
  }
  for (Finding& ended : EndedLevels(plan)) result.findings.push_back(std::move(ended));
  RightsTold told = TellRights(file, credited, asked);
  for (WindowResult& window : result.windows) {
    for (DerivationLine& line : RightLines(file, told.rights, {window.objective, window.window})) {
      window.derivation.push_back(std::move(line));
    }
  }
  result.rights = std::move(told.rights);
  for (Finding& note : NettingNotes(file, credited, asked)) result.findings.push_back(note);
  result.deadlines.insert(result.deadlines.begin(), weighed.deadlines.begin(),
                          weighed.deadlines.end());
  result.deadlines.insert(result.deadlines.end(), told.deadlines.begin(), told.deadlines.end());
  for (Deadline& answer : file.targets().Deadlines()) result.deadlines.push_back(std::move(answer));
  result.claims = std::move(weighed.claims);
  result.findings.insert(result.findings.end(), weighed.findings.begin(), weighed.findings.end());
  result.figures = DigestOfAllFigures(result);
  result.digest = DigestOfResult(result);
  return answered;
}

}  // namespace tally::replay
