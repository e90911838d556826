// All names are looked up before the first is changed: which terms govern a window can hang on what
// rulings say of it by name.
#include "replay/cut_windows.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "replay/dispute/claim_window.h"
#include "replay/window_plan.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// Windows are found by their first instant alone: what an act calls a window may span all time.
Interval BeginOf(const WindowName& name) {
  return {name.window.first, name.window.first + Duration{1}};
}

bool Contains(const std::vector<Window>& windows, const Interval& interval) {
  return std::any_of(windows.begin(), windows.end(),
                     [&](const Window& each) { return each.interval == interval; });
}

const Objective* ObjectiveOf(const TermsVersion* version, const std::string& id) {
  if (version == nullptr) return nullptr;
  for (const Objective& objective : version->terms->objectives) {
    if (objective.id == id) return &objective;
  }
  return nullptr;
}

struct Followed {
  std::optional<WindowName> now;  // nullopt: none is left of it
  std::string why;
};

class Follower {
 public:
  explicit Follower(const CaseFile& file) : file_(file) {}

  // nullopt: it is a window, or never was one.
  absl::StatusOr<std::optional<Followed>> Follow(const WindowName& name, const ActStamp& said) {
    if (name.window.empty()) return std::optional<Followed>();
    TALLY_ASSIGN_OR_RETURN(const bool stands, Stands(name));
    if (stands) return std::optional<Followed>();
    const TermsVersion* then = VersionThen(name, said);
    const Objective* objective = ObjectiveOf(then, name.objective);
    if (objective == nullptr) return std::optional<Followed>();
    const TermLayout laid{TermOf(*then->terms), EndKnownAt(said)};
    TALLY_ASSIGN_OR_RETURN(const std::vector<Window> was,
                           WindowsOf(file_, *objective, BeginOf(name), laid));
    if (!Contains(was, name.window)) return std::optional<Followed>();
    for (const TermsVersion* version : file_.versions()) {
      TALLY_ASSIGN_OR_RETURN(std::optional<WindowName> now, SameIn(*version, name, laid));
      if (now.has_value()) return std::optional<Followed>({std::move(now), ""});
    }
    return std::optional<Followed>({std::nullopt, WhyGone(name)});
  }

 private:
  absl::StatusOr<bool> Stands(const WindowName& name) const {
    const TermsVersion* version = file_.Governing(name);
    const Objective* objective = ObjectiveOf(version, name.objective);
    if (objective == nullptr) return false;
    TALLY_ASSIGN_OR_RETURN(const std::vector<Window> windows,
                           WindowsOf(file_, *version, *objective, BeginOf(name)));
    return Contains(windows, name.window);
  }

  const TermsVersion* VersionThen(const WindowName& name, const ActStamp& said) const {
    const TermsVersion* version =
        file_.agreement().Governing(name.window, {.settled = std::nullopt, .before = said.at});
    const std::vector<const TermsVersion*>& read = file_.versions();
    return std::find(read.begin(), read.end(), version) != read.end() ? version
                                                                      : file_.Agreed(name);
  }

  const CaseFile::TermEnd* EndKnownAt(const ActStamp& said) const {
    const CaseFile::TermEnd* known = nullptr;
    for (const CaseFile::TermEnd& end : file_.term_ends()) {
      if (end.act.at < said.at) known = &end;
    }
    return known;
  }

  // What `version` has at the window's beginning, if nothing but the end of the term makes it
  // another. Rolling windows are never cut.
  absl::StatusOr<std::optional<WindowName>> SameIn(const TermsVersion& version,
                                                   const WindowName& name,
                                                   const TermLayout& then) const {
    const std::optional<WindowName> none;
    const Objective* objective = ObjectiveOf(&version, name.objective);
    if (objective == nullptr || objective->window.every == WindowEvery::kRollingDays) return none;
    TermLayout but_for_end = then;
    but_for_end.term.first = version.terms->from;
    TALLY_ASSIGN_OR_RETURN(const std::vector<Window> was,
                           WindowsOf(file_, *objective, BeginOf(name), but_for_end));
    if (!Contains(was, name.window)) return none;
    TALLY_ASSIGN_OR_RETURN(const std::vector<Window> windows,
                           WindowsOf(file_, version, *objective, BeginOf(name)));
    for (const Window& window : windows) {
      const WindowName now{name.objective, window.interval};
      if (file_.Governing(now) == &version) return std::optional<WindowName>(now);
    }
    return none;
  }

