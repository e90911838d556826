// Goal: of a damaged ledger every batch that verifies is given, what does not is listed, nothing is
// made up, and no file of the ledger changes.
// Method: a small ledger in tables and a log; each of its files damaged and deleted in turn.
#include "ledger/log/salvage.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

class SalvageTest : public testing::Test {
 protected:
  SalvageTest() : lime_(test_.AddParty("lime")), feed_(test_.AddFeed("uptime", lime_)) {
    feed_.Register(1, "site");
    test_.Append(feed_.Sign());
    Grow(20);
    test_.Close();  // what there is goes into tables
    test_.Reopen();
    Grow(10);  // and this lies in the log
    for (uint64_t index = 0; index < test_.ledger().head().size; ++index) {
      leaves_[index] = test_.ledger().ReadRecord(index)->evidence();
    }
    Copy();
  }
  void Copy() {
    const auto how = std::filesystem::copy_options::recursive |
                     std::filesystem::copy_options::overwrite_existing;
    std::filesystem::copy(test_.options().directory, options().directory, how);
    std::filesystem::copy(test_.options().directory + ".head", options().directory + ".head", how);
    good_ = tests::PictureOf(scratch_.path());
  }
  void Grow(int count) {
    for (int i = 0; i < count; ++i) {
      for (int event = 0; event < 10; ++event) {
        feed_.Report(1, State::kUp, At("2026-02-01T00:00:00Z") + Minutes(minute_++));
      }
      test_.Append(feed_.Sign());
    }
  }
  LedgerOptions options() const {
    LedgerOptions options;
    options.directory = scratch_ / "damaged";
    return options;
  }
  // Every batch that comes out is one that the ledger held, at its place.
  SalvageReport Run() {
    const tests::Picture before = tests::PictureOf(scratch_.path());
    uint64_t found = 0;
    auto report = Salvage(options(), [&](const SalvagedBatch& batch) {
      EXPECT_EQ(EncodeEvidence(leaves_.at(batch.index)), batch.batch->evidence);
      EXPECT_TRUE(CheckBatchForm(*batch.batch).ok());
      ++found;
      return absl::OkStatus();
    });
    EXPECT_TRUE(report.ok()) << report.status();
    EXPECT_EQ(tests::PictureOf(scratch_.path()), before);
    EXPECT_EQ(report->records, found);
    uint64_t missing = 0;
    for (const SalvageReport::Gap& gap : report->missing) missing += gap.limit - gap.first;
    EXPECT_EQ(report->records + missing, report->limit);
    return *std::move(report);
  }

  TestLedger test_;
  TestParty& lime_;
  TestFeed& feed_;
  tests::ScratchDirectory scratch_;
  std::map<uint64_t, Evidence> leaves_;
  tests::Picture good_;
  int minute_ = 0;
};

TEST_F(SalvageTest, AWholeLedgerComesOutWhole) {
  const SalvageReport report = Run();
  EXPECT_EQ(report.ledger, test_.ledger().id());
  EXPECT_EQ(report.origin, test_.ledger().origin());
  EXPECT_EQ(report.limit, test_.ledger().head().size);
  EXPECT_EQ(report.records, report.limit);
  EXPECT_EQ(report.unchecked, 0u);
  EXPECT_EQ(report.unlearned, 0u);
  EXPECT_TRUE(report.missing.empty());
  EXPECT_TRUE(report.under_head) << report.not_under_head;
}

