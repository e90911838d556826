// How acts find the matter they are about: by kind and name. Each kind of act is decoded, stamped
// with the time that counts, and kept under its matter.
#include "replay/dispute/exclusions.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

bool IsDecisionOf(const Matter& matter, const Hash& digest) {
  for (const TimeAnswer& answer : matter.answers) {
    if (answer.agrees && answer.digest == digest) return true;
  }
  for (const TimeDetermination& determination : matter.determinations) {
    if (determination.digest == digest) return true;
  }
  return false;
}

}  // namespace

absl::string_view MatterName(MatterKind kind) {
  return kind == MatterKind::kExclusion ? "exclusion" : "attribution";
}

bool ExclusionFold::Reads(BodyKind kind) {
  auto number = static_cast<uint16_t>(kind);
  bool about_time = number >= static_cast<uint16_t>(BodyKind::kExclusionProposed) &&
                    number <= static_cast<uint16_t>(BodyKind::kAttributionDetermined);
  return about_time || kind == BodyKind::kMaintenanceAnnounced || kind == BodyKind::kRulingIssued ||
         kind == BodyKind::kRulingCorrected || kind == BodyKind::kChoiceMade ||
         kind == BodyKind::kNoticeGiven;
}

void ExclusionFold::Report(const Fact& fact, absl::string_view kind, absl::string_view severity,
                           std::string message) {
  findings_.push_back(FindingAbout(fact, kind, severity, std::move(message)));
}

ActStamp ExclusionFold::StampOf(const Fact& fact) {
  return replay::StampOf(fact, agreement_, findings_);
}

void ExclusionFold::Apply(const Fact& fact) {
  if (!Reads(fact.kind())) return;
  if (!MayBeHeard(fact, findings_) || !IsByParty(fact, agreement_, findings_)) return;
  switch (fact.kind()) {
    case BodyKind::kMaintenanceAnnounced:
      return Announce(fact);
    case BodyKind::kExclusionProposed:
      return ProposeExclusion(fact);
    case BodyKind::kAttributionProposed:
      return ProposeAttribution(fact);
    case BodyKind::kExclusionDetermined:
    case BodyKind::kAttributionDetermined:
      return Determine(fact);
    case BodyKind::kRulingIssued:
    case BodyKind::kRulingCorrected:
      return Rule(fact);
    case BodyKind::kChoiceMade:
      return Choose(fact);
    case BodyKind::kNoticeGiven:
      return Notice(fact);
    default:
      return Answer(fact);
  }
}

