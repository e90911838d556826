#include "ledger/log/erasure_rules.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "ledger/chain/partial_run.h"
#include "ledger/log/erased_rows.h"
#include "ledger/log/layout.h"
#include "ledger/log/signed_terms.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// The event that is named by place and digest; nullopt: not in this part of the ledger.
absl::StatusOr<std::optional<RecordedEvent>> Named(const Hash& digest, const EventAddress& address,
                                                   Place place, const RecordedEvents& recorded,
                                                   Extent extent) {
  const auto refused = [&](absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat("event ", address.ToText(), ": ", why));
  };
  if (address.index >= place.index) return refused("is not recorded yet");
  absl::StatusOr<RecordedEvent> event = recorded.At(address);
  if (absl::IsNotFound(event.status())) {
    if (extent == Extent::kPart) return std::optional<RecordedEvent>();
    return refused("there is none");
  }
  if (!event.ok()) return event.status();
  if (event->digest != digest) return refused("has another digest than the one named");
  const KindRow* kind = FindKind(event->header.kind);
  if (kind == nullptr || !kind->erasable) {
    return absl::PermissionDeniedError(
        absl::StrCat("event ", address.ToText(), ": a body of kind \"",
                     kind == nullptr ? "unknown" : kind->name, "\" is never erased"));
  }
  return std::optional<RecordedEvent>(*std::move(event));
}

// Of a run whose rows nobody has any more, its sources are left to count by.
absl::StatusOr<std::vector<uint32_t>> RowsOfSourcesOf(const RecordedEvent& event) {
  if (event.rest.empty()) {
    TALLY_ASSIGN_OR_RETURN(const RunView run, RunView::Open(event.body));
    return RowsOfSources(run);
  }
  TALLY_ASSIGN_OR_RETURN(const PartialRun rest, DecodePartialRun(event.rest));
  return RowsOfSources(rest);
}

// Rows that are named must be rows of a run, in whole leaves.
absl::Status CheckPart(const RowsOfRun& part, const RecordedEvent& event) {
  if (part.IsWhole()) return absl::OkStatus();
  if (event.header.kind != BodyKind::kMeasurementRun) {
    return absl::InvalidArgumentError("rows: only a run has some");
  }
  TALLY_ASSIGN_OR_RETURN(const std::vector<uint32_t> rows, RowsOfSourcesOf(event));
  if (part.limit() > event.header.run_rows) {
    return absl::InvalidArgumentError(
        absl::StrCat(part.ToText(), ": the run has ", event.header.run_rows));
  }
  TALLY_ASSIGN_OR_RETURN(const RowsOfRun whole,
                         WidenToLeaves(rows, part.first, static_cast<uint32_t>(part.limit() - 1)));
  if (whole == part) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(part.ToText(), " are no whole leaves: ", whole.ToText(), " are"));
}

bool Allows(const RowsOfRun& agreed, const RowsOfRun& erased) {
  if (agreed.IsWhole() || erased.IsWhole()) return agreed.IsWhole();
  return agreed.first <= erased.first && erased.limit() <= agreed.limit();
}

class ErasureJudge {
 public:
  ErasureJudge(const Erasure& erasure, const RecordedEvent& event, StreamTable& streams,
               const RecordedEvents& recorded, Extent extent)
      : erasure_(erasure), event_(event), streams_(streams), recorded_(recorded), extent_(extent) {}

