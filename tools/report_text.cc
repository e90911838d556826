#include "tools/report_text.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "replay/canonical.h"
#include "tools/pack_answer.h"
#include "tools/printable.h"
#include "tools/report_postings.h"
#include "tools/window_words.h"

namespace tally::tools {
namespace {

using replay::Result;
using replay::WindowResult;

std::string ValueText(const Fraction& value, ValueUnit unit) {
  const std::string words = ValueInWords(value, unit);
  if (unit != ValueUnit::kRatio) return words;
  return absl::StrCat(replay::FractionText(value), " (", words, ")");
}

std::string ValueText(const WindowResult& window) {
  return window.value.has_value() ? ValueText(*window.value, window.unit) : "no value";
}

// What is left to say of a figure that rests on erased evidence.
std::string ErasedText(const WindowResult& window) {
  const replay::ErasedFigure& erased = *window.erased;
  const auto end = [&](const std::optional<Fraction>& value) {
    return value.has_value() ? ValueText(*value, window.unit) : std::string("no bound");
  };
  return absl::StrCat(erased.event.ToText(), "; the value lies between ", end(erased.lowest),
                      " and ", end(erased.highest),
                      erased.last_statement.has_value()
                          ? absl::StrCat(", last stated by ", erased.last_statement->ToText())
                          : ", never stated");
}

std::string CreditText(const WindowResult& window) {
  if (std::string points = EarnedPointsWords(window); !points.empty()) return points;
  if (!window.credit.has_value()) return "none";
  if (window.credit->amount.minor == 0) return "none";
  std::string text = FormatMoney(window.credit->amount);
  if (window.credit->tier_index > 0) {
    absl::StrAppend(&text, ", tier ", window.credit->tier_index, " (",
                    FormatDecimal(window.credit->tier_percent.Normalised()), " %)");
  }
  if (!window.credit->posted) absl::StrAppend(&text, ", projected, not posted");
  return text;
}

std::string TimesText(const WindowResult& window) {
  const bool items = window.time_unit == "items";
  const auto length = [&](int64_t count) { return LengthWords(count, window.time_unit); };
  std::string text = absl::StrCat(items ? "against the value " : "down ", CountedWords(window));
  const auto also = [&](absl::string_view what, int64_t count) {
    if (count != 0) absl::StrAppend(&text, ", ", what, " ", length(count));
  };
  also("excluded", window.excluded);
  also("unknown", window.unknown);
  also("degraded", window.degraded);
  also("still to come", window.remaining);
  return text;
}

std::string WindowHeading(const WindowResult& window) {
  return absl::StrCat(Printable(window.objective), "  ", FormatInstant(window.window.first), " to ",
                      FormatInstant(window.window.limit), "  (", Printable(window.zone), ")\n");
}

void WindowText(const WindowResult& window, std::string& out) {
  absl::StrAppend(&out, WindowHeading(window));
  absl::StrAppend(&out, "  status   ", std::string(replay::StatusName(window.status)), ", ",
                  std::string(replay::VerdictName(window.verdict)), "\n");
  absl::StrAppend(&out, "  value    ", ValueText(window), "\n");
  if (window.erased.has_value()) absl::StrAppend(&out, "  erased   ", ErasedText(window), "\n");
  absl::StrAppend(&out, "  times    ", TimesText(window), "\n");
  absl::StrAppend(&out, "  credit   ", CreditText(window), "\n");
  if (window.closed.has_value()) {
    absl::StrAppend(
        &out, "  closed   at ", window.closed->closing.ToText(), ": ", window.closed->verdict,
        window.closed->credit.has_value() ? absl::StrCat(", ", FormatMoney(*window.closed->credit))
                                          : "",
        window.closed->differs ? "; computed now differs" : "", "\n");
  }
  const std::vector<ledger::EventAddress> causes = Distinct(window.causes);
  const size_t shown = std::min<size_t>(causes.size(), 8);
  if (shown > 0) {
    absl::StrAppend(&out, "  causes   ");
    for (size_t i = 0; i < shown; ++i) {
      absl::StrAppend(&out, i == 0 ? "" : ", ", causes[i].ToText());
    }
    const uint64_t more = causes.size() - shown + window.causes_left_out;
    absl::StrAppend(&out, more > 0 ? absl::StrCat(" and ", more, " more") : "", "\n");
  }
}

void ActsText(const Result& result, std::string& out) {
  if (!result.claims.empty()) absl::StrAppend(&out, "\nClaims\n");
  for (const replay::ClaimResult& claim : result.claims) {
    const std::string amounts = ClaimWords(claim);
    absl::StrAppend(&out, "  ", claim.at.ToText(), "  ", Printable(claim.state),
                    amounts.empty() ? "" : ", ", amounts, "\n");
  }
  if (!result.deadlines.empty()) absl::StrAppend(&out, "\nDeadlines\n");
  for (const replay::Deadline& deadline : result.deadlines) {
    absl::StrAppend(&out, "  ", FormatInstant(deadline.due), "  ", Printable(deadline.what),
                    deadline.object.empty() ? "" : " of ", Printable(deadline.object),
                    deadline.party.empty() ? "" : " by ", Printable(deadline.party), ": ",
                    Printable(deadline.state), "\n");
  }
  if (!result.rights.empty()) absl::StrAppend(&out, "\nRights\n");
  for (const replay::Right& right : result.rights) {
    absl::StrAppend(&out, "  ", Printable(right.kind), " by rules/", Printable(right.rule), ", ",
                    Printable(right.party), ", since ", FormatInstant(right.arose), ": ",
                    right.state,
                    right.used.has_value() ? absl::StrCat(" by ", right.used->ToText()) : "",
                    right.removed.has_value()
                        ? absl::StrCat("; its failure was taken away by ", right.removed->ToText())
                        : "",
                    "\n");
  }
  if (!result.balances.empty()) absl::StrAppend(&out, "\nBalances\n");
  for (const replay::Balance& balance : result.balances) {
    absl::StrAppend(&out, absl::StrFormat("  %-10s %-16s %s\n", Printable(balance.account),
                                          Printable(balance.party), FormatMoney(balance.amount)));
  }
  if (!result.findings.empty()) absl::StrAppend(&out, "\nFindings\n");
  for (const replay::Finding& finding : ToldFindings(result.findings)) {
    absl::StrAppend(&out, "  ", finding.severity, ": ", Printable(finding.message),
                    finding.at.has_value() ? absl::StrCat(" (at ", finding.at->ToText(), ")") : "",
                    "\n");
  }
}

}  // namespace

std::string ReplayText(const Result& result) {
  std::string out = absl::StrCat(DoubtWords(result.findings), "Agreement ",
                                 Printable(result.agreement), ", known at size ", result.known.size,
                                 " (", FormatInstant(result.known.instant), ")");
  if (result.known.reported.has_value()) {
    absl::StrAppend(&out, ", evidence as reported by ", FormatInstant(*result.known.reported),
                    " (as claimed)");
  }
  if (result.reading != "agreed") absl::StrAppend(&out, ", reading: ", Printable(result.reading));
  absl::StrAppend(&out, "\nterms ", result.terms.ToHex(), "\n");
  for (const WindowResult& window : result.windows) {
    absl::StrAppend(&out, "\n");
    WindowText(window, out);
  }
  if (result.windows.empty()) absl::StrAppend(&out, "\nNo window in this period.\n");
  ActsText(result, out);
  absl::StrAppend(&out, "\nresult ", result.digest.ToHex(), "\nfigures ", result.figures.ToHex(),
                  "\n");
  return out;
}

std::string ExplainText(const Result& result, const std::vector<TermsOrigins>& origins) {
  std::string out = DoubtWords(result.findings);
  if (!out.empty()) absl::StrAppend(&out, "\n");
  if (result.reading != "agreed") {
    absl::StrAppend(&out, "Reading: ", Printable(result.reading),
                    "; nothing of it is posted or recorded\n\n");
  }
  for (const WindowResult& window : result.windows) {
    absl::StrAppend(&out, WindowHeading(window));
    if (!window.clause.empty() || !window.wording.empty()) {
      absl::StrAppend(&out, "  clause ", Printable(window.clause), "\n");
      if (!window.wording.empty()) {
        absl::StrAppend(&out, "               \"", Printable(window.wording), "\"\n");
      }
    }
    if (const std::string measure = MeasureWords(window); !measure.empty()) {
      absl::StrAppend(&out, "  measured as  ", Printable(measure), "\n");
    }
    for (const replay::DerivationLine& line : window.derivation) {
      absl::StrAppend(
          &out, absl::StrFormat("  %-12s %s\n", Printable(line.step), Printable(line.result)));
      if (!line.formula.empty())
        absl::StrAppend(&out, "               ", Printable(line.formula), "\n");
      if (!line.clause.empty())
        absl::StrAppend(&out, "               clause ", Printable(line.clause), "\n");
      const std::vector<ledger::EventAddress> causes = Distinct(line.causes);
      const size_t shown = std::min<size_t>(causes.size(), 12);
      for (size_t i = 0; i < shown; ++i) {
        absl::StrAppend(&out, i == 0 ? "               events " : ", ", causes[i].ToText());
      }
      if (shown > 0) {
        const size_t more = causes.size() - shown;
        absl::StrAppend(&out, more > 0 ? absl::StrCat(" and ", more, " more") : "", "\n");
      }
    }
    absl::StrAppend(&out, "\n");
  }
  for (const TermsOrigins& each : origins) absl::StrAppend(&out, OriginsText(each), "\n");
  if (!result.postings.empty()) {
    absl::StrAppend(&out, "Postings\n", PostingsText(result.postings));
  }
  return out;
}

}  // namespace tally::tools
