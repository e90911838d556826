// Verifying a pack: the records that are in it folded from the first, by the rules that admitted
// them, then the root over them.
//
// The fold is the audit's (ledger/log/audit.cc), over rows that follow from the pack's own records.
// What an audit knows because it has every record, a pack has to prove: places by the tree, ends of
// streams by the heads event. It ends at the first record that is wrong.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"
#include "ledger/chain/recorded_form.h"
#include "ledger/log/erased_rows.h"
#include "ledger/log/layout.h"
#include "ledger/log/linker.h"
#include "ledger/log/recorded_time.h"
#include "ledger/log/verdict_tally.h"
#include "ledger/pack/closed_batch.h"
#include "ledger/pack/pack_events.h"
#include "ledger/pack/pack_ledger.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// The leaves of the pack's members so far.
class MemberTree final : public GrowingTree {
 public:
  explicit MemberTree(const std::vector<PackMember>& members, std::vector<Hash>& leaves)
      : members_(members), leaves_(leaves) {}
  uint64_t size() const override {
    return leaves_.size() < members_.size() ? members_[leaves_.size()].index : 0;
  }
  absl::Status Append(const Hash& leaf) override {
    leaves_.push_back(leaf);
    return absl::OkStatus();
  }
  absl::StatusOr<Hash> Leaf(uint64_t index) const override {
    const auto found = std::ranges::lower_bound(members_, index, {}, &PackMember::index);
    const auto place = static_cast<size_t>(found - members_.begin());
    if (place < leaves_.size() && found->index == index) return leaves_[place];
    return absl::NotFoundError(absl::StrCat("record ", index, " is not in the pack"));
  }
  // Roots follow from the proof of the whole, which is read when all members are known.
  absl::StatusOr<Hash> RootAt(uint64_t size) const override {
    return absl::NotFoundError(absl::StrCat("the root at size ", size, " is not known yet"));
  }

 private:
  const std::vector<PackMember>& members_;
  std::vector<Hash>& leaves_;
};

std::string KindOfRefusal(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kPermissionDenied:
      return "key-verdict";
    case absl::StatusCode::kNotFound:
      return "stream";
    case absl::StatusCode::kAlreadyExists:
      return "taken-twice";
    case absl::StatusCode::kAborted:
      return "order";
    default:
      return "admission";
  }
}

SignedBatch BatchOf(const PackMember& member) {
  SignedBatch batch;
  batch.evidence.assign(member.evidence.begin(), member.evidence.end());
  batch.events.reserve(member.count);
  for (const PackEvent& event : EventsOf(member)) {
    Event& copy = batch.events.emplace_back();
    copy.header.assign(event.header.begin(), event.header.end());
    const ByteView body = event.shown ? event.body : event.partial;
    copy.body.assign(body.begin(), body.end());
    if (event.shown) std::copy(event.salt.begin(), event.salt.end(), copy.salt.bytes.begin());
  }
  return batch;
}

class PackVerifier {
 public:
  explicit PackVerifier(Bytes bytes) {
    contents_.bytes = std::make_shared<const Bytes>(std::move(bytes));
  }

  OpenedPack Run() {
    absl::StatusOr<Pack> pack = DecodePack(*contents_.bytes);
    if (!pack.ok()) {
      Fail("malformed", "a pack", std::string(pack.status().message()));
    } else {
      contents_.pack = *std::move(pack);
      opened_.report.ledger_id = contents_.pack.ledger;
      if (Fold()) Finish();
    }
    opened_.report.verified = opened_.report.findings.empty();
    if (opened_.report.verified) {
      opened_.ledger = std::make_unique<PackLedger>(std::move(contents_));
    }
    return std::move(opened_);
  }

