#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"

namespace groundwork::bench {

/// When a request is due, and its size where a trace says so.
struct Arrival {
  std::int64_t at = 0;              ///< nanoseconds since the run began
  std::uint32_t prompt_tokens = 0;  ///< 0: the profile's own
  std::uint32_t output_tokens = 0;  ///< 0: the profile's own
  friend bool operator==(const Arrival&, const Arrival&) = default;
};

/// Gives one arrival after another, never going back in time; nothing at the end. The same seed gives the same times.
class Arrivals {
 public:
  virtual ~Arrivals() = default;
  virtual std::optional<Arrival> next() = 0;
};

enum class Spacing {
  kPoisson,   ///< exponential gaps: callers that know nothing of each other
  kConstant,  ///< equal gaps
};

/// Without end. @param rate  arrivals a second, positive
std::unique_ptr<Arrivals> arrivals_at(double rate, Spacing spacing, std::uint64_t seed);

/// Reads a trace: CSV with the columns TIMESTAMP, ContextTokens, GeneratedTokens (Azure's LLM inference trace), or JSON
/// lines with timestamp (milliseconds), input_length, output_length (Mooncake's). The first arrival is at 0; out of
/// order ones are sorted.
/// @param speed  2: twice as fast as recorded
/// @errors kNotFound; kInvalidArgument with file and line: another header, a line that can't be read, no line at all
base::Result<std::vector<Arrival>> read_trace(const std::filesystem::path& file, double speed = 1);
base::Result<std::vector<Arrival>> parse_trace(std::string_view text, const std::string& name, double speed = 1);

/// @param trace  outlives it
std::unique_ptr<Arrivals> arrivals_of(const std::vector<Arrival>& trace);

}  // namespace groundwork::bench
