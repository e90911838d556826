// Time stamps of outside authorities (RFC 3161): that a text existed at a time, by the word of
// somebody who neither wrote it nor keeps it.
//
//   request   SHA-256 of the text, no nonce: the reply to it may come by any way and at any time,
//             and a second stamp of one text takes nothing from the first
//   reply     a status and, when that is "granted", the token
//   token     signed text (CMS) that holds the digest and the time, and usually the certificates
//
// A token is believed under authorities that the caller brings, as of the time that it attests: it
// stays good when its certificates have expired since. Revocation is not looked up. Digests below
// SHA-256 and keys below 112 bits of strength are refused wherever they stand.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/bytes.h"
#include "schema/identity.h"
#include "schema/instant.h"

namespace tally::ledger {

inline constexpr size_t kTimeStampBytesMax = 64 * 1024;  // stops replies that are no stamp
inline constexpr size_t kAuthorityBytesMax = 256 * 1024;
inline constexpr size_t kAuthoritiesMax = 256;  // certificates in one file

// The DER of a request for a stamp of `text`, which asks for the signer's certificate as well.
Bytes TimeStampRequest(ByteView text);
// The token of a reply. InvalidArgument for what is no reply; FailedPrecondition with the
// authority's own words when it did not grant one.
absl::StatusOr<Bytes> TokenOfReply(ByteView reply);
// The SHA-256 that a token speaks of, by its own word alone. InvalidArgument.
absl::StatusOr<Hash> StampedDigest(ByteView token);

// `pem` again, each certificate in its one spelling and nothing between them. InvalidArgument for
// what holds none, something else, or one that cannot be read.
absl::StatusOr<std::string> CleanCertificates(absl::string_view pem);

struct TimeStamp {
  Instant time;
  std::string authority;   // the signer's name, RFC 2253, ASCII
  Duration accuracy = {};  // the authority's clock is off by no more, either way; 0: not said
  // What was stamped was there by then, whichever way the clock was off.
  Instant by() const { return time + accuracy; }
  friend bool operator==(const TimeStamp&, const TimeStamp&) = default;
};
// What `token` attests of `text`. `authorities`: PEM of certificates that the caller trusts, of a
// root, of one below it or of the signer. `others`: PEM of certificates that may stand between, or
// "". InvalidArgument: not in the form; DataLoss: of another text, or a signature that fails;
// PermissionDenied: signed by nobody whom the authorities vouch for.
absl::StatusOr<TimeStamp> CheckTimeStamp(ByteView token, ByteView text,
                                         absl::string_view authorities, absl::string_view others);

// What a token says by itself, before anybody says whom he trusts.
struct UnjudgedStamp {
  TimeStamp stamp;
  // SHA-256 over the signer's certificate and those that come with it. Two stamps of equal ones
  // convince the same readers, as far as certificates decide.
  Hash certificates;
};
// The signature is checked under the signer's certificate, which the token or `others` brings, and
// nobody need vouch for that. Fails as CheckTimeStamp does; PermissionDenied without a certificate.
absl::StatusOr<UnjudgedStamp> ReadTimeStamp(ByteView token, ByteView text,
                                            absl::string_view others);

}  // namespace tally::ledger
