// The ledger of the benchmark of the nightly job: many agreements, each on a feed of its own whose
// evidence are runs. tests/bench/nightly.py makes it with this and times `tally project` on it.
//
//   nightly_ledger make DIR TERMS AGREEMENTS MEASUREMENTS   a new ledger at DIR, keys beside it
//   nightly_ledger grow DIR AGREEMENTS                      a day's evidence for the first of them
//
// Parties, keys and zone are made by the commands themselves; what there is a thousand of is signed
// and appended here through one open writer, with the same calls that the commands make. The
// evidence is a measurement every eight minutes that ends three days before now, so that it can
// grow by a day twice; nine in ten thousand are down. 10,000 of them reach over 55 days, so the job
// finds windows to close.
#include <sys/random.h>
#include <time.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "ledger/chain/digest.h"
#include "schema/status.h"
#include "tools/key_file.h"
#include "tools/receipts.h"
#include "tools/session.h"
#include "tools/stream_end.h"
#include "tools/tally.h"
#include "tools/terms_file.h"

namespace tally::tools {
namespace {

constexpr Duration kStep = Minutes(8);
constexpr uint32_t kRowsOfRun = 1'000;
constexpr uint32_t kRowsOfDay = 180;  // 24 hours of eight minutes
constexpr size_t kBatchesAtATime = 64;
constexpr uint32_t kDownEvery = 1'111;
constexpr char kSource[] = "shop";

class MachineClock : public Clock {
 public:
  Instant Now() override { return {Micros(CLOCK_REALTIME)}; }
  Duration SinceBoot() override { return {Micros(CLOCK_BOOTTIME)}; }

