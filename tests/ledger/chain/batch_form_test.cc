// Goal: a batch passes only when its bytes alone say one consistent thing, and a refusal names the
// event and the field.
// Method: one good feed batch and good acts; each rule broken by one changed header, with links and
// evidence made anew so that no other rule is broken; every evidence field and every bit changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "ledger/chain/batch.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/recorded_form.h"
#include "tests/ledger/chain/batch_support.h"

namespace tally::ledger {
namespace {

using namespace tally::ledger::tests;
using ::testing::HasSubstr;
using ::testing::StartsWith;

SignedBatch Signed(std::vector<Event> events) {
  return SignBatch(TestLedger(1), std::move(events), *TestKey(1)).value();
}

std::string MessageOf(const std::vector<Event>& events) {
  const absl::Status status = CheckBatchForm(Signed(events)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
  return std::string(status.message());
}

// The same change to header `number` only.
Tamper At(size_t number, std::function<void(EventHeader&)> change) {
  return [number, change](size_t i, EventHeader& header) {
    if (i == number) change(header);
  };
}

TEST(BatchForm, AGoodFeedBatchGivesItsDigests) {
  const std::vector<Event> events = Seal(FeedDrafts());
  const auto checked = CheckBatchForm(Signed(events));
  ASSERT_TRUE(checked.ok()) << checked.status();
  ASSERT_EQ(checked->digests.size(), events.size());
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(checked->digests[i], EventDigest(events[i].header));
    EXPECT_EQ(checked->headers[i], DecodeHeader(events[i].header).value());
  }
  EXPECT_EQ(checked->root, TreeRoot(checked->digests));
  const std::vector<SourceLink> links = {{1, 0, 11}, {2, 0, 10}};
  EXPECT_EQ(checked->sources, links);
}

TEST(BatchForm, AGoodActPasses) {
  const auto checked = CheckBatchForm(Signed(Seal({ClaimDraft()})));
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->root, checked->digests[0]);
  EXPECT_TRUE(checked->sources.empty());
}

TEST(BatchForm, ABatchMayGoOnFromAnother) {
  const std::vector<Draft> drafts = {StateDraft(12, 1, 11, 9, State::kUp), WatermarkDraft(12, 10)};
  Hash before;
  before.bytes.fill(7);
  const auto events = Seal(drafts, At(0, [&](EventHeader& header) { header.previous = before; }));
  const auto checked = CheckBatchForm(Signed(events));
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->evidence.previous, before);
  EXPECT_EQ(checked->sources[0].previous, 11u);
}

TEST(BatchForm, AWatermarkMayStandAlone) {
  EXPECT_TRUE(CheckBatchForm(Signed(Seal({WatermarkDraft(0, 1)}))).ok());
  EXPECT_TRUE(CheckBatchForm(Signed(Seal({WatermarkDraft(17, 1)}))).ok());
}

struct FeedCase {
  const char* name;
  size_t event;
  std::function<void(EventHeader&)> change;
  const char* field;
};

