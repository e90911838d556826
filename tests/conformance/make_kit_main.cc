// Writes the conformance kit into a folder: the same bytes in every run, from fixed seeds and keys.
//
//   conformance_kit FOLDER
#include <iostream>

#include "tests/conformance/kit_writer.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: conformance_kit FOLDER\n";
    return 2;
  }
  tally::conformance::KitWriter kit(argv[1]);
  tally::conformance::AddVectors(kit);
  tally::conformance::AddTrees(kit);
  tally::conformance::AddNotes(kit);
  tally::conformance::AddAuthors(kit);
  tally::conformance::AddLog(kit);
  tally::conformance::AddPacks(kit);
  kit.Finish();
  return 0;
}
