// The audit: the whole ledger folded again from its first record, by the rules that admitted it.
//
//   segments -> (any thread) form, hashes, signatures of each record
//            -> (in order)   times, keys, order rules, link, tree, rows
//            -> (at the end) rows of the store against rows derived, heads against the tree
//
// The fold ends at the first record that is wrong: what follows was judged by a state that never
// was. Whatever happens, there is a verdict.
#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/chain/recorded_form.h"
#include "ledger/ledger.h"
#include "ledger/log/audit.h"
#include "ledger/log/audit_record.h"
#include "ledger/log/audit_rows.h"
#include "ledger/log/equivocation.h"
#include "ledger/log/erasing.h"
#include "ledger/log/head_file.h"
#include "ledger/log/layout.h"
#include "ledger/log/linker.h"
#include "ledger/log/log_tree.h"
#include "ledger/log/reader.h"
#include "ledger/log/recorded_time.h"
#include "ledger/log/stored_events.h"
#include "ledger/log/verdict_tally.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

// Segments that are read and checked together: enough for every thread, and no more memory than
// that. One thread goes segment by segment, so a wrong record ends its work at once.
size_t SegmentsAtOnce(int threads) { return threads <= 1 ? 1 : 4 * static_cast<size_t>(threads); }

// Calls `work` for 0 to count-1 on up to `threads` threads.
void ForEach(size_t count, int threads, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next{0};
  const auto loop = [&] {
    for (size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::thread> others;
  for (int i = 1; i < threads && static_cast<size_t>(i) < count; ++i) others.emplace_back(loop);
  loop();
  for (std::thread& other : others) other.join();
}

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
    case absl::StatusCode::kDataLoss:
      return "row";
    default:
      return "admission";
  }
}

class Auditor {
 public:
  Auditor(const Store& store, int threads)
      : store_(store),
        threads_(std::max(threads, 1)),
        rows_(store, findings_),
        streams_(rows_),
        recorded_(store) {}

  // nullopt: there is no head to compare with; the records are judged all the same.
  void Run(const std::optional<HeadSlot>& head);
  void Fail(std::string kind, std::string expected, std::string found) {
    findings_.Add({std::move(kind), std::nullopt, "", std::move(expected), std::move(found)});
  }
  AuditReport Report() &&;

 private:
  using Segments = std::vector<std::shared_ptr<const StoredSegment>>;
  absl::Status Fold(uint64_t head_size);
  absl::StatusOr<Segments> ReadSegments(uint64_t first);
  std::vector<AuditedRecord> CheckBytes(const Segments& segments);
  // False when the record is wrong.
  absl::StatusOr<bool> FoldRecord(AuditedRecord& audited);
  absl::Status JudgeRecord(AuditedRecord& audited, Place place, Admission& admission);
  absl::Status CheckTime(const AuditedRecord& audited);
  bool CheckLink(const AuditedRecord& audited, const Linked& linked);
  void CountLaterKinds(const AuditedRecord& audited);
  void NoteLaterKinds();
  void CheckHead(const HeadSlot& head);
  absl::Status CheckEquivocations();
  void WrongAt(const AuditedRecord& audited, std::string kind, std::string expected,
               std::string found);

  const Store& store_;
  const int threads_;
  AuditFindings findings_;
  AuditRows rows_;
  StreamTable streams_;
  const StoredEvents recorded_;
  // Named by rows of the store: each of them must follow from an erasure in the end.
  ErasedByEvent erased_;
  std::optional<LogTree> tree_;
  Keyring keyring_;
  LedgerId ledger_;
  std::optional<Genesis> genesis_;
  int64_t last_ms_ = 0;
  std::optional<Hash> root_at_head_;
  bool complete_ = false;
  // Events of kinds that are not in this version's table, and where each kind stands first.
  struct LaterKind {
    uint64_t events = 0;
    EventAddress first;
  };
  std::map<int, LaterKind> later_kinds_;
  VerdictTally verdicts_;
  AuditReport report_;
};

void Auditor::WrongAt(const AuditedRecord& audited, std::string kind, std::string expected,
                      std::string found) {
  findings_.Add({std::move(kind), audited.index, absl::StrCat(audited.record.stream),
                 std::move(expected), std::move(found)});
}

