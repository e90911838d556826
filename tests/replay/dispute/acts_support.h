// Acts made in memory: an agreement in force, and whoever says what to its windows.
#pragma once

#include "replay/dispute/dispute_fold.h"
#include "replay/dispute/forum.h"
#include "replay/dispute/standing.h"
#include "tests/replay/fact_support.h"

namespace tally::replay {

class ActsInMemory {
 public:
  explicit ActsInMemory(const Terms& terms) : terms_(terms) {
    Say(BodyKind::kAgreementOpened, "acme", OpeningOf({"acme", "shop", "watch", "ward"}),
        "2026-03-01T08:00:00Z");
    Hash proposal =
        Say(BodyKind::kTermsProposed, "acme", ProposalOf(terms), "2026-03-01T09:00:00Z");
    Say(BodyKind::kTermsAccepted, "shop", Encode(TermsAccepted{HashOf(terms)}),
        "2026-03-01T10:00:00Z", proposal);
  }

  // `claimed` is the author's own time of the act; zero: none.
  Hash Say(BodyKind kind, absl::string_view author, Bytes body, absl::string_view recorded,
           const Hash& answers = {}, Instant claimed = {}) {
    StreamId stream = author.empty() ? StreamId() : Stream(author);
    Fact fact = maker_.Make(kind, stream, std::move(body),
                            {.answers = answers, .recorded = On(recorded), .observed = claimed});
    agreement_.Apply(fact);
    acts_.Apply(fact);
    forum_.Apply(fact);
    return fact.event->digest;
  }

  Hash Close(const WindowName& window, absl::string_view recorded) {
    WindowClosed body;
    body.window = window;
    body.terms_hash = HashOf(terms_);
    body.size = maker_.next_index();
    body.knowledge = On(recorded);
    body.figures = ledger::Sha256Of({AsBytes("figures")});
    body.verdict = "breached";
    body.value = "9/10";
    body.credit = Cash("100.00 USD");
    return Say(BodyKind::kWindowClosed, "", Encode(body), recorded);
  }
  Hash File(absl::string_view author, const std::vector<WindowName>& windows,
            absl::string_view recorded, std::optional<Money> amount = {}, Instant claimed = {}) {
    ClaimFiled body;
    body.windows = windows;
    body.amount = amount;
    return Say(BodyKind::kClaimFiled, author, Encode(body), recorded, {}, claimed);
  }
  void Answer(absl::string_view author, const Hash& claim, ClaimAnswer answer,
              absl::string_view recorded, std::optional<Money> amount = {}) {
    ClaimAnswered body;
    body.answer = answer;
    body.amount = amount;
    Say(BodyKind::kClaimAnswered, author, Encode(body), recorded, claim);
  }
  Hash Offer(absl::string_view author, const Hash& claim, absl::string_view amount,
             absl::string_view recorded, bool on_account = false) {
    SettlementProposed body;
    body.on_account = on_account;
    body.amount = Cash(amount);
    return Say(BodyKind::kSettlementProposed, author, Encode(body), recorded, claim);
  }
  void Confirm(absl::string_view author, const Hash& offer, absl::string_view amount,
               absl::string_view recorded) {
    SettlementConfirmed body;
    body.amount = Cash(amount);
    Say(BodyKind::kSettlementConfirmed, author, Encode(body), recorded, offer);
  }
  // Shop and then acme say the same sum of a claim.
  void AgreeOn(const Hash& claim, absl::string_view amount, absl::string_view first,
               absl::string_view second) {
    const Bytes word = Encode(ClaimAgreed{Cash(amount), {}, "", {}});
    Say(BodyKind::kClaimAgreed, "shop", word, first, claim);
    Say(BodyKind::kClaimAgreed, "acme", word, second, claim);
  }
  // Acme pays on account of a claim, and shop confirms it.
  void Pay(const Hash& claim, absl::string_view amount, absl::string_view proposed,
           absl::string_view confirmed) {
    Confirm("shop", Offer("acme", claim, amount, proposed, true), amount, confirmed);
  }

  bool Found(absl::string_view kind) const {
    for (const Finding& finding : acts_.findings()) {
      if (finding.kind == kind) return true;
    }
    return false;
  }
  const AgreementFold& agreement() const { return agreement_; }
  const DisputeFold& acts() const { return acts_; }
  const ForumFold& forum() const { return forum_; }

 private:
  Terms terms_;
  FactMaker maker_;
  AgreementFold agreement_{"gold"};
  DisputeFold acts_{agreement_};
  ForumFold forum_{agreement_, acts_};
};

inline WindowName March() {
  return {"availability", During("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")};
}
inline WindowName April() {
  return {"availability", During("2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z")};
}

}  // namespace tally::replay
