#include "replay/target_weigher.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "replay/case_file.h"
#include "replay/dispute/calendar.h"
#include "replay/terms/credit.h"
#include "replay/terms/derivation.h"
#include "replay/window_plan.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

bool Same(const Target& a, const Target& b) {
  return a.compare == b.compare && a.percent == b.percent && a.minimum == b.minimum &&
         a.stretch == b.stretch;
}

// "n/d" as a closing states it; none: no result.
absl::StatusOr<std::optional<Fraction>> ValueOf(const Closing& closing) {
  if (closing.body.value.empty()) return std::optional<Fraction>();
  const std::vector<std::string> sides = absl::StrSplit(closing.body.value, '/');
  if (sides.size() != 2) return absl::InvalidArgumentError("a closing's value is no fraction");
  TALLY_ASSIGN_OR_RETURN(const Wide numerator, ParseWide(sides[0]));
  TALLY_ASSIGN_OR_RETURN(const Wide denominator, ParseWide(sides[1]));
  TALLY_ASSIGN_OR_RETURN(Fraction value, Fraction::Of(numerator, denominator));
  return std::optional<Fraction>(value);
}

bool MayBeSilentlyAccepted(const Rule& rule, bool by_obligor) {
  if (!rule.choices.Is("silence", "deemed accepted")) return false;
  if (rule.choices.Is("proposed by", "either")) return true;
  return rule.choices.Is("proposed by", by_obligor ? "obligor" : "obligee");
}

}  // namespace

void TargetWeigher::Find(const ledger::EventAddress& at, const std::string& objective,
                         absl::string_view kind, absl::string_view severity, std::string message) {
  book_.findings_.push_back({.kind = std::string(kind),
                             .severity = std::string(severity),
                             .objective = objective,
                             .at = at,
                             .message = std::move(message)});
}

const TermsVersion* TargetWeigher::VersionAt(const Moment& moment) const {
  const TermsVersion* newest = nullptr;
  for (const TermsVersion* version : file_.versions()) {
    if (*version->in_force < moment.at && version->in_force_at <= moment.time) newest = version;
  }
  return newest;
}

const Objective* TargetWeigher::ObjectiveIn(const TermsVersion& version, const std::string& id) {
  for (const Objective& objective : version.terms->objectives) {
    if (objective.id == id) return &objective;
  }
  return nullptr;
}

const TargetCase* TargetWeigher::Newest(const Objective& objective) const {
  for (auto i = book_.in_effect_.rbegin(); i != book_.in_effect_.rend(); ++i) {
    const TargetCase& each = book_.cases_[*i];
    if (each.body.objective == objective.id && Same(each.written, objective.target)) return &each;
  }
  return nullptr;
}

absl::StatusOr<const Closing*> TargetWeigher::ClosingAt(const Moment& moment,
                                                        const TermsVersion& version,
                                                        const WindowName& name) const {
  const std::vector<Closing>& closings = file_.acts().ClosingsOf(name);
  if (closings.empty()) return nullptr;
  const Terms& terms = *version.terms;
  EvidenceCutoff cutoff;
  cutoff.instant =
      DueAfterWindow(file_.ZoneOf(terms.zone), name.window, terms.disputes.evidence_cutoff_days);
  TALLY_ASSIGN_OR_RETURN(cutoff.size, file_.SizeBefore(cutoff.instant));
  for (const Closing& closing : closings) {
    const bool known = closing.stamp.at < moment.at && closing.stamp.recorded <= moment.time;
    if (known && JudgeClosing(closing, cutoff) == ClosingVerdict::kHolds) return &closing;
  }
  return nullptr;
}

