// What a party does with the leads that it is given (M11, GC-48).
//
//   decided in time    leads decided by the end of their time, of those delivered in the window
//   contacted in time  leads contacted by the end of their time, of those delivered in the window,
//                      or of the accepted ones among them
//
// The time runs by a calendar from delivery; for a lead whose rejection was overturned, where the
// terms say so, from that decision. At the deadline's instant is in time. A lead whose time is not
// over at K is not late.
#include "absl/strings/str_cat.h"
#include "replay/terms/count_kinds.h"
#include "replay/terms/lead_book.h"
#include "replay/terms/population.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

// In time, or its time is not over.
bool IsNotLate(const CountQuestion& question, const std::optional<Instant>& done,
               Instant deadline) {
  return done ? *done <= deadline : question.knowledge.instant <= deadline;
}

std::optional<Instant> DecisionOn(const CountQuestion& question, const Lead& lead) {
  const Choices& choices = question.objective->counted->choices;
  for (const Item* word : lead.words) {
    const LeadEvent& event = std::get<LeadEvent>(word->body);
    if (!IsFrom(question, *word, "decided by")) continue;
    const bool reasonless = event.step == LeadStep::kRejected && event.reason.empty();
    if (reasonless && choices.Is("rejection without reason", "no decision")) continue;
    if (event.step == LeadStep::kAccepted || event.step == LeadStep::kRejected) {
      return word->observed.first;
    }
  }
  return std::nullopt;
}

bool IsContactBy(const Choices& choices, const Item& item) {
  return choices.Is("contact by", "anyone") || item.actor == ActorKind::kHuman;
}

// First contacts by the lead's name.
std::map<std::string, const Item*, std::less<>> ContactsOf(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  std::map<std::string, const Item*, std::less<>> contacts;
  const bool by_ticket = choices.Is("contact is", "ticket response");
  for (const Item& item : question.items) {
    const TicketEvent* ticket = std::get_if<TicketEvent>(&item.body);
    const LeadEvent* lead = std::get_if<LeadEvent>(&item.body);
    const std::string* name = nullptr;
    if (by_ticket && ticket != nullptr && ticket->step == TicketStep::kResponded) {
      name = &ticket->ticket;
    } else if (!by_ticket && lead != nullptr && lead->step == LeadStep::kHandedOver) {
      name = &lead->lead;
    }
    if (name == nullptr || !IsContactBy(choices, item)) continue;
    if (IsFrom(question, item, "decided by")) contacts.emplace(*name, &item);
  }
  return contacts;
}

// The lines of a share in time.
absl::StatusOr<Counted> Share(const CountQuestion& question, absl::string_view what,
                              Counted counted, Working working) {
  TALLY_ASSIGN_OR_RETURN(counted.value,
                         ShareOf(counted.population - counted.failed, counted.population));
  working.Line("leads", absl::StrCat(counted.failed, " not ", what, " in time"),
               absl::StrCat(counted.population));
  working.ShowCauses();
  if (counted.value) {
    working.Line("value",
                 absl::StrCat(counted.population - counted.failed, " of ", counted.population),
                 ShareText(*counted.value));
  }
  working.TestMinimum(counted.population,
                      question.objective->counted->choices.Count("minimum sample"), counted);
  return std::move(working).Finish(std::move(counted));
}

}  // namespace

absl::StatusOr<Counted> CountLeadsDecided(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  TALLY_ASSIGN_OR_RETURN(const BusinessCalendar* calendar,
                         CalendarOf(question, choices, "calendar"));
  const LeadBook book = LeadBook::Of(question);
  Working working(question);
  Counted counted;
  for (const auto& [name, lead] : book.leads()) {
    if (!Counts(question, lead.delivered)) continue;
    TALLY_ASSIGN_OR_RETURN(const Instant deadline,
                           calendar->After(lead.delivered, choices.Length("decision within"), {}));
    ++counted.population;
    if (IsNotLate(question, DecisionOn(question, lead), deadline)) continue;
    ++counted.failed;
    for (const Cause& cause : lead.causes) working.RestsOn(cause);
    for (const Item* word : lead.words) working.RestsOn(word->cause);
  }
  return Share(question, "decided", std::move(counted), std::move(working));
}

absl::StatusOr<Counted> CountLeadsContacted(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  TALLY_ASSIGN_OR_RETURN(const BusinessCalendar* calendar,
                         CalendarOf(question, choices, "calendar"));
  const LeadBook book = LeadBook::Of(question);
  const auto contacts = ContactsOf(question);
  Working working(question);
  Counted counted;
  for (const auto& [name, lead] : book.leads()) {
    if (!Counts(question, lead.delivered)) continue;
    Instant start = lead.delivered;
    if (choices.Is("counted", "accepted")) {
      TALLY_ASSIGN_OR_RETURN(const Acceptance acceptance, AcceptanceOf(question, lead));
      if (!acceptance.accepted) continue;
      const bool moved = acceptance.overturned && choices.Is("clock after review", "decision");
      if (moved) start = acceptance.at;
    }
    TALLY_ASSIGN_OR_RETURN(const Instant deadline,
                           calendar->After(start, choices.Length("contact within"), {}));
    const auto contact = contacts.find(name);
    std::optional<Instant> done;
    if (contact != contacts.end()) done = contact->second->observed.first;
    ++counted.population;
    if (IsNotLate(question, done, deadline)) continue;
    ++counted.failed;
    for (const Cause& cause : lead.causes) working.RestsOn(cause);
    if (contact != contacts.end()) working.RestsOn(contact->second->cause);
  }
  return Share(question, "contacted", std::move(counted), std::move(working));
}

}  // namespace tally::replay
