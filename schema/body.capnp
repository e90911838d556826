# Bodies of events: one struct for each shape of body in the table of schema/kind.cc.
#
# What is declared here is on disk for good: fields are never renumbered, retyped or removed, and
# new ones are added only at the end of a struct. Beyond Cap'n Proto's own canonical form:
#   - empty text, data and lists are null; a null struct is an absent one;
#   - value 0 of every enum is `unset` and is refused, unless the field is marked $unsettable;
#   - an optional number is a union of `none` and `is`;
#   - no field has a default other than zero, no struct contains itself, and a struct that stands in
#     a list has at least one field that must be present, so that no element is free.
# Instants are signed microseconds since 1970-01-01T00:00:00Z, intervals are [from, until).
@0xd1c0b5a7f3e24961;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("tally::wire");

# Marks that the layout walk and the JSON spelling read (schema/layout.cc).
annotation instant @0xe3a1c55d0b7f4201 (field) :Void;     # Int64: years 1 to 9999; RFC 3339 in JSON
annotation duration @0xe3a1c55d0b7f4202 (field) :Void;    # Int64: microseconds, not negative; "26 h"
annotation digest @0xe3a1c55d0b7f4203 (field) :Void;      # Data: 32 bytes, not all zero, or null
annotation size @0xe3a1c55d0b7f4204 (field) :UInt32;      # Data: exactly so many bytes, or null
annotation limit @0xe3a1c55d0b7f4205 (field) :UInt32;     # Text: longest, in bytes, if not 4 KiB
annotation required @0xe3a1c55d0b7f4206 (field) :Void;    # pointer: must not be null
annotation unsettable @0xe3a1c55d0b7f4207 (field) :Void;  # enum: unset is allowed; Bool: false is

# ---- Vocabulary ----------------------------------------------------------------------------------

struct Money {
  minor @0 :Int64;              # in units of 10^-exponent
  currency @1 :Text $required;  # ISO 4217
  exponent @2 :UInt8;
}

# mantissa x 10^-scale, scale at most 12, without trailing zeros.
struct Decimal {
  mantissa @0 :Int64;
  scale @1 :UInt8;
}

struct WindowName {
  objective @0 :Text $required;
  from @1 :Int64 $instant;
  until @2 :Int64 $instant;
}

# A part of time, with the words that set it apart.
struct Part {
  from @0 :Int64 $instant;
  until @1 :Int64 $instant;
  label @2 :Text $required;
}

enum KeyAlgorithm { unset @0; ed25519 @1; }

struct KeyGrant {
  algorithm @0 :KeyAlgorithm;
  key @1 :Data $size(32) $required;
  roles @2 :UInt32;             # bits: append 1, grant 2, recovery 4, operator 8, projector 16
  validUntil :union { none @3 :Void; is @4 :Int64 $instant; }
  possession @5 :Data $size(64);
}

# Ranks of whoever decides, lowest first (DOMAIN: the higher rank wins).
enum Rank { unset @0; proposal @1; deemed @2; joint @3; expert @4; arbitrator @5; }

enum Cause {
  unset @0;
  plannedMaintenance @1;
  emergencyMaintenance @2;
  customer @3;
  customerSupplier @4;
  providerSupplier @5;
  forceMajeure @6;
  suspension @7;                # for non-payment
  betaFeature @8;
  belowMinimumVolume @9;
  provider @10;
  other @11;
}

# ---- System stream -------------------------------------------------------------------------------

struct Genesis {
  format @0 :UInt32;
  origin @1 :Text $required;
  logVkeys @2 :List(Text);
  serviceKeys @3 :List(KeyGrant);
  recoveryKeys @4 :List(KeyGrant);
  nonce @5 :Data $size(32) $required;
}

struct LogKeyRegistered {
  vkey @0 :Text $required;
  reason @1 :Text;
}

struct LogKeyRetired {
  vkey @0 :Text $required;
  lastSize @1 :UInt64;          # of the last checkpoint that it may have signed
  reason @2 :Text;
  checkpoint @3 :Text;          # that one, signed by it and by the key that follows
}

struct Heads {
  index @0 :UInt64;
  streams @1 :UInt64;
  root @2 :Data $digest $required;
}

