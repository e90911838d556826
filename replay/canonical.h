// The canonical spelling of results, from which their digests are made (docs/FORMAT.md "Results").
//
// Lines of UTF-8 ending in LF; words separated by one space; texts of people in quotes. Nothing in
// it depends on a machine, a locale, a number of threads or the order in which maps are walked.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "replay/replay.h"

namespace tally::replay {

// `text` in double quotes: `"` and `\` are preceded by `\`, bytes below 0x20 and 0x7f are \xHH.
std::string Quoted(absl::string_view text);

// The figures of one window: what `WindowResult::figures` is the SHA-256 of. Axes, the status, the
// acts of a dispute, and what moves with K alone while a window is open are not in it.
std::string CanonicalFigures(const WindowResult& window);
Hash DigestOfFigures(const WindowResult& window);

// SHA-256 over the figures of all windows in their order, and over the whole result.
Hash DigestOfAllFigures(const Result& result);
Hash DigestOfResult(const Result& result);
// The whole result in the older form, which had no lines `posting` and `step`: what statements cite
// that were made before results listed them.
Hash DigestBeforePostings(const Result& result);

// "n/d", or "-" when there is none.
std::string FractionText(const std::optional<Fraction>& value);

}  // namespace tally::replay
