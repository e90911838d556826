#include "tools/terms_levels.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "schema/status.h"
#include "tools/terms_strict.h"
#include "tools/terms_words.h"
#include "tools/terms_zones.h"

namespace tally::tools {
namespace {

constexpr Word<ResolveRule> kResolveWords[] = {{"most specific wins", ResolveRule::kMostSpecific},
                                               {"strictest wins", ResolveRule::kStrictest},
                                               {"only as listed", ResolveRule::kOnlyListed}};

std::filesystem::path Beside(absl::string_view file, const std::string& name) {
  const std::filesystem::path path(name);
  if (path.is_absolute()) return path.lexically_normal();
  return (std::filesystem::path(std::string(file)).parent_path() / path).lexically_normal();
}

DocumentDigest DigestOfText(absl::string_view text) {
  return ledger::DigestOfDocument({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

// Whether the levels of a document name `file`.
bool Names(const YamlNode& levels, absl::string_view document, absl::string_view file) {
  const YamlNode* listed = ValueOf(levels, "documents");
  if (listed == nullptr || !listed->IsList()) return false;
  return std::any_of(listed->items.begin(), listed->items.end(), [&](const YamlNode& each) {
    const YamlNode* name = ValueOf(each, "file");
    return name != nullptr && name->IsText() &&
           Beside(document, name->text) ==
               std::filesystem::path(std::string(file)).lexically_normal();
  });
}

// What a document of a level may hold: parts of terms, and no levels of its own.
void CheckDocument(const YamlNode& root, const std::string& name, absl::string_view file,
                   TermsReport& report) {
  report.Note("", {name, 1, 1});
  Fields keys(Field(root, "", report), "write `tally: terms/1` in the first line");
  constexpr absl::string_view kForm = "write `tally: terms/1` in the first line";
  Field version = keys.Need("tally", kForm);
  if (version.present() && !version.Says("terms/1")) version.Bad(kForm);
  for (absl::string_view key : {"agreement", "parties", "term", "calendars", "fees", "objectives",
                                "rules", "disputes", "supported by"}) {
    keys.Find(key);
  }
  Field levels = keys.Find("levels");
  if (levels.present()) {
    const bool cycle = Names(levels.node(), name, file);
    report.Error(levels.node().position, kLevelsCode,
                 cycle ? absl::StrCat(file, " and ", name, " name each other as documents above")
                       : absl::StrCat(name, " has levels of its own"),
                 "list all documents in the `levels` of the most specific one, and only there");
  }
  keys.Exclude("amends", "an amendment is no document of a level");
  keys.Exclude("resolved", "resolved terms are no document of a level");
  keys.Done();
}

class LevelReader {
 public:
  LevelReader(const LeveledFile& file, const TermsDocuments& documents, TermsReport& report)
      : file_(file), documents_(documents), report_(report) {}

  LevelPlan Read(const Field& field) {
    Fields block(field, "say what stands above: this, precedence, rule, fields, documents");
    plan_.own.level =
        block.Need("this", "name the level of this file, like `service`").Name().value_or("");
    plan_.own.digest = DigestOfText(file_.text);
    plan_.own.valid = file_.term;
    plan_.own.root = file_.root;
    block.Choose("rule", kResolveWords, plan_.rule);
    ReadDocuments(block.Need("documents",
                             "list the documents, like `- { level: corporate, file: "
                             "corporate.yaml, sha256: ..., from: 2025-01-01, until: "
                             "open }`"));
    ReadPrecedence(block.Need("precedence", "list the levels, the one that prevails first"));
    ReadFields(block.Need("fields", "choose `none` or name fields and what holds for them"));
    block.Done();
    return std::move(plan_);
  }

 private:
  void ReadDocuments(const Field& list) {
    for (const Field& item : list.Items("list the documents, one at least")) {
      LevelFile document;
      Fields entry(item);
      Field level = entry.Need("level", "name the level, like `corporate`");
      document.level = level.Name().value_or("");
      if (!document.level.empty() && document.level == plan_.own.level) {
        level.Error(kLevelsCode, absl::StrCat(document.level, " is the level of this file itself"));
      }
      const auto name = entry.Need("file", "write the file's name, as seen from this file")
                            .Text("write the file's name, as seen from this file");
      const auto digest = ReadDigest(entry.Need("sha256", "write the SHA-256 of the file"));
      document.valid.first =
          ReadInstant(entry.Need("from", "write the first day on which it holds"), file_.zone)
              .value_or(Instant::Min());
      Field until = entry.Need("until", "choose `open` or write the day on which it ends");
      document.valid.limit = until.Says("open")
                                 ? Instant::Max()
                                 : ReadInstant(until, file_.zone).value_or(Instant::Max());
      entry.Done();
      levels_.insert(document.level);
      if (document.valid.empty()) until.Error(kLevelsCode, "the document ends before it begins");
      CheckOverlap(item, document);
      if (name && digest && ReadDocument(item, *name, *digest, document)) {
        plan_.others.push_back(std::move(document));
      }
    }
  }

  std::optional<DocumentDigest> ReadDigest(const Field& field) const {
    if (!field.present()) return std::nullopt;
    absl::StatusOr<DocumentDigest> digest = field.node().IsText()
                                                ? DocumentDigest::FromHex(field.node().text)
                                                : absl::InvalidArgumentError("no text");
    if (digest.ok() && !digest->IsZero()) return *digest;
    field.Bad("write the 64 hex digits of the file's SHA-256");
    return std::nullopt;
  }

  void CheckOverlap(const Field& item, const LevelFile& document) const {
    for (const LevelFile& other : plan_.others) {
      const Interval both = Intersection(other.valid, document.valid);
      if (other.level != document.level || both.empty()) continue;
      item.Error(kLevelsCode,
                 absl::StrCat("two documents of the level ", document.level, " hold at ",
                              FormatInstant(both.first)),
                 "let one end on the day on which the other begins");
    }
  }

  // The bytes first, then what they say.
  bool ReadDocument(const Field& item, const std::string& name, const DocumentDigest& digest,
                    LevelFile& document) {
    const std::string path = Beside(file_.name, name).string();
    if (path == std::filesystem::path(std::string(file_.name)).lexically_normal().string()) {
      item.Error(kLevelsCode, absl::StrCat(name, " is this file itself"),
                 "list the documents above it; `this` names its own level");
      return false;
    }
    const absl::StatusOr<Bytes> bytes = documents_.File(path);
    if (!bytes.ok()) {
      item.Error(kLevelsCode, absl::StrCat("the document ", path, " cannot be read"),
                 absl::StrCat("put the file with the SHA-256 ", digest.ToHex(), " there"));
      return false;
    }
    document.digest = ledger::DigestOfDocument(*bytes);
    if (document.digest != digest) {
      item.Error(kLevelsCode,
                 absl::StrCat("the document ", path, " has the SHA-256 ", document.digest.ToHex(),
                              ", not the one that is stated"),
                 "read it again; if it is the one that is meant, state its SHA-256");
      return false;
    }
    const std::string text(bytes->begin(), bytes->end());
    absl::StatusOr<YamlNode> root = ReadYaml(text, path);
    if (!root.ok()) {
      report_.Error(root.status());
      return false;
    }
    TermsReport inside;
    CheckDocument(*root, path, file_.name, inside);
    report_.Take(inside);
    document.root = *std::move(root);
    return true;
  }

  void ReadPrecedence(const Field& list) {
    constexpr absl::string_view kForm = "list each level once, the one that prevails first";
    levels_.insert(plan_.own.level);
    std::set<std::string> listed;
    for (const Field& item : list.Items(kForm)) {
      const std::string level = item.Name().value_or("");
      if (level.empty()) continue;
      if (!listed.insert(level).second) {
        item.Error(kLevelsCode, absl::StrCat("the level ", level, " stands twice"), kForm);
      } else if (levels_.count(level) == 0) {
        item.Error(kLevelsCode, absl::StrCat("no document has the level ", level), kForm);
      }
      plan_.precedence.push_back(level);
    }
    for (const std::string& level : levels_) {
      if (!list.present() || level.empty() || listed.count(level) > 0) continue;
      list.Error(kLevelsCode, absl::StrCat("`precedence` lacks the level ", level), kForm);
    }
  }

  void ReadFields(const Field& field) {
    if (!field.present() || field.Says("none")) return;
    Fields map(field, "choose `none` or name fields and what holds for them");
    for (const Field& entry : map.All()) {
      FieldChoice choice;
      choice.pattern = entry.path().substr(field.path().size() + 1);
      choice.position = report_.PlaceOf(entry.path());
      for (const Word<ResolveRule>& word : kResolveWords) {
        if (entry.Says(word.text)) choice.rule = word.value;
      }
      if (entry.Says("left out")) choice.rule = ResolveRule::kLeftOut;
      if (choice.rule == ResolveRule::kUnset) ReadLevelName(entry, choice);
      plan_.fields.push_back(std::move(choice));
    }
  }

  void ReadLevelName(const Field& entry, FieldChoice& choice) const {
    const bool known =
        entry.node().IsText() && std::find(plan_.precedence.begin(), plan_.precedence.end(),
                                           entry.node().text) != plan_.precedence.end();
    if (known) {
      choice.rule = ResolveRule::kNamed;
      choice.level = entry.node().text;
    } else {
      entry.Bad(
          "choose `most specific wins`, `strictest wins`, `only as listed`, `left out` or a "
          "level");
    }
  }

  const LeveledFile& file_;
  const TermsDocuments& documents_;
  TermsReport& report_;
  std::set<std::string> levels_;  // of this file and of every document that is listed
  LevelPlan plan_;
};

}  // namespace

LevelPlan ReadLevels(const Field& field, const LeveledFile& file, const TermsDocuments& documents,
                     TermsReport& report) {
  return LevelReader(file, documents, report).Read(field);
}

std::vector<LevelRange> RangesOf(const LevelPlan& plan) {
  const Interval term = plan.own.valid;
  std::set<Instant> edges = {term.first, term.limit};
  for (const LevelFile& each : plan.others) {
    for (const Instant edge : {each.valid.first, each.valid.limit}) {
      if (term.first < edge && edge < term.limit) edges.insert(edge);
    }
  }
  std::vector<LevelRange> ranges;
  for (auto edge = edges.begin(); std::next(edge) != edges.end(); ++edge) {
    LevelRange range{{*edge, *std::next(edge)}, {}};
    for (const std::string& level : plan.precedence) {
      if (level == plan.own.level) range.files.push_back(&plan.own);
      for (const LevelFile& each : plan.others) {
        if (each.level == level && each.valid.Contains(*edge)) range.files.push_back(&each);
      }
    }
    ranges.push_back(std::move(range));
  }
  return ranges;
}

}  // namespace tally::tools
