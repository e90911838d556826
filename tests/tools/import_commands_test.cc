// Goal: an import is all or nothing unless told otherwise, and happens once.
// Method: a small Upptime history, good, repeated, grown, and with bad rows.
#include <gtest/gtest.h>

#include "tests/scenarios/player.h"

namespace tally::tests {
namespace {

constexpr char kRows[] =
    "observed_at,site,status,http_code,response_ms,commit_at,commit\n"
    "2026-02-01T00:00:00Z,shop,up,200,80,2026-02-01T00:00:01Z,a\n"
    "2026-02-02T00:00:00Z,shop,down,503,0,2026-02-02T00:00:01Z,b\n";

class ImportCommands : public testing::Test {
 protected:
  void SetUp() override {
    player_.NewLedger({"monitor"});
    player_.Must({"feed", "register", "probes", "--party", "monitor", "--key", "@monitor.pem"});
  }
  Outcome Import(const std::string& rows, std::vector<std::string> more = {}) {
    player_.Write("rows.csv", rows);
    std::vector<std::string> words = {"import", "upptime-csv", "@rows.csv",   "--feed",
                                      "probes", "--key",       "@monitor.pem"};
    words.insert(words.end(), more.begin(), more.end());
    return player_.Run(words);
  }
  Player player_;
};

TEST_F(ImportCommands, TheSameFileTwiceAppendsNothingAndAGrownOneItsNewRows) {
  EXPECT_NE(Import(kRows).out.find("2 measurements appended, 0 recorded already"),
            std::string::npos);
  const std::string before = player_.Must({"checkpoint"});
  EXPECT_NE(Import(kRows).out.find("0 measurements appended, 2 recorded already"),
            std::string::npos);
  EXPECT_EQ(player_.Must({"checkpoint"}), before);
  const Outcome grown =
      Import(std::string(kRows) + "2026-02-03T00:00:00Z,shop,up,200,80,2026-02-03T00:00:01Z,c\n");
  EXPECT_NE(grown.out.find("1 measurements appended, 2 recorded already"), std::string::npos)
      << grown.out;
}

TEST_F(ImportCommands, ABadRowStopsEverythingWithItsPlace) {
  const std::string before = player_.Must({"checkpoint"});
  const std::string bad =
      std::string(kRows) + "2026-02-03T00:00:00Z,shop,sideways,200,80,2026-02-03T00:00:01Z,c\n";
  const Outcome refused = Import(bad);
  EXPECT_EQ(refused.exit, 2);
  EXPECT_NE(refused.err.find("rows.csv:4:27:"), std::string::npos) << refused.err;
  EXPECT_EQ(player_.Must({"checkpoint"}), before);
  const Outcome kept = Import(bad, {"--keep-going"});
  EXPECT_EQ(kept.exit, 1);
  EXPECT_NE(kept.out.find("2 measurements appended, 0 recorded already, 1 bad rows"),
            std::string::npos)
      << kept.out;
}

// A row of the future is a bad row like others: the good ones are taken where that is asked for.
TEST_F(ImportCommands, RowsOfTheFutureAreBadRows) {
  const std::string before = player_.Must({"checkpoint"});
  const std::string rows = std::string(kRows) +
                           "2099-02-03T00:00:00Z,shop,up,200,80,2099-02-03T00:00:01Z,c\n"
                           "2026-02-04T00:00:00Z,shop,up,200,80,2026-02-04T00:00:01Z,d\n";
  const Outcome refused = Import(rows);
  EXPECT_EQ(refused.exit, 2);
  EXPECT_NE(refused.err.find("rows.csv:4: observed 2099-02-03T00:00:00Z, more than an hour ahead"),
            std::string::npos)
      << refused.err;
  EXPECT_EQ(player_.Must({"checkpoint"}), before);
  const Outcome kept = Import(rows, {"--keep-going"});
  EXPECT_EQ(kept.exit, 1) << kept.err;
  EXPECT_NE(kept.err.find("rows.csv:4: observed 2099-02-03T00:00:00Z"), std::string::npos);
  EXPECT_NE(kept.out.find("3 measurements appended, 0 recorded already, 1 bad rows left out"),
            std::string::npos)
      << kept.out;
  constexpr char kTickets[] =
      "case,state,mod_count,opened_at,updated_by,updated_at,location,category,priority\n"
      "T1,New,0,2026-02-01T08:00:00Z,7,2026-02-01T08:05:00Z,1,2,3\n"
      "T1,Resolved,1,2026-02-01T08:00:00Z,7,2099-02-01T09:00:00Z,1,2,3\n"
      "T2,New,0,2026-02-01T07:00:00Z,7,2026-02-01T07:05:00Z,1,2,3\n";
  player_.Write("tickets.csv", kTickets);
  const Outcome tickets = player_.Run({"import", "tickets-csv", "@tickets.csv", "--feed", "probes",
                                       "--key", "@monitor.pem", "--keep-going"});
  EXPECT_EQ(tickets.exit, 1);
  EXPECT_NE(tickets.err.find("all of ticket T1 is bad with it"), std::string::npos) << tickets.err;
  EXPECT_NE(tickets.out.find("2 ticket events appended, 0 recorded already, 1 bad rows left out"),
            std::string::npos)
      << tickets.out;
}

TEST_F(ImportCommands, TicketsBecomeTheirStepsOnce) {
  constexpr char kTickets[] =
      "case,state,mod_count,opened_at,updated_by,updated_at,location,category,priority\n"
      "T1,New,0,2026-02-01T08:00:00Z,7,2026-02-01T08:05:00Z,1,2,3\n"
      "T1,Resolved,1,2026-02-01T08:00:00Z,7,2026-02-01T09:00:00Z,1,2,3\n"
      "T2,Active,0,2026-02-01T07:00:00Z,7,2026-02-01T07:05:00Z,1,2,3\n";
  const auto import = [&](const std::string& rows) {
    player_.Write("tickets.csv", rows);
    return player_.Run(
        {"import", "tickets-csv", "@tickets.csv", "--feed", "probes", "--key", "@monitor.pem"});
  };
  // Opened, classified, responded, resolved; opened, responded.
  EXPECT_NE(import(kTickets).out.find("6 ticket events appended, 0 recorded already"),
            std::string::npos);
  EXPECT_NE(import(kTickets).out.find("0 ticket events appended, 6 recorded already"),
            std::string::npos);
  const std::string before = player_.Must({"checkpoint"});
  const Outcome refused = import(std::string(kTickets) +
                                 "T2,Gone,1,2026-02-01T07:00:00Z,7,2026-02-01T07:06:00Z,1,2,3\n");
  EXPECT_EQ(refused.exit, 2);
  EXPECT_NE(refused.err.find("tickets.csv:5:4:"), std::string::npos) << refused.err;
  EXPECT_EQ(player_.Must({"checkpoint"}), before);
}

TEST_F(ImportCommands, AnotherPartysKeyIsNotPermitted) {
  player_.Must({"key", "new", "--party", "other", "--out", "@other.pem"});
  player_.Must({"party", "register", "other", "--key", "@other.pem"});
  player_.Write("rows.csv", kRows);
  EXPECT_EQ(
      player_.Run({"import", "upptime-csv", "@rows.csv", "--feed", "probes", "--key", "@other.pem"})
          .exit,
      5);
}

TEST_F(ImportCommands, UnknownFormatsAndMissingMapsAreSentences) {
  player_.Write("rows.csv", kRows);
  EXPECT_EQ(
      player_.Run({"import", "excel", "@rows.csv", "--feed", "probes", "--key", "@monitor.pem"})
          .exit,
      2);
  EXPECT_EQ(
      player_.Run({"import", "csv", "@rows.csv", "--feed", "probes", "--key", "@monitor.pem"}).exit,
      2);
  EXPECT_EQ(
      player_
          .Run({"import", "upptime-csv", "@none.csv", "--feed", "probes", "--key", "@monitor.pem"})
          .exit,
      2);
}

}  // namespace
}  // namespace tally::tests
