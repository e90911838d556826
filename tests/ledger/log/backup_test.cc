// Goal: a backup is the ledger at one acknowledged head, taken beside a writer at work; a restore
// gives a ledger that goes on, never an older one, never one that was altered.
// Method: small ledgers with real keys; backups at 100 points, every file of one damaged, forks.
#include "ledger/log/backup.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <semaphore>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/log/head_file.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::ledger {
namespace {

class BackupTest : public testing::Test {
 protected:
  BackupTest() : feed_(test_.AddFeed("uptime", test_.AddParty("lime"))) {
    feed_.Register(1, "site");
    test_.Append(feed_.Sign());
  }
  // `count` reports, each its own batch.
  void Grow(int count) {
    for (int i = 0; i < count; ++i) {
      feed_.Report(1, State::kUp, At("2026-02-01T00:00:00Z") + Minutes(minute_++));
      test_.Append(feed_.Sign());
    }
  }
  absl::StatusOr<BackupReport> Backup(const std::string& name) {
    BackupOptions options;
    options.ledger = test_.options();
    options.target = scratch_ / name;
    return MakeBackup(options);
  }
  RestoreOptions Restoring(const std::string& backup, const std::string& ledger,
                           const std::string& expected) {
    RestoreOptions options;
    options.backup = scratch_ / backup;
    options.ledger.directory = scratch_ / ledger;
    options.expected = {expected};
    return options;
  }
  absl::Status Restore(const std::string& backup, const std::string& ledger,
                       const std::string& expected) {
    return RestoreBackup(Restoring(backup, ledger, expected)).status();
  }
  bool Holds(const std::string& name) const { return std::filesystem::exists(scratch_ / name); }
  std::string Newest() { return test_.ledger().head().note; }
  LedgerOptions OptionsOf(const std::string& name) const {
    LedgerOptions options;
    options.directory = scratch_ / name;
    return options;
  }

  TestLedger test_;
  TestFeed& feed_;
  tests::ScratchDirectory scratch_;
  int minute_ = 0;
};

TEST_F(BackupTest, IsTheLedgerAtItsHeadAndCanBeReadWhereItLies) {
  Grow(5);
  const auto report = Backup("b");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->manifest.size, test_.ledger().head().size);
  EXPECT_EQ(report->manifest.root, test_.ledger().head().root);
  EXPECT_EQ(report->manifest.ledger, test_.ledger().id());
  EXPECT_EQ(report->audit.covered.events, report->manifest.size);
  EXPECT_EQ(tests::ReadText(scratch_ / "b/checkpoint"), Newest());
  const auto copy = Ledger::Open(OptionsOf("b/ledger"));
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ((*copy)->head().note, Newest());
  EXPECT_EQ((*copy)->ReadRecord(4)->leaf(), test_.ledger().ReadRecord(4)->leaf());
  // Reading it changed nothing: it restores.
  EXPECT_TRUE(Restore("b", "again", Newest()).ok());
}

TEST_F(BackupTest, T40TakenBesideAWriterAtWorkEachIsWhole) {
  // A few records for each backup, so that a slow machine copies no more than a quick one.
  constexpr int kBeside = 5, kRecordsEach = 20;
  std::counting_semaphore<> allowed(0);
  std::thread writer([&] {
    for (int i = 0; i < kBeside * kRecordsEach; ++i) {
      allowed.acquire();
      Grow(1);
    }
  });
  std::vector<uint64_t> sizes;
  for (int i = 0; i <= kBeside; ++i) {
    if (i < kBeside) {
      allowed.release(kRecordsEach);
    } else {
      writer.join();
    }
    const auto report = Backup(absl::StrCat("b", i));
    EXPECT_TRUE(report.ok()) << report.status();
    if (report.ok()) sizes.push_back(report->manifest.size);
  }
  ASSERT_EQ(sizes.size(), 6u);
  EXPECT_LT(sizes.front(), sizes.back());
  for (int i = 0; i < 6; ++i) {
    const std::string name = absl::StrCat("b", i);
    EXPECT_TRUE(Restore(name, "r" + name, tests::ReadText(scratch_ / (name + "/checkpoint"))).ok());
  }
}

