// The formulas that everything else is made of, each with its right answer and with a wrong one.
// Inputs are those of the worked example of FORMAT.md 14 where it has them, else published words.
#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/record.h"
#include "ledger/crypto/sha256.h"
#include "tests/conformance/kit_writer.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::conformance {
namespace {

// The formula written out, so that a mistake in the library's is seen here.
Hash Formula(ByteView prefix, std::initializer_list<ByteView> parts) {
  Bytes bytes(prefix.begin(), prefix.end());
  for (const ByteView part : parts) bytes.insert(bytes.end(), part.begin(), part.end());
  return ledger::Sha256Of({bytes});
}

void AddBoth(KitWriter& kit, const std::string& what, std::vector<std::string> inputs,
             const Hash& answer) {
  Hash wrong = answer;
  wrong.bytes.back() ^= 1;
  for (const bool right : {true, false}) {
    std::vector<std::string> arguments = inputs;
    arguments.push_back((right ? answer : wrong).ToHex());
    kit.Case(absl::StrCat(what, right ? "" : ", the last bit changed"), arguments,
             right ? Verdict::kAccept : Verdict::kRefuse);
  }
}

}  // namespace

void AddVectors(KitWriter& kit) {
  const Bytes salt(16, 0x5a);
  const uint8_t body_prefix[] = {2}, leaf_prefix[] = {0}, key_prefix[] = {'T', 'S', 'K', 1, 1};
  for (const size_t length : {size_t{0}, size_t{1}, size_t{55}, size_t{64}, size_t{1000}}) {
    const Bytes bytes(length, 0x61);
    const std::string text = length == 0 ? "-" : ToHex(bytes);
    AddBoth(kit, absl::StrCat("a body of ", length, " bytes"), {"commitment", ToHex(salt), text},
            Formula(body_prefix, {salt, bytes}));
    if (length > 0) {
      AddBoth(kit, absl::StrCat("a header of ", length, " bytes"), {"digest", text},
              Formula(leaf_prefix, {bytes}));
    }
  }
  for (const char* name : {"kit", "witness"}) {
    const PublicKeyBytes key = ledger::TestKey(name)->public_key();
    AddBoth(kit, absl::StrCat("the key ", name), {"fingerprint", ToHex(key.ed25519)},
            Formula(key_prefix, {key.ed25519}));
  }
  for (const int64_t recorded_ms : {int64_t{0}, int64_t{1767225600000}, int64_t{-1}}) {
    const Bytes record(116, 0x72);
    Bytes entry = {'T', 'S', 'E', 1};
    ByteWriter(entry).I64(recorded_ms);
    const Hash of_record = ledger::Sha256Of({record});
    entry.insert(entry.end(), of_record.bytes.begin(), of_record.bytes.end());
    AddBoth(kit, absl::StrCat("a record at ", recorded_ms, " ms"),
            {"entry", absl::StrCat(recorded_ms), ToHex(record)}, Formula(leaf_prefix, {entry}));
  }
}

}  // namespace tally::conformance
