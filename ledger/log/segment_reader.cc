// Reading segments by record index.
#include "ledger/log/segment_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/log/layout.h"
#include "schema/status.h"

namespace tally::ledger {

absl::StatusOr<std::shared_ptr<const StoredSegment>> SegmentReader::Open(uint64_t first,
                                                                         Bytes spine) const {
  TALLY_ASSIGN_OR_RETURN(SpineView spine_view,
                         SpineView::Open(std::make_shared<const Bytes>(std::move(spine)), first));
  TALLY_ASSIGN_OR_RETURN(std::optional<Bytes> bodies, store_.Get(layout::Bodies(first)));
  if (!bodies)
    return absl::DataLossError(absl::StrCat("segment ", first, ": its bodies are missing"));
  TALLY_ASSIGN_OR_RETURN(BodiesView bodies_view,
                         BodiesView::Open(std::make_shared<const Bytes>(*std::move(bodies)), first,
                                          spine_view.events()));
  return std::make_shared<const StoredSegment>(
      StoredSegment{std::move(spine_view), std::move(bodies_view)});
}

absl::StatusOr<std::shared_ptr<const StoredSegment>> SegmentReader::StartingAt(
    uint64_t first) const {
  TALLY_ASSIGN_OR_RETURN(std::optional<Bytes> spine, store_.Get(layout::Spine(first)));
  if (!spine) return absl::NotFoundError(absl::StrCat("no segment starts at record ", first));
  return Open(first, *std::move(spine));
}

absl::StatusOr<std::shared_ptr<const StoredSegment>> SegmentReader::Containing(uint64_t index) {
  if (last_ != nullptr && index >= last_->spine.first_index() &&
      index < last_->spine.limit_index()) {
    return last_;
  }
  if (last_ != nullptr && index == last_->spine.limit_index()) {
    absl::StatusOr<std::shared_ptr<const StoredSegment>> next = StartingAt(index);
    if (!absl::IsNotFound(next.status())) {
      if (next.ok()) last_ = *next;
      return next;
    }
  }
  TALLY_ASSIGN_OR_RETURN(std::optional<WriteSet::Put> spine,
                         store_.Last(layout::Spine(0), layout::Spine(index + 1)));
  const auto missing = [&] {
    return absl::DataLossError(absl::StrCat("record ", index, ": no segment holds it"));
  };
  if (!spine || spine->key.size() != layout::Spine(0).size()) return missing();
  ByteReader key(ByteView(spine->key).subspan(1));
  const uint64_t first = key.U64();
  TALLY_ASSIGN_OR_RETURN(last_, Open(first, std::move(spine->value)));
  if (index >= last_->spine.limit_index()) return missing();
  return last_;
}

}  // namespace tally::ledger
