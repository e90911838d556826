#include "tools/told_acts.h"

#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "schema/canonical.h"
#include "schema/json_tree.h"
#include "schema/status.h"
#include "tools/event_text.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

// Every body that gives a reason calls it so; most have none.
std::string ReasonOf(const ledger::VerifiedEvent& event) {
  if (event.erased) return "";
  const absl::StatusOr<tally::JsonValue> body =
      ParseJson(BodyToJson(event.header.kind, event.body));
  if (!body.ok()) return "";
  for (const tally::JsonMember& member : body->members) {
    if (member.key == "reason" && member.value.form == JsonForm::kText) return member.value.text;
  }
  return "";
}

}  // namespace

absl::StatusOr<ToldActs> ReadToldActs(const ledger::Ledger& ledger, const std::string& agreement) {
  const absl::StatusOr<ledger::StreamState> stream =
      ledger.FindStream(StreamKind::kAgreement, agreement);
  if (!stream.ok()) return Translate(Doing::kReading, stream.status());
  absl::StatusOr<std::unique_ptr<ledger::Cursor>> cursor =
      ledger.Read({.stream = stream->opening_index});
  if (!cursor.ok()) return Translate(Doing::kReading, cursor.status());
  ToldActs told;
  while (true) {
    absl::StatusOr<std::optional<ledger::VerifiedRecord>> record = (*cursor)->Next();
    if (!record.ok()) return Translate(Doing::kReading, record.status());
    if (!record->has_value()) return told;
    for (const ledger::VerifiedEvent& event : (*record)->events()) {
      told[event.address] = {KindText(event.header.kind), AuthorText(ledger, event.header.author),
                             ReasonOf(event), (*record)->recorded()};
    }
  }
}

std::string ActWords(const ToldActs& acts, const ledger::EventAddress& at) {
  const auto found = acts.find(at);
  if (found == acts.end()) return at.ToText();
  const ToldAct& act = found->second;
  return absl::StrCat(at.ToText(), " ", act.what, " by ", act.by, act.reason.empty() ? "" : ": ",
                      act.reason);
}

}  // namespace tally::tools
