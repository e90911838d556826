#include "tools/project_run.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/fault.h"
#include "tools/receipts.h"

namespace tally::tools {
namespace {

// Looked at before their acts are appended together. The same for any number of threads, so that
// the order of acts and what shares a commit are the same too.
constexpr size_t kAgreementsAtATime = 64;

// (N, K) of a run.
struct RunName {
  uint64_t size = 0;
  Instant knowledge;
  auto Key() const { return std::make_pair(size, knowledge.micros); }
};
// The newest act of the job on an agreement's stream.
struct NewestOutput {
  RunName run;
  uint64_t index = 0;
};
struct Candidate {
  ledger::StreamState stream;
  std::optional<NewestOutput> newest;
};
// Everything that the job has ever said, as far as the next run asks about it.
struct History {
  std::vector<Candidate> agreements;                          // by name
  std::map<std::pair<uint64_t, int64_t>, uint64_t> run_ends;  // index of each run's last act
  // True unless the run may have been stopped amid the acts of this agreement.
  bool Finished(const NewestOutput& newest) const {
    return newest.index < run_ends.at(newest.run.Key());
  }
};

// The run that an act belongs to; nullopt for acts that are not the job's.
absl::StatusOr<std::optional<RunName>> RunOf(BodyKind kind, ByteView body) {
  if (kind == BodyKind::kStatement) {
    TALLY_ASSIGN_OR_RETURN(const Statement statement, DecodeStatement(body));
    return RunName{statement.size, statement.knowledge};
  }
  if (kind == BodyKind::kWindowClosed) {
    TALLY_ASSIGN_OR_RETURN(const WindowClosed closing, DecodeWindowClosed(body));
    return RunName{closing.size, closing.knowledge};
  }
  return std::nullopt;
}

using OutputVisitor = std::function<void(const RunName&, const ledger::VerifiedEvent&)>;
absl::Status VisitOutputs(const ledger::Ledger& ledger, const ledger::StreamState& agreement,
                          const OutputVisitor& visit) {
  TALLY_ASSIGN_OR_RETURN(const auto cursor, ledger.Read({.stream = agreement.opening_index}));
  while (true) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<ledger::VerifiedRecord> record, cursor->Next());
    if (!record.has_value()) return absl::OkStatus();
    for (const ledger::VerifiedEvent& event : record->events()) {
      TALLY_ASSIGN_OR_RETURN(const std::optional<RunName> run,
                             RunOf(event.header.kind, event.body));
      if (run.has_value()) visit(*run, event);
    }
  }
}

absl::StatusOr<History> ReadHistory(const ledger::Ledger& ledger) {
  History history;
  TALLY_ASSIGN_OR_RETURN(const std::vector<ledger::StreamState> streams, ledger.Streams());
  for (const ledger::StreamState& stream : streams) {
    if (stream.kind != StreamKind::kAgreement) continue;
    Candidate candidate{stream, std::nullopt};
    const auto visit = [&](const RunName& run, const ledger::VerifiedEvent& event) {
      candidate.newest = NewestOutput{run, event.address.index};
      uint64_t& end = history.run_ends[run.Key()];
      end = std::max(end, event.address.index);
    };
    TALLY_RETURN_IF_ERROR(VisitOutputs(ledger, stream, visit));
    history.agreements.push_back(std::move(candidate));
  }
  std::sort(history.agreements.begin(), history.agreements.end(),
            [](const Candidate& a, const Candidate& b) { return a.stream.name < b.stream.name; });
  return history;
}

// Where the run stands. Without --knowledge it begins now, with all that is recorded. With it, it
// goes on where its own acts say that it stood, or begins with what was recorded by then.
absl::StatusOr<RunName> ChooseRun(const Invocation& call, const ledger::Ledger& ledger,
                                  const History& history, const ProjectOptions& options) {
  const Instant now = call.world.clock->Now();
  const ledger::Head head = ledger.head();
  if (!options.knowledge.has_value()) {
    if (head.recorded <= now) return RunName{head.size, now};
    return Refuse("usage",
                  absl::StrCat("the job's clock says ", FormatInstant(now), ", but record ",
                               head.size - 1, " was recorded ", FormatInstant(head.recorded)),
                  "set this machine's clock");
  }
  const Instant knowledge = *options.knowledge;
  if (knowledge > now) {
    return Refuse("usage",
                  absl::StrCat("--knowledge: ", FormatInstant(knowledge), " is in the future"));
  }
  std::optional<RunName> run;
  for (const auto& [name, end] : history.run_ends) {
    if (name.second == knowledge.micros) run = RunName{name.first, knowledge};
    if (name.second > knowledge.micros) {
      return Refuse("usage",
                    absl::StrCat("--knowledge: a later run, of ", FormatInstant({name.second}),
                                 ", has appended statements"),
                    "run without --knowledge");
    }
  }
  if (run.has_value()) return *run;
  TALLY_ASSIGN_OR_RETURN(const uint64_t size, ledger.SizeAsRecorded(knowledge));
  if (size > 0) return RunName{size, knowledge};
  return Refuse(
      "usage", absl::StrCat("--knowledge: the ledger holds nothing of ", FormatInstant(knowledge)));
}

