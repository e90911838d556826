// `tally agreement` and `tally amendment`: terms proposed, accepted, listed. A proposal carries the
// canonical terms, the text that people wrote, and which streams its names mean in this ledger; an
// acceptance answers the proposal's digest, and so covers all three.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "replay/agreement_view.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/claim_choice.h"
#include "tools/command_table.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/key_file.h"
#include "tools/party_keys.h"
#include "tools/printable.h"
#include "tools/terms_consent.h"
#include "tools/terms_file.h"
#include "tools/terms_text.h"
#include "tools/yaml_reader.h"

namespace tally::tools {
namespace {

constexpr size_t kSourceTextMax = 256 * 1024;

absl::StatusOr<StreamId> BindParty(const ledger::Ledger& ledger, const std::string& name) {
  const ledger::PartyEntry* party = ledger.keyring().FindParty(name);
  if (party == nullptr) {
    return Refuse("not-found",
                  absl::StrCat("the terms name the party '", name, "', which the ledger lacks"),
                  absl::StrCat("register it with `tally party register ", name, "`"));
  }
  return party->id;
}

absl::StatusOr<std::vector<Binding>> BindNames(const ledger::Ledger& ledger,
                                               const CompiledTerms& compiled) {
  std::vector<Binding> bindings;
  for (const std::string& feed : compiled.feeds) {
    absl::StatusOr<ledger::StreamState> stream = ledger.FindStream(StreamKind::kFeed, feed);
    if (!stream.ok()) {
      return Refuse("not-found",
                    absl::StrCat("the terms name the feed '", feed, "', which the ledger lacks"),
                    absl::StrCat("register it with `tally feed register ", feed, " --party P`"));
    }
    bindings.push_back({absl::StrCat("feed/", feed), stream->id});
  }
  for (const std::string& name : compiled.parties) {
    TALLY_ASSIGN_OR_RETURN(const StreamId id, BindParty(ledger, name));
    bindings.push_back({absl::StrCat("party/", name), id});
  }
  return bindings;
}

// Records the zones that the terms name and the ledger lacks, with the operator's key.
absl::Status AddMissingZones(const Invocation& call, AppendSession& session,
                             const CompiledTerms& compiled) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<DocumentAdded> missing,
                         MissingZones(call, session.ledger(), compiled));
  if (missing.empty()) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key,
                         ReadAuthorKey(call, absl::StrCat(directory, "/keys/service.pem")));
  for (const DocumentAdded& zone : missing) {
    TALLY_ASSIGN_OR_RETURN(const ledger::StreamState system, session.ledger().StreamAt(0));
    ActDraft draft;
    draft.kind = BodyKind::kZoneAdded;
    draft.body = Encode(zone);
    draft.actor = ActorKind::kAutomation;
    draft.reported_at = call.world.clock->Now();
    absl::StatusOr<ledger::SignedBatch> batch =
        SignAct(EndOfActs(session.ledger(), system), draft, key);
    if (!batch.ok()) return Translate(Doing::kInput, batch.status());
    TALLY_RETURN_IF_ERROR(Submit(call, session, {*std::move(batch)}).status());
  }
  return absl::OkStatus();
}

// Opens the agreement's stream if the ledger has none of that name.
absl::Status OpenAgreement(const Invocation& call, AppendSession& session,
                           const CompiledTerms& compiled) {
  const Terms& terms = compiled.terms;
  if (session.ledger().FindStream(StreamKind::kAgreement, terms.agreement).ok())
    return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenAuthorKey(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry author, ActingParty(call, session.ledger(), key));
  AgreementOpened opened;
  opened.name = terms.agreement;
  for (const TermsParty& party : terms.parties) {
    TALLY_ASSIGN_OR_RETURN(const StreamId id, BindParty(session.ledger(), party.name));
    opened.parties.push_back({party.role, party.name, id});
  }
  ActDraft draft;
  draft.kind = BodyKind::kAgreementOpened;
  draft.body = Encode(opened);
  draft.author = author.id;
  draft.reported_at = call.world.clock->Now();
  absl::StatusOr<ledger::SignedBatch> batch = SignOpening(session.ledger().id(), draft, key);
  if (!batch.ok()) return Translate(Doing::kInput, batch.status());
  return Submit(call, session, {*std::move(batch)}).status();
}

