#include "replay/contested.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "replay/canonical.h"
#include "replay/contested_points.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

absl::StatusOr<Amounts> CreditsOf(const std::vector<WindowResult>& windows) {
  Amounts sums;
  for (const WindowResult& window : windows) {
    if (!window.credit.has_value()) continue;
    int64_t& sum = sums[window.credit->amount.currency];
    if (__builtin_add_overflow(sum, window.credit->amount.minor, &sum)) {
      return absl::OutOfRangeError("a sum of credits leaves 64 bits");
    }
  }
  return sums;
}

// The highest less the lowest in each currency that any of them has.
absl::StatusOr<Amounts> StakeOf(const std::vector<Amounts>& readings) {
  Amounts stake;
  for (const Amounts& each : readings) {
    for (const auto& [currency, unused] : each) stake.emplace(currency, 0);
  }
  for (auto& [currency, amount] : stake) {
    std::vector<int64_t> figures;
    for (const Amounts& each : readings) {
      auto found = each.find(currency);
      figures.push_back(found == each.end() ? 0 : found->second);
    }
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
          Contested& contested)
      : ledger_(ledger), request_(request), file_(file), contested_(contested) {}

  absl::Status Weigh(const FoundPoint& found);
  absl::Status WeighTogether();

 private:
  absl::StatusOr<ContestedReading> Read(const PointReading& reading);

  const ledger::Ledger& ledger_;
  const LookRequest& request_;
  const CaseFile& file_;
  Contested& contested_;
  Supposition for_obligor_, for_obligee_;  // each point as it favours one side alone
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
  TALLY_ASSIGN_OR_RETURN(read.credits, CreditsOf(windows));
  return read;
}

absl::Status Weigher::Weigh(const FoundPoint& found) {
  ContestedPoint point{found.kind, found.name, found.matter, found.acts, {}, {}};
  std::vector<Amounts> credits;
  for (const PointReading& reading : found.readings) {
    TALLY_ASSIGN_OR_RETURN(ContestedReading read, Read(reading));
    credits.push_back(read.credits);
    point.readings.push_back(std::move(read));
  }
  TALLY_ASSIGN_OR_RETURN(point.stake, StakeOf(credits));
  TALLY_CHECK(!credits.empty());
  if (!found.readings.front().recorded.has_value()) {
    // The first of equal readings; amounts compare by currency, then by sum.
    auto [lowest, highest] = std::minmax_element(
        credits.begin(), credits.end(), [](const Amounts& a, const Amounts& b) { return a < b; });
    for_obligor_.Add(found.readings[static_cast<size_t>(lowest - credits.begin())].supposition);
    for_obligee_.Add(found.readings[static_cast<size_t>(highest - credits.begin())].supposition);
  }
  contested_.points.push_back(std::move(point));
  return absl::OkStatus();
}

absl::Status Weigher::WeighTogether() {
  ContestedTogether& together = contested_.together;
  for (auto [supposition, amounts] :
       {std::pair(&for_obligor_, &together.lowest), std::pair(&for_obligee_, &together.highest)}) {
    TALLY_ASSIGN_OR_RETURN(const std::vector<WindowResult> windows,
                           Suppose(ledger_, request_, file_, contested_.standing, *supposition));
    TALLY_ASSIGN_OR_RETURN(*amounts, CreditsOf(windows));
  }
  TALLY_ASSIGN_OR_RETURN(together.stake, StakeOf({together.lowest, together.highest}));
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

std::string AmountsText(const Amounts& amounts) {
  if (amounts.empty()) return " -";
  std::string text;
  for (const auto& [currency, minor] : amounts) {
    absl::StrAppend(&text, " ", FormatMoney({minor, currency}));
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
  TALLY_ASSIGN_OR_RETURN(const std::vector<FoundPoint> points,
                         FindPoints(ledger, *file, answered.windows));
  Weigher weigher(ledger, look, *file, contested);
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
                      reading.stands ? "stands" : "differs", AmountsText(reading.credits), "\n");
      for (const ContestedWindow& window : reading.windows) {
        absl::StrAppend(&text, "figure ", Quoted(window.name.objective), " ",
                        FormatInstant(window.name.window.first), "/",
                        FormatInstant(window.name.window.limit), " ",
                        std::string(VerdictName(window.verdict)), " ", FractionText(window.value),
                        " ", std::string(UnitName(window.unit)), " ",
                        window.credit.has_value() ? FormatMoney(*window.credit) : "-", "\n");
      }
    }
    absl::StrAppend(&text, "stake", AmountsText(point.stake), "\n");
  }
  absl::StrAppend(&text, "together lowest", AmountsText(contested.together.lowest),
                  "\ntogether highest", AmountsText(contested.together.highest), "\ntogether stake",
                  AmountsText(contested.together.stake), "\n");
  return text;
}

}  // namespace tally::replay