// Windows under the rule and the target as written, whichever version governed them; a ratchet's
// begin with the target that holds.
absl::StatusOr<TargetWeigher::Sequence> TargetWeigher::SequenceAt(const Moment& moment,
                                                                  const Objective& objective,
                                                                  const Rule& rule) const {
  std::vector<std::pair<Interval, const TermsVersion*>> planned;
  for (const TermsVersion* each : file_.versions()) {
    if (*each->in_force >= moment.at) break;
    const Objective* same = ObjectiveIn(*each, objective.id);
    if (same == nullptr || !Same(same->target, objective.target)) continue;
    const Rule* under = TargetRuleOf(*each->terms, objective.id, rule.id);
    if (under == nullptr || under->kind != rule.kind || under->choices != rule.choices) continue;
    const Interval until_now{each->terms->from, moment.time};
    if (until_now.empty()) continue;
    TALLY_ASSIGN_OR_RETURN(const std::vector<Window> windows,
                           WindowsOf(file_, *each, *same, until_now));
    for (const Window& window : windows) {
      const WindowName name{objective.id, window.interval};
      const TermsVersion* governs = file_.agreement().Governing(
          window.interval, {.settled = file_.acts().SettledAt(name), .before = moment.at});
      if (governs == each) planned.push_back({window.interval, each});
    }
  }
  std::sort(planned.begin(), planned.end());
  const TargetCase* newest = rule.kind == "ratchet" ? Newest(objective) : nullptr;
  Sequence sequence;
  for (const auto& [window, governs] : planned) {
    if (newest != nullptr && window.first < newest->applies_from) continue;
    TALLY_ASSIGN_OR_RETURN(const Closing* closing,
                           ClosingAt(moment, *governs, {objective.id, window}));
    if (closing == nullptr) break;
    // Closed without knowing of the target that holds: judged by the one before.
    const Objective* judged = ObjectiveIn(*governs, objective.id);
    if (newest != nullptr && book_.MakerOf(book_.ObjectiveFor(*judged, window)) != newest) continue;
    absl::StatusOr<std::optional<Fraction>> value = ValueOf(*closing);
    if (!value.ok()) break;  // a closing that nobody can read closes nothing
    sequence.windows.push_back({window, *value});
    sequence.closings.push_back(closing->stamp.at);
  }
  return sequence;
}

absl::StatusOr<TargetFigure> TargetWeigher::FigureAt(
    const Moment& moment, const Objective& objective, const Rule& rule,
    std::vector<ledger::EventAddress>* closings) const {
  const TargetCase* newest = Newest(objective);
  if (rule.kind == "baseline") {
    for (size_t i : book_.in_effect_) {
      const TargetCase& each = book_.cases_[i];
      const bool done = each.by_formula && each.rule == rule.id &&
                        each.body.objective == objective.id && Same(each.written, objective.target);
      if (done) {
        TargetFigure none;
        none.state = FigureState::kNone;
        none.text = "the baseline has been set";
        return none;
      }
    }
  }
  TALLY_ASSIGN_OR_RETURN(const Sequence sequence, SequenceAt(moment, objective, rule));
  const Objective holds = newest == nullptr ? objective : WithTarget(objective, newest->now);
  absl::StatusOr<TargetFigure> figure = FigureOf(rule, holds, sequence.windows);
  if (!figure.ok()) {
    return At(absl::StrCat("objective ", objective.id, ", rule ", rule.id), figure.status());
  }
  for (size_t i : figure->windows) closings->push_back(sequence.closings[i]);
  return figure;
}

