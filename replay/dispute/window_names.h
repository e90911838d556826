// Where acts name windows. The end of a term can cut a window short that somebody named while it
// ran; it is the same window, so each name is visited once the end is known, and takes the new one
// (replay/cut_windows.h). Windows that acts find by another act (a settlement by its closing or
// claim, a restatement by its closing) need nothing: only what had not ended is ever cut.
#pragma once

#include <functional>

#include "replay/dispute/heard_act.h"
#include "replay/replay.h"

namespace tally::replay {

// `said`: the act that names it. The visitor may change the name.
using NameVisitor = std::function<void(WindowName& name, const ActStamp& said)>;

}  // namespace tally::replay