// What a writer had written and not acknowledged is no part of a backup.
TEST_F(BackupTest, AnUnacknowledgedTailIsTakenBackInTheCopy) {
  Grow(3);
  const uint64_t size = test_.ledger().head().size;
  const std::string head = tests::ReadText(test_.options().directory + ".head");
  Grow(1);
  // The files as a cut between the commit and its head leaves them.
  std::filesystem::copy(test_.options().directory, scratch_ / "cut",
                        std::filesystem::copy_options::recursive);
  tests::WriteText(scratch_ / "cut.head", head);
  BackupOptions options;
  options.ledger = OptionsOf("cut");
  options.target = scratch_ / "b";
  const auto report = MakeBackup(options);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->manifest.size, size);
  for (const std::string& note : report->audit.notes) {
    EXPECT_FALSE(absl::StrContains(note, "never acknowledged")) << note;
  }
  Store::Options store;
  store.directory = scratch_ / "b/ledger/store";
  const auto rows = Store::Open(store);
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ((*rows)->Last(Bytes{'U'}, Bytes{'U' + 1})->has_value(), false);
}

TEST_F(BackupTest, ARestoredLedgerGoesOn) {
  Grow(4);
  ASSERT_TRUE(Backup("b").ok());
  const std::string expected = Newest();
  test_.Close();
  const auto report = RestoreBackup(Restoring("b", "restored", expected));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_FALSE(Holds("restored.restoring"));
  {
    auto writer = LedgerWriter::Open(OptionsOf("restored"), test_.environment());
    ASSERT_TRUE(writer.ok()) << writer.status();
    EXPECT_EQ((*writer)->ledger().head().size, report->manifest.size);
    feed_.Report(1, State::kDown, At("2026-02-02T00:00:00Z"));
    std::vector<SignedBatch> batches;
    batches.push_back(feed_.Sign());
    EXPECT_TRUE((*writer)->Append(std::move(batches))[0].ok());
    EXPECT_TRUE((*writer)->Close().ok());
  }
  EXPECT_TRUE(AuditOf(OptionsOf("restored")).verified);
  test_.Reopen();
}

TEST_F(BackupTest, TheHeadMayLieElsewhereAndIsFoundThere) {
  ASSERT_TRUE(Backup("b").ok());
  RestoreOptions options = Restoring("b", "restored", Newest());
  options.ledger.head_path = scratch_ / "elsewhere/restored.head";
  ASSERT_TRUE(RestoreBackup(options).ok());
  EXPECT_FALSE(Holds("restored.head"));
  EXPECT_TRUE(Ledger::Open(OptionsOf("restored")).ok());
}

// T-10: backups of 100 points. With the newest head none of them becomes a ledger again; where the
// head was set back too, the head that somebody kept tells.
TEST_F(BackupTest, T10NoOlderBackupBecomesALedger) {
  for (int point = 0; point < 100; ++point) {
    ASSERT_TRUE(Backup(absl::StrCat("b", point)).ok());
    Grow(1);
  }
  const Head newest = test_.ledger().head();
  for (int point = 0; point < 100; ++point) {
    const std::string backup = absl::StrCat("b", point);
    const absl::Status refused = Restore(backup, "r", newest.note);
    ASSERT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
    ASSERT_TRUE(absl::StrContains(refused.message(), ToBase64(newest.root.view()))) << refused;
    // The head file that outlived the store says the same, whatever is expected.
    std::filesystem::copy(test_.options().directory + ".head", scratch_ / "r.head");
    const std::string own = tests::ReadText(scratch_ / (backup + "/checkpoint"));
    ASSERT_TRUE(absl::IsFailedPrecondition(Restore(backup, "r", own)));
    std::filesystem::remove(scratch_ / "r.head");
    ASSERT_FALSE(Holds("r") || Holds("r.head") || Holds("r.restoring"));
    if (point % 10 != 9) continue;
    // Everything set back: the ledger opens, and a kept head is not in it.
    ASSERT_TRUE(Restore(backup, "r", own).ok());
    const auto restored = Ledger::Open(OptionsOf("r"));
    ASSERT_TRUE(restored.ok());
    EXPECT_FALSE((*restored)->RootAt(newest.size).ok());
    std::filesystem::remove_all(scratch_ / "r");
    std::filesystem::remove(scratch_ / "r.head");
  }
}

