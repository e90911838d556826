// One walk over three lists that are in log order already, and an index of who answered what, made
// once for a matter: whoever says the same a thousand times makes each of the two longer, and no
// step of them.
#include "replay/dispute/matter_decisions.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "replay/dispute/calendar.h"

namespace tally::replay {
namespace {

constexpr int64_t kSilenceDaysMax = 36'600;  // a century: longer silence says nothing more

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
  const int64_t days = std::min(authority.choices.Count("days of silence"), kSilenceDaysMax);
  return DueAfterAct(zone, proposal.stamp.time, static_cast<uint32_t>(days));
}

// Which proposal each answer is about, and which answers each proposal had.
class MatterDecisions::Hearing {
 public:
  Hearing(const MatterDecisions& rules, const Matter& matter) : rules_(rules) {
    auto proposal = matter.proposals.begin();
    const TimeProposal* newest = nullptr;
    for (const TimeAnswer& answer : matter.answers) {
      for (; proposal != matter.proposals.end() && proposal->stamp.at < answer.stamp.at;
           ++proposal) {
        if (!rules.IsHeard(*proposal)) continue;
        newest = &*proposal;
        named_.emplace(proposal->digest, newest);
      }
      Take(answer, answer.answers.IsZero() ? newest : Named(answer.answers));
    }
    for (; proposal != matter.proposals.end(); ++proposal) {
      if (rules.IsHeard(*proposal)) named_.emplace(proposal->digest, &*proposal);
    }
  }

  // A proposal that is heard; nullptr: there is none of that digest.
  const TimeProposal* Named(const Hash& digest) const {
    const auto found = named_.find(digest);
    return found == named_.end() ? nullptr : found->second;
  }
  // What an answer of the other side is about; nullptr: nothing, or it is nobody's to say.
  const TimeProposal* AnsweredBy(const TimeAnswer& answer) const {
    const auto found = answered_.find(&answer);
    return found == answered_.end() ? nullptr : found->second;
  }
  // The first by which the other side agrees to it.
  const TimeAnswer* AgreementOn(const TimeProposal& proposal) const {
    const auto found = agreed_.find(&proposal);
    return found == agreed_.end() ? nullptr : found->second;
  }
  // The first after it, else the first that answered something before it.
  const TimeAnswer* ContestOf(const TimeProposal& proposal) const {
    const TimeAnswer* after = nullptr;
    const TimeAnswer* carried = nullptr;
    const auto keep = [](const TimeAnswer*& first, const TimeAnswer* each) {
      if (first == nullptr || each->stamp.at < first->stamp.at) first = each;
    };
    for (const auto& [author, contests] : contests_) {
      if (author == proposal.stamp.author) continue;
      const auto next =
          std::upper_bound(contests.all.begin(), contests.all.end(), proposal.stamp.at,
                           [](const ledger::EventAddress& at, const TimeAnswer* each) {
                             return at < each->stamp.at;
                           });
      if (next != contests.all.end()) keep(after, *next);
      if (contests.answering != nullptr) keep(carried, contests.answering);
    }
    return after != nullptr ? after : carried;
  }

 private:
  struct Contests {
    std::vector<const TimeAnswer*> all;     // in log order
    const TimeAnswer* answering = nullptr;  // the first that is about a proposal
  };

  void Take(const TimeAnswer& answer, const TimeProposal* about) {
    const StreamId& author = answer.stamp.author;
    if (!rules_.Known(answer.stamp) || !rules_.IsSide(author)) return;
    if (about != nullptr && about->stamp.author != author) {
      answered_.emplace(&answer, about);
      if (answer.agrees) agreed_.emplace(about, &answer);  // the first
    }
    if (answer.agrees) return;
    Contests& contests = contests_[author];
    contests.all.push_back(&answer);
    if (contests.answering == nullptr && about != nullptr) contests.answering = &answer;
  }

