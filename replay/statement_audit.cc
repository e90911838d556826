// The agreement's stream is read for what was stated, then each (size, knowledge) that was cited is
// answered, sizes ascending, and held against all that cited it. Going on from size to size gives
// what a replay from the first record gives, byte for byte: who signed a statement made it by one.
//
// A statement of this engine whose result is the older form's, without postings and steps, is held
// to that form (docs/decisions/0007): nothing but those lines was added, and they are noted.
#include "replay/statement_audit.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "absl/strings/str_cat.h"
#include "replay/canonical.h"
#include "replay/case_file.h"
#include "replay/look.h"
#include "schema/body.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

constexpr size_t kEachRecordMax = 64;  // records of which each is asked for the parting event

// A statement or closing in one form.
struct Stated {
  ledger::EventAddress at;
  bool closing = false;
  WindowName window;
  TermsHash terms;
  uint64_t size = 0;
  Instant knowledge;
  Hash figures;
  std::optional<Hash> root, result;  // statements
  std::string verdict, value;        // closings
  std::optional<Money> credit;       // closings
  std::optional<ClosedOutages> outages;
  std::vector<ClosedCap> caps;
};

std::string CreditText(const std::optional<Money>& credit) {
  return credit.has_value() ? FormatMoney(*credit) : "none";
}

std::string OutagesText(const std::optional<ClosedOutages>& outages) {
  if (!outages) return "none";
  return absl::StrCat("longest ", FormatDuration(outages->longest), ", ",
                      FormatDuration(outages->at_begin), " at the beginning, ",
                      FormatDuration(outages->at_end), " at the end",
                      outages->throughout ? ", throughout" : "");
}

std::string CapsText(const std::vector<ClosedCap>& caps) {
  std::string text;
  for (const ClosedCap& cap : caps) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", cap.rule,
                    cap.reached ? " reached" : " not reached");
  }
  return text.empty() ? "none" : text;
}

class Auditor {
 public:
  Auditor(const ledger::Ledger& ledger, absl::string_view agreement, bool checked_beforehand,
          const AuditScope& scope)
      : ledger_(ledger),
        agreement_(agreement),
        checked_beforehand_(checked_beforehand),
        scope_(scope),
        trail_(ledger, checked_beforehand),
        kept_(ledger, checked_beforehand) {}

  absl::StatusOr<StatementAudit> Run() {
    TALLY_RETURN_IF_ERROR(Read());
    for (const auto& [cited, stated] : groups_) TALLY_RETURN_IF_ERROR(Check(cited, stated));
    NoteScope();
    std::stable_sort(audit_.faults.begin(), audit_.faults.end(),
                     [](const StatementFault& a, const StatementFault& b) { return a.at < b.at; });
    return std::move(audit_);
  }

 private:
  using Cited = std::pair<uint64_t, Instant>;

  absl::Status Read() {
    TALLY_ASSIGN_OR_RETURN(ledger::StreamState stream,
                           ledger_.FindStream(StreamKind::kAgreement, agreement_));
    return kept_.EachRecord(stream.opening_index, ledger_.head().size,
                            [this](const ledger::VerifiedRecord& record) {
                              for (const ledger::VerifiedEvent& event : record.events())
                                Take(event);
                              return absl::OkStatus();
                            });
  }

  void Take(const ledger::VerifiedEvent& event) {
    Stated stated;
    stated.at = event.address;
    if (event.header.kind == BodyKind::kStatement) {
      absl::StatusOr<Statement> body = DecodeStatement(event.body);
      if (!body.ok()) return Note(event, "it cannot be read");
      if (body->engine != kEngineVersion) {
        return Note(event, absl::StrCat("made by ", std::string(body->engine),
                                        ", which is not this engine"));
      }
      stated.window = {body->objective, body->window};
      stated.terms = body->terms_hash;
      stated.size = body->size;
      stated.knowledge = body->knowledge;
      stated.figures = body->figures;
      stated.root = body->root;
      stated.result = body->result;
    } else if (event.header.kind == BodyKind::kWindowClosed) {
      absl::StatusOr<WindowClosed> body = DecodeWindowClosed(event.body);
      if (!body.ok()) return Note(event, "it cannot be read");
      stated.closing = true;
      stated.window = body->window;
      stated.terms = body->terms_hash;
      stated.size = body->size;
      stated.knowledge = body->knowledge;
      stated.figures = body->figures;
      stated.verdict = body->verdict;
      stated.value = body->value;
      stated.credit = body->credit;
      stated.outages = body->outages;
      stated.caps = std::move(body->caps);
    } else {
      return;
    }
    groups_[{stated.size, stated.knowledge}].push_back(std::move(stated));
  }

