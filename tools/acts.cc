#include "tools/acts.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "replay/foresight.h"
#include "schema/status.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/party_keys.h"
#include "tools/printable.h"
#include "tools/terms_consent.h"

namespace tally::tools {
namespace {

bool Names(const std::string& text, const RecordedAct& act) {
  if (text == act.address.ToText()) return true;
  if (text == absl::StrCat(act.address.index)) return true;
  return act.header.id.has_value() && text == act.header.id->ToHex();
}

// In one state the same words can be the one side's to say and not the other's.
void TellWhoseTurn(const Invocation& call, const ledger::Ledger& ledger,
                   const ledger::StreamState& agreement, const ActDraft& draft) {
  const absl::StatusOr<std::vector<RecordedAct>> acts = ReadActs(ledger, agreement);
  std::set<StreamId> others;
  for (size_t i = 0; acts.ok() && i < acts->size(); ++i) {
    const StreamId& author = (*acts)[i].header.author;
    if (!author.IsZero() && author != draft.author) others.insert(author);
  }
  for (const StreamId& other : others) {
    const absl::StatusOr<std::vector<replay::Finding>> findings =
        replay::Foresee(ledger, agreement.name, {draft.kind, draft.body, other, draft.answers, {}},
                        call.world.clock->Now());
    const bool counts =
        findings.ok() && std::none_of(findings->begin(), findings->end(),
                                      [](const auto& each) { return each.severity == "error"; });
    if (!counts) continue;
    call.console.Note(
        absl::StrCat("said by ", NameOfParty(ledger, other), " the same would have an effect now"));
    return;
  }
  call.console.Note("see `tally claim show` for what the claim waits for");
}

// The ledger records whatever is rightly signed; whether it counts is for replay to say, and for us
// to pass on before anything is signed. True when the act would have no effect.
absl::StatusOr<bool> WarnOfNoEffect(const Invocation& call, const ledger::Ledger& ledger,
                                    const ledger::StreamState& agreement, const ActDraft& draft) {
  if (const std::optional<std::string> idle = WhyIdleConsent(call, ledger, agreement, draft)) {
    call.console.Warning(*idle);
    return true;
  }
  const absl::StatusOr<std::vector<replay::Finding>> findings = replay::Foresee(
      ledger, agreement.name, {draft.kind, draft.body, draft.author, draft.answers, draft.at},
      call.world.clock->Now());
  if (!findings.ok()) return false;  // No terms are in force yet: nothing is judged.
  bool no_effect = false, out_of_state = false, in_part = false;
  for (const replay::Finding& finding : *findings) {
    if (finding.severity == "note") continue;
    call.console.Warning(finding.message);
    no_effect |= finding.severity == "error";
    out_of_state |= finding.kind == "act-out-of-state";
    in_part |= finding.severity == "warning" && absl::StartsWith(finding.kind, "claim-");
  }
  if (out_of_state) TellWhoseTurn(call, ledger, agreement, draft);
  if (in_part && !no_effect) call.console.Note("for its other windows the claim takes effect");
  return no_effect;
}

// What a claim is for, so that one can be chosen; "" of other acts.
std::string ClaimedBy(const RecordedAct& act) {
  if (act.header.kind != BodyKind::kClaimFiled) return "";
  const absl::StatusOr<ClaimFiled> body = DecodeClaimFiled(act.body);
  if (!body.ok() || body->windows.empty()) return "";
  const WindowName& first = body->windows.front();
  const size_t more = body->windows.size() - 1;
  return absl::StrCat(" (", Printable(first.objective), " ", FormatInstant(first.window.first), "/",
                      FormatInstant(first.window.limit),
                      more == 0 ? "" : absl::StrCat(" and ", more, " more"), ", ",
                      body->amount.has_value() ? FormatMoney(*body->amount) : "as computed", ")");
}

std::string AddressesOf(const std::vector<const RecordedAct*>& acts) {
  std::string list;
  for (const RecordedAct* act : acts) {
    absl::StrAppend(&list, list.empty() ? "" : ", ", act->address.ToText(), ClaimedBy(*act));
  }
  const bool claims = !acts.empty() && acts.front()->header.kind == BodyKind::kClaimFiled;
  if (claims) absl::StrAppend(&list, "; see `tally claim list` for their states");
  return list;
}

}  // namespace

absl::StatusOr<std::vector<RecordedAct>> ReadActs(const ledger::Ledger& ledger,
                                                  const ledger::StreamState& agreement) {
  std::vector<RecordedAct> acts;
  absl::StatusOr<std::unique_ptr<ledger::Cursor>> cursor =
      ledger.Read({.stream = agreement.opening_index});
  if (!cursor.ok()) return Translate(Doing::kReading, cursor.status());
  while (true) {
    absl::StatusOr<std::optional<ledger::VerifiedRecord>> record = (*cursor)->Next();
    if (!record.ok()) return Translate(Doing::kReading, record.status());
    if (!record->has_value()) return acts;
    for (const ledger::VerifiedEvent& event : (*record)->events()) {
      acts.push_back({event.address, event.header, event.digest,
                      Bytes(event.body.begin(), event.body.end()), (*record)->recorded()});
    }
  }
}

absl::StatusOr<ledger::StreamState> FindAgreement(const ledger::Ledger& ledger,
                                                  const std::string& name) {
  return FindStream(ledger, StreamName{StreamKind::kAgreement, name});
}

absl::StatusOr<RecordedAct> PickAct(const std::vector<RecordedAct>& acts, BodyKind kind,
                                    const std::string& text) {
  const std::string what(FindKind(kind)->name);
  std::vector<const RecordedAct*> of_kind;
  for (const RecordedAct& act : acts) {
    if (act.header.kind == kind) of_kind.push_back(&act);
  }
  if (of_kind.empty()) {
    return Refuse("not-found", absl::StrCat("the agreement has no act '", what, "'"));
  }
  if (text.empty() && of_kind.size() == 1) return *of_kind.front();
  for (const RecordedAct* act : of_kind) {
    if (!text.empty() && Names(text, *act)) return *act;
  }
  if (text.empty()) {
    return Refuse("missing-argument", absl::StrCat("the agreement has several acts '", what, "'"),
                  absl::StrCat("name one of ", AddressesOf(of_kind)));
  }
  return Refuse("not-found", absl::StrCat("no act '", what, "' is named '", text, "'"),
                absl::StrCat("choose from ", AddressesOf(of_kind)));
}

std::vector<OptionSpec> ActOptions() {
  return {
      {.name = "reason",
       .type = ValueType::kText,
       .value_name = "TEXT",
       .summary = "why, in words"},
      {.name = "document",
       .type = ValueType::kFile,
       .value_name = "FILE",
       .summary = "a document it rests on, recorded by its digest",
       .repeatable = true},
      {.name = "at",
       .type = ValueType::kTime,
       .value_name = "TIME",
       .summary = "when it is claimed to have happened (history)"},
      {.name = "as",
       .type = ValueType::kText,
       .value_name = "PARTY",
       .summary = "act for a party that granted the key's own a role"},
      {.name = "id",
       .type = ValueType::kText,
       .value_name = "HEX",
       .summary = "the act's id, to tell equal acts apart (32 hex digits)"},
  };
}

absl::StatusOr<std::vector<DocumentDigest>> DocumentsOf(const Invocation& call) {
  std::vector<DocumentDigest> digests;
  for (const std::string& path : call.arguments.Values("document")) {
    TALLY_ASSIGN_OR_RETURN(const std::string content, ReadInput(call, path));
    digests.push_back(ledger::DigestOfDocument(AsBytes(content)));
  }
  return digests;
}

absl::StatusOr<Submitted> SubmitAct(const Invocation& call, AppendSession& session,
                                    const std::string& agreement, BodyKind kind, Bytes body,
                                    const Hash& answers, const LikeDone& done) {
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenAuthorKey(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry party, ActingParty(call, session.ledger(), key));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         FindAgreement(session.ledger(), agreement));
  ActDraft draft;
  draft.kind = kind;
  draft.body = std::move(body);
  draft.author = party.id;
  draft.answers = answers;
  draft.at = call.arguments.Time("at");
  draft.reported_at = call.world.clock->Now();
  if (std::optional<std::string> id = call.arguments.Value("id"); id.has_value()) {
    absl::StatusOr<ActId> parsed = ActId::FromHex(*id);
    if (!parsed.ok()) {
      return Refuse("usage", absl::StrCat("--id: ", parsed.status().message()),
                    "give 32 lower-case hex digits");
    }
    draft.id = *parsed;
  }
  TALLY_ASSIGN_OR_RETURN(const Repetition repetition,
                         RepetitionOf(call, session.ledger(), stream, draft, key, done));
  draft.id = repetition.id;
  bool no_effect = false;
  if (!repetition.recorded) {  // else it is not judged as if it came a second time
    TALLY_ASSIGN_OR_RETURN(no_effect, WarnOfNoEffect(call, session.ledger(), stream, draft));
  }
  if (no_effect && !session.dry_run() &&
      !Confirmed(call, "It would have no effect. Record it all the same?")) {
    return Refuse("interrupted", "not confirmed; nothing was recorded");
  }
  absl::StatusOr<ledger::SignedBatch> batch =
      SignAct(EndOfActs(session.ledger(), stream), draft, key);
  if (!batch.ok()) return Translate(Doing::kInput, batch.status());
  absl::StatusOr<Submitted> submitted = Submit(call, session, {*std::move(batch)});
  if (submitted.ok() && no_effect && !call.arguments.Has("yes")) {
    call.console.Note(session.dry_run()
                          ? "it would have no effect as things stand"
                          : "recorded; it has no effect as things stand (exit 1; --yes says that "
                            "this is meant and exits 0)");
    submitted->exit = kExitNo;
  }
  if (submitted.ok() && repetition.unclear) submitted->exit = kExitNo;
  return submitted;
}

}  // namespace tally::tools
