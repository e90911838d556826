#include "replay/terms/lead_book.h"

#include <algorithm>

#include "replay/terms/population.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

bool IsOfClass(const Choices& choices, const std::string& name) {
  if (!choices.Has("classes")) return true;
  const std::vector<std::string>& classes = choices.Texts("classes");
  return std::find(classes.begin(), classes.end(), name) != classes.end();
}

// A rejection that is in time and says why, or that counts all the same.
bool Rejects(const Choices& choices, const Item& word, const std::optional<Instant>& deadline) {
  const bool late = deadline && word.observed.first > *deadline;
  if (late && choices.Is("late rejection", "accepted")) return false;
  const bool reasonless = std::get<LeadEvent>(word.body).reason.empty();
  return !reasonless || !choices.Is("rejection without reason", "accepted");
}

// Where the lead stands while its words are read.
struct Standing {
  enum class Word { kNone, kAccepted, kRejected } word = Word::kNone;
  Acceptance acceptance;
  void Accept(Instant at) {
    if (word == Word::kAccepted) return;  // the first acceptance counts
    acceptance = {true, at, word == Word::kRejected};
    word = Word::kAccepted;
  }
};

}  // namespace

LeadBook LeadBook::Of(const CountQuestion& question) {
  const Choices& choices = question.objective->counted->choices;
  LeadBook book;
  for (const Item& item : question.items) {
    const LeadEvent* event = std::get_if<LeadEvent>(&item.body);
    if (event == nullptr) continue;
    if (event->step == LeadStep::kDelivered) {
      if (!IsFrom(question, item, "delivered by")) continue;
      Lead& lead = book.leads_[event->lead];
      if (lead.delivery != nullptr) continue;
      lead.delivery = event;
      lead.delivered = item.observed.first;
      lead.causes.push_back(item.cause);
    } else {
      Lead& lead = book.leads_[event->lead];
      lead.words.push_back(&item);
    }
  }
  std::erase_if(book.leads_, [&choices](const auto& each) {
    const LeadEvent* delivery = each.second.delivery;
    return delivery == nullptr || !IsOfClass(choices, delivery->class_name);
  });
  return book;
}

absl::StatusOr<Acceptance> AcceptanceOf(const CountQuestion& question, const Lead& lead) {
  const Choices& choices = question.objective->counted->choices;
  std::optional<Instant> deadline;
  if (choices.Has("rejection within")) {
    TALLY_ASSIGN_OR_RETURN(const BusinessCalendar* calendar,
                           CalendarOf(question, choices, "rejection calendar"));
    TALLY_ASSIGN_OR_RETURN(deadline,
                           calendar->After(lead.delivered, choices.Length("rejection within"), {}));
  }
  Standing standing;
  for (const Item* word : lead.words) {
    const LeadStep step = std::get<LeadEvent>(word->body).step;
    const Instant at = word->observed.first;
    const bool decides = IsFrom(question, *word, "decided by");
    if (step == LeadStep::kAccepted && decides) {
      standing.Accept(at);
    } else if (step == LeadStep::kAccepted && choices.Has("reviewed by") &&
               IsFrom(question, *word, "reviewed by")) {
      if (standing.word == Standing::Word::kRejected) standing.Accept(at);
    } else if (step == LeadStep::kRejected && decides && standing.word == Standing::Word::kNone) {
      if (Rejects(choices, *word, deadline)) {
        standing.word = Standing::Word::kRejected;
      } else {
        standing.Accept(deadline && *deadline < at ? *deadline : at);
      }
    }
  }
  if (standing.word == Standing::Word::kNone && choices.Is("undecided", "accepted")) {
    // Silence accepts at the end of the time for a rejection, so not while K lies before it.
    const Instant at = deadline.value_or(lead.delivered);
    if (at <= question.knowledge.instant) standing.Accept(at);
  }
  return standing.acceptance;
}

}  // namespace tally::replay
