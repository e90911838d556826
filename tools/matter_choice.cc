// Open is what nobody replaced, agreed to or decided yet. What a stranger alleges is not proposed;
// who is one replay says (replay/matters.h).
#include "tools/matter_choice.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "replay/matters.h"
#include "schema/canonical.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/json_reader.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

using replay::MatterKind;

// What a proposal says, of either kind.
struct ProposalSaid {
  const RecordedAct* act = nullptr;
  std::string name, by, responsible, reason;
  CauseClass cause = CauseClass::kUnset;
  Interval interval;
  Extent extent;
  std::vector<std::string> objectives;
  bool alleged = false;
  bool decided = false;
  const RecordedAct* replaced_by = nullptr;
};

std::string ReasonIn(const RecordedAct& act) {
  const std::string text = BodyToJson(act.header.kind, act.body);
  const absl::StatusOr<JsonValue> json = ReadJson(text, FilePosition{});
  const JsonValue* reason = json.ok() ? json->Find("reason") : nullptr;
  return reason == nullptr ? "" : reason->text;
}

// False for a body that cannot be read.
template <typename Body>
bool TakeSaid(const absl::StatusOr<Body>& body, ProposalSaid& said) {
  if (!body.ok()) return false;
  said.name = body->name;
  said.cause = body->cause;
  said.interval = body->interval;
  said.extent = body->extent;
  said.objectives = body->objectives;
  return true;
}
bool ReadProposal(const Subject& subject, const RecordedAct& act, ProposalSaid& said) {
  if (act.header.kind != subject.proposed) return false;
  said.act = &act;
  said.reason = ReasonIn(act);
  if (subject.proposed == BodyKind::kExclusionProposed) {
    return TakeSaid(DecodeExclusionProposed(act.body), said);
  }
  const absl::StatusOr<AttributionProposed> body = DecodeAttributionProposed(act.body);
  if (body.ok()) said.responsible = body->responsible;
  return TakeSaid(body, said);
}

// Who said it, and whether it was his to say; where nothing is judged yet, everything is.
std::map<ledger::EventAddress, replay::MatterAct> JudgedActs(const Invocation& call,
                                                             const ledger::Ledger& ledger) {
  std::map<ledger::EventAddress, replay::MatterAct> judged;
  replay::Axes axes;
  axes.as_recorded = std::max(call.world.clock->Now(), ledger.head().recorded);
  const absl::StatusOr<std::vector<replay::MatterView>> views =
      replay::ViewMatters(ledger, call.arguments.At(0), axes);
  if (!views.ok()) return judged;
  for (const replay::MatterView& view : *views) {
    for (const replay::MatterAct& act : view.acts) judged.emplace(act.at, act);
  }
  return judged;
}

std::vector<ProposalSaid> ProposalsIn(const Invocation& call, const ledger::Ledger& ledger,
                                      const Subject& subject,
                                      const std::vector<RecordedAct>& acts) {
  const auto judged = JudgedActs(call, ledger);
  std::vector<ProposalSaid> all;
  for (const RecordedAct& act : acts) {
    ProposalSaid said;
    if (!ReadProposal(subject, act, said)) continue;
    if (const auto found = judged.find(act.address); found != judged.end()) {
      said.by = found->second.by;
      said.alleged = !found->second.heard;
    } else {
      said.alleged = !judged.empty();  // under a name that is another's
    }
    for (const RecordedAct& other : acts) {
      if (other.header.answers != act.digest) continue;
      const auto hearing = judged.find(other.address);
      const bool heard = hearing == judged.end() || hearing->second.heard;
      if (other.header.kind == subject.proposed && other.header.author == act.header.author) {
        said.replaced_by = &other;
      } else if (other.header.kind == subject.agreed || other.header.kind == subject.determined) {
        said.decided = said.decided || heard;
      }
    }
    all.push_back(std::move(said));
  }
  return all;
}

std::string PartsInWords(const Extent& parts) {
  return absl::StrJoin(parts, ", ", [](std::string* out, const Interval& part) {
    absl::StrAppend(out, FormatInstant(part.first), " to ", FormatInstant(part.limit));
  });
}

std::string ProposalTitle(const Subject& subject, const ProposalSaid& said) {
  return absl::StrCat(subject.word, " ", Printable(said.name), ", proposed",
                      said.by.empty() ? "" : absl::StrCat(" by ", Printable(said.by)), " ",
                      FormatInstant(said.act->recorded), " (at ", said.act->address.ToText(), ")");
}
std::string ProposalContent(const Subject& subject, const ProposalSaid& said) {
  std::vector<std::string> objectives;
  for (const std::string& each : said.objectives) objectives.push_back(Printable(each));
  std::string text = PartsInWords(said.extent.empty() ? Extent{said.interval} : said.extent);
  absl::StrAppend(&text, subject.proposed == BodyKind::kExclusionProposed
                             ? " would not count"
                             : absl::StrCat(" would be put down to ", Printable(said.responsible)));
  absl::StrAppend(&text, "; cause: ", std::string(CauseName(said.cause)),
                  "; objectives: ", objectives.empty() ? "all" : absl::StrJoin(objectives, ", "),
                  "; reason: ", said.reason.empty() ? "none given" : Printable(said.reason));
  return text;
}
ProposalMeant MeantBy(const Subject& subject, const ProposalSaid& said) {
  return {said.name, said.act->digest, ProposalTitle(subject, said),
          ProposalContent(subject, said)};
}

