#include "tests/ledger/log/ledger_support.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "ledger/log/service_event.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr absl::string_view kOrigin = "ledger.example/test";

Bytes Secret(absl::string_view name) {
  const Hash hash = Sha256Of({AsBytes("secret of "), AsBytes(name)});
  return Bytes(hash.bytes.begin(), hash.bytes.end());
}

KeyGrant GrantOf(const SigningKey& key, uint32_t roles) {
  KeyGrant grant;
  grant.key = key.public_key();
  grant.roles = roles;
  return grant;
}

}  // namespace

Instant At(absl::string_view rfc3339) {
  const absl::StatusOr<Instant> instant = ParseInstant(rfc3339);
  TALLY_CHECK(instant.ok());
  return *instant;
}

void TestRandomness::Fill(std::span<uint8_t> out) {
  for (size_t i = 0; i < out.size();) {
    Bytes block;
    ByteWriter writer(block);
    writer.U64(seed_);
    writer.U64(counter_++);
    for (uint8_t byte : Sha256Of({block}).bytes) {
      if (i < out.size()) out[i++] = byte;
    }
  }
}

std::unique_ptr<SigningKey> TestKey(absl::string_view name) {
  auto key = SigningKey::FromSeed(Sha256Of({AsBytes("key of "), AsBytes(name)}).view());
  TALLY_CHECK(key.ok());
  return *std::move(key);
}

// ---- Feeds ---------------------------------------------------------------------------------

TestFeed::TestFeed(const LedgerId& ledger, StreamId id, uint64_t opening, std::string name,
                   const TestParty& author)
    : ledger_(ledger),
      id_(id),
      opening_(opening),
      name_(std::move(name)),
      author_(author),
      salts_(Secret(author.name)) {}

TestFeed& TestFeed::Add(EventHeader header, Bytes body, Links links) {
  const bool watermark = header.kind == BodyKind::kWatermark;
  if (links == Links::kFill) {
    header.stream = id_;
    header.previous = previous_;
    header.position = watermark ? position_ : position_ + 1;
    if (header.source != 0) header.previous_of_source = source_ends_[header.source];
    if (header.actor == ActorKind::kUnset) header.actor = ActorKind::kMonitor;
    if (header.reported_at == Instant{}) {
      header.reported_at = reported_at == Instant{} ? header.observed_until : reported_at;
    }
  }
  const Salt salt = salts_.ForPosition(header.stream, header.position, body);
  if (header.run_rows > 0) {
    const auto run = RunView::Open(body);
    TALLY_CHECK(run.ok());
    header.run_root = *RunRoot(salt, *run);
    for (uint32_t i = 0; i < run->sources().size(); ++i) {
      const RunSource& source = run->sources()[i];
      source_ends_[source.source] = header.position + run->FirstRow(i) + source.rows - 1;
    }
  }
  if (header.source != 0) source_ends_[header.source] = header.position;
  events_.push_back(MakeEvent(header, std::move(body), salt));
  previous_ = EventDigest(events_.back().header);
  position_ = LastPosition(header);
  return *this;
}

TestFeed& TestFeed::Register(uint32_t source, absl::string_view name) {
  SourceRegistered body;
  body.source = source;
  body.name = std::string(name);
  EventHeader header;
  header.kind = BodyKind::kSourceRegistered;
  header.actor = ActorKind::kAutomation;
  return Add(header, Encode(body));
}

TestFeed& TestFeed::Report(uint32_t source, State state, Instant at) {
  StateReported body;
  body.state = state;
  EventHeader header;
  header.kind = BodyKind::kStateReported;
  header.source = source;
  header.observed_from = at;
  header.observed_until = at;
  return Add(header, Encode(body));
}

TestFeed& TestFeed::Mark(Instant through) {
  EventHeader header;
  header.kind = BodyKind::kWatermark;
  header.observed_from = through;
  header.observed_until = through;
  return Add(header, Encode(Watermark{through}));
}

TestFeed& TestFeed::Run(std::vector<uint32_t> sources, uint32_t rows, Instant first, Duration step,
                        State state) {
  tally::Run run;
  run.step = step;
  for (uint32_t source : sources) {
    run.sources.push_back({source, source_ends_[source], rows, first});
  }
  const uint32_t all = rows * static_cast<uint32_t>(sources.size());
  const uint8_t code = static_cast<uint8_t>(static_cast<int>(state) - 1);
  run.states.assign((all + 3) / 4, 0);
  for (uint32_t row = 0; row < all; ++row) {
    run.states[row / 4] = static_cast<uint8_t>(run.states[row / 4] | (code << (2 * (row % 4))));
  }
  EventHeader header;
  header.kind = BodyKind::kMeasurementRun;
  header.observed_from = first;
  header.observed_until = first + Duration{step.micros * rows};
  header.run_rows = all;
  header.run_sources = static_cast<uint32_t>(sources.size());
  return Add(header, Encode(run));
}

