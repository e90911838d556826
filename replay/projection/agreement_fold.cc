// How an agreement's terms come into force. A flat ladder of checks for each act, in a fixed order;
// the first that fails names the finding, and the act then changes nothing.
#include "replay/projection/agreement_fold.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "schema/rejection.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

std::string Short(const TermsHash& hash) { return hash.ToHex().substr(0, 12); }

// How long an amendment of these terms can be accepted; none: as long as nothing overtakes it.
std::optional<Duration> LapseOf(const Terms& terms) {
  for (const Rule& rule : terms.rules) {
    if (rule.kind == "amendment proposals") return rule.choices.Length("lapse after");
  }
  return std::nullopt;
}

}  // namespace

const StreamId* TermsVersion::Bound(absl::string_view name) const {
  for (const Binding& binding : bindings) {
    if (binding.name == name) return &binding.stream;
  }
  return nullptr;
}

const StreamId* TermsVersion::PartyOfRole(absl::string_view role) const {
  for (const TermsParty& party : terms->parties) {
    if (party.role != role) continue;
    // Bindings name parties as people call them in the ledger; a role may stand for the name.
    const StreamId* bound = Bound(absl::StrCat("party/", party.name));
    return bound != nullptr ? bound : Bound(absl::StrCat("party/", party.role));
  }
  return nullptr;
}

bool Reaches(const TermsVersion& version, const Interval& window) {
  if (!version.amendment) return true;
  if (version.reach == Reach::kRetroactive) return window.limit > version.effective;
  return window.first >= version.effective;
}

void AgreementFold::Find(const Fact& fact, absl::string_view kind, absl::string_view severity,
                         std::string message) {
  findings_.push_back({.kind = std::string(kind),
                       .severity = std::string(severity),
                       .objective = "",
                       .at = fact.address(),
                       .message = std::move(message)});
}

void AgreementFold::Apply(const Fact& fact) {
  switch (fact.kind()) {
    case BodyKind::kAgreementOpened:
    case BodyKind::kTermsProposed:
    case BodyKind::kTermsAccepted:
    case BodyKind::kTermsAttested:
    case BodyKind::kTermsRejected:
    case BodyKind::kAmendmentRejected:
    case BodyKind::kAmendmentProposed:
    case BodyKind::kAmendmentAccepted:
      break;
    default:
      return;
  }
  if (!fact.Authorised()) {
    Find(fact, "act-without-authority", "error",
         "the signing key held no authority when this was recorded; it has no effect");
    return;
  }
  if (fact.event->erased) {
    Find(fact, "act-erased", "error", "the body of this act is erased; it has no effect");
    return;
  }
  switch (fact.kind()) {
    case BodyKind::kAgreementOpened:
      return Open(fact);
    case BodyKind::kTermsProposed:
      return Propose(fact);
    case BodyKind::kTermsAttested:
      return Attest(fact);
    case BodyKind::kAmendmentProposed:
      return ProposeAmendment(fact);
    case BodyKind::kTermsRejected:
    case BodyKind::kAmendmentRejected:
      return Reject(fact);
    default:
      return Accept(fact);
  }
}

void AgreementFold::Open(const Fact& fact) {
  absl::StatusOr<AgreementOpened> opened = DecodeAgreementOpened(fact.event->body);
  if (!opened.ok()) {
    Find(fact, "act-unreadable", "error", std::string(opened.status().message()));
    return;
  }
  opened_ = *std::move(opened);
  opened_at_ = fact.recorded;
}

// What the newest terms that bind it call it.
const std::string* AgreementFold::BoundName(const StreamId& party) const {
  for (auto version = in_force_.rbegin(); version != in_force_.rend(); ++version) {
    for (const TermsParty& named : (*version)->terms->parties) {
      const StreamId* holder = (*version)->PartyOfRole(named.role);
      if (holder != nullptr && *holder == party) return &named.name;
    }
  }
  return nullptr;
}

