#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/engine.h"
#include "bench/slo.h"

namespace groundwork::bench {

/// The quantiles that are shown everywhere.
inline constexpr std::array<double, 5> kQuantiles = {0.5, 0.9, 0.95, 0.99, 0.999};
inline constexpr std::array<const char*, 5> kQuantileNames = {"p50", "p90", "p95", "p99", "p99.9"};

/// A distribution in nanoseconds.
struct Spread {
  std::uint64_t count = 0;
  double mean = 0;
  std::int64_t min = 0;
  std::int64_t max = 0;
  std::array<std::int64_t, 5> quantiles{};
};
Spread spread_of(const Histogram& histogram);

/// How a term of the objective came out.
struct SloVerdict {
  SloTerm term;
  double value = 0;  ///< in the unit of the limit
  bool met = false;  ///< never without a single success
};

/// What a run says of the target. Latencies are those of successes alone; failures stand beside them.
struct Figures {
  std::uint64_t requests = 0;  ///< measured: begun after the warm-up, and ended
  std::uint64_t ok = 0;
  std::array<std::uint64_t, kOutcomes> outcomes{};
  double error_rate = 0;  ///< of requests; 0 when there were none
  double seconds = 0;
  double requests_per_second = 0;  ///< successes
  double tokens_per_second = 0;    ///< output tokens
  double tokens_per_request = 0;   ///< output tokens a success
  std::string tokens_from;         ///< "usage", "chunks", "usage and chunks" or "" when there were none
  Spread latency;
  /// Closed loop: as callers that came every median latency would have seen it (see Histogram::record_corrected),
  /// because a closed loop asks nothing while it waits. Beside the figure as measured, never in its place.
  std::optional<Spread> latency_corrected;
  Spread ttft;
  Spread ttft_content;
  Spread inter_token;
  std::uint64_t reasoning_first = 0;
  std::optional<double> goodput;  ///< requests a second that met every limit each by itself; with an objective only
  std::vector<SloVerdict> slo;
  bool slo_met() const;
};

/// @param open_loop  then nothing has to be corrected
Figures figures_of(const Recording& recording, bool open_loop, const Slo& slo);

/// Whether one request kept within every limit by itself; of the gaps between its tokens it is their mean.
/// @source goodput as in DistServe (Zhong et al. 2024), with the limits of the objective
bool within(const Sample& sample, const Recording& recording, const Slo& slo);

/// How far the client may be believed.
struct ClientVerdict {
  double busiest_share = 0;  ///< of the time that the busiest thread computed
  double late_share = 0;     ///< of requests that began over 1 ms after they were due
  double held_back_share = 0;
  bool bottleneck = false;
  std::string text;  ///< one sentence
};
ClientVerdict judge_client(const Recording& recording, bool open_loop);

/// "12.3 ms", "850 us", "1.20 s".
std::string format_duration(double nanoseconds);

}  // namespace groundwork::bench