enum class Sighting { kPassedOver, kLooked, kFailed };
struct Looked {
  Sighting seen = Sighting::kFailed;
  absl::Status failure;
  replay::NightlyLook look;
};

// A failure of the ledger rather than of one agreement's terms or evidence.
bool IsOfTheLedger(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsUnavailable(status) || absl::IsInternal(status);
}

class Run {
 public:
  Run(const Invocation& call, AppendSession& session, const AuthorKey& key,
      const ProjectOptions& options, const History& history, const RunName& run)
      : call_(call),
        session_(session),
        key_(key),
        options_(options),
        history_(history),
        run_(run),
        resumed_(history.run_ends.count(run.Key()) > 0) {}

  absl::StatusOr<ProjectTotals> Play() {
    totals_.size = run_.size;
    totals_.knowledge = run_.knowledge;
    totals_.resumed = resumed_;
    totals_.agreements = history_.agreements.size();
    Progress progress(call_.world, call_.console, "project", history_.agreements.size());
    for (size_t first = 0; first < history_.agreements.size(); first += kAgreementsAtATime) {
      if (call_.world.interrupted && call_.world.interrupted()) {
        return Refuse("interrupted",
                      absl::StrCat("stopped after ", first, " of ", history_.agreements.size(),
                                   " agreements"),
                      absl::StrCat("run it again; --knowledge ", FormatInstant(run_.knowledge),
                                   " goes on at the same instant"));
      }
      const size_t limit = std::min(first + kAgreementsAtATime, history_.agreements.size());
      const std::vector<Looked> looked = LookAtAll(first, limit);
      TALLY_RETURN_IF_ERROR(Append(first, looked));
      progress.Advance(limit);
    }
    return std::move(totals_);
  }

 private:
  // Reads only; called by several threads. Whatever they do in whatever order, each fills its slot.
  std::vector<Looked> LookAtAll(size_t first, size_t limit) const {
    std::vector<Looked> slots(limit - first);
    std::atomic<size_t> next{0};
    const auto work = [&] {
      for (size_t i = next++; i < slots.size(); i = next++) {
        if (call_.world.interrupted && call_.world.interrupted()) return;
        slots[i] = LookAtOne(history_.agreements[first + i]);
      }
    };
    std::vector<std::thread> workers;
    for (size_t i = 1; i < options_.jobs && i < slots.size(); ++i) workers.emplace_back(work);
    work();
    for (std::thread& worker : workers) worker.join();
    return slots;
  }

  Looked LookAtOne(const Candidate& candidate) const {
    Looked looked;
    const absl::StatusOr<bool> needed = IsNeeded(candidate);
    if (!needed.ok()) {
      looked.failure = needed.status();
      return looked;
    }
    if (!*needed) {
      looked.seen = Sighting::kPassedOver;
      return looked;
    }
    absl::StatusOr<replay::NightlyLook> look =
        replay::LookNightly(session_.ledger(), candidate.stream.name, run_.size, run_.knowledge);
    if (!look.ok()) {
      looked.failure = look.status();
      return looked;
    }
    looked.seen = Sighting::kLooked;
    looked.look = *std::move(look);
    return looked;
  }

  absl::StatusOr<bool> IsNeeded(const Candidate& candidate) const {
    if (options_.every) return true;
    const std::optional<NewestOutput>& newest = candidate.newest;
    if (options_.since.has_value()) {
      const Instant then = newest.has_value() ? newest->run.knowledge : Instant::Min();
      return replay::ChangedSince(session_.ledger(), candidate.stream.name, *options_.since, then,
                                  run_.knowledge);
    }
    if (!newest.has_value() || !history_.Finished(*newest)) return true;
    if (newest->run.Key() == run_.Key()) return false;
    return replay::ChangedSince(session_.ledger(), candidate.stream.name, newest->run.size,
                                newest->run.knowledge, run_.knowledge);
  }

  // A crash here leaves the acts up to some place in this order. The same run, started again, finds
  // them and appends the rest; another run finds the agreement at that place not to be finished.
  absl::Status Append(size_t first, const std::vector<Looked>& slots) {
    std::vector<ledger::SignedBatch> batches;
    for (size_t i = 0; i < slots.size(); ++i) {
      TALLY_RETURN_IF_ERROR(TakeOne(history_.agreements[first + i], slots[i], batches));
    }
    if (batches.empty()) return absl::OkStatus();
    return Submit(call_, session_, std::move(batches)).status();
  }

