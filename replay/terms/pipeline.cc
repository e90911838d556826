// The stages stand in the order in which they run. Each takes what the one before it left in the
// lines and writes one step for each line that it looked at.
#include "replay/terms/pipeline.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replay/terms/caps.h"
#include "replay/terms/pipeline_entries.h"
#include "replay/terms/split.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// A sum of amounts, which may be more than one can be.
std::string AmountText(Wide minor, const Currency& currency) {
  if (minor > std::numeric_limits<int64_t>::max()) return absl::StrCat(FormatWide(minor), " minor");
  return FormatMoney({.minor = static_cast<int64_t>(minor), .currency = currency});
}

using Group = std::vector<size_t>;

class Pipeline {
 public:
  explicit Pipeline(const PipelineQuestion& question) : question_(question) {}

  absl::StatusOr<PipelineAnswer> Run() {
    Begin();
    ExpectedLevel();
    TALLY_RETURN_IF_ERROR(SameIncident());
    for (size_t first = 0; first < Outcomes().size();) {
      Group group;
      size_t next = first;
      while (next < Outcomes().size() &&
             Outcomes()[next].window.limit == Outcomes()[first].window.limit) {
        group.push_back(next++);
      }
      TALLY_RETURN_IF_ERROR(WindowCap(group));
      TALLY_RETURN_IF_ERROR(Caps(group));
      TALLY_RETURN_IF_ERROR(Minimum(group));
      Offset(group);
      TALLY_RETURN_IF_ERROR(EarnBack(group));
      first = next;
    }
    EndHeld();
    if (!question_.lines_only) TALLY_RETURN_IF_ERROR(AddEntries(question_, answer_));
    return std::move(answer_);
  }

 private:
  const std::vector<WindowOutcome>& Outcomes() const { return question_.outcomes; }
  bool HasMoney(size_t i) const { return answer_.lines[i].granted.has_value(); }
  Money& Granted(size_t i) { return *answer_.lines[i].granted; }

  void Step(size_t i, absl::string_view step, std::string formula, const std::string& clause) {
    if (question_.lines_only) return;
    answer_.lines[i].steps.push_back({.step = std::string(step),
                                      .formula = std::move(formula),
                                      .result = FormatMoney(Granted(i)),
                                      .clause = clause,
                                      .shows_causes = false});
  }

  void Begin() {
    answer_.lines.resize(Outcomes().size());
    for (size_t i = 0; i < Outcomes().size(); ++i) {
      const WindowOutcome& outcome = Outcomes()[i];
      TALLY_CHECK(outcome.terms != nullptr && outcome.objective != nullptr &&
                  outcome.zone != nullptr);
      answer_.lines[i].granted = outcome.raw;
      by_objective_[outcome.objective->id].push_back(i);
      if (i == 0) continue;
      const WindowOutcome& before = Outcomes()[i - 1];
      TALLY_CHECK(std::tie(before.window.limit, before.objective->id) <=
                  std::tie(outcome.window.limit, outcome.objective->id));
    }
  }

  void ExpectedLevel() {
    for (const auto& [objective, indices] : by_objective_) {
      std::vector<const WindowOutcome*> windows;
      for (size_t i : indices) windows.push_back(&Outcomes()[i]);
      std::vector<bool> pays = PayingFailures(windows);
      for (size_t at = 0; at < indices.size(); ++at) {
        size_t i = indices[at];
        if (pays[at] || !HasMoney(i) || Granted(i).minor == 0) continue;
        const Rule& rule = *RulesAbout(Outcomes()[i], "expected level").front();
        Granted(i).minor = 0;
        Step(i, "expected level",
             absl::StrCat("pays when missed ", rule.choices.Count("failures"), " times in ",
                          rule.choices.Count("windows"), " windows"),
             ClauseOf(rule));
      }
    }
  }

  // ---- One incident ----------------------------------------------------------------------------