 private:
  static int64_t Micros(clockid_t clock) {
    timespec now{};
    TALLY_CHECK(clock_gettime(clock, &now) == 0);
    return static_cast<int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
  }
};
class MachineRandomness : public Randomness {
 public:
  void Fill(std::span<uint8_t> out) override {
    TALLY_CHECK(getrandom(out.data(), out.size(), 0) == static_cast<ssize_t>(out.size()));
  }
};

std::string AgreementName(uint64_t number) { return absl::StrCat("shop-", 100'000 + number); }
std::string FeedName(uint64_t number) { return absl::StrCat("probes-", 100'000 + number); }

// One hold on the ledger, and batches that are appended together.
class Filler {
 public:
  Filler(const Invocation& call, std::string keys) : call_(call), keys_(std::move(keys)) {}

  absl::Status Open() {
    TALLY_ASSIGN_OR_RETURN(session_, AppendSession::Open(call_));
    TALLY_ASSIGN_OR_RETURN(provider_, ReadAuthorKey(call_, keys_ + "/provider.pem"));
    TALLY_ASSIGN_OR_RETURN(customer_, ReadAuthorKey(call_, keys_ + "/customer.pem"));
    TALLY_ASSIGN_OR_RETURN(monitor_, ReadAuthorKey(call_, keys_ + "/monitor.pem"));
    return absl::OkStatus();
  }
  absl::Status Make(const std::string& terms, uint64_t agreements, uint64_t measurements);
  absl::Status Grow(uint64_t agreements);

 private:
  const ledger::Ledger& ledger() const { return session_->ledger(); }
  Instant Now() const { return call_.world.clock->Now(); }

  absl::Status Put(absl::StatusOr<ledger::SignedBatch> batch) {
    TALLY_RETURN_IF_ERROR(batch.status());
    waiting_.push_back(*std::move(batch));
    return waiting_.size() < kBatchesAtATime ? absl::OkStatus() : Flush();
  }
  absl::Status Flush() {
    for (const auto& receipt : session_->writer().Append(std::exchange(waiting_, {}))) {
      TALLY_RETURN_IF_ERROR(receipt.status());
    }
    return absl::OkStatus();
  }
  absl::Status PutOpening(BodyKind kind, Bytes body, const AuthorKey& key) {
    TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry author, PartyOfKey(ledger(), key));
    ActDraft draft;
    draft.kind = kind;
    draft.body = std::move(body);
    draft.author = author.id;
    draft.reported_at = Now();
    return Put(SignOpening(ledger().id(), draft, key));
  }
  absl::StatusOr<Hash> PutAct(uint64_t number, BodyKind kind, Bytes body, const Hash& answers,
                              const AuthorKey& key) {
    TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                           ledger().FindStream(StreamKind::kAgreement, AgreementName(number)));
    TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry author, PartyOfKey(ledger(), key));
    ActDraft draft;
    draft.kind = kind;
    draft.body = std::move(body);
    draft.author = author.id;
    draft.answers = answers;
    draft.reported_at = Now();
    TALLY_ASSIGN_OR_RETURN(ledger::SignedBatch batch,
                           SignAct(EndOfActs(ledger(), stream), draft, key));
    const Hash digest = ledger::EventDigest(batch.events.front().header);
    TALLY_RETURN_IF_ERROR(Put(std::move(batch)));
    return digest;
  }
  absl::Status Measure(uint64_t number, Instant first, uint64_t measurements);
  absl::Status OpenAll(uint64_t agreements);
  absl::Status ProposeAll(const std::string& terms, uint64_t agreements);
  absl::StatusOr<TermsProposed> ProposalOf(const std::string& terms, uint64_t number);

  const Invocation& call_;
  const std::string keys_;
  std::unique_ptr<AppendSession> session_;
  AuthorKey provider_, customer_, monitor_;
  std::vector<ledger::SignedBatch> waiting_;
};

// Runs of at most kRowsOfRun rows and a watermark at their end.
absl::Status Filler::Measure(uint64_t number, Instant first, uint64_t measurements) {
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         ledger().FindStream(StreamKind::kFeed, FeedName(number)));
  TALLY_ASSIGN_OR_RETURN(FeedEnd end, ReadFeedEnd(ledger(), stream));
  if (end.watermark.has_value()) first = *end.watermark;
  FeedAuthor feed(std::move(end), monitor_);
  TALLY_ASSIGN_OR_RETURN(const uint32_t source, feed.SourceNumber(kSource, first));
  Instant at = first;
  for (uint64_t done = 0; done < measurements;) {
    const auto rows = static_cast<uint32_t>(std::min<uint64_t>(kRowsOfRun, measurements - done));
    Run run;
    run.step = kStep;
    run.sources = {{source, 0, rows, at}};
    run.states.assign((rows + 3) / 4, 0);
    for (uint32_t row = 0; row < rows; ++row) {
      // Not the same rows in each agreement, so that no two have the same figures by construction.
      if ((done + row + number) % kDownEvery == 0) {
        run.states[row / 4] = static_cast<uint8_t>(run.states[row / 4] | (1u << (row % 4 * 2)));
      }
    }
    at = at + Duration{kStep.micros * rows};
    TALLY_RETURN_IF_ERROR(feed.AddRun(std::move(run), ActorKind::kMonitor, at));
    done += rows;
  }
  TALLY_RETURN_IF_ERROR(feed.Add(WatermarkAt(at, at)));
  TALLY_ASSIGN_OR_RETURN(std::vector<ledger::SignedBatch> batches, feed.Sign(kRowsOfRun));
  for (ledger::SignedBatch& batch : batches) TALLY_RETURN_IF_ERROR(Put(std::move(batch)));
  return absl::OkStatus();
}

absl::Status Filler::OpenAll(uint64_t agreements) {
  TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry provider, PartyOfKey(ledger(), provider_));
  TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry customer, PartyOfKey(ledger(), customer_));
  TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry monitor, PartyOfKey(ledger(), monitor_));
  for (uint64_t i = 0; i < agreements; ++i) {
    TALLY_RETURN_IF_ERROR(
        PutOpening(BodyKind::kFeedOpened, Encode(FeedOpened{FeedName(i), "probes"}), monitor_));
    AgreementOpened opened;
    opened.name = AgreementName(i);
    opened.parties = {{"provider", "provider", provider.id},
                      {"customer", "customer", customer.id},
                      {"monitor", "monitor", monitor.id}};
    TALLY_RETURN_IF_ERROR(PutOpening(BodyKind::kAgreementOpened, Encode(opened), provider_));
  }
  return Flush();
}

absl::StatusOr<TermsProposed> Filler::ProposalOf(const std::string& terms, uint64_t number) {
  const std::string text =
      absl::StrReplaceAll(terms, {{"@AGREEMENT@", AgreementName(number)},
                                  {"@SOURCE@", absl::StrCat(FeedName(number), "/", kSource)}});
  TALLY_ASSIGN_OR_RETURN(const ZoneSource zones, ZonesOf(call_, &ledger()));
  TALLY_ASSIGN_OR_RETURN(const CompiledTerms compiled, CompileTerms(text, "terms", zones));
  TermsProposed proposal;
  for (const std::string& feed : compiled.feeds) {
    TALLY_ASSIGN_OR_RETURN(const auto stream, ledger().FindStream(StreamKind::kFeed, feed));
    proposal.bindings.push_back({absl::StrCat("feed/", feed), stream.id});
  }
  for (const std::string& name : compiled.parties) {
    const ledger::PartyEntry* party = ledger().keyring().FindParty(name);
    TALLY_CHECK(party != nullptr);
    proposal.bindings.push_back({absl::StrCat("party/", name), party->id});
  }
  proposal.terms = Encode(compiled.terms);
  proposal.terms_hash = ledger::HashOfTerms(proposal.terms);
  return proposal;
}

