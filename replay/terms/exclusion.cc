// Admission as a sequence of cuts. Days and weeks are local; lengths are elapsed time.
#include "replay/terms/exclusion.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "replay/terms/state_line.h"
#include "replay/terms/window.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr int kMonday = 1;

bool Covers(const Rule& rule, CauseClass cause) {
  absl::string_view covers = rule.choices.Word("covers");
  bool planned = covers != "emergency maintenance";
  bool emergency = covers != "planned maintenance";
  return (planned && cause == CauseClass::kPlannedMaintenance) ||
         (emergency && cause == CauseClass::kEmergencyMaintenance);
}

bool IsCapped(const Rule& rule) { return !rule.choices.Is("cap", "none"); }

enum class Period { kMonth, kWeek };

Period CapPeriod(const Rule& rule) {
  return rule.choices.Is("cap", "each calendar month") ? Period::kMonth : Period::kWeek;
}

// The local month or week that holds `at`.
Interval PeriodAt(Period period, const Zone& zone, Instant at) {
  if (period == Period::kMonth) {
    absl::StatusOr<Interval> month = CalendarWindowAt(WindowEvery::kCalendarMonth, zone, at);
    if (month.ok()) return *month;
    return {at, at + Days(1)};  // outside the years that evidence has
  }
  int64_t day = DayNumber(zone.DayAt(at));
  int64_t monday = day - (WeekdayOf(day) + 7 - kMonday) % 7;
  Interval week{zone.StartOfDay(DayOfNumber(monday)), zone.StartOfDay(DayOfNumber(monday + 7))};
  return week;
}

// From when on a window announced then is admitted.
absl::StatusOr<Instant> NoticeEnds(const MaintenanceQuestion& question, Instant announced) {
  const Choices& choices = question.rule->choices;
  if (!choices.Has("notice")) return announced;
  if (choices.Is("notice counted in", "elapsed time")) return announced + choices.Length("notice");
  const std::string& name = choices.Text("calendar");
  auto calendar = question.calendars->find(name);
  if (calendar == question.calendars->end()) {
    return absl::NotFoundError(absl::StrCat("rule ", question.rule->id, ": no calendar ", name));
  }
  return calendar->second.After(announced, choices.Length("notice"), {});
}

struct Candidate {
  const Announcement* announcement = nullptr;
  Interval interval;
  bool reduced = false;
};

void SortBy(bool start, std::vector<Candidate>& candidates) {
  std::stable_sort(candidates.begin(), candidates.end(),
                   [start](const Candidate& a, const Candidate& b) {
                     Instant at = start ? a.interval.first : a.announcement->announced;
                     Instant bt = start ? b.interval.first : b.announcement->announced;
                     return std::tie(at, a.announcement->act) < std::tie(bt, b.announcement->act);
                   });
}

// Steps 1 to 4: what goes on to the cap, and why the rest does not.
class Sifting {
 public:
  explicit Sifting(const MaintenanceQuestion& question) : question_(question) {}

  absl::Status Run() {
    std::map<absl::string_view, const Announcement*> newest;
    for (const Announcement& each : question_.announcements) newest[each.body.name] = &each;
    for (const Announcement& each : question_.announcements) {
      if (newest[each.body.name] != &each) {
        Decline(each, "announced anew under its name");
      } else if (!Covers(*question_.rule, each.body.cause)) {
        Decline(each, absl::StrCat("its cause is none that ", Path(*question_.rule), " covers"));
      } else {
        TALLY_RETURN_IF_ERROR(TestNotice(each));
      }
    }
    for (const Rule* count : question_.counts) KeepCounted(*count);
    SortBy(!IsCapped(*question_.rule) || question_.rule->choices.Is("cap order", "start"),
           candidates);
    return absl::OkStatus();
  }

  std::vector<Candidate> candidates;  // in the order in which the cap is used
  std::vector<DeclinedMaintenance> declined;

 private:
  static std::string Path(const Rule& rule) { return absl::StrCat("rules/", rule.id); }
  void Decline(const Announcement& announcement, std::string reason) {
    declined.push_back({announcement.act, std::move(reason)});
  }

