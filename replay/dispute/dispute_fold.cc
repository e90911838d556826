// How acts find what they answer. A flat ladder for each act: readable, by a party, by the right
// party, answering something that exists; the first failure is the finding, and the act changes
// nothing. Whether it came in time is not asked here.
#include "replay/dispute/dispute_fold.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/dispute/exclusions.h"
#include "replay/dispute/forum.h"
#include "replay/dispute/rights.h"
#include "replay/terms/credit.h"
#include "replay/terms/exclusion.h"
#include "schema/claim_accepted.h"
#include "schema/invoice.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

bool IsRead(BodyKind kind) {
  switch (kind) {
    case BodyKind::kStatement:
    case BodyKind::kWindowClosed:
    case BodyKind::kReportContested:
    case BodyKind::kClaimFiled:
    case BodyKind::kClaimAnswered:
    case BodyKind::kClaimAccepted:
    case BodyKind::kClaimWithdrawn:
    case BodyKind::kSettlementProposed:
    case BodyKind::kSettlementConfirmed:
    case BodyKind::kReleaseGiven:
      return true;
    default:
      return false;
  }
}

// Kinds that are recorded and shown, and whose effect this engine does not know. Silence about them
// would let a reader believe that they were weighed.
bool IsUnread(BodyKind kind) {
  auto number = static_cast<uint16_t>(kind);
  bool dispute = number >= 160 && number <= 186;
  bool life = number >= 135 && number <= 137;
  return (dispute || life) && !IsRead(kind) && !ExclusionFold::Reads(kind) &&
         !RightFold::Reads(kind) && !ForumFold::Reads(kind) && kind != BodyKind::kClaimAcknowledged;
}

// What an objective's credit is paid in by some terms; nullopt: not in money, or there is none.
std::optional<Currency> CurrencyBy(const TermsVersion* version, const WindowName& window) {
  if (version == nullptr) return std::nullopt;
  for (const Objective& objective : version->terms->objectives) {
    if (objective.id != window.objective || !objective.credit.has_value()) continue;
    return CurrencyOfCredit(version->terms->fees, *objective.credit);
  }
  return std::nullopt;
}

bool SplitsWindows(const TermsVersion* version, const std::string& objective) {
  if (version == nullptr) return false;
  const std::vector<Rule>& rules = version->terms->rules;
  return std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) {
    return rule.kind == "amendments" && HoldsFor(rule, objective);
  });
}

const std::vector<Closing>& NoClosings() {
  static const std::vector<Closing> kNone;
  return kNone;
}

}  // namespace

const Settlement* Claim::Settled() const {
  for (const Settlement& settlement : settlements) {
    if (settlement.IsStated()) return &settlement;
  }
  return nullptr;
}

void DisputeFold::Find(const Fact& fact, absl::string_view kind, absl::string_view severity,
                       std::string message) {
  findings_.push_back(FindingAbout(fact, kind, severity, std::move(message)));
}

ActStamp DisputeFold::StampOf(const Fact& fact) {
  return replay::StampOf(fact, agreement_, findings_);
}

void DisputeFold::Apply(const Fact& fact) {
  if (IsUnread(fact.kind())) {
    const KindRow* row = FindKind(fact.kind());
    return Find(fact, "act-not-read", "warning",
                absl::StrCat("this engine does not read '",
                             std::string(row == nullptr ? "unknown" : row->name),
                             "'; it has no effect on the figures"));
  }
  if (!IsRead(fact.kind())) return;
  if (!MayBeHeard(fact, findings_)) return;
  if (fact.kind() == BodyKind::kStatement) return State(fact);
  if (fact.kind() == BodyKind::kWindowClosed) return Close(fact);
  if (!IsByParty(fact, agreement_, findings_)) return;
  switch (fact.kind()) {
    case BodyKind::kReportContested:
      return Object(fact);
    case BodyKind::kClaimFiled:
      return File(fact);
    case BodyKind::kClaimAnswered:
      return AnswerClaim(fact);
    case BodyKind::kClaimAccepted:
      return AcceptAnswer(fact);
    case BodyKind::kClaimWithdrawn:
      return Withdraw(fact);
    case BodyKind::kSettlementProposed:
      return ProposeSettlement(fact);
    case BodyKind::kReleaseGiven:
      return GiveRelease(fact);
    default:
      return ConfirmSettlement(fact);
  }
}

// Every named window counts, each under the terms that govern it when the act is recorded: whoever
// holds a side of one window has no say over another, and a new obligor none over the old one's.
bool DisputeFold::Holds(const StreamId& party, Side side,
                        const std::vector<WindowName>& windows) const {
  if (windows.empty()) return false;
  return std::all_of(windows.begin(), windows.end(), [&](const WindowName& window) {
    const StreamId* holder = HolderOf(window, side);
    return holder != nullptr && *holder == party;
  });
}

