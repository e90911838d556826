// The door to Cap'n Proto inside this room: generated types, messages from and to canonical bytes.
//
// Only sources of schema include this file. Exceptions of kj end here: a message is read after the
// layout walk has accepted it, and what kj still throws becomes a Status.
#pragma once

#include <capnp/message.h>
#include <capnp/schema.h>
#include <kj/exception.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "schema/bytes.h"
#include "schema/kind.h"
#include "schema/status.h"
#include "schema/word.h"

namespace tally {

static_assert(sizeof(capnp::word) == kWordBytes);
inline constexpr int kNestingMax = 16;  // stops messages that exhaust the stack

// Numbers of the annotations in schema/body.capnp.
inline constexpr uint64_t kInstantMark = 0xe3a1c55d0b7f4201;
inline constexpr uint64_t kDurationMark = 0xe3a1c55d0b7f4202;
inline constexpr uint64_t kDigestMark = 0xe3a1c55d0b7f4203;
inline constexpr uint64_t kSizeMark = 0xe3a1c55d0b7f4204;
inline constexpr uint64_t kLimitMark = 0xe3a1c55d0b7f4205;
inline constexpr uint64_t kRequiredMark = 0xe3a1c55d0b7f4206;
inline constexpr uint64_t kUnsettableMark = 0xe3a1c55d0b7f4207;
inline constexpr uint32_t kTextBytesMax = 4096;  // of a text without a $limit

// The schema of a kind's body; nullptr for kinds that the table does not have.
const capnp::StructSchema* SchemaOf(BodyKind kind);
capnp::StructSchema SchemaOfTerms();
bool HasMark(capnp::StructSchema::Field field, uint64_t mark);
// The number beside a mark, or `otherwise` when the field does not have it.
uint32_t MarkNumber(capnp::StructSchema::Field field, uint64_t mark, uint32_t otherwise);
// An optional number: a group with a union of `none` and `is`.
bool IsOptional(capnp::StructSchema::Field field);
capnp::StructSchema::Field NumberOf(capnp::StructSchema::Field optional);

// A copy of canonical bytes in aligned memory, which Cap'n Proto demands and storage does not give.
class WireMessage {
 public:
  // `bytes` is a whole number of words. `traversal_words` bounds what reading may touch: the words
  // of the message for bytes that nobody has checked, which stops overlapping pointers (T-71).
  WireMessage(ByteView bytes, uint64_t traversal_words)
      : words_(bytes.size() / kWordBytes),
        large_(words_ > kInlineWords ? new capnp::word[words_] : nullptr) {
    TALLY_CHECK(bytes.size() % kWordBytes == 0);
    capnp::word* target = large_ ? large_.get() : inline_;
    if (!bytes.empty()) std::memcpy(target, bytes.data(), bytes.size());
    segment_ = kj::arrayPtr(const_cast<const capnp::word*>(target), words_);
    capnp::ReaderOptions options;
    options.traversalLimitInWords = traversal_words;
    options.nestingLimit = kNestingMax;
    reader_.emplace(kj::arrayPtr(&segment_, 1), options);
  }
  WireMessage(const WireMessage&) = delete;
  WireMessage& operator=(const WireMessage&) = delete;

  capnp::MessageReader& reader() { return *reader_; }

 private:
  static constexpr size_t kInlineWords = 48;
  size_t words_;
  capnp::word inline_[kInlineWords];
  std::unique_ptr<capnp::word[]> large_;
  kj::ArrayPtr<const capnp::word> segment_;
  std::optional<capnp::SegmentArrayMessageReader> reader_;
};

inline Bytes BytesOf(kj::ArrayPtr<const capnp::word> words) {
  kj::ArrayPtr<const kj::byte> bytes = words.asBytes();
  return Bytes(bytes.begin(), bytes.end());
}

// The canonical bytes of a struct that `fill` writes into. `fill` leaves empty texts, data and
// lists null. Only a message beyond Cap'n Proto's own limits (512 MiB) throws: no input of ours.
template <typename Wire, typename Fill>
Bytes EncodeWire(Fill&& fill) {
  try {
    capnp::word scratch[64] = {};
    capnp::MallocMessageBuilder message(kj::arrayPtr(scratch, 64));
    typename Wire::Builder root = message.initRoot<Wire>();
    fill(root);
    return BytesOf(capnp::canonicalize(root.asReader()));
  } catch (const kj::Exception&) {
    CheckFailed(__FILE__, __LINE__, "the value fits a message");
  }
}

// Runs `read`, which gives a Status, over the root of bytes that the walk has accepted. They form a
// tree, so reading them cannot be amplified and needs no traversal limit.
template <typename Wire, typename Read>
absl::Status ReadWire(ByteView checked, Read&& read) {
  try {
    WireMessage message(checked, ~uint64_t{0} >> 8);
    return read(message.reader().template getRoot<Wire>());
  } catch (const kj::Exception& exception) {
    return absl::InvalidArgumentError(
        absl::StrCat("not readable: ", exception.getDescription().cStr()));
  }
}

// ---- Fields ----------------------------------------------------------------------------------

inline capnp::Data::Reader AsData(ByteView bytes) { return {bytes.data(), bytes.size()}; }
inline ByteView AsView(capnp::Data::Reader data) { return {data.begin(), data.size()}; }
inline std::string AsString(capnp::Text::Reader text) { return {text.begin(), text.size()}; }
inline capnp::Text::Reader AsTextReader(const std::string& text) {
  return {text.c_str(), text.size()};
}

// Put sets a pointer field, and leaves it null for an empty text, no bytes, or a zero digest.
template <typename Builder>
void Put(Builder& builder, void (Builder::*set)(capnp::Text::Reader), const std::string& text) {
  if (!text.empty()) (builder.*set)(AsTextReader(text));
}
template <typename Builder>
void Put(Builder& builder, void (Builder::*set)(capnp::Data::Reader), const Bytes& bytes) {
  if (!bytes.empty()) (builder.*set)(AsData(bytes));
}
template <typename Builder, typename Digest>
  requires requires(const Digest& digest) { digest.IsZero(); }
void Put(Builder& builder, void (Builder::*set)(capnp::Data::Reader), const Digest& digest) {
  if (!digest.IsZero()) (builder.*set)(AsData(digest.view()));
}

// A digest of the right size, or zeros when the field is null; the walk has checked the size.
template <typename Digest>
Digest TakeDigest(capnp::Data::Reader data) {
  Digest digest;
  if (data.size() == Digest::size()) std::copy(data.begin(), data.end(), digest.bytes.begin());
  return digest;
}
inline Bytes TakeBytes(capnp::Data::Reader data) { return Bytes(data.begin(), data.end()); }

}  // namespace tally
