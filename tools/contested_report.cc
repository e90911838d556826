#include "tools/contested_report.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/canonical.h"
#include "tools/json_writer.h"
#include "tools/pack_answer.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

using replay::Contested;
using replay::ContestedFavour;
using replay::ContestedPoint;
using replay::ContestedReading;
using replay::ContestedWindow;
using replay::Purse;

void PurseField(JsonWriter& json, absl::string_view name, const Purse& purse) {
  json.Key(name).BeginArray();
  for (const auto& [key, minor] : purse) {
    json.BeginObject()
        .Field("party", key.first)
        .Field("amount", FormatAmount({minor, key.second}))
        .Field("currency", key.second.code)
        .EndObject();
  }
  json.EndArray();
}

void WindowObject(JsonWriter& json, const ContestedWindow& window) {
  json.BeginObject()
      .Field("objective", window.name.objective)
      .Field("from", FormatInstant(window.name.window.first))
      .Field("to", FormatInstant(window.name.window.limit))
      .Field("verdict", replay::VerdictName(window.verdict))
      .Key("value");
  if (window.value.has_value()) {
    json.BeginObject()
        .Field("numerator", FormatWide(window.value->numerator()))
        .Field("denominator", FormatWide(window.value->denominator()))
        .Field("unit", std::string(replay::UnitName(window.unit)))
        .Field("text", replay::DisplayValue(*window.value, window.unit))
        .EndObject();
  } else {
    json.Null();
  }
  json.Key("credit");
  if (window.credit.has_value()) {
    json.BeginObject()
        .Field("amount", FormatAmount(*window.credit))
        .Field("currency", window.credit->currency.code)
        .EndObject();
  } else {
    json.Null();
  }
  json.EndObject();
}

// When it was, who said what about it, and why.
void SaidFields(JsonWriter& json, const ContestedPoint& point, const ToldActs& acts) {
  json.Key("time").BeginArray();
  for (const Interval& part : point.time) {
    json.BeginObject()
        .Field("from", FormatInstant(part.first))
        .Field("until", FormatInstant(part.limit))
        .EndObject();
  }
  json.EndArray().Key("said").BeginArray();
  for (const ledger::EventAddress& at : point.acts) {
    const auto found = acts.find(at);
    if (found == acts.end()) continue;
    const ToldAct& act = found->second;
    json.BeginObject()
        .Field("event", at.ToText())
        .Field("kind", act.what)
        .Field("author", act.by)
        .Field("recorded", FormatInstant(act.recorded))
        .Field("reason", act.reason)
        .EndObject();
  }
  json.EndArray();
}

void PointObject(JsonWriter& json, const ContestedPoint& point, const ToldActs& acts) {
  json.BeginObject()
      .Field("kind", point.kind)
      .Field("name", point.name)
      .Field("matter", point.matter)
      .Key("acts")
      .BeginArray();
  for (const ledger::EventAddress& act : point.acts) json.String(act.ToText());
  json.EndArray();
  SaidFields(json, point, acts);
  json.Key("readings").BeginArray();
  for (const ContestedReading& reading : point.readings) {
    json.BeginObject()
        .Field("label", reading.label)
        .Field("party", reading.party)
        .BoolField("stands", reading.stands)
        .Key("windows")
        .BeginArray();
    for (const ContestedWindow& window : reading.windows) WindowObject(json, window);
    json.EndArray();
    PurseField(json, "credits", reading.credits);
    json.EndObject();
  }
  json.EndArray();
  PurseField(json, "stake", point.stake);
  json.EndObject();
}

// Claims and objections: nothing is recomputed for them (replay/contested.h).
bool ComparesRecords(const ContestedPoint& point) {
  return point.kind == "claim" || point.kind == "objection";
}

// Sums that stand beside each other; those of several currencies are several.
std::string Listed(const std::map<Currency, int64_t>& sums) {
  std::string text;
  for (const auto& [currency, minor] : sums) {
    absl::StrAppend(&text, text.empty() ? "" : " and ", FormatMoney({minor, currency}));
  }
  return text.empty() ? "nothing" : text;
}

std::map<Currency, int64_t> ZerosOf(const Purse& purse) {
  std::map<Currency, int64_t> zeros;
  for (const auto& [key, unused] : purse) zeros[key.second] = 0;
  return zeros;
}

}  // namespace

std::string OwedText(const Purse& purse) {
  std::string text;
  for (const auto& [key, minor] : purse) {
    if (minor <= 0) continue;
    absl::StrAppend(&text, text.empty() ? "" : " and ", FormatMoney({minor, key.second}), " to ",
                    Printable(key.first));
  }
  return text.empty() ? Listed(ZerosOf(purse)) : text;
}

std::string StakeText(const Purse& stake) {
  std::map<std::string, std::map<Currency, int64_t>> by_party;
  for (const auto& [key, minor] : stake) {
    if (minor != 0) by_party[key.first][key.second] = minor;
  }
  if (by_party.empty()) return Listed(ZerosOf(stake));
  const auto& first = by_party.begin()->second;
  const bool same = std::all_of(by_party.begin(), by_party.end(),
                                [&first](const auto& each) { return each.second == first; });
  if (same) return Listed(first);
  std::string text;
  for (const auto& [party, sums] : by_party) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", Listed(sums), " for ", Printable(party));
  }
  return text;
}

