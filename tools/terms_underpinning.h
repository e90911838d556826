// Agreements below: operational level agreements (OLA) in the provider's own house and underpinning
// contracts (UC) with suppliers, on which objectives of these terms rest.
//
//   supported by:
//     - { objective: availability, kind: operational level agreement, agreement: network-ola,
//         by: uptime, terms: not pinned }
//
// They stay agreements of their own: nothing of them enters a figure. What can be said before
// anybody signs is whether they promise enough. Several that support one objective stand in series,
// so in the worst case what they allow adds up: down time, misses in percent, times to act. The sum
// must not be more than what these terms allow.
#pragma once

#include <string>
#include <vector>

#include "schema/terms.h"
#include "tools/terms_fields.h"
#include "tools/terms_lines.h"
#include "tools/terms_report.h"

namespace tally::tools {

// Ascending, as the terms keep them; the place of each is noted. Nothing for an absent field.
std::vector<Support> ReadSupports(const Field& field, const Terms& terms);
void AddSupports(const std::vector<Support>& supports, Lines& lines);

// An agreement below whose terms are at hand.
struct GivenAgreement {
  std::string file;
  Terms terms;
  TermsHash hash;
};
// Warns (lint-support-weaker) of objectives that promise more than what supports them, and
// (lint-support-unknown) of support that cannot be judged. Terms that are pinned and are not those
// given are an error.
void LintSupports(const Terms& terms, const std::vector<GivenAgreement>& given,
                  TermsReport& report);

}  // namespace tally::tools
