// The zone as a sequence of pieces, each with one local type: the table's transitions, then two
// pieces a year by the footer's rule. Both questions walk that sequence; nothing is cached, so a
// Zone can be shared between threads.
#include "replay/terms/zone.h"

#include <algorithm>
#include <array>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr int64_t kAlways = std::numeric_limits<int64_t>::min();
constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
// RFC 8536 3.2: an offset is more than -25 h and less than 26 h.
constexpr int32_t kOffsetMin = -25 * 3'600 + 1;
constexpr int32_t kOffsetMax = 26 * 3'600 - 1;

absl::Status Malformed(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("zone rules (TZif): ", what));
}

struct TzifHeader {
  uint8_t version = 0;  // 1 to 4
  uint32_t ut_marks = 0, standard_marks = 0, leaps = 0, transitions = 0, types = 0, letters = 0;
  uint64_t BlockSize(uint64_t time_size) const {
    return transitions * (time_size + 1) + types * uint64_t{6} + letters + leaps * (time_size + 4) +
           standard_marks + ut_marks;
  }
};

absl::StatusOr<TzifHeader> ReadHeader(ByteReader& reader) {
  ByteView magic = reader.Raw(4);
  uint8_t version = reader.U8();
  ByteView reserved = reader.Raw(15);
  TzifHeader header;
  header.ut_marks = reader.U32();
  header.standard_marks = reader.U32();
  header.leaps = reader.U32();
  header.transitions = reader.U32();
  header.types = reader.U32();
  header.letters = reader.U32();
  if (!reader.ok()) return Malformed("shorter than a header");
  if (AsText(magic) != "TZif") return Malformed("does not begin with \"TZif\"");
  if (std::any_of(reserved.begin(), reserved.end(), [](uint8_t byte) { return byte != 0; })) {
    return Malformed("reserved bytes of the header are not zero");
  }
  if (version == 0) {
    header.version = 1;
  } else if (version >= '2' && version <= '4') {
    header.version = static_cast<uint8_t>(version - '0');
  } else {
    return Malformed(absl::StrCat("unknown version byte ", version));
  }
  return header;
}

