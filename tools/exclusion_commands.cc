// Time that should not count: `tally exclusion|attribution propose|agree|contest|determine|list`
// and `tally maintenance announce`.
//
// A matter is known by its name, which whoever proposes it gives. What is said about it answers one
// proposal, so that the log shows which one was meant (tools/matter_choice.h). Everything about the
// interval is checked before anything is signed, and what replay would not let count is warned of
// (tools/acts.h).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "replay/matters.h"
#include "schema/canonical.h"
#include "schema/status.h"
#include "schema/terms.h"
#include "tools/act_words.h"
#include "tools/acts.h"
#include "tools/axes.h"
#include "tools/claim_choice.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/matter_choice.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

using replay::MatterKind;

// ---- Bodies from options ------------------------------------------------------------------------

absl::StatusOr<CauseClass> CauseOf(const Invocation& call) {
  const std::string given = *call.arguments.Value("cause");
  std::string words;
  for (int number = 1; number <= static_cast<int>(CauseClass::kOther); ++number) {
    const auto cause = static_cast<CauseClass>(number);
    if (given == WordOf(cause) || absl::string_view(given) == CauseName(cause)) return cause;
    absl::StrAppend(&words, words.empty() ? "" : ", ", WordOf(cause));
  }
  return Refuse("usage", absl::StrCat("--cause: '", Printable(given), "' is none"),
                absl::StrCat("choose from ", words));
}

absl::StatusOr<Extent> PartsOf(const Invocation& call) {
  Extent parts;
  for (const std::string& text : call.arguments.Values("part")) {
    const absl::StatusOr<replay::Period> part = replay::ParsePeriod(text);
    if (!part.ok() || !part->exact.has_value()) {
      return Refuse("usage", absl::StrCat("--part: '", Printable(text), "' is no stretch of time"),
                    "write FROM/TO, such as 2026-04-10T10:30:00Z/2026-04-10T11:15:00Z");
    }
    parts.push_back(*part->exact);
  }
  return parts;
}

void WriteParts(JsonWriter& json, const Extent& parts) {
  if (parts.empty()) return;
  json.Key("extent").BeginArray();
  for (const Interval& part : parts) {
    json.BeginObject().Field("from", FormatInstant(part.first));
    json.Field("until", FormatInstant(part.limit)).Field("label", "part").EndObject();
  }
  json.EndArray();
}
void WriteText(JsonWriter& json, absl::string_view field, const std::string& text) {
  if (!text.empty()) json.Field(field, text);
}
void WriteOption(const Invocation& call, JsonWriter& json, absl::string_view option) {
  WriteText(json, option, call.arguments.Value(option).value_or(""));
}

// What every proposal states: name, cause, interval, parts, objectives.
absl::Status WriteProposed(const Invocation& call, JsonWriter& json) {
  TALLY_ASSIGN_OR_RETURN(const CauseClass cause, CauseOf(call));
  TALLY_ASSIGN_OR_RETURN(const Extent parts, PartsOf(call));
  json.Field("name", *call.arguments.Value("name")).Field("cause", WordOf(cause));
  json.Field("from", FormatInstant(*call.arguments.Time("from")));
  json.Field("until", FormatInstant(*call.arguments.Time("to")));
  WriteParts(json, parts);
  if (call.arguments.Has("objective")) {
    json.Key("objectives").BeginArray();
    for (const std::string& each : call.arguments.Values("objective")) json.String(each);
    json.EndArray();
  }
  WriteOption(call, json, "incident");
  WriteOption(call, json, "responsible");
  if (const std::optional<Instant> given = call.arguments.Time("notice-given"); given.has_value()) {
    json.Key("noticeGiven").String(FormatInstant(*given));
  }
  return absl::OkStatus();
}

// The reading that replay will give it, so that no body is signed that it could not read.
absl::Status CheckReadable(BodyKind kind, ByteView body) {
  switch (kind) {
    case BodyKind::kMaintenanceAnnounced:
      return DecodeMaintenanceAnnounced(body).status();
    case BodyKind::kExclusionProposed:
      return DecodeExclusionProposed(body).status();
    case BodyKind::kExclusionAgreed:
      return DecodeExclusionAgreed(body).status();
    case BodyKind::kExclusionContested:
      return DecodeExclusionContested(body).status();
    case BodyKind::kExclusionDetermined:
      return DecodeExclusionDetermined(body).status();
    case BodyKind::kAttributionProposed:
      return DecodeAttributionProposed(body).status();
    case BodyKind::kAttributionAgreed:
      return DecodeAttributionAgreed(body).status();
    case BodyKind::kAttributionContested:
      return DecodeAttributionContested(body).status();
    case BodyKind::kAttributionDetermined:
      return DecodeAttributionDetermined(body).status();
    default:
      return absl::InternalError("no act about time");
  }
}

