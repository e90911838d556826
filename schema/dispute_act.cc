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
  value.reason = AsString(source.getReason());
  value.documents = TakeDigests(source.getDocuments());
  value.level = source.getLevel();
  value.forum = AsString(source.getForum());
  return absl::OkStatus();
}

absl::Status Read(wire::ClaimAgreed::Reader source, ClaimAgreed& value) {
  value.reason = AsString(source.getReason());
  value.documents = TakeDigests(source.getDocuments());
  TALLY_ASSIGN_OR_RETURN(value.amount, TakeOwed(source.getAmount()));
  return TakeWindows(source.getWindows(), value.windows);
}

absl::Status Read(wire::ClaimAmended::Reader source, ClaimAmended& value) {
  value.reason = AsString(source.getReason());
  value.documents = TakeDigests(source.getDocuments());
  if (source.hasAmount()) {
    TALLY_ASSIGN_OR_RETURN(value.amount, TakeOwed(source.getAmount()));
  }
  return TakeWindows(source.getWindows(), value.windows);
}

absl::Status Read(wire::MediationOpened::Reader source, MediationOpened& value) {
  value.reason = AsString(source.getReason());
  value.mediator = AsString(source.getMediator());
  value.party = TakeDigest<StreamId>(source.getParty());
  return absl::OkStatus();
}

absl::Status Read(wire::MediationClosed::Reader source, MediationClosed& value) {
  value.reason = AsString(source.getReason());
  value.outcome = static_cast<MediationOutcome>(source.getOutcome());
  if (!source.hasAmount()) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(value.amount, TakeOwed(source.getAmount()));
  return absl::OkStatus();
}

absl::Status Read(wire::RulingIssued::Reader source, RulingOnClaims& value) {
  value.forum = AsString(source.getForum());
  value.reason = AsString(source.getReason());
  value.documents = TakeDigests(source.getDocuments());
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
  for (capnp::Data::Reader each : source.getKeysInvalid()) {
    value.keys_invalid.push_back(TakeDigest<KeyFingerprint>(each));
  }
  return absl::OkStatus();
}

absl::Status Read(wire::DeadlineExtended::Reader source, DeadlineExtended& value) {
  value.reason = AsString(source.getReason());
  value.deadline = AsString(source.getDeadline());
  value.until = {source.getUntil()};
  return absl::OkStatus();
}

absl::Status Read(wire::DeadlineSuspended::Reader source, DeadlineSuspended& value) {
  value.reason = AsString(source.getReason());
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
  value.reason = AsString(source.getReason());
  value.deadline = AsString(source.getDeadline());
  value.from = {source.getFrom()};
  return absl::OkStatus();
}