absl::StatusOr<Auditor::Segments> Auditor::ReadSegments(uint64_t first) {
  const SegmentReader reader(store_);
  Segments segments;
  while (segments.size() < SegmentsAtOnce(threads_)) {
    absl::StatusOr<std::shared_ptr<const StoredSegment>> segment = reader.StartingAt(first);
    if (absl::IsNotFound(segment.status())) break;
    if (!segment.ok()) {
      findings_.Add(
          {"segment", first, "", "a readable segment", std::string(segment.status().message())});
      complete_ = false;
      break;
    }
    rows_.Expect(layout::Spine(first));
    rows_.Expect(layout::Bodies(first));
    first = (*segment)->spine.limit_index();
    segments.push_back(*std::move(segment));
  }
  return segments;
}

std::vector<AuditedRecord> Auditor::CheckBytes(const Segments& segments) {
  std::vector<std::pair<const StoredSegment*, uint64_t>> places;
  for (const auto& segment : segments) {
    for (uint64_t index = segment->spine.first_index(); index < segment->spine.limit_index();
         ++index) {
      places.emplace_back(segment.get(), index);
    }
  }
  std::vector<AuditedRecord> records(places.size());
  ForEach(places.size(), threads_, [&](size_t i) {
    records[i] = AuditRecordBytes(*places[i].first, places[i].second, ledger_, keyring_, erased_);
  });
  return records;
}

absl::Status Auditor::CheckTime(const AuditedRecord& audited) {
  if (audited.recorded_ms >= last_ms_ || audited.index == 0) return absl::OkStatus();
  if (audited.candidate.kind() == BodyKind::kTimeCorrected) {
    TALLY_ASSIGN_OR_RETURN(const TimeCorrected corrected,
                           DecodeTimeCorrected(audited.candidate.batch.events[0].body));
    const Instant after = InstantOfMilliseconds(audited.recorded_ms);
    if (IsCorrection(corrected.time, after)) {
      report_.notes.push_back(StepNote(audited.index, InstantOfMilliseconds(last_ms_), after));
      return absl::OkStatus();
    }
  }
  return absl::AbortedError(absl::StrCat("recorded time goes back from ", last_ms_, " ms"));
}

absl::Status Auditor::JudgeRecord(AuditedRecord& audited, Place place, Admission& admission) {
  Candidate& candidate = audited.candidate;
  if (audited.index == 0) {
    TALLY_ASSIGN_OR_RETURN(admission, JudgeGenesis(candidate));
    TALLY_ASSIGN_OR_RETURN(genesis_, DecodeGenesis(candidate.batch.events[0].body));
    // The key that signs the genesis stands in the genesis.
    Keyring own;
    TALLY_RETURN_IF_ERROR(own.Apply(0, StreamId(), candidate.header(),
                                    candidate.batch.events[0].body,
                                    {candidate.checked.evidence.key, place.recorded}));
    const KeyFingerprint& signer = candidate.checked.evidence.key;
    if (own.Judge(signer, {StreamId(), BodyKind::kGenesis}, 0, place.recorded) !=
        KeyVerdict::kValid) {
      return absl::PermissionDeniedError("genesis is not signed by an operator's key of its own");
    }
    return CheckCandidateSignature(ledger_, *own.Find(signer)->verifier, candidate);
  }
  if (!candidate.signature_checked) {
    const KeyEntry* key = keyring_.Find(candidate.checked.evidence.key);
    if (key == nullptr)
      return absl::PermissionDeniedError("the key is not registered at this index");
    TALLY_RETURN_IF_ERROR(CheckCandidateSignature(ledger_, *key->verifier, candidate));
  }
  const AdmissionRules rules(ledger_, streams_, *tree_, keyring_, Extent::kWhole, &recorded_);
  TALLY_ASSIGN_OR_RETURN(admission, rules.JudgeRecorded(candidate, place));
  return absl::OkStatus();
}

bool Auditor::CheckLink(const AuditedRecord& audited, const Linked& linked) {
  const Record& expected = linked.record;
  const Record& found = audited.record;
  if (found == expected) return true;
  if (found.stream != expected.stream) {
    WrongAt(audited, "record-stream", absl::StrCat(expected.stream), absl::StrCat(found.stream));
  } else if (found.sequence != expected.sequence) {
    WrongAt(audited, "record-sequence", absl::StrCat(expected.sequence),
            absl::StrCat(found.sequence));
  } else {
    WrongAt(audited, "record-previous", expected.previous.ToHex(), found.previous.ToHex());
  }
  return false;
}

void Auditor::CountLaterKinds(const AuditedRecord& audited) {
  const std::vector<EventHeader>& headers = audited.candidate.checked.headers;
  for (uint32_t offset = 0; offset < headers.size(); ++offset) {
    if (!IsLaterKind(headers[offset].kind)) continue;
    LaterKind& later = later_kinds_[static_cast<int>(headers[offset].kind)];
    if (later.events++ == 0) later.first = {audited.index, offset};
  }
}

