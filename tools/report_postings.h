// The postings of a replay for people, programs and the books.
#pragma once

#include <string>
#include <vector>

#include "replay/replay.h"
#include "tools/json_writer.h"

namespace tally::tools {

// The value of a key: an array, one object a posting.
void WritePostings(JsonWriter& json, const std::vector<replay::Posting>& postings);
// One line a posting; "" when there are none.
std::string PostingsText(const std::vector<replay::Posting>& postings);
// A cell of a CSV file (RFC 4180), quoted where it has to be. One that a spreadsheet would take for
// a formula begins with an apostrophe: others choose such texts.
std::string CsvCell(const std::string& text);
// RFC 4180 with a header line: two rows a posting, one for each account, debit and credit of the
// creditor's books in the currency's own decimals. `label` stands before the text of each row.
std::string PostingsCsv(const std::string& agreement, const std::vector<replay::Posting>& postings,
                        const std::string& label = "");

}  // namespace tally::tools
