// Comparing rows.
#include "ledger/log/audit_rows.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"
#include "ledger/log/known_batches.h"
#include "ledger/log/undo.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// Rows that later records may change.
bool IsKeptRow(uint8_t letter) {
  return letter == 'X' || letter == 'Y' || letter == 'E' || letter == 'Z' || letter == 'W';
}

// The stream that a row belongs to, as its key says.
std::string StreamOfKey(ByteView key) {
  constexpr std::string_view kNamedByStream = "IPAEXYZQ";
  if (key.size() < 9 || kNamedByStream.find(static_cast<char>(key[0])) == std::string_view::npos)
    return "";
  ByteReader reader(key.subspan(1));
  return absl::StrCat(reader.U64());
}

std::optional<uint64_t> LeadingNumber(const std::optional<Bytes>& value) {
  if (!value || value->size() < sizeof(uint64_t)) return std::nullopt;
  ByteReader reader(*value);
  return reader.U64();
}

}  // namespace

std::string RowName(ByteView key) {
  switch (key.empty() ? 0 : key[0]) {
    case 'C':
      return "configuration";
    case 'H':
      return "head-inside";
    case 'S':
      return "segment";
    case 'B':
      return "bodies";
    case 'U':
      return "undo";
    case 'R':
      return "recovery";
    case 'T':
      return "tile";
    case 'I':
      return "stream-index";
    case 'P':
      return "position-index";
    case 'A':
      return "act-index";
    case 'E':
      return "answers-index";
    case 'N':
      return "name-index";
    case 'D':
      return "id-index";
    case 'X':
      return "stream-row";
    case 'Y':
      return "source-row";
    case 'Z':
      return "source-name-index";
    case 'Q':
      return "equivocation";
    case 'W':
      return "erased-index";
    default:
      return "unknown-row";
  }
}

std::vector<AuditFinding> AuditFindings::Take() && {
  const auto place = [](const AuditFinding& finding) {
    return finding.index.value_or(std::numeric_limits<uint64_t>::max());
  };
  std::stable_sort(
      findings_.begin(), findings_.end(),
      [&](const AuditFinding& a, const AuditFinding& b) { return place(a) < place(b); });
  return std::move(findings_);
}

// Collisions would only hide an extra row from this program, and no row that a reader trusts: a
// reader proves what it finds by the record itself. FNV-1a, 64 bits.
uint64_t AuditRows::Digest(ByteView key) {
  uint64_t digest = 0xcbf29ce484222325;
  for (uint8_t byte : key) digest = (digest ^ byte) * 0x100000001b3;
  return digest;
}

absl::StatusOr<std::optional<Bytes>> AuditRows::Get(const Bytes& key) const {
  TALLY_CHECK(!key.empty());
  if (IsKeptRow(key[0])) {
    const auto found = kept_.find(key);
    return found == kept_.end() ? std::optional<Bytes>() : found->second;
  }
  TALLY_ASSIGN_OR_RETURN(std::optional<Bytes> value, store_.Get(key));
  if (key[0] == 'T') return value;
  // Every other row begins with the record that made it.
  const std::optional<uint64_t> index = LeadingNumber(value);
  if (!index || *index >= index_) return std::optional<Bytes>();
  return value;
}

absl::Status AuditRows::Put(Bytes key, Bytes value) {
  if (IsKeptRow(key[0])) {
    kept_[std::move(key)] = std::move(value);
    return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> found, store_.Get(key));
  if (key[0] == 'T') {
    CompareTile(key, value, found);
  } else {
    Compare(key, value, found);
  }
  expected_.push_back(Digest(key));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<StreamRow>> AuditRows::AllStreams() const {
  std::vector<StreamRow> streams;
  for (const auto& [key, value] : kept_) {
    if (key[0] != 'X') continue;
    TALLY_ASSIGN_OR_RETURN(StreamRow stream, DecodeStreamRow(value));
    streams.push_back(std::move(stream));
  }
  return streams;
}

void AuditRows::Compare(ByteView key, ByteView expected, const std::optional<Bytes>& found) {
  if (found && std::ranges::equal(*found, expected)) return;
  findings_.Add(
      {RowName(key), index_, StreamOfKey(key), ToHex(expected), found ? ToHex(*found) : "missing"});
}

// A tile names its first wrong record: place j of a tile of level L begins at leaf j * 256^L.
void AuditRows::CompareTile(ByteView key, ByteView expected, const std::optional<Bytes>& found) {
  ByteReader reader(key.subspan(1));
  const uint32_t level = reader.U8();
  const uint64_t tile = reader.U64();
  const Bytes none;
  const Bytes& stored = found ? *found : none;
  const bool enough =
      cut_short_ ? stored.size() >= expected.size() : stored.size() == expected.size();
  const auto [wrong, unused] =
      std::mismatch(expected.begin(), expected.end(), stored.begin(), stored.end());
  if (enough && wrong == expected.end()) return;
  const uint64_t place =
      std::min<uint64_t>(static_cast<uint64_t>(wrong - expected.begin()), expected.size() - 1) /
      Hash::size();
  const uint64_t leaf = (tile * kTileWidth + place) << (8 * level);
  const size_t first = place * Hash::size();
  const auto hash = [first](ByteView bytes) {
    return bytes.size() < first + Hash::size() ? std::string("missing")
                                               : ToHex(bytes.subspan(first, Hash::size()));
  };
  findings_.Add({"tile", leaf, "", hash(expected), hash(stored)});
}

// Rows that no record makes, but that may stand in a store.
bool AuditRows::IsAccountedFor(ByteView key, ByteView value) {
  switch (key[0]) {
    case 'H':
      return key.size() == 1 && DecodeHeadSlot(value).ok();
    case 'C':
    case 'R':
      return key.size() == 1;
    case 'U':
      return DecodeUndo(value).ok();
    case 'V':
      return key.size() == 1 && DecodeNumberRow(value).ok();
    case 'Q':
      return true;  // An author's word, not a record's: CheckEquivocation.
    default:
      return std::binary_search(expected_.begin(), expected_.end(), Digest(key));
  }
}

absl::Status AuditRows::Finish() {
  for (const auto& [key, value] : kept_) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> found, store_.Get(key));
    const std::optional<uint64_t> stream = LeadingNumber(Bytes(key.begin() + 1, key.end()));
    SetIndex(key[0] == 'E' ? LeadingNumber(value).value_or(0) : stream.value_or(0));
    Compare(key, value, found);
    expected_.push_back(Digest(key));
  }
  std::sort(expected_.begin(), expected_.end());
  return store_.Scan({}, {}, [&](ByteView key, ByteView value) {
    if (!key.empty() && IsAccountedFor(key, value)) return true;
    // The row's own claim of a record is all there is to name.
    const std::optional<uint64_t> index = LeadingNumber(Bytes(value.begin(), value.end()));
    findings_.Add({RowName(key), key.empty() || key[0] == 'T' ? std::nullopt : index,
                   StreamOfKey(key), "no such row", ToHex(key)});
    return true;
  });
}

}  // namespace tally::ledger
