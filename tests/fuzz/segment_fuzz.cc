// Fuzzes both values of a segment: whatever opens is walked to its last byte.
#include <cstdlib>

#include "ledger/log/segment.h"

namespace {

using tally::ByteView;
using tally::Bytes;
using namespace tally::ledger;

uint64_t Sum(ByteView bytes) {
  uint64_t sum = 0;
  for (uint8_t byte : bytes) sum += byte;
  return sum;
}

uint64_t Walk(const SpineView& spine) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < spine.records(); ++i) {
    const auto [first, limit] = spine.EventsOf(i);
    if (first >= limit || limit > spine.events()) std::abort();
    sum += Sum(spine.record(i)) + Sum(spine.evidence(i));
  }
  for (uint32_t j = 0; j < spine.events(); ++j) sum += Sum(spine.header(j));
  return sum;
}

uint64_t Walk(const BodiesView& bodies) {
  uint64_t sum = 0;
  for (uint32_t j = 0; j < bodies.events(); ++j) {
    if (bodies.erased(j) && !bodies.body(j).empty()) std::abort();
    sum += Sum(bodies.body(j)) + Sum(bodies.salt(j).view());
  }
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const auto value = std::make_shared<const Bytes>(bytes, bytes + size);
  volatile uint64_t sum = 0;  // so that no read is left out
  if (const auto spine = SpineView::Open(value, 0); spine.ok()) sum = Walk(*spine);
  for (uint32_t events = 0; events < 8; ++events) {
    if (const auto bodies = BodiesView::Open(value, 0, events); bodies.ok()) sum = Walk(*bodies);
  }
  static_cast<void>(sum);
  return 0;
}
