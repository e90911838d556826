// The door: a request becomes a case and a question; the answer is the result.
#include "replay/replay.h"

#include "replay/answer.h"
#include "replay/canonical.h"
#include "replay/case_file.h"
#include "replay/erasure_view.h"
#include "schema/status.h"

namespace tally::replay {

absl::StatusOr<Result> Replay(const ledger::Ledger& ledger, const ReplayRequest& request) {
  if (request.threads < 1) {
    return absl::InvalidArgumentError("a replay needs at least one thread");
  }
  CaseRequest wanted;
  wanted.agreement = request.agreement;
  TALLY_ASSIGN_OR_RETURN(wanted.axes, ResolveAxes(ledger, request.axes));
  wanted.reading = request.terms;
  wanted.without.insert(request.without.begin(), request.without.end());
  wanted.checked_beforehand = request.checked_beforehand;
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> file, CaseFile::Open(ledger, wanted));

  Question question;
  question.period = request.period;
  question.objective = request.objective;
  question.reading = request.reading;
  question.threads = request.threads;
  TALLY_ASSIGN_OR_RETURN(Answered answered, AnswerQuestion(*file, question));
  TALLY_RETURN_IF_ERROR(NameLastStatements(ledger, answered.result));
  return std::move(answered.result);
}

}  // namespace tally::replay
