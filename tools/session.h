// A command's hold on a ledger: from options to an open ledger or writer, with every failure as a
// fault of its own code. Act commands and importers are built on these few calls:
//
//   TALLY_ASSIGN_OR_RETURN(auto session, AppendSession::Open(call));       // lock, log and service
//   key TALLY_ASSIGN_OR_RETURN(AuthorKey key, OpenAuthorKey(call));            // --key or
//   TALLY_KEY TALLY_ASSIGN_OR_RETURN(PartyOfKey(session->ledger(), key) ...);
//   TALLY_ASSIGN_OR_RETURN(auto batch, SignAct(EndOfActs(ledger, stream), draft, key));
//   return Submit(call, *session, {batch});                                // receipts.h
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "tools/author.h"
#include "tools/command.h"

namespace tally::tools {

// -C, --ledger or TALLY_LEDGER. Fault no-ledger.
absl::StatusOr<std::string> LedgerDirectory(const Invocation& call);

// Read-only; changes no file. Fault no-ledger or ledger-refused.
absl::StatusOr<std::unique_ptr<ledger::Ledger>> OpenLedger(const Invocation& call);

// Private keys by --key and TALLY_KEY; the salt secret lies in FILE.salt.
absl::StatusOr<AuthorKey> OpenAuthorKey(const Invocation& call);
// The same for commands of the operator: --key, else DIR/keys/service.pem.
absl::StatusOr<AuthorKey> OpenOperatorKey(const Invocation& call);

// The party that `key` belongs to. Fault key-not-permitted for a key that the ledger does not know
// or that belongs to the system stream. Whether it may sign now is the ledger's answer: a revoked
// key may still repeat what it signed before.
absl::StatusOr<ledger::PartyEntry> PartyOfKey(const ledger::Ledger& ledger, const AuthorKey& key);
// The party in whose name an act is signed: --as, else the key's own. Fault key-not-permitted when
// the party of --as never granted the key's own party a role; where and when the role holds is the
// ledger's answer.
absl::StatusOr<ledger::PartyEntry> ActingParty(const Invocation& call, const ledger::Ledger& ledger,
                                               const AuthorKey& key);

// Whether the operator's service key is needed, or is being replaced because it is lost.
enum class ServiceKey { kAtHand, kReplaced };

// The writer, open for one command.
class AppendSession {
 public:
  // Takes the lock, waiting as --wait says. Fault busy, no-ledger, ledger-refused, key-file.
  // `next_log_key`: the log key that follows, while the log key is rotated. Without a service key
  // what the log itself has to say waits for the next session.
  static absl::StatusOr<std::unique_ptr<AppendSession>> Open(
      const Invocation& call, std::unique_ptr<ledger::SigningKey> next_log_key = nullptr,
      ServiceKey service_key = ServiceKey::kAtHand);
  ~AppendSession();

  const ledger::Ledger& ledger() const { return writer_->ledger(); }
  ledger::LedgerWriter& writer() { return *writer_; }
  // True with --dry-run: nothing may be appended.
  bool dry_run() const { return dry_run_; }

 private:
  explicit AppendSession(Console& console) : console_(console) {}
  Console& console_;
  std::unique_ptr<ledger::SigningKey> log_key_;
  std::unique_ptr<ledger::SigningKey> next_log_key_;
  std::unique_ptr<ledger::SigningKey> service_key_;
  std::unique_ptr<ledger::LedgerWriter> writer_;  // goes before the keys
  bool dry_run_ = false;
};

// Whether to go on: --yes, no terminal, or an answer of y on one.
bool Confirmed(const Invocation& call, absl::string_view question);

}  // namespace tally::tools
