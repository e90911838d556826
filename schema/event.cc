// The header's bytes, written by hand because every event pays for them (BYTES.md names the cost of
// re-encoding through a library). The layout is the one that the Cap'n Proto compiler gives to
// struct EventHeader of schema/event.capnp; the test compares each with the library's canonical
// form. Cap'n Proto is little-endian.
//
//   root pointer     offset 0, data words, pointer words
//   data             0: kind 2, actor 2, source 4   1: position   2: observed from
//                    3: observed until   4: reported at   5: previous of source
//                    6: run rows 4, run sources 4
//   pointers         stream, previous, B, run root, id, author, seen, answers: lists of bytes
//   lists            in the order of their pointers, each padded with zeros to a whole word
//
// Canonical: trailing zero words of data and trailing null pointers are not stored, and nothing
// lies between or behind the lists. Hence one header has exactly one encoding. Decoding reads the
// fields at their known places and then asks of each word whether EncodeHeader would have written
// it: the root names no word too many, every pointer the place where its list then begins, padding
// is zero and the last list ends the header. Every bit of the data words and of the lists belongs
// to a field, so nothing else is left to compare (T-70).
#include "schema/event.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "schema/status.h"
#include "schema/word.h"

namespace tally {
namespace {

constexpr size_t kDataWords = 7;
constexpr size_t kPointers = 8;
constexpr size_t kSeenBytes = 40;  // sequence 8, big-endian, and leaf 32
constexpr uint64_t kByteList = 2;  // element size code of a list of bytes

using Data = std::array<uint64_t, kDataWords>;
using ByteLists = std::array<ByteView, kPointers>;
enum PointerIndex : size_t { kStream, kPrevious, kBody, kRunRoot, kId, kAuthor, kSeen, kAnswers };

void AppendWord(Bytes& out, uint64_t word) {
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  uint8_t bytes[kWordBytes];
  std::memcpy(bytes, &word, kWordBytes);
  out.insert(out.end(), bytes, bytes + kWordBytes);
}

size_t WordsFor(size_t bytes) { return (bytes + kWordBytes - 1) / kWordBytes; }

Data DataOf(const EventHeader& header) {
  return {static_cast<uint64_t>(header.kind) | static_cast<uint64_t>(header.actor) << 16 |
              uint64_t{header.source} << 32,
          header.position,
          static_cast<uint64_t>(header.observed_from.micros),
          static_cast<uint64_t>(header.observed_until.micros),
          static_cast<uint64_t>(header.reported_at.micros),
          header.previous_of_source,
          uint64_t{header.run_rows} | uint64_t{header.run_sources} << 32};
}

template <typename Digest>
ByteView NullIfZero(const Digest& digest) {
  return digest.IsZero() ? ByteView() : digest.view();
}

// Offsets count words from the end of the pointer to the list.
uint64_t ListPointer(uint64_t offset, size_t bytes) {
  return 1 | offset << 2 | kByteList << 32 | uint64_t{bytes} << 35;
}

absl::Status RefusedHeader(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("event header: ", why));
}

// The bytes that one pointer names; null gives none. Refused unless it is a list of bytes
// inside the message.
absl::StatusOr<ByteView> ListAt(ByteView bytes, size_t pointer_index) {
  const uint64_t pointer = LoadWord(bytes, pointer_index);
  if (pointer == 0) return ByteView();
  const uint64_t offset = (pointer & 0xffff'ffff) >> 2;
  const uint64_t count = pointer >> 35;
  if ((pointer & 3) != 1 || ((pointer >> 32) & 7) != kByteList) {
    return RefusedHeader(absl::StrCat("word ", pointer_index, " does not point to bytes"));
  }
  const uint64_t first = pointer_index + 1 + offset;
  if (first > bytes.size() / kWordBytes || WordsFor(count) > bytes.size() / kWordBytes - first) {
    return RefusedHeader(absl::StrCat("word ", pointer_index, " points outside the header"));
  }
  return bytes.subspan(first * kWordBytes, count);
}

template <typename Digest>
absl::Status Take(absl::string_view name, ByteView list, Digest& target) {
  if (list.empty()) return absl::OkStatus();
  absl::StatusOr<Digest> digest = Digest::FromBytes(list);
  if (!digest.ok()) return At(absl::StrCat("event header: ", name), digest.status());
  if (digest->IsZero()) return RefusedHeader(absl::StrCat(name, ": all zeros is written as null"));
  target = *digest;
  return absl::OkStatus();
}

absl::Status TakeLists(const ByteLists& lists, EventHeader& header) {
  TALLY_RETURN_IF_ERROR(Take("stream", lists[kStream], header.stream));
  TALLY_RETURN_IF_ERROR(Take("previous", lists[kPrevious], header.previous));
  TALLY_RETURN_IF_ERROR(Take("body", lists[kBody], header.body));
  TALLY_RETURN_IF_ERROR(Take("run root", lists[kRunRoot], header.run_root));
  TALLY_RETURN_IF_ERROR(Take("author", lists[kAuthor], header.author));
  TALLY_RETURN_IF_ERROR(Take("answers", lists[kAnswers], header.answers));
  if (!lists[kId].empty()) {
    header.id.emplace();
    TALLY_RETURN_IF_ERROR(Take("id", lists[kId], *header.id));
  }
  if (!lists[kSeen].empty()) {
    if (lists[kSeen].size() != kSeenBytes) {
      return RefusedHeader(
          absl::StrCat("seen: expected ", kSeenBytes, " bytes, found ", lists[kSeen].size()));
    }
    ByteReader reader(lists[kSeen]);
    header.seen.emplace();
    header.seen->sequence = reader.U64();
    reader.Fill(header.seen->leaf.bytes);
    TALLY_RETURN_IF_ERROR(reader.Finish("event header: seen"));
    if (header.seen->leaf.IsZero()) return RefusedHeader("seen: its leaf is all zeros");
  }
  return absl::OkStatus();
}

void TakeData(const Data& data, EventHeader& header) {
  header.kind = static_cast<BodyKind>(data[0] & 0xffff);
  header.actor = static_cast<ActorKind>((data[0] >> 16) & 0xffff);
  header.source = static_cast<uint32_t>(data[0] >> 32);
  header.position = data[1];
  header.observed_from.micros = static_cast<int64_t>(data[2]);
  header.observed_until.micros = static_cast<int64_t>(data[3]);
  header.reported_at.micros = static_cast<int64_t>(data[4]);
  header.previous_of_source = data[5];
  header.run_rows = static_cast<uint32_t>(data[6] & 0xffff'ffff);
  header.run_sources = static_cast<uint32_t>(data[6] >> 32);
}

absl::Status CheckTime(absl::string_view name, Instant instant) {
  if (instant >= kInstantFirst && instant <= kInstantLast) return absl::OkStatus();
  return RefusedHeader(absl::StrCat(name, " lies outside the years 0001 to 9999"));
}

// True if EncodeHeader would write these bytes for what was read from them: `lists` are what the
// pointers name, each inside `bytes`.
bool IsCanonical(ByteView bytes, size_t data_words, size_t pointers, const ByteLists& lists) {
  if (data_words > 0 && LoadWord(bytes, data_words) == 0) return false;
  if (pointers > 0 && lists[pointers - 1].empty()) return false;
  size_t next = 1 + data_words + pointers;  // the word at which the next list must begin
  for (size_t i = 0; i < pointers; ++i) {
    const size_t at = 1 + data_words + i;
    const size_t size = lists[i].size();
    if (LoadWord(bytes, at) != (size == 0 ? 0 : ListPointer(next - at - 1, size))) return false;
    const size_t words = WordsFor(size);
    const ByteView padding = bytes.subspan(next * kWordBytes + size, words * kWordBytes - size);
    if (!std::ranges::all_of(padding, [](uint8_t byte) { return byte == 0; })) return false;
    next += words;
  }
  return next * kWordBytes == bytes.size();
}

// What holds for every header, whatever its kind: the rest is admission's.
absl::Status CheckFields(const EventHeader& header) {
  if (header.kind == BodyKind::kUnset) return RefusedHeader("names no kind");
  if (header.actor == ActorKind::kUnset) return RefusedHeader("names no actor");
  if (header.actor > ActorKind::kMonitor) {
    return RefusedHeader(absl::StrCat("actor ", static_cast<int>(header.actor), " is not known"));
  }
  if (header.position > kPositionMax) return RefusedHeader("its position is beyond 2^63 - 1");
  if (header.previous_of_source != 0 && header.previous_of_source >= header.position) {
    return RefusedHeader("the source's previous position does not lie before its own");
  }
  TALLY_RETURN_IF_ERROR(CheckTime("observed from", header.observed_from));
  TALLY_RETURN_IF_ERROR(CheckTime("observed until", header.observed_until));
  TALLY_RETURN_IF_ERROR(CheckTime("reported at", header.reported_at));
  if (header.observed_until < header.observed_from) {
    return RefusedHeader("observed until lies before observed from");
  }
  if (header.run_rows > kRunRowsMax || header.run_sources > kRunSourcesMax) {
    return RefusedHeader(absl::StrCat("a run of ", header.run_rows, " rows of ", header.run_sources,
                                      " sources; at most ", kRunRowsMax, " of ", kRunSourcesMax));
  }
  const bool run = header.run_rows != 0;
  if (run != (header.run_sources != 0) || run == header.run_root.IsZero()) {
    return RefusedHeader("run rows, run sources and run root stand together or not at all");
  }
  if (header.run_sources > header.run_rows) return RefusedHeader("a run of more sources than rows");
  if (run && header.position > kPositionMax - (header.run_rows - 1)) {
    return RefusedHeader("its last position is beyond 2^63 - 1");
  }
  return absl::OkStatus();
}

}  // namespace

Bytes EncodeHeader(const EventHeader& header) {
  TALLY_CHECK(header.kind != BodyKind::kUnset && header.actor != ActorKind::kUnset);
  Bytes seen;
  if (header.seen) {
    ByteWriter writer(seen);
    writer.U64(header.seen->sequence);
    writer.Raw(header.seen->leaf.view());
  }
  const Data data = DataOf(header);
  const ByteLists lists = {NullIfZero(header.stream),
                           NullIfZero(header.previous),
                           NullIfZero(header.body),
                           NullIfZero(header.run_root),
                           header.id ? header.id->view() : ByteView(),
                           NullIfZero(header.author),
                           seen,
                           NullIfZero(header.answers)};
  size_t data_words = kDataWords;
  while (data_words > 0 && data[data_words - 1] == 0) --data_words;
  size_t pointers = kPointers;
  while (pointers > 0 && lists[pointers - 1].empty()) --pointers;

  Bytes out;
  out.reserve(kWordBytes * (1 + data_words + pointers) + 7 * 32 + kSeenBytes);
  AppendWord(out, uint64_t{data_words} << 32 | uint64_t{pointers} << 48);
  for (size_t i = 0; i < data_words; ++i) AppendWord(out, data[i]);
  uint64_t before = 0;  // words of lists placed so far
  for (size_t i = 0; i < pointers; ++i) {
    const uint64_t offset = pointers - 1 - i + before;
    AppendWord(out, lists[i].empty() ? 0 : ListPointer(offset, lists[i].size()));
    before += WordsFor(lists[i].size());
  }
  for (ByteView list : lists) {
    out.insert(out.end(), list.begin(), list.end());
    out.insert(out.end(), WordsFor(list.size()) * kWordBytes - list.size(), 0);
  }
  TALLY_CHECK(out.size() <= kHeaderBytesMax);
  return out;
}

absl::StatusOr<EventHeader> DecodeHeader(ByteView bytes) {
  if (bytes.size() > kHeaderBytesMax || bytes.size() < 2 * kWordBytes ||
      bytes.size() % kWordBytes != 0) {
    return RefusedHeader(absl::StrCat("expected whole words, at most ", kHeaderBytesMax,
                                      " bytes, found ", bytes.size()));
  }
  const uint64_t root = LoadWord(bytes, 0);
  const size_t data_words = (root >> 32) & 0xffff;
  const size_t pointers = root >> 48;
  if ((root & 0xffff'ffff) != 0) return RefusedHeader("does not begin with four zero bytes");
  if (data_words > kDataWords || pointers > kPointers) {
    return RefusedHeader("has fields that this version does not know");
  }
  if (1 + data_words + pointers > bytes.size() / kWordBytes)
    return RefusedHeader("ended too early");
  Data data{};
  for (size_t i = 0; i < data_words; ++i) data[i] = LoadWord(bytes, 1 + i);
  ByteLists lists;
  for (size_t i = 0; i < pointers; ++i) {
    TALLY_ASSIGN_OR_RETURN(lists[i], ListAt(bytes, 1 + data_words + i));
  }
  EventHeader header;
  TakeData(data, header);
  TALLY_RETURN_IF_ERROR(TakeLists(lists, header));
  TALLY_RETURN_IF_ERROR(CheckFields(header));
  if (!IsCanonical(bytes, data_words, pointers, lists))
    return RefusedHeader("is not in canonical form");
  return header;
}

}  // namespace tally
