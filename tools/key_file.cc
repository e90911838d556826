#include "tools/key_file.h"

#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <istream>
#include <ostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ledger/files/plain_file.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/token_uri.h"

namespace tally::tools {
namespace {

constexpr size_t kSecretFileBytesMax = 64 * 1024;

// Turns a terminal's echo off while it lives.
class SilentTerminal {
 public:
  SilentTerminal() : changed_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!changed_) return;
    struct termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~SilentTerminal() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  struct termios before_ {};
  const bool changed_;
};

absl::Status CheckOwnership(const std::string& path, int file) {
  struct stat status {};
  if (::fstat(file, &status) != 0) {
    return RefuseAt({path, 0, 0}, "key-file", "cannot be examined");
  }
  if (status.st_uid != ::geteuid()) {
    return RefuseAt({path, 0, 0}, "key-file-permissions", "belongs to another user",
                    "copy it to a file of your own");
  }
  if ((status.st_mode & 077) != 0) {
    return RefuseAt({path, 0, 0}, "key-file-permissions", "can be read by others",
                    "run `chmod 600` on it, and consider the key known to them");
  }
  return absl::OkStatus();
}

std::string FirstLine(std::string text) {
  const size_t end = text.find('\n');
  if (end != std::string::npos) text.resize(end);
  if (!text.empty() && text.back() == '\r') text.pop_back();
  return text;
}

bool IsEncrypted(absl::string_view pem) {
  return absl::StrContains(pem, "BEGIN ENCRYPTED PRIVATE KEY");
}

}  // namespace

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  const absl::StatusOr<ledger::PlainFile> file = ledger::PlainFile::Open(path);
  if (!file.ok()) {
    std::error_code ignored;
    if (std::filesystem::is_symlink(path, ignored)) {
      return RefuseAt({path, 0, 0}, "key-file-permissions", "is a symbolic link",
                      "name the file itself");
    }
    return RefuseAt({path, 0, 0}, "key-file", file.status().message());
  }
  TALLY_RETURN_IF_ERROR(CheckOwnership(path, file->number()));
  std::string content(kSecretFileBytesMax + 1, '\0');
  const absl::StatusOr<size_t> count =
      file->Fill({reinterpret_cast<uint8_t*>(content.data()), content.size()});
  if (!count.ok()) return RefuseAt({path, 0, 0}, "key-file", count.status().message());
  content.resize(*count);
  if (content.size() > kSecretFileBytesMax) {
    ::explicit_bzero(content.data(), content.size());
    return RefuseAt({path, 0, 0}, "key-file", "is too long for a key");
  }
  return content;
}

absl::StatusOr<std::optional<std::string>> FindPassphrase(const Invocation& call,
                                                          absl::string_view question) {
  const std::optional<std::string> file = call.arguments.Value("passphrase-file");
  if (file.has_value()) {
    TALLY_ASSIGN_OR_RETURN(std::string content, ReadSecretFile(*file));
    return FirstLine(std::move(content));
  }
  const std::optional<std::string> credentials = call.world.environment("CREDENTIALS_DIRECTORY");
  if (credentials.has_value()) {
    const std::string path = absl::StrCat(*credentials, "/tally-passphrase");
    if (Exists(path)) {
      // systemd owns the folder and hides it; its files may belong to root.
      TALLY_ASSIGN_OR_RETURN(std::string content, ReadInput(call, path, kSecretFileBytesMax));
      return FirstLine(std::move(content));
    }
  }
  if (!call.world.in_is_terminal || !call.world.err_is_terminal) return std::nullopt;
  *call.world.err << std::string(question) << ": " << std::flush;
  std::string line;
  {
    SilentTerminal silent;
    std::getline(*call.world.in, line);
  }
  *call.world.err << "\n";
  return line;
}

namespace {

// Errors of tokens in the words of this floor.
absl::StatusOr<std::unique_ptr<ledger::SigningKey>> Translated(
    absl::StatusOr<std::unique_ptr<ledger::SigningKey>> key) {
  if (key.ok()) return key;
  const bool pin = absl::IsPermissionDenied(key.status());
  const bool there = absl::IsAlreadyExists(key.status());
  return Refuse(there ? "already-exists"
                : pin ? "key-passphrase"
                      : "key-token",
                std::string(key.status().message()),
                there ? "keys are never replaced: name another object"
                : pin
                    ? "give the token's user PIN with pin-source or --passphrase-file"
                    : "`softhsm2-util --show-slots` or the module's own tool names what is there");
}

absl::StatusOr<std::string> PinOf(const Invocation& call, const TokenUri& uri) {
  if (!uri.pin_source.empty()) {
    TALLY_ASSIGN_OR_RETURN(std::string content, ReadSecretFile(uri.pin_source));
    return FirstLine(std::move(content));
  }
  TALLY_ASSIGN_OR_RETURN(const std::optional<std::string> found,
                         FindPassphrase(call, absl::StrCat("PIN of token ", uri.key.token)));
  return found.value_or("");
}

absl::StatusOr<std::unique_ptr<ledger::SigningKey>> ReadTokenKey(const Invocation& call,
                                                                 absl::string_view text) {
  TALLY_ASSIGN_OR_RETURN(const TokenUri uri, ParseTokenUri(text));
  TALLY_ASSIGN_OR_RETURN(const std::string pin, PinOf(call, uri));
  return Translated(ledger::OpenTokenKey(uri.key, pin));
}

// Where the salt secret of a key lies: beside its file, or where its URI says.
absl::StatusOr<std::string> SaltPathOf(const std::string& path) {
  if (!IsTokenUri(path)) return path + ".salt";
  TALLY_ASSIGN_OR_RETURN(const TokenUri uri, ParseTokenUri(path));
  if (!uri.salt.empty()) return uri.salt;
  return Refuse("missing-argument", "the key in the token has no salt secret",
                "name its file with x-salt=FILE in the URI, or write the URI into a file and keep "
                "FILE.salt beside it");
}

}  // namespace

