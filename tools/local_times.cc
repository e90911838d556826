#include "tools/local_times.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ledger/chain/digest.h"
#include "schema/body.h"
#include "schema/status.h"
#include "tools/documents.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

using replay::CivilDay;
using replay::CivilTime;
using replay::Zone;

const Zone& OrUtc(const Zone* zone) {
  static const Zone* const utc = new Zone(Zone::Utc());
  return zone != nullptr ? *zone : *utc;
}

constexpr const char* kMonths[] = {"January",   "February", "March",    "April",
                                   "May",       "June",     "July",     "August",
                                   "September", "October",  "November", "December"};

std::string DayWords(const CivilDay& day) {
  return absl::StrCat(day.day, " ", kMonths[day.month - 1], " ", day.year);
}

// The terms that an act brings; an act whose body is not there, or is none, brings none.
std::optional<Terms> TermsIn(const ledger::VerifiedEvent& act) {
  if (act.erased) return std::nullopt;
  Bytes bytes;
  if (act.header.kind == BodyKind::kTermsProposed) {
    if (auto body = DecodeTermsProposed(act.body); body.ok()) bytes = std::move(body->terms);
  } else if (act.header.kind == BodyKind::kAmendmentProposed) {
    if (auto body = DecodeAmendmentProposed(act.body); body.ok()) bytes = std::move(body->terms);
  } else if (act.header.kind == BodyKind::kTermsAttested) {
    if (auto body = DecodeTermsAttested(act.body); body.ok()) bytes = std::move(body->terms);
  }
  if (bytes.empty()) return std::nullopt;
  absl::StatusOr<Terms> terms = DecodeTerms(bytes);
  if (!terms.ok()) return std::nullopt;
  return *std::move(terms);
}

bool Midnight(const CivilTime& time) {
  return time.hour == 0 && time.minute == 0 && time.second == 0 && time.micro == 0;
}

}  // namespace

void LocalTimes::Take(const TermsHash& hash, Terms terms) {
  const auto pin = [&](const ZoneRef& ref) {
    pinned_.insert_or_assign({hash, ref.name}, ref.rules);
    newest_.insert_or_assign(ref.name, ref.rules);
  };
  pin(terms.zone);
  for (const Objective& objective : terms.objectives) pin(objective.window.zone);
  terms_.insert_or_assign(hash, std::move(terms));
}

absl::StatusOr<LocalTimes> LocalTimes::Read(const ledger::Ledger& ledger,
                                            const std::string& agreement) {
  const absl::StatusOr<ledger::StreamState> stream =
      ledger.FindStream(StreamKind::kAgreement, agreement);
  if (!stream.ok()) return Translate(Doing::kReading, stream.status());
  absl::StatusOr<std::unique_ptr<ledger::Cursor>> cursor =
      ledger.Read({.stream = stream->opening_index});
  if (!cursor.ok()) return Translate(Doing::kReading, cursor.status());
  LocalTimes times;
  while (true) {
    absl::StatusOr<std::optional<ledger::VerifiedRecord>> record = (*cursor)->Next();
    if (!record.ok()) return Translate(Doing::kReading, record.status());
    if (!record->has_value()) break;
    for (const ledger::VerifiedEvent& act : (*record)->events()) {
      std::optional<Terms> terms = TermsIn(act);
      if (!terms.has_value()) continue;
      const TermsHash hash = ledger::HashOfTerms(Encode(*terms));
      times.Take(hash, *std::move(terms));
    }
  }
  absl::StatusOr<std::vector<ListedDocument>> documents =
      ListDocuments(ledger, BodyKind::kZoneAdded, Contents::kKept);
  if (!documents.ok()) return Translate(Doing::kReading, documents.status());
  for (const ListedDocument& each : *documents) {
    // As a replay reads them: the terms name the bytes, not what the document says of itself.
    const Bytes& content = each.document.content;
    if (content.empty() || ledger::DigestOfDocument(content) != each.document.digest) continue;
    absl::StatusOr<Zone> zone = Zone::Parse(content);
    if (zone.ok()) times.zones_.emplace(each.document.digest, *std::move(zone));
  }
  return times;
}

const Zone* LocalTimes::Find(const TermsHash& terms, const std::string& zone) const {
  if (zone == "UTC" || zone == "Etc/UTC") return nullptr;
  std::optional<DocumentDigest> digest;
  if (const auto found = newest_.find(zone); found != newest_.end()) digest = found->second;
  if (const auto found = pinned_.find({terms, zone}); found != pinned_.end()) {
    digest = found->second;
  }
  if (!digest.has_value()) return nullptr;
  const auto found = zones_.find(*digest);
  return found == zones_.end() ? nullptr : &found->second;
}

