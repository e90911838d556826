#include "tests/ledger/chain/batch_support.h"

#include "ledger/chain/digest.h"
#include "schema/status.h"

namespace tally::ledger::tests {
namespace {

template <typename Name>
Name Numbered(uint8_t number) {
  Name name;
  for (size_t i = 0; i < Name::size(); ++i) {
    name.bytes[i] = static_cast<uint8_t>(number * 16 + i);
  }
  return name;
}

EventHeader FeedHeader(BodyKind kind, uint64_t position, int minute) {
  EventHeader header;
  header.kind = kind;
  header.actor = ActorKind::kMonitor;
  header.stream = TestStream(1);
  header.position = position;
  header.observed_from = TestTime(minute);
  header.observed_until = TestTime(minute);
  header.reported_at = TestTime(minute);
  return header;
}

}  // namespace

std::unique_ptr<SigningKey> TestKey(uint8_t number) {
  return SigningKey::FromSeed(Numbered<Hash>(number).view()).value();
}
LedgerId TestLedger(uint8_t number) { return Numbered<LedgerId>(number); }
StreamId TestStream(uint8_t number) { return Numbered<StreamId>(number); }
Salt TestSalt(uint8_t number) { return Numbered<Salt>(number); }

Instant TestTime(int minutes) {
  return ParseInstant("2026-01-01T00:00:00Z").value() + Minutes(minutes);
}

Draft StateDraft(uint64_t position, uint32_t source, uint64_t previous, int minute, State state) {
  Draft draft;
  draft.header = FeedHeader(BodyKind::kStateReported, position, minute);
  draft.header.source = source;
  draft.header.previous_of_source = previous;
  StateReported body;
  body.state = state;
  body.code = 200;
  draft.body = Encode(body);
  return draft;
}

Draft SourceDraft(uint64_t position, uint32_t source, const std::string& name) {
  Draft draft;
  draft.header = FeedHeader(BodyKind::kSourceRegistered, position, 0);
  SourceRegistered body;
  body.source = source;
  body.name = name;
  body.unit = "ms";
  draft.body = Encode(body);
  return draft;
}

Draft WatermarkDraft(uint64_t position, int minute) {
  Draft draft;
  draft.header = FeedHeader(BodyKind::kWatermark, position, minute);
  draft.body = Encode(Watermark{TestTime(minute)});
  return draft;
}

Run RegularRun(std::vector<RunSource> sources) {
  Run run;
  run.step = Minutes(1);
  run.sources = std::move(sources);
  run.states.assign((run.rows() + 3) / 4, 0);
  return run;
}

Draft RunDraft(uint64_t position, const Run& run) {
  Draft draft;
  draft.header = FeedHeader(BodyKind::kMeasurementRun, position, 0);
  draft.body = Encode(run);
  const RunView view = RunView::Open(draft.body).value();
  draft.header.run_rows = view.rows();
  draft.header.run_sources = static_cast<uint32_t>(view.sources().size());
  draft.header.observed_from = Instant::Max();
  draft.header.observed_until = Instant::Min();
  for (uint32_t source = 0; source < view.sources().size(); ++source) {
    for (uint32_t row = 0; row < view.sources()[source].rows; ++row) {
      draft.header.observed_from = std::min(draft.header.observed_from, view.FromOf(source, row));
      draft.header.observed_until =
          std::max(draft.header.observed_until, view.UntilOf(source, row));
    }
  }
  return draft;
}

Draft ActDraft(BodyKind kind, Bytes body) {
  Draft draft;
  draft.header.kind = kind;
  draft.header.actor = ActorKind::kHuman;
  draft.header.stream = TestStream(2);
  draft.header.author = TestStream(3);
  draft.header.observed_from = TestTime(5);
  draft.header.observed_until = TestTime(5);
  draft.header.reported_at = TestTime(6);
  draft.header.id = Numbered<ActId>(7);
  draft.body = std::move(body);
  return draft;
}

std::vector<Event> Seal(std::vector<Draft> drafts, const Tamper& tamper) {
  std::vector<Event> events;
  Hash previous;
  for (size_t i = 0; i < drafts.size(); ++i) {
    Draft& draft = drafts[i];
    if (draft.salt.IsZero()) draft.salt = TestSalt(static_cast<uint8_t>(i + 1));
    draft.header.body = BodyCommitment(draft.salt, draft.body);
    if (IsFeedKind(draft.header.kind)) draft.header.previous = previous;
    if (draft.header.kind == BodyKind::kMeasurementRun) {
      draft.header.run_root = RunRoot(draft.salt, RunView::Open(draft.body).value()).value();
    }
    if (tamper) tamper(i, draft.header);
    events.push_back({EncodeHeader(draft.header), draft.body, draft.salt});
    previous = EventDigest(events.back().header);
  }
  return events;
}

std::vector<Draft> FeedDrafts() {
  return {SourceDraft(1, 1, "web"),
          SourceDraft(2, 2, "api"),
          StateDraft(3, 1, 0, 1, State::kUp),
          StateDraft(4, 2, 0, 1, State::kDown),
          StateDraft(5, 1, 3, 2, State::kDegraded),
          RunDraft(6, RegularRun({{1, 5, 3, TestTime(3)}, {2, 4, 2, TestTime(4)}})),
          StateDraft(11, 1, 8, 7, State::kUnknown),
          WatermarkDraft(11, 8)};
}

Draft ClaimDraft() {
  ClaimFiled claim;
  claim.windows = {{"availability", {TestTime(0), TestTime(60)}}};
  claim.reason = "down for an hour";
  Draft draft = ActDraft(BodyKind::kClaimFiled, Encode(claim));
  draft.header.seen = Seen{4, EventDigest(draft.body)};
  return draft;
}

}  // namespace tally::ledger::tests
