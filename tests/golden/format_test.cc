// Goal: docs/FORMAT.md, the code and the frozen vectors say the same bytes, for good.
// Method: the document's worked example is made again from fixed seeds and compared with
// tests/golden/*.hex and with the document; its table of kinds is compared with schema/kind.cc.
// What the code makes lies in the build folder as format_example.txt and format_kinds.txt. The
// document's bytes are checked without any of our code by format_check.py beside this file.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/chain/batch.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/partial_run.h"
#include "ledger/chain/note.h"
#include "ledger/chain/record.h"
#include "schema/body.h"
#include "schema/kind.h"
#include "schema/run.h"

namespace tally::ledger {
namespace {

constexpr absl::string_view kOrigin = "example.com/tallystick";

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::unique_ptr<SigningKey> Key(uint8_t number) {
  return SigningKey::FromSeed(Bytes(32, number)).value();
}

Instant Minute(int minute) {
  return ParseInstant("2026-01-01T00:00:00Z").value() + Minutes(minute);
}

EventHeader HeaderOf(BodyKind kind, int minute) {
  EventHeader header;
  header.kind = kind;
  header.actor = ActorKind::kAutomation;
  header.observed_from = header.observed_until = header.reported_at = Minute(minute);
  return header;
}

// The log of the worked example: genesis, a party, its feed, and one batch of four events.
class Example {
 public:
  Example() {
    AddGenesis();
    AddParty();
    AddFeed();
    AddBatch();
    Finish();
  }
  const std::vector<std::pair<std::string, std::string>>& lines() const { return lines_; }

 private:
  void Say(const std::string& name, ByteView bytes) { lines_.emplace_back(name, ToHex(bytes)); }

  Event Act(EventHeader header, Bytes body) {
    header.id = ActId{{static_cast<uint8_t>(leaves_.size() + 1)}};
    const Salt salt = SaltSource(Bytes(32, 0x53)).ForAct(header.stream, *header.id, body);
    header.body = BodyCommitment(salt, body);
    return {EncodeHeader(header), std::move(body), salt};
  }

  // Signs, checks and records a batch in the stream opened by record `stream`.
  void Append(std::vector<Event> events, const SigningKey& key, uint64_t stream) {
    const SignedBatch batch = SignBatch(ledger_, std::move(events), key).value();
    const auto checked = CheckBatchForm(batch);
    ASSERT_TRUE(checked.ok()) << checked.status();
    const size_t index = leaves_.size();
    const bool opening = stream == index;
    Record record{
        stream, opening ? 0 : uint64_t{1}, {}, checked->root, EvidenceDigest(batch.evidence)};
    if (index > 0) record.previous = opening ? Rename<Hash>(ledger_) : leaves_[stream];
    const Entry entry = EntryOf(EncodeRecord(record), 1767225660000 + 1000 * int64_t(index));
    leaves_.push_back(EntryLeaf(entry));
    digests_.push_back(checked->digests);
    batches_.push_back(batch);
    records_.push_back(EncodeRecord(record));
    const std::string prefix = absl::StrCat(index, ".");
    for (size_t i = 0; i < batch.events.size(); ++i) {
      Say(absl::StrCat(prefix, i, ".header"), batch.events[i].header);
      Say(absl::StrCat(prefix, i, ".salt"), batch.events[i].salt.view());
      Say(absl::StrCat(prefix, i, ".body"), batch.events[i].body);
      Say(absl::StrCat(prefix, i, ".digest"), checked->digests[i].view());
    }
    Say(prefix + "key", key.public_key().ed25519);
    Say(prefix + "evidence", batch.evidence);
    Say(prefix + "record", records_.back());
    Say(prefix + "entry", EncodeEntry(entry));
    Say(prefix + "leaf", leaves_.back().view());
  }

