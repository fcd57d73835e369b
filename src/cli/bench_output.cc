#include "cli/bench_output.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>

#include "api/platform.h"

namespace groundwork::cli {
namespace {

constexpr std::int64_t kLineEvery = 5'000'000'000;

void print_spread(const char* name, const bench::Spread& spread, const std::array<double, 5>* error) {
  if (spread.count == 0) return;
  std::printf("  %-22s", name);
  for (std::size_t i = 0; i < bench::kQuantiles.size(); ++i) {
    std::string text = bench::format_duration(static_cast<double>(spread.quantiles[i]));
    if (error != nullptr) text += " ±" + bench::format_duration(std::abs((*error)[i]));
    // The sign is two bytes and one column.
    std::printf(" %*s", error != nullptr ? 21 : 12, text.c_str());
  }
  std::printf("  max %s\n", bench::format_duration(static_cast<double>(spread.max)).c_str());
}

}  // namespace

LiveView::LiveView(const bench::BenchOptions& options)
    : terminal_(isatty(STDERR_FILENO) != 0),
      whole_(options.duration.count() > 0 ? (options.warm_up + options.duration).count() : 0) {}

void LiveView::show(const bench::LoadProgress& progress) {
  if (!terminal_ && progress.elapsed - shown_ < kLineEvery) return;
  shown_ = progress.elapsed;
  const double seconds = static_cast<double>(progress.elapsed - last_at_) / 1e9;
  const double rate = seconds > 0 ? static_cast<double>(progress.ok - last_ok_) / seconds : 0;
  last_ok_ = progress.ok;
  last_at_ = progress.elapsed;
  std::string of;
  if (whole_ > 0) of = "/" + std::to_string(whole_ / 1'000'000'000);
  std::fprintf(
      stderr, "%s%.0f%s s  %.0f ok/s  %llu ok  %llu failed  %llu open  p50 %s  p99 %s%s", terminal_ ? "\r\033[K" : "",
      static_cast<double>(progress.elapsed) / 1e9, of.c_str(), rate, static_cast<unsigned long long>(progress.ok),
      static_cast<unsigned long long>(progress.failed), static_cast<unsigned long long>(progress.open),
      bench::format_duration(static_cast<double>(progress.latency.value_at(0.5))).c_str(),
      bench::format_duration(static_cast<double>(progress.latency.value_at(0.99))).c_str(), terminal_ ? "" : "\n");
  std::fflush(stderr);
}

void LiveView::clear() {
  if (terminal_) std::fprintf(stderr, "\r\033[K");
}

void print_result(const bench::BenchResult& result) {
  const bench::Figures& figures = result.figures;
  const bench::Calibration* error = result.calibration ? &*result.calibration : nullptr;
  if (result.cancelled) {
    std::printf("Cancelled: the figures are of what was measured until then; %llu requests were open.\n",
                static_cast<unsigned long long>(result.recording.abandoned));
  }
  std::printf("%s  %s, %s loop, %.1f s\n\n", result.options.target.c_str(),
              std::string(bench::to_string(result.options.request.profile)).c_str(),
              std::string(bench::to_string(result.options.loop)).c_str(), figures.seconds);
  std::printf("  %llu requests, %llu ok, %.2f %% failed\n", static_cast<unsigned long long>(figures.requests),
              static_cast<unsigned long long>(figures.ok), figures.error_rate * 100);
  for (std::size_t i = 1; i < bench::kOutcomes; ++i) {
    if (figures.outcomes[i] == 0) continue;
    std::printf("    %-18s %8llu  %s\n", std::string(bench::to_string(static_cast<bench::Outcome>(i))).c_str(),
                static_cast<unsigned long long>(figures.outcomes[i]), result.recording.first_complaint[i].c_str());
  }
  if (figures.requests > 0 && figures.ok == 0) {
    std::printf("\n  No request succeeded, so nothing is said of latency.\n  %s\n", result.client.text.c_str());
    return;
  }
  std::printf("  %.1f requests a second", figures.requests_per_second);
  if (error != nullptr) std::printf(" ±%.2f %%", error->rate * 100);
  if (!figures.tokens_from.empty()) {
    std::printf(", %.1f tokens a second, %.1f a request (from %s)", figures.tokens_per_second,
                figures.tokens_per_request, figures.tokens_from.c_str());
  }
  if (figures.goodput) std::printf(", goodput %.1f requests a second", *figures.goodput);
  std::printf("\n\n  %-22s", "");
  for (const char* name : bench::kQuantileNames) std::printf(" %*s", error != nullptr ? 20 : 12, name);
  std::printf("\n");
  print_spread("latency", figures.latency, error != nullptr ? &error->latency : nullptr);
  if (figures.latency_corrected) print_spread("  if callers had come on", *figures.latency_corrected, nullptr);
  print_spread("first token", figures.ttft, error != nullptr ? &error->ttft : nullptr);
  if (figures.reasoning_first > 0) {
    print_spread("first content", figures.ttft_content, error != nullptr ? &error->ttft : nullptr);
  }
  print_spread("between tokens", figures.inter_token, error != nullptr ? &error->inter_token : nullptr);
  if (figures.reasoning_first > 0) {
    std::printf("  %llu streams began with reasoning\n", static_cast<unsigned long long>(figures.reasoning_first));
  }
  if (result.options.server_stamps) {
    std::printf("  by the server's own stamps:\n");
    print_spread("  latency", spread_of(result.recording.server_latency), nullptr);
    print_spread("  first token", spread_of(result.recording.server_ttft), nullptr);
    print_spread("  between tokens", spread_of(result.recording.server_gap), nullptr);
  }
  std::printf("\n");
  for (const bench::SloVerdict& one : figures.slo) {
    const bool share = one.term.metric == bench::SloMetric::kErrors;
    char percent[32];
    std::snprintf(percent, sizeof percent, "%.2f %%", one.value * 100);
    std::printf("  %s  %s, found %s\n", one.met ? "met   " : "MISSED", one.term.text.c_str(),
                share ? percent : bench::format_duration(one.value).c_str());
  }
  if (result.target_use) {
    std::printf("  The target's process used %.2f CPU seconds and at most %.0f MB.\n", result.target_use->cpu_seconds,
                static_cast<double>(result.target_use->peak_resident_bytes) / 1e6);
  }
  std::printf("  %s\n", result.client.text.c_str());
}

void print_comparison(const bench::BenchComparison& comparison) {
  std::printf("%s\n\n  %-20s %12s %12s %8s  %-18s\n", comparison.text.c_str(), "", "A", "B", "B / A", "95 % interval");
  for (const bench::ComparedFigure& one : comparison.figures) {
    std::printf("  %-20s %9.3f %-3s %8.3f %-3s %7.3f  (%.3f to %.3f)  %s\n", one.name.c_str(), one.a, one.unit.c_str(),
                one.b, one.unit.c_str(), one.ratio, one.low, one.high,
                one.faster == bench::Faster::kA   ? "A is better"
                : one.faster == bench::Faster::kB ? "B is better"
                                                  : "cannot tell");
  }
  for (const std::string& warning : comparison.warnings) std::printf("\n  %s", warning.c_str());
  if (!comparison.warnings.empty()) std::printf("\n");
}

void print_calibration(const bench::Calibration& calibration) {
  std::printf("The client's figures less those of a server of known timing, on this machine, now:\n\n  %-16s", "");
  for (const char* name : bench::kQuantileNames) std::printf(" %10s", name);
  std::printf("\n");
  const auto line = [](const char* name, const std::array<double, 5>& errors) {
    std::printf("  %-16s", name);
    for (const double one : errors) std::printf(" %10s", bench::format_duration(one).c_str());
    std::printf("\n");
  };
  line("latency", calibration.latency);
  line("first token", calibration.ttft);
  line("between tokens", calibration.inter_token);
  std::printf("  a rate is off by %.3f %%\n", calibration.rate * 100);
}

}  // namespace groundwork::cli
