// Keys and seeds are fixed, so a forgery is the same file in every run.
#include "tests/hostile/forgeries.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "schema/evidence.h"
#include "tests/hostile/forged_pack.h"
#include "tests/replay/case_support.h"

namespace tally::hostile {
namespace {

using replay::On;
using replay::SmallCase;
using TermsChange = std::function<void(Terms&)>;

// A small agreement in force, and a year to fill.
struct Forger {
  SmallCase test;
  explicit Forger(const TermsChange& change = nullptr,
                  absl::string_view now = "2027-03-02T00:00:00Z") {
    if (change != nullptr) change(test.terms);
    test.Agree(test.terms);
    test.Wait(now);
    test.Publish("2026-03-01T00:00:00Z");
  }
  ForgedPack Begin() const { return ForgedPack(test.ledger(), {.agreement = "gold"}); }
  Instant Begins() const { return On("2026-03-01T00:00:00Z"); }
  uint64_t Agreement() const {
    const auto agreement = test.ledger().FindStream(StreamKind::kAgreement, "gold");
    TALLY_CHECK(agreement.ok());
    return agreement->opening_index;
  }
  // Batches of `events` events each that `add` collects, until the pack is full.
  void Fill(ForgedPack& pack, size_t bytes, int events,
            const std::function<void(int number)>& add) {
    int number = 0;
    while (pack.bytes() < bytes && pack.records() + 1 < ledger::kPackMembersMax) {
      for (int i = 0; i < events; ++i) add(number++);
      pack.Add(test.feed.opening(), test.feed.Sign());
    }
  }
  Forgery Finish(ForgedPack pack) const {
    Forgery forgery;
    forgery.cost_seconds = pack.CostSeconds();
    forgery.records = pack.records();
    forgery.events = pack.events();
    forgery.bytes = std::move(pack).Finish(test.test.log_key());
    return forgery;
  }
};

Forgery Entries(size_t) {
  const Forger forger;
  ForgedPack pack = forger.Begin();
  while (pack.records() < ledger::kPackMembersMax) pack.AddEntry();
  return forger.Finish(std::move(pack));
}

Forgery Reports(size_t bytes, int events) {
  Forger forger;
  ForgedPack pack = forger.Begin();
  forger.Fill(pack, bytes, events, [&](int number) {
    forger.test.feed.Report(1, number % 2 == 0 ? State::kUp : State::kDown,
                            forger.Begins() + Duration{int64_t{number} * 20'000'000});
  });
  return forger.Finish(std::move(pack));
}

Forgery Tickets(size_t bytes, int events) {
  Forger forger;
  ForgedPack pack = forger.Begin();
  forger.Fill(pack, bytes, events, [&](int number) {
    TicketEvent body;
    body.ticket = absl::StrCat(number);
    body.step = TicketStep::kOpened;
    EventHeader header;
    header.kind = BodyKind::kTicketEvent;
    header.actor = ActorKind::kHuman;
    header.source = 1;
    header.observed_from = forger.Begins() + Duration{int64_t{number} * 20'000'000};
    header.observed_until = header.observed_from;
    forger.test.feed.Add(header, Encode(body));
  });
  return forger.Finish(std::move(pack));
}

Forgery Sources(size_t bytes) {
  Forger forger;
  ForgedPack pack = forger.Begin();
  forger.Fill(pack, bytes, 4096, [&](int number) {
    forger.test.feed.Register(static_cast<uint32_t>(number) + 10, absl::StrCat(number));
  });
  return forger.Finish(std::move(pack));
}

// The most rows that a run can have for its bytes: each of a quarter of a byte.
Forgery Runs(size_t bytes) {
  Forger forger;
  ForgedPack pack = forger.Begin();
  forger.Fill(pack, bytes, 1, [&](int number) {
    forger.test.feed.Run({1}, 65'536, forger.Begins() + Duration{int64_t{number} * 65'536'000},
                         Duration{1000}, State::kUp);
  });
  return forger.Finish(std::move(pack));
}

Forgery Acts(size_t bytes) {
  Forger forger;
  ForgedPack pack = forger.Begin();
  for (int number = 0; pack.bytes() < bytes; ++number) {
    ClaimFiled claim;
    claim.windows = {replay::MonthOf("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")};
    claim.reason = absl::StrCat(number);
    pack.Add(forger.Agreement(), forger.test.test.SignAct(forger.test.shop, forger.Agreement(),
                                                          BodyKind::kClaimFiled, Encode(claim)));
  }
  return forger.Finish(std::move(pack));
}

// What the nightly job never stated, so that a verifier looks for the record that made it differ.
Forgery Statements(size_t bytes, bool tells_their_size) {
  Forger forger(nullptr, "2026-03-20T00:00:00Z");
  forger.test.feed.Report(1, State::kUp, forger.Begins());
  forger.test.Publish("2026-03-19T00:00:00Z");
  const auto stated =
      replay::Project(forger.test.ledger(), "gold", forger.test.ledger().head().size,
                      forger.test.test.clock().Now());
  TALLY_CHECK(stated.ok() && !stated->statements.empty());
  ForgedPack pack = forger.Begin();
  forger.Fill(pack, bytes, 100, [&](int number) {
    forger.test.feed.Report(1, number % 2 == 0 ? State::kUp : State::kDown,
                            forger.Begins() + Duration{int64_t{number} * 60'000'000});
  });
  if (tells_their_size) pack.Cut(stated->statements.front().size);
  for (int number = 0; number < 1000; ++number) {
    Statement statement = stated->statements.front();
    statement.figures = ledger::Sha256Of({AsBytes(absl::StrCat(number))});
    pack.Add(forger.Agreement(), forger.test.test.SignServiceAct(
                                     forger.Agreement(), BodyKind::kStatement, Encode(statement)));
  }
  return forger.Finish(std::move(pack));
}

// Parties with as many keys as a body holds. Each needs a proof of possession, so this is slow to
// forge; memory is what it is after.
Forgery Keys(size_t bytes) {
  Forger forger;
  ledger::TestLedger& test = forger.test.test;
  ForgedPack pack = forger.Begin();
  int number = 0;
  while (pack.bytes() < bytes) {
    const std::string name = absl::StrCat("party", pack.records());
    PartyOpened body;
    body.name = name;
    body.display_name = name;
    for (int i = 0; i < 1000; ++i) {
      const auto key = ledger::TestKey(absl::StrCat("forged ", number++));
      KeyGrant grant;
      grant.key = key->public_key();
      grant.roles = kRoleAppend | kRoleGrant;
      const ledger::Signature proof = key->Sign(ledger::PossessionMessage(
          forger.test.ledger().id(), key->fingerprint(), test.service_key().fingerprint(),
          ledger::Sha256Of({AsBytes(name)})));
      grant.possession.assign(proof.begin(), proof.end());
      (body.keys.size() < 999 ? body.keys : body.recovery_keys).push_back(grant);
      if (!body.recovery_keys.empty()) body.recovery_keys.back().roles = kRoleRecovery;
    }
    pack.Open(
        test.SignOpening(StreamId(), BodyKind::kPartyOpened, Encode(body), test.service_key()));
  }
  return forger.Finish(std::move(pack));
}

Forgery Streams(size_t bytes) {
  const Forger forger;
  SmallCase& test = const_cast<SmallCase&>(forger.test);
  ForgedPack pack = forger.Begin();
  while (pack.bytes() < bytes) {
    const Bytes body = Encode(FeedOpened{absl::StrCat("f", pack.records()), "x"});
    pack.Open(test.test.SignOpening(test.watch.id, BodyKind::kFeedOpened, body, *test.watch.key));
  }
  return forger.Finish(std::move(pack));
}

// Sizes spread over the greatest tree, so that each has subtrees of its own.
Forgery Cuts(size_t) {
  const Forger forger;
  constexpr uint64_t kCuts = 20'000;
  std::vector<uint64_t> cuts;
  for (uint64_t i = 1; i <= kCuts; ++i) {
    cuts.push_back((ledger::kTreeSizeMax / (kCuts + 1)) * i + (i * 0x9e3779b97f4a7c15u >> 24));
  }
  std::ranges::sort(cuts);
  Forgery forgery;
  forgery.bytes = forger.Begin().FinishLarge(cuts, forger.test.test.log_key());
  return forgery;
}

Forgery Agreed(const TermsChange& change) {
  const Forger forger(change);
  return forger.Finish(forger.Begin());
}

// Terms that give many windows to compute, from few bytes.
void RollingForACentury(Terms& terms) {
  terms.from = On("1931-01-01T00:00:00Z");
  WindowRule& window = terms.objectives.front().window;
  window.every = WindowEvery::kRollingDays;
  window.days = 3650;
  window.step_days = 1;
  window.length = RollingLength::kElapsed;
  window.short_first = ShortRolling::kNotMeasured;
  terms.objectives.front().credit = std::nullopt;
}

void HoursOfManyObjectives(Terms& terms) {
  terms.from = On("2022-07-01T00:00:00Z");
  Objective objective = terms.objectives.front();
  objective.window.every = WindowEvery::kFixedLength;
  objective.window.fixed = Minutes(60);
  objective.credit = std::nullopt;
  terms.fees.clear();
  terms.objectives.clear();
  for (int i = 1000; i < 1300; ++i) {
    objective.id = absl::StrCat("o", i);
    terms.objectives.push_back(objective);
  }
}

// As much wording as a body of terms holds.
void HugeWording(Terms& terms) {
  Objective objective = terms.objectives.front();
  objective.credit = std::nullopt;
  terms.fees.clear();
  terms.objectives.clear();
  for (int i = 1000; i < 1200; ++i) {
    objective.id = absl::StrCat("o", i, std::string(4000, 'x'));
    terms.objectives.push_back(objective);
  }
}

// One record whose parts are each within their limits, and together are not.
Forgery OneRecord(size_t bytes) {
  const Forger forger;
  const ledger::PackScope scope{.agreement = "gold"};
  ledger::PackWriter writer(forger.test.ledger().id(), scope);
  ledger::Evidence evidence;
  evidence.count = bytes / ledger::kPackTextBytesMax / 4096 + 1;
  writer.AddRecord(0, 0, {}, evidence);
  const Bytes header(176), body(1 << 20), salt(16, 1);
  for (uint64_t i = 0; i < evidence.count; ++i) {
    ledger::PackEvent event;
    event.header = header;
    event.shown = true;
    event.salt = salt;
    event.body = body;
    writer.AddEvent(event);
  }
  Forgery forgery;
  auto finished = std::move(writer).Finish({}, {}, std::nullopt, "");
  if (finished.ok()) forgery.bytes = *std::move(finished);
  return forgery;
}

// A pack that ends, with a good digest, where much more is claimed: in a member's events, cuts,
// proof, heads or checkpoint.
Forgery Claims(size_t place) {
  const Forger forger;
  Bytes bytes;
  {
    ledger::PackWriter writer(forger.test.ledger().id(), {.agreement = "gold"});
    auto finished = std::move(writer).Finish({}, {}, std::nullopt, "");
    TALLY_CHECK(finished.ok());
    bytes = *std::move(finished);
  }
  // Behind the members' end stand the counts of cuts and of proof, the form of heads, the note.
  constexpr size_t kTail = 1 + 4 + 4 + 1 + 4 + 32;
  const size_t tail = bytes.size() - kTail;
  bytes.resize(tail);
  ByteWriter writer(bytes);
  if (place == 0) {
    writer.U8(2);
    writer.U64(0);
    writer.I64(0);
    writer.Raw(Bytes(116));
    Bytes evidence(204);
    std::fill(evidence.begin(), evidence.end(), uint8_t{0xff});
    writer.Raw(evidence);
  } else {
    writer.U8(0);
    writer.U32(place == 1 ? 0xffffffff : 0);
    if (place >= 2) writer.U32(place == 2 ? 0xffffffff : 0);
    if (place >= 3) writer.U8(place == 3 ? 1 : 0);
    if (place >= 3) writer.U32(0xffffffff);
  }
  const Hash digest = ledger::Sha256Of({bytes});
  ByteWriter(bytes).Raw(digest.view());
  return {bytes, 0, 0, 0};
}

// A note of a mebibyte that is all signatures.
Forgery Signatures(size_t) {
  const Forger forger;
  ForgedPack pack = forger.Begin();
  const std::string line = absl::StrCat("— ", "x", " ", std::string(100, 'A'), "\n");
  std::string lines;
  while (lines.size() + line.size() < 1'000'000) lines += line;
  Forgery forgery;
  forgery.bytes = std::move(pack).FinishWith(lines, forger.test.test.log_key());
  return forgery;
}

// Pointers within pointers, deeper than any body.
Forgery Nested(size_t) {
  Forger forger;
  ForgedPack pack = forger.Begin();
  Bytes body;
  for (int depth = 0; depth < 100'000; ++depth) {
    // A struct of no data and one pointer, right behind this word.
    body.resize(body.size() + 8);
    body[body.size() - 2] = 1;
  }
  pack.AddRaw(forger.test.feed.opening(), body, *forger.test.watch.key);
  return forger.Finish(std::move(pack));
}

}  // namespace

const std::vector<ForgeryCase>& ForgeryCases() {
  constexpr size_t kMega = 1'000'000;
  constexpr size_t kWhole = ledger::kPackBytesMax - 2 * kMega;
  static const std::vector<ForgeryCase> kCases = {
      {"entries", 0, 0, Entries},
      {"reports", kWhole, kWhole, [](size_t bytes) { return Reports(bytes, 4096); }},
      {"tickets", kWhole, kWhole, [](size_t bytes) { return Tickets(bytes, 4096); }},
      {"sources", kWhole, kWhole, Sources},
      {"runs", 2 * kMega, 20 * kMega, Runs},
      {"acts", 25 * kMega, kWhole, Acts},
      {"statements", kMega, 10 * kMega, [](size_t bytes) { return Statements(bytes, true); }},
      {"untold", kMega, kMega, [](size_t bytes) { return Statements(bytes, false); }},
      {"keys", 2 * kMega, 9 * kMega, Keys},
      {"streams", 12 * kMega, kWhole, Streams},
      {"single", 6 * kMega, kWhole, [](size_t bytes) { return Reports(bytes, 1); }},
      {"ticket", 6 * kMega, kWhole, [](size_t bytes) { return Tickets(bytes, 1); }},
      {"cuts", 0, 0, Cuts},
      {"rolling", 0, 0, [](size_t) { return Agreed(RollingForACentury); }},
      {"hours", 0, 0, [](size_t) { return Agreed(HoursOfManyObjectives); }},
      {"wording", 0, 0, [](size_t) { return Agreed(HugeWording); }},
      {"record", kWhole, kWhole, OneRecord},
      {"signatures", 0, 0, Signatures},
      {"nested", 0, 0, Nested},
      {"claims-events", 0, 0, Claims},
      {"claims-cuts", 1, 1, Claims},
      {"claims-proof", 2, 2, Claims},
      {"claims-heads", 3, 3, Claims},
      {"claims-note", 4, 4, Claims},
  };
  return kCases;
}

}  // namespace tally::hostile
