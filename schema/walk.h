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

// What ends a text early or is no UTF-8: "" when `text` (without its NUL) is sound.
absl::string_view TextFault(absl::string_view text);

}  // namespace tally
