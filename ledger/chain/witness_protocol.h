// What a log and a witness say to each other (c2sp.org/tlog-witness, add-checkpoint), and the rules
// by which a witness answers. Pure: the state that it rules on is handed in.
//
//   request   old <size> LF, base64 hashes of the consistency proof one a line (at most 63), an
//   empty
//             line, the signed checkpoint
//   answer    200 with cosignature lines; 400 malformed, or old above the checkpoint's size; 403
//   not
//             signed by a key of the log; 404 unknown log; 409 old is not what was cosigned last,
//             with that size; 422 the proof fails, or another root of the same size
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "ledger/chain/note.h"
#include "ledger/chain/policy.h"

namespace tally::ledger {

inline constexpr size_t kAddCheckpointBytesMax = 128 * 1024;  // a proof and a note of many signers

struct AddCheckpoint {
  uint64_t old_size = 0;
  std::vector<Hash> proof;
  std::string note;
};
std::string EncodeAddCheckpoint(const AddCheckpoint& request);
absl::StatusOr<AddCheckpoint> DecodeAddCheckpoint(absl::string_view body);

enum class WitnessStatus {
  kCosigned = 200,
  kMalformed = 400,
  kNotSigned = 403,
  kUnknownLog = 404,
  kOldSize = 409,
  kInconsistent = 422,
};
struct WitnessRuling {
  WitnessStatus status = WitnessStatus::kMalformed;
  std::string reason;     // one line, for people
  std::string text;       // of the checkpoint; of kCosigned alone
  Checkpoint checkpoint;  // the same, read
};

// The origin that a request is about: which state to rule on. InvalidArgument when it is malformed.
absl::StatusOr<std::string> OriginOf(const AddCheckpoint& request);
// Rules on a request. `logs` are the keys that the witness trusts, each for the origin that is its
// name; `last` is the checkpoint that it cosigned last for this origin.
WitnessRuling RuleOn(const AddCheckpoint& request, std::span<const Policy::Log> logs,
                     const std::optional<Checkpoint>& last);

}  // namespace tally::ledger
