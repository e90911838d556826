// How a case is read: acts (they tell the terms), terms (they tell zones and feeds), zones, feeds.
#include "replay/case_file.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "ledger/crypto/sha256.h"
#include "ledger/pack/pack_ledger.h"
#include "replay/record_warnings.h"
#include "replay/settlement_effect.h"
#include "schema/body_sense.h"
#include "schema/status.h"

namespace tally::replay {

constexpr char kLeftOut[] = " is left out of this pack; what rests on it is not known here";
constexpr char kUnbound[] =
    " is not bound to a feed of this ledger at this size; all time is unknown";

absl::StatusOr<uint64_t> CaseFile::SizeBefore(Instant instant) const {
  const absl::MutexLock lock(&mutex_);
  const auto known = sizes_.find(instant);
  if (known != sizes_.end()) return known->second;
  TALLY_ASSIGN_OR_RETURN(const uint64_t size, ledger_.SizeAsRecorded(instant - Duration{1}));
  return sizes_.emplace(instant, std::min(size, request_.axes.size)).first->second;
}

ledger::KeyVerdict CaseFile::VerdictOf(const ledger::VerifiedRecord& record) const {
  if (record.verdict() != ledger::KeyVerdict::kSuspect) return record.verdict();
  // A revocation that this size does not hold yet says nothing at this size.
  return ledger_.keyring().Judge(record.evidence().key, record.signing(), record.index(),
                                 record.recorded(), {request_.axes.size, &invalid_keys_});
}

absl::Status CaseFile::Scan(uint64_t stream, const FactVisitor& apply) const {
  const uint64_t size = request_.axes.size;
  if (request_.kept == nullptr || feeds_.count(stream) > 0) {
    return Scan(stream, {0, size, request_.checked_beforehand}, apply);
  }
  return request_.kept->EachRecord(
      stream, size, [&](const ledger::VerifiedRecord& record) { return Visit(record, apply); });
}

// What evaluation reads again was verified by this very case when its feeds were read.
FactReader CaseFile::ReaderOf(uint64_t stream) const {
  return [this, stream](uint64_t first, uint64_t last, const FactVisitor& visit) {
    TALLY_CHECK(last < request_.axes.size);
    return Scan(stream, {first, last + 1, true}, [this, &visit](const Fact& fact) {
      return IsLeftOut(fact) ? absl::OkStatus() : visit(fact);
    });
  };
}

absl::Status CaseFile::Scan(uint64_t stream, const Stretch& stretch,
                            const FactVisitor& apply) const {
  ledger::ReadOptions options;
  options.first = stretch.first;
  options.limit = stretch.limit;
  options.stream = stream;
  options.checked_beforehand = stretch.checked_beforehand;
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<ledger::Cursor> cursor, ledger_.Read(options));
  while (true) {
    TALLY_ASSIGN_OR_RETURN(std::optional<ledger::VerifiedRecord> record, cursor->Next());
    if (!record.has_value()) return absl::OkStatus();
    TALLY_RETURN_IF_ERROR(Visit(*record, apply));
  }
}

absl::Status CaseFile::Visit(const ledger::VerifiedRecord& record, const FactVisitor& apply) const {
  const ledger::KeyVerdict verdict = VerdictOf(record);
  for (const ledger::VerifiedEvent& event : record.events()) {
    if (request_.without.count(event.address) > 0) continue;
    TALLY_RETURN_IF_ERROR(
        apply({.event = &event, .recorded = record.recorded(), .verdict = verdict}));
  }
  return absl::OkStatus();
}

// What an earlier version let in says nothing now: no act stands in the way of every later answer.
bool CaseFile::MakesSense(const Fact& fact) {
  if (fact.event->erased || fact.kind() == BodyKind::kStatement) return true;
  const absl::Status sense = CheckBodySense(fact.kind(), fact.event->body);
  if (sense.ok()) return true;
  findings_.push_back({"act-contradicts-itself", "error", "", fact.address(),
                       absl::StrCat(sense.message(), "; it has no effect")});
  return false;
}

