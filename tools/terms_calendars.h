// The business calendars that terms name, pinned to their bytes like zones. `24x7` needs none.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "schema/terms.h"
#include "tools/terms_compile.h"
#include "tools/terms_fields.h"
#include "tools/terms_zones.h"

namespace tally::tools {

// The zone that each calendar names: its rules are those that the terms pin under that name.
using CalendarZones = std::map<std::string, std::string>;

// The list `calendars`, ascending by name. Reported: one that is not known, cannot be read, or
// stands twice. The zones that calendars name are read into `zones`, their names into `zone_of`.
std::vector<CalendarRef> ReadCalendars(const Field& field, const TermsDocuments& documents,
                                       TermsZones& zones, CalendarZones& zone_of);

// A calendar is in the zone of the term or of a window: no other zone is pinned by the terms.
void CheckCalendarZones(const Terms& terms, const CalendarZones& zone_of, TermsReport& report);

}  // namespace tally::tools
