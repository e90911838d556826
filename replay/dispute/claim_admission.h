// Which windows each claim holds, since when, and the life that it has at an instant.
//
// Filings and amendments are taken in log order. A window is held by the first claim that reached
// it in time; a later one is without effect for good, whatever becomes of the first, unless the
// first was withdrawn before. An amendment counts while its claim waits for an answer; a window
// that it adds is tested at the amendment's time, as if it were filed then (DOMAIN 3.17 rules 27
// and 29). A claim that held nothing before is filed by that amendment: no time ran for what was
// without effect, and what was said of it answers nothing.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "replay/dispute/claim_case.h"
#include "replay/dispute/claim_life.h"
#include "replay/dispute/claim_window.h"
#include "replay/dispute/standing.h"
#include "replay/dispute/sums_beside.h"

namespace tally::replay {

class ClaimAdmission {
 public:
  // All outlive this.
  ClaimAdmission(const DisputeFold& acts, const ForumFold& forum, std::vector<WindowCase>& cases,
                 ClaimsAsked asked, const WeighingInstants& instants);
  // Takes all claims, and gives each that holds a window its life.
  absl::Status Run();

  const std::vector<ClaimCase>& claims() const { return claims_; }
  const std::vector<Finding>& findings() const { return findings_; }
  // A claim that is not withdrawn stands for the window.
  bool Held(const WindowCase& window) const;
  bool Late(const WindowName& window) const { return late_.count(window) > 0; }
  // The first settlement of the window that answers its closing and that both sides stated, while
  // nothing had changed it since it was proposed and no claim stood for it, unless its credit needs
  // none; nullptr if there is none.
  const Settlement* DirectSettlement(const WindowCase& window) const;
  // All that pay its credit without a claim: the first, and those of what became due since.
  std::vector<const Settlement*> DirectSettlements(const WindowCase& window) const;
  const std::vector<PaidSum>& paid_sums() const { return sums_.paid(); }

 private:
  struct Refusal {
    absl::string_view kind;
    std::string message;
  };
  void File(const Claim& claim);
  absl::Status Amend(ClaimCase& taken, const ClaimAmendment& amendment);
  absl::Status Hold(ClaimCase& taken, const std::vector<WindowName>& windows,
                    const ActStamp& stamp);
  static void Keep(ClaimCase& taken, const ActStamp& stamp);
  absl::StatusOr<bool> RaisesTooLate(const ClaimCase& taken, const ClaimAmendment& amendment) const;
  absl::StatusOr<std::optional<Refusal>> RefusalOf(const ClaimCase& taken, const WindowName& name,
                                                   const ActStamp& stamp);
  // A late claim is admitted by the first settlement of the window that both sides stated.
  bool IsHealed(const Claim& claim, const WindowName& name) const;
  // A claim other than `but` that stood for the window when `stamp` was recorded; of one that was
  // settled before the window changed a claim, `but`, can ask for the difference. What it finds
  // withdrawn it remembers: whoever files and withdraws a thousand times is lived through once
  // each.
  absl::StatusOr<bool> Stood(const WindowCase& window, const ActStamp& stamp, const ClaimCase* but);
  // The same of a settlement that answers a closing: what stands for the window is its business.
  absl::StatusOr<bool> IsBesideClaim(const WindowCase& window, const Settlement& settlement);
  absl::Status FindDirect();
  // The first pays the credit, what is proposed after it the sums beside it.
  absl::Status TakeDirect(const WindowCase& window, const Settlement& settlement);
  static std::optional<Instant> BeginsAt(const std::vector<WindowCase*>& windows,
                                         const ActStamp& filed);
  void GiveUp(const ClaimCase& taken, std::vector<ClaimAct>& acts) const;
  void Authorise(const ClaimCase& taken, const ClaimRules& rules, ClaimAct& act) const;
  static absl::StatusOr<ClaimRules> RulesFor(const ClaimCase& taken);
  // Up to `until`: what was recorded before it, and the clock at its time; absent: all, at K.
  absl::StatusOr<ClaimLife> LifeOf(const ClaimCase& taken, const ActStamp* until) const;
  void Find(absl::string_view kind, const std::string& objective, const ledger::EventAddress& at,
            std::string message);

  const DisputeFold& acts_;
  const ForumFold& forum_;
  std::vector<WindowCase>& cases_;
  ClaimsAsked asked_;
  const WeighingInstants& instants_;
  std::map<WindowName, WindowCase*> by_name_;
  std::vector<ClaimCase> claims_;
  std::set<WindowName> late_;  // that a claim came too late for
  std::map<const WindowCase*, std::vector<const Settlement*>> direct_;
  SumsBeside sums_;
  std::vector<Finding> findings_;
};

}  // namespace tally::replay
