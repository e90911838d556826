// One walk over three lists that are in log order already.
#include "replay/dispute/matter_decisions.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "replay/dispute/calendar.h"

namespace tally::replay {
namespace {

constexpr int64_t kDaysMax = 36'600;  // a century: longer silence says nothing more

const Rule* RuleOf(const TimeQuestion& question) {
  for (const Rule& rule : question.version->terms->rules) {
    if (rule.kind == "decision authority" && HoldsFor(rule, question.objective->id)) return &rule;
  }
  return nullptr;
}

}  // namespace

std::optional<Instant> EndOfSilence(const Rule& authority, const Zone& zone,
                                    const TimeProposal& proposal) {
  if (!authority.choices.Is("deemed acceptance", "after days of silence")) return std::nullopt;
  const int64_t days = std::min(authority.choices.Count("days of silence"), kDaysMax);
  return DueAfterAct(zone, proposal.stamp.time, static_cast<uint32_t>(days));
}

// The state of a matter while its acts are taken one by one.
class MatterDecisions::Walk {
 public:
  Walk(const MatterDecisions& rules, const Matter& matter) : rules_(rules), matter_(matter) {}

  StandingProposal Run() {
    auto proposal = matter_.proposals.begin();
    auto answer = matter_.answers.begin();
    auto determination = matter_.determinations.begin();
    const auto next = [](auto at, const auto& list) {
      return at == list.end() ? ledger::EventAddress{UINT64_MAX, 0} : at->stamp.at;
    };
    while (true) {
      const ledger::EventAddress first = next(proposal, matter_.proposals);
      const ledger::EventAddress second = next(answer, matter_.answers);
      const ledger::EventAddress third = next(determination, matter_.determinations);
      const ledger::EventAddress now = std::min({first, second, third});
      if (now.index == UINT64_MAX) break;
      if (now == first) {
        Propose(*proposal++);
      } else if (now == second) {
        Agree(*answer++);
      } else {
        Determine(*determination++);
      }
    }
    if (!best_.decision.has_value() && best_.proposal != nullptr) {
      best_.decision = rules_.Deemed(matter_, *best_.proposal, rules_.question_.knowledge);
    }
    return std::move(best_);
  }

 private:
  void Propose(const TimeProposal& proposal) {
    if (!rules_.IsHeard(proposal) || !proposal.answers.IsZero()) return;
    if (best_.decision.has_value()) return;
    if (best_.proposal != nullptr) {
      best_.decision = rules_.Deemed(matter_, *best_.proposal, proposal.stamp.time);
    }
    if (!best_.decision.has_value()) best_.proposal = &proposal;
  }

  void Agree(const TimeAnswer& answer) {
    if (!answer.agrees || !rules_.Known(answer.stamp)) return;
    const TimeProposal* proposal = rules_.AnsweredBy(matter_, answer);
    const bool first = proposal != nullptr && rules_.AgreementOn(matter_, *proposal) == &answer;
    if (!first || rules_.AfterClosing(answer.stamp.at)) return;
    Decide(*proposal, {.rank = DecisionRank::kJoint,
                       .replaces = !proposal->answers.IsZero(),
                       .at = answer.stamp.at,
                       .time = answer.stamp.time,
                       .responsible = proposal->responsible,
                       .extent = answer.extent,
                       .how = "agreed"});
  }

  void Determine(const TimeDetermination& each) {
    if (!rules_.Known(each.stamp)) return;
    if (!rules_.authority_.OnTime(each.stamp.author, each.rank).has_value()) return;
    const TimeProposal* proposal = best_.proposal;
    for (const TimeProposal& named : matter_.proposals) {
      if (named.digest == each.answers && rules_.IsHeard(named)) proposal = &named;
    }
    if (proposal == nullptr) return;
    Decide(*proposal, {.rank = each.rank,
                       .at = each.stamp.at,
                       .time = each.stamp.time,
                       .rejected = each.admission == Admission::kRejected,
                       .responsible = each.responsible,
                       .extent = each.extent,
                       .how = absl::StrCat(std::string(each.how), " by the ",
                                           std::string(RankName(each.rank)))});
  }

  void Decide(const TimeProposal& proposal, Decision decision) {
    if (best_.decision.has_value() && !rules_.Prevails(decision, *best_.decision)) return;
    best_ = {&proposal, std::move(decision)};
  }