  std::string WhyGone(const WindowName& name) const {
    const TermsVersion* version = file_.Agreed(name);
    const Objective* objective = ObjectiveOf(version, name.objective);
    if (objective == nullptr) return "the terms in force have no such objective any more";
    Instant end = TermOf(*version->terms).limit;
    if (file_.term_end().has_value()) end = std::min(end, file_.term_end()->end);
    const std::string ends = absl::StrCat("the term ends at ", FormatInstant(end));
    if (end <= name.window.first) return absl::StrCat(ends, ", before it begins");
    if (end >= name.window.limit) return "the terms in force have other windows there";
    return absl::StrCat(ends, objective->window.every == WindowEvery::kRollingDays
                                  ? ", before it is over"
                                  : ", inside it, and the terms do not measure what is left");
  }

  const CaseFile& file_;
};

// Filings and amendments.
std::set<ledger::EventAddress> ClaimsAt(const CaseFile& file) {
  std::set<ledger::EventAddress> acts;
  for (const Claim& claim : file.acts().claims()) {
    acts.insert(claim.stamp.at);
    for (const ClaimAmendment& each : file.forum().AmendmentsOf(claim)) acts.insert(each.stamp.at);
  }
  return acts;
}

Finding FindingOf(const WindowName& name, const ledger::EventAddress& at, const Followed& became) {
  Finding finding{.kind = "window-gone",
                  .severity = "error",
                  .objective = name.objective,
                  .at = at,
                  .message = absl::StrCat(TextOf(name), ": ", became.why,
                                          "; what this says of it has no effect")};
  if (!became.now.has_value()) return finding;
  finding.kind = "window-cut-short";
  finding.severity = "note";
  finding.message =
      absl::StrCat(TextOf(name), " ends with the term at ", FormatInstant(became.now->window.limit),
                   ": what this says of it holds for ", TextOf(*became.now));
  return finding;
}

}  // namespace

absl::Status FollowCutWindows(CaseFile& file) {
  // What an amendment cuts is followed where there is more than one version.
  if (file.term_ends().empty() && file.versions().size() < 2) return absl::OkStatus();
  Follower follower(file);
  std::map<std::pair<WindowName, ledger::EventAddress>, Followed> followed;
  absl::Status status;
  file.EachName([&](const WindowName& name, const ActStamp& said) {
    if (!status.ok()) return;
    absl::StatusOr<std::optional<Followed>> found = follower.Follow(name, said);
    if (!found.ok()) {
      status = found.status();
    } else if (found->has_value()) {
      followed.insert_or_assign({name, said.at}, **found);
    }
  });
  TALLY_RETURN_IF_ERROR(status);
  std::map<WindowName, std::string> gone;
  std::vector<Finding> findings;
  const std::set<ledger::EventAddress> claims = ClaimsAt(file);
  for (const auto& [named, became] : followed) {
    const auto& [name, at] = named;
    if (!became.now.has_value()) gone.insert_or_assign(name, became.why);
    // Of a claim its admission says so.
    if (became.now.has_value() || claims.count(at) == 0) {
      findings.push_back(FindingOf(name, at, became));
    }
  }
  file.EachName([&](WindowName& name, const ActStamp& said) {
    const auto found = followed.find({name, said.at});
    if (found != followed.end() && found->second.now) name = *found->second.now;
  });
  file.TakeCut(std::move(gone), std::move(findings));
  if (followed.empty() && file.term_ends().empty()) return absl::OkStatus();
  return file.WeighSettlements();
}

}  // namespace tally::replay
