// Goal: which log key signs a checkpoint follows from its size alone (T-44). Method: a fold with
// one and two rotations, then tables at -1, 0 and +1 of each border with each key and pair.
#include "ledger/log/log_keys.h"

#include "ledger/chain/digest.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

constexpr absl::string_view kRotatedOrigin = "ledger.example/rotated";

class LogKeysTest : public ::testing::Test {
 protected:
  LogKeysTest() {
    Genesis genesis;
    genesis.origin = std::string(kRotatedOrigin);
    genesis.log_vkeys = {Vkey(*first_)};
    keys_.Begin(genesis);
  }
  static std::string Vkey(const SigningKey& key) {
    return LogVkey(kRotatedOrigin, key.public_key());
  }
  static EventHeader HeaderOf(BodyKind kind, uint8_t id, const Hash& answers = Hash()) {
    EventHeader header;
    header.kind = kind;
    header.actor = ActorKind::kHuman;
    ActId act;
    act.bytes[0] = id;
    header.id = act;
    header.answers = answers;
    return header;
  }
  absl::Status Say(uint64_t index, const SigningKey& key, uint8_t id, const Hash& answers = {}) {
    const EventHeader header = HeaderOf(BodyKind::kLogKeyRegistered, id, answers);
    const Bytes body = Encode(LogKeyRegistered{Vkey(key), "yearly"});
    TALLY_RETURN_IF_ERROR(keys_.Check(header, body));
    return keys_.Apply(index, header, body);
  }
  static Hash DigestOfSaid(uint8_t id) {
    return EventDigest(EncodeHeader(HeaderOf(BodyKind::kLogKeyRegistered, id)));
  }
  void Rotate(uint64_t index, const SigningKey& key, uint8_t id) {
    ASSERT_TRUE(Say(index - 1, key, id).ok());
    ASSERT_TRUE(Say(index, key, static_cast<uint8_t>(id + 100), DigestOfSaid(id)).ok());
  }
  static std::string Note(uint64_t size, const std::vector<const SigningKey*>& signers) {
    Hash root;
    root.bytes[0] = 7;
    return *SignCheckpoint({std::string(kRotatedOrigin), size, root}, signers);
  }
  absl::Status Retire(const SigningKey& key, uint64_t size, const std::string& note) {
    const EventHeader header = HeaderOf(BodyKind::kLogKeyRetired, 50);
    const Bytes body = Encode(LogKeyRetired{Vkey(key), size, "yearly", note});
    TALLY_RETURN_IF_ERROR(keys_.Check(header, body));
    return keys_.Apply(99, header, body);
  }

  std::unique_ptr<SigningKey> first_ = TestKey("log one"), second_ = TestKey("log two"),
                              third_ = TestKey("log three");
  LogKeys keys_;
};

// T-44: the size decides, and the border needs both.
TEST_F(LogKeysTest, T44TheSizeSaysWhoSigns) {
  Rotate(10, *second_, 1);
  struct Row {
    uint64_t size;
    std::vector<const SigningKey*> signers;
    bool good;
  };
  const SigningKey* a = first_.get();
  const SigningKey* b = second_.get();
  for (const Row& row : std::vector<Row>{{10, {a}, true},
                                         {10, {b}, false},
                                         {11, {a}, false},
                                         {11, {b}, false},
                                         {11, {a, b}, true},
                                         {12, {a}, false},
                                         {12, {b}, true},
                                         {12, {third_.get()}, false}}) {
    const auto opened = keys_.Open(Note(row.size, row.signers));
    EXPECT_EQ(opened.ok(), row.good) << row.size << " " << opened.status();
    EXPECT_EQ(absl::IsPermissionDenied(opened.status()), !row.good) << opened.status();
  }
  EXPECT_TRUE(keys_.MaySign(Vkey(*first_), 11));
  EXPECT_FALSE(keys_.MaySign(Vkey(*first_), 12));
  EXPECT_FALSE(keys_.MaySign(Vkey(*second_), 10));
  const std::array<const SigningKey*, 3> held = {nullptr, a, b};
  EXPECT_EQ(keys_.SignersOf(10, held)->size(), 1u);
  EXPECT_EQ(keys_.SignersOf(11, held)->size(), 2u);
  EXPECT_EQ(keys_.SignersOf(12, held)->front(), b);
  const std::array<const SigningKey*, 1> old = {a};
  EXPECT_TRUE(absl::IsPermissionDenied(keys_.SignersOf(11, old).status()));
  EXPECT_TRUE(absl::IsPermissionDenied(keys_.SignersOf(12, old).status()));
}

