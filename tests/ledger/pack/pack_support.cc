#include "tests/ledger/pack/pack_support.h"

#include <algorithm>

#include "ledger/chain/partial_tree.h"
#include "ledger/crypto/sha256.h"

namespace tally::ledger {

PackedLedger::PackedLedger(int batches, uint64_t seed) : test_(seed) {
  lime_ = &test_.AddParty("lime");
  TestParty& coral = test_.AddParty("coral");
  test_.AddParty("other");  // of no agreement: its stream stays out
  test_.AddDocument(BodyKind::kDocumentAdded, "unnamed", "text/plain", Bytes(300, 'x'));
  feed_ = &test_.AddFeed("uptime", *lime_);
  feed_->Register(1, "coral").Register(2, "somebody-else");
  test_.Append(feed_->Sign());
  agreement_ = test_.AddAgreement("gold", {{"provider", lime_}, {"customer", &coral}});
  const Instant begin = At("2026-02-01T00:00:00Z");
  for (int i = 0; i < batches; ++i) {
    const Instant at = begin + Hours(i);
    feed_->Report(1, i % 2 == 0 ? State::kUp : State::kDown, at);
    feed_->Report(2, State::kUp, at);
    test_.Append(feed_->Sign());
  }
  feed_->Mark(begin + Hours(batches));
  test_.Append(feed_->Sign());
  ClaimFiled claim;
  claim.reason = "it was down";
  test_.Append(test_.SignAct(coral, agreement_, BodyKind::kClaimFiled, Encode(claim)));
  AppendHeads();
}

void PackedLedger::AppendHeads() {
  const auto heads = HeadsOfLedger(test_.ledger());
  ASSERT_TRUE(heads.ok()) << heads.status();
  test_.Append(test_.SignServiceAct(0, BodyKind::kHeads, Encode(*heads)));
}

PackSelection PackedLedger::selection() const {
  PackSelection selection;
  selection.scope.agreement = "gold";
  selection.agreement = agreement_;
  selection.feeds = {{.opening = feed_->opening(), .sources = {"coral"}}};
  return selection;
}

Bytes PackedLedger::Pack(const PackSelection& selection) const {
  absl::StatusOr<Bytes> pack = BuildPack(test_.ledger(), selection, "");
  EXPECT_TRUE(pack.ok()) << pack.status();
  return pack.ok() ? *std::move(pack) : Bytes();
}

EditablePack Edit(const Bytes& bytes) {
  const absl::StatusOr<Pack> pack = DecodePack(bytes);
  TALLY_CHECK(pack.ok());
  EditablePack edit{pack->ledger,
                    pack->scope,
                    {},
                    pack->cuts,
                    pack->proof,
                    pack->heads,
                    std::string(pack->checkpoint)};
  for (const PackMember& member : pack->members) {
    EditableMember copy{member.index, member.recorded_ms, member.record_hash, {}, {}, {}};
    copy.closed = member.closed;
    if (member.IsWhole() || member.closed) {
      copy.record = *DecodeRecord(member.record);
      copy.evidence = *DecodeEvidence(member.evidence);
      for (const PackEvent& event : EventsOf(member)) {
        copy.events.push_back({Bytes(event.header.begin(), event.header.end()), event.shown,
                               Bytes(event.salt.begin(), event.salt.end()),
                               Bytes(event.body.begin(), event.body.end()),
                               Bytes(event.partial.begin(), event.partial.end())});
      }
    }
    edit.members.push_back(std::move(copy));
  }
  return edit;
}

Bytes Write(const EditablePack& pack) {
  PackWriter writer(pack.ledger, pack.scope);
  for (const EditableMember& member : pack.members) {
    if (!member.record.has_value()) {
      writer.AddEntry(member.index, {member.recorded_ms, member.record_hash});
      continue;
    }
    if (member.closed) {
      writer.AddClosed(member.index, member.recorded_ms, *member.record, member.evidence);
      continue;
    }
    writer.AddRecord(member.index, member.recorded_ms, *member.record, member.evidence);
    for (const EditableEvent& event : member.events) {
      writer.AddEvent({event.header, event.shown, event.salt, event.body, event.partial});
    }
  }
  return *std::move(writer).Finish(pack.cuts, pack.proof, pack.heads, pack.checkpoint);
}

void Reprove(EditablePack& pack, const Ledger& ledger) {
  const uint64_t size = ledger.head().size;
  std::vector<Hash> leaves;
  for (uint64_t index = 0; index < size; ++index) {
    leaves.push_back(ledger.ReadRecord(index)->leaf());
  }
  TreeShape shape{size, {}, pack.cuts};
  for (const EditableMember& member : pack.members) shape.leaves.push_back(member.index);
  pack.proof = *ProvePartialTree(shape, [&](uint64_t first, uint64_t limit) {
    return TreeRoot(std::span<const Hash>(leaves).subspan(first, limit - first));
  });
}

Bytes WithDigest(Bytes pack) {
  const ByteView content = ByteView(pack).first(pack.size() - Hash::size());
  const Hash digest = Sha256Of({content});
  std::ranges::copy(digest.bytes, pack.end() - static_cast<ptrdiff_t>(Hash::size()));
  return pack;
}

std::string VerdictOf(const Bytes& pack) {
  const OpenedPack opened = OpenPack(pack);
  EXPECT_EQ(opened.report.verified, opened.ledger != nullptr);
  return opened.report.findings.empty() ? "verified" : opened.report.findings.front().kind;
}

}  // namespace tally::ledger
