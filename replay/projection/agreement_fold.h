// The terms of one agreement, folded from its stream in log order: who the parties are, what was
// proposed, who consented, what is in force, and for which windows.
//
//   proposed -> in force   when every party that an objective names as obligor or obligee
//   consented;
//                          the proposer consents by proposing
//   amendment -> in force  the same, and only while its base is still the current terms: of several
//                          that change the same terms the first that all consented to wins
//   proposal -> ended      rejected by a party that is needed, withdrawn by its proposer, replaced,
//                          overtaken by another amendment, or lapsed by the rule "amendment
//                          proposals" of the terms that it changes
//
// What has no effect is kept out of the state and becomes a finding; nothing is refused here, since
// the ledger has recorded it already (DOMAIN rule 3).
//
// Invariant: `in_force_` lists versions in the order in which they came into force, each
// amendment's base being the hash of the version before it. Acts that stand later in the log never
// change what an earlier prefix gave, except by adding versions.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "replay/projection/fact.h"
#include "replay/replay.h"
#include "schema/body.h"
#include "schema/terms.h"

namespace tally::replay {

// One set of terms and how it came to be.
struct TermsVersion {
  TermsHash hash;
  std::shared_ptr<const Terms> terms;
  std::vector<Binding> bindings;
  ledger::EventAddress proposed;
  Instant proposed_at;  // ledger time
  Hash digest;          // of the proposal: what acceptances answer
  StreamId proposer;
  bool attested = false;  // entered by one party alone; never in force between two
  bool amendment = false;
  TermsHash base;  // amendments
  Instant effective = Instant::Min();
  Reach reach = Reach::kUnset;
  bool reopens_settled = false;
  std::string reason;
  std::set<StreamId> needed;  // whose consent it takes
  std::map<StreamId, ledger::EventAddress> consents;
  std::optional<ledger::EventAddress> in_force;  // the act that completed the consents
  Instant in_force_at;                           // its ledger time
  bool is_void = false;  // its base was no longer current, or another took its place
  std::string ended;     // why: "rejected", "withdrawn", "replaced", "overtaken", "lapsed"
  std::optional<ledger::EventAddress> ended_by;
  std::optional<Instant> lapses_at;  // a proposed amendment cannot be accepted from then on

  // The stream bound to "feed/NAME" or "party/NAME"; nullptr if the proposal bound none.
  const StreamId* Bound(absl::string_view name) const;
  // The party that holds a role of these terms, through its binding.
  const StreamId* PartyOfRole(absl::string_view role) const;
};

class AgreementFold {
 public:
  explicit AgreementFold(std::string agreement) : agreement_(std::move(agreement)) {}

  // Acts of other rooms (claims, closings, statements) pass through unchanged.
  void Apply(const Fact& fact);

  const AgreementOpened& opened() const { return opened_; }
  Instant opened_at() const { return opened_at_; }
  // Named by the opening, or bound by terms that have come into force by now.
  bool IsParty(const StreamId& party) const {
    return Opened(party) != nullptr || BoundName(party) != nullptr;
  }
  // "provider (lime)", or hex for a party that the agreement does not know.
  std::string NameOf(const StreamId& party) const;

  // Versions in force, oldest first; empty before the first agreement.
  std::vector<const TermsVersion*> InForce() const;
  // The terms at the end of what was folded; nullptr when none are in force.
  const TermsVersion* Current() const;
  // Of those the newest that has taken effect by `instant`, whatever windows it reaches: it names
  // who holds an office then. nullptr when there are none.
  const TermsVersion* InForceAt(Instant instant) const;
  // Everything that was proposed or attested with effect, in log order.
  std::vector<const TermsVersion*> Versions() const;
  // The newest terms that one party attested alone; nullptr when there are none.
  const TermsVersion* Attested() const;

  // The terms that govern a window: the newest version in force whose reach covers it. A version
  // that came into force after `settled` passes the window by unless it reopens settled ones.
  // `before` limits the versions to those in force before that event, `by` to those in force by
  // that instant.
  struct WindowScope {
    std::optional<ledger::EventAddress> settled;
    std::optional<ledger::EventAddress> before;
    std::optional<Instant> by = {};
  };
  const TermsVersion* Governing(const Interval& window, const WindowScope& scope) const;

  // Findings of the fold, and one for each proposal that waits for a consent at `knowledge`.
  std::vector<Finding> Findings(Instant knowledge = Instant::Min()) const;

 private:
  const AgreementParty* Opened(const StreamId& party) const {  // nullptr: it names others
    for (const AgreementParty& known : opened_.parties) {
      if (known.party == party) return &known;
    }
    return nullptr;
  }
  const std::string* BoundName(const StreamId& party) const;  // nullptr: no terms bind it
  void Open(const Fact& fact);
  void Propose(const Fact& fact);
  void ProposeAmendment(const Fact& fact);
  void Attest(const Fact& fact);
  void Accept(const Fact& fact);
  void Reject(const Fact& fact);
  void Overtake(const TermsVersion& by);
  // Decodes and checks what all proposals share; false when it is without effect.
  bool Admit(const Fact& fact, const Bytes& terms, TermsVersion& version);
  bool BindParties(const Fact& fact, TermsVersion& version);
  bool MayHold(const StreamId& party, absl::string_view role, const TermsVersion& version) const;
  // Keeps an admitted proposal, with its proposer's own consent.
  void Enter(const Fact& fact, std::unique_ptr<TermsVersion> version);
  void Settle(TermsVersion& version, const Fact& completing);
  void Find(const Fact& fact, absl::string_view kind, absl::string_view severity,
            std::string message);

  std::string agreement_;
  AgreementOpened opened_;
  Instant opened_at_;
  std::vector<std::unique_ptr<TermsVersion>> versions_;  // as proposed
  std::vector<const TermsVersion*> in_force_;
  std::vector<Finding> findings_;
};

// True when `version` reaches `window`: the first terms reach every window.
bool Reaches(const TermsVersion& version, const Interval& window);

}  // namespace tally::replay
