// Reading the acts of an agreement for what a pack of it must hold.
#include "replay/pack_request.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replay/case_file.h"
#include "replay/crediting.h"
#include "replay/dispute/calendar.h"
#include "replay/replay.h"
#include "replay/window_plan.h"
#include "schema/body.h"
#include "schema/restatement_act.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// True when nothing outside of a window but the last report before it can change its figures.
bool StandsAlone(const Terms& terms, const Objective& objective) {
  return terms.rules.empty() && !objective.counted.has_value() &&
         objective.empty != EmptyRule::kCarryLast && !objective.measure.minimum_outage.has_value();
}

// Rules under which a later window changes what an earlier one is worth (replay/terms/pipeline.h).
bool LooksAhead(const Terms& terms) {
  return std::any_of(terms.rules.begin(), terms.rules.end(), [](const Rule& rule) {
    const Choices& choices = rule.choices;
    return rule.kind == "earn-back" || rule.kind == "same incident" ||
           (rule.kind == "expected level" && choices.Is("pays", "all")) ||
           (rule.kind == "bonus" && choices.Is("netted against", "credits of the year"));
  });
}

// The window that an act of the projector or a party fixed at a size of the log, and that size.
struct CitedWindow {
  Interval window;
  uint64_t size = 0;
};
std::optional<CitedWindow> CitedBy(const ledger::VerifiedEvent& event) {
  if (event.header.kind == BodyKind::kStatement) {
    const absl::StatusOr<Statement> body = DecodeStatement(event.body);
    if (body.ok()) return CitedWindow{body->window, body->size};
  } else if (event.header.kind == BodyKind::kWindowClosed) {
    const absl::StatusOr<WindowClosed> body = DecodeWindowClosed(event.body);
    if (body.ok()) return CitedWindow{body->window.window, body->size};
  } else if (event.header.kind == BodyKind::kRestatementProposed) {
    const absl::StatusOr<RestatementProposed> body = DecodeRestatementProposed(event.body);
    if (body.ok()) return CitedWindow{body->window.window, body->size};
  }
  return std::nullopt;
}

class Selector {
 public:
  Selector(const ledger::Ledger& ledger, const ReplayRequest& question)
      : ledger_(ledger), question_(question), objective_(question.objective) {}

  absl::StatusOr<ledger::PackSelection> Run(const std::vector<ledger::PackRow>& rows) {
    CaseRequest request;
    request.agreement = question_.agreement;
    request.reading = question_.terms;
    TALLY_ASSIGN_OR_RETURN(request.axes, ResolveAxes(ledger_, question_.axes));
    settled_ = request.axes.size;
    TALLY_ASSIGN_OR_RETURN(file_, CaseFile::OpenActs(ledger_, request));
    if (rows.empty()) {
      TALLY_RETURN_IF_ERROR(ReadPeriod());
    } else {
      until_ = Instant::Min();  // nothing but the rows
    }
    AddClaimed();
    const std::vector<const TermsVersion*> versions =
        question_.terms.has_value() ? file_->versions() : file_->agreement().Versions();
    for (const TermsVersion* version : versions) {
      TALLY_RETURN_IF_ERROR(AddSources(*version));
    }
    if (objective_.has_value() && !found_objective_) {
      return absl::NotFoundError(
          absl::StrCat("agreement ", question_.agreement, " has no objective ", *objective_));
    }
    ledger::PackSelection selection;
    selection.agreement = file_->stream();
    selection.rows = rows;
    for (auto& feed : feeds_) selection.feeds.push_back(std::move(feed.second));
    return selection;
  }

 private:
  absl::Status ReadPeriod() {
    if (!question_.period.has_value()) return absl::OkStatus();
    if (file_->versions().empty()) {
      return absl::FailedPreconditionError(
          absl::StrCat("agreement ", question_.agreement, " has no terms in force"));
    }
    TALLY_ASSIGN_OR_RETURN(const std::vector<PlannedWindow> windows,
                           PlanWindows(*file_, question_.period, objective_));
    Interval asked{Instant::Max(), Instant::Min()};
    bool alone = !HasRules(*file_);
    // Rules of later terms can be about what came before them.
    const std::vector<const TermsVersion*>& versions = file_->versions();
    const bool looks_ahead =
        std::any_of(versions.begin(), versions.end(),
                    [](const TermsVersion* version) { return LooksAhead(*version->terms); });
    for (const PlannedWindow& window : windows) {
      asked.first = std::min(asked.first, window.window.interval.first);
      asked.limit = std::max(asked.limit, window.window.interval.limit);
      alone = alone && window.wanted && StandsAlone(*window.version->terms, *window.objective);
      TALLY_RETURN_IF_ERROR(NoteCutoff(window));
    }
    if (windows.empty()) {
      return absl::NotFoundError(
          absl::StrCat("agreement ", question_.agreement, " has no window in that period"));
    }
    if (alone) from_ = asked.first;
    if (!looks_ahead) until_ = asked.limit;
    return NoteCitedSizes(asked);
  }

  // What is recorded from the cut-off on counts or not as terms and decisions say.
  absl::Status NoteCutoff(const PlannedWindow& window) {
    const Terms& terms = *window.version->terms;
    uint32_t days = terms.disputes.evidence_cutoff_days;
    for (const TermsVersion* version : file_->versions()) {
      days = std::min(days, version->terms->disputes.evidence_cutoff_days);
    }
    const Instant cutoff = DueAfterWindow(file_->ZoneOf(terms.zone), window.window.interval, days);
    TALLY_ASSIGN_OR_RETURN(const uint64_t timely, file_->SizeBefore(cutoff));
    cutoff_ = std::min(cutoff_, cutoff);
    timely_ = std::min(timely_, timely);
    return absl::OkStatus();
  }

