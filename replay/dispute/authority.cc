// Roles are looked up in the bindings of one version of the terms; the order is a short array.
#include "replay/dispute/authority.h"

#include <algorithm>
#include <array>

#include "replay/terms/exclusion.h"

namespace tally::replay {
namespace {

const Rule* RuleOf(const TermsVersion& version, const Objective& objective) {
  for (const Rule& rule : version.terms->rules) {
    if (rule.kind == "decision authority" && HoldsFor(rule, objective.id)) return &rule;
  }
  return nullptr;
}

bool Decides(const TermsVersion& version, const Objective& objective, const StreamId& party) {
  const Authority authority(version, objective);
  return authority.OnWindows(party, DecisionRank::kArbitrator).has_value() ||
         authority.OnWindows(party, DecisionRank::kExpert).has_value();
}

}  // namespace

bool InOffice(const TermsVersion& governing, const TermsVersion* then, const Objective& objective,
              const StreamId& party) {
  if (then == nullptr) return !governing.in_force.has_value();
  for (const Objective& each : then->terms->objectives) {
    if (each.id == objective.id) return Decides(*then, each, party);
  }
  return InAnyOffice(*then, party);
}

bool InAnyOffice(const TermsVersion& then, const StreamId& party) {
  const std::vector<Objective>& objectives = then.terms->objectives;
  return std::any_of(objectives.begin(), objectives.end(),
                     [&](const Objective& objective) { return Decides(then, objective, party); });
}

const StreamId* OtherSideOf(const TermsVersion& version, const Objective& objective,
                            const StreamId& party) {
  const StreamId* obligor = version.PartyOfRole(objective.obligor);
  const StreamId* obligee = version.PartyOfRole(objective.obligee);
  if (obligor == nullptr || obligee == nullptr) return nullptr;
  if (party == *obligor) return obligee;
  return party == *obligee ? obligor : nullptr;
}

Authority::Authority(const TermsVersion& version, const Objective& objective)
    : version_(version),
      objective_(objective),
      obligor_(version.PartyOfRole(objective.obligor)),
      obligee_(version.PartyOfRole(objective.obligee)),
      rule_(RuleOf(version, objective)) {}

bool Authority::HoldsRole(const StreamId& party, absl::string_view role) const {
  const StreamId* bound = version_.PartyOfRole(role);
  return bound != nullptr && *bound == party;
}

bool Authority::IsSide(const StreamId& party) const {
  return (obligor_ != nullptr && *obligor_ == party) || (obligee_ != nullptr && *obligee_ == party);
}

int Authority::HeightOf(DecisionRank rank) const {
  using enum DecisionRank;
  std::array<DecisionRank, 4> order = {kDeemed, kJoint, kExpert, kArbitrator};
  if (rule_ != nullptr) {
    absl::string_view stated = rule_->choices.Word("order");
    if (stated == "arbitrator over joint agreement over expert") {
      order = {kDeemed, kExpert, kJoint, kArbitrator};
    } else if (stated == "expert over arbitrator over joint agreement") {
      order = {kDeemed, kJoint, kArbitrator, kExpert};
    }
  }
  return static_cast<int>(std::find(order.begin(), order.end(), rank) - order.begin());
}

std::optional<int> Authority::OnTime(const StreamId& party, DecisionRank rank) const {
  if (IsSide(party)) return std::nullopt;
  if (rank != DecisionRank::kExpert && rank != DecisionRank::kArbitrator) return std::nullopt;
  absl::string_view name = rank == DecisionRank::kExpert ? "expert" : "arbitrator";
  bool holds = false;
  if (rule_ != nullptr) {
    holds = rule_->choices.Has(name) && HoldsRole(party, rule_->choices.Text(name));
  } else {
    holds = HoldsRole(party, name) ||
            (rank == DecisionRank::kArbitrator && HoldsRole(party, "arbiter"));
  }
  return holds ? std::optional<int>(HeightOf(rank)) : std::nullopt;
}

std::optional<int> Authority::OnWindows(const StreamId& party, DecisionRank rank) const {
  if (std::optional<int> height = OnTime(party, rank)) return height;
  if (IsSide(party)) return std::nullopt;
  for (const Rule& rule : version_.terms->rules) {
    if (rule.kind != "dispute level" || !HoldsFor(rule, objective_.id)) continue;
    const bool forum =
        (rank == DecisionRank::kArbitrator && rule.choices.Is("form", "arbitration")) ||
        (rank == DecisionRank::kExpert && rule.choices.Is("form", "expert determination"));
    if (forum && HoldsRole(party, rule.choices.Text("authority"))) return HeightOf(rank);
  }
  return std::nullopt;
}

std::optional<int> Authority::OnClaims(const StreamId& party, DecisionRank rank) const {
  return rank == DecisionRank::kArbitrator ? OnTime(party, rank) : std::nullopt;
}

}  // namespace tally::replay