  const MatterDecisions& rules_;
  std::map<Hash, const TimeProposal*> named_;
  std::map<const TimeAnswer*, const TimeProposal*> answered_;
  std::map<const TimeProposal*, const TimeAnswer*> agreed_;
  std::map<StreamId, Contests> contests_;  // by those who are sides
};

// The state of a matter while its acts are taken one by one.
class MatterDecisions::Walk {
 public:
  Walk(const MatterDecisions& rules, const Matter& matter)
      : rules_(rules),
        matter_(matter),
        hearing_(rules, matter),
        corrected_(rules.Corrections(matter)) {}

  StandingProposal Run() {
    auto proposal = matter_.proposals.begin();
    auto answer = matter_.answers.begin();
    auto determination = matter_.determinations.begin();
    auto taken_back = matter_.taken_back.begin();
    const auto next = [](auto at, const auto& list) {
      return at == list.end() ? ledger::EventAddress{UINT64_MAX, 0} : at->stamp.at;
    };
    while (true) {
      const ledger::EventAddress first = next(proposal, matter_.proposals);
      const ledger::EventAddress second = next(answer, matter_.answers);
      const ledger::EventAddress third = next(determination, matter_.determinations);
      const ledger::EventAddress fourth = next(taken_back, matter_.taken_back);
      const ledger::EventAddress now = std::min({first, second, third, fourth});
      if (now.index == UINT64_MAX) break;
      if (now == fourth) {  // before the proposal that takes back, which is the same act
        TakeBack(*taken_back++);
      } else if (now == first) {
        Propose(*proposal++);
      } else if (now == second) {
        Hear(*answer++);
      } else {
        Determine(*determination++);
      }
    }
    if (!best_.decision.has_value() && best_.proposal != nullptr) {
      best_.decision = rules_.Deemed(hearing_, *best_.proposal, rules_.question_.knowledge);
    }
    return std::move(best_);
  }

 private:
  void Propose(const TimeProposal& proposal) {
    if (!rules_.IsHeard(proposal) || !proposal.answers.IsZero()) return;
    if (best_.decision.has_value()) return;
    if (best_.proposal != nullptr) {
      best_.decision = rules_.Deemed(hearing_, *best_.proposal, proposal.stamp.time);
    }
    if (!best_.decision.has_value()) best_.proposal = &proposal;
  }

  void TakeBack(const Matter::TakenBack& each) {
    if (!rules_.Known(each.stamp)) return;
    taken_back_.insert(each.proposal);
    const bool stands = best_.proposal != nullptr && !best_.decision.has_value() &&
                        best_.proposal->digest == each.proposal;
    if (!stands) return;
    best_.decision = rules_.Deemed(hearing_, *best_.proposal, each.stamp.time);
    if (!best_.decision.has_value()) best_.proposal = nullptr;
  }

  void Hear(const TimeAnswer& answer) {
    const TimeProposal* proposal = hearing_.AnsweredBy(answer);
    if (proposal == nullptr) return;
    if (!answer.agrees) {
      contested_ = proposal;
      return;
    }
    const bool first = hearing_.AgreementOn(*proposal) == &answer;
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
    if (!rules_.IsHeard(each)) return;
    const auto corrected = corrected_.find(each.digest);
    const int height = rules_.authority_.HeightOf(each.rank);
    if (corrected != corrected_.end() && corrected->second >= height) return;
    const TimeProposal* proposal = best_.proposal;
    Extent extent = each.extent;
    const bool by_name = each.answers.IsZero() && !best_.decision.has_value();
    if (const TimeProposal* named = hearing_.Named(each.answers)) {
      proposal = named;
    } else if (by_name && contested_ != nullptr) {
      if (taken_back_.count(contested_->digest) == 0) {
        proposal = contested_;
      } else if (extent.empty()) {
        extent = PartsOf(*contested_);
      }
    }
    if (proposal == nullptr) return;
    Decide(*proposal, {.rank = each.rank,
                       .at = each.stamp.at,
                       .time = each.stamp.time,
                       .rejected = each.admission == Admission::kRejected,
                       .responsible = each.responsible,
                       .extent = std::move(extent),
                       .how = absl::StrCat(std::string(each.how), " by the ",
                                           std::string(RankName(each.rank)))});
  }
  static Extent PartsOf(const TimeProposal& proposal) {
    return proposal.extent.empty() ? Extent{proposal.interval} : proposal.extent;
  }