// What a dry run can say before the stream exists.
bool StopsAtOpening(const Invocation& call, const AppendSession& session, const std::string& name) {
  if (!session.dry_run() || session.ledger().FindStream(StreamKind::kAgreement, name).ok())
    return false;
  call.console.Note("the proposal would follow in the new stream");
  return true;
}

// Other documents hold later: terms in force stay as they are until somebody amends them.
void NoteLaterRanges(const Invocation& call, const std::vector<ResolvedRange>& ranges,
                     const TermsLevels& proposed) {
  for (const ResolvedRange& range : ranges) {
    if (range.valid.first <= proposed.from) continue;
    call.console.Note(absl::StrCat("from ", FormatInstant(range.valid.first),
                                   " other documents hold: propose an amendment that takes "
                                   "effect then, from the same file"));
  }
}

struct ReadTerms {
  CompiledTerms compiled;
  std::string text;
};
absl::StatusOr<ReadTerms> ReadProposal(const Invocation& call, const std::string& path,
                                       const ledger::Ledger& ledger) {
  ReadTerms read;
  TALLY_ASSIGN_OR_RETURN(read.text, ReadInput(call, path, kYamlBytesMax));
  TALLY_ASSIGN_OR_RETURN(const ZoneSource zones, ZonesOf(call, &ledger));
  CheckedTerms checked = CheckTerms(read.text, path, zones);
  if (!checked.compiled) return checked.report.FirstError();
  read.compiled = *std::move(checked.compiled);
  if (read.compiled.terms.levels) {
    // What is signed are whole terms; the documents are named in them by digest.
    read.text = FormatTermsForPeople(read.compiled.terms);
    NoteLaterRanges(call, checked.ranges, *read.compiled.terms.levels);
  }
  if (read.text.size() > kSourceTextMax) read.text.clear();
  return read;
}

void PrintTermsHash(const Invocation& call, const TermsHash& hash) {
  call.console.Line(absl::StrCat("terms ", hash.ToHex()));
}

absl::StatusOr<int> RunPropose(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const ReadTerms read,
                         ReadProposal(call, call.arguments.At(0), session->ledger()));
  const Terms& terms = read.compiled.terms;
  if (read.compiled.amends.has_value()) {
    return Refuse("terms-refused", "the file has an `amends` block: it changes existing terms",
                  absl::StrCat("use `tally amendment propose ", terms.agreement, " FILE`"));
  }
  TermsProposed proposal;
  TALLY_ASSIGN_OR_RETURN(proposal.bindings, BindNames(session->ledger(), read.compiled));
  TALLY_RETURN_IF_ERROR(AddMissingZones(call, *session, read.compiled));
  TALLY_RETURN_IF_ERROR(OpenAgreement(call, *session, read.compiled));
  proposal.terms = Encode(terms);
  proposal.terms_hash = ledger::HashOfTerms(proposal.terms);
  proposal.source_text = read.text;
  PrintTermsHash(call, proposal.terms_hash);
  if (StopsAtOpening(call, *session, terms.agreement)) return 0;
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, terms.agreement, BodyKind::kTermsProposed,
                                   Encode(proposal), Hash{}));
  return submitted.exit;
}

