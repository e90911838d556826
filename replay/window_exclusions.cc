// Sources of exclusions one after another; their order decides nothing but the order of reasons,
// since an instant excluded twice is excluded once.
#include "replay/window_exclusions.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "replay/terms/availability.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// A run of bad time that is cut by the window's end is tested over a month more. What is counted in
// a window may come to its end at any time after it: an item that is still open, a date that is due
// in the next month but one, or that somebody else's delay has moved.
Instant LimitAround(const CaseFile& file, const PlannedWindow& plan) {
  const Instant limit = plan.window.interval.limit;
  if (!plan.objective->counted) return limit + Days(31);
  return std::max(limit + Days(100), file.axes().knowledge);
}

TimeQuestion QuestionOf(const CaseFile& file, const PlannedWindow& plan, const SeenFrom& seen) {
  TimeQuestion question;
  question.version = plan.version;
  question.objective = plan.objective;
  question.zone = &file.ZoneOf(plan.version->terms->zone);
  question.knowledge = seen.knowledge.value_or(file.axes().knowledge);
  if (const Closing* closing = seen.closing; closing != nullptr) {
    // As for evidence: what was recorded while the closing was made is not in it.
    question.closed = closing->stamp;
    question.closed->at = {std::min(closing->body.size, closing->stamp.at.index), 0};
    question.closed->time = closing->body.knowledge;
  }
  return question;
}

void TakeNewer(const Ruling& ruling, const Interval& window, std::optional<Restatement>& newest) {
  if (!ruling.after_closing || Intersection(ruling.interval, window).empty()) return;
  if (!newest || newest->act < ruling.act) newest = Restatement{ruling.act, ruling.time};
}

class Gathering {
 public:
  Gathering(const CaseFile& file, const PlannedWindow& plan, const SeenFrom& seen, Instant from)
      : terms_(*plan.version->terms),
        objective_(*plan.objective),
        zone_(file.ZoneOf(plan.objective->window.zone)),
        window_(plan.window.interval),
        range_{std::min(from, plan.window.interval.first), LimitAround(file, plan)},
        acts_(file.exclusions()),
        calendars_(file.CalendarsOf(*plan.version)),
        question_(QuestionOf(file, plan, seen)) {}

  void Agreed() {
    for (const AgreedExclusion& exclusion : objective_.exclusions) {
      Take({exclusion.interval,
            absl::StrCat(exclusion.cause, " \"", exclusion.id, "\", agreed with the terms"),
            "",
            {}});
    }
  }

  absl::Status ByRule(const BadTimeOver& bad_time) {
    announcements_ = AnnouncementsFor(acts_, question_);
    for (const Rule& rule : terms_.rules) {
      if (!HoldsFor(rule, objective_.id)) continue;
      if (rule.kind == "recurring exclusion") {
        for (AdmittedTime& time : RecurringTime(rule, zone_, range_)) Take(std::move(time));
      } else if (rule.kind == "maintenance") {
        TALLY_RETURN_IF_ERROR(ByMaintenance(rule, bad_time));
      }
    }
    NoteDeclined();
    return absl::OkStatus();
  }

  void Decided() {
    DecidedTime decided = TimeDecided(acts_, question_);
    for (AdmittedTime& time : decided.admitted) Take(std::move(time));
    for (OpenMatter& open : decided.open) {
      if (!Intersection(open.interval, window_).empty()) found_.open.push_back(std::move(open));
    }
    for (OpenMatter& noted : decided.noted) {
      if (!Intersection(noted.interval, window_).empty()) found_.noted.push_back(std::move(noted));
    }
    for (OpenMatter& late : decided.late) {
      if (!Intersection(late.interval, window_).empty()) found_.late.push_back(std::move(late));
    }
    for (const Ruling& ruling : decided.rulings) {
      if (Intersection(ruling.interval, window_).empty()) continue;
      if (ruling.by_authority) {
        found_.ruled = std::max(found_.ruled.value_or(ruling.time), ruling.time);
      }
      TakeNewer(ruling, window_, found_.restating);
    }
    found_.incidents = std::move(decided.incidents);
    found_.after_closing = decided.after_closing;
  }

  WindowExclusions Done() && {
    found_.time = Union(std::move(found_.time), range_);
    return std::move(found_);
  }

