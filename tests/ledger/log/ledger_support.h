// Small ledgers for tests: fixed seeds, a clock that stands still, and authors who sign.
//
//   TestLedger test;                                     // a new ledger in a directory of its own
//   TestParty& lime = test.AddParty("lime");
//   TestFeed& feed = test.AddFeed("uptime", lime);
//   feed.Register(1, "coral");
//   feed.Report(1, State::kUp, At("2026-02-01T00:00:00Z"));
//   test.Append(feed.Sign());                            // one signature over both events
//   uint64_t agreement = test.AddAgreement("gold", {{"provider", &lime}, {"customer", &coral}});
//   test.Append(test.SignAct(lime, agreement, BodyKind::kClaimFiled, Encode(claim)));
//   EXPECT_TRUE(test.CheckLedger());                     // a full audit says verified
//
// Nothing here is random: the same calls give the same bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "ledger/chain/batch.h"
#include "ledger/chain/digest.h"
#include "ledger/ledger.h"
#include "schema/body.h"
#include "schema/environment.h"
#include "schema/run.h"
#include "tests/scratch.h"

namespace tally::ledger {

Instant At(absl::string_view rfc3339);

class TestClock final : public Clock {
 public:
  explicit TestClock(Instant now) : now_(now) {}
  Instant Now() override { return now_; }
  Duration SinceBoot() override { return boot_; }
  // Time passes.
  void Advance(Duration length) {
    now_ = now_ + length;
    boot_.micros += length.micros;
  }
  // Somebody sets the wall clock.
  void Set(Instant now) { now_ = now; }

 private:
  Instant now_;
  Duration boot_ = Hours(1);
};

// SHA-256 of a seed and a counter.
class TestRandomness final : public Randomness {
 public:
  explicit TestRandomness(uint64_t seed) : seed_(seed) {}
  void Fill(std::span<uint8_t> out) override;

 private:
  uint64_t seed_;
  uint64_t counter_ = 0;
};
// A key that is the same in every run.
std::unique_ptr<SigningKey> TestKey(absl::string_view name);

struct TestParty {
  std::string name;
  StreamId id;
  uint64_t opening = 0;
  std::unique_ptr<SigningKey> key;  // append and grant
  std::unique_ptr<SigningKey> recovery;
};

// The author of a feed: collects events, links them, signs them as one batch.
class TestFeed {
 public:
  TestFeed(const LedgerId& ledger, StreamId id, uint64_t opening, std::string name,
           const TestParty& author);

  TestFeed& Register(uint32_t source, absl::string_view name);
  TestFeed& Report(uint32_t source, State state, Instant at);
  TestFeed& Mark(Instant through);
  // `rows` measurements of each source, `step` long, all in `state`.
  TestFeed& Run(std::vector<uint32_t> sources, uint32_t rows, Instant first, Duration step,
                State state);
  // Any event; its links and position are filled in unless `as_is`.
  enum class Links { kFill, kAsIs };
  TestFeed& Add(EventHeader header, Bytes body, Links links = Links::kFill);
  // Signs what was collected; the feed goes on from there whether it is appended or not.
  SignedBatch Sign() { return SignWith(*author_.key); }
  SignedBatch SignWith(const SigningKey& key);
  // Goes back to what the ledger holds, as an author does after a refusal.
  void Resume(uint64_t last_position, const Hash& previous);

  const StreamId& id() const { return id_; }
  uint64_t opening() const { return opening_; }
  const std::string& name() const { return name_; }
  uint64_t position() const { return position_; }
  const Hash& previous() const { return previous_; }
  Instant reported_at = Instant{};  // zero: the event's own observed_until

