// The nightly projection of one agreement as a pure function, what it leaves for people to decide,
// and the cheap question whether it could give anything new.
//
// Idempotence: a statement is made only where the figures' digest differs from that of the newest
// statement about the window, and the digest covers nothing that moves with K alone; a closing only
// where none is in force. So a second run over a ledger that holds the output of the first is
// empty.
#include "replay/project.h"

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "replay/answer.h"
#include "replay/canonical.h"
#include "replay/case_file.h"
#include "replay/dispute/calendar.h"
#include "replay/dispute/exclusion_standing.h"
#include "replay/dispute/restatement.h"
#include "replay/window_plan.h"
#include "schema/erasure.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr char kProjection[] = "compliance";
constexpr uint64_t kSystemStream = 0;

Statement StatementOf(const WindowResult& window, const Result& result, const Hash& root) {
  Statement statement;
  statement.projection = kProjection;
  statement.engine = kEngineVersion;
  statement.terms_hash = window.terms;
  statement.objective = window.objective;
  statement.window = window.window;
  statement.size = result.known.size;
  statement.root = root;
  statement.knowledge = result.known.instant;
  statement.figures = window.figures;
  statement.result = result.digest;
  return statement;
}

WindowClosed ClosingOf(const WindowResult& window, const EvaluatedWindow& evaluated,
                       const Result& result) {
  WindowClosed closing;
  closing.window = {window.objective, window.window};
  closing.terms_hash = window.terms;
  closing.size = result.known.size;
  closing.knowledge = result.known.instant;
  closing.figures = window.figures;
  closing.verdict = std::string(VerdictName(window.verdict));
  closing.value = window.value.has_value() ? FractionText(window.value) : "";
  if (window.credit.has_value()) closing.credit = window.credit->amount;
  closing.outages = evaluated.outages;
  closing.caps = evaluated.caps;
  return closing;
}

// True when (then, now] holds `at`.
bool Expired(Instant at, Instant then, Instant now) { return then < at && at <= now; }

// Whether the clock alone could change a figure or close a window between the two instants.
absl::StatusOr<bool> TimerExpired(const CaseFile& file, Instant then, Instant now) {
  if (file.targets().AnswerEnded(then, now)) return true;
  for (const TermsVersion* version : file.versions()) {
    const DisputeRules& rules = version->terms->disputes;
    const Zone& zone = file.ZoneOf(version->terms->zone);
    if (SilenceEnded(file.exclusions(), *version, zone, then, now)) return true;
    TALLY_ASSIGN_OR_RETURN(const bool answered,
                           AnswerTimeEnded(file.restatements(), *version, zone,
                                           file.CalendarsOf(*version), then, now));
    if (answered) return true;
    for (const Objective& objective : version->terms->objectives) {
      // A window that ended so long before `then` has had its cut-off before it as well.
      Interval range{then - Days(int64_t{rules.evidence_cutoff_days} + 2), now + Duration{1}};
      TALLY_ASSIGN_OR_RETURN(std::vector<Window> windows,
                             WindowsOf(file, *version, objective, range));
      for (const Window& window : windows) {
        Instant cutoff = DueAfterWindow(zone, window.interval, rules.evidence_cutoff_days);
        bool ran = window.interval.first <= now && window.interval.limit > then && now > then;
        // Unknown time that counts grows with K; elsewhere K decides no figure of an open window.
        bool grows = ran && objective.measure.unknown != CountsAs::kUp;
        if (grows || Expired(window.interval.limit, then, now) || Expired(cutoff, then, now)) {
          return true;
        }
      }
    }
  }
  return false;
}

// Calls `visit` for each event of a stream from record `size` on, until it gives true.
absl::StatusOr<bool> AnySince(
    const ledger::Ledger& ledger, uint64_t size, uint64_t stream,
    const std::function<absl::StatusOr<bool>(const ledger::VerifiedEvent& event)>& visit) {
  ledger::ReadOptions options;
  options.first = size;
  options.stream = stream;
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<ledger::Cursor> cursor, ledger.Read(options));
  while (true) {
    TALLY_ASSIGN_OR_RETURN(std::optional<ledger::VerifiedRecord> record, cursor->Next());
    if (!record.has_value()) return false;
    for (const ledger::VerifiedEvent& event : record->events()) {
      TALLY_ASSIGN_OR_RETURN(const bool found, visit(event));
      if (found) return true;
    }
  }
}