  absl::Status Run() {
    TALLY_ASSIGN_OR_RETURN(StreamRow * stream, streams_.At(event_.stream));
    const bool feed = stream->state.kind == StreamKind::kFeed;
    TALLY_RETURN_IF_ERROR(CheckRequest(feed ? stream->state.author : event_.header.author));
    if (!feed) return CheckConsents(*stream, true);
    TALLY_RETURN_IF_ERROR(streams_.Flush());
    TALLY_ASSIGN_OR_RETURN(const std::vector<StreamRow> all, streams_.rows().AllStreams());
    const StreamId feed_id = stream->state.id;
    for (const StreamRow& each : all) {
      if (each.state.kind == StreamKind::kAgreement) {
        TALLY_RETURN_IF_ERROR(CheckConsents(each, false, feed_id));
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status CheckRequest(const StreamId& author) {
    TALLY_ASSIGN_OR_RETURN(const bool by_author, HasAgreed(author, {&erasure_.request, 1}));
    if (by_author) return absl::OkStatus();
    TALLY_ASSIGN_OR_RETURN(const bool document, IsDocument(erasure_.request));
    if (document) return absl::OkStatus();
    return absl::PermissionDeniedError(
        "request: neither an agreement of the event's author nor a recorded document");
  }

  absl::StatusOr<bool> IsDocument(const Hash& digest) {
    TALLY_ASSIGN_OR_RETURN(StreamRow * system, streams_.At(0));
    bool found = false;
    const auto look = [&](const RecordedEvent& act) -> absl::Status {
      if (act.header.kind != BodyKind::kDocumentAdded) return absl::OkStatus();
      // Of a document that a pack withholds nobody can say which it is.
      if (act.body.empty()) {
        found = found || extent_ == Extent::kPart;
        return absl::OkStatus();
      }
      TALLY_ASSIGN_OR_RETURN(const DocumentAdded document, DecodeDocumentAdded(act.body));
      found = found || std::ranges::equal(document.digest.view(), digest.view());
      return absl::OkStatus();
    };
    TALLY_RETURN_IF_ERROR(EachAct(*system, look));
    return found;
  }

  // Whether one of `acts` is the word of `party` that this event may be erased.
  absl::StatusOr<bool> HasAgreed(const StreamId& party, std::span<const Hash> acts) {
    const absl::StatusOr<StreamRow*> stream = streams_.Find(party);
    if (absl::IsNotFound(stream.status())) return extent_ == Extent::kPart;
    if (!stream.ok()) return stream.status();
    for (const Hash& digest : acts) {
      if (digest.IsZero()) continue;
      TALLY_ASSIGN_OR_RETURN(
          const std::optional<Bytes> value,
          streams_.rows().Get(layout::ActDigest((*stream)->state.opening_index, digest)));
      if (!value) continue;
      TALLY_ASSIGN_OR_RETURN(const ActRow row, DecodeActRow(*value));
      if (row.kind != BodyKind::kErasureAgreed || row.author != party) continue;
      TALLY_ASSIGN_OR_RETURN(const RecordedEvent act, recorded_.At({row.index, 0}));
      TALLY_ASSIGN_OR_RETURN(const ErasureAgreed agreed, DecodeErasureAgreed(act.body));
      if (agreed.event == erasure_.event && Allows(agreed.part, erasure_.part)) return true;
    }
    return false;
  }

  absl::Status EachAct(const StreamRow& stream,
                       const std::function<absl::Status(const RecordedEvent&)>& visit) {
    for (uint64_t sequence = 0; sequence < stream.state.records; ++sequence) {
      TALLY_ASSIGN_OR_RETURN(
          const std::optional<Bytes> value,
          streams_.rows().Get(layout::StreamRecord(stream.state.opening_index, sequence)));
      if (!value) return absl::DataLossError("stream index: a record of the stream is missing");
      TALLY_ASSIGN_OR_RETURN(const uint64_t index, DecodeNumberRow(*value));
      TALLY_ASSIGN_OR_RETURN(const RecordedEvent act, recorded_.At({index, 0}));
      TALLY_RETURN_IF_ERROR(visit(act));
    }
    return absl::OkStatus();
  }

  absl::Status CheckConsents(const StreamRow& agreement, bool relies,
                             const StreamId& feed = StreamId()) {
    SignedTerms terms;
    TALLY_RETURN_IF_ERROR(
        EachAct(agreement, [&](const RecordedEvent& act) { return terms.Add(act); }));
    if (!relies && !terms.RelyOn(feed)) return absl::OkStatus();
    for (const StreamId& arbiter : terms.Arbiters()) {
      TALLY_ASSIGN_OR_RETURN(const bool ordered, HasAgreed(arbiter, {&erasure_.order, 1}));
      if (ordered && !erasure_.order.IsZero()) return absl::OkStatus();
    }
    for (const StreamId& signer : terms.signers()) {
      TALLY_ASSIGN_OR_RETURN(const bool agreed, HasAgreed(signer, erasure_.consents));
      if (agreed) continue;
      const absl::StatusOr<StreamRow*> party = streams_.Find(signer);
      return absl::PermissionDeniedError(
          absl::StrCat("consents: agreement ", agreement.state.name, " relies on the event, and ",
                       party.ok() ? (*party)->state.name : signer.ToHex(), " has not agreed"));
    }
    return absl::OkStatus();
  }

  const Erasure& erasure_;
  const RecordedEvent& event_;
  StreamTable& streams_;
  const RecordedEvents& recorded_;
  const Extent extent_;
};

// What erasures recorded so far name of an event.
absl::StatusOr<ErasedRows> ErasedBefore(const EventAddress& address, StreamTable& streams,
                                        const RecordedEvents& recorded) {
  ErasedRows erased;
  TALLY_ASSIGN_OR_RETURN(const std::optional<Bytes> row,
                         streams.rows().Get(layout::Erased(address.index, address.offset)));
  if (!row.has_value()) return erased;
  TALLY_ASSIGN_OR_RETURN(const std::vector<uint64_t> erasures, DecodeErasuresRow(*row));
  for (const uint64_t index : erasures) {
    TALLY_ASSIGN_OR_RETURN(const RecordedEvent event, recorded.At({index, 0}));
    TALLY_ASSIGN_OR_RETURN(const Erasure erasure, DecodeErasure(event.body));
    erased.Add(erasure.part);
  }
  return erased;
}

}  // namespace

absl::Status CheckErasureAgreed(const ErasureAgreed& agreed, Place place,
                                const RecordedEvents& recorded, Extent extent) {
  TALLY_ASSIGN_OR_RETURN(
      const std::optional<RecordedEvent> event,
      Named(agreed.event, {agreed.index, agreed.offset}, place, recorded, extent));
  return event.has_value() ? CheckPart(agreed.part, *event) : absl::OkStatus();
}

absl::Status CheckErasure(const Erasure& erasure, Place place, StreamTable& streams,
                          const RecordedEvents& recorded, Extent extent) {
  const EventAddress address{erasure.index, erasure.offset};
  TALLY_ASSIGN_OR_RETURN(const std::optional<RecordedEvent> event,
                         Named(erasure.event, address, place, recorded, extent));
  if (!event.has_value()) return absl::OkStatus();
  TALLY_RETURN_IF_ERROR(CheckPart(erasure.part, *event));
  TALLY_ASSIGN_OR_RETURN(const ErasedRows before, ErasedBefore(address, streams, recorded));
  // After some rows all the others may be erased together, and nothing after that.
  const bool again = erasure.part.IsWhole()
                         ? before.whole()
                         : before.Touches(erasure.part.first, erasure.part.limit());
  if (again) {
    const std::string what =
        before.whole() ? "" : absl::StrCat(", of its ", erasure.part.ToText(), " some,");
    return absl::AlreadyExistsError(
        absl::StrCat("event ", address.ToText(), what, " was erased before"));
  }
  return ErasureJudge(erasure, *event, streams, recorded, extent).Run();
}

}  // namespace tally::ledger
