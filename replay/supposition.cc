#include "replay/supposition.h"

#include <algorithm>

#include "schema/status.h"

namespace tally::replay {
namespace {

// The terms of a version with other sources; nullopt when it has none of the objectives.
std::optional<Terms> Edited(const Terms& terms, const Supposition& supposition) {
  Terms edited = terms;
  bool changed = false;
  for (Objective& objective : edited.objectives) {
    auto found = supposition.sources.find(objective.id);
    if (found == supposition.sources.end()) continue;
    objective.measure.sources = found->second;
    objective.measure.monitors.clear();
    objective.measure.policy = MonitorPolicy::kUnset;
    changed = true;
  }
  if (!changed) return std::nullopt;
  return edited;
}

}  // namespace

void Supposition::Add(const Supposition& other) {
  acts.insert(acts.end(), other.acts.begin(), other.acts.end());
  without.insert(other.without.begin(), other.without.end());
  for (const auto& [objective, refs] : other.sources) sources[objective] = refs;
}

absl::StatusOr<std::vector<WindowResult>> Suppose(const ledger::Ledger& ledger,
                                                  const LookRequest& request, const CaseFile& file,
                                                  const Result& standing,
                                                  const Supposition& supposition) {
  std::vector<ledger::VerifiedEvent> events;
  for (const SupposedAct& act : supposition.acts) {
    ledger::VerifiedEvent event;
    // Behind all that is recorded, whatever else is known.
    event.address = {ledger.head().size, static_cast<uint32_t>(events.size())};
    event.header.kind = act.kind;
    event.header.actor = ActorKind::kHuman;
    event.header.author = act.author;
    event.header.answers = act.answers;
    event.header.reported_at = request.wanted.axes.knowledge;
    event.digest.bytes.fill(0xff);  // of no event: nothing that is recorded answers it
    event.body = act.body;
    events.push_back(std::move(event));
  }
  LookRequest supposed = request;
  for (const ledger::VerifiedEvent& event : events) supposed.wanted.supposed.push_back(&event);
  supposed.wanted.without.insert(supposition.without.begin(), supposition.without.end());
  supposed.question.reading = "supposed";

  std::map<WindowName, WindowResult> found;
  auto keep = [&](const Look& look, const TermsVersion* version) {
    for (const WindowResult& window : look.result.windows) {
      for (const WindowResult& each : standing.windows) {
        bool wanted = version == nullptr || each.terms == version->hash;
        if (wanted && NameOfWindow(each) == NameOfWindow(window)) {
          found.insert_or_assign(NameOfWindow(window), window);
        }
      }
    }
  };
  if (supposition.sources.empty()) {  // the terms are as they are: one look answers for all
    TALLY_ASSIGN_OR_RETURN(const Look look, LookAt(ledger, supposed));
    keep(look, nullptr);
  } else {
    for (const TermsVersion* version : file.versions()) {
      supposed.wanted.reading = Edited(*version->terms, supposition);
      TALLY_ASSIGN_OR_RETURN(const Look look, LookAt(ledger, supposed));
      keep(look, version);
    }
  }
  std::vector<WindowResult> windows;
  for (const WindowResult& window : standing.windows) {
    auto each = found.find(NameOfWindow(window));
    if (each != found.end()) windows.push_back(each->second);
  }
  return windows;
}

}  // namespace tally::replay
