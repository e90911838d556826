// The table of error codes. Add a row to give a new code; never rename or renumber one.
#include "tools/error_codes.h"

namespace tally::tools {
namespace {

constexpr ErrorCodeRow kErrorCodes[] = {
    {"already-exists", kExitRefused, "the name, id or position is taken by other content"},
    {"backup-refused", kExitLedgerRefused,
     "a backup is damaged, or is not of what the expected head covers; no ledger was made"},
    {"bad-input", kExitRefused, "a file or argument has a form that is not accepted"},
    {"bad-json", kExitRefused, "a line is not the JSON object that is expected there"},
    {"bad-time", kExitRefused, "a time is not RFC 3339, or a length of time cannot be read"},
    {"bad-yaml", kExitRefused, "a file is not YAML in the strict form that is read here"},
    {"body-not-canonical", kExitRefused, "a body is not in its one canonical spelling"},
    {"busy", kExitBusy, "another process is writing to the ledger"},
    {"csv-row", kExitRefused, "a row of a CSV file cannot be imported"},
    {"erasure-not-agreed", kExitNotPermitted,
     "somebody whose agreement relies on an event has not agreed that it is erased"},
    {"feed-diverged", kExitRefused, "events of a feed do not continue what the ledger holds"},
    {"file-unreadable", kExitRefused, "a file named on the command line cannot be read"},
    {"file-unwritable", kExitRefused, "a file named on the command line cannot be written"},
    {"identity-mismatch", kExitRefused, "a file belongs to another ledger"},
    {"internal", kExitStorage, "the program failed; the outcome is unknown"},
    {"interrupted", kExitInterrupted, "stopped by the user; nothing is half done"},
    {"key-file", kExitRefused, "a key file cannot be used as it lies there"},
    {"key-file-permissions", kExitRefused, "a key file can be read by others, or is a link"},
    {"key-not-permitted", kExitNotPermitted, "the key may not sign this event now"},
    {"key-passphrase", kExitNotPermitted, "the passphrase of a key is missing or wrong"},
    {"key-token", kExitRefused, "a PKCS#11 module, token or key is not there or does not answer"},
    {"ledger-denied", kExitRefused,
     "this user or file system does not let the ledger be read or written; nothing changed"},
    {"ledger-refused", kExitLedgerRefused,
     "the ledger refuses to open: damaged, rolled back, "
     "forked, or of a newer format"},
    {"ledger-unverified", kExitLedgerRefused, "what was read from the ledger does not verify"},
    {"lint-automation-satisfies", kExitNo, "an automatic answer satisfies what people owe"},
    {"lint-calendar-zone", kExitNo, "a calendar's days are those of no deadline and no window"},
    {"lint-cap-below-credit", kExitNo, "a cap lies below the lowest credit of its tiers"},
    {"lint-credits-rise", kExitNo, "a worse value earns a lower credit"},
    {"lint-empty-rewarded", kExitNo, "a window without evidence meets its target"},
    {"lint-exclusion-outside", kExitNo, "an exclusion lies outside the term"},
    {"lint-level-gap", kExitNo, "a level has no document for a part of the term"},
    {"lint-mediation-endless", kExitNo, "nobody can end a mediation that has no time"},
    {"lint-minimum-above-credit", kExitNo,
     "a minimum keeps a credit of the tiers from ever being paid"},
    {"lint-never-acts", kExitNo, "a choice or rule of terms can never have an effect"},
    {"lint-not-in-ledger", kExitNo, "terms name what the ledger does not have"},
    {"lint-others-factor", kExitNo, "what the other party does counts against the obligor"},
    {"lint-pool-over-allocated", kExitNo,
     "objectives are allocated more than all of a pool, and no rule limits what is paid"},
    {"lint-rejection-final", kExitNo,
     "silence rejects a claim that terms let nobody take any further"},
    {"lint-silence-rewarded", kExitNo, "unknown time counts as up, so silence pays"},
    {"lint-support-unknown", kExitNo, "whether an agreement below supports terms is not known"},
    {"lint-support-weaker", kExitNo, "agreements below promise less than rests on them"},
    {"lint-target-unreachable", kExitNo,
     "a target allows less down time than the resolution can show"},
    {"lint-tier-unreachable", kExitNo, "a credit tier can never be reached"},
    {"lint-unused", kExitNo, "something is named in terms and never used"},
    {"lint-window-gaps", kExitNo, "windows leave time between them that is never judged"},
    {"lint-window-never", kExitNo, "no window of an objective lies within the term"},
    {"missing-argument", kExitRefused, "the command needs another operand or option"},
    {"no-ledger", kExitRefused, "no ledger was named, or none lies there"},
    {"not-found", kExitRefused, "the ledger has nothing of that name, index or id"},
    {"order", kExitNotPermitted, "the event does not follow what its author or stream has"},
    {"proposal-ambiguous", kExitRefused,
     "several proposals of one matter are open, and none is named"},
    {"proposal-replaced", kExitRefused, "its author put another proposal in the place of this one"},
    {"state-forbids", kExitRefused, "what is asked is not possible in the present state"},
    {"storage-failed", kExitStorage, "storage failed; whether the events are durable is unknown"},
    {"terms-bad-value", kExitRefused, "a value in terms is none of those that its field takes"},
    {"terms-contradiction", kExitRefused, "two choices in terms contradict each other"},
    {"terms-levels", kExitRefused,
     "documents of several levels do not resolve to one set of terms"},
    {"terms-missing-choice", kExitRefused, "terms leave open a choice that they must state"},
    {"terms-refused", kExitRefused, "terms cannot be read or contradict themselves"},
    {"terms-tiers", kExitRefused, "credit tiers overlap, leave a gap or stand in the wrong order"},
    {"terms-unknown-key", kExitRefused, "terms have a key that means nothing there"},
    {"time-stamp", kExitRefused,
     "an authority gave no time stamp, or none that holds; nothing changed"},
    {"unavailable", kExitRefused, "this build or installation lacks what the command needs"},
    {"unknown-calendar", kExitRefused,
     "no business calendar of that name is known, or none to read"},
    {"unknown-command", kExitRefused, "there is no such command"},
    {"unknown-option", kExitRefused, "the command has no such option"},
    {"unknown-zone", kExitRefused, "no rules are known for a time zone of that name"},
    {"usage", kExitRefused, "the command line is not formed as the command expects"},
};

constexpr ExitStatusRow kExitStatuses[] = {
    {kExitDone, "done; the answer is yes"},
    {kExitNo, "done; the answer is no"},
    {kExitRefused, "wrong usage or input refused; nothing changed"},
    {kExitLedgerRefused, "the ledger refuses to open"},
    {kExitStorage, "storage failed; outcome unknown, ask again with the same input"},
    {kExitNotPermitted, "not permitted: key, role or order"},
    {kExitBusy, "busy, try again"},
    {kExitInterrupted, "interrupted; nothing half done"},
};

}  // namespace

std::span<const ErrorCodeRow> ErrorCodeTable() { return kErrorCodes; }

const ErrorCodeRow* FindErrorCode(absl::string_view code) {
  for (const ErrorCodeRow& row : kErrorCodes) {
    if (row.code == code) return &row;
  }
  return nullptr;
}

std::span<const ExitStatusRow> ExitStatusTable() { return kExitStatuses; }

}  // namespace tally::tools