 private:
  LedgerId ledger_;
  StreamId id_;
  uint64_t opening_;
  std::string name_;
  const TestParty& author_;
  SaltSource salts_;
  uint64_t position_ = 0;  // last occupied
  Hash previous_;
  std::map<uint32_t, uint64_t> source_ends_;
  std::vector<Event> events_;
};

class TestLedger {
 public:
  explicit TestLedger(uint64_t seed = 1);
  ~TestLedger();
  TestLedger(const TestLedger&) = delete;
  TestLedger& operator=(const TestLedger&) = delete;

  LedgerWriter& writer() { return *writer_; }
  const Ledger& ledger() const { return writer_->ledger(); }
  TestClock& clock() { return clock_; }
  LedgerOptions options() const;
  WriterEnvironment environment();
  std::string store_directory() const { return options().directory + "/store"; }
  const SigningKey& service_key() const { return *service_key_; }
  const SigningKey& projector_key() const { return *projector_key_; }
  const SigningKey& log_key() const { return *log_key_; }

  TestParty& AddParty(absl::string_view name);
  TestFeed& AddFeed(absl::string_view name, const TestParty& author);
  // Roles and parties; opened by the first of them. Returns the opening index.
  using Roles = std::vector<std::pair<std::string, const TestParty*>>;
  uint64_t AddAgreement(absl::string_view name, const Roles& parties);
  // A zone, calendar or other document of the system stream.
  AppendReceipt AddDocument(BodyKind kind, absl::string_view name, absl::string_view media_type,
                            Bytes content);

  // An act of a party, of the operator or of the projector in the stream opened at `opening`,
  // having seen its newest record. Ids follow from the content unless given.
  struct ActOptions {
    Hash answers = {};
    std::optional<ActId> id = {};
    std::optional<Seen> seen = {};
    Instant reported_at = Instant{};  // zero: the clock
    ActorKind actor = ActorKind::kHuman;
    const SigningKey* key = nullptr;  // null: the party's or service's own
  };
  SignedBatch SignAct(const TestParty& author, uint64_t opening, BodyKind kind, Bytes body,
                      const ActOptions& options);
  SignedBatch SignAct(const TestParty& author, uint64_t opening, BodyKind kind, Bytes body) {
    return SignAct(author, opening, kind, std::move(body), ActOptions{});
  }
  SignedBatch SignServiceAct(uint64_t opening, BodyKind kind, Bytes body,
                             const ActOptions& options);
  SignedBatch SignServiceAct(uint64_t opening, BodyKind kind, Bytes body) {
    return SignServiceAct(opening, kind, std::move(body), ActOptions{});
  }
  // Openings, not appended.
  SignedBatch SignPartyOpening(const TestParty& party);
  SignedBatch SignOpening(const StreamId& author, BodyKind kind, Bytes body, const SigningKey& key);

  // Appends one batch that must be accepted.
  AppendReceipt Append(SignedBatch batch);
  // Appends one batch, whatever comes of it.
  absl::StatusOr<AppendReceipt> TryAppend(SignedBatch batch);
  // Digest of the act in record `index`, as `answers` wants it.
  Hash DigestAt(uint64_t index) const;

  // Closes the ledger cleanly; until Reopen only files are left.
  void Close();
  void Reopen();
  // Closes, audits everything, reopens. Failure lists the findings.
  ::testing::AssertionResult CheckLedger();

 private:
  SignedBatch SignFor(const StreamId& author, uint64_t opening, BodyKind kind, Bytes body,
                      const ActOptions& options, const SigningKey& key);

  tests::ScratchDirectory directory_;
  TestClock clock_;
  TestRandomness randomness_;
  SaltSource salts_;
  std::unique_ptr<SigningKey> log_key_, service_key_, projector_key_, recovery_key_;
  std::vector<std::unique_ptr<TestParty>> parties_;
  std::vector<std::unique_ptr<TestFeed>> feeds_;
  std::unique_ptr<LedgerWriter> writer_;
};

// The audit of a ledger at rest.
AuditReport AuditOf(const LedgerOptions& options, int threads = 1);
std::string Describe(const AuditReport& report);

}  // namespace tally::ledger
