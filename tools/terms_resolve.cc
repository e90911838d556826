// One walk down all trees at once. At each place stand the documents that say something there, in
// the order of precedence; a place is walked into while all of them have a map of choices there,
// and decided where it is a field.
#include "tools/terms_resolve.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "schema/status.h"
#include "tools/terms_strict.h"

namespace tally::tools {
namespace {

constexpr absl::string_view kOwnKeys[] = {"tally", "agreement", "term", "amends", "supported by"};
constexpr absl::string_view kSharedKeys[] = {"parties", "fees", "objectives", "rules", "disputes"};
constexpr absl::string_view kSourceKeys[] = {"source", "sources", "monitors"};

using Path = std::vector<std::string>;

// What one document says at a place.
struct Stated {
  const LevelFile* file = nullptr;
  const YamlNode* key = nullptr;
  const YamlNode* value = nullptr;
};

std::string LineOf(const FilePosition& position) {
  return absl::StrCat(position.file, ":", position.line);
}

bool HoldsSources(const Path& path) {
  return path.size() == 3 && path[0] == "objectives" && path[2] == "measure";
}

// The word that says which choices a map has: a measure's or rule's kind, a credit's scheme. Empty
// where the document leaves that to another.
std::string KindOf(const Path& path, const YamlNode& map) {
  const bool credit = path.size() == 3 && path[2] == "credit";
  const YamlNode* kind = ValueOf(map, credit ? "scheme" : "kind");
  if (kind != nullptr && kind->IsText()) return kind->text;
  return credit && ValueOf(map, "tiers") != nullptr ? "tiers" : "";
}

// The one kind of all that state one; nothing where they differ.
std::optional<std::string> CommonKind(const Path& path, const std::vector<Stated>& stated) {
  std::string common;
  for (const Stated& each : stated) {
    const std::string kind = KindOf(path, *each.value);
    if (!kind.empty() && !common.empty() && kind != common) return std::nullopt;
    if (!kind.empty()) common = kind;
  }
  return common;
}

// Whether `pattern` is this path; counts its stars.
std::optional<size_t> Matches(absl::string_view pattern, const Path& path) {
  size_t stars = 0;
  for (size_t i = 0; i < path.size(); ++i) {
    if (i > 0 && !absl::ConsumePrefix(&pattern, ".")) return std::nullopt;
    if (path[i] != "*" && absl::StartsWith(pattern, "*") &&
        (pattern.size() == 1 || pattern[1] == '.')) {
      pattern.remove_prefix(1);
      ++stars;
    } else if (!absl::ConsumePrefix(&pattern, path[i])) {
      return std::nullopt;
    }
  }
  return pattern.empty() ? std::optional<size_t>(stars) : std::nullopt;
}

class Resolver {
 public:
  Resolver(const std::vector<const LevelFile*>& files, const std::vector<FieldChoice>& choices,
           TermsReport& report)
      : files_(files), choices_(choices), report_(report) {}

  ResolvedFile Run(const LevelFile& own, ResolveRule rule) {
    ResolvedFile& out = resolved_;
    out.root.kind = YamlNode::Kind::kMap;
    out.root.position = own.root.position;
    for (const absl::string_view key : kOwnKeys) {
      for (const Stated& each : At({{&own, nullptr, &own.root}}, key)) Append(out.root, each);
    }
    std::vector<Stated> roots;
    for (const LevelFile* file : files_) roots.push_back({file, nullptr, &file->root});
    AddCalendars(At(roots, "calendars"), out.root);
    for (const absl::string_view key : kSharedKeys) {
      Add({std::string(key)}, At(roots, key), {rule, ""}, "", out.root);
    }
    std::sort(out.fields.begin(), out.fields.end(),
              [](const FieldSource& a, const FieldSource& b) { return a.field < b.field; });
    out.used.assign(used_.begin(), used_.end());
    return std::move(resolved_);
  }

 private:
  struct Ruling {
    ResolveRule rule = ResolveRule::kUnset;
    std::string level;
  };

  static std::vector<Stated> At(const std::vector<Stated>& maps, absl::string_view key) {
    std::vector<Stated> stated;
    for (const Stated& each : maps) {
      if (!each.value->IsMap()) continue;
      for (size_t i = 0; i < each.value->keys.size(); ++i) {
        if (each.value->keys[i].text != key) continue;
        stated.push_back({each.file, &each.value->keys[i], &each.value->items[i]});
      }
    }
    return stated;
  }

  static void Append(YamlNode& map, const Stated& stated) {
    map.keys.push_back(*stated.key);
    map.items.push_back(*stated.value);
  }

