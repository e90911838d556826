// A refusal as people and programs read it: what is wrong, where, and what to do.
//
// Inside the program a Fault travels as the payload of an absl::Status, so that commands use the
// same macros as every other floor; RunTally unpacks it at the door and prints it. A Status of a
// lower floor, without payload, is given a code by what the program was doing.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace tally::tools {

// Where in a file; line and column count from 1, 0 stands for "not known".
struct FilePosition {
  std::string file;
  int line = 0;
  int column = 0;
};

struct Fault {
  std::string code;     // a row of error_codes.h
  std::string message;  // what is wrong
  std::string hint;     // what to do; may be empty
  FilePosition position;
};

// `code` must be in the table of error codes.
absl::Status Refuse(absl::string_view code, absl::string_view message, absl::string_view hint = "");
absl::Status RefuseAt(const FilePosition& position, absl::string_view code,
                      absl::string_view message, absl::string_view hint = "");

// What the program was doing when a lower floor gave a Status.
enum class Doing {
  kInput,      // reading what the user named
  kOpening,    // opening the ledger
  kReading,    // reading from the open ledger
  kAppending,  // asking the ledger to record
};
// The same failure as a fault; a Status that carries one already, and OK, stay as they are.
absl::Status Translate(Doing doing, const absl::Status& status);
// A fault at a place in a file, for input errors that do not know their file.
absl::Status TranslateAt(const FilePosition& position, absl::string_view code,
                         const absl::Status& status);

// Precondition: !status.ok().
Fault FaultOf(const absl::Status& status);
int ExitOf(const Fault& fault);
// "terms.yaml:12:9: what is wrong; what to do" without the leading "tally: error: ".
std::string FaultText(const Fault& fault);
// {"format":"tally.error/1",...}
std::string FaultJson(const Fault& fault);

}  // namespace tally::tools
