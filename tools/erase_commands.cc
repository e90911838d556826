// erasure agree, erase: taking the body of one event, or rows of a run, out of the ledger for good.
//
// Parties agree in their own streams, each by a signed act; the operator gathers what was agreed
// and signs the erasure that names it. Who must have agreed is the ledger's rule, and what is under
// an open claim stays. Only then are bytes written over.
#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "ledger/chain/partial_run.h"
#include "ledger/crypto/sha256.h"
#include "ledger/log/erased_rows.h"
#include "replay/erasure_view.h"
#include "schema/erasure.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/line_signer.h"
#include "tools/party_keys.h"
#include "tools/printable.h"
#include "tools/receipts.h"
#include "tools/session.h"
#include "tools/stream_end.h"

namespace tally::tools {
namespace {

constexpr absl::string_view kArbiter = "arbiter";

// The event that is meant, and the record that keeps its bytes.
struct Meant {
  ledger::VerifiedRecord record;
  ledger::VerifiedEvent event;
  ledger::StreamState stream;
};

bool ReadRowNumber(const std::string& text, uint32_t& row) {
  const bool digits = !text.empty() && text.size() <= 9 &&
                      text.find_first_not_of("0123456789") == std::string::npos;
  return digits && absl::SimpleAtoi(text, &row);
}

absl::StatusOr<Meant> FindMeant(const Invocation& call, const ledger::Ledger& ledger) {
  TALLY_ASSIGN_OR_RETURN(const ledger::EventAddress address, ParseAddress(call.arguments.At(0)));
  if (address.index >= ledger.head().size) {
    return Refuse("not-found", absl::StrCat("the ledger has no record ", address.index),
                  absl::StrCat("it holds ", ledger.head().size, " records"));
  }
  absl::StatusOr<ledger::VerifiedRecord> record = ledger.ReadRecord(address.index);
  if (!record.ok()) return Translate(Doing::kReading, record.status());
  if (address.offset >= record->events().size()) {
    return Refuse("not-found",
                  absl::StrCat("record ", address.index, " has no event ", address.offset),
                  absl::StrCat("it holds ", record->events().size(), " events"));
  }
  const ledger::VerifiedEvent event = record->events()[address.offset];
  const KindRow* kind = FindKind(event.header.kind);
  if (kind == nullptr || !kind->erasable) {
    return Refuse(
        "state-forbids",
        absl::StrCat("event ", address.ToText(), ": a body of kind \"",
                     kind == nullptr ? "unknown" : kind->name, "\" is never erased"),
        "bodies of evidence and free texts can be, and nothing that was agreed or decided");
  }
  absl::StatusOr<ledger::StreamState> stream = ledger.StreamAt(record->stream());
  if (!stream.ok()) return Translate(Doing::kReading, stream.status());
  return Meant{*std::move(record), event, *std::move(stream)};
}

// How many rows each source of a run has, whatever is left of it.
absl::StatusOr<std::vector<uint32_t>> RowsOfMeant(const Meant& meant) {
  if (meant.event.erased) {
    const absl::StatusOr<ledger::PartialRun> rest = ledger::DecodePartialRun(meant.event.rest);
    if (!rest.ok()) return Translate(Doing::kReading, rest.status());
    return ledger::RowsOfSources(*rest);
  }
  const absl::StatusOr<RunView> run = RunView::Open(meant.event.body);
  if (!run.ok()) return Translate(Doing::kReading, run.status());
  return ledger::RowsOfSources(*run);
}

// --rows, widened to whole leaves, which is said; the whole body without it.
absl::StatusOr<RowsOfRun> PartMeant(const Invocation& call, const Meant& meant) {
  const std::optional<std::string> given = call.arguments.Value("rows");
  if (!given.has_value()) return RowsOfRun();
  if (meant.event.header.kind != BodyKind::kMeasurementRun) {
    return Refuse("usage", absl::StrCat("event ", meant.event.address.ToText(), " is no run"),
                  "only a run has rows; without --rows the whole body is meant");
  }
  const std::vector<std::string> ends = absl::StrSplit(*given, '-');
  uint32_t first = 0, last = 0;
  const bool read = (ends.size() == 1 || ends.size() == 2) && ReadRowNumber(ends.front(), first) &&
                    ReadRowNumber(ends.back(), last);
  if (!read) {
    return Refuse("usage", absl::StrCat("\"", *given, "\" names no rows"),
                  "write FIRST-LAST, rows counted from 0 through the run's sources");
  }
  TALLY_ASSIGN_OR_RETURN(const std::vector<uint32_t> rows, RowsOfMeant(meant));
  const absl::StatusOr<RowsOfRun> part = ledger::WidenToLeaves(rows, first, last);
  if (!part.ok()) {
    return Refuse("usage",
                  absl::StrCat("run ", meant.event.address.ToText(), ": ", part.status().message()),
                  "`tally show` tells how many rows it has");
  }
  call.console.Note(absl::StrCat(part->ToText(), " of ", meant.event.header.run_rows,
                                 ", in whole leaves of ", kRunLeafRows, " rows"));
  return *part;
}

absl::StatusOr<int> RunAgree(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  const ledger::Ledger& ledger = session->ledger();
  TALLY_ASSIGN_OR_RETURN(const Meant meant, FindMeant(call, ledger));
  OwnParty own;
  TALLY_ASSIGN_OR_RETURN(own.key, OpenAuthorKey(call));
  TALLY_ASSIGN_OR_RETURN(own.party, PartyOfKey(ledger, own.key));
  TALLY_ASSIGN_OR_RETURN(own.stream,
                         FindStream(ledger, StreamName{StreamKind::kParty, own.party.name}));
  TALLY_ASSIGN_OR_RETURN(const std::vector<DocumentDigest> documents, DocumentsOf(call));
  ErasureAgreed agreed;
  agreed.event = meant.event.digest;
  agreed.index = meant.event.address.index;
  agreed.offset = meant.event.address.offset;
  TALLY_ASSIGN_OR_RETURN(agreed.part, PartMeant(call, meant));
  agreed.reason = call.arguments.Value("reason").value_or("");
  if (!documents.empty()) agreed.document = documents.front();
  TALLY_ASSIGN_OR_RETURN(
      ledger::SignedBatch batch,
      SignInOwnStream(call, ledger, own, BodyKind::kErasureAgreed, Encode(agreed)));
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, {std::move(batch)}));
  return submitted.exit;
}

