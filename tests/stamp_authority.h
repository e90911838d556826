// A time stamp authority for tests: the openssl program with certificates made in a folder of its
// own. What it stamps bears the machine's time.
//
//   root   "CN=Test Root" vouches for
//   signer "CN=Test Stamps,O=Example", for time stamps alone, or for something else (Purpose)
#pragma once

#include <cstdlib>
#include <string>

#include "absl/strings/string_view.h"

#include "schema/bytes.h"
#include "schema/status.h"
#include "tests/scratch.h"

namespace tally::tests {

class StampAuthority {
 public:
  enum class Purpose { kStamps, kServers };

  // `accuracy` as the program writes it; "": none is told.
  explicit StampAuthority(Purpose purpose = Purpose::kStamps, const std::string& digest = "sha256",
                          const std::string& accuracy = "secs:1")
      : purpose_(purpose) {
    WriteText(folder_ / "conf", Configuration(digest, accuracy));
    Must(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem "
        "-days 30 -config conf -extensions ca -subj '/CN=Test Root'");
    Must(
        "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tsa.key -out tsa.csr "
        "-config conf -subj '/O=Example/CN=Test Stamps'");
    Must(
        "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -set_serial 2 -days 30 -extfile conf "
        "-extensions signer -out tsa.pem");
    WriteText(folder_ / "serial", "01\n");
  }

  static bool IsThere() { return std::system("openssl version > /dev/null 2>&1") == 0; }

  std::string root_file() const { return folder_ / "ca.pem"; }
  std::string root() const { return ReadText(folder_ / "ca.pem"); }
  std::string signer() const { return ReadText(folder_ / "tsa.pem"); }
  const std::string& folder() const { return folder_.path(); }

  // The DER of its reply; "" when the program refuses to make one.
  std::string Reply(absl::string_view request) const {
    WriteText(folder_ / "request", std::string(request));
    if (!Ran("ts -reply -config conf -queryfile request -out reply")) return "";
    return ReadText(folder_ / "reply");
  }

  bool Ran(const std::string& arguments) const {
    const std::string line =
        "cd '" + folder_.path() + "' && openssl " + arguments + " > output 2>&1";
    return std::system(line.c_str()) == 0;
  }

 private:
  void Must(const std::string& arguments) const { TALLY_CHECK(Ran(arguments)); }

  std::string Configuration(const std::string& digest, const std::string& accuracy) const {
    const std::string purpose = purpose_ == Purpose::kStamps
                                    ? "keyUsage=critical,digitalSignature\n"
                                      "extendedKeyUsage=critical,timeStamping\n"
                                    : "extendedKeyUsage=serverAuth\n";
    return "[req]\ndistinguished_name=name\nprompt=no\n[name]\nCN=x\n"
           "[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"
           "[signer]\nbasicConstraints=CA:FALSE\n" +
           purpose +
           "[tsa]\ndefault_tsa=authority\n"
           "[authority]\nserial=serial\ncrypto_device=builtin\nsigner_cert=tsa.pem\n"
           "signer_key=tsa.key\nsigner_digest=" +
           digest + "\ndefault_policy=1.2.3.4.1\ndigests=sha256\nordering=no\n" +
           (accuracy.empty() ? "" : "accuracy=" + accuracy + "\n") +
           "tsa_name=yes\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n";
  }

  const Purpose purpose_;
  ScratchDirectory folder_;
};

}  // namespace tally::tests
