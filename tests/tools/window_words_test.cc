// Goal: what a window's page says follows from the result: exact lengths, the longest outages, the
// window's own money, claims and open deadlines, and nobody else's.
// Method: a result made by hand, with a second window whose acts must not appear.
#include "tools/window_words.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace tally::tools {
namespace {

Instant On(const std::string& text) { return *ParseInstant(text); }

constexpr Currency kEuro{"EUR", 2};

replay::Posting PostingOf(const replay::WindowResult& window, const std::string& from,
                          const std::string& to, int64_t minor) {
  replay::Posting posting;
  posting.objective = window.objective;
  posting.window = window.window;
  posting.from = from;
  posting.to = to;
  posting.creditor = "customer";
  posting.debtor = "provider";
  posting.amount = {minor, kEuro};
  return posting;
}

replay::Deadline DeadlineOf(const std::string& what, const std::string& object,
                            const std::string& due, const std::string& state = "open") {
  return {.what = what,
          .object = object,
          .party = "customer",
          .due = On(due),
          .zone = "UTC",
          .clause = "",
          .state = state,
          .consequence = "it lapses"};
}

class WindowWordsTest : public testing::Test {
 protected:
  WindowWordsTest() {
    replay::WindowResult window;
    window.objective = "availability";
    window.obligor = "provider";
    window.zone = "UTC";
    window.time_unit = "s";
    window.window = {On("2026-02-01T00:00:00Z"), On("2026-03-01T00:00:00Z")};
    window.status = replay::WindowStatus::kFinal;
    window.verdict = replay::Verdict::kBreached;
    window.value = *Fraction::Of(99, 100);
    window.period = 28 * 86'400;
    window.counted = 24'190;
    window.credit = replay::CreditLine{{6000, kEuro}, 2, {10, 0}, true};
    window.measure = "availability by time";
    window.clause = "4.2";
    window.derivation = {{"target", "at least 99.9 %", "breached", "4.2", {}},
                         {"undecided", "the storm", "2 h", "", {}}};
    for (int day = 1; day <= 7; ++day) {
      const Instant at = window.window.first + Days(day);
      window.segments.push_back(
          {{at, at + Minutes(day)}, replay::SegmentKind::kDown, ledger::EventAddress{9, 0}});
    }
    result_.agreement = "shop";
    result_.windows = {window, window};
    result_.windows[1].window = {On("2026-03-01T00:00:00Z"), On("2026-04-01T00:00:00Z")};
    const replay::WindowResult& other = result_.windows[1];
    result_.postings = {PostingOf(window, "", "accrued", 6000),
                        PostingOf(window, "accrued", "claimed", 6000),
                        PostingOf(other, "", "accrued", 77)};
    replay::ClaimResult claim;
    claim.at = {12, 0};
    claim.id = "ab";
    claim.state = "filed";
    claim.windows = {{window.objective, window.window}};
    result_.claims = {claim};
    result_.deadlines = {
        DeadlineOf("claim.answer", "ab", "2026-03-20T00:00:00Z"),
        DeadlineOf("objection", "availability 2026-02-01T00:00:00Z/2026-03-01T00:00:00Z",
                   "2026-03-11T00:00:00Z"),
        DeadlineOf("claim.file", "availability 2026-02-01T00:00:00Z/2026-03-01T00:00:00Z",
                   "2026-03-12T00:00:00Z", "met"),
        DeadlineOf("claim.answer", "cd", "2026-03-21T00:00:00Z")};
  }
  WindowSheet Sheet() const { return SheetOf(result_, result_.windows[0]); }
  replay::Result result_;
};

TEST_F(WindowWordsTest, FigureMoneyAndStatusAreWhole) {
  const WindowSheet sheet = Sheet();
  EXPECT_EQ(sheet.figure, "99.000000 %, breached; the target is at least 99.9 %");
  EXPECT_EQ(sheet.money, "60.00 EUR by tier 2 (10 %)");
  EXPECT_EQ(sheet.status, "final: closed; a party can still object");
  EXPECT_EQ(sheet.measure, "availability by time: 1 - time that counts as down / window");
}

TEST_F(WindowWordsTest, AClaimTellsWhatWasDecidedBesideWhatIsComputed) {
  replay::ClaimResult claim = result_.claims[0];
  EXPECT_EQ(ClaimWords(claim), "");
  claim.due = *ParseMoney("1579.87 EUR");
  EXPECT_EQ(ClaimWords(claim), "1579.87 EUR computed");
  claim.decided = *ParseMoney("900.00 EUR");
  EXPECT_EQ(ClaimWords(claim), "900.00 EUR decided, 1579.87 EUR computed");
  result_.claims = {claim};
  const std::vector<std::string> stands = Sheet().stands;
  EXPECT_EQ(std::count(stands.begin(), stands.end(),
                       "claim 12/0: filed, 900.00 EUR decided, 1579.87 EUR computed"),
            1);
}

TEST_F(WindowWordsTest, WhyNamesTheLongestOutagesInOrderAndWhatIsUndecided) {
  EXPECT_EQ(absl::StrJoin(Sheet().why, "\n"),
            "6 h 43 min 10 s of 28 d count as down\n"
            "down 2026-02-04T00:00:00Z to 2026-02-04T00:03:00Z, 3 min, event 9/0\n"
            "down 2026-02-05T00:00:00Z to 2026-02-05T00:04:00Z, 4 min, event 9/0\n"
            "down 2026-02-06T00:00:00Z to 2026-02-06T00:05:00Z, 5 min, event 9/0\n"
            "down 2026-02-07T00:00:00Z to 2026-02-07T00:06:00Z, 6 min, event 9/0\n"
            "down 2026-02-08T00:00:00Z to 2026-02-08T00:07:00Z, 7 min, event 9/0\n"
            "and 2 shorter outages\n"
            "not decided yet: the storm");
}

TEST_F(WindowWordsTest, StandsAndNextAreOfThisWindowAlone) {
  const WindowSheet sheet = Sheet();
  EXPECT_EQ(absl::StrJoin(sheet.stands, "\n"),
            "claim 12/0: filed\nclaimed: 60.00 EUR owed by provider to customer");
  ASSERT_EQ(sheet.next.size(), 2u) << "one deadline is met, one is of another claim";
  EXPECT_EQ(sheet.next[0].what, "customer can object to the closing");
  EXPECT_EQ(sheet.next[1].what, "customer can answer the claim");
  EXPECT_EQ(sheet.next[1].otherwise, "it lapses");
  EXPECT_EQ(absl::StrJoin(SheetOf(result_, result_.windows[1]).stands, ""),
            "accrued: 0.77 EUR owed by provider to customer");
}

TEST_F(WindowWordsTest, LengthsAreExactAndItemsAreCounted) {
  EXPECT_EQ(LengthWords(0, "s"), "0 s");
  EXPECT_EQ(LengthWords(90'061'001, "ms"), "1 d 1 h 1 min 1 s 1 ms");
  EXPECT_EQ(LengthWords(12, "items"), "12 items");
  EXPECT_EQ(LengthWords(1, "items"), "1 item");
  EXPECT_EQ(LengthWords(INT64_MAX, "s"), absl::StrCat(INT64_MAX, " s"));
  EXPECT_EQ(LengthWords(-1, "s"), "-1 s");
}

TEST_F(WindowWordsTest, AResultThatIsALengthIsSaidInWordsToo) {
  EXPECT_EQ(ResultWords("2419200 s"), "28 d (2419200 s)");
  EXPECT_EQ(ResultWords("90 min"), "1 h 30 min (90 min)");
  for (const char* same : {"30 s", "12 items", "15985/16128 = 99.113343 %", "breached", "", "10 %",
                           "-7200 s", "99999999999999999999 s", "2 h"}) {
    EXPECT_EQ(ResultWords(same), same);
  }
}

// A length is said in words beside the number that formulas use; what is below a minute is short
// enough as it stands. Nothing of the decimals that are shown is lost.
TEST_F(WindowWordsTest, ValuesAreSaidInTheirUnits) {
  const auto seconds = [](const Fraction& value) {
    return ValueInWords(value, ValueUnit::kSeconds);
  };
  EXPECT_EQ(seconds(Fraction::Whole(1)), "1 s");
  EXPECT_EQ(seconds(*Fraction::Of(5434, 10000)), "0.5434 s");
  EXPECT_EQ(seconds(*Fraction::Of(119, 2)), "59.5 s");
  EXPECT_EQ(seconds(Fraction::Whole(76320)), "21 h 12 min (76320 s)");
  EXPECT_EQ(seconds(*Fraction::Of(12030756098, 1000000)),
            "3 h 20 min 30.756098 s (12030.756098 s)");
  EXPECT_EQ(seconds(*Fraction::Of(121, 2)), "1 min 0.5 s (60.5 s)");
  EXPECT_EQ(ValueInWords(Fraction::Whole(12), ValueUnit::kCount), "12");
  EXPECT_EQ(ValueInWords(Fraction::Whole(1), ValueUnit::kPoints), "1 point");
  EXPECT_EQ(ValueInWords(*Fraction::Of(1, 4), ValueUnit::kRatio), "25.000000 %");
}

// Points of a window that is not over are as little owed as its money.
TEST_F(WindowWordsTest, PointsOfAnOpenWindowAreAProjection) {
  replay::WindowResult window = result_.windows[0];
  window.derivation.push_back({"points", "points for severity", "8 points", "4.2", {}});
  EXPECT_EQ(CreditWords(window), "8 points");
  window.status = replay::WindowStatus::kOpen;
  EXPECT_EQ(CreditWords(window), "8 points, projected, not posted");
  EXPECT_EQ(PointsWords(window), "8 points");
}

// What limits a credit says nothing of a window that owes none.
TEST_F(WindowWordsTest, LimitsAreToldWhereSomethingIsOwed) {
  replay::WindowResult& window = result_.windows[0];
  window.derivation.push_back({"cap", "at most 600.00 EUR a window", "60.00 EUR", "4.2", {}});
  const std::string limit = "cap: at most 600.00 EUR a window: 60.00 EUR";
  const auto told = [&] {
    const std::vector<std::string> why = Sheet().why;
    return std::count(why.begin(), why.end(), limit);
  };
  EXPECT_EQ(told(), 1);
  window.verdict = replay::Verdict::kMet;
  window.credit->amount.minor = 0;
  EXPECT_EQ(told(), 0);
  window.verdict = replay::Verdict::kBreached;
  EXPECT_EQ(told(), 1) << "it took all of it";
}

TEST_F(WindowWordsTest, ItemsAgreeWithTheirNumber) {
  replay::WindowResult& window = result_.windows[0];
  window.time_unit = "items";
  window.period = 12;
  window.counted = 1;
  EXPECT_EQ(Sheet().why[0], "1 of 12 items counts against the value");
  window.counted = 2;
  EXPECT_EQ(Sheet().why[0], "2 of 12 items count against the value");
}

TEST_F(WindowWordsTest, AddressesAreNamedOnce) {
  using Addresses = std::vector<ledger::EventAddress>;
  EXPECT_EQ(Distinct({{44, 2}, {44, 2}, {3, 0}, {44, 2}}), (Addresses{{44, 2}, {3, 0}}));
}

// An imported history is noted once for each objective; whatever else is found stands as it is.
TEST_F(WindowWordsTest, AnImportedHistoryIsNotedOnce) {
  const auto finding = [](const char* kind, const char* objective, uint64_t at) {
    return replay::Finding{kind, "note", objective, ledger::EventAddress{at, 0},
                           absl::StrCat(at, " events")};
  };
  const char* const imported = "evidence-as-claimed";
  const std::vector<replay::Finding> told = ToldFindings(
      {finding(imported, "web", 1), finding(imported, "mail", 2), finding(imported, "web", 3),
       finding("other", "web", 4), finding("other", "web", 5), finding(imported, "web", 6),
       finding(imported, "", 7), finding(imported, "", 8)});
  std::vector<std::string> messages;
  for (const replay::Finding& each : told) messages.push_back(each.message);
  EXPECT_EQ(absl::StrJoin(messages, "\n"),
            "web: 1 events; and 2 more such notes about this objective\n"
            "mail: 2 events\nweb: 4 events\nweb: 5 events\n7 events\n8 events");
}

TEST_F(WindowWordsTest, ACreditOfNothingIsNone) {
  replay::WindowResult window = result_.windows[0];
  window.credit->amount.minor = 0;
  EXPECT_EQ(CreditWords(window), "none");
  window.credit->amount.minor = 1;
  window.credit->posted = false;
  EXPECT_EQ(CreditWords(window), "0.01 EUR by tier 2 (10 %), projected and not posted");
}

}  // namespace
}  // namespace tally::tools
