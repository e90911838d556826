// What is compared is what the terms say, not where: rules under other ids, or of other versions,
// that say the same are the same.
#include "replay/dispute/claim_window.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "replay/dispute/calendar.h"
#include "replay/dispute/claim_rules.h"
#include "replay/dispute/moved_time.h"
#include "replay/terms/exclusion.h"

namespace tally::replay {
namespace {

Instant MovedDue(const WindowCase& each, const ForumFold& forum, absl::string_view what,
                 Instant since, Instant due) {
  const StreamId* obligor = ObligorOf(each);
  if (obligor == nullptr || forum.shifts().empty()) return due;
  return MovedByConsent(what, TextOf(each.name), since, due,
                        ShiftsBetween(forum.shifts(), *obligor, each.obligee_party))
      .end();
}

bool IsAboutClaims(const Rule& rule) {
  // Until when it had to be filed is asked of each window by itself.
  for (absl::string_view kind : {"answer deadline", "escalation deadline", "dispute level",
                                 "sum claimed", "decision authority"}) {
    if (rule.kind == kind) return true;
  }
  return false;
}

// Rules about claims for the window, whatever they are called.
std::vector<const Rule*> RulesAboutClaims(const Terms& terms, const std::string& objective) {
  std::vector<const Rule*> rules;
  for (const Rule& rule : terms.rules) {
    if (IsAboutClaims(rule) && IsAbout(rule, objective)) rules.push_back(&rule);
  }
  std::sort(rules.begin(), rules.end(), [](const Rule* a, const Rule* b) {
    return std::make_pair(a->kind, a->id) < std::make_pair(b->kind, b->id);
  });
  return rules;
}

// Who may decide, by the role that the terms give him.
bool NameTheSame(const TermsSince& a, const TermsSince& b, const std::string& role) {
  if (a.version == b.version || a.version == nullptr || b.version == nullptr) return true;
  const StreamId* left = a.version->PartyOfRole(role);
  const StreamId* right = b.version->PartyOfRole(role);
  return left == nullptr || right == nullptr ? left == right : *left == *right;
}

}  // namespace

std::string TextOf(const WindowName& name) {
  return absl::StrCat(name.objective, " ", FormatInstant(name.window.first), "/",
                      FormatInstant(name.window.limit));
}

const Objective* ObjectiveOf(const WindowCase& window) {
  if (window.version == nullptr) return nullptr;
  for (const Objective& objective : window.version->terms->objectives) {
    if (objective.id == window.name.objective) return &objective;
  }
  return nullptr;
}

const StreamId* ObligorOf(const WindowCase& window) {
  const Objective* objective = ObjectiveOf(window);
  return objective == nullptr ? nullptr : window.version->PartyOfRole(objective->obligor);
}

Instant ClaimDue(const WindowCase& window, const ForumFold& forum, Instant by) {
  const Interval time{window.name.window.first, window.ArisenBy(by)};
  const TermsSince then = window.TermsBy(by);
  return MovedDue(window, forum, "claim.file", time.limit,
                  ClaimDueByTerms(*then.terms, window.name.objective, time, *then.zone));
}

Instant ObjectionDue(const WindowCase& window, const ForumFold& forum) {
  const Instant closed = window.closing->stamp.time;
  const TermsSince then = window.TermsBy(closed);
  return MovedDue(window, forum, "objection", closed,
                  DueAfterAct(*then.zone, closed, then.terms->disputes.objection_days));
}

bool AreJudgedAlike(const WindowCase& a, const WindowCase& b, Instant by) {
  const TermsSince of_a = a.TermsBy(by), of_b = b.TermsBy(by);
  if (of_a.terms == of_b.terms && a.name.objective == b.name.objective) return true;
  const DisputeRules& left = of_a.terms->disputes;
  const DisputeRules& right = of_b.terms->disputes;
  const bool same = left.credits == right.credits && left.silence == right.silence &&
                    left.answer_within_days == right.answer_within_days &&
                    of_a.terms->zone == of_b.terms->zone;
  if (!same) return false;
  const std::vector<const Rule*> rules = RulesAboutClaims(*of_a.terms, a.name.objective);
  const std::vector<const Rule*> others = RulesAboutClaims(*of_b.terms, b.name.objective);
  const auto says_the_same = [](const Rule* x, const Rule* y) {
    return x->kind == y->kind && x->choices == y->choices;
  };
  if (!std::equal(rules.begin(), rules.end(), others.begin(), others.end(), says_the_same)) {
    return false;
  }
  for (const char* role : {"arbiter", "expert", "mediator"}) {
    if (!NameTheSame(of_a, of_b, role)) return false;
  }
  for (const Rule* rule : rules) {
    if (rule->kind != "dispute level" || !rule->choices.Has("authority")) continue;
    if (!NameTheSame(of_a, of_b, rule->choices.Text("authority"))) return false;
  }
  return true;
}

bool ArePricedAlike(const WindowCase& a, const WindowCase& b, Instant by) {
  const std::optional<Currency> of_a = a.TermsBy(by).currency, of_b = b.TermsBy(by).currency;
  return !of_a.has_value() || !of_b.has_value() || of_a == of_b;
}

}  // namespace tally::replay
