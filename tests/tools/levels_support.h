// Three documents that are sound together: a corporate one with the choices that all services
// share, a customer's, and a service that has the rest.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/terms_compile.h"

namespace tally::tools {

struct LevelDocuments {
  // By path. "service.yaml" holds "{{name.yaml}}" where the SHA-256 of a document is to stand.
  std::map<std::string, std::string> files;

  TermsDocuments Source() const;
  std::string Service() const;  // with the digests of the documents as they are now
  // CheckTerms of the service's file.
  CheckedTerms Check() const;
  // "corporate.yaml:3 terms-levels ...; hint" for each error, in order.
  std::vector<std::string> Errors() const;
};
LevelDocuments SoundLevels();

// The source of a field in the terms of the first range; fails the test where there is none.
FieldSource SourceOf(const CheckedTerms& checked, const std::string& field);

}  // namespace tally::tools
