// One small log as strangers see it: tiles, checkpoints, proofs of records, and its fork.
#include <filesystem>
#include <fstream>
#include <functional>

#include "absl/strings/str_cat.h"
#include "ledger/chain/contradiction.h"
#include "ledger/chain/record.h"
#include "tests/conformance/kit_writer.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/scratch.h"
#include "tools/tile_export.h"

namespace tally::conformance {
namespace {

using ledger::At;
using ledger::TestKey;
using ledger::TestLedger;

constexpr int kBefore = 40;  // records of the feed before somebody kept a checkpoint
constexpr int kAfter = 230;  // and after it: one full tile and the beginning of another

// A log that grows in two steps; what stands in the second differs between the log and its fork.
struct GrownLog {
  TestLedger test{11};
  std::string kept;
  explicit GrownLog(State after) {
    auto& lime = test.AddParty("lime");
    auto& feed = test.AddFeed("uptime", lime);
    feed.Register(1, "web");
    test.Append(feed.Sign());
    for (int i = 0; i < kBefore + kAfter; ++i) {
      if (i == kBefore) kept = test.ledger().head().note;
      feed.Report(1, i < kBefore ? State::kUp : after, At("2026-02-01T00:00:00Z") + Minutes(2 * i));
      // The last batch has several events, so that their paths have hashes.
      if (i + 1 == kBefore + kAfter) {
        for (int more = 1; more < 5; ++more) {
          feed.Report(1, after, At("2026-02-20T00:00:00Z") + Minutes(more));
        }
      }
      test.Append(feed.Sign());
    }
  }
  const ledger::Ledger& log() const { return test.ledger(); }
  std::string vkey() const { return log().genesis().log_vkeys.front() + "\n"; }
  ledger::TileReader tiles() const {
    return [this](ledger::TileName name, uint32_t width) { return log().Tile(name, width); };
  }
  std::vector<ledger::VerifierKey> keys() const {
    return {*ledger::VerifierKey::Parse(log().genesis().log_vkeys.front())};
  }
};

using Folder = tests::Picture;

Folder TilesOf(const GrownLog& grown) {
  tools::TileSource source;
  source.checkpoint = {grown.log().origin(), grown.log().head().size, grown.log().head().root};
  source.note = grown.log().head().note;
  source.log_keys = grown.keys();
  source.tile = grown.tiles();
  source.entries = [&](uint64_t first, uint32_t count) -> absl::StatusOr<std::vector<Bytes>> {
    std::vector<Bytes> entries;
    for (uint64_t i = first; i < first + count; ++i) {
      entries.push_back(ledger::EncodeEntry(grown.log().ReadRecord(i)->entry()));
    }
    return entries;
  };
  const tests::ScratchDirectory scratch;
  TALLY_CHECK(tools::ExportTiles(source, scratch / "tiles").ok());
  Folder files = tests::PictureOf(scratch / "tiles");
  std::erase_if(files, [](const auto& file) { return file.second == "(directory)"; });
  return files;
}

void AddTiles(KitWriter& kit, const GrownLog& grown) {
  const Folder good = TilesOf(grown);
  const auto add = [&](const std::string& name, const std::string& what, const Folder& files,
                       Verdict verdict, const std::vector<std::string>& more = {}) {
    for (const auto& [file, text] : files) kit.File("log/" + name + "/" + file, text);
    std::vector<std::string> arguments = {"tiles", "log/" + name, "--trust", "keys/log.vkey"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    kit.Case(what, arguments, verdict);
  };
  add("tiles", "a log of 273 records", good, Verdict::kAccept);
  add("tiles", "with a checkpoint that was kept", {}, Verdict::kAccept,
      {"--against", "log/kept.checkpoint"});
  add("tiles", "against a checkpoint of its fork", {}, Verdict::kRefuse,
      {"--against", "log/fork.checkpoint"});
  kit.Case("under a stranger's key", {"tiles", "log/tiles", "--trust", "keys/kit.vkey"},
           Verdict::kRefuse);
  const auto changed = [&](const std::string& ending, size_t at) {
    Folder files = good;
    for (auto& [file, text] : files) {
      if (file.ends_with(ending)) text[at] = static_cast<char>(text[at] ^ 1);
    }
    TALLY_CHECK(files != good);
    return files;
  };
  add("tiles-entry", "an entry of a full bundle changed", changed("entries/000", 500),
      Verdict::kRefuse);
  add("tiles-tile", "a hash of a full tile changed", changed("tile/0/000", 500), Verdict::kRefuse);
  add("tiles-upper", "the hash above it changed", changed("tile/1/000.p/1", 5), Verdict::kRefuse);
  Folder missing = good;
  std::erase_if(missing, [](const auto& file) {
    return file.first.find("entries/001") != std::string::npos;
  });
  add("tiles-missing", "the last bundle missing", missing, Verdict::kRefuse);
}

void AddProofs(KitWriter& kit, const GrownLog& grown, const GrownLog& fork) {
  const uint64_t last = grown.log().head().size - 1;
  const ledger::Receipt record = *grown.log().Prove(20, std::nullopt);
  const ledger::Receipt event = *grown.log().Prove(last, 3);
  const auto add = [&](const std::string& name, const std::string& what,
                       const ledger::Receipt& from,
                       const std::function<void(ledger::Receipt&)>& change, Verdict verdict) {
    ledger::Receipt receipt = from;
    change(receipt);
    kit.Case(what,
             {"proof", kit.File("log/" + name + ".tlog-proof", ledger::EncodeReceipt(receipt)),
              "--trust", "keys/log.vkey"},
             verdict);
  };
  const auto refuse = [&](const std::string& name, const std::string& what,
                          const std::function<void(ledger::Receipt&)>& change) {
    add(name, what, event, change, Verdict::kRefuse);
  };
  const auto nothing = [](ledger::Receipt&) {};
  add("record", "a record", record, nothing, Verdict::kAccept);
  add("event", "one event of five", event, nothing, Verdict::kAccept);
  add(
      "withheld", "one event, its body withheld", event,
      [](ledger::Receipt& proof) { proof.event->body.reset(); }, Verdict::kAccept);
  refuse("index", "another index", [](ledger::Receipt& proof) { --proof.index; });
  refuse("path", "a bit of the path changed",
         [](ledger::Receipt& proof) { proof.path[1].bytes[0] ^= 1; });
  refuse("path-short", "a path that is too short",
         [](ledger::Receipt& proof) { proof.path.pop_back(); });
  refuse("time", "another recorded time", [](ledger::Receipt& proof) { ++proof.recorded_ms; });
  refuse("record-changed", "a bit of the record changed",
         [](ledger::Receipt& proof) { proof.record[60] ^= 1; });
  refuse("evidence", "a bit of the evidence changed",
         [](ledger::Receipt& proof) { proof.evidence[50] ^= 1; });
  refuse("header", "a bit of the header changed",
         [](ledger::Receipt& proof) { proof.event->header[40] ^= 1; });
  refuse("offset", "another place in the batch",
         [](ledger::Receipt& proof) { ++proof.event->offset; });
  refuse("event-path", "a bit of the event's path changed",
         [](ledger::Receipt& proof) { proof.event->path[0].bytes[0] ^= 1; });
  refuse("body", "a bit of the body changed",
         [](ledger::Receipt& proof) { proof.event->body->second.back() ^= 1; });
  refuse("salt", "a bit of the salt changed",
         [](ledger::Receipt& proof) { proof.event->body->first.bytes[0] ^= 1; });
  refuse("fork", "under the fork's checkpoint",
         [&](ledger::Receipt& proof) { proof.checkpoint = fork.log().head().note; });
  kit.Case("under a stranger's key", {"proof", "log/event.tlog-proof", "--trust", "keys/kit.vkey"},
           Verdict::kRefuse);
}

void AddContradictions(KitWriter& kit, const GrownLog& grown, const GrownLog& fork,
                       const std::string& early_fork) {
  const auto add = [&](const std::string& name, const std::string& what,
                       const ledger::Contradiction& evidence, Verdict verdict) {
    kit.Case(what,
             {"contradiction",
              kit.File("log/" + name + ".evidence", ledger::EncodeContradiction(evidence)),
              "--trust", "keys/log.vkey"},
             verdict);
  };
  const auto same = ledger::FindContradiction(grown.log().head().note, fork.log().head().note,
                                              grown.keys(), grown.tiles());
  const auto sizes =
      ledger::FindContradiction(early_fork, grown.log().head().note, grown.keys(), grown.tiles());
  TALLY_CHECK(same.ok() && sizes.ok());
  add("fork-same-size", "two roots of one size", *same, Verdict::kAccept);
  add("fork-two-sizes", "two sizes that cannot be of one log", *sizes, Verdict::kAccept);
  ledger::Contradiction broken = *sizes;
  broken.proof[0].bytes[0] ^= 1;
  add("fork-proof", "with a proof that does not hold", broken, Verdict::kRefuse);
  ledger::Contradiction honest = *sizes;
  honest.first = grown.kept;
  const uint64_t kept = ledger::OpenCheckpoint(grown.kept, grown.keys(), "")->size;
  honest.root = *grown.log().RootAt(kept);
  honest.proof = *grown.log().ConsistencyProof(kept, grown.log().head().size);
  add("fork-honest", "two heads of one log that grew", honest, Verdict::kRefuse);
  kit.Case("under a stranger's key",
           {"contradiction", "log/fork-same-size.evidence", "--trust", "keys/kit.vkey"},
           Verdict::kRefuse);
}

}  // namespace

void AddLog(KitWriter& kit) {
  const GrownLog grown(State::kUp);
  GrownLog fork(State::kDown);
  kit.File("keys/log.vkey", grown.vkey());
  kit.File("log/kept.checkpoint", grown.kept);
  kit.File("log/fork.checkpoint", fork.log().head().note);
  AddTiles(kit, grown);
  AddProofs(kit, grown, fork);
  // A head of the fork between the two: its root at a size that the log has passed.
  const auto receipt = fork.log().RootAt(100);
  TALLY_CHECK(receipt.ok());
  const auto early = ledger::SignCheckpoint({fork.log().origin(), 100, *receipt}, *TestKey("log"));
  TALLY_CHECK(early.ok());
  AddContradictions(kit, grown, fork, *early);
}

}  // namespace tally::conformance
