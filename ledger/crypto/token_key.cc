// One session for one key, for as long as the key lives; calls of several threads take turns.
//
// The module stays loaded and initialised until the process ends: another key may use it, and a
// module that is taken out under its own threads takes the process along.
#include "ledger/crypto/token_key.h"

#include <dlfcn.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "ledger/crypto/token_module.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

using pkcs11::Attribute;
using pkcs11::Functions;
using pkcs11::Number;
using pkcs11::Result;

constexpr Number kSlotsMax = 64;   // stops a module that never ends its list
constexpr Number kObjectsMax = 2;  // one is wanted; a second is already too many
constexpr size_t kPointBytesMax = 64;

absl::Status Failed(absl::string_view what, Result result) {
  const std::string said = absl::StrCat("token: ", what, " gave ", absl::Hex(result));
  switch (result) {
    case pkcs11::kPinIncorrect:
    case pkcs11::kPinInvalid:
    case pkcs11::kPinLength:
    case pkcs11::kPinExpired:
    case pkcs11::kPinLocked:
      return absl::PermissionDeniedError(absl::StrCat(said, ": the PIN is refused"));
    default:
      return absl::UnavailableError(said);
  }
}

absl::StatusOr<const Functions*> LoadModule(const std::string& path) {
  void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) {
    const char* why = ::dlerror();
    return absl::NotFoundError(absl::StrCat("token: module ", path, " cannot be loaded",
                                            why == nullptr ? "" : absl::StrCat(": ", why)));
  }
  using GetFunctions = Result (*)(Functions**);
  const auto get = reinterpret_cast<GetFunctions>(::dlsym(module, "C_GetFunctionList"));
  Functions* functions = nullptr;
  if (get == nullptr || get(&functions) != pkcs11::kOk || functions == nullptr) {
    return absl::NotFoundError(absl::StrCat("token: ", path, " is no PKCS#11 module"));
  }
  pkcs11::InitializeArguments arguments{};
  arguments.flags = pkcs11::kOsLocking;
  const Result result = functions->initialize(&arguments);
  if (result != pkcs11::kOk && result != pkcs11::kAlreadyInitialized) {
    return Failed("C_Initialize", result);
  }
  return functions;
}

// A field of fixed length, padded with blanks.
bool Matches(absl::string_view wanted, const unsigned char* field, size_t length) {
  if (wanted.empty()) return true;
  absl::string_view found(reinterpret_cast<const char*>(field), length);
  while (!found.empty() && (found.back() == ' ' || found.back() == '\0')) found.remove_suffix(1);
  return found == wanted;
}

struct FoundToken {
  Number slot = 0;
  bool needs_login = false;
};

absl::StatusOr<FoundToken> FindToken(const Functions& module, const TokenKeyName& name) {
  std::vector<Number> slots(kSlotsMax);
  Number count = slots.size();
  const Result listed = module.get_slot_list(1, slots.data(), &count);
  if (listed != pkcs11::kOk) return Failed("C_GetSlotList", listed);
  std::optional<FoundToken> found;
  for (Number i = 0; i < std::min<Number>(count, kSlotsMax); ++i) {
    pkcs11::Token token{};
    if (module.get_token(slots[i], &token) != pkcs11::kOk) continue;
    if ((token.flags & pkcs11::kTokenInitialized) == 0) continue;
    const bool same = Matches(name.token, token.label, sizeof(token.label)) &&
                      Matches(name.manufacturer, token.manufacturer, sizeof(token.manufacturer)) &&
                      Matches(name.model, token.model, sizeof(token.model)) &&
                      Matches(name.serial, token.serial, sizeof(token.serial));
    if (!same) continue;
    if (found.has_value()) {
      return absl::FailedPreconditionError("token: several tokens match; name one more exactly");
    }
    found = FoundToken{slots[i], (token.flags & pkcs11::kLoginRequired) != 0};
  }
  if (found.has_value()) return *found;
  return absl::NotFoundError(absl::StrCat("token: no token \"", name.token, "\" is there"));
}

