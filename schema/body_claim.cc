// Bodies of disputes and of what was computed: claims and answers, settlements, statements and
// closings.
#include "schema/body_parts.h"

namespace tally {
namespace {

absl::Status Read(wire::ClaimFiled::Reader source, ClaimFiled& value) {
  TALLY_RETURN_IF_ERROR(TakeWindows(source.getWindows(), value.windows));
  if (source.hasAmount()) {
    TALLY_ASSIGN_OR_RETURN(value.amount, TakeMoney(source.getAmount()));
  }
  value.reason = AsString(source.getReason());
  value.documents = TakeDigests(source.getDocuments());
  return absl::OkStatus();
}

absl::Status Read(wire::ClaimAnswered::Reader source, ClaimAnswered& value) {
  value.answer = static_cast<ClaimAnswer>(source.getAnswer());
  if (source.hasAmount()) {
    TALLY_ASSIGN_OR_RETURN(value.amount, TakeMoney(source.getAmount()));
  }
  value.reason = AsString(source.getReason());
  value.documents = TakeDigests(source.getDocuments());
  if ((value.answer == ClaimAnswer::kPartly) != value.amount.has_value()) {
    return absl::InvalidArgumentError("amount: stands with the answer \"partly\" and no other");
  }
  return absl::OkStatus();
}

absl::Status Read(wire::SettlementProposed::Reader source, SettlementProposed& value) {
  TALLY_ASSIGN_OR_RETURN(value.amount, TakeMoney(source.getAmount()));
  value.reference = AsString(source.getReference());
  value.reason = AsString(source.getReason());
  value.on_account = source.getOnAccount();
  return absl::OkStatus();
}

absl::Status Read(wire::SettlementConfirmed::Reader source, SettlementConfirmed& value) {
  TALLY_ASSIGN_OR_RETURN(value.amount, TakeMoney(source.getAmount()));
  value.reason = AsString(source.getReason());
  return absl::OkStatus();
}

absl::Status Read(wire::Statement::Reader source, Statement& value) {
  value.projection = AsString(source.getProjection());
  value.engine = AsString(source.getEngine());
  value.terms_hash = TakeDigest<TermsHash>(source.getTermsHash());
  value.objective = AsString(source.getObjective());
  TALLY_ASSIGN_OR_RETURN(value.window, TakeInterval(source.getFrom(), source.getUntil()));
  value.size = source.getSize();
  value.root = TakeDigest<Hash>(source.getRoot());
  value.knowledge = {source.getKnowledge()};
  value.figures = TakeDigest<Hash>(source.getFigures());
  value.result = TakeDigest<Hash>(source.getResult());
  return absl::OkStatus();
}

absl::Status Read(wire::WindowClosed::Reader source, WindowClosed& value) {
  TALLY_ASSIGN_OR_RETURN(value.window, TakeWindow(source.getWindow()));
  value.terms_hash = TakeDigest<TermsHash>(source.getTermsHash());
  value.size = source.getSize();
  value.knowledge = {source.getKnowledge()};
  value.figures = TakeDigest<Hash>(source.getFigures());
  value.verdict = AsString(source.getVerdict());
  value.value = AsString(source.getValue());
  if (source.hasCredit()) {
    TALLY_ASSIGN_OR_RETURN(value.credit, TakeMoney(source.getCredit()));
  }
  if (source.hasOutages()) {
    const wire::ClosedOutages::Reader outages = source.getOutages();
    value.outages = ClosedOutages{{outages.getLongest()},
                                  {outages.getAtBegin()},
                                  {outages.getAtEnd()},
                                  outages.getThroughout()};
  }
  for (const wire::ClosedCap::Reader cap : source.getCaps()) {
    value.caps.push_back({AsString(cap.getRule()), cap.getReached()});
    const size_t count = value.caps.size();
    if (count > 1 && value.caps[count - 2].rule >= value.caps[count - 1].rule) {
      return absl::InvalidArgumentError("caps: they do not ascend");
    }
  }
  return absl::OkStatus();
}

// The fields that a claim and its answer share.
template <typename Builder, typename Value>
void PutCase(Builder& target, const Value& value) {
  if (value.amount) PutMoney(*value.amount, target.initAmount());
  Put(target, &Builder::setReason, value.reason);
  PutDocuments(value, target);
}

}  // namespace

Bytes Encode(const ClaimFiled& value) {
  return EncodeWire<wire::ClaimFiled>([&](wire::ClaimFiled::Builder target) {
    PutCase(target, value);
    PutWindows(value, target);
  });
}

absl::StatusOr<ClaimFiled> DecodeClaimFiled(ByteView body) {
  return DecodeBody<wire::ClaimFiled, ClaimFiled>(BodyKind::kClaimFiled, body, Read);
}

Bytes Encode(const ClaimAnswered& value) {
  return EncodeWire<wire::ClaimAnswered>([&](wire::ClaimAnswered::Builder target) {
    target.setAnswer(static_cast<wire::ClaimAnswer>(value.answer));
    PutCase(target, value);
  });
}

absl::StatusOr<ClaimAnswered> DecodeClaimAnswered(ByteView body) {
  return DecodeBody<wire::ClaimAnswered, ClaimAnswered>(BodyKind::kClaimAnswered, body, Read);
}

Bytes Encode(const SettlementProposed& value) {
  return EncodeWire<wire::SettlementProposed>([&](wire::SettlementProposed::Builder target) {
    PutMoney(value.amount, target.initAmount());
    Put(target, &wire::SettlementProposed::Builder::setReference, value.reference);
    Put(target, &wire::SettlementProposed::Builder::setReason, value.reason);
    target.setOnAccount(value.on_account);
  });
}

absl::StatusOr<SettlementProposed> DecodeSettlementProposed(ByteView body) {
  return DecodeBody<wire::SettlementProposed, SettlementProposed>(BodyKind::kSettlementProposed,
                                                                  body, Read);
}

Bytes Encode(const SettlementConfirmed& value) {
  return EncodeWire<wire::SettlementConfirmed>([&](wire::SettlementConfirmed::Builder target) {
    PutMoney(value.amount, target.initAmount());
    Put(target, &wire::SettlementConfirmed::Builder::setReason, value.reason);
  });
}

absl::StatusOr<SettlementConfirmed> DecodeSettlementConfirmed(ByteView body) {
  return DecodeBody<wire::SettlementConfirmed, SettlementConfirmed>(BodyKind::kSettlementConfirmed,
                                                                    body, Read);
}

Bytes Encode(const Statement& value) {
  using Builder = wire::Statement::Builder;
  return EncodeWire<wire::Statement>([&](Builder target) {
    Put(target, &Builder::setProjection, value.projection);
    Put(target, &Builder::setEngine, value.engine);
    Put(target, &Builder::setTermsHash, value.terms_hash);
    Put(target, &Builder::setObjective, value.objective);
    target.setFrom(value.window.first.micros);
    target.setUntil(value.window.limit.micros);
    target.setSize(value.size);
    Put(target, &Builder::setRoot, value.root);
    target.setKnowledge(value.knowledge.micros);
    Put(target, &Builder::setFigures, value.figures);
    Put(target, &Builder::setResult, value.result);
  });
}

absl::StatusOr<Statement> DecodeStatement(ByteView body) {
  return DecodeBody<wire::Statement, Statement>(BodyKind::kStatement, body, Read);
}

Bytes Encode(const WindowClosed& value) {
  using Builder = wire::WindowClosed::Builder;
  return EncodeWire<wire::WindowClosed>([&](Builder target) {
    PutWindow(value.window, target.initWindow());
    Put(target, &Builder::setTermsHash, value.terms_hash);
    target.setSize(value.size);
    target.setKnowledge(value.knowledge.micros);
    Put(target, &Builder::setFigures, value.figures);
    Put(target, &Builder::setVerdict, value.verdict);
    Put(target, &Builder::setValue, value.value);
    if (value.credit) PutMoney(*value.credit, target.initCredit());
    if (value.outages) {
      wire::ClosedOutages::Builder outages = target.initOutages();
      outages.setLongest(value.outages->longest.micros);
      outages.setAtBegin(value.outages->at_begin.micros);
      outages.setAtEnd(value.outages->at_end.micros);
      outages.setThroughout(value.outages->throughout);
    }
    if (value.caps.empty()) return;
    auto caps = target.initCaps(static_cast<unsigned>(value.caps.size()));
    for (unsigned i = 0; i < caps.size(); ++i) {
      wire::ClosedCap::Builder cap = caps[i];
      Put(cap, &wire::ClosedCap::Builder::setRule, value.caps[i].rule);
      cap.setReached(value.caps[i].reached);
    }
  });
}

absl::StatusOr<WindowClosed> DecodeWindowClosed(ByteView body) {
  return DecodeBody<wire::WindowClosed, WindowClosed>(BodyKind::kWindowClosed, body, Read);
}

}  // namespace tally
