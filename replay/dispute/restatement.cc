// A proposal is weighed by one ladder: by whom, under which terms, about which closing, in time;
// the first step that fails is why it has no effect. Its answers are read in log order.
#include "replay/dispute/restatement.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "replay/dispute/calendar.h"
#include "replay/dispute/timer.h"
#include "replay/terms/exclusion.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr int64_t kProposalDaysMax = 36'600;  // a century: a longer time never ends

const Rule* RuleOf(const Terms& terms, const Objective& objective) {
  for (const Rule& rule : terms.rules) {
    if (rule.kind == "restatement" && HoldsFor(rule, objective.id)) return &rule;
  }
  return nullptr;
}

class RestatementWeighing {
 public:
  RestatementWeighing(const AgreementFold& agreement, const RestatementQuestion& question)
      : agreement_(agreement),
        question_(question),
        rule_(RuleOf(*question.version->terms, *question.objective)) {}

  absl::StatusOr<RestatementStanding> Weigh(const RestatementCase& each) const {
    RestatementStanding standing;
    standing.restatement = &each;
    standing.why = WhyNot(each);
    if (!standing.why.empty()) {
      standing.state = "without effect";
      return standing;
    }
    standing.answer_by = agreement_.NameOf(OtherSide(each));
    if (rule_ != nullptr) {
      TALLY_ASSIGN_OR_RETURN(const Timer timer, TimerOf(rule_->choices, *question_.calendars));
      TALLY_ASSIGN_OR_RETURN(standing.answer_due, DueBy(timer, *question_.zone, each.stamp.time));
    }
    Decide(each, standing);
    return standing;
  }

 private:
  const StreamId* PartyOf(const std::string& role) const {
    return question_.version->PartyOfRole(role);
  }
  bool IsSide(const StreamId& party) const {
    const StreamId* obligor = PartyOf(question_.objective->obligor);
    const StreamId* obligee = PartyOf(question_.objective->obligee);
    return (obligor != nullptr && *obligor == party) || (obligee != nullptr && *obligee == party);
  }
  StreamId OtherSide(const RestatementCase& each) const {
    const StreamId* obligor = PartyOf(question_.objective->obligor);
    const StreamId* obligee = PartyOf(question_.objective->obligee);
    TALLY_CHECK(obligor != nullptr && obligee != nullptr);  // checked when terms were admitted
    return *obligor == each.stamp.author ? *obligee : *obligor;
  }

  std::string WhyNot(const RestatementCase& each) const {
    if (!IsSide(each.stamp.author)) return "its author is no side of the objective";
    if (question_.version->terms->disputes.late_evidence != LateEvidence::kRestatementProposed) {
      return "the terms do not let the parties restate closed windows";
    }
    if (question_.closing == nullptr || question_.closing->stamp.at > each.stamp.at) {
      return "the window was not closed when it was proposed";
    }
    if (question_.closing->body.figures != each.body.closed) {
      return "it names other figures than those of the closing in force";
    }
    if (each.body.size < question_.closing->body.size) {
      return "it leaves out records that the closing rests on";
    }
    if (each.body.size > each.stamp.at.index) return "it cites records that were not there yet";
    if (rule_ == nullptr) return "";
    const Instant due = *ProposedBefore(*question_.version->terms, *question_.objective,
                                        *question_.zone, question_.closing->stamp.time);
    if (each.stamp.time < due) return "";
    return absl::StrCat("proposed ", FormatInstant(each.stamp.time), ", in time before ",
                        FormatInstant(due), " (rules/", rule_->id, ")");
  }