// T-11: set back, then grown otherwise under the real key: longer than what was kept, and no
// ledger.
TEST_F(BackupTest, T11AForkIsRefusedWithBothHeads) {
  ASSERT_TRUE(Backup("early").ok());
  const std::string own = Newest();
  const uint64_t last_position = feed_.position();
  const Hash previous = feed_.previous();
  Grow(3);
  const Head kept = test_.ledger().head();
  test_.Close();
  ASSERT_TRUE(Restore("early", "fork", own).ok());
  {
    auto writer = LedgerWriter::Open(OptionsOf("fork"), test_.environment());
    ASSERT_TRUE(writer.ok()) << writer.status();
    feed_.Resume(last_position, previous);
    for (int i = 0; i < 5; ++i) {
      std::vector<SignedBatch> batches;
      feed_.Mark(At("2026-02-03T00:00:00Z") + Minutes(i));
      batches.push_back(feed_.Sign());
      ASSERT_TRUE((*writer)->Append(std::move(batches))[0].ok());
    }
    ASSERT_TRUE((*writer)->Close().ok());
  }
  BackupOptions options;
  options.ledger = OptionsOf("fork");
  options.target = scratch_ / "forked";
  const auto forked = MakeBackup(options);
  ASSERT_TRUE(forked.ok()) << forked.status();
  ASSERT_GT(forked->manifest.size, kept.size);
  const absl::Status refused = Restore("forked", "r", kept.note);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_TRUE(absl::StrContains(refused.message(), "fork")) << refused;
  EXPECT_TRUE(absl::StrContains(refused.message(), ToBase64(kept.root.view()))) << refused;
  EXPECT_FALSE(Holds("r"));
  test_.Reopen();
}

// T-40: one file of the backup damaged, each in turn and in four ways: refused by its name.
TEST_F(BackupTest, T40EachDamagedFileIsRefusedByName) {
  Grow(3);
  ASSERT_TRUE(Backup("b").ok());
  const std::string expected = Newest();
  const tests::Picture good = tests::PictureOf(scratch_ / "b");
  int files = 0;
  for (const auto& [name, text] : good) {
    if (text == "(directory)") continue;
    ++files;
    const std::string path = scratch_ / ("b/" + name);
    std::vector<std::string> damaged = {text + "x"};
    if (!text.empty()) {
      damaged.push_back(text.substr(1));
      std::string flipped = text;
      flipped[text.size() / 2] = static_cast<char>(flipped[text.size() / 2] ^ 1);
      damaged.push_back(flipped);
    }
    for (const std::string& bytes : damaged) {
      tests::WriteText(path, bytes);
      const absl::Status refused = Restore("b", "r", expected);
      EXPECT_TRUE(absl::IsDataLoss(refused)) << name << ": " << refused;
      EXPECT_TRUE(absl::StrContains(refused.message(), name)) << name << ": " << refused;
    }
    std::filesystem::remove(path);
    const absl::Status missing = Restore("b", "r", expected);
    EXPECT_FALSE(missing.ok());
    EXPECT_TRUE(absl::StrContains(missing.message(), name)) << missing;
    tests::WriteText(path, text);
    ASSERT_FALSE(Holds("r") || Holds("r.head") || Holds("r.restoring"));
  }
  EXPECT_GT(files, 8);
  EXPECT_TRUE(Restore("b", "r", expected).ok());
}

