#include "tools/verify_tiles.h"

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "ledger/chain/contradiction.h"
#include "ledger/files/plain_file.h"
#include "ledger/tiles/tile_folder.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/files.h"

namespace tally::tools {
namespace {

absl::Status RefuseWithoutTrust(absl::string_view what, absl::string_view found) {
  return Refuse("usage",
                absl::StrCat(what,
                             ": you named nothing that you trust; found inside, and "
                             "untrusted: ",
                             found),
                "give the log's key with --trust, a checkpoint that you kept with --against, "
                "witnesses with --policy, or --self to check it against itself");
}

// What a note says, whoever signed it.
std::optional<ledger::Checkpoint> SaidBy(absl::string_view note) {
  const auto parsed = ledger::ParseNote(note);
  const auto read = ledger::ParseCheckpointText(parsed.ok() ? parsed->text : "");
  return read.ok() ? std::optional(*read) : std::nullopt;
}

bool SignedBy(const ledger::VerifierKey& key, absl::string_view note) {
  return ledger::OpenCheckpoint(note, {&key, 1}, "").ok();
}

// Kept checkpoints of this very tree, of which more than one trusted key signed: where one log key
// handed over to the next.
std::vector<std::string> HandoversAmong(const Trust& trust, const ledger::TileFolder& folder) {
  std::vector<std::string> handovers;
  for (const Trust::Retained& retained : trust.retained) {
    const auto signers = std::ranges::count_if(
        trust.keys, [&](const auto& key) { return SignedBy(key, retained.note); });
    const auto said = SaidBy(retained.note);
    if (signers < 2 || !said.has_value() || said->size > folder.checkpoint().size) continue;
    const auto root = ledger::RootFromTiles(said->size, folder.Reader());
    if (root.ok() && *root == said->root) handovers.push_back(retained.note);
  }
  return handovers;
}

// The size at which a key that did not sign the checkpoint handed over to one that did, or to one
// that handed over in turn; nullopt: it is not known to have.
std::optional<uint64_t> HandedOverAt(const Trust& trust, size_t which,
                                     const std::vector<std::string>& handovers,
                                     const std::string& note) {
  std::vector<bool> good;  // by key
  for (const ledger::VerifierKey& key : trust.keys) good.push_back(SignedBy(key, note));
  // Each round carries it over one more handover.
  for (size_t round = 0; round < handovers.size(); ++round) {
    for (const std::string& handover : handovers) {
      bool from_good = false;
      for (size_t i = 0; i < good.size(); ++i) {
        from_good = from_good || (good[i] && SignedBy(trust.keys[i], handover));
      }
      if (!from_good) continue;
      for (size_t i = 0; i < good.size(); ++i) {
        if (good[i] || !SignedBy(trust.keys[i], handover)) continue;
        if (i == which) return SaidBy(handover)->size;
        good[i] = true;
      }
    }
  }
  return std::nullopt;
}

// What the trusted keys say of the checkpoint.
void CompareSignatures(const Trust& trust, const ledger::TileFolder& folder, Verdict& verdict) {
  const uint64_t size = folder.checkpoint().size;
  const std::vector<std::string> handovers = HandoversAmong(trust, folder);
  for (size_t i = 0; i < trust.keys.size(); ++i) {
    const auto opened = ledger::OpenCheckpoint(folder.note(), {&trust.keys[i], 1}, "");
    const auto handed_over =
        opened.ok() ? std::optional<uint64_t>() : HandedOverAt(trust, i, handovers, folder.note());
    if (handed_over.has_value()) {
      verdict.against.push_back({"trusted-key", trust.key_names[i], *handed_over, true});
      verdict.report.notes.push_back(
          absl::StrCat(trust.key_names[i], " signed this log up to size ", *handed_over,
                       " and handed over there: a checkpoint that you kept is signed by it and by "
                       "the key that follows"));
      continue;
    }
    verdict.against.push_back({"trusted-key", trust.key_names[i], size, opened.ok()});
    if (opened.ok()) {
      ++verdict.report.covered.signatures;
    } else {
      AddFinding(verdict, "trusted-key", trust.key_names[i],
                 absl::StrCat("a checkpoint signed by ", ClaimedSigners(folder.note())));
    }
  }
}

// Checkpoints that were kept must be prefixes of the tree whose tiles were computed.
absl::Status CompareKept(const Invocation& call, const Trust& trust,
                         const ledger::TileFolder& folder, Verdict& verdict) {
  for (const Trust::Retained& retained : trust.retained) {
    const auto parsed = ledger::ParseNote(retained.note);
    const auto kept = ledger::ParseCheckpointText(parsed.ok() ? parsed->text : "");
    if (!kept.ok()) return TranslateAt({retained.file, 0, 0}, "bad-input", kept.status());
    if (kept->origin != folder.checkpoint().origin) {
      return RefuseAt({retained.file, 0, 0}, "identity-mismatch",
                      absl::StrCat("is a checkpoint of ", kept->origin, ", but the tiles are of ",
                                   folder.checkpoint().origin),
                      "give a checkpoint of this log");
    }
    if (!trust.keys.empty()) {
      const auto opened = ledger::OpenCheckpoint(retained.note, trust.keys, kept->origin);
      if (!opened.ok()) {
        verdict.against.push_back({"retained", retained.file, kept->size, false});
        AddFinding(verdict, "retained-checkpoint", "a checkpoint signed by a key of --trust",
                   std::string(opened.status().message()));
        continue;
      }
    }
    const bool longer = kept->size > folder.checkpoint().size;
    const absl::StatusOr<Hash> root = longer ? absl::StatusOr<Hash>(absl::NotFoundError("shorter"))
                                             : ledger::RootFromTiles(kept->size, folder.Reader());
    const bool good = root.ok() && *root == kept->root;
    verdict.against.push_back({"retained", retained.file, kept->size, good});
    if (good) continue;
    AddFinding(verdict, "retained-checkpoint",
               absl::StrCat("size ", kept->size, " root ", ToBase64(kept->root.view())),
               root.ok() ? absl::StrCat("root ", ToBase64(root->view()))
                         : absl::StrCat("a log of ", folder.checkpoint().size, " records"));
    TALLY_RETURN_IF_ERROR(WriteEvidence(call, retained, folder.note(), trust.keys, folder.Reader(),
                                        HandoversAmong(trust, folder), verdict));
  }
  return absl::OkStatus();
}

void CompareLedgerId(const Trust& trust, const ledger::TileFolder& folder, Verdict& verdict) {
  const auto first = folder.Tile({0, 0}, ledger::TileHashes({0, 0}, folder.checkpoint().size));
  if (!first.ok() || first->empty()) return;
  verdict.report.ledger_id = Rename<LedgerId>(first->front());
  if (trust.ledger_id.has_value() && *trust.ledger_id != verdict.report.ledger_id) {
    AddFinding(verdict, "ledger-id", trust.ledger_id->ToHex(), verdict.report.ledger_id.ToHex());
  }
}

void TakeReport(ledger::TileReport report, Verdict& verdict) {
  verdict.report.root = report.root;
  verdict.report.covered.records = report.entries;
  verdict.report.notes = std::move(report.notes);
  for (ledger::TileFinding& found : report.findings) {
    ledger::AuditFinding finding;
    finding.kind = std::move(found.kind);
    finding.index = found.index;
    finding.stream = std::move(found.where);
    finding.expected = std::move(found.expected);
    finding.found = std::move(found.found);
    verdict.report.findings.push_back(std::move(finding));
    verdict.report.verified = false;
  }
}

}  // namespace

void ComparePolicy(const Trust& trust, const std::string& note, Verdict& verdict) {
  if (!trust.policy.has_value()) return;
  const auto judged = ledger::CheckPolicy(*trust.policy, trust.keys, note);
  if (!judged.ok()) {
    AddFinding(verdict, "policy", absl::StrCat("a log of ", trust.policy_file),
               std::string(judged.status().message()));
    return;
  }
  if (trust.keys.empty()) ++verdict.report.covered.signatures;  // else --trust counted it
  for (const auto& cosigner : judged->cosigners) {
    verdict.against.push_back({"witness", cosigner.name, judged->checkpoint.size, true});
    ++verdict.report.covered.signatures;
  }
  if (!judged->quorum_met) {
    AddFinding(verdict, "quorum", absl::StrCat("quorum ", trust.policy->quorum),
               absl::StrCat(judged->cosigners.size(), " of ", trust.policy->witnesses.size(),
                            " witnesses cosigned"));
  }
}

bool IsTileDirectory(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error) && Exists(path + "/checkpoint") &&
         !Exists(path + "/store");
}