// An open session; closed when it goes.
class Session {
 public:
  static absl::StatusOr<std::unique_ptr<Session>> Open(const TokenKeyName& name,
                                                       absl::string_view pin, Number flags) {
    TALLY_ASSIGN_OR_RETURN(const Functions* module, LoadModule(name.module));
    TALLY_ASSIGN_OR_RETURN(const FoundToken token, FindToken(*module, name));
    std::unique_ptr<Session> session(new Session(*module));
    const Result opened = module->open_session(token.slot, pkcs11::kSerialSession | flags, nullptr,
                                               nullptr, &session->handle_);
    if (opened != pkcs11::kOk) return Failed("C_OpenSession", opened);
    session->open_ = true;
    if (!token.needs_login) return session;
    Bytes digits(pin.begin(), pin.end());
    const Result in = module->login(session->handle_, pkcs11::kUser, digits.data(), digits.size());
    std::fill(digits.begin(), digits.end(), uint8_t{0});
    if (in == pkcs11::kOk || in == pkcs11::kAlreadyLoggedIn) return session;
    return Failed("C_Login", in);
  }
  ~Session() {
    if (open_) module_.close_session(handle_);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // The one object of that class that the name means; NotFound when there is none.
  absl::StatusOr<Number> Find(const TokenKeyName& name, Number object_class) const {
    Number wanted = object_class;
    std::string label = name.object;
    Bytes id = name.id;
    std::vector<Attribute> attributes = {{pkcs11::kClass, &wanted, sizeof(wanted)}};
    if (!label.empty()) attributes.push_back({pkcs11::kLabel, label.data(), label.size()});
    if (!id.empty()) attributes.push_back({pkcs11::kId, id.data(), id.size()});
    const Result begun = module_.find_begin(handle_, attributes.data(), attributes.size());
    if (begun != pkcs11::kOk) return Failed("C_FindObjectsInit", begun);
    Number objects[kObjectsMax] = {};
    Number count = 0;
    const Result found = module_.find(handle_, objects, kObjectsMax, &count);
    const Result ended = module_.find_end(handle_);
    if (found != pkcs11::kOk) return Failed("C_FindObjects", found);
    if (ended != pkcs11::kOk) return Failed("C_FindObjectsFinal", ended);
    if (count == 0)
      return absl::NotFoundError(absl::StrCat("token: it has no key \"", label, "\""));
    if (count == 1) return objects[0];
    return absl::FailedPreconditionError("token: several keys match; name one by its id");
  }

  // The 32 bytes of an Edwards key, bare or inside an OCTET STRING as newer modules have it.
  absl::StatusOr<PublicKeyBytes> PublicKeyOf(Number object) const {
    uint8_t point[kPointBytesMax] = {};
    Number type = 0;
    Attribute attributes[] = {{pkcs11::kKeyType, &type, sizeof(type)},
                              {pkcs11::kEcPoint, point, sizeof(point)}};
    const Result result = module_.get_attributes(handle_, object, attributes, 2);
    if (result != pkcs11::kOk) return Failed("C_GetAttributeValue", result);
    ByteView bytes(point, std::min<Number>(attributes[1].length, sizeof(point)));
    PublicKeyBytes key;
    const bool wrapped = bytes.size() == key.ed25519.size() + 2 && bytes[0] == 0x04;
    if (wrapped && bytes[1] == key.ed25519.size()) bytes = bytes.subspan(2);
    if (type != pkcs11::kEdwardsKey || bytes.size() != key.ed25519.size()) {
      return absl::InvalidArgumentError("token: the key is not Ed25519");
    }
    std::copy(bytes.begin(), bytes.end(), key.ed25519.begin());
    return key;
  }

  absl::StatusOr<Signature> Sign(Number key, ByteView message) const {
    pkcs11::Mechanism mechanism{pkcs11::kSignEdwards, nullptr, 0};
    const std::lock_guard<std::mutex> turn(mutex_);
    const Result begun = module_.sign_begin(handle_, &mechanism, key);
    if (begun != pkcs11::kOk) return Failed("C_SignInit", begun);
    Signature signature{};
    Number length = signature.size();
    // The standard's type is not const; the bytes are only read. Modules refuse a null pointer even
    // for no bytes.
    uint8_t nothing = 0;
    uint8_t* bytes = message.empty() ? &nothing : const_cast<uint8_t*>(message.data());
    const Result made = module_.sign(handle_, bytes, message.size(), signature.data(), &length);
    if (made != pkcs11::kOk) return Failed("C_Sign", made);
    if (length == signature.size()) return signature;
    return absl::UnavailableError(absl::StrCat("token: a signature of ", length, " bytes"));
  }

  absl::Status Generate(const TokenKeyName& name) const {
    // The curve by its name, as RFC 8410 modules print it: PrintableString "edwards25519".
    uint8_t curve[] = {0x13, 0x0c, 'e', 'd', 'w', 'a', 'r', 'd', 's', '2', '5', '5', '1', '9'};
    unsigned char yes = 1, no = 0;
    std::string label = name.object;
    Bytes id = name.id;
    Attribute shown[] = {{pkcs11::kEcParams, curve, sizeof(curve)},
                         {pkcs11::kOnToken, &yes, 1},
                         {pkcs11::kVerify, &yes, 1},
                         {pkcs11::kLabel, label.data(), label.size()},
                         {pkcs11::kId, id.data(), id.size()}};
    Attribute kept[] = {
        {pkcs11::kOnToken, &yes, 1},        {pkcs11::kPrivate, &yes, 1},
        {pkcs11::kSensitive, &yes, 1},      {pkcs11::kSign, &yes, 1},
        {pkcs11::kExtractable, &no, 1},     {pkcs11::kLabel, label.data(), label.size()},
        {pkcs11::kId, id.data(), id.size()}};
    pkcs11::Mechanism mechanism{pkcs11::kMakeEdwardsPair, nullptr, 0};
    Number public_key = 0, private_key = 0;
    const Number shown_count = id.empty() ? 4 : 5;
    const Number kept_count = id.empty() ? 6 : 7;
    const Result made = module_.generate_pair(handle_, &mechanism, shown, shown_count, kept,
                                              kept_count, &public_key, &private_key);
    return made == pkcs11::kOk ? absl::OkStatus() : Failed("C_GenerateKeyPair", made);
  }

 private:
  explicit Session(const Functions& module) : module_(module) {}
  const Functions& module_;
  Number handle_ = 0;
  bool open_ = false;
  mutable std::mutex mutex_;
};

class TokenSigner final : public MessageSigner {
 public:
  TokenSigner(std::unique_ptr<const Session> session, Number key)
      : session_(std::move(session)), key_(key) {}
  absl::StatusOr<Signature> Sign(ByteView message) const override {
    return session_->Sign(key_, message);
  }

