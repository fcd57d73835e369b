#include "bench/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>

#include "base/random.h"

namespace groundwork::bench {
namespace {

constexpr std::size_t kSlices = 30;
constexpr int kRounds = 1'000;
constexpr std::uint64_t kFewest = 30;

/// A run's values of one kind, by slices of time.
using Slices = std::vector<std::vector<double>>;

Slices slices_of(const Recording& recording, const std::function<void(const Sample&, std::vector<double>&)>& add) {
  Slices slices(kSlices);
  if (recording.samples.empty()) return slices;
  const std::int64_t first = recording.samples.front().intended;
  const std::int64_t span = std::max<std::int64_t>(recording.samples.back().intended - first, 1);
  for (const Sample& sample : recording.samples) {
    if (sample.outcome != Outcome::kOk) continue;
    const auto at =
        static_cast<std::size_t>(static_cast<double>(sample.intended - first) / static_cast<double>(span) * kSlices);
    add(sample, slices[std::min(at, kSlices - 1)]);
  }
  return slices;
}

/// With the slices drawn again; without a generator as they are.
double quantile(const Slices& slices, double share, base::Random* random) {
  std::vector<double> values;
  for (std::size_t i = 0; i < kSlices; ++i) {
    const auto& one = slices[random == nullptr ? i : random->below(kSlices)];
    values.insert(values.end(), one.begin(), one.end());
  }
  if (values.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::max(std::ceil(share * static_cast<double>(values.size())) - 1, 0.0));
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::min(rank, values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

double rate(const Slices& slices, double seconds, base::Random* random) {
  double sum = 0;
  for (std::size_t i = 0; i < kSlices; ++i) {
    for (const double value : slices[random == nullptr ? i : random->below(kSlices)]) sum += value;
  }
  return seconds > 0 ? sum / seconds : 0;
}

class Comparer {
 public:
  Comparer(const BenchResult& a, const BenchResult& b, std::uint64_t seed) : a_(a), b_(b), random_(seed) {}

  using Statistic = std::function<double(const Slices&, const BenchResult&, base::Random*)>;

  void add(const std::string& name, const std::string& unit, bool smaller_is_better, const Slices& of_a,
           const Slices& of_b, const Statistic& statistic) {
    ComparedFigure figure;
    figure.name = name;
    figure.unit = unit;
    figure.smaller_is_better = smaller_is_better;
    figure.a = statistic(of_a, a_, nullptr);
    figure.b = statistic(of_b, b_, nullptr);
    if (!(figure.a > 0) || !(figure.b > 0)) return;
    figure.ratio = figure.b / figure.a;
    for (int i = 0; i < kRounds; ++i) {
      const double left = statistic(of_a, a_, &random_);
      const double right = statistic(of_b, b_, &random_);
      ratios_.push_back(left > 0 ? right / left : figure.ratio);
    }
    figures.push_back(figure);
  }

  void judge() {
    const double tail = 0.025 / static_cast<double>(std::max<std::size_t>(figures.size(), 1));
    for (std::size_t i = 0; i < figures.size(); ++i) {
      const auto from = ratios_.begin() + static_cast<std::ptrdiff_t>(i * kRounds);
      std::sort(from, from + kRounds);
      ComparedFigure& figure = figures[i];
      figure.low = from[static_cast<std::ptrdiff_t>(0.025 * kRounds)];
      figure.high = from[static_cast<std::ptrdiff_t>(0.975 * kRounds) - 1];
      const auto cut = static_cast<std::ptrdiff_t>(std::floor(tail * kRounds));
      const double doubt = figure.unit == "ms" ? client_doubt() / std::max(figure.a, 1e-9) : 0;
      const bool below = from[kRounds - 1 - cut] < 1 - doubt;
      const bool above = from[cut] > 1 + doubt;
      if (below || above) figure.faster = below == figure.smaller_is_better ? Faster::kB : Faster::kA;
    }
  }

  std::vector<ComparedFigure> figures;

 private:
  /// What both calibrations say the client is off by, in milliseconds.
  double client_doubt() const {
    double doubt = 0;
    for (const BenchResult* one : {&a_, &b_}) {
      if (one->calibration) doubt = std::max(doubt, std::abs(one->calibration->latency[0]) / 1e6);
    }
    return doubt;
  }

  const BenchResult& a_;
  const BenchResult& b_;
  base::Random random_;
  std::vector<double> ratios_;
};

void warn(const BenchResult& a, const BenchResult& b, std::vector<std::string>& warnings) {
  const auto differ = [&](bool differs, const std::string& what) {
    if (differs) warnings.push_back("The two runs differ in " + what + ": the difference may be that.");
  };
  differ(a.options.request.profile != b.options.request.profile, "their profile");
  differ(a.options.loop != b.options.loop, "their loop");
  differ(a.options.loop == Loop::kClosed && a.options.concurrency != b.options.concurrency, "their concurrency");
  differ(a.options.loop == Loop::kOpen && a.options.rate != b.options.rate, "their rate");
  differ(a.environment.cpu != b.environment.cpu || a.environment.cores != b.environment.cores, "the machine");
  for (const auto& [name, one] : {std::pair{"A", &a}, std::pair{"B", &b}}) {
    if (one->client.bottleneck) warnings.push_back(std::string(name) + ": " + one->client.text);
    if (one->cancelled) warnings.push_back(std::string(name) + " was cancelled.");
  }
  if (std::abs(a.figures.error_rate - b.figures.error_rate) > 0.01) {
    char text[160];
    std::snprintf(text, sizeof text, "A failed %.1f %% of its requests, B %.1f %%; latencies are of successes alone.",
                  a.figures.error_rate * 100, b.figures.error_rate * 100);
    warnings.emplace_back(text);
  }
}

std::string sentence(const std::vector<ComparedFigure>& figures) {
  std::string better_a;
  std::string better_b;
  for (const ComparedFigure& one : figures) {
    if (one.faster == Faster::kA) better_a += (better_a.empty() ? "" : ", ") + one.name;
    if (one.faster == Faster::kB) better_b += (better_b.empty() ? "" : ", ") + one.name;
  }
  if (better_a.empty() && better_b.empty()) return "Cannot tell: no figure differs by more than the runs vary.";
  if (better_a.empty()) return "B is better: " + better_b + ".";
  if (better_b.empty()) return "A is better: " + better_a + ".";
  return "Each is better in something: A in " + better_a + "; B in " + better_b + ".";
}

}  // namespace

base::Result<BenchComparison> compare_runs(const BenchResult& a, const BenchResult& b, std::uint64_t seed) {
  if (a.figures.ok < kFewest || b.figures.ok < kFewest) {
    return base::make_error(base::Code::kInvalidArgument, "expected at least 30 successes in each run, found " +
                                                              std::to_string(a.figures.ok) + " and " +
                                                              std::to_string(b.figures.ok));
  }
  Comparer comparer(a, b, seed);
  const auto of_both = [&](const std::string& name, const auto& value, std::initializer_list<double> shares) {
    const Slices left = slices_of(a.recording, [&](const Sample& one, auto& out) { value(one, a.recording, out); });
    const Slices right = slices_of(b.recording, [&](const Sample& one, auto& out) { value(one, b.recording, out); });
    for (const double share : shares) {
      char label[48];
      std::snprintf(label, sizeof label, "%s p%g", name.c_str(), share * 100);
      comparer.add(label, "ms", true, left, right,
                   [share](const Slices& slices, const BenchResult&, base::Random* random) {
                     return quantile(slices, share, random);
                   });
    }
  };
  of_both(
      "latency",
      [](const Sample& one, const Recording&, auto& out) { out.push_back(static_cast<double>(one.latency()) / 1e6); },
      {0.5, 0.95, 0.99});
  of_both("ttft",
          [](const Sample& one, const Recording&, auto& out) {
            if (one.first_token >= 0) out.push_back(static_cast<double>(one.ttft()) / 1e6);
          },
          {0.5, 0.95});
  of_both("inter-token",
          [](const Sample& one, const Recording& recording, auto& out) {
            double sum = 0;
            for (std::uint32_t i = 0; i < one.gaps; ++i) sum += static_cast<double>(recording.gaps[one.gaps_at + i]);
            if (one.gaps > 0) out.push_back(sum / one.gaps / 1e6);
          },
          {0.5, 0.95});
  const Slices left = slices_of(a.recording, [](const Sample&, auto& out) { out.push_back(1); });
  const Slices right = slices_of(b.recording, [](const Sample&, auto& out) { out.push_back(1); });
  comparer.add("requests a second", "1/s", false, left, right,
               [](const Slices& slices, const BenchResult& run, base::Random* random) {
                 return rate(slices, run.figures.seconds, random) * static_cast<double>(run.recording.sample_stride);
               });
  comparer.judge();
  BenchComparison comparison;
  comparison.figures = std::move(comparer.figures);
  warn(a, b, comparison.warnings);
  comparison.text = sentence(comparison.figures);
  return comparison;
}

base::json::object to_json(const BenchComparison& comparison) {
  base::json::array figures;
  for (const ComparedFigure& one : comparison.figures) {
    figures.push_back(base::json::object{{"name", one.name},
                                         {"unit", one.unit},
                                         {"a", one.a},
                                         {"b", one.b},
                                         {"ratio", one.ratio},
                                         {"ratio_low", one.low},
                                         {"ratio_high", one.high},
                                         {"better", one.faster == Faster::kA   ? "a"
                                                    : one.faster == Faster::kB ? "b"
                                                                               : "cannot tell"}});
  }
  base::json::array warnings(comparison.warnings.begin(), comparison.warnings.end());
  return {{"sentence", comparison.text}, {"figures", std::move(figures)}, {"warnings", std::move(warnings)}};
}

}  // namespace groundwork::bench
