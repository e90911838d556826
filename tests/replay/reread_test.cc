// Goal: results do not hang on how many reports are kept at a time. Method: one history of two
// sources over three months, in batches of every size, with late and corrected reports; asked for
// on several axes with shelves from one page of one report to more than there are, by one thread
// and by three.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "replay/answer.h"
#include "replay/canonical.h"
#include "schema/canonical.h"
#include "tests/replay/case_support.h"

namespace tally::replay {
namespace {

constexpr int kReports = 120;

class RereadTest : public ::testing::Test {
 protected:
  RereadTest() {
    Objective mail = test_.terms.objectives.front();
    mail.id = "mail";
    mail.measure.sources = {{"probes", "mail"}, {"probes", "web"}};
    test_.terms.objectives.push_back(mail);
    test_.Agree(test_.terms);
    test_.Wait("2026-04-15T00:00:00Z");
    Report(0, kReports / 2, 1);
    test_.Publish("2026-04-15T00:00:00Z");
    Correct(20, "withdraw", "");
    Correct(21, "replace", R"(, "replacement": {"state": "down"})");
    test_.Wait("2026-06-02T00:00:00Z");
    Report(kReports / 2, kReports, 3);
    // Late, and observed long before.
    for (int hour : {30, 31, 400}) test_.feed.Report(1, State::kDown, At(hour));
    test_.Publish("2026-06-02T00:00:00Z");
  }
  static Instant At(int64_t hour) { return On("2026-03-01T00:00:00Z") + Hours(hour); }
  void Report(int first, int limit, int seed) {
    for (int i = first; i < limit; ++i) {
      const State state = i * seed % 11 == 0 ? State::kDown : State::kUp;
      test_.feed.Report(i % 5 == 0 ? 2 : 1, state, At(i * 16));
      if (i % (seed * 9) == 0) test_.test.Append(test_.feed.Sign());
    }
  }
  void Correct(uint64_t back, absl::string_view action, absl::string_view replacement) {
    // A record of the feed, counted from the end.
    std::vector<Hash> digests;
    auto cursor = test_.ledger().Read({.stream = test_.feed.opening()});
    TALLY_CHECK(cursor.ok());
    while (true) {
      auto record = (*cursor)->Next();
      TALLY_CHECK(record.ok());
      if (!record->has_value()) break;
      for (const ledger::VerifiedEvent& event : (*record)->events()) {
        if (event.header.kind == BodyKind::kStateReported) digests.push_back(event.digest);
      }
    }
    const std::string json = absl::StrCat(
        R"({"supersedes": ")", digests[digests.size() - back].ToHex(),
        R"(", "position": "1", "action": ")", action, R"(", "reason": "clock")", replacement, "}");
    absl::StatusOr<Bytes> body = BodyFromJson(BodyKind::kCorrection, json);
    TALLY_CHECK(body.ok());
    EventHeader header;
    header.kind = BodyKind::kCorrection;
    header.actor = ActorKind::kHuman;
    header.observed_from = header.observed_until = At(24 * 40);
    test_.feed.Add(header, *body);
    test_.test.Append(test_.feed.Sign());
  }
  std::string Asked(const Axes& axes, ShelfSize shelf, int threads) {
    CaseRequest wanted;
    wanted.agreement = "gold";
    wanted.shelf = shelf;
    wanted.axes = *ResolveAxes(test_.ledger(), axes);
    absl::StatusOr<std::unique_ptr<CaseFile>> file = CaseFile::Open(test_.ledger(), wanted);
    EXPECT_TRUE(file.ok()) << file.status();
    Question question;
    question.threads = threads;
    absl::StatusOr<Answered> answered = AnswerQuestion(**file, question);
    EXPECT_TRUE(answered.ok()) << answered.status();
    return CanonicalResult(answered->result);
  }
  SmallCase test_;
};

TEST_F(RereadTest, NoResultHangsOnTheShelf) {
  std::vector<Axes> all(4);
  all[1].as_reported = On("2026-04-10T00:00:00Z");
  all[2].at_size = test_.ledger().head().size - 4;
  all[3].as_recorded = On("2026-04-16T00:00:00Z");
  for (const Axes& axes : all) {
    const std::string kept = Asked(axes, {.rows = 1000, .pages = 100}, 1);
    EXPECT_NE(kept.find("breached"), std::string::npos);
    for (size_t rows : {3, 17}) {
      for (size_t pages : {1, 3}) {
        EXPECT_EQ(Asked(axes, {.rows = rows, .pages = pages}, pages == 1 ? 1 : 3), kept)
            << rows << " " << pages;
      }
    }
  }
}

}  // namespace
}  // namespace tally::replay
