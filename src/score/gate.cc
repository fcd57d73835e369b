#include "score/gate.h"

#include <algorithm>
#include <cmath>
#include <cstdarg>
#include <cstdio>

#include "base/utf8.h"
#include "score/paired_tests.h"
#include "score/power.h"

namespace groundwork::score {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

/// What the decision is made from: gains are positive whichever way the metric goes.
struct Paired {
  std::vector<double> gains;
  double least = 0;
  double most = 0;
  bool binary = true;
};

base::Status check_side(const PairedCase& one, const std::vector<double>& values, const char* side) {
  if (values.empty()) {
    return make_error(Code::kInvalidArgument,
                      std::string("expected at least one value of the ") + side + ", found none",
                      "case " + base::clip(one.id, 100));
  }
  for (const double value : values) {
    if (!std::isfinite(value)) {
      return make_error(Code::kInvalidArgument, std::string("expected finite values of the ") + side,
                        "case " + base::clip(one.id, 100));
    }
  }
  return {};
}

base::Status check_options(const GateOptions& options) {
  const auto refuse = [](const char* what) { return make_error(Code::kInvalidArgument, what, "gate"); };
  if (!(options.alpha > 0 && options.alpha < 0.5)) return refuse("expected alpha between 0 and 0.5");
  if (!(options.power > 0 && options.power < 1)) return refuse("expected power between 0 and 1");
  if (!(options.effect > 0) || !std::isfinite(options.effect)) return refuse("expected an effect above 0");
  return {};
}

Result<Paired> pair_up(std::span<const PairedCase> cases, const GateOptions& options, GateResult& result) {
  Paired paired;
  for (const PairedCase& one : cases) {
    GW_CHECK_OK(check_side(one, one.baseline, "baseline"));
    GW_CHECK_OK(check_side(one, one.candidate, "candidate"));
    const double before = search::mean_of(one.baseline);
    const double after = search::mean_of(one.candidate);
    const auto [low, high] = std::minmax(before, after);
    paired.least = paired.gains.empty() ? low : std::min(paired.least, low);
    paired.most = paired.gains.empty() ? high : std::max(paired.most, high);
    paired.binary = paired.binary && one.baseline.size() == 1 && one.candidate.size() == 1 && is_binary(one.baseline) &&
                    is_binary(one.candidate);
    const double gain = options.better == Better::kHigher ? after - before : before - after;
    paired.gains.push_back(gain);
    result.better += gain > 0 ? 1 : 0;
    result.worse += gain < 0 ? 1 : 0;
    result.baseline += before;
    result.candidate += after;
  }
  return paired;
}

void judge_shares(const GateOptions& options, GateResult& result) {
  const TestPlan plan{options.alpha, options.power};
  const auto n = static_cast<double>(result.cases);
  const double noise = std::min(1.0, (static_cast<double>(result.better + result.worse) + 0.5) / (n + 1));
  const double changed = std::min(1.0, noise + options.effect);
  result.test = "exact McNemar";
  result.p = mcnemar_p(result.better, result.worse, Alternative::kLess);
  result.false_alarms = binary_false_alarms(result.cases, noise, options.alpha);
  result.power = options.effect >= 1 ? 0 : binary_power(result.cases, changed, options.effect, options.alpha);
  result.cases_needed = options.effect >= 1 ? kMostCases : binary_cases_needed(changed, options.effect, plan);
  result.detectable = binary_detectable_drop(result.cases, noise, plan);
}

/// The largest share of sign patterns that is at most alpha.
double attained(std::size_t changed, double alpha) {
  if (changed > 40) return alpha;
  const double patterns = std::ldexp(1.0, static_cast<int>(changed));
  return std::floor(alpha * patterns) / patterns;
}

void judge_means(const Paired& paired, const GateOptions& options, GateResult& result) {
  const TestPlan plan{options.alpha, options.power};
  const std::size_t changed = result.better + result.worse;
  const double spread = search::deviation_of(paired.gains);
  double variance = std::max(spread * spread, options.effect * options.effect);
  if (2 * changed < result.cases) {
    const double range = std::max({paired.most - paired.least, options.effect, spread});
    variance = spread * spread + options.effect * range;
  }
  const double deviation = std::sqrt(variance);
  SignFlipOptions flips;
  flips.seed = options.seed;
  result.test = "sign flips";
  result.p = sign_flip_p(paired.gains, Alternative::kLess, flips);
  result.false_alarms = attained(changed, options.alpha);
  result.power = mean_power(result.cases, deviation, options.effect, options.alpha);
  // With fewer cases no pattern of signs is as rare as alpha.
  if (std::ldexp(1.0, -static_cast<int>(std::min<std::size_t>(result.cases, 1000))) > options.alpha) result.power = 0;
  result.cases_needed = mean_cases_needed(deviation, options.effect, plan);
  const double most = std::max({paired.most - paired.least, options.effect, deviation * 10});
  result.detectable = mean_detectable_drop(result.cases, deviation, most, plan);
}

__attribute__((format(printf, 1, 2))) std::string format(const char* pattern, ...) {
  char text[400];
  va_list arguments;
  va_start(arguments, pattern);
  std::vsnprintf(text, sizeof text, pattern, arguments);
  va_end(arguments);
  return text;
}

}  // namespace