SignedBatch TestFeed::SignWith(const SigningKey& key) {
  auto batch = SignBatch(ledger_, std::move(events_), key);
  events_.clear();
  TALLY_CHECK(batch.ok());
  return *std::move(batch);
}

void TestFeed::Resume(uint64_t last_position, const Hash& previous) {
  events_.clear();
  position_ = last_position;
  previous_ = previous;
}

// ---- The ledger ----------------------------------------------------------------------------

TestLedger::TestLedger(uint64_t seed)
    : clock_(At("2026-03-01T00:00:00Z")),
      randomness_(seed),
      salts_(Secret("acts")),
      log_key_(TestKey("log")),
      service_key_(TestKey("service")),
      projector_key_(TestKey("projector")),
      recovery_key_(TestKey("recovery")) {
  CreateOptions create;
  create.ledger = options();
  create.origin = std::string(kOrigin);
  create.log_key = log_key_.get();
  create.service_keys = {GrantOf(*service_key_, kRoleOperator),
                         GrantOf(*projector_key_, kRoleProjector)};
  create.recovery_keys = {GrantOf(*recovery_key_, kRoleRecovery)};
  create.genesis_signer = service_key_.get();
  auto writer = LedgerWriter::Create(create, environment());
  if (!writer.ok()) ADD_FAILURE() << writer.status();
  TALLY_CHECK(writer.ok());
  writer_ = *std::move(writer);
}

TestLedger::~TestLedger() {
  if (writer_ != nullptr) Close();
}

LedgerOptions TestLedger::options() const {
  LedgerOptions options;
  options.directory = directory_.path() + "/ledger";
  return options;
}

WriterEnvironment TestLedger::environment() {
  WriterEnvironment environment;
  environment.clock = &clock_;
  environment.randomness = &randomness_;
  environment.log_key = log_key_.get();
  environment.service_key = service_key_.get();
  return environment;
}

SignedBatch TestLedger::SignOpening(const StreamId& author, BodyKind kind, Bytes body,
                                    const SigningKey& key) {
  EventHeader header;
  header.kind = kind;
  header.actor = ActorKind::kHuman;
  header.stream = Rename<StreamId>(ledger().id());
  header.author = author;
  header.reported_at = clock_.Now();
  header.id = salts_.DefaultActId(header.stream, kind, Hash(), body);
  const Salt salt = salts_.ForAct(header.stream, *header.id, body);
  std::vector<Event> events;
  events.push_back(MakeEvent(header, std::move(body), salt));
  auto batch = SignBatch(ledger().id(), std::move(events), key);
  TALLY_CHECK(batch.ok());
  return *std::move(batch);
}

SignedBatch TestLedger::SignPartyOpening(const TestParty& party) {
  const auto granted = [&](const SigningKey& key, uint32_t roles) {
    KeyGrant grant = GrantOf(key, roles);
    const Bytes message =
        PossessionMessage(ledger().id(), key.fingerprint(), service_key_->fingerprint(),
                          Sha256Of({AsBytes(party.name)}));
    const Signature signature = key.Sign(message);
    grant.possession.assign(signature.begin(), signature.end());
    return grant;
  };
  PartyOpened body;
  body.name = party.name;
  body.display_name = absl::StrCat("The ", party.name, " company");
  body.keys = {granted(*party.key, kRoleAppend | kRoleGrant)};
  body.recovery_keys = {granted(*party.recovery, kRoleRecovery)};
  return SignOpening(StreamId(), BodyKind::kPartyOpened, Encode(body), *service_key_);
}

TestParty& TestLedger::AddParty(absl::string_view name) {
  auto party = std::make_unique<TestParty>();
  party->name = std::string(name);
  party->key = TestKey(name);
  party->recovery = TestKey(absl::StrCat("recovery of ", name));
  party->opening = Append(SignPartyOpening(*party)).index;
  const auto state = ledger().StreamAt(party->opening);
  TALLY_CHECK(state.ok());
  party->id = state->id;
  parties_.push_back(std::move(party));
  return *parties_.back();
}

TestFeed& TestLedger::AddFeed(absl::string_view name, const TestParty& author) {
  const Bytes body = Encode(FeedOpened{std::string(name), "probes"});
  const uint64_t opening =
      Append(SignOpening(author.id, BodyKind::kFeedOpened, body, *author.key)).index;
  const auto state = ledger().StreamAt(opening);
  TALLY_CHECK(state.ok());
  feeds_.push_back(
      std::make_unique<TestFeed>(ledger().id(), state->id, opening, std::string(name), author));
  return *feeds_.back();
}

