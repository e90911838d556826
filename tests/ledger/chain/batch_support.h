// Batches for tests: a small feed with every kind of event that matters to the form, and acts.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ledger/chain/batch.h"
#include "schema/body.h"
#include "schema/event.h"
#include "schema/run.h"

namespace tally::ledger::tests {

// Keys, ids and salts that differ by their number and are the same in every run.
std::unique_ptr<SigningKey> TestKey(uint8_t number);
LedgerId TestLedger(uint8_t number);
StreamId TestStream(uint8_t number);
Salt TestSalt(uint8_t number);
Instant TestTime(int minutes);  // after 2026-01-01T00:00:00Z

// An event before its commitments and links are filled in.
struct Draft {
  EventHeader header;
  Bytes body;
  Salt salt;
};
Draft StateDraft(uint64_t position, uint32_t source, uint64_t previous, int minute, State state);
Draft SourceDraft(uint64_t position, uint32_t source, const std::string& name);
Draft WatermarkDraft(uint64_t position, int minute);
// `rows` for each of sources 1 and 2, one minute each from `minute` on.
Draft RunDraft(uint64_t position, const Run& run);
Run RegularRun(std::vector<RunSource> sources);
Draft ActDraft(BodyKind kind, Bytes body);

// Changes a header after its commitments and link are filled in and before it is encoded, so that
// everything behind it links to what it became.
using Tamper = std::function<void(size_t number, EventHeader& header)>;
std::vector<Event> Seal(std::vector<Draft> drafts, const Tamper& tamper = nullptr);

// Two registrations, three states, a run of both sources, a state and a watermark: positions 1
// to 11.
std::vector<Draft> FeedDrafts();
// Claims and the like: ids, a stream, an author.
Draft ClaimDraft();

}  // namespace tally::ledger::tests
