// Every question is one walk over the rulings in log order, weighed by the height of their authors'
// words; there are few rulings, and fewer still about one window.
#include "replay/dispute/rulings.h"

#include <algorithm>
#include <map>
#include <utility>

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

using Height = std::optional<int>;  // of a word; nullopt: it is not heard

// Of a ruling on what happened in a window, by the objective of the question.
Height HeightOf(const TimeQuestion& question, const WindowRuling& ruling) {
  if (!InOffice(*question.version, ruling.then, *question.objective, ruling.stamp.author)) {
    return std::nullopt;
  }
  return Authority(*question.version, *question.objective)
      .OnWindows(ruling.stamp.author, ruling.body.rank);
}

// Of a ruling on what is owed, on the terms, and on keys: no determination reaches so far.
bool IsArbitrated(const WindowRuling& ruling) {
  return ruling.body.rank == DecisionRank::kArbitrator;
}

// By the rank that it names, over any objective of the terms in force when it was issued: what is
// about no window is judged by no terms of the past.
Height HeightThen(const WindowRuling& ruling) {
  Height highest;
  if (ruling.then == nullptr) return highest;
  TimeQuestion question;
  question.version = ruling.then;
  for (const Objective& objective : ruling.then->terms->objectives) {
    question.objective = &objective;
    highest = std::max(highest, HeightOf(question, ruling));
  }
  return highest;
}
Height ArbitratedThen(const WindowRuling& ruling) {
  return IsArbitrated(ruling) ? HeightThen(ruling) : std::nullopt;
}

// Each ruling that is heard and that no correction replaces, with its height, in log order. A
// correction is a ruling like any other: heard by the same rule, and nothing where it is not.
struct HeardRuling {
  const WindowRuling* ruling = nullptr;
  int height = 0;
};
template <typename HeightOfRuling>
std::vector<HeardRuling> Standing(const RulingFold& fold, const HeightOfRuling& height_of) {
  // By author, the highest correction so far of a ruling, and of all on a claim; newest first.
  std::map<std::pair<StreamId, Hash>, int> of_ruling, of_claim;
  const auto replaced = [](const auto& corrected, const StreamId& author, const Hash& what,
                           int height) {
    const auto found = corrected.find({author, what});
    return found != corrected.end() && found->second >= height;
  };
  std::vector<HeardRuling> standing;
  const std::vector<WindowRuling>& rulings = fold.rulings();
  for (auto each = rulings.rbegin(); each != rulings.rend(); ++each) {
    const Height height = height_of(*each);
    if (!height.has_value()) continue;
    const StreamId& author = each->stamp.author;
    const bool gone =
        replaced(of_ruling, author, each->first, *height) ||
        (!each->answers.IsZero() && replaced(of_claim, author, each->answers, *height));
    if (!gone) standing.push_back({&*each, *height});
    if (!each->IsCorrection()) continue;
    auto& corrected = each->corrects_all_on.IsZero() ? of_ruling : of_claim;
    const Hash& what = each->corrects_all_on.IsZero() ? each->first : each->corrects_all_on;
    int& highest = corrected.emplace(std::make_pair(author, what), *height).first->second;
    highest = std::max(highest, *height);
  }
  std::reverse(standing.begin(), standing.end());
  return standing;
}

// What each ruling says about windows, one by one.
struct Said {
  WindowName window;
  absl::string_view what;
  bool determined = false;  // an expert may say it
};
std::vector<Said> SaidOf(const WindowRuling& ruling) {
  std::vector<Said> said;
  const RulingOnClaims& body = ruling.body;
  for (const RuledValue& each : body.values) said.push_back({each.window, "value", true});
  for (const RuledRecomputation& each : body.recomputations) {
    said.push_back({each.window, "recomputation", false});
  }
  for (const WindowName& each : body.reopened) said.push_back({each, "reopening", true});
  if (!ruling.answers.IsZero()) return said;  // credits in answer to a claim are weighed with it
  for (const RuledCredit& each : body.credits) said.push_back({each.window, "credit", false});
  return said;
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
    const auto named = by_digest_.find(said);
    const auto on_same = newest_on_.find({ruling.stamp.author, said});
    if (named != by_digest_.end() && rulings_[named->second].stamp.author == ruling.stamp.author) {
      ruling.answers = rulings_[named->second].answers;
      ruling.first = rulings_[named->second].first;
    } else if (on_same != newest_on_.end()) {
      ruling.first = rulings_[on_same->second].first;
      ruling.corrects_all_on = said;
    } else {
      findings_.push_back(FindingAbout(fact, "correction-of-nothing", "error",
                                       "it answers no ruling of its author; it replaces nothing"));
      return;
    }
  }
  by_digest_.emplace(ruling.digest, rulings_.size());
  newest_on_.insert_or_assign({ruling.stamp.author, ruling.answers}, rulings_.size());
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

