// How targets are weighed: acts and the ends of timers in the order of the ledger's time, each
// once.
#include "replay/target_book.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/case_file.h"
#include "replay/target_weigher.h"
#include "replay/terms/derivation.h"
#include "schema/status.h"

namespace tally::replay {

absl::string_view TargetStateName(TargetState state) {
  switch (state) {
    case TargetState::kWaiting:
      return "waiting";
    case TargetState::kCountersigned:
      return "countersigned";
    case TargetState::kDeemedAccepted:
      return "deemed accepted";
    case TargetState::kContested:
      return "contested";
    case TargetState::kLapsed:
      return "lapsed";
    case TargetState::kWithdrawn:
      return "withdrawn";
    case TargetState::kOvertaken:
      return "overtaken";
    case TargetState::kNoEffect:
      break;
  }
  return "without effect";
}

std::string TargetText(const Target& target, ValueUnit unit) {
  return absl::StrCat(target.compare == Compare::kAtMost ? "at most " : "at least ",
                      LevelText(target.percent, unit));
}

absl::StatusOr<TargetBook> TargetBook::Of(const CaseFile& file) {
  const std::vector<const TermsVersion*>& versions = file.versions();
  if (versions.empty() || !versions.front()->in_force.has_value()) return TargetBook();
  return TargetWeigher(file).Run();
}

const Objective& TargetBook::ObjectiveFor(const Objective& objective,
                                          const Interval& window) const {
  if (copies_.empty()) return objective;
  const std::vector<Closing>& closings = acts_->ClosingsOf({objective.id, window});
  // The first that counted; whether it came before its cut-off does not matter for what it knew.
  const auto closed = std::find_if(closings.begin(), closings.end(), [&](const Closing& closing) {
    return closing.stamp.recorded <= status_ && closing.governing == closing.body.terms_hash;
  });
  const auto knew = [&](const TargetCase& each) {
    if (closed == closings.end()) return true;
    const uint64_t told = each.accepted ? each.accepted->index : each.stamp.at.index;
    return closed->body.size > told &&
           (each.accepted || closed->body.knowledge >= each.took_effect);
  };
  for (auto copy = copies_.rbegin(); copy != copies_.rend(); ++copy) {
    const TargetCase& maker = cases_[copy->maker];
    if (copy->original != &objective || window.first < maker.applies_from) continue;
    if (knew(maker)) return *copy->objective;
  }
  return objective;
}

std::vector<const Objective*> TargetBook::CopiesOf(const Objective& objective) const {
  std::vector<const Objective*> copies;
  for (const Copy& copy : copies_) {
    if (copy.original == &objective) copies.push_back(copy.objective.get());
  }
  return copies;
}

const Target& TargetBook::HoldingFor(const Objective& objective) const {
  for (auto copy = copies_.rbegin(); copy != copies_.rend(); ++copy) {
    if (copy->original == &objective) return copy->objective->target;
  }
  return objective.target;
}

const TargetCase* TargetBook::MakerOf(const Objective& objective) const {
  for (const Copy& copy : copies_) {
    if (copy.objective.get() == &objective) return &cases_[copy.maker];
  }
  return nullptr;
}

bool TargetBook::AnswerEnded(Instant then, Instant now) const {
  return std::any_of(cases_.begin(), cases_.end(), [&](const TargetCase& each) {
    return each.answer_due && then < *each.answer_due && *each.answer_due <= now;
  });
}

std::vector<Deadline> TargetBook::Deadlines() const {
  std::vector<Deadline> deadlines;
  for (const TargetCase& each : cases_) {
    std::string state;
    if (each.state == TargetState::kWaiting) state = "open";
    if (each.state == TargetState::kCountersigned || each.state == TargetState::kContested) {
      state = "met";
    }
    if (each.state == TargetState::kDeemedAccepted || each.state == TargetState::kLapsed) {
      state = "deemed";
    }
    if (state.empty() || !each.answer_due) continue;
    deadlines.push_back(
        {.what = "target.answer",
         .object = each.id,
         .party = each.answered_by,
         .due = *each.answer_due,
         .zone = each.zone,
         .clause = absl::StrCat("rules/", each.rule),
         .state = state,
         .consequence = each.silence_accepts ? "deemed accepted" : "the proposal lapses"});
  }
  return deadlines;
}

absl::StatusOr<TargetView> TargetsOf(const ledger::Ledger& ledger, const std::string& agreement,
                                     Instant now) {
  const ledger::Head head = ledger.head();
  // Recorded time never goes back, whatever the clock says.
  return TargetsKnownAt(ledger, agreement, head.size, std::max(now, head.recorded));
}

absl::StatusOr<TargetView> TargetsKnownAt(const ledger::Ledger& ledger,
                                          const std::string& agreement, uint64_t size,
                                          Instant knowledge) {
  CaseRequest wanted;
  wanted.agreement = agreement;
  TALLY_ASSIGN_OR_RETURN(wanted.axes, AxesAt(ledger, size, knowledge));
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> file, CaseFile::OpenActs(ledger, wanted));
  TargetView view;
  view.cases = file->targets().cases();
  view.due = file->targets().due();
  const TermsVersion* current = file->agreement().Current();
  if (current == nullptr) return view;
  view.terms = current->terms;
  for (const Objective& objective : view.terms->objectives) {
    view.holding.emplace_back(objective.id, file->targets().HoldingFor(objective));
  }
  return view;
}

}  // namespace tally::replay
