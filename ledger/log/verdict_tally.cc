// Verdicts by the keyring at the end; each record was judged by the keyring at its own place before
// it was counted, so nothing here is invalid or unknown.
#include "ledger/log/verdict_tally.h"

#include <optional>

#include "absl/strings/str_cat.h"

namespace tally::ledger {
namespace {

std::string HolderOf(const Keyring& keyring, const KeyEntry& key) {
  if (key.party.IsZero()) return "the ledger's operator";
  const PartyEntry* party = keyring.FindParty(key.party);
  return absl::StrCat("party ", party == nullptr ? key.party.ToHex() : party->name);
}

}  // namespace

void VerdictTally::Add(const KeyFingerprint& key, uint64_t index, Instant recorded) {
  std::vector<Run>& runs = signed_by_[key];
  if (runs.empty() || runs.back().recorded != recorded) runs.push_back({recorded, index, 0});
  ++runs.back().records;
}

std::vector<std::string> VerdictTally::Notes(const Keyring& keyring) const {
  uint64_t valid = 0, retired = 0, suspect = 0;
  std::vector<std::string> sentences;
  for (const auto& [fingerprint, runs] : signed_by_) {
    const KeyEntry* key = keyring.Find(fingerprint);
    if (key == nullptr) continue;
    uint64_t suspects = 0;
    std::optional<uint64_t> first;
    for (const Run& run : runs) {
      if (key->compromised_since && run.recorded >= *key->compromised_since) {
        suspects += run.records;
        if (!first) first = run.first;
      } else {
        (key->revoked_at ? retired : valid) += run.records;
      }
    }
    suspect += suspects;
    if (suspects == 0) continue;
    sentences.push_back(absl::StrCat(
        "key ", fingerprint.ToHex(), " of ", HolderOf(keyring, *key), " is compromised since ",
        FormatInstant(*key->compromised_since), " (record ", *key->revoked_at, "): ", suspects,
        suspects == 1 ? " record that it signed is suspect, record "
                      : " records that it signed are suspect, from record ",
        *first, suspects == 1 ? "" : " on", "; they count until a ruling says otherwise"));
  }
  if (retired + suspect == 0) return {};
  sentences.insert(sentences.begin(),
                   absl::StrCat("verdicts of keys: ", valid, " records valid, ", retired,
                                " valid by retired key, ", suspect, " suspect"));
  return sentences;
}

}  // namespace tally::ledger
