#include "tests/scenarios/golden_support.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "schema/number.h"

namespace tally::tests {

std::string After(const std::string& at, Duration length) {
  return FormatInstant(*ParseInstant(at) + length);
}
namespace {

std::string Indented(const std::string& text, int spaces) {
  std::string out;
  for (const absl::string_view line : absl::StrSplit(absl::StripAsciiWhitespace(text), '\n')) {
    absl::StrAppend(&out, std::string(static_cast<size_t>(spaces), ' '), line, "\n");
  }
  return out;
}

// Whether a field of the outermost level stands in `fields`.
bool HasField(const std::string& fields, const std::string& name) {
  return absl::StartsWith(fields, name + ":") || absl::StrContains(fields, "\n" + name + ":");
}

Fraction Parsed(const std::string& text) {
  const std::vector<std::string> sides = absl::StrSplit(text, '/');
  return *Fraction::Of(*ParseWide(sides[0]), sides.size() > 1 ? *ParseWide(sides[1]) : Wide{1});
}

}  // namespace

Golden::Golden(const std::string& now) : player_(now) {
  disputes_ =
      "credits: automatic\nevidence cut-off: 5 days\nobjection: 10 days\n"
      "late evidence: always restated\n";
}

Golden& Golden::Term(const std::string& from, const std::string& until, const std::string& zone) {
  from_ = from;
  until_ = until;
  zone_ = zone;
  return *this;
}

Golden& Golden::Fee(const std::string& name, const std::string& fee) {
  absl::StrAppend(&fees_, "  ", name, ": ", fee, "\n");
  return *this;
}

Golden& Golden::Objective(const std::string& id, const std::string& fields) {
  std::string all = fields;
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!HasField(all, name)) absl::StrAppend(&all, "\n", name, ": ", value);
  };
  add("obligor", "provider");
  add("obligee", "customer");
  add("exclusions", "none");
  add("window",
      absl::StrCat("{ every: calendar month, zone: ", zone_, ", when clipped: prorate }"));
  add("when empty", "no result");
  add("credit", "none");
  absl::StrAppend(&objectives_, "  ", id, ":\n", Indented(all, 4));
  return *this;
}

Golden& Golden::Rule(const std::string& id, const std::string& fields) {
  absl::StrAppend(&rules_, "  ", id, ":\n", Indented(fields, 4));
  return *this;
}

Golden& Golden::Calendar(const std::string& name, const std::string& text) {
  calendar_texts_.push_back({name, text});
  return *this;
}

Golden& Golden::Disputes(const std::string& fields) {
  disputes_ = fields;
  return *this;
}

Golden& Golden::Event(const std::string& feed, const std::string& source, const std::string& kind,
                      const std::string& at, const std::string& body) {
  std::string times = absl::StrCat("\"at\":\"", at, "\"");
  if (const size_t slash = at.find('/'); slash != std::string::npos) {
    times = absl::StrCat("\"from\":\"", at.substr(0, slash), "\",\"until\":\"",
                         at.substr(slash + 1), "\"");
  }
  const std::string reported = at.substr(at.find('/') == std::string::npos ? 0 : at.find('/') + 1);
  events_.push_back({feed, absl::StrCat("{\"kind\":\"", kind, "\",\"source\":\"", source,
                                        "\",\"actor\":\"", actor_, "\",", times, ",\"reported\":\"",
                                        reported, "\",\"body\":", body, "}\n")});
  return *this;
}

Golden& Golden::By(const std::string& actor) {
  actor_ = actor;
  return *this;
}

Golden& Golden::Ticket(const std::string& ticket, const std::string& step, const std::string& at,
                       const std::string& priority, const std::string& reason) {
  std::string body =
      absl::StrCat("{\"ticket\":\"", ticket, "\",\"step\":\"", step, "\",\"firstContact\":false");
  if (!priority.empty()) absl::StrAppend(&body, ",\"priority\":\"", priority, "\"");
  if (!reason.empty()) absl::StrAppend(&body, ",\"reason\":\"", reason, "\"");
  return Event("desk", "tickets", "ticket event", at, body + "}");
}

Golden& Golden::State(const std::string& source, const std::string& at, const std::string& state) {
  return Event("probes", source, "state reported", at, absl::StrCat("{\"state\":\"", state, "\"}"));
}

Golden& Golden::Down(const std::string& source, const std::string& from, const std::string& until) {
  return State(source, from, "down").State(source, until, "up");
}

Golden& Golden::UpFrom(const std::string& source, const std::string& at) {
  return State(source, at, "up");
}

std::string Golden::TermsText() const {
  std::string text = absl::StrCat(
      "tally: terms/1\nagreement: case\n"
      "parties: { provider: provider, customer: customer, monitor: monitor }\n"
      "term: { from: ",
      from_, ", until: ", until_, ", zone: ", zone_, " }\n");
  if (!calendar_texts_.empty()) {
    absl::StrAppend(&text, "calendars:\n");
    for (const auto& [name, content] : calendar_texts_) absl::StrAppend(&text, "  - ", name, "\n");
  }
  absl::StrAppend(&text, fees_.empty() ? "fees: none\n" : absl::StrCat("fees:\n", fees_));
  absl::StrAppend(&text, "objectives:\n", objectives_);
  if (!rules_.empty()) absl::StrAppend(&text, "rules:\n", rules_);
  return absl::StrCat(text, "disputes:\n", Indented(disputes_, 2));
}

