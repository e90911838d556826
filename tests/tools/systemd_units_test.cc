// Goal: the units of tools/systemd run what exists, with options that exist, treat exit statuses as
// docs/OPERATING.md says, and keep from the service what it does not need.
// Method: the files are read as text; the command of the service is run on the built-in scenario,
// its paths moved into the player's folder. tests/sim/operating_page.py installs them and asks
// systemd.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/scenarios/player.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/replay_request.h"

namespace tally::tests {
namespace {

// "Section/Key" to all values of it, in order.
using Unit = std::map<std::string, std::vector<std::string>>;

Unit UnitOf(const std::string& text) {
  Unit unit;
  std::string section;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '[') {
      section = std::string(line.substr(1, line.size() - 2));
      continue;
    }
    const std::pair<std::string, std::string> parts = absl::StrSplit(line, absl::MaxSplits('=', 1));
    unit[absl::StrCat(section, "/", parts.first)].push_back(parts.second);
  }
  return unit;
}

Unit WitnessService() { return UnitOf(ReadSourceFile("tools/systemd/tally-witness.service")); }
Unit Service() { return UnitOf(ReadSourceFile("tools/systemd/tally-project.service")); }

std::string Only(const Unit& unit, const std::string& key) {
  const auto found = unit.find(key);
  if (found == unit.end() || found->second.size() != 1) {
    ADD_FAILURE() << key << " is not stated once";
    return "";
  }
  return found->second.front();
}

TEST(SystemdUnits, TheServiceRunsTheProgramWithOptionsThatItHas) {
  const Unit unit = Service();
  std::vector<std::string> words = *tools::WordsOf(Only(unit, "Service/ExecStart"));
  EXPECT_EQ(words.front(), "/usr/bin/tally") << "the install rule puts the real place here";
  EXPECT_EQ(Only(unit, "Service/Environment"), "TALLY_LEDGER=/var/lib/tally/ledger");
  words.erase(words.begin());
  Player player;
  player.PlayScenarioToTerms();
  std::filesystem::create_directories(player.Path("metrics"));
  for (std::string& word : words) {
    if (absl::StartsWith(word, "/var/lib/tally/")) word = player.Path(word.substr(15));
  }
  const Outcome outcome = player.Run(words);
  EXPECT_EQ(outcome.exit, 0) << outcome.out << outcome.err;
  EXPECT_TRUE(std::filesystem::exists(player.Path("metrics/tally-project.prom")));
}

TEST(SystemdUnits, WhatIsWrittenIsWritable) {
  const Unit unit = Service();
  EXPECT_EQ(Only(unit, "Service/ReadWritePaths"), "/var/lib/tally");
  EXPECT_EQ(Only(unit, "Service/ProtectSystem"), "strict");
  const std::vector<std::string> words = *tools::WordsOf(Only(unit, "Service/ExecStart"));
  for (const std::string& word : words) {
    if (word[0] != '/' || word == "/usr/bin/tally") continue;
    EXPECT_TRUE(absl::StartsWith(word, "/var/lib/tally/")) << word;
  }
}

// The witness's command line is one that the program takes, under a name that it may have.
TEST(SystemdUnits, TheWitnessIsCalledWithOptionsThatItHas) {
  const Unit unit = WitnessService();
  const std::pair<std::string, std::string> name =
      absl::StrSplit(Only(unit, "Service/Environment"), absl::MaxSplits('=', 1));
  std::vector<std::string> words = *tools::WordsOf(
      Replaced(Only(unit, "Service/ExecStart"), "${" + name.first + "}", name.second));
  EXPECT_EQ(words.front(), "/usr/bin/tally") << "the install rule puts the real place here";
  words.erase(words.begin());
  const auto table = tools::CommandTable();
  const auto line = tools::ParseCommandLine(table, words);
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->command->name, "witness serve");
  EXPECT_EQ(line->arguments.Value("name"), "witness.example/w1");
  for (const char* option : {"state", "key", "policy"}) {
    EXPECT_TRUE(absl::StartsWith(*line->arguments.Value(option), "/var/lib/tally-witness/"));
  }
}

// It waits out what passes and stays failed where somebody must look.
TEST(SystemdUnits, TheWitnessIsStartedAgainWhereThatCanPass) {
  const Unit unit = WitnessService();
  EXPECT_EQ(Only(unit, "Service/Restart"), "on-failure");
  EXPECT_EQ(Only(unit, "Service/RestartPreventExitStatus"), "2 3 5");
  EXPECT_EQ(Only(unit, "Unit/StartLimitBurst"), "6");
  EXPECT_EQ(Only(unit, "Install/WantedBy"), "multi-user.target");
}

// Every exit status of the program is success, a reason to start again, or final.
TEST(SystemdUnits, ExitStatusesAreWhatThePageSays) {
  const Unit unit = Service();
  EXPECT_EQ(Only(unit, "Service/Restart"), "on-failure");
  std::map<std::string, int> decided;
  for (const char* key : {"Service/SuccessExitStatus", "Service/RestartPreventExitStatus"}) {
    const std::string statuses = Only(unit, key);
    for (const absl::string_view status : absl::StrSplit(statuses, ' ')) {
      ++decided[std::string(status)];
    }
  }
  for (const std::string again : {"4", "6", "130"}) ++decided[again];
  for (const tools::ExitStatusRow& row : tools::ExitStatusTable()) {
    EXPECT_EQ(decided[absl::StrCat(row.exit)], 1) << row.exit;
  }
  const std::string page = ReadSourceFile("docs/OPERATING.md");
  EXPECT_NE(page.find("takes 0 and 1 as success, starts again after 4 and 6"), std::string::npos);
  EXPECT_NE(page.find("stays failed after 2, 3 and 5"), std::string::npos);
}

