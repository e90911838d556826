// A feed in memory that can be read twice: its facts in the order of the log, and a reader of them
// that counts what it is asked for.
#pragma once

#include <deque>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "replay/projection/feed_fold.h"
#include "schema/canonical.h"
#include "tests/replay/fact_support.h"

namespace tally::replay {

class FactBook {
 public:
  FactBook() {
    SourceRegistered body;
    for (const char* name : {"web", "mail"}) {
      ++body.source;
      body.name = name;
      body.unit = "ms";
      Add(BodyKind::kSourceRegistered, Encode(body), {});
    }
  }
  const Fact& Add(BodyKind kind, Bytes body, const FactOptions& options) {
    facts_.push_back(maker_.Make(kind, Stream("watch"), std::move(body), options));
    return facts_.back();
  }
  const Fact& Report(uint32_t source, Instant at, State state, FactOptions options = {}) {
    StateReported body;
    body.state = state;
    options.source = source;
    options.observed = at;
    if (options.reported == Instant{}) options.reported = at;
    return Add(BodyKind::kStateReported, Encode(body), options);
  }
  const Fact& Correct(const Hash& digest, const std::optional<State>& state, Instant at) {
    const std::string replacement = state ? absl::StrCat(R"(, "replacement": {"state": ")",
                                                         std::string(StateName(*state)), R"("})")
                                          : "";
    const absl::StatusOr<Bytes> body = BodyFromJson(
        BodyKind::kCorrection,
        absl::StrCat(R"({"supersedes": ")", digest.ToHex(), R"(", "position": "1", "action": ")",
                     state ? "replace" : "withdraw", R"(", "reason": "clock was wrong")",
                     replacement, "}"));
    TALLY_CHECK(body.ok());
    FactOptions options;
    options.observed = at;
    options.reported = at;
    return Add(BodyKind::kCorrection, *body, options);
  }

  const std::deque<Fact>& facts() const { return facts_; }
  uint64_t limit() const { return maker_.next_index(); }
  FactReader Reader() {
    return [this](uint64_t first, uint64_t last, const FactVisitor& visit) {
      ++readings;
      for (const Fact& fact : facts_) {
        if (fact.address().index < first || fact.address().index > last) continue;
        TALLY_RETURN_IF_ERROR(visit(fact));
      }
      return absl::OkStatus();
    };
  }
  int readings = 0;

 private:
  FactMaker maker_;
  std::deque<Fact> facts_;
};

}  // namespace tally::replay
