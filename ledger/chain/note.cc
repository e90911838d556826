// Signed notes: the last empty line splits text from signatures, and every byte has one meaning.
//
//   note             text, empty line, one or more signature lines; all end in a newline
//   signature line   U+2014, space, name, space, base64(key id 4 || signature)
//
// Strict where the format leaves room: valid UTF-8 without control characters, base64 of one
// spelling, a bound on size and signatures. Every signature that a known key claims is checked,
// also a second one of the same key, and a single bad one refuses the note.
#include "ledger/chain/note.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "ledger/chain/note_text.h"
#include "ledger/crypto/sha256.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr size_t kKeyIdBytes = 4;
constexpr size_t kTimestampBytes = 8;

absl::Status MalformedNote(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("note: ", why));
}

uint32_t KeyIdOf(absl::string_view name, ByteView typed_key) {
  const uint8_t newline[] = {'\n'};
  const Hash hash = Sha256Of({AsBytes(name), newline, typed_key});
  return ByteReader(hash.view()).U32();
}

// What a vkey's base64 holds.
Bytes TypedKey(const VerifierKey& key) {
  Bytes typed;
  ByteWriter writer(typed);
  writer.U8(static_cast<uint8_t>(key.type));
  if (key.type == NoteKeyType::kOther) writer.Text(kEventKeyIdentifier);
  writer.Raw(key.key.ed25519);
  return typed;
}

absl::StatusOr<VerifierKey> ParseTypedKey(absl::string_view name, ByteView typed) {
  if (typed.empty()) return absl::InvalidArgumentError("vkey: no key type");
  VerifierKey key;
  key.name = std::string(name);
  key.type = static_cast<NoteKeyType>(typed[0]);
  ByteView raw = typed.subspan(1);
  switch (key.type) {
    case NoteKeyType::kEd25519:
    case NoteKeyType::kCosignature:
      break;
    case NoteKeyType::kOther:
      if (!absl::StartsWith(AsText(raw), kEventKeyIdentifier)) {
        return absl::InvalidArgumentError("vkey: type 255 of an unknown kind");
      }
      raw = raw.subspan(kEventKeyIdentifier.size());
      break;
    default:
      return absl::InvalidArgumentError(absl::StrCat("vkey: unknown key type ", typed[0]));
  }
  if (raw.size() != key.key.ed25519.size()) {
    return absl::InvalidArgumentError(absl::StrCat("vkey: a key of ", raw.size(), " bytes"));
  }
  std::ranges::copy(raw, key.key.ed25519.begin());
  TALLY_RETURN_IF_ERROR(At("vkey", CheckPublicKey(key.key)));
  return key;
}

absl::StatusOr<NoteSignature> ParseSignatureLine(absl::string_view line) {
  if (!absl::ConsumePrefix(&line, kSignatureMark)) return MalformedNote("a line is no signature");
  const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
  if (words.size() != 2) return MalformedNote("a signature line has a name and a signature");
  if (!IsKeyName(words[0])) return MalformedNote("a signature's key name");
  absl::StatusOr<Bytes> blob = FromBase64(words[1]);
  if (!blob.ok()) return At("note: signature", blob.status());
  if (blob->size() <= kKeyIdBytes) return MalformedNote("a signature is too short");
  NoteSignature signature;
  signature.name = std::string(words[0]);
  signature.id = ByteReader(*blob).U32();
  signature.signature.assign(blob->begin() + kKeyIdBytes, blob->end());
  return signature;
}

bool SignatureHolds(const VerifierKey& key, absl::string_view text, ByteView signature) {
  const absl::StatusOr<std::shared_ptr<const Verifier>> verifier = Verifier::Create(key.key);
  if (!verifier.ok()) return false;
  if (key.type == NoteKeyType::kEd25519) return (*verifier)->Verify(AsBytes(text), signature);
  TALLY_CHECK(key.type == NoteKeyType::kCosignature);
  if (signature.size() != kTimestampBytes + Signature{}.size()) return false;
  const uint64_t seconds = ByteReader(signature).U64();
  if (seconds > uint64_t{INT64_MAX}) return false;
  return (*verifier)->Verify(AsBytes(CosignatureMessage(text, seconds)),
                             signature.subspan(kTimestampBytes));
}

// The key that a signature names, or nullptr. Two keys of one name and id cannot be told apart.
absl::StatusOr<const VerifierKey*> FindKey(const NoteSignature& signature,
                                           std::span<const VerifierKey> known) {
  const VerifierKey* found = nullptr;
  for (const VerifierKey& key : known) {
    if (key.name != signature.name || key.id() != signature.id) continue;
    if (found != nullptr && *found != key)
      return MalformedNote("two known keys of one name and id");
    found = &key;
  }
  return found;
}

}  // namespace

uint32_t VerifierKey::id() const { return KeyIdOf(name, TypedKey(*this)); }

