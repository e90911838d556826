// Bodies of every kind, written from the layouts alone: a third way to the same bytes, beside the
// values' encoders and Cap'n Proto. A kind that is added later is covered without a new line.
#pragma once

#include "schema/bytes.h"
#include "schema/layout.h"

namespace tally {

enum class Fullness {
  kLeast,  // what must be there, and nothing else
  kAll,    // every field set, every optional number given, lists of two elements
};

// Canonical bytes of a struct of this layout.
Bytes ExampleBody(const StructLayout& layout, Fullness fullness);

}  // namespace tally
