#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace groundwork::bench {

/// What a limit is on.
enum class SloMetric : std::uint8_t {
  kLatency,      ///< "e2e": intended send to last byte
  kTtft,         ///< "ttft": to the first token of any kind
  kTtftContent,  ///< "ttft_content": to the first that isn't reasoning
  kInterToken,   ///< "itl": between tokens
  kErrors,       ///< "errors": share of requests that failed
};

/// One limit: at most `limit` at the quantile.
struct SloTerm {
  SloMetric metric = SloMetric::kLatency;
  double quantile = 0.95;  ///< 0..1; of no meaning for errors
  double limit = 0;        ///< nanoseconds; for errors a share
  std::string text;        ///< as it was written
};

/// A service-level objective: all terms must hold.
struct Slo {
  std::vector<SloTerm> terms;
  std::string text() const;
};

/// Reads "ttft_p95<=300ms,e2e_p99<=2s,errors<=1%". Quantiles: p50, p90, p95, p99, p99.9 or any pN below 100; units: us,
/// ms, s; shares in %. Empty text: no terms.
/// @errors kInvalidArgument says which term and what was expected
base::Result<Slo> parse_slo(std::string_view text);

/// "300ms", "5s", "2m", "250us", "1.5s"; a bare number is seconds. Nanoseconds, at most a week.
/// @errors kInvalidArgument
base::Result<std::int64_t> parse_duration(std::string_view text);

}  // namespace groundwork::bench
