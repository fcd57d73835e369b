#include "bench/slo.h"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace groundwork::bench {
namespace {

using base::Code;
using base::make_error;
using base::Result;

constexpr double kLongest = 7.0 * 24 * 3600 * 1e9;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// The number at the start, and what is behind it.
std::optional<std::pair<double, std::string_view>> number_of(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  return std::pair{value, text.substr(static_cast<std::size_t>(end - text.data()))};
}

std::optional<SloMetric> metric_of(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, SloMetric>, 7> kNames = {
      {{"e2e", SloMetric::kLatency},
       {"latency", SloMetric::kLatency},
       {"ttft", SloMetric::kTtft},
       {"ttft_content", SloMetric::kTtftContent},
       {"itl", SloMetric::kInterToken},
       {"inter_token", SloMetric::kInterToken},
       {"errors", SloMetric::kErrors}}};
  for (const auto& [known, metric] : kNames) {
    if (name == known) return metric;
  }
  return std::nullopt;
}

Result<SloTerm> term_of(std::string_view text) {
  const auto wrong = [&](const std::string& expected) {
    return make_error(Code::kInvalidArgument, "expected " + expected + ", found '" + std::string(text) + "'");
  };
  const std::size_t at = text.find("<=");
  if (at == std::string_view::npos) return wrong("a term like e2e_p99<=2s");
  std::string_view name = trimmed(text.substr(0, at));
  const std::string_view value = trimmed(text.substr(at + 2));
  SloTerm term;
  term.text = text;
  if (name == "errors") {
    const auto number = number_of(value);
    if (!number || number->second != "%" || number->first < 0 || number->first > 100) {
      return wrong("a share such as errors<=1%");
    }
    term.metric = SloMetric::kErrors;
    term.limit = number->first / 100;
    return term;
  }
  const std::size_t mark = name.rfind("_p");
  if (mark == std::string_view::npos) return wrong("a quantile such as e2e_p95");
  const auto quantile = number_of(name.substr(mark + 2));
  if (!quantile || !quantile->second.empty() || quantile->first <= 0 || quantile->first >= 100) {
    return wrong("a quantile above p0 and below p100");
  }
  const auto metric = metric_of(name.substr(0, mark));
  if (!metric || *metric == SloMetric::kErrors) return wrong("e2e, ttft, ttft_content or itl");
  const auto limit = parse_duration(value);
  if (!limit.ok() || *limit <= 0) return wrong("a limit such as 300ms or 2s");
  term.metric = *metric;
  term.quantile = quantile->first / 100;
  term.limit = static_cast<double>(*limit);
  return term;
}

}  // namespace

std::string Slo::text() const {
  std::string all;
  for (const SloTerm& term : terms) all += (all.empty() ? "" : ",") + term.text;
  return all;
}

Result<Slo> parse_slo(std::string_view text) {
  Slo slo;
  while (!trimmed(text).empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    GW_TRY(SloTerm term, term_of(trimmed(text.substr(0, comma))));
    slo.terms.push_back(std::move(term));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return slo;
}

Result<std::int64_t> parse_duration(std::string_view text) {
  const auto number = number_of(text);
  double unit = 0;
  if (number && number->first >= 0) {
    const std::string_view name = number->second;
    if (name == "us") unit = 1e3;
    if (name == "ms") unit = 1e6;
    if (name == "s" || name.empty()) unit = 1e9;
    if (name == "m") unit = 60e9;
    if (name == "h") unit = 3600e9;
  }
  if (unit == 0 || number->first * unit > kLongest) {
    return make_error(Code::kInvalidArgument,
                      "expected a duration such as 300ms, 30s or 2m, found '" + std::string(text) + "'");
  }
  return std::llround(number->first * unit);
}

}  // namespace groundwork::bench