struct Recovered {
  headSize @0 :UInt64;
  foundSize @1 :UInt64;
  keptSize @2 :UInt64;
  droppedBytes @3 :UInt64;
  quarantine @4 :Data $digest;
  reason @5 :Text;
}

struct TimeAccepted {
  time @0 :Int64 $instant;
  reason @1 :Text;
}

struct TimeCorrected {
  time @0 :Int64 $instant;
  reason @1 :Text;
}

# Zones, calendars and other public documents.
struct DocumentAdded {
  name @0 :Text $required;
  version @1 :Text;
  mediaType @2 :Text;
  digest @3 :Data $digest $required;
  content @4 :Data;             # absent: only the digest is recorded
}

struct Erasure {
  index @0 :UInt64;             # of the record
  offset @1 :UInt32;            # of the event in its batch
  event @2 :Data $digest $required;
  firstRow @3 :UInt32;          # of a run, counted through its source table: begins a leaf
  rows @4 :UInt32;              # whole leaves; 0: the whole body
  reason @5 :Text $required;
  requestedBy @6 :Text;         # author or data subject
  request @7 :Data $digest;     # the request, as a document
  consents @8 :List(Data) $digest;  # acts by which the relying parties consented
  order @9 :Data $digest;       # or the arbiter's ruling
}

# A time stamp of an outside authority over a checkpoint.
struct Stamp {
  size @0 :UInt64;
  root @1 :Data $digest $required;
  authority @2 :Text $required;
  time @3 :Int64 $instant;      # as the token claims
  token @4 :Data $required;     # RFC 3161, DER
  certificates @5 :Data;        # PEM of the chain that was trusted at the time
}

# ---- Openings ------------------------------------------------------------------------------------

struct PartyOpened {
  name @0 :Text $required;
  displayName @1 :Text;
  keys @2 :List(KeyGrant);
  recoveryKeys @3 :List(KeyGrant);
}

struct FeedOpened {
  name @0 :Text $required;
  method @1 :Text;
}

struct FeedSucceeded {
  name @0 :Text $required;
  method @1 :Text;
  predecessor @2 :Data $digest $required;  # stream id of the old feed
  lastPosition @3 :UInt64;                 # last good one
  lastDigest @4 :Data $digest;             # of the event there
  reason @5 :Text $required;
}

struct AgreementParty {
  role @0 :Text $required;
  name @1 :Text $required;
  party @2 :Data $digest $required;
}

struct AgreementOpened {
  name @0 :Text $required;
  parties @1 :List(AgreementParty);
}

# ---- Party streams -------------------------------------------------------------------------------

struct KeyRegistered {
  grant @0 :KeyGrant $required;
  reason @1 :Text;
}

struct KeyRevoked {
  key @0 :Data $digest $required;
  compromisedSince :union { none @1 :Void; is @2 :Int64 $instant; }
  reason @3 :Text;
}

struct KeyRecovered {
  grants @0 :List(KeyGrant) $required;
  revoked @1 :List(Data) $digest;
  reason @2 :Text $required;
}

struct RoleGranted {
  role @0 :Text $required;      # "append", "approve", "arbitrate", ...
  grantee @1 :Data $digest $required;  # stream id of the party
  key @2 :Data $digest;         # only this key of the grantee
  agreement @3 :Data $digest;   # only there; absent: everywhere
  amountLimit @4 :Money;        # of acts that dispose of money
  validUntil :union { none @5 :Void; is @6 :Int64 $instant; }
  reason @7 :Text;
}

struct RoleRevoked {
  role @0 :Text $required;
  grantee @1 :Data $digest $required;
  key @2 :Data $digest;
  agreement @3 :Data $digest;
  reason @4 :Text;
}

struct MethodPublished {
  name @0 :Text $required;
  version @1 :Text $required;
  feed @2 :Data $digest;
  description @3 :Text;
  unit @4 :Text;
  resolution @5 :Int64 $duration;
  clockSkew @6 :Int64 $duration;  # bound that the author promises
  document @7 :Data $digest;
}

# A party's word that one body may be erased: as its author the request, as a party whose agreement
# relies on it the consent, as that agreement's arbiter the order.
struct ErasureAgreed {
  event @0 :Data $digest $required;
  index @1 :UInt64;             # of the record
  offset @2 :UInt32;            # of the event in its batch
  reason @3 :Text;
  document @4 :Data $digest;    # that says more, if any
  firstRow @5 :UInt32;          # as in Erasure
  rows @6 :UInt32;              # 0: the whole body, and so any part of it
}

