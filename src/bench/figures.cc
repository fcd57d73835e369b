#include "bench/figures.h"

#include <algorithm>
#include <cstdio>

namespace groundwork::bench {
namespace {

constexpr std::int64_t kLate = 1'000'000;
constexpr double kLateShare = 0.01;
constexpr double kBusyShare = 0.9;

std::string printed(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

double share(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

SloVerdict judge(const SloTerm& term, const Recording& recording, const Figures& figures) {
  SloVerdict verdict{term, 0, false};
  if (term.metric == SloMetric::kErrors) {
    verdict.value = figures.error_rate;
    verdict.met = figures.requests > 0 && verdict.value <= term.limit;
    return verdict;
  }
  const Histogram& histogram = term.metric == SloMetric::kLatency       ? recording.latency
                               : term.metric == SloMetric::kTtft        ? recording.ttft
                               : term.metric == SloMetric::kTtftContent ? recording.ttft_content
                                                                        : recording.gap;
  verdict.value = static_cast<double>(histogram.value_at(term.quantile));
  verdict.met = histogram.count() > 0 && verdict.value <= term.limit;
  return verdict;
}

}  // namespace

Spread spread_of(const Histogram& histogram) {
  Spread spread{histogram.count(), histogram.mean(), histogram.min(), histogram.max(), {}};
  for (std::size_t i = 0; i < kQuantiles.size(); ++i) spread.quantiles[i] = histogram.value_at(kQuantiles[i]);
  return spread;
}

bool Figures::slo_met() const {
  return !slo.empty() && std::ranges::all_of(slo, [](const SloVerdict& one) { return one.met; });
}

bool within(const Sample& sample, const Recording& recording, const Slo& slo) {
  if (sample.outcome != Outcome::kOk) return false;
  const auto mean_gap = [&] {
    double sum = 0;
    for (std::uint32_t i = 0; i < sample.gaps; ++i) sum += static_cast<double>(recording.gaps[sample.gaps_at + i]);
    return sample.gaps == 0 ? 0 : sum / sample.gaps;
  };
  return std::ranges::all_of(slo.terms, [&](const SloTerm& term) {
    switch (term.metric) {
      case SloMetric::kLatency:
        return static_cast<double>(sample.latency()) <= term.limit;
      case SloMetric::kTtft:
        return sample.first_token >= 0 && static_cast<double>(sample.ttft()) <= term.limit;
      case SloMetric::kTtftContent:
        return sample.first_content >= 0 && static_cast<double>(sample.ttft_content()) <= term.limit;
      case SloMetric::kInterToken:
        return mean_gap() <= term.limit;
      case SloMetric::kErrors:
        return true;
    }
    return false;
  });
}

Figures figures_of(const Recording& recording, bool open_loop, const Slo& slo) {
  Figures figures;
  figures.outcomes = recording.outcomes;
  for (const std::uint64_t count : recording.outcomes) figures.requests += count;
  figures.ok = recording.outcomes[0];
  figures.error_rate = share(figures.requests - figures.ok, figures.requests);
  figures.seconds = static_cast<double>(recording.measured) / 1e9;
  if (figures.seconds > 0) {
    figures.requests_per_second = static_cast<double>(figures.ok) / figures.seconds;
    figures.tokens_per_second = static_cast<double>(recording.output_tokens) / figures.seconds;
  }
  figures.tokens_per_request = share(recording.output_tokens, figures.ok);
  if (recording.output_tokens > 0) {
    figures.tokens_from = recording.tokens_from_usage == figures.ok ? "usage"
                          : recording.tokens_from_usage == 0        ? "chunks"
                                                                    : "usage and chunks";
  }
  figures.latency = spread_of(recording.latency);
  figures.ttft = spread_of(recording.ttft);
  figures.ttft_content = spread_of(recording.ttft_content);
  figures.inter_token = spread_of(recording.gap);
  figures.reasoning_first = recording.reasoning_first;
  if (!open_loop && recording.latency.count() > 0) {
    Histogram corrected;
    const std::int64_t expected = std::max<std::int64_t>(recording.latency.value_at(0.5), 1);
    for (const auto& [value, count] : recording.latency.buckets()) {
      corrected.record(value, count);
      for (std::int64_t missed = value - expected; missed >= expected; missed -= expected) {
        corrected.record(missed, count);
      }
    }
    figures.latency_corrected = spread_of(corrected);
  }
  for (const SloTerm& term : slo.terms) figures.slo.push_back(judge(term, recording, figures));
  if (!slo.terms.empty() && figures.seconds > 0) {
    const auto good =
        std::ranges::count_if(recording.samples, [&](const Sample& one) { return within(one, recording, slo); });
    const double of_all =
        recording.samples.empty() ? 0 : static_cast<double>(good) / static_cast<double>(recording.samples.size());
    figures.goodput = of_all * static_cast<double>(figures.requests) / figures.seconds;
  }
  return figures;
}

ClientVerdict judge_client(const Recording& recording, bool open_loop) {
  ClientVerdict verdict;
  const double wall = static_cast<double>(std::max<std::int64_t>(recording.measured, 1));
  verdict.busiest_share = std::min(1.0, static_cast<double>(recording.busiest_cpu) / wall);
  const std::uint64_t begun = recording.queue_lag.count();
  verdict.late_share = share(recording.queue_lag.count_over(kLate), begun);
  verdict.held_back_share = share(recording.held_back, begun);
  const std::uint64_t never = recording.outcomes[static_cast<std::size_t>(Outcome::kNeverSent)];
  const std::string busy = printed("%.0f %%", verdict.busiest_share * 100);
  if (open_loop && (verdict.held_back_share > kLateShare || never > 0)) {
    verdict.bottleneck = true;
    verdict.text = "The client was the bottleneck: all its connections were in use and held back " +
                   printed("%.1f %%", verdict.held_back_share * 100) +
                   " of the requests for over 1 ms; more connections show the target alone.";
  } else if (open_loop && verdict.late_share > kLateShare) {
    verdict.bottleneck = true;
    verdict.text = "The client was the bottleneck: " + printed("%.1f %%", verdict.late_share * 100) +
                   " of the requests began over 1 ms after they were due, its busiest thread computed " + busy +
                   " of the time. The rate is more than this machine generates.";
  } else if (verdict.busiest_share > kBusyShare) {
    verdict.bottleneck = true;
    verdict.text = "The client was the bottleneck: its busiest thread computed " + busy +
                   " of the time. The target may be faster than this shows.";
  } else {
    verdict.text = "The client kept up: its busiest thread computed " + busy + " of the time";
    if (open_loop) verdict.text += ", " + printed("%.2f %%", verdict.late_share * 100) + " of the requests began late";
    verdict.text += ".";
  }
  return verdict;
}

std::string format_duration(double nanoseconds) {
  const double size = nanoseconds < 0 ? -nanoseconds : nanoseconds;
  if (size < 999.5e3) return printed(size < 99.95e3 ? "%.1f us" : "%.0f us", nanoseconds / 1e3);
  if (size < 999.5e6)
    return printed(size < 9.995e6 ? "%.2f ms" : size < 99.95e6 ? "%.1f ms" : "%.0f ms", nanoseconds / 1e6);
  return printed("%.2f s", nanoseconds / 1e9);
}

}  // namespace groundwork::bench
