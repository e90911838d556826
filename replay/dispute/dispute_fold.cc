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
  const bool rules =
      fact.kind() == BodyKind::kRulingIssued || fact.kind() == BodyKind::kRulingCorrected;
  if (rules) rulings_.insert(fact.event->digest);
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
  const TermsVersion* alone = AttestedFor(agreement_, fact.header().author, body->windows);
  if (alone == nullptr && !Holds(fact.header().author, Side::kObligee, body->windows)) {
    return Find(fact, "claim-by-non-obligee", "error",
                agreement_.Current() == nullptr
                    ? "no terms were in force when it was filed; it has no effect"
                    : absl::StrCat(agreement_.NameOf(fact.header().author),
                                   " is owed nothing under the objectives that the claim names; "
                                   "it has no effect"));
  }
  Claim claim;
  claim.stamp = StampOf(fact);
  claim.digest = fact.event->digest;
  claim.id = fact.header().id.has_value() ? fact.header().id->ToHex() : "";
  claim.body = *std::move(body);
  const StreamId* opponent =
      alone != nullptr ? ObligorBy(*alone, claim.body.windows) : OpponentOf(claim.body.windows);
  if (opponent != nullptr) claim.obligor = *opponent;
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
                agreement_.Current() == nullptr
                    ? "no terms bind the two sides yet; it has no effect"
                    : absl::StrCat("the claim is not against ",
                                   agreement_.NameOf(fact.header().author), "; it has no effect"));
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

const Statement* DisputeFold::NewestStatement(absl::string_view projection,
                                              const WindowName& window) const {
  auto found = statements_.find({std::string(projection), window});
  return found == statements_.end() ? nullptr : &found->second;
}

}  // namespace tally::replay