  absl::Status TakeOne(const Candidate& candidate, const Looked& looked,
                       std::vector<ledger::SignedBatch>& batches) {
    const std::string& name = candidate.stream.name;
    if (looked.seen == Sighting::kPassedOver) {
      ++totals_.unchanged;
      call_.console.Note(absl::StrCat(name, ": unchanged"));
      return absl::OkStatus();
    }
    if (looked.seen == Sighting::kFailed) {
      if (looked.failure.ok()) return Refuse("interrupted", "stopped between two agreements");
      if (IsOfTheLedger(looked.failure)) return Translate(Doing::kReading, looked.failure);
      totals_.failures.push_back({name, std::string(looked.failure.message())});
      call_.console.Warning(absl::StrCat(name, ": ", looked.failure.message()));
      return absl::OkStatus();
    }
    if (looked.look.waits) {
      ++totals_.waiting;
      call_.console.Note(absl::StrCat(name, ": no terms are in force yet"));
      return absl::OkStatus();
    }
    return TakeLook(candidate, looked.look, batches);
  }

  absl::Status TakeLook(const Candidate& candidate, const replay::NightlyLook& look,
                        std::vector<ledger::SignedBatch>& batches) {
    const std::string& name = candidate.stream.name;
    TALLY_ASSIGN_OR_RETURN(const std::set<Bytes> said, SaidAlready(candidate));
    const size_t before = batches.size();
    size_t statements = 0;
    for (const Statement& statement : look.output.statements) {
      TALLY_ASSIGN_OR_RETURN(const bool added, Sign(candidate, BodyKind::kStatement,
                                                    Encode(statement), said, batches));
      statements += added;
    }
    for (const WindowClosed& closing : look.output.closings) {
      TALLY_RETURN_IF_ERROR(
          Sign(candidate, BodyKind::kWindowClosed, Encode(closing), said, batches).status());
    }
    const size_t closings = batches.size() - before - statements;
    ++totals_.looked;
    totals_.windows += look.output.windows;
    totals_.statements += statements;
    totals_.closings += closings;
    totals_.unchanged += batches.size() == before;
    for (const replay::Deadline& each : look.deadlines) totals_.deadlines.push_back({name, each});
    for (const replay::Right& each : look.rights) totals_.rights.push_back({name, each});
    for (const replay::StaleWindow& each : look.stale) totals_.stale.push_back({name, each});
    call_.console.Note(
        absl::StrCat(name, ": ",
                     batches.size() == before
                         ? "unchanged, "
                         : absl::StrCat(statements, " new statements, ", closings, " closings, "),
                     look.output.windows, " windows"));
    return absl::OkStatus();
  }

  // Bodies that this run appended before it was stopped; empty if it was not.
  absl::StatusOr<std::set<Bytes>> SaidAlready(const Candidate& candidate) const {
    std::set<Bytes> said;
    if (!resumed_) return said;
    const auto visit = [&](const RunName& run, const ledger::VerifiedEvent& event) {
      if (run.Key() == run_.Key()) said.emplace(event.body.begin(), event.body.end());
    };
    const absl::Status read = VisitOutputs(session_.ledger(), candidate.stream, visit);
    if (!read.ok()) return Translate(Doing::kReading, read);
    return said;
  }

  // False for what was said already. All acts of one agreement name the same end of its stream: the
  // job saw nothing after it.
  absl::StatusOr<bool> Sign(const Candidate& candidate, BodyKind kind, Bytes body,
                            const std::set<Bytes>& said,
                            std::vector<ledger::SignedBatch>& batches) const {
    if (said.count(body) > 0) return false;
    ActDraft draft;
    draft.kind = kind;
    draft.body = std::move(body);
    draft.actor = ActorKind::kAutomation;
    draft.reported_at = run_.knowledge;
    absl::StatusOr<ledger::SignedBatch> batch =
        SignAct(EndOfActs(session_.ledger(), candidate.stream), draft, key_);
    if (!batch.ok()) return Translate(Doing::kInput, batch.status());
    batches.push_back(*std::move(batch));
    return true;
  }

  const Invocation& call_;
  AppendSession& session_;
  const AuthorKey& key_;
  const ProjectOptions& options_;
  const History& history_;
  const RunName run_;
  const bool resumed_;
  ProjectTotals totals_;
};

}  // namespace

absl::StatusOr<ProjectTotals> RunProjection(const Invocation& call, AppendSession& session,
                                            const AuthorKey& key, const ProjectOptions& options) {
  const absl::StatusOr<History> history = ReadHistory(session.ledger());
  if (!history.ok()) return Translate(Doing::kReading, history.status());
  const absl::StatusOr<RunName> run = ChooseRun(call, session.ledger(), *history, options);
  if (!run.ok()) return Translate(Doing::kReading, run.status());
  return Run(call, session, key, options, *history, *run).Play();
}

}  // namespace tally::tools