// Terms that one party enters alone; figures under them bind nobody.
absl::StatusOr<int> RunAttest(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const ReadTerms read,
                         ReadProposal(call, call.arguments.At(0), session->ledger()));
  const Terms& terms = read.compiled.terms;
  TermsAttested attested;
  TALLY_ASSIGN_OR_RETURN(attested.bindings, BindNames(session->ledger(), read.compiled));
  if (const std::optional<std::string> path = call.arguments.Value("contract")) {
    TALLY_ASSIGN_OR_RETURN(const std::string contract, ReadInput(call, *path));
    attested.contract = ledger::DigestOfDocument(AsBytes(contract));
  }
  TALLY_RETURN_IF_ERROR(AddMissingZones(call, *session, read.compiled));
  TALLY_RETURN_IF_ERROR(OpenAgreement(call, *session, read.compiled));
  attested.terms = Encode(terms);
  attested.terms_hash = ledger::HashOfTerms(attested.terms);
  attested.source_text = read.text;
  attested.reason = call.arguments.Value("reason").value_or("");
  PrintTermsHash(call, attested.terms_hash);
  if (StopsAtOpening(call, *session, terms.agreement)) return 0;
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, terms.agreement, BodyKind::kTermsAttested,
                                   Encode(attested), Hash{}));
  return submitted.exit;
}

absl::StatusOr<TermsHash> HashOption(const Invocation& call) {
  absl::StatusOr<TermsHash> hash = TermsHash::FromHex(call.arguments.Value("terms").value_or(""));
  if (!hash.ok()) {
    return Refuse("usage", absl::StrCat("--terms: ", hash.status().message()),
                  "give the 64 hex digits that propose printed, after reading the terms");
  }
  return *hash;
}

// The proposal of terms with this hash. The hash covers the terms and not which feeds and parties
// their names mean, so where proposals differ in that, the one that is meant must be named.
template <typename Body>
absl::StatusOr<RecordedAct> FindProposal(const Invocation& call, const ledger::Ledger& ledger,
                                         const std::vector<RecordedAct>& acts, BodyKind kind,
                                         const TermsHash& hash,
                                         absl::StatusOr<Body> (*decode)(ByteView)) {
  const std::string named = call.arguments.At(1);
  std::optional<RecordedAct> found;
  std::vector<Binding> bindings;
  for (const RecordedAct& act : acts) {
    if (act.header.kind != kind) continue;
    if (!named.empty() && named != act.address.ToText()) continue;
    TALLY_ASSIGN_OR_RETURN(const Body body, decode(act.body));
    if (body.terms_hash != hash) continue;
    if (found.has_value() && body.bindings != bindings) {
      return Refuse(
          "state-forbids",
          absl::StrCat("the proposals ", found->address.ToText(), " and ", act.address.ToText(),
                       " carry these terms, but their names mean different feeds or parties"),
          "see both with `tally show`, then name the one that is meant: accept AGREEMENT "
          "INDEX/OFFSET --terms HASH");
    }
    bindings = body.bindings;
    found = act;
  }
  if (found.has_value()) return *found;
  return NobodyProposed(ledger, acts, hash);
}

// What the acceptance covers besides the terms: who proposed, and what their names mean.
// The hash of the terms covers no binding, so one that leads elsewhere is asked about.
absl::Status CheckBindings(const Invocation& call, const ledger::Ledger& ledger,
                           const RecordedAct& proposal, const std::vector<Binding>& bindings) {
  call.console.Note(absl::StrCat("accepting the proposal ", proposal.address.ToText(), " of ",
                                 NameOfParty(ledger, proposal.header.author)));
  bool elsewhere = false;
  for (const Binding& binding : bindings) {
    absl::StatusOr<ledger::StreamState> stream = ledger.FindStream(binding.stream);
    // Only a name that means something else here is worth a word.
    if (stream.ok() && StreamText(*stream) == binding.name) continue;
    elsewhere = true;
    call.console.Note(absl::StrCat("  ", binding.name, " means ",
                                   stream.ok() ? StreamText(*stream) : binding.stream.ToHex()));
  }
  if (!elsewhere || call.arguments.Has("dry-run")) return absl::OkStatus();
  if (!call.arguments.Has("yes") && !call.world.in_is_terminal) {
    return Refuse("state-forbids",
                  "not accepted: names in the terms are bound to streams of other names (listed "
                  "above), and the hash of the terms does not cover that",
                  "say --yes if that is what was agreed; else ask for a proposal made with `tally "
                  "agreement propose`");
  }
  if (Confirmed(call, "Accept the terms with these meanings of their names?")) {
    return absl::OkStatus();
  }
  return Refuse("interrupted", "not confirmed; nothing was recorded");
}

