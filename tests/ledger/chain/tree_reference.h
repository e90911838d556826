// The tree once more, straight from RFC 6962's recursive text and knowing nothing of the code under
// test but SHA-256: what the tests compare with.
#pragma once

#include <bit>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "ledger/crypto/sha256.h"

namespace tally::ledger::reference {

inline Hash Leaf(ByteView entry) {
  const uint8_t prefix[] = {0};
  return Sha256Of({prefix, entry});
}

inline Hash Node(const Hash& left, const Hash& right) {
  const uint8_t prefix[] = {1};
  return Sha256Of({prefix, left.view(), right.view()});
}

inline uint64_t Split(uint64_t n) {
  uint64_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

inline Hash Root(std::span<const Hash> leaves) {
  if (leaves.empty()) return Sha256Of({});
  if (leaves.size() == 1) return leaves[0];
  const uint64_t k = Split(leaves.size());
  return Node(Root(leaves.first(k)), Root(leaves.subspan(k)));
}

inline std::vector<Hash> Path(std::span<const Hash> leaves, uint64_t m) {
  if (leaves.size() == 1) return {};
  const uint64_t k = Split(leaves.size());
  std::vector<Hash> path = m < k ? Path(leaves.first(k), m) : Path(leaves.subspan(k), m - k);
  path.push_back(m < k ? Root(leaves.subspan(k)) : Root(leaves.first(k)));
  return path;
}

inline std::vector<Hash> Consistency(std::span<const Hash> leaves, uint64_t m, bool known) {
  if (m == leaves.size()) return known ? std::vector<Hash>{} : std::vector<Hash>{Root(leaves)};
  const uint64_t k = Split(leaves.size());
  std::vector<Hash> proof = m <= k ? Consistency(leaves.first(k), m, known)
                                   : Consistency(leaves.subspan(k), m - k, false);
  proof.push_back(m <= k ? Root(leaves.subspan(k)) : Root(leaves.first(k)));
  return proof;
}

// The root that a path leads to, from the top down; nullopt when its length is wrong.
inline std::optional<Hash> FollowPath(uint64_t m, uint64_t n, const Hash& leaf,
                                      std::span<const Hash> path) {
  if (m >= n) return std::nullopt;
  if (n == 1) return path.empty() ? std::optional<Hash>(leaf) : std::nullopt;
  if (path.empty()) return std::nullopt;
  const uint64_t k = Split(n);
  const Hash& top = path.back();
  const std::span<const Hash> rest = path.first(path.size() - 1);
  const std::optional<Hash> below =
      m < k ? FollowPath(m, k, leaf, rest) : FollowPath(m - k, n - k, leaf, rest);
  if (!below) return std::nullopt;
  return m < k ? Node(*below, top) : Node(top, *below);
}

// Both roots that a consistency proof leads to; nullopt when its length is wrong.
inline std::optional<std::pair<Hash, Hash>> FollowConsistency(uint64_t m, uint64_t n, bool known,
                                                              const Hash& first_root,
                                                              std::span<const Hash> proof) {
  if (m == 0 || m > n) return std::nullopt;
  if (m == n) {
    if (proof.size() != (known ? 0u : 1u)) return std::nullopt;
    const Hash& hash = known ? first_root : proof[0];
    return std::make_pair(hash, hash);
  }
  if (proof.empty()) return std::nullopt;
  const uint64_t k = Split(n);
  const Hash& top = proof.back();
  const std::span<const Hash> rest = proof.first(proof.size() - 1);
  if (m <= k) {
    const auto below = FollowConsistency(m, k, known, first_root, rest);
    if (!below) return std::nullopt;
    return std::make_pair(below->first, Node(below->second, top));
  }
  const auto below = FollowConsistency(m - k, n - k, false, first_root, rest);
  if (!below) return std::nullopt;
  return std::make_pair(Node(top, below->first), Node(top, below->second));
}

}  // namespace tally::ledger::reference
