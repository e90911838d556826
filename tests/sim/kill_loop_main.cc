// kill -9 in a loop (T-33). Goal: nothing acknowledged is ever lost, nothing is torn, and every
// restart goes on by itself. Method: a child process appends and reports; it is killed at a named
// point or at a random time; the next child must find at least what was reported, with the root
// that the parent computes from nothing but the numbers.
//
//   kill_loop [--kills N] [--seed S] [--at named|random] [--subject NAME] [--expect-loss]
//
// A failure prints the command that repeats its directory's history.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <random>

#include "schema/status.h"
#include "tests/scratch.h"
#include "tests/sim/kill_subject.h"

extern char** environ;

namespace tally::tests {
namespace {

constexpr int kKillsPerDirectory = 25;  // then a new ledger, so that it stays small
constexpr size_t kReportBytes = 1 + 8 + 32;

struct Arguments {
  int kills = 500;
  uint32_t seed = 1;
  bool random_times = false;
  bool expect_loss = false;
  std::string subject = "toy";
  // Of a child:
  std::string directory;
  std::string point;
  int hit = 0;
  uint64_t acknowledged = 0;
};

// The pipe's writing end in a child.
constexpr int kReportFile = 3;

void SendReport(const KillReport& report) {
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.U8(static_cast<uint8_t>(report.kind));
  writer.U64(report.size);
  writer.Raw(report.root.view());
  // One write of a pipe this small is whole or not at all.
  TALLY_CHECK(::write(kReportFile, bytes.data(), bytes.size()) == ssize_t{kReportBytes});
}

// Null for unknown names.
std::unique_ptr<KillSubject> MakeKillSubject(absl::string_view name) {
  if (name == "toy") return MakeToySubject();
  if (name == "ledger") return MakeLedgerSubject();
  if (name == "head-first") return MakeHeadFirstSubject();
  return nullptr;
}

int RunChild(const Arguments& arguments) {
  const auto subject = MakeKillSubject(arguments.subject);
  TALLY_CHECK(subject != nullptr);
  int hits = 0;
  const auto failpoint = [&](absl::string_view point) {
    if (point == arguments.point && ++hits == arguments.hit) ::raise(SIGKILL);
  };
  const absl::Status status = subject->Run({.directory = arguments.directory,
                                            .appends = arguments.point.empty() ? 1000 : 6,
                                            .acknowledged = arguments.acknowledged,
                                            .failpoint = failpoint,
                                            .report = SendReport});
  if (status.ok()) return 0;
  std::fprintf(stderr, "child: %s\n", status.ToString().c_str());
  return 3;
}

// A running child and the end of its pipe.
struct Child {
  pid_t process = 0;
  int reports = -1;
};

Child StartChild(const Arguments& arguments) {
  int ends[2];
  TALLY_CHECK(::pipe2(ends, O_CLOEXEC) == 0);
  std::vector<std::string> words = {"kill_loop", "--child", arguments.directory, "--subject",
                                    arguments.subject, "--acknowledged",
                                    std::to_string(arguments.acknowledged)};
  if (!arguments.point.empty()) {
    words.insert(words.end(), {"--point", arguments.point, "--hit", std::to_string(arguments.hit)});
  }
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  TALLY_CHECK(::posix_spawn_file_actions_init(&actions) == 0);
  TALLY_CHECK(::posix_spawn_file_actions_adddup2(&actions, ends[1], kReportFile) == 0);
  Child child;
  TALLY_CHECK(::posix_spawn(&child.process, "/proc/self/exe", &actions, nullptr, pointers.data(),
                            environ) == 0);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  child.reports = ends[0];
  return child;
}

// Reads reports until the child's end of the pipe closes.
std::vector<KillReport> ReadReports(int file) {
  std::vector<KillReport> reports;
  Bytes bytes;
  uint8_t buffer[4096];
  while (true) {
    const ssize_t count = ::read(file, buffer, sizeof(buffer));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    bytes.insert(bytes.end(), buffer, buffer + count);
  }
  ::close(file);
  TALLY_CHECK(bytes.size() % kReportBytes == 0);
  ByteReader reader(bytes);
  while (reader.remaining() > 0) {
    KillReport report;
    report.kind = static_cast<KillReport::Kind>(reader.U8());
    report.size = reader.U64();
    reader.Fill(report.root.bytes);
    reports.push_back(report);
  }
  return reports;
}

// What the parent knows of one ledger.
class History {
 public:
  explicit History(KillSubject& subject) : subject_(subject) {}

  // nullopt when the reports agree with what must hold, else what is wrong.
  std::optional<std::string> Check(const std::vector<KillReport>& reports) {
    for (const KillReport& report : reports) {
      const std::optional<Hash> expected =
          report.size == acknowledged_ && !root_.IsZero() ? root_
                                                          : subject_.ExpectedRoot(report.size);
      if (expected.has_value() && report.root != *expected) {
        return "another root at size " + std::to_string(report.size);
      }
      if (report.size < acknowledged_) {
        return std::to_string(acknowledged_) + " records were acknowledged, " +
               std::to_string(report.size) + " found";
      }
      if (report.kind != KillReport::Kind::kAcknowledged) continue;
      acknowledged_ = report.size;
      root_ = report.root;
    }
    return std::nullopt;
  }
  uint64_t acknowledged() const { return acknowledged_; }

