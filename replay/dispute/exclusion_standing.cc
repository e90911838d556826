// What a decision about a matter does to the time of one objective; which proposal stands and which
// decision prevails is weighed in matter_decisions.h.
#include "replay/dispute/exclusion_standing.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/dispute/matter_decisions.h"
#include "replay/terms/availability.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

Cause CauseOf(const ledger::EventAddress& at) { return {at.index, at.offset}; }

const Rule* RuleOf(const TimeQuestion& question, absl::string_view kind) {
  for (const Rule& rule : question.version->terms->rules) {
    if (rule.kind == kind && HoldsFor(rule, question.objective->id)) return &rule;
  }
  return nullptr;
}

class Weighing {
 public:
  explicit Weighing(const TimeQuestion& question)
      : question_(question),
        decisions_(question),
        burden_(RuleOf(question, "burden of proof")),
        suppliers_(RuleOf(question, "third parties")),
        mitigation_(RuleOf(question, "mitigation")) {}

  void Weigh(const Matter& matter, const std::vector<WorkAround>& work_arounds,
             DecidedTime& decided) const {
    const auto [proposal, winner] = decisions_.Standing(matter);
    if (proposal == nullptr) return NoteAlleged(matter, decided);
    const Admitting admitting{matter, *proposal, work_arounds};
    if (winner.has_value()) return Admit(admitting, *winner, decided);
    const TimeAnswer* contest = decisions_.ContestOf(matter, *proposal);
    bool late = AfterClosing(proposal->stamp.at);
    // What was conceded of an earlier proposal is not conceded of this one.
    const bool answers_this = contest != nullptr && proposal->stamp.at < contest->stamp.at;
    if (answers_this && !contest->extent.empty()) {
      Decision conceded{.rank = DecisionRank::kJoint,
                        .at = contest->stamp.at,
                        .time = contest->stamp.time,
                        .responsible = proposal->responsible,
                        .extent = contest->extent,
                        .how = "conceded"};
      if (!AfterClosing(conceded.at)) Admit(admitting, conceded, decided);
    }
    if (!late) return LeaveOpen(admitting, contest, decided);
    decided.late.push_back(
        OpenOf(admitting, contest, " after the closing, not decided: the time counts"));
  }

  // The closing rests on a ruling that stands no more, whatever stands in its place.
  void NoteCorrected(const Matter& matter, DecidedTime& decided) const {
    const Matter::Corrected* corrected = decisions_.CorrectedSinceClosing(matter);
    if (corrected == nullptr) return;
    for (const TimeProposal& each : matter.proposals) {
      if (!decisions_.IsAbout(each.objectives) || !decisions_.IsSide(each.stamp.author)) continue;
      decided.after_closing = true;
      decided.rulings.push_back({.interval = each.interval,
                                 .time = corrected->stamp.time,
                                 .act = CauseOf(corrected->stamp.at),
                                 .by_authority = true,
                                 .after_closing = true});
    }
  }

  MatterStanding StandingOf(const Matter& matter,
                            const std::vector<WorkAround>& work_arounds) const {
    MatterStanding standing;
    DecidedTime decided;
    Weigh(matter, work_arounds, decided);
    for (const AdmittedTime& time : decided.admitted) standing.out.push_back(time.interval);
    standing.heard = decisions_.HeardOn(matter);
    const auto [proposal, winner] = decisions_.Standing(matter);
    if (proposal == nullptr) {
      if (!decided.noted.empty()) standing.state = "alleged";
      return standing;
    }
    const TimeAnswer* contest = decisions_.ContestOf(matter, *proposal);
    standing.state = contest != nullptr ? "contested" : "proposed";
    if (winner.has_value()) {
      standing.state = StateOf(*winner);
      standing.by = winner->at;
    }
    const bool silent = !winner.has_value() || winner->rank == DecisionRank::kDeemed;
    if (silent && !decisions_.Opposed(*proposal, contest)) {
      standing.silence_ends = decisions_.SilenceOn(*proposal);
    }
    return standing;
  }