absl::Status CheckCounts(const TzifHeader& header) {
  if (header.leaps != 0) return Malformed("leap seconds are not part of our time scale");
  if (header.types == 0 || header.types > 256) return Malformed("number of local types");
  if (header.letters == 0) return Malformed("no abbreviations");
  if (header.ut_marks != 0 && header.ut_marks != header.types) {
    return Malformed("UT indicators: neither none nor one per type");
  }
  if (header.standard_marks != 0 && header.standard_marks != header.types) {
    return Malformed("standard indicators: neither none nor one per type");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Abbreviation(ByteView letters, uint8_t index) {
  if (index >= letters.size()) return Malformed("abbreviation index out of range");
  auto begin = letters.begin() + index;
  auto end = std::find(begin, letters.end(), 0);
  if (end == letters.end()) return Malformed("abbreviation without its end");
  for (auto at = begin; at != end; ++at) {
    if (!absl::ascii_isalnum(*at) && *at != '+' && *at != '-') {
      return Malformed("abbreviation with other than letters, digits, + and -");
    }
  }
  return std::string(begin, end);
}

// The indicators change nothing that is asked here, but are not skipped unread.
absl::Status CheckMarks(ByteView standard, ByteView ut) {
  for (uint8_t mark : standard) {
    if (mark > 1) return Malformed("standard indicator is neither 0 nor 1");
  }
  for (size_t i = 0; i < ut.size(); ++i) {
    if (ut[i] > 1) return Malformed("UT indicator is neither 0 nor 1");
    if (ut[i] == 1 && (i >= standard.size() || standard[i] != 1)) {
      return Malformed("UT indicator without its standard indicator");
    }
  }
  return absl::OkStatus();
}

Instant Saturated(Wide micros) {
  if (micros <= Instant::Min().micros) return Instant::Min();
  if (micros >= Instant::Max().micros) return Instant::Max();
  return {static_cast<int64_t>(micros)};
}

int64_t SecondsOf(Instant at) { return FloorDivide(at.micros, kMicrosPerSecond); }

}  // namespace

// The 64-bit block: transition times, their types, the types, letters, indicators.
absl::Status Zone::ReadBlock(ByteReader& reader, uint32_t transitions, uint32_t types,
                             uint32_t letters) {
  for (uint32_t i = 0; i < transitions; ++i) {
    int64_t at = reader.I64();
    if (i > 0 && at <= transitions_.back()) return Malformed("transitions do not ascend");
    transitions_.push_back(at);
  }
  ByteView after = reader.Raw(transitions);
  for (uint8_t type : after) {
    if (type >= types) return Malformed("transition to a type that is not there");
  }
  types_after_.assign(after.begin(), after.end());
  ByteReader type_reader(reader.Raw(size_t{types} * 6));
  ByteView names = reader.Raw(letters);
  for (uint32_t i = 0; i < types; ++i) {
    LocalType type;
    type.offset_s = static_cast<int32_t>(type_reader.U32());
    uint8_t saving = type_reader.U8();
    if (type.offset_s < kOffsetMin || type.offset_s > kOffsetMax) {
      return Malformed("offset outside -25 h to 26 h");
    }
    if (saving > 1) return Malformed("daylight indicator is neither 0 nor 1");
    type.daylight_saving = saving == 1;
    TALLY_ASSIGN_OR_RETURN(type.abbreviation, Abbreviation(names, type_reader.U8()));
    types_.push_back(type);
  }
  return absl::OkStatus();
}

absl::StatusOr<Zone> Zone::Parse(ByteView tzif) {
  ByteReader reader(tzif);
  TALLY_ASSIGN_OR_RETURN(TzifHeader old, ReadHeader(reader));
  if (old.version == 1) {
    return Malformed("version 1 has no rule for the time after its last transition");
  }
  if (reader.remaining() < old.BlockSize(4)) return Malformed("cut in the 32-bit block");
  reader.Raw(old.BlockSize(4));  // RFC 8536 section 4: readers of 64-bit data skip it

  TALLY_ASSIGN_OR_RETURN(TzifHeader header, ReadHeader(reader));
  if (header.version != old.version) return Malformed("two headers of different versions");
  TALLY_RETURN_IF_ERROR(CheckCounts(header));
  // Before anything is read or reserved by the counts: they may claim gigabytes.
  if (reader.remaining() < header.BlockSize(8)) return Malformed("cut in the 64-bit block");
  Zone zone;
  TALLY_RETURN_IF_ERROR(zone.ReadBlock(reader, header.transitions, header.types, header.letters));
  ByteView standard_marks = reader.Raw(header.standard_marks);
  TALLY_RETURN_IF_ERROR(CheckMarks(standard_marks, reader.Raw(header.ut_marks)));
  TALLY_CHECK(reader.ok());

  absl::string_view footer = AsText(reader.Raw(reader.remaining()));
  if (footer.size() < 2 || footer.front() != '\n' || footer.back() != '\n') {
    return Malformed("footer is not one line");
  }
  if (footer.size() == 2) return Malformed("no rule for the time after the last transition");
  TALLY_ASSIGN_OR_RETURN(
      zone.rule_, ParseYearlyRule(footer.substr(1, footer.size() - 2),
                                  header.version == 2 ? RuleTimes::kPosix : RuleTimes::kExtended));
  // RFC 8536 3.3: at the last transition, rule and table must say the same.
  if (!zone.transitions_.empty()) {
    int64_t last = zone.transitions_.back();
    bool near = last / kSecondsPerDay > -100'000'000 && last / kSecondsPerDay < 100'000'000;
    if (!near) return Malformed("last transition is beyond all calendars");
    if (!(*zone.RulePieceAt(last).type == zone.types_[zone.types_after_.back()])) {
      return Malformed("footer contradicts the last transition");
    }
  }
  return zone;
}

Zone Zone::Utc() {
  Zone zone;
  zone.rule_.standard = {.offset_s = 0, .daylight_saving = false, .abbreviation = "UTC"};
  zone.types_.push_back(zone.rule_.standard);
  return zone;
}

Zone::Piece Zone::PieceAt(int64_t seconds) const {
  auto next = std::upper_bound(transitions_.begin(), transitions_.end(), seconds);
  if (next == transitions_.end()) {
    Piece piece = RulePieceAt(seconds);
    if (!transitions_.empty()) piece.first_s = std::max(piece.first_s, transitions_.back());
    return piece;
  }
  if (next == transitions_.begin()) return {kAlways, *next, &types_[0]};
  auto index = static_cast<size_t>(next - transitions_.begin()) - 1;
  return {transitions_[index], *next, &types_[types_after_[index]]};
}

// A change of one year may stand up to a week (167 h) and a day inside a neighbouring one, so the
// changes of two years on each side settle any instant of the year between.
Zone::Piece Zone::RulePieceAt(int64_t seconds) const {
  if (!rule_.saving) return {kAlways, kNever, &rule_.standard};
  struct Change {
    int64_t at_s;
    bool starts;  // of two at one instant the start comes last and wins: saving all year
    auto operator<=>(const Change&) const = default;
  };
  std::array<Change, 10> changes;
  int64_t year = DayOfNumber(FloorDivide(seconds, kSecondsPerDay)).year - 2;
  for (size_t i = 0; i < changes.size(); i += 2, ++year) {
    changes[i] = {LocalSecondsOf(rule_.saving->start, year) - rule_.standard.offset_s, true};
    changes[i + 1] = {LocalSecondsOf(rule_.saving->end, year) - rule_.saving->type.offset_s, false};
  }
  std::sort(changes.begin(), changes.end());
  auto next = std::find_if(changes.begin(), changes.end(),
                           [seconds](const Change& change) { return change.at_s > seconds; });
  TALLY_CHECK(next != changes.begin() && next != changes.end());
  const Change& last = *(next - 1);
  return {last.at_s, next->at_s, last.starts ? &rule_.saving->type : &rule_.standard};
}

const LocalType& Zone::TypeAt(Instant at) const { return *PieceAt(SecondsOf(at)).type; }

CivilTime Zone::CivilAt(Instant at) const {
  return CivilOfLocalMicros(Wide{at.micros} + Wide{TypeAt(at).offset_s} * kMicrosPerSecond);
}

Instant Zone::FirstInstantOf(const CivilTime& civil) const {
  Wide wanted = LocalMicros(civil);
  // No piece that ends before this can show the wanted time, whatever its offset.
  Instant from = Saturated(wanted - Wide{kOffsetMax} * kMicrosPerSecond);
  Piece piece = PieceAt(SecondsOf(from));
  for (;;) {
    Wide shown = wanted - Wide{piece.type->offset_s} * kMicrosPerSecond;
    Wide first = std::max(Wide{piece.first_s} * kMicrosPerSecond, shown);
    // A piece that ends beyond all Instants is the last worth asking: later ones saturate, too.
    Wide limit = Wide{piece.limit_s} * kMicrosPerSecond;
    if (first < limit || limit > Instant::Max().micros) return Saturated(first);
    piece = PieceAt(piece.limit_s);
  }
}

Instant Zone::EndOfDayAfter(Instant at, int64_t days) const {
  CivilDay day = DayAt(at);
  return EndOfDay({day.year, day.month, day.day + days});
}

}  // namespace tally::replay