const StreamId* DisputeFold::HolderOf(const WindowName& window, Side side) const {
  const TermsVersion* terms = agreement_.Governing(window.window, {});
  if (terms == nullptr) return nullptr;
  for (const Objective& objective : terms->terms->objectives) {
    if (objective.id != window.objective) continue;
    return terms->PartyOfRole(side == Side::kObligor ? objective.obligor : objective.obligee);
  }
  return nullptr;
}

std::optional<Currency> DisputeFold::CurrencyOf(const WindowName& window) const {
  const auto [first, limit] = window.window;
  std::optional<Currency> found = CurrencyBy(agreement_.Governing(window.window, {}), window);
  if (found.has_value()) return found;
  std::set<Instant> edges = {first};
  for (const TermsVersion* version : agreement_.InForce()) {
    if (first < version->effective && version->effective < limit) edges.insert(version->effective);
  }
  Instant end = limit;
  for (auto edge = edges.rbegin(); edge != edges.rend(); ++edge) {
    const TermsVersion* part = agreement_.Governing({*edge, end}, {});
    if (end == limit && !SplitsWindows(part, window.objective)) return std::nullopt;
    found = CurrencyBy(part, window);
    if (found.has_value()) return found;
    end = *edge;
  }
  return std::nullopt;
}

const StreamId* DisputeFold::OpponentOf(const std::vector<WindowName>& windows) const {
  for (const WindowName& window : windows) {
    const StreamId* obligor = HolderOf(window, Side::kObligor);
    if (obligor != nullptr) return obligor;
  }
  return nullptr;
}

Claim* DisputeFold::ClaimAnsweredBy(const Fact& fact) {
  for (Claim& claim : claims_) {
    if (claim.digest == fact.header().answers) return &claim;
  }
  return nullptr;
}

Closing* DisputeFold::ClosingAnsweredBy(const Fact& fact) {
  for (auto& [window, closings] : closings_) {
    for (Closing& closing : closings) {
      if (closing.digest == fact.header().answers) return &closing;
    }
  }
  return nullptr;
}

