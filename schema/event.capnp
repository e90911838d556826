# The header of an event, as schema/event.cc writes it by hand. This declaration is the oracle of
# its test and the reading aid of anybody with a Cap'n Proto compiler; the program does not use it.
@0xc53c11a8073b640b;

using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("tally::wire");

struct EventHeader {
  kind @0 :UInt16;
  actor @1 :UInt16;             # 1 human, 2 automation, 3 monitor
  source @2 :UInt32;
  position @3 :UInt64;
  observedFrom @4 :Int64;
  observedUntil @5 :Int64;
  reportedAt @6 :Int64;
  previousOfSource @7 :UInt64;
  runRows @8 :UInt32;
  runSources @9 :UInt32;

  stream @10 :Data;
  previous @11 :Data;
  body @12 :Data;
  runRoot @13 :Data;
  id @14 :Data;                 # 16 bytes
  author @15 :Data;
  seen @16 :Data;               # sequence 8, big-endian, and leaf hash 32
  answers @17 :Data;
}
