#include "tools/terms_calendars.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "replay/terms/business_calendar.h"
#include "tools/terms_names.h"

namespace tally::tools {
namespace {

std::optional<CalendarRef> ReadCalendar(const Field& field, const TermsDocuments& documents,
                                        TermsZones& zones, CalendarZones& zone_of) {
  std::optional<std::string> name = field.Name();
  if (!name) return std::nullopt;
  if (*name == kAlwaysOpen) {
    field.Error("terms-contradiction", "the calendar 24x7 is always there", "remove it");
    return std::nullopt;
  }
  absl::StatusOr<Bytes> content = documents.Calendar(*name);
  if (!content.ok()) {
    field.Error("unknown-calendar", absl::StrCat("there is no calendar \"", *name, "\""),
                "add it to the ledger with `tally calendar add`, or name a folder with "
                "--calendars");
    return std::nullopt;
  }
  const std::string text(content->begin(), content->end());
  absl::StatusOr<std::string> zone_name = replay::BusinessCalendar::ZoneNameOf(text);
  absl::Status status = zone_name.status();
  if (status.ok()) {
    // The zone of a calendar is named in it, not here; what is wrong with it is reported here.
    YamlNode node = field.node();
    node.text = *zone_name;
    zone_of[*name] = zones.Read(Field(node, field.path(), field.report()));
    const replay::Zone* zone = zones.Find(*zone_name);
    if (zone == nullptr) return std::nullopt;
    status = replay::BusinessCalendar::Parse(text, *zone).status();
  }
  if (!status.ok()) {
    field.Error("unknown-calendar",
                absl::StrCat("the calendar \"", *name, "\" cannot be read: ", status.message()));
    return std::nullopt;
  }
  return CalendarRef{*name, ledger::DigestOfDocument(*content)};
}

}  // namespace

std::vector<CalendarRef> ReadCalendars(const Field& field, const TermsDocuments& documents,
                                       TermsZones& zones, CalendarZones& zone_of) {
  std::vector<CalendarRef> calendars;
  if (!field.present() || field.Says("none")) return calendars;
  for (const Field& item : field.Items("choose `none` or list calendars, like `[office-hours]`")) {
    std::optional<CalendarRef> calendar = ReadCalendar(item, documents, zones, zone_of);
    // What was reported here is not reported again wherever it is named.
    if (!calendar && item.node().IsText()) calendar = CalendarRef{item.node().text, {}};
    if (!calendar) continue;
    const bool twice = std::any_of(calendars.begin(), calendars.end(),
                                   [&](const auto& each) { return each.name == calendar->name; });
    if (twice) {
      item.Error("terms-contradiction",
                 absl::StrCat("the calendar ", calendar->name, " stands twice"));
    }
    calendars.push_back(*std::move(calendar));
  }
  std::sort(calendars.begin(), calendars.end(),
            [](const CalendarRef& a, const CalendarRef& b) { return a.name < b.name; });
  return calendars;
}

void PinCalendarZones(const CalendarZones& zone_of, Terms& terms) {
  for (CalendarRef& calendar : terms.calendars) {
    const auto found = zone_of.find(calendar.name);
    if (found == zone_of.end()) continue;  // it was reported
    const ZoneRef& zone = found->second;
    const bool pinned =
        terms.zone.name == zone.name ||
        std::any_of(terms.objectives.begin(), terms.objectives.end(),
                    [&](const Objective& each) { return each.window.zone.name == zone.name; });
    if (!pinned) calendar.zone = zone;
  }
}

}  // namespace tally::tools