  void Note(const ledger::VerifiedEvent& event, const std::string& why) {
    audit_.notes.push_back(
        absl::StrCat(agreement_, ": ", event.address.ToText(), " is not computed again: ", why));
  }

  void NoteScope() {
    if (outside_ > 0) {
      audit_.notes.push_back(absl::StrCat(agreement_, ": ", outside_,
                                          " statements and closings of other windows are not "
                                          "computed again: they speak of more than is shown"));
    }
    if (results_ > 0) {
      audit_.notes.push_back(absl::StrCat(agreement_, ": of ", results_,
                                          " statements only the figures of their windows are "
                                          "compared, and not the digests of whole results"));
    }
  }

  StatementFault& Fault(const Stated& stated, absl::string_view field, std::string said,
                        std::string computed) {
    audit_.faults.push_back({.at = stated.at,
                             .what = stated.closing ? "closing" : "statement",
                             .objective = stated.window.objective,
                             .window = stated.window.window,
                             .field = std::string(field),
                             .stated = std::move(said),
                             .computed = std::move(computed),
                             .parts_at = std::nullopt,
                             .searched = false});
    return audit_.faults.back();
  }

  // The whole answer of the ledger as it was cited; an error for what could not have been computed.
  absl::StatusOr<AnsweredCase> AnswerAt(const Cited& cited, const Question& question,
                                        const std::set<ledger::EventAddress>& without = {},
                                        FeedTrail* trail = nullptr) const {
    LookRequest look;
    look.wanted.trail = trail;
    look.wanted.kept = &kept_;
    look.wanted.without = without;
    look.wanted.agreement = agreement_;
    look.wanted.checked_beforehand = checked_beforehand_;
    TALLY_ASSIGN_OR_RETURN(look.wanted.axes, AxesAt(ledger_, cited.first, cited.second));
    look.question = question;
    return AnswerCase(ledger_, look);
  }

  absl::Status Check(const Cited& cited, const std::vector<Stated>& group) {
    for (const Stated& stated : group) {
      // Nobody knows what is recorded after him.
      if (stated.size > stated.at.index) {
        Fault(stated, "size", absl::StrCat(stated.size),
              absl::StrCat("at most ", stated.at.index, ", where it stands"));
      }
    }
    Question question;
    question.period = scope_.period;
    question.objective = scope_.objective;
    absl::StatusOr<AnsweredCase> asked = AnswerAt(cited, question, {}, &trail_);
    if (absl::IsDataLoss(asked.status())) return asked.status();
    for (const Stated& stated : group) {
      if (!IsInScope(stated, asked)) {
        ++outside_;
        continue;
      }
      ++(stated.closing ? audit_.closings : audit_.statements);
      if (!asked.ok()) {
        Fault(stated, "figures", stated.figures.ToHex(), std::string(asked.status().message()));
        continue;
      }
      TALLY_RETURN_IF_ERROR(Compare(stated, asked->answered));
    }
    return absl::OkStatus();
  }

  // A window that the answer about the scope does not have is none of it. Where there is no answer
  // nothing can be excused by its window but by its objective.
  bool IsInScope(const Stated& stated, const absl::StatusOr<AnsweredCase>& asked) const {
    if (scope_.objective.has_value() && stated.window.objective != *scope_.objective) return false;
    if (!scope_.period.has_value() || !asked.ok()) return true;
    return Find(asked->answered.result, stated.window) != nullptr;
  }

  static const WindowResult* Find(const Result& result, const WindowName& name) {
    for (const WindowResult& window : result.windows) {
      if (window.objective == name.objective && window.window == name.window) return &window;
    }
    return nullptr;
  }
  static bool RestsOnErased(const Result& result, const std::string& objective) {
    return std::any_of(result.findings.begin(), result.findings.end(), [&](const Finding& each) {
      return each.kind == "figure-indeterminate" &&
             (objective.empty() || each.objective == objective);
    });
  }

