// One function for each kind of posting; every step is entered at the time of its act, and none is
// ever left out again.
#include "replay/rule_posting.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr char kCarried[] = "carried into this window by a cap";

std::string EntryText(const PipelineEntry& entry, const std::string& formula) {
  if (entry.kind == "lump sum") return entry.kind;
  if (!entry.of_window) {
    return entry.rule.empty() ? entry.kind
                              : absl::StrCat(entry.kind, " rules/", entry.rule, ", ", formula);
  }
  return absl::StrCat(entry.kind, entry.rule.empty() ? "" : absl::StrCat(" rules/", entry.rule),
                      ", ", entry.of_objective, " ", FormatInstant(entry.of_window->first), "/",
                      FormatInstant(entry.of_window->limit));
}

// What is held and earned back, and what became of it since its closing.
void PostHeld(const PipelineLine& line, const std::vector<CreditSince>& since, Entry entry,
              Journal& journal) {
  constexpr char kHeldText[] = "held: later windows can earn it back";
  constexpr char kEarnedText[] = "earned back by later windows";
  entry.clause = "rules";
  const auto post = [&](Account from, Account to, int64_t minor, std::string text) {
    entry.from = from;
    entry.to = to;
    entry.amount = {.minor = minor, .currency = line.granted->currency};
    entry.text = std::move(text);
    return journal.Enter(entry);
  };
  if (since.empty()) {
    post(Account::kNone, Account::kHeld, line.held, kHeldText);
    post(Account::kNone, Account::kEarnedBack, line.earned_back, kEarnedText);
    return;
  }
  int64_t held = 0, earned = 0;
  std::optional<size_t> holding;
  for (const CreditSince& step : since) {
    if (&step != &since.front()) {
      entry.at = step.stamp.time;
      entry.cause = step.stamp.at;
    }
    const std::string why = step.why.empty() ? "" : absl::StrCat(", ", step.why);
    const int64_t won = std::clamp<int64_t>(step.earned_back - earned, 0, held);
    post(Account::kHeld, Account::kEarnedBack, won, absl::StrCat(kEarnedText, why));
    post(Account::kNone, Account::kEarnedBack, step.earned_back - earned - won,
         absl::StrCat(kEarnedText, why));
    held -= won;
    earned = step.earned_back;
    if (step.held > held) {
      const auto entered =
          post(Account::kNone, Account::kHeld, step.held - held, absl::StrCat(kHeldText, why));
      if (entered.has_value()) holding = entered;
    } else {
      entry.reverses = holding;
      post(Account::kHeld, Account::kNone, held - step.held,
           absl::StrCat("held no longer: it is due", why));
      entry.reverses.reset();
    }
    held = step.held;
  }
}

// One sum that stands in one account until it is paid.
struct Standing {
  struct Step {
    std::optional<ActStamp> act = {};  // absent: as it was entered first
    Instant at = {};
    int64_t minor = 0;
    std::string text = {};
  };
  WindowName with;  // whose closing settlements of it answer
  std::string rule;
  bool turned = false;
  std::vector<Step> steps;
};

// `first` is the entry of the first step; later ones differ from it in time, cause and text.
void PostStanding(const Standing& sum, const Entry& first, const std::vector<PaidSum>& paid,
                  Journal& journal) {
  std::optional<size_t> entered;
  int64_t stands = 0;
  for (const Standing::Step& step : sum.steps) {
    Entry entry = first;
    entry.text = step.text;
    if (&step != &sum.steps.front()) {
      entry.at = std::max(first.at, step.at);
      entry.cause.reset();
      if (step.act.has_value()) entry.cause = step.act->at;
    }
    entry.amount.minor = std::abs(step.minor - stands);
    if (step.minor < stands) {
      std::swap(entry.from, entry.to);
      entry.reverses = entered;
      journal.Enter(std::move(entry));
    } else if (const auto number = journal.Enter(std::move(entry)); number.has_value()) {
      entered = number;
    }
    stands = step.minor;
  }
  for (const PaidSum& each : paid) {
    const bool of_this = each.window == sum.with && each.rule == sum.rule &&
                         each.turned == sum.turned && each.amount.currency == first.amount.currency;
    if (!of_this) continue;
    Entry payment = first;
    payment.at = std::max(first.at, each.by.time);
    payment.cause = each.by.at;
    payment.text = absl::StrCat("settled: ", first.text);
    payment.window = each.window;
    payment.from = first.to;
    payment.to = Account::kSettled;
    payment.amount = each.amount;
    journal.Enter(std::move(payment));
  }
}

