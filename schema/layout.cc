// Layouts from the compiled schema. Each use of a feature outside the part of Cap'n Proto that
// schema/body.capnp allows itself is caught here, when the tables are made.
#include "schema/layout.h"

#include <array>
#include <map>
#include <memory>

#include "schema/status.h"
#include "schema/wire.h"

namespace tally {
namespace {

using Field = capnp::StructSchema::Field;
using Type = capnp::Type;

// Bits of a number type; 0 for anything else.
uint32_t NumberBits(Type type) {
  switch (type.which()) {
    case capnp::schema::Type::BOOL:
      return 1;
    case capnp::schema::Type::UINT8:
      return 8;
    case capnp::schema::Type::UINT16:
    case capnp::schema::Type::ENUM:
      return 16;
    case capnp::schema::Type::UINT32:
      return 32;
    case capnp::schema::Type::INT64:
    case capnp::schema::Type::UINT64:
      return 64;
    default:
      return 0;
  }
}

uint64_t BitsMask(uint32_t bits, uint32_t bit_in_word) {
  return (bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1) << bit_in_word;
}

// An element that says nothing would cost no bytes, and a list of 2^29 of them 16 (T-71).
bool MustSaySomething(const StructLayout& layout) {
  for (const PointerField& pointer : layout.pointers) {
    if (pointer.required) return true;
  }
  for (const EnumField& field : layout.enums) {
    if (field.first > 0) return true;
  }
  return false;
}

class Maker {
 public:
  const StructLayout* Make(capnp::StructSchema schema, int depth) {
    TALLY_CHECK(depth <= kNestingMax);
    const uint64_t id = schema.getProto().getId();
    if (auto found = made_.find(id); found != made_.end()) return found->second;
    auto* layout = new StructLayout;
    const auto node = schema.getProto().getStruct();
    TALLY_CHECK(node.getDiscriminantCount() == 0);
    layout->name = schema.getShortDisplayName().cStr();
    layout->decimal = layout->name == "Decimal";
    layout->known_bits.assign(node.getDataWordCount(), 0);
    layout->pointers.resize(node.getPointerCount());
    for (Field field : schema.getFields()) Add(*layout, field, depth);
    made_[id] = layout;  // Only now: a struct that contains itself runs into the depth check.
    return layout;
  }

 private:
  void Add(StructLayout& layout, Field field, int depth) {
    const std::string name = field.getProto().getName().cStr();
    if (IsOptional(field)) {
      AddOptional(layout, field, name);
    } else if (NumberBits(field.getType()) > 0) {
      AddNumber(layout, field, name);
    } else {
      const uint32_t slot = field.getProto().getSlot().getOffset();
      layout.pointers.at(slot) = PointerOf(field, name, depth);
    }
  }

  void AddNumber(StructLayout& layout, Field field, const std::string& name) {
    const uint32_t bits = NumberBits(field.getType());
    const uint32_t offset = field.getProto().getSlot().getOffset();
    TALLY_CHECK(bits > 0 && !field.getProto().getSlot().getHadExplicitDefault());
    const uint32_t word = offset * bits / 64;
    layout.known_bits.at(word) |= BitsMask(bits, offset * bits % 64);
    if (field.getType().isEnum()) {
      const auto enumerants = field.getType().asEnum().getEnumerants();
      TALLY_CHECK(enumerants[0].getProto().getName() == "unset");
      const bool unsettable = HasMark(field, kUnsettableMark);
      layout.enums.push_back({name, offset, static_cast<uint16_t>(unsettable ? 0 : 1),
                              static_cast<uint16_t>(enumerants.size())});
    }
    if (HasMark(field, kInstantMark)) layout.times.push_back({name, word, TimeForm::kInstant});
    if (HasMark(field, kDurationMark)) layout.times.push_back({name, word, TimeForm::kDuration});
  }

  void AddOptional(StructLayout& layout, Field field, const std::string& name) {
    const capnp::StructSchema group = field.getType().asStruct();
    const auto node = group.getProto().getStruct();
    const auto fields = group.getFields();
    TALLY_CHECK(node.getDiscriminantCount() == 2 && fields.size() == 2);
    TALLY_CHECK(fields[0].getProto().getName() == "none" && fields[0].getType().isVoid());
    TALLY_CHECK(fields[1].getProto().getName() == "is" && !fields[1].getType().isEnum());
    AddNumber(layout, fields[1], name);
    const uint32_t bits = NumberBits(fields[1].getType());
    const uint32_t offset = fields[1].getProto().getSlot().getOffset();
    const uint32_t tag = node.getDiscriminantOffset();
    layout.known_bits.at(tag / 4) |= BitsMask(16, tag % 4 * 16);
    layout.optionals.push_back({name, tag, offset * bits / 64, BitsMask(bits, offset * bits % 64)});
  }

  PointerField PointerOf(Field field, const std::string& name, int depth) {
    PointerField pointer;
    pointer.name = name;
    pointer.required = HasMark(field, kRequiredMark);
    pointer.digest = HasMark(field, kDigestMark);
    pointer.exact_bytes = pointer.digest ? 32 : MarkNumber(field, kSizeMark, 0);
    pointer.text_limit = MarkNumber(field, kLimitMark, kTextBytesMax);
    const Type type = field.getType();
    if (type.isText() || type.isData()) {
      pointer.form = type.isText() ? PointerForm::kText : PointerForm::kBytes;
    } else if (type.isStruct()) {
      pointer.form = PointerForm::kStruct;
      pointer.target = Make(type.asStruct(), depth + 1);
    } else {
      TALLY_CHECK(type.isList());
      const Type element = type.asList().getElementType();
      if (element.isStruct()) {
        pointer.form = PointerForm::kStructs;
        pointer.target = Make(element.asStruct(), depth + 1);
        TALLY_CHECK(MustSaySomething(*pointer.target));
      } else if (element.isText() || element.isData()) {
        pointer.form = element.isText() ? PointerForm::kTexts : PointerForm::kByteStrings;
      } else {
        TALLY_CHECK(NumberBits(element) == 64);
        pointer.form = PointerForm::kWords;
      }
    }
    return pointer;
  }

  std::map<uint64_t, const StructLayout*> made_;
};

struct Layouts {
  std::array<const StructLayout*, kKindLimit> bodies{};
  const StructLayout* terms = nullptr;
};

// Lives until the process ends, so that no thread can outlive it.
const Layouts& AllLayouts() {
  static const Layouts* const layouts = [] {
    auto* made = new Layouts;
    Maker maker;
    for (const KindRow& row : KindTable()) {
      made->bodies[static_cast<size_t>(row.kind)] = maker.Make(*SchemaOf(row.kind), 1);
    }
    made->terms = maker.Make(SchemaOfTerms(), 1);
    return made;
  }();
  return *layouts;
}

}  // namespace

const StructLayout* LayoutOf(BodyKind kind) {
  const auto number = static_cast<size_t>(kind);
  return number < kKindLimit ? AllLayouts().bodies[number] : nullptr;
}

const StructLayout& LayoutOfTerms() { return *AllLayouts().terms; }

}  // namespace tally