// T-40: who writes the manifest anew over changed records meets the audit, and then the head.
TEST_F(BackupTest, T40AManifestMadeToFitDoesNotHelp) {
  Grow(3);
  ASSERT_TRUE(Backup("b").ok());
  const auto manifest = DecodeBackupManifest(tests::ReadText(scratch_ / "b/BACKUP"));
  ASSERT_TRUE(manifest.ok());
  const auto write_anew = [&](BackupManifest changed) {
    tests::WriteText(scratch_ / "b/BACKUP", EncodeBackupManifest(changed));
    return Restore("b", "r", Newest());
  };
  BackupManifest longer = *manifest;
  longer.size += 1;
  EXPECT_TRUE(absl::IsDataLoss(write_anew(longer)));
  BackupManifest other = *manifest;
  other.ledger.bytes[3] ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(write_anew(other)));
  BackupManifest root = *manifest;
  root.root.bytes[3] ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(write_anew(root)));
  // Without its clean mark the store is asked, not the mark.
  BackupManifest fewer = *manifest;
  std::erase_if(fewer.files,
                [](const BackupManifest::File& file) { return absl::EndsWith(file.name, ".sst"); });
  for (const auto& file : manifest->files) {
    if (absl::EndsWith(file.name, ".sst")) std::filesystem::remove(scratch_ / ("b/" + file.name));
  }
  EXPECT_TRUE(absl::IsDataLoss(write_anew(fewer)));
  EXPECT_FALSE(Holds("r"));
}

// The list is the backup's own word: what it lists beyond a backup's parts is planted.
TEST_F(BackupTest, WhatIsNoPartOfABackupIsRefused) {
  Grow(1);
  ASSERT_TRUE(Backup("b").ok());
  const auto manifest = DecodeBackupManifest(tests::ReadText(scratch_ / "b/BACKUP"));
  ASSERT_TRUE(manifest.ok());
  const std::string text = "planted";
  for (const char* const name : {"ledger/keys/log.pem", "ledger/head.path", "ledger/log.pem",
                                 "ledger/store/below/000009.sst", "keys/service.pem"}) {
    const std::string path = scratch_ / (std::string("b/") + name);
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    tests::WriteText(path, text);
    BackupManifest longer = *manifest;
    longer.files.push_back({name, text.size(), Sha256Of({AsBytes(text)})});
    std::ranges::sort(longer.files, {}, &BackupManifest::File::name);
    tests::WriteText(scratch_ / "b/BACKUP", EncodeBackupManifest(longer));
    const absl::Status refused = Restore("b", "r", Newest());
    EXPECT_TRUE(absl::IsDataLoss(refused)) << name << ": " << refused;
    EXPECT_TRUE(absl::StrContains(refused.message(), absl::StrCat(name, " is no part"))) << refused;
    EXPECT_FALSE(Holds("r"));
    std::filesystem::remove(path);
  }
}

// What lies beside the store is published with the ledger's word: a checkpoint of it, or no copy.
TEST_F(BackupTest, WhatLiesBesideIsACheckpointOfTheCopy) {
  Grow(2);
  const std::string beside = test_.options().directory + "/seen";
  const auto backup = [&](const std::string& name) {
    BackupOptions options;
    options.ledger = test_.options();
    options.target = scratch_ / name;
    options.beside = {"seen"};
    return MakeBackup(options).status();
  };
  const std::string old = Newest();
  Grow(1);
  for (const std::string& good : {old, Newest()}) {
    tests::WriteText(beside, good);
    const absl::Status made = backup("good");
    EXPECT_TRUE(made.ok()) << made;
    std::filesystem::remove_all(scratch_ / "good");
  }
  std::string forged = old;
  forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
  for (const std::string& bad : {std::string("garbage\n"), std::string(), forged}) {
    tests::WriteText(beside, bad);
    const absl::Status refused = backup("bad");
    EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
    EXPECT_FALSE(Holds("bad"));
  }
  // Planted in a backup, and listed with the others.
  tests::WriteText(beside, old);
  ASSERT_TRUE(backup("b").ok());
  const auto restore = [&] {
    RestoreOptions options = Restoring("b", "l", Newest());
    options.beside = {"seen"};
    return RestoreBackup(options).status();
  };
  BackupManifest manifest = DecodeBackupManifest(tests::ReadText(scratch_ / "b/BACKUP")).value();
  for (BackupManifest::File& file : manifest.files) {
    if (file.name != "ledger/seen") continue;
    tests::WriteText(scratch_ / "b/ledger/seen", "garbage\n");
    file.size = 8;
    file.digest = Sha256Of({AsBytes("garbage\n")});
  }
  tests::WriteText(scratch_ / "b/BACKUP", EncodeBackupManifest(manifest));
  const absl::Status refused = restore();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
  EXPECT_TRUE(absl::StrContains(refused.message(), "seen beside the store")) << refused;
  EXPECT_FALSE(Holds("l"));
}

