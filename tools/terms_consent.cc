#include "tools/terms_consent.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "replay/agreement_view.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/party_keys.h"
#include "tools/printable.h"
#include "tools/session.h"

namespace tally::tools {
namespace {

std::optional<replay::ProposedTerms> ProposalToldOf(const Invocation& call,
                                                    const ledger::Ledger& ledger,
                                                    const std::string& agreement,
                                                    const Hash& digest) {
  const absl::StatusOr<replay::AgreementView> view =
      replay::ViewAgreement(ledger, agreement, call.world.clock->Now());
  if (!view.ok()) return std::nullopt;
  for (const replay::ProposedTerms& each : view->proposals) {
    if (each.digest == digest) return each;
  }
  return std::nullopt;
}

std::string NamesOf(const std::vector<std::string>& names) {
  return Printable(absl::StrJoin(names, ", "));
}

}  // namespace

std::string TermsHashOf(const RecordedAct& act) {
  if (act.header.kind == BodyKind::kTermsProposed) {
    const absl::StatusOr<TermsProposed> body = DecodeTermsProposed(act.body);
    return body.ok() ? body->terms_hash.ToHex() : "";
  }
  if (act.header.kind == BodyKind::kAmendmentProposed) {
    const absl::StatusOr<AmendmentProposed> body = DecodeAmendmentProposed(act.body);
    return body.ok() ? body->terms_hash.ToHex() : "";
  }
  if (act.header.kind == BodyKind::kTermsAttested) {
    const absl::StatusOr<TermsAttested> body = DecodeTermsAttested(act.body);
    return body.ok() ? body->terms_hash.ToHex() : "";
  }
  return "";
}

absl::Status NobodyProposed(const ledger::Ledger& ledger, const std::vector<RecordedAct>& acts,
                            const TermsHash& hash) {
  for (const RecordedAct& act : acts) {
    const bool attested =
        act.header.kind == BodyKind::kTermsAttested && TermsHashOf(act) == hash.ToHex();
    if (!attested) continue;
    const std::string by = NameOfParty(ledger, act.header.author);
    return Refuse("not-found",
                  absl::StrCat("the terms with the hash ", hash.ToHex(), " are attested by ", by,
                               " alone (", act.address.ToText(), "), and nobody proposed them"),
                  "either side proposes the same file by `tally agreement propose`; the other one "
                  "then accepts the same hash");
  }
  return Refuse("not-found", absl::StrCat("nobody proposed terms with the hash ", hash.ToHex()),
                "see `tally agreement show` for the proposals");
}

std::optional<std::string> WhyIdleConsent(const Invocation& call, const ledger::Ledger& ledger,
                                          const ledger::StreamState& agreement,
                                          const ActDraft& draft) {
  const bool consents =
      draft.kind == BodyKind::kTermsAccepted || draft.kind == BodyKind::kAmendmentAccepted;
  if (!consents) return std::nullopt;
  const std::optional<replay::ProposedTerms> proposal =
      ProposalToldOf(call, ledger, agreement.name, draft.answers);
  if (!proposal.has_value() || proposal->state != "waiting") return std::nullopt;
  const std::string by = NameOfParty(ledger, draft.author);
  if (proposal->missing.count(draft.author) > 0) return std::nullopt;
  const std::vector<std::string>& names = proposal->consented;
  const bool consented = std::find(names.begin(), names.end(), by) != names.end();
  const std::string why = by == proposal->by ? " consented by proposing"
                          : consented        ? " accepted them already"
                                             : " neither owes nor is owed anything under the terms";
  return absl::StrCat(by, why, "; they wait for ", NamesOf(proposal->waiting_for));
}

void TellOfConsents(const Invocation& call, const ledger::Ledger& ledger,
                    const std::string& agreement, const Hash& proposal) {
  const std::optional<replay::ProposedTerms> told =
      ProposalToldOf(call, ledger, agreement, proposal);
  if (!told.has_value()) return;
  if (told->state == "waiting") {
    call.console.Note(absl::StrCat("the terms wait for ", NamesOf(told->waiting_for)));
  } else if (told->state == "in force") {
    call.console.Note(absl::StrCat("the terms are in force since ",
                                   FormatInstant(*told->in_force_since),
                                   ": all accepted them that owe or are owed under them"));
  }
}

}  // namespace tally::tools
