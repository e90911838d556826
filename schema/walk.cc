// The idea: canonical bytes are a tree written in preorder, so one cursor that only moves forward
// meets every word exactly once. At each pointer the object must begin where the cursor stands;
// then nothing overlaps, nothing lies between or behind the objects, and far pointers, other
// segments and reordered objects are refused by the same comparison. What remains is local to an
// object: bits that no field owns, a last word or last pointer that is zero and should have been
// cut, padding behind bytes. Cost: one visit a word, whatever the pointers say (T-70 to T-72).
//
//   struct pointer   bits 0-1: 0, 2-31: offset in words, 32-47: data words, 48-63: pointers
//   list pointer     bits 0-1: 1, 2-31: offset, 32-34: element size, 35-63: elements (or words)
//   struct of size 0 offset -1, no words
#include "schema/walk.h"

#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "schema/decimals.h"
#include "schema/event.h"
#include "schema/instant.h"
#include "schema/status.h"
#include "schema/word.h"

namespace tally {
namespace {

constexpr uint64_t kEmptyStruct = 0xffff'fffc;  // offset -1 and no words
enum ListElement : uint64_t {
  kByteElements = 2,
  kWordElements = 5,
  kPointerElements = 6,
  kStructElements = 7
};

// A part of the message that holds one struct's words.
struct Section {
  size_t first = 0;  // in words
  size_t data_words = 0;
  size_t pointers = 0;
};

struct List {
  size_t first = 0;
  uint64_t elements = 0;  // of kStructElements: words
};

class Walk {
 public:
  explicit Walk(ByteView bytes) : bytes_(bytes), words_(bytes.size() / kWordBytes) {}

  bool Run(const StructLayout& layout) {
    next_ = 1;
    if (!Struct(layout, 0)) return false;
    return next_ == words_ || Fail(next_, "", "bytes behind the message");
  }
  absl::Status Report(absl::string_view what) const {
    return absl::InvalidArgumentError(absl::StrCat(what, ": ", path_, path_.empty() ? "" : ": ",
                                                   why_, " (byte ", where_ * kWordBytes, ")"));
  }

 private:
  uint64_t Load(size_t word) const { return LoadWord(bytes_, word); }
  uint64_t DataWord(const Section& section, size_t word) const {
    return word < section.data_words ? Load(section.first + word) : 0;
  }
  uint64_t Slot16(const Section& section, uint32_t slot) const {
    return (DataWord(section, slot / 4) >> (slot % 4 * 16)) & 0xffff;
  }

  bool Fail(size_t word, absl::string_view name, absl::string_view why) {
    where_ = word;
    path_ = std::string(name);
    why_ = std::string(why);
    return false;
  }
  // Puts the name of the enclosing field before the path of a failure inside it.
  bool Within(const std::string& name) {
    const bool joined = path_.empty() || path_[0] == '[';
    path_ = absl::StrCat(name, joined ? "" : ".", path_);
    return false;
  }
  bool Within(const std::string& name, uint64_t element) {
    return Within(absl::StrCat(name, "[", element, "]"));
  }

