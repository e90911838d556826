// Values are read off the terms as people read them: what is shown and what is compared is the very
// text of the field.
#include "tools/field_origins.h"

#include <algorithm>
#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "replay/agreement_view.h"
#include "schema/status.h"
#include "tools/printable.h"
#include "tools/printed_terms.h"
#include "tools/terms_provenance.h"
#include "tools/terms_resolve.h"
#include "tools/terms_text.h"

namespace tally::tools {
namespace {

constexpr size_t kVersionsMax = 10'000;  // stops bases that go round in a circle

struct FieldText {
  std::string field;
  std::string value;
};

std::string InOneLine(const YamlNode& node) {
  if (node.IsText()) return node.text;
  std::vector<std::string> parts;
  for (size_t i = 0; i < node.items.size(); ++i) {
    const std::string value = InOneLine(node.items[i]);
    parts.push_back(node.IsMap() ? absl::StrCat(node.keys[i].text, ": ", value) : value);
  }
  return node.IsMap() ? absl::StrCat("{ ", absl::StrJoin(parts, ", "), " }")
                      : absl::StrCat("[", absl::StrJoin(parts, ", "), "]");
}

void Collect(std::vector<std::string>& path, const YamlNode& node, std::vector<FieldText>& fields) {
  if (path.empty() || (node.IsMap() && HoldsFields(path))) {
    for (size_t i = 0; i < node.keys.size(); ++i) {
      path.push_back(node.keys[i].text);
      Collect(path, node.items[i], fields);
      path.pop_back();
    }
    return;
  }
  fields.push_back({absl::StrJoin(path, "."), InOneLine(node)});
}

// The fields of one objective, in the order of the file.
absl::StatusOr<std::vector<FieldText>> FieldsOf(const Terms& terms, const std::string& id) {
  TALLY_ASSIGN_OR_RETURN(const YamlNode root, ReadPrintedTerms(FormatTermsForPeople(terms)));
  std::vector<FieldText> all;
  std::vector<std::string> path;
  Collect(path, root, all);
  std::vector<std::string> wanted = {absl::StrCat("objectives.", id, "."), "disputes."};
  for (const Objective& objective : terms.objectives) {
    if (objective.id != id) continue;
    wanted.push_back(absl::StrCat("parties.", objective.obligor));
    wanted.push_back(absl::StrCat("parties.", objective.obligee));
    if (objective.credit) wanted.push_back(absl::StrCat("fees.", objective.credit->fee, "."));
  }
  for (const Rule& rule : terms.rules) {
    const bool about =
        rule.objectives.empty() ||
        std::find(rule.objectives.begin(), rule.objectives.end(), id) != rule.objectives.end();
    if (!about) continue;
    wanted.push_back(absl::StrCat("rules.", rule.id, "."));
    if (rule.choices.Has("fee")) {
      wanted.push_back(absl::StrCat("fees.", rule.choices.Text("fee"), "."));
    }
  }
  std::erase_if(all, [&](const FieldText& each) {
    return std::none_of(wanted.begin(), wanted.end(), [&](const std::string& name) {
      return absl::EndsWith(name, ".") ? absl::StartsWith(each.field, name) : each.field == name;
    });
  });
  return all;
}

// The entry of a field in resolved terms: its own, or that of the place which it is part of, since
// measures of different kinds and the like are taken as a whole.
const FieldSource* StatedIn(const Terms& terms, std::string field) {
  if (!terms.levels) return nullptr;
  for (const absl::string_view sources : {".measure.sources", ".measure.monitors"}) {
    if (!absl::EndsWith(field, sources)) continue;
    field = absl::StrCat(absl::StripSuffix(field, sources), ".measure.source");
  }
  const FieldSource* found = nullptr;
  for (const FieldSource& each : terms.levels->fields) {
    const bool holds =
        field == each.field || absl::StartsWith(field, absl::StrCat(each.field, "."));
    if (holds && (found == nullptr || each.field.size() > found->field.size())) found = &each;
  }
  return found;
}

std::optional<DocumentDigest> DocumentOf(const Terms& terms, const FieldSource* source) {
  if (source == nullptr) return std::nullopt;
  for (const LevelDocument& each : terms.levels->documents) {
    if (each.level == source->level) return each.document;
  }
  return std::nullopt;
}

// What must stay the same for a field to come from an older version. The line may change with the
// document around it.
std::string Identity(const Terms& terms, const FieldText& field) {
  const FieldSource* source = StatedIn(terms, field.field);
  return absl::StrCat(field.value, "\n", source == nullptr ? "" : source->level, "\n",
                      source == nullptr ? "" : source->clause);
}

// Proposals by the hash of their terms, and their terms.
struct KnownVersion {
  OriginVersion version;
  std::optional<TermsHash> base;
  Bytes terms;
};

// The terms that an act brings, if it brings any.
absl::StatusOr<std::optional<Bytes>> TermsOf(const ledger::VerifiedEvent& act) {
  if (act.header.kind == BodyKind::kTermsProposed) {
    TALLY_ASSIGN_OR_RETURN(TermsProposed body, DecodeTermsProposed(act.body));
    return std::optional<Bytes>(std::move(body.terms));
  }
  if (act.header.kind == BodyKind::kAmendmentProposed) {
    TALLY_ASSIGN_OR_RETURN(AmendmentProposed body, DecodeAmendmentProposed(act.body));
    return std::optional<Bytes>(std::move(body.terms));
  }
  if (act.header.kind == BodyKind::kTermsAttested) {
    TALLY_ASSIGN_OR_RETURN(TermsAttested body, DecodeTermsAttested(act.body));
    return std::optional<Bytes>(std::move(body.terms));
  }
  return std::optional<Bytes>();
}

// Read here and not by tools/acts.h, for that appends as well, and who has a pack links no store.
absl::StatusOr<std::map<ledger::EventAddress, Bytes>> TermsOfActs(const ledger::Ledger& ledger,
                                                                  uint64_t agreement) {
  std::map<ledger::EventAddress, Bytes> all;
  TALLY_ASSIGN_OR_RETURN(const auto cursor, ledger.Read({.stream = agreement}));
  while (true) {
    TALLY_ASSIGN_OR_RETURN(const std::optional<ledger::VerifiedRecord> record, cursor->Next());
    if (!record.has_value()) return all;
    for (const ledger::VerifiedEvent& act : record->events()) {
      TALLY_ASSIGN_OR_RETURN(std::optional<Bytes> terms, TermsOf(act));
      if (terms.has_value()) all.emplace(act.address, *std::move(terms));
    }
  }
}

// Of several proposals of the same terms the one that came into force, else the newest.
absl::StatusOr<std::map<TermsHash, KnownVersion>> VersionsKnown(const ledger::Ledger& ledger,
                                                                const replay::Result& result) {
  TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream,
                         ledger.FindStream(StreamKind::kAgreement, result.agreement));
  TALLY_ASSIGN_OR_RETURN(auto terms, TermsOfActs(ledger, stream.opening_index));
  TALLY_ASSIGN_OR_RETURN(const replay::AgreementView view,
                         replay::ViewAgreement(ledger, result.agreement, result.known.instant));
  std::map<TermsHash, KnownVersion> versions;
  std::map<TermsHash, bool> in_force;
  for (const replay::ProposedTerms& each : view.proposals) {
    const auto bytes = terms.find(each.at);
    if (bytes == terms.end() || in_force[each.terms]) continue;
    KnownVersion known{{each.at, each.terms, std::nullopt, ""}, std::nullopt, bytes->second};
    if (each.amendment) {
      known.version.effective = each.effective;
      known.version.reason = each.reason;
      known.base = each.base;
    }
    versions[each.terms] = std::move(known);
    in_force[each.terms] = each.in_force_since.has_value();
  }
  return versions;
}

}  // namespace

