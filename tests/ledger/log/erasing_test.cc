// Goal: after an erasure no file of the ledger holds a byte of the body or its salt, every proof
// and root is as it was, and a crash at any step leaves what the next start finishes; a body that
// is missing without an erasure is damage. Method: all files searched after a busy session; the
// ledger's folder copied at each failpoint, and the copy opened; the store changed by hand.
#include "ledger/log/erasing.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "gtest/gtest.h"
#include "ledger/chain/partial_run.h"
#include "ledger/chain/run_leaf.h"
#include "ledger/crypto/sha256.h"
#include "ledger/log/erased_bodies.h"
#include "ledger/log/layout.h"
#include "tests/ledger/log/erasure_case.h"
#include "tests/scratch.h"

namespace tally::ledger {
namespace {

using tests::Picture;
using tests::PictureOf;

// The first file below `directory` that holds the bytes; "" for none.
std::string FileWith(const std::string& directory, ByteView bytes) {
  const std::string wanted(AsText(bytes));
  for (const auto& [name, text] : PictureOf(directory)) {
    if (text.find(wanted) != std::string::npos) return name;
  }
  return "";
}

// What must be gone: the salts and bodies of a state and of the run.
struct Gone {
  explicit Gone(const ErasureCase& made) {
    const VerifiedRecord record = made.test.ledger().ReadRecord(made.states).value();
    for (const uint32_t offset : {1u, 3u}) {
      const VerifiedEvent& event = record.events()[offset];
      salts.push_back(event.salt);
    }
    run.assign(record.events()[3].body.begin(), record.events()[3].body.end());
  }
  std::string FileIn(const std::string& directory) const {
    for (const Salt& salt : salts) {
      const std::string file = FileWith(directory, salt.view());
      if (!file.empty()) return file;
    }
    // A part of the columns, behind the frame that every run's body has.
    return FileWith(directory, ByteView(run).subspan(run.size() / 2));
  }
  std::vector<Salt> salts;
  Bytes run;
};

std::string FolderOf(const TestLedger& test) {
  return std::filesystem::path(test.options().directory).parent_path().string();
}

// T-88: SST, WAL and all others, while the ledger is open and after it is closed.
TEST(Erasing, T88NoFileHoldsTheBody) {
  ErasureCase made;
  const Gone gone(made);
  const std::string folder = FolderOf(made.test);
  EXPECT_FALSE(gone.FileIn(folder).empty());
  made.test.Close();
  made.test.Reopen();  // the body lies in a table file by now
  for (int i = 0; i < 20; ++i) {
    made.feed.Report(1, State::kUp, At("2025-12-04T00:00:00Z") + Hours(i));
    made.test.Append(made.feed.Sign());
  }
  made.Record(made.states, 1);
  made.Record(made.states, 3);
  const Head before = made.test.ledger().head();
  EXPECT_FALSE(gone.FileIn(folder).empty());
  const absl::Status done = made.test.writer().CarryOutErasures();
  ASSERT_TRUE(done.ok()) << done;
  EXPECT_EQ(gone.FileIn(folder), "");
  EXPECT_EQ(made.test.ledger().head().root, before.root);
  const VerifiedRecord record = made.test.ledger().ReadRecord(made.states).value();
  EXPECT_FALSE(record.events()[0].erased || record.events()[2].erased);
  EXPECT_TRUE(record.events()[1].erased && record.events()[3].erased);
  EXPECT_TRUE(record.events()[1].body.empty() && record.events()[1].salt.IsZero());
  EXPECT_TRUE(made.test.ledger().Prove(made.states, 1).ok());
  made.test.Append(made.feed.Report(1, State::kUp, At("2025-12-05T00:00:00Z")).Sign());
  made.test.Close();
  EXPECT_EQ(gone.FileIn(folder), "");
  const AuditReport report = AuditOf(made.test.options());
  EXPECT_TRUE(report.verified) << Describe(report);
  EXPECT_EQ(report.covered.erased, 2u);
  made.test.Reopen();
  EXPECT_TRUE(made.test.CheckLedger());
}

// T-88: of a run the rows that are named, and nothing else of it but its salt, step by step.
TEST(Erasing, T88NoFileHoldsTheRowsThatAreErased) {
  ErasureCase made;
  const std::string folder = FolderOf(made.test);
  const VerifiedRecord whole = made.test.ledger().ReadRecord(made.states).value();
  const Salt salt = whole.events()[3].salt;
  std::vector<Salt> leaves;
  for (uint64_t g = 0; g < 3; ++g) leaves.push_back(RunLeafSalt(salt, g));
  const Head before = made.test.ledger().head();
  std::set<size_t> gone;
  for (const RowsOfRun& part : {RowsOfRun{16, 16}, RowsOfRun{0, 16}, RowsOfRun{}}) {
    made.Record(made.states, 3, part);
    const absl::Status done = made.test.writer().CarryOutErasures();
    ASSERT_TRUE(done.ok()) << done;
    gone.insert(part.IsWhole() ? 2 : part.first / kRunLeafRows);
    EXPECT_EQ(FileWith(folder, salt.view()), "");
    for (size_t g = 0; g < 3; ++g) {
      EXPECT_EQ(FileWith(folder, leaves[g].view()).empty(), gone.contains(g)) << g;
    }
    const VerifiedRecord record = made.test.ledger().ReadRecord(made.states).value();
    EXPECT_TRUE(record.events()[3].erased && record.events()[3].body.empty());
    const PartialRun rest = DecodePartialRun(record.events()[3].rest).value();
    EXPECT_EQ(rest.sources[0].leaves.size(), 3 - gone.size());
    EXPECT_EQ(RunRootOf(rest).value(), record.events()[3].header.run_root);
    EXPECT_EQ(made.test.ledger().RootAt(before.size).value(), before.root);
    EXPECT_TRUE(made.test.ledger().Prove(made.states, 3).ok());
    made.test.Close();
    const AuditReport report = AuditOf(made.test.options());
    EXPECT_TRUE(report.verified) << Describe(report);
    EXPECT_EQ(report.covered.erased, 1u);
    const std::string said = absl::StrCat("of event ", made.states, "/3 is erased: ",
                                          part.IsWhole()   ? "the whole body"
                                          : part.first > 0 ? "rows 16 to 31"
                                                           : "rows 0 to 31");
    EXPECT_TRUE(std::ranges::count(report.notes, said) == 1) << said;
    made.test.Reopen();
    EXPECT_TRUE(made.test.CheckLedger());
  }
}

// T-88: of each row its value, 8 bytes that stand nowhere else: there until its leaf is erased.
TEST(Erasing, T88NoFileHoldsAValueOfTheRowsThatAreErased) {
  ErasureCase made;
  constexpr uint32_t kRows = 40;
  tally::Run run;
  run.step = Minutes(1);
  run.sources = {{2, 0, kRows, At("2025-12-03T00:00:00Z")}};
  run.states.assign(kRows / 4, 0);
  std::vector<Bytes> values(kRows);
  for (uint32_t row = 0; row < kRows; ++row) {
    Bytes number;
    ByteWriter(number).U64(row);
    const Hash random = Sha256Of({number});
    run.values.push_back(ByteReader(random.view()).I64());
    ByteWriter(values[row]).I64(run.values.back());
  }
  EventHeader header;
  header.kind = BodyKind::kMeasurementRun;
  header.observed_from = run.sources[0].first;
  header.observed_until = header.observed_from + Minutes(kRows);
  header.run_rows = kRows;
  header.run_sources = 1;
  made.feed.Register(2, "valued").Add(header, Encode(run));
  const uint64_t index = made.test.Append(made.feed.Sign()).index;
  const std::string folder = FolderOf(made.test);
  const auto count = [&](uint32_t first, uint32_t limit) {
    size_t found = 0;
    for (uint32_t row = first; row < limit; ++row) found += !FileWith(folder, values[row]).empty();
    return found;
  };
  EXPECT_EQ(count(0, kRows), kRows);
  made.Record(index, 1, {16, 16});
  EXPECT_EQ(count(0, kRows), kRows);
  ASSERT_TRUE(made.test.writer().CarryOutErasures().ok());
  EXPECT_EQ(count(16, 32), 0u);
  EXPECT_EQ(count(0, 16) + count(32, kRows), kRows - 16);
  made.test.Close();
  EXPECT_EQ(count(16, 32), 0u);
  EXPECT_EQ(count(0, 16) + count(32, kRows), kRows - 16);
  const AuditReport report = AuditOf(made.test.options());
  EXPECT_TRUE(report.verified) << Describe(report);
}

// A ledger's folder as a crash would leave it at a point, with the head beside it.
void CopyAt(const std::string& folder, const std::string& target) {
  std::filesystem::remove_all(target);
  std::filesystem::copy(folder, target, std::filesystem::copy_options::recursive);
}

LedgerOptions OptionsIn(const std::string& copy, const TestLedger& test) {
  const auto moved = [&](const std::string& path) {
    return path.empty() ? path : copy + "/" + std::filesystem::path(path).filename().string();
  };
  LedgerOptions options = test.options();
  options.directory = moved(options.directory);
  options.head_path = moved(options.head_path);
  return options;
}

// T-88: a start after an unclean stop keeps links to the logs, which hold the bodies.
TEST(Erasing, T88LogsThatWereKeptGoToo) {
  ErasureCase made;
  const Gone gone(made);
  made.Record(made.states, 1);
  made.Record(made.states, 3);
  const tests::ScratchDirectory scratch;
  const std::string copy = scratch / "copy";
  CopyAt(FolderOf(made.test), copy);  // as a power cut would leave it
  EXPECT_FALSE(gone.FileIn(copy).empty());
  const LedgerOptions crashed = OptionsIn(copy, made.test);
  const auto writer = LedgerWriter::Open(crashed, made.test.environment());
  ASSERT_TRUE(writer.ok()) << writer.status();
  EXPECT_TRUE(std::filesystem::exists(crashed.directory + "/quarantine-unclean"));
  EXPECT_EQ(gone.FileIn(copy), "");
}

// T-88: a crash in the middle.
TEST(Erasing, T88ACrashAnywhereIsFinishedAtTheNextStart) {
  for (const std::string point :
       {"erase.before-write", "erase.after-write", "purge.after-flush", "purge.after-compaction",
        "purge.after-deletion", "erase.after-purge"}) {
    ErasureCase made;
    const Gone gone(made);
    made.Record(made.states, 1);
    made.Record(made.states, 3);
    made.test.Close();
    const tests::ScratchDirectory scratch;
    const std::string folder = FolderOf(made.test);
    const std::string copy = scratch / "copy";
    LedgerOptions options = made.test.options();
    bool reached = false;
    // Closing before was clean, so a start finds the erasures recorded and nothing done.
    options.failpoint = [&](absl::string_view at) {
      if (at != point || reached) return;
      reached = true;
      CopyAt(folder, copy);
    };
    {
      const auto writer = LedgerWriter::Open(options, made.test.environment());
      ASSERT_TRUE(writer.ok()) << writer.status();
    }
    EXPECT_TRUE(reached) << point;
    EXPECT_EQ(gone.FileIn(folder), "") << point;
    const LedgerOptions crashed = OptionsIn(copy, made.test);
    const AuditReport either = AuditOf(crashed);
    EXPECT_TRUE(either.verified) << point << Describe(either);
    const auto writer = LedgerWriter::Open(crashed, made.test.environment());
    ASSERT_TRUE(writer.ok()) << point << writer.status();
    EXPECT_EQ(gone.FileIn(copy), "") << point;
    EXPECT_TRUE((*writer)->Close().ok());
    const AuditReport report = AuditOf(crashed);
    EXPECT_TRUE(report.verified) << point << Describe(report);
    EXPECT_EQ(report.covered.erased, 2u) << point;
  }
}

std::map<uint32_t, ErasedRows> WholeOf(uint32_t event) {
  std::map<uint32_t, ErasedRows> named;
  named[event].Add(RowsOfRun());
  return named;
}

class MissingBodyTest : public testing::Test {
 protected:
  // Writes over the first state's body as an erasure would; `row`: with the row of one.
  void Remove(bool row) {
    made_.test.Close();
    Store::Options options;
    options.directory = made_.test.store_directory();
    options.mode = Store::Mode::kReadWrite;
    auto store = Store::Open(options).value();
    SegmentReader segments(*store);
    const auto segment = segments.Containing(made_.states).value();
    WriteSet writes;
    writes.puts.push_back({layout::Bodies(segment->spine.first_index()),
                           BodiesWithout(*segment, WholeOf(0)).value()});
    if (row) writes.puts.push_back({layout::Erased(made_.states, 0), Bytes(8)});
    ASSERT_TRUE(store->Commit(writes).ok());
    ASSERT_TRUE(store->CloseCleanly().ok());
  }
  ErasureCase made_;
};

// T-88: a missing body without an erasure is damage, to the audit and to every reader.
TEST_F(MissingBodyTest, T88WithoutAnErasureItIsDamage) {
  Remove(false);
  const AuditReport report = AuditOf(made_.test.options());
  ASSERT_FALSE(report.verified);
  EXPECT_EQ(report.findings[0].kind, "body-missing");
  EXPECT_EQ(report.findings[0].index, made_.states);
  const auto ledger = Ledger::Open(made_.test.options());
  EXPECT_TRUE(!ledger.ok() || absl::IsDataLoss((*ledger)->ReadRecord(made_.states).status()));
}

// T-88: an erasure of some rows excuses no others.
TEST_F(MissingBodyTest, T88MoreRowsThanWereErasedIsDamage) {
  made_.Record(made_.states, 3, {16, 16});
  ASSERT_TRUE(made_.test.writer().CarryOutErasures().ok());
  EXPECT_TRUE(made_.test.ledger().ReadRecord(made_.states).ok());
  made_.test.Close();
  {
    Store::Options options;
    options.directory = made_.test.store_directory();
    options.mode = Store::Mode::kReadWrite;
    auto store = Store::Open(options).value();
    SegmentReader segments(*store);
    const auto segment = segments.Containing(made_.states).value();
    std::map<uint32_t, ErasedRows> more;
    more[3].Add({0, 16});
    WriteSet writes;
    writes.puts.push_back(
        {layout::Bodies(segment->spine.first_index()), BodiesWithout(*segment, more).value()});
    ASSERT_TRUE(store->Commit(writes).ok());
    ASSERT_TRUE(store->CloseCleanly().ok());
  }
  const AuditReport report = AuditOf(made_.test.options());
  ASSERT_FALSE(report.verified);
  EXPECT_EQ(report.findings[0].kind, "body-missing");
  EXPECT_EQ(report.findings[0].found, "event 3 without its rows 0 to 31");
  const auto ledger = Ledger::Open(made_.test.options());
  EXPECT_TRUE(!ledger.ok() || absl::IsDataLoss((*ledger)->ReadRecord(made_.states).status()));
}

// A row that no erasure made excuses nothing.
TEST_F(MissingBodyTest, T88ARowAloneExcusesNothing) {
  Remove(true);
  const AuditReport report = AuditOf(made_.test.options());
  ASSERT_FALSE(report.verified);
  EXPECT_TRUE(std::ranges::any_of(report.findings, [](const AuditFinding& finding) {
    return finding.kind == "erased-index";
  })) << Describe(report);
  const auto ledger = Ledger::Open(made_.test.options());
  EXPECT_TRUE(!ledger.ok() || absl::IsDataLoss((*ledger)->ReadRecord(made_.states).status()));
}

TEST(Erasing, CopiesThatWereSetAsideAreInTheWay) {
  ErasureCase made;
  made.Record(made.states, 1);
  std::filesystem::create_directory(made.test.options().directory + "/quarantine-7");
  const absl::Status refused = made.test.writer().CarryOutErasures();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_NE(refused.message().find("quarantine-7"), absl::string_view::npos) << refused;
  std::filesystem::remove(made.test.options().directory + "/quarantine-7");
  EXPECT_TRUE(made.test.writer().CarryOutErasures().ok());
  EXPECT_TRUE(made.test.CheckLedger());
}

}  // namespace
}  // namespace tally::ledger