namespace {

// What the rulings of which `height_of` gives a height say of the window.
template <typename HeightOfRuling>
RuledWindow SaidOn(const RulingFold& rulings, const WindowName& window,
                   const HeightOfRuling& height_of) {
  RuledWindow ruled;
  int value = -1, credit = -1, terms = -1, reopening = -1;  // heights so far
  for (const auto& [by, height] : Standing(rulings, height_of)) {
    const WindowRuling& each = *by;
    const auto take = [&](const WindowName& name, const auto& what, int& best, auto& slot) {
      if (name != window) return;
      if (ruled.first == nullptr) ruled.first = &each;
      if (height < best) return;
      best = height;
      slot = typename std::decay_t<decltype(slot)>::value_type{what, &each};
    };
    for (const RuledValue& said : each.body.values) {
      take(said.window, said.value, value, ruled.value);
    }
    for (size_t i = 0; IsArbitrated(each) && i < each.body.recomputations.size(); ++i) {
      const RuledRecomputation& said = each.body.recomputations[i];
      take(said.window, said.terms, terms, ruled.terms);
    }
    const bool beside_claims = IsArbitrated(each) && each.answers.IsZero();
    for (size_t i = 0; beside_claims && i < each.body.credits.size(); ++i) {
      take(each.body.credits[i].window, each.body.credits[i].amount, credit, ruled.credit);
    }
    const std::vector<WindowName>& reopened = each.body.reopened;
    const bool opens = std::find(reopened.begin(), reopened.end(), window) != reopened.end();
    if (opens && height >= reopening) {
      reopening = height;
      ruled.reopened = &each;
    }
  }
  return ruled;
}

// True if some ruling, heard or not, says anything of the window.
bool Names(const WindowRuling& ruling, const WindowName& window) {
  const std::vector<Said> said = SaidOf(ruling);
  return std::any_of(said.begin(), said.end(),
                     [&window](const Said& each) { return each.window == window; });
}

}  // namespace

RuledWindow RuledOn(const RulingFold& rulings, const WindowName& window,
                    const TimeQuestion& question) {
  return SaidOn(rulings, window, [&question](const WindowRuling& each) -> Height {
    if (each.stamp.recorded > question.knowledge) return std::nullopt;
    return HeightOf(question, each);
  });
}

// A ruling that names it in no way says nothing of a window, and corrects nothing said of it but
// where what it corrects names the window.
RuledWindow RuledWindows::On(const WindowName& window, const TimeQuestion& question) const {
  const absl::MutexLock lock(&mutex_);
  const std::vector<WindowRuling>& rulings = rulings_.rulings();
  const auto [named, asked_first] = named_.try_emplace(window, false);
  if (asked_first) {
    named->second = std::any_of(rulings.begin(), rulings.end(),
                                [&](const WindowRuling& each) { return Names(each, window); });
  }
  if (!named->second) return {};
  if (recorded_.size() != rulings.size()) {
    for (const WindowRuling& each : rulings) recorded_.push_back(each.stamp.recorded);
    std::sort(recorded_.begin(), recorded_.end());
  }
  Heard& heard = heard_[{question.version, question.objective}];
  if (heard.heights.empty()) {
    for (const WindowRuling& each : rulings) heard.heights.push_back(HeightOf(question, each));
  }
  const auto known =
      std::upper_bound(recorded_.begin(), recorded_.end(), question.knowledge) - recorded_.begin();
  const auto [told, fresh] = heard.told.try_emplace({window, known});
  if (fresh) {
    told->second = SaidOn(rulings_, window, [&](const WindowRuling& each) -> Height {
      if (each.stamp.recorded > question.knowledge) return std::nullopt;
      return heard.heights[static_cast<size_t>(&each - rulings.data())];
    });
  }
  return told->second;
}

std::set<KeyFingerprint> KeysRuledInvalid(const RulingFold& rulings) {
  std::set<KeyFingerprint> keys;
  for (const auto& [ruling, height] : Standing(rulings, ArbitratedThen)) {
    keys.insert(ruling->body.keys_invalid.begin(), ruling->body.keys_invalid.end());
  }
  return keys;
}