# ---- Feeds ---------------------------------------------------------------------------------------

struct SourceRegistered {
  source @0 :UInt32;
  name @1 :Text $required;
  unit @2 :Text;
  scale @3 :UInt8;
}

enum State { unset @0; up @1; down @2; degraded @3; unknown @4; }

struct StateReported {
  state @0 :State;
  code :union { none @1 :Void; is @2 :Int64; }
  value :union { none @3 :Void; is @4 :Int64; }
  note @5 :Text;
}

struct ProbeResult {
  state @0 :State;
  code :union { none @1 :Void; is @2 :Int64; }
  elapsed :union { none @3 :Void; is @4 :Int64 $duration; }
  target @5 :Text;
  location @6 :Text;
  failure @7 :Text;
  note @8 :Text;
}

# Columns (schema/run.h). Integers inside them are big-endian.
struct MeasurementRun {
  step @0 :Int64 $duration;     # 0: irregular
  sources @1 :Data $required;   # 24 bytes each: source 4, previous position 8, rows 4, first 8
  states @2 :Data $required;    # 2 bits a row, lowest bits of a byte first
  from @3 :Data;                # irregular: 8 bytes a row
  until @4 :Data;
  values @5 :Data;              # none, or 8 bytes a row
}

struct Watermark {
  through @0 :Int64 $instant;
}

enum CorrectionAction { unset @0; replace @1; withdraw @2; }

struct Correction {
  supersedes @0 :Data $digest $required;  # the event
  position @1 :UInt64;          # in a run: of the measurement; else of the event
  action @2 :CorrectionAction;
  replacement @3 :StateReported;
  reason @4 :Text $required;
  documents @5 :List(Data) $digest;
}

struct RequestCounts {
  valid @0 :UInt64;             # what the method calls a valid request
  good @1 :UInt64;
  invalid @2 :UInt64;
  retries @3 :UInt64;
  note @4 :Text;
}

struct LatencyHistogram {
  edges @0 :List(Int64) $required;    # microseconds, ascending; bucket i counts up to edge i
  counts @1 :List(UInt64) $required;  # one for each edge
  above @2 :UInt64;
  failed @3 :UInt64;
  note @4 :Text;
}

enum TicketStep {
  unset @0; opened @1; classified @2; responded @3; paused @4; resumed @5; resolved @6;
  reopened @7; closed @8;
}

struct TicketEvent {
  ticket @0 :Text $required;
  step @1 :TicketStep;
  actor @2 :Text;               # who, as a pseudonym; what kind of actor stands in the header
  priority @3 :Text;
  category @4 :Text;
  service @5 :Text;
  site @6 :Text;
  incident @7 :Text;
  reason @8 :Text;
  firstContact @9 :Bool;        # resolved at first contact
  note @10 :Text;
}

struct CallCounts {
  queue @0 :Text;
  offered @1 :UInt64;
  answered @2 :UInt64;
  answeredInTime @3 :UInt64;
  abandoned @4 :UInt64;
  abandonedInTime @5 :UInt64;
  abandonedShort @6 :UInt64;
  threshold @7 :Int64 $duration;
  shortLimit @8 :Int64 $duration;
  waited @9 :Int64 $duration;   # sum over answered calls
  handled @10 :Int64 $duration; # sum over answered calls
  note @11 :Text;
}

enum LeadStep { unset @0; delivered @1; accepted @2; rejected @3; handedOver @4; }

struct LeadEvent {
  lead @0 :Text $required;
  step @1 :LeadStep;
  class @2 :Text;
  quality @3 :Text;
  units @4 :UInt64;
  value @5 :Money;
  reason @6 :Text;
  note @7 :Text;
}

enum DeliverableStep { unset @0; delivered @1; accepted @2; rejected @3; resubmitted @4; }

struct DeliverableEvent {
  deliverable @0 :Text $required;
  step @1 :DeliverableStep;
  due :union { none @2 :Void; is @3 :Int64 $instant; }
  recipient @4 :Text;
  document @5 :Data $digest;
  reason @6 :Text;
}

enum DependencyStep { unset @0; due @1; delivered @2; delayNotice @3; waived @4; }