void DisputeFold::State(const Fact& fact) {
  absl::StatusOr<Statement> body = DecodeStatement(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  WindowName window{body->objective, body->window};
  statements_.insert_or_assign({body->projection, window}, *std::move(body));
}

void DisputeFold::Close(const Fact& fact) {
  absl::StatusOr<WindowClosed> body = DecodeWindowClosed(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  // A closing is the job's act: no history, no author but the service.
  ActStamp stamp = LedgerStamp(fact);
  WindowName window = body->window;
  const TermsVersion* version =
      agreement_.Governing(window.window, {.settled = SettledAt(window), .before = {}});
  std::optional<TermsHash> governing;
  if (version != nullptr) governing = version->hash;
  closings_[window].push_back({.stamp = stamp,
                               .digest = fact.event->digest,
                               .body = *std::move(body),
                               .governing = governing,
                               .objections = {}});
}

void DisputeFold::Object(const Fact& fact) {
  Closing* closing = ClosingAnsweredBy(fact);
  if (closing == nullptr) {
    return Find(fact, "objection-to-nothing", "note",
                "it answers no closing of this agreement; it has no effect on the figures");
  }
  const std::vector<WindowName> window = {closing->body.window};
  const StreamId& author = fact.header().author;
  if (!Holds(author, Side::kObligor, window) && !Holds(author, Side::kObligee, window)) {
    return Find(fact, "objection-by-stranger", "error",
                "only a side of the objective objects to its closing; it has no effect");
  }
  closing->objections.push_back({StampOf(fact)});
}

void DisputeFold::File(const Fact& fact) {
  absl::StatusOr<ClaimFiled> body = DecodeClaimFiled(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  if (!Holds(fact.header().author, Side::kObligee, body->windows)) {
    return Find(fact, "claim-by-non-obligee", "error",
                absl::StrCat(agreement_.NameOf(fact.header().author),
                             " is owed nothing under the objectives that the claim names; it has "
                             "no effect"));
  }
  Claim claim;
  claim.stamp = StampOf(fact);
  claim.digest = fact.event->digest;
  claim.id = fact.header().id.has_value() ? fact.header().id->ToHex() : "";
  claim.body = *std::move(body);
  if (const StreamId* opponent = OpponentOf(claim.body.windows)) claim.obligor = *opponent;
  claims_.push_back(std::move(claim));
}

void DisputeFold::AnswerClaim(const Fact& fact) {
  absl::StatusOr<ClaimAnswered> body = DecodeClaimAnswered(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  Claim* claim = ClaimAnsweredBy(fact);
  if (claim == nullptr) {
    return Find(fact, "answer-to-nothing", "error", "it answers no claim of this agreement");
  }
  const StreamId* opponent = OpponentOf(claim->body.windows);
  if (opponent == nullptr || *opponent != fact.header().author) {
    return Find(fact, "answer-by-non-obligor", "error",
                absl::StrCat("the claim is not against ", agreement_.NameOf(fact.header().author),
                             "; it has no effect"));
  }
  bool needs_part = body->answer == ClaimAnswer::kPartly;
  if (needs_part && (!body->amount.has_value() || body->amount->minor < 0)) {
    return Find(fact, "answer-without-amount", "error",
                "a claim that is accepted partly needs the part, not below zero");
  }
  claim->answers.push_back({StampOf(fact), *std::move(body)});
}

void DisputeFold::AcceptAnswer(const Fact& fact) {
  Claim* claim = ClaimAnsweredBy(fact);
  if (claim == nullptr || claim->stamp.author != fact.header().author) {
    return Find(fact, "acceptance-of-nothing", "error",
                "only the claimant accepts the answer to his claim");
  }
  absl::StatusOr<ClaimAccepted> body = DecodeClaimAccepted(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  claim->acceptances.push_back({StampOf(fact), body->amount});
}

void DisputeFold::Withdraw(const Fact& fact) {
  Claim* claim = ClaimAnsweredBy(fact);
  if (claim == nullptr || claim->stamp.author != fact.header().author) {
    return Find(fact, "withdrawal-of-nothing", "error", "only the claimant withdraws his claim");
  }
  if (!claim->withdrawn.has_value()) claim->withdrawn = StampOf(fact);
}

void DisputeFold::ProposeSettlement(const Fact& fact) {
  absl::StatusOr<SettlementProposed> body = DecodeSettlementProposed(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  if (body->amount.minor < 0) {
    return Find(fact, "settlement-negative", "error", "a settlement is not below zero");
  }
  // A proposal that answers an earlier one takes its place.
  Claim* claim = nullptr;
  WindowName window;
  if (OfferAnsweredBy(fact, &claim, &window) == nullptr) {
    claim = ClaimAnsweredBy(fact);
    Closing* closing = claim == nullptr ? ClosingAnsweredBy(fact) : nullptr;
    if (claim == nullptr && closing == nullptr) {
      return Find(fact, "settlement-of-nothing", "error",
                  "it answers neither a claim nor a closing of this agreement");
    }
    if (closing != nullptr) window = closing->body.window;
  }
  const StreamId* opponent =
      claim != nullptr ? OpponentOf(claim->body.windows) : HolderOf(window, Side::kObligor);
  if (opponent == nullptr || *opponent != fact.header().author) {
    return Find(fact, "settlement-by-non-obligor", "error",
                "a settlement is proposed by the party that owes it");
  }
  // Of a claim the first window says it: those in another currency need claims of their own.
  const std::optional<Currency> currency =
      CurrencyOf(claim != nullptr ? claim->body.windows.front() : window);
  if (currency.has_value() && *currency != body->amount.currency) {
    return Find(fact, "settlement-other-currency", "error",
                absl::StrCat("proposes ", FormatMoney(body->amount), ", and the credit is in ",
                             currency->code, "; it has no effect"));
  }
  Settlement settlement{.proposed = StampOf(fact),
                        .digest = fact.event->digest,
                        .amount = body->amount,
                        .reference = body->reference,
                        .confirmed = std::nullopt};
  if (claim != nullptr) {
    claim->settlements.push_back(std::move(settlement));
  } else {
    direct_[window].push_back(std::move(settlement));
  }
}

Settlement* DisputeFold::OfferAnsweredBy(const Fact& fact, Claim** claim, WindowName* window) {
  for (Claim& each : claims_) {
    for (Settlement& settlement : each.settlements) {
      if (settlement.digest != fact.header().answers) continue;
      *claim = &each;
      return &settlement;
    }
  }
  for (auto& [name, settlements] : direct_) {
    for (Settlement& settlement : settlements) {
      if (settlement.digest != fact.header().answers) continue;
      *window = name;
      return &settlement;
    }
  }
  return nullptr;
}

void DisputeFold::ConfirmSettlement(const Fact& fact) {
  absl::StatusOr<SettlementConfirmed> body = DecodeSettlementConfirmed(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  Claim* claim = nullptr;
  WindowName window;
  Settlement* offer = OfferAnsweredBy(fact, &claim, &window);
  if (offer == nullptr) {
    return Find(fact, "confirmation-of-nothing", "error", "it answers no proposed settlement");
  }
  const StreamId& author = fact.header().author;
  bool may =
      claim != nullptr ? claim->stamp.author == author : Holds(author, Side::kObligee, {window});
  if (!may) {
    return Find(fact, "confirmation-by-non-claimant", "error",
                "a settlement is confirmed by the party that is owed");
  }
  if (author == offer->proposed.author) {
    return Find(fact, "confirmation-by-proposer", "error",
                "nobody confirms his own proposal; it has no effect");
  }
  if (body->amount != offer->amount) {
    return Find(fact, "settlement-amounts-differ", "error",
                absl::StrCat("proposed ", FormatMoney(offer->amount), ", confirmed ",
                             FormatMoney(body->amount), "; it has no effect"));
  }
  if (offer->confirmed.has_value()) {
    return Find(fact, "settled-already", "note", "it changes nothing");
  }
  // Whether the claim may be settled by then its life tells (claim_life.h); of windows the first
  // settlement counts (claim_admission.h).
  offer->confirmed = JointStampOf(fact, agreement_, offer->proposed, findings_);
}

// Nobody gives up what another is owed.
void DisputeFold::GiveRelease(const Fact& fact) {
  absl::StatusOr<ReleaseGiven> body = DecodeReleaseGiven(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  if (body->amount.has_value() && body->amount->minor < 0) {
    return Find(fact, "release-negative", "error",
                "what was paid for a release is not below zero; it has no effect");
  }
  if (!body->full && !Holds(fact.header().author, Side::kObligee, body->windows)) {
    return Find(fact, "release-by-non-obligee", "error",
                "a release is given by the party that is owed; it has no effect");
  }
  releases_.push_back({.stamp = StampOf(fact),
                       .full = body->full,
                       .windows = std::move(body->windows),
                       .amount = body->amount});
}

bool Release::Covers(const WindowName& window) const {
  if (full) return window.window.limit <= stamp.time;
  return std::find(windows.begin(), windows.end(), window) != windows.end();
}

const Release* DisputeFold::ReleaseOf(const StreamId& party, const WindowName& window) const {
  for (const Release& release : releases_) {
    if (release.stamp.author == party && release.Covers(window)) return &release;
  }
  return nullptr;
}

const std::vector<Closing>& DisputeFold::ClosingsOf(const WindowName& window) const {
  auto found = closings_.find(window);
  return found == closings_.end() ? NoClosings() : found->second;
}

const std::vector<Settlement>* DisputeFold::DirectSettlements(const WindowName& window) const {
  auto found = direct_.find(window);
  return found == direct_.end() ? nullptr : &found->second;
}

// Closings are held to the terms that governed by what was settled with effect.
void DisputeFold::TakeEffect(SettlementEffect effect) {
  const auto mark = [&effect](Settlement& settlement) {
    settlement.in_vain =
        settlement.confirmed.has_value() && effect.in_vain.count(settlement.confirmed->at) > 0;
  };
  for (Claim& claim : claims_) {
    for (Settlement& settlement : claim.settlements) mark(settlement);
  }
  for (auto& [window, settlements] : direct_) {
    for (Settlement& settlement : settlements) mark(settlement);
  }
  effect_ = std::move(effect);
  for (auto& [window, closings] : closings_) {
    for (Closing& closing : closings) {
      const TermsVersion* version = agreement_.Governing(
          window.window, {.settled = SettledAt(window), .before = closing.stamp.at});
      closing.governing.reset();
      if (version != nullptr) closing.governing = version->hash;
    }
  }
}

std::optional<ledger::EventAddress> DisputeFold::SettledAt(const WindowName& window) const {
  if (!effect_.has_value()) return StatedAt(window);
  const auto found = effect_->settled.find(window);
  return found == effect_->settled.end() ? std::nullopt : std::optional(found->second);
}

std::optional<ledger::EventAddress> DisputeFold::StatedAt(const WindowName& window) const {
  std::optional<ledger::EventAddress> first;
  auto keep = [&](const Settlement& settlement) {
    if (!settlement.confirmed.has_value()) return;
    if (!first.has_value() || settlement.confirmed->at < *first) first = settlement.confirmed->at;
  };
  for (const Claim& claim : claims_) {
    bool names = std::find(claim.body.windows.begin(), claim.body.windows.end(), window) !=
                 claim.body.windows.end();
    // A claim is against one party: it settles nothing that another owes.
    const StreamId* obligor = names ? HolderOf(window, Side::kObligor) : nullptr;
    if (obligor == nullptr || *obligor != claim.obligor) continue;
    for (const Settlement& settlement : claim.settlements) keep(settlement);
  }
  const std::vector<Settlement>* direct = DirectSettlements(window);
  if (direct != nullptr) {
    for (const Settlement& settlement : *direct) keep(settlement);
  }
  return first;
}

const Statement* DisputeFold::NewestStatement(absl::string_view projection,
                                              const WindowName& window) const {
  auto found = statements_.find({std::string(projection), window});
  return found == statements_.end() ? nullptr : &found->second;
}

}  // namespace tally::replay
