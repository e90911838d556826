// Goal: docs/LIMITS.md tells the truth: each row is a constant of the code, and no limit is
// missing. Method: the page's rows are compared with the constants; then every header is searched
// for constants named ...Max or ...Target, which the page must list.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "ledger/chain/batch.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note.h"
#include "ledger/chain/policy.h"
#include "ledger/chain/tile_files.h"
#include "ledger/chain/witness_protocol.h"
#include "ledger/crypto/time_stamp.h"
#include "ledger/files/plain_file.h"
#include "ledger/log/admission.h"
#include "ledger/log/erased_rows.h"
#include "ledger/log/recorded_time.h"
#include "ledger/log/segment.h"
#include "ledger/pack/pack_form.h"
#include "replay/contested.h"
#include "replay/parting.h"
#include "replay/terms/window.h"
#include "schema/body_sense.h"
#include "schema/decimals.h"
#include "schema/event.h"
#include "schema/run.h"
#include "tests/tree_rules.h"
#include "tools/files.h"
#include "tools/json_reader.h"
#include "tools/terms_bounds.h"
#include "tools/terms_fields.h"
#include "tools/terms_sense.h"
#include "tools/verify_limits.h"
#include "tools/yaml_reader.h"

namespace tally::tests {
namespace {

// Constants that a test can include; the others are read from their header's text.
const std::map<std::string, uint64_t>& Constants() {
  static const std::map<std::string, uint64_t> kConstants = {
      {"kHeaderBytesMax", kHeaderBytesMax},
      {"kDecimalsMax", kDecimalsMax},
      {"kBodyBytesMax", kBodyBytesMax},
      {"kActAmountMax", kActAmountMax},
      {"kRollingOverlapMax", tools::kRollingOverlapMax},
      {"kPositionMax", kPositionMax},
      {"kPositionStepMax", kPositionStepMax},
      {"kRunRowsMax", kRunRowsMax},
      {"kRunSourcesMax", kRunSourcesMax},
      {"kBatchEventsMax", ledger::kBatchEventsMax},
      {"kBatchBytesMax", ledger::kBatchBytesMax},
      {"kProofHashesMax", ledger::kProofHashesMax},
      {"kTreeSizeMax", ledger::kTreeSizeMax},
      {"kNoteBytesMax", ledger::kNoteBytesMax},
      {"kNoteSignaturesMax", ledger::kNoteSignaturesMax},
      {"kPolicyBytesMax", ledger::kPolicyBytesMax},
      {"kTimeStampBytesMax", ledger::kTimeStampBytesMax},
      {"kAuthorityBytesMax", ledger::kAuthorityBytesMax},
      {"kAuthoritiesMax", ledger::kAuthoritiesMax},
      {"kTileEntryBytesMax", ledger::kTileEntryBytesMax},
      {"kAddCheckpointBytesMax", ledger::kAddCheckpointBytesMax},
      {"kHeadSlotNoteMax", ledger::kHeadSlotNoteMax},
      {"kPackBytesMax", ledger::kPackBytesMax},
      {"kPackMembersMax", ledger::kPackMembersMax},
      {"kPackRecordBytesMax", ledger::kPackRecordBytesMax},
      {"kPackStreamsMax", ledger::kPackStreamsMax},
      {"kPackKeyBytesMax", ledger::kPackKeyBytesMax},
      {"kVerifyMemoryMax", tools::kVerifyMemoryMax},
      {"kVerifySecondsMax", tools::kVerifySecondsMax},
      {"kVerifyCostsMax", tools::kVerifyCostsMax},
      {"kPackProofHashesMax", ledger::kPackProofHashesMax},
      {"kPackCutsMax", ledger::kPackCutsMax},
      {"kPackTextBytesMax", ledger::kPackTextBytesMax},
      {"kSegmentEventsTarget", ledger::kSegmentEventsTarget},
      {"kSegmentBytesTarget", ledger::kSegmentBytesTarget},
      {"kSegmentBytesMax", ledger::kSegmentBytesMax},
      {"kErasedBodiesBytesMax", ledger::kErasedBodiesBytesMax},
      {"kErasureNotesMax", ledger::kErasureNotesMax},
      {"kWindowsMax", replay::kWindowsMax},
      {"kEveryRecordMax", replay::kEveryRecordMax},
      {"kCorrectionsMax", replay::kCorrectionsMax},
      {"kMattersMax", replay::kMattersMax},
      {"kYamlBytesMax", tools::kYamlBytesMax},
      {"kYamlDepthMax", tools::kYamlDepthMax},
      {"kYamlNodesMax", tools::kYamlNodesMax},
      {"kAmountMinorMax", static_cast<uint64_t>(tools::kAmountMinorMax)},
      {"kTermsTextBytesMax", tools::kTermsTextBytesMax},
      {"kYamlOpenMax", tools::kYamlOpenMax},
      {"kYamlMarksMax", tools::kYamlMarksMax},
      {"kPipeSilenceSecondsMax", ledger::kPipeSilenceSecondsMax},
      {"kObservedAheadMax", ledger::kObservedAheadMax.micros / 1'000'000},
      {"kClockStepMax", ledger::kClockStepMax.micros / 1'000'000},
      {"kStartGapMax", ledger::kStartGapMax.micros / 1'000'000},
      {"kInputBytesMax", tools::kInputBytesMax},
      {"kJsonDepthMax", tools::kJsonDepthMax},
      // Behind doors that a test of the whole tree does not open.
      {"kTextBytesMax", 4096},
      {"kNestingMax", 16},
      {"kCheckAllBytesMax", uint64_t{256} * 1024 * 1024},
      {"kJsonBytesMax", 4 * 1024 * 1024},
  };
  return kConstants;
}

std::map<std::string, uint64_t> PageRows() {
  std::ifstream page(std::string(TALLY_SOURCE_DIR) + "/docs/LIMITS.md");
  static const std::regex kRow(R"re(^\| `(k\w+)` \| (\d+) \|)re");
  std::map<std::string, uint64_t> rows;
  for (std::string line; std::getline(page, line);) {
    std::smatch match;
    if (std::regex_search(line, match, kRow)) rows[match[1]] = std::stoull(match[2]);
  }
  return rows;
}

TEST(Limits, ThePageSaysWhatTheCodeHas) { EXPECT_EQ(PageRows(), Constants()); }

TEST(Limits, ThePageLeavesNoLimitOut) {
  const std::map<std::string, uint64_t> rows = PageRows();
  static const std::regex kLimit(R"re(inline constexpr [\w:]+ (k\w+(Max|Target)) = ([^;]+);)re");
  size_t found = 0;
  for (const SourceFile& file : ReadTree(TALLY_SOURCE_DIR)) {
    if (file.path.compare(0, 6, "tests/") == 0) continue;
    for (std::sregex_iterator match(file.text.begin(), file.text.end(), kLimit), end; match != end;
         ++match) {
      EXPECT_EQ(rows.count((*match)[1]), 1u) << file.path << ": " << (*match)[1];
      ++found;
    }
  }
  EXPECT_GE(found, Constants().size());
}

// The constants behind closed doors, as their headers spell them.
TEST(Limits, ClosedDoorsAreReadFromTheirText) {
  const std::map<std::string, std::string> spelled = {
      {"kTextBytesMax", "4096"},
      {"kNestingMax", "16"},
      {"kCheckAllBytesMax", "uint64_t{256} * 1024 * 1024"},
      {"kJsonBytesMax", "4 * 1024 * 1024"}};
  std::set<std::string> seen;
  for (const SourceFile& file : ReadTree(TALLY_SOURCE_DIR)) {
    for (const auto& [name, value] : spelled) {
      if (file.text.find("inline constexpr") == std::string::npos) continue;
      if (file.text.find(" " + name + " = " + value + ";") != std::string::npos) seen.insert(name);
    }
  }
  EXPECT_EQ(seen.size(), spelled.size());
}

}  // namespace
}  // namespace tally::tests