 private:
  // False for what ends the fold.
  bool Fold();
  bool FoldRecord(const PackMember& member);
  // A batch of a feed of which not even the headers are shown: what its author signed of its place
  // is in the evidence, so the links to what stands before it and behind it hold as ever.
  bool FoldClosed(const PackMember& member);
  bool CheckHashes(const PackMember& member, const Record& record, Candidate& candidate);
  // That what the record brings beyond its bytes has room (pack_form.h).
  bool CheckRoom(const PackMember& member, const Candidate& candidate);
  absl::Status Judge(Candidate& candidate, Place place, Admission& admission);
  absl::Status JudgeGenesisRecord(Candidate& candidate, Place place, Admission& admission);
  absl::Status CheckTime(const PackMember& member, const Candidate* candidate);
  bool CheckLink(const PackMember& member, const Record& found, const Record& expected);
  bool CheckHeadsTree(const Candidate& candidate, Place place);
  void CountErased();
  void Finish();
  bool CheckTree(const Checkpoint& checkpoint);
  absl::StatusOr<Checkpoint> CheckNote();
  void CheckHandovers();

  void Fail(std::string kind, std::string expected, std::string found) {
    opened_.report.findings.push_back(
        {std::move(kind), std::nullopt, "", std::move(expected), std::move(found)});
  }
  bool FailAt(const PackMember& member, std::string kind, std::string expected, std::string found,
              uint64_t stream = 0) {
    opened_.report.findings.push_back({std::move(kind), member.index, absl::StrCat(stream),
                                       std::move(expected), std::move(found)});
    return false;
  }

  PackContents contents_;
  OpenedPack opened_;
  StreamTable streams_{contents_.rows};
  MemberTree tree_{contents_.pack.members, contents_.leaves};
  PackEvents recorded_{contents_.pack.members};
  LedgerId ledger_;  // as it follows from the genesis
  std::optional<int64_t> last_ms_;
  size_t streams_opened_ = 0, key_bytes_ = 0;
  uint64_t closed_batches_ = 0, closed_events_ = 0;
  std::optional<Heads> heads_;  // of the last member, if it is a heads event
  VerdictTally verdicts_;
};

bool PackVerifier::Fold() {
  const std::vector<PackMember>& members = contents_.pack.members;
  if (members.empty() || members.front().index != 0 || !members.front().IsWhole()) {
    Fail("genesis", "record 0 first", "a pack that does not begin with it");
    return false;
  }
  for (const PackMember& member : members) {
    if (member.closed || member.IsWhole()) {
      if (!(member.closed ? FoldClosed(member) : FoldRecord(member))) return false;
      continue;
    }
    const absl::Status time = CheckTime(member, nullptr);
    if (!time.ok()) return FailAt(member, "order", "a later time", std::string(time.message()));
    const Hash leaf = EntryLeaf({member.recorded_ms, member.record_hash});
    if (!tree_.Append(leaf).ok()) return false;
  }
  return true;
}

bool PackVerifier::CheckHashes(const PackMember& member, const Record& record,
                               Candidate& candidate) {
  const Hash evidence = EvidenceDigest(member.evidence);
  if (evidence != record.evidence) {
    return FailAt(member, "evidence", record.evidence.ToHex(), evidence.ToHex(), record.stream);
  }
  candidate.batch = BatchOf(member);
  absl::StatusOr<CheckedBatch> checked = CheckShownForm(candidate.batch);
  if (!checked.ok()) {
    return FailAt(member, "form", "events in canonical form that hash to what is recorded",
                  std::string(checked.status().message()), record.stream);
  }
  candidate.checked = *std::move(checked);
  if (candidate.checked.root != record.root) {
    return FailAt(member, "batch-root", record.root.ToHex(), candidate.checked.root.ToHex(),
                  record.stream);
  }
  return true;
}