// T-01, T-40: each file damaged, emptied and deleted.
TEST_F(SalvageTest, T40EachDamagedFileLeavesWhatTheOthersHave) {
  for (const auto& [name, text] : good_) {
    if (text == "(directory)") continue;
    std::vector<std::optional<std::string>> ways = {std::nullopt, ""};
    for (size_t at = 200; at < text.size(); at += text.size() / 7 + 1) {
      std::string flipped = text;
      for (size_t i = at; i < std::min(at + 8, text.size()); ++i) {
        flipped[i] = static_cast<char>(flipped[i] ^ 0x11);
      }
      ways.push_back(flipped);
    }
    for (const std::optional<std::string>& bytes : ways) {
      if (bytes.has_value()) {
        tests::WriteText(scratch_ / name, *bytes);
      } else {
        std::filesystem::remove(scratch_ / name);
      }
      const SalvageReport report = Run();
      // Tables have the first part of the records, the log the last.
      const bool holds_rows = absl::EndsWith(name, ".sst") || absl::EndsWith(name, ".log");
      if (!holds_rows) {
        EXPECT_EQ(report.records, leaves_.size()) << name;
      }
      if (absl::EndsWith(name, ".log")) {
        EXPECT_GE(report.records, 24u) << name;
      }
      if (absl::EndsWith(name, ".head") && !report.head.has_value()) {
        EXPECT_FALSE(report.under_head);
        EXPECT_TRUE(absl::StrContains(report.not_under_head, "head")) << report.not_under_head;
      }
      tests::WriteText(scratch_ / name, text);
    }
  }
  EXPECT_EQ(Run().records, leaves_.size());
}

// A changed body, header, signature or record does not come out, and the others do.
TEST_F(SalvageTest, WhatWasChangedIsMissingAndNamed) {
  std::string log;
  for (const auto& [name, text] : good_) {
    if (absl::EndsWith(name, ".log") && !text.empty()) log = name;
  }
  ASSERT_NE(log, "");
  const std::string& text = good_.at(log);
  uint64_t lost = 0;
  for (size_t at = 300; at < text.size(); at += 997) {
    std::string flipped = text;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    tests::WriteText(scratch_ / log, flipped);
    const SalvageReport report = Run();
    EXPECT_GE(report.records + 10, leaves_.size()) << at;
    lost += leaves_.size() - report.records;
    if (report.records < leaves_.size()) {
      EXPECT_FALSE(report.missing.front().reason.empty());
    }
  }
  EXPECT_GT(lost, 0u);
}

// Without record 0 nobody can say whose ledger it is: no signature is checked, and that is said.
TEST_F(SalvageTest, WithoutTheGenesisSignaturesAreUnchecked) {
  for (const auto& [name, text] : good_) {
    if (absl::EndsWith(name, ".sst")) std::filesystem::remove(scratch_ / name);
  }
  const SalvageReport report = Run();
  EXPECT_TRUE(report.ledger.IsZero());
  EXPECT_GT(report.records, 0u);
  EXPECT_EQ(report.unchecked, report.records);
  // The tree's hashes lie in the log as well, and tell the leaves of what is lost.
  EXPECT_TRUE(report.under_head) << report.not_under_head;
}

// A revocation comes out like any record; that the key it names was never heard of is counted.
TEST_F(SalvageTest, AKeyEventThatRestsOnWhatIsLostIsCounted) {
  const KeyRevoked body{lime_.key->fingerprint(), std::nullopt, "lost"};
  test_.Append(test_.SignAct(lime_, lime_.opening, BodyKind::kKeyRevoked, Encode(body)));
  const uint64_t last = test_.ledger().head().size - 1;
  leaves_[last] = test_.ledger().ReadRecord(last)->evidence();
  Copy();
  EXPECT_EQ(Run().unlearned, 0u);
  for (const auto& [name, text] : good_) {
    if (absl::EndsWith(name, ".sst")) std::filesystem::remove(scratch_ / name);
  }
  const SalvageReport report = Run();
  EXPECT_EQ(report.missing.back().limit, report.limit - report.records);
  EXPECT_EQ(report.unlearned, 1u);
}

TEST_F(SalvageTest, WhatTheCallerReturnsEndsIt) {
  const auto report = Salvage(
      options(), [](const SalvagedBatch&) { return absl::UnavailableError("no space left"); });
  EXPECT_TRUE(absl::IsUnavailable(report.status()));
  LedgerOptions nowhere;
  nowhere.directory = scratch_ / "nowhere";
  EXPECT_FALSE(Salvage(nowhere, [](const SalvagedBatch&) { return absl::OkStatus(); }).ok());
}

}  // namespace
}  // namespace tally::ledger