// What was agreed about one event, as an erasure names it.
struct Agreed {
  std::vector<Hash> acts;
  std::vector<std::pair<StreamId, Hash>> by;
  const Hash* Of(const StreamId& party) const {
    const auto found =
        std::ranges::find_if(by, [&](const auto& each) { return each.first == party; });
    return found == by.end() ? nullptr : &found->second;
  }
};

bool IsAbout(const ErasureAgreed& agreed, const Hash& event, const RowsOfRun& part) {
  if (agreed.event != event) return false;
  if (agreed.part.IsWhole() || part.IsWhole()) return agreed.part.IsWhole();
  return agreed.part.first <= part.first && part.limit() <= agreed.part.limit();
}

absl::StatusOr<Agreed> GatherAgreed(const ledger::Ledger& ledger, const Hash& event,
                                    const RowsOfRun& part) {
  Agreed gathered;
  for (const ledger::PartyEntry& party : ledger.keyring().parties()) {
    TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                           FindStream(ledger, StreamName{StreamKind::kParty, party.name}));
    TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(ledger, stream));
    for (const RecordedAct& act : acts) {
      if (act.header.kind != BodyKind::kErasureAgreed) continue;
      const absl::StatusOr<ErasureAgreed> agreed = DecodeErasureAgreed(act.body);
      if (!agreed.ok()) return Translate(Doing::kReading, agreed.status());
      if (!IsAbout(*agreed, event, part) || gathered.Of(party.id) != nullptr) continue;
      gathered.acts.push_back(act.digest);
      gathered.by.emplace_back(party.id, act.digest);
    }
  }
  return gathered;
}

// The word of somebody whom an agreement names as its arbiter; zeros: there is none.
absl::StatusOr<Hash> FindOrder(const ledger::Ledger& ledger, const Agreed& agreed) {
  absl::StatusOr<std::vector<ledger::StreamState>> streams = ledger.Streams();
  if (!streams.ok()) return Translate(Doing::kReading, streams.status());
  for (const ledger::StreamState& stream : *streams) {
    if (stream.kind != StreamKind::kAgreement) continue;
    absl::StatusOr<ledger::VerifiedRecord> opening = ledger.ReadRecord(stream.opening_index);
    if (!opening.ok()) return Translate(Doing::kReading, opening.status());
    const absl::StatusOr<AgreementOpened> opened =
        DecodeAgreementOpened(opening->events().front().body);
    if (!opened.ok()) return Translate(Doing::kReading, opened.status());
    for (const AgreementParty& party : opened->parties) {
      const Hash* act = agreed.Of(party.party);
      if (party.role == kArbiter && act != nullptr) return *act;
    }
  }
  return Hash();
}

