// Bodies of feeds: what was measured, and how far the evidence is complete. Runs have their own
// file (schema/run.cc).
#include <cstring>
#include <span>

#include "schema/body_parts.h"
#include "schema/decimals.h"
#include "schema/walk.h"

namespace tally {
namespace {

absl::Status Read(wire::SourceRegistered::Reader source, SourceRegistered& value) {
  value.source = source.getSource();
  value.name = AsString(source.getName());
  value.unit = AsString(source.getUnit());
  value.scale = source.getScale();
  if (value.source == 0) return absl::InvalidArgumentError("source: counts from 1");
  if (value.scale > kDecimalsMax) return absl::InvalidArgumentError("scale: at most 12 decimals");
  return absl::OkStatus();
}

absl::Status Read(wire::ProbeResult::Reader source, ProbeResult& value) {
  value.state = static_cast<State>(source.getState());
  if (source.getCode().isIs()) value.code = source.getCode().getIs();
  if (source.getElapsed().isIs()) value.elapsed = Duration{source.getElapsed().getIs()};
  value.target = AsString(source.getTarget());
  value.location = AsString(source.getLocation());
  value.failure = AsString(source.getFailure());
  value.note = AsString(source.getNote());
  return absl::OkStatus();
}

// Slots of StateReported, which the compiler gave it: state and the tags of its two optional
// numbers share the first data word (tests compare with the schema).
constexpr size_t kCodeWord = 1;
constexpr size_t kValueWord = 2;
constexpr int kCodeTagShift = 16;
constexpr int kValueTagShift = 32;
constexpr uint64_t kEmptyStructPointer = 0xffff'fffc;     // offset -1, no words
constexpr uint64_t kTextPointer = 1 | uint64_t{2} << 32;  // a list of bytes, right behind it

// The canonical bytes of a struct of these data words and at most one pointer, to a text.
Bytes EncodeSmall(std::span<const uint64_t> words, absl::string_view text) {
  while (!words.empty() && words.back() == 0) words = words.first(words.size() - 1);
  if (words.empty() && text.empty()) {
    Bytes out(kWordBytes, 0);
    StoreWord(out, 0, kEmptyStructPointer);
    return out;
  }
  // A text takes its pointer, itself, its NUL, and zeros to the end of the word.
  const size_t text_words = text.empty() ? 0 : 1 + text.size() / kWordBytes + 1;
  Bytes out((1 + words.size() + text_words) * kWordBytes, 0);
  StoreWord(out, 0, uint64_t{words.size()} << 32 | uint64_t{!text.empty()} << 48);
  for (size_t i = 0; i < words.size(); ++i) StoreWord(out, 1 + i, words[i]);
  if (text.empty()) return out;
  StoreWord(out, 1 + words.size(), kTextPointer | uint64_t{text.size() + 1} << 35);
  std::memcpy(out.data() + (2 + words.size()) * kWordBytes, text.data(), text.size());
  return out;
}

}  // namespace

absl::string_view StateName(State state) {
  switch (state) {
    case State::kUnset:
      return "unset";
    case State::kUp:
      return "up";
    case State::kDown:
      return "down";
    case State::kDegraded:
      return "degraded";
    case State::kUnknown:
      return "unknown";
  }
  return "?";
}

Bytes Encode(const SourceRegistered& value) {
  return EncodeWire<wire::SourceRegistered>([&](wire::SourceRegistered::Builder target) {
    target.setSource(value.source);
    Put(target, &wire::SourceRegistered::Builder::setName, value.name);
    Put(target, &wire::SourceRegistered::Builder::setUnit, value.unit);
    target.setScale(value.scale);
  });
}

absl::StatusOr<SourceRegistered> DecodeSourceRegistered(ByteView body) {
  return DecodeBody<wire::SourceRegistered, SourceRegistered>(BodyKind::kSourceRegistered, body,
                                                              Read);
}

// Every measurement pays for this too, so its four words are put in place by hand. The test
// compares with Cap'n Proto's own writing of the same value.
Bytes Encode(const StateReported& value) {
  const uint64_t words[] = {static_cast<uint64_t>(value.state) |
                                uint64_t{value.code.has_value()} << kCodeTagShift |
                                uint64_t{value.value.has_value()} << kValueTagShift,
                            static_cast<uint64_t>(value.code.value_or(0)),
                            static_cast<uint64_t>(value.value.value_or(0))};
  return EncodeSmall(words, value.note);
}

// Every replayed event pays for this, so it reads in place what the walk has accepted.
absl::StatusOr<StateReported> DecodeStateReported(ByteView body) {
  TALLY_RETURN_IF_ERROR(CheckCanonicalBody(BodyKind::kStateReported, body));
  StateReported value;
  const uint64_t first = RootWord(body, 0);
  value.state = static_cast<State>(first & 0xffff);
  if ((first >> kCodeTagShift & 0xffff) != 0) {
    value.code = static_cast<int64_t>(RootWord(body, kCodeWord));
  }
  if ((first >> kValueTagShift & 0xffff) != 0) {
    value.value = static_cast<int64_t>(RootWord(body, kValueWord));
  }
  value.note = std::string(RootText(body, 0));
  return value;
}

Bytes Encode(const ProbeResult& value) {
  using Builder = wire::ProbeResult::Builder;
  return EncodeWire<wire::ProbeResult>([&](Builder target) {
    target.setState(static_cast<wire::State>(value.state));
    if (value.code) target.initCode().setIs(*value.code);
    if (value.elapsed) target.initElapsed().setIs(value.elapsed->micros);
    Put(target, &Builder::setTarget, value.target);
    Put(target, &Builder::setLocation, value.location);
    Put(target, &Builder::setFailure, value.failure);
    Put(target, &Builder::setNote, value.note);
  });
}

absl::StatusOr<ProbeResult> DecodeProbeResult(ByteView body) {
  return DecodeBody<wire::ProbeResult, ProbeResult>(BodyKind::kProbeResult, body, Read);
}

Bytes Encode(const Watermark& value) {
  const uint64_t words[] = {static_cast<uint64_t>(value.through.micros)};
  return EncodeSmall(words, {});
}

absl::StatusOr<Watermark> DecodeWatermark(ByteView body) {
  TALLY_RETURN_IF_ERROR(CheckCanonicalBody(BodyKind::kWatermark, body));
  return Watermark{{static_cast<int64_t>(RootWord(body, 0))}};
}

}  // namespace tally
