// A verifier of the conformance kit on this project's own library: what an implementer's command
// has to be like. It is called in the kit's folder with a kind and its arguments (docs/
// CONFORMANCE.md) and ends with 0 for "accept", 1 for "refuse", 77 for a kind that it does not
// know.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ledger/chain/batch.h"
#include "ledger/chain/contradiction.h"
#include "ledger/chain/cosignature.h"
#include "ledger/chain/digest.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"
#include "ledger/chain/record.h"
#include "ledger/tiles/tile_folder.h"
#include "schema/status.h"

namespace tally::conformance {
namespace {

constexpr int kNotKnown = 77;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::cerr << "cannot read " << path << "\n";
    exit(2);
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// What follows the kind: operands, and options with their values.
struct Call {
  std::vector<std::string> operands;
  std::map<std::string, std::string> options;

  std::vector<ledger::VerifierKey> Keys(const std::string& option) const {
    std::string text = ReadFile(options.at(option));
    const absl::StatusOr<ledger::VerifierKey> key =
        ledger::VerifierKey::Parse(std::string(absl::StripSuffix(text, "\n")));
    TALLY_CHECK(key.ok());
    return {*key};
  }
  Hash HashAt(size_t place) const {
    const absl::StatusOr<Hash> hash = Hash::FromHex(operands.at(place));
    TALLY_CHECK(hash.ok());
    return *hash;
  }
  std::vector<Hash> Proof(size_t place) const {
    std::vector<Hash> proof;
    if (operands.at(place) == "-") return proof;
    const std::vector<std::string> words = absl::StrSplit(operands.at(place), ',');
    for (const std::string& word : words) proof.push_back(*Hash::FromHex(word));
    return proof;
  }
  uint64_t Number(size_t place) const {
    uint64_t number = 0;
    TALLY_CHECK(absl::SimpleAtoi(operands.at(place), &number));
    return number;
  }
};

absl::Status CheckCosignature(const Call& call) {
  const std::string note = ReadFile(call.operands.at(0));
  TALLY_RETURN_IF_ERROR(ledger::OpenCheckpoint(note, call.Keys("--trust"), "").status());
  return ledger::OpenNote(note, call.Keys("--witness")).status();
}

absl::Status CheckBatch(const Call& call) {
  TALLY_ASSIGN_OR_RETURN(const ledger::BatchFile file,
                         ledger::DecodeBatchFile(AsBytes(ReadFile(call.operands.at(0)))));
  TALLY_ASSIGN_OR_RETURN(const LedgerId id, LedgerId::FromHex(call.options.at("--ledger-id")));
  TALLY_ASSIGN_OR_RETURN(const Bytes key, FromHex(call.options.at("--key")));
  PublicKeyBytes author;
  TALLY_CHECK(key.size() == author.ed25519.size());
  std::copy(key.begin(), key.end(), author.ed25519.begin());
  TALLY_ASSIGN_OR_RETURN(const auto verifier, ledger::Verifier::Create(author));
  if (file.ledger != id) return absl::DataLossError("of another ledger");
  for (const ledger::SignedBatch& batch : file.batches) {
    TALLY_ASSIGN_OR_RETURN(const ledger::CheckedBatch checked, ledger::CheckBatchForm(batch));
    TALLY_ASSIGN_OR_RETURN(const StreamId stream, ledger::StreamOf(batch));
    if (!ledger::CheckBatchSignature(id, checked, stream, *verifier)) {
      return absl::DataLossError("not signed by that key");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckProof(const Call& call) {
  TALLY_ASSIGN_OR_RETURN(const ledger::Receipt receipt,
                         ledger::DecodeReceipt(ReadFile(call.operands.at(0))));
  return ledger::CheckReceipt(receipt, call.Keys("--trust"), "");
}

absl::Status CheckFolder(const Call& call) {
  TALLY_ASSIGN_OR_RETURN(const ledger::TileFolder folder,
                         ledger::TileFolder::Open(call.operands.at(0)));
  TALLY_RETURN_IF_ERROR(ledger::OpenCheckpoint(folder.note(), call.Keys("--trust"), "").status());
  const ledger::TileReport report = ledger::CheckTiles(folder, ledger::EntryForm::kTallystick);
  if (!report.findings.empty()) return absl::DataLossError(report.findings.front().kind);
  if (!call.options.contains("--against")) return absl::OkStatus();
  TALLY_ASSIGN_OR_RETURN(const ledger::Checkpoint kept,
                         ledger::OpenCheckpoint(ReadFile(call.options.at("--against")),
                                                call.Keys("--trust"), folder.checkpoint().origin));
  if (kept.size > folder.checkpoint().size)
    return absl::DataLossError("shorter than what was kept");
  TALLY_ASSIGN_OR_RETURN(const Hash root, ledger::RootFromTiles(kept.size, folder.Reader()));
  return root == kept.root ? absl::OkStatus() : absl::DataLossError("a fork");
}

absl::Status CheckEvidence(const Call& call) {
  TALLY_ASSIGN_OR_RETURN(const ledger::Contradiction read,
                         ledger::DecodeContradiction(ReadFile(call.operands.at(0))));
  return ledger::CheckContradiction(read, call.Keys("--trust"));
}

// A formula's answer against the one that is told.
absl::Status Same(const Hash& computed, const Hash& told) {
  return computed == told ? absl::OkStatus() : absl::DataLossError(computed.ToHex());
}

absl::Status CheckFormula(const std::string& kind, const Call& call) {
  const auto bytes_at = [&](size_t place) {
    const std::string& text = call.operands.at(place);
    return text == "-" ? Bytes() : *FromHex(text);
  };
  if (kind == "commitment") {
    return Same(ledger::BodyCommitment(*Salt::FromBytes(bytes_at(0)), bytes_at(1)), call.HashAt(2));
  }
  if (kind == "digest") return Same(ledger::EventDigest(bytes_at(0)), call.HashAt(1));
  if (kind == "fingerprint") {
    PublicKeyBytes key;
    const Bytes bytes = bytes_at(0);
    TALLY_CHECK(bytes.size() == key.ed25519.size());
    std::copy(bytes.begin(), bytes.end(), key.ed25519.begin());
    return Same(Rename<Hash>(ledger::FingerprintOf(key)), call.HashAt(1));
  }
  int64_t recorded_ms = 0;
  TALLY_CHECK(absl::SimpleAtoi(call.operands.at(0), &recorded_ms));
  return Same(ledger::EntryLeaf(ledger::EntryOf(bytes_at(1), recorded_ms)), call.HashAt(2));
}

int Verify(const std::string& kind, const Call& call) {
  absl::Status status;
  if (kind == "commitment" || kind == "digest" || kind == "fingerprint" || kind == "entry") {
    status = CheckFormula(kind, call);
  } else if (kind == "inclusion") {
    status = ledger::CheckInclusion(call.Number(0), call.Number(1), call.HashAt(2), call.Proof(4),
                                    call.HashAt(3));
  } else if (kind == "consistency") {
    status = ledger::CheckConsistency(call.Number(0), call.Number(1), call.Proof(4), call.HashAt(2),
                                      call.HashAt(3));
  } else if (kind == "checkpoint") {
    status =
        ledger::OpenCheckpoint(ReadFile(call.operands.at(0)), call.Keys("--trust"), "").status();
  } else if (kind == "cosignature") {
    status = CheckCosignature(call);
  } else if (kind == "batch") {
    status = CheckBatch(call);
  } else if (kind == "proof") {
    status = CheckProof(call);
  } else if (kind == "tiles") {
    status = CheckFolder(call);
  } else if (kind == "contradiction") {
    status = CheckEvidence(call);
  } else {
    return kNotKnown;
  }
  std::cout << (status.ok() ? "accept" : "refuse: " + std::string(status.message())) << "\n";
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace tally::conformance

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.empty()) {
    std::cerr << "usage: conformance_verifier KIND ARGUMENT...\n";
    return 2;
  }
  tally::conformance::Call call;
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i].compare(0, 2, "--") == 0 && i + 1 < words.size()) {
      call.options[words[i]] = words[i + 1];
      ++i;
    } else {
      call.operands.push_back(words[i]);
    }
  }
  return tally::conformance::Verify(words[0], call);
}
