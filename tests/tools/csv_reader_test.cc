// Goal: comma-separated values are read strictly, with positions.
// Method: a table of texts beside the rows or the error that must come out.
#include "tools/csv_reader.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace tally::tools {
namespace {

// "a|b;c|d" for rows, "!line:column message" for errors.
std::string Read(absl::string_view text, char separator = ',') {
  absl::StatusOr<CsvReader> reader = CsvReader::Open(text, separator);
  if (!reader.ok()) return absl::StrCat("!", reader.status().message());
  std::string shown;
  CsvReader::Row row;
  std::optional<RowError> error;
  while (reader->Next(row, error)) {
    if (!shown.empty()) shown += ";";
    if (error.has_value()) {
      absl::StrAppend(&shown, "!", error->line, ":", error->column, " ", error->message);
      continue;
    }
    for (size_t i = 0; i < row.fields.size(); ++i) {
      absl::StrAppend(&shown, i == 0 ? "" : "|", row.fields[i].text);
    }
  }
  return shown;
}

TEST(CsvReader, ReadsPlainAndQuotedFields) {
  EXPECT_EQ(Read("a,b\n1,2\n3,4"), "1|2;3|4");
  EXPECT_EQ(Read("a,b\r\n1,\r\n"), "1|");
  EXPECT_EQ(Read("a,b\n\"x,\"\"y\"\"\",2\n"), "x,\"y\"|2");
  EXPECT_EQ(Read("a,b\n\"two\nlines\",2\n3,4\n"), "two\nlines|2;3|4");
  EXPECT_EQ(Read("\xEF\xBB\xBF"
                 "a;b\n1;2\n",
                 ';'),
            "1|2");
}

TEST(CsvReader, NamesTheFirstWrongPlaceAndGoesOn) {
  EXPECT_EQ(Read("a,b\n1\n3,4\n"), "!2:0 expected 2 fields as in the header, found 1;3|4");
  EXPECT_EQ(Read("a,b\n\"1\"x,2\n3,4\n"), "!2:4 text after a closing quote;3|4");
  EXPECT_EQ(Read("a,b\n1,x\"y\n3,4\n"), "!2:4 a quote in the middle of an unquoted field;3|4");
  EXPECT_EQ(Read("a,b\n1,\"open\n3,4\n"), "!2:3 a quoted field is not closed");
}

TEST(CsvReader, RefusesAHeaderThatCannotBeMeant) {
  EXPECT_EQ(Read(""), "!1:1: the file is empty; a header line was expected");
  EXPECT_EQ(Read("a,a\n"), "!1:3: column name 'a' is empty or stands twice in the header");
  EXPECT_EQ(Read("a,\n"), "!1:3: column name '' is empty or stands twice in the header");
}

TEST(CsvReader, FindsColumnsByName) {
  absl::StatusOr<CsvReader> reader = CsvReader::Open("a,b\n", ',');
  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(reader->Column("b"), 1u);
  EXPECT_FALSE(reader->Column("c").has_value());
}

}  // namespace
}  // namespace tally::tools
