#include <cstdint>
#include <cstdlib>

#include "bench/arrivals.h"

/// The first byte is the speed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const double speed = data[0] == 0 ? 1 : data[0] / 64.0;
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto trace = groundwork::bench::parse_trace(text, "trace", speed);
  if (!trace.ok()) return 0;
  if (trace->empty() || trace->front().at != 0) std::abort();
  for (std::size_t i = 1; i < trace->size(); ++i) {
    if ((*trace)[i].at < (*trace)[i - 1].at) std::abort();
  }
  return 0;
}
