#include "schema/claim_accepted.h"

#include "schema/body_parts.h"

namespace tally {

Bytes Encode(const ClaimAccepted& value) {
  return EncodeWire<wire::ClaimAccepted>([&](wire::ClaimAccepted::Builder target) {
    if (value.amount) PutMoney(*value.amount, target.initAmount());
    Put(target, &wire::ClaimAccepted::Builder::setReason, value.reason);
  });
}

absl::StatusOr<ClaimAccepted> DecodeClaimAccepted(ByteView body) {
  return DecodeBody<wire::ClaimAccepted, ClaimAccepted>(
      BodyKind::kClaimAccepted, body, [](auto source, ClaimAccepted& value) -> absl::Status {
        if (source.hasAmount()) {
          TALLY_ASSIGN_OR_RETURN(value.amount, TakeMoney(source.getAmount()));
        }
        value.reason = AsString(source.getReason());
        return absl::OkStatus();
      });
}

}  // namespace tally
