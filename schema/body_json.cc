// Bodies as people and scripts write them, driven by the schema: the same marks that the walk reads
// decide how a field is spelled.
//
//   text, bool, number to 32 bits    as in JSON             instant    "2026-02-01T00:00:00Z"
//   64-bit number                    "123" (123 is read)    duration   "26 h"
//   enum                             "planned-maintenance"  bytes      lower-case hex
//   Decimal "99.95", Money "1000.00 USD"                    optional   left out, or the number
//
// What is null, none or empty is left out. Numbers, truths and choices are never left out: an
// absent one is refused, not defaulted.
#include <capnp/any.h>
#include <capnp/dynamic.h>

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "schema/canonical.h"
#include "schema/identity.h"
#include "schema/instant.h"
#include "schema/json_tree.h"
#include "schema/number.h"
#include "schema/status.h"
#include "schema/walk.h"
#include "schema/wire.h"

namespace tally {
namespace {

using capnp::DynamicList;
using capnp::DynamicStruct;
using capnp::DynamicValue;
using Field = capnp::StructSchema::Field;
using Kind = capnp::schema::Type::Which;

absl::string_view NameOf(Field field) { return field.getProto().getName().cStr(); }
bool IsStruct(capnp::StructSchema schema, absl::string_view name) {
  return name == schema.getShortDisplayName().cStr();
}

// "plannedMaintenance" as "planned-maintenance".
std::string ChoiceName(capnp::EnumSchema::Enumerant enumerant) {
  std::string name;
  for (const char letter : enumerant.getProto().getName()) {
    const bool upper = letter >= 'A' && letter <= 'Z';
    if (upper) name += '-';
    name += upper ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return name;
}

absl::Status Expected(const JsonValue& value, absl::string_view what) {
  const bool shown = value.form == JsonForm::kText || value.form == JsonForm::kNumber;
  return JsonError(value.place,
                   absl::StrCat("expected ", what, ", found ",
                                shown ? JsonQuoted(value.text.substr(0, 60))
                                      : std::string(JsonFormName(value.form))));
}

// -?(0|[1-9][0-9]*) and not "-0": one spelling for each integer.
bool IsInteger(absl::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || (text[0] == '0' && (text.size() > 1 || negative))) return false;
  return text.find_first_not_of("0123456789") == absl::string_view::npos;
}

// ---- From JSON -------------------------------------------------------------------------------

absl::Status FillStruct(const JsonValue& object, DynamicStruct::Builder target);

absl::StatusOr<int64_t> TimeFrom(const JsonValue& value, bool instant) {
  const absl::string_view what = instant ? "a time like \"2026-02-01T00:00:00Z\""
                                         : "a length of time like \"26 h\"";
  if (value.form != JsonForm::kText) return Expected(value, what);
  int64_t micros = 0;
  absl::Status status;
  if (instant) {
    const absl::StatusOr<Instant> parsed = ParseInstant(value.text);
    status = parsed.status();
    if (parsed.ok()) micros = parsed->micros;
  } else {
    const absl::StatusOr<Duration> parsed = ParseDuration(value.text);
    status = parsed.status();
    if (parsed.ok()) micros = parsed->micros;
  }
  if (!status.ok()) return JsonError(value.place, status.message());
  if (!instant && micros < 0) return Expected(value, what);
  return micros;
}

absl::Status SetChoice(Field field, const JsonValue& value, DynamicStruct::Builder target) {
  std::string choices;
  for (capnp::EnumSchema::Enumerant choice : field.getType().asEnum().getEnumerants()) {
    if (choice.getOrdinal() == 0) continue;  // "unset" is never said.
    const std::string name = ChoiceName(choice);
    if (value.form == JsonForm::kText && value.text == name) {
      target.set(field, capnp::DynamicEnum(choice));
      return absl::OkStatus();
    }
    absl::StrAppend(&choices, choices.empty() ? "" : ", ", name);
  }
  return Expected(value, absl::StrCat("one of ", choices));
}

absl::StatusOr<DynamicValue::Reader> NumberFrom(capnp::Type type, const JsonValue& value) {
  const bool wide = type.isInt64() || type.isUInt64();
  const bool spelled = value.form == JsonForm::kNumber || (wide && value.form == JsonForm::kText);
  if (!spelled || !IsInteger(value.text)) return Expected(value, "a whole number");
  int64_t number = 0;
  uint64_t natural = 0;
  if (type.isInt64()) {
    if (!absl::SimpleAtoi(value.text, &number)) return Expected(value, "a number of 64 bits");
    return DynamicValue::Reader(number);
  }
  uint64_t highest = ~uint64_t{0};
  if (type.isUInt8()) highest = 0xff;
  if (type.isUInt16()) highest = 0xffff;
  if (type.isUInt32()) highest = 0xffff'ffff;
  if (!absl::SimpleAtoi(value.text, &natural) || natural > highest) {
    return Expected(value, absl::StrCat("a number from 0 to ", highest));
  }
  return DynamicValue::Reader(natural);
}

absl::Status SetNumber(Field field, const JsonValue& value, DynamicStruct::Builder target) {
  const capnp::Type type = field.getType();
  if (type.isEnum()) return SetChoice(field, value, target);
  if (type.isBool()) {
    if (value.form != JsonForm::kBool) return Expected(value, "true or false");
    target.set(field, value.truth);
    return absl::OkStatus();
  }
  if (HasMark(field, kInstantMark) || HasMark(field, kDurationMark)) {
    TALLY_ASSIGN_OR_RETURN(const int64_t micros, TimeFrom(value, HasMark(field, kInstantMark)));
    target.set(field, micros);
    return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(const DynamicValue::Reader number, NumberFrom(type, value));
  target.set(field, number);
  return absl::OkStatus();
}

absl::Status CheckTextValue(Field field, const JsonValue& value) {
  if (value.form != JsonForm::kText) return Expected(value, "a text");
  const uint32_t limit = MarkNumber(field, kLimitMark, kTextBytesMax);
  if (value.text.size() > limit) {
    return JsonError(value.place, absl::StrCat("a text of ", value.text.size(),
                                               " bytes; at most ", limit));
  }
  const absl::string_view fault = TextFault(value.text);
  return fault.empty() ? absl::OkStatus() : JsonError(value.place, fault);
}

absl::StatusOr<Bytes> BytesFrom(Field field, const JsonValue& value) {
  if (value.form != JsonForm::kText) return Expected(value, "lower-case hex");
  absl::StatusOr<Bytes> bytes = FromHex(value.text);
  if (!bytes.ok()) return JsonError(value.place, bytes.status().message());
  const bool digest = HasMark(field, kDigestMark);
  const uint32_t exact = digest ? 32 : MarkNumber(field, kSizeMark, 0);
  if (exact != 0 && bytes->size() != exact) {
    return Expected(value, absl::StrCat(2 * exact, " hex digits"));
  }
  if (digest && Hash::FromBytes(*bytes)->IsZero()) {
    return JsonError(value.place, "a digest of zeros; leave the key out for none");
  }
  return bytes;
}

absl::Status SetElement(Field field, const JsonValue& value, DynamicList::Builder target,
                        unsigned index) {
  const capnp::Type type = target.getSchema().getElementType();
  if (type.isStruct()) return FillStruct(value, target[index].as<DynamicStruct>());
  if (type.isText()) {
    TALLY_RETURN_IF_ERROR(CheckTextValue(field, value));
    if (value.text.empty()) return Expected(value, "a text that says something");
    target.set(index, AsTextReader(value.text));
    return absl::OkStatus();
  }
  if (type.isData()) {
    TALLY_ASSIGN_OR_RETURN(const Bytes bytes, BytesFrom(field, value));
    if (bytes.empty()) return Expected(value, "some bytes");
    target.set(index, AsData(bytes));
    return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(const DynamicValue::Reader number, NumberFrom(type, value));
  target.set(index, number);
  return absl::OkStatus();
}

absl::Status SetField(Field field, const JsonValue& value, DynamicStruct::Builder target) {
  if (value.form == JsonForm::kNull) return Expected(value, "a value, or no such key");
  if (IsOptional(field)) {
    return SetNumber(NumberOf(field), value, target.init(field).as<DynamicStruct>());
  }
  const capnp::Type type = field.getType();
  if (type.isStruct()) return FillStruct(value, target.init(field).as<DynamicStruct>());
  if (type.isText()) {
    TALLY_RETURN_IF_ERROR(CheckTextValue(field, value));
    if (!value.text.empty()) target.set(field, AsTextReader(value.text));
    return absl::OkStatus();
  }
  if (type.isData()) {
    if (value.form == JsonForm::kText && value.text.empty()) return absl::OkStatus();
    TALLY_ASSIGN_OR_RETURN(const Bytes bytes, BytesFrom(field, value));
    target.set(field, AsData(bytes));
    return absl::OkStatus();
  }
  if (type.isList()) {
    if (value.form != JsonForm::kList) return Expected(value, "a list");
    if (value.elements.empty()) return absl::OkStatus();
    const auto count = static_cast<unsigned>(value.elements.size());
    auto list = target.init(field, count).as<DynamicList>();
    for (unsigned i = 0; i < count; ++i) {
      TALLY_RETURN_IF_ERROR(SetElement(field, value.elements[i], list, i));
    }
    return absl::OkStatus();
  }
  return SetNumber(field, value, target);
}

// OK when the field may be absent from JSON, or its pointer is set.
absl::Status CheckPresent(Field field, const JsonValue& object, bool named,
                          DynamicStruct::Builder target) {
  const capnp::Type type = field.getType();
  bool missing = false;
  if (type.isText() || type.isData() || type.isList() ||
      (type.isStruct() && !IsOptional(field))) {
    missing = HasMark(field, kRequiredMark) && !target.asReader().has(field);
  } else if (!IsOptional(field)) {
    missing = !named && !HasMark(field, kUnsettableMark);
  }
  if (!missing) return absl::OkStatus();
  return JsonError(object.place, absl::StrCat("key \"", NameOf(field), "\" is missing or empty"));
}

absl::Status FillDecimal(const JsonValue& value, DynamicStruct::Builder target) {
  if (value.form != JsonForm::kText) return Expected(value, "a decimal like \"99.95\"");
  const absl::StatusOr<Decimal> decimal = ParseDecimal(value.text);
  if (!decimal.ok()) return JsonError(value.place, decimal.status().message());
  const Decimal normal = decimal->Normalised();
  target.set("mantissa", normal.mantissa);
  target.set("scale", normal.scale);
  return absl::OkStatus();
}

absl::Status FillMoney(const JsonValue& value, DynamicStruct::Builder target) {
  const absl::StatusOr<Money> money = ParseMoney(value.text);
  if (!money.ok()) return JsonError(value.place, money.status().message());
  target.set("minor", money->minor);
  target.set("currency", AsTextReader(money->currency.code));
  target.set("exponent", money->currency.exponent);
  return absl::OkStatus();
}

absl::Status FillStruct(const JsonValue& object, DynamicStruct::Builder target) {
  const capnp::StructSchema schema = target.getSchema();
  if (IsStruct(schema, "Decimal")) return FillDecimal(object, target);
  if (IsStruct(schema, "Money") && object.form == JsonForm::kText) {
    return FillMoney(object, target);
  }
  if (object.form != JsonForm::kObject) return Expected(object, "an object");
  const auto fields = schema.getFields();
  std::vector<bool> named(fields.size(), false);
  for (const JsonMember& member : object.members) {
    if (member.key.find('\0') != std::string::npos) {  // It would end the name for Cap'n Proto.
      return JsonError(member.place, absl::StrCat("key ", JsonQuoted(member.key), " is not known"));
    }
    KJ_IF_MAYBE(field, schema.findFieldByName(member.key.c_str())) {
      named[field->getIndex()] = true;
      TALLY_RETURN_IF_ERROR(SetField(*field, member.value, target));
    } else {
      return JsonError(member.place,
                       absl::StrCat("key ", JsonQuoted(member.key), " is not known here"));
    }
  }
  for (Field field : fields) {
    TALLY_RETURN_IF_ERROR(CheckPresent(field, object, named[field.getIndex()], target));
  }
  return absl::OkStatus();
}

// ---- To JSON ---------------------------------------------------------------------------------

void PrintStruct(DynamicStruct::Reader value, std::string& out);

void PrintNumber(Field field, DynamicValue::Reader value, std::string& out) {
  if (HasMark(field, kInstantMark)) {
    out += JsonQuoted(FormatInstant({value.as<int64_t>()}));
  } else if (HasMark(field, kDurationMark)) {
    out += JsonQuoted(FormatDuration({value.as<int64_t>()}));
  } else if (value.getType() == DynamicValue::ENUM) {
    KJ_IF_MAYBE(choice, value.as<capnp::DynamicEnum>().getEnumerant()) {
      out += JsonQuoted(ChoiceName(*choice));
    }
  } else if (value.getType() == DynamicValue::BOOL) {
    out += value.as<bool>() ? "true" : "false";
  } else if (field.getType().isInt64()) {
    absl::StrAppend(&out, "\"", value.as<int64_t>(), "\"");
  } else {
    const absl::string_view quote = field.getType().isUInt64() ? "\"" : "";
    absl::StrAppend(&out, quote, value.as<uint64_t>(), quote);
  }
}

void PrintPointer(DynamicValue::Reader value, std::string& out) {
  switch (value.getType()) {
    case DynamicValue::TEXT: out += JsonQuoted(AsString(value.as<capnp::Text>())); break;
    case DynamicValue::DATA:
      absl::StrAppend(&out, "\"", ToHex(AsView(value.as<capnp::Data>())), "\"");
      break;
    case DynamicValue::STRUCT: PrintStruct(value.as<DynamicStruct>(), out); break;
    case DynamicValue::INT: absl::StrAppend(&out, "\"", value.as<int64_t>(), "\""); break;
    case DynamicValue::UINT: absl::StrAppend(&out, "\"", value.as<uint64_t>(), "\""); break;
    case DynamicValue::LIST: {
      absl::string_view mark = "[";
      for (DynamicValue::Reader element : value.as<DynamicList>()) {
        absl::StrAppend(&out, mark);
        PrintPointer(element, out);
        mark = ",";
      }
      out += ']';
      break;
    }
    default: break;
  }
}

// Currencies that the table does not know, or with other decimals, are printed by their fields.
bool PrintMoney(DynamicStruct::Reader value, std::string& out) {
  const std::string code = AsString(value.get("currency").as<capnp::Text>());
  const absl::StatusOr<Currency> currency = FindCurrency(code);
  if (!currency.ok() || currency->exponent != value.get("exponent").as<uint8_t>()) return false;
  out += JsonQuoted(FormatMoney({value.get("minor").as<int64_t>(), *currency}));
  return true;
}

void PrintStruct(DynamicStruct::Reader value, std::string& out) {
  if (IsStruct(value.getSchema(), "Decimal")) {
    out += JsonQuoted(FormatDecimal(
        {value.get("mantissa").as<int64_t>(), value.get("scale").as<uint8_t>()}));
    return;
  }
  if (IsStruct(value.getSchema(), "Money") && PrintMoney(value, out)) return;
  out += '{';
  absl::string_view mark = "";
  for (Field field : value.getSchema().getFields()) {
    const capnp::Type type = field.getType();
    const bool optional = IsOptional(field);
    const bool pointer = !optional && (type.isText() || type.isData() || type.isStruct() ||
                                       type.isList());
    const bool no = type.isBool() && HasMark(field, kUnsettableMark) &&
                    !value.get(field).as<bool>();  // as good as absent
    if ((pointer && !value.has(field)) || no) continue;
    if (optional && !value.get(field).as<DynamicStruct>().has(NumberOf(field))) continue;
    absl::StrAppend(&out, mark, "\"", NameOf(field), "\":");
    mark = ",";
    if (optional) {
      PrintNumber(NumberOf(field), value.get(field).as<DynamicStruct>().get(NumberOf(field)), out);
    } else if (pointer) {
      PrintPointer(value.get(field), out);
    } else {
      PrintNumber(field, value.get(field), out);
    }
  }
  out += '}';
}

}  // namespace

absl::StatusOr<Bytes> BodyFromJson(BodyKind kind, absl::string_view json) {
  const capnp::StructSchema* schema = SchemaOf(kind);
  if (schema == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("body kind ", static_cast<int>(kind), " is not known"));
  }
  TALLY_ASSIGN_OR_RETURN(const JsonValue tree, ParseJson(json));
  try {
    capnp::MallocMessageBuilder message;
    TALLY_RETURN_IF_ERROR(FillStruct(tree, message.initRoot<DynamicStruct>(*schema)));
    const Bytes body =
        BytesOf(message.getRoot<capnp::AnyStruct>().asReader().canonicalize());
    TALLY_RETURN_IF_ERROR(CheckCanonicalBody(kind, body));
    return body;
  } catch (const kj::Exception& exception) {
    return absl::InvalidArgumentError(
        absl::StrCat("no body can hold this: ", exception.getDescription().cStr()));
  }
}

std::string BodyToJson(BodyKind kind, ByteView body) {
  const capnp::StructSchema* schema = SchemaOf(kind);
  if (schema == nullptr) return absl::StrCat("{\"unknown\":\"", ToHex(body), "\"}");
  std::string out;
  absl::Status status = CheckCanonicalBody(kind, body);
  if (status.ok()) {
    try {
      WireMessage message(body, ~uint64_t{0} >> 8);
      PrintStruct(message.reader().getRoot<DynamicStruct>(*schema), out);
    } catch (const kj::Exception& exception) {
      status = absl::InvalidArgumentError(exception.getDescription().cStr());
    }
  }
  if (status.ok()) return out;
  return absl::StrCat("{\"malformed\":\"", ToHex(body), "\"}");
}

}  // namespace tally
