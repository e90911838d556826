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

// The zone that each calendar names.
using CalendarZones = std::map<std::string, ZoneRef>;

// The list `calendars`, ascending by name. Reported: one that is not known, cannot be read, or
// stands twice. The zones that calendars name are read into `zones` and `zone_of`.
std::vector<CalendarRef> ReadCalendars(const Field& field, const TermsDocuments& documents,
                                       TermsZones& zones, CalendarZones& zone_of);

// The rules of a zone are pinned once: by the term or a window that is in it, else by the calendar.
// So terms whose calendars are in those zones are the same bytes as before calendars had their own.
void PinCalendarZones(const CalendarZones& zone_of, Terms& terms);

}  // namespace tally::tools
