// FIPS 180-4 with every variable a vector: element l belongs to the message in lane l.
//
// Messages are padded and cut into words when they are added, each word beside the same word of the
// other lanes, so that the compression only loads and computes. The vectors are the compilers' own
// (GCC and Clang give them operators); the target attribute makes one function of AVX-512 code
// inside a program for any x86-64. A lane that no message fills computes on what lies there, and
// nobody reads it.
#include "ledger/crypto/sha256_lanes.h"

#include <algorithm>
#include <cstring>

#include "ledger/crypto/sha256.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr size_t kBlockBytes = 64;
constexpr size_t kLengthBytes = 8;      // the message's length in bits ends its last block
constexpr size_t kMessagesWorthIt = 8;  // half a group of lanes costs as much as OpenSSL

constexpr size_t BlocksFor(size_t bytes) {
  return (bytes + 1 + kLengthBytes + kBlockBytes - 1) / kBlockBytes;
}

#if defined(__x86_64__)
constexpr size_t kRounds = 64;
constexpr size_t kStateWords = 8;

constexpr uint32_t kStart[kStateWords] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
constexpr uint32_t kConstants[kRounds] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

using Vector = uint32_t __attribute__((vector_size(64)));
#define TALLY_LANES __attribute__((target("avx512f"), always_inline)) inline

TALLY_LANES void Round(const Vector& a, const Vector& b, const Vector& c, Vector& d,
                       const Vector& e, const Vector& f, const Vector& g, Vector& h,
                       const Vector& word, uint32_t constant) {
  const Vector sum_e = ((e >> 6) | (e << 26)) ^ ((e >> 11) | (e << 21)) ^ ((e >> 25) | (e << 7));
  const Vector choice = g ^ (e & (f ^ g));
  const Vector first = h + sum_e + choice + word + constant;
  const Vector sum_a = ((a >> 2) | (a << 30)) ^ ((a >> 13) | (a << 19)) ^ ((a >> 22) | (a << 10));
  const Vector majority = (a & b) | (c & (a | b));
  d += first;
  h = first + sum_a + majority;
}

