#include "replay/dispute/heard_act.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace tally::replay {
namespace {

const Objective* ObjectiveBy(const TermsVersion& version, const WindowName& window) {
  for (const Objective& each : version.terms->objectives) {
    if (each.id == window.objective) return &each;
  }
  return nullptr;
}

}  // namespace

Finding FindingAbout(const Fact& fact, absl::string_view kind, absl::string_view severity,
                     std::string message) {
  return {.kind = std::string(kind),
          .severity = std::string(severity),
          .objective = "",
          .at = fact.address(),
          .message = std::move(message)};
}

bool CameBefore(const ActStamp& a, const ActStamp& b) {
  return std::tie(a.time, a.at) < std::tie(b.time, b.at);
}

bool MayBeHeard(const Fact& fact, std::vector<Finding>& findings) {
  if (!fact.Authorised()) {
    findings.push_back(
        FindingAbout(fact, "act-without-authority", "error",
                     "the signing key held no authority when this was recorded; it has no effect"));
    return false;
  }
  if (fact.event->erased) {
    findings.push_back(FindingAbout(fact, "act-erased", "error",
                                    "the body of this act is erased; it has no effect"));
    return false;
  }
  if (fact.verdict == ledger::KeyVerdict::kSuspect) {
    findings.push_back(FindingAbout(
        fact, "act-by-suspect-key", "warning",
        "signed by a key that was later said to be compromised since then; it counts until a "
        "ruling says otherwise"));
  }
  return true;
}

bool IsByParty(const Fact& fact, const AgreementFold& agreement, std::vector<Finding>& findings) {
  if (agreement.IsParty(fact.header().author)) return true;
  findings.push_back(
      FindingAbout(fact, "act-by-non-party", "error", "its author is no party to this agreement"));
  return false;
}

const TermsVersion* AttestedFor(const AgreementFold& agreement, const StreamId& party,
                                const std::vector<WindowName>& windows) {
  if (agreement.Current() != nullptr || windows.empty()) return nullptr;
  const TermsVersion* newest = nullptr;
  for (const TermsVersion* version : agreement.Versions()) {
    if (!version->attested) continue;
    const bool all = std::all_of(windows.begin(), windows.end(), [&](const WindowName& window) {
      const Objective* objective = ObjectiveBy(*version, window);
      const StreamId* owed =
          objective == nullptr ? nullptr : version->PartyOfRole(objective->obligee);
      return owed != nullptr && *owed == party;
    });
    if (all) newest = version;
  }
  return newest;
}

const StreamId* ObligorBy(const TermsVersion& terms, const std::vector<WindowName>& windows) {
  const Objective* objective = ObjectiveBy(terms, windows.front());
  return objective == nullptr ? nullptr : terms.PartyOfRole(objective->obligor);
}

ActStamp LedgerStamp(const Fact& fact) {
  return {.at = fact.address(),
          .time = fact.recorded,
          .recorded = fact.recorded,
          .author = fact.header().author};
}

namespace {

// The time that an act claims as history; nullopt where it claims none that could be.
std::optional<Instant> ClaimedBy(const Fact& fact, const AgreementFold& agreement) {
  const Instant claimed = fact.header().observed_from;
  const bool states_a_time = claimed != Instant{};  // zero: the header names none
  if (!states_a_time || claimed >= agreement.opened_at()) return std::nullopt;
  return claimed;
}

}  // namespace

ActStamp StampOf(const Fact& fact, const AgreementFold& agreement, std::vector<Finding>& findings) {
  ActStamp stamp = LedgerStamp(fact);
  stamp.claimed = ClaimedBy(fact, agreement);
  if (!stamp.claimed.has_value()) return stamp;
  findings.push_back(FindingAbout(
      fact, "claimed-time-refused", "warning",
      absl::StrCat("claimed at ", FormatInstant(*stamp.claimed),
                   " by its author alone, as history; the act counts at its ledger time")));
  return stamp;
}

ActStamp JointStampOf(const Fact& fact, const AgreementFold& agreement, const ActStamp& first,
                      std::vector<Finding>& findings) {
  ActStamp stamp = LedgerStamp(fact);
  stamp.claimed = ClaimedBy(fact, agreement);
  const bool joint = stamp.claimed.has_value() && first.claimed.has_value() &&
                     *first.claimed <= *stamp.claimed && first.author != stamp.author;
  if (!joint) return StampOf(fact, agreement, findings);
  stamp.time = *stamp.claimed;
  findings.push_back(FindingAbout(
      fact, "as-claimed", "note",
      absl::StrCat("imported history: the act counts at ", FormatInstant(stamp.time),
                   " as both sides claim, before the agreement was opened in this ledger")));
  return stamp;
}

}  // namespace tally::replay
