// Goal: time by consent moves what it names, and only what has not passed. Method: one deadline,
// shifts of each kind before and after its end, by the right two parties and by others.
#include "replay/dispute/moved_time.h"

#include <gtest/gtest.h>

#include "tests/replay/fact_support.h"

namespace tally::replay {
namespace {

TimeShift Longer(const std::string& deadline, absl::string_view until, absl::string_view agreed) {
  TimeShift shift;
  shift.deadline = deadline;
  shift.until = On(until);
  shift.stamp.time = On(agreed);
  shift.stamp.author = Stream("acme");
  shift.with = Stream("shop");
  return shift;
}

Instant Moved(const TimeShift& shift) {
  return MovedByConsent("claim.file", "availability x", On("2026-03-01T00:00:00Z"),
                        On("2026-04-01T00:00:00Z"), {shift})
      .end();
}

TEST(MovedTime, AnExtensionNamesItsDeadlineAndComesInTime) {
  constexpr char kUntil[] = "2026-05-01T00:00:00Z";
  constexpr char kAgreed[] = "2026-03-20T00:00:00Z";
  for (const char* name : {"", "claim.file", "claim.file availability x"}) {
    EXPECT_EQ(Moved(Longer(name, kUntil, kAgreed)), On(kUntil)) << name;
  }
  const Instant due = On("2026-04-01T00:00:00Z");
  EXPECT_EQ(Moved(Longer("claim.answer", kUntil, kAgreed)), due);
  EXPECT_EQ(Moved(Longer("claim.file availability y", kUntil, kAgreed)), due);
  EXPECT_EQ(Moved(Longer("", kUntil, "2026-04-01T00:00:00Z")), due) << "it has passed";
  EXPECT_EQ(Moved(Longer("", "2026-03-25T00:00:00Z", kAgreed)), due) << "never earlier";
}

TEST(MovedTime, ASuspensionAddsWhatItTook) {
  TimeShift shift = Longer("", "2026-03-25T00:00:00Z", "2026-03-10T00:00:00Z");
  shift.kind = TimeShift::Kind::kSuspended;
  shift.from = On("2026-03-20T00:00:00Z");
  EXPECT_EQ(Moved(shift), On("2026-04-06T00:00:00Z"));
  shift.until.reset();
  EXPECT_EQ(Moved(shift), kInstantLast) << "not resumed: it never passes";
  shift.from = On("2026-04-01T00:00:00Z");
  EXPECT_EQ(Moved(shift), On("2026-04-01T00:00:00Z"));
}

// DOMAIN 6.6: pauses that overlap are time once.
TEST(MovedTime, TimeThatIsSuspendedTwiceStandsStillOnce) {
  const auto stop = [](const std::string& deadline, absl::string_view from,
                       absl::string_view until) {
    TimeShift shift = Longer(deadline, until, "2026-03-10T00:00:00Z");
    shift.kind = TimeShift::Kind::kSuspended;
    shift.from = On(from);
    return shift;
  };
  const auto due = [&](std::vector<TimeShift> shifts) {
    return MovedByConsent("claim.file", "x", On("2026-03-01T00:00:00Z"), On("2026-04-01T00:00:00Z"),
                          shifts)
        .end();
  };
  const TimeShift all = stop("", "2026-03-12T00:00:00Z", "2026-03-14T00:00:00Z");
  const TimeShift named = stop("claim.file", "2026-03-13T00:00:00Z", "2026-03-17T00:00:00Z");
  EXPECT_EQ(due({all, all}), On("2026-04-03T00:00:00Z"));
  EXPECT_EQ(due({all, named}), On("2026-04-06T00:00:00Z"));
  EXPECT_EQ(due({named, all}), On("2026-04-06T00:00:00Z"));
  const TimeShift before = stop("", "2026-02-20T00:00:00Z", "2026-03-02T00:00:00Z");
  EXPECT_EQ(due({before}), On("2026-04-02T00:00:00Z")) << "it began to run in March";
}

TEST(MovedTime, ItMovesBetweenTheTwoWhoAgreed) {
  const std::vector<TimeShift> shifts = {
      Longer("", "2026-05-01T00:00:00Z", "2026-03-10T00:00:00Z")};
  EXPECT_EQ(ShiftsBetween(shifts, Stream("shop"), Stream("acme")).size(), 1u);
  EXPECT_TRUE(ShiftsBetween(shifts, Stream("shop"), Stream("watch")).empty());
  EXPECT_TRUE(ShiftsBetween(shifts, Stream("acme"), Stream("acme")).empty());
}

}  // namespace
}  // namespace tally::replay
