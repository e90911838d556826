// What the checks of choices (schema/duty_choices.h, schema/request_choices.h) refuse with.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "schema/status.h"

namespace tally {

// `why` with the name of the choice before it.
inline absl::Status WrongChoice(absl::string_view choice, const absl::Status& why) {
  return At(absl::StrCat("choice \"", choice, "\""), why);
}
inline absl::Status WrongChoice(absl::string_view choice, absl::string_view what) {
  return WrongChoice(choice, absl::InvalidArgumentError(what));
}

}  // namespace tally