// `json`: an object that is still open, to which reason and documents are added.
absl::StatusOr<Bytes> BodyOf(const Invocation& call, BodyKind kind, JsonWriter& json) {
  WriteOption(call, json, "reason");
  TALLY_ASSIGN_OR_RETURN(const std::vector<DocumentDigest> documents, DocumentsOf(call));
  if (!documents.empty()) {
    json.Key("documents").BeginArray();
    for (const DocumentDigest& each : documents) json.String(each.ToHex());
    json.EndArray();
  }
  json.EndObject();
  absl::StatusOr<Bytes> body = BodyFromJson(kind, json.Take());
  const absl::Status readable = body.ok() ? CheckReadable(kind, *body) : body.status();
  if (!readable.ok()) {
    return Refuse("usage", std::string(readable.message()),
                  "--from stands before --to; parts are in order, apart, and between the two");
  }
  return body;
}

// ---- Acts ---------------------------------------------------------------------------------------

absl::StatusOr<std::vector<RecordedAct>> ActsHere(const Invocation& call,
                                                  const AppendSession& session) {
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(session.ledger(), call.arguments.At(0)));
  return ReadActs(session.ledger(), stream);
}

absl::StatusOr<int> Say(const Invocation& call, AppendSession& session, BodyKind kind, Bytes body,
                        const Hash& answers) {
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, SubmitAct(call, session, call.arguments.At(0),
                                                              kind, std::move(body), answers));
  return submitted.exit;
}

absl::StatusOr<int> RunAnnounce(const Invocation& call) {
  JsonWriter json;
  json.BeginObject();
  TALLY_RETURN_IF_ERROR(WriteProposed(call, json));
  TALLY_ASSIGN_OR_RETURN(Bytes body, BodyOf(call, BodyKind::kMaintenanceAnnounced, json));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ActsHere(call, *session));
  TALLY_RETURN_IF_ERROR(CheckObjectives(call.arguments.Values("objective"), acts));
  return Say(call, *session, BodyKind::kMaintenanceAnnounced, std::move(body), Hash{});
}

// What is put down to another is nobody's cause.
absl::Status CheckResponsible(const Invocation& call, const std::vector<RecordedAct>& acts) {
  const std::optional<std::string> given = call.arguments.Value("responsible");
  return given.has_value() ? CheckRole("responsible", *given, acts) : absl::OkStatus();
}

// A proposal answers nothing, but for one that would replace a decision.
template <MatterKind kKind>
absl::StatusOr<int> RunPropose(const Invocation& call) {
  const Subject subject = SubjectOf(kKind);
  JsonWriter json;
  json.BeginObject();
  TALLY_RETURN_IF_ERROR(WriteProposed(call, json));
  TALLY_ASSIGN_OR_RETURN(Bytes body, BodyOf(call, subject.proposed, json));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  Hash replaced;
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ActsHere(call, *session));
  TALLY_RETURN_IF_ERROR(CheckResponsible(call, acts));
  TALLY_RETURN_IF_ERROR(CheckObjectives(call.arguments.Values("objective"), acts));
  if (const std::optional<std::string> named = call.arguments.Value("replaces")) {
    const auto found = std::find_if(acts.begin(), acts.end(), [&](const RecordedAct& act) {
      return act.address.ToText() == *named;
    });
    if (found == acts.end()) {
      return Refuse("not-found", absl::StrCat("--replaces: no act stands at ", Printable(*named)),
                    absl::StrCat("see `tally ", subject.word, " list`"));
    }
    replaced = found->digest;
  }
  return Say(call, *session, subject.proposed, std::move(body), replaced);
}

// What an answer or decision says beside the name.
using Writing = absl::Status (*)(const Invocation&, JsonWriter&);

