// The weighing behind TargetBook::Of, one step for each act and each timer.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "replay/target_book.h"

namespace tally::replay {

class TargetWeigher {
 public:
  explicit TargetWeigher(const CaseFile& file) : file_(file) {}
  absl::StatusOr<TargetBook> Run();

 private:
  // Where in the log something is asked: what stands before `at` is known, with timers at `time`.
  struct Moment {
    ledger::EventAddress at;
    Instant time;
  };
  struct Sequence {
    std::vector<ClosedWindow> windows;
    std::vector<ledger::EventAddress> closings;  // one for each window
  };

  absl::Status Propose(const TargetAct& act, const TargetProposal& proposal);
  absl::Status Weigh(const TargetProposal& proposal, const TermsVersion& version,
                     const Objective& objective, TargetCase& each);
  void Answer(const TargetAct& act, const TargetAnswer& answer);
  void Expire(Instant time);
  void TakeEffect(TargetCase& each, Instant time, std::optional<ledger::EventAddress> act);
  absl::Status NoteDue();

  const TermsVersion* VersionAt(const Moment& moment) const;
  static const Objective* ObjectiveIn(const TermsVersion& version, const std::string& id);
  // The newest in effect that adjusts the objective's target as written; nullptr if none does.
  const TargetCase* Newest(const Objective& objective) const;
  absl::StatusOr<TargetFigure> FigureAt(const Moment& moment, const Objective& objective,
                                        const Rule& rule,
                                        std::vector<ledger::EventAddress>* closings) const;
  absl::StatusOr<Sequence> SequenceAt(const Moment& moment, const Objective& objective,
                                      const Rule& rule) const;
  absl::StatusOr<const Closing*> ClosingAt(const Moment& moment, const TermsVersion& version,
                                           const WindowName& name) const;
  void Find(const ledger::EventAddress& at, const std::string& objective, absl::string_view kind,
            absl::string_view severity, std::string message);

  const CaseFile& file_;
  TargetBook book_;
};

}  // namespace tally::replay
