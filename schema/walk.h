// The layout walk over canonical bytes; CheckCanonicalBody and DecodeTerms stand on it.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "schema/bytes.h"
#include "schema/layout.h"

namespace tally {

// OK when `bytes` are the one spelling of a struct of this layout. InvalidArgument begins with
// `what`, then names the field, the byte offset and what is wrong there.
absl::Status WalkCanonical(absl::string_view what, const StructLayout& layout, ByteView bytes);

// Fields of the root struct of bytes that the walk has accepted, without Cap'n Proto and in place:
// a data word (0 when it was trimmed), and the bytes of the text or data in a pointer slot (none
// when it is null; a text's NUL is not among them).
uint64_t RootWord(ByteView checked, size_t word);
ByteView RootData(ByteView checked, size_t slot);
absl::string_view RootText(ByteView checked, size_t slot);

// What ends a text early or is no UTF-8: "" when `text` (without its NUL) is sound.
absl::string_view TextFault(absl::string_view text);

}  // namespace tally
