#include "tests/replay/case_support.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "ledger/crypto/sha256.h"
#include "replay/canonical.h"
#include "schema/canonical.h"
#include "tests/replay/terms/tzif_support.h"

namespace tally::replay {
namespace {

// Zones of one fixed offset: what the tests need, and the same on every machine.
Bytes FixedZone(int32_t offset_s, const std::string& letters, const std::string& footer) {
  TzifParts parts;
  parts.transitions = {};
  parts.types_after = {};
  parts.types = {{offset_s, 0, 0}};
  parts.letters = letters + std::string(1, '\0');
  parts.footer = "\n" + footer + "\n";
  return BuildTzif(parts);
}
Bytes RulesOf(absl::string_view zone) {
  return zone == "UTC" ? FixedZone(0, "UTC", "UTC0") : FixedZone(25'200, "WIB", "WIB-7");
}

}  // namespace

SmallCase::SmallCase(uint64_t seed)
    : test(seed),
      acme(test.AddParty("acme")),
      shop(test.AddParty("shop")),
      watch(test.AddParty("watch")),
      feed(test.AddFeed("probes", watch)),
      terms(SmallTerms(Zone("UTC"))) {
  for (const char* zone : {"UTC", "Asia/Jakarta"}) {
    test.AddDocument(BodyKind::kZoneAdded, zone, "application/tzif", RulesOf(zone));
  }
  // Who watches may be named as who decides.
  terms.parties.push_back({"monitor", "watch"});
  feed.Register(1, "web").Register(2, "mail");
  test.Append(feed.Sign());
}

ZoneRef SmallCase::Zone(absl::string_view name) const {
  return {std::string(name), ledger::DigestOfDocument(RulesOf(name))};
}

void SmallCase::Wait(absl::string_view until) {
  Instant target = On(until);
  if (target <= test.clock().Now()) return;
  test.clock().Advance(target - test.clock().Now());
}

uint64_t SmallCase::OpeningOf(absl::string_view name) const {
  auto state = ledger().FindStream(StreamKind::kAgreement, name);
  TALLY_CHECK(state.ok());
  return state->opening_index;
}

uint64_t SmallCase::Open(const Terms& with) {
  auto state = ledger().FindStream(StreamKind::kAgreement, with.agreement);
  if (state.ok()) return state->opening_index;
  return test.AddAgreement(with.agreement,
                           {{"provider", &acme}, {"customer", &shop}, {"monitor", &watch}});
}

std::vector<Binding> SmallCase::Bindings() const {
  std::vector<Binding> all = {{"feed/probes", feed.id()},
                              {"party/acme", acme.id},
                              {"party/shop", shop.id},
                              {"party/watch", watch.id}};
  all.insert(all.end(), bindings.begin(), bindings.end());
  std::sort(all.begin(), all.end(),
            [](const Binding& a, const Binding& b) { return a.name < b.name; });
  return all;
}

Hash SmallCase::Act(const ledger::TestParty& author, BodyKind kind, Bytes body, const Hash& answers,
                    absl::string_view name) {
  ledger::TestLedger::ActOptions options;
  options.answers = answers;
  ledger::AppendReceipt receipt =
      test.Append(test.SignAct(author, OpeningOf(name), kind, std::move(body), options));
  return test.DigestAt(receipt.index);
}

Hash SmallCase::Propose(const Terms& with) {
  Open(with);
  TermsProposed proposed;
  proposed.terms = Encode(with);
  proposed.terms_hash = ledger::HashOfTerms(proposed.terms);
  proposed.bindings = Bindings();
  return Act(acme, BodyKind::kTermsProposed, Encode(proposed), {}, with.agreement);
}

void SmallCase::Accept(const Terms& with, const Hash& proposal) {
  Act(shop, BodyKind::kTermsAccepted, Encode(TermsAccepted{ledger::HashOfTerms(Encode(with))}),
      proposal, with.agreement);
}

void SmallCase::Agree(const Terms& with) { Accept(with, Propose(with)); }

void SmallCase::Amend(const Terms& base, const Terms& amended, Instant effective, Reach reach,
                      bool reopens_settled) {
  AmendmentProposed body;
  body.base = ledger::HashOfTerms(Encode(base));
  body.terms = Encode(amended);
  body.terms_hash = ledger::HashOfTerms(body.terms);
  body.bindings = Bindings();
  body.effective = effective;
  body.reach = reach;
  body.reopens_settled = reopens_settled;
  Hash proposal = Act(acme, BodyKind::kAmendmentProposed, Encode(body), {}, base.agreement);
  Act(shop, BodyKind::kAmendmentAccepted, Encode(AmendmentAccepted{body.terms_hash}), proposal,
      base.agreement);
}

void SmallCase::Publish(absl::string_view through) {
  feed.Mark(On(through));
  test.Append(feed.Sign());
}

Hash SmallCase::File(const std::vector<WindowName>& windows) {
  ClaimFiled body;
  body.windows = windows;
  // Equal acts are one act to the ledger; two claims differ in their words.
  body.reason = absl::StrCat("claim ", ++claims_);
  return Act(shop, BodyKind::kClaimFiled, Encode(body));
}

void SmallCase::Answer(const Hash& claim, ClaimAnswer answer) {
  ClaimAnswered body;
  body.answer = answer;
  Act(acme, BodyKind::kClaimAnswered, Encode(body), claim);
}

Hash SmallCase::Offer(const Hash& claim, const Money& amount) {
  SettlementProposed body;
  body.amount = amount;
  body.reference = "invoice 7";
  return Act(acme, BodyKind::kSettlementProposed, Encode(body), claim);
}

Hash SmallCase::Rule(const ledger::TestParty& by, const std::string& said, const Hash& corrects) {
  const bool issued = corrects.IsZero();
  const BodyKind kind = issued ? BodyKind::kRulingIssued : BodyKind::kRulingCorrected;
  const std::string ruling = absl::StrCat(R"({"rank":"arbitrator","partial":false)", said, "}");
  absl::StatusOr<Bytes> body =
      BodyFromJson(kind, issued ? ruling : absl::StrCat(R"({"ruling":)", ruling, "}"));
  TALLY_CHECK(body.ok());
  return Act(by, kind, *body, corrects);
}

void SmallCase::Settle(const WindowName& window, const Money& amount, absl::string_view reference) {
  const Result result = Replay();
  const auto of = std::find_if(
      result.windows.begin(), result.windows.end(), [&window](const WindowResult& each) {
        return WindowName{each.objective, each.window} == window && each.closed.has_value();
      });
  TALLY_CHECK(of != result.windows.end());
  const auto record = ledger().ReadRecord(of->closed->closing.index);
  TALLY_CHECK(record.ok());
  const Hash closing = record->events()[of->closed->closing.offset].digest;
  SettlementProposed offer;
  offer.amount = amount;
  offer.reference = std::string(reference);
  Confirm(Act(acme, BodyKind::kSettlementProposed, Encode(offer), closing), amount);
}

void SmallCase::Confirm(const Hash& offer, const Money& amount) {
  SettlementConfirmed body;
  body.amount = amount;
  Act(shop, BodyKind::kSettlementConfirmed, Encode(body), offer);
}

ProjectionOutput SmallCase::Project(absl::string_view name) {
  absl::StatusOr<ProjectionOutput> output =
      replay::Project(ledger(), name, ledger().head().size, test.clock().Now());
  if (!output.ok()) ADD_FAILURE() << output.status();
  TALLY_CHECK(output.ok());
  for (const Statement& statement : output->statements) {
    State(statement, name);
  }
  for (const WindowClosed& closing : output->closings) {
    test.Append(test.SignServiceAct(OpeningOf(name), BodyKind::kWindowClosed, Encode(closing)));
  }
  return *output;
}

void SmallCase::State(const Statement& statement, absl::string_view name) {
  test.Append(test.SignServiceAct(OpeningOf(name), BodyKind::kStatement, Encode(statement)));
}

ReplayRequest SmallCase::Request(absl::string_view period) const {
  ReplayRequest request;
  request.agreement = "gold";
  if (!period.empty()) {
    absl::StatusOr<Period> parsed = ParsePeriod(period);
    TALLY_CHECK(parsed.ok());
    request.period = *parsed;
  }
  return request;
}

Result SmallCase::Replay(const ReplayRequest& request) const {
  absl::StatusOr<Result> result = replay::Replay(ledger(), request);
  if (!result.ok()) ADD_FAILURE() << result.status();
  TALLY_CHECK(result.ok());
  return *std::move(result);
}

std::vector<std::string> Lines(const Result& result) {
  std::vector<std::string> lines;
  for (const WindowResult& window : result.windows) {
    lines.push_back(absl::StrCat(
        FormatInstant(window.window.first), " ", std::string(StatusName(window.status)), " ",
        std::string(VerdictName(window.verdict)), " ", FractionText(window.value)));
  }
  return lines;
}

bool Has(const Result& result, absl::string_view finding) {
  for (const Finding& each : result.findings) {
    if (each.kind == finding) return true;
  }
  return false;
}

std::string BalanceOf(const Result& result, absl::string_view account, absl::string_view party) {
  for (const Balance& balance : result.balances) {
    if (balance.account == account && balance.party == party) return FormatMoney(balance.amount);
  }
  return "-";
}

Rule RuleWith(absl::string_view id, absl::string_view kind,
              std::vector<std::pair<std::string, std::string>> choices) {
  std::vector<Choice> stated;
  for (auto& [name, value] : choices) stated.push_back({name, {value}});
  std::sort(stated.begin(), stated.end(),
            [](const Choice& a, const Choice& b) { return a.name < b.name; });
  return {std::string(id), std::string(kind), {}, Choices(std::move(stated))};
}

WindowName MonthOf(absl::string_view first, absl::string_view limit) {
  return {"availability", During(first, limit)};
}

std::string RuledValue(const WindowName& window, absl::string_view fraction) {
  return absl::StrCat(R"(,"values":[{"window":{"objective":")", window.objective, R"(","from":")",
                      FormatInstant(window.window.first), R"(","until":")",
                      FormatInstant(window.window.limit), R"("},"value":")", fraction, "\"}]");
}

std::string LeftTheBooks(const std::vector<Posting>& before, const std::vector<Posting>& after) {
  for (const Posting& each : before) {
    const bool stays = std::any_of(after.begin(), after.end(), [&each](const Posting& now) {
      return std::tie(each.at, each.cause, each.text, each.from, each.to, each.amount) ==
             std::tie(now.at, now.cause, now.text, now.from, now.to, now.amount);
    });
    if (!each.cause.has_value() || stays) continue;
    return absl::StrCat(each.text, " of ", FormatMoney(each.amount), " at ",
                        FormatInstant(each.at));
  }
  return "";
}

}  // namespace tally::replay
