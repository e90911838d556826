// Input and errors go through unlinked temporary files, so that one pipe is all there is to read
// and no pair of full pipes can wait for each other.
#include "tools/subprocess.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "schema/status.h"

extern char** environ;

namespace tally::tools {
namespace {

struct CloseFile {
  void operator()(FILE* file) const { fclose(file); }
};
using File = std::unique_ptr<FILE, CloseFile>;

absl::StatusOr<File> TemporaryFile(absl::string_view content) {
  File file(tmpfile());
  if (file == nullptr) return absl::UnavailableError("cannot make a temporary file");
  if (fwrite(content.data(), 1, content.size(), file.get()) != content.size() ||
      fflush(file.get()) != 0 || fseek(file.get(), 0, SEEK_SET) != 0) {
    return absl::UnavailableError("cannot write a temporary file");
  }
  return file;
}

std::string LastLine(FILE* file) {
  rewind(file);
  std::array<char, 4096> buffer{};
  std::string text;
  size_t count = 0;
  while ((count = fread(buffer.data(), 1, buffer.size(), file)) > 0)
    text.append(buffer.data(), count);
  absl::string_view rest = absl::StripTrailingAsciiWhitespace(text);
  size_t line = rest.rfind('\n');
  return std::string(line == absl::string_view::npos ? rest : rest.substr(line + 1));
}

// Reads to the end; true unless the output grew past `bytes_max`.
bool ReadAll(int from, size_t bytes_max, std::string& output) {
  std::array<char, 65536> buffer{};
  ssize_t count = 0;
  while ((count = read(from, buffer.data(), buffer.size())) > 0) {
    if (output.size() + static_cast<size_t>(count) > bytes_max) return false;
    output.append(buffer.data(), static_cast<size_t>(count));
  }
  return true;
}

}  // namespace

absl::StatusOr<std::string> RunProgram(const std::vector<std::string>& arguments,
                                       absl::string_view input, size_t output_bytes_max) {
  TALLY_CHECK(!arguments.empty());
  TALLY_ASSIGN_OR_RETURN(File in, TemporaryFile(input));
  TALLY_ASSIGN_OR_RETURN(File errors, TemporaryFile(""));
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return absl::UnavailableError("cannot make a pipe");
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(in.get()), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(errors.get()), STDERR_FILENO);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (failed != 0) {
    close(ends[0]);
    return absl::NotFoundError(absl::StrCat("cannot run '", arguments[0], "'; is it installed?"));
  }
  std::string output;
  const bool within = ReadAll(ends[0], output_bytes_max, output);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!within) {
    return absl::ResourceExhaustedError(
        absl::StrCat(arguments[0], " printed more than ", output_bytes_max, " bytes"));
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(arguments[0], " failed: ", LastLine(errors.get())));
  }
  return output;
}

}  // namespace tally::tools
