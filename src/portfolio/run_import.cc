#include "portfolio/run_import.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/hash.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "portfolio/costs.h"
#include "portfolio/format.h"

namespace groundwork::portfolio {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::json::object;
using base::json::value;

constexpr std::size_t kMaxMetrics = 500;

base::Error wrong(std::string message) { return make_error(Code::kInvalidArgument, "run: " + std::move(message)); }

Result<std::optional<double>> optional_number(const object& o, std::string_view key, const std::string& path) {
  const value* found = o.if_contains(key);
  if (found == nullptr || found->is_null()) return std::optional<double>{};
  GW_TRY(const double number, base::get_number(o, key, path));
  if (!std::isfinite(number)) return wrong(path + "." + std::string(key) + ": expected a finite number");
  return std::optional<double>(number);
}

Result<Measured> measured_from(const std::string& name, const value& from) {
  const std::string path = "metrics." + base::clip(name, 60);
  if (!from.is_object()) return wrong(path + ": expected an object, found " + std::string(base::json_type_name(from)));
  const object& o = from.get_object();
  Measured out;
  GW_TRY(out.value, optional_number(o, "value", path));
  out.n = std::max<std::int64_t>(0, base::int_or(o, "n", 0));
  out.unit = base::string_or(o, "unit");
  if (out.unit.size() > 40) return wrong(path + ".unit: expected at most 40 bytes");
  if (const value* interval = o.if_contains("interval"); interval != nullptr && interval->is_object()) {
    GW_TRY(out.low, optional_number(interval->get_object(), "low", path + ".interval"));
    GW_TRY(out.high, optional_number(interval->get_object(), "high", path + ".interval"));
    if (out.low && out.high && *out.low > *out.high) return wrong(path + ".interval: low is above high");
  }
  return out;
}

const std::pair<const std::string, Measured>* find_metric(const RunSummary& run,
                                                          const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (const auto found = run.metrics.find(name); found != run.metrics.end()) return &*found;
  }
  return nullptr;
}

/// What a metric of a project is measured by, as runs call their kind.
std::string kind_of(const std::string& measured_by) { return measured_by == "suite" ? "eval" : measured_by; }

struct Values {
  double value = 0;
  std::optional<double> low, high;
};
Result<Values> converted(const Measured& from, const std::string& unit) {
  Values out;
  GW_TRY(out.value, in_unit(*from.value, from.unit, unit));
  if (from.low && from.high) {
    GW_TRY(out.low, in_unit(*from.low, from.unit, unit));
    GW_TRY(out.high, in_unit(*from.high, from.unit, unit));
  }
  return out;
}

void describe(object& data, const RunSummary& run, const Values& values, std::int64_t n) {
  data["value"] = values.value;
  data["run"] = run.id;
  data["run_sha256"] = run.sha256;
  if (n > 0) data["n"] = n;
  if (values.low && values.high) {
    data["low"] = *values.low;
    data["high"] = *values.high;
  }
  if (!run.suite.empty()) data["suite"] = run.suite + (run.suite_version.empty() ? "" : " " + run.suite_version);
  if (!run.dataset.empty()) data["dataset"] = run.dataset;
}

base::Status fits(const RunSummary& run, const curriculum::ProjectGuide& guide) {
  const bool other = run.kind == "eval" && !run.suite.empty() && run.suite != guide.suite;
  if (other) {
    return make_error(Code::kFailedPrecondition, guide.project_id + " is measured by the suite '" + guide.suite +
                                                     "'; this run is of '" + run.suite + "'");
  }
  const bool other_profile =
      run.kind == "bench" && !run.suite.empty() && !guide.bench_profile.empty() && run.suite != guide.bench_profile;
  if (other_profile) {
    return make_error(Code::kFailedPrecondition, guide.project_id + " is measured with the profile '" +
                                                     guide.bench_profile + "'; this run used '" + run.suite + "'");
  }
  return {};
}

}  // namespace