struct DependencyEvent {
  dependency @0 :Text $required;
  step @1 :DependencyStep;
  obligor @2 :Text;             # role
  due :union { none @3 :Void; is @4 :Int64 $instant; }
  blocks @5 :List(Text);        # what waits for it
  document @6 :Data $digest;
  reason @7 :Text;
}

enum SurveyStep { unset @0; invited @1; answered @2; declined @3; }

struct SurveyResponse {
  survey @0 :Text $required;
  step @1 :SurveyStep;
  question @2 :Text;
  respondent @3 :Text;          # pseudonym
  score :union { none @4 :Void; is @5 :Int64; }
  highest :union { none @6 :Void; is @7 :Int64; }  # of the scale
  comment @8 :Text;
}

struct ReportedValue {
  window @0 :WindowName $required;
  value @1 :Text $required;     # as printed
}

struct ReportIssued {
  report @0 :Text $required;
  from @1 :Int64 $instant;
  until @2 :Int64 $instant;
  recipient @3 :Text;
  values @4 :List(ReportedValue);
  document @5 :Data $digest;
}

struct FeeCharged {
  fee @0 :Text $required;
  amount @1 :Money $required;
  from @2 :Int64 $instant;
  until @3 :Int64 $instant;
  invoice @4 :Text;
}

struct PortalStatement {
  portal @0 :Text $required;
  values @1 :List(ReportedValue);
  document @2 :Data $digest;
  note @3 :Text;
}

# ---- Agreements: terms and their life ------------------------------------------------------------

struct Binding {
  name @0 :Text $required;
  stream @1 :Data $digest $required;
}

struct TermsProposed {
  termsHash @0 :Data $digest $required;
  terms @1 :Data $required;     # canonical bytes of schema/terms.capnp
  bindings @2 :List(Binding);
  sourceText @3 :Text $limit(262144);
}

struct TermsAccepted {
  termsHash @0 :Data $digest $required;
}

# Terms as one party alone states them.
struct TermsAttested {
  termsHash @0 :Data $digest $required;
  terms @1 :Data $required;
  bindings @2 :List(Binding);
  contract @3 :Data $digest;
  sourceText @4 :Text $limit(262144);
  reason @5 :Text;
}

struct TermsRejected {
  termsHash @0 :Data $digest $required;
  reason @1 :Text;
}

enum Reach { unset @0; prospective @1; retroactive @2; }

struct AmendmentProposed {
  base @0 :Data $digest $required;
  termsHash @1 :Data $digest $required;
  terms @2 :Data $required;
  bindings @3 :List(Binding);
  effective @4 :Int64 $instant;
  reach @5 :Reach;
  reopensSettled @6 :Bool;
  reason @7 :Text;
  sourceText @8 :Text $limit(262144);
}

struct AmendmentAccepted {
  termsHash @0 :Data $digest $required;
}

struct AmendmentRejected {
  termsHash @0 :Data $digest $required;
  reason @1 :Text;
}

enum TerminationGround { unset @0; agreed @1; notice @2; right @3; expiry @4; breach @5; other @6; }

struct Terminated {
  effective @0 :Int64 $instant;
  ground @1 :TerminationGround;
  right @2 :Text;               # the right exercised, if any
  reason @3 :Text;
  documents @4 :List(Data) $digest;
}

struct Renewed {
  from @0 :Int64 $instant;
  until :union { none @1 :Void; is @2 :Int64 $instant; }
  termsHash @3 :Data $digest;
  reason @4 :Text;
  documents @5 :List(Data) $digest;
}

struct Assigned {
  role @0 :Text $required;
  source @1 :Data $digest $required;  # party that held the role
  target @2 :Data $digest $required;  # party that takes it over
  name @3 :Text $required;            # of the target
  effective @4 :Int64 $instant;
  reason @5 :Text;
  documents @6 :List(Data) $digest;
}

# ---- Agreements: notices, exclusions, attribution, targets ---------------------------------------

struct MaintenanceAnnounced {
  name @0 :Text $required;
  cause @1 :Cause;
  from @2 :Int64 $instant;
  until @3 :Int64 $instant;
  objectives @4 :List(Text);    # none: all
  reason @5 :Text;
  documents @6 :List(Data) $digest;
}

