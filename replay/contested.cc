#include "replay/contested.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "replay/canonical.h"
#include "replay/contested_points.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

using WindowSides = std::map<WindowName, Sides>;

// A reading supposes acts and evidence and no terms, so that the sides of a window stay.
absl::StatusOr<Purse> CreditsOf(const std::vector<WindowResult>& windows,
                                const WindowSides& sides) {
  Purse purse;
  for (const WindowResult& window : windows) {
    if (!window.credit.has_value()) continue;
    TALLY_RETURN_IF_ERROR(AddCredit(sides.at(NameOfWindow(window)), window.credit->amount, purse));
  }
  return purse;
}

int64_t Held(const Purse& purse, const Purse::key_type& key) {
  const auto found = purse.find(key);
  return found == purse.end() ? 0 : found->second;
}

// The highest less the lowest for each party and currency that any of them has.
absl::StatusOr<Purse> StakeOf(const std::vector<Purse>& readings) {
  Purse stake;
  for (const Purse& each : readings) {
    for (const auto& [key, unused] : each) stake.emplace(key, 0);
  }
  for (auto& [key, amount] : stake) {
    std::vector<int64_t> figures;
    for (const Purse& each : readings) figures.push_back(Held(each, key));
    auto [lowest, highest] = std::minmax_element(figures.begin(), figures.end());
    if (__builtin_sub_overflow(*highest, *lowest, &amount)) {
      return absl::OutOfRangeError("a difference of credits leaves 64 bits");
    }
  }
  return stake;
}

bool SameFigures(const WindowResult& a, const WindowResult& b) {
  return FigureLine(a) == FigureLine(b);
}

class Weigher {
 public:
  Weigher(const ledger::Ledger& ledger, const LookRequest& request, const CaseFile& file,
          WindowSides sides, Contested& contested)
      : ledger_(ledger),
        request_(request),
        file_(file),
        sides_(std::move(sides)),
        contested_(contested) {
    for (const auto& [name, each] : sides_) {
      favouring_.try_emplace(each.obligor);
      favouring_.try_emplace(each.obligee);
    }
  }

  absl::Status Weigh(const FoundPoint& found);
  absl::Status WeighTogether();

 private:
  absl::StatusOr<ContestedReading> Read(const PointReading& reading);
  size_t BestFor(const std::string& party, const FoundPoint& found,
                 const ContestedPoint& point) const;

  const ledger::Ledger& ledger_;
  const LookRequest& request_;
  const CaseFile& file_;
  const WindowSides sides_;
  Contested& contested_;
  std::map<std::string, Supposition> favouring_;  // by party: each point as it favours it alone
};

absl::StatusOr<ContestedReading> Weigher::Read(const PointReading& reading) {
  ContestedReading read;
  read.label = reading.label;
  read.party = reading.party;
  if (reading.recorded.has_value()) {
    read.credits = *reading.recorded;
    return read;
  }
  const std::vector<WindowResult>& standing = contested_.standing.windows;
  TALLY_ASSIGN_OR_RETURN(
      const std::vector<WindowResult> windows,
      Suppose(ledger_, request_, file_, contested_.standing, reading.supposition));
  for (const WindowResult& window : windows) {
    auto same = std::find_if(standing.begin(), standing.end(), [&](const WindowResult& each) {
      return NameOfWindow(each) == NameOfWindow(window);
    });
    if (same != standing.end() && SameFigures(*same, window)) continue;
    ContestedWindow each{NameOfWindow(window), window.verdict, window.unit, window.value, {}};
    if (window.credit.has_value()) each.credit = window.credit->amount;
    read.windows.push_back(std::move(each));
  }
  read.stands = read.windows.empty() && windows.size() == standing.size();
  TALLY_ASSIGN_OR_RETURN(read.credits, CreditsOf(windows, sides_));
  return read;
}

// The reading under which the party is owed most, or owes least; currencies in their order. Of
// equal ones its own; else the first for whoever owes the first window, the last for others.
size_t Weigher::BestFor(const std::string& party, const FoundPoint& found,
                        const ContestedPoint& point) const {
  std::vector<std::vector<int64_t>> held(point.readings.size());
  for (const auto& [key, unused] : point.stake) {
    if (key.first != party) continue;
    for (size_t i = 0; i < held.size(); ++i) {
      held[i].push_back(Held(point.readings[i].credits, key));
    }
  }
  const std::vector<int64_t> most = *std::max_element(held.begin(), held.end());
  std::vector<size_t> equal;
  for (size_t i = 0; i < held.size(); ++i) {
    if (held[i] != most) continue;
    const PointReading& reading = found.readings[i];
    if ((reading.side.empty() ? reading.party : reading.side) == party) return i;
    equal.push_back(i);
  }
  return party == sides_.begin()->second.obligor ? equal.front() : equal.back();
}

absl::Status Weigher::Weigh(const FoundPoint& found) {
  ContestedPoint point{found.kind, found.name, found.matter, found.acts, {}, {}, found.time};
  std::vector<Purse> credits;
  for (const PointReading& reading : found.readings) {
    TALLY_ASSIGN_OR_RETURN(ContestedReading read, Read(reading));
    credits.push_back(read.credits);
    point.readings.push_back(std::move(read));
  }
  TALLY_ASSIGN_OR_RETURN(point.stake, StakeOf(credits));
  TALLY_CHECK(!credits.empty());
  if (!found.readings.front().recorded.has_value()) {
    for (auto& [party, supposition] : favouring_) {
      supposition.Add(found.readings[BestFor(party, found, point)].supposition);
    }
  }
  contested_.points.push_back(std::move(point));
  return absl::OkStatus();
}