 private:
  const std::unique_ptr<const Session> session_;
  const Number key_;
};

absl::StatusOr<std::unique_ptr<SigningKey>> KeyOf(std::unique_ptr<Session> session,
                                                  const TokenKeyName& name) {
  TALLY_ASSIGN_OR_RETURN(const Number private_key, session->Find(name, pkcs11::kPrivateKey));
  TALLY_ASSIGN_OR_RETURN(const Number public_key, session->Find(name, pkcs11::kPublicKey));
  TALLY_ASSIGN_OR_RETURN(const PublicKeyBytes key, session->PublicKeyOf(public_key));
  return SigningKey::FromSigner(key,
                                std::make_unique<TokenSigner>(std::move(session), private_key));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SigningKey>> OpenTokenKey(const TokenKeyName& name,
                                                         absl::string_view pin) {
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<Session> session, Session::Open(name, pin, 0));
  return KeyOf(std::move(session), name);
}

absl::StatusOr<std::unique_ptr<SigningKey>> GenerateTokenKey(const TokenKeyName& name,
                                                             absl::string_view pin) {
  if (name.object.empty()) return absl::InvalidArgumentError("token: a new key needs a label");
  TALLY_ASSIGN_OR_RETURN(std::unique_ptr<Session> session,
                         Session::Open(name, pin, pkcs11::kWritableSession));
  const absl::StatusOr<Number> there = session->Find(name, pkcs11::kPrivateKey);
  if (there.ok() || absl::IsFailedPrecondition(there.status())) {
    return absl::AlreadyExistsError(absl::StrCat("token: it has a key \"", name.object, "\""));
  }
  if (!absl::IsNotFound(there.status())) return there.status();
  TALLY_RETURN_IF_ERROR(session->Generate(name));
  return KeyOf(std::move(session), name);
}

}  // namespace tally::ledger
