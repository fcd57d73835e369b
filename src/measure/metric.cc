#include "measure/metric.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/suggest.h"
#include "measure/metric_parts.h"
#include "search/metrics.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

search::Relevance relevance_of(const Case& one) {
  search::Relevance out;
  const json::value* relevant = one.data.if_contains("relevant");
  if (relevant == nullptr || !relevant->is_object()) return out;
  for (const auto& [id, grade] : relevant->get_object()) {
    if (grade.is_number() && grade.to_number<double>() > 0) out[id] = grade.to_number<int>();
  }
  return out;
}

const char* definition_of(search::Metric::Kind kind) {
  switch (kind) {
    case search::Metric::Kind::kNdcg:
      return "DCG over ideal DCG of the first k, gain = relevance, discount 1 / log2(rank + 1)";
    case search::Metric::Kind::kPrecision:
      return "relevant documents among the first k, divided by k";
    case search::Metric::Kind::kRecall:
      return "relevant documents among the first k, divided by all relevant ones";
    case search::Metric::Kind::kMrr:
      return "1 / rank of the first relevant document among the first k, or 0";
    case search::Metric::Kind::kMap:
      return "mean over relevant documents of the precision at their ranks up to k";
  }
  return "";
}

Metric ranking_metric(const std::string& name, const search::Metric& which) {
  Metric out;
  out.name = name;
  out.definition = definition_of(which.kind);
  out.source = "trec_eval";
  out.unit = "ratio";
  out.kinds = {"search"};
  out.value = [which](const Case& one, const Answer* answer) -> std::optional<Worth> {
    const search::Relevance relevance = relevance_of(one);
    if (relevance.empty()) return std::nullopt;
    return answer == nullptr ? 0 : search::value_of(which, answer->ranking, relevance);
  };
  return out;
}

Metric latency(const std::string& name, double quantile) {
  Metric out;
  out.name = name;
  out.definition = "quantile of the time from sending the request to the last byte of the answer, answered calls only";
  out.source = "the sample quantile of Hyndman and Fan 1996, type 7";
  out.unit = "ms";
  out.higher_is_better = false;
  out.high = std::numeric_limits<double>::infinity();
  out.aggregate = Aggregate::kQuantile;
  out.quantile = quantile;
  out.value = [](const Case&, const Answer* answer) -> std::optional<Worth> {
    if (answer == nullptr) return std::nullopt;
    return answer->ms;
  };
  return out;
}

/// p50_ms to p99.9_ms
std::optional<Metric> latency_of(const std::string& name) {
  if (!name.starts_with('p') || !name.ends_with("_ms")) return std::nullopt;
  double percent = 0;
  const char* end = name.data() + name.size() - 3;
  const auto [rest, failure] = std::from_chars(name.data() + 1, end, percent);
  if (failure != std::errc() || rest != end || !(percent > 0 && percent < 100)) return std::nullopt;
  return latency(name, percent / 100);
}

Metric error_rate() {
  Metric out;
  out.name = "error_rate";
  out.definition =
      "calls without a usable answer (no connection, timeout, status, not JSON, breach of the contract), "
      "divided by calls made";
  out.source = "Groundwork";
  out.unit = "ratio";
  out.higher_is_better = false;
  out.value = [](const Case&, const Answer* answer) -> std::optional<Worth> { return answer == nullptr ? 1 : 0; };
  return out;
}

}  // namespace

Result<Metric> find_metric(const std::string& name, const json::object& options, const ServiceSource& services) {
  if (name == "error_rate") return error_rate();
  if (auto made = latency_of(name)) return *std::move(made);
  if (const auto ranking = search::parse_metric(name); ranking.ok()) return ranking_metric(name, *ranking);
  if (auto made = service_metric(name)) return *std::move(made);
  GW_TRY(std::optional<Metric> made, scored_metric(name, options, services));
  if (made) return *std::move(made);
  return make_error(Code::kInvalidArgument, "unknown metric '" + name + "'" + base::did_you_mean(name, metric_names()) +
                                                "; `groundwork eval metrics` lists them");
}

std::vector<std::string> metric_names() {
  std::vector<std::string> out = {"ndcg@10",    "precision@10", "recall@10", "mrr@10", "map@10",
                                  "error_rate", "p50_ms",       "p95_ms",    "p99_ms"};
  for (const auto& names : {service_metric_names(), scored_metric_names()}) {
    out.insert(out.end(), names.begin(), names.end());
  }
  return out;
}

}  // namespace groundwork::measure