  void Decide(const TimeProposal& proposal, Decision decision) {
    if (best_.decision.has_value() && !rules_.Prevails(decision, *best_.decision)) return;
    best_ = {&proposal, std::move(decision)};
  }

  const MatterDecisions& rules_;
  const Matter& matter_;
  const Hearing hearing_;
  const std::map<Hash, int> corrected_;  // rulings, by the height of what corrects them
  StandingProposal best_;
  const TimeProposal* contested_ = nullptr;  // what the other side last said no to
  std::set<Hash> taken_back_;
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

bool MatterDecisions::IsHeard(const TimeDetermination& determination) const {
  return HeightOf(determination.stamp, determination.rank, determination.then).has_value();
}

std::optional<int> MatterDecisions::HeightOf(const ActStamp& stamp, DecisionRank rank,
                                             const TermsVersion* then) const {
  const bool may_speak =
      Known(stamp) && InOffice(*question_.version, then, *question_.objective, stamp.author);
  return may_speak ? authority_.OnTime(stamp.author, rank) : std::nullopt;
}

const Matter::Corrected* MatterDecisions::CorrectedSinceClosing(const Matter& matter) const {
  std::map<Hash, int> ruled;  // by height
  for (const TimeDetermination& each : matter.determinations) {
    const std::optional<int> height = HeightOf(each.stamp, each.rank, each.then);
    if (height.has_value()) ruled.emplace(each.digest, *height);
  }
  const Matter::Corrected* newest = nullptr;
  for (const Matter::Corrected& each : matter.corrected) {
    const std::optional<int> height = HeightOf(each.stamp, each.rank, each.then);
    const auto found = ruled.find(each.ruling);
    const bool took_back = height.has_value() && found != ruled.end() && found->second <= *height;
    if (took_back && AfterClosing(each.stamp.at)) newest = &each;
  }
  return newest;
}

std::map<Hash, int> MatterDecisions::Corrections(const Matter& matter) const {
  std::map<Hash, int> highest;
  for (const Matter::Corrected& each : matter.corrected) {
    const std::optional<int> height = HeightOf(each.stamp, each.rank, each.then);
    if (!height.has_value()) continue;
    int& known = highest.emplace(each.ruling, *height).first->second;
    known = std::max(known, *height);
  }
  return highest;
}

bool MatterDecisions::IsOtherSide(const StreamId& party, const TimeProposal& proposal) const {
  return IsSide(party) && party != proposal.stamp.author;
}

const TimeAnswer* MatterDecisions::ContestOf(const Matter& matter,
                                             const TimeProposal& proposal) const {
  return Hearing(*this, matter).ContestOf(proposal);
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
std::optional<Decision> MatterDecisions::Deemed(const Hearing& hearing,
                                                const TimeProposal& proposal, Instant by) const {
  const std::optional<Instant> due = SilenceOn(proposal);
  if (!due.has_value() || Opposed(proposal, hearing.ContestOf(proposal))) return std::nullopt;
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
  const Hearing hearing(*this, matter);
  for (const TimeProposal& each : matter.proposals) {
    if (!IsHeard(each)) continue;
    heard.push_back(each.stamp.at);
    if (const TimeAnswer* agreed = hearing.AgreementOn(each)) heard.push_back(agreed->stamp.at);
    const TimeAnswer* contest = hearing.ContestOf(each);
    if (contest != nullptr && Opposed(each, contest)) heard.push_back(contest->stamp.at);
  }
  for (const TimeDetermination& each : matter.determinations) {
    if (IsHeard(each)) heard.push_back(each.stamp.at);
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
