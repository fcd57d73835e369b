#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/run.h"

namespace groundwork::bench {

/// What one run at one rate counts of one term: how many of its values are over the limit.
struct Exceedance {
  std::uint64_t over = 0;  ///< of them beyond the limit; failed requests count as beyond every limit
  std::uint64_t of = 0;
  double allowed = 0.05;  ///< share that the term allows: 1 - quantile, or the share of errors
};

/// Whether a rate meets an objective, as far as a run can tell.
enum class Meets : std::uint8_t { kYes, kNo, kCannotTell };

/// One try at one rate.
struct Probe {
  double rate = 0;
  std::vector<Exceedance> terms;  ///< of every run at this rate together
  Meets meets = Meets::kCannotTell;
  bool client_limit = false;  ///< the client, not the target, was at its end
  int runs = 0;
};

/// Yes: every term's share is below what is allowed; no: some term's is above; each time with 95 % confidence by
/// Wilson's interval. Values of one run come in bursts and tell less than as many independent ones, so each counts as a
/// third.
/// @source Wilson 1927
Meets judge_probe(const std::vector<Exceedance>& terms);

struct SaturateOptions {
  double from = 1;         ///< the first rate that is tried
  double most = 1e6;       ///< never beyond
  double precision = 0.1;  ///< until the bracket is no wider than this share of its lower end
  int runs_a_rate = 3;     ///< while a rate can't be told
};

/// The highest rate that was seen to meet the objective, and the lowest that was seen not to: the capacity is between.
struct Saturation {
  std::optional<double> meets;  ///< none: not even the lowest rate tried does
  std::optional<double> fails;  ///< none: the client's or the given limit came first
  bool client_limit = false;
  bool cancelled = false;
  std::vector<Probe> probes;  ///< in the order tried
  std::string text;           ///< one sentence
};

/// Runs the load at one rate. @param run  counts the runs at this rate, from 0: a seed
using ProbeRun = std::function<base::Result<Probe>(double rate, int run)>;

/// Doubles the rate until it fails, or halves it until it meets; then bisects. A rate that can't be told after all its
/// runs counts for neither end and closes the search there. @errors those of the runs
base::Result<Saturation> find_saturation(const SaturateOptions& options, const ProbeRun& run, std::stop_token stop);

/// A probe by run_bench: an open loop with these options at the rate. @errors kInvalidArgument: no objective
base::Result<Probe> probe_target(const BenchOptions& options, double rate, int run, std::stop_token stop);

}  // namespace groundwork::bench
