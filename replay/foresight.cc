// The act is put behind what is recorded, as an event that nothing answers. Whether it matters is
// told by comparing what follows with it and without it, by content and not by who caused it.
#include "replay/foresight.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "replay/answer.h"
#include "replay/case_file.h"
#include "replay/maintenance_view.h"
#include "replay/matters.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// As if the record `size` held it.
ledger::VerifiedEvent EventOf(const ForeseenAct& act, uint64_t size, Instant now) {
  ledger::VerifiedEvent event;
  event.address = {size, 0};
  event.header.kind = act.kind;
  event.header.actor = ActorKind::kHuman;
  event.header.author = act.author;
  event.header.answers = act.answers;
  event.header.observed_from = event.header.observed_until = act.at.value_or(Instant{});
  event.header.reported_at = now;
  event.digest.bytes.fill(0xff);  // of no event: nothing that is recorded answers it
  event.body = act.body;
  return event;
}

struct Foreseen {
  std::unique_ptr<CaseFile> file;
  Answered answered;
};
// `event`: nullptr: what follows without it.
absl::StatusOr<Foreseen> Follow(const ledger::Ledger& ledger, absl::string_view agreement,
                                const ledger::VerifiedEvent* event, uint64_t size, Instant now) {
  CaseRequest wanted;
  wanted.agreement = std::string(agreement);
  TALLY_ASSIGN_OR_RETURN(wanted.axes, AxesAt(ledger, size, now));
  wanted.foreseen = event;
  Foreseen foreseen;
  TALLY_ASSIGN_OR_RETURN(foreseen.file, CaseFile::Open(ledger, wanted));
  TALLY_ASSIGN_OR_RETURN(foreseen.answered, AnswerQuestion(*foreseen.file, {}));
  return foreseen;
}

std::string TextOf(const Interval& interval) {
  return absl::StrCat(FormatInstant(interval.first), "/", FormatInstant(interval.limit));
}
std::string TextOf(const std::optional<Money>& money) {
  return money.has_value() ? FormatMoney(*money) : "-";
}

// What stands in each account of the books for each window, between each two parties: an entry that
// is taken back and made again leaves it as it was.
void AddBooks(const std::vector<Posting>& postings, std::vector<std::string>& lines) {
  std::map<std::string, int64_t> sums;
  for (const Posting& each : postings) {
    const std::string of =
        absl::StrCat(each.objective, " ", each.window.has_value() ? TextOf(*each.window) : "-", " ",
                     each.creditor, " ", each.debtor, " ", each.amount.currency.code, " ");
    sums[absl::StrCat(of, each.from)] -= each.amount.minor;
    sums[absl::StrCat(of, each.to)] += each.amount.minor;
  }
  for (const auto& [of, sum] : sums) {
    if (sum != 0) lines.push_back(absl::StrCat("books ", of, " ", sum));
  }
}

void AddMatters(const Foreseen& foreseen, std::vector<std::string>& lines) {
  for (const MatterView& matter : MattersOf(*foreseen.file, foreseen.answered)) {
    const std::string of = absl::StrCat("matter ", std::string(MatterName(matter.kind)), " ",
                                        matter.name, " ", TextOf(matter.proposal.interval), " ");
    for (const auto& [objective, standing] : matter.standings) {
      std::string line = absl::StrCat(of, objective, " ", standing.state);
      for (const Interval& out : standing.out) absl::StrAppend(&line, " ", TextOf(out));
      lines.push_back(std::move(line));
    }
  }
}

// Everything that the act could change, without the acts that it rests on.
std::vector<std::string> SubstanceOf(const Foreseen& foreseen) {
  const Result& result = foreseen.answered.result;
  std::vector<std::string> lines;
  for (const WindowResult& each : result.windows) {
    lines.push_back(absl::StrCat(
        "window ", each.objective, " ", TextOf(each.window), " ", StatusName(each.status), " ",
        VerdictName(each.verdict), " ",
        each.value.has_value() ? DisplayValue(*each.value, each.unit) : "-", " ", each.period, " ",
        each.counted, " ", each.excluded, " ", each.unknown, " ",
        TextOf(each.credit.has_value() ? std::optional<Money>(each.credit->amount) : std::nullopt),
        " ", each.terms.ToHex()));
  }
  for (const ClaimResult& each : result.claims) {
    if (each.state == "without effect") continue;
    lines.push_back(absl::StrCat("claim ", each.at.ToText(), " ", each.state, " ", TextOf(each.due),
                                 " ", TextOf(each.decided)));
  }
  for (const Deadline& each : result.deadlines) {
    lines.push_back(absl::StrCat("deadline ", each.what, " ", each.object, " ",
                                 FormatInstant(each.due), " ", each.state));
  }
  for (const Right& each : result.rights) {
    lines.push_back(absl::StrCat("right ", each.kind, " ", each.party, " ", each.rule, " ",
                                 each.objective, " ", TextOf(each.window), " ", each.state));
  }
  AddBooks(result.postings, lines);
  AddMatters(foreseen, lines);
  std::sort(lines.begin(), lines.end());
  return lines;
}

