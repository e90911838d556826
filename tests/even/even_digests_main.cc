// Digests of what follows from a ledger, for comparing: even_digests LEDGER JOBS
//
// Prints a line for each agreement, by name:
//
//   NAME result H figures H content H projection H
//
// result and figures are the engine's own digests (FORMAT.md "Results"). content is the digest of
// the same result without what depends on how evidence was cut into batches and which form of a
// zone's rules was signed: events are named by how many events stand before them in the log instead
// of record and offset, claims by their order, and the size, the instants of knowledge, hashes of
// terms and digests of figures are left out. projection is over the bodies of all that `tally
// project` would append at a fixed instant. So content is equal for any batches, and all four for
// one ledger anywhere.
//
// Only the rooms that replay are linked, so that other compilers build it soon. It works in the
// locale of the environment, whose name it prints first: the locale must not show in a digest.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <locale>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "ledger/ledger.h"
#include "replay/canonical.h"
#include "replay/replay.h"
#include "schema/body.h"
#include "schema/status.h"

namespace tally::tests {
namespace {

// Later than everything in the ledgers that are compared.
constexpr char kProjectedAt[] = "2036-01-01T00:00:00Z";

// The number of events before each record.
absl::StatusOr<std::vector<uint64_t>> EventsBefore(const ledger::Ledger& ledger) {
  TALLY_ASSIGN_OR_RETURN(const std::unique_ptr<ledger::Cursor> cursor, ledger.Read({}));
  std::vector<uint64_t> before;
  uint64_t events = 0;
  while (true) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<ledger::VerifiedRecord> record, cursor->Next());
    if (!record.has_value()) return before;
    before.push_back(events);
    events += record->events().size();
  }
}

std::string ContentOf(replay::Result result, const std::vector<uint64_t>& before) {
  const auto rename = [&before](ledger::EventAddress& address) {
    address = {before[address.index] + address.offset, 0};
  };
  result.terms = {};
  result.known = {};
  for (replay::WindowResult& window : result.windows) {
    window.terms = {};
    window.figures = {};
    std::for_each(window.causes.begin(), window.causes.end(), rename);
    for (replay::EvidenceRange& range : window.evidence) {
      rename(range.first);
      rename(range.last);
    }
    if (window.closed.has_value()) rename(window.closed->closing);
  }
  // A claim's id is made from what its author had seen, record by record.
  for (size_t i = 0; i < result.claims.size(); ++i) {
    replay::ClaimResult& claim = result.claims[i];
    for (replay::Deadline& deadline : result.deadlines) {
      if (deadline.object == claim.id) deadline.object = absl::StrCat("claim ", i);
    }
    rename(claim.at);
    claim.id.clear();
    // When the ledger recorded an act is its clock's affair.
    for (replay::ClaimResult::Step& step : claim.steps) {
      if (step.cause.has_value()) rename(*step.cause);
      step.at = {};
    }
  }
  for (replay::Posting& posting : result.postings) {
    if (posting.cause.has_value()) rename(*posting.cause);
    posting.at = {};
    posting.number = 0;  // follows the instants
    posting.reverses = posting.reverses == 0 ? 0 : 1;
  }
  std::stable_sort(result.postings.begin(), result.postings.end(),
                   [](const replay::Posting& a, const replay::Posting& b) {
                     return std::tie(a.objective, a.window) < std::tie(b.objective, b.window);
                   });
  for (replay::Finding& finding : result.findings) {
    if (finding.at.has_value()) rename(*finding.at);
  }
  return replay::CanonicalResult(result);
}

std::string HashText(absl::string_view text) { return ledger::Sha256Of({AsBytes(text)}).ToHex(); }

absl::StatusOr<std::string> ProjectionOf(const ledger::Ledger& ledger, const std::string& name) {
  TALLY_ASSIGN_OR_RETURN(const Instant at, ParseInstant(kProjectedAt));
  TALLY_ASSIGN_OR_RETURN(const replay::ProjectionOutput output,
                         replay::Project(ledger, name, ledger.head().size, at));
  std::string all;
  for (const Statement& statement : output.statements) {
    absl::StrAppend(&all, HashText(AsText(Encode(statement))));
  }
  for (const WindowClosed& closing : output.closings) {
    absl::StrAppend(&all, HashText(AsText(Encode(closing))));
  }
  return HashText(all);
}

absl::Status PrintDigests(const std::string& directory, int jobs, const char* shown) {
  ledger::LedgerOptions options;
  options.directory = directory;
  TALLY_ASSIGN_OR_RETURN(const std::unique_ptr<ledger::Ledger> ledger,
                         ledger::Ledger::Open(options));
  TALLY_ASSIGN_OR_RETURN(const std::vector<uint64_t> before, EventsBefore(*ledger));
  TALLY_ASSIGN_OR_RETURN(std::vector<ledger::StreamState> streams, ledger->Streams());
  std::sort(streams.begin(), streams.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const ledger::StreamState& stream : streams) {
    if (stream.kind != StreamKind::kAgreement) continue;
    replay::ReplayRequest request;
    request.agreement = stream.name;
    request.threads = jobs;
    const absl::StatusOr<replay::Result> result = replay::Replay(*ledger, request);
    if (!result.ok()) {
      // A refusal must be the same everywhere, too.
      printf("%s refused %s\n", stream.name.c_str(), result.status().ToString().c_str());
      continue;
    }
    const std::string content = ContentOf(*result, before);
    if (stream.name == shown) printf("%s", content.c_str());
    TALLY_ASSIGN_OR_RETURN(const std::string projection, ProjectionOf(*ledger, stream.name));
    printf("%s result %s figures %s content %s projection %s\n", stream.name.c_str(),
           result->digest.ToHex().c_str(), result->figures.ToHex().c_str(),
           HashText(content).c_str(), projection.c_str());
  }
  return absl::OkStatus();
}

}  // namespace
}  // namespace tally::tests

int main(int count, char** words) {
  const int jobs = count >= 3 ? atoi(words[2]) : 0;
  if (count > 4 || jobs < 1) {
    fprintf(stderr, "usage: even_digests LEDGER JOBS [AGREEMENT whose content is shown]\n");
    return 2;
  }
  std::locale::global(std::locale(""));
  printf("locale %s\n", std::locale().name().c_str());
  const absl::Status status =
      tally::tests::PrintDigests(words[1], jobs, count == 4 ? words[3] : "");
  if (status.ok()) return 0;
  fprintf(stderr, "even_digests: %s\n", status.ToString().c_str());
  return 1;
}