namespace {

// The objectives over which an award was made: those that its ruling names windows of, else all.
std::vector<const Objective*> AwardedOver(const WindowRuling& ruling) {
  std::vector<const Objective*> named, all;
  const std::vector<Said> said = SaidOf(ruling);
  for (const Objective& objective : ruling.then->terms->objectives) {
    TimeQuestion question;
    question.version = ruling.then;
    question.objective = &objective;
    if (!HeightOf(question, ruling).has_value()) continue;
    all.push_back(&objective);
    const bool names = std::any_of(said.begin(), said.end(), [&objective](const Said& each) {
      return each.window.objective == objective.id;
    });
    if (names) named.push_back(&objective);
  }
  return named.empty() ? all : named;
}

// To whom the role owes what is awarded; nullopt: it is no side, or against several.
std::optional<RuledAward> Placed(const WindowRuling& ruling, const Award& award) {
  const StreamId* debtor = ruling.then->PartyOfRole(award.debtor);
  const StreamId* creditor = nullptr;
  for (const Objective* objective : AwardedOver(ruling)) {
    const StreamId* other =
        debtor == nullptr ? nullptr : OtherSideOf(*ruling.then, *objective, *debtor);
    if (other == nullptr) continue;
    if (creditor != nullptr && *creditor != *other) return std::nullopt;
    creditor = other;
  }
  if (creditor == nullptr) return std::nullopt;
  return RuledAward{award, &ruling, *creditor, *debtor};
}

// What is said in vain: of windows, of what is about none, and of rulings that it would correct.
class RulingReview {
 public:
  RulingReview(const RulingFold& rulings, const AgreementFold& agreement,
               const VersionOf& version_of, const IsOnClaim& is_on_claim)
      : rulings_(rulings),
        agreement_(agreement),
        version_of_(version_of),
        is_on_claim_(is_on_claim) {}

  std::vector<Finding> Run() {
    const std::set<const WindowRuling*> replaced = Replaced();
    for (const WindowRuling& each : rulings_.rulings()) {
      if (replaced.count(&each) > 0) continue;  // it is as if never issued
      OnMoney(each);
      for (const Said& said : SaidOf(each)) OnWindow(each, said);
      OnTerms(each);
      OnAwards(each);
      OnKeys(each);
      if (each.IsCorrection()) OnCorrected(each);
    }
    return std::move(findings_);
  }

 private:
  void Find(const WindowRuling& ruling, absl::string_view kind, const std::string& objective,
            std::string message, absl::string_view severity = "error") {
    findings_.push_back({.kind = std::string(kind),
                         .severity = std::string(severity),
                         .objective = objective,
                         .at = ruling.stamp.at,
                         .message = std::move(message)});
  }
  std::set<const WindowRuling*> Replaced() const {
    std::set<const WindowRuling*> replaced;
    for (const WindowRuling& each : rulings_.rulings()) {
      if (HeightThen(each).has_value()) replaced.insert(&each);
    }
    for (const auto& [standing, height] : Standing(rulings_, HeightThen)) replaced.erase(standing);
    return replaced;
  }
  std::string Author(const WindowRuling& ruling) const {
    return agreement_.NameOf(ruling.stamp.author);
  }
  static std::string Rank(const WindowRuling& ruling) {
    return std::string(RankName(ruling.body.rank));
  }

  void OnMoney(const WindowRuling& each) {
    const bool about_money = !each.body.credits.empty() || !each.body.awards.empty();
    if (!about_money || each.answers.IsZero() || is_on_claim_(each.stamp.at)) return;
    Find(each, "ruling-on-no-claim", "",
         "its credits and awards have no effect: what it answers is no claim; to rule beside "
         "claims, it answers nothing");
  }

  void OnWindow(const WindowRuling& each, const Said& said) {
    TimeQuestion question;
    question.version = version_of_(said.window);
    if (question.version != nullptr) {
      question.objective = ObjectiveOf(*question.version, said.window.objective);
    }
    const std::string& objective = said.window.objective;
    const std::string text = absl::StrCat("its ", std::string(said.what), " for the window from ",
                                          FormatInstant(said.window.window.first));
    if (question.objective == nullptr) {
      Find(each, "ruling-unknown-window", objective,
           absl::StrCat(text, ": the terms have no such objective; it has no effect"));
    } else if (!HeightOf(question, each).has_value()) {
      Find(each, "ruling-without-authority", objective,
           absl::StrCat(text, ": the terms do not let ", Author(each), " rule on it as ",
                        Rank(each), "; it has no effect"));
    } else if (!said.determined && !IsArbitrated(each)) {
      Find(each, "ruling-without-authority", objective,
           absl::StrCat(text, ": ", Author(each), " rules as ", Rank(each),
                        ", and beside claims it takes an arbitrator; it has no effect"));
    }
  }

  void OnTerms(const WindowRuling& each) {
    for (const RuledRecomputation& ordered : each.body.recomputations) {
      const std::vector<const TermsVersion*> known = agreement_.Versions();
      const bool found = std::any_of(known.begin(), known.end(), [&](const TermsVersion* version) {
        return version->hash == ordered.terms;
      });
      if (found) continue;
      Find(each, "ruling-unknown-terms", ordered.window.objective,
           absl::StrCat("it orders to compute by the terms ", ordered.terms.ToHex(),
                        ", which nobody proposed in this agreement; it has no effect"));
    }
  }

