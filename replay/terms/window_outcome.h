// One evaluated window as the rules over many windows see it: what it earned by itself, and what
// the acts say about it. Made from WindowFigures and the folds by replay/answer.cc, or by hand in
// tests; everything that follows from it is pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "replay/terms/evaluate.h"
#include "replay/terms/longest_outage.h"
#include "replay/terms/outcome.h"
#include "replay/terms/zone.h"
#include "schema/instant.h"
#include "schema/number.h"
#include "schema/terms.h"

namespace tally::replay {

// What a closing fixed, which later decisions may have changed.
struct FigureAsClosed {
  Verdict verdict = Verdict::kNoResult;
  bool below_minimum = false;
  std::optional<Money> granted;
  std::optional<Fraction> value = {};
  // What closings state only since sequences ask for it; nothing: as computed now.
  std::optional<OutagesOfWindow> outages = {};
  std::map<std::string, bool> caps = {};  // by rule: whether the credit came up to it
};
// The event by which what is computed now differs from what was closed.
struct Restatement {
  Cause act;
  Instant time;  // of the ledger
};

// The time for which the fees of some terms are charged.
struct FeesOver {
  Interval time;
  const Terms* terms = nullptr;
};
// A part of a window that an amendment splits, by its own terms.
struct OutcomePart {
  const Terms* terms = nullptr;
  const Objective* objective = nullptr;  // of those terms
  Interval time;
  std::optional<Fraction> value;
  std::optional<int64_t> points;  // before the factor for repeated failure
};

struct WindowOutcome {
  const Terms* terms = nullptr;          // that govern the window; these three outlive the outcome
  const Objective* objective = nullptr;  // of those terms
  const Zone* zone = nullptr;            // of the terms: caps and periods are local in it
  Interval window;
  bool ended = true;  // an open window has a projection only and decides no sequence
  // Nothing is known of it yet, and it was asked for all the same: it leaves caps as others find
  // them, so that what is asked for changes no figure.
  bool apart = false;

  Verdict verdict = Verdict::kNoResult;
  bool carried = false;  // carryLast: counts neither for nor against sequences (rule 13)
  bool below_minimum = false;
  bool exceeds = false;
  std::optional<Fraction> value;
  std::optional<Money> raw;       // the line after its one rounding; none: no credit in money
  std::optional<int64_t> points;  // before the factor for repeated failure

  std::optional<OutagesOfWindow> outages = {};  // none: the measure or its picture has none

  // Incidents without which the objective would have been met (rule 20).
  std::vector<std::string> incidents = {};
  std::optional<Instant> posted = {};  // the knowledge instant of its closing
  std::optional<Instant> closed = {};  // the ledger time of its closing
  std::optional<Cause> closing = {};
  std::optional<Money> settled = {};  // what both stated; an input to caps, never a result
  std::optional<Instant> settled_at = {};
  std::optional<Cause> settled_by = {};  // the confirmation
  // When the time to claim it ended and nobody had: under caps it is no longer counted for windows
  // that are closed later, unless it is settled (rule 19).
  std::optional<Instant> expired = {};
  std::optional<FigureAsClosed> as_closed = {};  // none: as computed now
  std::optional<Restatement> restated = {};
  std::optional<Instant> ruled = {};  // the newest decision by an expert or arbitrator inside

  // Ascending, tiling the window; empty: `terms` govern all of it.
  std::vector<OutcomePart> parts = {};
  // Ascending and disjoint: whose fees are charged when. Empty: those of `terms`, at all times.
  std::vector<FeesOver> charged = {};
};

// True if `rule` is about this objective.
bool IsAbout(const Rule& rule, const WindowOutcome& outcome);
// The rules of one kind that are about the outcome, by id; the terms own them.
std::vector<const Rule*> RulesAbout(const WindowOutcome& outcome, absl::string_view kind);
// By whose rounding, window cap and minimum its credit is paid: that of the newest part which gives
// one, or of its own objective. The terms own it; there must be one.
const CreditRule& CreditOf(const WindowOutcome& outcome);
// One rule as two versions of the terms have it.
bool SaysTheSame(const Rule& a, const Rule& b);
// "rules/<id>": where derivations point.
std::string ClauseOf(const Rule& rule);
// `percent` of a fee over `interval` (by elapsed time), as an exact fraction of minor units: the
// fee of that name as it was charged in each part of the interval, in the currency that the terms
// of the outcome give it. NotFound if these have no such fee.
absl::StatusOr<Fraction> PercentOfFee(const WindowOutcome& outcome, const std::string& fee,
                                      const Decimal& percent, const Interval& interval,
                                      Currency& currency);
// The end of the n-th local day after that of `at`; what is beyond the last instant is that.
Instant EndOfDays(const Zone& zone, Instant at, int64_t days);
// The mode that a word of the vocabulary names.
Rounding RoundingNamed(absl::string_view word);

}  // namespace tally::replay
