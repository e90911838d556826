// Zone files for tests: those of the machine, and small ones built field by field so that each
// field can be broken.
#pragma once

#include <string>
#include <vector>

#include "replay/terms/zone.h"
#include "schema/bytes.h"

namespace tally::replay {

// Empty if the machine has no such zone.
Bytes ReadZoneFile(const std::string& name);
// The zone of that name; ends the test program if there is none.
Zone LoadZone(const std::string& name);
// Sorted names of the machine's zones, one for each different file, without the trees "posix" and
// "right".
std::vector<std::string> AllZoneNames();

struct TzifParts {
  std::string magic = "TZif";
  char version = '2';
  Bytes reserved = Bytes(15, 0);
  std::vector<int64_t> transitions = {1'000'000'000};
  std::vector<uint8_t> types_after = {1};
  struct Type {
    int32_t offset_s;
    uint8_t saving;
    uint8_t letters_at;
  };
  std::vector<Type> types = {{0, 0, 0}, {3'600, 0, 4}};
  std::string letters = std::string("AAA\0BBB\0", 8);
  Bytes standard_marks;
  Bytes ut_marks;
  uint32_t leaps = 0;
  std::string footer = "\nBBB-1\n";
};
Bytes BuildTzif(const TzifParts& parts);

}  // namespace tally::replay
