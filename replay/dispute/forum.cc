// Each act in the same steps: heard, by a party, readable, about a claim, by a side that may say
// it. The first failure is the finding, and the act changes nothing.
#include "replay/dispute/forum.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

ClaimAct ActOf(ClaimActKind kind, ActSide side, const ActStamp& stamp) {
  ClaimAct act;
  act.kind = kind;
  act.side = side;
  act.stamp = stamp;
  return act;
}

// Deadlines between the parties that they may move, with or without an object behind a blank.
bool IsMovable(absl::string_view deadline) {
  const absl::string_view name = deadline.substr(0, deadline.find(' '));
  return deadline.empty() || name == "claim.file" || name == "claim.answer" ||
         name == "claim.escalate" || name == "objection" || absl::StartsWith(name, "claim.level-");
}

bool SameShift(const TimeShift& a, const TimeShift& b) {
  return a.kind == b.kind && a.deadline == b.deadline && a.from == b.from && a.until == b.until;
}

}  // namespace

bool ForumFold::Reads(BodyKind kind) {
  switch (kind) {
    case BodyKind::kClaimEscalated:
    case BodyKind::kClaimAgreed:
    case BodyKind::kClaimAmended:
    case BodyKind::kMediationOpened:
    case BodyKind::kMediationClosed:
    case BodyKind::kRulingIssued:
    case BodyKind::kRulingCorrected:
    case BodyKind::kDeadlineExtended:
    case BodyKind::kDeadlineSuspended:
    case BodyKind::kDeadlineResumed:
      return true;
    default:
      return false;
  }
}

void ForumFold::Find(const Fact& fact, absl::string_view kind, std::string message,
                     absl::string_view severity) {
  findings_.push_back(FindingAbout(fact, kind, severity, std::move(message)));
}

template <typename Body>
std::optional<Body> ForumFold::Read(const Fact& fact, const absl::StatusOr<Body>& body) {
  if (body.ok()) return *body;
  Find(fact, "act-unreadable", std::string(body.status().message()));
  return std::nullopt;
}

const Claim* ForumFold::ClaimOf(const Fact& fact) const {
  auto through = claim_of_.find(fact.header().answers);
  const Hash& wanted = through == claim_of_.end() ? fact.header().answers : through->second;
  for (const Claim& claim : disputes_.claims()) {
    if (claim.digest == wanted) return &claim;
  }
  return nullptr;
}

std::optional<ActSide> ForumFold::SideOf(const Claim& claim, const StreamId& party) const {
  if (claim.stamp.author == party) return ActSide::kClaimant;
  const StreamId* opponent = disputes_.OpponentOf(claim.body.windows);
  if (opponent != nullptr && *opponent == party) return ActSide::kObligor;
  return std::nullopt;
}

void ForumFold::Apply(const Fact& fact) {
  if (!Reads(fact.kind())) return;
  bool ruling = fact.kind() == BodyKind::kRulingIssued || fact.kind() == BodyKind::kRulingCorrected;
  // Rulings on time answer no claim; another fold hears them and says what is wrong with them.
  if (ruling && ClaimOf(fact) == nullptr) return;
  size_t before = findings_.size();
  if (!MayBeHeard(fact, findings_) || !IsByParty(fact, agreement_, findings_)) {
    if (ruling) findings_.resize(before);
    return;
  }
  switch (fact.kind()) {
    case BodyKind::kClaimEscalated:
      return Escalate(fact);
    case BodyKind::kClaimAgreed:
      return Agree(fact);
    case BodyKind::kClaimAmended:
      return Amend(fact);
    case BodyKind::kMediationOpened:
      return OpenMediation(fact);
    case BodyKind::kMediationClosed:
      return CloseMediation(fact);
    case BodyKind::kRulingIssued:
    case BodyKind::kRulingCorrected:
      return Rule(fact);
    default:
      return MoveTime(fact);
  }
}

