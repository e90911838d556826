#include "replay/dispute/target_fold.h"

#include "schema/status.h"

namespace tally::replay {
namespace {

absl::StatusOr<TargetProposal> ReadProposal(const Fact& fact) {
  TALLY_ASSIGN_OR_RETURN(TargetProposed body, DecodeTargetProposed(fact.event->body));
  const EventHeader& header = fact.header();
  return TargetProposal{.digest = fact.event->digest,
                        .answers = header.answers,
                        .id = header.id ? header.id->ToHex() : "",
                        .body = std::move(body)};
}

absl::StatusOr<TargetAnswer> ReadAnswer(const Fact& fact) {
  TargetAnswer answer{.answers = fact.header().answers, .agrees = false, .objective = ""};
  if (fact.kind() == BodyKind::kTargetAccepted) {
    TALLY_ASSIGN_OR_RETURN(TargetAccepted body, DecodeTargetAccepted(fact.event->body));
    answer.agrees = true;
    answer.objective = std::move(body.objective);
  } else {
    TALLY_ASSIGN_OR_RETURN(TargetContested body, DecodeTargetContested(fact.event->body));
    answer.objective = std::move(body.objective);
  }
  return answer;
}

}  // namespace

bool TargetFold::Reads(BodyKind kind) {
  return kind == BodyKind::kTargetProposed || kind == BodyKind::kTargetAccepted ||
         kind == BodyKind::kTargetContested;
}

void TargetFold::Apply(const Fact& fact) {
  if (!Reads(fact.kind()) || !MayBeHeard(fact, findings_)) return;
  if (!IsByParty(fact, agreement_, findings_)) return;
  const auto keep = [&](auto body) {
    if (body.ok()) {
      acts_.push_back({LedgerStamp(fact), *std::move(body)});
    } else {
      findings_.push_back(
          FindingAbout(fact, "act-unreadable", "error", std::string(body.status().message())));
    }
  };
  if (fact.kind() == BodyKind::kTargetProposed) {
    keep(ReadProposal(fact));
  } else {
    keep(ReadAnswer(fact));
  }
}

}  // namespace tally::replay
