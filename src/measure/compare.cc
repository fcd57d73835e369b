#include "measure/compare.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unordered_map>

#include "measure/metric.h"
#include "score/intervals.h"
#include "search/paired_statistics.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;
using base::Status;

constexpr std::size_t kResampled = 5'000;

constexpr double kLeastP = 0.001;  // that is said as a number: chance draws no finer

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

double mean(const std::vector<double>& values) { return search::mean_of(values); }

bool is_quality(const std::string& name, const MetricSummary& one) {
  return one.unit == "ratio" && name != "error_rate" && name != "stability" && name != "filter_obedience" &&
         is_paired_by_case(name);
}

/// Cases drawn by the seed have the same ids whatever it was.
bool is_drawn(const std::string& case_id) { return case_id.starts_with("hidden-case-"); }

const double* value_in(const Sample& sample, const std::string& metric) {
  for (const auto& [name, value] : sample.values) {
    if (name == metric) return &value;
  }
  return nullptr;
}

}  // namespace

std::string headline_metric(const Run& run) {
  for (const auto& [name, one] : run.metrics) {
    if (is_quality(name, one) && !one.threshold.empty() && name.starts_with("ndcg")) return name;
  }
  for (const auto& [name, one] : run.metrics) {
    if (is_quality(name, one) && !one.threshold.empty()) return name;
  }
  for (const auto& [name, one] : run.metrics) {
    if (is_quality(name, one)) return name;
  }
  return run.metrics.empty() ? "" : run.metrics.begin()->first;
}

bool is_paired_by_case(const std::string& metric) {
  const auto found = find_metric(metric);
  return !found.ok() || found->aggregate != Aggregate::kF1;
}

double PairedValues::mean_a() const { return mean(a); }
double PairedValues::mean_b() const { return mean(b); }

Result<Pairing> pair_runs(const RunStore& store, const Run& a, const Run& b, const std::string& metric) {
  if (a.suite != b.suite || a.dataset_sha256 != b.dataset_sha256) {
    return make_error(Code::kFailedPrecondition, "expected two runs of one suite and dataset, found " + a.suite + " (" +
                                                     a.dataset_sha256.substr(0, 12) + ") and " + b.suite + " (" +
                                                     b.dataset_sha256.substr(0, 12) +
                                                     "): their numbers can't be compared");
  }
  for (const Run* run : {&a, &b}) {
    if (run->verdict == Verdict::kError) {
      return make_error(Code::kFailedPrecondition, "nothing was measured in run " + run->id + ": " + run->reason);
    }
  }
  Pairing out;
  out.metric = metric.empty() ? headline_metric(b) : metric;
  const auto summary = b.metrics.find(out.metric);
  if (summary == b.metrics.end() || !a.metrics.contains(out.metric)) {
    std::string names;
    for (const auto& [name, one] : b.metrics) names += (names.empty() ? "" : ", ") + name;
    return make_error(Code::kInvalidArgument,
                      "expected a metric of both runs, found '" + out.metric + "'; these are: " + names);
  }
  if (!is_paired_by_case(out.metric)) {
    return make_error(Code::kInvalidArgument, out.metric +
                                                  " is of all cases together, so it can't be compared case by "
                                                  "case; the values and their intervals stand in the runs");
  }
  out.higher_is_better = summary->second.higher_is_better;
  const auto& before_by = a.metrics.at(out.metric).model;
  const auto& after_by = summary->second.model;
  if ((before_by ? before_by->name : "") != (after_by ? after_by->name : "")) {
    return make_error(Code::kFailedPrecondition,
                      out.metric + " is by different models, '" + (before_by ? before_by->name : "none") + "' and '" +
                          (after_by ? after_by->name : "none") + "': the numbers can't be compared");
  }
  if (after_by && after_by->judge) out.judged = "judged by " + after_by->name + ", " + mark_of(after_by);
  const bool same_seed = a.seed == b.seed;
  std::unordered_map<std::string, std::vector<double>> before;
  GW_TRY(const std::filesystem::path folder_a, store.resolve(a.id));
  GW_TRY(const std::filesystem::path folder_b, store.resolve(b.id));
  GW_CHECK_OK(RunStore::for_each_sample(folder_a, [&](const Sample& sample) -> Status {
    if (const double* value = value_in(sample, out.metric)) before[sample.case_id].push_back(*value);
    return {};
  }));
  std::unordered_map<std::string, std::size_t> place;
  std::size_t drawn = 0;
  std::size_t alone = 0;
  GW_CHECK_OK(RunStore::for_each_sample(folder_b, [&](const Sample& sample) -> Status {
    const double* value = value_in(sample, out.metric);
    if (value == nullptr) return {};
    if (is_drawn(sample.case_id) && !same_seed) {
      ++drawn;
      return {};
    }
    const auto other = before.find(sample.case_id);
    if (other == before.end()) {
      ++alone;
      return {};
    }
    const auto [found, first] = place.try_emplace(sample.case_id, out.cases.size());
    if (first) out.cases.push_back({sample.case_id, other->second, {}});
    out.cases[found->second].b.push_back(*value);
    return {};
  }));
  if (drawn > 0) {
    out.left_out.push_back(std::to_string(drawn) + " hidden cases: the runs drew them by different seeds, " +
                           std::to_string(a.seed) + " and " + std::to_string(b.seed));
  }
  if (alone > 0) out.left_out.push_back(std::to_string(alone) + " cases of which only the second run has a value");
  const std::size_t missing = before.size() - std::min(before.size(), out.cases.size());
  if (missing > drawn) {
    out.left_out.push_back(std::to_string(missing - drawn) + " cases of which only the first run has a value");
  }
  if (out.cases.empty()) return make_error(Code::kFailedPrecondition, "the two runs share no case");
  return out;
}

