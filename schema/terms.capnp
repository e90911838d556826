# Compiled terms (schema/terms.h): what parties sign. The rules of schema/body.capnp hold here too,
# but every choice is marked $unsettable: schema/terms.cc knows which choices a term needs, and
# names the objective and the field that lacks one.
@0x846f44c0ab8737a3;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("tally::wire");
using Body = import "body.capnp";

struct ZoneRef {
  name @0 :Text $Body.required;
  rules @1 :Data $Body.digest $Body.required;
}

struct TermsParty {
  role @0 :Text $Body.required;
  name @1 :Text $Body.required;
}

enum WindowEvery {
  unset @0; calendarMonth @1; calendarQuarter @2; calendarYear @3; rollingDays @4;
  billingCycle @5; contractYear @6; fixedLength @7;
}
enum MonthEnd { unset @0; lastDay @1; nextMonth @2; }
enum ClippedWindow { unset @0; prorate @1; mergeIntoNext @2; notMeasured @3; }
enum RollingLength { unset @0; localDays @1; elapsed @2; }
enum ShortRolling { unset @0; notMeasured @1; missingCountsAsGood @2; }

struct WindowRule {
  every @0 :WindowEvery $Body.unsettable;
  clipped @1 :ClippedWindow $Body.unsettable;
  length @2 :RollingLength $Body.unsettable;
  shortFirst @3 :ShortRolling $Body.unsettable;
  days @4 :UInt32;
  stepDays @5 :UInt32;
  zone @6 :ZoneRef $Body.required;
  anchorDay @7 :UInt32;
  monthEnd @8 :MonthEnd $Body.unsettable;
  fixed :union { none @9 :Void; is @10 :Int64 $Body.duration; }
}

struct CalendarRef {
  name @0 :Text $Body.required;
  rules @1 :Data $Body.digest $Body.required;
  zone @2 :ZoneRef;
}

# A choice of the vocabulary (schema/choice.h), canonical text.
struct Choice {
  name @0 :Text $Body.required;
  values @1 :List(Text) $Body.required;
}

struct Measure {
  kind @0 :Text $Body.required;
  sources @1 :List(SourceRef);
  choices @2 :List(Choice);
}

struct Rule {
  id @0 :Text $Body.required;
  kind @1 :Text $Body.required;
  objectives @2 :List(Text);
  choices @3 :List(Choice);
}

struct Fee {
  name @0 :Text $Body.required;
  amount @1 :Body.Money $Body.required;
  per @2 :WindowEvery $Body.unsettable;
}

struct SourceRef {
  feed @0 :Text $Body.required;
  source @1 :Text $Body.required;
}

enum UpRule { unset @0; recordedStatus @1; codes @2; recordedStatusOrCodes @3; }

struct StateRule {
  up @0 :UpRule $Body.unsettable;
  longest :union { none @1 :Void; is @2 :Int64 $Body.duration; }
  codesUp @3 :List(Int64);
}

enum Holding { unset @0; untilNext @1; atMost @2; probe @3; }
enum CountsAs { unset @0; up @1; down @2; removed @3; }
enum Denominator { unset @0; keep @1; remove @2; removeOverlap @3; fixed @4; }
enum Snap { unset @0; none @1; floor @2; ceil @3; }
enum SnapScope { unset @0; eachOutage @1; windowTotal @2; }
enum RunAtEdge { unset @0; cutBeforeTest @1; cutAfterTest @2; }
enum ExcludedInRun { unset @0; breaksRun @1; isPassedOver @2; }
enum Alignment { unset @0; sliding @1; clock @2; }
enum MonitorPolicy { unset @0; anyDown @1; allDown @2; quorum @3; fallback @4; mean @5; }
enum SilentMonitor { unset @0; mayBeDown @1; isPassedOver @2; }

struct Monitor {
  name @0 :Text $Body.required;
  sources @1 :List(SourceRef) $Body.required;
}

struct MinimumOutage {
  quantum @0 :Int64 $Body.duration;
  count @1 :UInt32;
  edge @2 :RunAtEdge $Body.unsettable;
  excluded @3 :ExcludedInRun $Body.unsettable;
  alignment @4 :Alignment $Body.unsettable;
}

struct AvailabilityByTime {
  sources @0 :List(SourceRef);
  rule @1 :StateRule $Body.required;
  holding @2 :Holding $Body.unsettable;
  unknown @3 :CountsAs $Body.unsettable;
  degraded @4 :CountsAs $Body.unsettable;
  denominator @5 :Denominator $Body.unsettable;
  holdLimit :union { none @6 :Void; is @7 :Int64 $Body.duration; }
  quantum :union { none @8 :Void; is @9 :Int64 $Body.duration; }
  fixed :union { none @10 :Void; is @11 :Int64 $Body.duration; }
  clampAtZero @12 :Bool;
  minimumOutage @13 :MinimumOutage;
  resolution @14 :Int64 $Body.duration;
  snap @15 :Snap $Body.unsettable;
  snapScope @16 :SnapScope $Body.unsettable;
  monitors @17 :List(Monitor);
  policy @18 :MonitorPolicy $Body.unsettable;
  quorum @19 :UInt32;
  silent @20 :SilentMonitor $Body.unsettable;
  coverageFloor @21 :Body.Decimal;
}