absl::Status CaseFile::ReadActs() {
  TALLY_ASSIGN_OR_RETURN(ledger::StreamState state,
                         ledger_.FindStream(StreamKind::kAgreement, request_.agreement));
  if (state.opening_index >= request_.axes.size) {
    return absl::NotFoundError(absl::StrCat("agreement ", request_.agreement,
                                            " was opened by record ", state.opening_index,
                                            ", after the size ", request_.axes.size));
  }
  stream_ = state.opening_index;
  const auto apply = [this](const Fact& fact) {
    if (!MakesSense(fact)) return absl::OkStatus();
    agreement_.Apply(fact);
    acts_.Apply(fact);
    forum_.Apply(fact);
    exclusions_.Apply(fact);
    target_acts_.Apply(fact);
    rights_.Apply(fact);
    invoices_.Apply(fact);
    rulings_.Apply(fact);
    restatements_.Apply(fact);
    return absl::OkStatus();
  };
  TALLY_RETURN_IF_ERROR(Scan(stream_, apply));
  std::vector<const ledger::VerifiedEvent*> unrecorded = request_.supposed;
  if (request_.foreseen != nullptr) unrecorded.push_back(request_.foreseen);
  for (const ledger::VerifiedEvent* event : unrecorded) {
    TALLY_RETURN_IF_ERROR(apply({.event = event,
                                 .recorded = request_.axes.knowledge,
                                 .verdict = ledger::KeyVerdict::kValid}));
  }
  return absl::OkStatus();
}

absl::Status CaseFile::TakeReading() {
  reading_ = std::make_unique<TermsVersion>();
  Bytes bytes = Encode(*request_.reading);
  reading_->hash = ledger::HashOfTerms(bytes);
  reading_->terms = std::make_shared<const Terms>(*request_.reading);
  // Another reading speaks of the same parties and feeds: it takes the bindings that were signed.
  const TermsVersion* signed_terms = agreement_.Current();
  if (signed_terms == nullptr) signed_terms = agreement_.Attested();
  if (signed_terms != nullptr) {
    reading_->bindings = signed_terms->bindings;
    reading_->proposed = signed_terms->proposed;
  }
  for (const Objective& objective : reading_->terms->objectives) {
    for (const std::string* role : {&objective.obligor, &objective.obligee}) {
      if (reading_->PartyOfRole(*role) != nullptr) continue;
      return absl::InvalidArgumentError(absl::StrCat(
          "objective ", objective.id, " names the role ", *role, ", which the terms of agreement ",
          request_.agreement, " do not bind to a party"));
    }
  }
  versions_ = {reading_.get()};
  return absl::OkStatus();
}

absl::Status CaseFile::ChooseTerms() {
  if (request_.reading.has_value()) return TakeReading();
  versions_ = agreement_.InForce();
  if (!versions_.empty()) {
    AddOrderedTerms();
    return absl::OkStatus();
  }
  const TermsVersion* attested = agreement_.Attested();
  if (attested == nullptr) return absl::OkStatus();
  versions_ = {attested};
  findings_.push_back(
      {.kind = "terms-unilateral",
       .severity = "warning",
       .objective = "",
       .at = attested->proposed,
       .message = absl::StrCat("the terms are attested by ", agreement_.NameOf(attested->proposer),
                               " alone; the figures bind nobody")});
  return absl::OkStatus();
}

// Terms that a ruling orders a window to be computed by may never have come into force. They stand
// before the others, so that the newest in force is still the last.
void CaseFile::AddOrderedTerms() {
  for (const WindowRuling& ruling : rulings_.rulings()) {
    for (const RuledRecomputation& ordered : ruling.body.recomputations) {
      const RuledWindow ruled = RuledOn(ordered.window);
      if (!ruled.terms.has_value()) continue;
      for (const TermsVersion* version : agreement_.Versions()) {
        const bool known = std::ranges::count(versions_, version) > 0;
        if (known || version->hash != ruled.terms->what) continue;
        versions_.insert(versions_.begin(), version);
      }
    }
  }
}