// An erasure is an act of the system stream: of an event in one of `streams` it takes a figure.
absl::StatusOr<bool> ErasedSince(const ledger::Ledger& ledger, uint64_t size,
                                 const std::vector<uint64_t>& streams) {
  return AnySince(
      ledger, size, kSystemStream, [&](const ledger::VerifiedEvent& event) -> absl::StatusOr<bool> {
        if (event.header.kind != BodyKind::kErasure) return false;
        TALLY_ASSIGN_OR_RETURN(const Erasure erasure, DecodeErasure(event.body));
        TALLY_ASSIGN_OR_RETURN(const ledger::VerifiedRecord erased,
                               ledger.ReadRecord(erasure.index));
        return std::find(streams.begin(), streams.end(), erased.stream()) != streams.end();
      });
}

absl::StatusOr<CaseRequest> RequestAt(const ledger::Ledger& ledger, absl::string_view agreement,
                                      uint64_t size, Instant knowledge) {
  CaseRequest wanted;
  wanted.agreement = std::string(agreement);
  TALLY_ASSIGN_OR_RETURN(wanted.axes, AxesAt(ledger, size, knowledge));
  if (knowledge >= wanted.axes.recorded) return wanted;
  return absl::InvalidArgumentError(absl::StrCat("the job's clock says ", FormatInstant(knowledge),
                                                 ", but record ", size - 1, " was recorded ",
                                                 FormatInstant(wanted.axes.recorded)));
}

ProjectionOutput OutputOf(const CaseFile& file, const Answered& answered, const Hash& root) {
  ProjectionOutput output;
  output.windows = answered.result.windows.size();
  // Terms that only one party attests are shown to whoever asks and posted for nobody.
  bool agreed = file.agreement().Current() != nullptr;
  for (size_t i = 0; agreed && i < answered.result.windows.size(); ++i) {
    const WindowResult& window = answered.result.windows[i];
    const EvaluatedWindow& evaluated = answered.windows[i];
    const Statement* newest =
        file.acts().NewestStatement(kProjection, {window.objective, window.window});
    if (newest == nullptr || newest->figures != window.figures) {
      output.statements.push_back(StatementOf(window, answered.result, root));
    }
    bool closes = window.status != WindowStatus::kOpen && evaluated.closing == nullptr &&
                  file.axes().knowledge >= evaluated.cutoff.instant;
    if (closes) output.closings.push_back(ClosingOf(window, evaluated, answered.result));
  }
  return output;
}

bool AsksForRestatement(const EvaluatedWindow& window) {
  return window.closing != nullptr && window.use.late > 0 &&
         window.plan.version->terms->disputes.late_evidence == LateEvidence::kRestatementProposed;
}

bool SameFigure(const WindowClosed& now, const WindowClosed& closed) {
  return now.verdict == closed.verdict && now.value == closed.value &&
         now.credit == closed.credit && (!closed.outages || now.outages == closed.outages) &&
         (closed.caps.empty() || now.caps == closed.caps);
}

StaleWindow StaleOf(StaleReason reason, const EvaluatedWindow& evaluated, WindowClosed now) {
  return {.reason = reason,
          .closing = evaluated.closing->stamp.at,
          .closed = evaluated.closing->body,
          .now = std::move(now),
          .late = evaluated.use.late};
}

