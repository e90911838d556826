#include "tools/terms_formula.h"

namespace tally::tools {
namespace {

struct Formula {
  absl::string_view kind;
  absl::string_view text;
};

constexpr Formula kMeasures[] = {
    {"availability with hysteresis", "1 - unavailable time / window"},
    {"average speed of answer", "waits of answered calls / answered calls"},
    {"call abandonment", "(abandoned - short) / (offered - short)"},
    {"deliverable lateness", "open time from the due date until it was done"},
    {"deliverable on time", "done by the due date / due in the window"},
    {"downtime periods by error share", "1 - time in long enough runs of bad quanta / window"},
    {"first contact resolution", "resolved at the first contact / tickets that it can resolve"},
    {"good slices", "slices that reach the slice target / all slices"},
    {"latency percentile", "the value at that rank of all samples"},
    {"leads contacted in time", "leads contacted in time / leads to be contacted"},
    {"leads decided in time", "leads decided in time / leads delivered"},
    {"mean of interval error rates", "1 - mean of bad / total over all intervals"},
    {"mean of slice ratios", "mean of good / total over all slices"},
    {"mean ticket time", "sum of elapsed times / tickets"},
    {"objectives met", "members that are met / members"},
    {"outage count", "number of outages that are long enough"},
    {"pacing", "delivered / (planned x elapsed / window)"},
    {"percentile of ticket time", "the elapsed time at that rank of all tickets"},
    {"points of objectives", "points of the members that are breached"},
    {"request ratio", "good requests / all requests"},
    {"resource availability", "(deployed time - down time) / deployed time, over all resources"},
    {"share within threshold", "samples that meet the limit / all samples"},
    {"survey mean", "sum of scores / answers"},
    {"survey share", "answers from the stated score on / answers"},
    {"telephone service factor", "calls answered in time / calls, as `abandoned calls` says"},
    {"tickets in time", "tickets with elapsed <= target / tickets of the window"},
    {"tickets reopened", "resolved tickets that were reopened / resolved tickets"},
    {"volume", "leads that count in the window + what is carried over"},
    {"volume in money", "values of leads that count in the window + what is carried over"},
    {"weighted mean of objectives", "sum of weight x member / sum of weights"},
};

constexpr Formula kSchemes[] = {
    {"days of service", "base x days x occasions / days of the month"},
    {"fixed sum", "sum x occasions"},
    {"late delivery", "base x percent x steps of lateness"},
    {"linear", "base x percent x steps beyond the target"},
    {"points", "points of the severity or of each unit short, x factor when repeated"},
    {"pool", "base x at risk x pool share x allocation"},
    {"proportional", "base x multiplier x down time x share affected / scheduled time"},
    {"tiers", "base x percent of the tier that the value lies in"},
};

}  // namespace

absl::string_view FormulaOf(ThingKind thing, absl::string_view kind) {
  if (thing == ThingKind::kMeasure) {
    for (const Formula& each : kMeasures) {
      if (each.kind == kind) return each.text;
    }
  }
  if (thing == ThingKind::kCredit) {
    for (const Formula& each : kSchemes) {
      if (each.kind == kind) return each.text;
    }
  }
  return "";
}

}  // namespace tally::tools