std::string_view to_string(Decision decision) {
  switch (decision) {
    case Decision::kPass:
      return "pass";
    case Decision::kRegression:
      return "regression";
    case Decision::kTooFewCases:
      return "too few cases";
  }
  return "too few cases";
}

Result<GateResult> decide(std::span<const PairedCase> cases, const GateOptions& options) {
  GW_CHECK_OK(check_options(options));
  if (cases.empty())
    return make_error(Code::kInvalidArgument, "expected at least one case to compare, found none", "gate");
  GateResult result;
  result.cases = cases.size();
  GW_TRY(const Paired paired, pair_up(cases, options, result));
  const auto n = static_cast<double>(cases.size());
  result.baseline /= n;
  result.candidate /= n;
  result.difference = result.candidate - result.baseline;
  result.interval = difference_interval(paired.gains);
  if (result.interval && options.better == Better::kLower) {
    result.interval = Interval{-result.interval->high, -result.interval->low};
  }
  if (paired.binary) {
    judge_shares(options, result);
  } else {
    judge_means(paired, options, result);
  }
  if (result.p <= options.alpha) {
    result.decision = Decision::kRegression;
  } else {
    result.decision = result.power >= options.power ? Decision::kPass : Decision::kTooFewCases;
  }
  return result;
}

std::string sentence(const GateResult& result, const GateOptions& options) {
  std::string out;
  switch (result.decision) {
    case Decision::kPass:
      out = format("No regression: %.4f to %.4f over %zu cases (p %.3g).", result.baseline, result.candidate,
                   result.cases, result.p);
      break;
    case Decision::kRegression:
      out = format(
          "Regression: %.4f to %.4f over %zu cases, %zu worse and %zu better; by chance so much comes with p %.3g.",
          result.baseline, result.candidate, result.cases, result.worse, result.better, result.p);
      break;
    case Decision::kTooFewCases:
      out = format("Not enough cases to tell: %.4f to %.4f over %zu cases (p %.3g); a drop of %.3g needs about %zu.",
                   result.baseline, result.candidate, result.cases, result.p, options.effect, result.cases_needed);
      break;
  }
  if (result.interval) {
    out += format(" The difference is %+.4f (95 %%: %+.4f to %+.4f).", result.difference, result.interval->low,
                  result.interval->high);
  }
  out += format(" This gate fails %.2g %% of unchanged targets and finds %.0f %% of drops of %.3g (%s).",
                100 * result.false_alarms, 100 * result.power, options.effect, result.test.c_str());
  return out;
}

json::object to_json(const GateResult& result, const GateOptions& options) {
  json::object out{{"decision", to_string(result.decision)},
                   {"cases", result.cases},
                   {"better", result.better},
                   {"worse", result.worse},
                   {"baseline", result.baseline},
                   {"candidate", result.candidate},
                   {"difference", result.difference},
                   {"p", result.p},
                   {"alpha", options.alpha},
                   {"effect", options.effect},
                   {"test", result.test},
                   {"false_alarms", result.false_alarms},
                   {"power", result.power},
                   {"detectable", result.detectable},
                   {"cases_needed", result.cases_needed},
                   {"sentence", sentence(result, options)}};
  if (result.interval) out["interval"] = json::array{result.interval->low, result.interval->high};
  return out;
}

}  // namespace groundwork::score