 private:
  struct Admitting {
    const Matter& matter;
    const TimeProposal& proposal;
    const std::vector<WorkAround>& work_arounds;
  };

  OpenMatter OpenOf(const Admitting& admitting, const TimeAnswer* contest,
                    absl::string_view more) const {
    const auto& [matter, proposal, work_arounds] = admitting;
    OpenMatter open{proposal.interval, TextOf(matter, proposal), {CauseOf(proposal.stamp.at)}};
    absl::StrAppend(&open.reason, contest != nullptr ? ", contested" : ", proposed",
                    std::string(more));
    if (contest != nullptr) open.acts.push_back(CauseOf(contest->stamp.at));
    return open;
  }

  // Undecided: whoever bears the burden of proof has not met it.
  void LeaveOpen(const Admitting& admitting, const TimeAnswer* contest,
                 DecidedTime& decided) const {
    const auto& [matter, proposal, work_arounds] = admitting;
    OpenMatter open = OpenOf(admitting, contest, "");
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
      bool alleged = decisions_.Known(each.stamp) && decisions_.IsAbout(each.objectives) &&
                     each.answers.IsZero() && !decisions_.IsSide(each.stamp.author);
      if (!alleged) continue;
      decided.noted.push_back(
          {each.interval,
           absl::StrCat(TextOf(matter, each),
                        ", alleged by one who is no side of the objective: the time counts"),
           {CauseOf(each.stamp.at)}});
    }
  }

  bool AfterClosing(const ledger::EventAddress& at) const { return decisions_.AfterClosing(at); }
  static std::string StateOf(const Decision& decision) {
    if (decision.rank == DecisionRank::kDeemed) return "deemed";
    return decision.how.substr(0, decision.how.find(' '));  // "agreed", "ruled by the ..."
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
      bool heard = each.matter == matter.name && decisions_.Known(each.stamp) &&
                   decisions_.IsAbout(each.objectives) && !AfterClosing(each.stamp.at) &&
                   MayState(each.stamp.author) &&
                   (decision.unexamined() || decision.at < each.stamp.at);
      if (heard && (first == nullptr || each.since < first->since)) first = &each;
    }
    return first;
  }
  bool MayState(const StreamId& party) const {
    const std::vector<std::string>& roles = mitigation_->choices.Texts("told by");
    return std::any_of(roles.begin(), roles.end(), [&](const std::string& role) {
      return decisions_.authority().HoldsRole(party, role);
    });
  }

  std::string TextOf(const Matter& matter, const TimeProposal& proposal) const {
    std::string text = absl::StrCat(std::string(MatterName(matter.kind)), " \"", matter.name,
                                    "\" (", std::string(CauseName(proposal.cause)));
    if (!proposal.responsible.empty()) {
      absl::StrAppend(&text, ", responsible: ", proposal.responsible);
    }
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
    // Both may have thousands of parts, and neither is walked once for each part of the other.
    const std::vector<Interval> reached = Union(extent, {Instant::Min(), Instant::Max()});
    std::vector<Interval> parts;
    for (const Interval& each : proposed) {
      auto next =
          std::partition_point(reached.begin(), reached.end(),
                               [&each](const Interval& part) { return part.limit <= each.first; });
      for (; next != reached.end() && next->first < each.limit; ++next) {
        const Interval part = Intersection(*next, each);
        if (!part.empty()) parts.push_back(part);
      }
    }
    return parts;
  }

  const TimeQuestion& question_;
  MatterDecisions decisions_;
  const Rule* burden_;
  const Rule* suppliers_;
  const Rule* mitigation_;
};

}  // namespace

DecidedTime TimeDecided(const ExclusionFold& acts, const TimeQuestion& question) {
  TALLY_CHECK(question.version != nullptr && question.objective != nullptr &&
              question.zone != nullptr);
  Weighing weighing(question);
  DecidedTime decided;
  for (const Matter& matter : acts.matters()) {
    weighing.Weigh(matter, acts.work_arounds(), decided);
    weighing.NoteCorrected(matter, decided);
  }
  return decided;
}

