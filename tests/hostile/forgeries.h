// The forgeries that hostile_packs gives to a verifier: each asks for as much memory or time as its
// form allows, some by many small parts, some by claims that nothing stands behind.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "schema/bytes.h"

namespace tally::hostile {

struct Forgery {
  Bytes bytes;              // empty: the limits of packs keep it from being made
  double cost_seconds = 0;  // of its hashes and signatures, on this machine
  uint64_t records = 0, events = 0;
};

struct ForgeryCase {
  std::string name;
  size_t bytes;        // roughly, in a test run
  size_t whole_bytes;  // at the limits of packs
  std::function<Forgery(size_t bytes)> make;
};
const std::vector<ForgeryCase>& ForgeryCases();

}  // namespace tally::hostile
