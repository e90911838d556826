// Goal: choices that contradict each other are refused before anybody signs them. Method: for each
// rule one set of choices that holds and the least change that breaks it.
#include "schema/request_choices.h"

#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace tally {
namespace {

std::string Fault(absl::string_view kind, const std::map<std::string, std::string>& choices) {
  std::vector<Choice> made;
  for (const auto& [name, value] : choices) made.push_back({name, {value}});
  return std::string(CheckRequestChoices(kind, Choices(std::move(made))).message());
}

TEST(RequestChoices, PercentilesLieAboveZeroAndAtMostAtAHundred) {
  const auto fault = [](const char* percentile, const char* from, const char* method) {
    return Fault("latency percentile",
                 {{"percentile", percentile}, {"from", from}, {"method", method}});
  };
  EXPECT_EQ(fault("100", "samples", "linear"), "");
  EXPECT_EQ(fault("0.000001", "histograms", "nearest rank"), "");
  EXPECT_EQ(fault("0", "samples", "linear"), "choice \"percentile\": more than 0");
  EXPECT_EQ(fault("100.000001", "samples", "linear"), "choice \"percentile\": at most 100 %");
  EXPECT_NE(fault("95", "histograms", "linear"), "");
}

TEST(RequestChoices, HistogramsCountTimesUpToAnEdge) {
  const auto fault = [](const char* from, const char* measured, const char* limit) {
    return Fault("share within threshold",
                 {{"from", from}, {"measured", measured}, {"limit is", limit}});
  };
  EXPECT_EQ(fault("samples", "number", "at least"), "");
  EXPECT_EQ(fault("histograms", "time", "at most"), "");
  EXPECT_NE(fault("histograms", "number", "at most"), "");
  EXPECT_NE(fault("histograms", "time", "at least"), "");
}

TEST(RequestChoices, NumbersThatWouldMeanNothing) {
  EXPECT_EQ(Fault("downtime periods by error share", {{"error share", "5"}, {"consecutive", "1"}}),
            "");
  EXPECT_NE(Fault("downtime periods by error share", {{"error share", "5"}, {"consecutive", "0"}}),
            "");
  EXPECT_NE(
      Fault("downtime periods by error share", {{"error share", "101"}, {"consecutive", "1"}}), "");
  EXPECT_NE(Fault("mean of interval error rates", {{"minimum requests", "0"}}), "");
  EXPECT_NE(Fault("mean of slice ratios", {{"minimum requests", "0"}}), "");
  EXPECT_NE(Fault("good slices", {{"minimum requests", "1"}, {"slice target", "100.1"}}), "");
  EXPECT_EQ(Fault("good slices", {{"minimum requests", "1"}, {"slice target", "100"}}), "");
}

TEST(RequestChoices, OtherKindsAreNotLookedAt) {
  EXPECT_EQ(Fault("call abandonment", {}), "");
  EXPECT_EQ(Fault("request ratio", {}), "");
}

}  // namespace
}  // namespace tally
