// A sound terms file to break, zones that need no machine, and what a check is expected to find.
#pragma once

#include <string>
#include <vector>

#include "tools/terms_compile.h"

namespace tally::tools {

// In block style: one choice a line, so that tests can take lines away.
std::string SoundTerms();

// `text` with its one occurrence of `from` replaced; the test fails when there is not exactly one.
std::string With(const std::string& text, const std::string& from, const std::string& to);

// UTC, Asia/Jakarta (+7) and Europe/Berlin (by its present rule), made here.
ZoneSource MadeZones();

// "3:5 terms-bad-value `key` is ...; hint", one for each finding, in order.
std::vector<std::string> FindingsOf(const std::string& text);
// The same for errors alone.
std::vector<std::string> ErrorsOf(const std::string& text);

}  // namespace tally::tools
