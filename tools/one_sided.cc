#include "tools/one_sided.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace tally::tools {

// The finding is the replay's; it names who attested.
std::string OneSidedWords(const std::vector<replay::Finding>& findings) {
  for (const replay::Finding& finding : findings) {
    if (finding.kind != "terms-unilateral") continue;
    return absl::StrCat("unilateral: ", absl::StripPrefix(finding.message, "the terms are "));
  }
  return "";
}

void WriteOneSided(JsonWriter& json, const std::vector<replay::Finding>& findings) {
  const std::string words = OneSidedWords(findings);
  if (!words.empty()) json.Field("unilateral", words);
}

}  // namespace tally::tools
