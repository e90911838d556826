#include "tools/compare_report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/canonical.h"
#include "schema/status.h"
#include "tools/event_text.h"
#include "tools/json_writer.h"
#include "tools/pack_answer.h"
#include "tools/printable.h"
#include "tools/stream_end.h"

namespace tally::tools {
namespace {

using replay::Comparison;
using replay::Parting;
using replay::PartingKind;
using replay::WindowDifference;
using replay::WindowResult;

void FractionField(JsonWriter& json, absl::string_view name, const std::optional<Fraction>& value,
                   ValueUnit unit) {
  json.Key(name);
  if (!value.has_value()) {
    json.Null();
    return;
  }
  json.BeginObject()
      .Field("numerator", FormatWide(value->numerator()))
      .Field("denominator", FormatWide(value->denominator()))
      .Field("unit", std::string(replay::UnitName(unit)))
      .Field("text", replay::DisplayValue(*value, unit))
      .EndObject();
}

void MoneyField(JsonWriter& json, absl::string_view name, const std::optional<Money>& money) {
  json.Key(name);
  if (!money.has_value()) {
    json.Null();
    return;
  }
  json.BeginObject()
      .Field("amount", FormatAmount(*money))
      .Field("currency", money->currency.code)
      .EndObject();
}

void SideOf(JsonWriter& json, absl::string_view name, const replay::Result& result) {
  std::optional<std::string> reported;
  if (result.known.reported.has_value()) reported = FormatInstant(*result.known.reported);
  json.Key(name)
      .BeginObject()
      .Field("reading", result.reading)
      .Field("engine", result.engine)
      .Field("terms", result.terms.ToHex())
      .Key("known")
      .BeginObject()
      .NumberField("size", result.known.size)
      .Field("instant", FormatInstant(result.known.instant))
      .Field("recorded", FormatInstant(result.known.recorded))
      .OptionalField("reported", reported)
      .EndObject()
      .Field("digest", result.digest.ToHex())
      .Field("figures", result.figures.ToHex())
      .EndObject();
}

void WindowSide(JsonWriter& json, absl::string_view name,
                const std::optional<WindowResult>& window) {
  json.Key(name);
  if (!window.has_value()) {
    json.Null();
    return;
  }
  json.BeginObject()
      .Field("status", replay::StatusName(window->status))
      .Field("verdict", replay::VerdictName(window->verdict));
  FractionField(json, "value", window->value, window->unit);
  std::optional<Money> credit;
  if (window->credit.has_value()) credit = window->credit->amount;
  MoneyField(json, "credit", credit);
  json.Key("tier");
  if (window->credit.has_value() && window->credit->tier_index > 0) {
    json.BeginObject().Key("index").Small(window->credit->tier_index);
    json.Field("percent", FormatDecimal(window->credit->tier_percent.Normalised())).EndObject();
  } else {
    json.Null();
  }
  json.Field("period", std::to_string(window->period))
      .Field("counted", std::to_string(window->counted))
      .Field("excluded", std::to_string(window->excluded))
      .Field("unknown", std::to_string(window->unknown))
      .Field("remaining", std::to_string(window->remaining))
      .Field("time_unit", window->time_unit)
      .Field("terms", window->terms.ToHex())
      .Field("figures", window->figures.ToHex())
      .EndObject();
}

// A stretch of one window that the two count differently.
struct StretchBetween {
  Interval interval;
  replay::SegmentKind left, right;
};
constexpr size_t kStretchesShown = 5;
constexpr size_t kStretchesWritten = 1000;

// Both sides cover the window without gaps; counted measures have nothing to compare here.
std::vector<StretchBetween> StretchesOf(const WindowDifference& window) {
  std::vector<StretchBetween> stretches;
  if (!window.left.has_value() || !window.right.has_value()) return stretches;
  const std::vector<replay::Segment>& left = window.left->segments;
  const std::vector<replay::Segment>& right = window.right->segments;
  for (size_t i = 0, j = 0; i < left.size() && j < right.size();) {
    const Interval both = Intersection(left[i].interval, right[j].interval);
    if (!both.empty() && left[i].kind != right[j].kind) {
      const bool goes_on = !stretches.empty() && stretches.back().interval.limit == both.first &&
                           stretches.back().left == left[i].kind &&
                           stretches.back().right == right[j].kind;
      if (goes_on) {
        stretches.back().interval.limit = both.limit;
      } else {
        stretches.push_back({both, left[i].kind, right[j].kind});
      }
    }
    if (left[i].interval.limit <= right[j].interval.limit) {
      ++i;
    } else {
      ++j;
    }
  }
  return stretches;
}

void StretchesField(JsonWriter& json, const WindowDifference& window) {
  json.Key("stretches").BeginArray();
  size_t written = 0;
  for (const StretchBetween& each : StretchesOf(window)) {
    if (++written > kStretchesWritten) break;
    json.BeginObject()
        .Field("from", FormatInstant(each.interval.first))
        .Field("until", FormatInstant(each.interval.limit))
        .Field("left", replay::SegmentName(each.left))
        .Field("right", replay::SegmentName(each.right))
        .EndObject();
  }
  json.EndArray();
}

std::string StretchesText(const WindowDifference& window) {
  const std::vector<StretchBetween> stretches = StretchesOf(window);
  std::string text;
  for (size_t i = 0; i < std::min(stretches.size(), kStretchesShown); ++i) {
    const StretchBetween& each = stretches[i];
    absl::StrAppend(&text, "  time   ", FormatInstant(each.interval.first), " to ",
                    FormatInstant(each.interval.limit), ": ", replay::SegmentName(each.left),
                    " on the left, ", replay::SegmentName(each.right), " on the right\n");
  }
  if (stretches.size() > kStretchesShown) {
    absl::StrAppend(&text, "  and ", stretches.size() - kStretchesShown, " more stretches\n");
  }
  return text;
}

void PartingField(JsonWriter& json, absl::string_view name, const std::optional<Parting>& parting,
                  const std::optional<PartingNames>& names) {
  json.Key(name);
  if (!parting.has_value()) {
    json.Null();
    return;
  }
  json.BeginObject().Field("kind", replay::PartingKindName(parting->kind));
  if (parting->kind == PartingKind::kEvent) {
    const PartingNames& event = names.value_or(PartingNames{});
    json.Field("event", parting->at.ToText())
        .Field("event_kind", KindText(parting->event))
        .Field("stream", event.stream)
        .Field("author", event.author)
        .Field("source", event.source)
        .Field("observed", FormatInstant(parting->observed))
        .Field("reported", FormatInstant(parting->reported))
        .Field("recorded", FormatInstant(parting->recorded));
  } else {
    json.Field("after", FormatInstant(parting->after))
        .Field("until", FormatInstant(parting->until));
  }
  if (!parting->of.empty()) {
    json.Key("of").BeginArray();
    for (const std::string& of : parting->of) json.String(of);
    json.EndArray();
  }
  json.Field("search", replay::PartingSearchName(parting->search))
      .NumberField("records", parting->records)
      .EndObject();
}

void WriteAmounts(JsonWriter& json, const Comparison& comparison) {
  json.Key("money").BeginArray();
  for (const replay::MoneyBetween& money : comparison.money) {
    json.BeginObject()
        .Field("party", money.party)
        .Field("currency", money.left.currency.code)
        .Field("left", FormatAmount(money.left))
        .Field("right", FormatAmount(money.right))
        .Field("difference", FormatAmount(money.difference))
        .EndObject();
  }
  json.EndArray().Key("balances").BeginArray();
  for (const replay::BalanceDifference& each : comparison.balances) {
    json.BeginObject()
        .Field("account", each.account)
        .Field("party", each.party)
        .Field("currency", each.left.currency.code)
        .Field("left", FormatAmount(each.left))
        .Field("right", FormatAmount(each.right))
        .EndObject();
  }
  json.EndArray();
}

std::string PartingText(const Parting& parting, const std::optional<PartingNames>& names) {
  std::string text;
  if (parting.kind == PartingKind::kClock) {
    text = absl::StrCat("no event: time alone parts them, after ", FormatInstant(parting.after),
                        " and by ", FormatInstant(parting.until));
  } else {
    const PartingNames& event = names.value_or(PartingNames{});
    text = absl::StrCat(parting.at.ToText(), "  ", KindText(parting.event), " in ",
                        Printable(event.stream), " by ", Printable(event.author));
    if (!event.source.empty()) {
      absl::StrAppend(&text, ", ", Printable(event.source), " as of ",
                      FormatInstant(parting.observed));
    }
    absl::StrAppend(&text, ", recorded ", FormatInstant(parting.recorded));
  }
  if (parting.search == replay::PartingSearch::kHalving) {
    absl::StrAppend(&text, "\n  (found by halving ", parting.records,
                    " records; --every-record looks at each)");
  }
  return text;
}

std::string KindWords(const std::string& of) {
  if (of == "figures") return "verdict, value and credit of the windows";
  if (of == "standing") return "how the windows stand";
  if (of == "acts") return "claims and rights";
  return of;
}

bool SamePlace(const Parting& a, const Parting& b) {
  return a.kind == b.kind && a.at == b.at && a.after == b.after && a.until == b.until;
}

// For each kind of difference its own event, where it is not the one that was named, and the one
// after which they stay apart, where they had met again.
std::string KindsText(const Comparison& comparison, const CompareNames& names) {
  std::string out;
  for (size_t i = 0; i < comparison.partings.size(); ++i) {
    const replay::PartingOfKind& kind = comparison.partings[i];
    const auto [first, last] =
        i < names.partings.size() ? names.partings[i] : std::pair<PartingNames, PartingNames>();
    const bool named = comparison.parting.has_value() && SamePlace(kind.first, *comparison.parting);
    if (!named) {
      absl::StrAppend(&out, "First difference of ", KindWords(kind.of), "\n  ",
                      PartingText(kind.first, first), "\n");
    }
    if (!SamePlace(kind.first, kind.last)) {
      absl::StrAppend(&out, "They meet again; for good they part in ", KindWords(kind.of),
                      " at\n  ", PartingText(kind.last, last), "\n");
    }
  }
  return out;
}

std::string SideText(absl::string_view name, const replay::Result& result) {
  std::string text =
      absl::StrCat(name, Printable(result.reading), ", known at size ", result.known.size, " (",
                   FormatInstant(result.known.instant), ")");
  if (result.known.reported.has_value()) {
    absl::StrAppend(&text, ", evidence as reported by ", FormatInstant(*result.known.reported),
                    " (as claimed)");
  }
  return absl::StrCat(text, "\n");
}

std::string WindowLine(const std::optional<WindowResult>& window) {
  if (!window.has_value()) return "no such window";
  std::string text =
      absl::StrCat(replay::StatusName(window->status), ", ", replay::VerdictName(window->verdict));
  if (window->value.has_value()) {
    absl::StrAppend(&text, ", ", replay::FractionText(window->value), " (",
                    replay::DisplayValue(*window->value, window->unit),
                    window->unit == ValueUnit::kRatio ? " %)" : ")");
  }
  absl::StrAppend(&text, ", credit ",
                  window->credit.has_value() ? FormatMoney(window->credit->amount) : "none");
  return text;
}

}  // namespace

absl::StatusOr<PartingNames> NamesOf(const ledger::Ledger& ledger, const Parting& parting) {
  PartingNames names;
  if (parting.kind != PartingKind::kEvent) return names;
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream, ledger.StreamAt(parting.stream));
  names.stream = StreamText(stream);
  EventHeader header;
  header.kind = parting.event;
  header.author = parting.author;
  names.author = AuthorText(ledger, AuthorOf(stream, header));
  if (parting.source == 0) return names;
  TALLY_ASSIGN_OR_RETURN(const FeedEnd end, ReadFeedEnd(ledger, stream));
  const SourceRegistered* source = end.FindSource(parting.source);
  if (source != nullptr) names.source = source->name;
  return names;
}

