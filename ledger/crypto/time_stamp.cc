// OpenSSL builds requests, reads tokens and follows chains; what it leaves open is decided here:
// which digests count, at which time a chain is judged, and that nothing stands behind the DER.
#include "ledger/crypto/time_stamp.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "ledger/crypto/sha256.h"
#include "schema/status.h"

namespace tally::ledger {
namespace {

constexpr int kStrength = 2;  // OpenSSL's level for 112 bits
constexpr size_t kNameBytesMax = 1024;

struct FreeOpenSsl {
  void operator()(BIO* bio) const { BIO_free_all(bio); }
  void operator()(PKCS7* token) const { PKCS7_free(token); }
  void operator()(TS_TST_INFO* told) const { TS_TST_INFO_free(told); }
  void operator()(TS_RESP* reply) const { TS_RESP_free(reply); }
  void operator()(TS_REQ* request) const { TS_REQ_free(request); }
  void operator()(TS_MSG_IMPRINT* imprint) const { TS_MSG_IMPRINT_free(imprint); }
  void operator()(TS_VERIFY_CTX* context) const { TS_VERIFY_CTX_free(context); }
  void operator()(X509_ALGOR* algorithm) const { X509_ALGOR_free(algorithm); }
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(STACK_OF(X509) * certificates) const {
    sk_X509_pop_free(certificates, X509_free);
  }
};
template <typename T>
using Owned = std::unique_ptr<T, FreeOpenSsl>;

absl::Status Malformed(absl::string_view what) {
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrCat("time stamp: ", what));
}

// OpenSSL's own word for the last thing that failed; its queue is emptied.
std::string LastReason() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  const std::string text = reason == nullptr ? "no reason given" : reason;
  ERR_clear_error();
  return text;
}

// DER that ends where the bytes end, or null.
template <typename T>
Owned<T> FromDer(ByteView bytes, T* (*read)(T**, const unsigned char**, long)) {
  const unsigned char* at = bytes.data();
  Owned<T> value(read(nullptr, &at, static_cast<long>(bytes.size())));
  if (value != nullptr && at != bytes.data() + bytes.size()) value.reset();
  return value;
}

// A token and what it tells, in the form that is accepted here. Nothing is verified.
struct Told {
  Owned<PKCS7> token;
  Owned<TS_TST_INFO> content;
  Hash digest;
  Instant time;
  Duration accuracy;
};

bool IsStrong(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  const int digest = OBJ_obj2nid(object);
  return digest == NID_sha256 || digest == NID_sha384 || digest == NID_sha512;
}

// "20260301120000Z", with a fraction of at most six digits. OpenSSL drops the fraction.
absl::StatusOr<Instant> TimeOf(const ASN1_GENERALIZEDTIME* time) {
  const absl::string_view text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(time)),
                               static_cast<size_t>(ASN1_STRING_length(time)));
  constexpr size_t kWhole = 14;
  const bool form = text.size() > kWhole && text.back() == 'Z' &&
                    text.substr(0, kWhole).find_first_not_of("0123456789") == text.npos;
  if (!form) return Malformed("a time in another form than YYYYMMDDhhmmssZ");
  const auto part = [&](size_t at, size_t length) { return text.substr(at, length); };
  const absl::StatusOr<Instant> read =
      ParseInstant(absl::StrCat(part(0, 4), "-", part(4, 2), "-", part(6, 2), "T", part(8, 2), ":",
                                part(10, 2), ":", part(12, 2), text.substr(kWhole)));
  if (!read.ok()) return Malformed(read.status().message());
  return read;
}

// Seconds, thousandths and millionths, each of which may be left out: then it is 0 (RFC 3161
// 2.4.2).
absl::StatusOr<Duration> AccuracyOf(TS_TST_INFO* content, Instant time) {
  const TS_ACCURACY* accuracy = TS_TST_INFO_get_accuracy(content);
  if (accuracy == nullptr) return Duration{};
  constexpr int64_t kFractionMax = 999;
  const auto part = [](const ASN1_INTEGER* number, int64_t most) -> std::optional<int64_t> {
    int64_t value = 0;
    const bool read = number == nullptr || ASN1_INTEGER_get_int64(&value, number) == 1;
    return read && value >= 0 && value <= most ? std::optional(value) : std::nullopt;
  };
  const auto seconds = part(TS_ACCURACY_get_seconds(accuracy), kInstantLast.micros / 1'000'000);
  const auto millis = part(TS_ACCURACY_get_millis(accuracy), kFractionMax);
  const auto micros = part(TS_ACCURACY_get_micros(accuracy), kFractionMax);
  if (!seconds || !millis || !micros) return Malformed("an accuracy that is no length of time");
  const Duration sum{Seconds(*seconds).micros + Milliseconds(*millis).micros + *micros};
  if (time + sum > kInstantLast) return Malformed("an accuracy that says nothing of when");
  return sum;
}