RunComparison compare(const Pairing& pairing) {
  RunComparison out;
  out.metric = pairing.metric;
  out.higher_is_better = pairing.higher_is_better;
  out.judged = pairing.judged;
  out.cases = pairing.cases.size();
  out.left_out = pairing.left_out;
  std::vector<double> a;
  std::vector<double> b;
  std::vector<double> differences;
  for (const PairedValues& one : pairing.cases) {
    a.push_back(one.mean_a());
    b.push_back(one.mean_b());
    const double difference = b.back() - a.back();
    differences.push_back(difference);
    if (difference == 0) continue;
    ((difference > 0) == pairing.higher_is_better ? out.better : out.worse).push_back(one);
  }
  const auto by_size = [](const PairedValues& x, const PairedValues& y) {
    return std::abs(x.mean_b() - x.mean_a()) > std::abs(y.mean_b() - y.mean_a());
  };
  std::ranges::stable_sort(out.better, by_size);
  std::ranges::stable_sort(out.worse, by_size);
  out.a = mean(a);
  out.b = mean(b);
  out.difference = mean(differences);
  const double deviation = search::deviation_of(differences);
  if (const auto interval = score::difference_interval(differences)) {
    out.interval = Bounds{interval->low, interval->high};
    out.method = score::method_of_difference(differences);
  }
  out.p = differences.size() > kResampled ? search::student_p(differences) : search::randomisation_p(differences);
  if (!out.told()) out.cases_needed = search::queries_to_tell(out.difference, deviation);
  return out;
}

std::string sentence(const RunComparison& one) {
  const std::string change =
      one.metric + " " + number(one.a) + " to " + number(one.b) + ", difference " + number(one.difference) +
      (one.interval ? " [" + number(one.interval->low) + ", " + number(one.interval->high) + "]" : "") +
      (one.p < kLeastP ? ", p < 0.001" : ", p = " + number(one.p)) + " over " + std::to_string(one.cases) + " cases" +
      (one.judged.empty() ? "" : " (" + one.judged + ")");
  if (one.better.empty() && one.worse.empty()) return "no difference: " + change;
  if (!one.told()) {
    return "cannot tell: " + change +
           (one.cases_needed > 0
                ? "; a difference of this size would take " + std::to_string(one.cases_needed) + " cases"
                : "");
  }
  return ((one.difference > 0) == one.higher_is_better ? "b is better: " : "b is worse: ") + change;
}

json::object to_json(const RunComparison& one) {
  const auto list = [](const std::vector<PairedValues>& cases) {
    json::array out;
    for (const PairedValues& each : cases) {
      out.push_back(json::object{{"case", each.case_id}, {"a", each.mean_a()}, {"b", each.mean_b()}});
    }
    return out;
  };
  json::array left_out;
  for (const std::string& text : one.left_out) left_out.emplace_back(text);
  const std::string verdict = one.better.empty() && one.worse.empty()        ? "no difference"
                              : !one.told()                                  ? "cannot tell"
                              : (one.difference > 0) == one.higher_is_better ? "better"
                                                                             : "worse";
  return {
      {"metric", one.metric},
      {"verdict", verdict},
      {"sentence", sentence(one)},
      {"cases", one.cases},
      {"a", one.a},
      {"b", one.b},
      {"difference", one.difference},
      {"interval", one.interval ? json::value(json::object{{"low", one.interval->low}, {"high", one.interval->high}})
                                : json::value(nullptr)},
      {"interval_method", one.method},
      {"p", one.p},
      {"judged", one.judged},
      {"cases_needed", one.cases_needed},
      {"better", list(one.better)},
      {"worse", list(one.worse)},
      {"left_out", std::move(left_out)}};
}

}  // namespace groundwork::measure
