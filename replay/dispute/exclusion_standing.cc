// One matter at a time: which proposal stands, who answered it, which decisions there are, and
// which of them prevails.
#include "replay/dispute/exclusion_standing.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "replay/dispute/calendar.h"
#include "replay/terms/availability.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

enum class Side { kNone, kObligor, kObligee };

struct Decision {
  DecisionRank rank = DecisionRank::kUnset;
  bool replaces = false;  // a joint act that names the decision it replaces
  ledger::EventAddress at = {};
  Instant time = {};
  bool rejected = false;
  std::string responsible = {};  // attributions
  Extent extent = {};            // none: as proposed
  std::string how = {};          // "agreed", "ruled by the arbitrator"
  // By silence or burden of proof alone: nobody looked at what is said.
  bool unexamined() const { return rank < DecisionRank::kJoint; }
};

Cause CauseOf(const ledger::EventAddress& at) { return {at.index, at.offset}; }

const Rule* RuleOf(const TimeQuestion& question, absl::string_view kind) {
  for (const Rule& rule : question.version->terms->rules) {
    if (rule.kind == kind && HoldsFor(rule, question.objective->id)) return &rule;
  }
  return nullptr;
}

constexpr int64_t kDaysMax = 36'600;  // a century: longer silence says nothing more

bool SilenceAccepts(const Rule& rule) {
  return rule.choices.Is("deemed acceptance", "after days of silence");
}
Instant EndOfSilence(const Rule& rule, const Zone& zone, const TimeProposal& proposal) {
  int64_t days = std::min(rule.choices.Count("days of silence"), kDaysMax);
  return DueAfterAct(zone, proposal.stamp.time, static_cast<uint32_t>(days));
}

class Weighing {
 public:
  explicit Weighing(const TimeQuestion& question)
      : question_(question),
        rule_(RuleOf(question, "decision authority")),
        burden_(RuleOf(question, "burden of proof")),
        suppliers_(RuleOf(question, "third parties")),
        mitigation_(RuleOf(question, "mitigation")) {}

  void Weigh(const Matter& matter, const std::vector<WorkAround>& work_arounds,
             DecidedTime& decided) const {
    const TimeProposal* proposal = Standing(matter);
    if (proposal == nullptr) return NoteAlleged(matter, decided);
    const std::optional<Decision> winner = Prevailing(matter, *proposal);
    const Admitting admitting{matter, *proposal, work_arounds};
    if (winner.has_value()) return Admit(admitting, *winner, decided);
    const TimeAnswer* contest = ContestOf(matter, *proposal);
    bool late = AfterClosing(proposal->stamp.at);
    if (contest != nullptr && !contest->extent.empty()) {
      Decision conceded{.rank = DecisionRank::kJoint,
                        .at = contest->stamp.at,
                        .time = contest->stamp.time,
                        .responsible = proposal->responsible,
                        .extent = contest->extent,
                        .how = "conceded"};
      if (!AfterClosing(conceded.at)) Admit(admitting, conceded, decided);
    }
    if (!late) LeaveOpen(admitting, contest, decided);
  }

  MatterStanding StandingOf(const Matter& matter,
                            const std::vector<WorkAround>& work_arounds) const {
    MatterStanding standing;
    DecidedTime decided;
    Weigh(matter, work_arounds, decided);
    for (const AdmittedTime& time : decided.admitted) standing.out.push_back(time.interval);
    standing.heard = HeardOn(matter);
    const TimeProposal* proposal = Standing(matter);
    if (proposal == nullptr) {
      if (!decided.noted.empty()) standing.state = "alleged";
      return standing;
    }
    const TimeAnswer* contest = ContestOf(matter, *proposal);
    const std::optional<Decision> winner = Prevailing(matter, *proposal);
    standing.state = contest != nullptr ? "contested" : "proposed";
    if (winner.has_value()) {
      standing.state = StateOf(*winner);
      standing.by = winner->at;
    }
    const bool silent = !winner.has_value() || winner->rank == DecisionRank::kDeemed;
    if (silent && !Opposed(*proposal, contest)) standing.silence_ends = SilenceOn(*proposal);
    return standing;
  }