std::string AgreementFold::NameOf(const StreamId& party) const {
  if (const AgreementParty* opened = Opened(party)) return opened->name;
  const std::string* name = BoundName(party);
  // Two never share a name in the books.
  const auto& known = opened_.parties;
  const auto same = [name](const AgreementParty& each) { return each.name == *name; };
  const bool taken = name == nullptr || std::any_of(known.begin(), known.end(), same);
  return taken ? party.ToHex() : *name;
}

bool AgreementFold::Admit(const Fact& fact, const Bytes& terms, TermsVersion& version) {
  version.proposed = fact.address();
  version.proposed_at = fact.recorded;
  version.digest = fact.event->digest;
  version.proposer = fact.header().author;
  TermsHash computed = ledger::HashOfTerms(terms);
  if (computed != version.hash) {
    Find(fact, "terms-hash-mismatch", "error",
         absl::StrCat("the proposal names terms ", Short(version.hash), " but carries ",
                      Short(computed), "; it has no effect"));
    return false;
  }
  absl::StatusOr<Terms> decoded = DecodeTerms(terms);
  if (!decoded.ok()) {
    Find(fact, "terms-unreadable", "error", std::string(decoded.status().message()));
    return false;
  }
  if (decoded->agreement != agreement_) {
    Find(fact, "terms-other-agreement", "error",
         absl::StrCat("the terms are those of agreement ", decoded->agreement, ", not of ",
                      agreement_, "; the proposal has no effect"));
    return false;
  }
  version.terms = std::make_shared<const Terms>(*std::move(decoded));
  return BindParties(fact, version);
}

bool AgreementFold::BindParties(const Fact& fact, TermsVersion& version) {
  for (const Objective& objective : version.terms->objectives) {
    for (const std::string* role : {&objective.obligor, &objective.obligee}) {
      const StreamId* party = version.PartyOfRole(*role);
      if (party == nullptr || !IsParty(*party)) {
        Find(fact, "terms-party-unbound", "error",
             absl::StrCat("objective ", objective.id, " names the role ", *role,
                          ", which is not bound to a party of this agreement; the proposal has no "
                          "effect"));
        return false;
      }
      if (!MayHold(*party, *role, version)) {
        Find(fact, "terms-party-rebound", "error",
             absl::StrCat("the role ", *role, " is bound to ", NameOf(*party),
                          ", whom the agreement was not opened with in that role; the proposal has "
                          "no effect"));
        return false;
      }
      version.needed.insert(*party);
    }
    if (*version.PartyOfRole(objective.obligor) == *version.PartyOfRole(objective.obligee)) {
      Find(fact, "terms-one-party", "error",
           absl::StrCat("objective ", objective.id,
                        ": obligor and obligee are the same party; the "
                        "proposal has no effect"));
      return false;
    }
  }
  return true;
}

// The first terms bind each role as the opening did, so nobody consents in another's place. An
// amendment may bind anew, because it needs the consent of those whom the current terms bind.
bool AgreementFold::MayHold(const StreamId& party, absl::string_view role,
                            const TermsVersion& version) const {
  if (version.amendment) return true;
  return std::any_of(
      opened_.parties.begin(), opened_.parties.end(),
      [&](const AgreementParty& known) { return known.role == role && known.party == party; });
}

// `completing` is the act after which the version may be complete.
void AgreementFold::Settle(TermsVersion& version, const Fact& completing) {
  if (version.in_force.has_value() || version.is_void) return;
  if (version.consents.size() < version.needed.size()) return;
  TALLY_CHECK(version.consents.size() == version.needed.size());
  const TermsVersion* current = Current();
  bool fits =
      version.amendment ? current != nullptr && current->hash == version.base : current == nullptr;
  if (!fits) {
    version.is_void = true;
    version.ended = "overtaken";
    version.ended_by = completing.address();
    Find(
        completing, version.amendment ? "amendment-base-stale" : "terms-already-in-force", "error",
        absl::StrCat("when ", Short(version.hash), " was accepted by all, the terms in force were ",
                     current == nullptr ? "none" : Short(current->hash), "; it has no effect"));
    return;
  }
  version.in_force = completing.address();
  version.in_force_at = completing.recorded;
  in_force_.push_back(&version);
  Overtake(version);
}

