// Terms follow one another without a gap; each but the last ends at the size at which the next
// begins, so exactly one size belongs to both.
#include "ledger/log/log_keys.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "ledger/chain/digest.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

bool Holds(const LogKeys::Term& term, absl::string_view vkey) {
  return std::find(term.vkeys.begin(), term.vkeys.end(), vkey) != term.vkeys.end();
}

absl::StatusOr<Checkpoint> ReadUnjudged(absl::string_view note) {
  TALLY_ASSIGN_OR_RETURN(const Note parsed, ParseNote(note));
  return ParseCheckpointText(parsed.text);
}

}  // namespace

absl::StatusOr<std::vector<VerifierKey>> ParseVerifierKeys(const std::vector<std::string>& vkeys) {
  std::vector<VerifierKey> keys;
  for (const std::string& vkey : vkeys) {
    TALLY_ASSIGN_OR_RETURN(VerifierKey key, VerifierKey::Parse(vkey));
    keys.push_back(std::move(key));
  }
  return keys;
}

absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint,
                                           std::span<const SigningKey* const> signers) {
  TALLY_CHECK(!signers.empty());
  std::string note;
  for (const SigningKey* signer : signers) {
    TALLY_ASSIGN_OR_RETURN(const std::string alone, SignCheckpoint(checkpoint, *signer));
    // Behind the text stands an empty line, and behind that the signature.
    const size_t text = CheckpointText(checkpoint).size() + 1;
    absl::StrAppend(&note, note.empty() ? alone : alone.substr(text));
  }
  return note;
}

std::string LogVkey(absl::string_view origin, const PublicKeyBytes& key) {
  return VerifierKey{std::string(origin), NoteKeyType::kEd25519, key}.ToText();
}

void LogKeys::Begin(const Genesis& genesis) {
  TALLY_CHECK(terms_.empty());
  origin_ = genesis.origin;
  terms_.push_back({.vkeys = genesis.log_vkeys});
}

bool LogKeys::Completes(const EventHeader& header) {
  return header.kind == BodyKind::kLogKeyRegistered && !header.answers.IsZero();
}

absl::Status LogKeys::CheckRegistered(const EventHeader& header,
                                      const LogKeyRegistered& said) const {
  TALLY_ASSIGN_OR_RETURN(const VerifierKey key, VerifierKey::Parse(said.vkey));
  if (key.type != NoteKeyType::kEd25519 || key.name != origin_) {
    return absl::InvalidArgumentError(
        absl::StrCat("log key ", said.vkey, ": expected a key named ", origin_, " of type 1"));
  }
  if (TermOf(said.vkey) != nullptr) {
    return absl::AlreadyExistsError(absl::StrCat("log key ", said.vkey, " is the log's already"));
  }
  if (!Completes(header)) return absl::OkStatus();
  const auto proposed = proposed_.find(header.answers);
  if (proposed == proposed_.end()) {
    return absl::FailedPreconditionError(
        "log key: the act that it answers proposes no key, or one before the last rotation");
  }
  if (proposed->second == said.vkey) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("log key ", said.vkey,
                                                 ": the act that it answers "
                                                 "names ",
                                                 proposed->second));
}

absl::Status LogKeys::CheckRetired(const LogKeyRetired& said) const {
  const Term* term = TermOf(said.vkey);
  if (term == nullptr || !term->last_size.has_value()) {
    return absl::FailedPreconditionError(
        absl::StrCat("log key ", said.vkey, " was not replaced by another"));
  }
  if (!term->handover.empty()) {
    return absl::AlreadyExistsError(absl::StrCat("log key ", said.vkey, " is retired already"));
  }
  TALLY_ASSIGN_OR_RETURN(const Checkpoint checkpoint, Open(said.checkpoint));
  if (said.last_size == *term->last_size && checkpoint.size == said.last_size) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("log key ", said.vkey, " signed last at size ",
                                                 *term->last_size, ", found ", said.last_size,
                                                 " and a checkpoint of size ", checkpoint.size));
}

