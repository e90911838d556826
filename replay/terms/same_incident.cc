// Lines are grouped by rule, incident and currency; each group is decided at once, so no order of
// windows matters.
#include "replay/terms/same_incident.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace tally::replay {
namespace {

class Incidents {
 public:
  Incidents(const PipelineQuestion& question, PipelineAnswer& answer)
      : question_(question), answer_(answer) {}

  void Run() {
    for (size_t i = 0; i < Outcomes().size(); ++i) {
      const WindowOutcome& outcome = Outcomes()[i];
      const std::optional<Money>& granted = answer_.lines[i].granted;
      // What is not over has a projection, which takes nothing from what is.
      const bool one = outcome.ended && outcome.incidents.size() == 1;
      if (!granted || granted->minor == 0 || !one) continue;
      for (const Rule* rule : RulesAbout(outcome, "same incident")) {
        lines_[{rule->id, outcome.incidents.front(), granted->currency}].push_back(i);
        rules_[rule->id] = rule;  // the newest terms decide
      }
    }
    for (const auto& [key, lines] : lines_) {
      const auto& [rule, incident, currency] = key;
      Decide(*rules_.at(rule), incident, lines);
      NoteOthers(key);
    }
  }

 private:
  using Lines = std::vector<size_t>;
  using Key = std::tuple<std::string, std::string, Currency>;  // rule, incident

  const std::vector<WindowOutcome>& Outcomes() const { return question_.outcomes; }

  // The objective that the customer chose in time; "" when nobody did.
  std::string ChosenFor(const Rule& rule, const std::string& incident, const Lines& lines) const {
    for (const IncidentChoice& choice : question_.choices) {
      if (choice.incident != incident || choice.at > question_.knowledge) continue;
      for (size_t i : lines) {
        const WindowOutcome& outcome = Outcomes()[i];
        Instant due = EndOfDays(*outcome.zone, outcome.window.limit,
                                rule.choices.Count("choose within days"));
        if (outcome.objective->id == choice.objective && choice.at < due) return choice.objective;
      }
    }
    return "";
  }

  // Which line of an incident is paid; none: all are.
  std::optional<size_t> PaidLine(const Rule& rule, const std::string& incident,
                                 const Lines& lines) const {
    if (rule.choices.Is("pays", "sum")) return std::nullopt;
    if (rule.choices.Is("pays", "customer's choice")) {
      std::string chosen = ChosenFor(rule, incident, lines);
      for (size_t i : lines) {
        if (Outcomes()[i].objective->id == chosen) return i;
      }
      if (rule.choices.Is("without a choice", "sum")) return std::nullopt;
    }
    // The first of the highest.
    return *std::max_element(lines.begin(), lines.end(), [this](size_t a, size_t b) {
      return answer_.lines[a].granted->minor < answer_.lines[b].granted->minor;
    });
  }

  void Decide(const Rule& rule, const std::string& incident, const Lines& lines) {
    const std::optional<size_t> paid = PaidLine(rule, incident, lines);
    for (size_t i : lines) {
      if (paid && i != *paid) answer_.lines[i].granted->minor = 0;
      if (question_.lines_only) continue;
      answer_.lines[i].Tell(
          "same incident",
          absl::StrCat("incident ", incident, " failed ", lines.size(), " objectives; ",
                       paid ? absl::StrCat("only ", Outcomes()[*paid].objective->id, " pays")
                            : std::string("all of them pay")),
          ClauseOf(rule));
    }
  }

  void NoteOthers(const Key& key) {
    const auto& [rule, incident, currency] = key;
    for (const auto& [other, lines] : lines_) {
      const bool same = std::get<0>(other) == rule && std::get<1>(other) == incident;
      if (!same || std::get<2>(other) == currency) continue;
      for (size_t i : lines) {
        answer_.notes.push_back(
            {i,
             absl::StrCat("rules/", rule, ": incident ", incident, " also has credits in ",
                          currency.code, "; those of each currency are compared by themselves")});
      }
    }
  }

  const PipelineQuestion& question_;
  PipelineAnswer& answer_;
  std::map<Key, Lines> lines_;
  std::map<std::string, const Rule*> rules_;
};

}  // namespace

void CompareWithinIncidents(const PipelineQuestion& question, PipelineAnswer& answer) {
  Incidents(question, answer).Run();
}

}  // namespace tally::replay
