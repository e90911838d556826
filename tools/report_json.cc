#include "tools/report_json.h"

#include "tools/json_writer.h"
#include "tools/pack_answer.h"
#include "tools/report_postings.h"
#include "tools/window_words.h"

namespace tally::tools {
namespace {

using replay::Result;
using replay::WindowResult;

std::string Signed(int64_t value) { return std::to_string(value); }

void Fractional(JsonWriter& json, absl::string_view name, const std::optional<Fraction>& value,
                std::optional<ValueUnit> unit) {
  json.Key(name);
  if (!value.has_value()) {
    json.Null();
    return;
  }
  json.BeginObject()
      .Field("numerator", FormatWide(value->numerator()))
      .Field("denominator", FormatWide(value->denominator()));
  if (unit.has_value()) json.Field("unit", std::string(replay::UnitName(*unit)));
  json.Field("text", replay::DisplayValue(*value, unit.value_or(ValueUnit::kRatio))).EndObject();
}

// What may be said of a figure that rests on erased evidence.
void Range(JsonWriter& json, const WindowResult& window) {
  json.Key("range");
  if (!window.erased.has_value()) {
    json.Null();
    return;
  }
  const std::optional<ledger::EventAddress>& statement = window.erased->last_statement;
  json.BeginObject();
  Fractional(json, "lowest", window.erased->lowest, window.unit);
  Fractional(json, "highest", window.erased->highest, window.unit);
  json.Field("erased", window.erased->event.ToText())
      .OptionalField("last_statement", statement.has_value()
                                           ? std::optional<std::string>(statement->ToText())
                                           : std::nullopt)
      .EndObject();
}

void Addresses(JsonWriter& json, absl::string_view name,
               const std::vector<ledger::EventAddress>& addresses) {
  json.Key(name).BeginArray();
  for (const ledger::EventAddress& address : addresses) json.String(address.ToText());
  json.EndArray();
}

void Credit(JsonWriter& json, const std::optional<replay::CreditLine>& credit) {
  json.Key("credit");
  if (!credit.has_value()) {
    json.Null();
    return;
  }
  json.BeginObject()
      .Field("amount", FormatAmount(credit->amount))
      .Field("currency", credit->amount.currency.code)
      .Key("tier");
  if (credit->tier_index == 0) {
    json.Null();
  } else {
    json.BeginObject().Key("index").Small(credit->tier_index);
    json.Field("percent", FormatDecimal(credit->tier_percent.Normalised())).EndObject();
  }
  json.BoolField("posted", credit->posted).EndObject();
}

void Closed(JsonWriter& json, const std::optional<replay::ClosedFigure>& closed) {
  json.Key("closed");
  if (!closed.has_value()) {
    json.Null();
    return;
  }
  json.BeginObject()
      .Field("closing", closed->closing.ToText())
      .Field("verdict", closed->verdict)
      .Field("value", closed->value)
      .Key("credit");
  if (closed->credit.has_value()) {
    json.BeginObject()
        .Field("amount", FormatAmount(*closed->credit))
        .Field("currency", closed->credit->currency.code)
        .EndObject();
  } else {
    json.Null();
  }
  json.BoolField("differs", closed->differs).EndObject();
}

void Window(JsonWriter& json, const WindowResult& window) {
  json.BeginObject()
      .Field("objective", window.objective)
      .Field("obligor", window.obligor)
      .Field("from", FormatInstant(window.window.first))
      .Field("to", FormatInstant(window.window.limit))
      .Field("zone", window.zone)
      .Field("status", replay::StatusName(window.status))
      .Field("verdict", replay::VerdictName(window.verdict));
  Fractional(json, "value", window.value, window.unit);
  Range(json, window);
  Fractional(json, "coverage", window.coverage, std::nullopt);
  json.Field("period", Signed(window.period))
      .Field("counted", Signed(window.counted))
      .Field("excluded", Signed(window.excluded))
      .Field("unknown", Signed(window.unknown))
      .Field("remaining", Signed(window.remaining))
      .Field("degraded", Signed(window.degraded))
      .Field("time_unit", window.time_unit);
  Credit(json, window.credit);
  std::string points = PointsWords(window);
  points.resize(std::min(points.size(), points.find(' ')));
  json.OptionalField("points", points.empty() ? std::nullopt : std::optional<std::string>(points));
  Closed(json, window.closed);
  Addresses(json, "causes", window.causes);
  json.Field("causes_left_out", std::to_string(window.causes_left_out));
  json.Key("evidence").BeginArray();
  for (const replay::EvidenceRange& evidence : window.evidence) {
    json.BeginObject()
        .Field("feed", evidence.feed)
        .Field("first", evidence.first.ToText())
        .Field("last", evidence.last.ToText())
        .Field("digest", evidence.digest.ToHex())
        .EndObject();
  }
  json.EndArray()
      .Field("terms", window.terms.ToHex())
      .Field("figures", window.figures.ToHex())
      .EndObject();
}

void Known(JsonWriter& json, const replay::Known& known) {
  json.Key("known").BeginObject();
  json.NumberField("size", known.size)
      .Field("instant", FormatInstant(known.instant))
      .Field("recorded", FormatInstant(known.recorded));
  std::optional<std::string> reported;
  if (known.reported.has_value()) reported = FormatInstant(*known.reported);
  json.OptionalField("reported", reported).EndObject();
}

void WriteMoney(JsonWriter& json, const Result& result) {
  json.Key("balances").BeginArray();
  for (const replay::Balance& balance : result.balances) {
    json.BeginObject()
        .Field("account", balance.account)
        .Field("party", balance.party)
        .Field("currency", balance.amount.currency.code)
        .Field("amount", FormatAmount(balance.amount))
        .EndObject();
  }
  json.EndArray().Key("postings");
  WritePostings(json, result.postings);
}

void RightJson(JsonWriter& json, const replay::Right& right) {
  const auto text = [](const std::optional<ledger::EventAddress>& at) {
    return at.has_value() ? std::optional<std::string>(at->ToText()) : std::nullopt;
  };
  std::optional<std::string> effective;
  if (right.effective.has_value()) effective = FormatInstant(*right.effective);
  json.BeginObject()
      .Field("kind", right.kind)
      .Field("party", right.party)
      .Field("arose", FormatInstant(right.arose))
      .Field("exercise_until", FormatInstant(right.exercise_until))
      .Field("state", right.state)
      .Field("rule", right.rule)
      .Field("objective", right.objective)
      .Field("from", FormatInstant(right.window.first))
      .Field("to", FormatInstant(right.window.limit))
      .OptionalField("used", text(right.used))
      .OptionalField("effective", effective)
      .OptionalField("removed", text(right.removed));
  json.Key("causes").BeginArray();
  for (const ledger::EventAddress& cause : right.causes) json.String(cause.ToText());
  json.EndArray().EndObject();
}

void Acts(JsonWriter& json, const Result& result) {
  json.Key("deadlines").BeginArray();
  for (const replay::Deadline& deadline : result.deadlines) {
    json.BeginObject()
        .Field("what", deadline.what)
        .Field("object", deadline.object)
        .Field("party", deadline.party)
        .Field("due", FormatInstant(deadline.due))
        .Field("zone", deadline.zone)
        .Field("clause", deadline.clause)
        .Field("state", deadline.state)
        .Field("consequence", deadline.consequence)
        .EndObject();
  }
  json.EndArray().Key("rights").BeginArray();
  for (const replay::Right& right : result.rights) RightJson(json, right);
  json.EndArray().Key("claims").BeginArray();
  for (const replay::ClaimResult& claim : result.claims) {
    json.BeginObject()
        .Field("id", claim.id)
        .Field("filed", claim.at.ToText())
        .Field("state", claim.state);
    json.Key("windows").BeginArray();
    for (const WindowName& window : claim.windows) {
      json.BeginObject()
          .Field("objective", window.objective)
          .Field("from", FormatInstant(window.window.first))
          .Field("to", FormatInstant(window.window.limit))
          .EndObject();
    }
    std::optional<std::string> due, decided;
    if (claim.due.has_value()) due = FormatMoney(*claim.due);
    if (claim.decided.has_value()) decided = FormatMoney(*claim.decided);
    json.EndArray().OptionalField("due", due).OptionalField("decided", decided);
    json.Key("steps").BeginArray();
    for (const replay::ClaimResult::Step& step : claim.steps) {
      std::optional<std::string> cause;
      if (step.cause.has_value()) cause = step.cause->ToText();
      json.BeginObject().Field("state", step.state).Field("at", FormatInstant(step.at));
      json.OptionalField("cause", cause).Field("clause", step.clause).EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray();
}

void Findings(JsonWriter& json, const Result& result) {
  json.Key("findings").BeginArray();
  for (const replay::Finding& finding : result.findings) {
    std::optional<std::string> at;
    if (finding.at.has_value()) at = finding.at->ToText();
    json.BeginObject()
        .Field("kind", finding.kind)
        .Field("severity", finding.severity)
        .Field("objective", finding.objective)
        .OptionalField("index", at)
        .Field("message", finding.message)
        .EndObject();
  }
  json.EndArray();
}

}  // namespace

std::string ReplayJson(const Result& result) {
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.replay/1")
      .Field("agreement", result.agreement)
      .Field("engine", result.engine)
      .Field("terms", result.terms.ToHex())
      .Field("reading", result.reading);
  Known(json, result.known);
  json.Field("digest", result.digest.ToHex()).Field("figures", result.figures.ToHex());
  json.Key("windows").BeginArray();
  for (const WindowResult& window : result.windows) Window(json, window);
  json.EndArray();
  WriteMoney(json, result);
  Acts(json, result);
  Findings(json, result);
  WriteDoubts(json, result.findings);
  json.EndObject();
  return json.Take();
}

std::string ExplainJson(const Result& result, const std::vector<TermsOrigins>& origins) {
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.explain/1")
      .Field("agreement", result.agreement)
      .Field("reading", result.reading)
      .Field("digest", result.digest.ToHex())
      .Key("windows")
      .BeginArray();
  for (const WindowResult& window : result.windows) {
    json.BeginObject()
        .Field("objective", window.objective)
        .Field("from", FormatInstant(window.window.first))
        .Field("to", FormatInstant(window.window.limit))
        .Field("terms", window.terms.ToHex())
        .Field("measure", window.measure)
        .Field("clause", window.clause)
        .Field("wording", window.wording)
        .Key("lines")
        .BeginArray();
    for (const replay::DerivationLine& line : window.derivation) {
      json.BeginObject()
          .Field("step", line.step)
          .Field("formula", line.formula)
          .Field("result", line.result)
          .Field("clause", line.clause);
      Addresses(json, "causes", line.causes);
      json.EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().Key("terms");
  WriteOrigins(json, origins);
  json.Key("postings");
  WritePostings(json, result.postings);
  WriteDoubts(json, result.findings);
  json.EndObject();
  return json.Take();
}

}  // namespace tally::tools
