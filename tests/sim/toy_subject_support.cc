#include "ledger/log/embedded_log.h"
#include "ledger/log/head_file.h"
#include "tests/ledger/log/toy_log.h"
#include "tests/sim/kill_subject.h"

namespace tally::tests {
namespace {

using ledger::HeadFile;
using ledger::HeadFileCalls;

// The embedded log under a toy ledger.
class ToySubject final : public KillSubject {
 public:
  absl::Status Create(const std::string& directory) override {
    MakeToyLog(directory, 2, ToyEnd::kCut);
    return absl::OkStatus();
  }

  absl::Status Run(const Session& session) override {
    auto options = ToyOptions(session.directory);
    options.failpoint = session.failpoint;
    TALLY_ASSIGN_OR_RETURN(const auto log, ledger::OpenEmbeddedLog(options));
    TALLY_ASSIGN_OR_RETURN(const ledger::Claimed claimed, log->Claim());
    uint64_t size = claimed.recovery.has_value() ? claimed.recovery->kept_size : claimed.head.size;
    TALLY_ASSIGN_OR_RETURN(const Hash root, ToyRootAt(log->store(), size));
    TALLY_RETURN_IF_ERROR(CheckToyIndexes(log->store(), size));
    session.report({KillReport::Kind::kFound, size, root});
    for (int turn = 0; turn < session.appends; ++turn) {
      const uint64_t count = 1 + (size + static_cast<uint64_t>(turn)) % 3;
      TALLY_RETURN_IF_ERROR(ToyAppend(*log, claimed.epoch, size, count, roots_));
      size += count;
      session.report({KillReport::Kind::kAcknowledged, size, roots_.At(size)});
    }
    return log->Seal(claimed.epoch);
  }

  std::optional<Hash> ExpectedRoot(uint64_t size) override { return roots_.At(size); }

  std::vector<std::string> points() const override {
    return {"claim.before-open",   "claim.after-recovery", "append.before-write",
            "append.after-write",  "append.after-read-back", "commit.before-write",
            "commit.after-write",  "barrier.before-head",  "head.before-write",
            "head.after-write",    "head.after-sync",      "barrier.after-head",
            "seal.before-write",   "seal.after-write",     "close.before-mark",
            "close.after-mark",    "seal.after-close"};
  }

 private:
  ToyRoots roots_;
};

// The twin that must be caught: it makes the head durable before the batch, so a crash between the
// two leaves a head that claims what the store lacks.
class HeadFirstSubject final : public KillSubject {
 public:
  absl::Status Create(const std::string& directory) override { return sound_.Create(directory); }

  absl::Status Run(const Session& session) override {
    // The sound log judges what the crash left.
    Session sound = session;
    sound.appends = 1;
    sound.failpoint = nullptr;
    TALLY_RETURN_IF_ERROR(sound_.Run(sound));
    const std::string& directory = session.directory;
    TALLY_ASSIGN_OR_RETURN(const auto head,
                           HeadFile::OpenForWriting(ToyOptions(directory).head_path,
                                                    HeadFileCalls::System(), nullptr));
    ledger::Store::Options options;
    options.directory = ledger::StoreDirectory(ToyOptions(directory));
    options.mode = ledger::Store::Mode::kReadWrite;
    options.failpoint = session.failpoint;
    TALLY_ASSIGN_OR_RETURN(const auto store, ledger::Store::Open(options));
    for (int turn = 0; turn < session.appends; ++turn) {
      const uint64_t size = head->newest().size;
      ledger::HeadSlot next = ToyHead(size + 1, roots_);
      next.generation = head->newest().generation + 1;
      next.epoch = head->newest().epoch;
      TALLY_RETURN_IF_ERROR(head->Advance(next));
      const Commit commit = ToyCommit(size, 1);
      ledger::WriteSet writes = commit.derived;
      writes.borrowed = {{ledger::layout::Spine(size), commit.spine},
                         {ledger::layout::Bodies(size), commit.bodies}};
      TALLY_RETURN_IF_ERROR(store->Commit(writes));
      session.report({KillReport::Kind::kAcknowledged, size + 1, roots_.At(size + 1)});
    }
    return absl::OkStatus();
  }

  std::optional<Hash> ExpectedRoot(uint64_t size) override { return roots_.At(size); }
  std::vector<std::string> points() const override {
    return {"commit.before-write", "commit.after-write"};
  }

 private:
  ToySubject sound_;
  ToyRoots roots_;
};

}  // namespace

std::unique_ptr<KillSubject> MakeToySubject() { return std::make_unique<ToySubject>(); }
std::unique_ptr<KillSubject> MakeHeadFirstSubject() {
  return std::make_unique<HeadFirstSubject>();
}

}  // namespace tally::tests