absl::StatusOr<Told> ReadToken(ByteView bytes) {
  if (bytes.empty() || bytes.size() > kTimeStampBytesMax) {
    return Malformed(absl::StrCat(bytes.size(), " bytes; at most ", kTimeStampBytesMax));
  }
  Told told;
  told.token = FromDer<PKCS7>(bytes, d2i_PKCS7);
  if (told.token == nullptr || !PKCS7_type_is_signed(told.token.get())) {
    return Malformed("no signed DER, or more than one");
  }
  told.content.reset(PKCS7_to_TS_TST_INFO(told.token.get()));
  if (told.content == nullptr) return Malformed("it signs something else than a time");
  TS_MSG_IMPRINT* imprint = TS_TST_INFO_get_msg_imprint(told.content.get());
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, TS_MSG_IMPRINT_get_algo(imprint));
  const ASN1_OCTET_STRING* digest = TS_MSG_IMPRINT_get_msg(imprint);
  if (OBJ_obj2nid(object) != NID_sha256 ||
      ASN1_STRING_length(digest) != static_cast<int>(Hash::size())) {
    return Malformed("it does not speak of a SHA-256");
  }
  std::memcpy(told.digest.bytes.data(), ASN1_STRING_get0_data(digest), Hash::size());
  TALLY_ASSIGN_OR_RETURN(told.time, TimeOf(TS_TST_INFO_get_time(told.content.get())));
  TALLY_ASSIGN_OR_RETURN(told.accuracy, AccuracyOf(told.content.get(), told.time));
  return told;
}

// Every certificate of `pem`, which holds at least one and nothing else.
absl::StatusOr<std::vector<Owned<X509>>> ReadCertificates(absl::string_view pem) {
  if (pem.size() > kAuthorityBytesMax) {
    return Malformed(
        absl::StrCat(pem.size(), " bytes of certificates; at most ", kAuthorityBytesMax));
  }
  const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  TALLY_CHECK(bio != nullptr);
  std::vector<Owned<X509>> certificates;
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    certificates.emplace_back(next);
    if (certificates.size() > kAuthoritiesMax) {
      return Malformed(absl::StrCat("more than ", kAuthoritiesMax, " certificates"));
    }
  }
  // The end of the text is the one good reason to stop.
  const unsigned long stopped = ERR_peek_last_error();
  const bool at_end =
      ERR_GET_LIB(stopped) == ERR_LIB_PEM && ERR_GET_REASON(stopped) == PEM_R_NO_START_LINE;
  if (!at_end) return Malformed(absl::StrCat("a certificate cannot be read: ", LastReason()));
  ERR_clear_error();
  size_t blocks = 0;
  for (size_t at = pem.find("-----BEGIN "); at != pem.npos; at = pem.find("-----BEGIN ", at + 1)) {
    ++blocks;
  }
  if (certificates.empty() || blocks != certificates.size()) {
    return Malformed("it must hold certificates in PEM, and nothing else");
  }
  return certificates;
}

Owned<X509_STORE> StoreOf(const std::vector<Owned<X509>>& trusted, Instant time) {
  Owned<X509_STORE> store(X509_STORE_new());
  TALLY_CHECK(store != nullptr);
  for (const Owned<X509>& certificate : trusted) {
    TALLY_CHECK(X509_STORE_add_cert(store.get(), certificate.get()) == 1);
  }
  X509_VERIFY_PARAM* rules = X509_STORE_get0_param(store.get());
  X509_VERIFY_PARAM_set_time(rules, static_cast<time_t>(time.micros / 1'000'000));
  X509_VERIFY_PARAM_set_auth_level(rules, kStrength);
  // Whoever trusts one authority need not trust all that its root vouches for.
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
  return store;
}

// Certificates that may stand between; the token brings its own as well.
Owned<STACK_OF(X509)> StackOf(const std::vector<Owned<X509>>& trusted,
                              const std::vector<Owned<X509>>& others) {
  Owned<STACK_OF(X509)> stack(sk_X509_new_null());
  TALLY_CHECK(stack != nullptr);
  for (const auto* certificates : {&trusted, &others}) {
    for (const Owned<X509>& certificate : *certificates) {
      TALLY_CHECK(X509_up_ref(certificate.get()) == 1);
      TALLY_CHECK(sk_X509_push(stack.get(), certificate.get()) > 0);
    }
  }
  return stack;
}