// What became of the figure that is to be proposed: the newest proposal of it decides. A figure
// that more evidence made is another one, and can be proposed again.
void TellProposals(const CaseFile& file, const EvaluatedWindow& window, StaleWindow& stale) {
  for (const RestatementStanding& each : window.restatements) {
    const RestatementProposed& text = each.restatement->body;
    const bool same = text.verdict == stale.now.verdict && text.value == stale.now.value &&
                      text.credit == stale.now.credit;
    if (!same || each.state == "without effect" || each.state == "replaced") continue;
    stale.open = each.state == "proposed" || each.state == "overtaken";
    stale.said =
        absl::StrCat("proposed by ", file.agreement().NameOf(each.restatement->stamp.author),
                     " at ", each.restatement->stamp.at.ToText(), ", ",
                     stale.open ? absl::StrCat("and waits for ", each.answer_by)
                                : absl::StrCat(each.state, " by ", each.answer_by));
  }
  if (!stale.said.empty()) return;
  const std::optional<Instant> due =
      ProposedBefore(*window.plan.version->terms, *window.plan.objective,
                     file.ZoneOf(window.plan.version->terms->zone), window.closing->stamp.time);
  stale.open = !due.has_value() || file.axes().knowledge < *due;
  if (!stale.open) stale.said = absl::StrCat("too late to propose since ", FormatInstant(*due));
}

// What late evidence would make of a window that is closed without it: the same case, in which it
// counts. Closings that it would not change in verdict, value or credit are not listed.
absl::StatusOr<std::vector<StaleWindow>> StaleByLateEvidence(const ledger::Ledger& ledger,
                                                             CaseRequest wanted,
                                                             const Answered& answered) {
  std::vector<StaleWindow> stale;
  if (std::none_of(answered.windows.begin(), answered.windows.end(), AsksForRestatement)) {
    return stale;
  }
  wanted.late_counts = true;
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> file, CaseFile::Open(ledger, wanted));
  TALLY_ASSIGN_OR_RETURN(Answered admitted, AnswerQuestion(*file, {}));
  // Late evidence may move watermarks, so that more windows are planned; none is missing.
  for (const EvaluatedWindow& evaluated : answered.windows) {
    if (!AsksForRestatement(evaluated)) continue;
    for (size_t i = 0; i < admitted.windows.size(); ++i) {
      if (admitted.windows[i].plan.name() != evaluated.plan.name()) continue;
      WindowClosed now =
          ClosingOf(admitted.result.windows[i], admitted.windows[i], admitted.result);
      if (SameFigure(now, evaluated.closing->body)) continue;
      stale.push_back(StaleOf(StaleReason::kLateEvidence, evaluated, std::move(now)));
      TellProposals(*file, evaluated, stale.back());
    }
  }
  return stale;
}

StaleReason ReasonOf(const ClosedDifference& difference) {
  switch (difference.by) {
    case ClosedDifference::By::kRules:
      return StaleReason::kRules;
    case ClosedDifference::By::kActs:
      return StaleReason::kReopened;
    case ClosedDifference::By::kTerms:
      return StaleReason::kAlwaysRestated;
    case ClosedDifference::By::kNothing:
      return StaleReason::kNotReproduced;
  }
  TALLY_CHECK(false);
}

absl::StatusOr<std::vector<StaleWindow>> StaleWindows(const ledger::Ledger& ledger,
                                                      const CaseRequest& wanted,
                                                      const Answered& answered) {
  TALLY_ASSIGN_OR_RETURN(std::vector<StaleWindow> stale,
                         StaleByLateEvidence(ledger, wanted, answered));
  for (size_t i = 0; i < answered.windows.size(); ++i) {
    const EvaluatedWindow& evaluated = answered.windows[i];
    const WindowResult& window = answered.result.windows[i];
    if (!window.closed.has_value() || !window.closed->differs) continue;
    if (evaluated.use.erased) continue;  // what was closed is all that is left of the figure
    // What both signed is restated already.
    const RestatementStanding* restated_as = InForce(evaluated.restatements);
    const bool agreed =
        restated_as != nullptr && restated_as->restatement->body.figures == window.figures;
    if (agreed) continue;
    const StaleReason reason = ReasonOf(answered.differences[i]);
    // Both reasons may hold; the one that needs no agreement is what replay goes by already.
    std::erase_if(stale, [&](const StaleWindow& each) {
      return each.closed.window == evaluated.closing->body.window;
    });
    stale.push_back(StaleOf(reason, evaluated, ClosingOf(window, evaluated, answered.result)));
    stale.back().open = reason == StaleReason::kNotReproduced;
  }
  std::sort(stale.begin(), stale.end(), [](const StaleWindow& a, const StaleWindow& b) {
    return a.closed.window < b.closed.window;
  });
  return stale;
}

}  // namespace