absl::StatusOr<int> RunAccept(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const TermsHash hash, HashOption(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const auto stream, FindAgreement(session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(const auto acts, ReadActs(session->ledger(), stream));
  TALLY_ASSIGN_OR_RETURN(const RecordedAct proposal,
                         FindProposal(call, session->ledger(), acts, BodyKind::kTermsProposed, hash,
                                      DecodeTermsProposed));
  TALLY_ASSIGN_OR_RETURN(const TermsProposed terms, DecodeTermsProposed(proposal.body));
  TALLY_RETURN_IF_ERROR(CheckBindings(call, session->ledger(), proposal, terms.bindings));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, agreement, BodyKind::kTermsAccepted,
                                   Encode(TermsAccepted{hash}), proposal.digest));
  if (!session->dry_run()) TellOfConsents(call, session->ledger(), agreement, proposal.digest);
  return submitted.exit;
}

absl::StatusOr<replay::AgreementView> ViewFor(const Invocation& call, const ledger::Ledger& ledger,
                                              const std::string& agreement) {
  absl::StatusOr<replay::AgreementView> view =
      replay::ViewAgreement(ledger, agreement, call.world.clock->Now());
  if (!view.ok()) return Translate(Doing::kReading, view.status());
  if (view->current) return view;
  return Refuse("state-forbids", "no terms are in force yet that could be amended",
                "let the other party accept the proposal first");
}

// The message says whose amendment came between, the hint how to go on.
absl::Status StaleBase(const replay::AgreementView& view, const TermsHash& base) {
  const replay::ProposedTerms& current = view.proposals[*view.current];
  return Refuse(
      "terms-refused",
      absl::StrCat("the amendment changes the terms ", base.ToHex(), ", but those in force are ",
                   current.terms.ToHex(), ": ", current.amendment ? "the amendment " : "the terms ",
                   current.at.ToText(), " of ", current.by, ", in force since ",
                   FormatInstant(*current.in_force_since)),
      absl::StrCat("make the change anew in the terms in force (`tally agreement show`), state "
                   "base: ",
                   current.terms.ToHex(), " and propose that"));
}

// Of several amendments of the same terms the first that all consent to wins.
void NoteRivals(const Invocation& call, const replay::AgreementView& view) {
  for (const replay::ProposedTerms& each : view.proposals) {
    if (!each.amendment || each.state != "waiting") continue;
    call.console.Note(absl::StrCat("the amendment ", each.at.ToText(), " of ", each.by,
                                   " waits as well: the first that is accepted by all wins"));
  }
}