  // What both signed counts whenever the second did; a contest only while there is time.
  void Decide(const RestatementCase& each, RestatementStanding& standing) const {
    const bool silence_accepts =
        rule_ != nullptr && rule_->choices.Is("silence", "deemed accepted");
    const bool replaced = each.replaced.has_value() && each.replaced->recorded <= Knowledge();
    const Instant until = replaced ? each.replaced->time : Knowledge();
    const bool ended = standing.answer_due.has_value() && *standing.answer_due <= until;
    const RestatementAnswer* contest = nullptr;
    for (const RestatementAnswer& answer : each.answers) {
      if (answer.stamp.author != OtherSide(each) || answer.stamp.recorded > Knowledge()) continue;
      if (answer.accepts) {
        const bool silent = silence_accepts && ended && contest == nullptr &&
                            answer.stamp.time >= *standing.answer_due;
        if (silent) {
          standing.said_later = answer.stamp;
          break;
        }
        standing.state = "accepted";
        standing.effective = answer.stamp;
        return;
      }
      const bool late = standing.answer_due.has_value() && silence_accepts &&
                        answer.stamp.time >= *standing.answer_due;
      if (contest == nullptr && !late) contest = &answer;
    }
    if (contest != nullptr) {
      standing.state = "contested";
    } else if (!ended) {
      standing.state = replaced ? "replaced" : "proposed";
    } else if (!silence_accepts) {
      standing.state = "deemed rejected";
    } else {
      standing.state = "deemed accepted";
      standing.effective = each.stamp;
      standing.effective->time = *standing.answer_due;
    }
  }
  Instant Knowledge() const { return question_.knowledge; }

  const AgreementFold& agreement_;
  const RestatementQuestion& question_;
  const Rule* rule_;
};

}  // namespace

std::optional<Instant> ProposedBefore(const Terms& terms, const Objective& objective,
                                      const Zone& zone, Instant closed) {
  const Rule* rule = RuleOf(terms, objective);
  if (rule == nullptr) return std::nullopt;
  const int64_t days = std::min(rule->choices.Count("propose within"), kProposalDaysMax);
  return DueAfterAct(zone, closed, static_cast<uint32_t>(days));
}

RestatementProposed RestatementBody(const WindowClosed& closed, const WindowClosed& now,
                                    std::string reason) {
  RestatementProposed body;
  body.window = closed.window;
  body.terms_hash = now.terms_hash;
  body.size = now.size;
  body.knowledge = now.knowledge;
  body.closed = closed.figures;
  body.figures = now.figures;
  body.verdict = now.verdict;
  body.value = now.value;
  body.credit = now.credit;
  body.reason = std::move(reason);
  return body;
}

bool RestatementFold::Reads(BodyKind kind) {
  return kind == BodyKind::kRestatementProposed || kind == BodyKind::kRestatementAccepted ||
         kind == BodyKind::kRestatementContested;
}

ActStamp RestatementFold::StampOf(const Fact& fact) {
  // Never as history: it is about a closing, which this ledger made.
  return replay::StampOf(fact, agreement_, findings_);
}

RestatementCase* RestatementFold::AnsweredBy(const Fact& fact) {
  for (RestatementCase& each : cases_) {
    if (each.digest == fact.header().answers) return &each;
  }
  return nullptr;
}

void RestatementFold::Apply(const Fact& fact) {
  if (!Reads(fact.kind())) return;
  if (!MayBeHeard(fact, findings_) || !IsByParty(fact, agreement_, findings_)) return;
  const auto unreadable = [&](const absl::Status& status) {
    findings_.push_back(
        FindingAbout(fact, "act-unreadable", "error", std::string(status.message())));
  };
  if (fact.kind() == BodyKind::kRestatementProposed) return Propose(fact);
  if (fact.kind() == BodyKind::kRestatementAccepted) {
    absl::StatusOr<RestatementAccepted> body = DecodeRestatementAccepted(fact.event->body);
    return body.ok() ? Answer(fact, body->figures, true) : unreadable(body.status());
  }
  absl::StatusOr<RestatementContested> body = DecodeRestatementContested(fact.event->body);
  return body.ok() ? Answer(fact, body->figures, false) : unreadable(body.status());
}

void RestatementFold::Propose(const Fact& fact) {
  RestatementCase* earlier = AnsweredBy(fact);
  if (earlier != nullptr && earlier->stamp.author == fact.header().author) {
    earlier->replaced = LedgerStamp(fact);
  }
  absl::StatusOr<RestatementProposed> body = DecodeRestatementProposed(fact.event->body);
  if (!body.ok()) {
    findings_.push_back(
        FindingAbout(fact, "act-unreadable", "error", std::string(body.status().message())));
    return;
  }
  cases_.push_back({.stamp = StampOf(fact),
                    .digest = fact.event->digest,
                    .id = fact.header().id.has_value() ? fact.header().id->ToHex() : "",
                    .body = *std::move(body),
                    .answers = {}});
}

