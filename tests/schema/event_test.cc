// Goal: a header has exactly one encoding, which is Cap'n Proto's own canonical form, and no other
// bytes are taken for it.
// Method: random headers against the library's canonicalizer (the oracle); every single bit of
// sample headers flipped, every prefix cut, words added; each limit once.
#include "schema/event.h"

#include <capnp/message.h>
#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "event.capnp.h"

namespace tally {
namespace {

template <typename Digest>
Digest Filled(uint8_t byte) {
  Digest digest;
  digest.bytes.fill(byte);
  return digest;
}

EventHeader StateReport() {
  EventHeader header;
  header.kind = BodyKind::kStateReported;
  header.actor = ActorKind::kMonitor;
  header.source = 7;
  header.position = 1'000'001;
  header.observed_from = ParseInstant("2026-02-01T00:00:00Z").value();
  header.observed_until = header.observed_from;
  header.reported_at = ParseInstant("2026-02-01T00:00:03.250Z").value();
  header.previous_of_source = 1'000'000;
  header.stream = Filled<StreamId>(0x51);
  header.previous = Filled<Hash>(0x52);
  header.body = Filled<Hash>(0x53);
  return header;
}

EventHeader RunHeader() {
  EventHeader header = StateReport();
  header.kind = BodyKind::kMeasurementRun;
  header.source = 0;
  header.previous_of_source = 0;
  header.observed_until = header.observed_from + Hours(24);
  header.run_rows = 65'536;
  header.run_sources = 42;
  header.run_root = Filled<Hash>(0x54);
  return header;
}

EventHeader Act() {
  EventHeader header;
  header.kind = BodyKind::kClaimAnswered;
  header.actor = ActorKind::kHuman;
  header.reported_at = ParseInstant("2026-03-02T09:00:00Z").value();
  header.stream = Filled<StreamId>(0x61);
  header.body = Filled<Hash>(0x63);
  header.id = Filled<ActId>(0x65);
  header.author = Filled<StreamId>(0x66);
  header.seen = Seen{.sequence = 41, .leaf = Filled<Hash>(0x67)};
  header.answers = Filled<Hash>(0x68);
  return header;
}

EventHeader Least() {
  EventHeader header;
  header.kind = BodyKind::kGenesis;
  header.actor = ActorKind::kHuman;
  return header;
}

std::vector<EventHeader> Samples() { return {StateReport(), RunHeader(), Act(), Least()}; }

// The same fields written through the compiler's code of schema/event.capnp, then canonicalized:
// the oracle of both the layout and the form.
Bytes LibraryForm(const EventHeader& header) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<wire::EventHeader>();
  const auto data = [](ByteView bytes) { return capnp::Data::Reader(bytes.data(), bytes.size()); };
  // Written last to first: the canonical order is not the order of writing.
  if (!header.answers.IsZero()) root.setAnswers(data(header.answers.view()));
  if (header.seen) {
    Bytes seen;
    ByteWriter writer(seen);
    writer.U64(header.seen->sequence);
    writer.Raw(header.seen->leaf.view());
    root.setSeen(data(seen));
  }
  if (!header.author.IsZero()) root.setAuthor(data(header.author.view()));
  if (header.id) root.setId(data(header.id->view()));
  if (!header.run_root.IsZero()) root.setRunRoot(data(header.run_root.view()));
  if (!header.body.IsZero()) root.setBody(data(header.body.view()));
  if (!header.previous.IsZero()) root.setPrevious(data(header.previous.view()));
  if (!header.stream.IsZero()) root.setStream(data(header.stream.view()));
  root.setRunSources(header.run_sources);
  root.setRunRows(header.run_rows);
  root.setPreviousOfSource(header.previous_of_source);
  root.setReportedAt(header.reported_at.micros);
  root.setObservedUntil(header.observed_until.micros);
  root.setObservedFrom(header.observed_from.micros);
  root.setPosition(header.position);
  root.setSource(header.source);
  root.setActor(static_cast<uint16_t>(header.actor));
  root.setKind(static_cast<uint16_t>(header.kind));
  const auto words = capnp::canonicalize(root.asReader());
  const auto bytes = words.asBytes();
  return {bytes.begin(), bytes.end()};
}

TEST(EventHeader, SamplesRoundTripInTheirPublishedSizes) {
  EXPECT_EQ(EncodeHeader(StateReport()).size(), 176u);
  EXPECT_EQ(EncodeHeader(RunHeader()).size(), 224u);
  EventHeader first = StateReport();
  first.previous_of_source = 0;
  EXPECT_EQ(EncodeHeader(first).size(), 168u);
  EXPECT_EQ(EncodeHeader(Least()).size(), 16u);
  for (const EventHeader& header : Samples()) {
    const Bytes bytes = EncodeHeader(header);
    absl::StatusOr<EventHeader> decoded = DecodeHeader(bytes);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(*decoded, header);
    EXPECT_EQ(bytes, LibraryForm(header));
    EXPECT_TRUE(bytes[0] == 0 && bytes[1] == 0 && bytes[2] == 0 && bytes[3] == 0);
  }
}

TEST(EventHeader, RandomHeadersAreTheLibrarysCanonicalForm) {
  std::mt19937_64 random(70);
  const auto maybe = [&] { return random() % 2 == 0; };
  for (int round = 0; round < 2'000; ++round) {
    EventHeader header;
    header.kind = static_cast<BodyKind>(1 + random() % 65'535);
    header.actor = static_cast<ActorKind>(1 + random() % 3);
    if (maybe()) header.source = static_cast<uint32_t>(random());
    if (maybe()) header.position = 1 + random() % kPositionMax / 2;
    if (maybe()) header.observed_from = {static_cast<int64_t>(random() % 1'000'000'000'000) - 1};
    header.observed_until = header.observed_from;
    if (header.observed_until < Instant{0}) header.observed_until = {0};
    if (maybe()) header.reported_at = {-static_cast<int64_t>(random() % 1'000'000'000'000)};
    if (maybe() && header.position > 1) header.previous_of_source = header.position - 1;
    if (maybe()) header.stream = Filled<StreamId>(1);
    if (maybe()) header.previous = Filled<Hash>(2);
    if (maybe()) header.body = Filled<Hash>(3);
    if (maybe()) header.id = Filled<ActId>(4);
    if (maybe()) header.author = Filled<StreamId>(5);
    if (maybe()) header.seen = Seen{.sequence = random() % 3, .leaf = Filled<Hash>(6)};
    if (maybe()) header.answers = Filled<Hash>(7);
    if (maybe()) {
      header.run_rows = static_cast<uint32_t>(1 + random() % kRunRowsMax);
      header.run_sources = 1;
      header.run_root = Filled<Hash>(8);
    }
    const Bytes bytes = EncodeHeader(header);
    ASSERT_EQ(ToHex(bytes), ToHex(LibraryForm(header)));
    absl::StatusOr<EventHeader> decoded = DecodeHeader(bytes);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ASSERT_EQ(*decoded, header);
  }
}

// T-70: a flipped bit is refused, or it is a bit of a field and gives another header.
TEST(EventHeader, T70NoFlippedBitIsTakenForTheSameHeader) {
  for (const EventHeader& header : Samples()) {
    const Bytes original = EncodeHeader(header);
    size_t refused = 0;
    for (size_t bit = 0; bit < original.size() * 8; ++bit) {
      Bytes flipped = original;
      flipped[bit / 8] ^= static_cast<uint8_t>(1 << (bit % 8));
      absl::StatusOr<EventHeader> decoded = DecodeHeader(flipped);
      if (!decoded.ok()) {
        ++refused;
        continue;
      }
      ASSERT_NE(*decoded, header) << "bit " << bit;
      ASSERT_EQ(EncodeHeader(*decoded), flipped) << "bit " << bit;
    }
    EXPECT_GT(refused, 64u) << "every bit of the root pointer must matter";
  }
}

// T-70: each value of each byte of both pointers, and of both halves of the second one's count.
TEST(EventHeader, T70PointersHaveOneValue) {
  EventHeader header = Least();
  header.stream = Filled<StreamId>(1);
  const Bytes original = EncodeHeader(header);
  ASSERT_EQ(original.size(), 56u);
  const auto accepted = [&](size_t first, int bytes) {
    int count = 0;
    for (int value = 0; value < 1 << (8 * bytes); ++value) {
      Bytes changed = original;
      for (int i = 0; i < bytes; ++i) {
        changed[first + static_cast<size_t>(i)] = static_cast<uint8_t>(value >> (8 * i));
      }
      if (DecodeHeader(changed).ok()) ++count;
    }
    return count;
  };
  for (size_t at = 0; at < 8; ++at) {
    EXPECT_EQ(accepted(at, 1), 1) << "byte " << at;
    EXPECT_EQ(accepted(16 + at, 1), 1) << "byte " << 16 + at;
  }
  EXPECT_EQ(accepted(20, 2), 1) << "element size and count";
}

// T-70: cut, prolonged, padded, with a segment table, with a longer struct.
TEST(EventHeader, T70OtherFormsOfTheSameFieldsAreRefused) {
  for (const EventHeader& header : Samples()) {
    const Bytes original = EncodeHeader(header);
    for (size_t size = 0; size < original.size(); ++size) {
      EXPECT_FALSE(DecodeHeader(ByteView(original).first(size)).ok()) << size;
    }
    for (size_t more = 1; more <= 16; ++more) {
      Bytes longer = original;
      longer.resize(original.size() + more);
      EXPECT_FALSE(DecodeHeader(longer).ok());
    }
    Bytes table = {0, 0, 0, 0, static_cast<uint8_t>(original.size() / 8), 0, 0, 0};
    table.insert(table.end(), original.begin(), original.end());
    EXPECT_FALSE(DecodeHeader(table).ok());
    // A trailing zero word in the data section, declared as such: legal capnp, not canonical.
    Bytes untrimmed = original;
    const size_t data_words = original[4];
    if (data_words < 7) {
      untrimmed[4] = static_cast<uint8_t>(data_words + 1);
      untrimmed.insert(untrimmed.begin() + static_cast<std::ptrdiff_t>(8 * (1 + data_words)), 8, 0);
      EXPECT_EQ(DecodeHeader(untrimmed).status().message(),
                "event header: is not in canonical form");
    }
    Bytes newer = original;
    newer[4] = 8;
    EXPECT_EQ(DecodeHeader(newer).status().message(),
              "event header: has fields that this version does not know");
  }
  EXPECT_FALSE(DecodeHeader(Bytes(kHeaderBytesMax + 8, 0)).ok());
  EXPECT_FALSE(DecodeHeader(Bytes(64, 0)).ok());
}

// T-70: random bytes over a valid header; whatever is accepted is what would be written.
TEST(EventHeader, T70WhateverIsAcceptedEncodesToItself) {
  std::mt19937_64 random(71);
  for (int round = 0; round < 50'000; ++round) {
    Bytes bytes = EncodeHeader(Samples()[random() % 4]);
    for (uint64_t changes = 1 + random() % 3; changes > 0; --changes) {
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    }
    absl::StatusOr<EventHeader> decoded = DecodeHeader(bytes);
    if (decoded.ok()) {
      ASSERT_EQ(EncodeHeader(*decoded), bytes);
    }
  }
}

// T-55 and the limits of fields: each is refused alone, with its own sentence.
TEST(EventHeader, T55LimitsOfFieldsAreChecked) {
  struct Row {
    absl::string_view sentence;
    void (*spoil)(EventHeader&);
  };
  const Row rows[] = {
      {"actor 9 is not known", [](EventHeader& h) { h.actor = static_cast<ActorKind>(9); }},
      {"its position is beyond 2^63 - 1", [](EventHeader& h) { h.position = kPositionMax + 1; }},
      {"its last position is beyond 2^63 - 1", [](EventHeader& h) { h.position = kPositionMax; }},
      {"the source's previous position does not lie before its own",
       [](EventHeader& h) { h.previous_of_source = h.position; }},
      {"observed from lies outside the years 0001 to 9999",
       [](EventHeader& h) { h.observed_from = Instant::Min(); }},
      {"observed until lies outside the years 0001 to 9999",
       [](EventHeader& h) { h.observed_until = Instant::Max(); }},
      {"reported at lies outside the years 0001 to 9999",
       [](EventHeader& h) { h.reported_at = Instant{kInstantLast.micros + 1}; }},
      {"observed until lies before observed from",
       [](EventHeader& h) { h.observed_until = h.observed_from - Duration{1}; }},
      {"a run of 65537 rows of 42 sources; at most 65536 of 4096",
       [](EventHeader& h) { h.run_rows = kRunRowsMax + 1; }},
      {"a run of 65536 rows of 4097 sources; at most 65536 of 4096",
       [](EventHeader& h) { h.run_sources = kRunSourcesMax + 1; }},
      {"a run of more sources than rows", [](EventHeader& h) { h.run_rows = 41; }},
      {"run rows, run sources and run root stand together or not at all",
       [](EventHeader& h) { h.run_root = Hash(); }},
      {"run rows, run sources and run root stand together or not at all",
       [](EventHeader& h) { h.run_rows = 0; }},
      {"id: all zeros is written as null", [](EventHeader& h) { h.id = ActId(); }},
      {"seen: its leaf is all zeros", [](EventHeader& h) { h.seen->leaf = Hash(); }},
  };
  for (const Row& row : rows) {
    EventHeader header = RunHeader();
    header.seen = Seen{.sequence = 4, .leaf = Filled<Hash>(9)};
    row.spoil(header);
    EXPECT_EQ(DecodeHeader(EncodeHeader(header)).status().message(),
              "event header: " + std::string(row.sentence));
  }
  Bytes no_actor = EncodeHeader(Least());
  no_actor[10] = 0;
  EXPECT_EQ(DecodeHeader(no_actor).status().message(), "event header: names no actor");
  Bytes no_kind = EncodeHeader(Least());
  no_kind[8] = 0;
  EXPECT_EQ(DecodeHeader(no_kind).status().message(), "event header: names no kind");
  EXPECT_DEATH(EncodeHeader(EventHeader()), "check failed");
}

}  // namespace
}  // namespace tally
