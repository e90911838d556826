// Bodies of feeds: what was measured, and how far the evidence is complete. Runs have their own
// file (schema/run.cc).
#include "schema/body_parts.h"

namespace tally {
namespace {

constexpr uint8_t kScaleMax = 12;

absl::Status Read(wire::SourceRegistered::Reader source, SourceRegistered& value) {
  value.source = source.getSource();
  value.name = AsString(source.getName());
  value.unit = AsString(source.getUnit());
  value.scale = source.getScale();
  if (value.source == 0) return absl::InvalidArgumentError("source: counts from 1");
  if (value.scale > kScaleMax) return absl::InvalidArgumentError("scale: at most 12 decimals");
  return absl::OkStatus();
}

absl::Status Read(wire::StateReported::Reader source, StateReported& value) {
  value.state = static_cast<State>(source.getState());
  const auto code = source.getCode();
  if (code.isIs()) value.code = code.getIs();
  const auto number = source.getValue();
  if (number.isIs()) value.value = number.getIs();
  value.note = AsString(source.getNote());
  return absl::OkStatus();
}

}  // namespace

absl::string_view StateName(State state) {
  switch (state) {
    case State::kUnset: return "unset";
    case State::kUp: return "up";
    case State::kDown: return "down";
    case State::kDegraded: return "degraded";
    case State::kUnknown: return "unknown";
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
  return DecodeBody<wire::SourceRegistered, SourceRegistered>(
      BodyKind::kSourceRegistered, body,
      [](auto source, SourceRegistered& value) { return Read(source, value); });
}

Bytes Encode(const StateReported& value) {
  return EncodeWire<wire::StateReported>([&](wire::StateReported::Builder target) {
    target.setState(static_cast<wire::State>(value.state));
    if (value.code) target.initCode().setIs(*value.code);
    if (value.value) target.initValue().setIs(*value.value);
    Put(target, &wire::StateReported::Builder::setNote, value.note);
  });
}

absl::StatusOr<StateReported> DecodeStateReported(ByteView body) {
  return DecodeBody<wire::StateReported, StateReported>(
      BodyKind::kStateReported, body,
      [](auto source, StateReported& value) { return Read(source, value); });
}

Bytes Encode(const Watermark& value) {
  return EncodeWire<wire::Watermark>(
      [&](wire::Watermark::Builder target) { target.setThrough(value.through.micros); });
}

absl::StatusOr<Watermark> DecodeWatermark(ByteView body) {
  return DecodeBody<wire::Watermark, Watermark>(
      BodyKind::kWatermark, body, [](auto source, Watermark& value) {
        value.through = {source.getThrough()};
        return absl::OkStatus();
      });
}

}  // namespace tally
