// Private keys as files: PEM PKCS#8 for its owner alone, and the salt secret beside it in
// FILE.salt.
//
// A key that others could have read is no evidence of who signed, so a file that is a link, belongs
// to another user, or can be read by group or others is refused before it is opened (T-48).
// Passphrases come from a terminal, a file, or a systemd credential; never from arguments or the
// environment, which other users of the machine can read.
//
// A key may also lie in a PKCS#11 token: then a pkcs11: URI (token_uri.h) stands in place of the
// file's name, or as the one line of the file.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "ledger/crypto/ed25519.h"
#include "tools/author.h"
#include "tools/command.h"

namespace tally::tools {

inline constexpr size_t kSaltSecretBytes = 32;

// The content of a secret file after the checks above. Fault key-file or key-file-permissions.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

// Fault key-file, key-file-permissions or key-passphrase.
absl::StatusOr<std::unique_ptr<ledger::SigningKey>> ReadKey(const Invocation& call,
                                                            const std::string& path);
// The key and its salt secret.
absl::StatusOr<AuthorKey> ReadAuthorKey(const Invocation& call, const std::string& path);

// A fresh key written to `path` and its salt secret to `path`.salt, both 0600, never replacing a
// file. `passphrase` "" leaves the PEM plain.
absl::StatusOr<AuthorKey> CreateAuthorKey(const Invocation& call, const std::string& path,
                                          absl::string_view passphrase);
// Writes an existing key without a salt secret (log keys have no bodies to hide).
absl::Status WriteKey(const ledger::SigningKey& key, const std::string& path,
                      absl::string_view passphrase);

// --passphrase-file, a systemd credential "tally-passphrase", or a question on the terminal.
// nullopt when none of them is there.
absl::StatusOr<std::optional<std::string>> FindPassphrase(const Invocation& call,
                                                          absl::string_view question);

}  // namespace tally::tools
