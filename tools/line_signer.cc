#include "tools/line_signer.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "schema/status.h"
#include "tools/fault.h"
#include "tools/session.h"

namespace tally::tools {
namespace {

class LedgerBook : public StreamBook {
 public:
  explicit LedgerBook(const ledger::Ledger& ledger) : ledger_(ledger), id_(ledger.id()) {}
  const LedgerId& ledger() const override { return id_; }

  absl::StatusOr<StreamId> AuthorOf(const KeyFingerprint& key) const override {
    const ledger::KeyEntry* entry = ledger_.keyring().Find(key);
    if (entry != nullptr) return entry->party;
    return Refuse("key-not-permitted", absl::StrCat("the ledger does not know key ", key.ToHex()),
                  "register it with `tally party register` or `tally party rotate`");
  }
  bool IsGranted(const StreamId& author, const StreamId& holder) const override {
    for (const ledger::RoleBook::Grant& grant : ledger_.keyring().roles().Of(author)) {
      if (grant.HasEffect() && grant.name.grantee == holder) return true;
    }
    return false;
  }
  absl::StatusOr<FeedHistory> Feed(const StreamName& name) const override {
    TALLY_ASSIGN_OR_RETURN(const ledger::StreamState feed, FindStream(ledger_, name));
    return FeedHistory::Read(ledger_, feed);
  }
  absl::StatusOr<ActEnd> Acts(const StreamName& name) const override {
    TALLY_ASSIGN_OR_RETURN(const ledger::StreamState stream, FindStream(ledger_, name));
    return EndOfActs(ledger_, stream);
  }
  absl::StatusOr<Hash> Digest(absl::string_view answers) const override {
    if (const absl::StatusOr<Hash> digest = Hash::FromHex(answers); digest.ok()) return *digest;
    TALLY_ASSIGN_OR_RETURN(const ledger::EventAddress address, ParseAddress(answers));
    const absl::StatusOr<ledger::VerifiedRecord> record = ledger_.ReadRecord(address.index);
    if (record.ok() && address.offset < record->events().size()) {
      return record->events()[address.offset].digest;
    }
    return Refuse("not-found", absl::StrCat("the ledger has no event ", answers));
  }

 private:
  const ledger::Ledger& ledger_;
  const LedgerId id_;
};

class IdentityBook : public StreamBook {
 public:
  explicit IdentityBook(const IdentityFile& identity) : identity_(identity) {}
  const LedgerId& ledger() const override { return identity_.ledger; }

  absl::StatusOr<StreamId> AuthorOf(const KeyFingerprint& key) const override {
    const IdentityFile::Party* party = identity_.PartyOf(key);
    const std::vector<IdentityFile::Key>& keys =
        party != nullptr ? party->keys : identity_.service_keys;
    for (const IdentityFile::Key& known : keys) {
      if (known.fingerprint != key) continue;
      if (!known.revoked) return party != nullptr ? party->id : StreamId{};
      return Refuse("key-not-permitted",
                    absl::StrCat("key ", key.ToHex(),
                                 " was revoked when the identity file was "
                                 "made: the ledger records nothing that it signs now"),
                    "sign with a key that its party holds now; `tally party show` names them");
    }
    return Refuse("key-not-permitted",
                  absl::StrCat("the identity file does not know key ", key.ToHex()),
                  "register the key, then make the file again with `tally identity`");
  }
  // The file tells of no roles: whoever signs for another does it where the ledger is.
  bool IsGranted(const StreamId&, const StreamId&) const override { return false; }
  absl::StatusOr<FeedHistory> Feed(const StreamName& name) const override {
    TALLY_ASSIGN_OR_RETURN(const IdentityFile::Stream* stream, Find(name));
    return FeedHistory(*stream->feed);
  }
  absl::StatusOr<ActEnd> Acts(const StreamName& name) const override {
    TALLY_ASSIGN_OR_RETURN(const IdentityFile::Stream* stream, Find(name));
    return stream->acts;
  }
  absl::StatusOr<Hash> Digest(absl::string_view answers) const override {
    const absl::StatusOr<Hash> digest = Hash::FromHex(answers);
    if (digest.ok()) return digest;
    return Refuse("bad-input", absl::StrCat("\"", answers, "\" is no digest"),
                  "without a ledger, name what is answered by the 64 hex digits of its digest");
  }

 private:
  absl::StatusOr<const IdentityFile::Stream*> Find(const StreamName& name) const {
    const IdentityFile::Stream* stream = identity_.FindStream(name);
    if (stream != nullptr) return stream;
    const std::string text = name.kind == StreamKind::kSystem
                                 ? std::string("system")
                                 : absl::StrCat(StreamKindName(name.kind), "/", name.name);
    return Refuse("not-found",
                  absl::StrCat("the identity file does not say where ", text, " stands"),
                  absl::StrCat("make it again with `tally identity --stream ", text, "`"));
  }

