// A directory of its own for a test, and pictures of directories to compare before and after.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "schema/bytes.h"
#include "schema/status.h"

namespace tally::tests {

// Removed with everything in it at the end.
class ScratchDirectory {
 public:
  ScratchDirectory() {
    const char* wanted = ::getenv("TMPDIR");
    std::string name = std::string(wanted == nullptr ? "/tmp" : wanted) + "/tally-test-XXXXXX";
    TALLY_CHECK(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~ScratchDirectory() {
    std::error_code ignored;  // A directory that stays behind fails no test.
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

inline std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

inline void WriteText(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  TALLY_CHECK(file.good());
}

// Every file below a directory with its bytes: equal pictures mean that nothing was changed.
using Picture = std::map<std::string, std::string>;
inline Picture PictureOf(const std::string& directory) {
  Picture picture;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    const std::string name = entry.path().lexically_relative(directory).string();
    picture[name] = entry.is_regular_file() ? ReadText(entry.path().string()) : "(directory)";
  }
  return picture;
}

inline void RestorePicture(const std::string& directory, const Picture& picture) {
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  for (const auto& [name, text] : picture) {
    const std::string path = directory + "/" + name;
    if (text == "(directory)") {
      std::filesystem::create_directories(path);
    } else {
      WriteText(path, text);
    }
  }
}

}  // namespace tally::tests