absl::StatusOr<ProposalMeant> ChooseNamed(const Invocation& call, const Subject& subject,
                                          const std::vector<ProposalSaid>& all,
                                          const std::vector<RecordedAct>& acts) {
  TALLY_ASSIGN_OR_RETURN(const RecordedAct act,
                         PickAct(acts, subject.proposed, *call.arguments.Value("proposal")));
  const auto said = std::find_if(all.begin(), all.end(), [&](const ProposalSaid& each) {
    return each.act->address == act.address;
  });
  if (said == all.end()) {
    return Refuse("not-found",
                  absl::StrCat("the proposal at ", act.address.ToText(), " cannot be read"));
  }
  const std::string name = call.arguments.Value("name").value_or(said->name);
  if (name != said->name) {
    return Refuse("usage",
                  absl::StrCat("the proposal at ", act.address.ToText(), " is about ",
                               Printable(said->name), ", not about ", Printable(name)),
                  "give --proposal alone");
  }
  if (said->replaced_by != nullptr) {
    return Refuse("proposal-replaced",
                  absl::StrCat("the proposal at ", act.address.ToText(), " was replaced by ",
                               said->replaced_by->address.ToText(), " ",
                               FormatInstant(said->replaced_by->recorded)),
                  absl::StrCat("read the newer one with `tally ", subject.word,
                               " list`, and name it if it is meant"));
  }
  return MeantBy(subject, *said);
}

absl::Status RefuseUnknownMatter(const Subject& subject, const std::string& given,
                                 const std::vector<std::string>& names) {
  const std::string list = absl::StrJoin(names, ", ");
  return Refuse("not-found",
                given.empty()
                    ? absl::StrCat("no ", subject.word, " was proposed")
                    : absl::StrCat("no ", subject.word, " '", Printable(given), "' was proposed"),
                list.empty() ? absl::StrCat("see `tally ", subject.word, " propose`")
                             : absl::StrCat("choose from ", list));
}

}  // namespace

Subject SubjectOf(MatterKind kind) {
  if (kind == MatterKind::kExclusion) {
    return {"exclusion", BodyKind::kExclusionProposed, BodyKind::kExclusionAgreed,
            BodyKind::kExclusionContested, BodyKind::kExclusionDetermined};
  }
  return {"attribution", BodyKind::kAttributionProposed, BodyKind::kAttributionAgreed,
          BodyKind::kAttributionContested, BodyKind::kAttributionDetermined};
}

std::string WordOf(CauseClass cause) {
  return absl::StrReplaceAll(CauseName(cause), {{"'s", ""}, {" ", "-"}});
}

absl::StatusOr<ProposalMeant> ChooseProposal(const Invocation& call, const ledger::Ledger& ledger,
                                             const Subject& subject,
                                             const std::vector<RecordedAct>& acts) {
  const std::vector<ProposalSaid> all = ProposalsIn(call, ledger, subject, acts);
  if (call.arguments.Has("proposal")) return ChooseNamed(call, subject, all, acts);
  const std::string given = call.arguments.Value("name").value_or("");
  std::vector<std::string> names;
  std::vector<const ProposalSaid*> open;
  const ProposalSaid* newest = nullptr;
  for (const ProposalSaid& each : all) {
    const std::string name = Printable(each.name);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    if (!given.empty() && each.name != given) continue;
    if (each.replaced_by != nullptr) continue;
    newest = &each;
    if (!each.alleged && !each.decided) open.push_back(&each);
  }
  if (given.empty() && names.size() > 1) {
    return Refuse("missing-argument", absl::StrCat("several ", subject.word, "s could be meant"),
                  absl::StrCat("give --name, one of ", absl::StrJoin(names, ", ")));
  }
  if (newest == nullptr) return RefuseUnknownMatter(subject, given, names);
  if (open.size() <= 1) return MeantBy(subject, open.empty() ? *newest : *open.front());
  const std::string list =
      absl::StrJoin(open, "; ", [&](std::string* out, const ProposalSaid* each) {
        absl::StrAppend(out, each->act->address.ToText(), " by ", Printable(each->by), " ",
                        FormatInstant(each->act->recorded), ": ", ProposalContent(subject, *each));
      });
  return Refuse(
      "proposal-ambiguous",
      absl::StrCat(open.size(), " proposals of the ", subject.word, " ", Printable(newest->name),
                   " are open: ", list),
      absl::StrCat("name the one that is meant: --proposal ", open.back()->act->address.ToText()));
}

}  // namespace tally::tools