  const IdentityFile& identity_;
};

// Keeps one author for each feed, and the batches in the order of the lines.
class LineSigner {
 public:
  LineSigner(const StreamBook& book, const AuthorKey& key, size_t events_per_batch, Instant now)
      : book_(book), key_(key), events_per_batch_(events_per_batch), now_(now) {}

  absl::StatusOr<SignedLines> Sign(const std::vector<EventLine>& lines) {
    TALLY_RETURN_IF_ERROR(FindRegistrations(lines));
    TALLY_ASSIGN_OR_RETURN(author_, book_.AuthorOf(key_.key->fingerprint()));
    for (const EventLine& line : lines) {
      const bool is_feed = !line.opening && line.stream.kind == StreamKind::kFeed;
      const absl::Status status = is_feed ? AddEvidence(line) : AddAct(line);
      if (!status.ok()) return TranslateAt(line.position, "bad-input", status);
    }
    TALLY_RETURN_IF_ERROR(Flush());
    return std::move(signed_);
  }

 private:
  struct OpenFeed {
    FeedHistory history;
    FeedAuthor author;
  };

  absl::StatusOr<OpenFeed*> Feed(const EventLine& line) {
    const auto found = feeds_.find(line.stream.name);
    if (found != feeds_.end()) return found->second.get();
    TALLY_ASSIGN_OR_RETURN(FeedHistory history, book_.Feed(line.stream));
    const StreamId& writer = history.end().author;
    if (writer != author_ && !book_.IsGranted(writer, author_)) {
      return Refuse("key-not-permitted",
                    absl::StrCat("the key does not belong to the party that writes feed \"",
                                 line.stream.name, "\""),
                    "sign with a key of that party");
    }
    FeedEnd end = history.end();
    auto feed = std::unique_ptr<OpenFeed>(
        new OpenFeed{std::move(history), FeedAuthor(std::move(end), key_)});
    return feeds_.emplace(line.stream.name, std::move(feed)).first->second.get();
  }

  // The number of a source that the feed knows; nullopt for a new name.
  static absl::StatusOr<std::optional<uint32_t>> KnownSource(const EventLine& line,
                                                             const FeedEnd& end) {
    if (line.source.empty()) return uint32_t{0};
    if (const SourceRegistered* named = end.FindSource(absl::string_view(line.source));
        named != nullptr) {
      return named->source;
    }
    uint32_t number = 0;
    const bool digits = line.source.find_first_not_of("0123456789") == std::string::npos;
    if (!digits || !absl::SimpleAtoi(line.source, &number)) return std::nullopt;
    if (end.FindSource(number) != nullptr) return number;
    return RefuseAt(line.source_position, "not-found",
                    absl::StrCat("feed \"", end.name, "\" has no source ", number),
                    "register it with `tally feed source`, or write its name");
  }

  // Where the lines register which source themselves.
  absl::Status FindRegistrations(const std::vector<EventLine>& lines) {
    for (const EventLine& line : lines) {
      if (line.kind != BodyKind::kSourceRegistered) continue;
      const absl::StatusOr<SourceRegistered> source = DecodeSourceRegistered(line.body);
      if (!source.ok()) return TranslateAt(line.position, "bad-json", source.status());
      registrations_.try_emplace({line.stream.name, source->name}, &line);
    }
    return absl::OkStatus();
  }

  // A new name is registered without unit and scale: not where a later line says what they are.
  absl::Status CheckNotRegisteredLater(const EventLine& line) const {
    const auto later = registrations_.find({line.stream.name, line.source});
    if (later == registrations_.end()) return absl::OkStatus();
    return RefuseAt(line.source_position, "order",
                    absl::StrCat("source \"", line.source, "\" is named before line ",
                                 later->second->position.line, " registers it"),
                    "put the registration before the first line that names the source");
  }

  // What the ledger would refuse in the batch, said at the line that causes it.
  static absl::Status CheckSource(const EventLine& line) {
    const bool measures =
        line.kind == BodyKind::kStateReported || line.kind == BodyKind::kProbeResult;
    if (!measures || !line.source.empty()) return absl::OkStatus();
    return RefuseAt(line.position, "bad-json",
                    absl::StrCat("\"", FindKind(line.kind)->name, "\" names no source"),
                    "add \"source\" with the name of what was measured");
  }

  // No time is below zero: a clock that went back shows in the times, not as a latency.
  static absl::Status CheckLatency(const EventLine& line, const FeedEnd& end, uint32_t source) {
    const SourceRegistered* named = end.FindSource(source);
    const bool latency =
        line.kind == BodyKind::kStateReported && named != nullptr && IsUnitOfTime(named->unit);
    if (!latency) return absl::OkStatus();
    TALLY_ASSIGN_OR_RETURN(const StateReported state, DecodeStateReported(line.body));
    if (!state.value.has_value() || *state.value >= 0) return absl::OkStatus();
    return RefuseAt(line.position, "bad-json", "a latency is below zero, which no time is",
                    "leave the value out where nothing was measured");
  }

