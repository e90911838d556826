// Goal: a stamp's body has one spelling, and what is no stamp is refused. Method: there and back,
// then with each required field taken away.
#include "schema/stamp.h"

#include "tests/schema/body_round_trip.h"

namespace tally {
namespace {

Stamp SampleStamp() {
  Stamp stamp;
  stamp.size = 300;
  stamp.root = Named<Hash>(1);
  stamp.authority = "CN=Stamps,O=Example";
  stamp.time = {1767225600123000};
  stamp.token = Bytes(900, 0x30);
  stamp.certificates = "-----BEGIN CERTIFICATE-----\n";
  return stamp;
}

TEST(StampBody, KeepsEveryField) {
  const Stamp value = SampleStamp();
  const Stamp back = RoundTrip(BodyKind::kStamp, value, DecodeStamp);
  EXPECT_EQ(back.size, value.size);
  EXPECT_EQ(back.root, value.root);
  EXPECT_EQ(back.authority, value.authority);
  EXPECT_EQ(back.time, value.time);
  EXPECT_EQ(back.token, value.token);
  EXPECT_EQ(back.certificates, value.certificates);
  Stamp least = value;
  least.certificates.clear();
  EXPECT_EQ(RoundTrip(BodyKind::kStamp, least, DecodeStamp).certificates, "");
}

TEST(StampBody, WithoutARequiredFieldItIsRefused) {
  for (void (*take)(Stamp&) :
       {+[](Stamp& stamp) { stamp.size = 0; }, +[](Stamp& stamp) { stamp.root = Hash(); },
        +[](Stamp& stamp) { stamp.authority.clear(); },
        +[](Stamp& stamp) { stamp.token.clear(); }}) {
    Stamp stamp = SampleStamp();
    take(stamp);
    EXPECT_FALSE(DecodeStamp(Encode(stamp)).ok());
  }
}

}  // namespace
}  // namespace tally
