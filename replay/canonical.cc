// Results as canonical text. The writer prints what the grammar of FORMAT.md "Results" says and
// nothing else; there is no reader, because a result is compared and never parsed.
#include "replay/canonical.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "ledger/crypto/sha256.h"

namespace tally::replay {
namespace {

constexpr char kFiguresHead[] = "tally.figures/1\n";
constexpr char kResultHead[] = "tally.result/1\n";

std::string AddressText(const ledger::EventAddress& at) {
  return absl::StrCat(at.index, "/", at.offset);
}
std::string OptionalAddress(const std::optional<ledger::EventAddress>& at) {
  return at.has_value() ? AddressText(*at) : "-";
}
std::string MoneyText(const std::optional<Money>& money) {
  return money.has_value() ? FormatMoney(*money) : "-";
}
std::string IntervalText(const Interval& interval) {
  return absl::StrCat(FormatInstant(interval.first), "/", FormatInstant(interval.limit));
}

// The lines that both the figures and the result begin a window with.
std::string WindowLines(const WindowResult& window) {
  std::string text;
  absl::StrAppend(&text, "window ", Quoted(window.objective), " ", IntervalText(window.window),
                  "\n");
  absl::StrAppend(&text, "zone ", Quoted(window.zone), "\n");
  absl::StrAppend(&text, "obligor ", Quoted(window.obligor), "\n");
  absl::StrAppend(&text, "terms ", window.terms.ToHex(), "\n");
  absl::StrAppend(&text, "verdict ", std::string(VerdictName(window.verdict)), "\n");
  absl::StrAppend(&text, "value ", FractionText(window.value));
  if (window.value.has_value()) absl::StrAppend(&text, " ", std::string(UnitName(window.unit)));
  absl::StrAppend(&text, "\n");
  absl::StrAppend(&text, "period ", window.period, " ", window.time_unit, "\n");
  absl::StrAppend(&text, "counted ", window.counted, "\n");
  absl::StrAppend(&text, "excluded ", window.excluded, "\n");
  absl::StrAppend(&text, "degraded ", window.degraded, "\n");
  if (window.credit.has_value()) {
    const CreditLine& credit = *window.credit;
    absl::StrAppend(&text, "credit ", FormatMoney(credit.amount), " tier ", credit.tier_index, " ",
                    FormatDecimal(credit.tier_percent.Normalised()), " ",
                    credit.posted ? "posted" : "projected", "\n");
  } else {
    absl::StrAppend(&text, "credit -\n");
  }
  for (const ledger::EventAddress& cause : window.causes) {
    absl::StrAppend(&text, "cause ", AddressText(cause), "\n");
  }
  absl::StrAppend(&text, "causes-left-out ", window.causes_left_out, "\n");
  return text;
}

std::string RestOfWindow(const WindowResult& window) {
  std::string text;
  absl::StrAppend(&text, "status ", std::string(StatusName(window.status)), "\n");
  absl::StrAppend(&text, "unknown ", window.unknown, "\n");
  absl::StrAppend(&text, "remaining ", window.remaining, "\n");
  absl::StrAppend(&text, "coverage ", FractionText(window.coverage), "\n");
  for (const EvidenceRange& range : window.evidence) {
    absl::StrAppend(&text, "evidence ", Quoted(range.feed), " ", AddressText(range.first), " ",
                    AddressText(range.last), " ", range.digest.ToHex(), "\n");
  }
  if (window.closed.has_value()) {
    const ClosedFigure& closed = *window.closed;
    absl::StrAppend(&text, "closed ", AddressText(closed.closing), " ", Quoted(closed.verdict), " ",
                    Quoted(closed.value), " ", MoneyText(closed.credit), " ",
                    closed.differs ? "differs" : "same", "\n");
  }
  absl::StrAppend(&text, "figures ", window.figures.ToHex(), "\n");
  return text;
}

std::string HeadLines(const Result& result) {
  std::string text = kResultHead;
  absl::StrAppend(&text, "agreement ", Quoted(result.agreement), "\n");
  absl::StrAppend(&text, "engine ", Quoted(result.engine), "\n");
  absl::StrAppend(&text, "reading ", Quoted(result.reading), "\n");
  absl::StrAppend(&text, "terms ", result.terms.ToHex(), "\n");
  absl::StrAppend(&text, "size ", result.known.size, "\n");
  absl::StrAppend(&text, "knowledge ", FormatInstant(result.known.instant), "\n");
  absl::StrAppend(&text, "recorded ", FormatInstant(result.known.recorded), "\n");
  absl::StrAppend(&text, "reported ",
                  result.known.reported.has_value() ? FormatInstant(*result.known.reported) : "-",
                  "\n");
  return text;
}

std::string ActLines(const Result& result) {
  std::string text;
  for (const Balance& balance : result.balances) {
    absl::StrAppend(&text, "balance ", balance.account, " ", Quoted(balance.party), " ",
                    FormatMoney(balance.amount), "\n");
  }
  for (const Posting& posting : result.postings) {
    absl::StrAppend(&text, "posting ", posting.number, " ", FormatInstant(posting.at), " ",
                    OptionalAddress(posting.cause), " ", posting.from.empty() ? "-" : posting.from,
                    " ", posting.to.empty() ? "-" : posting.to, " ", Quoted(posting.creditor), " ",
                    Quoted(posting.debtor), " ", FormatMoney(posting.amount), " ",
                    posting.reverses == 0 ? "-" : absl::StrCat(posting.reverses), " ",
                    Quoted(posting.objective), " ",
                    posting.window.has_value() ? IntervalText(*posting.window) : "-", " ",
                    Quoted(posting.clause), " ", Quoted(posting.text), "\n");
  }
  for (const Deadline& deadline : result.deadlines) {
    absl::StrAppend(&text, "deadline ", deadline.what, " ", Quoted(deadline.object), " ",
                    Quoted(deadline.party), " ", FormatInstant(deadline.due), " ",
                    Quoted(deadline.zone), " ", Quoted(deadline.clause), " ", deadline.state, " ",
                    Quoted(deadline.consequence), "\n");
  }
  for (const Right& right : result.rights) {
    absl::StrAppend(&text, "right ", right.kind, " ", Quoted(right.party), " ",
                    FormatInstant(right.arose), " ", FormatInstant(right.exercise_until), " ",
                    right.state, " ", Quoted(right.rule), " ", Quoted(right.objective), " ",
                    IntervalText(right.window), " ", OptionalAddress(right.used), " ",
                    right.effective.has_value() ? FormatInstant(*right.effective) : "-", " ",
                    OptionalAddress(right.removed), "\n");
  }
  for (const ClaimResult& claim : result.claims) {
    absl::StrAppend(&text, "claim ", AddressText(claim.at), " ", claim.id.empty() ? "-" : claim.id,
                    " ", Quoted(claim.state), " ", MoneyText(claim.due), "\n");
    for (const WindowName& window : claim.windows) {
      absl::StrAppend(&text, "claimed ", Quoted(window.objective), " ", IntervalText(window.window),
                      "\n");
    }
    for (const ClaimResult::Step& step : claim.steps) {
      absl::StrAppend(&text, "step ", Quoted(step.state), " ", FormatInstant(step.at), " ",
                      OptionalAddress(step.cause), " ", Quoted(step.clause), "\n");
    }
  }
  for (const Finding& finding : result.findings) {
    absl::StrAppend(&text, "finding ", finding.kind, " ", finding.severity, " ",
                    Quoted(finding.objective), " ", OptionalAddress(finding.at), " ",
                    Quoted(finding.message), "\n");
  }
  return text;
}

Hash DigestOfText(absl::string_view text) { return ledger::Sha256Of({AsBytes(text)}); }

}  // namespace

std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      absl::StrAppendFormat(&quoted, "\\x%02x", static_cast<unsigned>(byte));
    } else {
      quoted += c;
    }
  }
  quoted += '"';
  return quoted;
}

