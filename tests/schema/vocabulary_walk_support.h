// What the tests of the vocabulary's tables look at in every row of every table.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "schema/choice.h"

namespace tally {

// "kind | choice | form | word, word", one line for each choice in the order of the table: what
// terms that were signed keep for ever.
std::vector<std::string> LinesOf(std::span<const VocabularyRow> rows);

// Kinds, names and words are plain, each choice is asked for once in a sentence that names its
// words, and only words have a list of them.
void ExpectPlainRows(std::span<const VocabularyRow> rows);

// What a choice hangs on is asked for before it and has at least one of the words named.
void ExpectConditionsOfEarlierChoices(std::span<const VocabularyRow> rows);

}  // namespace tally
