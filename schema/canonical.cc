// Two ways to one answer. CheckCanonicalBody walks over the bytes (schema/walk.cc) and is what
// admission pays for; ReencodeBody reads every known field through Cap'n Proto's own reader, sets
// it in a new message and lets Cap'n Proto make that canonical. They share nothing but the schema,
// so that each can convict the other in tests: a body is canonical when re-encoding gives it back.
#include "schema/canonical.h"

#include <capnp/any.h>
#include <capnp/dynamic.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "schema/event.h"
#include "schema/instant.h"
#include "schema/layout.h"
#include "schema/status.h"
#include "schema/walk.h"
#include "schema/wire.h"

namespace tally {
namespace {

using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::DynamicValue;
using Field = capnp::StructSchema::Field;

// The library counts the root pointer more than once against the traversal limit.
constexpr uint64_t kRootCountedAgain = 2;

absl::Status Refused(absl::string_view name, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(name, ": ", why));
}

absl::Status CopyStruct(DynamicStruct::Reader source, DynamicStruct::Builder target);

absl::Status CheckText(Field field, capnp::Text::Reader text) {
  const absl::string_view name = field.getProto().getName().cStr();
  if (text.size() > MarkNumber(field, kLimitMark, kTextBytesMax)) return Refused(name, "too long");
  const absl::string_view fault = TextFault(absl::string_view(text.begin(), text.size()));
  return fault.empty() ? absl::OkStatus() : Refused(name, fault);
}

absl::Status CheckData(Field field, capnp::Data::Reader data) {
  const absl::string_view name = field.getProto().getName().cStr();
  const bool digest = HasMark(field, kDigestMark);
  const uint32_t exact = digest ? 32 : MarkNumber(field, kSizeMark, 0);
  if (exact != 0 && data.size() != exact) return Refused(name, "another size");
  const bool zeros = std::all_of(data.begin(), data.end(), [](uint8_t byte) { return byte == 0; });
  return digest && zeros ? Refused(name, "a digest of zeros") : absl::OkStatus();
}

absl::Status CheckNumber(Field field, DynamicValue::Reader value) {
  const absl::string_view name = field.getProto().getName().cStr();
  if (value.getType() == DynamicValue::ENUM) {
    const capnp::DynamicEnum choice = value.as<capnp::DynamicEnum>();
    if (choice.getRaw() == 0 && !HasMark(field, kUnsettableMark)) return Refused(name, "unset");
    return choice.getEnumerant() == nullptr ? Refused(name, "unknown") : absl::OkStatus();
  }
  if (HasMark(field, kInstantMark)) {
    const Instant at{value.as<int64_t>()};
    if (at < kInstantFirst || at > kInstantLast) return Refused(name, "outside the years");
  }
  if (HasMark(field, kDurationMark) && value.as<int64_t>() < 0) return Refused(name, "negative");
  return absl::OkStatus();
}

absl::Status CheckDecimal(DynamicStruct::Reader value) {
  const auto mantissa = value.get("mantissa").as<int64_t>();
  const auto scale = value.get("scale").as<uint8_t>();
  if (scale > 12) return Refused("scale", "more than 12");
  return scale > 0 && mantissa % 10 == 0 ? Refused("mantissa", "trailing zeros")
                                         : absl::OkStatus();
}

absl::Status CopyElement(Field field, DynamicValue::Reader value, DynamicList::Builder target,
                         unsigned index) {
  switch (value.getType()) {
    case DynamicValue::TEXT: {
      const auto text = value.as<capnp::Text>();
      if (text.size() == 0) return Refused("element", "empty");
      TALLY_RETURN_IF_ERROR(CheckText(field, text));
      break;
    }
    case DynamicValue::DATA: {
      const auto data = value.as<capnp::Data>();
      if (data.size() == 0) return Refused("element", "empty");
      TALLY_RETURN_IF_ERROR(CheckData(field, data));
      break;
    }
    case DynamicValue::STRUCT:
      return CopyStruct(value.as<DynamicStruct>(), target[index].as<DynamicStruct>());
    default: break;
  }
  target.set(index, value);
  return absl::OkStatus();
}

absl::Status CopyPointer(Field field, DynamicStruct::Reader source,
                         DynamicStruct::Builder target) {
  if (!source.has(field)) {
    return HasMark(field, kRequiredMark) ? Refused(field.getProto().getName().cStr(), "missing")
                                         : absl::OkStatus();
  }
  const DynamicValue::Reader value = source.get(field);
  const auto empty = [&] {  // Left null, unless it must be there.
    return HasMark(field, kRequiredMark) ? Refused(field.getProto().getName().cStr(), "empty")
                                         : absl::OkStatus();
  };
  switch (value.getType()) {
    case DynamicValue::TEXT:
      if (value.as<capnp::Text>().size() == 0) return empty();
      TALLY_RETURN_IF_ERROR(CheckText(field, value.as<capnp::Text>()));
      break;
    case DynamicValue::DATA:
      if (value.as<capnp::Data>().size() == 0) return empty();
      TALLY_RETURN_IF_ERROR(CheckData(field, value.as<capnp::Data>()));
      break;
    case DynamicValue::STRUCT:
      return CopyStruct(value.as<DynamicStruct>(), target.init(field).as<DynamicStruct>());
    case DynamicValue::LIST: {
      const auto list = value.as<DynamicList>();
      if (list.size() == 0) return empty();
      auto made = target.init(field, list.size()).as<DynamicList>();
      for (unsigned i = 0; i < list.size(); ++i) {
        TALLY_RETURN_IF_ERROR(CopyElement(field, list[i], made, i));
      }
      return absl::OkStatus();
    }
    default: return Refused(field.getProto().getName().cStr(), "an unexpected type");
  }
  target.set(field, value);
  return absl::OkStatus();
}

absl::Status CopyOptional(Field field, DynamicStruct::Reader source,
                          DynamicStruct::Builder target) {
  const auto group = source.get(field).as<DynamicStruct>();
  const auto active = group.which();
  if (active == nullptr) return Refused(field.getProto().getName().cStr(), "unknown union tag");
  const Field number = NumberOf(field);
  if (!group.has(number)) return absl::OkStatus();
  TALLY_RETURN_IF_ERROR(CheckNumber(number, group.get(number)));
  target.get(field).as<DynamicStruct>().set(number, group.get(number));
  return absl::OkStatus();
}

absl::Status CopyStruct(DynamicStruct::Reader source, DynamicStruct::Builder target) {
  for (Field field : source.getSchema().getFields()) {
    const capnp::Type type = field.getType();
    if (IsOptional(field)) {
      TALLY_RETURN_IF_ERROR(CopyOptional(field, source, target));
    } else if (type.isText() || type.isData() || type.isStruct() || type.isList()) {
      TALLY_RETURN_IF_ERROR(CopyPointer(field, source, target));
    } else {
      TALLY_RETURN_IF_ERROR(CheckNumber(field, source.get(field)));
      target.set(field, source.get(field));
    }
  }
  const bool decimal = source.getSchema().getShortDisplayName() == "Decimal";
  return decimal ? CheckDecimal(source) : absl::OkStatus();
}

}  // namespace