// Why an answer to a restatement would change nothing; nullopt: it does, or the act is none.
std::optional<Finding> FindingOnRestatement(const Foreseen& foreseen, const ForeseenAct& act,
                                            const ledger::EventAddress& at) {
  const bool accepts = act.kind == BodyKind::kRestatementAccepted;
  if (!accepts && act.kind != BodyKind::kRestatementContested) return std::nullopt;
  const auto idle = [&](const std::string& why) {
    return Finding{.kind = "restatement-answered-in-vain",
                   .severity = "error",
                   .objective = "",
                   .at = at,
                   .message = absl::StrCat(why, "; this changes nothing")};
  };
  for (const EvaluatedWindow& window : foreseen.answered.windows) {
    for (const RestatementStanding& each : window.restatements) {
      const RestatementCase& restated = *each.restatement;
      if (restated.digest != act.answers) continue;
      if (!each.why.empty()) {
        return idle(absl::StrCat("the proposed restatement is ", each.state, ": ", each.why));
      }
      if (restated.stamp.author == act.author) {
        return idle("whoever proposed a restatement consented by that, and the other side answers");
      }
      const bool first_contest = std::none_of(
          restated.answers.begin(), restated.answers.end(), [&](const RestatementAnswer& other) {
            return !other.accepts && other.stamp.author == act.author && other.stamp.at < at;
          });
      const auto took = [&](const std::optional<ActStamp>& stamp) {
        return stamp.has_value() && stamp->at == at;
      };
      const bool counts = accepts ? took(each.effective) || took(each.said_later)
                                  : each.state == "contested" && first_contest;
      if (counts) return std::nullopt;
      const std::string by =
          each.state == "accepted" ? absl::StrCat(" at ", each.effective->at.ToText()) : "";
      return idle(absl::StrCat("the restatement is ", each.state, by));
    }
  }
  return std::nullopt;
}

// A claim that stands for one of its windows at least has an effect.
bool StandsAt(const Result& result, const ledger::EventAddress& at) {
  return std::any_of(result.claims.begin(), result.claims.end(), [&](const ClaimResult& claim) {
    return claim.at == at && claim.state != "without effect";
  });
}

}  // namespace

absl::StatusOr<std::vector<Finding>> Foresee(const ledger::Ledger& ledger,
                                             absl::string_view agreement, const ForeseenAct& act,
                                             Instant now) {
  const ledger::Head head = ledger.head();
  const ledger::VerifiedEvent event = EventOf(act, head.size, now);
  // Recorded time never goes back, whatever the clock says.
  TALLY_ASSIGN_OR_RETURN(const Foreseen foreseen, Follow(ledger, agreement, &event, head.size,
                                                         std::max(now, head.recorded)));
  const auto& [file, answered] = foreseen;
  std::vector<Finding> about_it;
  for (const Finding& finding : answered.result.findings) {
    if (finding.at == event.address) about_it.push_back(finding);
  }
  if (act.kind == BodyKind::kClaimFiled && StandsAt(answered.result, event.address)) {
    for (Finding& finding : about_it) {
      if (finding.severity == "error") finding.severity = "warning";
    }
  }
  if (about_it.empty()) {
    std::optional<Finding> idle = FindingOnRestatement(foreseen, act, event.address);
    if (idle.has_value()) about_it.push_back(*std::move(idle));
  }
  if (ExclusionFold::Reads(act.kind) && act.kind != BodyKind::kRulingIssued) {
    std::optional<Finding> unheard = FindingOnUnheard(*file, answered, event.address);
    if (unheard.has_value()) about_it.push_back(*std::move(unheard));
  }
  if (act.kind == BodyKind::kMaintenanceAnnounced && about_it.empty()) {
    std::optional<Finding> nothing = FindingOnMaintenance(*file, answered, event.address);
    if (nothing.has_value()) about_it.push_back(*std::move(nothing));
  }
  return about_it;
}

absl::StatusOr<bool> WouldMatter(const ledger::Ledger& ledger, absl::string_view agreement,
                                 const ForeseenAct& act, uint64_t size, Instant now) {
  const ledger::VerifiedEvent event = EventOf(act, size, now);
  TALLY_ASSIGN_OR_RETURN(const Foreseen without, Follow(ledger, agreement, nullptr, size, now));
  TALLY_ASSIGN_OR_RETURN(const Foreseen with, Follow(ledger, agreement, &event, size, now));
  return SubstanceOf(without) != SubstanceOf(with);
}

}  // namespace tally::replay
