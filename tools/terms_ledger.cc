#include "tools/terms_ledger.h"

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replay/projection/report.h"
#include "schema/status.h"
#include "tools/documents.h"
#include "tools/stream_end.h"

namespace tally::tools {
namespace {

constexpr absl::string_view kNotInLedger = "lint-not-in-ledger";

void LintParties(const ledger::Ledger& ledger, const Terms& terms, TermsReport& report) {
  for (const TermsParty& party : terms.parties) {
    if (ledger.keyring().FindParty(party.name) != nullptr) continue;
    report.Warning(report.PlaceOf(absl::StrCat("parties.", party.role)), kNotInLedger,
                   absl::StrCat("the ledger has no party \"", party.name, "\""),
                   absl::StrCat("register it with `tally party register ", party.name, "`"));
  }
}

// Feeds by name, each read once; nothing for one that the ledger lacks.
class FeedEnds {
 public:
  explicit FeedEnds(const ledger::Ledger& ledger) : ledger_(ledger) {}
  absl::StatusOr<const FeedEnd*> Find(const std::string& name) {
    if (const auto known = ends_.find(name); known != ends_.end()) {
      return known->second ? &*known->second : nullptr;
    }
    std::optional<FeedEnd>& end = ends_[name];
    absl::StatusOr<ledger::StreamState> stream = ledger_.FindStream(StreamKind::kFeed, name);
    if (!stream.ok()) return nullptr;
    TALLY_ASSIGN_OR_RETURN(end, ReadFeedEnd(ledger_, *stream));
    return &*end;
  }

 private:
  const ledger::Ledger& ledger_;
  std::map<std::string, std::optional<FeedEnd>> ends_;
};

// Whether the objective takes the values of its sources for times.
bool ReadsTimes(const Objective& objective) {
  if (!objective.counted || !objective.counted->choices.Is("from", "samples")) return false;
  return objective.counted->kind == "latency percentile" ||
         objective.counted->choices.Is("measured", "time");
}
bool IsUnitOfTime(absl::string_view unit) { return replay::TookOf(1, unit, 0).has_value(); }

absl::Status LintSources(const ledger::Ledger& ledger, const Terms& terms, TermsReport& report) {
  FeedEnds feeds(ledger);
  std::set<std::string> missing;  // feeds: said once
  std::set<std::pair<std::string, std::string>> said;
  for (const Objective& objective : terms.objectives) {
    const FilePosition place =
        report.PlaceOf(absl::StrCat("objectives.", objective.id, ".measure"));
    for (const SourceRef& source : SourcesOf(objective)) {
      TALLY_ASSIGN_OR_RETURN(const FeedEnd* end, feeds.Find(source.feed));
      if (end == nullptr) {
        if (!missing.insert(source.feed).second) continue;
        report.Warning(
            place, kNotInLedger, absl::StrCat("the ledger has no feed \"", source.feed, "\""),
            absl::StrCat("register it with `tally feed register ", source.feed, " --party P`"));
        continue;
      }
      const SourceRegistered* registered = end->FindSource(source.source);
      const bool unit_missing =
          registered != nullptr && ReadsTimes(objective) && !IsUnitOfTime(registered->unit);
      if (registered != nullptr && !unit_missing) continue;
      if (!said.insert({source.feed, source.source}).second) continue;
      if (registered == nullptr) {
        report.Warning(
            place, kNotInLedger,
            absl::StrCat("the feed ", source.feed, " has no source \"", source.source, "\" so far"),
            "check its spelling; until something is reported all of it is unknown");
      } else {
        report.Warning(place, kNotInLedger,
                       absl::StrCat("the source ", source.feed, "/", source.source,
                                    " has no unit of time: its values are no latencies"),
                       "register it with a unit, as in `tally feed source`; the `elapsed` of probe "
                       "results needs none");
      }
    }
  }
  return absl::OkStatus();
}

absl::Status LintDocuments(const ledger::Ledger& ledger, const CompiledTerms& compiled,
                           TermsReport& report) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<ListedDocument> listed,
                         ListDocuments(ledger, BodyKind::kUnset, Contents::kLeftOut));
  std::set<std::string> zones;
  std::set<DocumentDigest> calendars;
  std::set<DocumentDigest> wordings;
  for (const ListedDocument& each : listed) {
    if (each.kind == BodyKind::kZoneAdded) zones.insert(each.document.name);
    if (each.kind == BodyKind::kCalendarAdded) calendars.insert(each.document.digest);
    if (each.kind == BodyKind::kDocumentAdded) wordings.insert(each.document.digest);
  }
  for (const std::string& zone : compiled.zones) {
    if (zones.count(zone) > 0) continue;
    report.Warning(report.PlaceOf("term"), kNotInLedger,
                   absl::StrCat("the ledger has no rules of the zone ", zone),
                   "`tally agreement propose` adds those of this machine");
  }
  for (const CalendarRef& calendar : compiled.terms.calendars) {
    if (calendars.count(calendar.rules) > 0) continue;
    report.Warning(report.PlaceOf("calendars"), kNotInLedger,
                   absl::StrCat("the ledger has no such calendar ", calendar.name),
                   "add it with `tally calendar add`");
  }
  if (!compiled.terms.levels) return absl::OkStatus();
  for (const LevelDocument& each : compiled.terms.levels->documents) {
    if (wordings.count(each.document) > 0) continue;
    report.Warning(report.PlaceOf("levels.documents"), kNotInLedger,
                   absl::StrCat("the ledger has no document with the SHA-256 ",
                                each.document.ToHex(), " (", each.level, ")"),
                   "add it with `tally document add`: terms name it as their source");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status LintLedger(const ledger::Ledger& ledger, const CompiledTerms& compiled,
                        TermsReport& report) {
  LintParties(ledger, compiled.terms, report);
  TALLY_RETURN_IF_ERROR(LintSources(ledger, compiled.terms, report));
  return LintDocuments(ledger, compiled, report);
}

}  // namespace tally::tools
