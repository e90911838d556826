// A flat ladder for each act, as in the other folds: heard, by a party, readable, of a sort that
// this engine knows; the first failure is the finding, and the act changes nothing.
#include "replay/dispute/rights.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace tally::replay {

bool RightFold::Reads(BodyKind kind) {
  return kind == BodyKind::kRightExercised || kind == BodyKind::kRightWaived ||
         kind == BodyKind::kTerminated;
}

void RightFold::Find(const Fact& fact, absl::string_view kind, absl::string_view severity,
                     std::string message) {
  findings_.push_back(FindingAbout(fact, kind, severity, std::move(message)));
}

ActStamp RightFold::StampOf(const Fact& fact) {
  for (const Offer& offer : offers_) {
    if (offer.digest != fact.header().answers) continue;
    return JointStampOf(fact, agreement_, offer.stamp, findings_);
  }
  return replay::StampOf(fact, agreement_, findings_);
}

void RightFold::Apply(const Fact& fact) {
  if (!Reads(fact.kind())) return;
  if (!MayBeHeard(fact, findings_) || !IsByParty(fact, agreement_, findings_)) return;
  if (fact.kind() == BodyKind::kRightExercised) return Exercise(fact);
  if (fact.kind() == BodyKind::kRightWaived) return Waive(fact);
  Terminate(fact);
}

bool RightFold::IsTermination(const Fact& fact, RightKind kind) {
  if (kind == RightKind::kTermination) return true;
  Find(fact, "act-not-read", "warning",
       "this engine reads rights to terminate; other rights have no effect on the figures");
  return false;
}

void RightFold::Exercise(const Fact& fact) {
  absl::StatusOr<RightExercised> body = DecodeRightExercised(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  if (!IsTermination(fact, body->kind)) return;
  RightAct act{.stamp = StampOf(fact),
               .kind = RightActKind::kExercised,
               .right = body->right,
               .windows = body->windows,
               .effective = {}};
  act.effective = body->effective.value_or(act.stamp.time);
  acts_.push_back(std::move(act));
}

void RightFold::Waive(const Fact& fact) {
  absl::StatusOr<RightWaived> body = DecodeRightWaived(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  if (!IsTermination(fact, body->kind)) return;
  acts_.push_back({.stamp = StampOf(fact),
                   .kind = RightActKind::kWaived,
                   .right = body->right,
                   .windows = body->windows,
                   .effective = {}});
}

void RightFold::Terminate(const Fact& fact) {
  absl::StatusOr<Terminated> body = DecodeTerminated(fact.event->body);
  if (!body.ok()) {
    return Find(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  if (body->ground == TerminationGround::kAgreed) return Agree(fact, *body);
  if (body->ground == TerminationGround::kRight) {
    acts_.push_back({.stamp = StampOf(fact),
                     .kind = RightActKind::kExercised,
                     .right = body->right,
                     .windows = {},
                     .effective = body->effective});
    return;
  }
  Find(fact, "termination-without-ground", "error",
       absl::StrCat("the terms let nobody end the agreement by '",
                    std::string(GroundName(body->ground)),
                    "'; only a right that arose, or both sides, end it; it has no effect"));
}

void RightFold::Agree(const Fact& fact, const Terminated& body) {
  const TermsVersion* terms = agreement_.Current();
  const StreamId& author = fact.header().author;
  if (terms == nullptr || terms->needed.count(author) == 0) {
    return Find(fact, "termination-by-stranger", "error",
                "only those whom the terms in force name as obligor or obligee end them by "
                "agreement; it has no effect");
  }
  ActStamp stamp = StampOf(fact);
  if (body.effective < stamp.time) {
    return Find(fact, "termination-backdated", "error",
                absl::StrCat("it names the end ", FormatInstant(body.effective),
                             ", which lies before it; it has no effect"));
  }
  if (fact.header().answers.IsZero()) {
    offers_.push_back({fact.event->digest, stamp, body.effective, {author}});
    if (terms->needed.size() > 1) {
      Find(fact, "termination-pending", "note",
           "it ends the agreement once the other side answers it with the same end");
    }
    return;
  }
  auto offer = std::find_if(offers_.begin(), offers_.end(), [&](const Offer& each) {
    return each.digest == fact.header().answers;
  });
  if (offer == offers_.end() || offer->effective != body.effective) {
    return Find(fact, "termination-answers-nothing", "error",
                "it answers no termination with the same end; it has no effect");
  }
  bool again = std::find(offer->by.begin(), offer->by.end(), author) != offer->by.end();
  if (again) return Find(fact, "termination-repeated", "note", "it changes nothing");
  offer->by.push_back(author);
  bool all = std::all_of(terms->needed.begin(), terms->needed.end(), [&](const StreamId& party) {
    return std::find(offer->by.begin(), offer->by.end(), party) != offer->by.end();
  });
  if (all) joint_.push_back({stamp, body.effective});
}

}  // namespace tally::replay
