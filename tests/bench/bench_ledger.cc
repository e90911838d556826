#include "tests/bench/bench_ledger.h"

#include <algorithm>
#include <iostream>

#include "schema/body.h"
#include "schema/run.h"
#include "schema/status.h"

namespace tally::bench {
namespace {

template <typename T>
T Must(absl::StatusOr<T> value) {
  if (!value.ok()) std::cerr << value.status() << std::endl;
  TALLY_CHECK(value.ok());
  return *std::move(value);
}

Bytes Seed(uint8_t byte) { return Bytes(32, byte); }

}  // namespace

// Time passes a millisecond at each look; random bytes count up: every run measures the same
// ledger.
struct BenchLedger::World : Clock, Randomness {
  Instant now = {1'790'000'000'000'000};
  uint8_t next = 1;
  Instant Now() override { return now = now + Milliseconds(1); }
  Duration SinceBoot() override { return now - Instant{1'780'000'000'000'000}; }
  void Fill(std::span<uint8_t> out) override {
    for (uint8_t& byte : out) byte = next++;
  }
};

BenchLedger::BenchLedger(const std::string& folder, uint32_t sources)
    : folder_(folder),
      world_(std::make_unique<World>()),
      log_key_(Must(ledger::SigningKey::FromSeed(Seed(1)))),
      service_key_(Must(ledger::SigningKey::FromSeed(Seed(2)))),
      party_key_(Must(ledger::SigningKey::FromSeed(Seed(3)))),
      salts_(std::make_unique<ledger::SaltSource>(Seed(4))),
      sources_(sources),
      last_of_source_(sources + 1, 0),
      next_minute_{1'700'000'000'000'000} {
  ledger::CreateOptions create;
  create.ledger.directory = folder;
  create.origin = "bench.example/ledger";
  create.log_key = log_key_.get();
  create.genesis_signer = service_key_.get();
  create.service_keys = {
      {service_key_->public_key(), kRoleOperator | kRoleProjector, Instant::Max(), {}}};
  create.recovery_keys = {{Must(ledger::SigningKey::FromSeed(Seed(5)))->public_key(),
                           kRoleRecovery,
                           Instant::Max(),
                           {}}};
  ledger::WriterEnvironment environment{world_.get(), world_.get(), log_key_.get(),
                                        service_key_.get()};
  writer_ = Must(ledger::LedgerWriter::Create(create, environment));

  const LedgerId id = writer_->ledger().id();
  auto opening = [&](BodyKind kind, Bytes body, const StreamId& author,
                     const ledger::SigningKey& key) {
    EventHeader header;
    header.kind = kind;
    header.actor = ActorKind::kAutomation;
    header.reported_at = world_->now;
    header.stream = Rename<StreamId>(id);
    header.author = author;
    header.id = salts_->DefaultActId(header.stream, kind, Hash{}, body);
    Event event{{}, std::move(body), salts_->ForAct(header.stream, *header.id, body)};
    event.salt = salts_->ForAct(header.stream, *header.id, event.body);
    header.body = ledger::BodyCommitment(event.salt, event.body);
    event.header = EncodeHeader(header);
    const uint64_t index = AppendOne(Must(ledger::SignBatch(id, {event}, key)));
    return Must(writer_->ledger().StreamAt(index));
  };
  const Hash name = ledger::Sha256Of({AsBytes("monitor")});
  const ledger::Signature possession = party_key_->Sign(
      ledger::PossessionMessage(id, party_key_->fingerprint(), service_key_->fingerprint(), name));
  PartyOpened party{"monitor",
                    "Monitor",
                    {{party_key_->public_key(), kRoleAppend | kRoleGrant, Instant::Max(),
                      Bytes(possession.begin(), possession.end())}},
                    {}};
  party_ = opening(BodyKind::kPartyOpened, Encode(party), {}, *service_key_).id;
  feed_ =
      opening(BodyKind::kFeedOpened, Encode(FeedOpened{"probes", "bench"}), party_, *party_key_);

  std::vector<Event> registrations;
  for (uint32_t source = 1; source <= sources; ++source) {
    EventHeader header;
    header.kind = BodyKind::kSourceRegistered;
    header.actor = ActorKind::kMonitor;
    header.position = ++position_;
    header.observed_from = header.observed_until = header.reported_at = next_minute_;
    header.stream = feed_.id;
    header.previous = newest_;
    Event event{
        {}, Encode(SourceRegistered{source, "source-" + std::to_string(source), "ms", 0}), {}};
    event.salt = salts_->ForPosition(feed_.id, position_, event.body);
    header.body = ledger::BodyCommitment(event.salt, event.body);
    event.header = EncodeHeader(header);
    newest_ = ledger::EventDigest(event.header);
    registrations.push_back(std::move(event));
    if (registrations.size() == 1000 || source == sources) {
      AppendOne(Sign(std::move(registrations)));
      registrations.clear();
    }
  }
}

BenchLedger::~BenchLedger() = default;

void BenchLedger::Close() { TALLY_CHECK(writer_->Close().ok()); }

ledger::SignedBatch BenchLedger::Sign(std::vector<Event> events) {
  return Must(ledger::SignBatch(writer_->ledger().id(), std::move(events), *party_key_));
}

uint64_t BenchLedger::AppendOne(const ledger::SignedBatch& batch) {
  return Must(writer_->Append({batch}).front()).index;
}

void BenchLedger::Append(std::vector<ledger::SignedBatch> batches) {
  for (const auto& receipt : writer_->Append(std::move(batches))) Must(receipt);
}

Event BenchLedger::ReportAt(uint64_t position) {
  const uint32_t source = static_cast<uint32_t>(position % sources_) + 1;
  StateReported body;
  body.state = position % 97 == 0 ? State::kDown : State::kUp;
  body.code = 200;
  body.value = static_cast<int64_t>(position % 900);
  body.note = "0123456789ab";
  EventHeader header;
  header.kind = BodyKind::kStateReported;
  header.actor = ActorKind::kMonitor;
  header.source = source;
  header.position = position;
  next_minute_ = next_minute_ + Milliseconds(10);
  header.observed_from = header.observed_until = header.reported_at = next_minute_;
  header.previous_of_source = last_of_source_[source];
  header.stream = feed_.id;
  header.previous = newest_;
  Event event{{}, Encode(body), {}};
  event.salt = salts_->ForPosition(feed_.id, position, event.body);
  header.body = ledger::BodyCommitment(event.salt, event.body);
  event.header = EncodeHeader(header);
  newest_ = ledger::EventDigest(event.header);
  last_of_source_[source] = position;
  return event;
}

std::vector<ledger::SignedBatch> BenchLedger::Reports(uint64_t events, uint64_t per_batch) {
  std::vector<ledger::SignedBatch> batches;
  std::vector<Event> pending;
  for (uint64_t i = 0; i < events; ++i) {
    pending.push_back(ReportAt(++position_));
    if (pending.size() == per_batch || i + 1 == events) {
      batches.push_back(Sign(std::move(pending)));
      pending.clear();
    }
  }
  return batches;
}

std::vector<ledger::SignedBatch> BenchLedger::Runs(uint64_t batches, uint32_t rows) {
  std::vector<ledger::SignedBatch> signed_batches;
  for (uint64_t i = 0; i < batches; ++i) {
    const uint32_t source = static_cast<uint32_t>(i % sources_) + 1;
    Run run;
    run.step = Seconds(1);
    run.sources = {{source, last_of_source_[source], rows, next_minute_}};
    run.states.assign((rows + 3) / 4, 0);
    for (uint32_t row = 0; row < rows; row += 211)
      run.states[row / 4] |= static_cast<uint8_t>(1 << (row % 4 * 2));
    EventHeader header;
    header.kind = BodyKind::kMeasurementRun;
    header.actor = ActorKind::kMonitor;
    header.position = position_ + 1;
    header.observed_from = next_minute_;
    next_minute_ = next_minute_ + Duration{run.step.micros * rows};
    header.observed_until = next_minute_;
    header.reported_at = next_minute_;
    header.run_rows = rows;
    header.run_sources = 1;
    header.stream = feed_.id;
    header.previous = newest_;
    Event event{{}, Encode(run), {}};
    event.salt = salts_->ForPosition(feed_.id, header.position, event.body);
    header.body = ledger::BodyCommitment(event.salt, event.body);
    header.run_root = Must(ledger::RunRoot(event.salt, Must(RunView::Open(event.body))));
    event.header = EncodeHeader(header);
    newest_ = ledger::EventDigest(event.header);
    position_ += rows;
    last_of_source_[source] = position_;
    signed_batches.push_back(Sign({event}));
  }
  return signed_batches;
}

}  // namespace tally::bench