  bool IsAbout(const std::vector<std::string>& objectives) const {
    return objectives.empty() || std::find(objectives.begin(), objectives.end(),
                                           question_.objective->id) != objectives.end();
  }
  Side SideOf(const StreamId& party) const {
    const StreamId* obligor = question_.version->PartyOfRole(question_.objective->obligor);
    const StreamId* obligee = question_.version->PartyOfRole(question_.objective->obligee);
    if (obligor != nullptr && *obligor == party) return Side::kObligor;
    return obligee != nullptr && *obligee == party ? Side::kObligee : Side::kNone;
  }

 private:
  struct Admitting {
    const Matter& matter;
    const TimeProposal& proposal;
    const std::vector<WorkAround>& work_arounds;
  };

  // Undecided: whoever bears the burden of proof has not met it.
  void LeaveOpen(const Admitting& admitting, const TimeAnswer* contest,
                 DecidedTime& decided) const {
    const auto& [matter, proposal, work_arounds] = admitting;
    OpenMatter open{proposal.interval, TextOf(matter, proposal), {CauseOf(proposal.stamp.at)}};
    absl::StrAppend(&open.reason, contest != nullptr ? ", contested" : ", proposed");
    if (contest != nullptr) open.acts.push_back(CauseOf(contest->stamp.at));
    Decision presumed{.rank = DecisionRank::kProposal,
                      .at = proposal.stamp.at,
                      .time = proposal.stamp.time,
                      .responsible = proposal.responsible,
                      .how = "not disproved by the obligee, who bears the burden of proof,"};
    absl::string_view kind = matter.kind == MatterKind::kExclusion ? "exclusion" : "attribution";
    bool out = burden_ != nullptr && burden_->choices.Is(kind, "obligee") &&
               TakesOut(matter, proposal, presumed);
    if (out) {
      Admit(admitting, presumed, decided);
      absl::StrAppend(&open.reason, ", not decided: the obligee bears the burden of proof (rules/",
                      burden_->id, "), so the time is out and the figure is provisional");
    } else {
      absl::StrAppend(&open.reason, ", not decided: ",
                      burden_ == nullptr
                          ? std::string()
                          : absl::StrCat("burden of proof by rules/", burden_->id, ", "),
                      "the time counts and the figure is provisional");
    }
    decided.open.push_back(std::move(open));
  }

  // What somebody says who is no side of the objective is known, and proposes nothing.
  void NoteAlleged(const Matter& matter, DecidedTime& decided) const {
    for (const TimeProposal& each : matter.proposals) {
      bool alleged = Known(each.stamp) && IsAbout(each.objectives) && each.answers.IsZero() &&
                     SideOf(each.stamp.author) == Side::kNone;
      if (!alleged) continue;
      decided.noted.push_back(
          {each.interval,
           absl::StrCat(TextOf(matter, each),
                        ", alleged by one who is no side of the objective: the time counts"),
           {CauseOf(each.stamp.at)}});
    }
  }

  bool AfterClosing(const ledger::EventAddress& at) const {
    return question_.closed && at >= question_.closed->at;
  }
  bool Known(const ActStamp& stamp) const { return stamp.recorded <= question_.knowledge; }

  std::optional<Decision> Prevailing(const Matter& matter, const TimeProposal& proposal) const {
    std::optional<Decision> winner;
    for (Decision& each : DecisionsOn(matter, proposal)) {
      if (!winner.has_value() || Prevails(each, *winner)) winner = std::move(each);
    }
    return winner;
  }
  static std::string StateOf(const Decision& decision) {
    if (decision.rank == DecisionRank::kDeemed) return "deemed";
    return decision.how.substr(0, decision.how.find(' '));  // "agreed", "ruled by the ..."
  }

  // When silence accepts a proposal; nullopt where the terms never let it.
  std::optional<Instant> SilenceOn(const TimeProposal& proposal) const {
    if (rule_ == nullptr || !SilenceAccepts(*rule_)) return std::nullopt;
    return EndOfSilence(*rule_, *question_.zone, proposal);
  }
  bool Opposed(const TimeProposal& proposal, const TimeAnswer* contest) const {
    const std::optional<Instant> due = SilenceOn(proposal);
    return contest != nullptr && (!due.has_value() || contest->stamp.time < *due);
  }