  absl::Status Compare(const Stated& stated, const Answered& answered) {
    const Result& result = answered.result;
    if (stated.root.has_value()) {
      TALLY_ASSIGN_OR_RETURN(Hash root, ledger_.RootAt(stated.size));
      if (root != *stated.root) Fault(stated, "root", stated.root->ToHex(), root.ToHex());
    }
    const WindowResult* window = Find(result, stated.window);
    if (window == nullptr) {
      Fault(stated, "window", "a window of the terms", "the terms have no such window");
      return absl::OkStatus();
    }
    bool same = window->figures == stated.figures;
    if (!same && RestsOnErased(result, stated.window.objective)) {
      audit_.notes.push_back(absl::StrCat(agreement_, ": ", stated.at.ToText(),
                                          " rests on evidence that was erased since: its figures "
                                          "cannot be computed again"));
      return absl::OkStatus();
    }
    if (window->terms != stated.terms) {
      Fault(stated, "terms", stated.terms.ToHex(), window->terms.ToHex());
    }
    if (!same) {
      StatementFault& fault =
          Fault(stated, "figures", stated.figures.ToHex(), window->figures.ToHex());
      fault.searched = true;
      TALLY_ASSIGN_OR_RETURN(fault.parts_at, PartsAt(stated));
      return absl::OkStatus();
    }
    if (stated.closing) {
      CompareClosing(stated, *window);
      CompareForSequences(stated, answered);
    } else {
      CompareResult(stated, result);
    }
    return absl::OkStatus();
  }

  void CompareResult(const Stated& stated, const Result& result) {
    if (!scope_.IsAll()) {
      ++results_;
      return;
    }
    if (*stated.result == result.digest) return;
    // Its own figures come out; of the others some rest on what was erased since.
    if (RestsOnErased(result, "")) return;
    if (*stated.result == DigestBeforePostings(result)) {
      audit_.notes.push_back(absl::StrCat(agreement_, ": ", stated.at.ToText(),
                                          " comes out in the form of results before they listed "
                                          "postings and steps of claims"));
      return;
    }
    Fault(stated, "result", stated.result->ToHex(), result.digest.ToHex());
  }

  // What a closing says in words and money is what its figures say.
  void CompareClosing(const Stated& stated, const WindowResult& window) {
    const std::string verdict(VerdictName(window.verdict));
    if (stated.verdict != verdict) Fault(stated, "verdict", stated.verdict, verdict);
    const std::string value = window.value.has_value() ? FractionText(window.value) : "";
    if (stated.value != value) Fault(stated, "value", stated.value, value);
    std::optional<Money> credit;
    if (window.credit.has_value()) credit = window.credit->amount;
    if (stated.credit != credit) {
      Fault(stated, "credit", CreditText(stated.credit), CreditText(credit));
    }
  }

  // What a closing states for sequences of windows is outside of the figures' digest. One made
  // before closings stated it says nothing of it.
  void CompareForSequences(const Stated& stated, const Answered& answered) {
    for (const EvaluatedWindow& window : answered.windows) {
      if (window.plan.name() != stated.window) continue;
      if (stated.outages && stated.outages != window.outages) {
        Fault(stated, "outages", OutagesText(stated.outages), OutagesText(window.outages));
      }
      if (!stated.caps.empty() && stated.caps != window.caps) {
        Fault(stated, "caps", CapsText(stated.caps), CapsText(window.caps));
      }
    }
  }

  // The window that was stated, as a ledger of `size` records without some events gives it.
  std::optional<WindowResult> WindowAt(const Stated& stated, uint64_t size,
                                       const std::set<ledger::EventAddress>& without = {}) const {
    Question question;
    question.period = Period{};
    question.period->exact = stated.window.window;
    question.objective = stated.window.objective;
    const absl::StatusOr<AnsweredCase> asked =
        AnswerAt({size, stated.knowledge}, question, without);
    if (!asked.ok()) return std::nullopt;
    const WindowResult* window = Find(asked->answered.result, stated.window);
    return window == nullptr ? std::nullopt : std::optional<WindowResult>(*window);
  }
  bool GivesStated(const Stated& stated, uint64_t size) const {
    const std::optional<WindowResult> window = WindowAt(stated, size);
    return window.has_value() && window->figures == stated.figures;
  }