void ForumFold::Escalate(const Fact& fact) {
  std::optional<ClaimEscalated> body = Read(fact, DecodeClaimEscalated(fact.event->body));
  if (!body.has_value()) return;
  const Claim* claim = ClaimOf(fact);
  if (claim == nullptr) {
    return Find(fact, "escalation-of-nothing", "it answers no claim of this agreement");
  }
  std::optional<ActSide> side = SideOf(*claim, fact.header().author);
  if (!side.has_value()) {
    return Find(fact, "escalation-by-stranger", "only the two sides of a claim escalate it");
  }
  ClaimAct act = ActOf(ClaimActKind::kEscalated, *side, Stamp(fact));
  act.level = body->level;
  claim_of_[fact.event->digest] = claim->digest;
  matters_[claim->digest].acts.push_back(std::move(act));
}

void ForumFold::Agree(const Fact& fact) {
  std::optional<ClaimAgreed> body = Read(fact, DecodeClaimAgreed(fact.event->body));
  if (!body.has_value()) return;
  const Claim* claim = ClaimOf(fact);
  if (claim == nullptr) {
    return Find(fact, "agreement-on-nothing", "it answers no claim of this agreement");
  }
  if (!SideOf(*claim, fact.header().author).has_value()) {
    return Find(fact, "agreement-by-stranger", "only the two sides of a claim agree on it");
  }
  if (!body->windows.empty() && body->windows != claim->body.windows) {
    return Find(fact, "agreement-on-other-windows",
                "it names other windows than the claim; an agreement ends the whole claim");
  }
  claim_of_[fact.event->digest] = claim->digest;
  Matter& matter = matters_[claim->digest];
  const Word* first = nullptr;
  for (const auto& [party, word] : matter.agreed) {
    if (party != fact.header().author && word.amount == body->amount) first = &word;
  }
  const ActStamp stamp =
      first == nullptr ? Stamp(fact) : JointStampOf(fact, agreement_, first->stamp, findings_);
  if (first != nullptr) {
    ClaimAct act = ActOf(ClaimActKind::kAgreed, ActSide::kBoth, stamp);
    act.amount = body->amount;
    act.begun = first->stamp;
    matter.acts.push_back(std::move(act));
    matter.agreed.clear();
  }
  // The newest word stays open: the other side may still join it where what it joined was stale.
  matter.agreed.insert_or_assign(fact.header().author, Word{body->amount, stamp});
}

void ForumFold::Amend(const Fact& fact) {
  std::optional<ClaimAmended> body = Read(fact, DecodeClaimAmended(fact.event->body));
  if (!body.has_value()) return;
  const Claim* claim = ClaimOf(fact);
  if (claim == nullptr || claim->stamp.author != fact.header().author) {
    return Find(fact, "amendment-of-no-claim", "only the claimant amends his claim");
  }
  // Whether the claim still waits for an answer its life says (claim_admission.h): not every answer
  // that was said has an effect.
  ActStamp stamp = Stamp(fact);
  claim_of_[fact.event->digest] = claim->digest;
  matters_[claim->digest].amendments.push_back({.stamp = stamp, .body = *std::move(body)});
}

void ForumFold::OpenMediation(const Fact& fact) {
  std::optional<MediationOpened> body = Read(fact, DecodeMediationOpened(fact.event->body));
  if (!body.has_value()) return;
  const Claim* claim = ClaimOf(fact);
  if (claim == nullptr || !SideOf(*claim, fact.header().author).has_value()) {
    return Find(fact, "mediation-of-nothing", "a mediation answers a claim of one of its sides");
  }
  claim_of_[fact.event->digest] = claim->digest;
  if (body->party.IsZero()) return;  // somebody outside of the ledger, who closes nothing here
  if (!agreement_.IsParty(body->party)) {
    return Find(fact, "mediator-is-no-party",
                "its mediator is no party to this agreement, and could close nothing here; it has "
                "no effect");
  }
  if (SideOf(*claim, body->party).has_value()) {
    return Find(fact, "mediator-is-side",
                "a side of the claim is not its mediator; it has no effect");
  }
  Matter& matter = matters_[claim->digest];
  matter.mediators.insert_or_assign(fact.header().author, body->party);
  const bool agreed = matter.mediators.size() > 1 &&
                      std::all_of(matter.mediators.begin(), matter.mediators.end(),
                                  [&](const auto& each) { return each.second == body->party; });
  if (agreed) matter.mediator = body->party;
  const StreamId* mediator = MediatorOf(*claim, matter);
  if (mediator != nullptr && *mediator == body->party) return;
  Find(fact, "mediator-not-agreed",
       absl::StrCat("the mediator counts once the other side opens the mediation with the same one",
                    mediator == nullptr
                        ? ""
                        : absl::StrCat("; until then ", agreement_.NameOf(*mediator), " stays")),
       "note");
}