std::string VerifierKey::ToText() const {
  Bytes id_bytes;
  ByteWriter(id_bytes).U32(id());
  return absl::StrCat(name, "+", ToHex(id_bytes), "+", ToBase64(TypedKey(*this)));
}

absl::StatusOr<VerifierKey> VerifierKey::Parse(absl::string_view vkey) {
  // Two cuts only: the base64 may itself contain "+".
  const std::vector<absl::string_view> parts = absl::StrSplit(vkey, absl::MaxSplits('+', 2));
  if (parts.size() != 3) return absl::InvalidArgumentError("vkey: expected name+id+key");
  if (!IsKeyName(parts[0])) return absl::InvalidArgumentError("vkey: malformed name");
  absl::StatusOr<Bytes> id = FromHex(parts[1]);
  if (!id.ok() || id->size() != kKeyIdBytes) {
    return absl::InvalidArgumentError("vkey: the id is not 8 lower-case hex digits");
  }
  absl::StatusOr<Bytes> typed = FromBase64(parts[2]);
  if (!typed.ok()) return At("vkey", typed.status());
  TALLY_ASSIGN_OR_RETURN(const VerifierKey key, ParseTypedKey(parts[0], *typed));
  if (key.id() != ByteReader(*id).U32()) {
    return absl::InvalidArgumentError("vkey: the id is not that of name and key");
  }
  return key;
}

absl::StatusOr<Note> ParseNote(absl::string_view note) {
  if (note.size() > kNoteBytesMax) return MalformedNote("longer than 1 MiB");
  if (!IsNoteText(note)) return MalformedNote("not clean UTF-8 text");
  const size_t split = note.rfind("\n\n");
  if (split == absl::string_view::npos) return MalformedNote("no empty line before the signatures");
  absl::string_view lines = note.substr(split + 2);
  if (lines.empty()) return MalformedNote("no signature");
  if (!absl::ConsumeSuffix(&lines, "\n")) return MalformedNote("the last line has no newline");
  Note parsed;
  parsed.text = std::string(note.substr(0, split + 1));
  for (absl::string_view line : absl::StrSplit(lines, '\n')) {
    if (parsed.unverified.size() == kNoteSignaturesMax) return MalformedNote("too many signatures");
    TALLY_ASSIGN_OR_RETURN(NoteSignature signature, ParseSignatureLine(line));
    parsed.unverified.push_back(std::move(signature));
  }
  return parsed;
}

absl::StatusOr<Note> OpenNote(absl::string_view note, std::span<const VerifierKey> known) {
  for (const VerifierKey& key : known) {
    if (key.type == NoteKeyType::kOther) {
      return MalformedNote(absl::StrCat("the key ", key.name, " signs events, never notes"));
    }
  }
  TALLY_ASSIGN_OR_RETURN(const Note parsed, ParseNote(note));
  Note opened;
  opened.text = parsed.text;
  std::vector<const VerifierKey*> verified_by;
  for (const NoteSignature& signature : parsed.unverified) {
    TALLY_ASSIGN_OR_RETURN(const VerifierKey* key, FindKey(signature, known));
    if (key == nullptr) {
      opened.unverified.push_back(signature);
      continue;
    }
    if (!SignatureHolds(*key, parsed.text, signature.signature)) {
      return absl::DataLossError(
          absl::StrCat("note: the signature of ", signature.name, " does not verify"));
    }
    if (std::ranges::find(verified_by, key) != verified_by.end()) continue;
    verified_by.push_back(key);
    opened.verified.push_back(signature);
  }
  if (opened.verified.empty()) {
    return absl::PermissionDeniedError("note: it is not signed by a known key");
  }
  return opened;
}

absl::StatusOr<std::string> SignNote(absl::string_view text, absl::string_view name,
                                     const SigningKey& key) {
  if (!IsKeyName(name)) return MalformedNote("the name of the signing key");
  if (!absl::EndsWith(text, "\n")) return MalformedNote("the text does not end in a newline");
  if (!IsNoteText(text)) return MalformedNote("the text is not clean UTF-8");
  const VerifierKey verifier{std::string(name), NoteKeyType::kEd25519, key.public_key()};
  Bytes blob;
  ByteWriter writer(blob);
  writer.U32(verifier.id());
  TALLY_ASSIGN_OR_RETURN(const Signature signature, key.TrySign(AsBytes(text)));
  writer.Raw(signature);
  std::string note = absl::StrCat(text, "\n", kSignatureMark, name, " ", ToBase64(blob), "\n");
  if (note.size() > kNoteBytesMax) return MalformedNote("longer than 1 MiB");
  return note;
}

std::string CosignatureMessage(absl::string_view checkpoint_text, uint64_t unix_seconds) {
  return absl::StrCat("cosignature/v1\ntime ", unix_seconds, "\n", checkpoint_text);
}

}  // namespace tally::ledger