absl::Status CheckSignerDigest(const PKCS7* token) {
  const STACK_OF(PKCS7_SIGNER_INFO)* signers = token->d.sign->signer_info;
  if (sk_PKCS7_SIGNER_INFO_num(signers) != 1) return Malformed("signed by other than one");
  const PKCS7_SIGNER_INFO* signer = sk_PKCS7_SIGNER_INFO_value(signers, 0);
  if (IsStrong(signer->digest_alg)) return absl::OkStatus();
  return Malformed("its signature is over a digest weaker than SHA-256");
}

absl::StatusOr<Told> ReadTokenOf(ByteView token, ByteView text) {
  TALLY_ASSIGN_OR_RETURN(Told told, ReadToken(token));
  if (told.digest != Sha256Of({text})) {
    return absl::DataLossError("time stamp: it speaks of another text");
  }
  TALLY_RETURN_IF_ERROR(CheckSignerDigest(told.token.get()));
  return told;
}

void AppendDer(const X509* certificate, Bytes& out) {
  const int length = i2d_X509(certificate, nullptr);
  TALLY_CHECK(length > 0);
  const size_t begin = out.size();
  out.resize(begin + static_cast<size_t>(length));
  unsigned char* at = out.data() + begin;
  TALLY_CHECK(i2d_X509(certificate, &at) == length);
}

absl::StatusOr<std::string> NameOf(const X509* certificate) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  TALLY_CHECK(bio != nullptr);
  X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &bytes);
  if (length <= 0 || static_cast<size_t>(length) > kNameBytesMax) {
    return Malformed("its signer has no name, or too long a one");
  }
  return std::string(bytes, static_cast<size_t>(length));
}

}  // namespace

Bytes TimeStampRequest(ByteView text) {
  const Hash digest = Sha256Of({text});
  const Owned<TS_REQ> request(TS_REQ_new());
  const Owned<TS_MSG_IMPRINT> imprint(TS_MSG_IMPRINT_new());
  const Owned<X509_ALGOR> algorithm(X509_ALGOR_new());
  TALLY_CHECK(request != nullptr && imprint != nullptr && algorithm != nullptr);
  Bytes octets(digest.bytes.begin(), digest.bytes.end());
  TALLY_CHECK(X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr) == 1);
  TALLY_CHECK(TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1);
  TALLY_CHECK(
      TS_MSG_IMPRINT_set_msg(imprint.get(), octets.data(), static_cast<int>(octets.size())) == 1);
  TALLY_CHECK(TS_REQ_set_version(request.get(), 1) == 1);
  TALLY_CHECK(TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1);
  TALLY_CHECK(TS_REQ_set_cert_req(request.get(), 1) == 1);
  const int length = i2d_TS_REQ(request.get(), nullptr);
  TALLY_CHECK(length > 0);
  Bytes der(static_cast<size_t>(length));
  unsigned char* at = der.data();
  TALLY_CHECK(i2d_TS_REQ(request.get(), &at) == length);
  return der;
}

absl::StatusOr<Bytes> TokenOfReply(ByteView reply) {
  if (reply.empty() || reply.size() > kTimeStampBytesMax) {
    return Malformed(absl::StrCat(reply.size(), " bytes; at most ", kTimeStampBytesMax));
  }
  const Owned<TS_RESP> response = FromDer<TS_RESP>(reply, d2i_TS_RESP);
  if (response == nullptr) return Malformed("this is no reply of a time stamp authority");
  TS_STATUS_INFO* status = TS_RESP_get_status_info(response.get());
  const int64_t code = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(status));
  // 0 granted, 1 granted with changes of what was asked for, which the token itself shows.
  PKCS7* token = TS_RESP_get_token(response.get());
  if ((code != 0 && code != 1) || token == nullptr) {
    std::string words;
    const STACK_OF(ASN1_UTF8STRING)* texts = TS_STATUS_INFO_get0_text(status);
    for (int i = 0; i < sk_ASN1_UTF8STRING_num(texts); ++i) {
      const ASN1_UTF8STRING* text = sk_ASN1_UTF8STRING_value(texts, i);
      absl::StrAppend(&words, ": ",
                      absl::string_view(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                                        static_cast<size_t>(ASN1_STRING_length(text))));
    }
    ERR_clear_error();
    return absl::FailedPreconditionError(
        absl::StrCat("the authority granted no time stamp (status ", code, ")", words));
  }
  const int length = i2d_PKCS7(token, nullptr);
  if (length <= 0) return Malformed("its token cannot be written");
  Bytes der(static_cast<size_t>(length));
  unsigned char* at = der.data();
  TALLY_CHECK(i2d_PKCS7(token, &at) == length);
  TALLY_RETURN_IF_ERROR(ReadToken(der).status());
  return der;
}