bool PackVerifier::CheckRoom(const PackMember& member, const Candidate& candidate) {
  // A registered key, grant or rotation takes some times the bytes of its act.
  if (FoldsKeys(candidate.kind())) key_bytes_ += member.events.size();
  const KindRow* row = FindKind(candidate.kind());
  if (row != nullptr && row->opening) ++streams_opened_;
  if (key_bytes_ > kPackKeyBytesMax) {
    return FailAt(member, "limit",
                  absl::StrCat("acts about keys and roles of ", kPackKeyBytesMax, " bytes at most"),
                  "more; ask for a pack of an agreement with fewer parties or keys");
  }
  if (streams_opened_ > kPackStreamsMax) {
    return FailAt(member, "limit", absl::StrCat(kPackStreamsMax, " streams at most"),
                  "more; ask for a pack of an agreement with fewer parties and feeds");
  }
  constexpr size_t kSourcesHeld = 4096;  // as many as one batch may register
  if (streams_.sources_held() <= kSourcesHeld || streams_.ForgetSources().ok()) return true;
  return FailAt(member, "row", "rows", "none");
}

absl::Status PackVerifier::CheckTime(const PackMember& member, const Candidate* candidate) {
  constexpr int64_t kGreatestMs = std::numeric_limits<int64_t>::max() / 1000;
  if (member.recorded_ms < -kGreatestMs || member.recorded_ms > kGreatestMs) {
    return absl::AbortedError(absl::StrCat("recorded time ", member.recorded_ms, " ms is none"));
  }
  const int64_t before = last_ms_.value_or(member.recorded_ms);
  last_ms_ = member.recorded_ms;
  if (member.recorded_ms >= before) return absl::OkStatus();
  if (candidate != nullptr && candidate->kind() == BodyKind::kTimeCorrected) {
    TALLY_ASSIGN_OR_RETURN(const TimeCorrected corrected,
                           DecodeTimeCorrected(candidate->batch.events[0].body));
    const Instant after = InstantOfMilliseconds(member.recorded_ms);
    if (IsCorrection(corrected.time, after)) {
      opened_.report.notes.push_back(StepNote(member.index, InstantOfMilliseconds(before), after));
      return absl::OkStatus();
    }
  }
  return absl::AbortedError(absl::StrCat("recorded time goes back from ", before, " ms"));
}

absl::Status PackVerifier::JudgeGenesisRecord(Candidate& candidate, Place place,
                                              Admission& admission) {
  TALLY_ASSIGN_OR_RETURN(admission, JudgeGenesis(candidate));
  const Bytes& body = candidate.batch.events[0].body;
  TALLY_ASSIGN_OR_RETURN(contents_.genesis, DecodeGenesis(body));
  Keyring own;  // the key that signs the genesis stands in the genesis
  const RecordSigner by{candidate.checked.evidence.key, place.recorded};
  TALLY_RETURN_IF_ERROR(own.Apply(0, StreamId(), candidate.header(), body, by));
  if (own.Judge(by.key, {{}, BodyKind::kGenesis}, 0, place.recorded) != KeyVerdict::kValid) {
    return absl::PermissionDeniedError("genesis is not signed by an operator's key of its own");
  }
  return CheckCandidateSignature(ledger_, *own.Find(by.key)->verifier, candidate);
}

absl::Status PackVerifier::Judge(Candidate& candidate, Place place, Admission& admission) {
  if (place.index == 0) return JudgeGenesisRecord(candidate, place, admission);
  const KeyEntry* key = contents_.keyring.Find(candidate.checked.evidence.key);
  if (key == nullptr) return absl::PermissionDeniedError("the key is not registered at this index");
  TALLY_RETURN_IF_ERROR(CheckCandidateSignature(ledger_, *key->verifier, candidate));
  const AdmissionRules rules(ledger_, streams_, tree_, contents_.keyring, Extent::kPart,
                             &recorded_);
  TALLY_ASSIGN_OR_RETURN(admission, rules.JudgeRecorded(candidate, place));
  return absl::OkStatus();
}

bool PackVerifier::CheckLink(const PackMember& member, const Record& found,
                             const Record& expected) {
  if (found == expected) return true;
  if (found.stream != expected.stream) {
    return FailAt(member, "record-stream", absl::StrCat(expected.stream),
                  absl::StrCat(found.stream), found.stream);
  }
  if (found.sequence != expected.sequence) {
    return FailAt(member, "record-sequence", absl::StrCat(expected.sequence),
                  absl::StrCat(found.sequence), found.stream);
  }
  return FailAt(member, "record-previous", expected.previous.ToHex(), found.previous.ToHex(),
                found.stream);
}