absl::Status Filler::ProposeAll(const std::string& terms, uint64_t agreements) {
  std::vector<std::pair<Hash, TermsHash>> proposals;
  for (uint64_t i = 0; i < agreements; ++i) {
    TALLY_ASSIGN_OR_RETURN(const TermsProposed proposal, ProposalOf(terms, i));
    TALLY_ASSIGN_OR_RETURN(const Hash digest, PutAct(i, BodyKind::kTermsProposed, Encode(proposal),
                                                     Hash{}, provider_));
    proposals.emplace_back(digest, proposal.terms_hash);
  }
  TALLY_RETURN_IF_ERROR(Flush());
  for (uint64_t i = 0; i < agreements; ++i) {
    const auto& [digest, hash] = proposals[i];
    TALLY_RETURN_IF_ERROR(
        PutAct(i, BodyKind::kTermsAccepted, Encode(TermsAccepted{hash}), digest, customer_)
            .status());
  }
  return Flush();
}

absl::Status Filler::Make(const std::string& terms, uint64_t agreements, uint64_t measurements) {
  TALLY_RETURN_IF_ERROR(OpenAll(agreements));
  TALLY_RETURN_IF_ERROR(ProposeAll(terms, agreements));
  const int64_t length = kStep.micros * static_cast<int64_t>(measurements);
  const Instant first = Now() - Days(3) - Duration{length};
  for (uint64_t i = 0; i < agreements; ++i) {
    TALLY_RETURN_IF_ERROR(Measure(i, first, measurements));
  }
  return Flush();
}

absl::Status Filler::Grow(uint64_t agreements) {
  for (uint64_t i = 0; i < agreements; ++i) {
    TALLY_RETURN_IF_ERROR(Measure(i, Now(), kRowsOfDay));
  }
  return Flush();
}

absl::StatusOr<std::string> TermsFrom(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in || text.str().empty())
    return absl::NotFoundError(absl::StrCat(path, " is no terms file"));
  return text.str();
}

absl::Status Prepare(const World& world, const std::string& ledger, const std::string& keys) {
  std::vector<std::vector<std::string>> lines = {
      {"init", ledger, "--origin", "nightly.example/ledger"}, {"zone", "add", "UTC", "-C", ledger}};
  for (const char* party : {"provider", "customer", "monitor"}) {
    const std::string key = absl::StrCat(keys, "/", party, ".pem");
    lines.push_back({"key", "new", "--party", party, "--out", key});
    lines.push_back({"party", "register", party, "--key", key, "-C", ledger});
  }
  for (const std::vector<std::string>& line : lines) {
    if (RunTally(line, world) != 0) return absl::InternalError(absl::StrCat("tally ", line[0]));
  }
  return absl::OkStatus();
}

absl::Status Play(const std::vector<std::string>& words, const World& world) {
  uint64_t agreements = 0, measurements = 0;
  const bool make = words.size() == 5 && words[0] == "make" &&
                    absl::SimpleAtoi(words[3], &agreements) &&
                    absl::SimpleAtoi(words[4], &measurements);
  const bool grow =
      words.size() == 3 && words[0] == "grow" && absl::SimpleAtoi(words[2], &agreements);
  if (!make && !grow) return absl::InvalidArgumentError("make DIR TERMS N M, or grow DIR N");
  const std::string ledger = words[1] + "/ledger";
  std::string terms;
  if (make) {
    TALLY_ASSIGN_OR_RETURN(terms, TermsFrom(words[2]));
    TALLY_RETURN_IF_ERROR(Prepare(world, ledger, words[1]));
  }
  Command fill;
  fill.name = "fill";
  fill.appends = true;
  const std::vector<Command> table = {fill};
  TALLY_ASSIGN_OR_RETURN(const ParsedLine line, ParseCommandLine(table, {"fill", "-C", ledger}));
  Console console(world);
  const Invocation call{world, table, table.front(), line.arguments, console};
  Filler filler(call, words[1]);
  TALLY_RETURN_IF_ERROR(filler.Open());
  return make ? filler.Make(terms, agreements, measurements) : filler.Grow(agreements);
}

}  // namespace
}  // namespace tally::tools

int main(int argc, char** argv) {
  tally::tools::MachineClock clock;
  tally::tools::MachineRandomness randomness;
  std::istringstream nothing;
  std::ostringstream unread;
  tally::tools::World world;
  world.in = &nothing;
  world.out = &unread;
  world.err = &std::cerr;
  world.clock = &clock;
  world.randomness = &randomness;
  world.environment = [](const std::string&) { return std::optional<std::string>(); };
  world.interrupted = [] { return false; };
  const absl::Status played =
      tally::tools::Play(std::vector<std::string>(argv + 1, argv + argc), world);
  if (!played.ok()) std::cerr << "nightly_ledger: " << played << "\n";
  return played.ok() ? 0 : 1;
}
