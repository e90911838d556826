// Dispute packs of one small agreement: whole, narrowed, and changed by an adversary who may write
// any bytes in good form but has no key.
#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "ledger/pack/pack_builder.h"
#include "replay/pack_request.h"
#include "tests/conformance/kit_writer.h"
#include "tests/ledger/pack/pack_support.h"
#include "tests/replay/case_support.h"

namespace tally::conformance {
namespace {

using ledger::EditablePack;
using replay::On;

class Packs {
 public:
  explicit Packs(KitWriter& kit) : kit_(kit) {
    test_.Agree(test_.terms);
    test_.test.AddParty("stranger");  // whose records the packs prove around
    test_.feed.Report(1, State::kUp, On("2026-03-01T00:00:00Z"));
    test_.feed.Report(1, State::kDown, On("2026-03-10T00:00:00Z"));
    test_.feed.Report(2, State::kDown, On("2026-03-10T00:00:00Z"));
    test_.feed.Report(1, State::kUp, On("2026-03-11T00:00:00Z"));
    test_.Wait("2026-03-12T00:00:00Z");
    test_.test.Append(test_.feed.Sign());
    kept_ = test_.ledger().head().note;
    test_.feed.Run({1}, 60, On("2026-03-12T00:00:00Z"), Minutes(1), State::kUp);
    run_ = test_.ledger().head().size;
    test_.test.Append(test_.feed.Sign());
    test_.Wait("2026-05-01T02:00:00Z");
    test_.Publish("2026-05-01T01:00:00Z");
    test_.File({replay::MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")});
    const auto heads = ledger::HeadsOfLedger(test_.ledger());
    TALLY_CHECK(heads.ok());
    test_.test.Append(test_.test.SignServiceAct(0, BodyKind::kHeads, Encode(*heads)));
  }

  void Run() {
    kit_.File("keys/packs.vkey", test_.ledger().genesis().log_vkeys.front() + "\n");
    kit_.File("packs/kept.checkpoint", kept_);
    const Bytes all = Make({.agreement = "gold"});
    Write("all", "all of an agreement", all, Verdict::kAccept);
    Write("march", "one period of it", Make({.agreement = "gold", .period = "2026-03"}),
          Verdict::kAccept);
    const std::string row = absl::StrCat("rows ", run_, "/0/17");
    Write("row", "one row of a run", Make({.agreement = "gold", .period = row}), Verdict::kAccept,
          "Rows");
    const Bytes closed = Make({.agreement = "gold", .period = row}, /*close=*/true);
    TALLY_CHECK(HasClosed(closed));
    Write("row-closed", "one row of a run, the other batches closed", closed, Verdict::kAccept,
          "Rows; Streams: a closed batch");
    Ask();
    Change(all);
    LeaveOut(all);
  }

 private:
  Bytes Make(const ledger::PackScope& scope, bool close = false) {
    auto selection = replay::SelectForPack(test_.ledger(), scope);
    TALLY_CHECK(selection.ok());
    const auto kept = ledger::OpenCheckpoint(
        kept_, {{*ledger::VerifierKey::Parse(test_.ledger().genesis().log_vkeys.front())}}, "");
    selection->retained.push_back(kept->size);
    selection->close = close;
    absl::StatusOr<Bytes> pack = ledger::BuildPack(test_.ledger(), *selection, "");
    TALLY_CHECK(pack.ok());
    return *std::move(pack);
  }
  std::vector<std::string> Call(const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> call = {"pack", "packs/" + name + ".pack", "--trust",
                                     "keys/packs.vkey"};
    call.insert(call.end(), more.begin(), more.end());
    return call;
  }
  void Write(const std::string& name, const std::string& what, const Bytes& bytes, Verdict verdict,
             const std::string& rule = "") {
    kit_.File("packs/" + name + ".pack", bytes);
    kit_.Case(what, Call(name, {}), verdict, rule.empty() ? "" : "FORMAT.md 13, " + rule);
  }

  // Good packs, and questions that they answer or do not.
  void Ask() {
    const std::string id = test_.ledger().id().ToHex();
    std::string other = id;
    other[5] = other[5] == '0' ? '1' : '0';
    const auto ask = [&](const std::string& name, const std::string& what,
                         const std::vector<std::string>& more,
                         Verdict verdict) { kit_.Case(what, Call(name, more), verdict); };
    ask("all", "asked of its ledger", {"--ledger-id", id}, Verdict::kAccept);
    ask("all", "asked of another ledger", {"--ledger-id", other}, Verdict::kRefuse);
    ask("all", "with a checkpoint that was kept", {"--against", "packs/kept.checkpoint"},
        Verdict::kAccept);
    ask("march", "asked for its period", {"--agreement", "gold", "--period", "2026-03"},
        Verdict::kAccept);
    ask("march", "asked for another period", {"--agreement", "gold", "--period", "2026-04"},
        Verdict::kRefuse);
    ask("march", "asked for every period", {"--agreement", "gold"}, Verdict::kRefuse);
    ask("all", "asked for one period of all", {"--agreement", "gold", "--period", "2026-03"},
        Verdict::kAccept);
    ask("all", "asked for another agreement", {"--agreement", "silver"}, Verdict::kRefuse);
    kit_.Case("under a stranger's key", {"pack", "packs/all.pack", "--trust", "keys/kit.vkey"},
              Verdict::kRefuse);
  }

  void Change(const Bytes& all) {
    const auto edit = [&](const std::string& name, const std::string& what, const std::string& rule,
                          const std::function<void(EditablePack&)>& change) {
      EditablePack pack = ledger::Edit(all);
      change(pack);
      Write(name, what, ledger::Write(pack), Verdict::kRefuse, rule);
    };
    const size_t feed = PlaceOfFeed(all);
    Bytes flipped = all;
    flipped[all.size() / 2] ^= 1;
    Write("torn", "a bit in its middle changed", flipped, Verdict::kRefuse);
    Bytes longer = all;
    longer.push_back(0);
    Write("longer", "a byte behind its end", longer, Verdict::kRefuse);
    edit("body", "a bit of a body changed", "Streams: B of what is shown",
         [&](EditablePack& pack) { pack.members[feed].events[1].body.back() ^= 1; });
    edit("header", "a bit of a header changed", "Streams: D and the batch's root",
         [&](EditablePack& pack) { pack.members[feed].events[1].header[33] ^= 1; });
    edit("withheld", "a body withheld that the question rests on",
         "The evidence: all bodies of the sources that terms name are shown",
         [&](EditablePack& pack) { Withhold(pack.members[feed].events[1]); });
    edit("dropped", "a batch of the feed left out", "Streams: none is missing between two",
         [&](EditablePack& pack) {
           pack.members.erase(pack.members.begin() + static_cast<ptrdiff_t>(feed));
           ledger::Reprove(pack, test_.ledger());
         });
    edit("swapped", "two batches in each other's place", "Streams: sequence and previous",
         [&](EditablePack& pack) {
           std::swap(pack.members[feed], pack.members[feed + 1]);
           std::swap(pack.members[feed].index, pack.members[feed + 1].index);
         });
    edit("time", "another recorded time", "The tree: a leaf has the hash of its entry",
         [&](EditablePack& pack) { pack.members[feed].recorded_ms += 1; });
    edit("signature", "a bit of a signature changed", "Streams: E stands in the record",
         [&](EditablePack& pack) { pack.members[feed].evidence.signature[3] ^= 1; });
    edit("proof", "a proof that is too short", "The tree: the proof is used up exactly",
         [](EditablePack& pack) { pack.proof.pop_back(); });
    edit("proof-long", "a proof that is too long", "The tree: the proof is used up exactly",
         [](EditablePack& pack) { pack.proof.push_back(Hash()); });
    edit("ledger", "another ledger's id", "Streams: the leaf of the genesis is the ledger id",
         [](EditablePack& pack) { pack.ledger.bytes[0] ^= 1; });
    edit("scope", "told to be of another agreement", "The evidence: the terms in the pack decide",
         [](EditablePack& pack) { pack.scope.agreement = "silver"; });
    edit("checkpoint", "under the checkpoint that was kept",
         "The tree: size and root are the checkpoint's",
         [&](EditablePack& pack) { pack.checkpoint = kept_; });
    edit("heads", "a proof of the streams' ends that is none", "Heads: read as the other tree",
         [](EditablePack& pack) { pack.heads->push_back(Hash()); });
  }
  // What a pack may leave out, and what it may not.
  void LeaveOut(const Bytes& all) {
    const size_t feed = PlaceOfFeed(all);
    const auto write = [&](const std::string& name, const std::string& what, Verdict verdict,
                           const std::string& rule,
                           const std::function<void(EditablePack&)>& change) {
      EditablePack pack = ledger::Edit(all);
      change(pack);
      Write(name, what, ledger::Write(pack), verdict, rule);
    };
    write("robbed", "its proof of the streams' ends taken away", Verdict::kRefuse,
          "Heads: it was robbed of it", [](EditablePack& pack) { pack.heads.reset(); });
    const auto cut = [&](EditablePack& pack) {
      pack.heads.reset();
      ledger::EditableMember& last = pack.members.back();
      last.record_hash =
          ledger::EntryOf(ledger::EncodeRecord(*last.record), last.recorded_ms).record;
      last.record.reset();
      last.events.clear();
    };
    write("opened", "its heads event shown as an entry alone", Verdict::kIncomplete,
          "Heads: it may leave out records at the ends of its streams", cut);
    write("cut", "and the claim at the end of its agreement left out", Verdict::kIncomplete,
          "Heads: it may leave out records at the ends of its streams", [&](EditablePack& pack) {
            cut(pack);
            pack.members.erase(pack.members.end() - 2);
            ledger::Reprove(pack, test_.ledger());
          });
    write("cut-kept-heads", "the claim left out, and the heads event shown", Verdict::kRefuse,
          "Heads: to the root in its body", [&](EditablePack& pack) {
            pack.members.erase(pack.members.end() - 2);
            ledger::Reprove(pack, test_.ledger());
          });
    write("act", "the body of the claim withheld", Verdict::kRefuse, "Streams: all else is shown",
          [&](EditablePack& pack) {
            Withhold(pack.members[pack.members.size() - 2].events.front());
          });
    write("registration", "the registration of a source withheld", Verdict::kRefuse,
          "Streams: but not registrations of sources and watermarks", [&](EditablePack& pack) {
            for (ledger::EditableMember& member : pack.members) {
              for (ledger::EditableEvent& event : member.events) {
                const auto header = DecodeHeader(event.header);
                if (header->kind == BodyKind::kSourceRegistered) Withhold(event);
              }
            }
          });
    write("headers", "a batch of what is asked for closed", Verdict::kRefuse,
          "The evidence: all bodies of the sources that terms name are shown",
          [&](EditablePack& pack) {
            pack.members[feed].closed = true;
            pack.members[feed].events.clear();
          });
  }
  static void Withhold(ledger::EditableEvent& event) {
    event.shown = false;
    event.salt.clear();
    event.body.clear();
  }
  static bool HasClosed(const Bytes& bytes) {
    const EditablePack pack = ledger::Edit(bytes);
    return std::ranges::any_of(pack.members, [](const auto& member) { return member.closed; });
  }
  // The member with the first reports of the feed.
  size_t PlaceOfFeed(const Bytes& all) const {
    const EditablePack pack = ledger::Edit(all);
    for (size_t i = 0; i < pack.members.size(); ++i) {
      if (pack.members[i].events.size() == 4) return i;
    }
    TALLY_CHECK(false);
    return 0;
  }

  KitWriter& kit_;
  replay::SmallCase test_{3};
  std::string kept_;
  uint64_t run_ = 0;
};

}  // namespace

void AddPacks(KitWriter& kit) { Packs(kit).Run(); }

}  // namespace tally::conformance