  static absl::Status CheckWatermark(const EventLine& line, const FeedEnd& end) {
    if (line.kind != BodyKind::kWatermark || !end.watermark.has_value()) return absl::OkStatus();
    TALLY_ASSIGN_OR_RETURN(const Watermark watermark, DecodeWatermark(line.body));
    if (watermark.through >= *end.watermark) return absl::OkStatus();
    return RefuseAt(
        line.position, "order",
        absl::StrCat("the watermark goes back to ", FormatInstant(watermark.through), ": feed \"",
                     end.name, "\" is complete to ", FormatInstant(*end.watermark)),
        "leave the line out: what the feed said to be complete stays so, and late "
        "evidence is recorded without a watermark");
  }

  absl::Status AddEvidence(const EventLine& line) {
    TALLY_RETURN_IF_ERROR(CheckSource(line));
    TALLY_ASSIGN_OR_RETURN(OpenFeed * feed, Feed(line));
    if (last_feed_ != feed) TALLY_RETURN_IF_ERROR(Flush());
    last_feed_ = feed;
    EvidenceDraft draft;
    draft.kind = line.kind;
    draft.body = line.body;
    draft.actor = line.actor;
    draft.from = line.from;
    draft.until = line.until;
    draft.reported_at = line.reported.value_or(line.until);
    draft.position = line.at_position;
    TALLY_ASSIGN_OR_RETURN(const auto source, KnownSource(line, feed->author.end()));
    if (source.has_value()) {
      draft.source = *source;
      TALLY_ASSIGN_OR_RETURN(const auto known, feed->history.Match(draft));
      if (known.has_value()) {
        signed_.known.push_back(*known);
        return absl::OkStatus();
      }
      TALLY_RETURN_IF_ERROR(CheckWatermark(line, feed->author.end()));
      TALLY_RETURN_IF_ERROR(CheckLatency(line, feed->author.end(), *source));
    } else {
      TALLY_RETURN_IF_ERROR(CheckNotRegisteredLater(line));
      TALLY_ASSIGN_OR_RETURN(draft.source,
                             feed->author.SourceNumber(line.source, draft.reported_at));
    }
    return feed->author.Add(draft);
  }

  absl::Status AddAct(const EventLine& line) {
    TALLY_RETURN_IF_ERROR(Flush());
    ActDraft draft;
    draft.kind = line.kind;
    draft.body = line.body;
    draft.actor = line.actor;
    draft.author = author_;
    draft.id = line.id;
    draft.at = line.at;
    draft.reported_at = line.reported.value_or(now_);
    if (!line.answers.empty()) {
      TALLY_ASSIGN_OR_RETURN(draft.answers, book_.Digest(line.answers));
    }
    absl::StatusOr<ledger::SignedBatch> batch;
    if (line.opening) {
      batch = SignOpening(book_.ledger(), draft, key_);
    } else {
      TALLY_ASSIGN_OR_RETURN(const ActEnd end, book_.Acts(line.stream));
      batch = SignAct(end, draft, key_);
    }
    TALLY_RETURN_IF_ERROR(batch.status());
    signed_.batches.push_back(*std::move(batch));
    return absl::OkStatus();
  }

  absl::Status Flush() {
    if (last_feed_ == nullptr) return absl::OkStatus();
    TALLY_ASSIGN_OR_RETURN(std::vector<ledger::SignedBatch> batches,
                           last_feed_->author.Sign(events_per_batch_));
    for (ledger::SignedBatch& batch : batches) signed_.batches.push_back(std::move(batch));
    last_feed_ = nullptr;
    return absl::OkStatus();
  }

  const StreamBook& book_;
  const AuthorKey& key_;
  const size_t events_per_batch_;
  const Instant now_;
  StreamId author_;
  std::map<std::string, std::unique_ptr<OpenFeed>> feeds_;
  OpenFeed* last_feed_ = nullptr;
  std::map<std::pair<std::string, std::string>, const EventLine*> registrations_;  // feed, source
  SignedLines signed_;
};

}  // namespace

std::unique_ptr<StreamBook> BookOf(const ledger::Ledger& ledger) {
  return std::make_unique<LedgerBook>(ledger);
}

std::unique_ptr<StreamBook> BookOf(const IdentityFile& identity) {
  return std::make_unique<IdentityBook>(identity);
}

absl::StatusOr<ledger::EventAddress> ParseAddress(absl::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(text, '/');
  ledger::EventAddress address;
  const auto number = [](const std::string& digits, auto& value) {
    return !digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos &&
           absl::SimpleAtoi(digits, &value);
  };
  const bool good = parts.size() <= 2 && number(parts[0], address.index) &&
                    (parts.size() == 1 || number(parts[1], address.offset));
  if (good) return address;
  return Refuse("usage", absl::StrCat("\"", text, "\" names no event"),
                "write INDEX or INDEX/OFFSET");
}

absl::StatusOr<SignedLines> SignLines(const StreamBook& book, const std::vector<EventLine>& lines,
                                      const AuthorKey& key, size_t events_per_batch, Instant now) {
  return LineSigner(book, key, events_per_batch, now).Sign(lines);
}

}  // namespace tally::tools
