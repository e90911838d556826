#include "tools/session.h"

#include <chrono>
#include <istream>
#include <limits>
#include <ostream>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/key_file.h"
#include "tools/ledger_access.h"
#include "tools/printable.h"

namespace tally::tools {
namespace {

constexpr int kWaitStepMs = 50;

std::optional<std::string> KeyPath(const Invocation& call) {
  const std::optional<std::string> named = call.arguments.Value("key");
  if (named.has_value()) return named;
  const std::optional<std::string> environment = call.world.environment("TALLY_KEY");
  if (environment.has_value() && !environment->empty()) return environment;
  return std::nullopt;
}

bool IsBusy(const absl::Status& status) {
  return absl::IsUnavailable(status) && absl::StrContains(status.message(), "busy");
}

// Tries for the lock until it is free, --wait is over, or the user stops.
absl::StatusOr<std::unique_ptr<ledger::LedgerWriter>> OpenWriter(
    const Invocation& call, const ledger::LedgerOptions& options,
    const ledger::WriterEnvironment& environment) {
  uint64_t steps_left = 0;
  if (call.arguments.Has("wait")) {
    const std::optional<uint64_t> seconds = call.arguments.Number("wait");
    steps_left = std::numeric_limits<uint64_t>::max();
    if (seconds.has_value() && *seconds < steps_left / 1000) {
      steps_left = *seconds * 1000 / kWaitStepMs;
    }
  }
  while (true) {
    absl::StatusOr<std::unique_ptr<ledger::LedgerWriter>> writer =
        ledger::LedgerWriter::Open(options, environment);
    if (writer.ok()) return writer;
    if (IsDenial(writer.status())) {
      return Denied(options.directory, "written", writer.status().message());
    }
    if (!IsBusy(writer.status()) || steps_left == 0) {
      return Translate(Doing::kOpening, writer.status());
    }
    if (call.world.interrupted && call.world.interrupted()) {
      return Refuse("interrupted", "stopped while waiting for another writer");
    }
    --steps_left;
    std::this_thread::sleep_for(std::chrono::milliseconds(kWaitStepMs));
  }
}

}  // namespace

absl::StatusOr<AuthorKey> OpenAuthorKey(const Invocation& call) {
  const std::optional<std::string> path = KeyPath(call);
  if (!path.has_value()) {
    return Refuse("missing-argument",
                  absl::StrCat("`", call.command.name, "` needs the signer's key"),
                  "give --key FILE or set TALLY_KEY to a file's name");
  }
  return ReadAuthorKey(call, *path);
}

absl::StatusOr<AuthorKey> OpenOperatorKey(const Invocation& call) {
  std::optional<std::string> path = call.arguments.Value("key");
  if (!path.has_value()) {
    TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
    path = directory + "/keys/service.pem";
  }
  return ReadAuthorKey(call, *path);
}

absl::StatusOr<ledger::PartyEntry> PartyOfKey(const ledger::Ledger& ledger, const AuthorKey& key) {
  const KeyFingerprint& fingerprint = key.key->fingerprint();
  const ledger::KeyEntry* entry = ledger.keyring().Find(fingerprint);
  if (entry == nullptr) {
    return Refuse("key-not-permitted",
                  absl::StrCat("the ledger does not know key ", fingerprint.ToHex()),
                  "register it with `tally party register` or `tally party rotate`");
  }
  if (entry->party.IsZero()) {
    return Refuse("key-not-permitted",
                  absl::StrCat("key ", fingerprint.ToHex(), " is a service key"),
                  "sign with a key of a party");
  }
  const ledger::PartyEntry* party = ledger.keyring().FindParty(entry->party);
  if (party == nullptr) return Translate(Doing::kReading, absl::DataLossError("a key of no party"));
  return *party;
}

absl::StatusOr<ledger::PartyEntry> ActingParty(const Invocation& call, const ledger::Ledger& ledger,
                                               const AuthorKey& key) {
  TALLY_ASSIGN_OR_RETURN(const ledger::PartyEntry own, PartyOfKey(ledger, key));
  const std::optional<std::string> named = call.arguments.Value("as");
  if (!named.has_value() || *named == own.name) return own;
  const ledger::PartyEntry* party = ledger.keyring().FindParty(absl::string_view(*named));
  if (party == nullptr) {
    return Refuse("not-found", absl::StrCat("the ledger has no party \"", *named, "\""),
                  "`tally party list` names those that it has");
  }
  for (const ledger::RoleBook::Grant& grant : ledger.keyring().roles().Of(party->id)) {
    if (grant.HasEffect() && grant.name.grantee == own.id) return *party;
  }
  return Refuse(
      "key-not-permitted",
      absl::StrCat("party \"", *named, "\" granted \"", own.name, "\" no role"),
      absl::StrCat("it does so with `tally party grant ", *named, " --to ", own.name, "`"));
}

absl::StatusOr<std::unique_ptr<AppendSession>> AppendSession::Open(
    const Invocation& call, std::unique_ptr<ledger::SigningKey> next_log_key,
    ServiceKey service_key) {
  TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
  TALLY_RETURN_IF_ERROR(CheckIsLedger(directory));
  std::unique_ptr<AppendSession> session(new AppendSession(call.console));
  TALLY_ASSIGN_OR_RETURN(session->log_key_, ReadKey(call, directory + "/keys/log.pem"));
  if (service_key == ServiceKey::kAtHand) {
    TALLY_ASSIGN_OR_RETURN(session->service_key_, ReadKey(call, directory + "/keys/service.pem"));
  }
  session->next_log_key_ = std::move(next_log_key);
  session->dry_run_ = call.arguments.Has("dry-run");
  ledger::LedgerOptions options;
  options.directory = directory;
  ledger::WriterEnvironment environment;
  environment.clock = call.world.clock;
  environment.randomness = call.world.randomness;
  environment.log_key = session->log_key_.get();
  environment.next_log_key = session->next_log_key_.get();
  environment.service_key = session->service_key_.get();
  TALLY_ASSIGN_OR_RETURN(session->writer_, OpenWriter(call, options, environment));
  return session;
}

AppendSession::~AppendSession() {
  if (writer_ == nullptr) return;
  const absl::Status closed = writer_->Close();
  if (closed.ok()) return;
  // It costs the next start a longer check and nothing else: what was acknowledged is durable.
  console_.Warning(absl::StrCat("the ledger was not closed cleanly: ", closed.message()));
}

bool Confirmed(const Invocation& call, absl::string_view question) {
  if (call.arguments.Has("yes") || !call.world.in_is_terminal) return true;
  *call.world.err << Printable(question) << " [y/N] " << std::flush;
  std::string line;
  std::getline(*call.world.in, line);
  const std::string answer = absl::AsciiStrToLower(absl::StripAsciiWhitespace(line));
  return answer == "y" || answer == "yes";
}

}  // namespace tally::tools
