#include "api/measurement_compare.h"

#include <algorithm>

#include "api/measurement_json.h"
#include "base/utf8.h"
#include "bench/compare.h"
#include "bench/result_json.h"
#include "measure/compare.h"
#include "measure/metric.h"

namespace groundwork::api {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::make_error;
using base::Result;
using base::json::array;
using base::json::object;
using base::json::value;

constexpr std::size_t kMostCases = 100'000;  // pairing holds their values
constexpr std::size_t kCasesForAll = 2'000;  // then every metric is compared, not only the chosen one
constexpr std::uintmax_t kMostBytes = std::uintmax_t{32} << 20;
constexpr std::size_t kShownCases = 100;

array cases_json(const std::vector<measure::PairedValues>& all) {
  array out;
  for (const measure::PairedValues& one : all) {
    if (out.size() >= kShownCases) break;
    out.push_back(object{{"case", base::clip(one.case_id, 300)}, {"a", one.mean_a()}, {"b", one.mean_b()}});
  }
  return out;
}

/// Without the cases. The means are those of the cases that both runs asked.
object difference_json(const measure::RunComparison& one, const std::string& unit, bool of_quantile) {
  object out = measure::to_json(one);
  for (const char* key : {"better", "worse", "interval"}) out.erase(key);
  out["metric"] = base::clip(one.metric, 100);
  out["title"] = of_quantile ? std::string("latency, mean of each case") : base::clip(one.metric, 100);
  out["unit"] = unit;
  out["higher_is_better"] = one.higher_is_better;
  out["low"] = one.interval ? value(one.interval->low) : value(nullptr);
  out["high"] = one.interval ? value(one.interval->high) : value(nullptr);
  out["better"] = one.better.size();
  out["worse"] = one.worse.size();
  return out;
}

bool is_quantile(const std::string& name) {
  const auto metric = measure::find_metric(name);
  return metric.ok() && metric->aggregate == measure::Aggregate::kQuantile;
}

Result<object> compare_evals(const MeasuredRuns& store, const KeptRun& a, const KeptRun& b, const std::string& metric) {
  if (std::max(a.eval->asked, b.eval->asked) > kMostCases) {
    return make_error(Code::kFailedPrecondition, "runs of more than " + std::to_string(kMostCases) +
                                                     " calls are compared in the terminal: groundwork eval compare " +
                                                     a.id + " " + b.id);
  }
  const measure::RunStore runs(store.folder_of(b.id).parent_path());
  const std::string chosen = metric.empty() ? measure::headline_metric(*b.eval) : metric;
  GW_TRY(const measure::Pairing pairing, measure::pair_runs(runs, *a.eval, *b.eval, chosen));
  const measure::RunComparison comparison = measure::compare(pairing);
  const auto unit_of = [&](const std::string& name) { return base::clip(b.eval->metrics.at(name).unit, 40); };
  array all{difference_json(comparison, unit_of(chosen), is_quantile(chosen))};
  array left_out;
  bool latency_done = is_quantile(chosen);
  for (const auto& [name, one] : b.eval->metrics) {
    if (name == chosen || !a.eval->metrics.contains(name) || all.size() >= 40) continue;
    if (!measure::is_paired_by_case(name)) {
      left_out.emplace_back(base::clip(name, 100) + " is of all cases together and has no value of one case");
      continue;
    }
    if (pairing.cases.size() > kCasesForAll) continue;
    if (is_quantile(name) && std::exchange(latency_done, true)) continue;
    const auto paired = measure::pair_runs(runs, *a.eval, *b.eval, name);
    if (!paired.ok()) {
      left_out.emplace_back(base::clip(name, 100) + ": " + base::clip(paired.error().message, 300));
      continue;
    }
    all.push_back(difference_json(measure::compare(*paired), unit_of(name), is_quantile(name)));
  }
  if (pairing.cases.size() > kCasesForAll) {
    left_out.emplace_back("the other metrics: of runs as large as these one is compared at a time");
  }
  array choices;
  for (const auto& [name, one] : b.eval->metrics) {
    if (measure::is_paired_by_case(name) && a.eval->metrics.contains(name) && choices.size() < 40) {
      choices.emplace_back(base::clip(name, 100));
    }
  }
  return object{{"metric", base::clip(chosen, 100)},
                {"metrics", std::move(choices)},
                {"sentence", measure::sentence(comparison)},
                {"differences", std::move(all)},
                {"better", cases_json(comparison.better)},
                {"worse", cases_json(comparison.worse)},
                {"left_out", std::move(left_out)},
                {"figures", array{}},
                {"command", "groundwork eval compare " + a.id + " " + b.id}};
}

Result<bench::BenchResult> whole_result(const MeasuredRuns& store, const KeptRun& run) {
  const fs::path file = store.folder_of(run.id) / "bench.json";
  std::error_code error;
  const std::uintmax_t size = fs::file_size(file, error);
  if (error) {
    return make_error(Code::kFailedPrecondition,
                      "the samples of " + run.id + " were not kept, so how sure a difference is can't be said");
  }
  if (size > kMostBytes) {
    return make_error(Code::kFailedPrecondition,
                      "the samples of " + run.id + " are more than 32 MiB: groundwork bench compare takes the files");
  }
  auto result = bench::read_result(file);
  if (!result.ok()) return make_error(Code::kFailedPrecondition, base::clip(result.error().message, 300));
  return result;
}

Result<object> compare_benches(const MeasuredRuns& store, const KeptRun& a, const KeptRun& b) {
  GW_TRY(const bench::BenchResult left, whole_result(store, a));
  GW_TRY(const bench::BenchResult right, whole_result(store, b));
  auto compared = bench::compare_runs(left, right, 1);
  if (!compared.ok()) return make_error(Code::kFailedPrecondition, compared.error().message);
  object from = bench::to_json(*compared);
  for (value& one : from.at("figures").as_array()) {
    const bool smaller = base::string_or(one.as_object(), "unit") == "ms";
    one.as_object()["higher_is_better"] = !smaller;
  }
  return object{{"metric", ""},
                {"metrics", array{}},
                {"sentence", from.at("sentence")},
                {"differences", array{}},
                {"better", array{}},
                {"worse", array{}},
                {"left_out", from.at("warnings")},
                {"figures", from.at("figures")},
                {"command", "groundwork bench compare " + a.id + " " + b.id}};
}

}  // namespace

Result<object> comparison_json(const MeasuredRuns& store, const KeptRun& a, const KeptRun& b,
                               const std::string& metric) {
  if (a.eval.has_value() != b.eval.has_value() || a.kind != b.kind) {
    return make_error(Code::kFailedPrecondition, "expected two runs of one kind, found " + base::clip(a.kind, 20) +
                                                     " and " + base::clip(b.kind, 20));
  }
  if (!a.eval && a.kind != "bench") {
    return make_error(Code::kFailedPrecondition, "runs of a " + base::clip(a.kind, 20) + " have no cases to compare");
  }
  GW_TRY(object out, a.eval ? compare_evals(store, a, b, metric) : compare_benches(store, a, b));
  out["a"] = measurement_row_json(a);
  out["b"] = measurement_row_json(b);
  return out;
}

}  // namespace groundwork::api
