// pkcs11: URIs (RFC 7512): how a key in a token is named where a file's name is expected.
//
//   pkcs11:token=Acme;object=lime?module-path=/usr/lib/softhsm/libsofthsm2.so&x-salt=/etc/lime.salt
//
// Path attributes say which token and which key: token, manufacturer, model, serial, object, id,
// type=private. Of the query, module-path is needed; pin-source names a file that holds the PIN
// (else it is asked for as a passphrase is), and x-salt the salt secret that other keys have beside
// them. A PIN in the URI itself would be seen by every user of the machine, and is refused; so is
// every attribute that is not read, for it could mean another key.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/crypto/token_key.h"

namespace tally::tools {

struct TokenUri {
  ledger::TokenKeyName key;
  std::string pin_source;  // a file; "": ask
  std::string salt;        // a file; "": none is named
};

bool IsTokenUri(absl::string_view text);
// Fault bad-input.
absl::StatusOr<TokenUri> ParseTokenUri(absl::string_view text);

}  // namespace tally::tools