bool AnyRecomputed(const Contested& contested) {
  return std::any_of(contested.points.begin(), contested.points.end(),
                     [](const ContestedPoint& point) { return !ComparesRecords(point); });
}

std::string LeftOutOfTogether(const Contested& contested) {
  std::vector<std::string> left_out;
  for (const ContestedPoint& point : contested.points) {
    if (!ComparesRecords(point)) continue;
    left_out.push_back(absl::StrCat("the ", point.kind, " ", Printable(point.name), " (",
                                    StakeText(point.stake), ")"));
  }
  if (left_out.empty()) return "";
  return absl::StrCat("Not in it: ", absl::StrJoin(left_out, ", "), "; ",
                      left_out.size() == 1 ? "it compares" : "they compare",
                      " amounts that are recorded, which no reading changes.");
}

std::string ContestedJson(const Contested& contested, const ToldActs& acts) {
  const replay::Result& standing = contested.standing;
  std::optional<std::string> reported;
  if (standing.known.reported.has_value()) reported = FormatInstant(*standing.known.reported);
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.contested/1")
      .Field("agreement", standing.agreement)
      .Field("digest", contested.digest.ToHex())
      .Field("result", standing.digest.ToHex())
      .Field("figures", standing.figures.ToHex())
      .Key("known")
      .BeginObject()
      .NumberField("size", standing.known.size)
      .Field("instant", FormatInstant(standing.known.instant))
      .Field("recorded", FormatInstant(standing.known.recorded))
      .OptionalField("reported", reported)
      .EndObject()
      .Key("points")
      .BeginArray();
  for (const ContestedPoint& point : contested.points) PointObject(json, point, acts);
  json.EndArray().Key("together").BeginObject();
  json.Key("favours").BeginArray();
  for (const ContestedFavour& favour : contested.together.favours) {
    json.BeginObject().Field("party", favour.party);
    PurseField(json, "credits", favour.credits);
    json.EndObject();
  }
  json.EndArray();
  PurseField(json, "stake", contested.together.stake);
  json.Key("left_out").BeginArray();
  for (const ContestedPoint& point : contested.points) {
    if (!ComparesRecords(point)) continue;
    json.BeginObject().Field("kind", point.kind).Field("name", point.name).EndObject();
  }
  json.EndArray().EndObject();
  WriteDoubts(json, standing.findings);
  json.EndObject();
  return json.Take();
}

std::string ContestedText(const Contested& contested, const ToldActs& acts) {
  const replay::Result& standing = contested.standing;
  std::string out = absl::StrCat(
      DoubtWords(standing.findings), "Agreement ", Printable(standing.agreement),
      ", known at size ", standing.known.size, " (", FormatInstant(standing.known.instant), ")\n");
  if (contested.points.empty()) absl::StrAppend(&out, "\nNothing is contested.\n");
  for (const ContestedPoint& point : contested.points) {
    absl::StrAppend(&out, "\n", point.kind, " ", Printable(point.name), ": ",
                    Printable(point.matter), "\n");
    for (const Interval& part : point.time) {
      absl::StrAppend(&out, "  time ", FormatInstant(part.first), " to ", FormatInstant(part.limit),
                      "\n");
    }
    for (const ledger::EventAddress& at : point.acts) {
      absl::StrAppend(&out, "  ", Printable(ActWords(acts, at)), "\n");
    }
    for (const ContestedReading& reading : point.readings) {
      absl::StrAppend(
          &out, "  ", Printable(reading.label),
          reading.party.empty() ? "" : absl::StrCat(" (", Printable(reading.party), ")"),
          ": credit ", OwedText(reading.credits), reading.stands ? ", as it stands" : "", "\n");
      for (const ContestedWindow& window : reading.windows) {
        absl::StrAppend(&out, "    ", Printable(window.name.objective), " from ",
                        FormatInstant(window.name.window.first), ": ",
                        replay::VerdictName(window.verdict), ", ",
                        replay::FractionText(window.value), "\n");
      }
    }
    absl::StrAppend(&out, "  hangs on it alone: ", StakeText(point.stake), "\n");
  }
  if (!contested.points.empty()) {
    const bool any = AnyRecomputed(contested);
    absl::StrAppend(&out, "\nAll that is recomputed together: ",
                    any ? StakeText(contested.together.stake) : "nothing is", "\n");
    for (const ContestedFavour& favour : contested.together.favours) {
      if (!any) break;
      absl::StrAppend(&out, "  as it favours ", Printable(favour.party), ": credit ",
                      OwedText(favour.credits), "\n");
    }
    const std::string left_out = LeftOutOfTogether(contested);
    absl::StrAppend(&out, left_out, left_out.empty() ? "" : "\n");
  }
  absl::StrAppend(&out, "\ncontested ", contested.digest.ToHex(), "\n");
  return out;
}

}  // namespace tally::tools
