#include "tools/terms_names.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "replay/terms/caps.h"
#include "schema/duty_choices.h"
#include "schema/request_choices.h"
#include "schema/vocabulary_desk.h"
#include "schema/vocabulary_states.h"
#include "tools/terms_adjust.h"
#include "tools/terms_bounds.h"
#include "tools/terms_credit.h"
#include "tools/terms_fields.h"
#include "tools/terms_sense.h"
#include "tools/terms_vocabulary.h"

namespace tally::tools {
namespace {

// A thing with choices and where it stands in the file.
struct Place {
  std::string path;
  const VocabularyRow* row = nullptr;
  const Choices* choices = nullptr;
  const Measure* measure = nullptr;  // when it is one
};

std::vector<Place> PlacesOf(const Terms& terms) {
  std::vector<Place> places;
  for (const Objective& objective : terms.objectives) {
    const std::string path = absl::StrCat("objectives.", objective.id);
    if (objective.counted) {
      places.push_back({path + ".measure",
                        FindInVocabulary(ThingKind::kMeasure, objective.counted->kind),
                        &objective.counted->choices, &*objective.counted});
    }
    if (objective.credit) {
      places.push_back({path + ".credit",
                        FindInVocabulary(ThingKind::kCredit, objective.credit->scheme),
                        &objective.credit->choices});
    }
  }
  for (const Rule& rule : terms.rules) {
    places.push_back({absl::StrCat("rules.", rule.id),
                      FindInVocabulary(ThingKind::kRule, rule.kind), &rule.choices});
  }
  return places;
}

// What a choice of this name can name.
struct Named {
  std::set<std::string> names;
  absl::string_view list;  // the key of the file that has them
};

// The sentence of a choice says what it names.
Named NamesFor(const ChoiceRow& row, const Terms& terms) {
  Named named;
  if (absl::StrContains(row.ask, "calendar")) {
    named.list = "calendars";
    named.names.insert(std::string(kAlwaysOpen));
    for (const CalendarRef& each : terms.calendars) named.names.insert(each.name);
  } else if (absl::StrContains(row.ask, "the fee")) {
    named.list = "fees";
    for (const Fee& each : terms.fees) named.names.insert(each.name);
  } else if (absl::StrContains(row.ask, "the role")) {
    named.list = "parties";
    for (const TermsParty& each : terms.parties) named.names.insert(each.role);
  } else if (absl::StrContains(row.ask, "the cap")) {
    named.list = "rules";
    for (const Rule& each : terms.rules) {
      if (replay::IsCap(each)) named.names.insert(each.id);
    }
  } else {
    named.list = "objectives";
    for (const Objective& each : terms.objectives) named.names.insert(each.id);
  }
  return named;
}

// The currency in which an objective pays; nothing for points and for no credit at all.
std::optional<Currency> CurrencyOf(const Terms& terms, const Objective& objective) {
  if (!objective.credit) return std::nullopt;
  if (const Fee* fee = FindFee(terms.fees, objective.credit->fee)) return fee->amount.currency;
  const VocabularyRow* row = FindInVocabulary(ThingKind::kCredit, objective.credit->scheme);
  return row == nullptr ? std::nullopt : CurrencyOfChoices(*row, objective.credit->choices);
}

bool AddsMoney(const Rule& rule) {
  return rule.kind == "cap" || rule.kind == "at risk" || rule.kind == "same incident" ||
         rule.kind == "minimum" || rule.choices.Is("unit", "money");
}

void CheckNames(const Terms& terms, TermsReport& report) {
  for (const Place& place : PlacesOf(terms)) {
    if (place.row == nullptr) continue;
    for (const Choice& choice : place.choices->all()) {
      const ChoiceRow& row = RowOf(*place.row, *place.choices, choice.name);
      if (row.form != ChoiceForm::kName && row.form != ChoiceForm::kNames) continue;
      if (!place.choices->Has(choice.name)) continue;  // "none"
      const Named named = NamesFor(row, terms);
      for (const std::string& name : choice.values) {
        if (named.names.count(name) > 0) continue;
        const std::vector<absl::string_view> known(named.names.begin(), named.names.end());
        report.Error(
            report.PlaceOf(absl::StrCat(place.path, ".", choice.name)), "terms-contradiction",
            absl::StrCat("`", choice.name, "`: `", named.list, "` has no \"", name, "\""),
            known.empty() ? absl::StrCat("name it under `", named.list, "`") : ChooseOneOf(known));
      }
    }
  }
}

void CheckCurrencies(const Terms& terms, TermsReport& report) {
  for (const Rule& rule : terms.rules) {
    const VocabularyRow* row = FindInVocabulary(ThingKind::kRule, rule.kind);
    if (row == nullptr || !AddsMoney(rule)) continue;
    std::set<std::string> codes;
    if (std::optional<Currency> own = CurrencyOfChoices(*row, rule.choices)) {
      codes.insert(own->code);
    }
    if (rule.choices.Has("fee")) {
      const Fee* fee = FindFee(terms.fees, rule.choices.Text("fee"));
      if (fee != nullptr) codes.insert(fee->amount.currency.code);
    }
    for (const Objective& objective : terms.objectives) {
      const bool covered =
          rule.objectives.empty() ||
          std::binary_search(rule.objectives.begin(), rule.objectives.end(), objective.id);
      const std::optional<Currency> currency = CurrencyOf(terms, objective);
      if (covered && currency) codes.insert(currency->code);
    }
    if (codes.size() < 2) continue;
    report.Error(
        report.PlaceOf(absl::StrCat("rules.", rule.id)), "terms-contradiction",
        absl::StrCat("the rule ", rule.id, " would add ", *codes.begin(), " and ", *codes.rbegin()),
        "let it hold for objectives of one currency");
  }
}

// Choices that name feeds by whom something is said.
bool NamesFeeds(absl::string_view choice) {
  constexpr absl::string_view kNames[] = {"decided by", "delivered by", "due stated by",
                                          "reviewed by", "stated by"};
  return std::find(std::begin(kNames), std::end(kNames), choice) != std::end(kNames);
}

// A feed whose word counts in a measure is one of its sources.
void CheckFeeds(const Terms& terms, TermsReport& report) {
  for (const Place& place : PlacesOf(terms)) {
    if (place.row == nullptr || place.measure == nullptr) continue;
    std::set<std::string> feeds;
    for (const SourceRef& source : place.measure->sources) feeds.insert(source.feed);
    if (feeds.empty()) continue;  // reported
    const std::vector<absl::string_view> known(feeds.begin(), feeds.end());
    for (const Choice& choice : place.choices->all()) {
      if (!NamesFeeds(choice.name) || !place.choices->Has(choice.name)) continue;
      for (const std::string& name : choice.values) {
        if (feeds.count(name) > 0) continue;
        report.Error(report.PlaceOf(absl::StrCat(place.path, ".", choice.name)),
                     "terms-contradiction",
                     absl::StrCat("`", choice.name, "`: \"", name, "\" is no feed of `sources`"),
                     ChooseOneOf(known));
      }
    }
  }
}

// Objectives that a composite is made of are there, and none is made of itself.
void CheckMembers(const Terms& terms, TermsReport& report) {
  std::map<std::string, std::vector<std::string>> members;
  for (const Objective& objective : terms.objectives) {
    members[objective.id];
    if (!objective.counted) continue;
    members[objective.id] = MembersOf(objective.counted->kind, objective.counted->choices);
  }
  for (const auto& [id, direct] : members) {
    const FilePosition place = report.PlaceOf(absl::StrCat("objectives.", id, ".measure"));
    std::set<std::string> reached;
    std::vector<std::string> open = direct;
    while (!open.empty()) {
      const std::string next = open.back();
      open.pop_back();
      const auto found = members.find(next);
      if (found == members.end() || !reached.insert(next).second) continue;
      open.insert(open.end(), found->second.begin(), found->second.end());
    }
    if (reached.count(id) > 0) {
      report.Error(place, "terms-contradiction",
                   absl::StrCat("the value of ", id, " would be found from itself"));
    }
    for (const std::string& name : direct) {
      if (members.count(name) > 0) continue;
      report.Error(place, "terms-contradiction",
                   absl::StrCat("`objectives` has no \"", name, "\""));
    }
  }
}

// What a table's own room demands of its choices ("choice \"percentile\": above 0 ...").
void CheckBeyondForm(const Terms& terms, TermsReport& report) {
  using Check = absl::Status (*)(absl::string_view, const Choices&);
  constexpr Check kChecks[] = {CheckRequestChoices, CheckDeskChoices, CheckDutyChoices,
                               CheckStateChoices};
  for (const Place& place : PlacesOf(terms)) {
    // A check may look at any choice; what is missing was reported.
    if (place.row == nullptr || !place.choices->Check(*place.row).ok()) continue;
    for (const Check check : kChecks) {
      const absl::Status status = check(place.row->kind, *place.choices);
      if (status.ok()) continue;
      absl::string_view name = status.message();
      if (absl::ConsumePrefix(&name, "choice \"")) name = name.substr(0, name.find('"'));
      report.Error(report.PlaceOf(absl::StrCat(place.path, ".", name)), "terms-bad-value",
                   status.message());
    }
  }
}

}  // namespace

void CheckChoices(const Terms& terms, TermsReport& report) {
  CheckNames(terms, report);
  CheckFeeds(terms, report);
  CheckBeyondForm(terms, report);
  if (!report.HasErrors()) CheckMembers(terms, report);
  CheckCurrencies(terms, report);
  CheckBounds(terms, report);
  CheckSense(terms, report);
  CheckAdjustments(terms, report);
}

std::vector<std::string> FeedsOfRules(const Terms& terms) {
  std::set<std::string> feeds;
  for (const Rule& rule : terms.rules) {
    for (const Choice& choice : rule.choices.all()) {
      if (NamesFeeds(choice.name)) feeds.insert(choice.values.begin(), choice.values.end());
    }
  }
  return {feeds.begin(), feeds.end()};
}

}  // namespace tally::tools
