#include <algorithm>

#include "api/measurement_json.h"
#include "api/measurement_parts.h"
#include "score/plain_text.h"

namespace groundwork::api {
namespace {

using base::json::array;
using base::json::object;
using base::json::value;

using detail::clipped;
using detail::kLongText;
using detail::object_at;

value spread_json(const object& figures, const char* key) {
  const object& from = object_at(figures, key);
  if (!from.contains("p50_ms")) return nullptr;
  object out{{"count", std::max<std::int64_t>(base::int_or(from, "count", 0), 0)}};
  for (const char* name : {"mean_ms", "min_ms", "p50_ms", "p90_ms", "p95_ms", "p99_ms", "p99.9_ms", "max_ms"}) {
    out[name] = base::number_or(from, name, 0);
  }
  return out;
}

value errors_of_client(const object& run) {
  const value* found = run.if_contains("client_error");
  if (found == nullptr || !found->is_object()) return nullptr;
  object out;
  for (const auto& [what, by_quantile] : found->get_object()) {
    if (!by_quantile.is_object()) continue;
    object each;
    for (const auto& [name, ms] : by_quantile.get_object()) {
      if (ms.is_number() && each.size() < 10) each[base::clip(name, 20)] = ms.to_number<double>();
    }
    if (out.size() < 10) out[base::clip(what, 40)] = std::move(each);
  }
  return out;
}

}  // namespace

value bench_json(const KeptRun& run) {
  const value* found = run.json.if_contains("figures");
  if (run.kind != "bench" || found == nullptr || !found->is_object()) return nullptr;
  const object& figures = found->get_object();
  const object& client = object_at(run.json, "client");
  array spreads;
  for (const auto& [key, title] : {std::pair{"latency", "whole answer"},
                                   {"latency_corrected", "whole answer, corrected for waiting callers"},
                                   {"ttft", "first token"},
                                   {"ttft_content", "first token of the answer proper"},
                                   {"inter_token", "between tokens"}}) {
    value spread = spread_json(figures, key);
    if (!spread.is_null()) spreads.push_back(object{{"name", key}, {"title", title}, {"spread", std::move(spread)}});
  }
  array outcomes{object{{"kind", "ok"}, {"count", base::int_or(figures, "ok", 0)}, {"first", ""}}};
  for (const auto& [kind, one] : object_at(figures, "errors")) {
    if (!one.is_object() || outcomes.size() > 30) continue;
    outcomes.push_back(object{{"kind", base::clip(kind, 40)},
                              {"count", base::int_or(one.get_object(), "count", 0)},
                              {"first", clipped(base::string_or(one.get_object(), "first"))}});
  }
  array terms;
  const object& objective = object_at(figures, "slo");
  if (const value* all = objective.if_contains("terms"); all != nullptr && all->is_array()) {
    for (const value& one : all->get_array()) {
      if (!one.is_object() || terms.size() >= 30) continue;
      terms.push_back(object{{"term", clipped(base::string_or(one.get_object(), "term"), 80)},
                             {"met", base::bool_or(one.get_object(), "met", false)}});
    }
  }
  object how;
  for (const auto& [name, one] : object_at(run.json, "options")) {
    if (how.size() >= 30 || name == "target") continue;
    if (one.is_string() && one.get_string().empty()) continue;
    how[base::clip(name, 40)] = clipped(score::plain_text(one));
  }
  return object{{"how", std::move(how)},
                {"requests", std::max<std::int64_t>(base::int_or(figures, "requests", 0), 0)},
                {"requests_per_second", base::number_or(figures, "requests_per_second", 0)},
                {"tokens_per_second", figures.contains("tokens_per_second")
                                          ? value(base::number_or(figures, "tokens_per_second", 0))
                                          : value(nullptr)},
                {"seconds", base::number_or(figures, "seconds", 0)},
                {"error_rate", base::number_or(figures, "error_rate", 0)},
                {"spreads", std::move(spreads)},
                {"outcomes", std::move(outcomes)},
                {"objective", std::move(terms)},
                {"client", object{{"bottleneck", base::bool_or(client, "bottleneck", false)},
                                  {"verdict", clipped(base::string_or(client, "verdict"), kLongText)}}},
                {"client_error", errors_of_client(run.json)}};
}

}  // namespace groundwork::api