TEST(BatchForm, EachFeedRuleIsChecked) {
  const FeedCase cases[] = {
      {"unknown kind", 2, [](EventHeader& h) { h.kind = BodyKind{127}; }, "kind"},
      {"other body", 2, [](EventHeader& h) { h.body.bytes[0] ^= 1; }, "body commitment"},
      {"an id", 2, [](EventHeader& h) { h.id = ActId{{1}}; }, "id"},
      {"an author", 2, [](EventHeader& h) { h.author = TestStream(5); }, "author"},
      {"seen", 2,
       [](EventHeader& h) {
         h.seen = Seen{1, Hash{{1}}};
       },
       "seen"},
      {"answers", 2, [](EventHeader& h) { h.answers = Hash{{1}}; }, "answers"},
      {"no stream", 0, [](EventHeader& h) { h.stream = {}; }, "stream"},
      {"two streams", 3, [](EventHeader& h) { h.stream = TestStream(8); }, "stream"},
      {"cut link", 3, [](EventHeader& h) { h.previous = {}; }, "previous"},
      {"other link", 3, [](EventHeader& h) { h.previous.bytes[3] ^= 1; }, "previous"},
      {"position 0", 0, [](EventHeader& h) { h.position = 0; }, "position"},
      {"equal position", 4, [](EventHeader& h) { h.position = 4; }, "position"},
      {"falling position", 4, [](EventHeader& h) { h.position = 4; }, "position"},
      {"long step", 6, [](EventHeader& h) { h.position = 11 + kPositionStepMax; }, "position"},
      {"inside the run", 6, [](EventHeader& h) { h.position = 10; }, "position"},
      {"watermark behind", 7, [](EventHeader& h) { h.position = 10; }, "position"},
      {"watermark ahead", 7, [](EventHeader& h) { h.position = 12; }, "position"},
      {"watermark of a source", 7, [](EventHeader& h) { h.source = 1; }, "source"},
      {"source forgot", 4, [](EventHeader& h) { h.previous_of_source = 0; }, "previous of source"},
      {"source behind", 4, [](EventHeader& h) { h.previous_of_source = 2; }, "previous of source"},
      {"no source but a link", 4, [](EventHeader& h) { h.source = 0; }, "previous of source"},
      {"after the run", 6, [](EventHeader& h) { h.previous_of_source = 5; }, "previous of source"},
      {"run rows", 5, [](EventHeader& h) { h.run_rows = 4; }, "run rows"},
      {"run sources", 5, [](EventHeader& h) { h.run_sources = 1; }, "run sources"},
      {"run root", 5, [](EventHeader& h) { h.run_root.bytes[31] ^= 1; }, "run root"},
      {"run from", 5, [](EventHeader& h) { h.observed_from.micros -= 1; }, "observed from"},
      {"run until", 5, [](EventHeader& h) { h.observed_until.micros += 1; }, "observed until"},
      {"run source", 5, [](EventHeader& h) { h.source = 1; }, "source"},
      {"run link", 5, [](EventHeader& h) { h.previous_of_source = 5; }, "previous of source"},
      {"rows without run", 2,
       [](EventHeader& h) {
         h.run_rows = 1;
         h.run_sources = 1;
         h.run_root = Hash{{1}};
       },
       "run rows"},
  };
  for (const FeedCase& row : cases) {
    const std::string message = MessageOf(Seal(FeedDrafts(), At(row.event, row.change)));
    EXPECT_THAT(message, StartsWith(absl::StrCat("event ", row.event, ": ", row.field)))
        << row.name;
  }
}

struct ActCase {
  const char* name;
  std::function<void(EventHeader&)> change;
  const char* field;
};

TEST(BatchForm, EachActRuleIsChecked) {
  const ActCase cases[] = {
      {"position", [](EventHeader& h) { h.position = 1; }, "position"},
      {"source", [](EventHeader& h) { h.source = 1; }, "source"},
      {"previous", [](EventHeader& h) { h.previous = Hash{{1}}; }, "previous"},
      {"no id", [](EventHeader& h) { h.id.reset(); }, "id"},
      {"no stream", [](EventHeader& h) { h.stream = {}; }, "stream"},
      {"run",
       [](EventHeader& h) {
         h.run_rows = 1;
         h.run_sources = 1;
         h.run_root = Hash{{1}};
       },
       "run rows"},
      {"other body", [](EventHeader& h) { h.body.bytes[0] ^= 1; }, "body commitment"},
  };
  for (const ActCase& row : cases) {
    const std::string message = MessageOf(Seal({ClaimDraft()}, At(0, row.change)));
    EXPECT_THAT(message, StartsWith(absl::StrCat("event 0: ", row.field))) << row.name;
  }
}

Draft PartyDraft() {
  PartyOpened party;
  party.name = "acme";
  party.display_name = "Acme Ltd";
  party.keys = {{TestKey(3)->public_key(), kRoleAppend, Instant::Max(), Bytes(64, 1)}};
  Draft draft = ActDraft(BodyKind::kPartyOpened, Encode(party));
  draft.header.author = {};
  return draft;
}

Draft GenesisDraft() {
  Genesis genesis;
  genesis.origin = "example.com/ledger";
  genesis.log_vkeys = {"example.com/ledger+00000000+AA=="};
  genesis.service_keys = {{TestKey(3)->public_key(), kRoleOperator, Instant::Max(), {}}};
  genesis.recovery_keys = {{TestKey(4)->public_key(), kRoleRecovery, Instant::Max(), {}}};
  genesis.nonce = Bytes(32, 9);
  Draft draft = ActDraft(BodyKind::kGenesis, Encode(genesis));
  draft.header.stream = {};
  draft.header.author = {};
  return draft;
}