  // An answer is heard from the other side, the first of its kind, and a contest while there is
  // time; a determination from whoever may decide.
  std::vector<ledger::EventAddress> HeardOn(const Matter& matter) const {
    std::vector<ledger::EventAddress> heard;
    for (const TimeProposal& each : matter.proposals) {
      if (!Known(each.stamp) || !IsAbout(each.objectives)) continue;
      if (SideOf(each.stamp.author) == Side::kNone) continue;
      heard.push_back(each.stamp.at);
      if (const TimeAnswer* agreed = AgreementOn(matter, each)) heard.push_back(agreed->stamp.at);
      const TimeAnswer* contest = ContestOf(matter, each);
      if (contest != nullptr && Opposed(each, contest)) heard.push_back(contest->stamp.at);
    }
    for (const TimeDetermination& each : matter.determinations) {
      if (Known(each.stamp) && MayDecide(each.stamp.author, each.rank)) {
        heard.push_back(each.stamp.at);
      }
    }
    std::sort(heard.begin(), heard.end());
    heard.erase(std::unique(heard.begin(), heard.end()), heard.end());
    return heard;
  }

  // The newest proposal by a side of the objective that is about it.
  const TimeProposal* Standing(const Matter& matter) const {
    const TimeProposal* standing = nullptr;
    for (const TimeProposal& each : matter.proposals) {
      bool heard =
          Known(each.stamp) && IsAbout(each.objectives) && SideOf(each.stamp.author) != Side::kNone;
      // One that would replace a decision stands once it is agreed; till then it changes nothing.
      bool stands = each.answers.IsZero() || AgreementOn(matter, each) != nullptr;
      if (heard && stands) standing = &each;
    }
    return standing;
  }

  bool IsOtherSide(const StreamId& party, const TimeProposal& proposal) const {
    Side side = SideOf(party);
    return side != Side::kNone && side != SideOf(proposal.stamp.author);
  }
  const TimeAnswer* AgreementOn(const Matter& matter, const TimeProposal& proposal) const {
    for (const TimeAnswer& each : matter.answers) {
      bool heard = each.agrees && Known(each.stamp) && proposal.stamp.at < each.stamp.at &&
                   IsOtherSide(each.stamp.author, proposal);
      if (heard) return &each;
    }
    return nullptr;
  }
  const TimeAnswer* ContestOf(const Matter& matter, const TimeProposal& proposal) const {
    for (const TimeAnswer& each : matter.answers) {
      bool heard = !each.agrees && Known(each.stamp) && proposal.stamp.at < each.stamp.at &&
                   IsOtherSide(each.stamp.author, proposal);
      if (heard) return &each;
    }
    return nullptr;
  }

  std::vector<Decision> DecisionsOn(const Matter& matter, const TimeProposal& proposal) const {
    std::vector<Decision> decisions;
    if (const TimeAnswer* agreed = AgreementOn(matter, proposal); agreed != nullptr) {
      decisions.push_back({.rank = DecisionRank::kJoint,
                           .replaces = !proposal.answers.IsZero(),
                           .at = agreed->stamp.at,
                           .time = agreed->stamp.time,
                           .responsible = proposal.responsible,
                           .extent = agreed->extent,
                           .how = "agreed"});
    }
    for (const TimeDetermination& each : matter.determinations) {
      if (!Known(each.stamp) || !MayDecide(each.stamp.author, each.rank)) continue;
      decisions.push_back({.rank = each.rank,
                           .at = each.stamp.at,
                           .time = each.stamp.time,
                           .rejected = each.admission == Admission::kRejected,
                           .responsible = each.responsible,
                           .extent = each.extent,
                           .how = absl::StrCat(std::string(each.how), " by the ",
                                               std::string(RankName(each.rank)))});
    }
    std::erase_if(decisions, [this](const Decision& each) {
      return AfterClosing(each.at) && each.rank < DecisionRank::kExpert;
    });
    if (decisions.empty()) AddDeemed(matter, proposal, decisions);
    return decisions;
  }

  void AddDeemed(const Matter& matter, const TimeProposal& proposal,
                 std::vector<Decision>& decisions) const {
    const std::optional<Instant> due = SilenceOn(proposal);
    if (!due.has_value() || Opposed(proposal, ContestOf(matter, proposal))) return;
    if (question_.knowledge < *due) return;
    if (question_.closed && question_.closed->time < *due) return;
    decisions.push_back({.rank = DecisionRank::kDeemed,
                         .at = proposal.stamp.at,
                         .time = *due,
                         .responsible = proposal.responsible,
                         .how = "deemed accepted"});
  }

