// salvage: what can still be had of a damaged ledger, as files of signed batches and one report.
//
//   DIR/records-<first index>.tev    batches in log order, about 32 MiB a file
//   DIR/salvage.json                 the report; written last
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "ledger/log/salvage.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/files.h"
#include "tools/ledger_access.h"
#include "tools/session.h"

namespace tally::tools {
namespace {

namespace fs = std::filesystem;

constexpr size_t kFileBytes = 32 * 1024 * 1024;

struct WrittenFile {
  std::string name;
  uint64_t batches = 0;
};

// Collects batches and writes them, file by file.
class BatchFiles {
 public:
  explicit BatchFiles(std::string folder) : folder_(std::move(folder)) {}

  absl::Status Add(uint64_t index, const ledger::SignedBatch& batch, const LedgerId& ledger) {
    if (batches_.empty()) first_ = index;
    for (const Event& event : batch.events) bytes_ += event.header.size() + event.body.size();
    batches_.push_back(batch);
    return bytes_ < kFileBytes ? absl::OkStatus() : Flush(ledger);
  }
  absl::Status Flush(const LedgerId& ledger) {
    if (batches_.empty()) return absl::OkStatus();
    const std::string name = absl::StrCat("records-", absl::Dec(first_, absl::kZeroPad10), ".tev");
    const Bytes bytes = ledger::EncodeBatchFile(ledger, batches_);
    TALLY_RETURN_IF_ERROR(WriteFile(absl::StrCat(folder_, "/", name), AsText(bytes),
                                    Privacy::kSecret, Replace::kNever));
    written_.push_back({name, batches_.size()});
    batches_.clear();
    bytes_ = 0;
    return absl::OkStatus();
  }
  const std::vector<WrittenFile>& written() const { return written_; }

 private:
  const std::string folder_;
  std::vector<ledger::SignedBatch> batches_;
  size_t bytes_ = 0;
  uint64_t first_ = 0;
  std::vector<WrittenFile> written_;
};

JsonWriter ReportJson(const ledger::SalvageReport& report, const BatchFiles& files) {
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.salvage/1")
      .Field("ledger_id", report.ledger.ToHex())
      .Field("origin", report.origin)
      .NumberField("size", report.limit)
      .NumberField("records", report.records)
      .NumberField("events", report.events)
      .NumberField("signatures_unchecked", report.unchecked)
      .NumberField("key_events_unlearned", report.unlearned)
      .Field("under_head", report.under_head ? "shown" : "not shown")
      .Field("why_not", report.not_under_head);
  json.Key("missing").BeginArray();
  for (const ledger::SalvageReport::Gap& gap : report.missing) {
    json.BeginObject()
        .NumberField("first", gap.first)
        .NumberField("limit", gap.limit)
        .Field("reason", gap.reason)
        .EndObject();
  }
  json.EndArray().Key("damaged_files").BeginArray();
  for (const ledger::DamagedStore::File& file : report.files) {
    if (file.trouble.empty()) continue;
    json.BeginObject().Field("file", file.name).Field("trouble", file.trouble).EndObject();
  }
  json.EndArray().Key("written").BeginArray();
  for (const WrittenFile& file : files.written()) {
    json.BeginObject().Field("file", file.name).NumberField("batches", file.batches).EndObject();
  }
  json.EndArray().EndObject();
  return json;
}

void Print(const Invocation& call, const ledger::SalvageReport& report, const BatchFiles& files,
           const std::string& folder) {
  Console& console = call.console;
  console.Line(absl::StrCat(report.records, " of ", report.limit, " records, ", report.events,
                            " events, ", report.unchecked, " signatures whose key is lost, ",
                            report.unlearned, " key events without what they rest on"));
  for (const ledger::SalvageReport::Gap& gap : report.missing) {
    console.Line(
        gap.limit == gap.first + 1
            ? absl::StrCat("missing  record ", gap.first, ": ", gap.reason)
            : absl::StrCat("missing  records ", gap.first, " to ", gap.limit - 1, ": ", gap.reason),
        Style::kBad);
  }
  for (const ledger::DamagedStore::File& file : report.files) {
    if (!file.trouble.empty())
      console.Line(absl::StrCat("damaged  ", file.name, ": ", file.trouble));
  }
  console.Line(report.under_head
                   ? std::string("head     every record is one under the signed head")
                   : absl::StrCat("head     not shown to be under it: ", report.not_under_head));
  console.Note(absl::StrCat(files.written().size(), " files of batches and salvage.json in ",
                            folder, ": signed words of their authors, not a ledger"));
}

// What is written must not touch what is read.
absl::Status CheckFolder(const std::string& folder, const std::string& directory) {
  std::error_code error;
  const std::string inside = fs::weakly_canonical(folder, error).string() + "/";
  const std::string ledger = fs::weakly_canonical(directory, error).string() + "/";
  if (inside.compare(0, ledger.size(), ledger) == 0) {
    return Refuse("usage", absl::StrCat(folder, " lies in the ledger"), "name a folder elsewhere");
  }
  const fs::file_status status = fs::symlink_status(folder, error);
  if (fs::exists(status) && !(fs::is_directory(status) && fs::is_empty(folder, error))) {
    return RefuseAt({folder, 0, 0}, "already-exists", "is there and is no empty folder",
                    "name another");
  }
  fs::create_directories(folder, error);
  if (!error) return absl::OkStatus();
  return RefuseAt({folder, 0, 0}, "file-unwritable",
                  absl::StrCat("cannot be made: ", error.message()));
}

absl::StatusOr<int> RunSalvage(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const std::string directory, LedgerDirectory(call));
  TALLY_RETURN_IF_ERROR(CheckIsLedger(directory));
  const std::string folder = call.arguments.Value("out").value_or("");
  TALLY_RETURN_IF_ERROR(CheckFolder(folder, directory));
  ledger::LedgerOptions options;
  options.directory = directory;
  BatchFiles files(folder);
  LedgerId ledger;
  const absl::StatusOr<ledger::SalvageReport> report =
      ledger::Salvage(options, [&](const ledger::SalvagedBatch& found) {
        ledger = found.ledger;
        return files.Add(found.index, *found.batch, found.ledger);
      });
  if (!report.ok()) return Translate(Doing::kReading, report.status());
  TALLY_RETURN_IF_ERROR(files.Flush(ledger));
  TALLY_RETURN_IF_ERROR(WriteFile(folder + "/salvage.json",
                                  ReportJson(*report, files).Take() + "\n", Privacy::kPublic,
                                  Replace::kNever));
  Print(call, *report, files, folder);
  JsonWriter json = ReportJson(*report, files);
  call.console.Json(json);
  return report->missing.empty() && report->under_head ? kExitDone : kExitNo;
}

}  // namespace

std::vector<Command> SalvageCommands() {
  Command salvage{.name = "salvage",
                  .summary = "write what can still be read of a damaged ledger",
                  .run = RunSalvage};
  salvage.options = {{"out", 'o', ValueType::kDirectory, "DIR",
                      "where to write it; absent or empty", false, true}};
  salvage.text =
      "Reads the files of the store one by one, without its database, and changes none of them.\n"
      "Batches that verify, with their signatures, are written as .tev files; salvage.json says\n"
      "which records are missing and why. What is written is what authors signed, not a ledger: "
      "to\n"
      "go on, restore a backup. Exit status 0: nothing is missing; 1: something is.";
  salvage.examples = {"tally -C damaged.ledger salvage --out saved"};
  return {std::move(salvage)};
}

}  // namespace tally::tools
