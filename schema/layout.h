// What one struct of the schema may look like in canonical bytes: the tables that the walk of
// canonical.cc follows. Made once from the compiled schema, constant afterwards.
//
// The schema keeps to a part of Cap'n Proto (schema/body.capnp says which), so that a layout is
// flat: data words with their known bits, and pointers by slot. Anything beyond that part is a
// programmer error and ends the process when the tables are made.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/kind.h"

namespace tally {

inline constexpr size_t kKindLimit = 256;  // of tables by kind; numbers of kinds lie below

struct StructLayout;

enum class PointerForm : uint8_t { kText, kBytes, kStruct, kStructs, kTexts, kByteStrings, kWords };

struct PointerField {
  std::string name;
  PointerForm form = PointerForm::kText;
  bool required = false;     // null is refused
  bool digest = false;       // bytes: not all zeros
  uint32_t exact_bytes = 0;  // bytes: 0 means any number
  uint32_t text_limit = 0;   // text: longest, in bytes
  const StructLayout* target = nullptr;  // kStruct, kStructs
};

struct EnumField {
  std::string name;
  uint32_t slot = 0;   // in units of 16 bits
  uint16_t first = 1;  // 0 when `unset` may stand there
  uint16_t limit = 0;
};

enum class TimeForm : uint8_t { kInstant, kDuration };

struct TimeField {
  std::string name;
  uint32_t word = 0;
  TimeForm form = TimeForm::kInstant;
};

// A union of `none` and `is`: while it is none, its number is zero.
struct OptionalNumber {
  std::string name;
  uint32_t tag_slot = 0;  // in units of 16 bits
  uint32_t word = 0;
  uint64_t mask = 0;
};

struct StructLayout {
  std::string name;
  bool decimal = false;                // the struct Decimal: scale and trailing zeros are checked
  std::vector<uint64_t> known_bits;    // one for each data word
  std::vector<EnumField> enums;
  std::vector<TimeField> times;
  std::vector<OptionalNumber> optionals;
  std::vector<PointerField> pointers;  // by slot
};

// nullptr for kinds that the table does not have.
const StructLayout* LayoutOf(BodyKind kind);
const StructLayout& LayoutOfTerms();

}  // namespace tally
