#include "tools/verify_log_keys.h"

#include "absl/strings/str_cat.h"
#include "schema/status.h"

namespace tally::tools {
namespace {

using ledger::LogKeys;

// What the last checkpoint of a key that handed over says, if it is of this ledger.
absl::StatusOr<ledger::Checkpoint> HandoverOf(const LogKeys::Term& term,
                                              const ledger::VerifierKey& key,
                                              const ledger::Ledger& ledger) {
  if (term.handover.empty()) {
    return absl::NotFoundError("no record holds the last checkpoint that it signed");
  }
  TALLY_RETURN_IF_ERROR(ledger.keyring().log_keys().Open(term.handover).status());
  TALLY_ASSIGN_OR_RETURN(const ledger::Checkpoint last,
                         ledger::OpenCheckpoint(term.handover, {&key, 1}, ledger.origin()));
  TALLY_ASSIGN_OR_RETURN(const Hash root, ledger.RootAt(last.size));
  if (root == last.root) return last;
  return absl::DataLossError(absl::StrCat("at size ", last.size, " it signed root ",
                                          ToBase64(last.root.view()), ", and this is root ",
                                          ToBase64(root.view())));
}

// A key whose term ended: true when it is dealt with.
bool CompareRetired(const Trust& trust, size_t which, const ledger::Ledger& ledger,
                    Verdict& verdict) {
  const LogKeys& keys = ledger.keyring().log_keys();
  const std::string vkey = trust.keys[which].ToText();
  const LogKeys::Term* term = keys.TermOf(vkey);
  if (term == nullptr || !term->last_size.has_value()) return false;
  const uint64_t size = ledger.head().size;
  const absl::StatusOr<ledger::Checkpoint> last = HandoverOf(*term, trust.keys[which], ledger);
  verdict.against.push_back({"trusted-key", trust.key_names[which], *term->last_size, last.ok()});
  if (!last.ok()) {
    AddFinding(verdict, "trusted-key",
               absl::StrCat(vkey, ", the log's key up to size ", *term->last_size),
               std::string(last.status().message()));
    return true;
  }
  verdict.report.notes.push_back(absl::StrCat(
      vkey, " signed this log up to size ", last->size, " and handed over there to ",
      (term + 1)->vkeys.front(), ", which an operator's and a recovery key of the ledger named: ",
      size - last->size, " of ", size, " records, from record ", last->size,
      " on, lie behind the cut-off; the old key signed none of them, and whatever it signs of a "
      "greater size counts for nothing"));
  return true;
}

}  // namespace

void CompareLogKeys(const Trust& trust, const ledger::Ledger& ledger, const std::string& note,
                    Verdict& verdict) {
  const ledger::Head head = ledger.head();
  for (size_t i = 0; i < trust.keys.size(); ++i) {
    const auto signed_head = ledger::OpenCheckpoint(note, {&trust.keys[i], 1}, ledger.origin());
    if (!signed_head.ok() && CompareRetired(trust, i, ledger, verdict)) continue;
    const bool good =
        signed_head.ok() && signed_head->size == head.size && signed_head->root == head.root;
    // A key of another log was meant for another file, and contradicts nothing.
    const bool other = !signed_head.ok() && trust.keys[i].name != ledger.origin();
    verdict.against.push_back({"trusted-key", trust.key_names[i], head.size, good, !other});
    if (good) continue;
    if (other) {
      AddFinding(verdict, "trusted-key",
                 absl::StrCat("the log ", trust.keys[i].name, ", whose key is trusted"),
                 absl::StrCat("another log, ", ledger.origin(),
                              ": this key says nothing of it; name the key of this log"));
      continue;
    }
    AddFinding(verdict, "trusted-key", trust.key_names[i],
               signed_head.ok() ? std::string("a head of another size or root")
                                : absl::StrCat("a checkpoint signed by ", ClaimedSigners(note)));
  }
}

absl::StatusOr<ledger::Checkpoint> OpenKept(const Trust& trust, const ledger::Ledger& ledger,
                                            const std::string& note) {
  const LogKeys& keys = ledger.keyring().log_keys();
  absl::StatusOr<ledger::Checkpoint> own = keys.Open(note);
  if (own.ok()) return own;
  std::vector<ledger::VerifierKey> others;
  for (const ledger::VerifierKey& key : trust.keys) {
    if (keys.TermOf(key.ToText()) == nullptr) others.push_back(key);
  }
  if (others.empty()) return own;
  absl::StatusOr<ledger::Checkpoint> other = ledger::OpenCheckpoint(note, others, ledger.origin());
  return other.ok() ? other : own;
}

}  // namespace tally::tools