uint64_t TestLedger::AddAgreement(absl::string_view name, const Roles& parties) {
  TALLY_CHECK(!parties.empty());
  AgreementOpened body;
  body.name = std::string(name);
  for (const auto& [role, party] : parties) body.parties.push_back({role, party->name, party->id});
  const TestParty& opener = *parties.front().second;
  return Append(SignOpening(opener.id, BodyKind::kAgreementOpened, Encode(body), *opener.key))
      .index;
}

AppendReceipt TestLedger::AddDocument(BodyKind kind, absl::string_view name,
                                      absl::string_view media_type, Bytes content) {
  DocumentAdded body;
  body.name = std::string(name);
  body.version = "1";
  body.media_type = std::string(media_type);
  body.digest = DigestOfDocument(content);
  body.content = std::move(content);
  return Append(SignServiceAct(0, kind, Encode(body)));
}

SignedBatch TestLedger::SignFor(const StreamId& author, uint64_t opening, BodyKind kind, Bytes body,
                                const ActOptions& options, const SigningKey& key) {
  const auto stream = ledger().StreamAt(opening);
  TALLY_CHECK(stream.ok());
  EventHeader header;
  header.kind = kind;
  header.actor = options.actor;
  header.stream = stream->id;
  header.author = author;
  header.answers = options.answers;
  header.reported_at = options.reported_at == Instant{} ? clock_.Now() : options.reported_at;
  header.seen = options.seen.value_or(Seen{stream->records - 1, stream->newest_leaf});
  header.id = options.id.value_or(salts_.DefaultActId(header.stream, kind, options.answers, body));
  const Salt salt = salts_.ForAct(header.stream, *header.id, body);
  std::vector<Event> events;
  events.push_back(MakeEvent(header, std::move(body), salt));
  auto batch =
      SignBatch(ledger().id(), std::move(events), options.key != nullptr ? *options.key : key);
  TALLY_CHECK(batch.ok());
  return *std::move(batch);
}

SignedBatch TestLedger::SignAct(const TestParty& author, uint64_t opening, BodyKind kind,
                                Bytes body, const ActOptions& options) {
  return SignFor(author.id, opening, kind, std::move(body), options, *author.key);
}

SignedBatch TestLedger::SignServiceAct(uint64_t opening, BodyKind kind, Bytes body,
                                       const ActOptions& options) {
  const KindRow* row = FindKind(kind);
  const bool projector = row != nullptr && row->signer == Signer::kProjector;
  return SignFor(StreamId(), opening, kind, std::move(body), options,
                 projector ? *projector_key_ : *service_key_);
}

absl::StatusOr<AppendReceipt> TestLedger::TryAppend(SignedBatch batch) {
  std::vector<SignedBatch> batches;
  batches.push_back(std::move(batch));
  auto outcomes = writer_->Append(std::move(batches));
  TALLY_CHECK(outcomes.size() == 1);
  return std::move(outcomes[0]);
}

AppendReceipt TestLedger::Append(SignedBatch batch) {
  const auto receipt = TryAppend(std::move(batch));
  if (!receipt.ok()) ADD_FAILURE() << receipt.status();
  TALLY_CHECK(receipt.ok());
  return *receipt;
}

Hash TestLedger::DigestAt(uint64_t index) const {
  const auto record = ledger().ReadRecord(index);
  TALLY_CHECK(record.ok());
  return record->events().front().digest;
}

void TestLedger::Close() {
  const absl::Status closed = writer_->Close();
  if (!closed.ok()) ADD_FAILURE() << closed;
  writer_.reset();
}

void TestLedger::Reopen() {
  auto writer = LedgerWriter::Open(options(), environment());
  if (!writer.ok()) ADD_FAILURE() << writer.status();
  TALLY_CHECK(writer.ok());
  writer_ = *std::move(writer);
}

::testing::AssertionResult TestLedger::CheckLedger() {
  Close();
  const AuditReport report = AuditOf(options());
  Reopen();
  if (report.verified) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << Describe(report);
}

AuditReport AuditOf(const LedgerOptions& options, int threads) {
  AuditOptions audit;
  audit.ledger = options;
  audit.threads = threads;
  return Audit(audit);
}

std::string Describe(const AuditReport& report) {
  std::string text = absl::StrCat(report.verified ? "verified" : "failed", ", size ", report.size);
  for (const AuditFinding& finding : report.findings) {
    absl::StrAppend(&text, "\n  ", finding.kind, " index ",
                    finding.index ? absl::StrCat(*finding.index) : "-", " stream ", finding.stream,
                    " expected ", finding.expected, " found ", finding.found);
  }
  return text;
}

}  // namespace tally::ledger