  // Who checks what was stated of these windows asks what the log held at those sizes.
  absl::Status NoteCitedSizes(const Interval& asked) {
    TALLY_ASSIGN_OR_RETURN(const auto cursor, ledger_.Read({.stream = file_->stream()}));
    while (true) {
      TALLY_ASSIGN_OR_RETURN(const std::optional<ledger::VerifiedRecord> record, cursor->Next());
      if (!record.has_value()) return absl::OkStatus();
      for (const ledger::VerifiedEvent& event : record->events()) {
        const std::optional<CitedWindow> cited = CitedBy(event);
        const bool of_these = cited.has_value() && cited->window.first < asked.limit &&
                              asked.first < cited->window.limit;
        if (of_these) settled_ = std::min(settled_, cited->size);
      }
    }
  }

  // A claim is decided as a whole, so the answer about one of its windows rests on all of them, as
  // on those of another claim that has one of these.
  void AddClaimed() {
    if (!objective_.has_value()) return;
    objectives_.insert(*objective_);
    for (size_t before = 0; before < objectives_.size();) {
      before = objectives_.size();
      for (const Claim& claim : file_->acts().claims()) {
        std::set<std::string> of_claim;
        for (const WindowName& window : claim.body.windows) of_claim.insert(window.objective);
        for (const ClaimAmendment& each : file_->forum().AmendmentsOf(claim)) {
          for (const WindowName& window : each.body.windows) of_claim.insert(window.objective);
        }
        const bool about = std::any_of(of_claim.begin(), of_claim.end(),
                                       [&](const auto& id) { return objectives_.count(id) > 0; });
        if (about) objectives_.insert(of_claim.begin(), of_claim.end());
      }
    }
  }

  absl::Status AddSources(const TermsVersion& version) {
    for (const Objective& objective : version.terms->objectives) {
      const bool asked = !objective_.has_value() || objectives_.count(objective.id) > 0;
      found_objective_ = found_objective_ || !objective_.has_value() || objective.id == *objective_;
      // What is made of other objectives, or shares a cap with them, rests on the sources of all.
      const bool composed =
          objective_.has_value() && (IsComposed(*version.terms) || HasRules(*file_));
      if (!asked && !composed) continue;
      for (const SourceRef& ref : SourcesOf(objective)) {
        TALLY_RETURN_IF_ERROR(AddSource(version, ref));
      }
    }
    return absl::OkStatus();
  }

  bool IsComposed(const Terms& terms) const {
    return std::any_of(terms.objectives.begin(), terms.objectives.end(),
                       [&](const Objective& each) {
                         return objectives_.count(each.id) > 0 && SourcesOf(each).empty();
                       });
  }

  absl::Status AddSource(const TermsVersion& version, const SourceRef& ref) {
    const StreamId* id = version.Bound(absl::StrCat("feed/", ref.feed));
    const absl::StatusOr<ledger::StreamState> state =
        id == nullptr ? absl::StatusOr<ledger::StreamState>(absl::NotFoundError("it is not bound"))
                      : ledger_.FindStream(*id);
    if (!state.ok() && !absl::IsNotFound(state.status())) return state.status();
    if (!state.ok() || state->kind != StreamKind::kFeed) {
      // What never was in force gives no figure.
      if (!version.in_force.has_value() && !version.attested) return absl::OkStatus();
      return absl::NotFoundError(absl::StrCat("the terms of ", question_.agreement,
                                              " rest on feed ", ref.feed, ", which is not there"));
    }
    TALLY_ASSIGN_OR_RETURN(const ledger::VerifiedRecord opening,
                           ledger_.ReadRecord(state->opening_index));
    ledger::FeedSelection& feed = feeds_[state->opening_index];
    feed.opening = state->opening_index;
    feed.sources.insert(ref.source);
    feed.from = from_;
    feed.until = until_;
    feed.settled = settled_;
    feed.timely = timely_;
    feed.cutoff = cutoff_;
    feed.opened = opening.recorded();
    feed.reported = question_.axes.as_reported.value_or(Instant::Max());
    return absl::OkStatus();
  }

  const ledger::Ledger& ledger_;
  const ReplayRequest& question_;
  const std::optional<std::string>& objective_;
  std::unique_ptr<CaseFile> file_;
  std::set<std::string> objectives_;  // the one that is asked for, and what claims add to it
  bool found_objective_ = false;
  Instant from_ = Instant::Min();
  Instant until_ = Instant::Max();
  uint64_t settled_ = UINT64_MAX;
  uint64_t timely_ = UINT64_MAX;
  Instant cutoff_ = Instant::Max();
  std::map<uint64_t, ledger::FeedSelection> feeds_;  // by opening
};

}  // namespace

absl::StatusOr<ledger::PackSelection> SelectForPack(const ledger::Ledger& ledger,
                                                    const ledger::PackScope& scope) {
  ReplayRequest question;
  question.agreement = scope.agreement;
  if (!scope.objective.empty()) question.objective = scope.objective;
  if (scope.at_size != 0) question.axes.at_size = scope.at_size;
  TALLY_ASSIGN_OR_RETURN(const std::vector<ledger::PackRow> rows,
                         ledger::ParsePackRows(scope.period));
  if (rows.empty() && !scope.period.empty()) {
    TALLY_ASSIGN_OR_RETURN(question.period, ParsePeriod(scope.period));
  }
  TALLY_ASSIGN_OR_RETURN(ledger::PackSelection selection, Selector(ledger, question).Run(rows));
  selection.scope = scope;
  return selection;
}

absl::StatusOr<ledger::PackSelection> SelectForQuestion(const ledger::Ledger& ledger,
                                                        const ReplayRequest& question) {
  return Selector(ledger, question).Run({});
}

}  // namespace tally::replay