// T-44: the second rotation hands over from the second key.
TEST_F(LogKeysTest, T44TermsFollowEachOther) {
  Rotate(10, *second_, 1);
  Rotate(20, *third_, 2);
  EXPECT_TRUE(keys_.Open(Note(20, {second_.get()})).ok());
  EXPECT_TRUE(keys_.Open(Note(21, {second_.get(), third_.get()})).ok());
  EXPECT_FALSE(keys_.Open(Note(21, {first_.get(), third_.get()})).ok());
  EXPECT_TRUE(keys_.Open(Note(22, {third_.get()})).ok());
  EXPECT_TRUE(keys_.Open(Note(5, {first_.get()})).ok());
  EXPECT_EQ(keys_.terms().size(), 3u);
  EXPECT_EQ(*keys_.TermOf(Vkey(*second_))->last_size, 21u);
}

// T-44: nobody completes what was not proposed, or otherwise.
TEST_F(LogKeysTest, T44TheAnswerNamesTheSameKey) {
  ASSERT_TRUE(Say(3, *second_, 1).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(Say(4, *third_, 2, DigestOfSaid(1))));
  EXPECT_TRUE(absl::IsFailedPrecondition(Say(4, *second_, 2, DigestOfSaid(9))));
  EXPECT_TRUE(absl::IsAlreadyExists(Say(4, *first_, 2)));
  EXPECT_EQ(keys_.terms().size(), 1u);
  // A proposal of before a rotation is answered no more.
  ASSERT_TRUE(Say(4, *third_, 3).ok());
  ASSERT_TRUE(Say(5, *second_, 4, DigestOfSaid(1)).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(Say(6, *third_, 5, DigestOfSaid(3))));
  const EventHeader header = HeaderOf(BodyKind::kLogKeyRegistered, 8);
  const std::string elsewhere = LogVkey("ledger.example/other", third_->public_key());
  EXPECT_TRUE(
      absl::IsInvalidArgument(keys_.Check(header, Encode(LogKeyRegistered{elsewhere, ""}))));
}

TEST_F(LogKeysTest, T44TheHandoverIsTheCheckpointOfBoth) {
  EXPECT_TRUE(absl::IsFailedPrecondition(Retire(*first_, 11, Note(11, {first_.get()}))));
  Rotate(10, *second_, 1);
  EXPECT_FALSE(Retire(*first_, 11, Note(11, {first_.get()})).ok());
  EXPECT_FALSE(Retire(*first_, 10, Note(11, {first_.get(), second_.get()})).ok());
  EXPECT_FALSE(Retire(*first_, 11, Note(12, {second_.get()})).ok());
  EXPECT_FALSE(Retire(*first_, 11, "").ok());
  EXPECT_FALSE(Retire(*second_, 11, Note(11, {first_.get(), second_.get()})).ok());
  ASSERT_TRUE(Retire(*first_, 11, Note(11, {first_.get(), second_.get()})).ok());
  EXPECT_FALSE(keys_.TermOf(Vkey(*first_))->handover.empty());
  EXPECT_TRUE(absl::IsAlreadyExists(Retire(*first_, 11, Note(11, {first_.get(), second_.get()}))));
}

}  // namespace
}  // namespace tally::ledger