namespace {

// What a pack leaves open of either side; what it leaves open of both is said once.
std::vector<replay::Finding> DoubtsOfBoth(const Comparison& comparison) {
  std::vector<replay::Finding> doubts = comparison.left.findings;
  if (DoubtWords(doubts) != DoubtWords(comparison.right.findings)) {
    doubts.insert(doubts.end(), comparison.right.findings.begin(), comparison.right.findings.end());
  }
  return doubts;
}

}  // namespace

std::string CompareJson(const Comparison& comparison, const CompareNames& names) {
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.compare/1")
      .Field("agreement", comparison.left.agreement)
      .BoolField("equal", comparison.equal)
      .Field("digest", comparison.digest.ToHex());
  SideOf(json, "left", comparison.left);
  SideOf(json, "right", comparison.right);
  json.Key("windows").BeginArray();
  for (const WindowDifference& window : comparison.windows) {
    json.BeginObject()
        .Field("objective", window.name.objective)
        .Field("from", FormatInstant(window.name.window.first))
        .Field("to", FormatInstant(window.name.window.limit))
        .Key("differs")
        .BeginArray();
    for (const std::string& what : window.differs) json.String(what);
    json.EndArray();
    WindowSide(json, "left", window.left);
    WindowSide(json, "right", window.right);
    FractionField(json, "value_difference", window.value,
                  window.left.has_value() ? window.left->unit : ValueUnit::kRatio);
    MoneyField(json, "credit_difference", window.credit);
    StretchesField(json, window);
    json.EndObject();
  }
  json.EndArray().NumberField("windows_equal", comparison.windows_equal);
  WriteAmounts(json, comparison);
  json.Key("left_acts").BeginArray();
  for (const std::string& line : comparison.left_acts) json.String(line);
  json.EndArray().Key("right_acts").BeginArray();
  for (const std::string& line : comparison.right_acts) json.String(line);
  json.EndArray();
  PartingField(json, "parting", comparison.parting, names.parting);
  PartingField(json, "evidence", comparison.evidence, names.evidence);
  json.Key("partings").BeginArray();
  for (size_t i = 0; i < comparison.partings.size(); ++i) {
    const auto [first, last] =
        i < names.partings.size() ? names.partings[i] : std::pair<PartingNames, PartingNames>();
    json.BeginObject().Field("of", comparison.partings[i].of);
    PartingField(json, "first", comparison.partings[i].first, first);
    PartingField(json, "last", comparison.partings[i].last, last);
    json.EndObject();
  }
  json.EndArray();
  WriteDoubts(json, DoubtsOfBoth(comparison));
  json.EndObject();
  return json.Take();
}