enum NoticeAbout { unset @0; incident @1; delay @2; default @3; termination @4; report @5; other @6; }

struct NoticeGiven {
  about @0 :NoticeAbout;
  subject @1 :Text $required;
  objectives @2 :List(Text);
  since :union { none @3 :Void; is @4 :Int64 $instant; }
  reason @5 :Text;
  documents @6 :List(Data) $digest;
}

struct ExclusionProposed {
  name @0 :Text $required;
  cause @1 :Cause;
  from @2 :Int64 $instant;      # the interval claimed
  until @3 :Int64 $instant;
  extent @4 :List(Part);        # only to the extent caused; none: the whole interval
  objectives @5 :List(Text);    # none: all
  incident @6 :Text;
  noticeGiven :union { none @7 :Void; is @8 :Int64 $instant; }
  announcement @9 :Data $digest;  # the notice, when it stands in the ledger
  reason @10 :Text;
  documents @11 :List(Data) $digest;
}

struct ExclusionAgreed {
  name @0 :Text $required;
  extent @1 :List(Part);        # none: as proposed
  reason @2 :Text;
}

struct ExclusionContested {
  name @0 :Text $required;
  extent @1 :List(Part);        # what is conceded
  reason @2 :Text;
  documents @3 :List(Data) $digest;
}

enum Admission { unset @0; admitted @1; reduced @2; rejected @3; }

struct ExclusionDetermined {
  name @0 :Text $required;
  rank @1 :Rank;
  admission @2 :Admission;
  extent @3 :List(Part);
  reason @4 :Text;
  documents @5 :List(Data) $digest;
}

struct AttributionProposed {
  name @0 :Text $required;
  responsible @1 :Text $required;  # role
  cause @2 :Cause;
  from @3 :Int64 $instant;
  until @4 :Int64 $instant;
  extent @5 :List(Part);
  objectives @6 :List(Text);
  incident @7 :Text;
  reason @8 :Text;
  documents @9 :List(Data) $digest;
}

struct AttributionAgreed {
  name @0 :Text $required;
  reason @1 :Text;
}

struct AttributionContested {
  name @0 :Text $required;
  responsible @1 :Text;         # who is, in the view of whoever contests
  extent @2 :List(Part);
  reason @3 :Text;
  documents @4 :List(Data) $digest;
}

struct AttributionDetermined {
  name @0 :Text $required;
  rank @1 :Rank;
  responsible @2 :Text $required;
  extent @3 :List(Part);
  incident @4 :Text;
  reason @5 :Text;
  documents @6 :List(Data) $digest;
}

enum Compare { unset @0; atLeast @1; atMost @2; }

struct TargetProposed {
  objective @0 :Text $required;
  compare @1 :Compare;
  target @2 :Decimal $required;
  minimum @3 :Decimal;
  effective @4 :Int64 $instant;
  method @5 :Text;              # baseline formula by which it was found
  reason @6 :Text;
  documents @7 :List(Data) $digest;
}

struct TargetAccepted {
  objective @0 :Text $required;
  reason @1 :Text;
}

struct TargetContested {
  objective @0 :Text $required;
  target @1 :Decimal;
  reason @2 :Text;
  documents @3 :List(Data) $digest;
}

struct ReportContested {
  report @0 :Text $required;
  values @1 :List(ReportedValue);  # what should stand there
  reason @2 :Text;
  documents @3 :List(Data) $digest;
}

# ---- Agreements: claims and their ends -----------------------------------------------------------

struct ClaimFiled {
  windows @0 :List(WindowName);
  amount @1 :Money;             # absent: the computed one
  reason @2 :Text;
  documents @3 :List(Data) $digest;
}

struct ClaimAcknowledged {
  reference @0 :Text;
  reason @1 :Text;
}

enum ClaimAnswer { unset @0; accepted @1; partly @2; rejected @3; }

struct ClaimAnswered {
  answer @0 :ClaimAnswer;
  amount @1 :Money;             # partly: the part accepted
  reason @2 :Text;
  documents @3 :List(Data) $digest;
}

# The claimant accepts the answer.
struct ClaimAccepted {
  amount @0 :Money;
  reason @1 :Text;
}

struct ClaimEscalated {
  level @0 :UInt16;
  forum @1 :Text;
  reason @2 :Text;
  documents @3 :List(Data) $digest;
}

