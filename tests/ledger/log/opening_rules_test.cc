// Goal: streams are opened by whom, under which name and with which keys the rules say (T-45).
// Method: one opening of each kind is varied in one thing at a time.
#include "ledger/crypto/sha256.h"
#include "ledger/log/admission.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

class OpeningRulesTest : public ::testing::Test {
 protected:
  OpeningRulesTest() : lime_(test_.AddParty("lime")), coral_(test_.AddParty("coral")) {}
  absl::Status Try(const SignedBatch& batch) { return test_.writer().DryRun(batch).status(); }
  absl::Status OpenFeed(absl::string_view name) {
    return Try(test_.SignOpening(lime_.id, BodyKind::kFeedOpened,
                                 Encode(FeedOpened{std::string(name), ""}), *lime_.key));
  }

  TestLedger test_;
  TestParty& lime_;
  TestParty& coral_;
};

TEST_F(OpeningRulesTest, NamesAreSpelledOneWay) {
  for (const char* good : {"a", "0", "a.b-c_d", "9lives"}) EXPECT_TRUE(OpenFeed(good).ok()) << good;
  EXPECT_TRUE(OpenFeed(std::string(64, 'a')).ok());
  for (const char* bad : {".a", "-a", "_a", "A", "a b", "a/b", "\xc3\xa9"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(OpenFeed(bad))) << bad;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(OpenFeed(std::string(65, 'a'))));
}

TEST_F(OpeningRulesTest, NamesAreUniqueForEachKindOfStream) {
  test_.AddFeed("lime", lime_);  // A feed may have a party's name.
  EXPECT_TRUE(absl::IsAlreadyExists(Try(test_.SignOpening(
      lime_.id, BodyKind::kFeedOpened, Encode(FeedOpened{"lime", "other"}), *lime_.key))));
  TestParty twin;
  twin.name = "lime";
  twin.key = TestKey("twin");
  twin.recovery = TestKey("twin's recovery");
  EXPECT_TRUE(absl::IsAlreadyExists(Try(test_.SignPartyOpening(twin))));
}

TEST_F(OpeningRulesTest, PartiesAreOpenedByTheOperator) {
  TestParty moss;
  moss.name = "moss";
  moss.key = TestKey("moss");
  moss.recovery = TestKey("moss's recovery");
  EXPECT_TRUE(Try(test_.SignPartyOpening(moss)).ok());
  SignedBatch by_lime = test_.SignPartyOpening(moss);
  by_lime = *SignBatch(test_.ledger().id(), by_lime.events, *lime_.key);
  EXPECT_TRUE(absl::IsPermissionDenied(Try(by_lime)));
}

// T-45: proof of possession, and keys that are somebody's already.
TEST_F(OpeningRulesTest, T45EveryKeyProvesItsPossession) {
  TestParty moss;
  moss.name = "moss";
  moss.key = TestKey("moss");
  moss.recovery = TestKey("moss's recovery");
  const SignedBatch good = test_.SignPartyOpening(moss);
  const PartyOpened body = *DecodePartyOpened(good.events[0].body);
  const auto with = [&](auto change) {
    PartyOpened changed = body;
    change(changed);
    return Try(test_.SignOpening(StreamId(), BodyKind::kPartyOpened, Encode(changed),
                                 test_.service_key()));
  };
  EXPECT_TRUE(with([](PartyOpened&) {}).ok());
  EXPECT_FALSE(with([](PartyOpened& p) { p.keys[0].possession[5] ^= 1; }).ok());
  EXPECT_FALSE(with([](PartyOpened& p) { p.recovery_keys[0].possession[5] ^= 1; }).ok());
  EXPECT_FALSE(with([](PartyOpened& p) { p.keys[0].possession.clear(); }).ok());
  EXPECT_FALSE(with([](PartyOpened& p) { p.name = "other"; }).ok());
  EXPECT_FALSE(with([](PartyOpened& p) { p.keys[0].key.ed25519 = {}; }).ok());
  EXPECT_FALSE(with([](PartyOpened& p) { p.keys.clear(); }).ok());
  EXPECT_FALSE(with([](PartyOpened& p) { p.keys.push_back(p.keys[0]); }).ok());
  EXPECT_FALSE(with([](PartyOpened& p) { p.keys[0].roles = kRoleOperator; }).ok());
  EXPECT_FALSE(with([&](PartyOpened& p) { p.keys[0].key = lime_.key->public_key(); }).ok());
}

TEST_F(OpeningRulesTest, FeedsBelongToTheirAuthor) {
  const Bytes body = Encode(FeedOpened{"uptime", ""});
  EXPECT_TRUE(Try(test_.SignOpening(lime_.id, BodyKind::kFeedOpened, body, *lime_.key)).ok());
  EXPECT_FALSE(Try(test_.SignOpening(coral_.id, BodyKind::kFeedOpened, body, *lime_.key)).ok());
  EXPECT_FALSE(
      Try(test_.SignOpening(StreamId(), BodyKind::kFeedOpened, body, test_.service_key())).ok());
}

TEST_F(OpeningRulesTest, AgreementsNameKnownPartiesAndTheirOpener) {
  AgreementOpened body;
  body.name = "gold";
  body.parties = {{"provider", "lime", lime_.id}, {"customer", "coral", coral_.id}};
  const auto open = [&](const StreamId& author, const SigningKey& key) {
    return Try(test_.SignOpening(author, BodyKind::kAgreementOpened, Encode(body), key));
  };
  EXPECT_TRUE(open(lime_.id, *lime_.key).ok());
  EXPECT_TRUE(open(StreamId(), test_.service_key()).ok());
  EXPECT_FALSE(open(StreamId(), test_.projector_key()).ok());
  body.parties[1].name = "lime";  // Parties are called by their names.
  EXPECT_TRUE(absl::IsInvalidArgument(open(lime_.id, *lime_.key)));
  body.parties.pop_back();
  EXPECT_TRUE(absl::IsPermissionDenied(open(coral_.id, *coral_.key)));
  body.parties.push_back({"customer", "moss", Rename<StreamId>(Hash{{9}})});
  EXPECT_TRUE(absl::IsNotFound(open(lime_.id, *lime_.key)));
}

TEST_F(OpeningRulesTest, AnIdStandsForOneOpening) {
  const SignedBatch first =
      test_.SignOpening(lime_.id, BodyKind::kFeedOpened, Encode(FeedOpened{"one", ""}), *lime_.key);
  test_.Append(first);
  SignedBatch second =
      test_.SignOpening(lime_.id, BodyKind::kFeedOpened, Encode(FeedOpened{"two", ""}), *lime_.key);
  EventHeader header = *DecodeHeader(second.events[0].header);
  header.id = DecodeHeader(first.events[0].header)->id;
  second.events[0].header = EncodeHeader(header);
  second = *SignBatch(test_.ledger().id(), second.events, *lime_.key);
  EXPECT_TRUE(absl::IsAlreadyExists(Try(second)));
}

}  // namespace
}  // namespace tally::ledger
