// Goal: a report is what its event says, whoever reads it, and nothing else is a report of the
// source. Method: facts in memory, one for each kind, state and defect.
#include "replay/projection/report.h"

#include <gtest/gtest.h>

#include "tests/replay/fact_support.h"

namespace tally::replay::report_cases {
namespace {

const SourceUnit& Web() {
  static const SourceUnit web{1, "ms", 1};
  return web;
}

FactOptions Options() {
  FactOptions options;
  options.source = 1;
  options.observed = On("2026-03-01T00:00:00Z");
  options.until = On("2026-03-01T00:00:01Z");
  options.reported = On("2026-03-01T00:00:05Z");
  return options;
}

Bytes Said() {
  StateReported body;
  body.state = State::kDown;
  body.code = 503;
  body.value = 25;
  return Encode(body);
}

TEST(Report, SaysWhatItsEventSays) {
  FactMaker maker;
  const Fact fact = maker.Make(BodyKind::kStateReported, Stream("watch"), Said(), Options());
  const absl::StatusOr<Report> report = ReadReport(Web(), fact);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->observation.from, Options().observed);
  EXPECT_EQ(report->observation.until, Options().until);
  EXPECT_EQ(report->observation.state, State::kDown);
  EXPECT_EQ(report->observation.code, 503);
  EXPECT_EQ(report->observation.took, Duration{2500}) << "25 tenths of a millisecond";
  EXPECT_EQ(report->observation.cause, (Cause{fact.address().index, 0}));
  EXPECT_EQ(report->provenance.digest, fact.event->digest);
  EXPECT_EQ(report->provenance.reported, Options().reported);
  EXPECT_EQ(report->provenance.recorded, Options().recorded);
  EXPECT_FALSE(report->erased || report->withdraws);
}

TEST(Report, AnErasedOneIsUnknownAndABrokenOneIsDataLoss) {
  FactMaker maker;
  FactOptions options = Options();
  options.erased = true;
  const Fact erased = maker.Make(BodyKind::kStateReported, Stream("watch"), Said(), options);
  ASSERT_TRUE(ReadReport(Web(), erased).ok());
  EXPECT_TRUE(ReadReport(Web(), erased)->erased);
  EXPECT_EQ(ReadReport(Web(), erased)->observation.state, State::kUnknown);
  for (BodyKind kind : {BodyKind::kStateReported, BodyKind::kProbeResult}) {
    Bytes broken = Said();
    broken[0] ^= 0xff;
    const Fact fact = maker.Make(kind, Stream("watch"), broken, Options());
    EXPECT_EQ(ReadReport(Web(), fact).status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(Report, OfASourceAreItsAuthorisedStatesAndProbes) {
  FactMaker maker;
  const auto is = [&](BodyKind kind, uint32_t source, ledger::KeyVerdict verdict) {
    FactOptions options = Options();
    options.source = source;
    options.verdict = verdict;
    return IsReportOf(Web(), maker.Make(kind, Stream("watch"), Said(), options));
  };
  using enum ledger::KeyVerdict;
  EXPECT_TRUE(is(BodyKind::kStateReported, 1, kValid));
  EXPECT_TRUE(is(BodyKind::kProbeResult, 1, kSuspect));
  EXPECT_FALSE(is(BodyKind::kStateReported, 2, kValid));
  EXPECT_FALSE(is(BodyKind::kCorrection, 1, kValid));
  EXPECT_FALSE(is(BodyKind::kStateReported, 1, kInvalid));
  EXPECT_FALSE(is(BodyKind::kStateReported, 1, kUnknown));
}

}  // namespace
}  // namespace tally::replay::report_cases
