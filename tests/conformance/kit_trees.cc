// Proofs in small RFC 6962 trees, all sizes to seven, each good and each broken one way.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ledger/chain/merkle.h"
#include "tests/conformance/kit_writer.h"

namespace tally::conformance {
namespace {

constexpr uint64_t kSizes = 7;

std::vector<Hash> Leaves(uint64_t count) {
  std::vector<Hash> leaves;
  for (uint64_t i = 0; i < count; ++i) {
    leaves.push_back(ledger::LeafHash(AsBytes(absl::StrCat("leaf ", i))));
  }
  return leaves;
}

// "-" for none, since an empty argument is easily lost.
std::string Words(const std::vector<Hash>& hashes) {
  if (hashes.empty()) return "-";
  return absl::StrJoin(
      hashes, ",", [](std::string* out, const Hash& hash) { absl::StrAppend(out, hash.ToHex()); });
}

// The ways in which a proof is broken, turn about.
std::string Break(std::vector<Hash>& proof, uint64_t turn) {
  if (turn % 3 == 0 || proof.empty()) {
    proof.push_back(ledger::EmptyTreeHash());
    return "a hash too many";
  }
  if (turn % 3 == 1) {
    proof.pop_back();
    return "a hash too few";
  }
  proof[0].bytes[31] ^= 1;
  return "one bit of its first hash changed";
}

void AddInclusion(KitWriter& kit, uint64_t index, uint64_t size) {
  const std::vector<Hash> leaves = Leaves(size);
  const Hash root = ledger::TreeRoot(leaves);
  std::vector<Hash> path = ledger::InclusionPath(leaves, index);
  const auto add = [&](const std::string& what, uint64_t at, const Hash& leaf, Verdict verdict) {
    kit.Case(what,
             {"inclusion", absl::StrCat(at), absl::StrCat(size), leaf.ToHex(), root.ToHex(),
              Words(path)},
             verdict);
  };
  const std::string named = absl::StrCat("leaf ", index, " of ", size);
  add(named, index, leaves[index], Verdict::kAccept);
  if (size > 1) {
    add(absl::StrCat(named, ", at another index"), (index + 1) % size, leaves[index],
        Verdict::kRefuse);
  }
  add(absl::StrCat(named, ", of another leaf"), index, root == leaves[index] ? Hash() : root,
      Verdict::kRefuse);
  const std::string how = Break(path, index + size);
  add(absl::StrCat(named, ", ", how), index, leaves[index], Verdict::kRefuse);
}

void AddConsistency(KitWriter& kit, uint64_t first, uint64_t second) {
  const std::vector<Hash> leaves = Leaves(second);
  const Hash first_root = ledger::TreeRoot(std::span<const Hash>(leaves).first(first));
  const Hash second_root = ledger::TreeRoot(leaves);
  std::vector<Hash> proof = ledger::ConsistencyProof(leaves, first);
  const auto add = [&](const std::string& what, const Hash& one, const Hash& two, Verdict verdict) {
    kit.Case(what,
             {"consistency", absl::StrCat(first), absl::StrCat(second), one.ToHex(), two.ToHex(),
              Words(proof)},
             verdict);
  };
  const std::string named = absl::StrCat("from ", first, " to ", second);
  add(named, first_root, second_root, Verdict::kAccept);
  add(absl::StrCat(named, ", of another first tree"), ledger::EmptyTreeHash(), second_root,
      Verdict::kRefuse);
  add(absl::StrCat(named, ", of another second tree"), first_root, ledger::EmptyTreeHash(),
      Verdict::kRefuse);
  const std::string how = Break(proof, first + second);
  add(absl::StrCat(named, ", ", how), first_root, second_root, Verdict::kRefuse);
}

}  // namespace

void AddTrees(KitWriter& kit) {
  for (uint64_t size = 1; size <= kSizes; ++size) {
    for (uint64_t index = 0; index < size; ++index) AddInclusion(kit, index, size);
  }
  for (uint64_t second = 1; second <= kSizes; ++second) {
    for (uint64_t first = 1; first <= second; ++first) AddConsistency(kit, first, second);
  }
}

}  // namespace tally::conformance