// A window that owes no credit by itself, with or without something that was carried into it.
bool OwesNothingItself(const EvaluatedWindow& window) {
  return window.figures.verdict != Verdict::kBreached && !window.figures.open;
}

// What of it is carried stands apart from what the window owes itself; neither has what is of the
// other. Steps that change nothing of it are passed over.
std::vector<CreditSince> PartOf(const std::vector<CreditSince>& since, bool carried) {
  std::vector<CreditSince> part = since;
  for (CreditSince& step : part) {
    if (step.carried != carried) step.due = 0;
  }
  return part;
}
bool AnyDue(const std::vector<CreditSince>& since) {
  return std::any_of(since.begin(), since.end(),
                     [](const CreditSince& step) { return step.due > 0; });
}

// What a cap carried into the window while it owed none itself. Without a history: as it is now.
std::vector<CreditSince> CarriedInto(const EvaluatedWindow& window, const PipelineLine& line,
                                     const std::vector<CreditSince>& since) {
  if (!since.empty()) return PartOf(since, true);
  if (!OwesNothingItself(window)) return {};
  return {CreditSince{.due = line.Due(), .carried = true}};
}

// What a cap carried into a window that was met is owed all the same, and due with its closing
// where no claim is needed.
void PostCarried(const EvaluatedWindow& window, const PipelineLine& line,
                 const std::vector<CreditSince>& since, Entry entry,
                 const std::vector<PaidSum>& paid, Journal& journal) {
  const std::vector<CreditSince> steps = CarriedInto(window, line, since);
  if (!AnyDue(steps)) return;
  const bool due = window.closing != nullptr &&
                   window.plan.version->terms->disputes.credits == ClaimNeeded::kAutomatic;
  entry.to = due ? Account::kApproved : Account::kAccrued;
  entry.amount.currency = line.granted->currency;
  entry.clause = "rules";
  entry.text = kCarried;
  Standing carried{.with = window.plan.name(), .rule = "", .steps = {}};
  int64_t stands = 0;
  for (const CreditSince& step : steps) {
    const bool enters = &step == &steps.front() || (step.own && stands == 0);
    stands = step.due;
    carried.steps.push_back({.at = step.stamp.time,
                             .minor = step.due,
                             .text = enters ? kCarried : absl::StrCat(kCarried, ", ", step.why)});
    if (!since.empty()) carried.steps.back().act = step.stamp;
  }
  PostStanding(carried, entry, paid, journal);
}

void PostSum(const CaseFile& file, const SumOfRule& sum, const std::vector<PaidSum>& paid,
             Journal& journal) {
  const PipelineEntry& each = sum.entry;
  const Entry entry{.at = OwedAt(file, each.period),
                    .cause = std::nullopt,
                    .clause = each.rule.empty() ? "" : absl::StrCat("rules.", each.rule),
                    .text = EntryText(each, sum.since.front().formula),
                    .window = std::nullopt,
                    .from = Account::kNone,
                    .to = Account::kAccrued,
                    .creditor = PartyInRole(file, each.creditor),
                    .debtor = PartyInRole(file, each.debtor),
                    .amount = each.amount,
                    .reverses = std::nullopt};
  Standing standing{.with = each.with.value_or(WindowName{}), .rule = each.rule, .steps = {}};
  standing.turned = each.kind == "bonus";
  for (const SumSince& step : sum.since) {
    const bool less = !standing.steps.empty() && step.minor < standing.steps.back().minor;
    std::string text = entry.text;
    if (less) absl::StrAppend(&text, ", taken back: ", step.why);
    if (!less && !standing.steps.empty()) {
      text = absl::StrCat(EntryText(each, step.formula), ", computed anew: ", step.why);
    }
    standing.steps.push_back({.at = step.stamp.time, .minor = step.minor, .text = std::move(text)});
    standing.steps.back().act = step.stamp;
  }
  PostStanding(standing, entry, paid, journal);
}

