// Acts by which a closed figure is changed by consent (DOMAIN 3.17 rules 30 and 31): one side
// states what the window would be closed as now, the other accepts or contests exactly that. Which
// of them has an effect is for replay to say; the shapes stand in schema/body.capnp, and the rules
// of schema/body.h hold. Acceptance and contest answer the proposal and repeat its figures, so that
// nobody signs for other figures than he has seen.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/body.h"

namespace tally {

struct RestatementProposed {
  WindowName window;
  TermsHash terms_hash;
  uint64_t size = 0;  // everything below it was looked at, however late
  Instant knowledge;
  Hash closed;   // figures of the closing that is to be restated
  Hash figures;  // figures as computed now
  std::string verdict;
  std::string value;  // "n/d" or ""
  std::optional<Money> credit;
  std::string reason;
};
struct RestatementAccepted {
  Hash figures;
  std::string reason;
};
struct RestatementContested {
  Hash figures;
  std::string reason;
  std::vector<DocumentDigest> documents;
};

Bytes Encode(const RestatementProposed& value);
Bytes Encode(const RestatementAccepted& value);
Bytes Encode(const RestatementContested& value);
absl::StatusOr<RestatementProposed> DecodeRestatementProposed(ByteView body);
absl::StatusOr<RestatementAccepted> DecodeRestatementAccepted(ByteView body);
absl::StatusOr<RestatementContested> DecodeRestatementContested(ByteView body);

}  // namespace tally
