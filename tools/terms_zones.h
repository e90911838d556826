// The zones that one terms file names, each read once, and the dates written in them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "replay/terms/zone.h"
#include "schema/terms.h"
#include "tools/terms_compile.h"
#include "tools/terms_fields.h"

namespace tally::tools {

class TermsZones {
 public:
  // `source` outlives this object.
  explicit TermsZones(const ZoneSource& source) : source_(source) {}

  // The zone that a field names, pinned to its rules; reported when no rules are known or they
  // cannot be read. An absent field gives an empty reference.
  ZoneRef Read(const Field& field);
  // nullptr for a name that was not read.
  const replay::Zone* Find(const std::string& name) const;
  // Ascending.
  std::vector<std::string> Names() const;

 private:
  struct Known {
    ZoneRef reference;
    replay::Zone zone;
  };
  const ZoneSource& source_;
  std::map<std::string, Known> known_;
};

// "2025-06-01" as midnight in `zone` (the first instant whose local time is not before it), or an
// RFC 3339 time with its offset. Reported when it is neither; a date without a zone is quiet,
// because the zone was reported.
std::optional<Instant> ReadInstant(const Field& field, const replay::Zone* zone);

}  // namespace tally::tools
