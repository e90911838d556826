// The bodies that the program itself reads and writes, as plain values.
//
// Each has Encode(value) giving canonical bytes and Decode<Value>(bytes) refusing anything else;
// the remaining kinds of the table pass through BodyFromJson and BodyToJson (schema/canonical.h).
// Times are Instants, digests are typed, texts are UTF-8 of at most 4 KiB. Values own their memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "schema/bytes.h"
#include "schema/event.h"
#include "schema/identity.h"
#include "schema/instant.h"
#include "schema/number.h"

namespace tally {

// ---- System stream -------------------------------------------------------------------------

// Public Ed25519 key with its algorithm (1) and what it may do.
struct PublicKeyBytes {
  std::array<uint8_t, 32> ed25519{};
  friend bool operator==(const PublicKeyBytes&, const PublicKeyBytes&) = default;
};

// Roles as bits; what each may sign is the `Signer` column of the kind table.
enum Role : uint32_t {
  kRoleAppend = 1,      // acts and evidence of its party
  kRoleGrant = 2,       // registers, revokes and grants in its party's stream
  kRoleRecovery = 4,    // only KeyRecovered
  kRoleOperator = 8,    // service: openings of parties, system documents, heads, time, erasure
  kRoleProjector = 16,  // service: statements and closings
};

struct KeyGrant {
  PublicKeyBytes key;
  uint32_t roles = 0;
  Instant valid_until = Instant::Max();  // ledger time; Max: until revoked
  // Proof of possession by the new key over the 152-byte message of FORMAT.md; genesis: absent.
  Bytes possession;  // 64 bytes or none
  friend bool operator==(const KeyGrant&, const KeyGrant&) = default;
};

struct Genesis {
  uint32_t format = 1;
  std::string origin;                  // of checkpoints: a URL without scheme
  std::vector<std::string> log_vkeys;  // C2SP vkeys of the log
  std::vector<KeyGrant> service_keys;  // operator and projector
  std::vector<KeyGrant> recovery_keys;
  Bytes nonce;  // 32 random bytes
};
// A commitment to the end of every stream at size `index` (chain/heads.h).
struct Heads {
  uint64_t index = 0;
  uint64_t streams = 0;
  Hash root;
};
// What a restart found and did: an unacknowledged tail kept or set aside.
struct Recovered {
  uint64_t head_size = 0;   // of the outside head
  uint64_t found_size = 0;  // that the store held
  uint64_t kept_size = 0;
  uint64_t dropped_bytes = 0;
  Hash quarantine;  // SHA-256 over the files set aside; zeros: none
  std::string reason;
};
struct TimeAccepted {
  Instant time;
  std::string reason;
};
struct TimeCorrected {
  Instant time;
  std::string reason;
};
// A named document: zone rules (TZif), a calendar, a wording. Content is empty when only the digest
// is recorded (over 900,000 bytes).
struct DocumentAdded {
  std::string name;        // zones: IANA name; else a file's name
  std::string version;     // zones: the tz database's release, as claimed; else free
  std::string media_type;  // "application/tzif", "text/calendar", ...
  DocumentDigest digest;
  Bytes content;
};

// ---- Openings and party streams ------------------------------------------------------------

struct PartyOpened {
  std::string name;  // unique in the ledger; [a-z0-9][a-z0-9._-]{0,63}
  std::string display_name;
  std::vector<KeyGrant> keys;
  std::vector<KeyGrant> recovery_keys;
};
struct FeedOpened {
  std::string name;    // unique in the ledger, same alphabet
  std::string method;  // how it measures, in words
};
struct AgreementParty {
  std::string role;  // "provider", "customer", "monitor", "arbiter", ...
  std::string name;
  StreamId party;
  friend bool operator==(const AgreementParty&, const AgreementParty&) = default;
};
struct AgreementOpened {
  std::string name;                     // unique in the ledger, same alphabet
  std::vector<AgreementParty> parties;  // who may act in the stream
};
struct KeyRegistered {
  KeyGrant grant;
  std::string reason;
};
struct KeyRevoked {
  KeyFingerprint key;
  std::optional<Instant> compromised_since;  // marks acts suspect, never invalid by itself
  std::string reason;
};

// ---- Feeds ---------------------------------------------------------------------------------

struct SourceRegistered {
  uint32_t source = 0;  // 1 upwards, unique in the feed
  std::string name;     // unique in the feed
  std::string unit;     // of `value`: "ms", "", ...
  uint8_t scale = 0;    // value * 10^-scale units
};
enum class State : uint16_t {
  kUnset = 0,
  kUp = 1,
  kDown = 2,
  kDegraded = 3,
  kUnknown = 4,
};
absl::string_view StateName(State state);  // "up", "down", "degraded", "unknown"
// A state seen at header.observed_from; whether it holds is a question of the terms.
struct StateReported {
  State state = State::kUnset;
  std::optional<int64_t> code;   // of the protocol: HTTP status, exit code; 0 is a code
  std::optional<int64_t> value;  // in the source's unit and scale
  std::string note;              // the author's own reference
};
// One probe by its author's method.
struct ProbeResult {
  State state = State::kUnset;
  std::optional<int64_t> code;
  std::optional<Duration> elapsed;
  std::string target, location, failure, note;
};
struct Watermark {
  Instant through;
};  // complete to this instant

// ---- Agreements ----------------------------------------------------------------------------

// A name that terms use, and the stream it means in this ledger; signed with the terms.
struct Binding {
  std::string name;  // "feed/lime-upptime", "party/provider"
  StreamId stream;
  friend bool operator==(const Binding&, const Binding&) = default;
};
struct TermsProposed {
  TermsHash terms_hash;
  Bytes terms;  // canonical (schema/terms.h)
  std::vector<Binding> bindings;
  std::string source_text;  // the YAML as signed by people; "" when over 256 KiB
};
struct TermsAccepted {
  TermsHash terms_hash;
};
// Terms as one party alone states them (DOMAIN 3.18, one-sided use).
struct TermsAttested {
  TermsHash terms_hash;
  Bytes terms;
  std::vector<Binding> bindings;
  DocumentDigest contract;  // zeros: none
  std::string source_text;
  std::string reason;
};
enum class Reach : uint16_t { kUnset = 0, kProspective = 1, kRetroactive = 2 };
struct AmendmentProposed {
  TermsHash base;  // the terms it changes
  TermsHash terms_hash;
  Bytes terms;
  std::vector<Binding> bindings;
  Instant effective;            // from this service time on
  Reach reach = Reach::kUnset;  // prospective: windows that begin at or after `effective`;
                                // retroactive: every window that ends after `effective`
  bool reopens_settled = false;
  std::string reason;
  std::string source_text;
};
struct AmendmentAccepted {
  TermsHash terms_hash;
};

struct WindowName {
  std::string objective;
  Interval window;
  friend auto operator<=>(const WindowName&, const WindowName&) = default;
};
struct ClaimFiled {
  std::vector<WindowName> windows;
  std::optional<Money> amount;  // absent: the computed one
  std::string reason;
  std::vector<DocumentDigest> documents;
};
enum class ClaimAnswer : uint16_t { kUnset = 0, kAccepted = 1, kPartly = 2, kRejected = 3 };
struct ClaimAnswered {
  ClaimAnswer answer = ClaimAnswer::kUnset;
  std::optional<Money> amount;  // partly: the part accepted
  std::string reason;
  std::vector<DocumentDigest> documents;
};
struct SettlementProposed {
  Money amount;
  std::string reference;  // invoice or payment
  std::string reason;
  bool on_account = false;  // pays of what is approved of a claim; the claim goes on
};
struct SettlementConfirmed {
  Money amount;
  std::string reason;
};

// What was computed at (size, K); binds nobody (DOMAIN 3.17, rule 31).
struct Statement {
  std::string projection;  // "compliance"
  std::string engine;
  TermsHash terms_hash;
  std::string objective;
  Interval window;
  uint64_t size = 0;
  Hash root;
  Instant knowledge;
  Hash figures;
  Hash result;
};
// For sequences of windows (replay/terms/sequence_predicate.h): the outages of a closed window, and
// whether its credit came up to a cap. Stated only where a rule of its terms asks for them.
struct ClosedOutages {
  Duration longest, at_begin, at_end;
  bool throughout = false;  // these two are one outage
  friend bool operator==(const ClosedOutages&, const ClosedOutages&) = default;
};
struct ClosedCap {
  std::string rule;
  bool reached = false;
  friend bool operator==(const ClosedCap&, const ClosedCap&) = default;
};
struct WindowClosed {
  WindowName window;
  TermsHash terms_hash;
  uint64_t size = 0;
  Instant knowledge;
  Hash figures;
  std::string verdict;
  std::string value;  // "n/d" or ""
  std::optional<Money> credit;
  std::optional<ClosedOutages> outages = {};
  std::vector<ClosedCap> caps = {};  // ascending by rule
};

#define TALLY_BODY(Type)           \
  Bytes Encode(const Type& value); \
  absl::StatusOr<Type> Decode##Type(ByteView body);
TALLY_BODY(Genesis)
TALLY_BODY(Heads)
TALLY_BODY(Recovered)
TALLY_BODY(TimeAccepted)
TALLY_BODY(TimeCorrected)
TALLY_BODY(DocumentAdded)
TALLY_BODY(PartyOpened)
TALLY_BODY(FeedOpened)
TALLY_BODY(AgreementOpened)
TALLY_BODY(KeyRegistered)
TALLY_BODY(KeyRevoked)
TALLY_BODY(SourceRegistered)
TALLY_BODY(StateReported)
TALLY_BODY(ProbeResult)
TALLY_BODY(Watermark)
TALLY_BODY(TermsProposed)
TALLY_BODY(TermsAccepted)
TALLY_BODY(TermsAttested)
TALLY_BODY(AmendmentProposed)
TALLY_BODY(AmendmentAccepted)
TALLY_BODY(ClaimFiled)
TALLY_BODY(ClaimAnswered)
TALLY_BODY(SettlementProposed)
TALLY_BODY(SettlementConfirmed)
TALLY_BODY(Statement)
TALLY_BODY(WindowClosed)
#undef TALLY_BODY

}  // namespace tally