absl::Status CheckNoClaim(const ledger::Ledger& ledger, const Meant& meant) {
  if (meant.stream.kind != StreamKind::kFeed) return absl::OkStatus();
  const absl::StatusOr<replay::ErasureStake> stake =
      replay::StakeInEvent(ledger, meant.stream.name, meant.event.address);
  if (!stake.ok()) return Translate(Doing::kReading, stake.status());
  for (const replay::RestingWindow& each : stake->windows) {
    if (!stake->claims.empty() || !each.approved.has_value()) continue;
    return Refuse("state-forbids",
                  absl::StrCat(FormatMoney(*each.approved), " of ", Printable(each.agreement), ", ",
                               Printable(each.window.objective), " from ",
                               FormatInstant(each.window.window.first),
                               ", are approved and not paid, and rest on event ",
                               meant.event.address.ToText()),
                  "what an open credit rests on is erased when it is settled, or released");
  }
  if (stake->claims.empty()) return absl::OkStatus();
  const replay::OpenClaim& claim = stake->claims.front();
  return Refuse(
      "state-forbids",
      absl::StrCat("claim ", claim.claim.ToText(), " of ", claim.agreement, " is ", claim.state,
                   ", and its window rests on event ", meant.event.address.ToText()),
      "what is under a claim is erased when the claim is settled, withdrawn or lapsed");
}

absl::StatusOr<Erasure> MakeErasure(const Invocation& call, const ledger::Ledger& ledger,
                                    const Meant& meant, const RowsOfRun& part) {
  TALLY_ASSIGN_OR_RETURN(const Agreed agreed, GatherAgreed(ledger, meant.event.digest, part));
  Erasure erasure;
  erasure.part = part;
  erasure.event = meant.event.digest;
  erasure.index = meant.event.address.index;
  erasure.offset = meant.event.address.offset;
  erasure.reason = call.arguments.Value("reason").value_or("");
  erasure.consents = agreed.acts;
  TALLY_ASSIGN_OR_RETURN(erasure.order, FindOrder(ledger, agreed));
  const StreamId author =
      meant.stream.kind == StreamKind::kFeed ? meant.stream.author : meant.event.header.author;
  const std::optional<std::string> request = call.arguments.Value("request");
  if (request.has_value()) {
    TALLY_ASSIGN_OR_RETURN(const std::string content, ReadInput(call, *request));
    erasure.request = Rename<Hash>(ledger::DigestOfDocument(AsBytes(content)));
    erasure.requested_by = call.arguments.Value("requested-by").value_or("data subject");
    return erasure;
  }
  const Hash* own = agreed.Of(author);
  const ledger::PartyEntry* party = ledger.keyring().FindParty(author);
  if (own == nullptr) {
    return Refuse(
        "erasure-not-agreed",
        absl::StrCat("nobody asked for it: ", party == nullptr ? "the author" : party->name,
                     ", who wrote event ", meant.event.address.ToText(), ", has not agreed"),
        "`tally erasure agree` by him, or --request FILE of the data subject, recorded by "
        "`tally document add`");
  }
  erasure.request = *own;
  erasure.requested_by = party == nullptr ? "author" : party->name;
  return erasure;
}

absl::StatusOr<ledger::SignedBatch> SignErasure(const Invocation& call,
                                                const ledger::Ledger& ledger,
                                                const Erasure& erasure) {
  TALLY_ASSIGN_OR_RETURN(const AuthorKey key, OpenOperatorKey(call));
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState system,
                         FindStream(ledger, StreamName{StreamKind::kSystem, ""}));
  ActDraft draft;
  draft.kind = BodyKind::kErasure;
  draft.body = Encode(erasure);
  draft.reported_at = call.world.clock->Now();
  return SignAct(EndOfActs(ledger, system), draft, key);
}

absl::Status CarryOut(AppendSession& session) {
  const absl::Status done = session.writer().CarryOutErasures();
  if (!absl::IsFailedPrecondition(done)) return Translate(Doing::kAppending, done);
  return Refuse("state-forbids", done.message(), "it counts as a backup from then on");
}

// What of the rows that are meant is gone.
enum class Already { kNone, kSome, kAll };
absl::StatusOr<Already> FindAlready(const Meant& meant, const RowsOfRun& part) {
  if (!meant.event.erased) return Already::kNone;
  if (meant.event.header.kind != BodyKind::kMeasurementRun) return Already::kAll;
  const absl::StatusOr<ledger::PartialRun> rest = ledger::DecodePartialRun(meant.event.rest);
  if (!rest.ok()) return Translate(Doing::kReading, rest.status());
  const uint64_t first = part.first;
  const uint64_t limit = part.IsWhole() ? meant.event.header.run_rows : part.limit();
  ledger::ErasedRows gone;
  for (const RowsOfRun& missing : ledger::MissingRows(*rest)) gone.Add(missing);
  if (gone.Covers(first, limit)) return Already::kAll;
  return gone.Touches(first, limit) ? Already::kSome : Already::kNone;
}

