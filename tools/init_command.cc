// init: a new ledger with its keys. Keys are written beside the ledger before genesis names them
// and moved into it when it stands: a crash in between leaves DIR.keys, which a second `init` moves
// in when the ledger is there and refuses to overwrite when it is not. There is never a ledger
// whose keys are nowhere.
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "ledger/ledger.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/key_file.h"

namespace tally::tools {
namespace {

absl::Status MakeDirectory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error)
    return RefuseAt({path, 0, 0}, "file-unwritable",
                    absl::StrCat("cannot be made: ", error.message()));
  return absl::OkStatus();
}

absl::Status CheckDirectory(const std::string& directory) {
  std::error_code error;
  if (!std::filesystem::exists(directory, error)) return absl::OkStatus();
  if (!std::filesystem::is_directory(directory, error)) {
    return RefuseAt({directory, 0, 0}, "already-exists", "is a file", "name another directory");
  }
  if (std::filesystem::exists(directory + "/store", error)) {
    return RefuseAt({directory, 0, 0}, "already-exists", "holds a ledger already",
                    "name another directory");
  }
  if (!std::filesystem::is_empty(directory, error)) {
    return RefuseAt({directory, 0, 0}, "already-exists", "is not empty", "name another directory");
  }
  return absl::OkStatus();
}

