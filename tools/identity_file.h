// tally.identity/1: what an author elsewhere needs of a ledger, and nothing secret.
//
// Ledger id, origin, log vkeys, service keys, parties with their keys, zones; of the streams that
// were asked for also where they stand: newest record, and of feeds the author's last position,
// digest and registered sources. `sign` works from this file alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "ledger/ledger.h"
#include "tools/command.h"
#include "tools/stream_end.h"

namespace tally::tools {

struct IdentityFile {
  struct Key {
    KeyFingerprint fingerprint;
    PublicKeyBytes key;
    uint32_t roles = 0;
    bool revoked = false;
  };
  struct Party {
    std::string name;
    std::string display_name;
    StreamId id;
    std::vector<Key> keys;
  };
  struct Zone {
    std::string name;
    std::string version;
    DocumentDigest digest;
  };
  struct Stream {
    StreamName name;
    uint64_t opening = 0;  // record that opened it
    ActEnd acts;           // id and newest record
    std::optional<FeedEnd> feed;
  };

  LedgerId ledger;
  std::string origin;
  uint64_t size = 0;  // of the ledger when the file was made
  std::vector<std::string> log_vkeys;
  std::vector<Key> service_keys;
  std::vector<Party> parties;
  std::vector<Zone> zones;
  std::vector<Stream> streams;

  const Party* FindParty(absl::string_view name) const;
  // The party that holds a key; nullptr when none does.
  const Party* PartyOf(const KeyFingerprint& key) const;
  const Stream* FindStream(const StreamName& name) const;
};

absl::StatusOr<IdentityFile> IdentityOf(const ledger::Ledger& ledger,
                                        const std::vector<StreamName>& streams);
std::string IdentityText(const IdentityFile& identity);
// Fault file-unreadable, bad-json or bad-input.
absl::StatusOr<IdentityFile> ReadIdentityFile(const Invocation& call, const std::string& path);
absl::StatusOr<IdentityFile> ParseIdentity(absl::string_view text, const std::string& path);

// "append, grant": the names of a key's roles.
std::string RolesText(uint32_t roles);

}  // namespace tally::tools
