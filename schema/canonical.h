// Canonical Cap'n Proto, strictly: what admission accepts and how JSON becomes bodies.
//
// capnp's own isCanonical() ignores unused bits inside data words and bytes after the message, so
// it accepts many spellings of one value. Here a layout is made once from the schema of each kind,
// and one walk over the bytes proves that decoding with known fields and encoding again would give
// the same bytes: objects in preorder without gaps, no unused bit set, enums known and not
// `unset`, texts valid UTF-8 with one NUL, data and pointer sections trimmed, one segment, nothing
// behind.
// The slow way (decode, re-encode, compare) is kept as the oracle of tests and fuzzers.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "schema/bytes.h"
#include "schema/kind.h"

namespace tally {

// OK when `body` is the one spelling of a body of `kind`. InvalidArgument names the field and
// offset. Depth is at most 16; every word is visited once, so the cost is linear in the bytes
// (T-70 to T-72).
absl::Status CheckCanonicalBody(BodyKind kind, ByteView body);
// The oracle: decodes with the schema's fields and encodes again.
absl::StatusOr<Bytes> ReencodeBody(BodyKind kind, ByteView body);

// A body from one JSON object. Field names are the schema's; digests and data are hex; 64-bit
// integers may be strings; instants are RFC 3339 strings; unknown and duplicate keys, missing
// enums, and numbers that do not fit are refused with line and column.
absl::StatusOr<Bytes> BodyFromJson(BodyKind kind, absl::string_view json);
// The inverse, one line, keys in schema order, 64-bit integers as strings, bytes as hex, instants
// as RFC 3339. Unknown kinds give {"unknown":"<hex>"}; bytes that are no body of their kind,
// {"malformed":"<hex>"}.
std::string BodyToJson(BodyKind kind, ByteView body);

}  // namespace tally