const StreamId* ForumFold::MediatorOf(const Claim& claim, const Matter& matter) const {
  if (matter.mediator.has_value()) return &*matter.mediator;
  const TermsVersion* terms = agreement_.Governing(claim.body.windows.front().window, {});
  const StreamId* named = terms == nullptr ? nullptr : terms->PartyOfRole("mediator");
  return named == nullptr || SideOf(claim, *named).has_value() ? nullptr : named;
}

void ForumFold::CloseMediation(const Fact& fact) {
  std::optional<MediationClosed> body = Read(fact, DecodeMediationClosed(fact.event->body));
  if (!body.has_value()) return;
  const Claim* claim = ClaimOf(fact);
  if (claim == nullptr) {
    return Find(fact, "mediation-of-nothing", "it answers no claim of this agreement");
  }
  Matter& matter = matters_[claim->digest];
  const StreamId* mediator = MediatorOf(*claim, matter);
  if (mediator == nullptr || *mediator != fact.header().author) {
    return Find(fact, "mediation-by-other",
                "a mediation is closed by the mediator whom both sides named, or the terms");
  }
  ClaimAct act = ActOf(ClaimActKind::kMediationClosed, ActSide::kMediator, Stamp(fact));
  act.outcome = body->outcome;
  act.amount = body->amount;
  matter.acts.push_back(std::move(act));
}

void ForumFold::Rule(const Fact& fact) {
  bool corrected = fact.kind() == BodyKind::kRulingCorrected;
  absl::StatusOr<RulingOnClaims> body = DecodeRulingOnClaims(fact.event->body, corrected);
  if (!body.ok()) return Find(fact, "act-unreadable", std::string(body.status().message()));
  const Claim* claim = ClaimOf(fact);
  ActStamp stamp = Stamp(fact);
  claim_of_[fact.event->digest] = claim->digest;
  Matter& matter = matters_[claim->digest];
  // The one that it names, else the author's last.
  const ClaimRuling* before = nullptr;
  for (const ClaimRuling& each : matter.rulings) {
    if (each.stamp.author != fact.header().author) continue;
    const bool named = before != nullptr && before->digest == fact.header().answers;
    if (!named) before = &each;
  }
  if (corrected && before == nullptr) {
    return Find(fact, "correction-of-nothing", "its author has made no ruling on this claim");
  }
  Hash corrects;
  if (corrected) corrects = before->corrects.IsZero() ? before->digest : before->corrects;
  ClaimAct act = ActOf(ClaimActKind::kRuled, ActSide::kAuthority, stamp);
  act.partial = body->partial;
  matter.acts.push_back(std::move(act));
  matter.rulings.push_back({.stamp = stamp,
                            .digest = fact.event->digest,
                            .corrects = corrects,
                            .body = *std::move(body),
                            .then = agreement_.InForceAt(fact.recorded)});
}

void ForumFold::MoveTime(const Fact& fact) {
  TimeShift shift;
  if (fact.kind() == BodyKind::kDeadlineExtended) {
    std::optional<DeadlineExtended> body = Read(fact, DecodeDeadlineExtended(fact.event->body));
    if (!body.has_value()) return;
    shift.deadline = body->deadline;
    shift.until = body->until;
    return TakeShift(fact, shift, /*resumes=*/false);
  }
  shift.kind = TimeShift::Kind::kSuspended;
  if (fact.kind() == BodyKind::kDeadlineSuspended) {
    std::optional<DeadlineSuspended> body = Read(fact, DecodeDeadlineSuspended(fact.event->body));
    if (!body.has_value()) return;
    shift.deadline = body->deadline;
    shift.from = body->from;
    shift.until = body->until;
    return TakeShift(fact, shift, /*resumes=*/false);
  }
  std::optional<DeadlineResumed> body = Read(fact, DecodeDeadlineResumed(fact.event->body));
  if (!body.has_value()) return;
  shift.deadline = body->deadline;
  shift.from = body->from;
  TakeShift(fact, shift, /*resumes=*/true);
}

