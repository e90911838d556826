#include "tests/schema/body_example_support.h"

#include <algorithm>
#include <string>
#include <vector>

namespace tally {
namespace {

using Words = std::vector<uint64_t>;

class Example {
 public:
  explicit Example(Fullness fullness) : all_(fullness == Fullness::kAll) {}

  Bytes Write(const StructLayout& layout) {
    words_.push_back(0);
    Struct(layout, 0);
    Bytes bytes;
    for (const uint64_t word : words_) {
      for (int shift = 0; shift < 64; shift += 8) {
        bytes.push_back(static_cast<uint8_t>(word >> shift));
      }
    }
    return bytes;
  }

 private:
  Words Data(const StructLayout& layout) const {
    Words data(layout.known_bits.size(), 0);
    if (all_) {
      for (size_t i = 0; i < data.size(); ++i) {
        data[i] = layout.known_bits[i] & 0x0101'0101'0101'0101;
      }
    }
    const auto set16 = [&](uint32_t slot, uint64_t value) {
      uint64_t& word = data.at(slot / 4);
      word = (word & ~(uint64_t{0xffff} << slot % 4 * 16)) | value << slot % 4 * 16;
    };
    for (const EnumField& field : layout.enums) set16(field.slot, all_ ? 1 : field.first);
    for (const OptionalNumber& field : layout.optionals) set16(field.tag_slot, all_ ? 1 : 0);
    for (const TimeField& field : layout.times) data[field.word] = all_ ? 90'061'000'001 : 0;
    if (layout.decimal && all_) data = {9995, 2};
    while (!data.empty() && data.back() == 0) data.pop_back();
    return data;
  }

  size_t PointerCount(const StructLayout& layout) const {
    size_t count = layout.pointers.size();
    while (!all_ && count > 0 && !layout.pointers[count - 1].required) --count;
    return count;
  }

  void Struct(const StructLayout& layout, size_t pointer) {
    const Words data = Data(layout);
    const size_t pointers = PointerCount(layout);
    if (data.empty() && pointers == 0) {
      words_[pointer] = 0xffff'fffc;
      return;
    }
    words_[pointer] = uint64_t{words_.size() - pointer - 1} << 2 | uint64_t{data.size()} << 32 |
                      uint64_t{pointers} << 48;
    words_.insert(words_.end(), data.begin(), data.end());
    const size_t first = words_.size();
    words_.resize(first + pointers, 0);
    Pointers(layout, first, pointers);
  }

  void Pointers(const StructLayout& layout, size_t first, size_t count) {
    for (size_t slot = 0; slot < count; ++slot) {
      const PointerField& field = layout.pointers[slot];
      if (all_ || field.required) Pointer(field, first + slot);
    }
  }

  void Pointer(const PointerField& field, size_t pointer) {
    const uint64_t count = all_ ? 2 : 1;
    switch (field.form) {
      case PointerForm::kText:
        return Text(pointer);
      case PointerForm::kBytes:
        return ByteString(field, pointer);
      case PointerForm::kStruct:
        return Struct(*field.target, pointer);
      case PointerForm::kStructs:
        return Structs(*field.target, pointer, count);
      case PointerForm::kTexts:
      case PointerForm::kByteStrings: {
        const size_t first = List(pointer, 6, count, count);
        for (size_t i = 0; i < count; ++i) {
          if (field.form == PointerForm::kTexts) {
            Text(first + i);
          } else {
            ByteString(field, first + i);
          }
        }
        return;
      }
      case PointerForm::kWords: {
        const size_t first = List(pointer, 5, count, count);
        for (size_t i = 0; i < count; ++i) words_[first + i] = 7 * (i + 1);
        return;
      }
    }
  }

  size_t List(size_t pointer, uint64_t element, uint64_t elements, uint64_t words) {
    const size_t first = words_.size();
    words_[pointer] = 1 | uint64_t{first - pointer - 1} << 2 | element << 32 | elements << 35;
    words_.resize(first + words, 0);
    return first;
  }
  void Filled(size_t pointer, ByteView bytes) {
    const size_t first = List(pointer, 2, bytes.size(), (bytes.size() + 7) / 8);
    for (size_t i = 0; i < bytes.size(); ++i) {
      words_[first + i / 8] |= uint64_t{bytes[i]} << i % 8 * 8;
    }
  }
  void Text(size_t pointer) {
    const std::string text = all_ ? std::string("z\xc3\xbc\0", 4) : std::string("a\0", 2);
    Filled(pointer, AsBytes(text));
  }
  void ByteString(const PointerField& field, size_t pointer) {
    Filled(pointer, Bytes(field.exact_bytes == 0 ? 3 : field.exact_bytes, 0xa5));
  }

  void Structs(const StructLayout& layout, size_t pointer, uint64_t count) {
    const Words data = Data(layout);
    const size_t pointers = PointerCount(layout);
    const size_t stride = data.size() + pointers;
    const size_t tag = List(pointer, 7, count * stride, 1 + count * stride);
    words_[tag] = count << 2 | uint64_t{data.size()} << 32 | uint64_t{pointers} << 48;
    for (size_t i = 0; i < count; ++i) {
      const size_t first = tag + 1 + i * stride;
      std::copy(data.begin(), data.end(), words_.begin() + static_cast<std::ptrdiff_t>(first));
      Pointers(layout, first + data.size(), pointers);
    }
  }

  bool all_;
  Words words_;
};

}  // namespace

Bytes ExampleBody(const StructLayout& layout, Fullness fullness) {
  return Example(fullness).Write(layout);
}

}  // namespace tally
