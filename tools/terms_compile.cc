// One pass over the tree, in the order of Terms. Each reader reports what is wrong and goes on with
// an unset value; nothing is compiled once anything was reported, so unset values cannot get out.
#include "tools/terms_compile.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "schema/terms_check.h"
#include "tools/terms_calendars.h"
#include "tools/terms_credit.h"
#include "tools/terms_fields.h"
#include "tools/terms_levels.h"
#include "tools/terms_lint.h"
#include "tools/terms_measure.h"
#include "tools/terms_names.h"
#include "tools/terms_provenance.h"
#include "tools/terms_rules.h"
#include "tools/terms_target.h"
#include "tools/terms_underpinning.h"
#include "tools/terms_window.h"
#include "tools/terms_words.h"
#include "tools/terms_zones.h"
#include "tools/yaml_reader.h"

namespace tally::tools {
namespace {

// The key of an entry as a name of its own, at its own place.
std::optional<std::string> NameOfEntry(const Field& entry) {
  YamlNode key;
  key.position = entry.report().PlaceOf(entry.path());
  key.text = entry.path().substr(entry.path().find('.') + 1);
  return Field(key, entry.path(), entry.report()).Name();
}

std::vector<TermsParty> ReadParties(const Field& field) {
  constexpr absl::string_view kForm =
      "name the parties by their roles, like `{ provider: lime, customer: coral-island }`";
  std::vector<TermsParty> parties;
  Fields roles(field, kForm);
  for (const Field& entry : roles.All()) {
    std::optional<std::string> role = NameOfEntry(entry);
    std::optional<std::string> name = entry.Name();
    if (role && name) parties.push_back({*role, *name});
  }
  if (field.IsMap() && field.node().items.size() < 2) {
    field.Error("terms-contradiction", "an agreement has at least two parties", kForm);
  }
  std::sort(parties.begin(), parties.end(),
            [](const TermsParty& a, const TermsParty& b) { return a.role < b.role; });
  return parties;
}

void ReadTerm(const Field& field, TermsZones& zones, Terms& terms) {
  Fields choices(field, "write `{ from: 2025-06-01, until: open, zone: Asia/Jakarta }`");
  terms.zone = zones.Read(choices.Need("zone", "name the zone in which dates and deadlines fall"));
  const replay::Zone* zone = zones.Find(terms.zone.name);
  std::optional<Instant> from =
      ReadInstant(choices.Need("from", "write the first day, like `2025-06-01`"), zone);
  Field until = choices.Need("until", "choose `open` or write the day on which it no longer runs");
  const bool endless = until.Says("never") || until.Says("none") || until.Says("forever");
  if (endless) until.Bad("write `open` for a term that has no end yet");
  if (!endless && !until.Says("open")) terms.until = ReadInstant(until, zone);
  choices.Done();
  if (from) terms.from = *from;
  if (from && terms.until && *terms.until <= *from) {
    until.Error("terms-contradiction", "the term ends before it begins");
  }
}

std::optional<Clause> ReadClause(const Field& field) {
  constexpr absl::string_view kDocument =
      "choose `none` or the document's SHA-256, as `tally document add` prints it";
  if (!field.present() || field.Says("none")) return std::nullopt;
  Clause clause;
  Fields choices(field, "choose `none` or `{ id: \"4.2\", wording: ..., document: none }`");
  clause.id = choices.Need("id", "write the clause's number in the contract")
                  .Text("write the clause's number in the contract")
                  .value_or("");
  clause.wording = choices.Need("wording", "write the sentence of the contract")
                       .Text("write the sentence of the contract")
                       .value_or("");
  Field document = choices.Need("document", kDocument);
  if (document.present() && !document.Says("none")) {
    absl::StatusOr<DocumentDigest> digest = document.node().IsText()
                                                ? DocumentDigest::FromHex(document.node().text)
                                                : absl::InvalidArgumentError("no text");
    if (digest.ok() && !digest->IsZero()) {
      clause.document = *digest;
    } else {
      document.Bad(kDocument);
    }
  }
  choices.Done();
  return clause;
}

std::string ReadRole(Fields& choices, absl::string_view key, const Terms& terms) {
  std::vector<absl::string_view> roles;
  for (const TermsParty& party : terms.parties) roles.push_back(party.role);
  const std::string choose = roles.empty() ? "write the role of a party" : ChooseOneOf(roles);
  Field field = choices.Need(key, choose);
  std::optional<std::string> role = field.Text(choose);
  if (!role || roles.empty()) return "";
  if (std::find(roles.begin(), roles.end(), *role) == roles.end()) {
    field.Error("terms-contradiction", absl::StrCat("`parties` has no role \"", *role, "\""),
                choose);
  }
  return *role;
}

Objective ReadObjective(const Field& entry, TermsZones& zones, const Terms& terms) {
  Objective objective;
  objective.id = NameOfEntry(entry).value_or("");
  Fields choices(entry);
  objective.obligor = ReadRole(choices, "obligor", terms);
  objective.obligee = ReadRole(choices, "obligee", terms);
  if (!objective.obligor.empty() && objective.obligor == objective.obligee) {
    entry.report().Error(entry.report().PlaceOf(entry.path() + ".obligee"), "terms-contradiction",
                         "obligor and obligee are the same party");
  }
  objective.clause = ReadClause(choices.Find("clause"));
  ReadMeasure(
      choices.Need("measure", "say what is measured: its `kind` and the choices of that kind"),
      objective);
  objective.exclusions = ReadExclusions(
      choices.Need("exclusions", "choose `none` or list the intervals that both took out"),
      zones.Find(terms.zone.name));
  objective.window = ReadWindow(
      choices.Need("window", "say what time is judged at once: every, zone, when clipped"), zones);
  choices.Choose("when empty", kEmptyWords, objective.empty);
  objective.target = ReadTarget(choices.Need("target", "write it like `at least 99.99 %`"),
                                FormOf(objective, terms.fees));
  objective.credit = ReadCredit(choices.Need("credit", "choose `none` or say what a breach costs"),
                                terms.fees, objective);
  choices.Done();
  return objective;
}

std::vector<Objective> ReadObjectives(const Field& field, TermsZones& zones, const Terms& terms) {
  std::vector<Objective> objectives;
  Fields names(field, "name the objectives, each with its choices");
  for (const Field& entry : names.All()) {
    objectives.push_back(ReadObjective(entry, zones, terms));
  }
  if (field.IsMap() && objectives.empty()) field.Bad("name at least one objective");
  std::sort(objectives.begin(), objectives.end(),
            [](const Objective& a, const Objective& b) { return a.id < b.id; });
  return objectives;
}

DisputeRules ReadDisputes(const Field& field) {
  DisputeRules rules;
  Fields choices(field);
  const auto days = [&](absl::string_view key, uint32_t least, absl::string_view choose) {
    return choices.Need(key, choose).Days(least).value_or(0);
  };
  choices.Choose("credits", kCreditsWords, rules.credits);
  if (rules.credits == ClaimNeeded::kAutomatic) {
    for (absl::string_view key : {"claim within", "answer within", "silence"}) {
      choices.Exclude(key, "automatic credits need no claim");
    }
  } else if (rules.credits == ClaimNeeded::kOnClaim) {
    rules.claim_within_days =
        days("claim within", 1, "write how long after a window's end it may be claimed, in days");
    rules.answer_within_days =
        days("answer within", 1, "write how long after a claim the answer is due, in days");
    choices.Choose("silence", kSilenceWords, rules.silence);
  } else {
    for (absl::string_view key : {"claim within", "answer within", "silence"}) choices.Find(key);
  }
  rules.evidence_cutoff_days =
      days("evidence cut-off", 0, "write how long after a window's end evidence counts, in days");
  rules.objection_days =
      days("objection", 0, "write how long after the closing an objection may come, in days");
  choices.Choose("late evidence", kLateWords, rules.late_evidence);
  choices.Done();
  return rules;
}

std::optional<Amends> ReadAmends(const Field& field, const replay::Zone* zone) {
  constexpr absl::string_view kBase = "choose `current` or the hash of the terms that it changes";
  if (!field.present()) return std::nullopt;
  Amends amends;
  Fields choices(field);
  Field base = choices.Need("base", kBase);
  if (base.present() && !base.Says("current")) {
    absl::StatusOr<TermsHash> hash = base.node().IsText() ? TermsHash::FromHex(base.node().text)
                                                          : absl::InvalidArgumentError("no text");
    if (hash.ok() && !hash->IsZero()) {
      amends.base = *hash;
    } else {
      base.Bad(kBase);
    }
  }
  amends.effective =
      ReadInstant(choices.Need("effective", "write the day from which it counts"), zone)
          .value_or(Instant{});
  choices.Choose("reach", kReachWords, amends.reach);
  if (amends.reach == Reach::kRetroactive) {
    choices.Choose("settled windows", kSettledWords, amends.reopens_settled);
  } else if (amends.reach == Reach::kProspective) {
    choices.Exclude("settled windows", "a prospective amendment does not reach them");
  } else {
    choices.Find("settled windows");
  }
  amends.reason = choices.Need("reason", "write why the terms change")
                      .Text("write why the terms change")
                      .value_or("");
  choices.Done();
  return amends;
}

// Another version may mean another thing by every key, so nothing more is read of it.
bool ReadVersion(Fields& file) {
  constexpr absl::string_view kForm = "write `tally: terms/1` in the first line";
  Field version = file.Need("tally", kForm);
  if (version.Says("terms/1")) return true;
  if (version.present()) version.Bad(kForm);
  return false;
}

std::vector<std::string> Ascending(const std::set<std::string>& names) {
  return {names.begin(), names.end()};
}

void CollectNames(const TermsZones& zones, CompiledTerms& compiled) {
  std::set<std::string> feeds;
  std::set<std::string> parties;
  for (const Objective& objective : compiled.terms.objectives) {
    for (const SourceRef& source : SourcesOf(objective)) feeds.insert(source.feed);
  }
  for (const std::string& feed : FeedsOfRules(compiled.terms)) feeds.insert(feed);
  for (const CalendarRef& each : compiled.terms.calendars) compiled.calendars.push_back(each.name);
  for (const TermsParty& party : compiled.terms.parties) parties.insert(party.name);
  compiled.zones = zones.Names();
  compiled.feeds = Ascending(feeds);
  compiled.parties = Ascending(parties);
}

CompiledTerms ReadFile(Fields& file, const TermsDocuments& documents, TermsZones& zones) {
  CompiledTerms compiled;
  Terms& terms = compiled.terms;
  terms.agreement =
      file.Need("agreement", "name the agreement, like `coral-island`").Name().value_or("");
  terms.parties = ReadParties(
      file.Need("parties", "name the parties by their roles, like `{ provider: lime, ... }`"));
  ReadTerm(file.Need("term", "write `{ from: 2025-06-01, until: open, zone: UTC }`"), zones, terms);
  CalendarZones zone_of;
  terms.calendars = ReadCalendars(file.Find("calendars"), documents, zones, zone_of);
  terms.fees = ReadFees(file.Need("fees", "choose `none` or name the fees"));
  terms.objectives =
      ReadObjectives(file.Need("objectives", "say what the obligor owes"), zones, terms);
  PinCalendarZones(zone_of, terms);
  terms.rules = ReadRules(file.Find("rules"), terms.objectives);
  terms.disputes =
      ReadDisputes(file.Need("disputes",
                             "say how credits are claimed, answered and closed: credits, claim "
                             "within, answer within, silence, evidence cut-off, objection, late "
                             "evidence"));
  compiled.amends = ReadAmends(file.Find("amends"), zones.Find(terms.zone.name));
  terms.levels = ReadResolved(file.Find("resolved"));
  terms.supports = ReadSupports(file.Find("supported by"), terms);
  file.Done();
  CollectNames(zones, compiled);
  return compiled;
}

// Compiles one tree of whole terms. Nothing when anything was reported.
std::optional<CompiledTerms> CheckTree(const YamlNode& root, absl::string_view file_name,
                                       const TermsDocuments& documents,
                                       std::optional<TermsLevels> levels, TermsReport& report) {
  Fields file(Field(root, "", report), "write `tally: terms/1` in the first line");
  file.Find("tally");
  TermsZones known(documents);
  CompiledTerms compiled = ReadFile(file, documents, known);
  if (levels) compiled.terms.levels = std::move(levels);
  CheckChoices(compiled.terms, report);
  if (report.HasErrors()) return std::nullopt;
  // The same ladder that stands before decoding: what people compile, a ledger can read.
  if (absl::Status sound = tally::CheckTerms(compiled.terms); !sound.ok()) {
    report.Error({std::string(file_name), 1, 1}, "terms-refused", sound.message());
    return std::nullopt;
  }
  LintTerms(compiled.terms, known, report);
  return compiled;
}

// What the documents come to in one part of the term, and where each field was taken from.
TermsLevels LevelsIn(const LevelRange& range, const Interval& term, const Terms& of_term,
                     std::vector<FieldSource> fields) {
  TermsLevels levels;
  levels.from = range.valid.first;
  if (range.valid.limit != term.limit || of_term.until) levels.until = range.valid.limit;
  for (const LevelFile* file : range.files) {
    levels.documents.push_back({file->level, file->digest});
  }
  levels.fields = std::move(fields);
  return levels;
}

// A finding in a document above is not always to be mended there.
TermsReport WithWayOut(const TermsReport& report, absl::string_view file_name) {
  TermsReport out;
  out.Take(report, [&](Fault& fault) {
    const bool above = !fault.position.file.empty() && fault.position.file != file_name;
    const bool left_over = fault.code == "terms-contradiction" || fault.code == "terms-unknown-key";
    if (!above || !left_over) return;
    absl::StrAppend(&fault.hint, fault.hint.empty() ? "" : ", or ",
                    "list the field under `levels: fields:` as `left out`");
  });
  return out;
}

std::string TimeOf(const Interval& valid) {
  return absl::StrCat("from ", FormatInstant(valid.first),
                      valid.limit == Instant::Max()
                          ? std::string(" on")
                          : absl::StrCat(" until ", FormatInstant(valid.limit)));
}

// A level whose documents leave time between them, before or after them, says nothing then. That
// may be meant, and is never seen in one document alone.
void LintLevelGaps(const Field& field, const LevelPlan& plan, const std::vector<LevelRange>& ranges,
                   TermsReport& report) {
  for (const std::string& level : plan.precedence) {
    std::optional<Interval> gap;
    const auto tell = [&] {
      if (!gap) return;
      report.Warning(report.PlaceOf(field.path() + ".documents"), "lint-level-gap",
                     absl::StrCat("no document of the level ", level, " holds ", TimeOf(*gap),
                                  ": the other levels decide alone then"),
                     "list the document that holds then, if there is one");
      gap.reset();
    };
    for (const LevelRange& range : ranges) {
      const bool holds = std::any_of(range.files.begin(), range.files.end(),
                                     [&](const LevelFile* file) { return file->level == level; });
      if (holds) {
        tell();
      } else {
        gap = {gap ? gap->first : range.valid.first, range.valid.limit};
      }
    }
    tell();
  }
}

// What is wrong at some times only is told with the time: the documents alone do not show it.
void TakeOfRanges(const std::vector<LevelRange>& ranges, const std::vector<TermsReport>& found,
                  absl::string_view file_name, TermsReport& report) {
  const auto is_in = [](const TermsReport& all, const Fault& fault) {
    const std::vector<Diagnostic> sorted = all.Sorted();
    return std::any_of(sorted.begin(), sorted.end(), [&](const Diagnostic& each) {
      return each.fault.message == fault.message &&
             each.fault.position.file == fault.position.file &&
             each.fault.position.line == fault.position.line;
    });
  };
  for (size_t i = 0; i < found.size(); ++i) {
    TermsReport timed;
    timed.Take(found[i], [&](Fault& fault) {
      const bool always = std::all_of(found.begin(), found.end(),
                                      [&](const TermsReport& each) { return is_in(each, fault); });
      if (!always) absl::StrAppend(&fault.message, ", ", TimeOf(ranges[i].valid));
    });
    report.Take(WithWayOut(timed, file_name));
  }
}

void CheckLeveled(const Field& field, LeveledFile file, Fields& root,
                  const TermsDocuments& documents, CheckedTerms& checked) {
  TermsReport& report = checked.report;
  TermsZones zones(documents);
  Terms head;
  ReadTerm(root.Need("term", "write `{ from: 2025-06-01, until: open, zone: UTC }`"), zones, head);
  file.term = {head.from, head.until.value_or(Instant::Max())};
  file.zone = zones.Find(head.zone.name);
  const LevelPlan plan = ReadLevels(field, file, documents, report);
  root.Exclude("resolved", "it says what `levels` came to");
  for (absl::string_view key : {"agreement", "parties", "calendars", "fees", "objectives", "rules",
                                "disputes", "amends", "supported by"}) {
    root.Find(key);
  }
  root.Done();
  if (report.HasErrors()) return;
  std::set<size_t> used;
  std::optional<CompiledTerms> first;
  const std::vector<LevelRange> ranges = RangesOf(plan);
  std::vector<TermsReport> found;
  LintLevelGaps(field, plan, ranges, report);
  for (const LevelRange& range : ranges) {
    TermsReport& inside = found.emplace_back();
    inside.Note("", {std::string(file.name), 1, 1});
    ResolvedFile resolved = ResolveLevels(range.files, plan.own, plan.rule, plan.fields, inside);
    used.insert(resolved.used.begin(), resolved.used.end());
    std::optional<CompiledTerms> compiled;
    if (!inside.HasErrors()) {  // else what is missing would be reported as not stated
      compiled = CheckTree(resolved.root, file.name, documents,
                           LevelsIn(range, file.term, head, std::move(resolved.fields)), inside);
    }
    if (!compiled) continue;
    checked.ranges.push_back({range.valid, compiled->terms, std::move(resolved.overruled)});
    const bool holds = compiled->amends && range.valid.first <= compiled->amends->effective;
    if (!first || holds) first = std::move(compiled);
  }
  TakeOfRanges(ranges, found, file.name, report);
  for (size_t i = 0; i < plan.fields.size(); ++i) {
    if (used.count(i) > 0) continue;
    report.Error(plan.fields[i].position, "terms-levels",
                 absl::StrCat("no document states ", plan.fields[i].pattern),
                 "write a field as `tally terms resolve` prints it, `*` for any one part");
  }
  if (!report.HasErrors()) checked.compiled = std::move(first);
}

}  // namespace

absl::StatusOr<Bytes> TermsDocuments::Calendar(const std::string& name) const {
  if (!calendars_) return absl::NotFoundError("no calendars are known");
  return calendars_(name);
}

absl::StatusOr<Bytes> TermsDocuments::File(const std::string& path) const {
  if (!files_) return absl::NotFoundError("no files are known");
  return files_(path);
}

CheckedTerms CheckTerms(absl::string_view text, absl::string_view file_name,
                        const ZoneSource& zones) {
  CheckedTerms checked;
  absl::StatusOr<YamlNode> root = ReadYaml(text, file_name);
  if (!root.ok()) {
    checked.report.Error(root.status());
    return checked;
  }
  checked.report.Note("", {std::string(file_name), 1, 1});
  Fields file(Field(*root, "", checked.report), "write `tally: terms/1` in the first line");
  if (!ReadVersion(file)) return checked;
  const Field levels = file.Find("levels");
  if (levels.present()) {
    CheckLeveled(levels, LeveledFile{file_name, text, *root, {}, nullptr}, file, zones, checked);
  } else {
    checked.compiled = CheckTree(*root, file_name, zones, std::nullopt, checked.report);
  }
  return checked;
}

absl::StatusOr<CompiledTerms> CompileTerms(absl::string_view text, absl::string_view file_name,
                                           const ZoneSource& zones) {
  CheckedTerms checked = CheckTerms(text, file_name, zones);
  if (!checked.compiled) return checked.report.FirstError();
  return *std::move(checked.compiled);
}

}  // namespace tally::tools