absl::Status TargetWeigher::Propose(const TargetAct& act, const TargetProposal& proposal) {
  TargetCase each;
  each.stamp = act.stamp;
  each.body = proposal.body;
  each.id = proposal.id;
  each.digest = proposal.digest;
  // Whatever becomes of this one: the ledger takes no answer to what it replaces any more.
  for (TargetCase& earlier : book_.cases_) {
    const bool replaced = earlier.digest == proposal.answers &&
                          earlier.stamp.author == act.stamp.author &&
                          earlier.state == TargetState::kWaiting;
    if (replaced) earlier.state = TargetState::kWithdrawn;
  }
  each.state = TargetState::kNoEffect;
  each.proposed_by = file_.agreement().NameOf(act.stamp.author);
  const auto refuse = [&](absl::string_view kind, std::string message) {
    Find(act.stamp.at, proposal.body.objective, kind, "error",
         absl::StrCat(message, "; the proposal has no effect"));
    book_.cases_.push_back(std::move(each));
    return absl::OkStatus();
  };
  const TermsVersion* version = VersionAt({act.stamp.at, act.stamp.time});
  if (version == nullptr) return refuse("target-without-terms", "no terms are in force yet");
  const Objective* objective = ObjectiveIn(*version, proposal.body.objective);
  if (objective == nullptr) {
    return refuse("target-of-nothing",
                  absl::StrCat("the terms have no objective \"", proposal.body.objective, "\""));
  }
  const StreamId* obligor = version->PartyOfRole(objective->obligor);
  const StreamId* obligee = version->PartyOfRole(objective->obligee);
  TALLY_CHECK(obligor != nullptr && obligee != nullptr);  // checked when terms were admitted
  const bool by_obligor = *obligor == act.stamp.author;
  if (!by_obligor && *obligee != act.stamp.author) {
    return refuse("target-without-right", "its author is neither obligor nor obligee");
  }
  each.other_side = by_obligor ? *obligee : *obligor;
  each.answered_by = file_.agreement().NameOf(each.other_side);
  each.unit = UnitOf(*objective);
  each.written = objective->target;
  const TargetCase* newest = Newest(*objective);
  each.was = newest == nullptr ? objective->target : newest->now;
  each.now = each.was;
  each.now.percent = proposal.body.target;
  if (proposal.body.minimum) each.now.minimum = proposal.body.minimum;
  if (proposal.body.compare != each.was.compare) {
    return refuse("target-not-possible", "only an amendment turns a target round");
  }
  if (absl::Status level = CheckLevel(*objective, each.now); !level.ok()) {
    return refuse("target-not-possible", std::string(level.message()));
  }
  if (Same(each.now, each.was)) {
    return refuse("target-holds-already", TargetText(each.was, each.unit) + " holds already");
  }
  if (!proposal.body.method.empty() &&
      TargetRuleOf(*version->terms, objective->id, proposal.body.method) == nullptr) {
    return refuse("target-without-rule", absl::StrCat("the terms have no baseline or ratchet \"",
                                                      proposal.body.method, "\" for it"));
  }
  each.state = TargetState::kWaiting;
  TALLY_RETURN_IF_ERROR(Weigh(proposal, *version, *objective, each));
  book_.cases_.push_back(std::move(each));
  return absl::OkStatus();
}

absl::Status TargetWeigher::Weigh(const TargetProposal& proposal, const TermsVersion& version,
                                  const Objective& objective, TargetCase& each) {
  const Rule* rule = TargetRuleOf(*version.terms, objective.id, proposal.body.method);
  if (rule == nullptr) {
    each.formula = "by consent, by no formula";
    return absl::OkStatus();
  }
  const Moment moment{each.stamp.at, each.stamp.time};
  TALLY_ASSIGN_OR_RETURN(const TargetFigure figure,
                         FigureAt(moment, objective, *rule, &each.closings));
  each.by_formula = figure.state == FigureState::kReady && figure.level == each.now.percent &&
                    each.now.minimum == each.was.minimum && proposal.body.effective == figure.from;
  each.rule = rule->id;
  const bool by_obligor = *version.PartyOfRole(objective.obligor) == each.stamp.author;
  each.silence_accepts = each.by_formula && MayBeSilentlyAccepted(*rule, by_obligor);
  const ZoneRef& zone = version.terms->zone;
  each.zone = zone.name;
  each.answer_due = DueAfterAct(file_.ZoneOf(zone), each.stamp.time,
                                static_cast<uint32_t>(rule->choices.Count("answer within days")));
  each.formula = each.by_formula ? figure.text : "by consent, beside the formula";
  if (each.by_formula) return absl::OkStatus();
  each.closings.clear();
  const bool ready = figure.state == FigureState::kReady;
  Find(each.stamp.at, objective.id, "target-beside-formula", "warning",
       absl::StrCat("rule ", rule->id, " gives ",
                    ready ? absl::StrCat(LevelText(figure.level, each.unit), " from ",
                                         FormatInstant(figure.from), ": ")
                          : std::string("no figure: "),
                    figure.text, "; ", LevelText(each.now.percent, each.unit),
                    " takes effect only if ", each.answered_by, " signs it"));
  return absl::OkStatus();
}

