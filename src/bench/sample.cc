#include "bench/sample.h"

#include <array>

namespace groundwork::bench {

std::string_view to_string(Outcome outcome) {
  static constexpr std::array<std::string_view, kOutcomes> kNames = {
      "ok",         "refused",  "timeout",     "closed", "closed_mid_stream", "status_4xx", "status_429",
      "status_5xx", "redirect", "error_frame", "empty",  "garbage",           "contract",   "never_sent"};
  return kNames[static_cast<std::size_t>(outcome)];
}

}  // namespace groundwork::bench