absl::string_view StaleReasonName(StaleReason reason) {
  switch (reason) {
    case StaleReason::kAlwaysRestated:
      return "always restated";
    case StaleReason::kReopened:
      return "reopened";
    case StaleReason::kRules:
      return "rules over windows";
    case StaleReason::kLateEvidence:
      return "restatement to propose";
    case StaleReason::kNotReproduced:
      return "not reproduced";
  }
  TALLY_CHECK(false);
}

absl::StatusOr<ProjectionOutput> Project(const ledger::Ledger& ledger, absl::string_view agreement,
                                         uint64_t size, Instant knowledge) {
  TALLY_ASSIGN_OR_RETURN(const CaseRequest wanted, RequestAt(ledger, agreement, size, knowledge));
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> file, CaseFile::Open(ledger, wanted));
  TALLY_ASSIGN_OR_RETURN(Answered answered, AnswerQuestion(*file, {}));
  TALLY_ASSIGN_OR_RETURN(Hash root, ledger.RootAt(size));
  return OutputOf(*file, answered, root);
}

absl::StatusOr<NightlyLook> LookNightly(const ledger::Ledger& ledger, absl::string_view agreement,
                                        uint64_t size, Instant knowledge) {
  NightlyLook look;
  TALLY_ASSIGN_OR_RETURN(const CaseRequest wanted, RequestAt(ledger, agreement, size, knowledge));
  absl::StatusOr<std::unique_ptr<CaseFile>> file = CaseFile::Open(ledger, wanted);
  if (absl::IsFailedPrecondition(file.status())) {
    // Terms that wait for a signature are no failure; zone rules that are missing are one.
    TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> acts, CaseFile::OpenActs(ledger, wanted));
    look.waits = acts->versions().empty();
    if (look.waits) return look;
  }
  if (!file.ok()) return file.status();
  TALLY_ASSIGN_OR_RETURN(Answered answered, AnswerQuestion(**file, {}));
  TALLY_ASSIGN_OR_RETURN(Hash root, ledger.RootAt(size));
  look.output = OutputOf(**file, answered, root);
  TALLY_ASSIGN_OR_RETURN(look.stale, StaleWindows(ledger, wanted, answered));
  for (Deadline& deadline : answered.result.deadlines) {
    if (deadline.state == "open") look.deadlines.push_back(std::move(deadline));
  }
  for (Right& right : answered.result.rights) {
    if (right.state == "open") look.rights.push_back(std::move(right));
  }
  return look;
}

absl::StatusOr<bool> ChangedSince(const ledger::Ledger& ledger, absl::string_view agreement,
                                  uint64_t size, Instant then, Instant now) {
  CaseRequest wanted;
  wanted.agreement = std::string(agreement);
  TALLY_ASSIGN_OR_RETURN(wanted.axes, AxesAt(ledger, ledger.head().size, now));
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> file, CaseFile::OpenActs(ledger, wanted));
  if (file->versions().empty()) return false;
  std::vector<uint64_t> streams = file->feed_streams();
  streams.push_back(file->stream());
  for (uint64_t stream : streams) {
    TALLY_ASSIGN_OR_RETURN(const bool more,
                           AnySince(ledger, size, stream, [](const ledger::VerifiedEvent& event) {
                             // The job's own output changes no figure.
                             return event.header.kind != BodyKind::kStatement &&
                                    event.header.kind != BodyKind::kWindowClosed;
                           }));
    if (more) return true;
  }
  TALLY_ASSIGN_OR_RETURN(const bool erased, ErasedSince(ledger, size, streams));
  if (erased) return true;
  return TimerExpired(*file, then, now);
}

}  // namespace tally::replay