  const MatterDecisions& rules_;
  const Matter& matter_;
  StandingProposal best_;
};

MatterDecisions::MatterDecisions(const TimeQuestion& question)
    : question_(question),
      authority_(*question.version, *question.objective),
      rule_(RuleOf(question)) {}

StandingProposal MatterDecisions::Standing(const Matter& matter) const {
  return Walk(*this, matter).Run();
}

bool MatterDecisions::IsAbout(const std::vector<std::string>& objectives) const {
  return objectives.empty() || std::find(objectives.begin(), objectives.end(),
                                         question_.objective->id) != objectives.end();
}

bool MatterDecisions::IsHeard(const TimeProposal& proposal) const {
  return Known(proposal.stamp) && IsAbout(proposal.objectives) && IsSide(proposal.stamp.author);
}

bool MatterDecisions::IsOtherSide(const StreamId& party, const TimeProposal& proposal) const {
  return IsSide(party) && party != proposal.stamp.author;
}

const TimeProposal* MatterDecisions::AnsweredBy(const Matter& matter,
                                                const TimeAnswer& answer) const {
  const TimeProposal* newest = nullptr;
  for (const TimeProposal& each : matter.proposals) {
    const bool before = each.stamp.at < answer.stamp.at && IsHeard(each);
    if (before && (answer.answers.IsZero() || answer.answers == each.digest)) newest = &each;
  }
  return newest;
}

const TimeAnswer* MatterDecisions::AgreementOn(const Matter& matter,
                                               const TimeProposal& proposal) const {
  for (const TimeAnswer& each : matter.answers) {
    const bool heard = each.agrees && Known(each.stamp) && IsOtherSide(each.stamp.author, proposal);
    if (heard && AnsweredBy(matter, each) == &proposal) return &each;
  }
  return nullptr;
}

const TimeAnswer* MatterDecisions::ContestOf(const Matter& matter,
                                             const TimeProposal& proposal) const {
  const TimeAnswer* carried = nullptr;
  for (const TimeAnswer& each : matter.answers) {
    if (each.agrees || !Known(each.stamp) || !IsOtherSide(each.stamp.author, proposal)) continue;
    if (proposal.stamp.at < each.stamp.at) return &each;
    if (carried == nullptr && AnsweredBy(matter, each) != nullptr) carried = &each;
  }
  return carried;
}

std::optional<Instant> MatterDecisions::SilenceOn(const TimeProposal& proposal) const {
  if (rule_ == nullptr) return std::nullopt;
  return EndOfSilence(*rule_, *question_.zone, proposal);
}

bool MatterDecisions::Opposed(const TimeProposal& proposal, const TimeAnswer* contest) const {
  const std::optional<Instant> due = SilenceOn(proposal);
  return contest != nullptr && (!due.has_value() || contest->stamp.time < *due);
}

// What silence has decided by an instant.
std::optional<Decision> MatterDecisions::Deemed(const Matter& matter, const TimeProposal& proposal,
                                                Instant by) const {
  const std::optional<Instant> due = SilenceOn(proposal);
  if (!due.has_value() || Opposed(proposal, ContestOf(matter, proposal))) return std::nullopt;
  if (by < *due) return std::nullopt;
  if (question_.closed && question_.closed->time < *due) return std::nullopt;
  return Decision{.rank = DecisionRank::kDeemed,
                  .at = proposal.stamp.at,
                  .time = *due,
                  .responsible = proposal.responsible,
                  .how = "deemed accepted"};
}

// An answer is heard from the other side, the first of its kind, and a contest while there is
// time; a determination from whoever may decide.
std::vector<ledger::EventAddress> MatterDecisions::HeardOn(const Matter& matter) const {
  std::vector<ledger::EventAddress> heard;
  for (const TimeProposal& each : matter.proposals) {
    if (!IsHeard(each)) continue;
    heard.push_back(each.stamp.at);
    if (const TimeAnswer* agreed = AgreementOn(matter, each)) heard.push_back(agreed->stamp.at);
    const TimeAnswer* contest = ContestOf(matter, each);
    if (contest != nullptr && Opposed(each, contest)) heard.push_back(contest->stamp.at);
  }
  for (const TimeDetermination& each : matter.determinations) {
    if (Known(each.stamp) && authority_.OnTime(each.stamp.author, each.rank).has_value()) {
      heard.push_back(each.stamp.at);
    }
  }
  std::sort(heard.begin(), heard.end());
  heard.erase(std::unique(heard.begin(), heard.end()), heard.end());
  return heard;
}

bool MatterDecisions::Prevails(const Decision& a, const Decision& b) const {
  return std::make_tuple(a.replaces, authority_.HeightOf(a.rank), a.at) >
         std::make_tuple(b.replaces, authority_.HeightOf(b.rank), b.at);
}

}  // namespace tally::replay
