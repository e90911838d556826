#include "replay/look.h"

#include "absl/strings/str_cat.h"
#include "replay/canonical.h"
#include "schema/status.h"

namespace tally::replay {

absl::StatusOr<LookRequest> LookRequestOf(const ledger::Ledger& ledger,
                                          const ReplayRequest& request) {
  if (request.threads < 1) {
    return absl::InvalidArgumentError("a replay needs at least one thread");
  }
  LookRequest look;
  look.wanted.agreement = request.agreement;
  TALLY_ASSIGN_OR_RETURN(look.wanted.axes, ResolveAxes(ledger, request.axes));
  look.wanted.reading = request.terms;
  look.wanted.without.insert(request.without.begin(), request.without.end());
  look.wanted.checked_beforehand = request.checked_beforehand;
  look.question.period = request.period;
  look.question.objective = request.objective;
  look.question.reading = request.reading;
  look.question.threads = request.threads;
  return look;
}

absl::StatusOr<LookRequest> LookRequestOf(const ledger::Ledger& ledger,
                                          const std::string& agreement, const Axes& axes) {
  ReplayRequest request;
  request.agreement = agreement;
  request.axes = axes;
  return LookRequestOf(ledger, request);
}

absl::StatusOr<AnsweredCase> AnswerCase(const ledger::Ledger& ledger, const LookRequest& request) {
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> file, CaseFile::Open(ledger, request.wanted));
  TALLY_ASSIGN_OR_RETURN(Answered answered, AnswerQuestion(*file, request.question));
  return AnsweredCase{.file = std::move(file), .answered = std::move(answered)};
}

Sides SidesOf(const CaseFile& file, const PlannedWindow& window) {
  const StreamId* obligor = window.version->PartyOfRole(window.objective->obligor);
  const StreamId* obligee = window.version->PartyOfRole(window.objective->obligee);
  TALLY_CHECK(obligor != nullptr && obligee != nullptr);  // checked when terms were admitted
  return {file.agreement().NameOf(*obligor), file.agreement().NameOf(*obligee)};
}

absl::Status AddCredit(const Sides& sides, const Money& credit, Purse& purse) {
  int64_t& owed = purse[{sides.obligee, credit.currency}];
  int64_t& owes = purse[{sides.obligor, credit.currency}];
  const bool left_64_bits = __builtin_add_overflow(owed, credit.minor, &owed) ||
                            __builtin_sub_overflow(owes, credit.minor, &owes);
  return left_64_bits ? absl::OutOfRangeError("a sum of credits leaves 64 bits") : absl::OkStatus();
}

absl::StatusOr<Look> LookAt(const ledger::Ledger& ledger, const LookRequest& request) {
  TALLY_ASSIGN_OR_RETURN(AnsweredCase asked, AnswerCase(ledger, request));
  const auto& [file, answered] = asked;
  Look look;
  look.result = std::move(asked.answered.result);
  TALLY_CHECK(answered.windows.size() == look.result.windows.size());
  for (const EvaluatedWindow& window : answered.windows) {
    look.sides.push_back(SidesOf(*file, window.plan));
  }
  look.streams = file->feed_streams();
  look.streams.insert(look.streams.begin(), file->stream());
  return look;
}

absl::StatusOr<std::optional<Look>> LookIfAny(const ledger::Ledger& ledger,
                                              const LookRequest& request) {
  absl::StatusOr<Look> look = LookAt(ledger, request);
  if (look.ok()) return std::optional<Look>(*std::move(look));
  // The caller has seen the whole request succeed on its own axes, so these say "not yet".
  bool not_yet = absl::IsNotFound(look.status()) || absl::IsFailedPrecondition(look.status()) ||
                 absl::IsInvalidArgument(look.status());
  if (!not_yet) return look.status();
  return std::optional<Look>();
}

WindowName NameOfWindow(const WindowResult& window) { return {window.objective, window.window}; }

std::string FigureLine(const WindowResult& window) {
  std::string line = absl::StrCat(
      "figure ", Quoted(window.objective), " ", FormatInstant(window.window.first), "/",
      FormatInstant(window.window.limit), " ", std::string(VerdictName(window.verdict)), " ",
      FractionText(window.value), " ", std::string(UnitName(window.unit)));
  if (!window.credit.has_value()) return absl::StrCat(line, " -");
  return absl::StrCat(line, " ", FormatMoney(window.credit->amount), " tier ",
                      window.credit->tier_index);
}

std::string StandingLine(const WindowResult& window) {
  return absl::StrCat("standing ", std::string(StatusName(window.status)), " period ",
                      window.period, " ", window.time_unit, " counted ", window.counted,
                      " excluded ", window.excluded, " unknown ", window.unknown, " remaining ",
                      window.remaining, " degraded ", window.degraded, " coverage ",
                      FractionText(window.coverage));
}

std::vector<std::string> ActLinesOf(const Result& result) {
  std::vector<std::string> lines;
  for (const ClaimResult& claim : result.claims) {
    lines.push_back(absl::StrCat("claim ", claim.at.ToText(), " ", claim.state, " ",
                                 claim.due.has_value() ? FormatMoney(*claim.due) : "-"));
  }
  for (const Right& right : result.rights) {
    lines.push_back(absl::StrCat("right ", right.kind, " ", Quoted(right.party), " ",
                                 FormatInstant(right.arose), " ",
                                 FormatInstant(right.exercise_until), " ", right.state));
  }
  return lines;
}

}  // namespace tally::replay
