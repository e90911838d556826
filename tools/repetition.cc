// Each act that is done with stands in the id of the next in the place of what they answer, so that
// the next, too, is known when it is said again. No act has itself among those, so this ends.
#include "tools/repetition.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "replay/agreement_view.h"
#include "replay/foresight.h"
#include "schema/status.h"
#include "tools/acts.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

// A command that is run again because nobody heard its answer is run within this time.
constexpr int64_t kRetryMicros = int64_t{3600} * 1000000;

struct Earlier {
  ActId id;
  ledger::EventAddress address;
  EventHeader header;
  Hash digest;
  Instant recorded;
};

absl::StatusOr<std::optional<Earlier>> RecordedAs(const ledger::Ledger& ledger,
                                                  const ledger::StreamState& agreement,
                                                  const StreamId& author, const ActId& id) {
  const absl::StatusOr<uint64_t> known = ledger.RecordOfAct(agreement.opening_index, author, id);
  if (!known.ok()) return std::optional<Earlier>();
  absl::StatusOr<ledger::VerifiedRecord> record = ledger.ReadRecord(*known);
  if (!record.ok()) return Translate(Doing::kReading, record.status());
  const ledger::VerifiedEvent& event = record->events().front();
  return std::optional<Earlier>(
      Earlier{id, event.address, event.header, event.digest, record->recorded()});
}

// Terms that are proposed wait until all accepted them or somebody ended them.
absl::StatusOr<bool> ProposalEnded(const Invocation& call, const ledger::Ledger& ledger,
                                   const ledger::StreamState& agreement, const Earlier& earlier) {
  const absl::StatusOr<replay::AgreementView> view =
      replay::ViewAgreement(ledger, agreement.name, call.world.clock->Now());
  if (!view.ok()) return Translate(Doing::kReading, view.status());
  return std::any_of(view->proposals.begin(), view->proposals.end(), [&](const auto& each) {
    const bool ended = each.state == "rejected" || each.state == "withdrawn" ||
                       each.state == "replaced" || each.state == "lapsed";
    return each.at == earlier.address && ended;
  });
}

// The newest sum that a side states is its word: one that it left for another it states anew.
absl::StatusOr<bool> SaidOtherwiseSince(const ledger::Ledger& ledger,
                                        const ledger::StreamState& agreement, const ActDraft& draft,
                                        const Earlier& earlier) {
  TALLY_ASSIGN_OR_RETURN(const std::vector<RecordedAct> acts, ReadActs(ledger, agreement));
  return std::any_of(acts.begin(), acts.end(), [&](const RecordedAct& act) {
    return earlier.address < act.address && act.header.kind == draft.kind &&
           act.header.author == draft.author && act.header.answers == draft.answers &&
           act.body != draft.body;
  });
}

enum class Meaning { kSame, kStep, kUnclear };

absl::StatusOr<Meaning> MeaningOf(const Invocation& call, const ledger::Ledger& ledger,
                                  const ledger::StreamState& agreement, const ActDraft& draft,
                                  const Earlier& earlier) {
  if (draft.kind == BodyKind::kAmendmentProposed || draft.kind == BodyKind::kTermsProposed) {
    TALLY_ASSIGN_OR_RETURN(const bool ended, ProposalEnded(call, ledger, agreement, earlier));
    return ended ? Meaning::kStep : Meaning::kSame;
  }
  if (draft.kind == BodyKind::kClaimAgreed) {
    TALLY_ASSIGN_OR_RETURN(const bool left, SaidOtherwiseSince(ledger, agreement, draft, earlier));
    if (left) return Meaning::kStep;
  }
  const Instant now = std::max(call.world.clock->Now(), ledger.head().recorded);
  const replay::ForeseenAct act{draft.kind, draft.body, draft.author, draft.answers, draft.at};
  const absl::StatusOr<bool> matters =
      replay::WouldMatter(ledger, agreement.name, act, ledger.head().size, now);
  // No terms are in force yet: nothing follows from anything.
  if (!matters.ok() || !*matters) return Meaning::kSame;
  const absl::StatusOr<bool> mattered =
      replay::WouldMatter(ledger, agreement.name, act, earlier.address.index + 1, earlier.recorded);
  if (!mattered.ok() || !*mattered) return Meaning::kStep;
  const bool directly = agreement.newest_digest == earlier.digest &&
                        now.micros - earlier.recorded.micros < kRetryMicros;
  return directly ? Meaning::kSame : Meaning::kUnclear;
}

absl::Status CheckSameTime(const ActDraft& draft, const Earlier& earlier, const std::string& hint) {
  if (earlier.header.observed_from == draft.at.value_or(Instant{})) return absl::OkStatus();
  return Refuse(
      "already-exists",
      absl::StrCat("the same act with another --at was recorded as ", earlier.address.ToText()),
      hint);
}

}  // namespace

absl::StatusOr<Repetition> RepetitionOf(const Invocation& call, const ledger::Ledger& ledger,
                                        const ledger::StreamState& agreement, const ActDraft& draft,
                                        const AuthorKey& key, const LikeDone& done) {
  const auto id_after = [&](const Hash& answers) {
    return ledger::SaltSource(key.salt_secret)
        .DefaultActId(agreement.id, draft.kind, answers, draft.body);
  };
  Repetition found;
  found.id = draft.id.has_value() ? *draft.id : id_after(draft.answers);
  std::optional<Earlier> newest;
  while (true) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<Earlier> like,
                           RecordedAs(ledger, agreement, draft.author, found.id));
    if (!like.has_value()) break;
    newest = like;
    if (draft.id.has_value()) break;
    found.id = id_after(like->digest);
  }
  if (!newest.has_value()) return found;
  Meaning meaning = Meaning::kSame;
  if (!draft.id.has_value()) {
    if (done != nullptr && done(draft.author, newest->id).has_value()) {
      meaning = Meaning::kStep;
    } else {
      TALLY_ASSIGN_OR_RETURN(meaning, MeaningOf(call, ledger, agreement, draft, *newest));
    }
  }
  const std::string said =
      absl::StrCat(FormatInstant(newest->recorded), " as ", newest->address.ToText());
  if (meaning == Meaning::kStep) {
    call.console.Note(absl::StrCat("the same words were recorded ", said,
                                   "; things changed since, and this is another step"));
    return found;
  }
  ActId other = draft.id.has_value() ? id_after(newest->digest) : found.id;
  const std::string hint = absl::StrCat("if another step is meant, give it --id ", other.ToHex());
  TALLY_RETURN_IF_ERROR(CheckSameTime(draft, *newest, hint));
  found = {.id = newest->id, .recorded = true, .unclear = meaning == Meaning::kUnclear};
  call.console.Warning(
      absl::StrCat("the same act was recorded ", said, "; nothing new is recorded. ",
                   found.unclear ? "Said once more it would be another step: " : "", hint));
  return found;
}

}  // namespace tally::tools
