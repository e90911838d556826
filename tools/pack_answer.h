// What a figure is worth that was computed from a pack: a pack shows what its maker chose, and only
// what it proves to be all of the matter gives the figures of the ledger. Where it does not, every
// report of such a figure says so first: for people, in JSON and in HTML.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "ledger/ledger.h"
#include "replay/replay.h"
#include "tools/json_writer.h"

namespace tally::tools {

// Puts in front of the findings of `result` what the ledger, if it is a pack, leaves open of what
// was asked: `pack-incomplete` where records at the end of its streams may be missing,
// `pack-withholds` where evidence is left out that the question rests on. The digests stay those of
// what was computed.
absl::Status AddDoubts(const ledger::Ledger& ledger, const replay::ReplayRequest& request,
                       replay::Result& result);
// The same without a result, for reports that have no findings.
absl::StatusOr<std::vector<replay::Finding>> DoubtsOf(const ledger::Ledger& ledger,
                                                      const replay::ReplayRequest& request);

// One line "INCOMPLETE: ..." for each of these, for the beginning of a report; "" without any.
std::string DoubtWords(const std::vector<replay::Finding>& findings);
// The same in a document: "incomplete" with these messages; nothing without any.
void WriteDoubts(JsonWriter& json, const std::vector<replay::Finding>& findings);
// The same as a box at the beginning of a page.
std::string DoubtHtml(const std::vector<replay::Finding>& findings);

}  // namespace tally::tools