// The ends of the pack's streams, in front of the heads event, under the root that it states.
bool PackVerifier::CheckHeadsTree(const Candidate& candidate, Place place) {
  const PackMember& member = contents_.pack.members.back();
  const absl::StatusOr<Heads> said = DecodeHeads(candidate.batch.events[0].body);
  if (!said.ok() || !streams_.Flush().ok()) {
    return FailAt(member, "heads", "a heads event", std::string(said.status().message()));
  }
  const absl::StatusOr<std::vector<StreamRow>> rows = contents_.rows.AllStreams();
  if (!rows.ok()) return FailAt(member, "heads", "streams", std::string(rows.status().message()));
  TreeShape shape{place.index, {}, {}};
  std::vector<Hash> leaves;
  for (const StreamRow& row : *rows) {
    const StreamState& state = row.state;
    shape.leaves.push_back(state.opening_index);
    leaves.push_back(HeadsLeaf(state.opening_digest, state.records, state.newest_leaf));
  }
  const absl::StatusOr<PartialTree> tree = PartialTree::Of(shape, leaves, *contents_.pack.heads);
  if (!tree.ok()) {
    return FailAt(member, "heads", "a proof of the streams' ends",
                  std::string(tree.status().message()));
  }
  if (tree->root() != said->root || said->streams < leaves.size()) {
    return FailAt(member, "heads", said->root.ToHex(), tree->root().ToHex());
  }
  opened_.complete = true;
  contents_.complete = true;
  return true;
}

bool PackVerifier::FoldRecord(const PackMember& member) {
  const absl::StatusOr<Record> record = DecodeRecord(member.record);
  if (!record.ok()) {
    return FailAt(member, "record-form", "a record", std::string(record.status().message()));
  }
  Candidate candidate;
  if (!CheckHashes(member, *record, candidate) || !CheckRoom(member, candidate)) return false;
  absl::Status judged = CheckTime(member, &candidate);
  const Place place{member.index, InstantOfMilliseconds(member.recorded_ms)};
  Admission admission;
  if (judged.ok()) judged = Judge(candidate, place, admission);
  if (!judged.ok()) {
    return FailAt(member, KindOfRefusal(judged), "a batch that admission accepts",
                  std::string(judged.message()), record->stream);
  }
  const bool last = &member == &contents_.pack.members.back();
  if (last && contents_.pack.heads.has_value()) {
    if (candidate.kind() != BodyKind::kHeads) {
      return FailAt(member, "heads", "a heads event", "another event at the end of the log");
    }
    if (!CheckHeadsTree(candidate, place)) return false;
  } else if (last && candidate.kind() == BodyKind::kHeads) {
    // It was written for packs; only somebody who left something out has a use for one without it.
    return FailAt(member, "heads",
                  "the proof that belongs to the heads event at the end of the log",
                  "none: it was taken out");
  }
  const Signing signing = SigningOf(candidate, admission);
  Linker linker(ledger_, streams_, tree_, contents_.keyring);
  const absl::StatusOr<Linked> linked = linker.Link(candidate, std::move(admission), place);
  if (!linked.ok()) {
    return FailAt(member, KindOfRefusal(linked.status()), "rows that admit it",
                  std::string(linked.status().message()), record->stream);
  }
  if (!CheckLink(member, *record, linked->record)) return false;
  if (member.index == 0 && ledger_ != contents_.pack.ledger) {
    return FailAt(member, "ledger-id", contents_.pack.ledger.ToHex(), ledger_.ToHex());
  }
  const auto place_of = static_cast<uint32_t>(&member - contents_.pack.members.data());
  contents_.records[record->stream].push_back(place_of);
  verdicts_.Add(candidate.checked.evidence.key, signing, member.index, place.recorded);
  AuditCovered& covered = opened_.report.covered;
  ++covered.records;
  ++covered.signatures;
  for (const Event& event : candidate.batch.events) {
    ++covered.events;
    ++(event.salt.IsZero() ? covered.withheld : covered.bodies);
  }
  return true;
}