  // The records that can matter to the figures, ascending, below the cited size.
  absl::StatusOr<std::vector<uint64_t>> RecordsOf(const Stated& stated) const {
    CaseRequest wanted;
    wanted.agreement = agreement_;
    wanted.checked_beforehand = checked_beforehand_;
    wanted.kept = &kept_;
    TALLY_ASSIGN_OR_RETURN(wanted.axes, AxesAt(ledger_, stated.size, stated.knowledge));
    TALLY_ASSIGN_OR_RETURN(std::unique_ptr<CaseFile> file, CaseFile::OpenActs(ledger_, wanted));
    std::vector<uint64_t> streams = file->feed_streams();
    streams.push_back(file->stream());
    std::vector<uint64_t> records;
    for (uint64_t stream : streams) {
      ledger::ReadOptions options;
      options.stream = stream;
      options.checked_beforehand = checked_beforehand_;
      TALLY_ASSIGN_OR_RETURN(std::unique_ptr<ledger::Cursor> cursor, ledger_.Read(options));
      while (true) {
        TALLY_ASSIGN_OR_RETURN(std::optional<ledger::VerifiedRecord> record, cursor->Next());
        if (!record.has_value() || record->index() >= stated.size) break;
        records.push_back(record->index());
      }
    }
    std::sort(records.begin(), records.end());
    return records;
  }

  // The ledger before record number `gives` gives the stated figures, with that record it does not.
  // Of few records each is asked, the newest first. Of many, one is looked for that gives them, in
  // steps back that grow by half; then the place between it and the end is halved.
  absl::StatusOr<std::optional<ledger::EventAddress>> PartsAt(const Stated& stated) const {
    TALLY_ASSIGN_OR_RETURN(const std::vector<uint64_t> records, RecordsOf(stated));
    const size_t count = records.size();
    std::optional<size_t> gives;
    for (size_t back = 1; back <= count && !gives.has_value();) {
      if (GivesStated(stated, records[count - back])) gives = count - back;
      back += count <= kEachRecordMax ? 1 : back / 2 + 1;
    }
    if (!gives.has_value()) return std::nullopt;
    size_t parted = count;
    while (count > kEachRecordMax && parted - *gives > 1) {
      const size_t middle = *gives + (parted - *gives) / 2;
      (GivesStated(stated, records[middle]) ? *gives : parted) = middle;
    }
    return EventOf(stated, records[*gives]);
  }

  // The first event of a record with which the figures are not the stated ones, while the events
  // behind it are left out. Halved: `gives` events of the record still give them, `parted` do not.
  absl::StatusOr<std::optional<ledger::EventAddress>> EventOf(const Stated& stated,
                                                              uint64_t record) const {
    TALLY_ASSIGN_OR_RETURN(const ledger::VerifiedRecord parting, ledger_.ReadRecord(record));
    const size_t events = parting.events().size();
    size_t gives = 0, parted = events;
    while (parted - gives > 1) {
      const size_t middle = gives + (parted - gives) / 2;
      std::set<ledger::EventAddress> without;
      for (size_t i = middle; i < events; ++i) without.insert(parting.events()[i].address);
      (GivesWithout(stated, record + 1, without) ? gives : parted) = middle;
    }
    return parting.events()[parted - 1].address;
  }
  // Where something is left out nothing stands in the books, and `posted` is part of the figures:
  // it is compared as it was stated.
  bool GivesWithout(const Stated& stated, uint64_t size,
                    const std::set<ledger::EventAddress>& without) const {
    std::optional<WindowResult> window = WindowAt(stated, size, without);
    if (!window.has_value()) return false;
    for (const bool posted : {false, true}) {
      if (window->credit.has_value()) window->credit->posted = posted;
      if (DigestOfFigures(*window) == stated.figures) return true;
    }
    return false;
  }

  const ledger::Ledger& ledger_;
  std::string agreement_;
  bool checked_beforehand_;
  const AuditScope scope_;
  FeedTrail trail_;
  mutable KeptStreams kept_;
  uint64_t outside_ = 0;  // of windows that are not in the scope
  uint64_t results_ = 0;  // digests of whole results that were not compared
  std::map<Cited, std::vector<Stated>> groups_;
  StatementAudit audit_;
};

}  // namespace

absl::StatusOr<StatementAudit> AuditStatements(const ledger::Ledger& ledger,
                                               absl::string_view agreement, bool checked_beforehand,
                                               const AuditScope& scope) {
  return Auditor(ledger, agreement, checked_beforehand, scope).Run();
}

}  // namespace tally::replay