  void AddGenesis() {
    Genesis genesis;
    genesis.origin = std::string(kOrigin);
    genesis.log_vkeys = {
        VerifierKey{std::string(kOrigin), NoteKeyType::kEd25519, Key(1)->public_key()}.ToText()};
    genesis.service_keys = {{Key(2)->public_key(), kRoleOperator, Instant::Max(), {}}};
    genesis.recovery_keys = {{Key(3)->public_key(), kRoleRecovery, Instant::Max(), {}}};
    genesis.nonce = Bytes(32, 0x4e);
    Append({Act(HeaderOf(BodyKind::kGenesis, 0), Encode(genesis))}, *Key(2), 0);
    ledger_ = Rename<LedgerId>(leaves_[0]);
  }

  void AddParty() {
    const auto key = Key(4);
    const Bytes message = PossessionMessage(ledger_, key->fingerprint(), Key(2)->fingerprint(),
                                            Sha256Of({AsBytes("acme")}));
    const Signature possession = key->Sign(message);
    Say("1.possession.message", message);
    Say("1.possession.signature", possession);
    PartyOpened party;
    party.name = "acme";
    party.display_name = "Acme Ltd";
    party.keys = {{key->public_key(), kRoleAppend | kRoleGrant, Instant::Max(),
                   Bytes(possession.begin(), possession.end())}};
    EventHeader header = HeaderOf(BodyKind::kPartyOpened, 1);
    header.stream = Rename<StreamId>(ledger_);
    Append({Act(header, Encode(party))}, *Key(2), 1);
  }

  void AddFeed() {
    EventHeader header = HeaderOf(BodyKind::kFeedOpened, 2);
    header.stream = Rename<StreamId>(ledger_);
    header.author = Rename<StreamId>(leaves_[1]);
    FeedOpened feed;
    feed.name = "web";
    feed.method = "a request a minute";
    Append({Act(header, Encode(feed))}, *Key(4), 2);
  }

  // One event of the feed, behind those before it.
  void AddToFeed(EventHeader header, Bytes body) {
    header.actor = ActorKind::kMonitor;
    header.stream = Rename<StreamId>(leaves_[2]);
    if (!feed_.empty()) header.previous = EventDigest(feed_.back().header);
    const Salt salt = SaltSource(Bytes(32, 0x53)).ForPosition(header.stream, header.position, body);
    header.body = BodyCommitment(salt, body);
    if (header.kind == BodyKind::kMeasurementRun) {
      header.run_root = RunRoot(salt, RunView::Open(body).value()).value();
    }
    feed_.push_back({EncodeHeader(header), std::move(body), salt});
  }

  void AddBatch() {
    EventHeader header = HeaderOf(BodyKind::kSourceRegistered, 3);
    header.position = 1;
    SourceRegistered source;
    source.source = 1;
    source.name = "home page";
    source.unit = "ms";
    AddToFeed(header, Encode(source));
    header = HeaderOf(BodyKind::kStateReported, 4);
    header.position = 2;
    header.source = 1;
    StateReported state;
    state.state = State::kDown;
    state.code = 503;
    AddToFeed(header, Encode(state));
    header = HeaderOf(BodyKind::kMeasurementRun, 5);
    header.position = 3;
    header.observed_until = Minute(23);
    header.run_rows = 18;
    header.run_sources = 1;
    Run run;
    run.step = Minutes(1);
    run.sources = {{1, 2, 18, Minute(5)}};
    run.states = {0x01, 0, 0, 0, 0x0e};
    AddToFeed(header, Encode(run));
    header = HeaderOf(BodyKind::kWatermark, 23);
    header.position = 20;
    AddToFeed(header, Encode(Watermark{Minute(23)}));
    Append(feed_, *Key(4), 2);
    const Event& whole = feed_[2];
    const RunView view = RunView::Open(whole.body).value();
    Say("3.2.partial", EncodePartialRun(MakePartialRun(whole.salt, view, {{0, 17}}).value()));
    const auto keeps_last = [](uint32_t, uint32_t leaf) { return leaf == 1; };
    Say("3.2.packed", EncodePartialRun(RestOfRun(whole.salt, view, keeps_last).value()));
    Say("3.message",
        BatchMessage(ledger_, Rename<StreamId>(leaves_[2]),
                     DecodeEvidence(batches_[3].evidence).value(), TreeRoot(digests_[3])));
  }

