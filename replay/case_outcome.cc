// Acts and closings are read here; figures are taken as they are.
#include "replay/case_outcome.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_split.h"
#include "replay/after_closing.h"
#include "replay/amended_window.h"
#include "replay/canonical.h"
#include "replay/dispute/calendar.h"
#include "replay/dispute/claim_admission.h"
#include "replay/dispute/claim_rules.h"
#include "replay/dispute/moved_time.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

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
const Settlement* SettledFor(const DisputeFold& acts, const WindowName& name) {
  const std::vector<Settlement>* direct = acts.DirectSettlements(name);
  if (direct != nullptr) {
    for (const Settlement& settlement : *direct) {
      if (settlement.IsStated()) return &settlement;
    }
  }
  for (const Claim& claim : acts.claims()) {
    bool alone = claim.body.windows.size() == 1 && claim.body.windows.front() == name;
    if (alone && claim.Settled() != nullptr) return claim.Settled();
  }
  return nullptr;
}

// When the time for claims was over and nobody had asked for the window's credit; what both sides
// stated of it since is another matter.
std::optional<Instant> ExpiredFor(const CaseFile& file, const EvaluatedWindow& window) {
  const WindowName name = window.plan.name();
  const Terms& terms = *window.plan.version->terms;
  if (window.figures.open || terms.disputes.credits != ClaimNeeded::kOnClaim) return std::nullopt;
  const StreamId* obligor = window.plan.version->PartyOfRole(window.plan.objective->obligor);
  const StreamId* obligee = window.plan.version->PartyOfRole(window.plan.objective->obligee);
  TALLY_CHECK(obligor != nullptr && obligee != nullptr);  // checked when terms were admitted
  const Instant due =
      MovedByConsent("claim.file", TextOf(name), name.window.limit,
                     ClaimDueByTerms(terms, name.objective, name.window, file.ZoneOf(terms.zone)),
                     ShiftsBetween(file.forum().shifts(), *obligor, *obligee))
          .end();
  if (file.axes().knowledge < due) return std::nullopt;
  // What is asked for too late brings nothing back; what is withdrawn expires then.
  Instant expired = due;
  const auto names = [&](const ActStamp& by, const std::vector<WindowName>& windows) {
    return by.time < due && std::find(windows.begin(), windows.end(), name) != windows.end();
  };
  for (const Claim& claim : file.acts().claims()) {
    bool asks = names(claim.stamp, claim.body.windows);
    for (const ClaimAmendment& each : file.forum().AmendmentsOf(claim)) {
      asks = asks || names(each.stamp, each.body.windows);
    }
    if (!asks || claim.stamp.author != *obligee) continue;
    if (!claim.withdrawn.has_value()) return std::nullopt;
    expired = std::max(expired, claim.withdrawn->time);
  }
  return expired;
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

}  // namespace

WindowOutcome OutcomeOf(const CaseFile& file, const EvaluatedWindow& window) {
  const WindowFigures& figures = window.figures;
  const Objective& objective = *window.plan.objective;
  WindowOutcome outcome;
  outcome.terms = window.plan.version->terms.get();
  outcome.objective = &objective;
  outcome.zone = &file.ZoneOf(outcome.terms->zone);
  outcome.window = window.plan.window.interval;
  outcome.ended = !figures.open;
  outcome.apart = window.plan.apart;
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
  if (const Settlement* settled = SettledFor(file.acts(), window.plan.name())) {
    outcome.settled = settled->amount;
    outcome.settled_at = settled->confirmed->time;
    outcome.settled_by = Cause{settled->confirmed->at.index, settled->confirmed->at.offset};
  }
  outcome.expired = ExpiredFor(file, window);
  for (const Incident& each : window.incidents) outcome.incidents.push_back(each.name);
  return outcome;
}

}  // namespace tally::replay