absl::StatusOr<int> RunAmend(const Invocation& call) {
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  TALLY_ASSIGN_OR_RETURN(const ReadTerms read,
                         ReadProposal(call, call.arguments.At(1), session->ledger()));
  if (!read.compiled.amends.has_value()) {
    return Refuse("terms-refused", "the file has no `amends` block",
                  "state base, effective, reach, settled windows and reason under `amends:`");
  }
  if (read.compiled.terms.agreement != agreement) {
    return Refuse("terms-refused",
                  absl::StrCat("the file is for the agreement '", read.compiled.terms.agreement,
                               "', not '", agreement, "'"));
  }
  TALLY_RETURN_IF_ERROR(FindAgreement(session->ledger(), agreement).status());
  TALLY_ASSIGN_OR_RETURN(const replay::AgreementView view,
                         ViewFor(call, session->ledger(), agreement));
  const TermsHash current = view.proposals[*view.current].terms;
  const Amends& amends = *read.compiled.amends;
  if (amends.base.has_value() && *amends.base != current) return StaleBase(view, *amends.base);
  NoteRivals(call, view);
  AmendmentProposed amendment;
  amendment.base = current;
  amendment.terms = Encode(read.compiled.terms);
  amendment.terms_hash = ledger::HashOfTerms(amendment.terms);
  TALLY_ASSIGN_OR_RETURN(amendment.bindings, BindNames(session->ledger(), read.compiled));
  amendment.effective = amends.effective;
  amendment.reach = amends.reach;
  amendment.reopens_settled = amends.reopens_settled;
  amendment.reason = amends.reason;
  amendment.source_text = read.text;
  TALLY_RETURN_IF_ERROR(AddMissingZones(call, *session, read.compiled));
  PrintTermsHash(call, amendment.terms_hash);
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, agreement, BodyKind::kAmendmentProposed,
                                   Encode(amendment), Hash{}));
  return submitted.exit;
}

absl::StatusOr<int> RunAmendAccept(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const TermsHash hash, HashOption(call));
  TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));
  const std::string agreement = call.arguments.At(0);
  TALLY_ASSIGN_OR_RETURN(const auto stream, FindAgreement(session->ledger(), agreement));
  TALLY_ASSIGN_OR_RETURN(const auto acts, ReadActs(session->ledger(), stream));
  TALLY_ASSIGN_OR_RETURN(const RecordedAct proposal,
                         FindProposal(call, session->ledger(), acts, BodyKind::kAmendmentProposed,
                                      hash, DecodeAmendmentProposed));
  TALLY_ASSIGN_OR_RETURN(const AmendmentProposed terms, DecodeAmendmentProposed(proposal.body));
  TALLY_ASSIGN_OR_RETURN(const replay::AgreementView view,
                         ViewFor(call, session->ledger(), agreement));
  const bool accepted = view.proposals[*view.current].terms == terms.terms_hash;
  if (terms.base != view.proposals[*view.current].terms && !accepted) {
    return StaleBase(view, terms.base);
  }
  TALLY_RETURN_IF_ERROR(CheckBindings(call, session->ledger(), proposal, terms.bindings));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted,
                         SubmitAct(call, *session, agreement, BodyKind::kAmendmentAccepted,
                                   Encode(AmendmentAccepted{hash}), proposal.digest));
  return submitted.exit;
}

absl::StatusOr<int> RunList(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  absl::StatusOr<std::vector<ledger::StreamState>> streams = ledger->Streams();
  if (!streams.ok()) return Translate(Doing::kReading, streams.status());
  Table table({"agreement", "opened at", "records", "stream"});
  for (const ledger::StreamState& stream : *streams) {
    if (stream.kind != StreamKind::kAgreement) continue;
    JsonWriter json;
    json.BeginObject().Field("format", "tally.agreement/1").Field("name", stream.name);
    json.NumberField("opened", stream.opening_index).NumberField("records", stream.records);
    json.Field("stream", stream.id.ToHex()).EndObject();
    call.console.Json(json);
    table.Row({stream.name, absl::StrCat(stream.opening_index), absl::StrCat(stream.records),
               stream.id.ToHex()});
  }
  if (table.empty()) {
    call.console.Line("no agreements");
  } else if (!call.console.json()) {
    table.Print(call.console);
  }
  return 0;
}