  absl::Status TestNotice(const Announcement& each) {
    const Choices& choices = question_.rule->choices;
    TALLY_ASSIGN_OR_RETURN(Instant from, NoticeEnds(question_, each.announced));
    Candidate candidate{&each, each.body.interval, false};
    if (from > candidate.interval.first) {
      const bool rejected = choices.Is("late notice", "rejected");
      if (rejected || from >= candidate.interval.limit) {
        Decline(each,
                absl::StrCat("announced too late, ",
                             choices.Has("notice")
                                 ? absl::StrCat("the notice of ",
                                                FormatDuration(choices.Length("notice")), " ends ")
                                 : std::string("at "),
                             FormatInstant(from), " (", Path(*question_.rule), ")"));
        return absl::OkStatus();
      }
      candidate.interval.first = from;
      candidate.reduced = true;
    }
    if (!candidate.interval.empty()) candidates.push_back(candidate);
    return absl::OkStatus();
  }

  // Step 4. A window belongs to the period in which it was announced to start, so that a late
  // notice does not move it to the next.
  void KeepCounted(const Rule& rule) {
    SortBy(rule.choices.Is("counted by", "start"), candidates);
    const Period period =
        rule.choices.Is("period", "each calendar month") ? Period::kMonth : Period::kWeek;
    std::map<Instant, int64_t> seen;
    std::erase_if(candidates, [&](const Candidate& each) {
      const MaintenanceAnnounced& body = each.announcement->body;
      if (!Covers(rule, body.cause)) return false;
      const Instant begins = PeriodAt(period, *question_.zone, body.interval.first).first;
      const int64_t most = rule.choices.Count("at most");
      if (++seen[begins] <= most) return false;
      Decline(*each.announcement, absl::StrCat("more than ", most, " announced since ",
                                               FormatInstant(begins), " (", Path(rule), ")"));
      return true;
    });
  }

  const MaintenanceQuestion& question_;
};

// How much of `piece` is admitted with `rest` of the cap, and what it uses: the end of the part.
Instant EndWithin(const Interval& piece, const std::vector<Interval>& down, bool by_down_time,
                  Duration& rest) {
  if (rest.micros <= 0) return piece.first;
  std::vector<Interval> uses = by_down_time ? Union(down, piece) : std::vector<Interval>{piece};
  for (const Interval& use : uses) {
    if (Length(use) > rest) {
      Instant end = use.first + rest;
      rest = {};
      return end;
    }
    rest.micros -= Length(use).micros;
  }
  return piece.limit;
}

class CapWalk {
 public:
  explicit CapWalk(const MaintenanceQuestion& question) : question_(question) {}

  // False when nothing of it is admitted.
  bool Admit(const Candidate& candidate) {
    const size_t before = admitted_.size();
    std::vector<Interval> pieces = Without({candidate.interval}, taken_);
    for (const Interval& piece : pieces) {
      for (Instant at = piece.first; at < piece.limit;) {
        Interval part{at, piece.limit};
        if (IsCapped(*question_.rule)) {
          Interval period = PeriodAt(CapPeriod(*question_.rule), *question_.zone, at);
          part.limit = std::min(part.limit, period.limit);
          AdmitPart(candidate, part, period);
        } else {
          Take(candidate, part);
        }
        at = part.limit;
      }
    }
    return admitted_.size() > before;
  }
  std::vector<AdmittedTime> Done() && { return std::move(admitted_); }

 private:
  void AdmitPart(const Candidate& candidate, const Interval& part, const Interval& period) {
    const Choices& choices = question_.rule->choices;
    auto [rest, fresh] = rests_.try_emplace(period.first, choices.Length("cap length"));
    bool by_down_time = choices.Is("cap consumed by", "down time");
    Instant end = EndWithin(part, question_.down, by_down_time, rest->second);
    if (part.first < end) Take(candidate, {part.first, end});
  }

  void Take(const Candidate& candidate, const Interval& part) {
    const Announcement& announcement = *candidate.announcement;
    const MaintenanceAnnounced& body = announcement.body;
    std::string reason =
        absl::StrCat(std::string(CauseName(body.cause)), " \"", body.name, "\", ",
                     FormatInstant(body.interval.first), " to ", FormatInstant(body.interval.limit),
                     ", announced ", FormatInstant(announcement.announced));
    if (candidate.reduced) absl::StrAppend(&reason, ", reduced for late notice");
    if (part.limit < candidate.interval.limit && IsCapped(*question_.rule)) {
      absl::StrAppend(&reason, ", up to the cap or its period's end");
    }
    admitted_.push_back({part, std::move(reason), question_.rule->id, {announcement.act}});
    taken_.push_back(part);
    taken_ = Union(std::move(taken_), {Instant::Min(), Instant::Max()});
  }