TEST_F(BackupTest, WhatIsInTheWayStays) {
  ASSERT_TRUE(Backup("b").ok());
  const std::string expected = Newest();
  tests::WriteText(scratch_ / "file", "mine");
  EXPECT_TRUE(absl::IsAlreadyExists(Backup("b").status()));
  EXPECT_TRUE(absl::IsAlreadyExists(Backup("file").status()));
  EXPECT_TRUE(absl::IsAlreadyExists(Restore("b", "b", expected)));
  EXPECT_TRUE(absl::IsAlreadyExists(Restore("b", "file", expected)));
  tests::WriteText(scratch_ / "r.head", "no head");
  EXPECT_TRUE(absl::IsAlreadyExists(Restore("b", "r", expected)));
  EXPECT_EQ(tests::ReadText(scratch_ / "r.head"), "no head");
  EXPECT_EQ(tests::ReadText(scratch_ / "file"), "mine");
  // The ledger's own head that outlived its store is taken up, not written over.
  std::filesystem::copy(test_.options().directory + ".head", scratch_ / "r.head",
                        std::filesystem::copy_options::overwrite_existing);
  const std::string head = tests::ReadText(scratch_ / "r.head");
  EXPECT_TRUE(Restore("b", "r", expected).ok());
  EXPECT_EQ(tests::ReadText(scratch_ / "r.head"), head);
  EXPECT_TRUE(Ledger::Open(OptionsOf("r")).ok());
}

TEST_F(BackupTest, ExpectedHeadsAreThoseOfThisLog) {
  ASSERT_TRUE(Backup("b").ok());
  const auto sign = [&](const std::string& origin, const std::string& key) {
    return *SignCheckpoint({origin, 2, Hash()}, *TestKey(key));
  };
  EXPECT_TRUE(absl::IsInvalidArgument(Restore("b", "r", sign("other.example/log", "log"))));
  EXPECT_TRUE(absl::IsInvalidArgument(Restore("b", "r", sign("ledger.example/test", "stranger"))));
  EXPECT_TRUE(absl::IsFailedPrecondition(Restore("b", "r", sign("ledger.example/test", "log"))));
  EXPECT_TRUE(absl::IsInvalidArgument(Restore("b", "r", "no note")));
  EXPECT_TRUE(absl::IsInvalidArgument(Restore("nowhere", "r", Newest())));
  RestoreOptions none = Restoring("b", "r", "");
  none.expected.clear();
  EXPECT_TRUE(absl::IsInvalidArgument(RestoreBackup(none).status()));
  // The note of a head file is as good as a checkpoint.
  const auto note = NoteOfHead(test_.options().directory + ".head");
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_EQ(*note, Newest());
  EXPECT_TRUE(Restore("b", "r", *note).ok());
}

TEST_F(BackupTest, ALedgerThatDoesNotVerifyGivesNoBackup) {
  Grow(3);
  test_.Close();
  for (const auto& [name, text] : tests::PictureOf(test_.store_directory())) {
    if (!absl::EndsWith(name, ".sst")) continue;
    std::string flipped = text;
    flipped[100] = static_cast<char>(flipped[100] ^ 1);
    tests::WriteText(test_.store_directory() + "/" + name, flipped);
    EXPECT_FALSE(Backup("b").ok());
    EXPECT_FALSE(Holds("b"));
    tests::WriteText(test_.store_directory() + "/" + name, text);
  }
  EXPECT_TRUE(Backup("b").ok());
  test_.Reopen();
}

}  // namespace
}  // namespace tally::ledger
