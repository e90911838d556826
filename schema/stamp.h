// The body of `stamp`: a time stamp of an outside authority (RFC 3161) over a checkpoint of this
// very ledger. The shape stands in schema/body.capnp, and the rules of schema/body.h hold. What the
// token proves is for ledger/crypto/time_stamp.h to say; here it is bytes.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "schema/bytes.h"
#include "schema/identity.h"
#include "schema/instant.h"

namespace tally {

struct Stamp {
  uint64_t size = 0;              // of the tree that was stamped
  Hash root;                      // of it
  std::string authority;          // the subject of the certificate that signed, RFC 2253
  Instant time;                   // as the token attests
  Bytes token;                    // DER of the TimeStampToken
  std::string certificates = {};  // PEM: the authorities under which it was verified when recorded
};

Bytes Encode(const Stamp& value);
// InvalidArgument also for a size of 0: nothing stood there.
absl::StatusOr<Stamp> DecodeStamp(ByteView body);

}  // namespace tally