absl::StatusOr<Verdict> VerifyTiles(const Invocation& call, const std::string& directory,
                                    const Trust& trust) {
  if (!trust.parties.empty()) {
    return Refuse("usage", "tiles show no parties, so --party cannot be checked",
                  "verify the ledger or a pack");
  }
  const absl::StatusOr<ledger::TileFolder> folder = ledger::TileFolder::Open(directory);
  if (trust.keys.empty() && !trust.policy && trust.retained.empty() && !trust.self) {
    return RefuseWithoutTrust(
        directory, folder.ok() ? ClaimedSigners(folder->note()) : "nothing that can be read");
  }
  Verdict verdict;
  verdict.subject = "tiles";
  if (!folder.ok()) {
    const bool garbled = absl::IsInvalidArgument(folder.status());
    AddFinding(verdict, garbled ? "malformed" : "store-unreadable",
               absl::StrCat("a checkpoint in ", directory, "/checkpoint"),
               std::string(folder.status().message()));
    return verdict;
  }
  verdict.report.verified = true;
  verdict.report.origin = folder->checkpoint().origin;
  verdict.report.size = folder->checkpoint().size;
  TakeReport(ledger::CheckTiles(*folder, ledger::EntryForm::kTallystick), verdict);
  const bool consistent = verdict.verified();
  CompareSignatures(trust, *folder, verdict);
  ComparePolicy(trust, folder->note(), verdict);
  if (consistent) {
    CompareLedgerId(trust, *folder, verdict);
    TALLY_RETURN_IF_ERROR(CompareKept(call, trust, *folder, verdict));
  }
  if (trust.self) {
    verdict.against.push_back({"self", verdict.report.origin, verdict.report.size, consistent});
  }
  if (trust.keys.empty() && !trust.policy) {
    verdict.report.notes.push_back(absl::StrCat(
        "no key was named, so nobody's signature was checked; the checkpoint calls itself signed "
        "by ",
        ClaimedSigners(folder->note())));
  }
  verdict.report.notes.push_back(
      "tiles show how many records there are, when they were recorded and in which order; not what "
      "they say: ask for a pack or a proof of what concerns you");
  return verdict;
}

