// Bytes and their spellings. Integers on disk and under signatures are big-endian; hex is lower
// case; base64 is RFC 4648 section 4 with padding. Every spelling is strict: one byte string has
// exactly one text, so that equal things compare equal as text too (T-78).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace tally {

using Bytes = std::vector<uint8_t>;
using ByteView = std::span<const uint8_t>;

ByteView AsBytes(absl::string_view text);
absl::string_view AsText(ByteView bytes);

std::string ToHex(ByteView bytes);
// InvalidArgument unless `hex` is lower case and of even length.
absl::StatusOr<Bytes> FromHex(absl::string_view hex);

std::string ToBase64(ByteView bytes);
// InvalidArgument for missing padding, other alphabets, white space, or non-zero trailing bits.
absl::StatusOr<Bytes> FromBase64(absl::string_view text);

// Appends fixed-width big-endian integers and raw bytes to a buffer that it does not own; the
// buffer outlives the writer.
class ByteWriter {
 public:
  explicit ByteWriter(Bytes& out) : out_(out) {}
  void U8(uint8_t value) { out_.push_back(value); }
  void U16(uint16_t value) { Big(value, 2); }
  void U32(uint32_t value) { Big(value, 4); }
  void U64(uint64_t value) { Big(value, 8); }
  void I64(int64_t value) { Big(static_cast<uint64_t>(value), 8); }
  void Raw(ByteView bytes) { out_.insert(out_.end(), bytes.begin(), bytes.end()); }
  void Text(absl::string_view text) { Raw(AsBytes(text)); }
  void Zeros(size_t count) { out_.insert(out_.end(), count, 0); }

 private:
  void Big(uint64_t value, int width) {
    for (int shift = 8 * (width - 1); shift >= 0; shift -= 8) {
      out_.push_back(static_cast<uint8_t>(value >> shift));
    }
  }
  Bytes& out_;
};

// Reads what ByteWriter wrote. The first read past the end makes the reader fail for good; callers
// check `ok()` or `Finish()` once at the end, not after each field.
class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : rest_(bytes) {}
  uint8_t U8() { return static_cast<uint8_t>(Big(1)); }
  uint16_t U16() { return static_cast<uint16_t>(Big(2)); }
  uint32_t U32() { return static_cast<uint32_t>(Big(4)); }
  uint64_t U64() { return Big(8); }
  int64_t I64() { return static_cast<int64_t>(Big(8)); }
  // A view of the next `count` bytes; empty once the reader has failed.
  ByteView Raw(size_t count);
  // Copies into a fixed-size array-like target (zeros once the reader has failed).
  template <typename Array>
  void Fill(Array& target) {
    ByteView bytes = Raw(target.size());
    for (size_t i = 0; i < target.size(); ++i) target[i] = i < bytes.size() ? bytes[i] : 0;
  }
  bool ok() const { return ok_; }
  size_t remaining() const { return rest_.size(); }
  // InvalidArgument "`what`: ..." if anything was read past the end or bytes are left over.
  absl::Status Finish(absl::string_view what) const;

 private:
  uint64_t Big(size_t width);
  ByteView rest_;
  bool ok_ = true;
};

}  // namespace tally
