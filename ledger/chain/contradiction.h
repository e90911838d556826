// Two checkpoints that one log signed and that no single log can have: a fork, as one small text
// that anybody can check with the log's key and SHA-256.
//
//   tallystick/contradiction@v1
//   log <vkey>                      of the log; a hint, trusted by nobody
//   root <base64>                   only if the sizes differ: what the second tree has at the
//   <base64 of a hash>              first's size, and the consistency proof (RFC 6962) from there
//   to
//   ...                             the second root
//   (empty line)
//   first <bytes>                   the signed note of the smaller tree follows, verbatim
//   second <bytes>                  that of the larger, or of the same size
//
// Of one size: the roots differ. Of two: the proof fixes the only root that the second tree can
// have at the first's size, and it is not the one that was signed.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"

namespace tally::ledger {

struct Contradiction {
  std::vector<VerifierKey> log_keys;
  std::string first;
  std::string second;
  Hash root;                // sizes differ: of the second tree at the first's size
  std::vector<Hash> proof;  // sizes differ
  friend bool operator==(const Contradiction&, const Contradiction&) = default;
};
// How every contradiction begins.
inline constexpr absl::string_view kContradictionMark = "tallystick/contradiction@v1\n";

std::string EncodeContradiction(const Contradiction& contradiction);
// InvalidArgument for anything but what EncodeContradiction writes.
absl::StatusOr<Contradiction> DecodeContradiction(absl::string_view text);
// The key that signed both notes. An origin is a name that two logs may have, so notes under two
// keys convict neither of them, whoever trusts both: a log that changes its key lets the old and
// the new one sign the checkpoint between them. PermissionDenied or DataLoss for notes that none
// of `keys` signed; InvalidArgument that names both keys where no one of them signed both.
absl::StatusOr<VerifierKey> KeyOfBoth(const Contradiction& contradiction,
                                      std::span<const VerifierKey> keys);
// OK when both notes are signed by one of `keys` for one origin and cannot be of one log.
// InvalidArgument when they can; else as KeyOfBoth.
absl::Status CheckContradiction(const Contradiction& contradiction,
                                std::span<const VerifierKey> keys);
// The contradiction between two notes, `tree` being that of the larger one (asked only if sizes
// differ). NotFound when they agree.
absl::StatusOr<Contradiction> FindContradiction(absl::string_view note, absl::string_view other,
                                                std::span<const VerifierKey> keys,
                                                const TileReader& tree);

}  // namespace tally::ledger