const Terms* LocalTimes::TermsOf(const TermsHash& terms) const {
  const auto found = terms_.find(terms);
  return found == terms_.end() ? nullptr : &found->second;
}

std::vector<TermsParty> LocalTimes::PartiesOf(const TermsHash& terms) const {
  const Terms* known = TermsOf(terms);
  return known == nullptr ? std::vector<TermsParty>{} : known->parties;
}

std::string LocalTimes::NameInRole(const TermsHash& terms, const std::string& role) const {
  for (const TermsParty& each : PartiesOf(terms)) {
    if (each.role == role) return absl::StrCat(each.name, " (", role, ")");
  }
  return role;
}

std::string PeriodWords(const Interval& period, const Zone* zone) {
  const Zone& local = OrUtc(zone);
  const CivilTime first = local.CivilAt(period.first), limit = local.CivilAt(period.limit);
  if (!Midnight(first) || !Midnight(limit)) {
    return absl::StrCat(LocalWords(period.first, zone), " to ", LocalWords(period.limit, zone));
  }
  const CivilDay from = first.day, to = limit.day;
  const int64_t months = (to.year - from.year) * 12 + to.month - from.month;
  const bool whole = from.day == 1 && to.day == 1;
  if (whole && months == 1) return absl::StrCat(kMonths[from.month - 1], " ", from.year);
  if (whole && months == 3 && from.month % 3 == 1) {
    return absl::StrCat("Q", from.month / 3 + 1, " ", from.year);
  }
  if (whole && months == 12 && from.month == 1) return absl::StrCat(from.year);
  const CivilDay last = replay::DayOfNumber(replay::DayNumber(to) - 1);
  if (last == from) return DayWords(from);
  return absl::StrCat(DayWords(from), " to ", DayWords(last));
}

std::string LocalWords(Instant at, const Zone* zone) {
  const CivilTime time = OrUtc(zone).CivilAt(at);
  return absl::StrCat(replay::FormatDay(time.day),
                      absl::StrFormat(" %02d:%02d", time.hour, time.minute),
                      time.second == 0 ? "" : absl::StrFormat(":%02d", time.second));
}

std::string SecondWords(Instant at) {
  const int64_t seconds = replay::FloorDivide(at.micros, replay::kMicrosPerSecond);
  return FormatInstant({seconds * replay::kMicrosPerSecond});
}

std::string BothWords(Instant at, const Zone* zone, const std::string& name) {
  if (zone == nullptr) return FormatInstant(at);
  return absl::StrCat(LocalWords(at, zone), " ", name, " (", FormatInstant(at), ")");
}

std::string StretchWords(const Interval& stretch, const Zone* zone, const std::string& name) {
  const std::string utc =
      absl::StrCat(FormatInstant(stretch.first), " to ", FormatInstant(stretch.limit));
  if (zone == nullptr) return utc;
  const std::string first = LocalWords(stretch.first, zone);
  std::string limit = LocalWords(stretch.limit, zone);
  const size_t day = first.find(' ') + 1;
  if (limit.substr(0, day) == first.substr(0, day)) limit.erase(0, day);
  return absl::StrCat(first, " to ", limit, " ", name, " (", utc, ")");
}

std::vector<LocalDay> LocalDaysOf(const Interval& period, const Zone* zone) {
  const Zone& local = OrUtc(zone);
  std::vector<LocalDay> days;
  Instant at = period.first;
  while (at < period.limit) {
    const CivilDay date = local.DayAt(at);
    const Instant end = std::min(local.EndOfDay(date), period.limit);
    TALLY_CHECK(at < end);
    LocalDay day{date, {}};
    while (at < end) {
      const int32_t offset = local.TypeAt(at).offset_s;
      // Clocks are set at a whole second, and once in a day: halve what lies between.
      int64_t same = 0, other = replay::FloorDivide((end - at).micros - 1, 1'000'000) + 1;
      if (local.TypeAt(end - Duration{1}).offset_s == offset) same = other - 1;
      while (other - same > 1) {
        const int64_t middle = same + (other - same) / 2;
        const bool still = local.TypeAt(at + Seconds(middle)).offset_s == offset;
        (still ? same : other) = middle;
      }
      const Instant limit = std::min(end, at + Seconds(other));
      const CivilTime shown = local.CivilAt(at);
      day.parts.push_back({{at, limit}, shown.hour * 3600 + shown.minute * 60 + shown.second});
      at = limit;
    }
    days.push_back(std::move(day));
  }
  return days;
}

}  // namespace tally::tools
