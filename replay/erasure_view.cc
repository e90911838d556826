#include "replay/erasure_view.h"

#include <algorithm>
#include <functional>
#include <map>

#include "schema/erasure.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

bool Reaches(const WindowResult& window, const std::string& feed,
             const ledger::EventAddress& event) {
  return std::ranges::any_of(window.evidence, [&](const EvidenceRange& range) {
    return range.feed == feed && range.first <= event && event <= range.last;
  });
}

// Accepted and ruled claims are still to be paid: whoever pays may want to see why.
bool IsOver(const ClaimResult& claim) {
  return claim.state == "settled" || claim.state == "withdrawn" || claim.state == "lapsed";
}

// A credit is first owed to its obligee; what he owes is below zero.
std::optional<Money> ApprovedOf(const Result& result, const WindowName& name) {
  std::optional<Money> sum;
  std::string obligee;
  for (const Posting& posting : result.postings) {
    if (posting.objective != name.objective || posting.window != name.window) continue;
    if (obligee.empty()) obligee = posting.creditor;
    if (!sum.has_value()) sum = Money{.minor = 0, .currency = posting.amount.currency};
    if (sum->currency != posting.amount.currency) continue;
    const int64_t minor =
        posting.creditor == obligee ? posting.amount.minor : -posting.amount.minor;
    if (posting.to == "approved") sum->minor += minor;
    if (posting.from == "approved") sum->minor -= minor;
  }
  return sum.has_value() && sum->minor > 0 ? sum : std::nullopt;
}

}  // namespace

absl::StatusOr<ErasureStake> StakeInEvent(const ledger::Ledger& ledger, const std::string& feed,
                                          const ledger::EventAddress& event) {
  ErasureStake stake;
  TALLY_ASSIGN_OR_RETURN(const std::vector<ledger::StreamState> streams, ledger.Streams());
  for (const ledger::StreamState& stream : streams) {
    if (stream.kind != StreamKind::kAgreement) continue;
    ReplayRequest request;
    request.agreement = stream.name;
    const absl::StatusOr<Result> result = Replay(ledger, request);
    if (absl::IsFailedPrecondition(result.status())) continue;  // No terms in force.
    if (!result.ok()) return result.status();
    std::vector<WindowName> resting;
    for (const WindowResult& window : result->windows) {
      if (!Reaches(window, feed, event)) continue;
      resting.push_back({window.objective, window.window});
      stake.windows.push_back({stream.name, resting.back(), ApprovedOf(*result, resting.back())});
    }
    for (const ClaimResult& claim : result->claims) {
      const bool rests = std::ranges::any_of(claim.windows, [&](const WindowName& name) {
        return std::ranges::find(resting, name) != resting.end();
      });
      if (rests && !IsOver(claim)) stake.claims.push_back({stream.name, claim.at, claim.state});
    }
  }
  return stake;
}

namespace {

absl::Status EachAct(const ledger::Ledger& ledger, uint64_t stream, BodyKind kind,
                     const std::function<absl::Status(const ledger::VerifiedEvent&)>& visit) {
  TALLY_ASSIGN_OR_RETURN(const auto cursor, ledger.Read({.stream = stream}));
  while (true) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<ledger::VerifiedRecord> record, cursor->Next());
    if (!record.has_value()) return absl::OkStatus();
    const ledger::VerifiedEvent& event = record->events().front();
    if (event.header.kind == kind) TALLY_RETURN_IF_ERROR(visit(event));
  }
}

}  // namespace

absl::Status NameLastStatements(const ledger::Ledger& ledger, Result& result) {
  const bool any = std::ranges::any_of(
      result.windows, [](const WindowResult& window) { return window.erased.has_value(); });
  if (!any) return absl::OkStatus();
  std::map<ledger::EventAddress, uint64_t> erasures;  // by what they name
  TALLY_RETURN_IF_ERROR(EachAct(
      ledger, 0, BodyKind::kErasure, [&](const ledger::VerifiedEvent& event) -> absl::Status {
        TALLY_ASSIGN_OR_RETURN(const Erasure erasure, DecodeErasure(event.body));
        erasures[{erasure.index, erasure.offset}] = event.address.index;
        return absl::OkStatus();
      }));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState agreement,
                         ledger.FindStream(StreamKind::kAgreement, result.agreement));
  return EachAct(ledger, agreement.opening_index, BodyKind::kStatement,
                 [&](const ledger::VerifiedEvent& event) -> absl::Status {
                   TALLY_ASSIGN_OR_RETURN(const Statement statement, DecodeStatement(event.body));
                   for (WindowResult& window : result.windows) {
                     if (!window.erased.has_value() || window.objective != statement.objective ||
                         window.window != statement.window) {
                       continue;
                     }
                     const auto erasure = erasures.find(window.erased->event);
                     const bool before =
                         erasure == erasures.end() || event.address.index < erasure->second;
                     if (before) window.erased->last_statement = event.address;
                   }
                   return absl::OkStatus();
                 });
}

}  // namespace tally::replay