void PutRuling(const RulingOnClaims& value, wire::RulingIssued::Builder target) {
  target.setRank(static_cast<wire::Rank>(value.rank));
  target.setPartial(value.partial);
  Put(target, &wire::RulingIssued::Builder::setForum, value.forum);
  Put(target, &wire::RulingIssued::Builder::setReason, value.reason);
  if (!value.values.empty()) {
    auto values = target.initValues(static_cast<unsigned>(value.values.size()));
    for (unsigned i = 0; i < values.size(); ++i) {
      wire::RuledValue::Builder each = values[i];
      PutWindow(value.values[i].window, each.initWindow());
      const Fraction& ruled = value.values[i].value;
      each.setValue(
          absl::StrCat(FormatWide(ruled.numerator()), "/", FormatWide(ruled.denominator())));
    }
  }
  if (!value.credits.empty()) {
    auto credits = target.initCredits(static_cast<unsigned>(value.credits.size()));
    for (unsigned i = 0; i < credits.size(); ++i) {
      wire::RuledCredit::Builder each = credits[i];
      PutWindow(value.credits[i].window, each.initWindow());
      PutMoney(value.credits[i].amount, each.initAmount());
    }
  }
  if (!value.recomputations.empty()) {
    auto ordered = target.initRecomputations(static_cast<unsigned>(value.recomputations.size()));
    for (unsigned i = 0; i < ordered.size(); ++i) {
      wire::RuledRecomputation::Builder each = ordered[i];
      PutWindow(value.recomputations[i].window, each.initWindow());
      Put(each, &wire::RuledRecomputation::Builder::setTermsHash, value.recomputations[i].terms);
    }
  }
  if (!value.reopened.empty()) {
    auto reopened = target.initReopened(static_cast<unsigned>(value.reopened.size()));
    for (unsigned i = 0; i < reopened.size(); ++i) PutWindow(value.reopened[i], reopened[i]);
  }
  if (!value.awards.empty()) {
    auto awards = target.initAwards(static_cast<unsigned>(value.awards.size()));
    for (unsigned i = 0; i < awards.size(); ++i) {
      wire::Award::Builder each = awards[i];
      each.setOf(static_cast<wire::AwardOf>(value.awards[i].of));
      Put(each, &wire::Award::Builder::setDebtor, value.awards[i].debtor);
      PutMoney(value.awards[i].amount, each.initAmount());
      Put(each, &wire::Award::Builder::setNote, value.awards[i].note);
    }
  }
  if (!value.keys_invalid.empty()) {
    auto keys = target.initKeysInvalid(static_cast<unsigned>(value.keys_invalid.size()));
    for (unsigned i = 0; i < keys.size(); ++i) keys.set(i, AsData(value.keys_invalid[i].view()));
  }
  PutDocuments(value, target);
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

Bytes Encode(const ClaimAcknowledged& value) {
  return EncodeWire<wire::ClaimAcknowledged>([&](wire::ClaimAcknowledged::Builder target) {
    Put(target, &wire::ClaimAcknowledged::Builder::setReference, value.reference);
    Put(target, &wire::ClaimAcknowledged::Builder::setReason, value.reason);
  });
}
Bytes Encode(const ClaimEscalated& value) {
  return EncodeWire<wire::ClaimEscalated>([&](wire::ClaimEscalated::Builder target) {
    target.setLevel(value.level);
    Put(target, &wire::ClaimEscalated::Builder::setForum, value.forum);
    Put(target, &wire::ClaimEscalated::Builder::setReason, value.reason);
    PutDocuments(value, target);
  });
}
Bytes Encode(const ClaimAgreed& value) {
  return EncodeWire<wire::ClaimAgreed>([&](wire::ClaimAgreed::Builder target) {
    PutMoney(value.amount, target.initAmount());
    PutWindows(value, target);
    Put(target, &wire::ClaimAgreed::Builder::setReason, value.reason);
    PutDocuments(value, target);
  });
}
Bytes Encode(const ClaimAmended& value) {
  return EncodeWire<wire::ClaimAmended>([&](wire::ClaimAmended::Builder target) {
    PutWindows(value, target);
    if (value.amount) PutMoney(*value.amount, target.initAmount());
    Put(target, &wire::ClaimAmended::Builder::setReason, value.reason);
    PutDocuments(value, target);
  });
}
Bytes Encode(const MediationOpened& value) {
  return EncodeWire<wire::MediationOpened>([&](wire::MediationOpened::Builder target) {
    Put(target, &wire::MediationOpened::Builder::setMediator, value.mediator);
    if (!value.party.IsZero()) Put(target, &wire::MediationOpened::Builder::setParty, value.party);
    Put(target, &wire::MediationOpened::Builder::setReason, value.reason);
  });
}
Bytes Encode(const MediationClosed& value) {
  return EncodeWire<wire::MediationClosed>([&](wire::MediationClosed::Builder target) {
    target.setOutcome(static_cast<wire::MediationOutcome>(value.outcome));
    if (value.amount) PutMoney(*value.amount, target.initAmount());
    Put(target, &wire::MediationClosed::Builder::setReason, value.reason);
  });
}
Bytes Encode(const RulingOnClaims& value) {
  return EncodeWire<wire::RulingIssued>(
      [&](wire::RulingIssued::Builder target) { PutRuling(value, target); });
}
Bytes Encode(const DeadlineExtended& value) {
  return EncodeWire<wire::DeadlineExtended>([&](wire::DeadlineExtended::Builder target) {
    Put(target, &wire::DeadlineExtended::Builder::setDeadline, value.deadline);
    target.setUntil(value.until.micros);
    Put(target, &wire::DeadlineExtended::Builder::setReason, value.reason);
  });
}
Bytes Encode(const DeadlineSuspended& value) {
  return EncodeWire<wire::DeadlineSuspended>([&](wire::DeadlineSuspended::Builder target) {
    Put(target, &wire::DeadlineSuspended::Builder::setDeadline, value.deadline);
    target.setFrom(value.from.micros);
    if (value.until) target.initUntil().setIs(value.until->micros);
    Put(target, &wire::DeadlineSuspended::Builder::setReason, value.reason);
  });
}
Bytes Encode(const DeadlineResumed& value) {
  return EncodeWire<wire::DeadlineResumed>([&](wire::DeadlineResumed::Builder target) {
    Put(target, &wire::DeadlineResumed::Builder::setDeadline, value.deadline);
    target.setFrom(value.from.micros);
    Put(target, &wire::DeadlineResumed::Builder::setReason, value.reason);
  });
}

absl::StatusOr<ClaimEscalated> DecodeClaimEscalated(ByteView body) {
  return DecodeBody<wire::ClaimEscalated, ClaimEscalated>(BodyKind::kClaimEscalated, body, Read);
}
absl::StatusOr<ClaimAgreed> DecodeClaimAgreed(ByteView body) {
  return DecodeBody<wire::ClaimAgreed, ClaimAgreed>(BodyKind::kClaimAgreed, body, Read);
}
absl::StatusOr<ClaimAmended> DecodeClaimAmended(ByteView body) {
  return DecodeBody<wire::ClaimAmended, ClaimAmended>(BodyKind::kClaimAmended, body, Read);
}
absl::StatusOr<MediationOpened> DecodeMediationOpened(ByteView body) {
  return DecodeBody<wire::MediationOpened, MediationOpened>(BodyKind::kMediationOpened, body, Read);
}
absl::StatusOr<MediationClosed> DecodeMediationClosed(ByteView body) {
  return DecodeBody<wire::MediationClosed, MediationClosed>(BodyKind::kMediationClosed, body, Read);
}
absl::StatusOr<RulingOnClaims> DecodeRulingOnClaims(ByteView body, bool corrected) {
  if (!corrected)
    return DecodeBody<wire::RulingIssued, RulingOnClaims>(BodyKind::kRulingIssued, body, Read);
  return DecodeBody<wire::RulingCorrected, RulingOnClaims>(
      BodyKind::kRulingCorrected, body,
      [](auto source, RulingOnClaims& value) { return Read(source.getRuling(), value); });
}
absl::StatusOr<DeadlineExtended> DecodeDeadlineExtended(ByteView body) {
  return DecodeBody<wire::DeadlineExtended, DeadlineExtended>(BodyKind::kDeadlineExtended, body,
                                                              Read);
}
absl::StatusOr<DeadlineSuspended> DecodeDeadlineSuspended(ByteView body) {
  return DecodeBody<wire::DeadlineSuspended, DeadlineSuspended>(BodyKind::kDeadlineSuspended, body,
                                                                Read);
}
absl::StatusOr<DeadlineResumed> DecodeDeadlineResumed(ByteView body) {
  return DecodeBody<wire::DeadlineResumed, DeadlineResumed>(BodyKind::kDeadlineResumed, body, Read);
}

}  // namespace tally