  // The ruling for a place: the choice that names it with the fewest stars, else what holds above.
  Ruling RulingAt(const Path& path, const Ruling& above) {
    const FieldChoice* best = nullptr;
    size_t fewest = 0;
    for (size_t i = 0; i < choices_.size(); ++i) {
      const std::optional<size_t> stars = Matches(choices_[i].pattern, path);
      if (!stars) continue;
      used_.insert(i);
      if (best != nullptr && *stars == fewest) {
        report_.Error(choices_[i].position, kLevelsCode,
                      absl::StrCat("`", choices_[i].pattern, "` and `", best->pattern,
                                   "` both mean ", absl::StrJoin(path, ".")),
                      "write out the name of the field");
      }
      if (best == nullptr || *stars < fewest) {
        best = &choices_[i];
        fewest = *stars;
      }
    }
    return best == nullptr ? above : Ruling{best->rule, best->level};
  }

  // Resolves one place and adds what comes out to `map`.
  void Add(const Path& path, std::vector<Stated> stated, const Ruling& above,
           const std::string& kind, YamlNode& map) {
    if (stated.empty()) return;
    const Ruling ruling = RulingAt(path, above);
    if (ruling.rule == ResolveRule::kLeftOut) {
      for (const Stated& each : stated) Overrule(path, each, "");
      return;
    }
    if (ruling.rule == ResolveRule::kNamed && !TakeNamed(path, ruling.level, stated)) return;
    const bool maps = std::all_of(stated.begin(), stated.end(),
                                  [](const Stated& each) { return each.value->IsMap(); });
    if (const auto common = maps && HoldsFields(path) ? CommonKind(path, stated) : std::nullopt) {
      AddMap(path, stated, ruling, *common, map);
    } else if (const std::optional<FieldRule> why = Decide(path, stated, ruling, kind)) {
      for (size_t i = 1; i < stated.size(); ++i) {
        if (*why != FieldRule::kAllAgree) Overrule(path, stated[i], stated[0].file->level);
      }
      Append(map, stated[0]);
      Note(path, stated[0], *why);
    }
  }

  // Leaves the named document alone in `stated`. A place inside of what was named is not asked
  // again: only that document is left.
  bool TakeNamed(const Path& path, const std::string& level, std::vector<Stated>& stated) {
    const auto named = std::find_if(stated.begin(), stated.end(),
                                    [&](const Stated& each) { return each.file->level == level; });
    if (named == stated.end()) {
      report_.Error(stated[0].key->position, kLevelsCode,
                    absl::StrCat("`levels: fields:` takes ", absl::StrJoin(path, "."), " from ",
                                 level, ", which does not state it"),
                    "name a level that does, or state it there");
      return false;
    }
    const Stated winner = *named;
    for (const Stated& each : stated) {
      if (each.file != winner.file) Overrule(path, each, level);
    }
    stated = {winner};
    return true;
  }

  void AddMap(const Path& path, const std::vector<Stated>& stated, const Ruling& ruling,
              const std::string& kind, YamlNode& map) {
    YamlNode merged;
    merged.kind = YamlNode::Kind::kMap;
    merged.position = stated[0].value->position;
    std::set<std::string> seen;
    for (const Stated& each : stated) {
      for (const YamlNode& key : each.value->keys) {
        const bool source = HoldsSources(path) && IsSource(key.text);
        const std::string name = source ? "source" : key.text;
        if (!seen.insert(name).second) continue;
        Path inner = path;
        inner.push_back(name);
        Add(inner, source ? SourcesAt(stated) : At(stated, key.text), ruling, kind, merged);
      }
    }
    map.keys.push_back(*stated[0].key);
    map.items.push_back(std::move(merged));
  }

  static bool IsSource(const std::string& key) {
    return std::find(std::begin(kSourceKeys), std::end(kSourceKeys), key) != std::end(kSourceKeys);
  }

  // A document states one of the three, or is refused by the compiler for stating two; each is
  // looked at under its own key, so that the field keeps the key of the document that prevails.
  std::vector<Stated> SourcesAt(const std::vector<Stated>& maps) const {
    std::vector<Stated> stated;
    for (const Stated& map : maps) {
      for (const absl::string_view key : kSourceKeys) {
        const std::vector<Stated> found = At({map}, key);
        stated.insert(stated.end(), found.begin(), found.end());
      }
    }
    return stated;
  }

  // Brings the value that counts to the front. Nothing when no rule gives one (reported).
  std::optional<FieldRule> Decide(const Path& path, std::vector<Stated>& stated,
                                  const Ruling& ruling, const std::string& kind) {
    if (ruling.rule == ResolveRule::kNamed) return FieldRule::kNamed;
    if (stated.size() == 1) return FieldRule::kOnlyStated;
    const bool agreed = std::all_of(stated.begin(), stated.end(), [&](const Stated& each) {
      return each.key->text == stated[0].key->text && SameValue(*each.value, *stated[0].value);
    });
    if (agreed) return FieldRule::kAllAgree;
    if (ruling.rule == ResolveRule::kMostSpecific) return FieldRule::kMostSpecific;
    if (ruling.rule == ResolveRule::kStrictest && BringStrictest(path, kind, stated)) {
      return FieldRule::kStrictest;
    }
    Refuse(path, stated, ruling.rule);
    return std::nullopt;
  }