std::string CompareText(const Comparison& comparison, const CompareNames& names) {
  std::string out = absl::StrCat(
      DoubtWords(DoubtsOfBoth(comparison)), "Agreement ", Printable(comparison.left.agreement),
      "\n", SideText("left   ", comparison.left), SideText("right  ", comparison.right));
  for (const WindowDifference& window : comparison.windows) {
    absl::StrAppend(
        &out, "\n", Printable(window.name.objective), "  ", FormatInstant(window.name.window.first),
        " to ", FormatInstant(window.name.window.limit), ": ", absl::StrJoin(window.differs, ", "),
        "\n  left   ", WindowLine(window.left), "\n  right  ", WindowLine(window.right), "\n");
    if (window.credit.has_value() && window.credit->minor != 0) {
      absl::StrAppend(&out, "  by     ", FormatMoney(*window.credit), "\n");
    }
    absl::StrAppend(&out, StretchesText(window));
  }
  absl::StrAppend(&out, "\n", comparison.windows.size(), " windows differ, ",
                  comparison.windows_equal, " are equal\n");
  for (const replay::MoneyBetween& money : comparison.money) {
    absl::StrAppend(&out, "money    ", Printable(money.party), ": ", FormatMoney(money.left),
                    " on the left, ", FormatMoney(money.right), " on the right, difference ",
                    FormatMoney(money.difference), "\n");
  }
  for (const replay::BalanceDifference& each : comparison.balances) {
    absl::StrAppend(&out, "balance  ", each.account, " of ", Printable(each.party), ": ",
                    FormatMoney(each.left), " and ", FormatMoney(each.right), "\n");
  }
  for (const std::string& line : comparison.left_acts) {
    absl::StrAppend(&out, "left     ", Printable(line), "\n");
  }
  for (const std::string& line : comparison.right_acts) {
    absl::StrAppend(&out, "right    ", Printable(line), "\n");
  }
  if (comparison.equal) absl::StrAppend(&out, "The two replays are equal.\n");
  if (comparison.parting.has_value()) {
    absl::StrAppend(&out, "\nThey part at\n  ", PartingText(*comparison.parting, names.parting),
                    "\n");
    std::vector<std::string> of;
    for (const std::string& each : comparison.parting->of) of.push_back(KindWords(each));
    if (!of.empty()) absl::StrAppend(&out, "  with it differ: ", absl::StrJoin(of, "; "), "\n");
  }
  absl::StrAppend(&out, KindsText(comparison, names));
  if (comparison.evidence.has_value() &&
      (!comparison.parting.has_value() || comparison.evidence->at != comparison.parting->at)) {
    absl::StrAppend(&out, "The first observation that they weigh differently is\n  ",
                    PartingText(*comparison.evidence, names.evidence), "\n");
  }
  absl::StrAppend(&out, "\ncomparison ", comparison.digest.ToHex(), "\n");
  return out;
}

}  // namespace tally::tools
