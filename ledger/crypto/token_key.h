// An Ed25519 key that never leaves a PKCS#11 token: found by name, used through the module's own
// functions (C_Sign with CKM_EDDSA). OpenSSL's engine cannot do this, and one such key in a token
// keeps it from listing the others, so nothing stands between.
//
// The module is the user's choice and runs inside this process. What it says is not believed: every
// signature is verified under the public key before it is given out (ed25519.h).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/crypto/ed25519.h"
#include "schema/bytes.h"

namespace tally::ledger {

// What RFC 7512 calls a key: empty parts match anything.
struct TokenKeyName {
  std::string module;  // path of the shared object
  std::string token, manufacturer, model, serial;
  std::string object;  // label of the key
  Bytes id;            // CKA_ID of the key
};

// NotFound: no module, no such token or key; FailedPrecondition: several match; PermissionDenied:
// the PIN is refused; Unavailable: the token does not answer. `pin` may be empty for a token that
// asks for none.
absl::StatusOr<std::unique_ptr<SigningKey>> OpenTokenKey(const TokenKeyName& name,
                                                         absl::string_view pin);
// Makes a key pair of that label and id in the token. AlreadyExists when one is there.
absl::StatusOr<std::unique_ptr<SigningKey>> GenerateTokenKey(const TokenKeyName& name,
                                                             absl::string_view pin);

}  // namespace tally::ledger