  void Finish() {
    Say("tree.root", TreeRoot(leaves_).view());
    const std::vector<IndexedLeaf> heads = {{0, HeadsLeaf(digests_[0][0], 1, leaves_[0])},
                                            {1, HeadsLeaf(digests_[1][0], 1, leaves_[1])},
                                            {2, HeadsLeaf(digests_[2][0], 2, leaves_[3])}};
    Say("heads.root", HeadsRoot(4, heads).view());
    const std::string note =
        SignCheckpoint({std::string(kOrigin), 4, TreeRoot(leaves_)}, *Key(1)).value();
    Say("log.key", Key(1)->public_key().ed25519);
    Say("checkpoint", AsBytes(note));
    Receipt receipt;
    receipt.recorded_ms = 1767225663000;
    receipt.record = records_[3];
    receipt.evidence = batches_[3].evidence;
    receipt.index = 3;
    receipt.path = InclusionPath(leaves_, 3);
    receipt.checkpoint = note;
    const Event& event = feed_[1];
    receipt.event = Receipt::OneEvent{1, event.header, InclusionPath(digests_[3], 1),
                                      std::make_pair(event.salt, event.body)};
    const std::vector<VerifierKey> keys = {
        {std::string(kOrigin), NoteKeyType::kEd25519, Key(1)->public_key()}};
    EXPECT_TRUE(CheckReceipt(receipt, keys, kOrigin).ok());
    Say("receipt", AsBytes(EncodeReceipt(receipt)));
    const Bytes slot = EncodeHeadSlot({2, ledger_, 1, 4, TreeRoot(leaves_), 1767225663000, note});
    Say("head_slot.first_128", ByteView(slot).first(128));
    Say("head_slot.checksum", ByteView(slot).last(32));
    Say("batch_file", EncodeBatchFile(ledger_, std::span(batches_).subspan(1, 1)));
  }

  LedgerId ledger_;
  std::vector<Hash> leaves_;
  std::vector<std::vector<Hash>> digests_;
  std::vector<SignedBatch> batches_;
  std::vector<Bytes> records_;
  std::vector<Event> feed_;
  std::vector<std::pair<std::string, std::string>> lines_;
};

std::string KindTableText() {
  const char* signers[] = {"", "operator", "projector", "party", "author", "recovery"};
  std::string text;
  for (const KindRow& row : KindTable()) {
    absl::StrAppend(&text, "| ", static_cast<int>(row.kind), " | ", StreamKindName(row.stream),
                    row.opening ? ", opens it" : "", " | ", row.name, " | ", row.structure, " | ",
                    signers[static_cast<int>(row.signer)], " | ", row.meaning, " | ",
                    row.erasable ? "yes" : "no", " |\n");
  }
  return text;
}

TEST(Format, TheTableOfKindsIsTheCodes) {
  const std::string text = KindTableText();
  std::ofstream(std::string(TALLY_BINARY_DIR) + "/format_kinds.txt") << text;
  const std::string document = ReadFile(TALLY_SOURCE_DIR "/docs/FORMAT.md");
  EXPECT_TRUE(absl::StrContains(document, "\n" + text + "\n"))
      << "docs/FORMAT.md needs the rows of format_kinds.txt in the build folder";
}

TEST(Format, TheWorkedExampleIsFrozen) {
  const Example example;
  std::string block;
  for (const auto& [name, hex] : example.lines()) absl::StrAppend(&block, name, " ", hex, "\n");
  std::ofstream(std::string(TALLY_BINARY_DIR) + "/format_example.txt") << block;
  for (const auto& [name, hex] : example.lines()) {
    EXPECT_EQ(ReadFile(absl::StrCat(TALLY_SOURCE_DIR "/tests/golden/", name, ".hex")), hex + "\n")
        << name;
  }
  const std::string document = ReadFile(TALLY_SOURCE_DIR "/docs/FORMAT.md");
  EXPECT_TRUE(absl::StrContains(document, "```example\n" + block + "```\n"))
      << "docs/FORMAT.md needs the lines of format_example.txt in the build folder";
}

}  // namespace
}  // namespace tally::ledger
