// What a target sends back: HTTP, events and JSON, however it is cut.

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "bench/answer_meter.h"

using namespace groundwork::bench;

namespace {

struct Read {
  Sample sample;
  std::vector<std::int64_t> gaps;
  bool all = false;  ///< nothing came after the answer's end
};

Read read(Profile profile, bool streams, std::string_view bytes, std::size_t piece) {
  Read out;
  AnswerMeter meter(profile, streams, true);
  meter.begin(out.sample, out.gaps);
  bool over = false;
  while (!over && !bytes.empty()) {
    over = meter.feed(bytes.substr(0, piece), 1);
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  out.all = bytes.empty();
  meter.closed(1);
  const bool ok = out.sample.outcome == Outcome::kOk;
  if (out.sample.done != 1 || ok != meter.complaint().empty()) std::abort();
  if (ok && (out.sample.status < 200 || out.sample.status > 299)) std::abort();
  if (!ok && meter.reusable() && out.sample.first_byte < 0) std::abort();
  if (out.gaps.size() + 1 < out.sample.chunks) std::abort();
  return out;
}

}  // namespace

/// The first byte says which profile it is, the second how the rest is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const auto profile = static_cast<Profile>(data[0] % 5);
  const bool streams = (data[0] & 0x80U) != 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 2), size - 2);
  const Read whole = read(profile, streams, bytes, std::max<std::size_t>(bytes.size(), 1));
  const Read cut = read(profile, streams, bytes, 1 + data[1]);
  // What follows an answer is another answer's, or garbage: that depends on whether it came with the first.
  if (!cut.all && whole.sample.outcome == Outcome::kGarbage) return 0;
  const Sample& a = whole.sample;
  const Sample& b = cut.sample;
  if (a.outcome != b.outcome || a.status != b.status || a.chunks != b.chunks || a.output_tokens != b.output_tokens ||
      a.prompt_tokens != b.prompt_tokens || a.reasoning != b.reasoning || whole.gaps.size() != cut.gaps.size()) {
    std::abort();
  }
  return 0;
}