Golden& Golden::Open() {
  player_.NewLedger({"provider", "customer", "monitor"});
  for (const auto& [name, text] : calendar_texts_) {
    player_.Write(name, text);
    player_.Must({"calendar", "add", player_.Path(name), "--name", name});
  }
  std::set<std::string> feeds = {"probes"};
  for (const auto& [feed, line] : events_) feeds.insert(feed);
  for (const std::string& feed : feeds) {
    player_.Must({"feed", "register", feed, "--party", "monitor", "--key", "@monitor.pem"});
  }
  player_.Write("case.yaml", TermsText());
  player_.Agree("case.yaml", "case", "provider", "customer");
  return *this;
}

Golden& Golden::Feed() {
  std::map<std::string, std::string> feeds;
  for (const auto& [feed, line] : events_) feeds[feed] += line;
  const std::string now = FormatInstant(player_.clock().Now());
  for (auto& [feed, lines] : feeds) {
    absl::StrAppend(&lines, "{\"kind\":\"watermark\",\"at\":\"", now, "\",\"reported\":\"", now,
                    "\",\"body\":{\"through\":\"", now, "\"}}\n");
    player_.Write(feed + ".jsonl", lines);
    player_.Must({"append", "@" + feed + ".jsonl", "--feed", feed, "--key", "@monitor.pem",
                  "--batch", "500"});
  }
  return *this;
}

Golden& Golden::Play() { return Open().Feed(); }

Golden& Golden::MoveTo(const std::string& at) {
  const Instant target = *ParseInstant(at);
  while (player_.clock().Now() + Days(20) < target) {
    player_.clock().Set(player_.clock().Now() + Days(20));
    const std::string name = absl::StrCat("stranger-", ++strangers_);
    player_.Must({"key", "new", "--party", name, "--out", "@" + name + ".pem"});
    player_.Must({"party", "register", name, "--key", "@" + name + ".pem"});
  }
  player_.clock().Set(target);
  return *this;
}

Golden& Golden::Act(const std::string& party, const std::string& kind, const std::string& json,
                    const std::string& answers) {
  player_.Write("act.jsonl", absl::StrCat("{\"agreement\":\"case\",\"kind\":\"", kind, "\",",
                                          answers.empty() ? "" : "\"answers\":\"" + answers + "\",",
                                          "\"body\":", json, "}\n"));
  player_.Must({"append", "@act.jsonl", "--key", "@" + party + ".pem"});
  return *this;
}

nlohmann::json Golden::Ask(const std::string& period, const std::vector<std::string>& axes) {
  std::vector<std::string> words = {"replay", "case", "--period", period, "--json"};
  words.insert(words.end(), axes.begin(), axes.end());
  const std::string answer = player_.Must(words);
  return answer.empty() ? nlohmann::json::object() : nlohmann::json::parse(answer);
}

void Golden::Expect(const std::string& objective, const std::string& period,
                    const std::vector<ExpectedWindow>& windows,
                    const std::vector<std::string>& axes) {
  const nlohmann::json answer = Ask(period, axes);
  std::vector<nlohmann::json> found;
  for (const nlohmann::json& window : answer.value("windows", nlohmann::json::array())) {
    if (window["objective"] == objective) found.push_back(window);
  }
  ASSERT_EQ(found.size(), windows.size()) << answer.dump(1);
  for (size_t i = 0; i < windows.size(); ++i) {
    const ExpectedWindow& expected = windows[i];
    const std::string where = absl::StrCat(objective, " ", found[i]["from"].dump());
    if (!expected.from.empty()) {
      EXPECT_EQ(found[i]["from"], expected.from) << where;
    }
    if (!expected.verdict.empty()) {
      EXPECT_EQ(found[i]["verdict"], expected.verdict) << where;
    }
    if (!expected.status.empty()) {
      EXPECT_EQ(found[i]["status"], expected.status) << where;
    }
    if (expected.value == "-") {
      EXPECT_TRUE(found[i]["value"].is_null()) << where;
    } else if (!expected.value.empty()) {
      ASSERT_FALSE(found[i]["value"].is_null()) << where;
      const std::string value = absl::StrCat(found[i]["value"]["numerator"].get<std::string>(), "/",
                                             found[i]["value"]["denominator"].get<std::string>());
      EXPECT_EQ(Parsed(value), Parsed(expected.value)) << where << " found " << value;
    }
    if (expected.credit == "-") {
      EXPECT_TRUE(found[i]["credit"].is_null()) << where;
    } else if (!expected.credit.empty()) {
      ASSERT_FALSE(found[i]["credit"].is_null()) << where;
      EXPECT_EQ(found[i]["credit"]["amount"], expected.credit) << where;
    }
  }
}

std::string Golden::Balance(const std::string& account, const std::string& party,
                            const std::string& period) {
  const nlohmann::json answer = Ask(period);
  for (const nlohmann::json& balance : answer["balances"]) {
    if (balance["account"] == account && balance["party"] == party) return balance["amount"];
  }
  return "";
}

std::string Availability(const std::string& source) {
  return absl::StrCat(
      "measure:\n"
      "  kind: availability by time\n"
      "  source: ",
      source,
      "\n"
      "  up when: recorded status\n"
      "  state holds: until next report\n"
      "  unknown time: counts as up\n"
      "  coverage: none\n"
      "  degraded: counts as up\n"
      "  excluded time: stays in denominator\n"
      "  minimum outage: none\n"
      "  resolution: 1 s\n"
      "  snap: none\n");
}

std::string Tiers(const std::string& fee, const std::vector<std::string>& rows) {
  std::string text = absl::StrCat("credit:\n  base: fee ", fee, "\n  tiers:\n");
  for (const std::string& row : rows) absl::StrAppend(&text, "    - { ", row, " }\n");
  return absl::StrCat(text, "  rounding: half up to cents, once per line\n",
                      "  window cap: none\n  minimum: none\n");
}

}  // namespace tally::tests
