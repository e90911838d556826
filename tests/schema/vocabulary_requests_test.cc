// Goal: the vocabulary of this table asks for every choice once, in people's words, and says what
// to write. Method: each row is looked at; and the kinds, choices and words are compared with a
// list, because terms that were signed keep them for ever.
#include "gtest/gtest.h"
#include "schema/choice.h"
#include "tests/schema/vocabulary_walk_support.h"

namespace tally {
namespace {

TEST(VocabularyRequest, NamesWordsAndSentencesArePlain) { ExpectPlainRows(RequestVocabulary()); }

TEST(VocabularyRequest, ConditionsNameWordsOfEarlierChoices) {
  ExpectConditionsOfEarlierChoices(RequestVocabulary());
}

// Frozen: a kind's name, and in brackets its choices with their words.
TEST(VocabularyRequest, KindsChoicesAndWordsAreFrozen) {
  const std::vector<std::string> frozen = {
      "request ratio | invalid requests | 0 | left out, not good",
      "request ratio | retries | 0 | left out, not good",
      "request ratio | membership | 0 | start, end",
      "request ratio | minimum sample | 3 | ",
      "downtime periods by error share | quantum | 4 | ",
      "downtime periods by error share | alignment | 0 | clock, sliding",
      "downtime periods by error share | error share | 1 | ",
      "downtime periods by error share | comparison | 0 | more than, at least",
      "downtime periods by error share | minimum samples | 3 | ",
      "downtime periods by error share | consecutive | 3 | ",
      "downtime periods by error share | run at window edge | 0 | cut before test, cut after test",
      "downtime periods by error share | excluded time | 0 | breaks the run, is passed over",
      "downtime periods by error share | denominator | 0 | keep, remove",
      "downtime periods by error share | window without requests | 0 | up, empty",
      "downtime periods by error share | invalid requests | 0 | left out, not good",
      "downtime periods by error share | retries | 0 | left out, not good",
      "downtime periods by error share | membership | 0 | start, end",
      "mean of interval error rates | interval | 4 | ",
      "mean of interval error rates | alignment | 0 | clock, window",
      "mean of interval error rates | empty interval | 0 | no errors, left out",
      "mean of interval error rates | excluded interval | 0 | no errors, left out",
      "mean of interval error rates | minimum requests | 3 | ",
      "mean of interval error rates | decimals | 0 | 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12",
      "mean of interval error rates | invalid requests | 0 | left out, not good",
      "mean of interval error rates | retries | 0 | left out, not good",
      "mean of interval error rates | membership | 0 | start, end",
      "good slices | slice | 4 | ",
      "good slices | alignment | 0 | clock, window",
      "good slices | slice target | 1 | ",
      "good slices | empty slice | 0 | good, bad, left out",
      "good slices | excluded slice | 0 | left out, good",
      "good slices | minimum requests | 3 | ",
      "good slices | invalid requests | 0 | left out, not good",
      "good slices | retries | 0 | left out, not good",
      "good slices | membership | 0 | start, end",
      "mean of slice ratios | slice | 4 | ",
      "mean of slice ratios | alignment | 0 | clock, window",
      "mean of slice ratios | empty slice | 0 | good, bad, left out",
      "mean of slice ratios | excluded slice | 0 | left out, good",
      "mean of slice ratios | minimum requests | 3 | ",
      "mean of slice ratios | decimals | 0 | 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12",
      "mean of slice ratios | invalid requests | 0 | left out, not good",
      "mean of slice ratios | retries | 0 | left out, not good",
      "mean of slice ratios | membership | 0 | start, end",
      "latency percentile | percentile | 1 | ",
      "latency percentile | method | 0 | nearest rank, linear",
      "latency percentile | from | 0 | samples, histograms",
      "latency percentile | failed samples | 0 | left out, slower than any",
      "latency percentile | membership | 0 | start, end",
      "latency percentile | minimum sample | 3 | ",
      "share within threshold | measured | 0 | time, number",
      "share within threshold | from | 0 | samples, histograms",
      "share within threshold | limit is | 0 | at least, at most",
      "share within threshold | longest | 4 | ",
      "share within threshold | limit | 2 | ",
      "share within threshold | failed samples | 0 | left out, not met",
      "share within threshold | membership | 0 | start, end",
      "share within threshold | minimum sample | 3 | ",
  };
  EXPECT_EQ(LinesOf(RequestVocabulary()), frozen);
}

}  // namespace
}  // namespace tally