TEST(BatchForm, OpeningsAndGenesis) {
  const auto party = CheckBatchForm(Signed(Seal({PartyDraft()})));
  EXPECT_TRUE(party.ok()) << party.status();
  const auto genesis = CheckBatchForm(Signed(Seal({GenesisDraft()})));
  EXPECT_TRUE(genesis.ok()) << genesis.status();
  const auto seen = At(0, [](EventHeader& h) { h.seen = Seen{1, Hash{{1}}}; });
  const auto answers = At(0, [](EventHeader& h) { h.answers = Hash{{1}}; });
  const auto stream = At(0, [](EventHeader& h) { h.stream = TestStream(1); });
  const auto author = At(0, [](EventHeader& h) { h.author = TestStream(1); });
  for (const Draft& draft : {PartyDraft(), GenesisDraft()}) {
    EXPECT_THAT(MessageOf(Seal({draft}, seen)), StartsWith("event 0: seen"));
    EXPECT_THAT(MessageOf(Seal({draft}, answers)), StartsWith("event 0: answers"));
  }
  EXPECT_THAT(MessageOf(Seal({GenesisDraft()}, stream)), StartsWith("event 0: stream"));
  EXPECT_THAT(MessageOf(Seal({GenesisDraft()}, author)), StartsWith("event 0: author"));
}

TEST(BatchForm, ActsAndOpeningsStandAlone) {
  const Draft state = StateDraft(1, 1, 0, 0, State::kUp);
  for (const Draft& act : {ClaimDraft(), PartyDraft(), GenesisDraft()}) {
    EXPECT_THAT(MessageOf(Seal({act, act})), HasSubstr("stands alone"));
    EXPECT_THAT(MessageOf(Seal({act, state})), StartsWith("event 1: kind"));
    EXPECT_THAT(MessageOf(Seal({state, act})), StartsWith("event 1: kind"));
  }
}

// A later version's kind is created by nobody here and read where it is recorded; its twins with
// one thing wrong are found as for any other kind.
TEST(BatchForm, KindsOfALaterVersionPassOnlyWhereTheyAreRecorded) {
  const std::vector<Draft> drafts = {StateDraft(1, 1, 0, 0, State::kUp),
                                     StateDraft(2, 1, 1, 1, State::kDown), WatermarkDraft(2, 2)};
  const auto later = At(1, [](EventHeader& h) { h.kind = BodyKind{127}; });
  const std::vector<Event> events = Seal(drafts, later);
  EXPECT_THAT(MessageOf(events), StartsWith("event 1: kind: 127"));
  const auto checked = CheckRecordedForm(Signed(events));
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->evidence.last, 2u);
  std::vector<Event> twin = events;
  twin[1].body[0] ^= 1;
  EXPECT_FALSE(CheckRecordedForm(Signed(twin)).ok());
  twin = events;
  twin[1].salt.bytes[0] ^= 1;
  EXPECT_FALSE(CheckRecordedForm(Signed(twin)).ok());
  const auto unlinked = Seal(drafts, At(1, [](EventHeader& h) {
                               h.kind = BodyKind{127};
                               h.previous = Hash();
                             }));
  EXPECT_FALSE(CheckRecordedForm(Signed(unlinked)).ok());

  const auto act = [](int kind) {
    return Seal({ClaimDraft()}, At(0, [kind](EventHeader& h) { h.kind = BodyKind(kind); }));
  };
  EXPECT_TRUE(CheckRecordedForm(Signed(act(250))).ok());
  EXPECT_TRUE(CheckRecordedForm(Signed(act(1000))).ok());
  EXPECT_FALSE(CheckBatchForm(Signed(act(250))).ok());
  // An act's header under a feed's number, and an opening of who knows what.
  EXPECT_FALSE(CheckRecordedForm(Signed(act(127))).ok());
  EXPECT_FALSE(CheckRecordedForm(Signed(act(47))).ok());
}

TEST(BatchForm, SaltAndBodyAreChecked) {
  std::vector<Event> events = Seal(FeedDrafts());
  const auto broken = [&](size_t number, const std::function<void(Event&)>& change) {
    std::vector<Event> changed = events;
    change(changed[number]);
    return MessageOf(changed);
  };
  EXPECT_THAT(broken(2, [](Event& e) { e.salt = {}; }), StartsWith("event 2: salt"));
  EXPECT_THAT(broken(2, [](Event& e) { e.salt.bytes[0] ^= 1; }),
              StartsWith("event 2: body commitment"));
  EXPECT_THAT(broken(2, [](Event& e) { e.body.back() ^= 1; }),
              StartsWith("event 2: body commitment"));
  EXPECT_THAT(broken(5, [](Event& e) { e.body.push_back(0); }),
              StartsWith("event 5: body commitment"));
  EXPECT_THAT(broken(2, [](Event& e) { e.body.resize(kBodyBytesMax + 1); }),
              StartsWith("event 2: body: "));
}

