#include "replay/dispute/claim_state.h"

#include "absl/strings/str_cat.h"

namespace tally::replay {

std::string ClaimStateText(ClaimState state, int64_t level) {
  switch (state) {
    case ClaimState::kPremature:
      return "premature";
    case ClaimState::kFiled:
      return "filed";
    case ClaimState::kAccepted:
      return "accepted";
    case ClaimState::kPartly:
      return "partly accepted";
    case ClaimState::kRejected:
      return "rejected";
    case ClaimState::kDeemedAccepted:
      return "deemed accepted";
    case ClaimState::kDeemedRejected:
      return "deemed rejected";
    case ClaimState::kLevel:
      return absl::StrCat("level ", level);
    case ClaimState::kMediation:
      return "mediation";
    case ClaimState::kDetermination:
      return "determination";
    case ClaimState::kArbitration:
      return "arbitration";
    case ClaimState::kAgreed:
      return "agreed";
    case ClaimState::kRuledInPart:
      return "ruled in part";
    case ClaimState::kRuled:
      return "ruled";
    case ClaimState::kSettled:
      return "settled";
    case ClaimState::kWithdrawn:
      return "withdrawn";
    case ClaimState::kLapsed:
      break;
  }
  return "lapsed";
}

bool IsOver(ClaimState state) {
  return state == ClaimState::kSettled || state == ClaimState::kWithdrawn;
}

bool IsAnswered(ClaimState state) {
  return state == ClaimState::kPartly || state == ClaimState::kRejected ||
         state == ClaimState::kDeemedRejected;
}

bool IsAccepted(ClaimState state) {
  return state == ClaimState::kAccepted || state == ClaimState::kDeemedAccepted;
}

bool AwaitsAnswer(ClaimState state) {
  return state == ClaimState::kPremature || state == ClaimState::kFiled;
}

bool IsDecided(ClaimState state) {
  switch (state) {
    case ClaimState::kAccepted:
    case ClaimState::kDeemedAccepted:
    case ClaimState::kAgreed:
    case ClaimState::kRuled:
    case ClaimState::kSettled:
    case ClaimState::kLapsed:
      return true;
    default:
      return false;
  }
}

}  // namespace tally::replay