void Auditor::NoteLaterKinds() {
  for (const auto& [kind, later] : later_kinds_) {
    report_.notes.push_back(
        absl::StrCat(later.events, later.events == 1 ? " event" : " events", " of kind ", kind,
                     ", which this version does not know, from ", later.first.ToText(),
                     " on: hashes, links and signatures hold, what the bodies say was not read"));
  }
}

absl::StatusOr<bool> Auditor::FoldRecord(AuditedRecord& audited) {
  rows_.SetIndex(audited.index);
  if (!audited.wrong.empty()) {
    WrongAt(audited, audited.wrong, audited.expected, audited.found);
    return false;
  }
  const Place place{audited.index, InstantOfMilliseconds(audited.recorded_ms)};
  Admission admission;
  absl::Status judged = CheckTime(audited);
  if (judged.ok()) judged = JudgeRecord(audited, place, admission);
  if (!judged.ok()) {
    if (absl::IsUnavailable(judged)) return judged;
    WrongAt(audited, KindOfRefusal(judged), "a batch that admission accepts",
            std::string(judged.message()));
    return false;
  }
  const Signing signing = SigningOf(audited.candidate, admission);
  Linker linker(ledger_, streams_, *tree_, keyring_);
  absl::StatusOr<Linked> linked = linker.Link(audited.candidate, std::move(admission), place);
  if (!linked.ok()) {
    WrongAt(audited, KindOfRefusal(linked.status()), "rows that admit it",
            std::string(linked.status().message()));
    return false;
  }
  if (!CheckLink(audited, *linked)) return false;
  last_ms_ = audited.recorded_ms;
  CountLaterKinds(audited);
  verdicts_.Add(audited.candidate.checked.evidence.key, signing, audited.index, place.recorded);
  ++report_.covered.records;
  ++report_.covered.signatures;
  report_.covered.events += audited.candidate.batch.events.size();
  report_.covered.bodies += audited.candidate.batch.events.size() - audited.erased;
  report_.covered.erased += audited.erased;
  return true;
}

absl::Status Auditor::Fold(uint64_t head_size) {
  TALLY_ASSIGN_OR_RETURN(tree_, LogTree::Load(rows_, 0));
  TALLY_ASSIGN_OR_RETURN(erased_, ErasedEvents(store_));
  complete_ = true;
  for (uint64_t first = 0; complete_;) {
    TALLY_ASSIGN_OR_RETURN(const Segments segments, ReadSegments(first));
    if (segments.empty()) break;
    std::vector<AuditedRecord> records = CheckBytes(segments);
    for (AuditedRecord& audited : records) {
      TALLY_ASSIGN_OR_RETURN(const bool good, FoldRecord(audited));
      if (!good) {
        complete_ = false;
        rows_.SetCutShort();
        return tree_->Flush();
      }
      if (tree_->size() == head_size) root_at_head_ = tree_->Root();
    }
    first = segments.back()->spine.limit_index();
  }
  if (!complete_) rows_.SetCutShort();
  TALLY_RETURN_IF_ERROR(streams_.Flush());
  return tree_->Flush();
}

void Auditor::CheckHead(const HeadSlot& head) {
  if (tree_->size() < head.size) {
    findings_.Add({"outside-head", tree_->size(), "", absl::StrCat(head.size, " records"),
                   absl::StrCat(tree_->size(), " records")});
    return;
  }
  if (tree_->size() > head.size) {
    report_.notes.push_back(absl::StrCat(
        tree_->size() - head.size, " records behind the signed head were never acknowledged"));
  }
  const Hash root = root_at_head_.value_or(EmptyTreeHash());
  if (root != head.root) Fail("tree-root", head.root.ToHex(), root.ToHex());
  if (head.ledger != ledger_) Fail("ledger-id", head.ledger.ToHex(), ledger_.ToHex());
  const absl::StatusOr<Checkpoint> note = keyring_.log_keys().Open(head.note);
  if (!note.ok()) {
    Fail("head-signature", "a checkpoint signed by the log key",
         std::string(note.status().message()));
  } else if (note->size != head.size || note->root != head.root) {
    Fail("head-signature", absl::StrCat(head.size, " ", head.root.ToHex()),
         absl::StrCat(note->size, " ", note->root.ToHex()));
  }
}

