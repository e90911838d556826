// All that one replay knows about an agreement: its axes, the folds of its streams, and the zones
// that its terms name. Reading happens here and nowhere else; what follows is pure.
//
// Only four sorts of stream are read: the agreement's own, the feeds that its terms bind, the
// system stream (zone rules by digest). So events of other agreements cannot matter. Each stream is
// read in log order by one cursor of its own; the folds never look at another stream's state while
// they run, and what has to be compared across streams (a closing against evidence, a settlement
// against an amendment) is compared by log index afterwards. Merging the streams into one sequence
// would give the same states.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "ledger/ledger.h"
#include "replay/case_axes.h"
#include "replay/dispute/dispute_fold.h"
#include "replay/dispute/exclusions.h"
#include "replay/dispute/forum.h"
#include "replay/dispute/invoices.h"
#include "replay/dispute/restatement.h"
#include "replay/dispute/rights.h"
#include "replay/dispute/rulings.h"
#include "replay/dispute/target_fold.h"
#include "replay/dispute/window_names.h"
#include "replay/feed_trail.h"
#include "replay/kept_streams.h"
#include "replay/projection/agreement_fold.h"
#include "replay/projection/feed_fold.h"
#include "replay/replay.h"
#include "replay/target_book.h"
#include "replay/terms/business_calendar.h"
#include "replay/terms/sequence.h"
#include "replay/terms/zone.h"

namespace tally::replay {

struct CaseRequest {
  std::string agreement;
  CaseAxes axes;
  std::optional<Terms> reading;  // instead of the agreed terms
  std::set<ledger::EventAddress> without;
  bool checked_beforehand = false;
  // An act of the agreement that is not recorded, read after all that are; outlives the case.
  const ledger::VerifiedEvent* foreseen = nullptr;
  // Further such acts, in this order: what somebody supposes to have been said.
  std::vector<const ledger::VerifiedEvent*> supposed = {};
  // Of what feeds observed, only records below this index; what they say of themselves (sources,
  // watermarks) is read whole. Two readings part where this grows.
  std::optional<uint64_t> observed_below = {};
  // Evidence that came after its cut-off counts, as if a restatement had admitted it.
  bool late_counts = false;
  // How much of what feeds reported one by one is kept at a time; no figure depends on it.
  ShelfSize shelf = {};
  // For who opens many cases of one ledger; both outlive the case, and no figure depends on them.
  // Feeds go on from the last case that followed the trail, where that gives the same.
  FeedTrail* trail = nullptr;
  KeptStreams* kept = nullptr;  // of acts and documents
};

class CaseFile {
 public:
  // Reads the agreement's stream only: terms and acts, no evidence.
  static absl::StatusOr<std::unique_ptr<CaseFile>> OpenActs(const ledger::Ledger& ledger,
                                                            const CaseRequest& request);
  // Reads the zones and the evidence as well. FailedPrecondition when no terms are in force or a
  // zone's rules are not in the ledger.
  static absl::StatusOr<std::unique_ptr<CaseFile>> Open(const ledger::Ledger& ledger,
                                                        const CaseRequest& request);

  const CaseAxes& axes() const { return request_.axes; }
  bool LateCounts() const { return request_.late_counts; }
  const AgreementFold& agreement() const { return agreement_; }
  const DisputeFold& acts() const { return acts_; }
  const ForumFold& forum() const { return forum_; }
  const ExclusionFold& exclusions() const { return exclusions_; }
  const TargetFold& target_acts() const { return target_acts_; }
  // Weighed as soon as the acts and zones are read; no evidence takes part.
  const TargetBook& targets() const { return targets_; }
  const RightFold& rights() const { return rights_; }
  const InvoiceFold& invoices() const { return invoices_; }
  const RulingFold& rulings() const { return rulings_; }
  const RestatementFold& restatements() const { return restatements_; }

  // What the acts of the fold of rights came to (replay/rights.h): uses that have an effect, and
  // the end of the term that they or both parties brought about. Windows that had ended when `act`
  // was recorded stay as they were; later ones are laid out up to `end`.
  struct TermEnd {
    Instant end;
    ActStamp act;
    std::string why;  // "by the right rules/x", "by agreement"
  };
  // `ends`: in log order, each earlier than those before it; the last is the end.
  void SetRights(std::vector<Exercise> exercised, std::vector<TermEnd> ends,
                 std::vector<Finding> findings);
  const std::vector<Exercise>& exercised() const { return exercised_; }
  const std::optional<TermEnd>& term_end() const { return term_end_; }
  const std::vector<TermEnd>& term_ends() const { return term_ends_; }
  // Each name that an act gives a window, for who follows what became of it (cut_windows.h), and
  // what he found: why some are none any more.
  void EachName(const NameVisitor& visit);
  void TakeCut(std::map<WindowName, std::string> gone, std::vector<Finding> findings);
  // Which settlements have an effect is told anew, once windows or the acts about them changed.
  absl::Status WeighSettlements();
  // True when the parties' own terms decide and nothing was left out.
  bool AsAgreed() const {
    return !request_.reading.has_value() && request_.without.empty() && request_.supposed.empty();
  }

  // The same, and on all evidence: what anybody finds who repeats what the parties signed.
  bool IsWhole() const {
    return AsAgreed() && !request_.axes.reported.has_value() && !request_.late_counts &&
           !request_.observed_below.has_value();
  }