// The others that would change what is no longer in force can only be made anew.
void AgreementFold::Overtake(const TermsVersion& by) {
  for (const std::unique_ptr<TermsVersion>& other : versions_) {
    const bool waits = !other->in_force.has_value() && !other->is_void && !other->attested;
    if (!waits || (other->amendment && other->base == by.hash)) continue;
    other->is_void = true;
    other->ended = "overtaken";
    other->ended_by = by.in_force;
    if (!other->amendment) continue;
    findings_.push_back({.kind = "amendment-base-stale",
                         .severity = "warning",
                         .objective = "",
                         .at = other->proposed,
                         .message = absl::StrCat(
                             "the amendment ", Short(other->hash), " of ", NameOf(other->proposer),
                             " has no effect: the one that ", NameOf(by.proposer), " proposed as ",
                             by.proposed.index, "/", by.proposed.offset, " came into force first, ",
                             FormatInstant(by.in_force_at), "; it can be made anew upon the terms ",
                             by.hash.ToHex())});
  }
}

void AgreementFold::Propose(const Fact& fact) {
  absl::StatusOr<TermsProposed> body = DecodeTermsProposed(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  if (Current() != nullptr) {
    return Find(fact, "terms-already-in-force", "error",
                absl::StrCat("terms ", Short(Current()->hash),
                             " are in force; only an amendment changes them"));
  }
  auto version = std::make_unique<TermsVersion>();
  version->hash = body->terms_hash;
  version->bindings = body->bindings;
  if (!Admit(fact, body->terms, *version)) return;
  Enter(fact, std::move(version));
}

void AgreementFold::Enter(const Fact& fact, std::unique_ptr<TermsVersion> version) {
  // A proposal that answers an earlier one of its kind takes its place, unless that is in force.
  // Who could neither take it back nor refuse it cannot replace it either (Reject).
  for (const std::unique_ptr<TermsVersion>& earlier : versions_) {
    const bool may =
        earlier->proposer == version->proposer || earlier->needed.count(version->proposer) > 0;
    bool replaced = may && earlier->digest == fact.header().answers &&
                    !earlier->in_force.has_value() && earlier->amendment == version->amendment &&
                    !earlier->attested;
    if (!replaced || earlier->is_void) continue;
    earlier->is_void = true;
    earlier->ended = "replaced";
    earlier->ended_by = fact.address();
  }
  if (version->needed.count(version->proposer) > 0) {
    version->consents.emplace(version->proposer, fact.address());
  }
  versions_.push_back(std::move(version));
  Settle(*versions_.back(), fact);
}

void AgreementFold::Attest(const Fact& fact) {
  absl::StatusOr<TermsAttested> body = DecodeTermsAttested(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  auto version = std::make_unique<TermsVersion>();
  version->hash = body->terms_hash;
  version->bindings = body->bindings;
  version->attested = true;
  if (!Admit(fact, body->terms, *version)) return;
  versions_.push_back(std::move(version));
}

void AgreementFold::ProposeAmendment(const Fact& fact) {
  absl::StatusOr<AmendmentProposed> body = DecodeAmendmentProposed(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  const TermsVersion* current = Current();
  if (current == nullptr || current->hash != body->base) {
    return Find(
        fact, "amendment-base-stale", "error",
        absl::StrCat("the amendment changes terms ", Short(body->base),
                     ", but the terms in force are ",
                     current == nullptr ? "none" : Short(current->hash), "; it has no effect"));
  }
  auto version = std::make_unique<TermsVersion>();
  version->hash = body->terms_hash;
  version->bindings = body->bindings;
  version->amendment = true;
  version->base = body->base;
  version->effective = body->effective;
  version->reach = body->reach;
  version->reopens_settled = body->reopens_settled;
  version->reason = body->reason;
  if (!Admit(fact, body->terms, *version)) return;
  if (std::optional<Duration> lapse = LapseOf(*current->terms)) {
    version->lapses_at = fact.recorded + *lapse;
  }
  // Whoever was needed for the terms that change is needed for the change: nobody loses a right by
  // being left out of the new text.
  version->needed.insert(current->needed.begin(), current->needed.end());
  Enter(fact, std::move(version));
}

void AgreementFold::Accept(const Fact& fact) {
  TermsHash accepted;
  if (fact.kind() == BodyKind::kTermsAccepted) {
    absl::StatusOr<TermsAccepted> body = DecodeTermsAccepted(fact.event->body);
    if (!body.ok()) {
      return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
    }
    accepted = body->terms_hash;
  } else {
    absl::StatusOr<AmendmentAccepted> body = DecodeAmendmentAccepted(fact.event->body);
    if (!body.ok()) {
      return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
    }
    accepted = body->terms_hash;
  }
  bool amendment = fact.kind() == BodyKind::kAmendmentAccepted;
  for (const std::unique_ptr<TermsVersion>& version : versions_) {
    if (version->digest != fact.header().answers || version->attested ||
        version->amendment != amendment) {
      continue;
    }
    if (version->hash != accepted) {
      return Find(fact, "acceptance-other-terms", "error",
                  absl::StrCat("the acceptance names terms ", Short(accepted),
                               " but answers a proposal of ", Short(version->hash)));
    }
    const StreamId& author = fact.header().author;
    if (version->needed.count(author) == 0) {
      return Find(fact, "acceptance-not-needed", "note",
                  absl::StrCat(NameOf(author), " is neither obligor nor obligee of these terms"));
    }
    if (version->lapses_at && fact.recorded >= *version->lapses_at && !version->in_force &&
        !version->is_void) {
      version->is_void = true;
      version->ended = "lapsed";
    }
    if (version->is_void) {
      return Find(fact, "acceptance-without-effect", "error",
                  absl::StrCat("the proposal of ", Short(version->hash), " was ", version->ended,
                               version->lapses_at && version->ended == "lapsed"
                                   ? absl::StrCat(" since ", FormatInstant(*version->lapses_at))
                                   : std::string(),
                               "; the acceptance has no effect"));
    }
    // A second consent of the same party changes nothing.
    if (!version->consents.emplace(author, fact.address()).second) return;
    return Settle(*version, fact);
  }
  Find(fact, "acceptance-of-nothing", "error",
       absl::StrCat("no proposal with effect has the digest that this acceptance of ",
                    Short(accepted), " answers"));
}

// Whoever is needed can refuse, and whoever proposed can take back, until it is in force.
void AgreementFold::Reject(const Fact& fact) {
  const bool amendment = fact.kind() == BodyKind::kAmendmentRejected;
  absl::StatusOr<TermsHash> refused;
  if (amendment) {
    absl::StatusOr<AmendmentRejected> body = DecodeAmendmentRejected(fact.event->body);
    refused = body.ok() ? absl::StatusOr<TermsHash>(body->terms_hash) : body.status();
  } else {
    absl::StatusOr<TermsRejected> body = DecodeTermsRejected(fact.event->body);
    refused = body.ok() ? absl::StatusOr<TermsHash>(body->terms_hash) : body.status();
  }
  if (!refused.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(refused.status().message()));
  }
  const auto without_effect = [&](absl::string_view kind, std::string why) {
    Find(fact, kind, "error", absl::StrCat(why, "; the rejection has no effect"));
  };
  for (const std::unique_ptr<TermsVersion>& version : versions_) {
    if (version->digest != fact.header().answers || version->attested ||
        version->amendment != amendment || version->hash != *refused) {
      continue;
    }
    const StreamId& author = fact.header().author;
    const bool own = version->proposer == author;
    if (!own && version->needed.count(author) == 0) {
      return without_effect("rejection-not-needed",
                            absl::StrCat("the consent of ", NameOf(author), " is not needed"));
    }
    if (version->in_force.has_value()) {
      return without_effect("rejection-late",
                            absl::StrCat(Short(version->hash), " is in force since ",
                                         FormatInstant(version->in_force_at)));
    }
    if (version->is_void) {
      return without_effect("rejection-late", absl::StrCat("the proposal was ", version->ended));
    }
    version->is_void = true;
    version->ended = own ? "withdrawn" : "rejected";
    version->ended_by = fact.address();
    return Find(fact, amendment ? "amendment-rejected" : "terms-rejected", "note",
                absl::StrCat("the proposal of ", Short(version->hash), " was ", version->ended,
                             " by ", NameOf(author)));
  }
  without_effect("rejection-of-nothing", "no proposal of these terms has the digest it answers");
}

std::vector<const TermsVersion*> AgreementFold::InForce() const { return in_force_; }

std::vector<const TermsVersion*> AgreementFold::Versions() const {
  std::vector<const TermsVersion*> all;
  for (const std::unique_ptr<TermsVersion>& version : versions_) all.push_back(version.get());
  return all;
}

const TermsVersion* AgreementFold::Current() const {
  return in_force_.empty() ? nullptr : in_force_.back();
}

const TermsVersion* AgreementFold::InForceAt(Instant instant) const {
  const TermsVersion* newest = nullptr;
  for (const TermsVersion* version : in_force_) {
    if (version->effective <= instant) newest = version;
  }
  return newest;
}

const TermsVersion* AgreementFold::Attested() const {
  const TermsVersion* newest = nullptr;
  for (const std::unique_ptr<TermsVersion>& version : versions_) {
    if (version->attested) newest = version.get();
  }
  return newest;
}

const TermsVersion* AgreementFold::Governing(const Interval& window,
                                             const WindowScope& scope) const {
  const TermsVersion* governing = nullptr;
  for (const TermsVersion* version : in_force_) {
    TALLY_CHECK(version->in_force.has_value());
    if (scope.before.has_value() && *version->in_force >= *scope.before) break;
    if (scope.by.has_value() && *scope.by < version->in_force_at) break;
    if (!Reaches(*version, window)) continue;
    bool after_settlement = scope.settled.has_value() && *version->in_force > *scope.settled;
    if (after_settlement && !version->reopens_settled) continue;
    governing = version;
  }
  return governing;
}

std::vector<Finding> AgreementFold::Findings(Instant knowledge) const {
  std::vector<Finding> findings = findings_;
  for (const std::unique_ptr<TermsVersion>& version : versions_) {
    if (version->in_force.has_value() || version->is_void || version->attested) continue;
    if (version->lapses_at && *version->lapses_at <= knowledge) {
      findings.push_back({.kind = "amendment-lapsed",
                          .severity = "note",
                          .objective = "",
                          .at = version->proposed,
                          .message = absl::StrCat("the amendment ", Short(version->hash),
                                                  " was not accepted by all in time and lapsed ",
                                                  FormatInstant(*version->lapses_at))});
      continue;
    }
    std::string waiting;
    for (const StreamId& party : version->needed) {
      if (version->consents.count(party) > 0) continue;
      absl::StrAppend(&waiting, waiting.empty() ? "" : ", ", NameOf(party));
    }
    findings.push_back({.kind = version->amendment ? "amendment-pending" : "terms-pending",
                        .severity = "note",
                        .objective = "",
                        .at = version->proposed,
                        .message = absl::StrCat("terms ", Short(version->hash),
                                                " wait for the consent of ", waiting)});
  }
  return findings;
}

}  // namespace tally::replay
