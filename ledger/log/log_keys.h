// The log's own keys, folded from the ledger: which of them signs a checkpoint of which size.
//
// A rotation is two acts of the system stream that name the same new key: an operator's, and one of
// a recovery key that answers it. If the second stands at record r, then
//
//   size <= r       is signed by the keys before
//   size == r + 1   by them and by the new key: who trusts the old one sees it hand over
//   size >  r + 1   by the new key alone; what the old one signs from here on counts for nobody
//
// Who holds one of the keys alone, stolen or not, cannot rotate. Nothing here goes by time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/chain/note.h"
#include "schema/body.h"
#include "schema/event.h"
#include "schema/key_body.h"

namespace tally::ledger {

class LogKeys {
 public:
  struct Term {
    std::vector<std::string> vkeys;  // the genesis may name several; one of them signs
    uint64_t first_size = 1;
    std::optional<uint64_t> last_size = {};  // absent: in force
    std::string handover = {};               // the checkpoint of last_size, once it is recorded
  };

  void Begin(const Genesis& genesis);
  // One event of kind `log key registered` or `log key retired`. Check tells what an author is
  // told; Apply is for what was checked.
  absl::Status Check(const EventHeader& header, ByteView body) const;
  absl::Status Apply(uint64_t index, const EventHeader& header, ByteView body);
  // True for the act that completes a rotation: it answers the operator's.
  static bool Completes(const EventHeader& header);

  // Oldest first; the last is in force.
  const std::vector<Term>& terms() const { return terms_; }
  const Term& TermAt(uint64_t size) const;
  // The term of a key; nullptr for a key that was never the log's.
  const Term* TermOf(absl::string_view vkey) const;
  // Whether a checkpoint of that size needs this key's term before and after it.
  bool IsHandover(uint64_t size) const;
  bool MaySign(absl::string_view vkey, uint64_t size) const;
  // Opens a checkpoint under the keys of its size. PermissionDenied when a key whose term does not
  // reach that size signed it, or one of two is missing.
  absl::StatusOr<Checkpoint> Open(absl::string_view note) const;
  // Those of `keys` that must sign a checkpoint of that size. PermissionDenied names the key that
  // is missing.
  absl::StatusOr<std::vector<const SigningKey*>> SignersOf(
      uint64_t size, std::span<const SigningKey* const> keys) const;

 private:
  absl::Status CheckRegistered(const EventHeader& header, const LogKeyRegistered& said) const;
  absl::Status CheckRetired(const LogKeyRetired& said) const;
  // The term at that size, and the one before it when both sign.
  std::vector<const Term*> TermsNeeded(uint64_t size) const;

  std::string origin_;
  std::vector<Term> terms_;
  std::map<Hash, std::string> proposed_;  // vkeys by the digest of the operator's act
};

// The keys of a list of vkeys; InvalidArgument for one that is none.
absl::StatusOr<std::vector<VerifierKey>> ParseVerifierKeys(const std::vector<std::string>& vkeys);
// One note with the signatures of all of `signers`, at least one.
absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint,
                                           std::span<const SigningKey* const> signers);
// The vkey of a log key under its origin.
std::string LogVkey(absl::string_view origin, const PublicKeyBytes& key);

}  // namespace tally::ledger
