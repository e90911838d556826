// Rules of the vocabulary, read into one answer; rules stand by number, whatever their order.
#include "replay/dispute/claim_rules.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/dispute/calendar.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

std::string ClauseOf(const Rule& rule) { return absl::StrCat("rules.", rule.id); }

LevelForm FormOf(const Choices& choices) {
  if (choices.Is("form", "mediation")) return LevelForm::kMediation;
  if (choices.Is("form", "expert determination")) return LevelForm::kDetermination;
  if (choices.Is("form", "arbitration")) return LevelForm::kArbitration;
  return LevelForm::kRepresentatives;
}

absl::StatusOr<DisputeLevel> LevelOf(const Rule& rule, const CalendarBook& calendars) {
  DisputeLevel level;
  level.rule = rule.id;
  level.number = rule.choices.Count("level");
  level.form = FormOf(rule.choices);
  bool decides = level.form == LevelForm::kDetermination || level.form == LevelForm::kArbitration;
  if (decides) level.authority = rule.choices.Text("authority");
  if (rule.choices.Is("counted in", "no limit")) return level;
  TALLY_ASSIGN_OR_RETURN(level.within, TimerOf(rule.choices, calendars));
  if (rule.choices.Is("on expiry", "next level")) level.on_expiry = LevelExpiry::kNextLevel;
  if (rule.choices.Is("on expiry", "claim lapses")) level.on_expiry = LevelExpiry::kLapses;
  return level;
}

}  // namespace

bool IsAbout(const Rule& rule, const std::string& objective) {
  return rule.objectives.empty() || std::find(rule.objectives.begin(), rule.objectives.end(),
                                              objective) != rule.objectives.end();
}

absl::StatusOr<ClaimRules> ClaimRulesOf(const Terms& terms, const std::string& objective,
                                        const Zone& zone, const CalendarBook& calendars) {
  ClaimRules rules;
  rules.zone = &zone;
  rules.zone_name = terms.zone.name;
  rules.on_claim = terms.disputes.credits == ClaimNeeded::kOnClaim;
  rules.silence = terms.disputes.silence;
  rules.answer.number = terms.disputes.answer_within_days;
  rules.answer_clause = "disputes.answer_within_days";
  for (const Rule& rule : terms.rules) {
    if (!IsAbout(rule, objective)) continue;
    if (rule.kind == "answer deadline") {
      TALLY_ASSIGN_OR_RETURN(rules.answer, TimerOf(rule.choices, calendars));
      rules.answer_clause = ClauseOf(rule);
    } else if (rule.kind == "escalation deadline") {
      TALLY_ASSIGN_OR_RETURN(rules.escalation, TimerOf(rule.choices, calendars));
      rules.escalation_clause = ClauseOf(rule);
    } else if (rule.kind == "dispute level") {
      TALLY_ASSIGN_OR_RETURN(DisputeLevel level, LevelOf(rule, calendars));
      rules.levels.push_back(std::move(level));
    } else if (rule.kind == "sum claimed") {
      rules.within_sum_claimed = rule.choices.Is("limits", "what is due");
    }
  }
  std::sort(rules.levels.begin(), rules.levels.end(),
            [](const DisputeLevel& a, const DisputeLevel& b) { return a.number < b.number; });
  // `terms check` refuses other numbers. Terms that were signed with some have the levels that can
  // be reached one after the other, the first of each number.
  size_t reached = 0;
  for (size_t i = 0; i < rules.levels.size(); ++i) {
    if (rules.levels[i].number != static_cast<int64_t>(reached) + 1) continue;
    if (i != reached) rules.levels[reached] = std::move(rules.levels[i]);
    ++reached;
  }
  rules.levels.resize(reached);
  return rules;
}

Instant ClaimDueByTerms(const Terms& terms, const std::string& objective, const Interval& window,
                        const Zone& zone) {
  for (const Rule& rule : terms.rules) {
    if (rule.kind != "claim deadline" || !IsAbout(rule, objective)) continue;
    const int64_t number = rule.choices.Count("number");
    if (rule.choices.Is("counted in", "elapsed days")) return window.limit + Days(number);
    if (rule.choices.Is("counted in", "calendar months")) return DueInMonths(zone, window, number);
    return DueAfterWindow(zone, window, static_cast<uint32_t>(number));
  }
  return DueAfterWindow(zone, window, terms.disputes.claim_within_days);
}

}  // namespace tally::replay
