// Fuzzes time stamps: replies, tokens and certificates of strangers. A token that was taken out of
// a reply is read again, certificates have one spelling, and an authority that never stamped a text
// vouches for none.
#include "ledger/crypto/time_stamp.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace tally::ledger;
  const tally::ByteView input(bytes, size);
  const absl::StatusOr<tally::Bytes> token = TokenOfReply(input);
  if (token.ok() && !StampedDigest(*token).ok()) std::abort();
  const absl::StatusOr<std::string> certificates = CleanCertificates(tally::AsText(input));
  if (certificates.ok() && *CleanCertificates(*certificates) != *certificates) std::abort();
  const std::string authorities = certificates.ok() ? *certificates : std::string();
  if (CheckTimeStamp(input, tally::AsBytes("a text"), authorities, "").ok()) std::abort();
  return 0;
}