// With the window that it is for, or else with the one whose closing settlements of it answer.
bool IsWanted(const PipelineEntry& entry, const Asked& asked) {
  if (entry.of_window) return asked.Has(entry.of_objective, *entry.of_window);
  return entry.with && asked.Has(entry.with->objective, entry.with->window);
}

// Of a period that is not over the sum may change: a projection, which nobody owes yet.
bool IsOwed(const CaseFile& file, const PipelineEntry& entry) {
  return OwedAt(file, entry.period) <= file.axes().status();
}

}  // namespace

void PostRules(const CaseFile& file, const Credited& credited,
               const std::vector<EvaluatedWindow>& windows, const Asked& asked,
               const std::vector<PaidSum>& paid, Journal& journal) {
  for (size_t i = 0; i < credited.lines.size(); ++i) {
    const EvaluatedWindow& window = windows[i];
    const PipelineLine& line = credited.lines[i];
    const Objective& objective = *window.plan.objective;
    bool counts = line.granted.has_value() && !window.figures.open &&
                  asked.Has(objective.id, window.plan.window.interval);
    if (!counts) continue;
    Entry entry;
    entry.at = window.plan.window.interval.limit;
    if (window.closing != nullptr) {
      entry.at = window.closing->stamp.time;
      entry.cause = window.closing->stamp.at;
    }
    entry.window = window.plan.name();
    entry.debtor = PartyInRole(file, objective.obligor);
    entry.creditor = PartyInRole(file, objective.obligee);
    PostHeld(line, credited.since[i], entry, journal);
    PostCarried(window, line, credited.since[i], entry, paid, journal);
  }
  for (const SumOfRule& sum : credited.sums) {
    if (IsWanted(sum.entry, asked) && IsOwed(file, sum.entry)) PostSum(file, sum, paid, journal);
  }
}

std::vector<SumBeside> SumsWith(const CaseFile& file, const Credited& credited,
                                const std::vector<EvaluatedWindow>& windows, size_t i) {
  std::vector<SumBeside> sums;
  if (credited.lines.empty()) return sums;
  const WindowName window = windows[i].plan.name();
  const PipelineLine& line = credited.lines[i];
  const std::vector<CreditSince> into = CarriedInto(windows[i], line, credited.since[i]);
  if (line.granted.has_value() && AnyDue(into)) {
    SumBeside carried{.rule = "", .currency = line.granted->currency, .steps = {}};
    for (const CreditSince& step : into) carried.steps.push_back({step.stamp, step.due});
    sums.push_back(std::move(carried));
  }
  for (const SumOfRule& each : credited.sums) {
    const PipelineEntry& entry = each.entry;
    if (entry.with != window || !IsOwed(file, entry)) continue;
    SumBeside sum{.rule = entry.rule,
                  .currency = entry.amount.currency,
                  .owed = OwedAt(file, entry.period),
                  .steps = {}};
    sum.turned = entry.kind == "bonus";
    for (const SumSince& step : each.since) sum.steps.push_back({step.stamp, step.minor});
    sums.push_back(std::move(sum));
  }
  return sums;
}

std::vector<CreditSince> OwnSince(const std::vector<CreditSince>& since) {
  return PartOf(since, false);
}

std::vector<OpenSum> OpenSumsOf(const std::vector<WindowCase>& cases,
                                const std::vector<PaidSum>& paid) {
  std::vector<OpenSum> open;
  const auto take = [&](const WindowCase& window, const SumBeside& sum) {
    int64_t minor = sum.steps.back().minor;
    for (const PaidSum& each : paid) {
      if (each.IsOf(window.name, sum)) minor -= each.amount.minor;
    }
    if (minor <= 0) return;
    open.push_back({.rule = sum.rule,
                    .objective = window.name.objective,
                    .window = window.name.window,
                    .debtor = sum.turned ? window.obligee : window.obligor,
                    .creditor = sum.turned ? window.obligor : window.obligee,
                    .open = {.minor = minor, .currency = sum.currency}});
  };
  for (const WindowCase& window : cases) {
    if (window.closing == nullptr) continue;
    for (const bool turned : {false, true}) {
      for (const SumBeside& sum : window.sums) {
        if (sum.turned == turned) take(window, sum);
      }
    }
  }
  return open;
}

}  // namespace tally::replay
