// Writes a signed run for tests that follow a page: no command writes one, monitors do, through the
// library.
//
//   run_author LEDGER FEED SOURCE KEY ROWS OUT.tev
//
// ROWS measurements of the source, a minute each from 2026-02-02 on, all "down", signed with the
// key's file, in a file that `tally append` takes. Exit 0, or 1 with what was wrong.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "ledger/chain/batch.h"
#include "ledger/ledger.h"
#include "schema/run.h"
#include "schema/status.h"
#include "tools/author.h"
#include "tools/stream_end.h"

namespace tally::tests {
namespace {

std::string TextIn(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

absl::Status WriteRun(char** words) {
  TALLY_ASSIGN_OR_RETURN(const auto ledger, ledger::Ledger::Open({.directory = words[1]}));
  TALLY_ASSIGN_OR_RETURN(const auto feed, ledger->FindStream(StreamKind::kFeed, words[2]));
  tools::AuthorKey key;
  TALLY_ASSIGN_OR_RETURN(key.key, ledger::SigningKey::FromPem(TextIn(words[4]), ""));
  key.salt_secret = Bytes(32, 7);
  TALLY_ASSIGN_OR_RETURN(const auto end, tools::ReadFeedEnd(*ledger, feed));
  tools::FeedAuthor author(end, key);
  TALLY_ASSIGN_OR_RETURN(const uint32_t source, author.SourceNumber(words[3], Instant{}));
  TALLY_ASSIGN_OR_RETURN(const Instant first, ParseInstant("2026-02-02T00:00:00Z"));
  const auto rows = static_cast<uint32_t>(std::stoul(words[5]));
  Run run;
  run.step = Minutes(1);
  run.sources = {{source, 0, rows, first}};
  run.states.assign((rows + 3) / 4, 0x55);
  const Instant reported = first + Minutes(rows);
  TALLY_RETURN_IF_ERROR(author.AddRun(run, ActorKind::kMonitor, reported));
  TALLY_ASSIGN_OR_RETURN(const auto batches, author.Sign(16));
  const Bytes file = ledger::EncodeBatchFile(ledger->id(), batches);
  std::ofstream(words[6], std::ios::binary)
      .write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(file.size()));
  return absl::OkStatus();
}

}  // namespace
}  // namespace tally::tests

int main(int count, char** words) {
  if (count != 7) {
    std::cerr << "usage: run_author LEDGER FEED SOURCE KEY ROWS OUT.tev\n";
    return 1;
  }
  const absl::Status written = tally::tests::WriteRun(words);
  if (!written.ok()) std::cerr << written << "\n";
  return written.ok() ? 0 : 1;
}