namespace {

// One side agrees or concedes nothing more of a closed window: a ruling after the closing takes a
// determination, a correction, or silence about a proposal, after it.
bool MayBeDecidedAfterClosing(const Matter& matter, const MatterDecisions& decisions) {
  const auto after = [&decisions](const auto& each) {
    return decisions.AfterClosing(each.stamp.at) && decisions.Known(each.stamp);
  };
  return std::ranges::any_of(matter.determinations, after) ||
         std::ranges::any_of(matter.corrected, after) ||
         std::ranges::any_of(matter.proposals, [&](const TimeProposal& each) {
           return after(each) && decisions.SilenceOn(each).has_value();
         });
}

}  // namespace

std::vector<Ruling> RulingsAfterClosing(const ExclusionFold& acts, const TimeQuestion& question) {
  if (!question.closed.has_value()) return {};
  const MatterDecisions decisions(question);
  Weighing weighing(question);
  DecidedTime decided;
  for (const Matter& matter : acts.matters()) {
    if (!MayBeDecidedAfterClosing(matter, decisions)) continue;
    weighing.Weigh(matter, acts.work_arounds(), decided);
    weighing.NoteCorrected(matter, decided);
  }
  std::erase_if(decided.rulings, [](const Ruling& each) { return !each.after_closing; });
  return std::move(decided.rulings);
}

MatterStanding StandingOf(const Matter& matter, const ExclusionFold& acts,
                          const TimeQuestion& question) {
  return Weighing(question).StandingOf(matter, acts.work_arounds());
}

bool SilenceEnded(const ExclusionFold& acts, const TermsVersion& version, const Zone& zone,
                  Instant then, Instant now) {
  for (const Rule& rule : version.terms->rules) {
    if (rule.kind != "decision authority") continue;
    for (const Matter& matter : acts.matters()) {
      for (const TimeProposal& proposal : matter.proposals) {
        const std::optional<Instant> end = EndOfSilence(rule, zone, proposal);
        if (end.has_value() && then < *end && *end <= now) return true;
      }
    }
  }
  return false;
}

std::vector<Announcement> AnnouncementsFor(const ExclusionFold& acts,
                                           const TimeQuestion& question) {
  const MatterDecisions decisions(question);
  std::vector<Announcement> announcements;
  for (const MaintenanceNotice& notice : acts.notices()) {
    // As for all that one side says: nothing changes a closed window (rule 31).
    const bool heard = decisions.Known(notice.stamp) && decisions.IsSide(notice.stamp.author) &&
                       decisions.IsAbout(notice.body.objectives) &&
                       !decisions.AfterClosing(notice.stamp.at);
    if (heard) {
      announcements.push_back({notice.body, notice.stamp.time, CauseOf(notice.stamp.at)});
    }
  }
  return announcements;
}

std::vector<OpenMatter> AnnouncementsUnheard(const ExclusionFold& acts,
                                             const TimeQuestion& question) {
  const MatterDecisions decisions(question);
  std::vector<OpenMatter> unheard;
  for (const MaintenanceNotice& notice : acts.notices()) {
    if (!decisions.Known(notice.stamp) || !decisions.IsAbout(notice.body.objectives)) continue;
    const bool late = decisions.AfterClosing(notice.stamp.at);
    if (decisions.IsSide(notice.stamp.author) && !late) continue;
    unheard.push_back(
        {notice.body.interval,
         absl::StrCat(AnnouncementText(notice.body, notice.stamp.time), ", not excluded: ",
                      late ? "announced after the window was closed"
                           : "by one who is no side of the objective"),
         {CauseOf(notice.stamp.at)}});
  }
  return unheard;
}

std::string AnnouncementText(const MaintenanceAnnounced& body, Instant announced) {
  return absl::StrCat(std::string(CauseName(body.cause)), " \"", body.name, "\", announced ",
                      FormatInstant(announced));
}

}  // namespace tally::replay
