// The conformance kit as it is written: files in a folder, and one table of cases, each a call of a
// verifier and the verdict that it must give (docs/CONFORMANCE.md).
#pragma once

#include <string>
#include <vector>

#include "schema/bytes.h"

namespace tally::conformance {

// Of a pack that holds and does not prove to be all: incomplete.
enum class Verdict { kAccept, kRefuse, kIncomplete };

class KitWriter {
 public:
  explicit KitWriter(std::string folder) : folder_(std::move(folder)) {}

  // A file of the kit; gives its name back, for the arguments of a case.
  std::string File(const std::string& name, ByteView bytes);
  std::string File(const std::string& name, const std::string& text);
  // `arguments`: the kind, then what a verifier is called with, in the kit's folder.
  // `rule`: what the verdict follows from, which is never what some program says.
  void Case(const std::string& what, std::vector<std::string> arguments, Verdict verdict,
            const std::string& rule = "");
  // cases.json; last.
  void Finish();

 private:
  struct Row {
    std::string what;
    std::vector<std::string> arguments;
    Verdict verdict;
    std::string rule;
  };
  const std::string folder_;
  std::vector<Row> rows_;
};

// The parts of the kit.
void AddVectors(KitWriter& kit);  // the formulas of FORMAT.md 1
void AddTrees(KitWriter& kit);
void AddNotes(KitWriter& kit);
void AddAuthors(KitWriter& kit);  // events, runs, batches
void AddLog(KitWriter& kit);      // tiles, proofs, contradictions
void AddPacks(KitWriter& kit);

}  // namespace tally::conformance
