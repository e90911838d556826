#include "tools/terms_window.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tools/terms_words.h"

namespace tally::tools {
namespace {

constexpr absl::string_view kEvery =
    "choose `calendar month`, `calendar quarter`, `calendar year`, `contract year`, `{ billing "
    "cycle from day: 15 }`, `{ fixed: 720 h }` or `{ rolling: 30 days, step: 1 day, length: "
    "local days, first windows: not measured }`";

void ReadRolling(Fields& choices, WindowRule& window) {
  window.every = WindowEvery::kRollingDays;
  window.days =
      choices.Need("rolling", "write the window's length, like `30 days`").Days(1).value_or(0);
  window.step_days =
      choices.Need("step", "write how far apart windows end, like `1 day`").Days(1).value_or(0);
  choices.Choose("length", kLengthWords, window.length);
  choices.Choose("first windows", kShortWords, window.short_first);
}

// Every month has 28 days; only a later day can be missing.
void ReadBillingCycle(Fields& choices, WindowRule& window) {
  window.every = WindowEvery::kBillingCycle;
  Field day = choices.Need("billing cycle from day", "write a day of the month, 1 to 31");
  window.anchor_day = day.Count(1, 31).value_or(0);
  if (window.anchor_day > 28) {
    choices.Choose("short month", kMonthEndWords, window.month_end);
  } else if (window.anchor_day > 0) {
    choices.Exclude("short month", "every month has this day");
  } else {
    choices.Find("short month");
  }
}

// Reports what `every` is not, and returns whether windows are clipped by the term.
bool ReadEvery(const Field& every, WindowRule& window) {
  if (!every.IsMap()) {
    if (every.present() && !every.node().IsText()) {
      every.Bad(kEvery);
    } else if (every.Says("contract year")) {
      window.every = WindowEvery::kContractYear;
    } else if (every.present()) {
      for (const Word<WindowEvery>& word : kCalendarWindows) {
        if (every.Says(word.text)) window.every = word.value;
      }
      if (window.every == WindowEvery::kUnset) every.Bad(kEvery);
    }
    return true;
  }
  Fields choices(every, kEvery);
  if (choices.Find("billing cycle from day").present()) {
    ReadBillingCycle(choices, window);
  } else if (Field fixed = choices.Find("fixed"); fixed.present()) {
    window.every = WindowEvery::kFixedLength;
    window.fixed = fixed.Length();
    if (window.fixed && *window.fixed < Minutes(1)) fixed.Bad("a window is at least `1 min` long");
  } else {
    ReadRolling(choices, window);
  }
  choices.Done();
  return window.every != WindowEvery::kRollingDays;
}

std::optional<AgreedExclusion> ReadExclusion(const Field& field, const replay::Zone* zone) {
  constexpr absl::string_view kWhen = "write a date like `2025-06-01` or a time with its offset";
  Fields choices(field, "write `{ id: ..., cause: ..., from: ..., until: ... }`");
  std::optional<std::string> id = choices.Need("id", "give the exclusion a name").Name();
  std::optional<std::string> cause =
      choices.Need("cause", "write the cause, like `planned maintenance`")
          .Text("write the cause, like `planned maintenance`");
  std::optional<Instant> from = ReadInstant(choices.Need("from", kWhen), zone);
  Field until_field = choices.Need("until", kWhen);
  std::optional<Instant> until = ReadInstant(until_field, zone);
  choices.Done();
  if (!id || !cause || !from || !until) return std::nullopt;
  if (*until <= *from) {
    until_field.Error("terms-contradiction",
                      absl::StrCat("the exclusion ", *id,
                                   *until == *from ? " is empty: it ends where it begins"
                                                   : " ends before it begins"));
    return std::nullopt;
  }
  return AgreedExclusion{*id, *cause, {*from, *until}};
}

}  // namespace

WindowRule ReadWindow(const Field& field, TermsZones& zones) {
  WindowRule window;
  Fields choices(field);
  if (ReadEvery(choices.Need("every", kEvery), window)) {
    choices.Choose("when clipped", kClippedWords, window.clipped);
  } else {
    choices.Exclude("when clipped", "`first windows` says what a short window is worth");
  }
  window.zone = zones.Read(choices.Need("zone", "name the zone whose calendar cuts the windows"));
  choices.Done();
  return window;
}

std::string EveryInWords(const WindowRule& window) {
  const auto days = [](uint32_t count) {
    return absl::StrCat(count, count == 1 ? " day" : " days");
  };
  switch (window.every) {
    case WindowEvery::kRollingDays:
      return absl::StrCat("{ rolling: ", days(window.days), ", step: ", days(window.step_days),
                          ", length: ", TextOf(kLengthWords, window.length),
                          ", first windows: ", TextOf(kShortWords, window.short_first), " }");
    case WindowEvery::kBillingCycle:
      if (window.month_end == MonthEnd::kUnset) {
        return absl::StrCat("{ billing cycle from day: ", window.anchor_day, " }");
      }
      return absl::StrCat("{ billing cycle from day: ", window.anchor_day,
                          ", short month: ", TextOf(kMonthEndWords, window.month_end), " }");
    case WindowEvery::kContractYear:
      return "contract year";
    case WindowEvery::kFixedLength:
      return absl::StrCat("{ fixed: ", FormatDuration(window.fixed.value_or(Duration{})), " }");
    default:
      return std::string(TextOf(kCalendarWindows, window.every));
  }
}

std::vector<AgreedExclusion> ReadExclusions(const Field& field, const replay::Zone* zone) {
  std::vector<AgreedExclusion> exclusions;
  if (!field.present() || field.Says("none")) return exclusions;
  for (const Field& item :
       field.Items("choose `none` or a list of `{ id: ..., cause: ..., from: ..., until: ... }`")) {
    std::optional<AgreedExclusion> exclusion = ReadExclusion(item, zone);
    if (!exclusion) continue;
    for (const AgreedExclusion& other : exclusions) {
      if (other.id != exclusion->id) continue;
      item.Error("terms-contradiction", absl::StrCat("the exclusion ", other.id, " stands twice"));
    }
    exclusions.push_back(*std::move(exclusion));
  }
  std::sort(exclusions.begin(), exclusions.end(),
            [](const AgreedExclusion& a, const AgreedExclusion& b) { return a.id < b.id; });
  return exclusions;
}

}  // namespace tally::tools
