// Lists are initialised by the caller, and only when they have elements: an empty list is null.
#include "schema/body_parts.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace tally {
namespace {

constexpr uint32_t kAllRoles =
    kRoleAppend | kRoleGrant | kRoleRecovery | kRoleOperator | kRoleProjector;
constexpr size_t kNameBytesMax = 64;

bool IsNameLetter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
}

}  // namespace

void PutMoney(const Money& money, wire::Money::Builder target) {
  target.setMinor(money.minor);
  Put(target, &wire::Money::Builder::setCurrency, money.currency.code);
  target.setExponent(money.currency.exponent);
}

absl::StatusOr<Money> TakeMoney(wire::Money::Reader source) {
  Money money;
  money.minor = source.getMinor();
  TALLY_ASSIGN_OR_RETURN(money.currency, FindCurrency(AsString(source.getCurrency())));
  if (money.currency.exponent != source.getExponent()) {
    return absl::InvalidArgumentError(
        absl::StrCat(money.currency.code, " has ", static_cast<int>(money.currency.exponent),
                     " decimals, found ", static_cast<int>(source.getExponent())));
  }
  return money;
}

void PutDecimal(const Decimal& decimal, wire::Decimal::Builder target) {
  const Decimal normal = decimal.Normalised();
  target.setMantissa(normal.mantissa);
  target.setScale(normal.scale);
}

Decimal TakeDecimal(wire::Decimal::Reader source) {
  return Decimal{source.getMantissa(), source.getScale()};
}

absl::StatusOr<Interval> TakeInterval(int64_t from, int64_t until) {
  const Interval interval{{from}, {until}};
  if (interval.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("an interval from ",
                                                   FormatInstant(interval.first), " until ",
                                                   FormatInstant(interval.limit)));
  }
  return interval;
}

void PutWindow(const WindowName& window, wire::WindowName::Builder target) {
  Put(target, &wire::WindowName::Builder::setObjective, window.objective);
  target.setFrom(window.window.first.micros);
  target.setUntil(window.window.limit.micros);
}

absl::StatusOr<WindowName> TakeWindow(wire::WindowName::Reader source) {
  WindowName window;
  window.objective = AsString(source.getObjective());
  TALLY_ASSIGN_OR_RETURN(window.window, TakeInterval(source.getFrom(), source.getUntil()));
  return window;
}

absl::Status TakeWindows(capnp::List<wire::WindowName>::Reader source,
                         std::vector<WindowName>& windows) {
  for (wire::WindowName::Reader element : source) {
    TALLY_ASSIGN_OR_RETURN(WindowName window, TakeWindow(element));
    windows.push_back(std::move(window));
  }
  return absl::OkStatus();
}

void PutGrant(const KeyGrant& grant, wire::KeyGrant::Builder target) {
  target.setAlgorithm(wire::KeyAlgorithm::ED25519);
  target.setKey(AsData(grant.key.ed25519));
  target.setRoles(grant.roles);
  if (grant.valid_until != Instant::Max()) target.initValidUntil().setIs(grant.valid_until.micros);
  Put(target, &wire::KeyGrant::Builder::setPossession, grant.possession);
}

absl::StatusOr<KeyGrant> TakeGrant(wire::KeyGrant::Reader source) {
  KeyGrant grant;
  const capnp::Data::Reader key = source.getKey();
  std::copy(key.begin(), key.end(), grant.key.ed25519.begin());
  grant.roles = source.getRoles();
  if ((grant.roles & ~kAllRoles) != 0) {
    return absl::InvalidArgumentError(absl::StrCat("roles ", grant.roles, " are not known"));
  }
  const auto until = source.getValidUntil();
  if (until.isIs()) grant.valid_until = {until.getIs()};
  grant.possession = TakeBytes(source.getPossession());
  return grant;
}

void PutGrants(const std::vector<KeyGrant>& grants, capnp::List<wire::KeyGrant>::Builder target) {
  for (unsigned i = 0; i < target.size(); ++i) PutGrant(grants[i], target[i]);
}

absl::StatusOr<std::vector<KeyGrant>> TakeGrants(capnp::List<wire::KeyGrant>::Reader source) {
  std::vector<KeyGrant> grants;
  for (wire::KeyGrant::Reader element : source) {
    TALLY_ASSIGN_OR_RETURN(KeyGrant grant, TakeGrant(element));
    grants.push_back(std::move(grant));
  }
  return grants;
}

void PutBindings(const std::vector<Binding>& bindings, capnp::List<wire::Binding>::Builder target) {
  for (unsigned i = 0; i < target.size(); ++i) {
    wire::Binding::Builder binding = target[i];
    Put(binding, &wire::Binding::Builder::setName, bindings[i].name);
    Put(binding, &wire::Binding::Builder::setStream, bindings[i].stream);
  }
}

std::vector<Binding> TakeBindings(capnp::List<wire::Binding>::Reader source) {
  std::vector<Binding> bindings;
  for (wire::Binding::Reader element : source) {
    bindings.push_back({AsString(element.getName()), TakeDigest<StreamId>(element.getStream())});
  }
  return bindings;
}

void PutDigests(const std::vector<DocumentDigest>& digests,
                capnp::List<capnp::Data>::Builder target) {
  for (unsigned i = 0; i < target.size(); ++i) target.set(i, AsData(digests[i].view()));
}

std::vector<DocumentDigest> TakeDigests(capnp::List<capnp::Data>::Reader source) {
  std::vector<DocumentDigest> digests;
  for (capnp::Data::Reader element : source) {
    digests.push_back(TakeDigest<DocumentDigest>(element));
  }
  return digests;
}

absl::Status CheckName(absl::string_view name) {
  const bool sound =
      !name.empty() && name.size() <= kNameBytesMax && IsNameLetter(name[0]) &&
      std::all_of(name.begin(), name.end(), [](char letter) {
        return IsNameLetter(letter) || letter == '.' || letter == '_' || letter == '-';
      });
  if (sound) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("name: \"", name.substr(0, kNameBytesMax),
                   "\": expected [a-z0-9] and then at most 63 of [a-z0-9._-]"));
}

}  // namespace tally
