// A line at a time into tables; every name is looked up among those above it, so groups cannot be
// circular and the quorum is decided in one pass over the definitions.
#include "ledger/chain/policy.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "ledger/chain/cosignature.h"
#include "ledger/chain/note_text.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr absl::string_view kNone = "none";

bool IsAllowedOctet(char octet) {
  const auto byte = static_cast<uint8_t>(octet);
  return byte == '\t' || byte == '\n' || (byte >= 0x20 && byte != 0x7f);
}

using Words = std::vector<absl::string_view>;

class PolicyReader {
 public:
  // One line, without its newline. The message knows nothing of the line's number.
  absl::Status Line(absl::string_view line) {
    const Words words = absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (words.empty() || words[0].front() == '#') return absl::OkStatus();
    if (words[0] == "log") return AddLog(words);
    if (words[0] == "witness") return AddWitness(words);
    if (words[0] == "group") return AddGroup(words);
    if (words[0] == "quorum") return SetQuorum(words);
    return Wrong(absl::StrCat("\"", words[0], "\" is none of log, witness, group and quorum"));
  }

  absl::StatusOr<Policy> Finish() && {
    if (policy_.quorum.empty()) return absl::InvalidArgumentError("policy: it has no quorum line");
    return std::move(policy_);
  }

 private:
  static absl::Status Wrong(absl::string_view why) { return absl::InvalidArgumentError(why); }

  static absl::StatusOr<VerifierKey> KeyOf(absl::string_view vkey, NoteKeyType type) {
    TALLY_ASSIGN_OR_RETURN(VerifierKey key, VerifierKey::Parse(vkey));
    if (key.type != type) {
      return Wrong(absl::StrCat("the key ", key.name, " is of type ", static_cast<int>(key.type),
                                ", not ", static_cast<int>(type)));
    }
    return key;
  }

  absl::Status AddLog(const Words& words) {
    if (words.size() < 2 || words.size() > 3) return Wrong("expected: log VKEY [URL]");
    TALLY_ASSIGN_OR_RETURN(VerifierKey key, KeyOf(words[1], NoteKeyType::kEd25519));
    const bool twice = std::ranges::any_of(
        policy_.logs, [&](const Policy::Log& log) { return log.key.key == key.key; });
    if (twice) return Wrong("two logs have one key");
    policy_.logs.push_back({std::move(key), std::string(words.size() == 3 ? words[2] : "")});
    return absl::OkStatus();
  }

  absl::Status AddWitness(const Words& words) {
    if (words.size() < 3 || words.size() > 4) return Wrong("expected: witness NAME VKEY [URL]");
    TALLY_RETURN_IF_ERROR(Define(words[1]));
    TALLY_ASSIGN_OR_RETURN(VerifierKey key, KeyOf(words[2], NoteKeyType::kCosignature));
    const bool twice = std::ranges::any_of(policy_.witnesses, [&](const Policy::Witness& witness) {
      return witness.key.key == key.key;
    });
    if (twice) return Wrong("two witnesses have one key");
    policy_.witnesses.push_back(
        {std::string(words[1]), std::move(key), std::string(words.size() == 4 ? words[3] : "")});
    return absl::OkStatus();
  }

  absl::Status AddGroup(const Words& words) {
    if (words.size() < 4) return Wrong("expected: group NAME all|any|K MEMBER...");
    Policy::Group group;
    group.name = std::string(words[1]);
    for (size_t i = 3; i < words.size(); ++i) {
      TALLY_RETURN_IF_ERROR(CheckDefined(words[i]));
      if (!members_.insert(std::string(words[i])).second) {
        return Wrong(absl::StrCat("\"", words[i], "\" is a member already"));
      }
      group.members.emplace_back(words[i]);
    }
    TALLY_RETURN_IF_ERROR(Define(words[1]));
    if (words[2] == "all") {
      group.threshold = group.members.size();
    } else if (words[2] == "any") {
      group.threshold = 1;
    } else {
      const std::optional<uint64_t> threshold = ParseNumber(words[2], group.members.size());
      if (!threshold || *threshold == 0) {
        return Wrong(absl::StrCat("\"", words[2], "\" of ", group.members.size(), " members"));
      }
      group.threshold = static_cast<size_t>(*threshold);
    }
    policy_.groups.push_back(std::move(group));
    return absl::OkStatus();
  }

