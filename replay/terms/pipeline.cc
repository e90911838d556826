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
#include "replay/terms/carried.h"
#include "replay/terms/pipeline_entries.h"
#include "replay/terms/same_incident.h"
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
    CompareWithinIncidents(question_, answer_);
    for (size_t first = 0; first < Outcomes().size();) {
      std::vector<Group> groups(1);
      size_t next = first;
      while (next < Outcomes().size() &&
             Outcomes()[next].window.limit == Outcomes()[first].window.limit) {
        if (Outcomes()[next].apart)
          groups.push_back({next++});
        else
          groups.front().push_back(next++);
      }
      for (const Group& group : groups) TALLY_RETURN_IF_ERROR(Take(group));
      first = next;
    }
    EndHeld();
    if (!question_.lines_only) TALLY_RETURN_IF_ERROR(AddEntries(question_, answer_));
    EndCarried();
    return std::move(answer_);
  }

 private:
  absl::Status Take(const Group& group) {
    TALLY_RETURN_IF_ERROR(WindowCap(group));
    TALLY_RETURN_IF_ERROR(Caps(group));
    TALLY_RETURN_IF_ERROR(Minimum(group));
    Offset(group);
    return EarnBack(group);
  }

  const std::vector<WindowOutcome>& Outcomes() const { return question_.outcomes; }
  bool HasMoney(size_t i) const { return answer_.lines[i].granted.has_value(); }
  Money& Granted(size_t i) { return *answer_.lines[i].granted; }

  void Step(size_t i, absl::string_view step, std::string formula, const std::string& clause) {
    if (!question_.lines_only) answer_.lines[i].Tell(step, std::move(formula), clause);
  }

  // What one version of the terms cannot say, an amendment of the currency can come to: the rule
  // holds for amounts in its own, and passes over the others.
  void PassOver(size_t i, const Rule& rule, const Currency& currency) {
    if (Granted(i).minor == 0) return;
    answer_.notes.push_back({i, absl::StrCat(ClauseOf(rule), " is in ", currency.code,
                                             " and passes over ", FormatMoney(Granted(i)))});
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
  absl::StatusOr<std::vector<Shared>> SharesOf(const Group& group, bool settled) {
    std::map<std::tuple<int, std::string, size_t, std::string, Interval, int64_t>, Shared> shares;
    std::vector<const Rule*> wordings;
    for (size_t i : group) {
      const WindowOutcome& outcome = Outcomes()[i];
      if (!HasMoney(i)) continue;
      for (const Rule& rule : outcome.terms->rules) {
        if (!IsCap(rule) || !IsAbout(rule, outcome)) continue;
        if (Stays(rule, outcome) != settled) continue;
        Instant at = CapInstantOf(rule, outcome, question_.knowledge);
        TALLY_ASSIGN_OR_RETURN(Interval period, CapPeriodOf(rule, outcome, at));
        TALLY_ASSIGN_OR_RETURN(const Money limit, CapLimitOf(rule, outcome, period));
        if (Granted(i).currency != limit.currency) {
          PassOver(i, rule, limit.currency);
          continue;
        }
        Shared& shared = shares[{CapStage(rule), rule.id, WordingOf(rule, wordings),
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

  // By what the closing of `later` knew: a closed window is no longer changed by the clock. What
  // was settled all the same counts, from the settlement on.
  bool HadExpired(const WindowOutcome& outcome, const WindowOutcome& later) const {
    const Instant known = later.posted.value_or(question_.knowledge);
    return !outcome.settled.has_value() && outcome.expired.has_value() && *outcome.expired <= known;
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
      bool counts = HasMoney(j) && !outcome.apart && !HadExpired(outcome, like) &&
                    IsAbout(rule, outcome) &&
                    outcome.objective->obligor == like.objective->obligor &&
                    answer_.lines[j].granted->currency == shared.limit.currency;
      const Group& own = shared.lines;
      if (!counts || std::find(own.begin(), own.end(), j) != own.end()) continue;
      if (j >= group.front() && !Stays(rule, outcome) && cut_.count({rule.id, j}) == 0) continue;
      if (!shared.period.Contains(CapInstantOf(rule, outcome, question_.knowledge))) continue;
      const Money& line = *answer_.lines[j].granted;
      used +=
          CountsAsSettled(rule, outcome, line) ? outcome.settled->minor : line.minor - returned_[j];
    }
    return used;
  }

  // A line takes up what was carried for it by rules that an amendment renamed or struck.
  void TakeUp(size_t i) {
    if (!HasMoney(i)) return;
    for (const Carried::Sum& sum : carried_.TakeStruck(Outcomes()[i], Granted(i).currency)) {
      if (__builtin_add_overflow(Granted(i).minor, sum.minor, &Granted(i).minor)) {
        Granted(i).minor = std::numeric_limits<int64_t>::max();
      }
      Step(i, sum.rule->kind,
           absl::StrCat(AmountText(sum.minor, Granted(i).currency), " carried by ",
                        ClauseOf(*sum.rule), ", which these terms no longer have"),
           ClauseOf(*sum.rule));
    }
  }

  // Settled windows take what was closed for them, before any cap is shared. What they took of
  // amounts carried over is gone, and what they left above is carried on, as if cut today.
  absl::Status KeepSettled(const Group& group) {
    for (size_t i : group) {
      TALLY_ASSIGN_OR_RETURN(const std::vector<Shared> shares, SharesOf({i}, true));
      if (shares.empty()) continue;
      int64_t* carried = nullptr;
      for (const Shared& shared : shares) {
        TALLY_RETURN_IF_ERROR(Cut(shared, group));
        if (Carries(*shared.rule) && carried == nullptr) carried = &CarriedBy(*shared.rule, i);
      }
      const Money closed = *Outcomes()[i].as_closed->granted;
      if (carried != nullptr && closed.currency == Granted(i).currency) {
        const Wide left = Wide{*carried} + Granted(i).minor - closed.minor;
        *carried =
            static_cast<int64_t>(std::clamp<Wide>(left, 0, std::numeric_limits<int64_t>::max()));
      }
      Granted(i) = closed;
      Step(i, shares.front().rule->kind, "settled, and stays as it was closed",
           ClauseOf(*shares.front().rule));
    }
    return absl::OkStatus();
  }

  absl::Status Caps(const Group& group) {
    returned_.resize(Outcomes().size());
    for (size_t i : group) TakeUp(i);
    TALLY_RETURN_IF_ERROR(KeepSettled(group));
    TALLY_ASSIGN_OR_RETURN(const std::vector<Shared> shares, SharesOf(group, false));
    for (const Shared& shared : shares) TALLY_RETURN_IF_ERROR(Cut(shared, group));
    return absl::OkStatus();
  }

  static bool Carries(const Rule& rule) { return rule.choices.Is("above", "carried"); }
  // In the currency of the line: no amount of another adds to it.
  int64_t& CarriedBy(const Rule& rule, size_t i) {
    return carried_.By(rule, Outcomes()[i].objective->id, Granted(i).currency, i);
  }

  absl::Status Cut(const Shared& shared, const Group& group) {
    const Rule& rule = *shared.rule;
    const Money& limit = shared.limit;
    std::vector<int64_t> amounts;
    int64_t sum = 0;
    for (size_t i : shared.lines) {
      int64_t amount = Granted(i).minor;
      int64_t carried = std::exchange(CarriedBy(rule, i), 0);
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
      if (Carries(rule)) CarriedBy(rule, i) = amounts[at] - cut[at];
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
        const Currency currency = rule->choices.Amount("amount").currency;
        if (Granted(i).currency != currency) {
          PassOver(i, *rule, currency);
          continue;
        }
        auto& [found, lines] =
            by[{rule->id, WordingOf(*rule, wordings), outcome.objective->obligor}];
        found = rule;
        lines.push_back(i);
      }
    }
    for (const auto& [key, entry] : by) {
      const auto& [rule, lines] = entry;
      Money least = rule->choices.Amount("amount");
      int64_t sum = 0;
      for (size_t i : lines) {
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

  // How a sequence of windows ended, if none can come any more. Those of the last days of the term
  // are awaited as long as evidence for them may.
  std::optional<Ending> EndingOf(const std::string& objective) const {
    const Instant now = question_.knowledge;
    if (question_.terminated && *question_.terminated <= now) return Ending::kTermination;
    const auto ended = question_.ended.find(objective);
    if (ended != question_.ended.end() && ended->second <= now) return Ending::kObjective;
    if (!question_.until || *question_.until > now) return std::nullopt;
    const WindowOutcome& last = Outcomes()[by_objective_.at(objective).back()];
    const int64_t days = last.terms->disputes.evidence_cutoff_days;
    const bool over = last.window.limit >= *question_.until ||
                      EndOfDays(*last.zone, *question_.until, days) <= now;
    return over ? std::optional(Ending::kObjective) : std::nullopt;
  }

  void EndHeld() {
    for (HeldCredit& held : answer_.held) {
      if (held.state != HeldState::kHeld) continue;
      if (const std::optional<Ending> ending = EndingOf(held.objective)) End(held, *ending);
      if (held.state != HeldState::kHeld) Decide(held);
    }
  }

  // No later line takes up what caps still carry: it is owed as a sum of its own.
  void EndCarried() {
    for (const Carried::Sum& sum : carried_.Rest()) {
      const WindowOutcome& of = Outcomes()[sum.line];
      const size_t i = by_objective_.at(of.objective->id).back();
      const WindowOutcome& last = Outcomes()[i];
      if (!EndingOf(of.objective->id) || !last.ended) continue;
      const Money amount{.minor = sum.minor, .currency = sum.currency};
      if (!question_.lines_only) {
        answer_.lines[i].steps.push_back(
            {.step = "lump sum",
             .formula = "carried by a cap, and no later window takes it up",
             .result = FormatMoney(amount),
             .clause = ClauseOf(*sum.rule),
             .shows_causes = false});
      }
      PipelineEntry entry{.kind = "lump sum",
                          .rule = sum.rule->id,
                          .debtor = of.objective->obligor,
                          .creditor = of.objective->obligee,
                          .amount = amount,
                          .period = last.window,
                          .formula = "carried by a cap to the end"};
      entry.with = WindowName{last.objective->id, last.window};
      entry.of_objective = last.objective->id;
      entry.of_window = last.window;
      answer_.entries.push_back(std::move(entry));
    }
  }

  const PipelineQuestion& question_;
  PipelineAnswer answer_;
  std::map<std::string, Group> by_objective_;
  Carried carried_;
  std::map<std::pair<std::string, Currency>, int64_t> offsets_;  // by objective
  std::set<std::pair<std::string, size_t>> cut_;  // lines that a rule has cut, by its id
  std::vector<int64_t> returned_;  // headroom that an earn-back gave back, by outcome
};

}  // namespace

absl::StatusOr<PipelineAnswer> RunPipeline(const PipelineQuestion& question) {
  return Pipeline(question).Run();
}

}  // namespace tally::replay
