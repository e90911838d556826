// Goal: a pkcs11: URI means one key or is refused (RFC 7512). Method: tables of both.
#include "tools/token_uri.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/tools/tally_support.h"
#include "tools/fault.h"
#include "tools/files.h"

namespace tally::tools {
namespace {

TEST(TokenUri, ReadsWhatNamesAKey) {
  const auto uri = ParseTokenUri(
      "pkcs11:token=Acme%20HSM;serial=12%3b3;object=lime;id=%01%AbX;type=private?"
      "module-path=/lib/m.so&pin-source=file:/run/pin&x-salt=/etc/lime%26co.salt");
  ASSERT_TRUE(uri.ok()) << uri.status();
  EXPECT_EQ(uri->key.token, "Acme HSM");
  EXPECT_EQ(uri->key.serial, "12;3");
  EXPECT_EQ(uri->key.object, "lime");
  EXPECT_EQ(uri->key.id, (Bytes{1, 0xab, 'X'}));
  EXPECT_EQ(uri->key.module, "/lib/m.so");
  EXPECT_EQ(uri->pin_source, "/run/pin");
  EXPECT_EQ(uri->salt, "/etc/lime&co.salt");
  EXPECT_TRUE(IsTokenUri("pkcs11:object=a"));
  EXPECT_FALSE(IsTokenUri("lime.pem"));
}

TEST(TokenUri, RefusesWhatItDoesNotRead) {
  for (const char* bad :
       {"pkcs11:", "pkcs11:object=a", "pkcs11:token=t?module-path=m", "lime.pem",
        "pkcs11:object=a;object=b?module-path=m", "pkcs11:object=?module-path=m",
        "pkcs11:object=a;slot-id=1?module-path=m", "pkcs11:object=a;type=public?module-path=m",
        "pkcs11:object=%g1?module-path=m", "pkcs11:object=%1?module-path=m",
        "pkcs11:object=a%?module-path=m", "pkcs11:object?module-path=m",
        "pkcs11:object=a?module-path=m&module-path=n", "pkcs11:object=a?module-name=m",
        "pkcs11:object=a?module-path=m&pin-source=|cat", "pkcs11:object=a?module-path=m&x=1"}) {
    EXPECT_EQ(FaultOf(ParseTokenUri(bad).status()).code, "bad-input") << bad;
  }
}

// T-48: a PIN in the URI would be in argv or the environment.
TEST(TokenUri, T48APinInTheUriIsRefused) {
  const auto uri = ParseTokenUri("pkcs11:object=a?module-path=m&pin-value=1234");
  ASSERT_FALSE(uri.ok());
  EXPECT_EQ(FaultOf(uri.status()).code, "bad-input");
  EXPECT_EQ(FaultText(FaultOf(uri.status())).find("1234"), std::string::npos);
}

// The whole way: the token makes the key, a party is registered with it and signs; the log's and
// the service's keys may be files that hold a URI. Skipped by name where SoftHSM is not installed.
TEST(TokenUri, APartyActsWithAKeyInAToken) {
  const std::string module = "/usr/lib/softhsm/libsofthsm2.so";
  if (!Exists(module) || std::system("command -v softhsm2-util >/dev/null") != 0) {
    GTEST_SKIP() << "softhsm2 is not installed (tools/prerequisites)";
  }
  TallyTest test;
  test.MakeLedger();
  // The module reads its configuration once in a process.
  test.Write("softhsm2.conf", "directories.tokendir = " + test.Path("tokens") + "\n");
  ::setenv("SOFTHSM2_CONF", test.Path("softhsm2.conf").c_str(), 1);
  ASSERT_EQ(std::system(("mkdir " + test.Path("tokens") +
                         " && softhsm2-util --init-token --free "
                         "--label acme --pin 1234 --so-pin 5678 >/dev/null")
                            .c_str()),
            0);
  for (const char* name : {"pin", "wrong"}) {
    ASSERT_TRUE(WriteFile(test.Path(name), name[0] == 'p' ? "1234\n" : "4321\n", Privacy::kSecret,
                          Replace::kNever)
                    .ok());
  }
  const auto uri = [&](const std::string& object, const std::string& pin, bool salt) {
    return "pkcs11:token=acme;object=" + object + "?module-path=" + module +
           "&pin-source=" + test.Path(pin) + (salt ? "&x-salt=" + test.Path(object + ".salt") : "");
  };
  // A wrong PIN first: who is logged in asks for none.
  EXPECT_EQ(test.Run({"key", "new", "--party", "lime", "--out", uri("early", "wrong", true)}).exit,
            5);
  const Outcome made =
      test.Run({"key", "new", "--party", "lime", "--out", uri("lime", "pin", true)});
  ASSERT_EQ(made.exit, 0) << made.err;
  EXPECT_EQ(test.Run({"key", "new", "--party", "lime", "--out", uri("lime", "pin", true)}).exit, 2);
  const Outcome unsalted =
      test.OnLedger({"party", "register", "lime", "--key", uri("nobody", "pin", true)});
  EXPECT_EQ(unsalted.exit, 2);
  EXPECT_NE(unsalted.err.find("has no key"), std::string::npos) << unsalted.err;
  const std::vector<std::string> feed = {"feed", "register", "web", "--party", "lime", "--key"};
  const Outcome party =
      test.OnLedger({"party", "register", "lime", "--key", uri("lime", "pin", true)});
  ASSERT_EQ(party.exit, 0) << party.err;
  std::vector<std::string> words = feed;
  words.push_back(uri("lime", "pin", false));
  EXPECT_EQ(test.OnLedger(words).exit, 2) << "no salt secret is named";
  // As a file that holds the URI, its salt secret beside it.
  ASSERT_TRUE(WriteFile(test.Path("lime.key"), uri("lime", "pin", false) + "\n", Privacy::kSecret,
                        Replace::kNever)
                  .ok());
  ASSERT_TRUE(WriteFile(test.Path("lime.key.salt"), test.Read("lime.salt"), Privacy::kSecret,
                        Replace::kNever)
                  .ok());
  words.back() = test.Path("lime.key");
  const Outcome registered = test.OnLedger(words);
  EXPECT_EQ(registered.exit, 0) << registered.err;
  test.Write("a.jsonl", TallyTest::StateLines(3));
  const Outcome appended = test.OnLedger(
      {"append", test.Path("a.jsonl"), "--feed", "web", "--key", uri("lime", "pin", true)});
  EXPECT_EQ(appended.exit, 0) << appended.err;
  EXPECT_EQ(test.OnLedger({"verify"}).exit, 0);
}

}  // namespace
}  // namespace tally::tools
