// How much memory a piece of work takes: the one place that asks the kernel.
#pragma once

namespace tally::bench {

// What the process holds at most from here on, beyond what it holds here. The kernel's high-water
// mark is set back at the beginning, so one may be alive at a time; Linux only.
class PeakGrowth {
 public:
  PeakGrowth();
  double MiB() const;

 private:
  double before_;
};

// The most that the process held since its start, or since a PeakGrowth set the mark back.
double PeakOfProcessMiB();

}  // namespace tally::bench
