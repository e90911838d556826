#include "tools/session.h"

#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <istream>
#include <limits>
#include <ostream>
#include <system_error>
#include <thread>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/key_file.h"
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

constexpr char kOtherLedger[] = "name another with -C DIR, or make one with `tally init`";

std::string ErrorText(int error) { return std::generic_category().message(error); }

// What this user or file system forbids is no damage and nothing was changed by it, so it is told
// apart from storage that failed.
absl::Status Denied(const std::string& directory, absl::string_view what,
                    absl::string_view reason) {
  return Refuse("ledger-denied",
                absl::StrCat("the ledger at ", directory, " cannot be ", what, ": ", reason),
                absl::StrCat("nothing was changed; run this as a user who may ",
                             what == "read" ? "read" : "write",
                             " it and the head beside it, on a file system that lets him"));
}

absl::Status CheckIsLedger(const std::string& directory) {
  struct stat status {};
  const std::string store = directory + "/store";
  if (::lstat(store.c_str(), &status) == 0) return absl::OkStatus();
  const int error = errno;
  if (error != ENOENT && error != ENOTDIR) {
    return Denied(directory, "read", absl::StrCat(store, ": ", ErrorText(error)));
  }
  if (!Exists(directory)) {
    return Refuse("no-ledger", absl::StrCat("there is no ledger at ", directory), kOtherLedger);
  }
  return Refuse("no-ledger", absl::StrCat(directory, " holds no ledger"), kOtherLedger);
}

bool IsDenial(const absl::Status& status) {
  return absl::IsUnavailable(status) && (absl::StrContains(status.message(), ErrorText(EACCES)) ||
                                         absl::StrContains(status.message(), ErrorText(EPERM)) ||
                                         absl::StrContains(status.message(), ErrorText(EROFS)));
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

absl::StatusOr<std::string> LedgerDirectory(const Invocation& call) {
  std::optional<std::string> directory = call.arguments.Value("ledger");
  if (!directory.has_value()) directory = call.world.environment("TALLY_LEDGER");
  if (!directory.has_value() || directory->empty()) {
    return Refuse("no-ledger", "no ledger was named", "give -C DIR or set TALLY_LEDGER");
  }
  while (directory->size() > 1 && directory->back() == '/') directory->pop_back();
  return *directory;
}

absl::StatusOr<std::unique_ptr<ledger::Ledger>> OpenLedger(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
  TALLY_RETURN_IF_ERROR(CheckIsLedger(directory));
  ledger::LedgerOptions options;
  options.directory = directory;
  absl::StatusOr<std::unique_ptr<ledger::Ledger>> opened = ledger::Ledger::Open(options);
  if (IsDenial(opened.status())) return Denied(directory, "read", opened.status().message());
  if (!opened.ok()) return Translate(Doing::kOpening, opened.status());
  return opened;
}

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

absl::StatusOr<std::unique_ptr<AppendSession>> AppendSession::Open(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
  TALLY_RETURN_IF_ERROR(CheckIsLedger(directory));
  std::unique_ptr<AppendSession> session(new AppendSession(call.console));
  TALLY_ASSIGN_OR_RETURN(session->log_key_, ReadKey(call, directory + "/keys/log.pem"));
  TALLY_ASSIGN_OR_RETURN(session->service_key_, ReadKey(call, directory + "/keys/service.pem"));
  session->dry_run_ = call.arguments.Has("dry-run");
  ledger::LedgerOptions options;
  options.directory = directory;
  ledger::WriterEnvironment environment;
  environment.clock = call.world.clock;
  environment.randomness = call.world.randomness;
  environment.log_key = session->log_key_.get();
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
