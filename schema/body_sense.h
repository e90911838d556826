// Whether a body makes sense by itself, before anybody signs or records it.
//
// A body may be canonical and yet say what no reader can take: more good requests than valid ones,
// an interval that ends before it begins, a correction that withdraws and replaces, an amount that
// no sum of amounts can hold. An append-only ledger keeps such words for ever, so they are refused
// where they would enter it; readers of what is recorded already treat them as a finding without
// effect. Nothing here depends on terms or on other events.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "schema/bytes.h"
#include "schema/kind.h"

namespace tally {

// Of one amount in an act, in minor units: above it, a few hundred amounts would leave 64 bits, and
// no service ever cost that much (100 trillion with two decimals). Stops acts whose only purpose is
// to make every later sum impossible.
inline constexpr int64_t kActAmountMax = 10'000'000'000'000'000;

// InvalidArgument says what contradicts what. Kinds that no engine reads pass.
absl::Status CheckBodySense(BodyKind kind, ByteView body);

}  // namespace tally
