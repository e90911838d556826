#include "replay/contested_points.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "schema/canonical.h"
#include "schema/json_tree.h"
#include "schema/status.h"

namespace tally::replay {
namespace {

using Windows = std::vector<EvaluatedWindow>;

constexpr size_t kActsNamed = 100;  // that a point names

// Who may decide a matter over the parties' heads, and as what.
struct LastWord {
  StreamId party;
  std::string rank;  // as bodies spell it
};

// The roles as authority.h has them: those that the rule names, else those of the ranks.
std::optional<LastWord> AuthorityOver(const PlannedWindow& window) {
  const TermsVersion& version = *window.version;
  const Rule* rule = nullptr;
  for (const Rule& each : version.terms->rules) {
    if (each.kind == "decision authority" && HoldsFor(each, window.objective->id)) rule = &each;
  }
  for (const char* rank : {"arbitrator", "expert"}) {
    std::vector<std::string> roles = {rank};
    if (rule != nullptr) {
      roles.clear();
      if (rule->choices.Has(rank)) roles.push_back(rule->choices.Text(rank));
    } else if (roles.front() == "arbitrator") {
      roles.push_back("arbiter");
    }
    for (const std::string& role : roles) {
      const StreamId* holder = version.PartyOfRole(role);
      if (holder != nullptr) return LastWord{*holder, rank};
    }
  }
  return std::nullopt;
}

std::string ExtentJson(const Extent& extent) {
  std::string parts;
  for (const Interval& part : extent) {
    absl::StrAppend(&parts, parts.empty() ? "" : ",", "{\"from\":\"", FormatInstant(part.first),
                    "\",\"until\":\"", FormatInstant(part.limit), "\",\"label\":\"conceded\"}");
  }
  return absl::StrCat("[", parts, "]");
}

absl::StatusOr<SupposedAct> ActOf(BodyKind kind, const StreamId& author, const std::string& json) {
  TALLY_ASSIGN_OR_RETURN(Bytes body, BodyFromJson(kind, json));
  return SupposedAct{kind, author, std::move(body)};
}

const TimeAnswer* ContestOf(const Matter& matter) {
  for (const TimeAnswer& each : matter.answers) {
    if (!each.agrees) return &each;
  }
  return nullptr;
}

class Finder {
 public:
  Finder(const ledger::Ledger& ledger, const CaseFile& file, const Windows& windows)
      : ledger_(ledger), file_(file), windows_(windows) {}

  absl::StatusOr<std::vector<FoundPoint>> Find() {
    TALLY_RETURN_IF_ERROR(AddMatters());
    TALLY_RETURN_IF_ERROR(AddSources());
    TALLY_RETURN_IF_ERROR(AddCorrections());
    TALLY_RETURN_IF_ERROR(AddObjections());
    TALLY_RETURN_IF_ERROR(AddClaims());
    return std::move(points_);
  }

 private:
  // What one side proposed to the other under one name, and what is open of it.
  struct OpenProposal {
    const Matter* matter = nullptr;
    const TimeProposal* proposal = nullptr;
    const EvaluatedWindow* window = nullptr;  // the first in which it is open
    const OpenMatter* open = nullptr;
  };
  std::vector<OpenProposal> OpenProposals() const;
  absl::Status AddMatters();
  absl::StatusOr<FoundPoint> PointOf(const OpenProposal& each) const;
  void Together(const std::vector<FoundPoint>& points);
  absl::StatusOr<Supposition> AsProposed(const Matter& matter, const TimeProposal& proposal,
                                         const PlannedWindow& window) const;
  absl::StatusOr<Supposition> AsAnswered(const Matter& matter, const TimeProposal& proposal,
                                         const PlannedWindow& window) const;
  absl::StatusOr<Supposition> Decided(const Matter& matter, const TimeProposal& proposal,
                                      const PlannedWindow& window, const std::string& responsible,
                                      bool admitted, const Extent& extent) const;
  StreamId OtherSide(const TimeProposal& proposal, const PlannedWindow& window) const;
  absl::Status AddSources();
  absl::Status AddCorrections();
  absl::Status AddObjections();
  absl::Status AddClaims();
  absl::StatusOr<std::string> WriterOf(const TermsVersion& version, const SourceRef& ref) const;

