// A ladder of checks in the order of what they need: form, origin, signature, sizes, proof.
#include "ledger/chain/witness_protocol.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "ledger/chain/merkle.h"
#include "ledger/chain/note_text.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

absl::Status MalformedRequest(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("add-checkpoint: ", why));
}

WitnessRuling Refusal(WitnessStatus status, absl::string_view reason) {
  return {status, std::string(reason), "", {}};
}

// A tree of size 0 has one root. Such a note is well formed in every other way, and is told from a
// malformed one as the protocol wants it.
bool IsEmptyTreeOfAnotherRoot(absl::string_view text) {
  const size_t origin_end = text.find('\n');
  if (origin_end == absl::string_view::npos) return false;
  absl::string_view rest = text.substr(origin_end + 1);
  if (!absl::ConsumePrefix(&rest, "0\n")) return false;
  return ParseCheckpointText(absl::StrCat(text.substr(0, origin_end), "\n1\n", rest)).ok();
}

WitnessRuling RuleOnTree(const AddCheckpoint& request, const Note& opened,
                         const std::optional<Checkpoint>& last) {
  const absl::StatusOr<Checkpoint> checkpoint = ParseCheckpointText(opened.text);
  if (!checkpoint.ok() && IsEmptyTreeOfAnotherRoot(opened.text)) {
    return Refusal(WitnessStatus::kInconsistent, checkpoint.status().message());
  }
  if (!checkpoint.ok()) return Refusal(WitnessStatus::kMalformed, checkpoint.status().message());
  if (request.old_size > checkpoint->size) {
    return Refusal(WitnessStatus::kMalformed,
                   absl::StrCat("old size ", request.old_size, " is above the checkpoint's ",
                                checkpoint->size));
  }
  const uint64_t last_size = last.has_value() ? last->size : 0;
  if (request.old_size != last_size) {
    return Refusal(WitnessStatus::kOldSize, absl::StrCat("the size cosigned last is ", last_size));
  }
  if (request.old_size == 0) {
    if (!request.proof.empty()) {
      return Refusal(WitnessStatus::kInconsistent, "nothing is proven from size 0");
    }
  } else {
    const absl::Status extends =
        CheckConsistency(last_size, checkpoint->size, request.proof, last->root, checkpoint->root);
    if (!extends.ok()) return Refusal(WitnessStatus::kInconsistent, extends.message());
  }
  return {WitnessStatus::kCosigned, "", opened.text, *checkpoint};
}

}  // namespace

std::string EncodeAddCheckpoint(const AddCheckpoint& request) {
  std::string body = absl::StrCat("old ", request.old_size, "\n");
  for (const Hash& hash : request.proof) absl::StrAppend(&body, ToBase64(hash.view()), "\n");
  return absl::StrCat(body, "\n", request.note);
}

absl::StatusOr<AddCheckpoint> DecodeAddCheckpoint(absl::string_view body) {
  if (body.size() > kAddCheckpointBytesMax) return MalformedRequest("too long");
  const absl::Status unended = MalformedRequest("no empty line before the checkpoint");
  AddCheckpoint request;
  TALLY_ASSIGN_OR_RETURN(absl::string_view line, TakeLine(body, unended));
  if (!absl::ConsumePrefix(&line, "old "))
    return MalformedRequest("it does not begin with \"old \"");
  const std::optional<uint64_t> old_size = ParseNumber(line, kTreeSizeMax);
  if (!old_size) return MalformedRequest("the old size");
  request.old_size = *old_size;
  while (true) {
    TALLY_ASSIGN_OR_RETURN(line, TakeLine(body, unended));
    if (line.empty()) break;
    if (request.proof.size() == kProofHashesMax) return MalformedRequest("more than 63 hashes");
    const absl::StatusOr<Bytes> bytes = FromBase64(line);
    if (!bytes.ok()) return MalformedRequest("a line of the proof is not base64");
    const absl::StatusOr<Hash> hash = Hash::FromBytes(*bytes);
    if (!hash.ok()) return MalformedRequest("a hash of the proof is not 32 bytes");
    request.proof.push_back(*hash);
  }
  request.note = std::string(body);
  return request;
}

absl::StatusOr<std::string> OriginOf(const AddCheckpoint& request) {
  TALLY_ASSIGN_OR_RETURN(const Note parsed, ParseNote(request.note));
  std::string origin = parsed.text.substr(0, parsed.text.find('\n'));
  if (origin.empty()) return MalformedRequest("the checkpoint has no origin");
  if (!ParseCheckpointText(parsed.text).ok() && !IsEmptyTreeOfAnotherRoot(parsed.text)) {
    return ParseCheckpointText(parsed.text).status();
  }
  return origin;
}

WitnessRuling RuleOn(const AddCheckpoint& request, std::span<const Policy::Log> logs,
                     const std::optional<Checkpoint>& last) {
  const absl::StatusOr<std::string> origin = OriginOf(request);
  if (!origin.ok()) return Refusal(WitnessStatus::kMalformed, origin.status().message());
  std::vector<VerifierKey> keys;
  for (const Policy::Log& log : logs) {
    if (log.key.name == *origin) keys.push_back(log.key);
  }
  if (keys.empty()) return Refusal(WitnessStatus::kUnknownLog, "no log of that origin is known");
  const absl::StatusOr<Note> opened = OpenNote(request.note, keys);
  if (!opened.ok()) return Refusal(WitnessStatus::kNotSigned, opened.status().message());
  return RuleOnTree(request, *opened, last);
}

}  // namespace tally::ledger
