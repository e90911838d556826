// The rules of docs/STYLE.md that a program can check, as functions over paths and text.
//
// Each rule takes one file and returns sentences about what is wrong in it, so that a bad specimen
// can show that the rule bites before the whole tree shows that it holds.
#pragma once

#include <string>
#include <vector>

namespace tally::tests {

struct SourceFile {
  std::string path;  // from the root: "ledger/chain/merkle.cc"
  std::string text;
};
using Complaints = std::vector<std::string>;

// Floors and rooms: a file includes only its own floor and those below.
Complaints CheckFloors(const SourceFile& file);
// One door for each dependency; heavy headers stay out of our headers.
Complaints CheckDoors(const SourceFile& file);
// Lines in a file, in a function and in a line.
Complaints CheckSizes(const SourceFile& file);
// Floating point, clocks, randomness, environment, globals, unordered iteration, unfinished work.
Complaints CheckBanned(const SourceFile& file);
// File names and type names that say nothing; file heads.
Complaints CheckNames(const SourceFile& file);

// The test that `path` must have, or "" when it is exempt (mains, headers, files under 25 lines).
std::string TwinOf(const SourceFile& file);

// All tracked kinds of source below `root`, ascending by path.
std::vector<SourceFile> ReadTree(const std::string& root);

}  // namespace tally::tests