  const ledger::Ledger& ledger_;
  const CaseFile& file_;
  const Windows& windows_;
  std::vector<FoundPoint> points_;
};

StreamId Finder::OtherSide(const TimeProposal& proposal, const PlannedWindow& window) const {
  const StreamId* obligor = window.version->PartyOfRole(window.objective->obligor);
  const StreamId* obligee = window.version->PartyOfRole(window.objective->obligee);
  TALLY_CHECK(obligor != nullptr && obligee != nullptr);  // checked when terms were admitted
  return proposal.stamp.author == *obligor ? *obligee : *obligor;
}

// A decision by whoever has the last word; nothing when nobody has it.
absl::StatusOr<Supposition> Finder::Decided(const Matter& matter, const TimeProposal& proposal,
                                            const PlannedWindow& window,
                                            const std::string& responsible, bool admitted,
                                            const Extent& extent) const {
  Supposition supposition;
  std::optional<LastWord> authority = AuthorityOver(window);
  if (!authority.has_value()) return supposition;
  std::string json =
      absl::StrCat("{\"name\":", JsonQuoted(matter.name), ",\"rank\":\"", authority->rank, "\"");
  BodyKind kind = BodyKind::kExclusionDetermined;
  if (matter.kind == MatterKind::kExclusion) {
    absl::StrAppend(&json, ",\"admission\":\"",
                    !admitted ? "rejected" : (extent.empty() ? "admitted" : "reduced"), "\"");
  } else {
    kind = BodyKind::kAttributionDetermined;
    absl::StrAppend(&json, ",\"responsible\":", JsonQuoted(responsible));
  }
  if (admitted && !extent.empty()) absl::StrAppend(&json, ",\"extent\":", ExtentJson(extent));
  TALLY_ASSIGN_OR_RETURN(SupposedAct act, ActOf(kind, authority->party, absl::StrCat(json, "}")));
  act.answers = proposal.digest;
  supposition.acts.push_back(std::move(act));
  return supposition;
}

absl::StatusOr<Supposition> Finder::AsProposed(const Matter& matter, const TimeProposal& proposal,
                                               const PlannedWindow& window) const {
  TALLY_ASSIGN_OR_RETURN(Supposition supposition,
                         Decided(matter, proposal, window, proposal.responsible, true, {}));
  if (!supposition.acts.empty()) return supposition;
  BodyKind kind = matter.kind == MatterKind::kExclusion ? BodyKind::kExclusionAgreed
                                                        : BodyKind::kAttributionAgreed;
  TALLY_ASSIGN_OR_RETURN(SupposedAct act,
                         ActOf(kind, OtherSide(proposal, window),
                               absl::StrCat("{\"name\":", JsonQuoted(matter.name), "}")));
  act.answers = proposal.digest;
  supposition.acts.push_back(std::move(act));
  return supposition;
}

absl::StatusOr<Supposition> Finder::AsAnswered(const Matter& matter, const TimeProposal& proposal,
                                               const PlannedWindow& window) const {
  const TimeAnswer* contest = ContestOf(matter);
  Extent conceded = contest == nullptr ? Extent{} : contest->extent;
  // What the other side does not concede is the obligor's own, whoever else it might be.
  bool attribution = matter.kind == MatterKind::kAttribution;
  std::string responsible =
      attribution && !conceded.empty() ? proposal.responsible : window.objective->obligor;
  TALLY_ASSIGN_OR_RETURN(Supposition supposition, Decided(matter, proposal, window, responsible,
                                                          !conceded.empty(), conceded));
  if (!supposition.acts.empty()) return supposition;
  if (conceded.empty()) {
    for (const TimeProposal& each : matter.proposals) supposition.without.insert(each.stamp.at);
  } else if (!attribution) {
    TALLY_ASSIGN_OR_RETURN(SupposedAct act,
                           ActOf(BodyKind::kExclusionAgreed, OtherSide(proposal, window),
                                 absl::StrCat("{\"name\":", JsonQuoted(matter.name),
                                              ",\"extent\":", ExtentJson(conceded), "}")));
    act.answers = proposal.digest;
    supposition.acts.push_back(std::move(act));
  }
  return supposition;
}

// In the order of kinds and names.
std::vector<Finder::OpenProposal> Finder::OpenProposals() const {
  using Place = std::pair<const EvaluatedWindow*, const OpenMatter*>;  // windows in their order
  std::map<ledger::EventAddress, Place> places;
  for (const EvaluatedWindow& window : windows_) {
    const auto add = [&](const std::vector<OpenMatter>& matters) {
      for (const OpenMatter& each : matters) {
        if (each.acts.empty()) continue;
        const Cause& proposed = each.acts.front();
        places.emplace(ledger::EventAddress{proposed.index, proposed.offset},
                       Place{&window, &each});
      }
    };
    add(window.exclusions.open);
    if (AuthorityOver(window.plan).has_value()) add(window.exclusions.late);
  }
  std::vector<OpenProposal> found;
  for (const Matter& matter : file_.exclusions().matters()) {
    const TimeProposal* proposal = nullptr;
    Place first;
    for (const TimeProposal& each : matter.proposals) {
      const auto place = places.find(each.stamp.at);
      if (place == places.end()) continue;
      if (proposal != nullptr && first.first <= place->second.first) continue;
      proposal = &each;
      first = place->second;
    }
    if (proposal == nullptr) continue;
    found.push_back({&matter, proposal, first.first, first.second});
  }
  return found;
}

// Each point costs two replays, so nobody makes an answer long by proposing again and again.
absl::Status Finder::AddMatters() {
  using Parties = std::tuple<MatterKind, StreamId, StreamId>;
  std::map<Parties, std::vector<OpenProposal>> by_parties;
  for (const OpenProposal& each : OpenProposals()) {
    by_parties[{each.matter->kind, each.proposal->stamp.author,
                OtherSide(*each.proposal, each.window->plan)}]
        .push_back(each);
  }
  std::vector<OpenProposal> single;
  std::vector<std::vector<OpenProposal>> together;
  for (auto& [parties, each] : by_parties) {
    std::stable_sort(each.begin(), each.end(), [](const OpenProposal& a, const OpenProposal& b) {
      return a.proposal->stamp.at < b.proposal->stamp.at;
    });
    const auto alone = each.begin() + static_cast<ptrdiff_t>(std::min(each.size(), kMattersMax));
    single.insert(single.end(), each.begin(), alone);
    if (alone != each.end()) together.emplace_back(alone, each.end());
  }
  std::sort(single.begin(), single.end(), [](const OpenProposal& a, const OpenProposal& b) {
    return std::tie(a.matter->kind, a.matter->name) < std::tie(b.matter->kind, b.matter->name);
  });
  for (const OpenProposal& each : single) {
    TALLY_ASSIGN_OR_RETURN(FoundPoint point, PointOf(each));
    points_.push_back(std::move(point));
  }
  for (const std::vector<OpenProposal>& rest : together) {
    std::vector<FoundPoint> points;
    for (const OpenProposal& each : rest) {
      TALLY_ASSIGN_OR_RETURN(FoundPoint point, PointOf(each));
      points.push_back(std::move(point));
    }
    Together(points);
  }
  return absl::OkStatus();
}

// As one point; all of them have the same two readings.
void Finder::Together(const std::vector<FoundPoint>& points) {
  FoundPoint all = points.front();
  absl::StrAppend(&all.name, " and ", points.size() - 1, " more");
  all.matter = absl::StrCat(points.size(), " ", all.kind, "s proposed by ",
                            all.readings.front().party, " and not decided");
  for (auto point = points.begin() + 1; point != points.end(); ++point) {
    all.time.insert(all.time.end(), point->time.begin(), point->time.end());
    for (const ledger::EventAddress& act : point->acts) {
      if (all.acts.size() < kActsNamed) all.acts.push_back(act);
    }
    for (size_t i = 0; i < all.readings.size(); ++i) {
      all.readings[i].supposition.Add(point->readings[i].supposition);
    }
  }
  points_.push_back(std::move(all));
}

absl::StatusOr<FoundPoint> Finder::PointOf(const OpenProposal& each) const {
  const auto& [matter, proposal, window, open] = each;
  FoundPoint point{std::string(MatterName(matter->kind)), matter->name, open->reason, {}, {}};
  for (const Cause& act : open->acts) point.acts.push_back({act.index, act.offset});
  point.time = proposal->extent.empty() ? Extent{proposal->interval} : proposal->extent;
  if (const std::optional<LastWord> judge = AuthorityOver(window->plan); judge.has_value()) {
    absl::StrAppend(&point.matter, "; ", file_.agreement().NameOf(judge->party), " (", judge->rank,
                    ") can decide it");
  }
  const std::string proposer = file_.agreement().NameOf(proposal->stamp.author);
  const std::string other = file_.agreement().NameOf(OtherSide(*proposal, window->plan));
  TALLY_ASSIGN_OR_RETURN(Supposition proposed, AsProposed(*matter, *proposal, window->plan));
  TALLY_ASSIGN_OR_RETURN(Supposition answered, AsAnswered(*matter, *proposal, window->plan));
  point.readings.push_back(
      {absl::StrCat("as ", proposer, " proposes"), proposer, std::move(proposed), {}});
  // Nobody's words are put into the mouth of a side that has said nothing.
  const bool said = ContestOf(*matter) != nullptr;
  point.readings.push_back({said ? absl::StrCat("as ", other, " says") : "if it is not admitted",
                            said ? other : "",
                            std::move(answered),
                            {},
                            other});
  return point;
}

absl::StatusOr<std::string> Finder::WriterOf(const TermsVersion& version,
                                             const SourceRef& ref) const {
  const StreamId* id = version.Bound(absl::StrCat("feed/", ref.feed));
  if (id == nullptr) return std::string();
  absl::StatusOr<ledger::StreamState> feed = ledger_.FindStream(*id);
  if (absl::IsNotFound(feed.status())) return std::string();
  TALLY_RETURN_IF_ERROR(feed.status());
  const ledger::PartyEntry* party = ledger_.keyring().FindParty(feed->author);
  return party == nullptr ? feed->author.ToHex() : party->name;
}

absl::Status Finder::AddSources() {
  std::set<std::string> done;
  for (const EvaluatedWindow& window : windows_) {
    const Objective& objective = *window.plan.objective;
    const AvailabilityByTime& measure = objective.measure;
    if (objective.counted || !done.insert(objective.id).second) continue;
    FoundPoint point{"sources", objective.id, "", {}, {}};
    if (measure.monitors.empty()) {
      for (const SourceRef& first : measure.sources) {
        std::vector<SourceRef> order = {first};
        for (const SourceRef& other : measure.sources) {
          bool same = other.feed == first.feed && other.source == first.source;
          if (!same) order.push_back(other);
        }
        TALLY_ASSIGN_OR_RETURN(const std::string writer, WriterOf(*window.plan.version, first));
        PointReading reading{
            absl::StrCat(first.feed, "/", first.source, " prevails"), writer, {}, {}};
        reading.supposition.sources[objective.id] = std::move(order);
        point.readings.push_back(std::move(reading));
      }
      point.matter = "which source prevails where several tell of one instant";
    } else {
      point.kind = "monitors";
      for (const Monitor& monitor : measure.monitors) {
        TALLY_ASSIGN_OR_RETURN(const std::string writer,
                               WriterOf(*window.plan.version, monitor.sources.front()));
        PointReading reading{absl::StrCat(monitor.name, " alone"), writer, {}, {}};
        reading.supposition.sources[objective.id] = monitor.sources;
        point.readings.push_back(std::move(reading));
      }
      point.matter = "which observer is believed";
    }
    if (point.readings.size() > 1) points_.push_back(std::move(point));
  }
  return absl::OkStatus();
}

absl::Status Finder::AddCorrections() {
  for (uint64_t stream : file_.feed_streams()) {
    TALLY_ASSIGN_OR_RETURN(const ledger::StreamState feed, ledger_.StreamAt(stream));
    const ledger::PartyEntry* writer = ledger_.keyring().FindParty(feed.author);
    const std::string party = writer == nullptr ? feed.author.ToHex() : writer->name;
    ledger::ReadOptions options;
    options.limit = file_.axes().size;
    options.stream = stream;
    TALLY_ASSIGN_OR_RETURN(std::unique_ptr<ledger::Cursor> cursor, ledger_.Read(options));
    std::vector<ledger::EventAddress> corrections;
    while (true) {
      TALLY_ASSIGN_OR_RETURN(std::optional<ledger::VerifiedRecord> record, cursor->Next());
      if (!record.has_value()) break;
      for (const ledger::VerifiedEvent& event : record->events()) {
        if (event.header.kind == BodyKind::kCorrection) corrections.push_back(event.address);
      }
    }
    const size_t together = corrections.size() > kCorrectionsMax ? corrections.size() : 1;
    for (size_t i = 0; i < corrections.size(); i += together) {
      FoundPoint point{"correction",
                       absl::StrCat("feed ", feed.name, " ", corrections[i].ToText()),
                       "evidence corrected by its feed",
                       {},
                       {}};
      Supposition without;
      for (size_t j = i; j < i + together; ++j) {
        without.without.insert(corrections[j]);
        if (point.acts.size() < kActsNamed) point.acts.push_back(corrections[j]);
      }
      if (together > 1) {
        point.matter = absl::StrCat(together, " corrections of evidence by its feed");
      }
      point.readings.push_back({"as corrected", party, {}, {}});
      point.readings.push_back({"as first reported", "", std::move(without), {}});
      points_.push_back(std::move(point));
    }
  }
  return absl::OkStatus();
}

absl::Status Finder::AddObjections() {
  for (const EvaluatedWindow& window : windows_) {
    if (window.closing == nullptr || window.closing->objections.empty()) continue;
    FoundPoint point{"objection",
                     absl::StrCat(window.plan.objective->id, " from ",
                                  FormatInstant(window.plan.window.interval.first)),
                     "an objection to the closing",
                     {window.closing->stamp.at},
                     {}};
    const Sides sides = SidesOf(file_, window.plan);
    Purse closed, computed;
    if (window.closing->body.credit.has_value()) {
      TALLY_RETURN_IF_ERROR(AddCredit(sides, *window.closing->body.credit, closed));
    }
    if (window.figures.credit.has_value()) {
      TALLY_RETURN_IF_ERROR(AddCredit(sides, window.figures.credit->amount, computed));
    }
    for (const Objection& each : window.closing->objections) point.acts.push_back(each.stamp.at);
    point.readings.push_back({"as closed", "", {}, closed});
    // Whoever objects may want another figure than the one that is computed now.
    point.readings.push_back({"as computed now", "", {}, computed});
    points_.push_back(std::move(point));
  }
  return absl::OkStatus();
}

absl::Status Finder::AddClaims() {
  for (const Claim& claim : file_.acts().claims()) {
    if (claim.answers.empty() || claim.withdrawn.has_value() || claim.Settled() != nullptr)
      continue;
    const Answer& answer = claim.answers.back();
    if (answer.body.answer == ClaimAnswer::kAccepted) continue;
    Purse computed, answered;
    bool asked = false, on_claim = false;
    for (const EvaluatedWindow& window : windows_) {
      bool named = std::find(claim.body.windows.begin(), claim.body.windows.end(),
                             window.plan.name()) != claim.body.windows.end();
      asked = asked || named;
      if (!named || !window.figures.credit.has_value()) continue;
      const Sides sides = SidesOf(file_, window.plan);
      const Money& credit = window.figures.credit->amount;
      TALLY_RETURN_IF_ERROR(AddCredit(sides, credit, computed));
      // What needs no claim no answer takes away.
      const ClaimNeeded needed = window.plan.version->terms->disputes.credits;
      on_claim = on_claim || needed == ClaimNeeded::kOnClaim;
      if (needed != ClaimNeeded::kOnClaim) {
        TALLY_RETURN_IF_ERROR(AddCredit(sides, credit, answered));
      }
    }
    if (!asked) continue;
    const std::string claimant = file_.agreement().NameOf(claim.stamp.author);
    const std::string obligor = file_.agreement().NameOf(answer.stamp.author);
    const Sides sides{obligor, claimant};
    Purse claimed = computed;
    if (claim.body.amount.has_value()) {
      claimed.clear();
      TALLY_RETURN_IF_ERROR(AddCredit(sides, *claim.body.amount, claimed));
    }
    if (answer.body.amount.has_value() && on_claim) {
      TALLY_RETURN_IF_ERROR(AddCredit(sides, *answer.body.amount, answered));
    }
    FoundPoint point{
        "claim", claim.id, "a claim answered otherwise", {claim.stamp.at, answer.stamp.at}, {}};
    point.readings.push_back({"as claimed", claimant, {}, claimed});
    point.readings.push_back({"as answered", obligor, {}, answered});
    point.readings.push_back({"as computed", "", {}, computed});
    points_.push_back(std::move(point));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<FoundPoint>> FindPoints(const ledger::Ledger& ledger,
                                                   const CaseFile& file, const Windows& windows) {
  return Finder(ledger, file, windows).Find();
}

}  // namespace tally::replay
