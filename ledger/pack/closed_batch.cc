#include "ledger/pack/closed_batch.h"

#include "ledger/log/layout.h"
#include "schema/status.h"

namespace tally::ledger {

absl::Status JudgeClosedBatch(const AdmissionRules& rules, const LedgerId& ledger,
                              const Keyring& keyring, const StreamRow& feed, const Record& record,
                              const Evidence& evidence, Place place) {
  const StreamState& state = feed.state;
  if (state.kind != StreamKind::kFeed) {
    return absl::InvalidArgumentError("a closed batch stands in a feed");
  }
  TALLY_RETURN_IF_ERROR(
      rules.JudgeKey(evidence.key, {state.author, BodyKind::kStateReported}, place));
  const Bytes message = BatchMessage(ledger, state.id, evidence, record.root);
  if (!keyring.Find(evidence.key)->verifier->Verify(message, evidence.signature)) {
    return absl::PermissionDeniedError("batch signature: the key did not sign this evidence");
  }
  if (evidence.previous != ExpectedPrevious(feed)) {
    return absl::AbortedError("previous: the batch does not follow the feed's newest event");
  }
  const bool rises = evidence.first > state.last_position && evidence.last >= evidence.first &&
                     evidence.first - state.last_position <= kPositionStepMax;
  if (!rises) return absl::AbortedError("position: the batch does not follow the feed's last one");
  if (evidence.until > place.recorded + kObservedAheadMax || evidence.from > evidence.until) {
    return absl::InvalidArgumentError("its observed range is none, or lies ahead of recorded time");
  }
  return absl::OkStatus();
}

absl::Status LinkClosedBatch(const Record& record, const Evidence& evidence, const Hash& leaf,
                             Place place, StreamRow& feed, StreamTable& streams) {
  TALLY_RETURN_IF_ERROR(streams.rows().Put(layout::StreamRecord(record.stream, record.sequence),
                                           EncodeNumberRow(place.index)));
  TALLY_RETURN_IF_ERROR(streams.rows().Put(layout::Position(record.stream, evidence.last),
                                           EncodePositionRow({place.index, evidence.first})));
  feed.state.records = record.sequence + 1;
  feed.state.newest_leaf = leaf;
  feed.state.newest_digest = evidence.newest;
  feed.state.last_position = evidence.last;
  feed.closed.emplace_back(evidence.first, evidence.last);
  streams.Touch(&feed);
  return absl::OkStatus();
}

}  // namespace tally::ledger
