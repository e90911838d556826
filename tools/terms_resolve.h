// Documents of several levels put together to one file of terms, field by field (DOMAIN 3.9; 3.17
// rule 24). Works on trees: what comes out is read by the one compiler of terms, and each value
// still knows the file and line that it was written in.
//
// A field is the smallest thing that two documents can say differently: a party, an objective's
// target or window, one choice of a measure or credit, one choice of the disputes. Two measures of
// different kinds, or credits of different schemes, are one field each, because the choices of one
// mean nothing to the other. `source`, `sources` and `monitors` are one field, `source`.
//
//   never inherited    tally, agreement, term, amends, `supported by`: the file's own
//   put together       calendars: every name that a document lists
//   resolved           all the rest
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "schema/terms_levels.h"
#include "tools/terms_report.h"
#include "tools/yaml_reader.h"

namespace tally::tools {

// Of every refusal that is about levels.
inline constexpr absl::string_view kLevelsCode = "terms-levels";

enum class ResolveRule { kUnset, kMostSpecific, kStrictest, kOnlyListed, kNamed, kLeftOut };

// A line of `levels: fields:`. A `*` stands for any one part of a field's name.
struct FieldChoice {
  std::string pattern;
  ResolveRule rule = ResolveRule::kUnset;
  std::string level;  // kNamed
  FilePosition position;
};

struct LevelFile {
  std::string level;
  DocumentDigest digest;
  Interval valid;
  YamlNode root;
};

// What lost: for people, not for the terms.
struct Overruled {
  std::string field;
  std::string level;  // whose value does not count
  FilePosition position;
  std::string winner;  // the level whose value counts; empty: the field is left out
};

struct ResolvedFile {
  YamlNode root;
  std::vector<FieldSource> fields;  // ascending
  std::vector<Overruled> overruled;
  std::vector<size_t> used;  // indices of the choices that some field asked for
};

// Whether what stands at a place is a map of fields, by its path: {"objectives", "availability"}.
bool HoldsFields(const std::vector<std::string>& path);

// `files` in the order of precedence, the first prevails; `own` is among them. What cannot be
// resolved is reported (terms-levels), each field by itself.
ResolvedFile ResolveLevels(const std::vector<const LevelFile*>& files, const LevelFile& own,
                           ResolveRule rule, const std::vector<FieldChoice>& choices,
                           TermsReport& report);

}  // namespace tally::tools
