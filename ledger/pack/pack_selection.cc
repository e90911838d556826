// What is shown. Where in doubt, an event is shown: a verifier asks for what the rule says, and
// more than that harms no proof.
#include "ledger/pack/pack_selection.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "ledger/chain/recorded_form.h"
#include "schema/body.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr absl::string_view kRowsPrefix = "rows ";

std::optional<PackRow> ReadRow(absl::string_view text) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, '/');
  PackRow row;
  const bool read = parts.size() == 3 && absl::SimpleAtoi(parts[0], &row.run.index) &&
                    absl::SimpleAtoi(parts[1], &row.run.offset) &&
                    absl::SimpleAtoi(parts[2], &row.row);
  return read ? std::optional<PackRow>(row) : std::nullopt;
}

// Whether what is counted of such an event may hang on events of the same thing at other times.
bool HasALife(BodyKind kind) {
  switch (kind) {
    case BodyKind::kTicketEvent:
    case BodyKind::kLeadEvent:
    case BodyKind::kDeliverableEvent:
    case BodyKind::kDependencyEvent:
    case BodyKind::kSurveyResponse:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string PackRowsText(const std::vector<PackRow>& rows) {
  const std::set<PackRow> sorted(rows.begin(), rows.end());
  std::vector<std::string> words;
  for (const PackRow& row : sorted) words.push_back(absl::StrCat(row.run.ToText(), "/", row.row));
  return absl::StrCat(kRowsPrefix, absl::StrJoin(words, " "));
}

absl::StatusOr<std::vector<PackRow>> ParsePackRows(absl::string_view period) {
  std::vector<PackRow> rows;
  if (!absl::StartsWith(period, kRowsPrefix)) return rows;
  for (const absl::string_view word : absl::StrSplit(period.substr(kRowsPrefix.size()), ' ')) {
    const std::optional<PackRow> row = ReadRow(word);
    if (row.has_value()) rows.push_back(*row);
  }
  if (!rows.empty() && PackRowsText(rows) == period) return rows;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", period, "\" names no rows as INDEX/OFFSET/ROW, ascending"));
}

absl::Status FeedDisclosure::Learn(const EventAddress& address, const EventHeader& header,
                                   ByteView body) {
  if (header.kind == BodyKind::kSourceRegistered) {
    TALLY_ASSIGN_OR_RETURN(const SourceRegistered source, DecodeSourceRegistered(body));
    if (selection_.sources.contains(source.name)) sources_.insert(source.source);
    return absl::OkStatus();
  }
  if (header.kind == BodyKind::kWatermark && address.index < selection_.settled) {
    TALLY_ASSIGN_OR_RETURN(const Watermark mark, DecodeWatermark(body));
    complete_through_until_ = complete_through_until_ || mark.through >= selection_.until;
  }
  if (!MayWithhold(header.kind) || !IsWanted(header)) return absl::OkStatus();
  const bool before = header.observed_from < selection_.from;
  if (!before && header.observed_from < selection_.until) return absl::OkStatus();
  Edge& edge = (before ? before_ : after_)[header.source];
  if (header.kind == BodyKind::kCorrection) {
    edge.corrected = true;
  } else if (CountsInAnyCase(address, header)) {
    const Instant at = header.observed_from;
    const Instant nearest = edge.nearest.value_or(at);
    edge.nearest = before ? std::max(nearest, at) : std::min(nearest, at);
  }
  return absl::OkStatus();
}

bool FeedDisclosure::CountsInAnyCase(const EventAddress& address, const EventHeader& header) const {
  const bool history =
      header.reported_at < selection_.opened && header.reported_at < selection_.cutoff;
  return address.index < selection_.settled && header.reported_at <= selection_.reported &&
         (address.index < selection_.timely || history);
}

bool FeedDisclosure::IsWanted(const EventHeader& header) const {
  return header.source == 0 || sources_.contains(header.source);
}

bool FeedDisclosure::IsWordOnRow(const EventAddress& address, const EventHeader& header) const {
  return std::ranges::any_of(rows_, [&](const RowMoment& row) {
    if (address <= row.run) return false;
    const bool of_source = header.source == row.source;
    switch (header.kind) {
      case BodyKind::kCorrection:
        return of_source || header.source == 0;
      case BodyKind::kStateReported:
      case BodyKind::kProbeResult:
        return of_source && header.observed_from == row.from;
      default:
        return false;
    }
  });
}

bool FeedDisclosure::MayClose(uint64_t index, const Evidence& evidence) const {
  if (selection_.from >= selection_.until) {
    return std::ranges::all_of(rows_, [&](const RowMoment& row) { return index < row.run.index; });
  }
  if (selection_.from == Instant::Min() || shown_) return false;
  // A source that is not known yet may be registered in there.
  if (sources_.size() != selection_.sources.size()) return false;
  return std::ranges::all_of(sources_, [&](uint32_t source) {
    const auto edge = before_.find(source);
    return edge != before_.end() && !edge->second.corrected && edge->second.nearest &&
           evidence.until < *edge->second.nearest;
  });
}

bool FeedDisclosure::Shows(const EventAddress& address, const EventHeader& header) const {
  if (!MayWithhold(header.kind) || IsWordOnRow(address, header)) return true;
  if (!IsWanted(header) || selection_.from >= selection_.until) return false;
  // An instant is observed where it stands, a stretch wherever it reaches.
  const bool begins_in_time = header.observed_from < selection_.until;
  const bool ends_in_time =
      header.observed_from >= selection_.from || header.observed_until > selection_.from;
  if (begins_in_time && ends_in_time) return true;
  // What becomes of a ticket decides about the window that it was opened in, however late.
  if (HasALife(header.kind)) return true;
  if (!begins_in_time && complete_through_until_) return false;
  const std::map<uint32_t, Edge>& edges = begins_in_time ? before_ : after_;
  const auto edge = edges.find(header.source);
  if (edge == edges.end() || edge->second.corrected || !edge->second.nearest) return true;
  const Instant nearest = *edge->second.nearest;
  return begins_in_time ? header.observed_from >= nearest || header.observed_until > nearest
                        : header.observed_from <= nearest;
}

uint64_t NamedDigests::FirstWord(ByteView bytes) { return ByteReader(bytes).U64(); }

void NamedDigests::Learn(ByteView body) {
  for (size_t at = 0; at + DocumentDigest::size() <= body.size(); at += sizeof(uint64_t)) {
    words_.insert(FirstWord(body.subspan(at)));
  }
}

}  // namespace tally::ledger