void TargetWeigher::Answer(const TargetAct& act, const TargetAnswer& answer) {
  const auto refuse = [&](absl::string_view kind, std::string message) {
    Find(act.stamp.at, answer.objective, kind, "error",
         absl::StrCat(message, "; the answer has no effect"));
  };
  const auto found =
      std::find_if(book_.cases_.begin(), book_.cases_.end(),
                   [&](const TargetCase& each) { return each.digest == answer.answers; });
  if (found == book_.cases_.end() || found->body.objective != answer.objective) {
    return refuse("target-answer-of-nothing", "it answers no proposal of a target for it");
  }
  const bool by_proposer = found->stamp.author == act.stamp.author;
  if (by_proposer && answer.agrees) {
    return refuse("target-answer-one-sided", "whoever proposed cannot accept for the other side");
  }
  if (!by_proposer && found->other_side != act.stamp.author) {
    return refuse("target-answer-without-right", "only the other side of the objective answers");
  }
  if (found->state != TargetState::kWaiting) {
    const std::string since = found->answer_due && *found->answer_due <= act.stamp.time
                                  ? absl::StrCat(" since ", FormatInstant(*found->answer_due))
                                  : std::string();
    return refuse("target-answer-late",
                  absl::StrCat("the proposal is ", TargetStateName(found->state), since));
  }
  if (answer.agrees) return TakeEffect(*found, act.stamp.time, act.stamp.at);
  found->state = by_proposer ? TargetState::kWithdrawn : TargetState::kContested;
}

void TargetWeigher::Expire(Instant time) {
  while (true) {
    TargetCase* next = nullptr;
    for (TargetCase& each : book_.cases_) {
      if (each.state != TargetState::kWaiting || !each.answer_due) continue;
      if (*each.answer_due > time) continue;
      if (next == nullptr || *each.answer_due < *next->answer_due) next = &each;
    }
    if (next == nullptr) return;
    if (next->silence_accepts) {
      TakeEffect(*next, *next->answer_due, std::nullopt);
    } else {
      next->state = TargetState::kLapsed;
    }
  }
}

void TargetWeigher::TakeEffect(TargetCase& each, Instant time,
                               std::optional<ledger::EventAddress> act) {
  const Moment moment{act.value_or(ledger::EventAddress{file_.axes().size + 1, 0}), time};
  const TermsVersion* version = VersionAt(moment);
  TALLY_CHECK(version != nullptr);  // those of its proposal, or later ones
  const Objective* objective = ObjectiveIn(*version, each.body.objective);
  if (objective == nullptr || !Same(objective->target, each.written)) {
    each.state = TargetState::kOvertaken;
    return Find(each.stamp.at, each.body.objective, "target-overtaken", "warning",
                "an amendment changed the target before this proposal took effect; it has none");
  }
  each.state = act ? TargetState::kCountersigned : TargetState::kDeemedAccepted;
  each.accepted = act;
  each.took_effect = time;
  each.applies_from = each.body.effective;
  const Rule* rule = TargetRuleOf(*version->terms, objective->id, each.rule);
  if (rule != nullptr && each.by_formula && rule->choices.Is("applies from", "acceptance")) {
    each.applies_from = std::max(each.applies_from, time);
  }
  const auto index = static_cast<size_t>(&each - book_.cases_.data());
  book_.in_effect_.push_back(index);
  for (const TermsVersion* any : file_.versions()) {
    const Objective* original = ObjectiveIn(*any, each.body.objective);
    if (original == nullptr || !Same(original->target, each.written)) continue;
    book_.copies_.push_back(
        {original, index, std::make_unique<const Objective>(WithTarget(*original, each.now))});
  }
  for (TargetCase& other : book_.cases_) {
    if (other.state != TargetState::kWaiting || other.body.objective != each.body.objective) {
      continue;
    }
    other.state = TargetState::kOvertaken;
    Find(other.stamp.at, other.body.objective, "target-overtaken", "warning",
         absl::StrCat("another target took effect first, proposed in record ",
                      each.stamp.at.ToText(), "; this proposal has no effect"));
  }
}

