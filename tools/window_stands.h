// What stands about one window, in words for the page about it: how it was closed and what changed
// it since, claims and rights, where its money is and what was awarded beside it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "replay/replay.h"
#include "tools/local_times.h"
#include "tools/told_acts.h"

namespace tally::tools {

bool IsAbout(const replay::ClaimResult& claim, const replay::WindowResult& window);
bool IsAbout(const replay::Right& right, const replay::WindowResult& window);

// `acts` says who did it, where it is known.
std::vector<std::string> StandsOf(const replay::Result& result, const replay::WindowResult& window,
                                  const ToldActs& acts);

// Evidence that was left out because it came late: "48 events came after ...". "" where none was.
std::string LateWords(const replay::Result& result, const replay::WindowResult& window);
// Until when either side may propose a restatement of the window, by the rule of its terms, counted
// from its closing; nullopt where the terms or the act are not known, or no such time is stated.
std::optional<Instant> RestatableUntil(const replay::WindowResult& window, const ToldActs& acts,
                                       const LocalTimes& local);

}  // namespace tally::tools
