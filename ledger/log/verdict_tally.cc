// Verdicts by the keyring at the end; each record was judged by the keyring at its own place before
// it was counted, so nothing here is invalid or unknown.
#include "ledger/log/verdict_tally.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

std::string NameOf(const Keyring& keyring, const StreamId& id) {
  if (id.IsZero()) return "the ledger's operator";
  const PartyEntry* party = keyring.FindParty(id);
  return absl::StrCat("party ", party == nullptr ? id.ToHex() : party->name);
}

// Suspect records of one cause.
struct Suspects {
  Suspicion why;
  uint64_t records = 0;
  uint64_t first = 0;
};

std::string SentenceOn(const Keyring& keyring, const Suspects& suspects) {
  const Suspicion& why = suspects.why;
  const KeyEntry* key = keyring.Find(why.key);
  TALLY_CHECK(key != nullptr);
  const std::string under = why.grant ? absl::StrCat("signed under the role that it granted to ",
                                                     NameOf(keyring, why.grant->name.grantee),
                                                     " (record ", why.grant->granted_at, ")")
                                      : std::string("that it signed");
  const bool one = suspects.records == 1;
  return absl::StrCat("key ", why.key.ToHex(), " of ", NameOf(keyring, key->party),
                      " is compromised since ", FormatInstant(why.compromise.since), " (record ",
                      why.compromise.told_at, "): ", suspects.records,
                      one ? " record " : " records ", under,
                      one ? " is suspect, record " : " are suspect, from record ", suspects.first,
                      one ? "" : " on", "; they count until a ruling says otherwise");
}

}  // namespace

void VerdictTally::Add(const KeyFingerprint& key, const Signing& what, uint64_t index,
                       Instant recorded) {
  InOneName& signed_here = signed_[{key, what.author, what.agreement}];
  if (signed_here.runs.empty()) signed_here.kind = what.kind;
  std::vector<Run>& runs = signed_here.runs;
  if (runs.empty() || runs.back().recorded != recorded) runs.push_back({recorded, index, 0});
  ++runs.back().records;
}

std::vector<std::string> VerdictTally::Notes(const Keyring& keyring) const {
  uint64_t valid = 0, retired = 0, suspect = 0;
  // By the key that is to blame, and the record of the role that it granted; 0: it signed itself.
  std::map<std::pair<KeyFingerprint, uint64_t>, Suspects> causes;
  for (const auto& [name, signed_here] : signed_) {
    const auto& [fingerprint, author, agreement] = name;
    const KeyEntry* key = keyring.Find(fingerprint);
    if (key == nullptr) continue;
    for (const Run& run : signed_here.runs) {
      const std::optional<Suspicion> why = keyring.WhySuspect(
          fingerprint, {author, signed_here.kind, agreement}, run.first, run.recorded);
      if (!why) {
        (key->revoked_at ? retired : valid) += run.records;
        continue;
      }
      suspect += run.records;
      Suspects& cause = causes[{why->key, why->grant ? why->grant->granted_at : 0}];
      const bool earliest = cause.records == 0 || run.first < cause.first;
      if (earliest) cause.why = *why;
      if (earliest) cause.first = run.first;
      cause.records += run.records;
    }
  }
  if (retired + suspect == 0) return {};
  std::vector<std::string> sentences = {
      absl::StrCat("verdicts of keys: ", valid, " records valid, ", retired,
                   " valid by retired key, ", suspect, " suspect")};
  for (const auto& [key, cause] : causes) sentences.push_back(SentenceOn(keyring, cause));
  return sentences;
}

}  // namespace tally::ledger
