// Goal: messages are read from unaligned memory within their limits, marks are found, and fields
// that say nothing stay null. Method: the smallest messages that show each.
#include "schema/wire.h"

#include <gtest/gtest.h>

#include "body.capnp.h"
#include "schema/body.h"
#include "schema/identity.h"

namespace tally {
namespace {

TEST(Wire, EmptyFieldsStayNull) {
  const Bytes bytes = EncodeWire<wire::StateReported>([](wire::StateReported::Builder target) {
    target.setState(wire::State::UP);
    Put(target, &wire::StateReported::Builder::setNote, std::string());
  });
  EXPECT_EQ(bytes.size(), 16u);  // Root pointer and one word: no pointer section.
  const Bytes zero = EncodeWire<wire::Heads>(
      [](wire::Heads::Builder target) { Put(target, &wire::Heads::Builder::setRoot, Hash()); });
  EXPECT_EQ(zero.size(), 8u);
}

TEST(Wire, ReadsFromUnalignedMemory) {
  const Bytes body = Encode(StateReported{State::kDown, 503, {}, "gateway"});
  for (size_t shift = 0; shift < 8; ++shift) {
    Bytes shifted(shift, 0xee);
    shifted.insert(shifted.end(), body.begin(), body.end());
    std::string note;
    const absl::Status status = ReadWire<wire::StateReported>(
        ByteView(shifted).subspan(shift), [&](wire::StateReported::Reader reader) {
          note = AsString(reader.getNote());
          return absl::OkStatus();
        });
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(note, "gateway");
  }
}

TEST(Wire, LargeMessagesLeaveTheInlineBuffer) {
  StateReported report{State::kUp, {}, {}, std::string(4000, 'n')};
  const absl::Status status =
      ReadWire<wire::StateReported>(Encode(report), [&](wire::StateReported::Reader reader) {
        EXPECT_EQ(AsString(reader.getNote()), report.note);
        return absl::OkStatus();
      });
  EXPECT_TRUE(status.ok());
}

// T-71: what kj throws becomes a Status.
TEST(Wire, T71ExceptionsBecomeStatus) {
  const Bytes far = {2, 0, 0, 0, 9, 0, 0, 0};
  const absl::Status status = ReadWire<wire::Watermark>(far, [](wire::Watermark::Reader reader) {
    return reader.getThrough() == 0 ? absl::OkStatus() : absl::InternalError("read");
  });
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
}

TEST(Wire, MarksAndOptionals) {
  const capnp::StructSchema schema = *SchemaOf(BodyKind::kStateReported);
  EXPECT_TRUE(IsOptional(schema.getFieldByName("code")));
  EXPECT_FALSE(IsOptional(schema.getFieldByName("note")));
  EXPECT_TRUE(NumberOf(schema.getFieldByName("code")).getType().isInt64());
  const capnp::StructSchema terms = *SchemaOf(BodyKind::kTermsProposed);
  EXPECT_TRUE(HasMark(terms.getFieldByName("termsHash"), kDigestMark));
  EXPECT_FALSE(HasMark(terms.getFieldByName("terms"), kDigestMark));
  EXPECT_EQ(MarkNumber(terms.getFieldByName("sourceText"), kLimitMark, 1), 262144u);
  EXPECT_EQ(MarkNumber(terms.getFieldByName("terms"), kSizeMark, 1), 1u);
  EXPECT_EQ(SchemaOf(BodyKind::kUnset), nullptr);
}

TEST(Wire, DigestsOfAnotherSizeAreZeros) {
  const Bytes five(5, 1);
  EXPECT_TRUE(TakeDigest<Hash>(AsData(five)).IsZero());
  const Bytes whole(32, 1);
  EXPECT_FALSE(TakeDigest<Hash>(AsData(whole)).IsZero());
}

}  // namespace
}  // namespace tally
