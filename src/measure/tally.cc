#include "measure/tally.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/hash.h"
#include "measure/estimate.h"

namespace groundwork::measure {
namespace {

constexpr std::array<std::string_view, 7> kTransport = {"refused",  "no_host",   "timeout", "closed",
                                                        "not_http", "too_large", "tls"};

std::string number(double value) {
  char text[32];
  const double size = std::abs(value);
  std::snprintf(text, sizeof text, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.3f", value);
  return text;
}

std::string with_interval(const MetricSummary& summary) {
  std::string out = summary.value ? number(*summary.value) : "no value";
  if (summary.interval) out += " [" + number(summary.interval->low) + ", " + number(summary.interval->high) + "]";
  return out;
}

bool no_better_than(double chance, const MetricSummary& summary) {
  if (!summary.value) return false;
  const double low = summary.interval ? summary.interval->low : *summary.value;
  return low <= chance;
}

}  // namespace

bool is_transport(const std::string& code) { return std::ranges::find(kTransport, code) != kTransport.end(); }

void Tally::Seen::add(const std::string& case_id, const std::string& message) {
  constexpr std::size_t kExamples = 3;
  if (count++ == 0) first = case_id + ": " + message;
  if (examples.size() < kExamples) examples.push_back(case_id);
}

void Tally::add(const Sample& sample) {
  switch (sample.outcome) {
    case Outcome::kOk:
      ++ok_;
      break;
    case Outcome::kWrong:
      ++wrong_;
      break;
    case Outcome::kFailed:
      ++failed_;
      break;
  }
  for (const auto& [name, value] : sample.values) {
    Column& column = columns_[name];
    column.values.push_back(value);
    if (repeats_ > 1) column.cases.push_back(sample.index);
    if (sample.outcome == Outcome::kFailed) ++column.failed;
  }
  for (const auto& [name, one] : sample.judgements) {
    Asked& asked = asked_[name];
    asked.sum.tries += one.judging.tries;
    asked.sum.prompt_tokens += one.judging.prompt_tokens;
    asked.sum.completion_tokens += one.judging.completion_tokens;
    if (one.judging.failed) asked.failed.add(sample.case_id, one.reason);
  }
  if (!sample.error.empty()) errors_[sample.error].add(sample.case_id, sample.message);
  if (repeats_ > 1) {
    const std::uint64_t hash = base::stable_hash64(sample.error + base::json::serialize(sample.answer));
    const auto [found, first] = steady_.try_emplace(sample.index, Steady{hash, false});
    if (!first && found->second.hash != hash) found->second.changed = true;
  }
}

/// The values, those of one case averaged: repeats are no new evidence about other cases.
std::vector<double> Tally::by_case(const Column& column) const {
  if (repeats_ <= 1) return column.values;
  std::map<std::size_t, std::pair<double, std::size_t>> sums;
  for (std::size_t i = 0; i < column.values.size(); ++i) {
    auto& [sum, count] = sums[column.cases[i]];
    sum += column.values[i];
    ++count;
  }
  std::vector<double> out;
  for (const auto& [one, sum] : sums) out.push_back(sum.first / static_cast<double>(sum.second));
  return out;
}

MetricSummary Tally::summary_of(const Metric& metric) const {
  MetricSummary out;
  out.unit = metric.unit;
  out.higher_is_better = metric.higher_is_better;
  if (const auto column = columns_.find(metric.name); column != columns_.end()) {
    const bool mean = metric.aggregate == Aggregate::kMean;
    const std::vector<double> values = mean ? by_case(column->second) : column->second.values;
    const Estimate estimated = estimate(metric, values);
    out.value = estimated.value;
    out.interval = estimated.interval;
    out.interval_method = estimated.method;
    out.n = column->second.values.size();
    out.failed = column->second.failed;
  }
  if (!metric.model.empty()) {
    out.model = model_of(metric);
    out.failed += out.model->failed;
  }
  if (const auto threshold = suite_.thresholds.find(metric.name); threshold != suite_.thresholds.end()) {
    out.threshold = threshold->second.text;
    out.passed = out.value && threshold->second.met_by(*out.value);
  }
  return out;
}

ModelSummary Tally::model_of(const Metric& metric) const {
  ModelSummary out;
  out.name = metric.model;
  out.judge = metric.judge_levels > 0;
  if (const auto column = columns_.find(metric.name); column != columns_.end()) {
    out.asked = column->second.values.size() - column->second.failed;
  }
  if (const auto asked = asked_.find(metric.name); asked != asked_.end()) {
    out.failed = asked->second.failed.count;
    out.tries = asked->second.sum.tries;
    out.prompt_tokens = asked->second.sum.prompt_tokens;
    out.completion_tokens = asked->second.sum.completion_tokens;
  }
  return out;
}

/// What a judge or an embedder didn't say counts against the target, so it comes before any threshold.
void Tally::add_model_failures(Run& run) const {
  for (const Metric& metric : suite_.metrics) {
    const auto& model = run.metrics.at(metric.name).model;
    if (!model || model->failed == 0) continue;
    const Seen& failed = asked_.at(metric.name).failed;
    run.failures.push_back({model->judge ? "judge_failed" : "embedder_failed",
                            metric.name + ": the " + (model->judge ? "judge " : "embedder ") + model->name +
                                " gave no " + (model->judge ? "verdict" : "vector") + " for " +
                                std::to_string(model->failed) + " of " + std::to_string(model->asked) +
                                " answers, which count as the worst value (first: " + failed.first + ")",
                            model->failed, model->asked, failed.examples});
  }
}

void Tally::add_stability(Run& run) const {
  if (repeats_ <= 1 || steady_.empty()) return;
  std::vector<double> same;
  std::vector<std::string> changed;
  for (const auto& [index, one] : steady_) same.push_back(one.changed ? 0 : 1);
  Metric metric;
  metric.name = "stability";
  const Estimate estimated = estimate(metric, same);
  MetricSummary summary;
  summary.value = estimated.value;
  summary.interval = estimated.interval;
  summary.interval_method = estimated.method;
  summary.n = same.size();
  summary.unit = "ratio";
  run.metrics["stability"] = summary;
  const auto unstable = static_cast<std::size_t>(std::ranges::count(same, 0.0));
  if (unstable > 0) {
    run.failures.push_back({"unstable",
                            "the same question was answered differently: " + std::to_string(unstable) + " of " +
                                std::to_string(same.size()) + " cases changed between " + std::to_string(repeats_) +
                                " repeats",
                            unstable,
                            same.size(),
                            {}});
  }
}

Failure Tally::below_threshold(const Metric& metric, const MetricSummary& summary,
                               const std::vector<Case>& some_cases) const {
  const std::string needed = " where " + summary.threshold + " is needed";
  Failure out{"below_threshold", metric.name + " is " + with_interval(summary) + needed, 0, summary.n, {}};
  if (!summary.value) {
    out.code = "not_measured";
    out.sentence = metric.name + " could not be measured: no answer had it" + needed;
    return out;
  }
  if (const auto chance = service_.chance(metric, some_cases); chance && no_better_than(*chance, summary)) {
    if (summary.failed == 0) {
      out.code = "chance_ranking";
      out.sentence = "ranking no better than chance: " + out.sentence + "; documents in random order would give " +
                     number(*chance);
    }
  }
  const std::string mark = mark_of(summary.model);
  if (!mark.empty()) out.sentence += " (judged by " + summary.model->name + ", " + mark + ")";
  if (summary.failed > 0 && metric.aggregate == Aggregate::kMean && metric.name != "error_rate") {
    out.code = "below_threshold_by_failures";
    out.sentence += "; " + std::to_string(summary.failed) + " of " + std::to_string(summary.n) +
                    (summary.model && summary.model->failed > 0 ? " calls and judgements" : " calls") +
                    " failed and count as the worst value";
  }
  return out;
}

void Tally::add_failures(Run& run, const std::vector<Case>& some_cases) const {
  std::vector<Failure> breaches;
  for (const auto& [code, seen] : errors_) {
    std::size_t of = calls();
    const std::string against = service_.counted_against(code);
    if (const auto column = columns_.find(against); column != columns_.end()) of = column->second.values.size();
    breaches.push_back({code, service_.sentence(code, seen.count, of, seen.first), seen.count, of, seen.examples});
  }
  std::ranges::stable_sort(breaches, [](const Failure& a, const Failure& b) { return a.cases > b.cases; });
  std::vector<Failure> missed;
  for (const Metric& metric : suite_.metrics) {
    const MetricSummary& summary = run.metrics.at(metric.name);
    if (summary.passed && !*summary.passed) missed.push_back(below_threshold(metric, summary, some_cases));
  }
  // What is only the sum of named breaches says least, and comes last.
  const auto rank = [](const Failure& one) {
    return one.code == "chance_ranking" ? 0 : one.code == "below_threshold_by_failures" ? 2 : 1;
  };
  std::ranges::stable_sort(missed, [&](const Failure& a, const Failure& b) { return rank(a) < rank(b); });
  run.failures.insert(run.failures.end(), breaches.begin(), breaches.end());
  add_model_failures(run);
  run.failures.insert(run.failures.end(), missed.begin(), missed.end());
}

void Tally::conclude(Run& run, const std::vector<Case>& some_cases, GaveUp gave_up,
                     const std::function<void(const std::string&, ModelSummary&)>& tell) const {
  run.ok = ok_;
  run.wrong = wrong_;
  run.failed = failed_;
  run.errors.clear();
  run.metrics.clear();
  run.failures.clear();
  for (const auto& [code, seen] : errors_) run.errors[code] = seen.count;
  for (const Metric& metric : suite_.metrics) {
    MetricSummary& summary = run.metrics[metric.name] = summary_of(metric);
    if (summary.model && tell) tell(metric.name, *summary.model);
  }
  add_failures(run, some_cases);
  add_stability(run);
  const bool met = std::ranges::none_of(run.metrics, [](const auto& one) { return one.second.passed == false; });
  const bool nothing_came = answered() == 0 && std::ranges::all_of(errors_, [](const auto& one) {
                              return is_transport(one.first) || one.first == "http_5xx" || one.first == "redirect";
                            });
  const auto mute = std::ranges::find_if(run.metrics, [](const auto& one) {
    return one.second.model && one.second.model->asked > 0 && one.second.model->failed == one.second.model->asked;
  });
  if (run.state != State::kFinished) {
    run.verdict = Verdict::kIncomplete;
    run.reason = "cancelled after " + std::to_string(calls()) + " of " + std::to_string(run.asked) + " calls";
  } else if (nothing_came) {
    run.verdict = Verdict::kError;
    run.reason = run.failures.empty() ? "nothing was asked" : run.failures.front().sentence;
  } else if (mute != run.metrics.end() || gave_up == GaveUp::kModel) {
    // Nothing is known of the target by a model that says nothing.
    run.verdict = Verdict::kError;
    const auto failed = std::ranges::find_if(
        run.failures, [](const Failure& one) { return one.code == "judge_failed" || one.code == "embedder_failed"; });
    run.reason = failed == run.failures.end() ? "the model that judges stopped answering" : failed->sentence;
  } else if (met && gave_up == GaveUp::kNot) {
    run.verdict = Verdict::kPass;
    run.reason = suite_.thresholds.empty() ? "measured; the suite has no thresholds" : "all thresholds are met";
  } else {
    run.verdict = Verdict::kFail;
    run.reason = run.failures.empty() ? "the target stopped answering" : run.failures.front().sentence;
  }
}

}  // namespace groundwork::measure