Result<double> in_unit(double value, const std::string& found, const std::string& wanted) {
  const auto plain = [](const std::string& unit) {
    if (unit.empty() || unit == "ratio" || unit == "1" || unit == "fraction") return std::string("share");
    if (unit == "seconds") return std::string("s");
    if (unit == "milliseconds") return std::string("ms");
    if (unit == "req/s" || unit == "1/s" || unit == "rps") return std::string("requests/s");
    return unit;
  };
  const std::string from = plain(found);
  const std::string to = plain(wanted);
  if (from == to || found.empty()) return value;
  if (from == "s" && to == "ms") return value * 1000;
  if (from == "ms" && to == "s") return value / 1000;
  if (from == "us" && to == "ms") return value / 1000;
  if (from == "us" && to == "s") return value / 1'000'000;
  if ((from == "%" || from == "percent") && to == "share") return value / 100;
  if (to == "count" && (from == "cases" || from == "share")) return value;
  return make_error(Code::kInvalidArgument, "expected a value in " + wanted + ", found one in '" + found + "'");
}

Result<value> as_run(const value& result) {
  if (!result.is_object() || base::string_or(result.get_object(), "kind") != "groundwork.bench") return result;
  object out = result.get_object();
  for (const char* raw : {"samples", "histograms", "totals"}) out.erase(raw);
  const value* client = out.if_contains("client");
  if (client != nullptr && client->is_object() && base::bool_or(client->get_object(), "bottleneck", false)) {
    return make_error(Code::kFailedPrecondition,
                      "the client was the bottleneck of this bench, so its figures say nothing of the service: " +
                          base::clip(base::string_or(client->get_object(), "verdict"), 300));
  }
  GW_TRY(const object* options, base::get_object(out, "options", "run"));
  GW_TRY(const object* figures, base::get_object(out, "figures", "run"));
  object metrics;
  const auto add = [&](const char* name, const object& from, const char* key, const char* unit, std::int64_t n) {
    const value* found = from.if_contains(key);
    if (found == nullptr || !found->is_number()) return;
    metrics[name] = object{{"value", *found}, {"n", n}, {"unit", unit}};
  };
  const std::int64_t requests = base::int_or(*figures, "requests", 0);
  if (const value* latency = figures->if_contains("latency"); latency != nullptr && latency->is_object()) {
    const std::int64_t n = base::int_or(latency->get_object(), "count", 0);
    add("p50_ms", latency->get_object(), "p50_ms", "ms", n);
    add("p95_ms", latency->get_object(), "p95_ms", "ms", n);
  }
  add("throughput", *figures, "requests_per_second", "requests/s", requests);
  add("error_rate", *figures, "error_rate", "share", requests);
  add("tokens_per_request", *figures, "tokens_per_request", "tokens", requests);
  const std::string profile = base::string_or(*options, "profile");
  const std::string target = base::string_or(*options, "target");
  const bool cancelled = base::bool_or(out, "cancelled", false);
  std::string stamp = base::string_or(out, "started");
  std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
  const std::string hash = base::sha256_hex(base::canonical_json(out)).substr(0, 8);
  out["id"] = (stamp.size() >= 15 ? stamp.substr(0, 15) + "Z-" : std::string()) + "bench-" + hash;
  out["kind"] = "bench";
  out["profile"] = profile;
  out["target"] = target;
  out["state"] = cancelled ? "cancelled" : "finished";
  out["metrics"] = std::move(metrics);
  return value(std::move(out));
}

bool is_run_id(std::string_view id) {
  constexpr std::size_t kLongest = 120;
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return !id.empty() && id.size() <= kLongest && id.front() != '.' && std::all_of(id.begin(), id.end(), plain);
}