std::string FractionText(const std::optional<Fraction>& value) {
  if (!value.has_value()) return "-";
  return absl::StrCat(FormatWide(value->numerator()), "/", FormatWide(value->denominator()));
}

std::string CanonicalFigures(const WindowResult& window) {
  return absl::StrCat(kFiguresHead, WindowLines(window));
}
Hash DigestOfFigures(const WindowResult& window) { return DigestOfText(CanonicalFigures(window)); }

Hash DigestOfAllFigures(const Result& result) {
  std::string text = kFiguresHead;
  for (const WindowResult& window : result.windows) absl::StrAppend(&text, WindowLines(window));
  return DigestOfText(text);
}

std::string CanonicalResult(const Result& result) {
  std::string text = HeadLines(result);
  for (const WindowResult& window : result.windows) {
    absl::StrAppend(&text, WindowLines(window), RestOfWindow(window));
  }
  absl::StrAppend(&text, ActLines(result));
  return text;
}
Hash DigestOfResult(const Result& result) { return DigestOfText(CanonicalResult(result)); }

Hash DigestBeforePostings(const Result& result) {
  Result older = result;
  older.postings.clear();
  for (ClaimResult& claim : older.claims) claim.steps.clear();
  return DigestOfResult(older);
}

}  // namespace tally::replay