void ForumFold::TakeShift(const Fact& fact, TimeShift shift, bool resumes) {
  const TermsVersion* terms = agreement_.Current();
  if (terms == nullptr || terms->needed.count(fact.header().author) == 0) {
    return Find(fact, "time-moved-by-stranger",
                "only the sides of an objective move a deadline; it has no effect");
  }
  if (!IsMovable(shift.deadline)) {
    return Find(fact, "deadline-unmovable",
                absl::StrCat("'", shift.deadline,
                             "' is no deadline between the parties; it has no effect"));
  }
  shift.stamp = Stamp(fact);
  Offer* offer = nullptr;
  for (Offer& each : offers_) {
    if (each.digest == fact.header().answers) offer = &each;
  }
  if (offer == nullptr) {
    offers_.push_back({.digest = fact.event->digest,
                       .author = fact.header().author,
                       .shift = std::move(shift),
                       .resumes = resumes});
    return;
  }
  bool same = offer->resumes == resumes && SameShift(offer->shift, shift);
  if (offer->author == fact.header().author || !same) {
    return Find(fact, "time-not-agreed",
                "time moves when the other side records the same act with the same instants");
  }
  if (!offer->joined.insert(fact.header().author).second) {
    return Find(fact, "time-agreed-already",
                "its author agreed to this before, and time moves once for an agreement; to move "
                "it further propose and agree anew");
  }
  shift.with = offer->author;
  if (!resumes) return shifts_.push_back(std::move(shift));
  for (auto each = shifts_.rbegin(); each != shifts_.rend(); ++each) {
    bool open = each->kind == TimeShift::Kind::kSuspended && !each->until.has_value() &&
                each->deadline == shift.deadline && each->from < shift.from &&
                each->Between(shift.stamp.author, shift.with);
    if (!open) continue;
    each->until = shift.from;
    return;
  }
  Find(fact, "nothing-suspended", "no open suspension of these deadlines began before it");
}

std::vector<ClaimAct> ForumFold::ActsOf(const Claim& claim) const {
  std::vector<ClaimAct> acts;
  for (const Answer& answer : claim.answers) {
    ClaimAct act = ActOf(ClaimActKind::kAnswered, ActSide::kObligor, answer.stamp);
    act.answer = answer.body.answer;
    act.amount = answer.body.amount;
    acts.push_back(std::move(act));
  }
  for (const Acceptance& acceptance : claim.acceptances) {
    ClaimAct act = ActOf(ClaimActKind::kAccepted, ActSide::kClaimant, acceptance.stamp);
    act.amount = acceptance.amount;
    acts.push_back(std::move(act));
  }
  if (claim.withdrawn.has_value()) {
    acts.push_back(ActOf(ClaimActKind::kWithdrawn, ActSide::kClaimant, *claim.withdrawn));
  }
  for (const Settlement& settlement : claim.settlements) {
    if (!settlement.confirmed.has_value()) continue;
    ClaimAct act = ActOf(ClaimActKind::kSettled, ActSide::kBoth, *settlement.confirmed);
    act.amount = settlement.amount;
    act.begun = settlement.proposed;
    acts.push_back(std::move(act));
  }
  auto found = matters_.find(claim.digest);
  if (found != matters_.end()) {
    acts.insert(acts.end(), found->second.acts.begin(), found->second.acts.end());
  }
  std::sort(acts.begin(), acts.end(),
            [](const ClaimAct& a, const ClaimAct& b) { return a.stamp.at < b.stamp.at; });
  return acts;
}

const std::vector<ClaimAmendment>& ForumFold::AmendmentsOf(const Claim& claim) const {
  static const std::vector<ClaimAmendment> kNone;
  auto found = matters_.find(claim.digest);
  return found == matters_.end() ? kNone : found->second.amendments;
}

const ClaimRuling* ForumFold::RulingAt(const ledger::EventAddress& at) const {
  for (const auto& [claim, matter] : matters_) {
    for (const ClaimRuling& ruling : matter.rulings) {
      if (ruling.stamp.at == at) return &ruling;
    }
  }
  return nullptr;
}

}  // namespace tally::replay
