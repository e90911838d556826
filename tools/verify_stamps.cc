#include "tools/verify_stamps.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "ledger/chain/note.h"
#include "ledger/crypto/time_stamp.h"
#include "schema/status.h"
#include "tools/fault.h"

namespace tally::tools {
namespace {

constexpr size_t kStampsTold = 10;  // of those that prove nothing; the others are counted
// Two clocks that are both right differ by less.
constexpr Duration kClocksApart = Minutes(1);

template <typename Visit>
absl::Status EachStamp(const ledger::Ledger& ledger, const Visit& visit) {
  const auto cursor = ledger.Read({.stream = 0});
  if (!cursor.ok()) return Translate(Doing::kReading, cursor.status());
  while (true) {
    const auto record = (*cursor)->Next();
    if (!record.ok()) return Translate(Doing::kReading, record.status());
    if (!record->has_value()) return absl::OkStatus();
    const ledger::VerifiedEvent& event = (*record)->events().front();
    if (event.header.kind != BodyKind::kStamp || event.erased) continue;
    TALLY_RETURN_IF_ERROR(visit(event, (*record)->recorded()));
  }
}

// Why it proves nothing; "" where it holds, and then until when what it is over was there.
std::string WrongOf(const ledger::Ledger& ledger, const Stamp& stamp, absl::string_view authorities,
                    Instant& by) {
  const absl::StatusOr<Hash> root = ledger.RootAt(stamp.size);
  if (!root.ok()) return std::string(root.status().message());
  if (*root != stamp.root) {
    return absl::StrCat("it is of root ", ToBase64(stamp.root.view()), ", the log has ",
                        ToBase64(root->view()));
  }
  const absl::StatusOr<ledger::TimeStamp> attested =
      ledger::CheckTimeStamp(stamp.token, AsBytes(StampedText(ledger, stamp.size, stamp.root)),
                             authorities, stamp.certificates);
  if (!attested.ok()) return std::string(attested.status().message());
  if (attested->time == stamp.time && attested->authority == stamp.authority) {
    by = attested->by();
    return "";
  }
  return absl::StrCat("its token attests ", FormatInstant(attested->time), " by ",
                      attested->authority, ", the event says otherwise");
}

// A record that bears a later time than a stamp over it was recorded by a clock that was ahead.
void CompareClock(const ledger::Ledger& ledger, const JudgedStamp& judged, Verdict& verdict) {
  const auto last = ledger.ReadRecord(judged.stamp.size - 1);
  if (!last.ok() || last->recorded() <= judged.by + kClocksApart) return;
  verdict.report.notes.push_back(absl::StrCat(
      "record ", judged.stamp.size - 1, " bears the time ", FormatInstant(last->recorded()),
      ", and was stamped by ", FormatInstant(judged.by), ": the ledger's clock was ahead"));
}

// An authority that does not know its time exactly says by how much.
std::string GiveOrTake(const JudgedStamp& judged) {
  if (judged.by == judged.stamp.time) return "";
  return absl::StrCat(", at ", FormatInstant(judged.stamp.time), " give or take ",
                      FormatDuration(judged.by - judged.stamp.time));
}

std::string Told(const JudgedStamp& judged) {
  return absl::StrCat("the first ", judged.stamp.size, " records stood by ",
                      FormatInstant(judged.by), ", by the word of ", judged.stamp.authority,
                      " (stamp ", judged.at.ToText(), GiveOrTake(judged), ")");
}

}  // namespace

std::string StampedText(const ledger::Ledger& ledger, uint64_t size, const Hash& root) {
  return ledger::CheckpointText({ledger.origin(), size, root});
}

absl::StatusOr<std::vector<JudgedStamp>> JudgeStamps(const ledger::Ledger& ledger,
                                                     absl::string_view authorities) {
  std::vector<JudgedStamp> all;
  TALLY_RETURN_IF_ERROR(
      EachStamp(ledger, [&](const ledger::VerifiedEvent& event, Instant recorded) -> absl::Status {
        absl::StatusOr<Stamp> stamp = DecodeStamp(event.body);
        if (!stamp.ok()) return Translate(Doing::kReading, stamp.status());
        const Instant said = stamp->time;
        JudgedStamp judged{event.address, recorded, *std::move(stamp), said, ""};
        judged.wrong = WrongOf(ledger, judged.stamp, authorities, judged.by);
        all.push_back(std::move(judged));
        return absl::OkStatus();
      }));
  return all;
}

absl::Status CompareStamps(const Trust& trust, const ledger::Ledger& ledger, Verdict& verdict) {
  std::vector<std::string>& notes = verdict.report.notes;
  if (!trust.authorities.has_value()) {
    size_t stamps = 0;
    TALLY_RETURN_IF_ERROR(EachStamp(ledger, [&](const ledger::VerifiedEvent&, Instant) {
      ++stamps;
      return absl::OkStatus();
    }));
    if (stamps > 0) {
      notes.push_back(absl::StrCat(stamps, stamps == 1 ? " time stamp was" : " time stamps were",
                                   " not checked: name the authorities that you trust with "
                                   "--tsa-ca FILE"));
    }
    return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(const std::vector<JudgedStamp> all,
                         JudgeStamps(ledger, *trust.authorities));
  std::vector<const JudgedStamp*> good;
  size_t wrong = 0;
  for (const JudgedStamp& each : all) {
    if (each.wrong.empty()) {
      good.push_back(&each);
    } else if (++wrong <= kStampsTold) {
      notes.push_back(absl::StrCat("stamp ", each.at.ToText(), " proves nothing: ", each.wrong));
    }
  }
  if (wrong > kStampsTold) {
    notes.push_back(absl::StrCat("so do ", wrong - kStampsTold, " more stamps"));
  }
  if (good.empty()) {
    verdict.against.push_back({"time-stamp", trust.authorities_file, 0, false, false});
    AddFinding(verdict, "time-stamp", absl::StrCat("a time stamp under ", trust.authorities_file),
               all.empty() ? std::string("none at all")
                           : absl::StrCat("none among ", all.size(), ": ", all.front().wrong));
    return absl::OkStatus();
  }
  verdict.report.covered.signatures += good.size();
  const auto by_size = [](const JudgedStamp* a, const JudgedStamp* b) {
    return a->stamp.size < b->stamp.size;
  };
  const auto [least, most] = std::minmax_element(good.begin(), good.end(), by_size);
  verdict.against.push_back({"time-stamp", (*most)->stamp.authority, (*most)->stamp.size, true});
  if (*least != *most) notes.push_back(Told(**least));
  notes.push_back(Told(**most));
  for (const JudgedStamp* each : good) CompareClock(ledger, *each, verdict);
  return absl::OkStatus();
}

}  // namespace tally::tools