absl::Status CaseFile::ReadZones() {
  std::map<DocumentDigest, std::string> needed;
  for (const TermsVersion* version : versions_) {
    needed.emplace(version->terms->zone.rules, version->terms->zone.name);
    for (const Objective& objective : version->terms->objectives) {
      needed.emplace(objective.window.zone.rules, objective.window.zone.name);
    }
    for (const CalendarRef& calendar : version->terms->calendars) {
      if (calendar.zone) needed.emplace(calendar.zone->rules, calendar.zone->name);
    }
  }
  TALLY_RETURN_IF_ERROR(Scan(0, [&](const Fact& fact) -> absl::Status {
    if (fact.kind() == BodyKind::kTimeCorrected) return NoteTimeSetBack(fact, findings_);
    if (fact.kind() != BodyKind::kZoneAdded || fact.event->erased) return absl::OkStatus();
    TALLY_ASSIGN_OR_RETURN(DocumentAdded document, DecodeDocumentAdded(fact.event->body));
    if (needed.count(document.digest) == 0 || document.content.empty()) return absl::OkStatus();
    // The terms name the bytes, not the document: what it says of itself is not taken on trust.
    if (ledger::DigestOfDocument(document.content) != document.digest) return absl::OkStatus();
    absl::StatusOr<Zone> zone = Zone::Parse(document.content);
    if (!zone.ok()) return At(absl::StrCat("zone ", document.name), zone.status());
    zones_.emplace(document.digest, *std::move(zone));
    return absl::OkStatus();
  }));
  for (const auto& [digest, name] : needed) {
    if (zones_.count(digest) > 0) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("the rules of zone ", name, " with digest ", digest.ToHex(),
                     " are not in the ledger; add them with 'tally zone add'"));
  }
  return absl::OkStatus();
}

// A calendar names its zone; its rules are those that the terms pin for it, or under that name.
absl::Status CaseFile::ReadCalendars() {
  std::map<DocumentDigest, std::string> texts;
  for (const TermsVersion* version : versions_) {
    for (const CalendarRef& ref : version->terms->calendars) texts.emplace(ref.rules, "");
  }
  if (!texts.empty()) {
    TALLY_RETURN_IF_ERROR(Scan(0, [&](const Fact& fact) -> absl::Status {
      if (fact.kind() != BodyKind::kCalendarAdded || fact.event->erased) return absl::OkStatus();
      TALLY_ASSIGN_OR_RETURN(DocumentAdded document, DecodeDocumentAdded(fact.event->body));
      auto text = texts.find(document.digest);
      if (text == texts.end() || document.content.empty()) return absl::OkStatus();
      if (ledger::DigestOfDocument(document.content) != document.digest) return absl::OkStatus();
      text->second.assign(document.content.begin(), document.content.end());
      return absl::OkStatus();
    }));
  }
  for (const TermsVersion* version : versions_) {
    CalendarBook& book = calendars_[version];
    book.emplace("24x7", BusinessCalendar::Always());
    for (const CalendarRef& ref : version->terms->calendars) {
      const std::string& text = texts[ref.rules];
      const std::string where = absl::StrCat("calendar ", ref.name);
      if (text.empty()) {
        return absl::FailedPreconditionError(
            absl::StrCat("the rules of ", where, " with digest ", ref.rules.ToHex(),
                         " are not in the ledger; add them with 'tally calendar add'"));
      }
      absl::StatusOr<std::string> name = BusinessCalendar::ZoneNameOf(text);
      if (!name.ok()) return At(where, name.status());
      const Zone* zone = ref.zone ? nullptr : ZoneNamed(*version->terms, *name);
      if (ref.zone && ref.zone->name == *name) zone = &ZoneOf(*ref.zone);
      if (zone == nullptr) {
        return At(where, absl::FailedPreconditionError(absl::StrCat(
                             "its zone ", *name, " is not one that the terms pin by digest")));
      }
      absl::StatusOr<BusinessCalendar> calendar = BusinessCalendar::Parse(text, *zone);
      if (!calendar.ok()) return At(where, calendar.status());
      book.insert_or_assign(ref.name, *std::move(calendar));
    }
  }
  return absl::OkStatus();
}

