#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "tests/ledger/log/ledger_support.h"
#include "tests/sim/kill_subject.h"

namespace tally::tests {
namespace {

using ledger::Ledger;
using ledger::LedgerOptions;
using ledger::LedgerWriter;

constexpr absl::string_view kParty = "lime";
constexpr absl::string_view kFeed = "uptime";

LedgerOptions OptionsFor(const std::string& directory) {
  LedgerOptions options;
  options.directory = directory + "/ledger";
  options.head_path = directory + "/ledger.head";
  return options;
}

// Reads every record through the verifying cursor.
absl::Status ReadAll(const Ledger& ledger) {
  TALLY_ASSIGN_OR_RETURN(const auto cursor, ledger.Read({}));
  for (uint64_t index = 0;; ++index) {
    TALLY_ASSIGN_OR_RETURN(const auto record, cursor->Next());
    if (record.has_value()) continue;
    if (index == ledger.head().size) return absl::OkStatus();
    return absl::DataLossError(absl::StrCat("the cursor ended at ", index));
  }
}

// The whole ledger writer: admission, appender, tree, signatures, indexes.
class LedgerSubject final : public KillSubject {
 public:
  absl::Status Create(const std::string& directory) override {
    ledger::TestLedger made;
    made.AddFeed(kFeed, made.AddParty(kParty));
    const LedgerOptions from = made.options();
    made.Close();
    const LedgerOptions to = OptionsFor(directory);
    std::filesystem::copy(from.directory, to.directory, std::filesystem::copy_options::recursive);
    std::filesystem::copy(from.directory + ".head", to.head_path);
    return absl::OkStatus();
  }

  absl::Status Run(const Session& session) override {
    LedgerOptions options = OptionsFor(session.directory);
    options.failpoint = session.failpoint;
    ledger::TestClock clock(ledger::At("2026-03-01T00:00:00Z"));
    ledger::TestRandomness randomness(static_cast<uint64_t>(::getpid()));
    const auto log_key = ledger::TestKey("log");
    const auto service_key = ledger::TestKey("service");
    ledger::WriterEnvironment environment;
    environment.clock = &clock;
    environment.randomness = &randomness;
    environment.log_key = log_key.get();
    environment.service_key = service_key.get();
    TALLY_ASSIGN_OR_RETURN(const auto writer, LedgerWriter::Open(options, environment));
    const Ledger& read = writer->ledger();
    TALLY_RETURN_IF_ERROR(ReadAll(read));
    session.report({KillReport::Kind::kFound, read.head().size, read.head().root});
    if (session.acknowledged > 0) {
      TALLY_ASSIGN_OR_RETURN(const Hash root, read.RootAt(session.acknowledged));
      session.report({KillReport::Kind::kKept, session.acknowledged, root});
    }
    TALLY_RETURN_IF_ERROR(AppendReports(*writer, session));
    return writer->Close();
  }

  std::optional<Hash> ExpectedRoot(uint64_t) override { return std::nullopt; }
  std::vector<std::string> points() const override { return MakeToySubject()->points(); }

 private:
  // Each batch registers a source of its own and reports its state once.
  static absl::Status AppendReports(LedgerWriter& writer, const Session& session) {
    ledger::TestParty party;
    party.name = std::string(kParty);
    party.key = ledger::TestKey(kParty);
    TALLY_ASSIGN_OR_RETURN(const ledger::StreamState state,
                           writer.ledger().FindStream(StreamKind::kFeed, kFeed));
    ledger::TestFeed feed(writer.ledger().id(), state.id, state.opening_index, std::string(kFeed),
                          party);
    feed.Resume(state.last_position, state.newest_digest);
    // A new feed's newest event is its opening, which is no link of the feed.
    if (state.last_position == 0) feed.Resume(0, Hash{});
    for (int turn = 0; turn < session.appends; ++turn) {
      const uint32_t source = static_cast<uint32_t>(feed.position() + 1);
      feed.Register(source, absl::StrCat("source ", source));
      feed.Report(source, State::kUp, ledger::At("2026-02-01T00:00:00Z"));
      std::vector<ledger::SignedBatch> batches;
      batches.push_back(feed.Sign());
      const auto outcomes = writer.Append(std::move(batches));
      if (!outcomes.front().ok()) return outcomes.front().status();
      const ledger::Head head = writer.ledger().head();
      session.report({KillReport::Kind::kAcknowledged, head.size, head.root});
    }
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<KillSubject> MakeLedgerSubject() { return std::make_unique<LedgerSubject>(); }

}  // namespace tally::tests
