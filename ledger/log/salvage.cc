// One walk over the records' numbers, from segment to segment; where no file has a segment that
// begins there, number by number.
#include "ledger/log/salvage.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/record.h"
#include "ledger/log/audit_record.h"
#include "ledger/log/head_file.h"
#include "ledger/log/layout.h"
#include "ledger/log/log_tree.h"
#include "ledger/log/reader.h"
#include "ledger/log/recorded_time.h"
#include "schema/kind.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// Records that are looked for one by one where nothing is found, before the rest is given up: a
// head that was made to claim more must not keep anybody busy for ever.
constexpr uint64_t kProbesInARow = uint64_t{1} << 22;
constexpr char kNowhere[] = "no file has it";

// A segment of which one value may be lost.
struct FoundSegment {
  SpineView spine;
  std::optional<BodiesView> bodies;
};

class Salvager {
 public:
  Salvager(const LedgerOptions& options, const TakeSalvaged& take)
      : backend_(BackendOptions(options)), take_(take) {}

  absl::StatusOr<SalvageReport> Run() {
    TALLY_ASSIGN_OR_RETURN(store_, DamagedStore::Open(backend_.directory + "/store"));
    report_.files = store_->files();
    FindLimit();
    uint64_t index = 0;
    while (index < report_.limit) {
      const std::vector<FoundSegment> found = SegmentsAt(index);
      if (found.empty()) {
        Miss(index, kNowhere);
        ++index;
        const SalvageReport::Gap& gap = report_.missing.back();
        if (gap.limit - gap.first >= kProbesInARow) break;
        continue;
      }
      TALLY_RETURN_IF_ERROR(TakeSegment(found));
      index = found.back().spine.limit_index();
    }
    if (index < report_.limit) report_.missing.back().limit = report_.limit;
    CompareHead();
    return std::move(report_);
  }

 private:
  void FindLimit();
  std::vector<FoundSegment> SegmentsAt(uint64_t first);
  absl::Status TakeSegment(const std::vector<FoundSegment>& found);
  // What the record is in the first segment that has it whole, else what is wrong in the newest.
  AuditedRecord Judge(const std::vector<FoundSegment>& found, uint64_t index);
  AuditedRecord JudgeIn(const FoundSegment& segment, uint64_t index);
  void LearnLedger(const AuditedRecord& audited, const Hash& leaf);
  void LearnKeys(const AuditedRecord& audited, const Hash& leaf);
  void Miss(uint64_t index, const std::string& reason);
  std::optional<Hash> TileLeaf(uint64_t index);
  void CompareHead();

  const EmbeddedLogOptions backend_;
  const TakeSalvaged& take_;
  std::unique_ptr<DamagedStore> store_;
  SalvageReport report_;
  Keyring keyring_;
  Hash leaf_;                                // of the record that was judged last
  std::vector<std::optional<Hash>> leaves_;  // of the records so far
};

void Salvager::FindLimit() {
  const absl::StatusOr<HeadSlot> outside = HeadFile::Read(backend_.head_path);
  if (outside.ok()) report_.head = *outside;
  if (!outside.ok()) report_.head_trouble = std::string(outside.status().message());
  for (const Bytes& value : store_->Values(layout::Head())) {
    const absl::StatusOr<HeadSlot> inside = DecodeHeadSlot(value);
    if (!inside.ok()) continue;
    report_.limit = std::max(report_.limit, inside->size);
  }
  if (report_.head.has_value()) report_.limit = std::max(report_.limit, report_.head->size);
  const std::optional<Bytes> last = store_->LastKey(layout::Spine(0), Bytes{'S' + 1});
  if (last.has_value() && last->size() == layout::Spine(0).size()) {
    ByteReader reader(ByteView(*last).subspan(1));
    const uint64_t first = reader.U64();
    for (const FoundSegment& segment : SegmentsAt(first)) {
      report_.limit = std::max(report_.limit, segment.spine.limit_index());
    }
  }
}

std::vector<FoundSegment> Salvager::SegmentsAt(uint64_t first) {
  std::vector<FoundSegment> found;
  const std::vector<Bytes> bodies = store_->Values(layout::Bodies(first));
  for (Bytes& bytes : store_->Values(layout::Spine(first))) {
    absl::StatusOr<SpineView> spine =
        SpineView::Open(std::make_shared<const Bytes>(std::move(bytes)), first);
    if (!spine.ok()) continue;
    bool alone = true;
    for (const Bytes& value : bodies) {
      absl::StatusOr<BodiesView> view =
          BodiesView::Open(std::make_shared<const Bytes>(value), first, spine->events());
      if (!view.ok()) continue;
      found.push_back({*spine, *std::move(view)});
      alone = false;
    }
    if (alone) found.push_back({*spine, std::nullopt});
  }
  // The longest last: it says where the next segment begins.
  std::ranges::stable_sort(found, {},
                           [](const FoundSegment& segment) { return segment.spine.limit_index(); });
  return found;
}