void ExclusionFold::Announce(const Fact& fact) {
  absl::StatusOr<MaintenanceAnnounced> body = DecodeMaintenanceAnnounced(fact.event->body);
  if (!body.ok()) {
    return Report(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  // As of proposals: nobody can take another's announcement back by its name.
  for (const MaintenanceNotice& each : notices_) {
    if (each.body.name != body->name || each.stamp.author == fact.header().author) continue;
    return Report(fact, "announcement-name-taken", "error",
                  absl::StrCat("maintenance \"", body->name,
                               "\" was announced by another party; it has no effect"));
  }
  notices_.push_back({StampOf(fact), *std::move(body)});
}

// Notices about incidents, delays and reports pass: nothing here hangs on them.
void ExclusionFold::Notice(const Fact& fact) {
  absl::StatusOr<NoticeGiven> body = DecodeNoticeGiven(fact.event->body);
  if (!body.ok()) {
    return Report(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  if (body->about != NoticeAbout::kOther || !body->since.has_value()) return;
  bool known = Find(MatterKind::kExclusion, body->subject) != nullptr ||
               Find(MatterKind::kAttribution, body->subject) != nullptr;
  if (!known) return;
  work_arounds_.push_back({.stamp = StampOf(fact),
                           .matter = std::move(body->subject),
                           .since = *body->since,
                           .objectives = std::move(body->objectives)});
}

// Only whom an objective pays may choose it, by the terms in force when he does.
void ExclusionFold::Choose(const Fact& fact) {
  absl::StatusOr<ChoiceMade> body = DecodeChoiceMade(fact.event->body);
  if (!body.ok()) {
    return Report(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  if (body->for_windows_only) {
    return Report(fact, "choice-of-windows", "error",
                  "a choice is about an incident, not about windows; it has no effect");
  }
  bool obligee = false;
  const TermsVersion* version = agreement_.InForceAt(fact.recorded);
  for (size_t i = 0; version != nullptr && i < version->terms->objectives.size(); ++i) {
    const Objective& objective = version->terms->objectives[i];
    if (objective.id != body->option) continue;
    const StreamId* paid = version->PartyOfRole(objective.obligee);
    obligee = paid != nullptr && *paid == fact.header().author;
  }
  if (!obligee) {
    return Report(fact, "choice-without-right", "error",
                  absl::StrCat("no objective \"", body->option,
                               "\" in force pays its author; it has no effect"));
  }
  choices_.push_back({StampOf(fact), body->choice, body->option});
}

Matter* ExclusionFold::Find(MatterKind kind, const std::string& name) {
  const auto found = std::partition_point(
      matters_.begin(), matters_.end(),
      [&](const Matter& each) { return std::tie(each.kind, each.name) < std::tie(kind, name); });
  const bool same = found != matters_.end() && found->kind == kind && found->name == name;
  return same ? &*found : nullptr;
}

void ExclusionFold::ProposeExclusion(const Fact& fact) {
  absl::StatusOr<ExclusionProposed> body = DecodeExclusionProposed(fact.event->body);
  if (!body.ok()) {
    return Report(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  TimeProposal proposal;
  proposal.cause = body->cause;
  proposal.interval = body->interval;
  proposal.extent = std::move(body->extent);
  proposal.objectives = std::move(body->objectives);
  proposal.incident = std::move(body->incident);
  Enter(fact, MatterKind::kExclusion, body->name, std::move(proposal));
}

void ExclusionFold::ProposeAttribution(const Fact& fact) {
  absl::StatusOr<AttributionProposed> body = DecodeAttributionProposed(fact.event->body);
  if (!body.ok()) {
    return Report(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  TimeProposal proposal;
  proposal.cause = body->cause;
  proposal.responsible = std::move(body->responsible);
  proposal.interval = body->interval;
  proposal.extent = std::move(body->extent);
  proposal.objectives = std::move(body->objectives);
  proposal.incident = std::move(body->incident);
  Enter(fact, MatterKind::kAttribution, body->name, std::move(proposal));
}

// A proposal that answers an earlier one of its author takes it back, under whatever name: the
// ledger takes no answer to that one any more, so from then on silence must not accept it.
bool ExclusionFold::TakeBack(MatterKind kind, const TimeProposal& by) {
  if (by.answers.IsZero()) return false;
  for (Matter& matter : matters_) {
    if (matter.kind != kind) continue;
    for (const TimeProposal& each : matter.proposals) {
      if (each.digest != by.answers || each.stamp.author != by.stamp.author) continue;
      matter.taken_back.push_back({by.stamp, each.digest});
      return true;
    }
  }
  return false;
}

// A name belongs to whoever proposed first; nobody can take another's matter by its name. What was
// agreed or determined is only replaced by a proposal that names it.
void ExclusionFold::Enter(const Fact& fact, MatterKind kind, const std::string& name,
                          TimeProposal proposal) {
  Matter* matter = Find(kind, name);
  proposal.digest = fact.event->digest;
  proposal.answers = fact.header().answers;
  proposal.stamp = StampOf(fact);
  if (TakeBack(kind, proposal)) proposal.answers = {};
  if (matter == nullptr) {
    auto after = std::find_if(matters_.begin(), matters_.end(), [&](const Matter& each) {
      return std::tie(each.kind, each.name) > std::tie(kind, name);
    });
    matter = &*matters_.insert(after, Matter{});
    matter->kind = kind;
    matter->name = name;
  } else if (proposal.answers.IsZero()) {
    if (matter->proposals.front().stamp.author != proposal.stamp.author) {
      return Report(fact, "proposal-name-taken", "error",
                    absl::StrCat("the ", std::string(MatterName(kind)), " \"", name,
                                 "\" was proposed by another party; it has no effect"));
    }
  } else if (!IsDecisionOf(*matter, proposal.answers)) {
    return Report(fact, "proposal-answers-nothing", "error",
                  "it answers no decision about what it names; it has no effect");
  }
  matter->proposals.push_back(std::move(proposal));
}

void ExclusionFold::Answer(const Fact& fact) {
  bool agrees =
      fact.kind() == BodyKind::kExclusionAgreed || fact.kind() == BodyKind::kAttributionAgreed;
  MatterKind kind = MatterKind::kExclusion;
  std::string name;
  TimeAnswer answer;
  auto take = [&](auto body) {
    if (!body.ok()) return body.status();
    name = body->name;
    if constexpr (requires { body->extent; }) answer.extent = body->extent;
    return absl::OkStatus();
  };
  absl::Status taken;
  switch (fact.kind()) {
    case BodyKind::kExclusionAgreed:
      taken = take(DecodeExclusionAgreed(fact.event->body));
      break;
    case BodyKind::kExclusionContested:
      taken = take(DecodeExclusionContested(fact.event->body));
      break;
    case BodyKind::kAttributionAgreed:
      kind = MatterKind::kAttribution;
      taken = take(DecodeAttributionAgreed(fact.event->body));
      break;
    default:
      kind = MatterKind::kAttribution;
      taken = take(DecodeAttributionContested(fact.event->body));
      // What it names is where the others differ, not what they concede.
      answer.extent.clear();
      break;
  }
  if (!taken.ok()) return Report(fact, "act-unreadable", "error", std::string(taken.message()));
  Matter* matter = Find(kind, name);
  if (matter == nullptr) {
    return Report(fact, "decision-of-nothing", "error",
                  absl::StrCat("no ", std::string(MatterName(kind)), " \"", name,
                               "\" was proposed before; it has no effect"));
  }
  answer.agrees = agrees;
  answer.digest = fact.event->digest;
  answer.answers = fact.header().answers;
  const TimeProposal* proposal = &matter->proposals.back();
  if (!answer.answers.IsZero()) {
    proposal = nullptr;
    for (const TimeProposal& each : matter->proposals) {
      if (each.digest == answer.answers) proposal = &each;
    }
  }
  if (proposal == nullptr && agrees) {
    return Report(fact, "agreement-answers-other", "error",
                  absl::StrCat("it answers no proposal of the ", std::string(MatterName(kind)),
                               " \"", name, "\"; it has no effect"));
  }
  answer.stamp = proposal != nullptr && agrees
                     ? JointStampOf(fact, agreement_, proposal->stamp, findings_)
                     : StampOf(fact);
  matter->answers.push_back(std::move(answer));
}

void ExclusionFold::Determine(const Fact& fact) {
  TimeDetermination determination;
  if (fact.kind() == BodyKind::kExclusionDetermined) {
    absl::StatusOr<ExclusionDetermined> body = DecodeExclusionDetermined(fact.event->body);
    if (!body.ok()) {
      return Report(fact, "act-unreadable", "error", std::string(body.status().message()));
    }
    determination.rank = body->rank;
    determination.admission = body->admission;
    determination.extent = std::move(body->extent);
    return Enter(fact, MatterKind::kExclusion, body->name, std::move(determination));
  }
  absl::StatusOr<AttributionDetermined> body = DecodeAttributionDetermined(fact.event->body);
  if (!body.ok()) {
    return Report(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  determination.rank = body->rank;
  determination.responsible = std::move(body->responsible);
  determination.extent = std::move(body->extent);
  Enter(fact, MatterKind::kAttribution, body->name, std::move(determination));
}

void ExclusionFold::Enter(const Fact& fact, MatterKind kind, const std::string& name,
                          TimeDetermination determination) {
  Matter* matter = Find(kind, name);
  if (matter == nullptr) {
    return Report(fact, "decision-of-nothing", "error",
                  absl::StrCat("no ", std::string(MatterName(kind)), " \"", name,
                               "\" was proposed before; it has no effect"));
  }
  if (determination.admission == Admission::kReduced && determination.extent.empty()) {
    return Report(fact, "decision-without-extent", "error",
                  "it reduces an exclusion and does not say to what; it has no effect");
  }
  determination.digest = fact.event->digest;
  determination.answers = fact.header().answers;
  determination.stamp = StampOf(fact);
  determination.then = agreement_.InForceAt(fact.recorded);
  matter->determinations.push_back(std::move(determination));
}

void ExclusionFold::Rule(const Fact& fact) {
  bool corrects = fact.kind() == BodyKind::kRulingCorrected;
  absl::StatusOr<RulingOnTime> body = corrects ? DecodeCorrectedRulingOnTime(fact.event->body)
                                               : DecodeRulingOnTime(fact.event->body);
  if (!body.ok()) {
    return Report(fact, "act-unreadable", "error", std::string(body.status().message()));
  }
  if (corrects) {
    // Only whoever ruled corrects, and only where he is still heard (matter_decisions.h).
    for (Matter& matter : matters_) {
      const bool ruled = std::any_of(matter.determinations.begin(), matter.determinations.end(),
                                     [&fact](const TimeDetermination& each) {
                                       return each.digest == fact.header().answers &&
                                              each.stamp.author == fact.header().author;
                                     });
      if (!ruled) continue;
      matter.corrected.push_back({.stamp = LedgerStamp(fact),
                                  .ruling = fact.header().answers,
                                  .rank = body->rank,
                                  .then = agreement_.InForceAt(fact.recorded)});
    }
  }
  for (RuledExclusion& ruled : body->exclusions) {
    TimeDetermination determination;
    determination.how = corrects ? "corrected" : "ruled";
    determination.rank = body->rank;
    determination.admission = ruled.admission;
    determination.extent = std::move(ruled.extent);
    Enter(fact, MatterKind::kExclusion, ruled.name, std::move(determination));
  }
  for (RuledAttribution& ruled : body->attributions) {
    TimeDetermination determination;
    determination.how = corrects ? "corrected" : "ruled";
    determination.rank = body->rank;
    determination.responsible = std::move(ruled.responsible);
    determination.extent = std::move(ruled.extent);
    Enter(fact, MatterKind::kAttribution, ruled.name, std::move(determination));
  }
}

}  // namespace tally::replay
