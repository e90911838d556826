// The part of PKCS#11 (OASIS, version 2.40 and 3.0) that is used here: types, numbers and the order
// of a module's functions. A test holds them against the header of p11-kit.
#pragma once

namespace tally::ledger::pkcs11 {

using Number = unsigned long;  // CK_ULONG; the width of the machine, as the standard has it
using Result = Number;

inline constexpr Result kOk = 0;
inline constexpr Result kPinIncorrect = 0xa0, kPinInvalid = 0xa1, kPinLength = 0xa2,
                        kPinExpired = 0xa3, kPinLocked = 0xa4;
inline constexpr Result kAlreadyLoggedIn = 0x100, kAlreadyInitialized = 0x191;
inline constexpr Number kPublicKey = 2, kPrivateKey = 3;                   // CKO
inline constexpr Number kEdwardsKey = 0x40;                                // CKK_EC_EDWARDS
inline constexpr Number kMakeEdwardsPair = 0x1055, kSignEdwards = 0x1057;  // CKM
inline constexpr Number kClass = 0, kOnToken = 1, kPrivate = 2, kLabel = 3, kKeyType = 0x100,
                        kId = 0x102, kSensitive = 0x103, kSign = 0x108, kVerify = 0x10a,
                        kExtractable = 0x162, kEcParams = 0x180, kEcPoint = 0x181;  // CKA
inline constexpr Number kSerialSession = 4, kWritableSession = 2;       // CKF of sessions
inline constexpr Number kLoginRequired = 4, kTokenInitialized = 0x400;  // CKF of tokens
inline constexpr Number kOsLocking = 2;                                 // CKF of C_Initialize
inline constexpr Number kUser = 1;                                      // CKU_USER

struct Version {
  unsigned char major_number, minor_number;
};
struct Token {  // CK_TOKEN_INFO
  unsigned char label[32], manufacturer[32], model[16], serial[16];
  Number flags;
  Number counts[10];
  Version hardware, firmware;
  unsigned char time[16];
};
struct Attribute {
  Number type;
  void* value;
  Number length;
};
struct Mechanism {
  Number mechanism;
  void* parameter;
  Number length;
};
struct InitializeArguments {
  void* mutexes[4];
  Number flags;
  void* reserved;
};

// C_GetFunctionList gives one of these. Functions that are not called here only take their place.
struct Functions {
  using Unused = void (*)();
  Version version;
  Result (*initialize)(void* arguments);
  Unused finalize, get_module;
  Unused get_function_list;
  Result (*get_slot_list)(unsigned char token_present, Number* slots, Number* count);
  Unused get_slot;
  Result (*get_token)(Number slot, Token* token);
  Unused get_mechanism_list, get_mechanism, init_token, init_pin, set_pin;
  Result (*open_session)(Number slot, Number flags, void* application, void* notify,
                         Number* session);
  Result (*close_session)(Number session);
  Unused close_all_sessions, get_session, get_operation_state, set_operation_state;
  Result (*login)(Number session, Number user, unsigned char* pin, Number length);
  Unused logout, create_object, copy_object, destroy_object, get_object_size;
  Result (*get_attributes)(Number session, Number object, Attribute* attributes, Number count);
  Unused set_attributes;
  Result (*find_begin)(Number session, Attribute* attributes, Number count);
  Result (*find)(Number session, Number* objects, Number most, Number* count);
  Result (*find_end)(Number session);
  Unused encrypt[4], decrypt[4], digest[5];
  Result (*sign_begin)(Number session, Mechanism* mechanism, Number key);
  Result (*sign)(Number session, unsigned char* bytes, Number length, unsigned char* signature,
                 Number* signature_length);
  Unused sign_more[4], verify[6], both[4], generate_key;
  Result (*generate_pair)(Number session, Mechanism* mechanism, Attribute* public_attributes,
                          Number public_count, Attribute* private_attributes, Number private_count,
                          Number* public_key, Number* private_key);
};

}  // namespace tally::ledger::pkcs11