struct AgreedExclusion {
  id @0 :Text $Body.required;
  cause @1 :Text $Body.required;
  from @2 :Int64 $Body.instant;
  until @3 :Int64 $Body.instant;
}

enum TargetCompare { unset @0; atLeast @1; atMost @2; }

struct Target {
  compare @0 :TargetCompare $Body.unsettable;
  percent @1 :Body.Decimal $Body.required;
  minimum @2 :Body.Decimal;
  stretch @3 :Body.Decimal;
}

enum TierEdges { unset @0; fromIncluded @1; upToIncluded @2; }

struct Tier {
  from @0 :Body.Decimal;
  below @1 :Body.Decimal;
  creditPercent @2 :Body.Decimal $Body.required;
}

enum EmptyRule { unset @0; met @1; breached @2; noResult @3; carryLast @4; }
enum Rounding { unset @0; halfUp @1; halfEven @2; down @3; up @4; }

struct CreditRule {
  fee @0 :Text;
  tiers @1 :List(Tier);
  rounding @2 :Rounding $Body.unsettable;
  windowCap @3 :Body.Money;
  minimum @4 :Body.Money;
  scheme @5 :Text $Body.required;
  choices @6 :List(Choice);
  edges @7 :TierEdges $Body.unsettable;
}

struct Clause {
  id @0 :Text $Body.required;
  wording @1 :Text;
  document @2 :Data $Body.digest;
}

struct Objective {
  id @0 :Text $Body.required;
  obligor @1 :Text $Body.required;
  obligee @2 :Text $Body.required;
  clause @3 :Clause;
  exclusions @4 :List(AgreedExclusion);
  window @5 :WindowRule $Body.required;
  empty @6 :EmptyRule $Body.unsettable;
  target @7 :Target $Body.required;
  credit @8 :CreditRule;
  availability @9 :AvailabilityByTime;  # exactly one of the two
  counted @10 :Measure;
}

enum SilentAnswer { unset @0; deemedAccepted @1; deemedRejected @2; }
enum ClaimNeeded { unset @0; automatic @1; onClaim @2; }
enum LateEvidence { unset @0; disregarded @1; restatementProposed @2; alwaysRestated @3; }

struct DisputeRules {
  credits @0 :ClaimNeeded $Body.unsettable;
  claimWithinDays @1 :UInt32;
  answerWithinDays @2 :UInt32;
  silence @3 :SilentAnswer $Body.unsettable;
  evidenceCutoffDays @4 :UInt32;
  objectionDays @5 :UInt32;
  lateEvidence @6 :LateEvidence $Body.unsettable;
}

# What is behind terms that several documents make together (schema/terms_levels.h).
enum FieldRule { unset @0; onlyStated @1; allAgree @2; mostSpecific @3; strictest @4; named @5; }

struct LevelDocument {
  level @0 :Text $Body.required;
  document @1 :Data $Body.digest $Body.required;
}

struct FieldSource {
  field @0 :Text $Body.required;
  level @1 :Text $Body.required;
  rule @2 :FieldRule $Body.unsettable;
  line @3 :UInt32;
  clause @4 :Text;
}

struct TermsLevels {
  from @0 :Int64 $Body.instant;
  until :union { none @1 :Void; is @2 :Int64 $Body.instant; }
  documents @3 :List(LevelDocument) $Body.required;
  fields @4 :List(FieldSource) $Body.required;
}

enum SupportKind { unset @0; operationalLevel @1; underpinning @2; }

struct Support {
  objective @0 :Text $Body.required;
  kind @1 :SupportKind $Body.unsettable;
  agreement @2 :Text $Body.required;
  by @3 :Text $Body.required;
  terms @4 :Data $Body.digest;
}

struct Terms {
  agreement @0 :Text $Body.required;
  parties @1 :List(TermsParty) $Body.required;
  from @2 :Int64 $Body.instant;
  until :union { none @3 :Void; is @4 :Int64 $Body.instant; }
  zone @5 :ZoneRef $Body.required;
  fees @6 :List(Fee);
  objectives @7 :List(Objective) $Body.required;
  disputes @8 :DisputeRules $Body.required;
  calendars @9 :List(CalendarRef);
  rules @10 :List(Rule);
  levels @11 :TermsLevels;
  supports @12 :List(Support);
}
