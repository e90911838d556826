#include "tests/bench/peak_memory.h"

#include <malloc.h>
#include <sys/resource.h>

#include <fstream>
#include <string>

namespace tally::bench {
namespace {

// A line of /proc/self/status.
double StatusMiB(const std::string& name) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, name.size(), name) == 0) return std::stod(line.substr(name.size())) / 1024;
  }
  return 0;
}

}  // namespace

PeakGrowth::PeakGrowth() {
  malloc_trim(0);  // what was freed and kept would hide what is taken anew
  std::ofstream("/proc/self/clear_refs") << "5";
  before_ = StatusMiB("VmRSS:");
}

double PeakGrowth::MiB() const { return StatusMiB("VmHWM:") - before_; }

double PeakOfProcessMiB() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

}  // namespace tally::bench