absl::StatusOr<Hash> StampedDigest(ByteView token) {
  TALLY_ASSIGN_OR_RETURN(const Told told, ReadToken(token));
  return told.digest;
}

absl::StatusOr<std::string> CleanCertificates(absl::string_view pem) {
  TALLY_ASSIGN_OR_RETURN(const auto certificates, ReadCertificates(pem));
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  TALLY_CHECK(bio != nullptr);
  for (const Owned<X509>& certificate : certificates) {
    TALLY_CHECK(PEM_write_bio_X509(bio.get(), certificate.get()) == 1);
  }
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &bytes);
  TALLY_CHECK(length > 0);
  return std::string(bytes, static_cast<size_t>(length));
}

absl::StatusOr<TimeStamp> CheckTimeStamp(ByteView token, ByteView text,
                                         absl::string_view authorities, absl::string_view others) {
  TALLY_ASSIGN_OR_RETURN(const Told told, ReadTokenOf(token, text));
  TALLY_ASSIGN_OR_RETURN(const auto trusted, ReadCertificates(authorities));
  std::vector<Owned<X509>> between;
  if (!others.empty()) {
    TALLY_ASSIGN_OR_RETURN(between, ReadCertificates(others));
  }
  Owned<STACK_OF(X509)> certificates = StackOf(trusted, between);
  const Owned<TS_VERIFY_CTX> context(TS_VERIFY_CTX_new());
  TALLY_CHECK(context != nullptr);
  // The digest was compared above. The context frees what it is given, so the stack is kept twice.
  TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_VERSION | TS_VFY_SIGNATURE);
  TS_VERIFY_CTX_set_store(context.get(), StoreOf(trusted, told.time).release());
  TS_VERIFY_CTX_set_certs(context.get(), StackOf(trusted, between).release());
  if (TS_RESP_verify_token(context.get(), told.token.get()) != 1) {
    const unsigned long error = ERR_peek_last_error();
    const bool unknown =
        ERR_GET_LIB(error) == ERR_LIB_TS && ERR_GET_REASON(error) == TS_R_CERTIFICATE_VERIFY_ERROR;
    const std::string reason = LastReason();
    if (unknown || absl::StrContains(reason, "signer certificate")) {
      return absl::PermissionDeniedError(absl::StrCat(
          "time stamp: none of the authorities vouches for its signer (", reason, ")"));
    }
    return absl::DataLossError(absl::StrCat("time stamp: it does not verify: ", reason));
  }
  STACK_OF(X509)* signers = PKCS7_get0_signers(told.token.get(), certificates.get(), 0);
  TALLY_CHECK(signers != nullptr && sk_X509_num(signers) == 1);
  absl::StatusOr<std::string> name = NameOf(sk_X509_value(signers, 0));
  sk_X509_free(signers);
  ERR_clear_error();
  if (!name.ok()) return name.status();
  return TimeStamp{told.time, *std::move(name), told.accuracy};
}

absl::StatusOr<UnjudgedStamp> ReadTimeStamp(ByteView token, ByteView text,
                                            absl::string_view others) {
  TALLY_ASSIGN_OR_RETURN(const Told told, ReadTokenOf(token, text));
  std::vector<Owned<X509>> beside;
  if (!others.empty()) {
    TALLY_ASSIGN_OR_RETURN(beside, ReadCertificates(others));
  }
  const Owned<STACK_OF(X509)> stack = StackOf({}, beside);
  STACK_OF(X509)* signers = PKCS7_get0_signers(told.token.get(), stack.get(), 0);
  if (signers == nullptr || sk_X509_num(signers) != 1) {
    sk_X509_free(signers);
    return absl::PermissionDeniedError(
        absl::StrCat("time stamp: its signer's certificate is not there: ", LastReason()));
  }
  const X509* signer = sk_X509_value(signers, 0);
  sk_X509_free(signers);  // The certificates are the token's and the stack's.
  const int verified = PKCS7_verify(told.token.get(), stack.get(), nullptr, nullptr, nullptr,
                                    PKCS7_NOVERIFY | PKCS7_BINARY);
  if (verified != 1) {
    return absl::DataLossError(absl::StrCat("time stamp: it does not verify: ", LastReason()));
  }
  TALLY_ASSIGN_OR_RETURN(std::string name, NameOf(signer));
  Bytes all;
  AppendDer(signer, all);
  const STACK_OF(X509)* own = told.token->d.sign->cert;
  for (int i = 0; i < sk_X509_num(own); ++i) AppendDer(sk_X509_value(own, i), all);
  for (const Owned<X509>& each : beside) AppendDer(each.get(), all);
  return UnjudgedStamp{{told.time, std::move(name), told.accuracy}, Sha256Of({all})};
}

}  // namespace tally::ledger