  const MaintenanceQuestion& question_;
  std::map<Instant, Duration> rests_;  // of the cap, by the beginning of its period
  std::vector<Interval> taken_;
  std::vector<AdmittedTime> admitted_;
};

int64_t DaysInMonth(const CivilDay& day) {
  return DayNumber({day.year, day.month + 1, 1}) - DayNumber({day.year, day.month, 1});
}

bool Falls(const Rule& rule, const CivilDay& day) {
  static constexpr absl::string_view kDays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                                "thursday", "friday", "saturday"};
  static constexpr absl::string_view kNumbers[] = {"first", "second", "third", "fourth"};
  absl::string_view weekday = rule.choices.Word("weekday");
  absl::string_view occurs = rule.choices.Word("occurs");
  bool any = weekday == "day";
  if (!any && weekday != kDays[WeekdayOf(DayNumber(day))]) return false;
  if (occurs == "every") return true;
  int64_t step = any ? 1 : 7;
  if (occurs == "last") return day.day + step > DaysInMonth(day);
  int64_t number = (day.day - 1) / step;
  return number < 4 && occurs == kNumbers[number];
}

Interval TimeOn(const Rule& rule, const Zone& zone, const CivilDay& day) {
  if (rule.choices.Is("time", "whole local day")) return {zone.StartOfDay(day), zone.EndOfDay(day)};
  absl::string_view begins = rule.choices.Word("begins");  // "hh:mm", of the table
  CivilTime time{.day = day};
  time.hour = (begins[0] - '0') * 10 + (begins[1] - '0');
  time.minute = (begins[3] - '0') * 10 + (begins[4] - '0');
  Instant first = zone.FirstInstantOf(time);
  return {first, first + rule.choices.Length("length")};
}

}  // namespace

bool HoldsFor(const Rule& rule, absl::string_view objective) {
  return rule.objectives.empty() || std::find(rule.objectives.begin(), rule.objectives.end(),
                                              objective) != rule.objectives.end();
}

Interval CapPeriodsAround(const Rule& maintenance, const Zone& zone, const Interval& window) {
  if (!IsCapped(maintenance)) return window;
  const Period period = CapPeriod(maintenance);
  return {PeriodAt(period, zone, window.first).first,
          PeriodAt(period, zone, window.limit - Duration{1}).limit};
}

absl::StatusOr<WeighedMaintenance> AdmittedMaintenance(const MaintenanceQuestion& question) {
  TALLY_CHECK(question.rule != nullptr && question.zone != nullptr &&
              question.calendars != nullptr);
  Sifting sifting(question);
  TALLY_RETURN_IF_ERROR(sifting.Run());
  WeighedMaintenance weighed{.admitted = {}, .declined = std::move(sifting.declined)};
  CapWalk walk(question);
  for (Candidate& candidate : sifting.candidates) {
    candidate.interval = Intersection(candidate.interval, question.periods);
    if (candidate.interval.empty() || walk.Admit(candidate)) continue;
    weighed.declined.push_back(
        {candidate.announcement->act,
         IsCapped(*question.rule)
             ? absl::StrCat("nothing is left of the cap of rules/", question.rule->id)
             : std::string("the time is out by an earlier announcement")});
  }
  weighed.admitted = std::move(walk).Done();
  return weighed;
}

std::vector<AdmittedTime> RecurringTime(const Rule& rule, const Zone& zone, const Interval& range) {
  std::vector<AdmittedTime> times;
  // A week early: that is as far as the longest one reaches.
  int64_t day = DayNumber(zone.DayAt(range.first)) - 8;
  int64_t last = DayNumber(zone.DayAt(range.limit));
  for (; day <= last; ++day) {
    CivilDay civil = DayOfNumber(day);
    if (!Falls(rule, civil)) continue;
    Interval time = TimeOn(rule, zone, civil);
    if (Intersection(time, range).empty()) continue;
    times.push_back(
        {time,
         absl::StrCat(rule.choices.Text("cause"), ", ", std::string(rule.choices.Word("occurs")),
                      " ", std::string(rule.choices.Word("weekday")), ", ", FormatDay(civil)),
         rule.id,
         {}});
  }
  return times;
}

}  // namespace tally::replay
