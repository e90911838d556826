// Goal: zones and documents are recorded once, byte for byte, and found by name and digest.
// Method: the program as a function; bytes written back compared with the files.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "tests/tools/tally_support.h"

namespace tally::tools {
namespace {

std::string FileText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Zones, AreRecordedOnceByteForByte) {
  TallyTest test;
  test.MakeLedger();
  const Outcome first = test.OnLedger({"zone", "add", "Asia/Jakarta"});
  ASSERT_EQ(first.exit, 0) << first.err;
  const Outcome again = test.OnLedger({"zone", "add", "Asia/Jakarta"});
  EXPECT_EQ(again.exit, 0);
  EXPECT_TRUE(absl::StrContains(again.out, "recorded already")) << again.out;
  EXPECT_EQ(test.OpenAcme()->head().size, 2u);
  ASSERT_EQ(test.OnLedger({"zone", "show", "Asia/Jakarta", "--out", test.Path("tz")}).exit, 0);
  EXPECT_EQ(test.Read("tz"), FileText("/usr/share/zoneinfo/Asia/Jakarta"));
  const Outcome list = test.OnLedger({"zone", "list", "--json"});
  EXPECT_TRUE(absl::StrContains(list.out, "\"name\":\"Asia/Jakarta\"")) << list.out;
}

TEST(Zones, UnknownOnesAndPathsAreRefused) {
  TallyTest test;
  test.MakeLedger();
  for (const char* bad :
       {"Mars/Olympus", "../../../etc/passwd", "/etc/passwd", "Asia", "", "tzdata.zi"}) {
    const Outcome outcome = test.OnLedger({"zone", "add", bad});
    EXPECT_EQ(outcome.exit, 2) << bad;
    EXPECT_TRUE(absl::StrContains(outcome.err, "time zone")) << outcome.err;
  }
  std::filesystem::create_directory(test.Path("zones"));
  test.Write("zones/Fake", "no rules");
  EXPECT_EQ(test.OnLedger({"zone", "add", "Fake", "--zoneinfo", test.Path("zones")}).exit, 2);
}

TEST(Calendars, AreRecordedIfTheyAreCalendars) {
  TallyTest test;
  test.MakeLedger();
  test.Write("office.txt", "tally-calendar/1\nzone: UTC\nhours: mon-fri 09:00-17:00\n");
  test.Write("bad.txt", "tally-calendar/1\nzone: UTC\nhours: mon-fri 17:00-09:00\n");
  ASSERT_EQ(test.OnLedger({"calendar", "add", test.Path("office.txt"), "--name", "office"}).exit,
            0);
  EXPECT_TRUE(absl::StrContains(test.OnLedger({"calendar", "list"}).out, "office"));
  const Outcome bad = test.OnLedger({"calendar", "add", test.Path("bad.txt")});
  EXPECT_EQ(bad.exit, 2);
  EXPECT_TRUE(absl::StrContains(bad.err, "bad.txt: is no calendar")) << bad.err;
  ASSERT_EQ(test.OnLedger({"calendar", "show", "office", "--out", test.Path("copy")}).exit, 0);
  EXPECT_EQ(test.Read("copy"), FileText(test.Path("office.txt")));
}

// Whoever gives his own key for what the ledger says itself learns that none is needed.
TEST(Calendars, AreSignedByTheServiceKey) {
  TallyTest test;
  test.MakeFeed();
  test.Write("office.txt", "tally-calendar/1\nzone: UTC\nhours: mon-fri 09:00-17:00\n");
  for (const bool dry : {true, false}) {
    std::vector<std::string> words = {"calendar", "add", test.Path("office.txt"), "--key",
                                      test.Path("lime.pem")};
    if (dry) words.push_back("--dry-run");
    const Outcome refused = test.OnLedger(words);
    EXPECT_EQ(refused.exit, 5) << refused.err;
    EXPECT_TRUE(absl::StrContains(refused.err, "service key signs this: leave --key out"))
        << refused.err;
  }
  EXPECT_EQ(test.OnLedger({"calendar", "add", test.Path("office.txt")}).exit, 0);
}

TEST(Documents, KeepTheirBytesOrTheirDigest) {
  TallyTest test;
  test.MakeLedger();
  test.Write("sla.pdf", std::string("%PDF\0\x01", 6));
  ASSERT_EQ(test.OnLedger({"document", "add", test.Path("sla.pdf"), "--version", "3"}).exit, 0);
  ASSERT_EQ(test.OnLedger({"document", "show", "sla.pdf", "--out", test.Path("back")}).exit, 0);
  EXPECT_EQ(test.Read("back"), test.Read("sla.pdf"));
  const Outcome show = test.OnLedger({"document", "show", "sla.pdf"});
  EXPECT_TRUE(absl::StrContains(show.out, "application/pdf")) << show.out;
  const std::string digest = show.out.substr(show.out.find("digest    ") + 10, 64);
  EXPECT_EQ(test.OnLedger({"document", "show", digest}).out, show.out);

  test.Write("large", std::string(900001, 'x'));
  const Outcome large = test.OnLedger({"document", "add", test.Path("large")});
  ASSERT_EQ(large.exit, 0) << large.err;
  EXPECT_TRUE(absl::StrContains(large.err, "only its digest")) << large.err;
  EXPECT_EQ(test.OnLedger({"document", "show", "large", "--out", test.Path("back")}).exit, 2);
  EXPECT_EQ(test.OnLedger({"document", "show", "absent"}).exit, 2);
  EXPECT_EQ(test.OnLedger({"document", "add", test.Path("absent")}).exit, 2);
  const Outcome list = test.OnLedger({"document", "list"});
  EXPECT_TRUE(absl::StrContains(list.out, "digest only")) << list.out;
}

}  // namespace
}  // namespace tally::tools
