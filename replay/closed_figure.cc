// Nothing is computed here: both figures are known, and everything that came between them.
#include "replay/closed_figure.h"

#include "absl/strings/str_cat.h"
#include "replay/after_closing.h"
#include "replay/canonical.h"
#include "schema/terms.h"

namespace tally::replay {

std::optional<ClosedFigure> ClosedOf(const EvaluatedWindow& window, const Hash& figures,
                                     bool agreed) {
  if (window.closing == nullptr) return std::nullopt;
  const WindowClosed& body = window.closing->body;
  const WindowFigures& now = window.figures;
  const std::string value = now.value.has_value() ? FractionText(now.value) : "";
  std::optional<Money> credit;
  if (now.credit.has_value()) credit = now.credit->amount;
  const bool alike =
      body.verdict == VerdictName(now.verdict) && body.value == value && body.credit == credit;
  const bool same =
      alike &&
      (!agreed || (body.terms_hash == window.plan.version->hash && body.figures == figures));
  return ClosedFigure{.closing = window.closing->stamp.at,
                      .verdict = body.verdict,
                      .value = body.value,
                      .credit = body.credit,
                      .differs = !same};
}

ClosedDifference CauseOfDifference(const EvaluatedWindow& window,
                                   const std::vector<CreditSince>& since, bool projected) {
  using By = ClosedDifference::By;
  if (projected) return {By::kRules, "by rules over windows that are not closed yet"};
  if (since.size() > 1 && !since.back().own) {
    return {By::kRules, absl::StrCat("by rules over windows, ", since.back().why)};
  }
  const DisputeRules& rules = window.plan.version->terms->disputes;
  const bool restates = rules.late_evidence == LateEvidence::kAlwaysRestated;
  // What stood once and was taken back left its word here, and nothing that stands now.
  const std::vector<ClosedChange> standing = ChangesSinceClosing(window);
  const std::vector<ClosedChange>& changes = window.changes.empty() ? standing : window.changes;
  const By by = window.reopened || !restates ? By::kActs : By::kTerms;
  if (!changes.empty()) return {by, changes.back().why};
  if (window.reopened) return {by, "terms in force later govern the window"};
  if (restates) return {by, "the terms restate closed windows for late evidence"};
  return {};
}

}  // namespace tally::replay