absl::Status TraceFields(const std::vector<Terms>& chain, TermsOrigins& origins) {
  TALLY_CHECK(!chain.empty() && chain.size() == origins.versions.size());
  std::vector<std::map<std::string, std::string>> before;
  for (const Terms& terms : chain) {
    std::map<std::string, std::string>& identities = before.emplace_back();
    TALLY_ASSIGN_OR_RETURN(const std::vector<FieldText> fields, FieldsOf(terms, origins.objective));
    for (const FieldText& each : fields) {
      identities[each.field] = Identity(terms, each);
    }
  }
  const Terms& terms = chain.back();
  TALLY_ASSIGN_OR_RETURN(const std::vector<FieldText> newest, FieldsOf(terms, origins.objective));
  for (const FieldText& each : newest) {
    FieldOrigin origin{.field = each.field, .value = each.value};
    if (const FieldSource* source = StatedIn(terms, each.field)) {
      origin.stated = *source;
      origin.document = DocumentOf(terms, source);
    }
    const std::string identity = Identity(terms, each);
    origin.since = chain.size() - 1;
    while (origin.since > 0) {
      const auto same = before[origin.since - 1].find(each.field);
      if (same == before[origin.since - 1].end() || same->second != identity) break;
      --origin.since;
    }
    origins.fields.push_back(std::move(origin));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<TermsOrigins>> OriginsOf(const ledger::Ledger& ledger,
                                                    const replay::Result& result) {
  TALLY_ASSIGN_OR_RETURN(const auto versions, VersionsKnown(ledger, result));
  std::vector<TermsOrigins> all;
  for (const replay::WindowResult& window : result.windows) {
    const bool told = std::any_of(all.begin(), all.end(), [&](const TermsOrigins& each) {
      return each.objective == window.objective && each.versions.back().terms == window.terms;
    });
    if (told) continue;
    TermsOrigins origins{.objective = window.objective, .versions = {}, .fields = {}};
    std::vector<Terms> chain;
    std::optional<TermsHash> next = window.terms;
    while (next && chain.size() < kVersionsMax) {
      const auto known = versions.find(*next);
      if (known == versions.end()) break;
      TALLY_ASSIGN_OR_RETURN(Terms terms, DecodeTerms(known->second.terms));
      chain.push_back(std::move(terms));
      origins.versions.push_back(known->second.version);
      next = known->second.base;
    }
    if (chain.empty()) continue;
    std::reverse(chain.begin(), chain.end());
    std::reverse(origins.versions.begin(), origins.versions.end());
    TALLY_RETURN_IF_ERROR(TraceFields(chain, origins));
    all.push_back(std::move(origins));
  }
  return all;
}

}  // namespace tally::tools
