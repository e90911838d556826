#include "ledger/chain/contradiction.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ledger/chain/note_text.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

absl::Status MalformedContradiction(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("contradiction: ", why));
}

absl::Status EndedWithinLine() { return MalformedContradiction("it ends within a line"); }

absl::StatusOr<Hash> ParseHash(absl::string_view base64) {
  const absl::StatusOr<Bytes> bytes = FromBase64(base64);
  if (!bytes.ok()) return MalformedContradiction("a hash is not base64");
  const absl::StatusOr<Hash> hash = Hash::FromBytes(*bytes);
  if (!hash.ok()) return MalformedContradiction("a hash is not 32 bytes");
  return *hash;
}

absl::StatusOr<std::string> TakeNote(absl::string_view name, absl::string_view& rest) {
  TALLY_ASSIGN_OR_RETURN(absl::string_view line, TakeLine(rest, EndedWithinLine()));
  if (!absl::ConsumePrefix(&line, absl::StrCat(name, " "))) {
    return MalformedContradiction(absl::StrCat("no \"", name, "\" line"));
  }
  const std::optional<uint64_t> bytes = ParseNumber(line, kNoteBytesMax);
  if (!bytes || *bytes > rest.size()) return MalformedContradiction("the length of a note");
  std::string note(rest.substr(0, *bytes));
  rest.remove_prefix(*bytes);
  return note;
}

// What both notes say, under one key.
struct TwoTrees {
  Checkpoint first;
  Checkpoint second;
};
absl::StatusOr<TwoTrees> OpenBoth(const Contradiction& contradiction, const VerifierKey& key) {
  TwoTrees trees;
  TALLY_ASSIGN_OR_RETURN(trees.first, OpenCheckpoint(contradiction.first, {&key, 1}, ""));
  TALLY_ASSIGN_OR_RETURN(trees.second,
                         OpenCheckpoint(contradiction.second, {&key, 1}, trees.first.origin));
  return trees;
}

// The first of `keys` that signed the note.
absl::StatusOr<VerifierKey> SignerOf(absl::string_view note, std::span<const VerifierKey> keys) {
  TALLY_RETURN_IF_ERROR(OpenCheckpoint(note, keys, "").status());
  for (const VerifierKey& key : keys) {
    if (OpenCheckpoint(note, {&key, 1}, "").ok()) return key;
  }
  return absl::PermissionDeniedError("no one key signed it");
}

}  // namespace

std::string EncodeContradiction(const Contradiction& contradiction) {
  std::string text(kContradictionMark);
  for (const VerifierKey& key : contradiction.log_keys) {
    absl::StrAppend(&text, "log ", key.ToText(), "\n");
  }
  if (!contradiction.root.IsZero()) {
    absl::StrAppend(&text, "root ", ToBase64(contradiction.root.view()), "\n");
  }
  for (const Hash& hash : contradiction.proof) {
    absl::StrAppend(&text, ToBase64(hash.view()), "\n");
  }
  absl::StrAppend(&text, "\nfirst ", contradiction.first.size(), "\n", contradiction.first);
  absl::StrAppend(&text, "second ", contradiction.second.size(), "\n", contradiction.second);
  return text;
}

absl::StatusOr<Contradiction> DecodeContradiction(absl::string_view text) {
  absl::string_view rest = text;
  if (!absl::ConsumePrefix(&rest, kContradictionMark))
    return MalformedContradiction("its first line");
  Contradiction read;
  while (true) {
    TALLY_ASSIGN_OR_RETURN(absl::string_view line, TakeLine(rest, EndedWithinLine()));
    if (line.empty()) break;
    if (absl::ConsumePrefix(&line, "log ")) {
      TALLY_ASSIGN_OR_RETURN(VerifierKey key, VerifierKey::Parse(line));
      if (read.log_keys.size() == kNoteSignaturesMax)
        return MalformedContradiction("too many keys");
      read.log_keys.push_back(std::move(key));
    } else if (absl::ConsumePrefix(&line, "root ")) {
      TALLY_ASSIGN_OR_RETURN(read.root, ParseHash(line));
    } else {
      TALLY_ASSIGN_OR_RETURN(const Hash hash, ParseHash(line));
      if (read.proof.size() == kProofHashesMax) return MalformedContradiction("too long a proof");
      read.proof.push_back(hash);
    }
  }
  TALLY_ASSIGN_OR_RETURN(read.first, TakeNote("first", rest));
  TALLY_ASSIGN_OR_RETURN(read.second, TakeNote("second", rest));
  // One spelling: order of lines, doubled lines and what stands behind the end are all told by
  // this.
  if (EncodeContradiction(read) != text)
    return MalformedContradiction("it is not in its one spelling");
  return read;
}

