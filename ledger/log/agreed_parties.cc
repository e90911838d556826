// The rule of replay/projection/agreement_fold.h, as far as it says who consented: a proposal that
// lapsed or names another agreement is taken here, for both sides signed it.
#include "ledger/log/agreed_parties.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "schema/rejection.h"
#include "schema/status.h"
#include "schema/terms_parties.h"

namespace tally::ledger {
namespace {

const StreamId* BoundTo(const std::vector<Binding>& bindings, const std::string& name) {
  for (const Binding& binding : bindings) {
    if (binding.name == name) return &binding.stream;
  }
  return nullptr;
}

// Bindings name parties as people call them; a role may stand for the name.
const StreamId* HolderOf(const TermsParty& party, const std::vector<Binding>& bindings) {
  const StreamId* bound = BoundTo(bindings, absl::StrCat("party/", party.name));
  return bound != nullptr ? bound : BoundTo(bindings, absl::StrCat("party/", party.role));
}

const StreamId* HolderOf(const std::vector<TermsParty>& parties, const std::string& role,
                         const std::vector<Binding>& bindings) {
  for (const TermsParty& party : parties) {
    if (party.role == role) return HolderOf(party, bindings);
  }
  return nullptr;
}

}  // namespace

bool AgreedParties::Has(const StreamId& party) const {
  return bound_.count(party) > 0 ||
         std::ranges::any_of(opened_, [&](const auto& each) { return each.party == party; });
}

bool AgreedParties::IsOpenedIn(const StreamId& party, const std::string& role) const {
  return std::ranges::any_of(opened_, [&](const AgreementParty& each) {
    return each.party == party && each.role == role;
  });
}

absl::Status AgreedParties::Add(const RecordedEvent& act) {
  ++added_;
  switch (act.header.kind) {
    case BodyKind::kAgreementOpened: {
      TALLY_ASSIGN_OR_RETURN(AgreementOpened opened, DecodeAgreementOpened(act.body));
      opened_ = std::move(opened.parties);
      break;
    }
    case BodyKind::kTermsProposed: {
      TALLY_ASSIGN_OR_RETURN(const TermsProposed said, DecodeTermsProposed(act.body));
      Propose(act, {said.terms_hash, {}, said.terms, said.bindings});
      break;
    }
    case BodyKind::kAmendmentProposed: {
      TALLY_ASSIGN_OR_RETURN(const AmendmentProposed said, DecodeAmendmentProposed(act.body));
      Propose(act, {said.terms_hash, said.base, said.terms, said.bindings});
      break;
    }
    case BodyKind::kTermsAccepted: {
      TALLY_ASSIGN_OR_RETURN(const TermsAccepted said, DecodeTermsAccepted(act.body));
      Accept(act, said.terms_hash, false);
      break;
    }
    case BodyKind::kAmendmentAccepted: {
      TALLY_ASSIGN_OR_RETURN(const AmendmentAccepted said, DecodeAmendmentAccepted(act.body));
      Accept(act, said.terms_hash, true);
      break;
    }
    case BodyKind::kTermsRejected: {
      TALLY_ASSIGN_OR_RETURN(const TermsRejected said, DecodeTermsRejected(act.body));
      Reject(act, said.terms_hash, false);
      break;
    }
    case BodyKind::kAmendmentRejected: {
      TALLY_ASSIGN_OR_RETURN(const AmendmentRejected said, DecodeAmendmentRejected(act.body));
      Reject(act, said.terms_hash, true);
      break;
    }
    default:
      break;
  }
  return absl::OkStatus();
}

std::optional<std::set<StreamId>> AgreedParties::NeededFor(const Proposal& said) const {
  const auto parties = PartiesOfTerms(said.bytes);
  const auto sides = SidesOfTerms(said.bytes);
  if (!parties.ok() || !sides.ok() || HashOfTerms(said.bytes) != said.terms) return std::nullopt;
  std::set<StreamId> needed;
  if (current_.has_value()) needed = current_->needed;
  for (const TermsSides& objective : *sides) {
    const StreamId* obligor = HolderOf(*parties, objective.obligor, said.bindings);
    const StreamId* obligee = HolderOf(*parties, objective.obligee, said.bindings);
    if (obligor == nullptr || obligee == nullptr || *obligor == *obligee) return std::nullopt;
    const bool held = current_.has_value() ? Has(*obligor) && Has(*obligee)
                                           : IsOpenedIn(*obligor, objective.obligor) &&
                                                 IsOpenedIn(*obligee, objective.obligee);
    if (!held) return std::nullopt;
    needed.insert({*obligor, *obligee});
  }
  if (needed.empty()) return std::nullopt;
  return needed;
}

void AgreedParties::Propose(const RecordedEvent& act, const Proposal& said) {
  // Only first terms change nothing, and only an amendment changes what is in force.
  if ((current_.has_value() ? current_->terms : TermsHash()) != said.base) return;
  std::optional<std::set<StreamId>> needed = NeededFor(said);
  if (!needed.has_value()) return;
  Version version{said.terms, said.base, act.header.author, *std::move(needed), {}, {}};
  const absl::StatusOr<std::vector<TermsParty>> parties = PartiesOfTerms(said.bytes);
  for (const TermsParty& party : *parties) {
    const StreamId* holder = HolderOf(party, said.bindings);
    if (holder != nullptr) version.named.insert(*holder);
  }
  // It takes the place of one that it answers, of whoever could take that back or refuse it.
  const auto answered = open_.find(act.header.answers);
  if (answered != open_.end()) Reject(act, answered->second.terms, !said.base.IsZero());
  if (version.needed.count(version.proposer) > 0) version.consents.insert(version.proposer);
  Settle(open_.insert_or_assign(act.digest, std::move(version)).first);
}

void AgreedParties::Accept(const RecordedEvent& act, const TermsHash& terms, bool amendment) {
  const auto version = open_.find(act.header.answers);
  if (version == open_.end() || version->second.terms != terms) return;
  const bool of_its_kind = amendment == !version->second.base.IsZero();
  if (!of_its_kind || version->second.needed.count(act.header.author) == 0) return;
  version->second.consents.insert(act.header.author);
  Settle(version);
}

void AgreedParties::Reject(const RecordedEvent& act, const TermsHash& terms, bool amendment) {
  const auto version = open_.find(act.header.answers);
  if (version == open_.end() || version->second.terms != terms) return;
  const StreamId& author = act.header.author;
  const bool may = version->second.proposer == author || version->second.needed.count(author) > 0;
  if (may && amendment == !version->second.base.IsZero()) open_.erase(version);
}

void AgreedParties::Settle(std::map<Hash, Version>::iterator version) {
  if (version->second.consents.size() < version->second.needed.size()) return;
  current_ = std::move(version->second);
  bound_.insert(current_->named.begin(), current_->named.end());
  open_.clear();  // the others change what is in force no more
}

}  // namespace tally::ledger