Result<RunSummary> run_summary(const value& run) {
  if (!run.is_object()) return wrong("expected an object, found " + std::string(base::json_type_name(run)));
  const object& o = run.get_object();
  RunSummary out;
  GW_TRY(out.id, base::get_string(o, "id", "run"));
  if (!is_run_id(out.id)) {
    return wrong("id: expected up to 120 of letters, digits, '-', '_' and '.', found '" + base::clip(out.id, 60) + "'");
  }
  out.kind = base::string_or(o, "kind", "eval");
  const std::vector<std::string> kinds = {"eval", "bench", "probe", "pipeline", "drill"};
  if (std::find(kinds.begin(), kinds.end(), out.kind) == kinds.end()) {
    return wrong("kind: expected eval, bench, probe, pipeline or drill, found '" + base::clip(out.kind, 40) + "'" +
                 base::did_you_mean(base::clip(out.kind, 40), kinds));
  }
  out.state = base::string_or(o, "state", "finished");
  out.target = base::clip(base::string_or(o, "target"), 2000);
  out.verdict = base::string_or(o, "verdict");
  out.reason = base::clip(base::string_or(o, "reason"), 600);
  if (const value* suite = o.if_contains("suite")) {
    if (suite->is_object()) {
      const object& s = suite->get_object();
      out.suite = base::clip(base::string_or(s, "name"), 80);
      out.suite_version = base::clip(base::string_or(s, "version"), 80);
      out.dataset = base::clip(base::string_or(s, "dataset_sha256"), 100);
    } else if (suite->is_string()) {
      out.suite = base::clip(std::string(suite->get_string()), 80);
    }
  }
  if (out.kind == "bench") {
    if (const std::string profile = base::string_or(o, "profile"); !profile.empty()) out.suite = profile;
  }
  GW_TRY(const object* metrics, base::get_object(o, "metrics", "run"));
  if (metrics->size() > kMaxMetrics) {
    return wrong("metrics: expected at most " + std::to_string(kMaxMetrics) + ", found " +
                 std::to_string(metrics->size()));
  }
  for (const auto& [name, one] : *metrics) {
    GW_TRY(Measured measured, measured_from(std::string(name), one));
    out.metrics.emplace(std::string(name), std::move(measured));
  }
  if (const value* usage = o.if_contains("usage"); usage != nullptr && usage->is_object()) {
    const object& u = usage->get_object();
    const auto count = [&](std::string_view key) { return std::max<std::int64_t>(0, base::int_or(u, key, 0)); };
    out.usage = RunSummary::Usage{base::clip(base::string_or(u, "model"), 200), count("input_tokens"),
                                  count("output_tokens"), count("requests"), count("succeeded")};
  }
  out.sha256 = base::sha256_hex(base::canonical_json(run));
  return out;
}

namespace {

/// One import: what is known of it, and the facts it makes.
class Import {
 public:
  Import(assess::Study& study, std::string learner, const assess::Standing& standing, RunSummary run)
      : study_(study), learner_(std::move(learner)), content_(*standing.content), run_(std::move(run)) {
    out_.run = run_.id;
  }

  void measure(const curriculum::ProjectGuide& guide) {
    project_ = guide.project_id;
    for (const curriculum::ProjectMetric& metric : guide.metrics) {
      MetricOutcome outcome;
      outcome.metric = metric.id;
      const auto* found = find_metric(run_, metric.from);
      if (kind_of(metric.measured_by) != run_.kind) {
        outcome.text = metric.title + " is measured by a " +
                       (metric.measured_by == "suite" ? "run of the suite" : metric.measured_by) + ", not by this run";
        // Nor does it move the series: a latency without load is not one under load.
        if (!metric.kpi.empty()) taken_.insert(metric.kpi);
      } else if (found == nullptr || !found->second.value) {
        outcome.text = "the run has no value for " + metric.from.front();
      } else if (const auto values = converted(found->second, metric.unit); !values.ok()) {
        outcome.text = found->first + ": " + values.error().message;
      } else {
        outcome.measured = true;
        outcome.missed = metric.at_least ? !(values->value >= metric.target) : !(values->value <= metric.target);
        outcome.text = metric.title + " measured at " + shown(values->value, metric.unit) + ", target " +
                       (metric.at_least ? "at least " : "at most ") + shown(metric.target, metric.unit);
        object data{{"project", project_},
                    {"kpi", metric.id},
                    {"unit", metric.unit},
                    {"target", metric.target},
                    {"comparison", metric.at_least ? "at-least" : "at-most"},
                    {"source", run_.kind == "eval" || run_.kind == "bench" ? "run" : run_.kind}};
        describe(data, run_, *values, found->second.n);
        if (!run_.target.empty()) data["target_url"] = run_.target;
        if (!metric.kpi.empty()) taken_.insert(metric.kpi);
        used_.insert(found->first);
        fact_of_.push_back(out_.metrics.size());
        facts_.push_back(study_.fact(learner_, "kpi.measured:" + project_ + ":" + metric.id + ":" + run_.id,
                                     "kpi.measured", std::move(data)));
      }
      out_.metrics.push_back(std::move(outcome));
    }
  }

