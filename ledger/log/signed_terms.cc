// Versions and signatures are kept as they come and judged at the end, since only then is it known
// who all the signers are.
#include "ledger/log/signed_terms.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "schema/terms_parties.h"

namespace tally::ledger {
namespace {

constexpr char kArbiterRole[] = "arbiter";

// Whom terms call their arbiter. Bytes that are no terms, as nothing refuses them when they are
// recorded, call nobody so.
std::vector<StreamId> CalledArbiter(ByteView bytes, const std::vector<Binding>& bindings) {
  std::vector<StreamId> called;
  const absl::StatusOr<std::vector<TermsParty>> parties = PartiesOfTerms(bytes);
  if (!parties.ok()) return called;
  for (const TermsParty& party : *parties) {
    if (party.role != kArbiterRole) continue;
    for (const Binding& binding : bindings) {
      const bool his = binding.name == absl::StrCat("party/", party.name) ||
                       binding.name == absl::StrCat("party/", party.role);
      if (his) called.push_back(binding.stream);
    }
  }
  return called;
}

}  // namespace

void SignedTerms::Propose(const RecordedEvent& act, const TermsHash& hash, ByteView terms,
                          const TermsHash& base, std::vector<Binding> bindings) {
  signatures_.push_back({versions_.size(), act.header.author});
  std::vector<StreamId> arbiters = CalledArbiter(terms, bindings);
  versions_.push_back({act.digest, hash, base, std::move(bindings), std::move(arbiters)});
  signers_.insert(act.header.author);
}

absl::Status SignedTerms::Add(const RecordedEvent& act) {
  switch (act.header.kind) {
    case BodyKind::kAgreementOpened: {
      TALLY_ASSIGN_OR_RETURN(AgreementOpened opened, DecodeAgreementOpened(act.body));
      opened_ = std::move(opened.parties);
      return absl::OkStatus();
    }
    case BodyKind::kTermsProposed: {
      TALLY_ASSIGN_OR_RETURN(TermsProposed said, DecodeTermsProposed(act.body));
      Propose(act, said.terms_hash, said.terms, {}, std::move(said.bindings));
      return absl::OkStatus();
    }
    case BodyKind::kAmendmentProposed: {
      TALLY_ASSIGN_OR_RETURN(AmendmentProposed said, DecodeAmendmentProposed(act.body));
      Propose(act, said.terms_hash, said.terms, said.base, std::move(said.bindings));
      return absl::OkStatus();
    }
    case BodyKind::kTermsAttested: {
      TALLY_ASSIGN_OR_RETURN(TermsAttested said, DecodeTermsAttested(act.body));
      Propose(act, said.terms_hash, said.terms, {}, std::move(said.bindings));
      in_force_ = true;
      return absl::OkStatus();
    }
    case BodyKind::kTermsAccepted:
      in_force_ = true;
      break;
    case BodyKind::kAmendmentAccepted:
      break;
    default:
      return absl::OkStatus();
  }
  signers_.insert(act.header.author);
  for (size_t i = 0; i < versions_.size(); ++i) {
    if (versions_[i].proposal == act.header.answers) signatures_.push_back({i, act.header.author});
  }
  return absl::OkStatus();
}

bool SignedTerms::RelyOn(const StreamId& stream) const {
  return in_force_ && std::ranges::any_of(versions_, [&](const Version& version) {
           return std::ranges::any_of(
               version.bindings, [&](const Binding& binding) { return binding.stream == stream; });
         });
}

const SignedTerms::Version* SignedTerms::LastSignedByAll() const {
  std::map<size_t, std::set<StreamId>> signed_by;
  const Version* last = nullptr;
  for (const Signature& signature : signatures_) {
    std::set<StreamId>& parties = signed_by[signature.version];
    const bool completes = parties.insert(signature.party).second && parties == signers_;
    if (!completes) continue;
    const Version& version = versions_[signature.version];
    if (version.base == (last == nullptr ? TermsHash() : last->terms)) last = &version;
  }
  return last;
}

std::vector<StreamId> SignedTerms::Arbiters() const {
  std::vector<StreamId> arbiters;
  const Version* version = LastSignedByAll();
  if (version == nullptr) return arbiters;
  for (const AgreementParty& party : opened_) {
    const bool called = std::ranges::count(version->arbiters, party.party) > 0;
    if (party.role == kArbiterRole && called) arbiters.push_back(party.party);
  }
  return arbiters;
}

}  // namespace tally::ledger