absl::StatusOr<int> RunShow(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(auto ledger, OpenLedger(call));
  TALLY_ASSIGN_OR_RETURN(const auto stream, FindAgreement(*ledger, call.arguments.At(0)));
  TALLY_ASSIGN_OR_RETURN(const auto acts, ReadActs(*ledger, stream));
  JsonWriter json;
  json.BeginObject().Field("format", "tally.agreement/1").Field("name", stream.name);
  json.NumberField("opened", stream.opening_index).NumberField("records", stream.records);
  json.Field("stream", stream.id.ToHex()).Key("acts").BeginArray();
  Table table({"at", "recorded", "by", "act", "terms"});
  for (const RecordedAct& act : acts) {
    const KindRow* kind = FindKind(act.header.kind);
    const std::string name = kind == nullptr ? "unknown" : std::string(kind->name);
    const std::string hash = TermsHashOf(act);
    const std::string author = NameOfParty(*ledger, act.header.author);
    json.BeginObject()
        .Field("at", act.address.ToText())
        .Field("recorded", FormatInstant(act.recorded));
    json.Field("author", author).Field("kind", name).Field("digest", act.digest.ToHex());
    json.OptionalField("terms", hash.empty() ? std::nullopt : std::optional<std::string>(hash))
        .EndObject();
    table.Row({act.address.ToText(), FormatInstant(act.recorded), author, name, hash});
  }
  json.EndArray().EndObject();
  call.console.Json(json);
  if (!call.console.json()) table.Print(call.console);
  return 0;
}

}  // namespace

std::vector<Command> AgreementCommands() {
  const OperandSpec agreement{"AGREEMENT", "the agreement's name"};
  const OperandSpec proposal{"PROPOSAL", "index/offset of the proposal; needed when several differ",
                             Arity::kOptional};
  const OptionSpec terms{.name = "terms",
                         .type = ValueType::kText,
                         .value_name = "HASH",
                         .summary = "the hash of the terms that are accepted",
                         .required = true};
  const OptionSpec zoneinfo{.name = "zoneinfo",
                            .type = ValueType::kDirectory,
                            .value_name = "DIR",
                            .summary = "where zone rules are that the ledger lacks"};
  Command propose = DisputeAct(
      "agreement propose", "propose terms to the other parties",
      {{"FILE", "terms, YAML (docs/TERMS.md)", Arity::kOne, ValueType::kFile}}, {}, RunPropose);
  propose.options.push_back(zoneinfo);
  propose.text =
      "Opens the agreement's stream if it is new, records the zone rules that the terms name and "
      "the\n"
      "ledger lacks (with the ledger's service key), and proposes. Proposing is consenting.\n";
  Command accept =
      DisputeAct("agreement accept", "accept proposed terms", {agreement, proposal}, {}, RunAccept);
  accept.options.push_back(terms);
  Command attest = DisputeAct(
      "agreement attest", "enter terms that this party alone states",
      {{"FILE", "terms, YAML (docs/TERMS.md)", Arity::kOne, ValueType::kFile}}, {}, RunAttest);
  attest.options.push_back(zoneinfo);
  attest.options.push_back({.name = "contract",
                            .type = ValueType::kFile,
                            .value_name = "FILE",
                            .summary = "the contract, recorded by its digest"});
  Command list;
  list.name = "agreement list";
  list.summary = "the ledger's agreements";
  list.run = RunList;
  Command show;
  show.name = "agreement show";
  show.summary = "the acts of an agreement, oldest first";
  show.operands = {agreement};
  show.run = RunShow;
  Command amend = DisputeAct(
      "amendment propose", "propose to change the terms in force",
      {agreement,
       {"FILE", "the new terms whole, with an `amends:` block", Arity::kOne, ValueType::kFile}},
      {}, RunAmend);
  amend.options.push_back(zoneinfo);
  amend.examples = {"tally amendment propose coral-island amended.yaml --key lime.pem"};
  Command amend_accept = DisputeAct("amendment accept", "accept a proposed amendment",
                                    {agreement, proposal}, {}, RunAmendAccept);
  amend_accept.options.push_back(terms);
  return {propose, accept, attest, list, show, amend, amend_accept};
}

}  // namespace tally::tools