// Origins are the first line of every checkpoint, and key names: no spaces, no plus sign.
absl::Status CheckOrigin(const std::string& origin) {
  const bool clean = !origin.empty() && origin.size() <= 255 &&
                     origin.find_first_not_of(
                         "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                         "0123456789-._~/:%@") == std::string::npos;
  if (clean) return absl::OkStatus();
  return Refuse("bad-input", absl::StrCat("\"", origin, "\" is no origin"),
                "write a URL without its scheme, such as example.com/ledger");
}

KeyGrant GrantOf(const ledger::SigningKey& key, uint32_t roles) {
  KeyGrant grant;
  grant.key = key.public_key();
  grant.roles = roles;
  return grant;
}

std::string AbsoluteHead(const Invocation& call, const std::string& directory) {
  const std::optional<std::string> head_dir = call.arguments.Value("head-dir");
  if (!head_dir.has_value()) return "";
  const std::filesystem::path name = std::filesystem::absolute(directory).filename();
  return (std::filesystem::absolute(*head_dir) / absl::StrCat(name.string(), ".head")).string();
}

void Announce(const Invocation& call, const ledger::Ledger& ledger, const std::string& directory,
              const std::string& head_path) {
  Console& console = call.console;
  const std::string recovery = directory + "/keys/recovery.pem";
  console.Line(absl::StrCat("ledger    ", ledger.id().ToHex()));
  console.Line(absl::StrCat("origin    ", ledger.origin()));
  console.Line(absl::StrCat("log key   ", ledger.genesis().log_vkeys.front()));
  console.Line(absl::StrCat("head      ", head_path));
  console.Note(
      absl::StrCat("Move ", recovery,
                   " and its .salt to a safe place away from this machine: it is\n"
                   "needed only when the service key is lost, and then nothing else helps."));
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.init/1")
      .Field("ledger_id", ledger.id().ToHex())
      .Field("origin", ledger.origin())
      .Key("log_vkeys")
      .BeginArray();
  for (const std::string& vkey : ledger.genesis().log_vkeys) json.String(vkey);
  json.EndArray()
      .Field("directory", directory)
      .Field("head", head_path)
      .Field("recovery_key", recovery)
      .Field("checkpoint", ledger.head().note)
      .EndObject();
  console.Json(json);
}

// Ends an init that was cut short behind genesis; false when there is none.
absl::StatusOr<bool> FinishedEarlierInit(const Invocation& call, const std::string& directory) {
  const std::string beside = directory + ".keys";
  if (!Exists(beside)) return false;
  if (!Exists(directory + "/store") || Exists(directory + "/keys")) {
    return RefuseAt({beside, 0, 0}, "already-exists",
                    "holds the keys of an init that was cut short",
                    "remove it, or name another directory");
  }
  std::error_code error;
  std::filesystem::rename(beside, directory + "/keys", error);
  if (error) return RefuseAt({beside, 0, 0}, "file-unwritable", error.message());
  call.console.Line(
      absl::StrCat("an earlier init of ", directory, " was cut short and is now done"));
  return true;
}

// The three keys of a new ledger, in `folder`.
struct NewKeys {
  std::unique_ptr<ledger::SigningKey> log;
  AuthorKey service;
  AuthorKey recovery;
};

absl::StatusOr<NewKeys> MakeKeys(const Invocation& call, const std::string& folder) {
  NewKeys keys;
  TALLY_RETURN_IF_ERROR(MakeDirectory(folder));
  std::error_code error;
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  keys.log = ledger::SigningKey::Generate(*call.world.randomness);
  TALLY_RETURN_IF_ERROR(WriteKey(*keys.log, folder + "/log.pem", ""));
  TALLY_ASSIGN_OR_RETURN(keys.service, CreateAuthorKey(call, folder + "/service.pem", ""));
  TALLY_ASSIGN_OR_RETURN(keys.recovery, CreateAuthorKey(call, folder + "/recovery.pem", ""));
  return keys;
}

absl::StatusOr<std::unique_ptr<ledger::LedgerWriter>> CreateLedger(const Invocation& call,
                                                                   const std::string& directory,
                                                                   const std::string& head_path,
                                                                   const NewKeys& keys) {
  ledger::CreateOptions options;
  options.ledger.directory = directory;
  options.ledger.head_path = head_path;
  options.origin = call.arguments.Value("origin").value_or("");
  options.log_key = keys.log.get();
  options.service_keys = {GrantOf(*keys.service.key, kRoleOperator | kRoleProjector)};
  options.recovery_keys = {GrantOf(*keys.recovery.key, kRoleRecovery)};
  options.genesis_signer = keys.service.key.get();
  ledger::WriterEnvironment environment;
  environment.clock = call.world.clock;
  environment.randomness = call.world.randomness;
  environment.log_key = keys.log.get();
  environment.service_key = keys.service.key.get();
  absl::StatusOr<std::unique_ptr<ledger::LedgerWriter>> writer =
      ledger::LedgerWriter::Create(options, environment);
  if (!writer.ok()) return Translate(Doing::kAppending, writer.status());
  return writer;
}

absl::StatusOr<int> RunInit(const Invocation& call) {
  std::string directory = call.arguments.At(0);
  while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
  TALLY_RETURN_IF_ERROR(CheckOrigin(call.arguments.Value("origin").value_or("")));
  TALLY_ASSIGN_OR_RETURN(const bool finished, FinishedEarlierInit(call, directory));
  if (finished) return kExitDone;
  TALLY_RETURN_IF_ERROR(CheckDirectory(directory));
  const std::string head_path = AbsoluteHead(call, directory);
  const std::string head_shown = head_path.empty() ? directory + ".head" : head_path;
  if (Exists(head_shown)) {
    return RefuseAt({head_shown, 0, 0}, "already-exists",
                    "exists already: the head of another ledger",
                    "name another directory, or --head-dir");
  }
  if (!head_path.empty()) {
    TALLY_RETURN_IF_ERROR(MakeDirectory(std::filesystem::path(head_path).parent_path().string()));
  }
  TALLY_ASSIGN_OR_RETURN(const NewKeys keys, MakeKeys(call, directory + ".keys"));
  TALLY_ASSIGN_OR_RETURN(const auto writer, CreateLedger(call, directory, head_path, keys));
  std::error_code error;
  std::filesystem::rename(directory + ".keys", directory + "/keys", error);
  if (error) return RefuseAt({directory + ".keys", 0, 0}, "file-unwritable", error.message());
  Announce(call, writer->ledger(), directory, head_shown);
  TALLY_RETURN_IF_ERROR(Translate(Doing::kAppending, writer->Close()));
  if (OnSameFileSystem(directory, head_shown)) {
    call.console.Warning(
        absl::StrCat("the outside head ", head_shown,
                     " lies on the same file system as the ledger: a restored copy of both "
                     "cannot be told from the truth; use --head-dir on another disk"));
  }
  return kExitDone;
}

}  // namespace

std::vector<Command> InitCommands() {
  Command init{.name = "init",
               .summary = "make a new ledger with its keys",
               .needs_ledger = false,
               .run = RunInit};
  init.operands = {
      {"DIR", "where the ledger shall lie; absent or empty", Arity::kOne, ValueType::kDirectory}};
  init.options = {
      {"origin", 0, ValueType::kText, "NAME", "the log's name: a URL without its scheme", false,
       true},
      {"head-dir", 0, ValueType::kDirectory, "DIR",
       "where the outside head lies, best on another disk"},
  };
  init.text =
      "Makes a log key (DIR/keys/log.pem), a service key (DIR/keys/service.pem) and a recovery "
      "key\n"
      "(DIR/keys/recovery.pem, to be moved away), writes genesis as record 0, and signs the first\n"
      "checkpoint. The outside head, DIR.head, is compared with the store at each start: it is "
      "what\n"
      "shows that a ledger was set back to an earlier state.";
  init.examples = {"tally init acme.ledger --origin ledger.acme.example/sla"};
  return {std::move(init)};
}

}  // namespace tally::tools
