// How fine a number may be: of a decimal that is written, read or sent, and of a source's scale.
#pragma once

#include <cstdint>

namespace tally {

inline constexpr uint8_t kDecimalsMax = 12;  // stops scales whose power of ten leaves 64 bits

}  // namespace tally