absl::Status TargetWeigher::NoteDue() {
  const Moment now{{file_.axes().size + 1, 0}, file_.axes().knowledge};
  const TermsVersion* version = VersionAt(now);
  if (version == nullptr) return absl::OkStatus();
  for (const Objective& objective : version->terms->objectives) {
    for (const Rule& rule : version->terms->rules) {
      if (TargetRuleOf(*version->terms, objective.id, rule.id) != &rule) continue;
      TargetDue due;
      due.objective = objective.id;
      due.rule = rule.id;
      due.unit = UnitOf(objective);
      std::vector<ledger::EventAddress> closings;
      TALLY_ASSIGN_OR_RETURN(due.figure, FigureAt(now, objective, rule, &closings));
      const TargetCase* newest = Newest(objective);
      due.target = newest == nullptr ? objective.target : newest->now;
      due.proposed =
          std::any_of(book_.cases_.begin(), book_.cases_.end(), [&](const TargetCase& each) {
            return each.state == TargetState::kWaiting && each.by_formula &&
                   each.body.objective == objective.id && each.now.percent == due.figure.level;
          });
      if (due.figure.state == FigureState::kReady && !due.proposed) {
        book_.findings_.push_back(
            {.kind = "target-due",
             .severity = "note",
             .objective = objective.id,
             .at = std::nullopt,
             .message =
                 absl::StrCat("rule ", rule.id, " gives ", LevelText(due.figure.level, due.unit),
                              ": ", due.figure.text, "; nobody has proposed it yet")});
      }
      book_.due_.push_back(std::move(due));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<TargetBook> TargetWeigher::Run() {
  book_.acts_ = &file_.acts();
  book_.status_ = file_.axes().status();
  book_.findings_ = file_.target_acts().findings();
  book_.cases_.reserve(file_.target_acts().acts().size());  // TakeEffect keeps indices, not places
  for (const TargetAct& act : file_.target_acts().acts()) {
    Expire(act.stamp.time);
    if (const auto* proposal = std::get_if<TargetProposal>(&act.what)) {
      TALLY_RETURN_IF_ERROR(Propose(act, *proposal));
    } else {
      Answer(act, std::get<TargetAnswer>(act.what));
    }
  }
  Expire(file_.axes().knowledge);
  TALLY_RETURN_IF_ERROR(NoteDue());
  for (const TargetCase& each : book_.cases_) {
    const std::string text = TargetText(each.now, each.unit);
    if (each.state == TargetState::kWaiting) {
      Find(each.stamp.at, each.body.objective, "target-pending", "note",
           absl::StrCat(text, ", proposed by ", each.proposed_by, ", waits for the answer of ",
                        each.answered_by,
                        each.answer_due ? absl::StrCat(" until ", FormatInstant(*each.answer_due))
                                        : std::string()));
    }
    if (!each.InEffect()) continue;
    Find(each.stamp.at, each.body.objective, "target-adjusted", "note",
         absl::StrCat(text, " for windows from ", FormatInstant(each.applies_from), " on, ",
                      TargetStateName(each.state), " ", FormatInstant(each.took_effect)));
  }
  return std::move(book_);
}

}  // namespace tally::replay