  static bool BringStrictest(const Path& path, const std::string& kind,
                             std::vector<Stated>& stated) {
    const auto strictest = std::find_if(stated.begin(), stated.end(), [&](const Stated& one) {
      return std::all_of(stated.begin(), stated.end(), [&](const Stated& other) {
        return &one == &other || CompareStrictness(path, kind, *one.value, *other.value) >= 0;
      });
    });
    if (strictest == stated.end()) return false;
    std::rotate(stated.begin(), strictest, strictest + 1);
    return true;
  }

  void Refuse(const Path& path, const std::vector<Stated>& stated, ResolveRule rule) {
    const std::string field = absl::StrJoin(path, ".");
    const Stated& other = *std::find_if(stated.begin(), stated.end(), [&](const Stated& each) {
      return !SameValue(*each.value, *stated[0].value) || each.key->text != stated[0].key->text;
    });
    report_.Error(
        stated[0].key->position, kLevelsCode,
        absl::StrCat(field, ": ", stated[0].file->level, " (", LineOf(stated[0].key->position),
                     ") and ", other.file->level, " (", LineOf(other.key->position),
                     ") differ, and ",
                     rule == ResolveRule::kStrictest ? "no declared direction makes one stricter"
                                                     : "the field is not listed"),
        absl::StrCat("say under `levels: fields:` which counts, like `", field, ": ",
                     stated[0].file->level, "`"));
  }

  void AddCalendars(const std::vector<Stated>& stated, YamlNode& root) {
    if (stated.empty()) return;
    YamlNode all;
    all.kind = YamlNode::Kind::kList;
    all.position = stated[0].value->position;
    std::set<std::string> seen;
    for (const Stated& each : stated) {
      if (!each.value->IsList()) {  // `none`, or wrong: the compiler says so
        if (stated.size() == 1) return Append(root, each);
        continue;
      }
      for (const YamlNode& item : each.value->items) {
        if (!seen.insert(item.text).second) continue;
        all.items.push_back(item);
        Note({"calendars", item.text}, {each.file, &item, &item}, FieldRule::kOnlyStated);
      }
    }
    root.keys.push_back(*stated[0].key);
    root.items.push_back(std::move(all));
  }

  void Overrule(const Path& path, const Stated& lost, const std::string& winner) {
    resolved_.overruled.push_back(
        {absl::StrJoin(path, "."), lost.file->level, lost.key->position, winner});
  }

  void Note(const Path& path, const Stated& winner, FieldRule why) {
    FieldSource source;
    source.field = absl::StrJoin(path, ".");
    source.level = winner.file->level;
    source.rule = why;
    source.line = static_cast<uint32_t>(winner.key->position.line);
    if (path[0] == "objectives" && path.size() > 2) {
      source.clause = ClauseOf(winner.file->root, path[1]);
    }
    const bool taken =
        std::any_of(resolved_.fields.begin(), resolved_.fields.end(),
                    [&](const FieldSource& each) { return each.field == source.field; });
    if (taken) {  // "a.b" in "c" and "a" in "b.c": a dot may stand in a name
      report_.Error(winner.key->position, kLevelsCode,
                    absl::StrCat("two fields are called ", source.field),
                    "choose names without dots");
    } else {
      resolved_.fields.push_back(std::move(source));
    }
  }

  // The clause that a document gives to an objective: what its fields are cited by.
  static std::string ClauseOf(const YamlNode& root, const std::string& objective) {
    const YamlNode* node = &root;
    for (const absl::string_view key :
         {absl::string_view("objectives"), absl::string_view(objective),
          absl::string_view("clause"), absl::string_view("id")}) {
      node = ValueOf(*node, key);
      if (node == nullptr) return "";
    }
    return node->IsText() ? node->text : "";
  }

  const std::vector<const LevelFile*>& files_;
  const std::vector<FieldChoice>& choices_;
  TermsReport& report_;
  std::set<size_t> used_;
  ResolvedFile resolved_;
};

}  // namespace

bool HoldsFields(const std::vector<std::string>& path) {
  const std::string& top = path[0];
  const bool named = top == "objectives" || top == "rules" || top == "fees";
  if (path.size() == 1) return named || top == "parties" || top == "disputes";
  if (path.size() == 2) return named;
  return path.size() == 3 && top == "objectives" && (path[2] == "measure" || path[2] == "credit");
}

ResolvedFile ResolveLevels(const std::vector<const LevelFile*>& files, const LevelFile& own,
                           ResolveRule rule, const std::vector<FieldChoice>& choices,
                           TermsReport& report) {
  return Resolver(files, choices, report).Run(own, rule);
}

}  // namespace tally::tools
