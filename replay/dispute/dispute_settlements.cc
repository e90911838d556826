// The settlements of a dispute: who may propose and confirm them, and what they answer. Whoever
// owes proposes, and whoever is owed confirms: of a credit, what a ruling awards, and what is owed
// back. Whether one of them has an effect, and what it pays, is weighed later (claim_life.h,
// claim_admission.h, bookkeeping.h).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/dispute/dispute_fold.h"
#include "schema/status.h"

namespace tally::replay {

const Settlement* Claim::Settled() const {
  for (const Settlement& settlement : settlements) {
    if (settlement.IsStated()) return &settlement;
  }
  return nullptr;
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
  Offer place = OfferAnsweredBy(fact);
  if (place.settlement == nullptr) place = PlaceAnsweredBy(fact);
  if (place.claim == nullptr && !place.window.has_value() && !place.ruling.has_value()) {
    return Find(fact, "settlement-of-nothing", "error",
                "it answers no claim, closing or ruling of this agreement");
  }
  if (body->on_account && place.claim == nullptr) {
    return Find(fact, "payment-without-claim", "error",
                "on account is paid what is approved of a claim, and it answers none; it has no "
                "effect");
  }
  const StreamId& author = fact.header().author;
  const bool back = place.window.has_value() && Holds(author, Side::kObligee, {*place.window});
  if (!place.ruling.has_value() && !back && !Owes(author, place)) {
    return Find(fact, "settlement-by-non-obligor", "error",
                "a settlement is proposed by the party that owes it");
  }
  // Of a claim the first window says it: those in another currency need claims of their own. An
  // award has a currency of its own.
  std::optional<Currency> currency;
  if (place.claim != nullptr) currency = CurrencyOf(place.claim->body.windows.front());
  if (place.window.has_value()) currency = CurrencyOf(*place.window);
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
  if (place.claim != nullptr) {
    (body->on_account ? place.claim->payments : place.claim->settlements)
        .push_back(std::move(settlement));
  } else if (place.ruling.has_value()) {
    award_payments_[*place.ruling].push_back(std::move(settlement));
  } else {
    (back ? repayments_ : direct_)[*place.window].push_back(std::move(settlement));
  }
}

bool DisputeFold::Owes(const StreamId& party, const Offer& place) const {
  const StreamId* opponent = place.claim != nullptr ? OpponentOf(place.claim->body.windows)
                                                    : HolderOf(*place.window, Side::kObligor);
  return opponent != nullptr && *opponent == party;
}

DisputeFold::Offer DisputeFold::PlaceAnsweredBy(const Fact& fact) {
  const Hash& answers = fact.header().answers;
  if (Claim* claim = ClaimAnsweredBy(fact); claim != nullptr) return {.claim = claim};
  const Closing* closing = ClosingAnsweredBy(fact);
  if (closing != nullptr) return {.window = closing->body.window};
  return rulings_.count(answers) > 0 ? Offer{.ruling = answers} : Offer{};
}

DisputeFold::Offer DisputeFold::OfferAnsweredBy(const Fact& fact) {
  const auto among = [&fact](std::vector<Settlement>& offers) -> Settlement* {
    for (Settlement& offer : offers) {
      if (offer.digest == fact.header().answers) return &offer;
    }
    return nullptr;
  };
  for (Claim& claim : claims_) {
    for (std::vector<Settlement>* offers : {&claim.settlements, &claim.payments}) {
      if (Settlement* found = among(*offers)) return {.settlement = found, .claim = &claim};
    }
  }
  for (auto& [window, offers] : direct_) {
    if (Settlement* found = among(offers)) return {.settlement = found, .window = window};
  }
  for (auto& [window, offers] : repayments_) {
    if (Settlement* found = among(offers)) {
      return {.settlement = found, .window = window, .back = true};
    }
  }
  for (auto& [ruling, offers] : award_payments_) {
    if (Settlement* found = among(offers)) return {.settlement = found, .ruling = ruling};
  }
  return {};
}

void DisputeFold::ConfirmSettlement(const Fact& fact) {
  absl::StatusOr<SettlementConfirmed> body = DecodeSettlementConfirmed(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  const Offer place = OfferAnsweredBy(fact);
  Settlement* offer = place.settlement;
  if (offer == nullptr) {
    return Find(fact, "confirmation-of-nothing", "error", "it answers no proposed settlement");
  }
  const StreamId& author = fact.header().author;
  const Side owed = place.back ? Side::kObligor : Side::kObligee;
  // Who is owed an award its ruling says.
  const bool may = place.claim != nullptr     ? place.claim->stamp.author == author
                   : place.window.has_value() ? Holds(author, owed, {*place.window})
                                              : true;
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

const std::vector<Settlement>* DisputeFold::DirectSettlements(const WindowName& window) const {
  auto found = direct_.find(window);
  return found == direct_.end() ? nullptr : &found->second;
}

const std::vector<Settlement>* DisputeFold::Repayments(const WindowName& window) const {
  auto found = repayments_.find(window);
  return found == repayments_.end() ? nullptr : &found->second;
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

}  // namespace tally::replay