AuditedRecord Salvager::JudgeIn(const FoundSegment& segment, uint64_t index) {
  if (!segment.bodies.has_value()) {
    AuditedRecord lost;
    lost.index = index;
    lost.wrong = "bodies";
    lost.found = "no file has its bodies";
    return lost;
  }
  AuditedRecord audited =
      AuditRecordBytes({segment.spine, *segment.bodies}, index, report_.ledger, keyring_, {});
  if (audited.wrong == "body-missing") audited.found += " is erased: a batch file needs all bodies";
  if (!audited.wrong.empty() || audited.candidate.signature_checked) return audited;
  const Hash leaf = EntryLeaf(EntryOf(EncodeRecord(audited.record), audited.recorded_ms));
  if (index == 0) LearnLedger(audited, leaf);
  const KeyEntry* key = keyring_.Find(audited.candidate.checked.evidence.key);
  if (key == nullptr) return audited;
  const absl::Status signed_by =
      CheckCandidateSignature(report_.ledger, *key->verifier, audited.candidate);
  if (!signed_by.ok()) {
    audited.wrong = "batch-signature";
    audited.found = std::string(signed_by.message());
  }
  return audited;
}

AuditedRecord Salvager::Judge(const std::vector<FoundSegment>& found, uint64_t index) {
  AuditedRecord audited;
  audited.wrong = "segment";
  for (const FoundSegment& segment : found) {
    if (index >= segment.spine.limit_index()) continue;
    const ByteView record =
        segment.spine.record(static_cast<uint32_t>(index - segment.spine.first_index()));
    audited = JudgeIn(segment, index);
    const Hash leaf = EntryLeaf(EntryOf(record, segment.spine.recorded_ms()));
    leaf_ = leaf;
    if (audited.wrong.empty()) return audited;
  }
  // What the tree says of a record that does not verify is better than what its bytes say.
  leaf_ = TileLeaf(index).value_or(leaf_);
  return audited;
}

// Record 0 names the ledger and its first keys.
void Salvager::LearnLedger(const AuditedRecord& audited, const Hash& leaf) {
  const absl::StatusOr<Genesis> genesis = DecodeGenesis(audited.candidate.batch.events[0].body);
  if (!genesis.ok() || audited.candidate.kind() != BodyKind::kGenesis) return;
  report_.ledger = Rename<LedgerId>(leaf);
  report_.origin = genesis->origin;
  LearnKeys(audited, leaf);
}

void Salvager::LearnKeys(const AuditedRecord& audited, const Hash& leaf) {
  const EventHeader& header = audited.candidate.header();
  if (!IsKept(header.kind)) return;
  const KindRow* kind = FindKind(header.kind);
  StreamId party;
  if (kind != nullptr && kind->stream == StreamKind::kParty) {
    party = kind->opening ? Rename<StreamId>(leaf) : header.stream;
  }
  const absl::Status learned = keyring_.Apply(
      audited.index, party, header, audited.candidate.batch.events[0].body,
      {audited.candidate.checked.evidence.key, InstantOfMilliseconds(audited.recorded_ms)});
  if (!learned.ok()) ++report_.unlearned;
}

absl::Status Salvager::TakeSegment(const std::vector<FoundSegment>& found) {
  const SpineView& longest = found.back().spine;
  for (uint64_t index = longest.first_index(); index < longest.limit_index(); ++index) {
    const AuditedRecord audited = Judge(found, index);
    leaves_.resize(index);
    leaves_.emplace_back(leaf_);
    if (!audited.wrong.empty()) {
      Miss(index, audited.found.empty() ? audited.wrong
                                        : absl::StrCat(audited.wrong, ": ", audited.found));
      continue;
    }
    if (index > 0) LearnKeys(audited, leaf_);
    ++report_.records;
    report_.events += audited.candidate.batch.events.size();
    if (keyring_.Find(audited.candidate.checked.evidence.key) == nullptr) ++report_.unchecked;
    TALLY_RETURN_IF_ERROR(take_({index, report_.ledger, &audited.candidate.batch}));
  }
  return absl::OkStatus();
}

void Salvager::Miss(uint64_t index, const std::string& reason) {
  if (!report_.missing.empty() && report_.missing.back().limit == index &&
      report_.missing.back().reason == reason) {
    ++report_.missing.back().limit;
    return;
  }
  report_.missing.push_back({index, index + 1, reason});
}

// The leaf as the tree has it, in whichever version of the tile is longest.
std::optional<Hash> Salvager::TileLeaf(uint64_t index) {
  for (const Bytes& value : store_->Values(layout::Tile(0, index / kTileWidth))) {
    const absl::StatusOr<std::vector<Hash>> hashes = DecodeTile(value);
    if (hashes.ok() && hashes->size() > index % kTileWidth) return (*hashes)[index % kTileWidth];
  }
  return std::nullopt;
}

void Salvager::CompareHead() {
  if (!report_.head.has_value()) {
    report_.not_under_head = "the head cannot be read: " + report_.head_trouble;
    return;
  }
  std::vector<Hash> leaves;
  for (uint64_t index = 0; index < report_.head->size; ++index) {
    std::optional<Hash> leaf = index < leaves_.size() ? leaves_[index] : std::nullopt;
    if (!leaf.has_value()) leaf = TileLeaf(index);
    if (!leaf.has_value()) {
      report_.not_under_head = absl::StrCat("the leaf of record ", index, " is lost");
      return;
    }
    leaves.push_back(*leaf);
  }
  report_.under_head = TreeRoot(leaves) == report_.head->root;
  if (!report_.under_head) {
    report_.not_under_head = "the leaves do not come to the root of the head";
  }
}

}  // namespace

absl::StatusOr<SalvageReport> Salvage(const LedgerOptions& ledger, const TakeSalvaged& take) {
  return Salvager(ledger, take).Run();
}

}  // namespace tally::ledger