bool IsContradictionFile(const std::string& path) {
  const absl::StatusOr<std::string> head =
      ledger::ReadBeginning(path, ledger::kContradictionMark.size());
  return head.ok() && *head == ledger::kContradictionMark;
}

absl::StatusOr<Verdict> VerifyContradiction(const Invocation& call, const std::string& file,
                                            const Trust& trust) {
  TALLY_ASSIGN_OR_RETURN(const std::string text, ReadInput(call, file, 4 * ledger::kNoteBytesMax));
  const auto read = ledger::DecodeContradiction(text);
  std::vector<ledger::VerifierKey> keys = trust.keys;
  if (trust.policy.has_value()) {
    for (const auto& log : trust.policy->logs) keys.push_back(log.key);
  }
  if (keys.empty()) {
    const std::vector<ledger::VerifierKey> named =
        read.ok() ? read->log_keys : std::vector<ledger::VerifierKey>();
    const std::string found =
        absl::StrJoin(named, ", ", [](std::string* out, const ledger::VerifierKey& key) {
          absl::StrAppend(out, key.ToText());
        });
    return RefuseWithoutTrust(file, found.empty() ? "no key" : found);
  }
  Verdict verdict;
  verdict.subject = "contradiction";
  if (!read.ok()) {
    AddFinding(verdict, "malformed", "two signed checkpoints, and the proof between them",
               std::string(read.status().message()));
    return verdict;
  }
  verdict.report.verified = true;
  const absl::Status proven = ledger::CheckContradiction(*read, keys);
  for (const std::string* note : {&read->first, &read->second}) {
    for (const ledger::VerifierKey& key : keys) {
      const auto tree = ledger::OpenCheckpoint(*note, {&key, 1}, "");
      if (!tree.ok()) continue;
      ++verdict.report.covered.signatures;
      verdict.report.origin = tree->origin;
      verdict.report.size = tree->size;
      verdict.report.root = tree->root;
      verdict.against.push_back({"trusted-key", key.ToText(), tree->size, true});
    }
  }
  const auto first = ledger::OpenCheckpoint(read->first, keys, "");
  const auto second = ledger::OpenCheckpoint(read->second, keys, "");
  if (proven.ok()) {
    verdict.report.notes.push_back(
        absl::StrCat("the log ", first->origin, " signed size ", first->size, " root ",
                     ToBase64(first->root.view()), " and size ", second->size, " root ",
                     ToBase64(second->root.view()), ": no single log can have both"));
  } else {
    AddFinding(verdict, "contradiction", "two trees that cannot be of one log",
               std::string(proven.message()));
  }
  return verdict;
}