  // Moves the cursor over `words` words, which must exist.
  bool Claim(size_t pointer, uint64_t words) {
    if (words > words_ - next_) return Fail(pointer, "", "points behind the end");
    next_ += words;
    return true;
  }
  bool PointsToCursor(size_t pointer, uint64_t value) const {
    return ((value & 0xffff'ffff) >> 2) == next_ - pointer - 1;
  }

  bool Struct(const StructLayout& layout, size_t pointer) {
    const uint64_t value = Load(pointer);
    if ((value & 3) != 0) return Fail(pointer, "", "expected a pointer to a struct");
    Section section{next_, (value >> 32) & 0xffff, value >> 48};
    if (section.data_words == 0 && section.pointers == 0) {
      if (value != kEmptyStruct) return Fail(pointer, "", "an empty struct has another form");
      return Words(layout, section) && Pointers(layout, section);
    }
    if (!PointsToCursor(pointer, value)) return Fail(pointer, "", "objects out of order");
    if (!Claim(pointer, section.data_words + section.pointers)) return false;
    if (section.data_words > 0 && Load(section.first + section.data_words - 1) == 0) {
      return Fail(pointer, "", "a trailing zero word of data");
    }
    if (section.pointers > 0 &&
        Load(section.first + section.data_words + section.pointers - 1) == 0) {
      return Fail(pointer, "", "a trailing null pointer");
    }
    return Words(layout, section) && Pointers(layout, section);
  }

  bool Words(const StructLayout& layout, const Section& section) {
    if (section.data_words > layout.known_bits.size() ||
        section.pointers > layout.pointers.size()) {
      return Fail(section.first, "", "longer than the struct that is known");
    }
    for (size_t i = 0; i < section.data_words; ++i) {
      if ((Load(section.first + i) & ~layout.known_bits[i]) != 0) {
        return Fail(section.first + i, "", "a bit that no field owns is set");
      }
    }
    for (const EnumField& field : layout.enums) {
      const uint64_t number = Slot16(section, field.slot);
      if (number < field.first) return Fail(section.first, field.name, "unset");
      if (number >= field.limit) {
        return Fail(section.first, field.name, absl::StrCat("unknown choice ", number));
      }
    }
    for (const OptionalNumber& field : layout.optionals) {
      const uint64_t tag = Slot16(section, field.tag_slot);
      if (tag > 1) return Fail(section.first, field.name, "neither none nor a number");
      if (tag == 0 && (DataWord(section, field.word) & field.mask) != 0) {
        return Fail(section.first, field.name, "none, but its number is not zero");
      }
    }
    for (const TimeField& field : layout.times) {
      if (!Time(field, section)) return false;
    }
    return !layout.decimal || DecimalIsNormal(section);
  }

  bool Time(const TimeField& field, const Section& section) {
    const auto micros = static_cast<int64_t>(DataWord(section, field.word));
    if (field.form == TimeForm::kDuration) {
      return micros >= 0 || Fail(section.first, field.name, "a negative length of time");
    }
    return (micros >= kInstantFirst.micros && micros <= kInstantLast.micros) ||
           Fail(section.first, field.name, "outside the years 0001 to 9999");
  }

  bool DecimalIsNormal(const Section& section) {
    const auto mantissa = static_cast<int64_t>(DataWord(section, 0));
    const uint64_t scale = DataWord(section, 1);
    if (scale > kDecimalsMax) return Fail(section.first, "scale", "more than 12 decimals");
    return scale == 0 || mantissa % 10 != 0 ||
           Fail(section.first, "mantissa", "a decimal with trailing zeros");
  }

  bool Pointers(const StructLayout& layout, const Section& section) {
    for (size_t slot = 0; slot < layout.pointers.size(); ++slot) {
      const PointerField& field = layout.pointers[slot];
      const size_t pointer = section.first + section.data_words + slot;
      if (slot >= section.pointers || Load(pointer) == 0) {
        if (field.required) return Fail(section.first, field.name, "missing");
      } else if (!Pointer(field, pointer)) {
        return Within(field.name);
      }
    }
    return true;
  }

  bool Pointer(const PointerField& field, size_t pointer) {
    switch (field.form) {
      case PointerForm::kText:
        return Text(field, pointer);
      case PointerForm::kBytes:
        return ByteString(field, pointer);
      case PointerForm::kStruct:
        return Struct(*field.target, pointer);
      case PointerForm::kStructs:
        return Structs(*field.target, pointer);
      case PointerForm::kTexts:
      case PointerForm::kByteStrings:
        return Strings(field, pointer);
      case PointerForm::kWords: {
        List list;
        return Open(pointer, kWordElements, list) && Claim(pointer, list.elements);
      }
    }
    return Fail(pointer, "", "unknown form");
  }

  bool Open(size_t pointer, ListElement element, List& list) {
    const uint64_t value = Load(pointer);
    if ((value & 3) != 1) return Fail(pointer, "", "expected a pointer to a list");
    if (((value >> 32) & 7) != element) return Fail(pointer, "", "a list of other elements");
    if (!PointsToCursor(pointer, value)) return Fail(pointer, "", "objects out of order");
    list = {next_, value >> 35};
    // A list of structs has no words when its elements are empty; its tag is checked instead.
    if (list.elements == 0 && element != kStructElements) {
      return Fail(pointer, "", "an empty list that is not null");
    }
    return true;
  }

  // The bytes of a byte list, after checking the padding of its last word.
  bool OpenBytes(size_t pointer, ByteView& bytes) {
    List list;
    if (!Open(pointer, kByteElements, list)) return false;
    if (!Claim(pointer, (list.elements + kWordBytes - 1) / kWordBytes)) return false;
    bytes = bytes_.subspan(list.first * kWordBytes, list.elements);
    if (list.elements % kWordBytes == 0) return true;
    return (Load(next_ - 1) >> (list.elements % kWordBytes * 8)) == 0 ||
           Fail(next_ - 1, "", "padding that is not zero");
  }

  bool Text(const PointerField& field, size_t pointer) {
    ByteView bytes;
    if (!OpenBytes(pointer, bytes)) return false;
    if (bytes.back() != 0) return Fail(pointer, "", "a text without its NUL");
    const absl::string_view text = AsText(bytes.first(bytes.size() - 1));
    if (text.empty()) return Fail(pointer, "", "an empty text that is not null");
    if (text.size() > field.text_limit) {
      return Fail(pointer, "",
                  absl::StrCat("a text of ", text.size(), " bytes; at most ", field.text_limit));
    }
    const absl::string_view fault = TextFault(text);
    return fault.empty() || Fail(pointer, "", fault);
  }

  bool ByteString(const PointerField& field, size_t pointer) {
    ByteView bytes;
    if (!OpenBytes(pointer, bytes)) return false;
    if (field.exact_bytes != 0 && bytes.size() != field.exact_bytes) {
      return Fail(pointer, "",
                  absl::StrCat("expected ", field.exact_bytes, " bytes, found ", bytes.size()));
    }
    if (!field.digest) return true;
    for (const uint8_t byte : bytes) {
      if (byte != 0) return true;
    }
    return Fail(pointer, "", "a digest of zeros that is not null");
  }

  bool Strings(const PointerField& field, size_t pointer) {
    List list;
    if (!Open(pointer, kPointerElements, list) || !Claim(pointer, list.elements)) return false;
    for (uint64_t i = 0; i < list.elements; ++i) {
      const size_t element = list.first + i;
      if (Load(element) == 0) {
        Fail(element, "", "empty");
        return Within("", i);
      }
      const bool sound =
          field.form == PointerForm::kTexts ? Text(field, element) : ByteString(field, element);
      if (!sound) return Within("", i);
    }
    return true;
  }

  bool Structs(const StructLayout& layout, size_t pointer) {
    List list;
    if (!Open(pointer, kStructElements, list) || !Claim(pointer, 1)) return false;
    const uint64_t tag = Load(list.first);
    const uint64_t count = (tag & 0xffff'ffff) >> 2;
    const Section shape{list.first + 1, (tag >> 32) & 0xffff, tag >> 48};
    const uint64_t stride = shape.data_words + shape.pointers;
    if ((tag & 3) != 0 || count >= uint64_t{1} << 29) {
      return Fail(list.first, "", "a list of structs without a sound tag");
    }
    if (count == 0) return Fail(pointer, "", "an empty list that is not null");
    if (list.elements != count * stride) {
      return Fail(pointer, "", "a list whose words do not match its elements");
    }
    if (!Claim(pointer, list.elements)) return false;
    return ElementsAreTrimmed(shape, count, pointer) && Elements(layout, shape, count);
  }

  // Some element must need the last data word, and some the last pointer.
  bool ElementsAreTrimmed(const Section& shape, uint64_t count, size_t pointer) {
    const size_t stride = shape.data_words + shape.pointers;
    bool data_used = shape.data_words == 0;
    bool pointer_used = shape.pointers == 0;
    for (uint64_t i = 0; stride > 0 && i < count && !(data_used && pointer_used); ++i) {
      const size_t first = shape.first + i * stride;
      if (!data_used) data_used = Load(first + shape.data_words - 1) != 0;
      if (!pointer_used) pointer_used = Load(first + stride - 1) != 0;
    }
    return (data_used && pointer_used) || Fail(pointer, "", "elements longer than any needs");
  }

  // Every struct that stands in a list has a field that must be there (layout.cc), so empty
  // elements are refused at the first one, however many the tag claims.
  bool Elements(const StructLayout& layout, const Section& shape, uint64_t count) {
    const size_t stride = shape.data_words + shape.pointers;
    for (uint64_t i = 0; i < count; ++i) {
      const Section element{shape.first + i * stride, shape.data_words, shape.pointers};
      if (!Words(layout, element) || !Pointers(layout, element)) return Within("", i);
    }
    return true;
  }

  ByteView bytes_;
  size_t words_;
  size_t next_ = 0;  // the cursor: first word that no object has claimed
  size_t where_ = 0;
  std::string path_, why_;
};

// How many bytes at the front, in steps of a word, are ASCII and not NUL. A byte less one has its
// high bit set only if it was zero or above 0x80, which the other term has excluded.
size_t PlainPrefix(absl::string_view text) {
  constexpr uint64_t kHigh = 0x8080'8080'8080'8080;
  constexpr uint64_t kOnes = 0x0101'0101'0101'0101;
  size_t at = 0;
  for (; at + kWordBytes <= text.size(); at += kWordBytes) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, kWordBytes);
    if (((word | (word - kOnes)) & kHigh) != 0) break;
  }
  return at;
}

// Length of the UTF-8 sequence at `at`, or 0: no overlong forms, surrogates, or beyond U+10FFFF.
size_t SequenceLength(absl::string_view text, size_t at) {
  const auto byte = [&](size_t i) {
    return at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : uint8_t{0};
  };
  const auto continues = [&](size_t i) { return (byte(i) & 0xc0) == 0x80; };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return continues(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const bool narrow = (lead != 0xe0 || byte(1) >= 0xa0) && (lead != 0xed || byte(1) < 0xa0);
    return narrow && continues(1) && continues(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const bool narrow = (lead != 0xf0 || byte(1) >= 0x90) && (lead != 0xf4 || byte(1) < 0x90);
    return narrow && continues(1) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

uint64_t RootWord(ByteView checked, size_t word) {
  const uint64_t data_words = (LoadWord(checked, 0) >> 32) & 0xffff;
  return word < data_words ? LoadWord(checked, 1 + word) : 0;
}

ByteView RootData(ByteView checked, size_t slot) {
  const uint64_t root = LoadWord(checked, 0);
  if (slot >= root >> 48) return {};
  const size_t pointer = 1 + ((root >> 32) & 0xffff) + slot;
  const uint64_t value = LoadWord(checked, pointer);
  if (value == 0) return {};
  return checked.subspan((pointer + 1 + ((value & 0xffff'ffff) >> 2)) * kWordBytes, value >> 35);
}

absl::string_view RootText(ByteView checked, size_t slot) {
  const ByteView bytes = RootData(checked, slot);
  return bytes.empty() ? absl::string_view() : AsText(bytes.first(bytes.size() - 1));
}

absl::string_view TextFault(absl::string_view text) {
  size_t at = PlainPrefix(text);  // Most texts end here.
  while (at < text.size()) {
    if (text[at] == 0) return "a NUL inside a text";
    const size_t length = SequenceLength(text, at);
    if (length == 0) return "a text that is not UTF-8";
    at += length;
  }
  return "";
}

absl::Status WalkCanonical(absl::string_view what, const StructLayout& layout, ByteView bytes) {
  if (bytes.empty() || bytes.size() % kWordBytes != 0 || bytes.size() > kBodyBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat(what, ": ", bytes.size(),
                                                   " bytes; expected whole words, at most ",
                                                   kBodyBytesMax, " bytes"));
  }
  Walk walk(bytes);
  if (walk.Run(layout)) return absl::OkStatus();
  return walk.Report(what);
}

}  // namespace tally