  // Terms that govern some window, oldest first: those in force; or one other reading; or terms
  // that one party attested alone. Empty when there are none.
  const std::vector<const TermsVersion*>& versions() const { return versions_; }
  // The version of versions() that governs a window, which a ruling may have ordered; nullptr if
  // none reaches it.
  const TermsVersion* Governing(const WindowName& name) const;
  // The same as the parties agreed it, whatever was ruled.
  const TermsVersion* Agreed(const WindowName& name) const;
  // What rulings say of a window.
  RuledWindow RuledOn(const WindowName& name) const {
    return RuledOn(name, request_.axes.knowledge);
  }
  RuledWindow RuledOn(const WindowName& name, Instant knowledge) const {
    return RuledOn(name, Agreed(name), knowledge);
  }
  // Where `agreed` governs it; nullptr: nothing does, and nothing is ruled.
  RuledWindow RuledOn(const WindowName& name, const TermsVersion* agreed, Instant knowledge) const;
  const Zone& ZoneOf(const ZoneRef& ref) const;
  // The calendars that the terms of a version name, and "24x7".
  const CalendarBook& CalendarsOf(const TermsVersion& version) const {
    return calendars_.at(&version);
  }
  // The fold of a feed as `version` binds it; nullptr if it is not bound.
  const FeedFold* FeedOf(const TermsVersion& version, absl::string_view feed) const;
  std::vector<uint64_t> feed_streams() const {
    std::vector<uint64_t> streams;
    for (const auto& [stream, feed] : feeds_) streams.push_back(stream);
    return streams;
  }
  uint64_t stream() const { return stream_; }

  // The earliest watermark of the feeds of an objective below `size`; Instant::Min() when one of
  // them has stated none.
  Instant Watermark(const TermsVersion& version, const Objective& objective, uint64_t size) const;
  // How many records that the case knows were recorded before `instant`, of whatever stream.
  absl::StatusOr<uint64_t> SizeBefore(Instant instant) const;
  // Reads the records [first, limit) of one of its streams again.
  absl::Status Reread(uint64_t stream, uint64_t first, uint64_t limit,
                      const FactVisitor& visit) const {
    return Scan(stream, {first, limit, /*checked_beforehand=*/true}, visit);
  }
  std::vector<Finding> Findings() const;

 private:
  CaseFile(const ledger::Ledger& ledger, CaseRequest request)
      : ledger_(ledger),
        request_(std::move(request)),
        shelf_(request_.shelf),
        agreement_(request_.agreement),
        acts_(agreement_),
        forum_(agreement_, acts_),
        exclusions_(agreement_),
        rights_(agreement_),
        invoices_(agreement_),
        rulings_(agreement_),
        restatements_(agreement_) {}
  absl::Status ReadActs();
  bool MakesSense(const Fact& fact);  // or a finding
  void AddOrderedTerms();
  absl::Status ChooseTerms();
  absl::Status TakeReading();
  bool IsLeftOut(const Fact& fact) const;
  bool FollowsTrail() const {
    return request_.trail != nullptr && request_.without.empty() && !request_.observed_below;
  }
  const Zone* ZoneNamed(const Terms& terms, absl::string_view name) const;
  absl::Status BindFeeds();
  absl::Status ReadZones();
  absl::Status ReadCalendars();
  absl::Status ReadFeeds();
  // Without what these restatements say, which the records refute.
  absl::Status WeighSettlements(const std::map<ledger::EventAddress, std::string>& refuted);
  absl::Status Scan(uint64_t stream, const FactVisitor& apply) const;
  absl::Status Visit(const ledger::VerifiedRecord& record, const FactVisitor& apply) const;
  // The records of a stream within [first, limit) of the log.
  struct Stretch {
    uint64_t first = 0, limit = 0;
    bool checked_beforehand = false;
  };
  absl::Status Scan(uint64_t stream, const Stretch& stretch, const FactVisitor& apply) const;
  FactReader ReaderOf(uint64_t stream) const;
  ledger::KeyVerdict VerdictOf(const ledger::VerifiedRecord& record) const;

  const ledger::Ledger& ledger_;
  CaseRequest request_;
  mutable PageShelf shelf_;  // of the reports that evaluation reads again
  uint64_t stream_ = 0;
  AgreementFold agreement_;
  DisputeFold acts_;
  ForumFold forum_;
  ExclusionFold exclusions_;
  TargetFold target_acts_{agreement_};
  TargetBook targets_;
  RightFold rights_;
  InvoiceFold invoices_;
  RulingFold rulings_;
  RuledWindows ruled_{rulings_};
  RestatementFold restatements_;
  std::set<KeyFingerprint> invalid_keys_;  // as rulings say: what is suspect of them is invalid
  std::vector<Exercise> exercised_;
  std::vector<TermEnd> term_ends_;
  std::optional<TermEnd> term_end_;
  std::unique_ptr<TermsVersion> reading_;
  std::vector<const TermsVersion*> versions_;
  std::map<DocumentDigest, Zone> zones_;
  std::map<const TermsVersion*, CalendarBook> calendars_;
  std::map<uint64_t, std::unique_ptr<FeedFold>> feeds_;                    // by stream
  std::map<std::pair<const TermsVersion*, std::string>, uint64_t> bound_;  // feed names to streams
  std::vector<Finding> findings_;
  mutable absl::Mutex mutex_;
  // What the ledger was asked for; cut-offs come again with each evaluation of their windows.
  mutable std::map<Instant, uint64_t> sizes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace tally::replay
