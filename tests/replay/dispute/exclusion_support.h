// Acts about time made in memory: an agreement in force between acme and shop, with an arbiter, and
// whoever says what about which interval.
#pragma once

#include <string>

#include "replay/dispute/exclusion_standing.h"
#include "schema/canonical.h"
#include "tests/replay/fact_support.h"

namespace tally::replay {

class TimeActs {
 public:
  explicit TimeActs(Terms terms) : terms_(std::move(terms)), zone_(Zone::Utc()) {
    // Bound by the terms: who only stands in the opening decides nothing.
    terms_.parties.push_back({"arbiter", "court"});
    terms_.parties.push_back({"expert", "lab"});
    AgreementOpened opened;
    opened.name = "gold";
    opened.parties = {{"provider", "acme", Stream("acme")},
                      {"customer", "shop", Stream("shop")},
                      {"arbiter", "court", Stream("court")},
                      {"expert", "lab", Stream("lab")}};
    Say(BodyKind::kAgreementOpened, "acme", Encode(opened), "2026-03-01T08:00:00Z");
    Hash proposal =
        Say(BodyKind::kTermsProposed, "acme", ProposalOf(terms_), "2026-03-01T09:00:00Z");
    Say(BodyKind::kTermsAccepted, "shop", Encode(TermsAccepted{HashOf(terms_)}),
        "2026-03-01T10:00:00Z", proposal);
  }

  Hash Say(BodyKind kind, absl::string_view author, Bytes body, absl::string_view recorded,
           const Hash& answers = {}, Instant claimed = {}) {
    Fact fact = maker_.Make(kind, Stream(author), std::move(body),
                            {.answers = answers, .recorded = On(recorded), .observed = claimed});
    agreement_.Apply(fact);
    acts_.Apply(fact);
    last_ = {.at = fact.address(),
             .time = fact.recorded,
             .recorded = fact.recorded,
             .author = Stream(author)};
    return fact.event->digest;
  }
  Hash Json(BodyKind kind, absl::string_view author, absl::string_view json,
            absl::string_view recorded, const Hash& answers = {}, Instant claimed = {}) {
    absl::StatusOr<Bytes> body = BodyFromJson(kind, json);
    if (!body.ok()) CheckFailed(__FILE__, __LINE__, std::string(body.status().message()).c_str());
    return Say(kind, author, *std::move(body), recorded, answers, claimed);
  }

  DecidedTime At(absl::string_view knowledge, std::optional<ActStamp> closed = {}) const {
    return TimeDecided(acts_, Question(On(knowledge), closed));
  }
  std::vector<Ruling> RulingsAfter(absl::string_view knowledge,
                                   std::optional<ActStamp> closed) const {
    return RulingsAfterClosing(acts_, Question(On(knowledge), closed));
  }
  std::vector<Interval> Admitted(absl::string_view knowledge,
                                 std::optional<ActStamp> closed = {}) const {
    std::vector<Interval> intervals;
    for (const AdmittedTime& time : At(knowledge, closed).admitted) {
      intervals.push_back(time.interval);
    }
    return intervals;
  }
  std::vector<Announcement> Announcements(absl::string_view knowledge,
                                          std::optional<ActStamp> closed = {}) const {
    return AnnouncementsFor(acts_, Question(On(knowledge), closed));
  }
  bool Found(absl::string_view kind) const {
    for (const Finding& finding : acts_.findings()) {
      if (finding.kind == kind) return true;
    }
    return false;
  }
  const ExclusionFold& acts() const { return acts_; }
  bool SilenceEnds(absl::string_view then, absl::string_view now) const {
    return SilenceEnded(acts_, *agreement_.Current(), zone_, On(then), On(now));
  }
  // A closing that was made after the last act.
  ActStamp closed() const {
    ActStamp stamp = last_;
    stamp.at.index += 1;
    return stamp;
  }

 private:
  TimeQuestion Question(Instant knowledge, std::optional<ActStamp> closed) const {
    const TermsVersion* version = agreement_.Current();
    TALLY_CHECK(version != nullptr);
    TimeQuestion question;
    question.version = version;
    question.objective = &version->terms->objectives.front();
    question.zone = &zone_;
    question.knowledge = knowledge;
    question.closed = closed;
    return question;
  }

  Terms terms_;
  Zone zone_;
  FactMaker maker_;
  AgreementFold agreement_{"gold"};
  ExclusionFold acts_{agreement_};
  ActStamp last_;
};

inline Rule OrderOf(const std::string& order, const std::string& days = "none") {
  Rule rule;
  rule.id = "authority";
  rule.kind = "decision authority";
  std::vector<Choice> choices = {{"arbitrator", {"arbiter"}}};
  if (days != "none") choices.push_back({"days of silence", {days}});
  choices.push_back({"deemed acceptance", {days == "none" ? "none" : "after days of silence"}});
  choices.push_back({"expert", {"expert"}});
  choices.push_back({"order", {order}});
  rule.choices = Choices(std::move(choices));
  return rule;
}

inline constexpr char kCustomerCause[] =
    R"({"name":"x","responsible":"customer","cause":"customer",)"
    R"("from":"2026-04-10T10:30:00Z","until":"2026-04-10T11:15:00Z"})";
inline constexpr char kForceMajeure[] =
    R"({"name":"storm","cause":"force-majeure",)"
    R"("from":"2026-04-10T10:00:00Z","until":"2026-04-10T12:00:00Z"})";

}  // namespace tally::replay