absl::Status LogKeys::Check(const EventHeader& header, ByteView body) const {
  if (header.kind == BodyKind::kLogKeyRegistered) {
    TALLY_ASSIGN_OR_RETURN(const LogKeyRegistered said, DecodeLogKeyRegistered(body));
    return CheckRegistered(header, said);
  }
  TALLY_ASSIGN_OR_RETURN(const LogKeyRetired said, DecodeLogKeyRetired(body));
  return CheckRetired(said);
}

absl::Status LogKeys::Apply(uint64_t index, const EventHeader& header, ByteView body) {
  TALLY_CHECK(!terms_.empty());
  if (header.kind == BodyKind::kLogKeyRetired) {
    TALLY_ASSIGN_OR_RETURN(LogKeyRetired said, DecodeLogKeyRetired(body));
    for (Term& term : terms_) {
      if (Holds(term, said.vkey)) term.handover = said.checkpoint;
    }
    return absl::OkStatus();
  }
  TALLY_ASSIGN_OR_RETURN(LogKeyRegistered said, DecodeLogKeyRegistered(body));
  if (!Completes(header)) {
    proposed_.emplace(EventDigest(EncodeHeader(header)), std::move(said.vkey));
    return absl::OkStatus();
  }
  proposed_.clear();
  terms_.back().last_size = index + 1;
  terms_.push_back({.vkeys = {std::move(said.vkey)}, .first_size = index + 1});
  return absl::OkStatus();
}

const LogKeys::Term& LogKeys::TermAt(uint64_t size) const {
  TALLY_CHECK(!terms_.empty());
  auto term = terms_.rbegin();
  while (term + 1 != terms_.rend() && term->first_size > size) ++term;
  return *term;
}

const LogKeys::Term* LogKeys::TermOf(absl::string_view vkey) const {
  for (const Term& term : terms_) {
    if (Holds(term, vkey)) return &term;
  }
  return nullptr;
}

std::vector<const LogKeys::Term*> LogKeys::TermsNeeded(uint64_t size) const {
  const Term* term = &TermAt(size);
  if (!IsHandover(size)) return {term};
  return {term, term - 1};
}

bool LogKeys::IsHandover(uint64_t size) const {
  const Term& term = TermAt(size);
  return &term != terms_.data() && term.first_size == size;
}

bool LogKeys::MaySign(absl::string_view vkey, uint64_t size) const {
  const std::vector<const Term*> terms = TermsNeeded(size);
  return std::any_of(terms.begin(), terms.end(),
                     [&](const Term* term) { return Holds(*term, vkey); });
}

absl::StatusOr<std::vector<const SigningKey*>> LogKeys::SignersOf(
    uint64_t size, std::span<const SigningKey* const> keys) const {
  std::vector<const SigningKey*> signers;
  for (const Term* term : TermsNeeded(size)) {
    const auto held = std::find_if(keys.begin(), keys.end(), [&](const SigningKey* key) {
      return key != nullptr && Holds(*term, LogVkey(origin_, key->public_key()));
    });
    if (held == keys.end()) {
      return absl::PermissionDeniedError(
          absl::StrCat("the log key at hand is not ", term->vkeys.front(), ", which signs ledger ",
                       origin_, " from size ", term->first_size, " on"));
    }
    signers.push_back(*held);
  }
  return signers;
}

absl::StatusOr<Checkpoint> LogKeys::Open(absl::string_view note) const {
  TALLY_ASSIGN_OR_RETURN(const Checkpoint said, ReadUnjudged(note));
  for (const Term* each : TermsNeeded(said.size)) {
    TALLY_ASSIGN_OR_RETURN(const std::vector<VerifierKey> keys, ParseVerifierKeys(each->vkeys));
    const absl::StatusOr<Checkpoint> opened = OpenCheckpoint(note, keys, origin_);
    if (opened.ok()) continue;
    if (!absl::IsPermissionDenied(opened.status()) || terms_.size() == 1) return opened.status();
    return absl::PermissionDeniedError(
        absl::StrCat("checkpoint of size ", said.size, ": it is not signed by ",
                     each->vkeys.front(), ", the log's key from size ", each->first_size,
                     each->last_size.has_value() ? absl::StrCat(" to ", *each->last_size) : " on"));
  }
  return said;
}

}  // namespace tally::ledger