// One block of every lane: `words` are its sixteen vectors.
__attribute__((target("avx512f"))) void Compress(const uint32_t* words, Vector* state) {
  Vector w[kRounds];
  std::memcpy(w, words, 16 * sizeof(Vector));
  for (size_t t = 16; t < kRounds; ++t) {
    const Vector x = w[t - 15];
    const Vector y = w[t - 2];
    w[t] = w[t - 16] + w[t - 7] + (((x >> 7) | (x << 25)) ^ ((x >> 18) | (x << 14)) ^ (x >> 3)) +
           (((y >> 17) | (y << 15)) ^ ((y >> 19) | (y << 13)) ^ (y >> 10));
  }
  Vector a = state[0], b = state[1], c = state[2], d = state[3];
  Vector e = state[4], f = state[5], g = state[6], h = state[7];
  for (size_t t = 0; t < kRounds; t += 8) {
    Round(a, b, c, d, e, f, g, h, w[t], kConstants[t]);
    Round(h, a, b, c, d, e, f, g, w[t + 1], kConstants[t + 1]);
    Round(g, h, a, b, c, d, e, f, w[t + 2], kConstants[t + 2]);
    Round(f, g, h, a, b, c, d, e, w[t + 3], kConstants[t + 3]);
    Round(e, f, g, h, a, b, c, d, w[t + 4], kConstants[t + 4]);
    Round(d, e, f, g, h, a, b, c, w[t + 5], kConstants[t + 5]);
    Round(c, d, e, f, g, h, a, b, w[t + 6], kConstants[t + 6]);
    Round(b, c, d, e, f, g, h, a, w[t + 7], kConstants[t + 7]);
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

// The hashes of `lanes` messages of `blocks` blocks each.
__attribute__((target("avx512f"))) void HashLanes(const uint32_t* words, size_t blocks,
                                                  Hash* const* hashes, size_t lanes) {
  Vector state[kStateWords];
  for (size_t i = 0; i < kStateWords; ++i) state[i] = Vector{} + kStart[i];
  for (size_t block = 0; block < blocks; ++block) Compress(words + block * 256, state);
  for (size_t lane = 0; lane < lanes; ++lane) {
    for (size_t i = 0; i < kStateWords; ++i) {
      const uint32_t word = __builtin_bswap32(state[i][lane]);
      std::memcpy(hashes[lane]->bytes.data() + 4 * i, &word, sizeof(word));
    }
  }
}

bool ProcessorHasLanes() { return __builtin_cpu_supports("avx512f") != 0; }
#else
void HashLanes(const uint32_t*, size_t, Hash* const*, size_t) { TALLY_CHECK(false); }
bool ProcessorHasLanes() { return false; }
#endif

}  // namespace

bool Sha256Lanes::HasLanes() {
  static const bool has_lanes = [] {
    const bool has = ProcessorHasLanes();
    if (has) CheckLanes();
    return has;
  }();
  return has_lanes;
}

Sha256Lanes::Sha256Lanes(size_t expected)
    : use_lanes_(expected >= kMessagesWorthIt && HasLanes()) {}

uint32_t* Sha256Lanes::WordsOf(size_t blocks) {
  return words_.data() + kLanes * kBlockWords * (blocks * (blocks - 1) / 2);
}

void Sha256Lanes::Add(std::initializer_list<ByteView> parts, Hash* hash) {
  size_t bytes = 0;
  for (ByteView part : parts) bytes += part.size();
  const size_t blocks = BlocksFor(bytes);
  if (!use_lanes_ || blocks > kBlocksMax) {
    *hash = Sha256Of(parts);
    return;
  }
  alignas(8) uint8_t message[kBlocksMax * kBlockBytes];
  size_t used = 0;
  for (ByteView part : parts) {
    if (part.empty()) continue;  // memcpy from a null pointer is undefined even for no bytes
    std::memcpy(message + used, part.data(), part.size());
    used += part.size();
  }
  std::memset(message + used, 0, blocks * kBlockBytes - used);
  message[used] = 0x80;
  const uint64_t bits = __builtin_bswap64(uint64_t{bytes} * 8);
  std::memcpy(message + blocks * kBlockBytes - kLengthBytes, &bits, kLengthBytes);
  Group& group = groups_[blocks - 1];
  uint32_t* words = WordsOf(blocks) + group.filled;
  for (size_t i = 0; i < blocks * kBlockWords; ++i) {
    uint32_t word = 0;
    std::memcpy(&word, message + 4 * i, sizeof(word));
    words[i * kLanes] = __builtin_bswap32(word);
  }
  group.hashes[group.filled++] = hash;
  if (group.filled == kLanes) Flush(blocks);
}

void Sha256Lanes::Flush(size_t blocks) {
  Group& group = groups_[blocks - 1];
  HashLanes(WordsOf(blocks), blocks, group.hashes.data(), group.filled);
  group.filled = 0;
}

void Sha256Lanes::Finish() {
  for (size_t blocks = 1; blocks <= kBlocksMax; ++blocks) {
    if (groups_[blocks - 1].filled > 0) Flush(blocks);
  }
}

// Messages of every number of blocks, each lane another message.
void Sha256Lanes::CheckLanes() {
  std::array<uint8_t, kBlocksMax * kBlockBytes> bytes;
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 151 + 43);
  for (size_t blocks = 1; blocks <= kBlocksMax; ++blocks) {
    Sha256Lanes lanes(0);
    lanes.use_lanes_ = true;
    std::array<Hash, kLanes> hashes;
    const auto message = [&](size_t lane) {
      return ByteView(bytes).subspan(lane, blocks * kBlockBytes - kLengthBytes - 1 - 3 * lane);
    };
    for (size_t lane = 0; lane < kLanes; ++lane) lanes.Add({message(lane)}, &hashes[lane]);
    lanes.Finish();
    for (size_t lane = 0; lane < kLanes; ++lane) {
      TALLY_CHECK(hashes[lane] == Sha256Of({message(lane)}));
    }
  }
}

}  // namespace tally::ledger