// Of the bodies that are not there, those that nobody could have shown.
void PackVerifier::CountErased() {
  AuditCovered& covered = opened_.report.covered;
  ErasedByEvent named;
  contents_.rows.Each(layout::Erased(0, 0), Bytes{'W' + 1}, [&](ByteView key, ByteView row) {
    ByteReader reader(key.subspan(1));
    const uint64_t index = reader.U64();
    const uint32_t offset = reader.U32();
    const auto& members = contents_.pack.members;
    const auto member = std::ranges::lower_bound(members, index, {}, &PackMember::index);
    // An erasure of what is not in the pack says nothing about it.
    if (member == members.end() || member->index != index || offset >= member->count) return;
    if (EventsOf(*member)[offset].shown) return;
    --covered.withheld;
    ++covered.erased;
    const absl::StatusOr<std::vector<uint64_t>> erasures = DecodeErasuresRow(row);
    for (const uint64_t each : erasures.ok() ? *erasures : std::vector<uint64_t>()) {
      const absl::StatusOr<RecordedEvent> event = recorded_.At({each, 0});
      if (!event.ok()) continue;
      const absl::StatusOr<Erasure> erasure = DecodeErasure(event->body);
      if (erasure.ok()) named[{index, offset}].Add(erasure->part);
    }
  });
  for (std::string& note : ErasureNotes(named)) opened_.report.notes.push_back(std::move(note));
}

bool PackVerifier::FoldClosed(const PackMember& member) {
  const absl::StatusOr<Record> record = DecodeRecord(member.record);
  const absl::StatusOr<Evidence> evidence = DecodeEvidence(member.evidence);
  if (!record.ok() || !evidence.ok()) return FailAt(member, "record-form", "a record", "none");
  const Hash digest = EvidenceDigest(member.evidence);
  if (digest != record->evidence) {
    return FailAt(member, "evidence", record->evidence.ToHex(), digest.ToHex(), record->stream);
  }
  absl::Status judged = CheckTime(member, nullptr);
  const Place place{member.index, InstantOfMilliseconds(member.recorded_ms)};
  const absl::StatusOr<StreamRow*> feed = streams_.At(record->stream);
  const AdmissionRules rules(ledger_, streams_, tree_, contents_.keyring, Extent::kPart);
  if (judged.ok()) judged = feed.status();
  if (judged.ok()) {
    judged = JudgeClosedBatch(rules, ledger_, contents_.keyring, **feed, *record, *evidence, place);
  }
  if (!judged.ok()) {
    return FailAt(member, KindOfRefusal(judged), "a batch that admission accepts",
                  std::string(judged.message()), record->stream);
  }
  Record expected = *record;
  expected.sequence = (*feed)->state.records;
  expected.previous = (*feed)->state.newest_leaf;
  if (!CheckLink(member, *record, expected)) return false;
  const Hash leaf = EntryLeaf(EntryOf(member.record, member.recorded_ms));
  const bool linked = tree_.Append(leaf).ok() &&
                      LinkClosedBatch(*record, *evidence, leaf, place, **feed, streams_).ok();
  if (!linked) return FailAt(member, "row", "rows", "none", record->stream);
  const auto place_of = static_cast<uint32_t>(&member - contents_.pack.members.data());
  contents_.records[record->stream].push_back(place_of);
  verdicts_.Add(evidence->key, {(*feed)->state.author, BodyKind::kStateReported}, member.index,
                place.recorded);
  AuditCovered& covered = opened_.report.covered;
  ++covered.records;
  ++covered.signatures;
  covered.events += evidence->count;
  covered.withheld += evidence->count;
  ++closed_batches_;
  closed_events_ += evidence->count;
  return true;
}