void RestatementFold::Answer(const Fact& fact, const Hash& figures, bool accepts) {
  RestatementCase* answered = AnsweredBy(fact);
  if (answered == nullptr) {
    findings_.push_back(FindingAbout(fact, "restatement-of-nothing", "error",
                                     "it answers no proposed restatement; it has no effect"));
    return;
  }
  if (answered->body.figures != figures) {
    findings_.push_back(
        FindingAbout(fact, "restatement-other-figures", "error",
                     absl::StrCat("it names the figures ", figures.ToHex(), ", the proposal ",
                                  answered->body.figures.ToHex(), "; it has no effect")));
    return;
  }
  answered->answers.push_back({.stamp = StampOf(fact), .accepts = accepts});
}

absl::StatusOr<std::vector<RestatementStanding>> RestatementsOf(
    const RestatementFold& fold, const AgreementFold& agreement, const WindowName& window,
    const RestatementQuestion& question) {
  std::vector<RestatementStanding> all;
  const RestatementWeighing weighing(agreement, question);
  for (const RestatementCase& each : fold.cases()) {
    if (each.body.window != window || each.stamp.recorded > question.knowledge) continue;
    TALLY_ASSIGN_OR_RETURN(RestatementStanding standing, weighing.Weigh(each));
    all.push_back(std::move(standing));
  }
  return all;
}

absl::StatusOr<bool> AnswerTimeEnded(const RestatementFold& fold, const TermsVersion& version,
                                     const Zone& zone, const CalendarBook& calendars, Instant then,
                                     Instant now) {
  for (const Rule& rule : version.terms->rules) {
    if (rule.kind != "restatement") continue;
    TALLY_ASSIGN_OR_RETURN(const Timer timer, TimerOf(rule.choices, calendars));
    for (const RestatementCase& each : fold.cases()) {
      TALLY_ASSIGN_OR_RETURN(const Instant due, DueBy(timer, zone, each.stamp.time));
      if (then < due && due <= now) return true;
    }
  }
  return false;
}

namespace {

// The first that silence accepted in vain, in the order in which they count; nullptr: none is left.
RestatementStanding* OvertakenByAnother(std::vector<RestatementStanding>& restatements) {
  std::vector<RestatementStanding*> counting;
  for (RestatementStanding& each : restatements) {
    if (each.effective.has_value()) counting.push_back(&each);
  }
  std::sort(counting.begin(), counting.end(),
            [](const RestatementStanding* a, const RestatementStanding* b) {
              return std::tie(a->effective->time, a->effective->at) <
                     std::tie(b->effective->time, b->effective->at);
            });
  const RestatementStanding* standing = nullptr;
  bool signed_by_both = false;
  for (RestatementStanding* each : counting) {
    const bool by_both = each->state == "accepted";
    const bool before =
        standing != nullptr && each->restatement->stamp.time < standing->effective->time;
    if (!by_both && (signed_by_both || before)) return each;
    standing = each;
    signed_by_both = signed_by_both || by_both;
  }
  return nullptr;
}

}  // namespace

// It counts all the same where both said so later.
void Overtake(RestatementStanding& each, absl::string_view why) {
  if (each.said_later.has_value()) {
    each.state = "accepted";
    each.effective = each.said_later;
    return;
  }
  each.state = "overtaken";
  each.why = std::string(why);
  each.effective.reset();
}

void DropOvertaken(std::vector<RestatementStanding>& restatements) {
  while (RestatementStanding* each = OvertakenByAnother(restatements)) {
    Overtake(*each, "another restatement counts");
  }
}

const RestatementStanding* InForce(const std::vector<RestatementStanding>& restatements) {
  const RestatementStanding* newest = nullptr;
  for (const RestatementStanding& each : restatements) {
    if (!each.effective.has_value()) continue;
    if (newest == nullptr || newest->effective->time <= each.effective->time) newest = &each;
  }
  return newest;
}

}  // namespace tally::replay
