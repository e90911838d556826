// Times as the clocks of an agreement's own zones show them, by the rules that lie in the ledger:
// what pages say beside UTC, so that who reads "10 March" and who reads a contract mean one day.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "replay/terms/zone.h"
#include "schema/terms.h"

namespace tally::tools {

class LocalTimes {
 public:
  // Knows no zone: everything is told in UTC.
  LocalTimes() = default;
  // Of all terms that were ever proposed in the agreement. Fails as reading does.
  static absl::StatusOr<LocalTimes> Read(const ledger::Ledger& ledger,
                                         const std::string& agreement);

  // By the rules that these terms pin; for terms that the ledger does not hold, as the newest that
  // name the zone. nullptr for a zone that nothing is known of, and for UTC itself.
  const replay::Zone* Find(const TermsHash& terms, const std::string& zone) const;
  const replay::Zone* Find(const std::string& zone) const { return Find(TermsHash{}, zone); }
  // nullptr for terms that the ledger does not hold.
  const Terms* TermsOf(const TermsHash& terms) const;
  // Role and name, as the terms have them; none for terms that the ledger does not hold.
  std::vector<TermsParty> PartiesOf(const TermsHash& terms) const;
  // "nimbus (provider)", or the role alone where nobody is known in it.
  std::string NameInRole(const TermsHash& terms, const std::string& role) const;

 private:
  void Take(const TermsHash& hash, Terms terms);

  std::map<std::pair<TermsHash, std::string>, DocumentDigest> pinned_;
  std::map<std::string, DocumentDigest> newest_;
  std::map<DocumentDigest, replay::Zone> zones_;
  std::map<TermsHash, Terms> terms_;
};

// A zone of nullptr is UTC in all of these.

// "March 2026", "Q1 2026", "2026", "10 March 2026", "1 March 2026 to 14 March 2026" for whole local
// days, of which the last one is in it; else two times.
std::string PeriodWords(const Interval& period, const replay::Zone* zone);
// "2026-03-10 11:00", with seconds where they are not zero and without fractions of them.
std::string LocalWords(Instant at, const replay::Zone* zone);
// To the second: "2026-03-10T10:00:00Z". For acts, of which nobody asks for the microsecond.
std::string SecondWords(Instant at);
// Local time with UTC beside it: "2026-03-10 11:00 Europe/Berlin (2026-03-10T10:00:00Z)".
std::string BothWords(Instant at, const replay::Zone* zone, const std::string& name);
// The same of a stretch, whose day is said once.
std::string StretchWords(const Interval& stretch, const replay::Zone* zone,
                         const std::string& name);

// A local day of a window as its clocks show it. Where they are set back an hour is shown twice.
struct LocalDay {
  replay::CivilDay day;
  struct Part {
    Interval interval;
    int64_t first_s = 0;  // what the clock shows at its beginning, in seconds since midnight
  };
  std::vector<Part> parts;  // of one offset each, in order
};
// Days without an instant in the period, which a zone can skip, are left out.
std::vector<LocalDay> LocalDaysOf(const Interval& period, const replay::Zone* zone);

}  // namespace tally::tools
