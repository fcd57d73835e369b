#include "bench/saturate.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace groundwork::bench {
namespace {

constexpr double kNormal = 1.96;  // 95 %
constexpr double kIndependence = 1.0 / 3;
constexpr int kMostProbes = 60;

std::string rate_text(double rate) {
  char text[32];
  std::snprintf(text, sizeof text, rate < 10 ? "%.2f" : rate < 100 ? "%.1f" : "%.0f", rate);
  return text;
}

/// Wilson's interval of a share.
std::pair<double, double> interval(double over, double of) {
  if (of <= 0) return {0, 1};
  const double share = over / of;
  const double z = kNormal * kNormal / of;
  const double middle = share + z / 2;
  const double half = kNormal * std::sqrt(share * (1 - share) / of + z / (4 * of));
  return {(middle - half) / (1 + z), (middle + half) / (1 + z)};
}

std::string sentence(const Saturation& found) {
  if (found.cancelled) return "Cancelled before the bracket was narrow enough.";
  const std::string up_to = found.meets ? rate_text(*found.meets) + " requests a second" : "";
  if (found.client_limit && !found.fails) {
    return found.meets ? "The target meets the objective at " + up_to +
                             "; beyond that the client was the bottleneck, so the target's own limit isn't known."
                       : "The client was the bottleneck at the lowest rate: nothing can be said of the target.";
  }
  if (!found.meets) {
    return found.fails ? "Not even " + rate_text(*found.fails) + " requests a second meet the objective."
                       : "No rate could be told: the runs are too short for this objective.";
  }
  if (!found.fails) return "The target meets the objective up to the highest rate tried, " + up_to + ".";
  return "The target meets the objective at " + up_to + " and misses it at " + rate_text(*found.fails) +
         " (each with 95 % confidence); what is between can't be told from these runs.";
}

class Search {
 public:
  Search(const SaturateOptions& options, const ProbeRun& run, std::stop_token stop)
      : options_(options), run_(run), stop_(std::move(stop)) {}

  base::Result<Saturation> find() {
    GW_CHECK_OK(bracket());
    while (!over() && found_.meets && found_.fails && *found_.fails / *found_.meets > 1 + options_.precision) {
      GW_TRY(const Meets meets, probe(std::sqrt(*found_.meets * *found_.fails)));
      if (meets == Meets::kCannotTell) break;
    }
    found_.cancelled = stop_.stop_requested();
    found_.text = sentence(found_);
    return std::move(found_);
  }

 private:
  bool over() const { return stop_.stop_requested() || found_.client_limit || found_.probes.size() >= kMostProbes; }

  base::Status bracket() {
    double rate = std::min(options_.from, options_.most);
    while (!over() && !found_.fails) {
      GW_TRY(const Meets meets, probe(rate));
      // At the edge it's hard to tell; a little further out it is not.
      if (rate >= options_.most || (found_.client_limit && meets != Meets::kNo)) break;
      if (meets != Meets::kNo) rate = std::min(rate * 2, options_.most);
    }
    rate = std::min(options_.from, options_.most) / 2;
    while (!over() && !found_.meets && rate >= options_.from / 1024) {
      GW_TRY([[maybe_unused]] const Meets meets, probe(rate));
      rate /= 2;
    }
    return {};
  }

  base::Result<Meets> probe(double rate) {
    Probe all;
    all.rate = rate;
    for (int i = 0; i < options_.runs_a_rate && all.meets == Meets::kCannotTell && !stop_.stop_requested(); ++i) {
      GW_TRY(const Probe one, run_(rate, i));
      if (all.terms.empty()) all.terms.resize(one.terms.size());
      for (std::size_t t = 0; t < one.terms.size(); ++t) {
        all.terms[t].over += one.terms[t].over;
        all.terms[t].of += one.terms[t].of;
        all.terms[t].allowed = one.terms[t].allowed;
      }
      ++all.runs;
      all.client_limit = all.client_limit || one.client_limit;
      all.meets = judge_probe(all.terms);
      if (all.client_limit) break;
    }
    if (stop_.stop_requested()) return Meets::kCannotTell;
    // A client at its end makes every latency worse: a miss then says nothing of the target.
    if (all.client_limit && all.meets != Meets::kYes) all.meets = Meets::kCannotTell;
    if (all.client_limit) found_.client_limit = true;
    if (all.meets == Meets::kYes) found_.meets = std::max(found_.meets.value_or(rate), rate);
    if (all.meets == Meets::kNo) found_.fails = std::min(found_.fails.value_or(rate), rate);
    found_.probes.push_back(all);
    return all.meets;
  }

  const SaturateOptions& options_;
  const ProbeRun& run_;
  std::stop_token stop_;
  Saturation found_;
};

}  // namespace

Meets judge_probe(const std::vector<Exceedance>& terms) {
  bool all_below = !terms.empty();
  for (const Exceedance& term : terms) {
    const double scale = kIndependence;
    const auto [low, high] = interval(static_cast<double>(term.over) * scale, static_cast<double>(term.of) * scale);
    if (low > term.allowed) return Meets::kNo;
    all_below = all_below && (high < term.allowed || (term.allowed == 0 && term.over == 0 && term.of > 0));
  }
  return all_below ? Meets::kYes : Meets::kCannotTell;
}

base::Result<Saturation> find_saturation(const SaturateOptions& options, const ProbeRun& run, std::stop_token stop) {
  if (!(options.from > 0) || !(options.most > 0) || !(options.precision > 0) || options.runs_a_rate < 1) {
    return base::make_error(base::Code::kInvalidArgument, "expected positive rates, precision and runs");
  }
  return Search(options, run, std::move(stop)).find();
}

base::Result<Probe> probe_target(const BenchOptions& options, double rate, int run, std::stop_token stop) {
  if (options.slo.terms.empty()) {
    return base::make_error(base::Code::kInvalidArgument, "expected an objective, such as --slo e2e_p95<=300ms");
  }
  BenchOptions at = options;
  at.loop = Loop::kOpen;
  at.rate = rate;
  at.calibrate = false;
  at.seed = options.seed + static_cast<std::uint64_t>(run);
  GW_TRY(const BenchResult result, run_bench(at, {}, stop));
  Probe probe;
  probe.rate = rate;
  probe.client_limit = result.client.bottleneck;
  const Recording& recording = result.recording;
  const std::uint64_t failed = result.figures.requests - result.figures.ok;
  for (const SloTerm& term : options.slo.terms) {
    Exceedance one;
    if (term.metric == SloMetric::kErrors) {
      one = {failed, result.figures.requests, term.limit};
    } else {
      const Histogram& histogram = term.metric == SloMetric::kLatency       ? recording.latency
                                   : term.metric == SloMetric::kTtft        ? recording.ttft
                                   : term.metric == SloMetric::kTtftContent ? recording.ttft_content
                                                                            : recording.gap;
      one.over = histogram.count_over(static_cast<std::int64_t>(term.limit)) + failed;
      one.of = histogram.count() + failed;
      one.allowed = 1 - term.quantile;
    }
    probe.terms.push_back(one);
  }
  probe.meets = judge_probe(probe.terms);
  return probe;
}

}  // namespace groundwork::bench