absl::Status CheckCanonicalBody(BodyKind kind, ByteView body) {
  const StructLayout* layout = LayoutOf(kind);
  if (layout == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("body kind ", static_cast<int>(kind), " is not known"));
  }
  return WalkCanonical(layout->name, *layout, body);
}

absl::StatusOr<Bytes> ReencodeBody(BodyKind kind, ByteView body) {
  const capnp::StructSchema* schema = SchemaOf(kind);
  if (schema == nullptr) return absl::InvalidArgumentError("the body's kind is not known");
  if (body.empty() || body.size() % kWordBytes != 0 || body.size() > kBodyBytesMax) {
    return absl::InvalidArgumentError("a body is whole words, at most 1 MiB");
  }
  try {
    WireMessage source(body, body.size() / kWordBytes + kRootCountedAgain);
    capnp::MallocMessageBuilder target;
    TALLY_RETURN_IF_ERROR(CopyStruct(source.reader().getRoot<DynamicStruct>(*schema),
                                     target.initRoot<DynamicStruct>(*schema)));
    return BytesOf(target.getRoot<capnp::AnyStruct>().asReader().canonicalize());
  } catch (const kj::Exception& exception) {
    return absl::InvalidArgumentError(
        absl::StrCat("not readable: ", exception.getDescription().cStr()));
  }
}

}  // namespace tally
