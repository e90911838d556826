#include "tools/outlook.h"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace tally::tools {
namespace {

// Each is a replay of its own; `status` is looked at often and has to answer soon.
constexpr size_t kAgreementsMax = 20;
constexpr Duration kSilentAfter = Days(1);

// Findings that ask for an act.
bool IsOpenMatter(const replay::Finding& finding) {
  constexpr absl::string_view kKinds[] = {"target-due", "target-pending", "amendment-pending",
                                          "terms-pending"};
  return std::find(std::begin(kKinds), std::end(kKinds), finding.kind) != std::end(kKinds);
}

}  // namespace

Outlook LookAhead(const ledger::Ledger& ledger, const std::vector<ledger::StreamState>& agreements,
                  Instant now) {
  Outlook outlook;
  for (const ledger::StreamState& agreement : agreements) {
    replay::ReplayRequest request;
    request.agreement = agreement.name;
    // A clock that is behind the ledger must not hide what the ledger holds.
    request.axes.as_recorded = std::max(now, ledger.head().recorded);
    absl::StatusOr<replay::Result> result = absl::OutOfRangeError("not asked");
    if (outlook.judged < kAgreementsMax) result = replay::Replay(ledger, request);
    if (!result.ok()) {
      ++outlook.left_out;
      continue;
    }
    ++outlook.judged;
    for (const replay::WindowResult& window : result->windows) {
      outlook.open_windows += window.status == replay::WindowStatus::kOpen;
      outlook.provisional_windows += window.status == replay::WindowStatus::kProvisional;
    }
    for (const replay::Finding& finding : result->findings) {
      if (!IsOpenMatter(finding)) continue;
      outlook.open_matters.push_back(
          {agreement.name, finding.kind, finding.objective, finding.message});
    }
    for (replay::Deadline& deadline : result->deadlines) {
      if (deadline.state != "open") continue;
      outlook.deadlines.push_back({agreement.name, std::move(deadline)});
    }
  }
  const auto order = [](const NextDeadline& each) {
    return std::tie(each.deadline.due.micros, each.agreement, each.deadline.what,
                    each.deadline.object);
  };
  std::sort(outlook.deadlines.begin(), outlook.deadlines.end(),
            [&](const NextDeadline& a, const NextDeadline& b) { return order(a) < order(b); });
  return outlook;
}

std::string AgeText(Instant then, Instant now) {
  if (then > now) return "in the future";
  const int64_t seconds = (now - then).micros / 1'000'000;
  if (seconds >= 86'400)
    return absl::StrCat(seconds / 86'400, " d ", seconds % 86'400 / 3600, " h");
  if (seconds >= 3600) return absl::StrCat(seconds / 3600, " h ", seconds % 3600 / 60, " min");
  if (seconds >= 60) return absl::StrCat(seconds / 60, " min ", seconds % 60, " s");
  return absl::StrCat(seconds, " s");
}

bool IsSilent(Instant watermark, Instant now) { return watermark + kSilentAfter < now; }

}  // namespace tally::tools
