// Parts that several bodies share, between values and Cap'n Proto, and the frame of every decoder:
// walk first, read then, and check last what a walk cannot know.
#pragma once

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "body.capnp.h"
#include "schema/body.h"
#include "schema/canonical.h"
#include "schema/wire.h"

namespace tally {

// Decodes a body of `kind`: `read(reader, value)` gives a Status, prefixed with the struct's name.
template <typename Wire, typename Value, typename Read>
absl::StatusOr<Value> DecodeBody(BodyKind kind, ByteView body, Read&& read) {
  TALLY_RETURN_IF_ERROR(CheckCanonicalBody(kind, body));
  Value value;
  const absl::Status status = ReadWire<Wire>(
      body, [&](typename Wire::Reader reader) -> absl::Status { return read(reader, value); });
  if (!status.ok()) return At(FindKind(kind)->structure, status);
  return value;
}

// The same with a function of the one form that most sources have.
template <typename Wire, typename Value>
absl::StatusOr<Value> DecodeBody(BodyKind kind, ByteView body,
                                 absl::Status (*read)(typename Wire::Reader, Value&)) {
  return DecodeBody<Wire, Value, decltype(read)>(kind, body, std::move(read));
}

void PutMoney(const Money& money, wire::Money::Builder target);
// InvalidArgument for an unknown currency or another number of decimals than it has.
absl::StatusOr<Money> TakeMoney(wire::Money::Reader source);

void PutDecimal(const Decimal& decimal, wire::Decimal::Builder target);  // normalised
Decimal TakeDecimal(wire::Decimal::Reader source);

// InvalidArgument unless first < limit.
absl::StatusOr<Interval> TakeInterval(int64_t from, int64_t until);

void PutWindow(const WindowName& window, wire::WindowName::Builder target);
absl::StatusOr<WindowName> TakeWindow(wire::WindowName::Reader source);
// Builders and values with a field `windows`; none are left null.
template <typename Builder, typename Value>
void PutWindows(const Value& value, Builder target) {
  if (value.windows.empty()) return;
  auto windows = target.initWindows(static_cast<unsigned>(value.windows.size()));
  for (unsigned i = 0; i < windows.size(); ++i) PutWindow(value.windows[i], windows[i]);
}
// Appends to `windows`.
absl::Status TakeWindows(capnp::List<wire::WindowName>::Reader source,
                         std::vector<WindowName>& windows);

void PutGrants(const std::vector<KeyGrant>& grants,
               capnp::List<wire::KeyGrant>::Builder target);
void PutGrant(const KeyGrant& grant, wire::KeyGrant::Builder target);
absl::StatusOr<KeyGrant> TakeGrant(wire::KeyGrant::Reader source);
absl::StatusOr<std::vector<KeyGrant>> TakeGrants(capnp::List<wire::KeyGrant>::Reader source);

void PutBindings(const std::vector<Binding>& bindings,
                 capnp::List<wire::Binding>::Builder target);
std::vector<Binding> TakeBindings(capnp::List<wire::Binding>::Reader source);

void PutDigests(const std::vector<DocumentDigest>& digests,
                capnp::List<capnp::Data>::Builder target);
std::vector<DocumentDigest> TakeDigests(capnp::List<capnp::Data>::Reader source);
// Builders and values with a field `documents`; none are left null.
template <typename Builder, typename Value>
void PutDocuments(const Value& value, Builder target) {
  if (value.documents.empty()) return;
  PutDigests(value.documents, target.initDocuments(static_cast<unsigned>(value.documents.size())));
}

// The names of parties, feeds and agreements: [a-z0-9][a-z0-9._-]{0,63}.
absl::Status CheckName(absl::string_view name);

}  // namespace tally
