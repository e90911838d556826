// The handlers run where nothing can be allocated and hardly anything called, so what they say is
// constant text: the whole verdict, as people or programs read it.
#include "tools/verify_limits.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <new>

#include "absl/strings/string_view.h"
#include "ledger/chain/batch.h"
#include "ledger/crypto/sha256.h"
#include "schema/status.h"
#include "tools/error_codes.h"

namespace tally::tools {
namespace {

// Pages of code and of libraries that are touched later; they count as memory, and not as data.
constexpr size_t kCodeToCome = size_t{24} << 20;

enum class Bound : uint8_t { kMemory, kProofs, kFigures };

constexpr absl::string_view kWithinTime =
    "a pack that is verified within 10 s, or 4 times the cost of its hashes and signatures, of "
    "processor time";
constexpr absl::string_view ExpectedWithin(Bound bound) {
  return bound == Bound::kMemory ? "a pack that is verified within 256 MiB of memory" : kWithinTime;
}
constexpr absl::string_view FoundBeyond(Bound bound) {
  switch (bound) {
    case Bound::kMemory:
      return "one that takes more, and nothing is known of it; ask for one that shows less "
             "(--objective, --period), leave out its figures with --no-figures, or give it all the "
             "memory and time that it takes with --no-limits";
    case Bound::kProofs:
      return "one whose records take more, and nothing is known of it; ask for one that shows less "
             "(--objective, --period), or give it all the memory and time that it takes with "
             "--no-limits";
    case Bound::kFigures:
      return "one whose figures take more, while its records and proofs hold; check those alone "
             "with --no-figures, ask for a pack that shows less (--objective, --period), or give "
             "it all the memory and time that it takes with --no-limits";
  }
  return "";
}

// tally.verify/1 (verdict.cc) of a subject of which nothing is known.
constexpr absl::string_view kJsonBegin =
    R"({"format":"tally.verify/1","verdict":"failed","subject":"pack","ledger_id":")"
    R"(0000000000000000000000000000000000000000000000000000000000000000","origin":"","size":"0",)"
    R"("root":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","against":[],)"
    R"("covered":{"records":"0",)"
    R"("events":"0","bodies":"0","erased":"0","withheld":"0","signatures":"0","streams":"0",)"
    R"("figures":"0"},"completeness":"not shown","findings":[{"kind":"limit","index":null,)"
    R"("stream":"","expected":")";
constexpr absl::string_view kJsonFound = R"(","found":")";
constexpr absl::string_view kJsonEnd = R"("}],"notes":[]})";

void WriteOut(absl::string_view text) {
  // What cannot be written is not read either; the exit status says the same.
  if (::write(STDOUT_FILENO, text.data(), text.size()) < 0) ::_exit(kExitNo);
}

template <Bound bound, bool json>
[[noreturn]] void EndWithVerdict() {
  WriteOut(json ? kJsonBegin : "UNFINISHED, and so not verified\n  limit: expected ");
  WriteOut(ExpectedWithin(bound));
  WriteOut(json ? kJsonFound : ", found ");
  WriteOut(FoundBeyond(bound));
  WriteOut(json ? kJsonEnd : "");
  WriteOut("\n");
  ::_exit(kExitNo);
}
template <Bound bound, bool json>
void EndOnSignal(int) {
  EndWithVerdict<bound, json>();
}

struct Pages {
  size_t resident = 0, data = 0;  // bytes
};
Pages PagesOfProcess() {
  std::ifstream file("/proc/self/statm");
  size_t size = 0, resident = 0, shared = 0, text = 0, libraries = 0, data = 0;
  file >> size >> resident >> shared >> text >> libraries >> data;
  const auto page = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  return {resident * page, data * page};
}

constexpr bool HasSanitizer() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
  return true;
#else
  return false;
#endif
#else
  return false;
#endif
}

int64_t ProcessorMicros() {
  rusage usage{};
  TALLY_CHECK(::getrusage(RUSAGE_SELF, &usage) == 0);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * int64_t{1'000'000} +
         usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

void SetTimer(int64_t micros) {
  itimerval timer{};
  timer.it_value.tv_sec = micros / 1'000'000;
  timer.it_value.tv_usec = micros % 1'000'000;
  TALLY_CHECK(::setitimer(ITIMER_PROF, &timer, nullptr) == 0);
}

// Nanoseconds of a check of one signature, and of hashing `kMessage` bytes, on this machine now.
constexpr int64_t kMessage = 256;
int64_t SignatureNanos() {
  const auto key = ledger::SigningKey::FromSeed(Bytes(32, 1));
  TALLY_CHECK(key.ok());
  const auto verifier = ledger::Verifier::Create((*key)->public_key());
  TALLY_CHECK(verifier.ok());
  const Bytes message(ledger::kBatchMessageBytes, 7);
  const ledger::Signature signature = (*key)->Sign(message);
  constexpr int64_t kTimes = 100;
  const int64_t begin = ProcessorMicros();
  for (int64_t i = 0; i < kTimes; ++i) TALLY_CHECK((*verifier)->Verify(message, signature));
  return (ProcessorMicros() - begin) * 1000 / kTimes;
}
int64_t HashNanos() {
  const Bytes message(kMessage, 7);
  Hash hash;
  constexpr int64_t kTimes = 10'000;
  const int64_t begin = ProcessorMicros();
  for (int64_t i = 0; i < kTimes; ++i) hash = ledger::Sha256Of({hash.view(), message});
  return (ProcessorMicros() - begin) * 1000 / kTimes;
}

}  // namespace

void LimitMemory(size_t resident, bool json) {
  if (HasSanitizer()) return;
  const Pages now = PagesOfProcess();
  const size_t taken = now.resident + kCodeToCome;
  rlimit limit{};
  TALLY_CHECK(::getrlimit(RLIMIT_DATA, &limit) == 0);
  const rlim_t wanted = now.data + (resident > taken ? resident - taken : 0);
  // Whoever set a lower one keeps it.
  limit.rlim_cur = std::min(limit.rlim_cur, wanted);
  TALLY_CHECK(::setrlimit(RLIMIT_DATA, &limit) == 0);
  std::set_new_handler(json ? EndWithVerdict<Bound::kMemory, true>
                            : EndWithVerdict<Bound::kMemory, false>);
}

void LimitTime(Duration allowed, VerifyStage stage, bool json) {
  SetTimer(0);
  struct sigaction action {};
  if (stage == VerifyStage::kProofs) {
    action.sa_handler =
        json ? EndOnSignal<Bound::kProofs, true> : EndOnSignal<Bound::kProofs, false>;
  } else {
    action.sa_handler =
        json ? EndOnSignal<Bound::kFigures, true> : EndOnSignal<Bound::kFigures, false>;
  }
  TALLY_CHECK(::sigaction(SIGPROF, &action, nullptr) == 0);
  SetTimer(std::max<int64_t>(allowed.micros - ProcessorMicros(), 1));
}

void LiftTimeLimit() { SetTimer(0); }

Duration TimeAllowedFor(const ledger::PackCost& cost) {
  const int64_t signatures = static_cast<int64_t>(cost.signatures) * SignatureNanos();
  const int64_t hashes = static_cast<int64_t>(cost.hashed_bytes) / kMessage * HashNanos();
  return std::max(Seconds(kVerifySecondsMax),
                  Duration{kVerifyCostsMax * (signatures + hashes) / 1000});
}

}  // namespace tally::tools