absl::StatusOr<int> SayOf(const Invocation& call, const Subject& subject, BodyKind kind,
                          Writing write) {
  const std::string saying = kind == subject.agreed      ? "agrees to the "
                             : kind == subject.contested ? "contests the "
                                                         : "decides about the ";
  TALLY_ASSIGN_OR_RETURN(const Extent parts, PartsOf(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ActsHere(call, *session));
  TALLY_RETURN_IF_ERROR(CheckResponsible(call, acts));
  TALLY_ASSIGN_OR_RETURN(const ProposalMeant meant,
                         ChooseProposal(call, session->ledger(), subject, acts));
  JsonWriter json;
  json.BeginObject().Field("name", meant.name);
  TALLY_RETURN_IF_ERROR(write(call, json));
  WriteParts(json, parts);
  TALLY_ASSIGN_OR_RETURN(Bytes body, BodyOf(call, kind, json));
  call.console.Line(absl::StrCat(saying, meant.title, "\n  ", meant.content));
  const bool binds = kind != subject.contested && !session->dry_run();
  if (binds && !Confirmed(call, "Sign this?")) {
    return Refuse("interrupted", "not confirmed; nothing was recorded");
  }
  return Say(call, *session, kind, std::move(body), meant.digest);
}

absl::Status WriteNothing(const Invocation&, JsonWriter&) { return absl::OkStatus(); }
absl::Status WriteResponsible(const Invocation& call, JsonWriter& json) {
  WriteOption(call, json, "responsible");
  return absl::OkStatus();
}
absl::Status WriteRank(const Invocation& call, JsonWriter& json) {
  const std::string rank = *call.arguments.Value("rank");
  if (rank != "expert" && rank != "arbitrator") {
    return Refuse("usage", absl::StrCat("--rank: '", Printable(rank), "' is none"),
                  "choose expert or arbitrator");
  }
  json.Field("rank", rank);
  return absl::OkStatus();
}
absl::Status WriteAdmission(const Invocation& call, JsonWriter& json) {
  TALLY_RETURN_IF_ERROR(WriteRank(call, json));
  std::string admission;
  int said = 0;
  for (const auto& [option, word] : {std::pair("admit", "admitted"), std::pair("reduce", "reduced"),
                                     std::pair("reject", "rejected")}) {
    if (!call.arguments.Has(option)) continue;
    admission = word;
    ++said;
  }
  if (said != 1) {
    return Refuse("usage", "a decision admits, reduces or rejects",
                  "give one of --admit, --reduce and --reject");
  }
  if (call.arguments.Has("part") != call.arguments.Has("reduce")) {
    return Refuse("usage", "--reduce and --part go together",
                  "say which parts stay excluded, such as --reduce --part FROM/TO");
  }
  json.Field("admission", admission);
  return absl::OkStatus();
}
absl::Status WriteDetermined(const Invocation& call, JsonWriter& json) {
  TALLY_RETURN_IF_ERROR(WriteRank(call, json));
  return WriteResponsible(call, json);
}

template <MatterKind kKind>
absl::StatusOr<int> RunAgree(const Invocation& call) {
  const Subject subject = SubjectOf(kKind);
  return SayOf(call, subject, subject.agreed, WriteNothing);
}
template <MatterKind kKind>
absl::StatusOr<int> RunContest(const Invocation& call) {
  const Subject subject = SubjectOf(kKind);
  return SayOf(call, subject, subject.contested, WriteResponsible);
}
template <MatterKind kKind>
absl::StatusOr<int> RunDetermine(const Invocation& call) {
  const Subject subject = SubjectOf(kKind);
  return SayOf(call, subject, subject.determined,
               kKind == MatterKind::kExclusion ? WriteAdmission : WriteDetermined);
}

// ---- Options ------------------------------------------------------------------------------------

OptionSpec Repeated(OptionSpec option) {
  option.repeatable = true;
  return option;
}
OptionSpec Part(std::string summary) {
  return Repeated(TextOption("part", "FROM/TO", std::move(summary)));
}

std::vector<OptionSpec> Proposing(const std::string& word) {
  return {
      TextOption("name", "NAME", absl::StrCat("what the ", word, " is called from now on"), true),
      TextOption("cause", "WORD", "why: planned-maintenance, customer, force-majeure, ...", true),
      TimeOption("from", "where the interval begins", true),
      TimeOption("to", "where it ends, exclusive", true),
      Repeated(TextOption("objective", "O", "an objective that it is about (default: all)"))};
}

// An agreement states no documents.
Command WithoutDocuments(Command command) {
  std::erase_if(command.options, [](const OptionSpec& each) { return each.name == "document"; });
  return command;
}

template <MatterKind kKind>
std::vector<Command> ActsOn() {
  const std::string word = SubjectOf(kKind).word;
  const bool exclusion = kKind == MatterKind::kExclusion;
  const OptionSpec name =
      TextOption("name", "NAME", absl::StrCat("which ", word, "; needed when there are several"));
  const OptionSpec rank = TextOption("rank", "RANK", "expert or arbitrator", true);
  const auto responsible = [](std::string summary, bool required) {
    return TextOption("responsible", "ROLE", std::move(summary), required);
  };
  std::vector<OptionSpec> proposing = Proposing(word);
  proposing.push_back(Part("only this part of it (default: all of it)"));
  proposing.push_back(TextOption("incident", "ID", "the incident that it is part of"));
  proposing.push_back(
      TextOption("replaces", "INDEX/OFFSET", "the decision that it would replace, once agreed"));
  proposing.push_back(exclusion ? TimeOption("notice-given", "when notice of it was given", false)
                                : responsible("the role whose cause it is", true));
  const OptionSpec proposal =
      TextOption("proposal", "INDEX/OFFSET", "which proposal; needed when several are open");
  std::vector<OptionSpec> agreeing = {name, proposal};
  std::vector<OptionSpec> contesting = {name, proposal};
  std::vector<OptionSpec> determining = {name, proposal, rank};
  if (exclusion) {
    agreeing.push_back(Part("only this part is agreed (default: as proposed)"));
    contesting.push_back(Part("this part is conceded (default: nothing)"));
    determining.push_back({.name = "admit", .summary = "the time does not count, as proposed"});
    determining.push_back({.name = "reduce", .summary = "only the parts of --part do not count"});
    determining.push_back({.name = "reject", .summary = "the time counts"});
    determining.push_back(Part("what stays excluded, with --reduce"));
  } else {
    contesting.push_back(responsible("whose cause it is instead", false));
    contesting.push_back(Part("where the view differs"));
    determining.push_back(responsible("the role whose cause it is", true));
    determining.push_back(Part("only this part (default: as proposed)"));
  }
  Command propose = DisputeAct(
      absl::StrCat(word, " propose"),
      exclusion ? "propose that time does not count" : "propose whose cause time of failure is",
      {AgreementOperand()}, std::move(proposing), RunPropose<kKind>);
  propose.examples = {
      absl::StrCat("tally ", word, " propose web-shop --name firewall --cause customer",
                   exclusion ? "" : " --responsible customer",
                   " --from 2026-04-10T10:30:00Z --to 2026-04-10T11:15:00Z --key provider.pem")};
  Command agree = WithoutDocuments(
      DisputeAct(absl::StrCat(word, " agree"), "agree to what the other side proposed",
                 {AgreementOperand()}, std::move(agreeing), RunAgree<kKind>));
  agree.examples = {
      absl::StrCat("tally ", word, " agree web-shop --name firewall --key customer.pem")};
  Command contest =
      DisputeAct(absl::StrCat(word, " contest"), "contest what the other side proposed",
                 {AgreementOperand()}, std::move(contesting), RunContest<kKind>);
  Command determine =
      DisputeAct(absl::StrCat(word, " determine"),
                 "decide about a proposal; said by the expert or arbitrator of the terms",
                 {AgreementOperand()}, std::move(determining), RunDetermine<kKind>);
  return {propose, agree, contest, determine};
}

}  // namespace

std::vector<Command> ExclusionCommands() {
  std::vector<Command> commands = ActsOn<MatterKind::kExclusion>();
  for (Command& each : ActsOn<MatterKind::kAttribution>()) commands.push_back(std::move(each));
  Command announce = DisputeAct("maintenance announce", "announce maintenance before it begins",
                                {AgreementOperand()}, Proposing("maintenance"), RunAnnounce);
  announce.text =
      "Whether the time counts is for the rules of the terms to say: notice, overrun and caps.\n"
      "An obligor or obligee of the objective announces it. The newest announcement of a name\n"
      "counts, and a name belongs to whoever announced it first; `tally maintenance list` tells\n"
      "what became of each.\n";
  announce.examples = {
      "tally maintenance announce web-shop --name m-05 --cause planned-maintenance --from "
      "2026-04-05T02:00:00Z --to 2026-04-05T04:00:00Z --key provider.pem"};
  commands.push_back(announce);
  return commands;
}

}  // namespace tally::tools
