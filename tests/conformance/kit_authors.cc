// Signed batches as authors make them, and batches that an author signed though they are malformed,
// or that somebody changed afterwards.
#include <functional>

#include "absl/strings/str_cat.h"
#include "ledger/chain/batch.h"
#include "ledger/chain/digest.h"
#include "schema/body.h"
#include "tests/conformance/kit_writer.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::conformance {
namespace {

using ledger::At;
using ledger::SignedBatch;

class Authors {
 public:
  explicit Authors(KitWriter& kit)
      : kit_(kit), lime_(test_.AddParty("lime")), feed_(test_.AddFeed("uptime", lime_)) {
    feed_.Register(1, "web").Register(2, "mail");
    test_.Append(feed_.Sign());
  }

  void Run() {
    const Instant begin = At("2026-02-01T00:00:00Z");
    for (int i = 0; i < 4; ++i) {
      feed_.Report(1, i == 2 ? State::kDown : State::kUp, begin + Minutes(i));
    }
    feed_.Mark(begin + Hours(1));
    const SignedBatch reports = feed_.Sign();
    feed_.Run({1, 2}, 40, begin + Hours(1), Minutes(1), State::kUp);
    const SignedBatch run = feed_.Sign();
    const uint64_t agreement = test_.AddAgreement("gold", {{"provider", &lime_}});
    ClaimFiled claim;
    claim.reason = "it was down";
    Add("reports", "four reports and a watermark", reports, Verdict::kAccept);
    Add("run", "a run of 80 measurements of two sources", run, Verdict::kAccept);
    Add("act", "an act in an agreement",
        test_.SignAct(lime_, agreement, BodyKind::kClaimFiled, Encode(claim)), Verdict::kAccept);
    AddAsked(reports);
    AddChanged(reports);
    AddSignedWrong(reports, run);
  }

 private:
  std::string Write(const std::string& name, const SignedBatch& batch) {
    return kit_.File("batches/" + name + ".tev",
                     ledger::EncodeBatchFile(test_.ledger().id(), {&batch, 1}));
  }
  std::vector<std::string> Asked(const std::string& file, const std::string& id,
                                 const std::string& key) const {
    return {"batch", file, "--ledger-id", id, "--key", key};
  }
  std::string Id() const { return test_.ledger().id().ToHex(); }
  static std::string Key(const ledger::SigningKey& key) { return ToHex(key.public_key().ed25519); }
  void Add(const std::string& name, const std::string& what, const SignedBatch& batch,
           Verdict verdict) {
    kit_.Case(what, Asked(Write(name, batch), Id(), Key(*lime_.key)), verdict);
  }

  // Good files, asked for something else; and a torn one.
  void AddAsked(const SignedBatch& batch) {
    const std::string file = "batches/reports.tev";
    std::string other = Id();
    other[0] = other[0] == '0' ? '1' : '0';
    kit_.Case("signed for this ledger, asked of another", Asked(file, other, Key(*lime_.key)),
              Verdict::kRefuse);
    kit_.Case("asked under another key", Asked(file, Id(), Key(*lime_.recovery)), Verdict::kRefuse);
    Bytes bytes = ledger::EncodeBatchFile(test_.ledger().id(), {&batch, 1});
    bytes.back() ^= 1;
    kit_.Case("a torn copy: its checksum differs",
              Asked(kit_.File("batches/torn.tev", bytes), Id(), Key(*lime_.key)), Verdict::kRefuse);
  }

  void AddChanged(const SignedBatch& good) {
    const auto add = [&](const std::string& name, const std::string& what,
                         const std::function<void(SignedBatch&)>& change) {
      SignedBatch batch = good;
      change(batch);
      Add(name, what, batch, Verdict::kRefuse);
    };
    add("body", "a bit of a body changed", [](SignedBatch& b) { b.events[2].body.back() ^= 1; });
    add("salt", "a bit of a salt changed", [](SignedBatch& b) { b.events[1].salt.bytes[15] ^= 1; });
    add("header", "a bit of a header changed", [](SignedBatch& b) { b.events[1].header[24] ^= 1; });
    add("swapped", "two events in each other's place",
        [](SignedBatch& b) { std::swap(b.events[1], b.events[2]); });
    add("dropped", "an event left out",
        [](SignedBatch& b) { b.events.erase(b.events.begin() + 1); });
    add("doubled", "an event twice", [](SignedBatch& b) { b.events.push_back(b.events.back()); });
    add("signature", "a bit of the signature changed", [](SignedBatch& b) { b.evidence[40] ^= 1; });
    add("version", "evidence of version 2", [](SignedBatch& b) { b.evidence[0] = 2; });
    add("count", "evidence that counts another number of events",
        [](SignedBatch& b) { b.evidence[123] ^= 1; });
  }

  // What the author signed must be refused all the same.
  void AddSigned(const std::string& name, const std::string& what, std::vector<Event> events) {
    const auto batch = ledger::SignBatch(test_.ledger().id(), std::move(events), *lime_.key);
    TALLY_CHECK(batch.ok());
    Add("signed-" + name, "signed by its author: " + what, *batch, Verdict::kRefuse);
  }
  static Event WithHeader(const Event& event, const std::function<void(EventHeader&)>& change) {
    auto header = DecodeHeader(event.header);
    TALLY_CHECK(header.ok());
    change(*header);
    return {EncodeHeader(*header), event.body, event.salt};
  }
  static Event WithBody(const Event& event, Bytes body, const Salt& salt) {
    Event changed = WithHeader(
        event, [&](EventHeader& header) { header.body = ledger::BodyCommitment(salt, body); });
    changed.body = std::move(body);
    changed.salt = salt;
    return changed;
  }

  void AddSignedWrong(const SignedBatch& reports, const SignedBatch& run) {
    const Event& first = reports.events[0];
    AddSigned("commitment", "a commitment that is not of the body",
              {WithHeader(first, [](EventHeader& header) { header.body.bytes[0] ^= 1; })});
    AddSigned("no-salt", "a salt of zeros", {WithBody(first, first.body, Salt{})});
    Bytes longer = first.body;
    longer.resize(longer.size() + 8);
    AddSigned("spelling", "a body with a word of zeros at its end",
              {WithBody(first, longer, first.salt)});
    AddSigned("position", "a position that does not rise",
              {first, WithHeader(reports.events[1], [&](EventHeader& header) {
                 header.position = DecodeHeader(first.header)->position;
                 header.previous_of_source = 0;  // which must lie in front of the position
               })});
    AddSigned("link", "an event that does not name the one before it",
              {first, WithHeader(reports.events[1],
                                 [](EventHeader& header) { header.previous.bytes[9] ^= 1; })});
    const Event& whole = run.events[0];
    AddSigned("run-root", "a run whose root is not of its rows",
              {WithHeader(whole, [](EventHeader& header) { header.run_root.bytes[0] ^= 1; })});
    AddSigned("run-rows", "a run that counts a row more than it has",
              {WithHeader(whole, [](EventHeader& header) { ++header.run_rows; })});
    AddSigned("run-until", "a run that ends later than its last row",
              {WithHeader(whole, [](EventHeader& header) { header.observed_until.micros += 1; })});
    Bytes other = whole.body;
    other.back() ^= 1;
    AddSigned("run-state", "a run with another state than its root has",
              {WithBody(whole, other, whole.salt)});
  }

  KitWriter& kit_;
  ledger::TestLedger test_{7};
  ledger::TestParty& lime_;
  ledger::TestFeed& feed_;
};

}  // namespace

void AddAuthors(KitWriter& kit) { Authors(kit).Run(); }

}  // namespace tally::conformance
