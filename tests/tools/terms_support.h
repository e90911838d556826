// A sound terms file to break, zones that need no machine, and what a check is expected to find.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "schema/choice.h"
#include "tools/terms_compile.h"
#include "tools/yaml_reader.h"

namespace tally::tools {

// In block style: one choice a line, so that tests can take lines away.
std::string SoundTerms();

// `text` with its one occurrence of `from` replaced; the test fails when there is not exactly one.
std::string With(const std::string& text, const std::string& from, const std::string& to);

// UTC, Asia/Jakarta (+7) and Europe/Berlin (by its present rule), made here; the calendar
// "office-hours", one that is broken and one in a zone that nobody knows.
TermsDocuments MadeZones();
std::string OfficeHours(const std::string& zone);

// `text` with lines (rules, calendars, an objective after the first) before its `disputes`.
std::string WithLines(const std::string& text, const std::string& lines);
// Lines for every choice that a row asks for, indented; `words` where the first word is not meant.
std::string SampleChoices(const VocabularyRow& row, int depth,
                          const std::map<std::string, std::string>& words = {});
// An objective `second` with such a measure, for WithLines.
std::string SecondObjective(const VocabularyRow& row,
                            const std::map<std::string, std::string>& words = {});

// "3:5 terms-bad-value `key` is ...; hint", one for each finding, in order.
std::vector<std::string> FindingsOf(const std::string& text);
// The same for errors alone.
std::vector<std::string> ErrorsOf(const std::string& text);

// Whether two files say the same, wherever it stands in them.
bool SameTree(const YamlNode& a, const YamlNode& b);

}  // namespace tally::tools
