// Signed checkpoints and cosignatures: C2SP's notes, with every liberty that a reader must not
// take.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "ledger/chain/cosignature.h"
#include "ledger/chain/note.h"
#include "tests/conformance/kit_writer.h"
#include "tests/ledger/log/ledger_support.h"

namespace tally::conformance {
namespace {

using ledger::NoteKeyType;
using ledger::TestKey;
using ledger::VerifierKey;

constexpr char kOrigin[] = "log.example/kit";
constexpr char kWitness[] = "witness.example/kit";

std::string Replaced(const std::string& text, const std::string& from, const std::string& to) {
  TALLY_CHECK(text.find(from) != std::string::npos);
  return absl::StrReplaceAll(text, {{from, to}});
}

std::string SignText(const std::string& text, const std::string& name, const std::string& key) {
  const auto note = ledger::SignNote(text, name, *TestKey(key));
  TALLY_CHECK(note.ok());
  return *note;
}

// The line's signature with one bit changed.
std::string BreakSignature(std::string note) {
  char& letter = note[note.size() - 30];
  letter = letter == 'A' ? 'B' : 'A';
  return note;
}

void AddCheckpoints(KitWriter& kit, const std::string& good) {
  const auto add = [&](const std::string& name, const std::string& what, const std::string& note,
                       Verdict verdict) {
    kit.Case(what, {"checkpoint", kit.File("notes/" + name, note), "--trust", "keys/kit.vkey"},
             verdict);
  };
  const std::string text = good.substr(0, good.find("\n\n") + 1);
  add("good", "a signed checkpoint", good, Verdict::kAccept);
  add("extension", "with a line more that the log signed",
      SignText(text + "an extension\n", kOrigin, "kit"), Verdict::kAccept);
  const std::string stranger = SignText(text, "stranger.example", "stranger");
  add("stranger-too", "signed by a stranger as well",
      good + stranger.substr(stranger.find("\n\n") + 2), Verdict::kAccept);
  add("stranger", "signed by a stranger alone", stranger, Verdict::kRefuse);
  add("same-name", "signed by another key of the same name", SignText(text, kOrigin, "stranger"),
      Verdict::kRefuse);
  add("flipped", "its signature changed", BreakSignature(good), Verdict::kRefuse);
  add("size", "its size changed", Replaced(good, "\n3\n", "\n4\n"), Verdict::kRefuse);
  add("size-spelled", "a size with a leading zero, signed so",
      SignText(Replaced(text, "\n3\n", "\n03\n"), kOrigin, "kit"), Verdict::kRefuse);
  add("size-sign", "a size with a sign, signed so",
      SignText(Replaced(text, "\n3\n", "\n+3\n"), kOrigin, "kit"), Verdict::kRefuse);
  add("root-short", "a root of 31 bytes, signed so",
      SignText(absl::StrCat(kOrigin, "\n3\n", ToBase64(Bytes(31, 7)), "\n"), kOrigin, "kit"),
      Verdict::kRefuse);
  add("root-spelled", "a root whose unused bits are set, signed so",
      SignText(absl::StrCat(kOrigin, "\n3\n", std::string(42, 'A'), "B=\n"), kOrigin, "kit"),
      Verdict::kRefuse);
  add("carriage", "lines that end as on other systems", Replaced(good, "\n", "\r\n"),
      Verdict::kRefuse);
  add("unsigned", "without a signature", text, Verdict::kRefuse);
  add("cut", "without its last newline", good.substr(0, good.size() - 1), Verdict::kRefuse);
  add("twice", "one note after another", good + good, Verdict::kRefuse);
}

}  // namespace

void AddNotes(KitWriter& kit) {
  Hash root;
  root.bytes[0] = 3;
  const auto good = ledger::SignCheckpoint({kOrigin, 3, root}, *TestKey("kit"));
  TALLY_CHECK(good.ok());
  kit.File(
      "keys/kit.vkey",
      VerifierKey{kOrigin, NoteKeyType::kEd25519, TestKey("kit")->public_key()}.ToText() + "\n");
  kit.File("keys/witness.vkey",
           ledger::CosignerKey(kWitness, TestKey("witness")->public_key()).ToText() + "\n");
  AddCheckpoints(kit, *good);
  const std::string text = good->substr(0, good->find("\n\n") + 1);
  const auto cosign = [&](const std::string& over, const std::string& key, uint64_t time) {
    const auto made = ledger::SignCosignature(over, kWitness, *TestKey(key), time);
    TALLY_CHECK(made.ok());
    return ledger::SignatureLine(*made);
  };
  const auto add = [&](const std::string& name, const std::string& what, const std::string& note,
                       Verdict verdict) {
    kit.Case(what,
             {"cosignature", kit.File("notes/" + name, note), "--trust", "keys/kit.vkey",
              "--witness", "keys/witness.vkey"},
             verdict);
  };
  add("cosigned", "cosigned by the witness", *good + cosign(text, "witness", 1767225600),
      Verdict::kAccept);
  add("not-cosigned", "signed by the log alone", *good, Verdict::kRefuse);
  add("cosigned-by-other", "cosigned under the witness's name by another key",
      *good + cosign(text, "stranger", 1767225600), Verdict::kRefuse);
  add("cosigned-other-tree", "with the cosignature of another tree",
      *good + cosign(Replaced(text, "\n3\n", "\n2\n"), "witness", 1767225600), Verdict::kRefuse);
  add("cosigned-flipped", "its cosignature changed",
      BreakSignature(*good + cosign(text, "witness", 1767225600)), Verdict::kRefuse);
}

}  // namespace tally::conformance