const Zone* CaseFile::ZoneNamed(const Terms& terms, absl::string_view name) const {
  if (terms.zone.name == name) return &ZoneOf(terms.zone);
  for (const Objective& objective : terms.objectives) {
    if (objective.window.zone.name == name) return &ZoneOf(objective.window.zone);
  }
  return nullptr;
}

absl::Status CaseFile::BindFeeds() {
  TALLY_RETURN_IF_ERROR(NoteBoundElsewhere(ledger_, versions_, findings_));
  std::map<uint64_t, std::pair<std::string, WantedSources>> wanted;
  std::set<std::pair<const TermsVersion*, std::string>> missing;
  for (const TermsVersion* version : versions_) {
    for (const Objective& objective : version->terms->objectives) {
      for (const SourceRef& ref : SourcesOf(objective)) {
        const StreamId* id = version->Bound(absl::StrCat("feed/", ref.feed));
        absl::StatusOr<ledger::StreamState> state =
            id != nullptr ? ledger_.FindStream(*id)
                          : absl::StatusOr<ledger::StreamState>(absl::NotFoundError(""));
        if (!state.ok() && !absl::IsNotFound(state.status())) return state.status();
        bool usable = state.ok() && state->kind == StreamKind::kFeed &&
                      state->opening_index < request_.axes.size;
        if (!usable) {
          if (missing.insert({version, ref.feed}).second) {
            const bool cut = id != nullptr && !state.ok() && ledger::AsPack(ledger_) != nullptr;
            findings_.push_back({cut ? "feed-left-out" : "feed-unbound", "error", objective.id,
                                 version->proposed,
                                 absl::StrCat("feed ", ref.feed, cut ? kLeftOut : kUnbound)});
          }
          continue;
        }
        bound_[{version, ref.feed}] = state->opening_index;
        auto& [name, sources] = wanted[state->opening_index];
        name = state->name;
        (objective.counted ? sources.items : sources.states).insert(ref.source);
      }
    }
  }
  for (auto& [stream, feed] : wanted) {
    feeds_.emplace(stream, std::make_unique<FeedFold>(feed.first, feed.second,
                                                      Rereading{ReaderOf(stream), &shelf_}));
  }
  return absl::OkStatus();
}

bool CaseFile::IsLeftOut(const Fact& fact) const {
  if (!request_.observed_below.has_value()) return false;
  bool of_the_feed = fact.kind() == BodyKind::kFeedOpened ||
                     fact.kind() == BodyKind::kSourceRegistered ||
                     fact.kind() == BodyKind::kWatermark;
  return !of_the_feed && fact.address().index >= *request_.observed_below;
}