  // By role, and never in one's own cause.
  bool MayDecide(const StreamId& party, DecisionRank rank) const {
    if (SideOf(party) != Side::kNone) return false;
    if (rank != DecisionRank::kExpert && rank != DecisionRank::kArbitrator) return false;
    absl::string_view name = rank == DecisionRank::kExpert ? "expert" : "arbitrator";
    if (rule_ != nullptr) {
      return rule_->choices.Has(name) && HoldsRole(party, rule_->choices.Text(name));
    }
    return HoldsRole(party, name) ||
           (rank == DecisionRank::kArbitrator && HoldsRole(party, "arbiter"));
  }
  bool HoldsRole(const StreamId& party, absl::string_view role) const {
    const StreamId* bound = question_.version->PartyOfRole(role);
    if (bound != nullptr) return *bound == party;
    for (const AgreementParty& each : question_.opened->parties) {
      if (each.party == party && absl::string_view(each.role) == role) return true;
    }
    return false;
  }

  int HeightOf(DecisionRank rank) const {
    using enum DecisionRank;
    std::array<DecisionRank, 4> order = {kDeemed, kJoint, kExpert, kArbitrator};
    if (rule_ != nullptr) {
      absl::string_view stated = rule_->choices.Word("order");
      if (stated == "arbitrator over joint agreement over expert") {
        order = {kDeemed, kExpert, kJoint, kArbitrator};
      } else if (stated == "expert over arbitrator over joint agreement") {
        order = {kDeemed, kJoint, kArbitrator, kExpert};
      }
    }
    return static_cast<int>(std::find(order.begin(), order.end(), rank) - order.begin());
  }
  bool Prevails(const Decision& a, const Decision& b) const {
    return std::make_tuple(a.replaces, HeightOf(a.rank), a.at) >
           std::make_tuple(b.replaces, HeightOf(b.rank), b.at);
  }

  // Whether a decision takes time out at all.
  bool TakesOut(const Matter& matter, const TimeProposal& proposal,
                const Decision& decision) const {
    bool exclusion = matter.kind == MatterKind::kExclusion;
    if (exclusion && decision.rejected) return false;
    if (!exclusion && decision.responsible == question_.objective->obligor) return false;
    // An exclusion that somebody agreed or examined stands, whatever its cause.
    return (exclusion && !decision.unexamined()) || !IsOwn(proposal.cause);
  }

  bool IsOwn(CauseClass cause) const {
    bool customer = question_.objective->obligor == "customer";
    if (cause == (customer ? CauseClass::kCustomer : CauseClass::kProvider)) return true;
    bool supplier =
        cause == (customer ? CauseClass::kCustomerSupplier : CauseClass::kProviderSupplier);
    bool third =
        suppliers_ != nullptr && suppliers_->choices.Is("own suppliers", "are third parties");
    return supplier && !third;
  }

  // Since when, by notice, a work-around was possible; the notice that says so first.
  const WorkAround* Mitigated(const Admitting& admitting, const Decision& decision) const {
    const auto& [matter, proposal, work_arounds] = admitting;
    bool covered = mitigation_ != nullptr && (mitigation_->choices.Is("covers", "every cause") ||
                                              proposal.cause == CauseClass::kForceMajeure);
    if (!covered) return nullptr;
    const WorkAround* first = nullptr;
    for (const WorkAround& each : work_arounds) {
      bool heard = each.matter == matter.name && Known(each.stamp) && IsAbout(each.objectives) &&
                   !AfterClosing(each.stamp.at) && MayState(each.stamp.author) &&
                   (decision.unexamined() || decision.at < each.stamp.at);
      if (heard && (first == nullptr || each.since < first->since)) first = &each;
    }
    return first;
  }
  bool MayState(const StreamId& party) const {
    const std::vector<std::string>& roles = mitigation_->choices.Texts("told by");
    return std::any_of(roles.begin(), roles.end(),
                       [&](const std::string& role) { return HoldsRole(party, role); });
  }

  std::string TextOf(const Matter& matter, const TimeProposal& proposal) const {
    std::string text = absl::StrCat(std::string(MatterName(matter.kind)), " \"", matter.name,
                                    "\" (", std::string(CauseName(proposal.cause)));
    if (!proposal.responsible.empty()) absl::StrAppend(&text, ", ", proposal.responsible);
    absl::StrAppend(&text, ")");
    return text;
  }

