// The states of a claim (DOMAIN 3.17 rule 29), what they are called, and which of them are alike.
#pragma once

#include <cstdint>
#include <string>

namespace tally::replay {

enum class ClaimState : uint8_t {
  kPremature,
  kFiled,
  kAccepted,
  kPartly,
  kRejected,
  kDeemedAccepted,
  kDeemedRejected,
  kLevel,  // representatives
  kMediation,
  kDetermination,
  kArbitration,
  kAgreed,
  kRuledInPart,  // a partial award; the rest stays open before the same authority
  kRuled,
  kSettled,
  kWithdrawn,
  kLapsed,
};
// "partly accepted"; levels by their number: "level 2".
std::string ClaimStateText(ClaimState state, int64_t level);

// Nothing that anybody says moves it on.
bool IsOver(ClaimState state);
bool IsAnswered(ClaimState state);    // and not taken by the claimant
bool IsAccepted(ClaimState state);    // as it was claimed, in words or by silence
bool AwaitsAnswer(ClaimState state);  // also before it takes effect
// Nothing of it is left open: what was not granted was refused.
bool IsDecided(ClaimState state);

}  // namespace tally::replay
