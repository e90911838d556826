// tiles export: the log as files that any web server can serve and anybody can check.
#include "absl/strings/str_cat.h"
#include "ledger/chain/record.h"
#include "schema/status.h"
#include "tools/command_table.h"
#include "tools/cosigned_checkpoint.h"
#include "tools/error_codes.h"
#include "tools/fault.h"
#include "tools/session.h"
#include "tools/tile_export.h"

namespace tally::tools {
namespace {

// Public entries of verified records, read in one walk as long as they are asked for in order.
class EntryWalk {
 public:
  explicit EntryWalk(const ledger::Ledger& ledger) : ledger_(ledger) {}

  absl::StatusOr<std::vector<Bytes>> Read(uint64_t first, uint32_t count) {
    if (cursor_ == nullptr || next_ != first) {
      TALLY_ASSIGN_OR_RETURN(cursor_, ledger_.Read({.first = first}));
      next_ = first;
    }
    std::vector<Bytes> entries;
    for (uint32_t i = 0; i < count; ++i) {
      TALLY_ASSIGN_OR_RETURN(const std::optional<ledger::VerifiedRecord> record, cursor_->Next());
      if (!record.has_value()) return absl::DataLossError(absl::StrCat("no record ", next_));
      entries.push_back(ledger::EncodeEntry(record->entry()));
      ++next_;
    }
    return entries;
  }

 private:
  const ledger::Ledger& ledger_;
  std::unique_ptr<ledger::Cursor> cursor_;
  uint64_t next_ = 0;
};

absl::StatusOr<int> RunTilesExport(const Invocation& call) {
  TALLY_ASSIGN_OR_RETURN(const std::string ledger_directory, LedgerDirectory(call));
  TALLY_ASSIGN_OR_RETURN(const auto ledger, OpenLedger(call));
  TileSource source;
  if (call.arguments.Has("cosigned")) {
    TALLY_ASSIGN_OR_RETURN(const auto cosigned, ReadCosigned(ledger_directory, *ledger));
    if (!cosigned.has_value()) {
      return Refuse("state-forbids", "no checkpoint of this ledger was cosigned yet",
                    "run `tally witness submit`, or export without --cosigned");
    }
    source.checkpoint = cosigned->checkpoint;
    source.note = cosigned->note;
  } else {
    const ledger::Head head = ledger->head();
    source.checkpoint = {ledger->origin(), head.size, head.root};
    TALLY_ASSIGN_OR_RETURN(source.note, HeadNote(ledger_directory, *ledger));
  }
  TALLY_ASSIGN_OR_RETURN(source.log_keys, LogKeysOf(*ledger));
  source.tile = [&](ledger::TileName tile, uint32_t width) { return ledger->Tile(tile, width); };
  EntryWalk walk(*ledger);
  source.entries = [&](uint64_t first, uint32_t count) { return walk.Read(first, count); };

  const std::string directory = call.arguments.At(0);
  const absl::StatusOr<TileExport> done = ExportTiles(source, directory);
  if (!done.ok()) return Translate(Doing::kReading, done.status());
  call.console.Line(absl::StrCat(directory, ": a log of ", done->size, " records, before ",
                                 done->previous, "; ", done->written, " files written, ",
                                 done->compared, " compared, ", done->removed, " removed"));
  JsonWriter json;
  json.BeginObject()
      .Field("format", "tally.tiles/1")
      .Field("directory", directory)
      .Field("origin", ledger->origin())
      .NumberField("size", done->size)
      .NumberField("previous", done->previous)
      .Field("root", ToBase64(source.checkpoint.root.view()))
      .NumberField("written", done->written)
      .NumberField("compared", done->compared)
      .NumberField("removed", done->removed)
      .EndObject();
  call.console.Json(json);
  return kExitDone;
}

}  // namespace

std::vector<Command> TileCommands() {
  Command tiles{.name = "tiles export",
                .summary = "write the public log as files that a web server can serve",
                .run = RunTilesExport};
  tiles.operands = {{"DIR", "where; what an earlier export left there is continued", Arity::kOne,
                     ValueType::kDirectory}};
  tiles.options = {{"cosigned", 0, ValueType::kFlag, "",
                    "up to the newest checkpoint that witnesses cosigned, not to the head"}};
  tiles.text =
      "C2SP tiles: DIR/checkpoint, DIR/tile/L/N, DIR/tile/entries/N. An entry tells when a record\n"
      "was made and the digest of it: readers learn how many records there are and when they were\n"
      "written, and nothing of what they say or whose they are. Full files never change; they are\n"
      "compared, not written again. A directory of another log, or of a tree that is no prefix of\n"
      "this one, is refused and stays as it is.";
  tiles.examples = {"tally tiles export /srv/www/log",
                    "tally verify /srv/www/log --trust log.vkey"};
  return {std::move(tiles)};
}

}  // namespace tally::tools