 private:
  absl::Status ByMaintenance(const Rule& rule, const BadTimeOver& bad_time) {
    MaintenanceQuestion question;
    question.rule = &rule;
    question.zone = &zone_;
    question.calendars = &calendars_;
    question.announcements = announcements_;
    for (const Rule& each : terms_.rules) {
      bool holds = each.kind == "maintenance count" && HoldsFor(each, objective_.id);
      if (holds) question.counts.push_back(&each);
    }
    if (question.announcements.empty()) return absl::OkStatus();
    question.periods = CapPeriodsAround(rule, zone_, range_);
    question.down = {question.periods};
    if (rule.choices.Is("cap consumed by", "down time") && bad_time != nullptr) {
      TALLY_ASSIGN_OR_RETURN(question.down, bad_time(question.periods));
    }
    TALLY_ASSIGN_OR_RETURN(WeighedMaintenance weighed, AdmittedMaintenance(question));
    for (AdmittedTime& time : weighed.admitted) Take(std::move(time));
    for (DeclinedMaintenance& each : weighed.declined) {
      std::string& reasons = declined_[each.act];
      absl::StrAppend(&reasons, reasons.empty() ? "" : "; ", each.reason);
    }
    return absl::OkStatus();
  }

  // An announcement that takes nothing out of the window is told, with what stood against it.
  void NoteDeclined() {
    for (const Announcement& each : announcements_) {
      const bool admitted =
          std::any_of(found_.reasons.begin(), found_.reasons.end(), [&](const AdmittedTime& time) {
            return std::find(time.acts.begin(), time.acts.end(), each.act) != time.acts.end();
          });
      if (admitted || Intersection(each.body.interval, window_).empty()) continue;
      const auto reasons = declined_.find(each.act);
      found_.noted.push_back(
          {each.body.interval,
           absl::StrCat(AnnouncementText(each.body, each.announced), ", not excluded: ",
                        reasons != declined_.end() ? reasons->second
                        : MaintenanceIsRuled()
                            ? "no part of it lies in the window"
                            : "the terms have no rule that excludes maintenance"),
           {each.act}});
    }
    for (OpenMatter& each : AnnouncementsUnheard(acts_, question_)) {
      if (!Intersection(each.interval, window_).empty()) found_.noted.push_back(std::move(each));
    }
  }
  bool MaintenanceIsRuled() const {
    return std::any_of(terms_.rules.begin(), terms_.rules.end(), [&](const Rule& rule) {
      return rule.kind == "maintenance" && HoldsFor(rule, objective_.id);
    });
  }

  void Take(AdmittedTime time) {
    found_.time.push_back(time.interval);
    time.interval = Intersection(time.interval, window_);
    if (!time.interval.empty()) found_.reasons.push_back(std::move(time));
  }

  const Terms& terms_;
  const Objective& objective_;
  const Zone& zone_;
  Interval window_, range_;
  const ExclusionFold& acts_;
  const CalendarBook& calendars_;
  TimeQuestion question_;
  std::vector<Announcement> announcements_;
  std::map<Cause, std::string> declined_;  // why, by announcement
  WindowExclusions found_;
};

}  // namespace

absl::StatusOr<WindowExclusions> ExclusionsOfWindow(const CaseFile& file, const PlannedWindow& plan,
                                                    const SeenFrom& seen, Instant from,
                                                    const BadTimeOver& bad_time) {
  Gathering gathering(file, plan, seen, from);
  gathering.Agreed();
  TALLY_RETURN_IF_ERROR(gathering.ByRule(bad_time));
  gathering.Decided();
  return std::move(gathering).Done();
}

std::optional<Restatement> RestatingDecision(const CaseFile& file, const PlannedWindow& plan,
                                             const SeenFrom& seen) {
  std::optional<Restatement> newest;
  for (const Ruling& ruling :
       RulingsAfterClosing(file.exclusions(), QuestionOf(file, plan, seen))) {
    TakeNewer(ruling, plan.window.interval, newest);
  }
  return newest;
}

void Join(WindowExclusions part, WindowExclusions& all) {
  const auto append = [](auto& from, auto& to) { to.insert(to.end(), from.begin(), from.end()); };
  append(part.time, all.time);
  append(part.reasons, all.reasons);
  append(part.open, all.open);
  append(part.incidents, all.incidents);
  append(part.noted, all.noted);
  append(part.late, all.late);
  if (part.ruled) all.ruled = std::max(all.ruled.value_or(*part.ruled), *part.ruled);
  bool newer = part.restating && (!all.restating || all.restating->act < part.restating->act);
  if (newer) all.restating = part.restating;
  all.after_closing = all.after_closing || part.after_closing;
}

}  // namespace tally::replay
