// Bodies of a claim's later life, and the part of a ruling that is about claims.
#include "schema/dispute_act.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "schema/body_parts.h"

namespace tally {
namespace {

absl::StatusOr<Money> TakeOwed(wire::Money::Reader source) {
  TALLY_ASSIGN_OR_RETURN(const Money amount, TakeMoney(source));
  if (amount.minor < 0) return absl::InvalidArgumentError("amount: is not negative");
  return amount;
}

template <typename Windows>
absl::Status TakeWindows(Windows source, std::vector<WindowName>& windows) {
  for (wire::WindowName::Reader element : source) {
    TALLY_ASSIGN_OR_RETURN(WindowName window, TakeWindow(element));
    windows.push_back(std::move(window));
  }
  return absl::OkStatus();
}

// "n/d" in lowest terms, written the one way that results write it.
absl::StatusOr<Fraction> ReadFraction(const std::string& text) {
  const std::vector<std::string> sides = absl::StrSplit(text, '/');
  int64_t numerator = 0, denominator = 0;
  const bool numbers = sides.size() == 2 && absl::SimpleAtoi(sides[0], &numerator) &&
                       absl::SimpleAtoi(sides[1], &denominator) && denominator > 0;
  if (numbers) {
    TALLY_ASSIGN_OR_RETURN(const Fraction value, Fraction::Of(numerator, denominator));
    const bool lowest =
        text == absl::StrCat(FormatWide(value.numerator()), "/", FormatWide(value.denominator()));
    if (lowest) return value;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("value: '", text, "' is no fraction in lowest terms, like \"999/1000\""));
}

absl::Status Read(wire::ClaimEscalated::Reader source, ClaimEscalated& value) {
  value.level = source.getLevel();
  value.forum = AsString(source.getForum());
  return absl::OkStatus();
}

absl::Status Read(wire::ClaimAgreed::Reader source, ClaimAgreed& value) {
  TALLY_ASSIGN_OR_RETURN(value.amount, TakeOwed(source.getAmount()));
  return TakeWindows(source.getWindows(), value.windows);
}

absl::Status Read(wire::ClaimAmended::Reader source, ClaimAmended& value) {
  if (source.hasAmount()) {
    TALLY_ASSIGN_OR_RETURN(value.amount, TakeOwed(source.getAmount()));
  }
  return TakeWindows(source.getWindows(), value.windows);
}

absl::Status Read(wire::MediationOpened::Reader source, MediationOpened& value) {
  value.mediator = AsString(source.getMediator());
  value.party = TakeDigest<StreamId>(source.getParty());
  return absl::OkStatus();
}

absl::Status Read(wire::MediationClosed::Reader source, MediationClosed& value) {
  value.outcome = static_cast<MediationOutcome>(source.getOutcome());
  if (!source.hasAmount()) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(value.amount, TakeOwed(source.getAmount()));
  return absl::OkStatus();
}

absl::Status Read(wire::RulingIssued::Reader source, RulingOnClaims& value) {
  value.rank = static_cast<DecisionRank>(source.getRank());
  value.partial = source.getPartial();
  for (wire::RuledValue::Reader each : source.getValues()) {
    RuledValue ruled;
    TALLY_ASSIGN_OR_RETURN(ruled.window, TakeWindow(each.getWindow()));
    TALLY_ASSIGN_OR_RETURN(ruled.value, ReadFraction(AsString(each.getValue())));
    value.values.push_back(std::move(ruled));
  }
  for (wire::RuledCredit::Reader each : source.getCredits()) {
    RuledCredit ruled;
    TALLY_ASSIGN_OR_RETURN(ruled.window, TakeWindow(each.getWindow()));
    TALLY_ASSIGN_OR_RETURN(ruled.amount, TakeOwed(each.getAmount()));
    value.credits.push_back(std::move(ruled));
  }
  for (wire::RuledRecomputation::Reader each : source.getRecomputations()) {
    RuledRecomputation ruled;
    TALLY_ASSIGN_OR_RETURN(ruled.window, TakeWindow(each.getWindow()));
    ruled.terms = TakeDigest<TermsHash>(each.getTermsHash());
    value.recomputations.push_back(std::move(ruled));
  }
  TALLY_RETURN_IF_ERROR(TakeWindows(source.getReopened(), value.reopened));
  for (wire::Award::Reader each : source.getAwards()) {
    Award award;
    award.of = static_cast<AwardOf>(each.getOf());
    award.debtor = AsString(each.getDebtor());
    TALLY_ASSIGN_OR_RETURN(award.amount, TakeOwed(each.getAmount()));
    award.note = AsString(each.getNote());
    value.awards.push_back(std::move(award));
  }
  return absl::OkStatus();
}

absl::Status Read(wire::DeadlineExtended::Reader source, DeadlineExtended& value) {
  value.deadline = AsString(source.getDeadline());
  value.until = {source.getUntil()};
  return absl::OkStatus();
}

absl::Status Read(wire::DeadlineSuspended::Reader source, DeadlineSuspended& value) {
  value.deadline = AsString(source.getDeadline());
  value.from = {source.getFrom()};
  if (!source.getUntil().isIs()) return absl::OkStatus();
  value.until = {source.getUntil().getIs()};
  if (*value.until <= value.from) {
    return absl::InvalidArgumentError("until: a suspension ends after it begins");
  }
  return absl::OkStatus();
}

absl::Status Read(wire::DeadlineResumed::Reader source, DeadlineResumed& value) {
  value.deadline = AsString(source.getDeadline());
  value.from = {source.getFrom()};
  return absl::OkStatus();
}

template <typename Wire, typename Value>
absl::StatusOr<Value> Decode(BodyKind kind, ByteView body) {
  return DecodeBody<Wire, Value>(kind, body,
                                 [](auto source, Value& value) { return Read(source, value); });
}

}  // namespace

absl::string_view AwardName(AwardOf of) {
  switch (of) {
    case AwardOf::kCosts:
      return "costs";
    case AwardOf::kInterest:
      return "interest";
    case AwardOf::kSum:
      return "sum";
    default:
      return "other";
  }
}

absl::StatusOr<ClaimEscalated> DecodeClaimEscalated(ByteView body) {
  return Decode<wire::ClaimEscalated, ClaimEscalated>(BodyKind::kClaimEscalated, body);
}
absl::StatusOr<ClaimAgreed> DecodeClaimAgreed(ByteView body) {
  return Decode<wire::ClaimAgreed, ClaimAgreed>(BodyKind::kClaimAgreed, body);
}
absl::StatusOr<ClaimAmended> DecodeClaimAmended(ByteView body) {
  return Decode<wire::ClaimAmended, ClaimAmended>(BodyKind::kClaimAmended, body);
}
absl::StatusOr<MediationOpened> DecodeMediationOpened(ByteView body) {
  return Decode<wire::MediationOpened, MediationOpened>(BodyKind::kMediationOpened, body);
}
absl::StatusOr<MediationClosed> DecodeMediationClosed(ByteView body) {
  return Decode<wire::MediationClosed, MediationClosed>(BodyKind::kMediationClosed, body);
}
absl::StatusOr<RulingOnClaims> DecodeRulingOnClaims(ByteView body, bool corrected) {
  if (!corrected) return Decode<wire::RulingIssued, RulingOnClaims>(BodyKind::kRulingIssued, body);
  return DecodeBody<wire::RulingCorrected, RulingOnClaims>(
      BodyKind::kRulingCorrected, body,
      [](auto source, RulingOnClaims& value) { return Read(source.getRuling(), value); });
}
absl::StatusOr<DeadlineExtended> DecodeDeadlineExtended(ByteView body) {
  return Decode<wire::DeadlineExtended, DeadlineExtended>(BodyKind::kDeadlineExtended, body);
}
absl::StatusOr<DeadlineSuspended> DecodeDeadlineSuspended(ByteView body) {
  return Decode<wire::DeadlineSuspended, DeadlineSuspended>(BodyKind::kDeadlineSuspended, body);
}
absl::StatusOr<DeadlineResumed> DecodeDeadlineResumed(ByteView body) {
  return Decode<wire::DeadlineResumed, DeadlineResumed>(BodyKind::kDeadlineResumed, body);
}

}  // namespace tally
