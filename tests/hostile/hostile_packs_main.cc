// The verifier's limits against packs that were made to break them: at most 256 MiB of memory, and
// at most the greater of 10 s and four times the cost of the pack's hashes and signatures.
//
//   hostile_packs TALLY_VERIFY [--whole] [--no-limits] [CASE]...
//
// Each case is written to a file, given to the program, and measured by the kernel (wait4).
// Verdicts do not matter here, limits do, and that there is a verdict: the program ends with 0 or 1
// and says why. Whatever happens, its address space is 1 GiB. --whole: as large as a pack may be,
// which takes many minutes. --no-limits is handed on.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>

#include "absl/strings/match.h"
#include "schema/status.h"
#include "tests/hostile/forgeries.h"
#include "tests/scratch.h"

namespace tally::hostile {
namespace {

constexpr double kMemoryMiB = 256;
constexpr double kSecondsAtLeast = 10;
constexpr double kTimesTheCost = 4;
// The program measures the machine itself, a little later than this one does.
constexpr double kUnevenMachine = 1.25;

struct Measured {
  int status = 0;
  double mib = 0;
  double seconds = 0;
};

Measured RunProgram(const std::vector<std::string>& words, const std::string& out) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  TALLY_CHECK(child >= 0);
  if (child == 0) {
    // What has no bounds of its own must not take the machine with it.
    const rlimit memory{rlim_t{1} << 30, rlim_t{1} << 30};
    ::setrlimit(RLIMIT_AS, &memory);
    const int output = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execv(arguments.front(), arguments.data());
    ::_exit(126);
  }
  Measured measured;
  rusage usage{};
  TALLY_CHECK(::wait4(child, &measured.status, 0, &usage) == child);
  measured.mib = static_cast<double>(usage.ru_maxrss) / 1024;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  measured.seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  return measured;
}

// The first two lines of what the program said: the verdict, and the first finding if there is one.
std::string FirstWords(const std::string& file) {
  const std::string said = tests::ReadText(file);
  const size_t line = said.find('\n');
  const size_t second = line == std::string::npos ? line : said.find('\n', line + 1);
  return said.substr(0, std::min(second, size_t{300}));
}

bool RunCase(const ForgeryCase& each, bool whole, std::vector<std::string> command) {
  const tests::ScratchDirectory scratch;
  size_t bytes = 0;
  double cost = 0;
  uint64_t records = 0, events = 0;
  {
    const Forgery forgery = each.make(whole ? each.whole_bytes : each.bytes);
    if (forgery.bytes.empty()) {
      std::printf("%-14s NOT MADE: over the limits of packs\n", each.name.c_str());
      return false;
    }
    bytes = forgery.bytes.size();
    cost = forgery.cost_seconds;
    records = forgery.records;
    events = forgery.events;
    tests::WriteText(scratch / "pack", std::string(forgery.bytes.begin(), forgery.bytes.end()));
  }
  command.push_back(scratch / "pack");
  const Measured measured = RunProgram(command, scratch / "out");
  const std::string said = FirstWords(scratch / "out");
  const bool ended = WIFEXITED(measured.status) && WEXITSTATUS(measured.status) <= 1 &&
                     (absl::StartsWith(said, "FAILED\n  ") ||
                      absl::StartsWith(said, "INCOMPLETE") || absl::StartsWith(said, "UNFINISHED"));
  const double allowed = std::max(kSecondsAtLeast, kTimesTheCost * cost) * kUnevenMachine;
  const bool good = ended && measured.mib <= kMemoryMiB && measured.seconds <= allowed;
  std::printf("%-14s %6.1f MB %7llu records %7llu events %6.1f MiB %6.1f s (costs %.1f s)  %s\n",
              each.name.c_str(), static_cast<double>(bytes) / 1e6,
              static_cast<unsigned long long>(records), static_cast<unsigned long long>(events),
              measured.mib, measured.seconds, cost,
              !ended ? "NO VERDICT"
              : good ? "within"
                     : "TOO MUCH");
  std::printf("               %s\n", said.c_str());
  std::fflush(stdout);
  return good;
}

}  // namespace
}  // namespace tally::hostile

int main(int argc, char** argv) {
  bool whole = false;
  std::vector<std::string> command, wanted;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--whole") {
      whole = true;
    } else if (command.empty()) {
      command = {word, "verify", "--self"};
    } else {
      (word == "--no-limits" ? command : wanted).push_back(word);
    }
  }
  if (command.empty()) {
    std::cerr << "usage: hostile_packs TALLY_VERIFY [--whole] [--no-limits] [CASE]...\n";
    return 2;
  }
  bool good = true;
  size_t run = 0;
  for (const tally::hostile::ForgeryCase& each : tally::hostile::ForgeryCases()) {
    if (!wanted.empty() && std::ranges::find(wanted, each.name) == wanted.end()) continue;
    good = tally::hostile::RunCase(each, whole, command) && good;
    ++run;
  }
  if (run < std::max<size_t>(wanted.size(), 1)) std::cerr << "no such case\n";
  return good && run >= std::max<size_t>(wanted.size(), 1) ? 0 : 1;
}