  void record(const curriculum::PriceTable& prices) {
    if (run_.usage) {
      const Costs costs = costs_of(*run_.usage, prices);
      if (costs.per_1k_requests) add_cost("cost-per-1k-requests", *costs.per_1k_requests, costs.note);
      if (costs.per_success) add_cost("cost-per-successful-task", *costs.per_success, costs.note);
      if (!costs.problem.empty()) out_.left_out.push_back(costs.problem);
    }
    for (const curriculum::Kpi& kpi : content_.kpis) {
      for (const curriculum::Figure& figure : kpi.figures) {
        const auto* found = find_metric(run_, figure.metrics);
        if (found == nullptr) continue;
        used_.insert(found->first);
        if (taken_.count(figure.id) != 0 || !found->second.value) continue;
        const auto values = converted(found->second, kpi.unit);
        if (!values.ok()) {
          out_.left_out.push_back(found->first + ": " + values.error().message);
          continue;
        }
        add(figure.id, kpi.unit, *values, found->second.n, "");
      }
    }
    std::vector<std::string> unused;
    for (const auto& [name, measured] : run_.metrics) {
      if (used_.count(name) == 0) unused.push_back(name);
    }
    if (!unused.empty()) {
      std::string text = "no KPI and no metric of the project is called ";
      for (std::size_t i = 0; i < unused.size() && i < 12; ++i) text += (i == 0 ? "" : ", ") + unused[i];
      if (unused.size() > 12) text += " and " + std::to_string(unused.size() - 12) + " more";
      out_.left_out.push_back(text);
    }
  }

  Result<Imported> commit(const value& run) {
    if (facts_.empty()) {
      return make_error(Code::kFailedPrecondition, "the run " + run_.id + " measured nothing that a KPI is made of" +
                                                       (run_.reason.empty() ? "" : ": " + run_.reason) +
                                                       (out_.metrics.empty() ? "" : "; " + out_.metrics.front().text));
    }
    GW_TRY(const std::string blob, study_.ledger().put_blob(base::canonical_json(run)));
    // The time is that of the first import, so that a second one records the same.
    GW_TRY(const std::vector<std::int64_t> numbers, study_.record(std::move(facts_)));
    for (std::size_t i = 0; i < fact_of_.size(); ++i) out_.metrics[fact_of_[i]].fact = numbers[i];
    return std::move(out_);
  }

 private:
  void add_cost(const std::string& figure, double amount, const std::string& note) {
    if (content_.kpi(figure) == nullptr) return;
    add(figure, content_.kpi(figure)->unit, Values{amount, {}, {}}, run_.usage->requests, note);
  }
  void add(const std::string& figure, const std::string& unit, const Values& values, std::int64_t n,
           const std::string& note) {
    if (!taken_.insert(figure).second) return;
    object data{{"kpi", figure}, {"unit", unit}, {"source", "run"}};
    if (!project_.empty()) data["project"] = project_;
    if (!note.empty()) data["note"] = note;
    describe(data, run_, values, n);
    facts_.push_back(study_.fact(learner_, "kpi.recorded:" + project_ + ":" + figure + ":" + run_.id, "kpi.recorded",
                                 std::move(data)));
    out_.kpis.push_back(figure);
  }

  assess::Study& study_;
  std::string learner_;
  const curriculum::Curriculum& content_;
  RunSummary run_;
  std::string project_;
  std::set<std::string> taken_;  // figures that have a fact
  std::set<std::string> used_;   // names of the run's metrics that meant something
  std::vector<ledger::NewFact> facts_;
  std::vector<std::size_t> fact_of_;  // the outcome that a fact of the project belongs to, in their order
  Imported out_;
};

}  // namespace

Result<Imported> import_run(assess::Study& study, const std::filesystem::path& data_folder, const std::string& learner,
                            const std::string& project, const value& result) {
  GW_TRY(const value run, as_run(result));
  GW_TRY(RunSummary summary, run_summary(run));
  if (summary.state != "finished") {
    return make_error(Code::kFailedPrecondition, "the run " + summary.id + " is " + base::clip(summary.state, 40) +
                                                     ": only a finished run measures a KPI");
  }
  GW_TRY(const auto standing, study.standing(learner));
  const curriculum::ProjectGuide* guide = nullptr;
  if (!project.empty()) {
    GW_TRY(guide, guide_of(*standing->content, project));
    GW_CHECK_OK(fits(summary, *guide));
  }
  GW_TRY(const curriculum::PriceTable prices, price_table(data_folder, standing->content->prices));
  Import import(study, learner, *standing, std::move(summary));
  if (guide != nullptr) import.measure(*guide);
  import.record(prices);
  return import.commit(run);
}

}  // namespace groundwork::portfolio
