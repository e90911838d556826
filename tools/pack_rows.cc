// A row is proven by its run's signature; what became of it stands behind the run. Corrections and
// reports there are in the pack in full, of other runs only that they reach over the row's time.
#include "tools/pack_rows.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "schema/body.h"
#include "schema/evidence.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/printable.h"
#include "tools/stream_end.h"

namespace tally::tools {
namespace {

using ledger::PackLedger;

std::string SaidOf(const StateReported& body) {
  return absl::StrCat(StateName(body.state),
                      body.value.has_value() ? absl::StrCat(", value ", *body.value) : "");
}

// One row and what its author said of it: a correction of such a word belongs to it as well.
class RowStory {
 public:
  RowStory(const ledger::PackRow& row, const PackLedger::ShownRow& shown, const Hash& run)
      : name_(absl::StrCat("measurement ", row.run.ToText(), "/", row.row)),
        position_(shown.header.position + row.row),
        run_(run) {}

  // "" for a word that turns out to be about something else.
  std::string Tell(const PackLedger::LaterWord& word) {
    const std::string at =
        absl::StrCat(word.at.ToText(), " (recorded ", FormatInstant(word.recorded), ")");
    if (word.header.kind == BodyKind::kMeasurementRun) {
      return absl::StrCat(name_, ": the run ", at,
                          " behind it has measurements of that source around that time, which the "
                          "pack need not show: one that begins with it replaces it");
    }
    if (!word.body.has_value()) {
      return absl::StrCat(name_, ": what its author said at ", at, " is erased: it ",
                          word.header.kind == BodyKind::kCorrection
                              ? "may have corrected this measurement"
                              : "replaces this measurement");
    }
    if (word.header.kind == BodyKind::kCorrection) return TellCorrection(word, at);
    words_.insert(word.digest);
    return absl::StrCat(name_, ": replaced at ", at,
                        " by a report of the same instant: ", ReportOf(word));
  }

 private:
  static std::string ReportOf(const PackLedger::LaterWord& word) {
    if (word.header.kind == BodyKind::kStateReported) {
      const absl::StatusOr<StateReported> body = DecodeStateReported(*word.body);
      return body.ok() ? SaidOf(*body) : std::string("one that contradicts itself");
    }
    const absl::StatusOr<ProbeResult> body = DecodeProbeResult(*word.body);
    return body.ok() ? std::string(StateName(body->state))
                     : std::string("one that contradicts itself");
  }

  std::string TellCorrection(const PackLedger::LaterWord& word, const std::string& at) {
    const absl::StatusOr<Correction> body = DecodeCorrection(*word.body);
    if (!body.ok()) return "";  // It corrects nothing.
    const bool of_row = body->supersedes == run_ && body->position == position_;
    if (!of_row && !words_.contains(body->supersedes)) return "";
    words_.insert(word.digest);
    const std::string what =
        body->action == CorrectionAction::kReplace && body->replacement.has_value()
            ? absl::StrCat("replaces it by ", SaidOf(*body->replacement))
            : std::string("withdraws it");
    return absl::StrCat(name_, ": its author ",
                        of_row ? "" : "goes on to correct a word on it, and ", what, " at ", at,
                        ": ", Printable(body->reason),
                        of_row ? "; figures go by the measurement until a report of its instant "
                                 "replaces it"
                               : "");
  }

  const std::string name_;
  const uint64_t position_;  // in the feed
  const Hash run_;
  std::set<Hash> words_;  // events that are about this row
};

}  // namespace

absl::Status DescribeRows(const std::vector<ledger::PackRow>& rows, const PackLedger& pack,
                          Verdict& verdict) {
  std::vector<std::string>& notes = verdict.report.notes;
  for (const ledger::PackRow& row : rows) {
    const absl::StatusOr<PackLedger::ShownRow> shown = pack.RowShown(row);
    if (!shown.ok()) return Translate(Doing::kReading, shown.status());
    const absl::StatusOr<ledger::StreamState> feed = pack.StreamAt(shown->stream);
    if (!feed.ok()) return Translate(Doing::kReading, feed.status());
    TALLY_ASSIGN_OR_RETURN(const FeedEnd end, ReadFeedEnd(pack, *feed));
    const SourceRegistered* source = end.FindSource(shown->source);
    const ledger::PartyEntry* author = pack.keyring().FindParty(feed->author);
    notes.push_back(
        absl::StrCat("measurement ", row.run.ToText(), "/", row.row, ": ",
                     author == nullptr ? "" : author->name, " said in feed ", feed->name,
                     " of source ", source == nullptr ? "" : source->name, " (", shown->source,
                     "), ", FormatInstant(shown->row.from), " to ", FormatInstant(shown->row.until),
                     ": ", StateName(shown->row.state), ", value ", shown->row.value,
                     "; of that run only this row and its neighbours under one leaf are shown"));
    const auto words = pack.LaterWordsOn(row);
    if (!words.ok()) return Translate(Doing::kReading, words.status());
    RowStory story(row, *shown, shown->digest);
    for (const PackLedger::LaterWord& word : *words) {
      std::string told = story.Tell(word);
      if (!told.empty()) notes.push_back(std::move(told));
    }
  }
  notes.emplace_back("figures were not computed: the pack shows single measurements");
  return absl::OkStatus();
}

}  // namespace tally::tools