 private:
  KillSubject& subject_;
  uint64_t acknowledged_ = 0;
  Hash root_;  // as acknowledged
};

struct Totals {
  int kills = 0;
  int children = 0;
  uint64_t acknowledged = 0;
};

// One child's life. Gives what is wrong, if anything is.
std::optional<std::string> RunOnce(Arguments arguments, KillSubject& subject, History& history,
                                   std::mt19937& random, Totals& totals) {
  if (!arguments.random_times) {
    const std::vector<std::string> points = subject.points();
    arguments.point = points[random() % points.size()];
    arguments.hit = 1 + static_cast<int>(random() % 6);
  }
  arguments.acknowledged = history.acknowledged();
  const Child child = StartChild(arguments);
  ++totals.children;
  if (arguments.random_times) {
    // A quarter of them while they start; the others after the first report, while they append.
    pollfd first{.fd = child.reports, .events = POLLIN, .revents = 0};
    if (random() % 4 != 0) TALLY_CHECK(::poll(&first, 1, -1) == 1);
    // From microseconds up to the time of a start or of a few dozen appends.
    const uint32_t range = uint32_t{1} << (8 + random() % 9);
    ::usleep(1 + static_cast<uint32_t>(random() % range));
    ::kill(child.process, SIGKILL);
  }
  const std::vector<KillReport> reports = ReadReports(child.reports);
  int status = 0;
  TALLY_CHECK(::waitpid(child.process, &status, 0) == child.process);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ++totals.kills;
  if (const auto wrong = history.Check(reports)) return wrong;
  const bool expected = (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) ||
                        (WIFEXITED(status) && WEXITSTATUS(status) == 0);
  if (!expected) return "the child ended by itself, with status " + std::to_string(status);
  return std::nullopt;
}

// Kills children over one ledger.
std::optional<std::string> RunDirectory(Arguments arguments, uint32_t seed, Totals& totals) {
  const ScratchDirectory scratch;
  arguments.directory = scratch.path();
  const auto subject = MakeKillSubject(arguments.subject);
  const absl::Status created = subject->Create(scratch.path());
  if (!created.ok()) return created.ToString();
  std::mt19937 random(seed);
  History history(*subject);
  const int limit = totals.kills + kKillsPerDirectory;
  // A child whose point is never reached ends in peace, so lives are counted too.
  for (int life = 0; life < 3 * kKillsPerDirectory; ++life) {
    if (totals.kills >= limit || totals.kills >= arguments.kills) break;
    if (auto wrong = RunOnce(arguments, *subject, history, random, totals)) return wrong;
  }
  // The last kill is judged too.
  arguments.point = "none";
  arguments.acknowledged = history.acknowledged();
  const Child child = StartChild(arguments);
  const std::vector<KillReport> reports = ReadReports(child.reports);
  int status = 0;
  TALLY_CHECK(::waitpid(child.process, &status, 0) == child.process);
  totals.acknowledged += history.acknowledged();
  if (const auto wrong = history.Check(reports)) return wrong;
  if (status != 0) return "the last start ended with status " + std::to_string(status);
  return std::nullopt;
}

int RunParent(const Arguments& arguments) {
  Totals totals;
  int losses = 0;
  for (uint32_t seed = arguments.seed; totals.kills < arguments.kills; ++seed) {
    const auto wrong = RunDirectory(arguments, seed, totals);
    if (!wrong.has_value()) continue;
    ++losses;
    if (arguments.expect_loss) continue;
    std::printf("FAILED: %s\nrepeat with: kill_loop --seed %u --kills %d --at %s --subject %s\n",
                wrong->c_str(), seed, kKillsPerDirectory,
                arguments.random_times ? "random" : "named", arguments.subject.c_str());
    return 1;
  }
  std::printf("%d kills of %d children, %llu records acknowledged, %d ledgers wrong\n",
              totals.kills, totals.children, static_cast<unsigned long long>(totals.acknowledged),
              losses);
  return (losses > 0) == arguments.expect_loss ? 0 : 1;
}

std::optional<Arguments> Parse(int count, char** words) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--expect-loss") {
      arguments.expect_loss = true;
      continue;
    }
    if (i + 1 >= count) return std::nullopt;
    const std::string value = words[++i];
    if (word == "--kills") {
      arguments.kills = std::atoi(value.c_str());
    } else if (word == "--seed") {
      arguments.seed = static_cast<uint32_t>(std::strtoul(value.c_str(), nullptr, 10));
    } else if (word == "--at" && (value == "named" || value == "random")) {
      arguments.random_times = value == "random";
    } else if (word == "--subject" && MakeKillSubject(value) != nullptr) {
      arguments.subject = value;
    } else if (word == "--child") {
      arguments.directory = value;
    } else if (word == "--point") {
      arguments.point = value;
    } else if (word == "--acknowledged") {
      arguments.acknowledged = std::strtoull(value.c_str(), nullptr, 10);
    } else if (word == "--hit") {
      arguments.hit = std::atoi(value.c_str());
    } else {
      return std::nullopt;
    }
  }
  return arguments;
}

}  // namespace
}  // namespace tally::tests

int main(int count, char** words) {
  const auto arguments = tally::tests::Parse(count, words);
  if (!arguments.has_value() || arguments->kills <= 0) {
    std::fprintf(stderr,
                 "usage: kill_loop [--kills N] [--seed S] [--at named|random] [--subject NAME] "
                 "[--expect-loss]\n");
    return 2;
  }
  return arguments->directory.empty() ? tally::tests::RunParent(*arguments)
                                      : tally::tests::RunChild(*arguments);
}
