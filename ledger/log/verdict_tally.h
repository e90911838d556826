// How many records each key signed, and what became of those keys since: the verdicts of a whole
// ledger or pack, counted while it is folded and read off at its end.
//
// What a key is called suspect for is known only when its revocation is folded, so times are kept
// by key and by whose name it signed in, one entry for each run of records of one commit.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "ledger/log/keyring.h"
#include "schema/identity.h"
#include "schema/instant.h"

namespace tally::ledger {

class VerdictTally {
 public:
  void Add(const KeyFingerprint& key, const Signing& what, uint64_t index, Instant recorded);
  // Nothing when every record was signed by a key that is still valid; else how many by which, and
  // a sentence for each key that signed suspect records, or granted a role under which they were.
  std::vector<std::string> Notes(const Keyring& keyring) const;

 private:
  struct Run {
    Instant recorded;
    uint64_t first = 0;  // index
    uint64_t records = 0;
  };
  struct InOneName {
    BodyKind kind = BodyKind::kUnset;  // of the first: what the role of all of them is told by
    std::vector<Run> runs;
  };
  // By key, author and agreement.
  std::map<std::tuple<KeyFingerprint, StreamId, StreamId>, InOneName> signed_;
};

}  // namespace tally::ledger
