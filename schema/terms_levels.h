// How terms stand among other documents: which documents of several levels they were resolved from,
// field by field, and which agreements below support them.
//
// Resolving is done before terms are signed, and what is signed are whole terms like any others:
// replay reads nothing here. The table says of each field where it was taken from, so that a figure
// can be followed to the sentence of the document that stands behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schema/identity.h"
#include "schema/instant.h"

namespace tally {

// Why the value of a field is the one that counts.
enum class FieldRule : uint16_t {
  kUnset = 0,
  kOnlyStated = 1,    // one document states it
  kAllAgree = 2,      // several state it, all the same
  kMostSpecific = 3,  // the first in the order of precedence
  kStrictest = 4,     // the one that asks the most of who owes it
  kNamed = 5,         // the document that was named for this field
};

struct LevelDocument {
  std::string level;        // "corporate"
  DocumentDigest document;  // SHA-256 of the document's bytes
};

struct FieldSource {
  std::string field;  // "objectives.availability.target"
  std::string level;  // of one of the documents
  FieldRule rule = FieldRule::kUnset;
  uint32_t line = 0;   // where it stands in that document, from 1
  std::string clause;  // of the objective in that document; may be empty
};

// Documents hold for a time of service, and the terms resolved from them for the time in which all
// of these do.
struct TermsLevels {
  Instant from;
  std::optional<Instant> until;          // absent: open
  std::vector<LevelDocument> documents;  // in the order of precedence: the first prevails
  std::vector<FieldSource> fields;       // ascending by field
};

enum class SupportKind : uint16_t {
  kUnset = 0,
  kOperationalLevel = 1,  // an agreement inside the provider's house
  kUnderpinning = 2,      // a contract with a supplier
};
// An objective of another agreement on which one of these terms rests. Several for one objective
// stand in series: all of them are needed.
struct Support {
  std::string objective;  // of these terms
  SupportKind kind = SupportKind::kUnset;
  std::string agreement;           // the other agreement's name
  std::string by;                  // its objective
  std::optional<TermsHash> terms;  // absent: whatever is in force there
};

}  // namespace tally
