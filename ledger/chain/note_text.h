// Which bytes are a note's text, a key's name and a number: the alphabet of notes, checkpoints and
// proofs. Each is strict, so that one thing has one spelling.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tally::ledger {

inline constexpr absl::string_view kSignatureMark = "\xe2\x80\x94 ";  // em dash, space

// Valid UTF-8 without overlong forms and surrogates, and no byte below 20 but newline.
bool IsNoteText(absl::string_view text);
// Note text that is not empty and has no Unicode space, no newline and no "+".
bool IsKeyName(absl::string_view name);
// Decimal digits without sign or leading zeros; nullopt for anything else or beyond `max`.
std::optional<uint64_t> ParseNumber(absl::string_view digits, uint64_t max);
// The first line of `rest`, which goes on behind its newline; `unended` where there is none.
absl::StatusOr<absl::string_view> TakeLine(absl::string_view& rest, const absl::Status& unended);

}  // namespace tally::ledger