  absl::Status SetQuorum(const Words& words) {
    if (words.size() != 2) return Wrong("expected: quorum NAME or quorum none");
    if (!policy_.quorum.empty()) return Wrong("a second quorum line");
    if (words[1] != kNone) TALLY_RETURN_IF_ERROR(CheckDefined(words[1]));
    policy_.quorum = std::string(words[1]);
    return absl::OkStatus();
  }

  absl::Status Define(absl::string_view name) {
    if (name == kNone) return Wrong("the name \"none\" is reserved");
    if (!names_.insert(std::string(name)).second) {
      return Wrong(absl::StrCat("\"", name, "\" is defined already"));
    }
    return absl::OkStatus();
  }

  absl::Status CheckDefined(absl::string_view name) const {
    if (names_.count(std::string(name)) == 1) return absl::OkStatus();
    return Wrong(absl::StrCat("\"", name, "\" is not defined above"));
  }

  Policy policy_;
  std::set<std::string> names_;    // of witnesses and groups
  std::set<std::string> members_;  // names that belong to a group
};

// Whether the quorum is met when `witnessed` holds the names of the witnesses that cosigned.
bool QuorumMet(const Policy& policy, std::set<std::string> witnessed) {
  if (policy.quorum == kNone) return true;
  for (const Policy::Group& group : policy.groups) {
    const auto count = std::ranges::count_if(
        group.members, [&](const std::string& name) { return witnessed.count(name) == 1; });
    if (static_cast<size_t>(count) >= group.threshold) witnessed.insert(group.name);
  }
  return witnessed.count(policy.quorum) == 1;
}

}  // namespace

std::vector<VerifierKey> Policy::LogKeys(absl::string_view origin) const {
  std::vector<VerifierKey> keys;
  for (const Log& log : logs) {
    if (log.key.name == origin) keys.push_back(log.key);
  }
  return keys;
}

absl::StatusOr<Policy> ParsePolicy(absl::string_view text) {
  if (text.size() > kPolicyBytesMax) return absl::InvalidArgumentError("policy: too long");
  PolicyReader reader;
  size_t number = 0;
  while (!text.empty()) {
    const std::string where = absl::StrCat("policy line ", ++number);
    const size_t end = text.find('\n');
    if (end == absl::string_view::npos) {
      return absl::InvalidArgumentError(absl::StrCat(where, ": it does not end in a newline"));
    }
    const absl::string_view line = text.substr(0, end);
    if (!std::ranges::all_of(line, IsAllowedOctet)) {
      return absl::InvalidArgumentError(absl::StrCat(where, ": a control character"));
    }
    TALLY_RETURN_IF_ERROR(At(where, reader.Line(line)));
    text.remove_prefix(end + 1);
  }
  return std::move(reader).Finish();
}

absl::StatusOr<PolicyVerdict> CheckPolicy(const Policy& policy,
                                          std::span<const VerifierKey> more_log_keys,
                                          absl::string_view note) {
  TALLY_ASSIGN_OR_RETURN(const Note unread, ParseNote(note));
  PolicyVerdict verdict;
  TALLY_ASSIGN_OR_RETURN(verdict.checkpoint, ParseCheckpointText(unread.text));
  // Only a key that bears the origin's name speaks for it: one log cannot sign another's tree.
  std::vector<VerifierKey> keys = policy.LogKeys(verdict.checkpoint.origin);
  for (const VerifierKey& key : more_log_keys) {
    if (key.name == verdict.checkpoint.origin) keys.push_back(key);
  }
  for (const Policy::Witness& witness : policy.witnesses) keys.push_back(witness.key);
  TALLY_RETURN_IF_ERROR(OpenCheckpoint(note, keys, verdict.checkpoint.origin).status());
  TALLY_ASSIGN_OR_RETURN(const Note opened, OpenNote(note, keys));
  verdict.text = opened.text;
  std::set<std::string> witnessed;
  for (const Policy::Witness& witness : policy.witnesses) {
    for (const NoteSignature& made : opened.verified) {
      if (made.name != witness.key.name || made.id != witness.key.id()) continue;
      TALLY_ASSIGN_OR_RETURN(const uint64_t seconds, CosignatureTime(made));
      verdict.cosigners.push_back({witness.name, seconds});
      witnessed.insert(witness.name);
    }
  }
  verdict.quorum_met = QuorumMet(policy, std::move(witnessed));
  return verdict;
}

}  // namespace tally::ledger