struct ClaimAgreed {
  amount @0 :Money $required;
  windows @1 :List(WindowName);
  reason @2 :Text;
  documents @3 :List(Data) $digest;
}

struct ClaimWithdrawn {
  reason @0 :Text;
}

struct ClaimAmended {
  windows @0 :List(WindowName);
  amount @1 :Money;
  reason @2 :Text;
  documents @3 :List(Data) $digest;
}

struct MediationOpened {
  mediator @0 :Text $required;
  party @1 :Data $digest;       # of the mediator
  reason @2 :Text;
  documents @3 :List(Data) $digest;
}

enum MediationOutcome { unset @0; agreed @1; failed @2; withdrawn @3; }

struct MediationClosed {
  outcome @0 :MediationOutcome;
  amount @1 :Money;
  reason @2 :Text;
  documents @3 :List(Data) $digest;
}

struct RuledAttribution {
  name @0 :Text $required;
  responsible @1 :Text $required;
  extent @2 :List(Part);
}

struct RuledValue {
  window @0 :WindowName $required;
  value @1 :Text $required;     # "n/d"
}

struct RuledCredit {
  window @0 :WindowName $required;
  amount @1 :Money $required;
}

struct RuledRecomputation {
  window @0 :WindowName $required;
  termsHash @1 :Data $digest $required;
}

enum AwardOf { unset @0; costs @1; interest @2; sum @3; other @4; }

struct Award {
  of @0 :AwardOf;
  debtor @1 :Text $required;    # role
  amount @2 :Money $required;
  from :union { none @3 :Void; is @4 :Int64 $instant; }  # interest
  percent @5 :Decimal;                                   # interest, a year
  note @6 :Text;
}

struct RulingIssued {
  rank @0 :Rank;
  forum @1 :Text;
  partial @2 :Bool;             # a partial award: the rest stays open
  attributions @3 :List(RuledAttribution);
  values @4 :List(RuledValue);
  credits @5 :List(RuledCredit);
  recomputations @6 :List(RuledRecomputation);
  reopened @7 :List(WindowName);
  awards @8 :List(Award);
  exclusions @9 :List(RuledExclusion);
  keysInvalid @10 :List(Data) $digest;  # fingerprints whose suspect acts do not count
  reason @11 :Text;
  documents @12 :List(Data) $digest;
}

struct RuledExclusion {
  name @0 :Text $required;
  admission @1 :Admission;
  extent @2 :List(Part);
}

# The whole ruling as it should have read.
struct RulingCorrected {
  ruling @0 :RulingIssued $required;
  reason @1 :Text;
}

struct DeadlineExtended {
  deadline @0 :Text $required;
  until @1 :Int64 $instant;
  reason @2 :Text;
}

struct DeadlineSuspended {
  deadline @0 :Text;            # absent: all between the parties
  from @1 :Int64 $instant;
  until :union { none @2 :Void; is @3 :Int64 $instant; }
  reason @4 :Text;
}

struct DeadlineResumed {
  deadline @0 :Text;
  from @1 :Int64 $instant;
  reason @2 :Text;
}

struct WithoutPrejudice {
  subject @0 :Text $required;
  text @1 :Text $limit(65536);
  amount @2 :Money;
  documents @3 :List(Data) $digest;
}

enum RightKind { unset @0; termination @1; earnBack @2; stepIn @3; audit @4; setOff @5; other @6; }

struct RightExercised {
  right @0 :Text $required;
  kind @1 :RightKind;
  effective :union { none @2 :Void; is @3 :Int64 $instant; }
  windows @4 :List(WindowName);
  reason @5 :Text;
  documents @6 :List(Data) $digest;
}

struct RightWaived {
  right @0 :Text $required;
  kind @1 :RightKind;
  windows @2 :List(WindowName);
  reason @3 :Text;
  documents @4 :List(Data) $digest;
}

# Where the terms let somebody choose: one credit of several for one incident, cash or set-off.
struct ChoiceMade {
  choice @0 :Text $required;
  option @1 :Text $required;
  windows @2 :List(WindowName);
  reason @3 :Text;
}

struct IndemnityNotice {
  claimant @0 :Text $required;  # the third party
  subject @1 :Text;
  amount @2 :Money;
  since :union { none @3 :Void; is @4 :Int64 $instant; }
  reason @5 :Text;
  documents @6 :List(Data) $digest;
}

