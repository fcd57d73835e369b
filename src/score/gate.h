#pragma once

// Whether a change made things worse, or the suite can't tell.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "score/intervals.h"

namespace groundwork::score {

/// One case and its values by one metric: of each repeat of the baseline's run, and of the candidate's.
struct PairedCase {
  std::string id;
  std::vector<double> baseline;
  std::vector<double> candidate;
};

enum class Better { kHigher, kLower };

struct GateOptions {
  double alpha = 0.01;   ///< of the one-sided test for a regression, in (0, 0.5)
  double effect = 0.05;  ///< the drop of the mean that must not be missed, in the metric's unit, above 0
  double power = 0.8;    ///< with which it must be found, or the gate does not decide, in (0, 1)
  Better better = Better::kHigher;
  std::uint64_t seed = 1;
};

enum class Decision {
  kPass,         ///< no regression was found, and a drop of `effect` would have been
  kRegression,   ///< so large a drop comes by chance in at most alpha of all runs
  kTooFewCases,  ///< nothing was found, and with so few or so noisy cases a drop of `effect` would likely be missed
};
std::string_view to_string(Decision decision);  // "pass", "regression", "too few cases"

struct GateResult {
  Decision decision = Decision::kTooFewCases;
  std::size_t cases = 0;
  std::size_t better = 0;  ///< cases whose mean over repeats rose, in the sense of `better`
  std::size_t worse = 0;
  double baseline = 0;  ///< means over cases of means over repeats
  double candidate = 0;
  double difference = 0;             ///< candidate - baseline
  std::optional<Interval> interval;  ///< of the difference, 95 %
  double p = 1;                      ///< of a drop at least this large by chance
  std::string test;                  ///< "exact McNemar" or "sign flips"
  double false_alarms = 0;       ///< estimated share of unchanged targets that this gate, on these cases, would fail
  double power = 0;              ///< estimated share of drops of `effect` that it would find
  double detectable = 0;         ///< the drop that it would find with the power asked for
  std::size_t cases_needed = 0;  ///< for `effect`, with differences as spread as these
};

/// Compares two runs of the same cases. A case that failed counts with the worst value; the caller puts it in.
///
/// The test is exact for an unchanged target, flaky or not, if both sides have as many repeats: McNemar's where each
/// side has one value of 0 or 1, else the sign-flip test over differences of means. A regression is one whatever the
/// power, because false alarms don't depend on it; "pass" is said only when the power suffices.
///
/// The power of shares takes the discordance that was seen (and half a pair more) as noise, and a drop as added to it,
/// so that after a change that moved many cases it is stated too low rather than too high;
/// that of means takes the spread of differences that was seen, never less than `effect`, and, where most cases did not
/// change at all, a drop that is concentrated in few cases.
/// @errors kInvalidArgument: no case, a case without a value on a side, a value that is not finite, options out of
/// range
base::Result<GateResult> decide(std::span<const PairedCase> cases, const GateOptions& options = {});

/// The gate's decision and what it stands on, in two or three sentences.
std::string sentence(const GateResult& result, const GateOptions& options);
base::json::object to_json(const GateResult& result, const GateOptions& options);

}  // namespace groundwork::score