absl::Status CaseFile::ReadFeeds() {
  for (auto& [stream, feed] : feeds_) {
    if (FollowsTrail()) {
      TALLY_ASSIGN_OR_RETURN(const bool followed,
                             request_.trail->Follow(stream, request_.axes.size, feed));
      if (followed) continue;
    }
    TALLY_RETURN_IF_ERROR(Scan(stream, [this, &fold = *feed](const Fact& fact) {
      return IsLeftOut(fact) ? absl::OkStatus() : fold.Apply(fact);
    }));
    TALLY_RETURN_IF_ERROR(feed->Seal());
  }
  for (const TermsVersion* version : versions_) {
    for (const Objective& objective : version->terms->objectives) {
      for (const SourceRef& ref : SourcesOf(objective)) {
        const FeedFold* feed = FeedOf(*version, ref.feed);
        if (feed == nullptr || feed->Find(ref.source) != nullptr) continue;
        findings_.push_back({.kind = "source-unregistered",
                             .severity = "error",
                             .objective = objective.id,
                             .at = std::nullopt,
                             .message = absl::StrCat("feed ", ref.feed, " has no source ",
                                                     ref.source, "; its time is unknown")});
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<CaseFile>> CaseFile::OpenActs(const ledger::Ledger& ledger,
                                                             const CaseRequest& request) {
  std::unique_ptr<CaseFile> file(new CaseFile(ledger, request));
  TALLY_RETURN_IF_ERROR(file->ReadActs());
  if (std::set<KeyFingerprint> invalid = KeysRuledInvalid(file->rulings_); !invalid.empty()) {
    // Which acts count is known only now: they are heard once more.
    file.reset(new CaseFile(ledger, request));
    file->invalid_keys_ = std::move(invalid);
    TALLY_RETURN_IF_ERROR(file->ReadActs());
  }
  TALLY_RETURN_IF_ERROR(file->ChooseTerms());
  TALLY_RETURN_IF_ERROR(file->ReadZones());
  TALLY_RETURN_IF_ERROR(file->ReadCalendars());
  TALLY_ASSIGN_OR_RETURN(SettlementEffect effect, EffectOfSettlements(*file, {}));
  file->acts_.TakeEffect(std::move(effect));
  TALLY_RETURN_IF_ERROR(file->BindFeeds());
  TALLY_ASSIGN_OR_RETURN(file->targets_, TargetBook::Of(*file));
  return file;
}

absl::StatusOr<std::unique_ptr<CaseFile>> CaseFile::Open(const ledger::Ledger& ledger,
                                                         const CaseRequest& request) {
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> file, OpenActs(ledger, request));
  if (file->versions_.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("agreement ", request.agreement, " has no terms in force at size ",
                     request.axes.size, ": every obligor and obligee has to accept them"));
  }
  TALLY_RETURN_IF_ERROR(file->ReadFeeds());
  // What the records refute overtakes no settlement.
  TALLY_ASSIGN_OR_RETURN(const Refuted refuted, RefutedRestatements(*file));
  if (!refuted.empty()) TALLY_RETURN_IF_ERROR(file->WeighSettlements(refuted));
  return file;
}

absl::Status CaseFile::WeighSettlements() {
  TALLY_ASSIGN_OR_RETURN(const Refuted refuted, RefutedRestatements(*this));
  return WeighSettlements(refuted);
}

absl::Status CaseFile::WeighSettlements(
    const std::map<ledger::EventAddress, std::string>& refuted) {
  TALLY_ASSIGN_OR_RETURN(SettlementEffect effect, EffectOfSettlements(*this, refuted));
  acts_.TakeEffect(std::move(effect));
  TALLY_ASSIGN_OR_RETURN(targets_, TargetBook::Of(*this));
  return absl::OkStatus();
}

const TermsVersion* CaseFile::Agreed(const WindowName& name) const {
  if (versions_.empty()) return nullptr;
  // A reading or attested terms stand alone.
  if (reading_ != nullptr || agreement_.Current() == nullptr) return versions_.front();
  return agreement_.Governing(name.window,
                              {.settled = acts_.SettledAt(name), .before = std::nullopt});
}

const TermsVersion* CaseFile::Governing(const WindowName& name) const {
  const TermsVersion* agreed = Agreed(name);
  if (rulings_.empty() || reading_ != nullptr || agreed == nullptr) return agreed;
  const RuledWindow ruled = RuledOn(name);
  if (!ruled.terms.has_value()) return agreed;
  for (const TermsVersion* version : versions_) {
    if (version->hash == ruled.terms->what) return version;
  }
  return agreed;
}

RuledWindow CaseFile::RuledOn(const WindowName& name, const TermsVersion* agreed,
                              Instant knowledge) const {
  if (rulings_.empty() || reading_ != nullptr) return {};
  TimeQuestion question;
  question.version = agreed;
  question.knowledge = knowledge;
  if (question.version == nullptr) return {};
  for (const Objective& objective : question.version->terms->objectives) {
    if (objective.id == name.objective) question.objective = &objective;
  }
  if (question.objective == nullptr) return {};
  return ruled_.On(name, question);
}

const Zone& CaseFile::ZoneOf(const ZoneRef& ref) const {
  auto found = zones_.find(ref.rules);
  TALLY_CHECK(found != zones_.end());  // ReadZones refused a case without it
  return found->second;
}

const FeedFold* CaseFile::FeedOf(const TermsVersion& version, absl::string_view feed) const {
  auto found = bound_.find({&version, std::string(feed)});
  return found == bound_.end() ? nullptr : feeds_.at(found->second).get();
}

Instant CaseFile::Watermark(const TermsVersion& version, const Objective& objective,
                            uint64_t size) const {
  Instant earliest = Instant::Max();
  std::vector<SourceRef> sources = SourcesOf(objective);
  if (sources.empty()) {  // made of other objectives: complete as far as all of them are
    for (const Objective& other : version.terms->objectives) {
      for (SourceRef& ref : SourcesOf(other)) sources.push_back(std::move(ref));
    }
  }
  for (const SourceRef& ref : sources) {
    const FeedFold* feed = FeedOf(version, ref.feed);
    std::optional<Instant> stated =
        feed == nullptr ? std::nullopt : feed->Watermark(std::min(size, request_.axes.size));
    earliest = std::min(earliest, stated.value_or(Instant::Min()));
  }
  return earliest == Instant::Max() ? Instant::Min() : earliest;
}

void CaseFile::EachName(const NameVisitor& visit) {
  acts_.EachName(visit);
  forum_.EachName(visit);
  rulings_.EachName(visit);
  ruled_.Forget();  // it was asked under the names of before
}

void CaseFile::TakeCut(std::map<WindowName, std::string> gone, std::vector<Finding> findings) {
  acts_.TakeGone(std::move(gone));
  findings_.insert(findings_.end(), findings.begin(), findings.end());
}

void CaseFile::SetRights(std::vector<Exercise> exercised, std::vector<TermEnd> ends,
                         std::vector<Finding> findings) {
  exercised_ = std::move(exercised);
  term_ends_ = std::move(ends);
  term_end_.reset();
  if (!term_ends_.empty()) term_end_ = term_ends_.back();
  findings_.insert(findings_.end(), findings.begin(), findings.end());
}

std::vector<Finding> CaseFile::Findings() const {
  std::vector<Finding> findings = agreement_.Findings(request_.axes.knowledge);
  for (const std::vector<Finding>* of :
       {&acts_.findings(), &forum_.findings(), &exclusions_.findings(), &targets_.findings(),
        &rights_.findings(), &invoices_.findings(), &rulings_.findings(),
        &restatements_.findings()}) {
    findings.insert(findings.end(), of->begin(), of->end());
  }
  const auto agreed = [this](const WindowName& name) { return Agreed(name); };
  const auto on_claim = [this](const auto& at) { return forum_.RulingAt(at) != nullptr; };
  for (Finding& finding : RulingFindings(rulings_, agreement_, agreed, on_claim)) {
    findings.push_back(std::move(finding));
  }
  for (const Finding& finding : findings_) findings.push_back(finding);
  for (const auto& [stream, feed] : feeds_) {
    for (const Finding& finding : feed->findings()) findings.push_back(finding);
  }
  return findings;
}

}  // namespace tally::replay