  void OnAwards(const WindowRuling& each) {
    if (each.body.awards.empty() || !each.answers.IsZero()) return;
    if (!ArbitratedThen(each).has_value()) {
      return Find(each, "ruling-without-authority", "",
                  absl::StrCat("the terms in force when it was issued do not let ", Author(each),
                               " award anything beside claims as ", Rank(each),
                               "; it takes an arbitrator; it has no effect"));
    }
    for (const Award& award : each.body.awards) {
      if (Placed(each, award).has_value()) continue;
      Find(each, "award-unknown-debtor", "",
           absl::StrCat("the role \"", award.debtor,
                        "\" is no side of what it rules on, or is one against several parties; "
                        "what it would owe is not awarded"));
    }
  }

  void OnKeys(const WindowRuling& each) {
    const bool heard = ArbitratedThen(each).has_value();
    for (const KeyFingerprint& key : each.body.keys_invalid) {
      if (heard) {
        Find(each, "key-ruled-invalid", "",
             absl::StrCat("what the key ", key.ToHex(),
                          " signed since it is said to be compromised does not count"),
             "note");
      } else {
        Find(each, "ruling-without-authority", "",
             absl::StrCat("the terms do not let ", Author(each), " rule on keys as ", Rank(each),
                          "; it has no effect"));
      }
    }
  }

  // On a claim its life says so (claim_life.h).
  void OnCorrected(const WindowRuling& each) {
    if (is_on_claim_(each.stamp.at)) return;
    if (!HeightThen(each).has_value()) {
      return Find(each, "ruling-without-authority", "",
                  absl::StrCat("the terms in force when it was issued do not let ", Author(each),
                               " rule as ", Rank(each), "; it corrects nothing"));
    }
    const bool outranked = std::any_of(
        rulings_.rulings().begin(), rulings_.rulings().end(), [&each](const WindowRuling& other) {
          const bool corrected = other.first == each.first && other.stamp.at < each.stamp.at &&
                                 other.stamp.author == each.stamp.author;
          return corrected && HeightThen(each) < HeightThen(other);
        });
    if (!outranked) return;
    Find(each, "ruling-outranked", "",
         absl::StrCat("it corrects as ", Rank(each),
                      " what was ruled by a higher rank; that stands as it was"));
  }

  const RulingFold& rulings_;
  const AgreementFold& agreement_;
  const VersionOf& version_of_;
  const IsOnClaim& is_on_claim_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> RulingFindings(const RulingFold& rulings, const AgreementFold& agreement,
                                    const VersionOf& version_of, const IsOnClaim& is_on_claim) {
  return RulingReview(rulings, agreement, version_of, is_on_claim).Run();
}

std::vector<RuledAward> AwardsBesideClaims(const RulingFold& rulings, const WindowRuling* last) {
  const auto height_of = [last](const WindowRuling& each) -> Height {
    if (last != nullptr && last->stamp.at < each.stamp.at) return std::nullopt;
    return ArbitratedThen(each);
  };
  std::vector<RuledAward> awards;
  for (const auto& [ruling, height] : Standing(rulings, height_of)) {
    if (!ruling->answers.IsZero()) continue;
    for (const Award& award : ruling->body.awards) {
      if (std::optional<RuledAward> placed = Placed(*ruling, award)) {
        awards.push_back(*std::move(placed));
      }
    }
  }
  return awards;
}

// In one walk: anybody may correct himself as often as he likes.
std::vector<AwardOnRecord> AwardsOnRecord(const RulingFold& rulings) {
  std::vector<AwardOnRecord> record;
  // By author and the ruling that was corrected first: what is left, its height and place there.
  std::map<std::pair<StreamId, Hash>, std::vector<std::pair<int, size_t>>> left;
  for (const WindowRuling& said : rulings.rulings()) {
    const Height height = ArbitratedThen(said);
    if (!height.has_value()) continue;
    auto& of_it = left[{said.stamp.author, said.first}];
    // Those of all rulings on a claim are weighed with it.
    if (said.IsCorrection() && said.corrects_all_on.IsZero()) {
      std::erase_if(of_it, [&](const auto& each) {
        if (*height < each.first) return false;
        record[each.second].taken_back_by = &said;
        return true;
      });
    }
    for (size_t i = 0; said.answers.IsZero() && i < said.body.awards.size(); ++i) {
      std::optional<RuledAward> placed = Placed(said, said.body.awards[i]);
      if (!placed.has_value()) continue;
      of_it.push_back({*height, record.size()});
      record.push_back({*std::move(placed)});
    }
  }
  return record;
}

}  // namespace tally::replay
