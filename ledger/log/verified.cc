// How people name an event (`index/offset`), and a record that is kept.
#include "ledger/log/verified.h"

#include "absl/strings/str_cat.h"

namespace tally::ledger {

std::string EventAddress::ToText() const { return absl::StrCat(index, "/", offset); }

VerifiedRecord VerifiedRecord::WithOwnBytes() const {
  const auto bytes = std::make_shared<Bytes>();
  VerifiedRecord own = *this;
  size_t size = 0;
  for (const VerifiedEvent& event : own.events_) {
    size += event.header_bytes.size() + event.body.size() + event.rest.size();
  }
  bytes->reserve(size);  // and so no view moves
  for (VerifiedEvent& event : own.events_) {
    for (ByteView* view : {&event.header_bytes, &event.body, &event.rest}) {
      const size_t begin = bytes->size();
      bytes->insert(bytes->end(), view->begin(), view->end());
      *view = ByteView(*bytes).subspan(begin, view->size());
    }
  }
  own.bytes_ = bytes;
  return own;
}

}  // namespace tally::ledger