absl::Status Weigher::WeighTogether() {
  ContestedTogether& together = contested_.together;
  std::vector<Purse> credits;
  for (const auto& [party, supposition] : favouring_) {
    TALLY_ASSIGN_OR_RETURN(const std::vector<WindowResult> windows,
                           Suppose(ledger_, request_, file_, contested_.standing, supposition));
    TALLY_ASSIGN_OR_RETURN(Purse purse, CreditsOf(windows, sides_));
    credits.push_back(purse);
    together.favours.push_back({party, std::move(purse)});
  }
  TALLY_ASSIGN_OR_RETURN(together.stake, StakeOf(credits));
  return absl::OkStatus();
}

// A claim that was agreed, ruled or paid is contested no more, whatever was answered to it.
bool IsEnded(const Result& standing, const FoundPoint& point) {
  static constexpr absl::string_view kEnds[] = {"accepted", "deemed accepted", "agreed", "ruled",
                                                "settled",  "withdrawn",       "lapsed"};
  if (point.kind != "claim") return false;
  for (const ClaimResult& claim : standing.claims) {
    if (claim.id != point.name) continue;
    return std::find(std::begin(kEnds), std::end(kEnds), claim.state) != std::end(kEnds);
  }
  return false;
}

std::string PurseText(const Purse& purse) {
  if (purse.empty()) return " -";
  std::string text;
  for (const auto& [key, minor] : purse) {
    absl::StrAppend(&text, " ", Quoted(key.first), " ", FormatMoney({minor, key.second}));
  }
  return text;
}

}  // namespace

absl::StatusOr<Contested> FindContested(const ledger::Ledger& ledger,
                                        const ReplayRequest& request) {
  if (request.terms.has_value() || !request.without.empty()) {
    return absl::InvalidArgumentError("contested points are those of the agreed reading");
  }
  TALLY_ASSIGN_OR_RETURN(const LookRequest look, LookRequestOf(ledger, request));
  TALLY_ASSIGN_OR_RETURN(AnsweredCase asked, AnswerCase(ledger, look));
  const auto& [file, answered] = asked;
  Contested contested;
  contested.standing = std::move(asked.answered.result);
  WindowSides sides;
  for (size_t i = 0; i < answered.windows.size(); ++i) {
    sides.emplace(NameOfWindow(contested.standing.windows[i]),
                  SidesOf(*file, answered.windows[i].plan));
  }
  TALLY_ASSIGN_OR_RETURN(const std::vector<FoundPoint> points,
                         FindPoints(ledger, *file, answered.windows));
  Weigher weigher(ledger, look, *file, std::move(sides), contested);
  for (const FoundPoint& point : points) {
    if (!IsEnded(contested.standing, point)) TALLY_RETURN_IF_ERROR(weigher.Weigh(point));
  }
  TALLY_RETURN_IF_ERROR(weigher.WeighTogether());
  contested.digest = ledger::Sha256Of({AsBytes(CanonicalContested(contested))});
  return contested;
}

std::string CanonicalContested(const Contested& contested) {
  const Result& standing = contested.standing;
  std::string text = absl::StrCat(
      "tally.contested/1\nagreement ", Quoted(standing.agreement), "\nsize ", standing.known.size,
      " knowledge ", FormatInstant(standing.known.instant), " reported ",
      standing.known.reported.has_value() ? FormatInstant(*standing.known.reported) : "-",
      "\nresult ", standing.digest.ToHex(), " figures ", standing.figures.ToHex(), "\n");
  for (const ContestedPoint& point : contested.points) {
    absl::StrAppend(&text, "point ", point.kind, " ", Quoted(point.name), "\n");
    for (const ledger::EventAddress& act : point.acts) {
      absl::StrAppend(&text, "act ", act.ToText(), "\n");
    }
    for (const ContestedReading& reading : point.readings) {
      absl::StrAppend(&text, "reading ", Quoted(reading.label), " ", Quoted(reading.party), " ",
                      reading.stands ? "stands" : "differs", PurseText(reading.credits), "\n");
      for (const ContestedWindow& window : reading.windows) {
        absl::StrAppend(&text, "figure ", Quoted(window.name.objective), " ",
                        FormatInstant(window.name.window.first), "/",
                        FormatInstant(window.name.window.limit), " ",
                        std::string(VerdictName(window.verdict)), " ", FractionText(window.value),
                        " ", std::string(UnitName(window.unit)), " ",
                        window.credit.has_value() ? FormatMoney(*window.credit) : "-", "\n");
      }
    }
    absl::StrAppend(&text, "stake", PurseText(point.stake), "\n");
  }
  for (const ContestedFavour& favour : contested.together.favours) {
    absl::StrAppend(&text, "together ", Quoted(favour.party), PurseText(favour.credits), "\n");
  }
  absl::StrAppend(&text, "together stake", PurseText(contested.together.stake), "\n");
  return text;
}

}  // namespace tally::replay