  void Admit(const Admitting& admitting, const Decision& decision, DecidedTime& decided) const {
    const auto& [matter, proposal, work_arounds] = admitting;
    bool late = AfterClosing(decision.at);
    decided.after_closing = decided.after_closing || late;
    decided.rulings.push_back({.interval = proposal.interval,
                               .time = decision.time,
                               .act = CauseOf(decision.at),
                               .by_authority = decision.rank >= DecisionRank::kExpert,
                               .after_closing = late});
    std::vector<Cause> acts = {CauseOf(proposal.stamp.at)};
    if (decision.at != proposal.stamp.at) acts.push_back(CauseOf(decision.at));
    if (!proposal.incident.empty() && !decision.rejected &&
        decision.rank > DecisionRank::kProposal) {
      decided.incidents.push_back({proposal.incident, Parts(proposal, decision.extent), acts});
    }
    std::string reason = TextOf(matter, proposal);
    if (!decision.responsible.empty() && decision.responsible != proposal.responsible) {
      absl::StrAppend(&reason, ", put down to ", decision.responsible);
    }
    absl::StrAppend(&reason, ", ", decision.rejected ? "rejected, " : "", decision.how, " at ",
                    FormatInstant(decision.time));
    if (!TakesOut(matter, proposal, decision)) {
      absl::StrAppend(&reason, ": the time counts");
      return decided.noted.push_back({proposal.interval, std::move(reason), std::move(acts)});
    }
    Interval reach{Instant::Min(), Instant::Max()};
    if (const WorkAround* cut = Mitigated(admitting, decision); cut != nullptr) {
      reach.limit = cut->since;
      acts.push_back(CauseOf(cut->stamp.at));
      absl::StrAppend(&reason, ", until a work-around was possible at ", FormatInstant(cut->since),
                      " (rules/", mitigation_->id, ")");
    }
    // "To the extent": no decision reaches beyond what was proposed.
    for (const Interval& part : Parts(proposal, decision.extent)) {
      Interval left = Intersection(part, reach);
      if (!left.empty()) decided.admitted.push_back({left, reason, "", acts});
    }
  }
  static std::vector<Interval> Parts(const TimeProposal& proposal, const Extent& extent) {
    std::vector<Interval> proposed =
        proposal.extent.empty() ? std::vector<Interval>{proposal.interval} : proposal.extent;
    if (extent.empty()) return proposed;
    std::vector<Interval> parts;
    for (const Interval& each : proposed) {
      for (const Interval& part : Union(extent, each)) parts.push_back(part);
    }
    return parts;
  }

  const TimeQuestion& question_;
  const Rule* rule_;
  const Rule* burden_;
  const Rule* suppliers_;
  const Rule* mitigation_;
};

}  // namespace

DecidedTime TimeDecided(const ExclusionFold& acts, const TimeQuestion& question) {
  TALLY_CHECK(question.version != nullptr && question.objective != nullptr &&
              question.opened != nullptr && question.zone != nullptr);
  Weighing weighing(question);
  DecidedTime decided;
  for (const Matter& matter : acts.matters()) {
    weighing.Weigh(matter, acts.work_arounds(), decided);
  }
  return decided;
}

MatterStanding StandingOf(const Matter& matter, const ExclusionFold& acts,
                          const TimeQuestion& question) {
  return Weighing(question).StandingOf(matter, acts.work_arounds());
}

bool SilenceEnded(const ExclusionFold& acts, const TermsVersion& version, const Zone& zone,
                  Instant then, Instant now) {
  for (const Rule& rule : version.terms->rules) {
    if (rule.kind != "decision authority" || !SilenceAccepts(rule)) continue;
    for (const Matter& matter : acts.matters()) {
      for (const TimeProposal& proposal : matter.proposals) {
        Instant end = EndOfSilence(rule, zone, proposal);
        if (then < end && end <= now) return true;
      }
    }
  }
  return false;
}

std::vector<Announcement> AnnouncementsFor(const ExclusionFold& acts,
                                           const TimeQuestion& question) {
  Weighing weighing(question);
  std::vector<Announcement> announcements;
  for (const MaintenanceNotice& notice : acts.notices()) {
    bool heard = notice.stamp.recorded <= question.knowledge &&
                 weighing.SideOf(notice.stamp.author) != Side::kNone &&
                 weighing.IsAbout(notice.body.objectives);
    if (heard) {
      announcements.push_back({notice.body, notice.stamp.time, CauseOf(notice.stamp.at)});
    }
  }
  return announcements;
}

}  // namespace tally::replay