absl::StatusOr<int> RunErase(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const auto session, AppendSession::Open(call));
  const ledger::Ledger& ledger = session->ledger();
  // What an earlier run left is done first, and what would stop this one is said before it begins.
  TALLY_RETURN_IF_ERROR(CarryOut(*session));
  TALLY_ASSIGN_OR_RETURN(const Meant meant, FindMeant(call, ledger));
  TALLY_ASSIGN_OR_RETURN(const RowsOfRun part, PartMeant(call, meant));
  const std::string name = absl::StrCat(part.IsWhole() ? "the body" : part.ToText(), " of event ",
                                        meant.event.address.ToText());
  TALLY_ASSIGN_OR_RETURN(const Already already, FindAlready(meant, part));
  if (already == Already::kAll) {
    call.console.Note(absl::StrCat(name, part.IsWhole() ? " is" : " are", " erased already"));
    return kExitDone;
  }
  if (already == Already::kSome && !part.IsWhole()) {
    return Refuse("state-forbids", absl::StrCat("some of ", name, " are erased already"),
                  "name the others alone; `tally show` tells which are erased");
  }
  TALLY_RETURN_IF_ERROR(CheckNoClaim(ledger, meant));
  TALLY_ASSIGN_OR_RETURN(const Erasure erasure, MakeErasure(call, ledger, meant, part));
  TALLY_ASSIGN_OR_RETURN(ledger::SignedBatch batch, SignErasure(call, ledger, erasure));
  const absl::Status allowed = session->writer().DryRun(batch).status();
  if (absl::IsPermissionDenied(allowed)) {
    return Refuse("erasure-not-agreed", allowed.message(),
                  "each of them signs `tally erasure agree`, or an arbiter of the agreement does");
  }
  if (!session->dry_run() && !Confirmed(call, absl::StrCat("Erase ", name, " for good?"))) {
    return Refuse("interrupted", "not confirmed; nothing was erased");
  }
  TALLY_ASSIGN_OR_RETURN(const Submitted submitted, Submit(call, *session, {std::move(batch)}));
  if (session->dry_run()) return submitted.exit;
  TALLY_RETURN_IF_ERROR(CarryOut(*session));
  call.console.Note(absl::StrCat("no file of the ledger holds ", name,
                                 " any more; backups, packs and signed files made before do"));
  return submitted.exit;
}

}  // namespace

std::vector<Command> EraseCommands() {
  const OperandSpec event = {"EVENT", "INDEX/OFFSET of the event"};
  const OptionSpec reason = {"reason", 0, ValueType::kText, "TEXT", "why, in words", false, true};
  const OptionSpec rows = {"rows", 0, ValueType::kText, "FIRST-LAST",
                           "of a run these rows alone, widened to leaves of 16"};
  Command agree{.name = "erasure agree",
                .summary = "say that the body of an event may be erased",
                .appends = true,
                .run = RunAgree};
  agree.operands = {event};
  agree.options = {
      reason,
      rows,
      {"document", 0, ValueType::kFile, "FILE", "a document it rests on, recorded by its digest"}};
  agree.text =
      "As the event's author this is the request; as a party of an agreement whose terms name the\n"
      "feed, the consent; as that agreement's arbiter, the order. With --rows it is about these\n"
      "rows of a run and no others; without, about the whole body or any part of it.";
  agree.examples = {"tally erasure agree 17/3 --reason \"the caller asked\" --key lime.pem"};
  Command erase{.name = "erase",
                .summary = "erase the body of an event for good",
                .appends = true,
                .run = RunErase};
  erase.operands = {event};
  erase.options = {
      reason,
      rows,
      {"request", 0, ValueType::kFile, "FILE",
       "the data subject's request, recorded before by `tally document add`"},
      {"requested-by", 0, ValueType::kText, "NAME", "who asked (default: the event's author)"},
  };
  erase.text =
      "Only evidence and free texts, and only what is under no open claim. The author or the data\n"
      "subject asked for it; everyone who signed terms that name the feed agreed, or their "
      "arbiter\n"
      "ordered it. Header, proofs and roots stay as they are; figures that rest on the event are\n"
      "indeterminate from then on. --rows takes some rows of a run, counted from 0 through its\n"
      "sources, in whole leaves of 16; the others stay, and the figures that rest on them alone.\n"
      "Backups, packs and signed files that were made before are not reached.";
  erase.examples = {"tally erase 17/3 --reason \"request of 2026-02-03\" --yes",
                    "tally erase 17/3 --rows 16-31 --reason \"request of 2026-02-03\" --yes"};
  return {std::move(agree), std::move(erase)};
}

}  // namespace tally::tools