absl::StatusOr<VerifierKey> KeyOfBoth(const Contradiction& contradiction,
                                      std::span<const VerifierKey> keys) {
  TALLY_ASSIGN_OR_RETURN(const VerifierKey first, SignerOf(contradiction.first, keys));
  TALLY_ASSIGN_OR_RETURN(const VerifierKey second, SignerOf(contradiction.second, keys));
  for (const VerifierKey& key : keys) {
    const bool both = OpenCheckpoint(contradiction.first, {&key, 1}, "").ok() &&
                      OpenCheckpoint(contradiction.second, {&key, 1}, "").ok();
    if (both) return key;
  }
  return MalformedContradiction(absl::StrCat("nothing ties the keys together: ", first.ToText(),
                                             " signed the first note and ", second.ToText(),
                                             " the second"));
}

absl::Status CheckContradiction(const Contradiction& contradiction,
                                std::span<const VerifierKey> keys) {
  TALLY_ASSIGN_OR_RETURN(const VerifierKey key, KeyOfBoth(contradiction, keys));
  TALLY_ASSIGN_OR_RETURN(const TwoTrees trees, OpenBoth(contradiction, key));
  if (trees.first.size > trees.second.size)
    return MalformedContradiction("the first tree is the larger one");
  if (trees.first.size == 0) return MalformedContradiction("every tree extends the empty one");
  if (trees.first.size == trees.second.size) {
    if (!contradiction.root.IsZero() || !contradiction.proof.empty()) {
      return MalformedContradiction("two trees of one size need no proof");
    }
    if (trees.first.root == trees.second.root)
      return MalformedContradiction("both notes say the same");
    return absl::OkStatus();
  }
  if (contradiction.root == trees.first.root)
    return MalformedContradiction("the second tree extends the first");
  const absl::Status proven =
      CheckConsistency(trees.first.size, trees.second.size, contradiction.proof, contradiction.root,
                       trees.second.root);
  if (!proven.ok())
    return MalformedContradiction(absl::StrCat("its proof fails: ", proven.message()));
  return absl::OkStatus();
}

absl::StatusOr<Contradiction> FindContradiction(absl::string_view note, absl::string_view other,
                                                std::span<const VerifierKey> keys,
                                                const TileReader& tree) {
  Contradiction found;
  found.first = std::string(note);
  found.second = std::string(other);
  TALLY_ASSIGN_OR_RETURN(const VerifierKey key, KeyOfBoth(found, keys));
  found.log_keys.push_back(key);
  TALLY_ASSIGN_OR_RETURN(TwoTrees trees, OpenBoth(found, key));
  if (trees.first.size > trees.second.size) {
    std::swap(found.first, found.second);
    std::swap(trees.first, trees.second);
  }
  if (trees.first.size < trees.second.size) {
    TALLY_ASSIGN_OR_RETURN(found.root, RootFromTiles(trees.first.size, tree));
    TALLY_ASSIGN_OR_RETURN(found.proof,
                           ConsistencyProofFromTiles(trees.first.size, trees.second.size, tree));
    if (found.root == trees.first.root) return absl::NotFoundError("the trees are one");
  } else if (trees.first.root == trees.second.root) {
    return absl::NotFoundError("the trees are one");
  }
  // Nobody is accused by what our own check would refuse.
  TALLY_RETURN_IF_ERROR(CheckContradiction(found, keys));
  return found;
}

}  // namespace tally::ledger