absl::StatusOr<Checkpoint> PackVerifier::CheckNote() {
  return contents_.keyring.log_keys().Open(contents_.pack.checkpoint);
}

bool PackVerifier::CheckTree(const Checkpoint& checkpoint) {
  TreeShape shape{checkpoint.size, {}, contents_.pack.cuts};
  for (const PackMember& member : contents_.pack.members) shape.leaves.push_back(member.index);
  if (shape.leaves.back() + 1 != shape.size) {
    Fail("tree-root", absl::StrCat("the last of ", shape.size, " records"),
         absl::StrCat("record ", shape.leaves.back()));
    return false;
  }
  absl::StatusOr<PartialTree> tree = PartialTree::Of(shape, contents_.leaves, contents_.pack.proof);
  if (!tree.ok()) {
    Fail("tree-proof", "a proof of its records", std::string(tree.status().message()));
    return false;
  }
  contents_.tree = *std::move(tree);
  if (contents_.tree.root() == checkpoint.root) return true;
  Fail("tree-root", checkpoint.root.ToHex(), contents_.tree.root().ToHex());
  return false;
}

// A handover that the pack can place must be of its log.
void PackVerifier::CheckHandovers() {
  for (const LogKeys::Term& term : contents_.keyring.log_keys().terms()) {
    if (term.handover.empty()) continue;
    const absl::StatusOr<Checkpoint> said = contents_.keyring.log_keys().Open(term.handover);
    const absl::StatusOr<Hash> root =
        said.ok() ? contents_.tree.RootAt(said->size) : absl::StatusOr<Hash>(said.status());
    if (root.ok() && *root == said->root) continue;
    Fail("log-key", absl::StrCat("the checkpoint at which ", term.vkeys.front(), " handed over"),
         root.ok() ? absl::StrCat("root ", root->ToHex()) : std::string(root.status().message()));
  }
}

void PackVerifier::Finish() {
  opened_.report.origin = contents_.genesis.origin;
  const absl::StatusOr<Checkpoint> checkpoint = CheckNote();
  if (!checkpoint.ok()) {
    return Fail("head-signature", "a checkpoint signed by the log's key at that size",
                std::string(checkpoint.status().message()));
  }
  if (!CheckTree(*checkpoint)) return;
  ++opened_.report.covered.signatures;
  opened_.report.size = checkpoint->size;
  opened_.report.root = checkpoint->root;
  const absl::Status flushed = streams_.Flush();
  const absl::StatusOr<std::vector<StreamRow>> rows = contents_.rows.AllStreams();
  if (!flushed.ok() || !rows.ok()) return Fail("streams", "streams", "none");
  for (const StreamRow& row : *rows) {
    contents_.streams.emplace(row.state.opening_index, row.state);
  }
  opened_.report.covered.streams = contents_.streams.size();
  CountErased();
  const uint64_t at_size = contents_.pack.scope.at_size;
  const bool known = at_size == 0 || at_size == checkpoint->size ||
                     (contents_.tree.RootAt(at_size).ok() && tree_.Leaf(at_size - 1).ok());
  if (!known) Fail("at-size", absl::StrCat("what shows size ", at_size), "nothing of it");
  for (std::string& note : verdicts_.Notes(contents_.keyring)) {
    opened_.report.notes.push_back(std::move(note));
  }
  CheckHandovers();
  if (closed_batches_ > 0) {
    opened_.report.notes.push_back(absl::StrCat(closed_batches_, " batches with ", closed_events_,
                                                " events are closed: of each nothing is shown but "
                                                "record, author's signature, positions and "
                                                "range of times"));
  }
  if (!opened_.complete) {
    opened_.report.notes.emplace_back(
        "completeness: not shown; the pack does not end with a heads event and its proof, so "
        "records "
        "at the end of its streams may have been left out");
  }
}

}  // namespace

OpenedPack OpenPack(Bytes bytes) { return PackVerifier(std::move(bytes)).Run(); }

}  // namespace tally::ledger