# ---- Agreements: money ---------------------------------------------------------------------------

struct SettlementProposed {
  amount @0 :Money $required;
  reference @1 :Text;
  reason @2 :Text;
  onAccount @3 :Bool $unsettable;  # pays of what is approved of a claim; the claim goes on
}

struct SettlementConfirmed {
  amount @0 :Money $required;
  reason @1 :Text;
}

struct ReleaseGiven {
  full @0 :Bool;                # of all claims to this day
  windows @1 :List(WindowName);
  amount @2 :Money;             # the lump sum paid for it
  reason @3 :Text;
  documents @4 :List(Data) $digest;
}

struct InvoiceLine {
  text @0 :Text $required;
  fee @1 :Text;
  net @2 :Money $required;
  taxPercent @3 :Decimal;
}

struct InvoiceRecorded {
  number @0 :Text $required;
  issued @1 :Int64 $instant;
  from @2 :Int64 $instant;
  until @3 :Int64 $instant;
  lines @4 :List(InvoiceLine);
  net @5 :Money $required;
  tax @6 :Money;
  document @7 :Data $digest;
}

struct CreditNoteIssued {
  number @0 :Text $required;
  issued @1 :Int64 $instant;
  invoice @2 :Text;             # the invoice it corrects
  line @3 :UInt32;              # of that invoice, from 1; 0: none
  from @4 :Int64 $instant;
  until @5 :Int64 $instant;
  net @6 :Money $required;
  tax @7 :Money;
  windows @8 :List(WindowName);
  issuerReference @9 :Text;
  holderReference @10 :Text;
  document @11 :Data $digest;
}

struct FeePosted {
  account @0 :Text $required;
  party @1 :Text $required;     # role
  amount @2 :Money $required;
  window @3 :WindowName;
  reverses @4 :Data $digest;    # the posting it reverses
  reference @5 :Text;
  reason @6 :Text;
}

# ---- Agreements: what was computed ---------------------------------------------------------------

struct Statement {
  projection @0 :Text $required;
  engine @1 :Text $required;
  termsHash @2 :Data $digest $required;
  objective @3 :Text;
  from @4 :Int64 $instant;
  until @5 :Int64 $instant;
  size @6 :UInt64;
  root @7 :Data $digest $required;
  knowledge @8 :Int64 $instant;
  figures @9 :Data $digest $required;
  result @10 :Data $digest $required;
}

# Of a closed window, for sequences of windows; only where a rule of its terms asks for them.
struct ClosedOutages {
  longest @0 :Int64 $duration;
  atBegin @1 :Int64 $duration;
  atEnd @2 :Int64 $duration;
  throughout @3 :Bool;          # these two are one outage
}
struct ClosedCap {
  rule @0 :Text $required;
  reached @1 :Bool;             # a line came under it, and nothing was left of it
}

struct WindowClosed {
  window @0 :WindowName $required;
  termsHash @1 :Data $digest $required;
  size @2 :UInt64;
  knowledge @3 :Int64 $instant;
  figures @4 :Data $digest $required;
  verdict @5 :Text $required;
  value @6 :Text;               # "n/d"
  credit @7 :Money;
  outages @8 :ClosedOutages;
  caps @9 :List(ClosedCap);     # ascending by rule
}

struct RestatementProposed {
  window @0 :WindowName $required;
  termsHash @1 :Data $digest $required;
  size @2 :UInt64;
  knowledge @3 :Int64 $instant;
  closed @4 :Data $digest $required;   # figures of the closing
  figures @5 :Data $digest $required;  # figures now
  verdict @6 :Text $required;
  value @7 :Text;
  credit @8 :Money;
  reason @9 :Text;
}

struct RestatementAccepted {
  figures @0 :Data $digest $required;
  reason @1 :Text;
}

struct RestatementContested {
  figures @0 :Data $digest $required;
  reason @1 :Text;
  documents @2 :List(Data) $digest;
}

# A document that acts name: here, or only by its digest.
struct DocumentNamed {
  name @0 :Text $required;
  mediaType @1 :Text;
  digest @2 :Data $digest $required;
  size @3 :UInt64;
  content @4 :Data;
}
