// Every question is one walk over the rulings in log order, weighed by the height of their authors'
// words; there are few rulings, and fewer still about one window.
#include "replay/dispute/rulings.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "replay/dispute/authority.h"

namespace tally::replay {
namespace {

const Objective* ObjectiveOf(const TermsVersion& version, const std::string& id) {
  for (const Objective& objective : version.terms->objectives) {
    if (objective.id == id) return &objective;
  }
  return nullptr;
}

// How high the word of a ruling stands for the objective of the question; nullopt: it is not heard.
std::optional<int> HeightOf(const TimeQuestion& question, const WindowRuling& ruling) {
  if (!InOffice(*question.version, ruling.then, *question.objective, ruling.stamp.author)) {
    return std::nullopt;
  }
  return Authority(*question.version, *question.objective)
      .OnWindows(ruling.stamp.author, ruling.body.rank);
}

// By the rank that it names, over any objective of the terms in force when it was issued: what is
// about no window is judged by no terms of the past.
bool IsHeardThen(const WindowRuling& ruling) {
  if (ruling.then == nullptr) return false;
  TimeQuestion question;
  question.version = ruling.then;
  const std::vector<Objective>& objectives = ruling.then->terms->objectives;
  return std::any_of(objectives.begin(), objectives.end(), [&](const Objective& objective) {
    question.objective = &objective;
    return HeightOf(question, ruling).has_value();
  });
}

// What each ruling says about windows, one by one.
std::vector<std::pair<WindowName, absl::string_view>> SaidOf(const WindowRuling& ruling) {
  std::vector<std::pair<WindowName, absl::string_view>> said;
  const RulingOnClaims& body = ruling.body;
  for (const RuledValue& each : body.values) said.emplace_back(each.window, "value");
  for (const RuledRecomputation& each : body.recomputations) {
    said.emplace_back(each.window, "recomputation");
  }
  for (const WindowName& each : body.reopened) said.emplace_back(each, "reopening");
  if (!ruling.answers.IsZero()) return said;  // credits in answer to a claim are weighed with it
  for (const RuledCredit& each : body.credits) said.emplace_back(each.window, "credit");
  return said;
}

Finding FindingOf(const WindowRuling& ruling, absl::string_view kind, absl::string_view severity,
                  const std::string& objective, std::string message) {
  return {.kind = std::string(kind),
          .severity = std::string(severity),
          .objective = objective,
          .at = ruling.stamp.at,
          .message = std::move(message)};
}

}  // namespace

void RulingFold::Apply(const Fact& fact) {
  const bool corrects = fact.kind() == BodyKind::kRulingCorrected;
  if (fact.kind() != BodyKind::kRulingIssued && !corrects) return;
  std::vector<Finding> said_elsewhere;
  const bool heard =
      MayBeHeard(fact, said_elsewhere) && IsByParty(fact, agreement_, said_elsewhere);
  if (!heard) return;
  absl::StatusOr<RulingOnClaims> body = DecodeRulingOnClaims(fact.event->body, corrects);
  if (!body.ok()) return;
  WindowRuling ruling;
  ruling.stamp = StampOf(fact, agreement_, said_elsewhere);
  ruling.digest = fact.event->digest;
  ruling.answers = fact.header().answers;
  ruling.first = ruling.digest;
  ruling.then = agreement_.InForceAt(fact.recorded);
  ruling.body = *std::move(body);
  if (corrects && ruling.answers.IsZero()) {
    findings_.push_back(FindingAbout(fact, "correction-of-nothing", "error",
                                     "it answers no ruling; it has no effect"));
    return;
  }
  if (corrects) {
    // What it answers was said by the same hand: the ruling itself, or the claim that both are on.
    const Hash said = ruling.answers;
    const bool replaces = std::erase_if(rulings_, [&](const WindowRuling& each) {
                            const bool named = each.digest == said || each.first == said;
                            const bool same = named || each.answers == said;
                            if (!same || each.stamp.author != ruling.stamp.author) return false;
                            if (named) ruling.answers = each.answers;
                            ruling.first = each.first;
                            return true;
                          }) > 0;
    if (!replaces) return;
  }
  rulings_.push_back(std::move(ruling));
}

const WindowRuling* RuledWindow::Newest() const {
  const WindowRuling* newest = reopened;
  const auto take = [&newest](const auto& ruled) {
    if (!ruled.has_value()) return;
    if (newest == nullptr || newest->stamp.at < ruled->by->stamp.at) newest = ruled->by;
  };
  take(value);
  take(credit);
  take(terms);
  return newest;
}

RuledWindow RuledOn(const RulingFold& rulings, const WindowName& window,
                    const TimeQuestion& question) {
  RuledWindow ruled;
  if (rulings.empty()) return ruled;
  int value = -1, credit = -1, terms = -1, reopening = -1;  // heights so far
  for (const WindowRuling& each : rulings.rulings()) {
    const std::optional<int> height = HeightOf(question, each);
    if (!height.has_value() || each.stamp.recorded > question.knowledge) continue;
    const auto take = [&](const WindowName& name, const auto& what, int& best, auto& slot) {
      if (name != window || *height < best) return;
      best = *height;
      slot = typename std::decay_t<decltype(slot)>::value_type{what, &each};
    };
    for (const RuledValue& said : each.body.values) {
      take(said.window, said.value, value, ruled.value);
    }
    for (const RuledRecomputation& said : each.body.recomputations) {
      take(said.window, said.terms, terms, ruled.terms);
    }
    for (const RuledCredit& said : each.body.credits) {
      if (each.answers.IsZero()) take(said.window, said.amount, credit, ruled.credit);
    }
    const std::vector<WindowName>& reopened = each.body.reopened;
    const bool opens = std::find(reopened.begin(), reopened.end(), window) != reopened.end();
    if (opens && *height >= reopening) {
      reopening = *height;
      ruled.reopened = &each;
    }
  }
  return ruled;
}

std::set<KeyFingerprint> KeysRuledInvalid(const RulingFold& rulings) {
  std::set<KeyFingerprint> keys;
  for (const WindowRuling& each : rulings.rulings()) {
    if (each.body.keys_invalid.empty() || !IsHeardThen(each)) continue;
    keys.insert(each.body.keys_invalid.begin(), each.body.keys_invalid.end());
  }
  return keys;
}

std::vector<Finding> RulingFindings(const RulingFold& rulings, const AgreementFold& agreement,
                                    const VersionOf& version_of, const IsOnClaim& is_on_claim) {
  std::vector<Finding> findings;
  for (const WindowRuling& each : rulings.rulings()) {
    const bool about_money = !each.body.credits.empty() || !each.body.awards.empty();
    if (about_money && !each.answers.IsZero() && !is_on_claim(each.stamp.at)) {
      findings.push_back(FindingOf(each, "ruling-on-no-claim", "error", "",
                                   "its credits and awards have no effect: what it answers is no "
                                   "claim; to rule beside claims, it answers nothing"));
    }
    for (const auto& [window, what] : SaidOf(each)) {
      const TermsVersion* version = version_of(window);
      TimeQuestion question;
      question.version = version;
      if (version != nullptr) question.objective = ObjectiveOf(*version, window.objective);
      const std::string said = absl::StrCat("its ", std::string(what), " for the window from ",
                                            FormatInstant(window.window.first));
      if (question.objective == nullptr) {
        findings.push_back(FindingOf(each, "ruling-unknown-window", "error", window.objective,
                                     absl::StrCat(said,
                                                  ": the terms have no such objective; it "
                                                  "has no effect")));
      } else if (!HeightOf(question, each).has_value()) {
        findings.push_back(
            FindingOf(each, "ruling-without-authority", "error", window.objective,
                      absl::StrCat(said, ": the terms do not let ",
                                   agreement.NameOf(each.stamp.author), " rule on it as ",
                                   std::string(RankName(each.body.rank)), "; it has no effect")));
      }
    }
    for (const RuledRecomputation& ordered : each.body.recomputations) {
      const std::vector<const TermsVersion*> known = agreement.Versions();
      const bool found = std::any_of(known.begin(), known.end(), [&](const TermsVersion* version) {
        return version->hash == ordered.terms;
      });
      if (found) continue;
      findings.push_back(
          FindingOf(each, "ruling-unknown-terms", "error", ordered.window.objective,
                    absl::StrCat("it orders to compute by the terms ", ordered.terms.ToHex(),
                                 ", which nobody proposed in this agreement; it has "
                                 "no effect")));
    }
    const bool heard = IsHeardThen(each);
    if (!heard && !each.body.awards.empty() && each.answers.IsZero()) {
      findings.push_back(FindingOf(each, "ruling-without-authority", "error", "",
                                   absl::StrCat("the terms in force when it was issued do not let ",
                                                agreement.NameOf(each.stamp.author), " rule as ",
                                                std::string(RankName(each.body.rank)),
                                                "; what it awards beside claims has no effect")));
    }
    for (const KeyFingerprint& key : each.body.keys_invalid) {
      findings.push_back(FindingOf(
          each, heard ? "key-ruled-invalid" : "ruling-without-authority", heard ? "note" : "error",
          "",
          heard ? absl::StrCat("what the key ", key.ToHex(),
                               " signed since it is said to be compromised does not count")
                : absl::StrCat("the terms do not let ", agreement.NameOf(each.stamp.author),
                               " rule on keys; it has no effect")));
    }
  }
  return findings;
}

std::vector<RuledAward> AwardsBesideClaims(const RulingFold& rulings) {
  std::vector<RuledAward> awards;
  for (const WindowRuling& each : rulings.rulings()) {
    if (each.body.awards.empty() || !each.answers.IsZero() || !IsHeardThen(each)) continue;
    for (const Award& award : each.body.awards) awards.push_back({award, &each, each.then});
  }
  return awards;
}

}  // namespace tally::replay