// What authors said twice: kept beside the records, so it proves itself.
absl::Status Auditor::CheckEquivocations() {
  std::vector<WriteSet::Put> kept;
  TALLY_RETURN_IF_ERROR(store_.Scan(Bytes{'Q'}, Bytes{'Q' + 1}, [&](ByteView key, ByteView value) {
    kept.push_back({Bytes(key.begin(), key.end()), Bytes(value.begin(), value.end())});
    return true;
  }));
  for (const WriteSet::Put& row : kept) {
    ByteReader key(ByteView(row.key).subspan(1));
    const uint64_t opening = key.U64();
    const uint64_t position = key.U64();
    const absl::StatusOr<StreamRow*> stream = streams_.At(opening);
    absl::Status checked = key.Finish("equivocation");
    if (checked.ok()) checked = stream.status();
    if (checked.ok()) {
      checked = CheckEquivocation(row.value, ledger_, (*stream)->state.id, position, keyring_);
    }
    if (checked.ok()) continue;
    findings_.Add({"equivocation", std::nullopt, absl::StrCat(opening), "two words of one author",
                   std::string(checked.message())});
  }
  return absl::OkStatus();
}

void Auditor::Run(const std::optional<HeadSlot>& head) {
  absl::Status status = Fold(head.has_value() ? head->size : 0);
  // After a wrong record, rows that follow from later ones cannot be told from extra ones.
  if (status.ok() && complete_) {
    status = rows_.Finish();
    if (status.ok()) status = CheckEquivocations();
    if (head.has_value() && tree_->size() == 0) {
      Fail("outside-head", absl::StrCat(head->size, " records"), "an empty store");
    } else if (head.has_value()) {
      CheckHead(*head);
    }
  }
  NoteLaterKinds();
  if (complete_) {
    for (std::string& note : ErasureNotes(erased_)) report_.notes.push_back(std::move(note));
  }
  if (complete_ && erased_.size() > report_.covered.erased) {
    report_.notes.push_back(absl::StrCat(
        erased_.size() - report_.covered.erased,
        " bodies that erasures name are still there: whoever appends next carries it out"));
  }
  for (std::string& note : verdicts_.Notes(keyring_)) report_.notes.push_back(std::move(note));
  if (!status.ok()) Fail("store-unreadable", "a readable store", std::string(status.message()));
  report_.ledger_id = ledger_;
  report_.origin = genesis_ ? genesis_->origin : "";
  // Without a head nothing is acknowledged; what the records come to is shown.
  report_.size = head.has_value() ? head->size : tree_.has_value() ? tree_->size() : 0;
  if (!head.has_value() && tree_.has_value()) root_at_head_ = tree_->Root();
  report_.root = root_at_head_.value_or(Hash());
  if (const auto streams = rows_.AllStreams(); streams.ok())
    report_.covered.streams = streams->size();
}

AuditReport Auditor::Report() && {
  report_.findings = std::move(findings_).Take();
  report_.verified = report_.findings.empty();
  return std::move(report_);
}

AuditReport Unreadable(const absl::Status& status) {
  AuditReport report;
  report.findings.push_back(
      {"store-unreadable", std::nullopt, "", "a readable store", std::string(status.message())});
  return report;
}

}  // namespace

AuditReport AuditStore(const Store& store, const absl::StatusOr<HeadSlot>& head, int threads) {
  Auditor auditor(store, threads);
  // Said first: without it a ledger that was rolled back looks whole.
  if (!head.ok()) {
    auditor.Fail("outside-head", "the signed head that lies outside the store",
                 std::string(head.status().message()));
  }
  auditor.Run(head.ok() ? std::optional<HeadSlot>(*head) : std::nullopt);
  return std::move(auditor).Report();
}

AuditReport Audit(const AuditOptions& options) {
  const EmbeddedLogOptions backend = BackendOptions(options.ledger);
  Store::Options store_options;
  store_options.directory = backend.directory + "/store";
  store_options.check_files = true;
  const absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(store_options);
  if (!store.ok()) return Unreadable(store.status());
  AuditReport report = AuditStore(**store, HeadFile::Read(backend.head_path), options.threads);
  if (!report.verified) return report;
  // The judgement that every start passes, with its own words.
  const absl::StatusOr<ReadableLog> judged = OpenEmbeddedLogForReading(backend);
  if (judged.ok()) return report;
  report.verified = false;
  report.findings.push_back({"start-refused", std::nullopt, "", "a store that a reader opens",
                             std::string(judged.status().message())});
  return report;
}

}  // namespace tally::ledger
