#include "api/measurement_json.h"

#include <algorithm>
#include <map>

#include "api/measurement_parts.h"
#include "measure/compare.h"
#include "measure/metric.h"
#include "measure/suite.h"

namespace groundwork::api {
namespace {

using base::json::array;
using base::json::object;
using base::json::value;
using detail::clipped;
using detail::kLongText;
using detail::or_null;
using measure::MetricSummary;

constexpr std::size_t kTrendPoints = 40;

/// A value of a run whoever made it.
struct Figure {
  std::string name;
  MetricSummary summary;
};

std::vector<Figure> figures_of(const KeptRun& run) {
  std::vector<Figure> out;
  if (run.eval) {
    for (const auto& [name, one] : run.eval->metrics) out.push_back({name, one});
  } else {
    for (const auto& [name, one] : run.summary.metrics) {
      MetricSummary summary;
      summary.value = one.value;
      if (one.low && one.high) summary.interval = measure::Bounds{*one.low, *one.high};
      summary.n = static_cast<std::size_t>(one.n);
      summary.unit = one.unit;
      const auto known = measure::find_metric(name);
      summary.higher_is_better = known.ok() ? known->higher_is_better : !name.ends_with("_ms");
      out.push_back({name, summary});
    }
  }
  if (out.size() > detail::kShownMetrics) out.resize(detail::kShownMetrics);
  return out;
}

object figure_json(const Figure& one) {
  const MetricSummary& summary = one.summary;
  value bound = nullptr;
  value comparison = nullptr;
  if (const auto threshold = measure::parse_threshold(summary.threshold); threshold.ok()) {
    using Kind = measure::Threshold::Kind;
    bound = threshold->bound;
    comparison = threshold->kind == Kind::kAtLeast || threshold->kind == Kind::kAbove ? "at-least" : "at-most";
  }
  return {{"name", clipped(one.name, 100)},
          {"value", or_null(summary.value)},
          {"low", summary.interval ? value(summary.interval->low) : value(nullptr)},
          {"high", summary.interval ? value(summary.interval->high) : value(nullptr)},
          {"n", summary.n},
          {"failed", summary.failed},
          {"unit", clipped(summary.unit, 40)},
          {"higher_is_better", summary.higher_is_better},
          {"threshold", summary.threshold.empty() ? value(nullptr) : clipped(summary.threshold, 40)},
          {"bound", bound},
          {"comparison", comparison},
          {"passed", or_null(summary.passed)},
          {"mark", clipped(measure::mark_of(summary.model), 80)}};
}

/// With what the metric means, where this program knows it.
object explained(const Figure& one) {
  object out = figure_json(one);
  auto metric = measure::find_metric(one.name);
  if (!metric.ok()) metric = measure::find_metric(one.name, {{"schema", object{}}});
  out["definition"] = metric.ok() ? value(metric->definition) : value(nullptr);
  out["source"] = metric.ok() ? value(metric->source) : value(nullptr);
  out["by_case"] = measure::is_paired_by_case(one.name);
  return out;
}

std::string headline_of(const KeptRun& run) {
  if (run.eval) return measure::headline_metric(*run.eval);
  for (const char* name : {"p95_ms", "uptime", "deploy_success_rate"}) {
    if (run.summary.metrics.contains(name)) return name;
  }
  return run.summary.metrics.empty() ? "" : run.summary.metrics.begin()->first;
}

std::string verdict_of(const KeptRun& run) {
  if (run.eval) return std::string(to_string(run.eval->verdict));
  if (run.summary.state != "finished") return "incomplete";
  const object& figures = detail::object_at(run.json, "figures");
  if (const value* slo = figures.if_contains("slo"); slo != nullptr && slo->is_object()) {
    return base::bool_or(slo->get_object(), "met", false) ? "pass" : "fail";
  }
  const std::string& verdict = run.summary.verdict;
  return verdict == "pass" || verdict == "fail" || verdict == "error" ? verdict : "measured";
}

std::string version_of(const KeptRun& run) { return run.eval ? run.eval->suite_version : run.summary.suite_version; }
std::string dataset_of(const KeptRun& run) { return run.eval ? run.eval->dataset_sha256 : run.summary.dataset; }

bool comparable(const KeptRun& a, const KeptRun& b) {
  return a.kind == b.kind && a.suite() == b.suite() && dataset_of(a) == dataset_of(b);
}

bool measured_something(const KeptRun& run) { return run.is_finished() && verdict_of(run) != "error"; }

array texts(const std::vector<std::string>& all) {
  array out;
  for (const std::string& one : all) out.push_back(clipped(one, kLongText));
  return out;
}

object counts_json(const measure::Run& run) {
  array errors;
  for (const auto& [code, count] : run.errors) errors.push_back(object{{"code", clipped(code, 80)}, {"count", count}});
  return {{"ok", run.ok}, {"wrong", run.wrong}, {"failed", run.failed}, {"errors", std::move(errors)}};
}

array failures_json(const measure::Run& run) {
  array out;
  for (const measure::Failure& one : run.failures) {
    out.push_back(object{{"code", clipped(one.code, 80)},
                         {"sentence", clipped(one.sentence, kLongText)},
                         {"cases", one.cases},
                         {"of", one.of},
                         {"examples", texts(one.examples)}});
  }
  return out;
}

array files_json(const measure::Run& run) {
  array out;
  for (const measure::DatasetFile& one : run.files) {
    out.push_back(object{{"path", clipped(one.path)}, {"sha256", clipped(one.sha256, 80)}, {"cases", one.cases}});
  }
  return out;
}

object environment_json(const KeptRun& run) {
  const object& from = detail::object_at(run.json, "environment");
  const std::string program = base::string_or(from, "program", base::string_or(run.json, "program"));
  return {{"cpu", clipped(base::string_or(from, "cpu"))},
          {"cores", std::max<std::int64_t>(base::int_or(from, "cores", 0), 0)},
          {"kernel", clipped(base::string_or(from, "kernel"))},
          {"program", clipped(program)}};
}

array commands_json(const KeptRun& run, const KeptRun* reference) {
  array out;
  const auto add = [&](const char* what, const std::string& command) {
    out.push_back(object{{"what", what}, {"command", command}});
  };
  if (!run.eval) return out;
  if (run.eval->state == measure::State::kCancelled) add("Go on", "groundwork eval run --resume " + run.id);
  add("Measure again", "groundwork eval rerun " + run.id);
  if (reference != nullptr) {
    add("Compare with the reference", "groundwork eval compare " + reference->id + " " + run.id);
  }
  add("Fail a pipeline on a regression", "groundwork eval gate latest --baseline " + run.id);
  add("Hand it on as one file", "groundwork eval export " + run.id + " " + run.id + ".jsonl");
  return out;
}

/// Where the learner's facts name this run.
array used_by_json(const KeptRun& run, const std::vector<ledger::Fact>& facts) {
  array out;
  for (const ledger::Fact& fact : facts) {
    if (!names_run(fact, run.id)) continue;
    const std::string project = base::string_or(fact.data, "project");
    out.push_back(object{{"kpi", base::string_or(fact.data, "kpi")},
                         {"project", project.empty() ? value(nullptr) : value(project)},
                         {"value", base::number_or(fact.data, "value", 0)},
                         {"unit", base::string_or(fact.data, "unit")},
                         {"fact", fact.seq}});
  }
  return out;
}

}  // namespace

object measurement_row_json(const KeptRun& run) {
  const std::string headline = headline_of(run);
  array shown;
  const std::vector<Figure> all = figures_of(run);
  const auto add = [&](const std::string& name) {
    const auto found = std::ranges::find(all, name, &Figure::name);
    if (found != all.end() && found->summary.value) shown.push_back(figure_json(*found));
  };
  add(headline);
  if (headline != "p95_ms") add("p95_ms");
  for (const Figure& one : all) {
    if (shown.size() < 4 && one.summary.passed == false && one.name != headline && one.name != "p95_ms") add(one.name);
  }
  return {{"id", run.id},
          {"kind", clipped(run.kind, 40)},
          {"suite", clipped(run.suite(), 80)},
          {"suite_version", clipped(version_of(run), 80)},
          {"dataset_sha256", clipped(dataset_of(run), 80)},
          {"target", clipped(run.target())},
          {"label", run.eval ? clipped(run.eval->label) : value("")},
          {"reference", run.of_reference()},
          {"state", run.eval ? value(to_string(run.eval->state)) : clipped(run.summary.state, 40)},
          {"verdict", verdict_of(run)},
          {"reason", run.eval ? clipped(run.eval->reason, kLongText) : clipped(run.summary.reason, kLongText)},
          {"finished", clipped(run.finished(), 40)},
          {"headline", std::move(shown)}};
}

array trends_json(const KeptRuns& runs) {
  std::vector<const KeptRun*> newest;
  for (const auto& each : runs) {
    const KeptRun& run = *each;
    if (!measured_something(run) || headline_of(run).empty()) continue;
    const bool seen = std::ranges::any_of(
        newest, [&](const KeptRun* one) { return one->kind == run.kind && one->suite() == run.suite(); });
    if (!seen && newest.size() < 20) newest.push_back(&run);
  }
  array out;
  for (const KeptRun* latest : newest) {
    const std::string name = headline_of(*latest);
    array points;
    std::size_t others = 0;
    object shape;
    for (const auto& each : runs) {
      const KeptRun& run = *each;
      if (run.kind != latest->kind || run.suite() != latest->suite() || !measured_something(run)) continue;
      const std::vector<Figure> all = figures_of(run);
      const auto found = std::ranges::find(all, name, &Figure::name);
      if (found == all.end() || !found->summary.value) continue;
      if (!comparable(run, *latest)) {
        ++others;
        continue;
      }
      if (points.size() >= kTrendPoints) continue;
      object point = figure_json(*found);
      if (shape.empty()) shape = point;
      points.push_back(object{{"run", run.id},
                              {"at", clipped(run.finished(), 40)},
                              {"value", point.at("value")},
                              {"low", point.at("low")},
                              {"high", point.at("high")},
                              {"passed", point.at("passed")},
                              {"reference", run.of_reference()},
                              {"target", clipped(run.target())}});
    }
    std::ranges::reverse(points);
    out.push_back(object{{"suite", clipped(latest->suite(), 80)},
                         {"kind", clipped(latest->kind, 40)},
                         {"metric", name},
                         {"unit", shape.empty() ? value("") : shape.at("unit")},
                         {"higher_is_better", shape.empty() ? value(true) : shape.at("higher_is_better")},
                         {"bound", shape.empty() ? value(nullptr) : shape.at("bound")},
                         {"points", std::move(points)},
                         {"other_versions", others}});
  }
  return out;
}

const KeptRun* reference_for(const KeptRun& run, const KeptRuns& runs) {
  for (const auto& each : runs) {
    const KeptRun& one = *each;
    if (one.id != run.id && one.of_reference() && measured_something(one) && comparable(one, run)) return &one;
  }
  return nullptr;
}

const KeptRun* previous_of(const KeptRun& run, const KeptRuns& runs) {
  for (const auto& each : runs) {
    const KeptRun& one = *each;
    if (one.id != run.id && one.target() == run.target() && one.finished() <= run.finished() &&
        measured_something(one) && comparable(one, run)) {
      return &one;
    }
  }
  return nullptr;
}

object measurement_json(const KeptRun& run, const KeptRuns& others, const std::vector<ledger::Fact>& facts) {
  object out = measurement_row_json(run);
  out.erase("headline");
  array metrics;
  for (const Figure& one : figures_of(run)) metrics.push_back(explained(one));
  const KeptRun* reference = reference_for(run, others);
  const KeptRun* previous = previous_of(run, others);
  array candidates;
  for (const auto& each : others) {
    const KeptRun& one = *each;
    if (one.id != run.id && measured_something(one) && comparable(one, run) && candidates.size() < 50) {
      candidates.push_back(measurement_row_json(one));
    }
  }
  out["metrics"] = std::move(metrics);
  out["environment"] = environment_json(run);
  out["commands"] = commands_json(run, reference);
  out["used_by"] = used_by_json(run, facts);
  out["reference_run"] = reference == nullptr ? value(nullptr) : value(reference->id);
  out["previous_run"] = previous == nullptr ? value(nullptr) : value(previous->id);
  out["comparable"] = std::move(candidates);
  out["bench"] = bench_json(run);
  out["eval"] = nullptr;
  if (run.eval) {
    const measure::Run& eval = *run.eval;
    out["eval"] = object{{"contract", clipped(eval.contract, 40)},
                         {"seed", std::to_string(eval.seed)},
                         {"repeats", eval.repeats},
                         {"concurrency", eval.concurrency},
                         {"asked", eval.asked},
                         {"started", clipped(eval.started, 40)},
                         {"seconds", eval.seconds},
                         {"counts", counts_json(eval)},
                         {"failures", failures_json(eval)},
                         {"left_out", texts(eval.left_out)},
                         {"files", files_json(eval)},
                         {"cases_sha256", clipped(eval.cases_sha256, 80)}};
  }
  return out;
}

}  // namespace groundwork::api
