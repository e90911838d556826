// Goal: one byte string has one text, in hex and in base64, and readers never pass their end.
// Method: every string of one byte and of two characters, RFC 4648's vectors, and each way of
// writing the same bytes differently.
#include "schema/bytes.h"

#include <gtest/gtest.h>

#include "schema/identity.h"

namespace tally {
namespace {

Bytes BytesOf(absl::string_view text) {
  const ByteView view = AsBytes(text);
  return {view.begin(), view.end()};
}

// T-78
TEST(Bytes, T78HexHasOneSpelling) {
  for (int byte = 0; byte < 256; ++byte) {
    const Bytes one = {static_cast<uint8_t>(byte)};
    EXPECT_EQ(FromHex(ToHex(one)).value(), one);
  }
  // Of all two-character texts exactly 256 are read, and each is what ToHex prints.
  int accepted = 0;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {static_cast<char>(first), static_cast<char>(second)};
      absl::StatusOr<Bytes> bytes = FromHex(text);
      if (!bytes.ok()) continue;
      ++accepted;
      EXPECT_EQ(ToHex(*bytes), text);
    }
  }
  EXPECT_EQ(accepted, 256);
  EXPECT_EQ(FromHex("").value(), Bytes());
  EXPECT_FALSE(FromHex("0").ok());
  EXPECT_EQ(FromHex("00AB").status().message(), "not a lower-case hex digit at character 3");
}

// T-78
TEST(Bytes, T78Base64HasOneSpelling) {
  const std::pair<absl::string_view, absl::string_view> vectors[] = {{"", ""},
                                                                     {"f", "Zg=="},
                                                                     {"fo", "Zm8="},
                                                                     {"foo", "Zm9v"},
                                                                     {"foob", "Zm9vYg=="},
                                                                     {"fooba", "Zm9vYmE="},
                                                                     {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(ToBase64(AsBytes(bytes)), text);
    EXPECT_EQ(FromBase64(text).value(), BytesOf(bytes));
  }
  for (absl::string_view bad : {"Zg", "Zg=", "Z===", "====", "Zm9=", "Zh==", "Zg==Zg==", "Zm9v\n",
                                " Zm9", "Zm-_", "Zm=v", "=m9v", "Zg=a"}) {
    EXPECT_FALSE(FromBase64(bad).ok()) << bad;
  }
  // Every character in the last place of each kind of group: only what ToBase64 prints is read.
  for (int letter = 0; letter < 256; ++letter) {
    const std::string last(1, static_cast<char>(letter));
    for (const std::string& text : {"A" + last + "==", "AA" + last + "=", "AAA" + last}) {
      absl::StatusOr<Bytes> bytes = FromBase64(text);
      if (bytes.ok()) {
        EXPECT_EQ(ToBase64(*bytes), text);
      }
    }
  }
}

// T-78
TEST(Bytes, T78NamesHaveOneSpelling) {
  const std::string hex(64, 'a');
  EXPECT_EQ(Hash::FromHex(hex)->ToHex(), hex);
  EXPECT_FALSE(Hash::FromHex(std::string(64, 'A')).ok());
  EXPECT_FALSE(Hash::FromHex(hex.substr(2)).ok());
  EXPECT_FALSE(Hash::FromHex(hex + "aa").ok());
  EXPECT_FALSE(Hash::FromHex(" " + hex.substr(1)).ok());
}

TEST(Bytes, WriterIsBigEndianAndReaderReadsItBack) {
  Bytes out;
  ByteWriter writer(out);
  writer.U8(1);
  writer.U16(0x0203);
  writer.U32(0x04050607);
  writer.U64(0x08090a0b0c0d0e0f);
  writer.I64(-2);
  writer.Text("TSR");
  writer.Zeros(2);
  EXPECT_EQ(ToHex(out), "0102030405060708090a0b0c0d0e0ffffffffffffffffe5453520000");
  ByteReader reader(out);
  EXPECT_EQ(reader.U8(), 1);
  EXPECT_EQ(reader.U16(), 0x0203);
  EXPECT_EQ(reader.U32(), 0x04050607u);
  EXPECT_EQ(reader.U64(), 0x08090a0b0c0d0e0fu);
  EXPECT_EQ(reader.I64(), -2);
  EXPECT_EQ(AsText(reader.Raw(3)), "TSR");
  EXPECT_EQ(reader.remaining(), 2u);
  EXPECT_EQ(reader.Finish("record").message(), "record: 2 bytes are left over");
  reader.U16();
  EXPECT_TRUE(reader.Finish("record").ok());
}

TEST(Bytes, AReaderFailsForGoodPastTheEnd) {
  for (size_t size = 0; size < 8; ++size) {
    const Bytes bytes(size, 0xff);
    ByteReader reader(bytes);
    EXPECT_EQ(reader.U64(), 0u);
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.U8(), 0) << "a byte was there, but the reader has failed";
    EXPECT_EQ(reader.Finish("entry").message(), "entry: ended too early");
  }
  ByteReader reader(ByteView{});
  std::array<uint8_t, 4> target = {1, 2, 3, 4};
  reader.Fill(target);
  EXPECT_EQ(target, (std::array<uint8_t, 4>{}));
}

}  // namespace
}  // namespace tally