// A body that is committed to as it stands, but is not canonical.
TEST(BatchForm, BodiesMustBeCanonical) {
  std::vector<Draft> drafts = FeedDrafts();
  drafts[2].body.insert(drafts[2].body.end(), 8, 0);
  EXPECT_THAT(MessageOf(Seal(drafts)), StartsWith("event 2: body: "));
  drafts = FeedDrafts();
  drafts[2].body.clear();
  EXPECT_THAT(MessageOf(Seal(drafts)), StartsWith("event 2: body: "));
  Draft claim = ClaimDraft();
  claim.body = FeedDrafts()[0].body;
  EXPECT_THAT(MessageOf(Seal({claim})), StartsWith("event 0: body: "));
}

TEST(BatchForm, EveryFieldOfTheEvidenceIsCompared) {
  const SignedBatch good = Signed(Seal(FeedDrafts()));
  const Evidence evidence = DecodeEvidence(good.evidence).value();
  const std::vector<std::function<void(Evidence&)>> changes = {
      [](Evidence& e) { e.first += 1; },          [](Evidence& e) { e.last += 1; },
      [](Evidence& e) { e.count -= 1; },          [](Evidence& e) { e.from.micros += 1; },
      [](Evidence& e) { e.until.micros -= 1; },   [](Evidence& e) { e.previous.bytes[0] ^= 1; },
      [](Evidence& e) { e.newest.bytes[0] ^= 1; }};
  for (const auto& change : changes) {
    Evidence changed = evidence;
    change(changed);
    SignedBatch batch = good;
    batch.evidence = EncodeEvidence(changed);
    const absl::Status status = CheckBatchForm(batch).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(status.message()), StartsWith("evidence: "));
  }
}

// Any flipped bit of header, body, salt or evidence fails the form or the signature.
TEST(BatchForm, EveryFlippedBitIsFound) {
  const SignedBatch good = Signed(Seal({ClaimDraft()}));
  const auto verifier = Verifier::Create(TestKey(1)->public_key()).value();
  const auto passes = [&](const SignedBatch& batch) {
    const auto checked = CheckBatchForm(batch);
    if (!checked.ok()) return false;
    const auto stream = StreamOf(batch);
    return stream.ok() && CheckBatchSignature(TestLedger(1), *checked, *stream, *verifier);
  };
  ASSERT_TRUE(passes(good));
  const auto flip = [](uint8_t& byte, size_t bit) {
    byte = static_cast<uint8_t>(byte ^ (1u << bit));
  };
  for (size_t bit = 0; bit < 8; ++bit) {
    const Event& event = good.events[0];
    for (size_t at = 0; at < event.header.size(); ++at) {
      SignedBatch bad = good;
      flip(bad.events[0].header[at], bit);
      ASSERT_FALSE(passes(bad)) << "header " << at;
    }
    for (size_t at = 0; at < event.body.size(); ++at) {
      SignedBatch bad = good;
      flip(bad.events[0].body[at], bit);
      ASSERT_FALSE(passes(bad)) << "body " << at;
    }
    for (size_t at = 0; at < Salt::size(); ++at) {
      SignedBatch bad = good;
      flip(bad.events[0].salt.bytes[at], bit);
      ASSERT_FALSE(passes(bad)) << "salt " << at;
    }
    for (size_t at = 0; at < kEvidenceBytes; ++at) {
      SignedBatch bad = good;
      flip(bad.evidence[at], bit);
      ASSERT_FALSE(passes(bad)) << "evidence " << at;
    }
  }
}

TEST(BatchForm, LimitsAreRefusedBeforeWork) {
  SignedBatch batch = Signed(Seal(FeedDrafts()));
  batch.events.resize(kBatchEventsMax + 1);
  EXPECT_EQ(CheckBatchForm(batch).status().code(), absl::StatusCode::kInvalidArgument);
  batch.events.clear();
  EXPECT_EQ(CheckBatchForm(batch).status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace tally::ledger
