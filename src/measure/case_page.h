#pragma once

// The samples of a run, a piece at a time: nothing here holds more than what it returns, however long the run was.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "measure/run.h"

namespace groundwork::measure {

inline constexpr std::size_t kLongestSample = std::size_t{16} << 20;

/// A sample and the byte of cases.jsonl at which its line begins: its name for as long as the run is there.
struct PlacedSample {
  std::uint64_t offset = 0;
  Sample sample;
};

enum class Shown { kAll, kWrong, kFailed };

struct SamplePage {
  std::vector<PlacedSample> samples;  ///< in the order of the file
  std::optional<std::uint64_t> next;  ///< where the next page begins; none: this was the last
  std::uint64_t bytes = 0;            ///< of the whole file
};

/// The samples from `offset` on that are to be shown, at most `limit`; fewer when 16 MiB were read for them.
/// @param folder  of the run; without a cases.jsonl it has no samples
/// @errors kInvalidArgument: no line begins at offset; kDataLoss: a damaged line, or one above kLongestSample
base::Result<SamplePage> page_samples(const std::filesystem::path& folder, Shown shown, std::uint64_t offset,
                                      std::size_t limit);

/// The samples that were worth least by a metric, the worst first, without their answers. Reads the whole file.
base::Result<std::vector<PlacedSample>> worst_samples(const std::filesystem::path& folder, const std::string& metric,
                                                      bool higher_is_better, std::size_t limit);

/// @errors as page_samples; kNotFound: the file ends there
base::Result<PlacedSample> sample_at(const std::filesystem::path& folder, std::uint64_t offset);

/// How long the answered calls of a run took.
struct Latencies {
  struct Bar {
    double low = 0;  ///< ms, inclusive; each bar is as much wider than the one before it
    double high = 0;
    std::size_t count = 0;
  };
  std::size_t answered = 0;
  std::size_t failed = 0;  ///< calls without an answer, in no bar
  std::vector<Bar> bars;   ///< empty: nothing was answered
  struct Quantile {
    std::string name;  ///< "p95"
    double ms = 0;
  };
  std::vector<Quantile> quantiles;  ///< p50, p90, p95, p99
};
/// Reads the whole file in flat memory.
/// @source quantile_of() up to 100,000 answers; above that by nearest rank of a histogram that is off by 0.05 % at most
base::Result<Latencies> latencies_of(const std::filesystem::path& folder);

}  // namespace groundwork::measure