absl::StatusOr<std::unique_ptr<ledger::SigningKey>> ReadKey(const Invocation& call,
                                                            const std::string& path) {
  if (IsTokenUri(path)) return ReadTokenKey(call, path);
  TALLY_ASSIGN_OR_RETURN(const std::string pem, ReadSecretFile(path));
  if (IsTokenUri(pem)) return ReadTokenKey(call, FirstLine(pem));
  std::string passphrase;
  if (IsEncrypted(pem)) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<std::string> found,
                           FindPassphrase(call, absl::StrCat("Passphrase of ", path)));
    if (!found.has_value()) {
      return RefuseAt({path, 0, 0}, "key-passphrase", "is encrypted and there is nobody to ask",
                      "give --passphrase-file");
    }
    passphrase = *found;
  }
  absl::StatusOr<std::unique_ptr<ledger::SigningKey>> key =
      ledger::SigningKey::FromPem(pem, passphrase);
  if (key.ok()) return key;
  const bool wrong = absl::IsPermissionDenied(key.status());
  return TranslateAt({path, 0, 0}, wrong ? "key-passphrase" : "key-file", key.status());
}

absl::StatusOr<AuthorKey> ReadAuthorKey(const Invocation& call, const std::string& path) {
  AuthorKey author;
  TALLY_ASSIGN_OR_RETURN(author.key, ReadKey(call, path));
  TALLY_ASSIGN_OR_RETURN(const std::string salt_path, SaltPathOf(path));
  if (!Exists(salt_path)) {
    return RefuseAt({salt_path, 0, 0}, "key-file",
                    "is missing: the salt secret belongs beside its key",
                    "copy it to the same place as the key");
  }
  TALLY_ASSIGN_OR_RETURN(const std::string salt, ReadSecretFile(salt_path));
  absl::StatusOr<Bytes> secret = FromHex(absl::StripSuffix(salt, "\n"));
  if (!secret.ok() || secret->size() != kSaltSecretBytes) {
    return RefuseAt({salt_path, 1, 1}, "key-file", "is no salt secret: expected 64 hex digits");
  }
  author.salt_secret = *std::move(secret);
  return author;
}

absl::Status WriteKey(const ledger::SigningKey& key, const std::string& path,
                      absl::string_view passphrase) {
  return WriteFile(path, key.ToPem(passphrase), Privacy::kSecret, Replace::kNever);
}

absl::StatusOr<AuthorKey> CreateAuthorKey(const Invocation& call, const std::string& path,
                                          absl::string_view passphrase) {
  AuthorKey author;
  author.salt_secret.resize(kSaltSecretBytes);
  if (IsTokenUri(path)) {
    call.world.randomness->Fill(author.salt_secret);
    TALLY_ASSIGN_OR_RETURN(const TokenUri uri, ParseTokenUri(path));
    TALLY_ASSIGN_OR_RETURN(const std::string salt_path, SaltPathOf(path));
    TALLY_ASSIGN_OR_RETURN(const std::string pin, PinOf(call, uri));
    TALLY_RETURN_IF_ERROR(
        WriteFile(salt_path, ToHex(author.salt_secret) + "\n", Privacy::kSecret, Replace::kNever));
    absl::StatusOr<std::unique_ptr<ledger::SigningKey>> made =
        Translated(ledger::GenerateTokenKey(uri.key, pin));
    if (!made.ok()) {
      // Nothing uses the secret yet, and the next try brings its own.
      ::unlink(salt_path.c_str());
      return made.status();
    }
    author.key = *std::move(made);
    return author;
  }
  author.key = ledger::SigningKey::Generate(*call.world.randomness);
  call.world.randomness->Fill(author.salt_secret);
  if (Exists(path)) {
    return RefuseAt({path, 0, 0}, "already-exists", "exists already",
                    "keys are never replaced: name another file");
  }
  // The salt secret first: a key without it cannot be used, and says so.
  TALLY_RETURN_IF_ERROR(WriteFile(path + ".salt", ToHex(author.salt_secret) + "\n",
                                  Privacy::kSecret, Replace::kNever));
  TALLY_RETURN_IF_ERROR(WriteKey(*author.key, path, passphrase));
  return author;
}

}  // namespace tally::tools