absl::Status WriteEvidence(const Invocation& call, const Trust::Retained& retained,
                           const std::string& note, std::span<const ledger::VerifierKey> keys,
                           const ledger::TileReader& tree,
                           const std::vector<std::string>& handovers, Verdict& verdict) {
  const std::optional<std::string> out = call.arguments.Value("evidence");
  const auto kept = SaidBy(retained.note);
  const auto head = SaidBy(note);
  if (!kept.has_value() || !head.has_value()) return absl::OkStatus();
  if (kept->size > head->size) {
    verdict.report.notes.push_back(absl::StrCat(
        retained.file, " of size ", kept->size, " root ", ToBase64(kept->root.view()),
        " is newer than this head of size ", head->size, " root ", ToBase64(head->root.view()),
        ": records were taken back. That alone convicts nobody, as every log was shorter once; "
        "keep "
        "both: whatever else the log signs at or above size ",
        kept->size, " will"));
    return absl::OkStatus();
  }
  auto found = ledger::FindContradiction(retained.note, note, keys, tree);
  for (const std::string& handover : handovers) {
    if (found.ok()) break;
    const auto at = SaidBy(handover);
    if (!at.has_value() || at->size < kept->size || at->size > head->size) continue;
    auto by_old_key = ledger::FindContradiction(retained.note, handover, keys, tree);
    if (by_old_key.ok()) found = std::move(by_old_key);
  }
  if (!found.ok()) {
    verdict.report.notes.push_back(
        absl::StrCat("no evidence that others could check: ", found.status().message()));
    return absl::OkStatus();
  }
  if (!out.has_value()) {
    verdict.report.notes.push_back(
        "both heads are signed: --evidence FILE writes them as proof that anybody can check");
    return absl::OkStatus();
  }
  TALLY_RETURN_IF_ERROR(WriteOutput(call, *out, ledger::EncodeContradiction(*found)));
  verdict.report.notes.push_back(absl::StrCat(
      *out, " proves that the log signed both: `tally verify ", *out, " --trust VKEY`"));
  return absl::OkStatus();
}

}  // namespace tally::tools