  // The objective that the customer chose in time; "" when nobody did.
  std::string ChosenFor(const Rule& rule, const std::string& incident, const Group& lines) const {
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
                                 const Group& lines) {
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
      return Granted(a).minor < Granted(b).minor;
    });
  }

  absl::Status SameIncident() {
    std::map<std::pair<std::string, std::string>, Group> incidents;  // by rule and incident
    std::map<std::string, const Rule*> rules;
    for (size_t i = 0; i < Outcomes().size(); ++i) {
      const WindowOutcome& outcome = Outcomes()[i];
      // A credit of no incident, or of several, is left alone (rule 20).
      if (!HasMoney(i) || Granted(i).minor == 0 || outcome.incidents.size() != 1) continue;
      for (const Rule* rule : RulesAbout(outcome, "same incident")) {
        incidents[{rule->id, outcome.incidents.front()}].push_back(i);
        rules[rule->id] = rule;  // the newest terms decide
      }
    }
    for (const auto& [key, lines] : incidents) {
      for (size_t i : lines) {
        if (Granted(i).currency != Granted(lines.front()).currency)
          return MixedCurrencies(key.first);
      }
      const Rule& rule = *rules.at(key.first);
      std::optional<size_t> paid = PaidLine(rule, key.second, lines);
      for (size_t i : lines) {
        if (paid && i != *paid) Granted(i).minor = 0;
        Step(i, "same incident",
             absl::StrCat("incident ", key.second, " failed ", lines.size(), " objectives; ",
                          paid ? absl::StrCat("only ", Outcomes()[*paid].objective->id, " pays")
                               : std::string("all of them pay")),
             ClauseOf(rule));
      }
    }
    return absl::OkStatus();
  }

  static absl::Status MixedCurrencies(const std::string& rule) {
    return absl::FailedPreconditionError(
        absl::StrCat("rules/", rule, ": it and its credits are in different currencies"));
  }

  // ---- Caps ------------------------------------------------------------------------------------

  absl::Status WindowCap(const Group& group) {
    for (size_t i : group) {
      if (!HasMoney(i)) continue;
      const WindowOutcome& outcome = Outcomes()[i];
      std::optional<Money> cap = CreditOf(outcome).window_cap;
      std::vector<TermsPart> parts;
      for (const OutcomePart& each : outcome.parts) parts.push_back({each.objective, each.time});
      if (!parts.empty()) {
        TALLY_ASSIGN_OR_RETURN(cap, SharedCap(outcome.window, parts));
      }
      if (!cap || Granted(i).minor == 0) continue;
      Granted(i).minor = std::min(Granted(i).minor, cap->minor);
      Step(i, "cap",
           parts.empty()
               ? absl::StrCat("at most ", FormatMoney(*cap), " a window")
               : absl::StrCat("the caps of the parts by their share of time, rounded down: ",
                              FormatMoney(*cap)),
           absl::StrCat("objectives/", outcome.objective->id));
    }
    return absl::OkStatus();
  }

  // Lines of the group that share one cap: the same rule, obligor, period and limit. A rule that an
  // amendment left as it was is the same; one that it changed comes after that of before, and finds
  // used what lines under that took.
  struct Shared {
    const Rule* rule = nullptr;
    Interval period;
    Money limit;
    Group lines;
  };
  static size_t PlaceOf(const Rule& rule, std::vector<const Rule*>& wordings) {
    for (size_t at = 0; at < wordings.size(); ++at) {
      if (SaysTheSame(*wordings[at], rule)) return at;
    }
    wordings.push_back(&rule);
    return wordings.size() - 1;
  }
  absl::StatusOr<std::vector<Shared>> SharesOf(const Group& group) {
    std::map<std::tuple<int, std::string, size_t, std::string, Interval, int64_t>, Shared> shares;
    std::vector<const Rule*> wordings;
    for (size_t i : group) {
      const WindowOutcome& outcome = Outcomes()[i];
      if (!HasMoney(i)) continue;
      for (const Rule& rule : outcome.terms->rules) {
        if (!IsCap(rule) || !IsAbout(rule, outcome) || Stays(rule, outcome)) continue;
        Instant at = CapInstantOf(rule, outcome, question_.knowledge);
        TALLY_ASSIGN_OR_RETURN(Interval period, CapPeriodOf(rule, outcome, at));
        TALLY_ASSIGN_OR_RETURN(const Money limit, CapLimitOf(rule, outcome, period));
        if (Granted(i).currency != limit.currency) return MixedCurrencies(rule.id);
        Shared& shared = shares[{CapStage(rule), rule.id, PlaceOf(rule, wordings),
                                 outcome.objective->obligor, period, limit.minor}];
        shared.limit = limit;
        shared.rule = &rule;
        shared.period = period;
        shared.lines.push_back(i);
      }
    }
    std::vector<Shared> ordered;
    for (auto& [key, shared] : shares) ordered.push_back(std::move(shared));
    return ordered;
  }

  // A window that is settled as it was closed stays so, and is an input to what comes after it
  // (rule 19), unless the terms have settled windows computed again.
  static bool Stays(const Rule& rule, const WindowOutcome& outcome) {
    return !rule.choices.Is("settled windows", "computed again") && outcome.settled.has_value() &&
           !outcome.restated.has_value() && outcome.as_closed.has_value() &&
           outcome.as_closed->granted.has_value();
  }
  // True if what was settled is what counts under caps, in place of the line.
  static bool CountsAsSettled(const Rule& rule, const WindowOutcome& outcome, const Money& line) {
    return !rule.choices.Is("settled windows", "computed again") && outcome.settled.has_value() &&
           outcome.settled->currency == line.currency;
  }

  // By what the closing of `later` knew: a closed window is no longer changed by the clock.
  bool HadExpired(const WindowOutcome& outcome, const WindowOutcome& later) const {
    const Instant known = later.posted.value_or(question_.knowledge);
    return outcome.expired.has_value() && *outcome.expired <= known;
  }

  // What other lines have used of a period: those of earlier times, and of the same time those that
  // stay as they are, or were cut by the rule as it was worded before.
  Wide UsedBefore(const Shared& shared, const Group& group) const {
    const Rule& rule = *shared.rule;
    const WindowOutcome& like = Outcomes()[shared.lines.front()];
    if (rule.choices.Is("period", "window")) return 0;
    Wide used = 0;
    for (size_t j = 0; j <= group.back(); ++j) {
      const WindowOutcome& outcome = Outcomes()[j];
      bool counts = HasMoney(j) && !HadExpired(outcome, like) && IsAbout(rule, outcome) &&
                    outcome.objective->obligor == like.objective->obligor &&
                    answer_.lines[j].granted->currency == shared.limit.currency;
      if (!counts) continue;
      if (j >= group.front() && !Stays(rule, outcome) && cut_.count({rule.id, j}) == 0) continue;
      if (!shared.period.Contains(CapInstantOf(rule, outcome, question_.knowledge))) continue;
      const Money& line = *answer_.lines[j].granted;
      used +=
          CountsAsSettled(rule, outcome, line) ? outcome.settled->minor : line.minor - returned_[j];
    }
    return used;
  }

  // Settled windows take what was closed for them, before any cap is shared.
  void KeepSettled(const Group& group) {
    for (size_t i : group) {
      const WindowOutcome& outcome = Outcomes()[i];
      if (!HasMoney(i)) continue;
      for (const Rule& rule : outcome.terms->rules) {
        if (!IsCap(rule) || !IsAbout(rule, outcome) || !Stays(rule, outcome)) continue;
        answer_.lines[i].granted = outcome.as_closed->granted;
        Step(i, rule.kind, "settled, and stays as it was closed", ClauseOf(rule));
      }
    }
  }

  absl::Status Caps(const Group& group) {
    returned_.resize(Outcomes().size());
    KeepSettled(group);
    TALLY_ASSIGN_OR_RETURN(std::vector<Shared> shares, SharesOf(group));
    for (const Shared& shared : shares) TALLY_RETURN_IF_ERROR(Cut(shared, group));
    return absl::OkStatus();
  }

  // What a cap carries over, in the currency of the line: no amount of another adds to it.
  int64_t& CarryOf(const Rule& rule, size_t i) {
    return carry_[{rule.id, Outcomes()[i].objective->id, Granted(i).currency}];
  }

  absl::Status Cut(const Shared& shared, const Group& group) {
    const Rule& rule = *shared.rule;
    const Money& limit = shared.limit;
    std::vector<int64_t> amounts;
    int64_t sum = 0;
    for (size_t i : shared.lines) {
      int64_t amount = Granted(i).minor;
      int64_t carried = std::exchange(CarryOf(rule, i), 0);
      if (__builtin_add_overflow(amount, carried, &amount) ||
          __builtin_add_overflow(sum, amount, &sum)) {
        return absl::OutOfRangeError(absl::StrCat("rules/", rule.id, ": a sum leaves 64 bits"));
      }
      amounts.push_back(amount);
    }
    Wide used = UsedBefore(shared, group);
    Wide room = Wide{limit.minor} - used;
    bool in_order = rule.choices.Is("cut", "in order");
    std::vector<int64_t> cut = in_order ? CutInOrder(amounts, room) : CutProRata(amounts, room);
    const Wide left = std::accumulate(cut.begin(), cut.end(), room, std::minus<Wide>());
    for (size_t at = 0; at < cut.size(); ++at) {
      size_t i = shared.lines[at];
      Granted(i).minor = cut[at];
      cut_.insert({rule.id, i});
      // A line of nothing brings no cap to its end.
      if (left <= 0 && amounts[at] > 0) answer_.lines[i].caps_reached.push_back(rule.id);
      if (rule.choices.Is("above", "carried")) {
        CarryOf(rule, i) = amounts[at] - cut[at];
      }
      Step(
          i, rule.kind,
          absl::StrCat("at most ", FormatMoney(limit), " from ", FormatInstant(shared.period.first),
                       " to ", FormatInstant(shared.period.limit),
                       "; used before: ", AmountText(used, limit.currency), "; ",
                       cut.size() == 1
                           ? absl::StrCat("one line of ", AmountText(sum, limit.currency),
                                          " may take the rest")
                           : absl::StrCat(cut.size(), " lines of ", AmountText(sum, limit.currency),
                                          " share the rest ", in_order ? "in order" : "pro rata")),
          ClauseOf(rule));
    }
    return absl::OkStatus();
  }

  // ---- Minimum ---------------------------------------------------------------------------------

  absl::Status Minimum(const Group& group) {
    for (size_t i : group) {
      if (!HasMoney(i)) continue;
      const std::optional<Money>& least = CreditOf(Outcomes()[i]).minimum;
      if (least)
        Withhold(i, Granted(i).minor, *least, "paid only if more than ",
                 absl::StrCat("objectives/", Outcomes()[i].objective->id));
    }
    std::map<std::tuple<std::string, size_t, std::string>, std::pair<const Rule*, Group>> by;
    std::vector<const Rule*> wordings;
    for (size_t i : group) {
      if (!HasMoney(i)) continue;
      const WindowOutcome& outcome = Outcomes()[i];
      for (const Rule* rule : RulesAbout(outcome, "minimum")) {
        auto& [found, lines] = by[{rule->id, PlaceOf(*rule, wordings), outcome.objective->obligor}];
        found = rule;
        lines.push_back(i);
      }
    }
    for (const auto& [key, entry] : by) {
      const auto& [rule, lines] = entry;
      Money least = rule->choices.Amount("amount");
      int64_t sum = 0;
      for (size_t i : lines) {
        if (Granted(i).currency != least.currency) return MixedCurrencies(rule->id);
        if (__builtin_add_overflow(sum, Granted(i).minor, &sum)) {
          return absl::OutOfRangeError(absl::StrCat("rules/", rule->id, ": beyond 64 bits"));
        }
      }
      bool each = rule->choices.Is("per", "line");
      for (size_t i : lines) {
        Withhold(i, each ? Granted(i).minor : sum, least,
                 each ? "paid only if more than " : "paid only if all lines together exceed ",
                 ClauseOf(*rule));
      }
    }
    return absl::OkStatus();
  }

  void Withhold(size_t i, int64_t tested, const Money& least, absl::string_view text,
                const std::string& clause) {
    if (tested <= least.minor) Granted(i).minor = 0;
    Step(i, "minimum", absl::StrCat(std::string(text), FormatMoney(least)), clause);
  }

  // ---- Earn-back -------------------------------------------------------------------------------

  // Credits that were earned back as an offset pay later ones of the same objective.
  void Offset(const Group& group) {
    for (size_t i : group) {
      if (!HasMoney(i) || !Outcomes()[i].ended) continue;
      int64_t& balance = offsets_[{Outcomes()[i].objective->id, Granted(i).currency}];
      int64_t used = std::min(balance, Granted(i).minor);
      if (used <= 0) continue;
      balance -= used;
      answer_.lines[i].offset = used;
      Step(i, "offset",
           absl::StrCat(AmountText(used, Granted(i).currency),
                        " are paid out of a credit that was earned back"),
           "");
    }
  }

  absl::Status EarnBack(const Group& group) {
    for (size_t i : group) {
      const std::string& objective = Outcomes()[i].objective->id;
      for (HeldCredit& held : answer_.held) {
        if (held.objective != objective || held.state != HeldState::kHeld) continue;
        Advance(held, Outcomes()[i], i);
        if (held.state != HeldState::kHeld) Decide(held);
      }
    }
    for (size_t i : group) {
      if (!HasMoney(i)) continue;
      int64_t open = Granted(i).minor - answer_.lines[i].offset;
      TALLY_ASSIGN_OR_RETURN(std::optional<HeldCredit> held, Hold(Outcomes()[i], i, open));
      if (!held) continue;
      answer_.lines[i].held = held->minor;
      Step(i, "held",
           absl::StrCat(AmountText(held->minor, Granted(i).currency), " can be earned back in ",
                        held->rule->choices.Count("windows"), " windows"),
           ClauseOf(*held->rule));
      answer_.held.push_back(*std::move(held));
    }
    return absl::OkStatus();
  }

  void Decide(const HeldCredit& held) {
    PipelineLine& line = answer_.lines[held.outcome];
    line.held = 0;
    if (held.state == HeldState::kFinal) {
      Step(held.outcome, "held", "not earned back; it is final", ClauseOf(*held.rule));
      return;
    }
    bool cash = held.rule->choices.Is("gives back", "cash");
    // An offset is paid now and comes back out of later credits.
    if (cash) {
      line.earned_back = held.minor;
    } else {
      offsets_[{held.objective, Granted(held.outcome).currency}] += held.minor;
    }
    if (held.rule->choices.Is("headroom", "given back")) returned_[held.outcome] = held.minor;
    Step(held.outcome, "earn-back",
         absl::StrCat(AmountText(held.minor, Granted(held.outcome).currency),
                      " are earned back, as ", cash ? "cash" : "an offset"),
         ClauseOf(*held.rule));
  }

  void EndHeld() {
    for (HeldCredit& held : answer_.held) {
      if (held.state != HeldState::kHeld) continue;
      auto ended = question_.ended.find(held.objective);
      if (question_.terminated && *question_.terminated <= question_.knowledge) {
        End(held, Ending::kTermination);
      } else if (ended != question_.ended.end() && ended->second <= question_.knowledge) {
        End(held, Ending::kObjective);
      }
      if (held.state != HeldState::kHeld) Decide(held);
    }
  }

  const PipelineQuestion& question_;
  PipelineAnswer answer_;
  std::map<std::string, Group> by_objective_;
  std::map<std::tuple<std::string, std::string, Currency>, int64_t> carry_;  // by rule, objective
  std::map<std::pair<std::string, Currency>, int64_t> offsets_;              // by objective
  std::set<std::pair<std::string, size_t>> cut_;  // lines that a rule has cut, by its id
  std::vector<int64_t> returned_;  // headroom that an earn-back gave back, by outcome
};

}  // namespace

absl::StatusOr<PipelineAnswer> RunPipeline(const PipelineQuestion& question) {
  return Pipeline(question).Run();
}

}  // namespace tally::replay