// A unit that starts again without end hides its failure.
TEST(SystemdUnits, StartingAgainHasAnEnd) {
  const Unit unit = Service();
  EXPECT_EQ(Only(unit, "Unit/StartLimitBurst"), "6");
  EXPECT_EQ(Only(unit, "Unit/StartLimitIntervalSec"), "6h");
  EXPECT_EQ(Only(unit, "Service/Type"), "oneshot");
  EXPECT_EQ(Only(unit, "Service/TimeoutStartSec"), "6h");
}

TEST(SystemdUnits, TheServiceIsKeptFromWhatItDoesNotNeed) {
  const Unit unit = Service();
  const std::map<std::string, std::string> wanted = {
      {"User", "tally"},
      {"NoNewPrivileges", "yes"},
      {"CapabilityBoundingSet", ""},
      {"AmbientCapabilities", ""},
      {"ProtectHome", "yes"},
      {"PrivateTmp", "yes"},
      {"PrivateDevices", "yes"},
      {"PrivateNetwork", "yes"},
      {"IPAddressDeny", "any"},
      {"RestrictAddressFamilies", "AF_UNIX"},
      {"ProtectClock", "yes"},
      {"ProtectHostname", "yes"},
      {"ProtectKernelLogs", "yes"},
      {"ProtectKernelModules", "yes"},
      {"ProtectKernelTunables", "yes"},
      {"ProtectControlGroups", "yes"},
      {"ProtectProc", "invisible"},
      {"RestrictNamespaces", "yes"},
      {"RestrictRealtime", "yes"},
      {"RestrictSUIDSGID", "yes"},
      {"LockPersonality", "yes"},
      {"MemoryDenyWriteExecute", "yes"},
      {"SystemCallArchitectures", "native"},
  };
  for (const auto& [key, value] : wanted) EXPECT_EQ(Only(unit, "Service/" + key), value) << key;
  EXPECT_EQ(unit.at("Service/SystemCallFilter"),
            (std::vector<std::string>{"@system-service", "~@privileged @resources"}));
}

// As the job, but for a network that ends at this machine.
TEST(SystemdUnits, TheWitnessIsKeptFromWhatItDoesNotNeed) {
  Unit unit = WitnessService();
  EXPECT_EQ(Only(unit, "Service/ReadWritePaths"), "/var/lib/tally-witness");
  EXPECT_EQ(Only(unit, "Service/ProtectSystem"), "strict");
  EXPECT_EQ(Only(unit, "Service/IPAddressDeny"), "any");
  EXPECT_EQ(Only(unit, "Service/IPAddressAllow"), "localhost");
  EXPECT_EQ(Only(unit, "Service/UMask"), "0077");
  const Unit job = Service();
  for (const char* key : {"NoNewPrivileges",
                          "CapabilityBoundingSet",
                          "AmbientCapabilities",
                          "ProtectHome",
                          "PrivateTmp",
                          "PrivateDevices",
                          "ProtectClock",
                          "ProtectHostname",
                          "ProtectKernelLogs",
                          "ProtectKernelModules",
                          "ProtectKernelTunables",
                          "ProtectControlGroups",
                          "ProtectProc",
                          "ProcSubset",
                          "RestrictNamespaces",
                          "RestrictRealtime",
                          "RestrictSUIDSGID",
                          "LockPersonality",
                          "MemoryDenyWriteExecute",
                          "SystemCallArchitectures"}) {
    EXPECT_EQ(Only(unit, absl::StrCat("Service/", key)), Only(job, absl::StrCat("Service/", key)));
  }
  EXPECT_EQ(unit.at("Service/SystemCallFilter"), job.at("Service/SystemCallFilter"));
}

TEST(SystemdUnits, TheTimerStartsTheServiceEveryNightAndAfterAnOutage) {
  const Unit unit = UnitOf(ReadSourceFile("tools/systemd/tally-project.timer"));
  EXPECT_EQ(Only(unit, "Timer/Unit"), "tally-project.service");
  EXPECT_EQ(Only(unit, "Timer/Persistent"), "true");
  EXPECT_EQ(Only(unit, "Install/WantedBy"), "timers.target");
  EXPECT_TRUE(absl::EndsWith(Only(unit, "Timer/OnCalendar"), " UTC"))
      << "the machine's zone decides no deadline";
}

// The reader itself.
TEST(SystemdUnits, AUnitIsReadBySection) {
  const Unit unit = UnitOf("# no\n[A]\nx=1\nx=2=3\n[B]\nx=\n");
  EXPECT_EQ(unit.at("A/x"), (std::vector<std::string>{"1", "2=3"}));
  EXPECT_EQ(unit.at("B/x"), (std::vector<std::string>{""}));
}

}  // namespace
}  // namespace tally::tests
