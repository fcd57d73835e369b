#include "measure/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "http/url.h"
#include "search/report_parts.h"
#include "text/markdown.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using base::Result;
using base::Status;

constexpr std::size_t kShownSamples = 2'000;  // of a page

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, std::abs(value) >= 100 ? "%.0f" : "%.4g", value);
  return text;
}

std::string interval_text(const MetricSummary& one) {
  return one.interval ? number(one.interval->low) + " to " + number(one.interval->high) : "";
}

std::string in_cell(std::string text) {  // of a Markdown table
  for (std::size_t at = 0; (at = text.find_first_of("|\r\n", at)) != std::string::npos; at += 2) {
    text.replace(at, 1, text[at] == '|' ? "\\|" : "  ");
  }
  return text;
}

std::string marked(const std::string& name, const MetricSummary& one) {
  const std::string mark = mark_of(one.model);
  return mark.empty() ? name : name + " (" + mark + ")";
}

bool is_latency(const std::string& name) { return name.ends_with("_ms"); }

std::string name_of(const Sample& sample) {
  return sample.case_id + (sample.repeat > 0 ? " (repeat " + std::to_string(sample.repeat + 1) + ")" : "");
}

/// What models said of the answer.
std::string judged_text(const Sample& sample) {
  std::string out;
  for (const auto& [name, one] : sample.judgements) {
    if (one.reason.empty()) continue;
    out += (out.empty() ? "" : "; ") + name + (one.judging.failed ? ", no verdict: " : ": ") + one.reason;
  }
  return out;
}

std::string junit_case(const Run& run, const Sample& sample) {
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.3f", sample.ms / 1000);
  std::string out = "  <testcase classname=\"" + xml_escaped(run.suite) + "\" name=\"" + xml_escaped(name_of(sample)) +
                    "\" time=\"" + seconds + "\"";
  if (sample.outcome == Outcome::kOk) return out + "/>\n";
  const bool failed = sample.outcome == Outcome::kFailed;
  const std::string message = failed ? sample.message : "wrong answer: " + json::serialize(sample.answer);
  const std::string tag = failed ? "error" : "failure";
  return out + ">\n    <" + tag + " type=\"" + xml_escaped(failed ? sample.error : "wrong") + "\" message=\"" +
         xml_escaped(message) + "\"/>\n  </testcase>\n";
}

json::object evallog_sample(const Sample& sample) {
  json::object scores;
  for (const auto& [name, value] : sample.values) {
    if (!is_latency(name)) scores[name] = json::object{{"value", value}};
  }
  for (const auto& [name, one] : sample.judgements) {
    if (scores.contains(name)) scores[name].as_object()["explanation"] = one.reason;
  }
  json::object out{{"id", sample.case_id},
                   {"epoch", sample.repeat + 1},
                   {"input", sample.case_id},
                   {"target", ""},
                   {"scores", std::move(scores)},
                   {"metadata", json::object{{"outcome", to_string(sample.outcome)},
                                             {"error", sample.error},
                                             {"message", sample.message},
                                             {"answer", sample.answer}}},
                   {"total_time", sample.ms / 1000}};
  return out;
}

json::array evallog_scores(const Run& run) {
  json::array out;
  for (const auto& [name, one] : run.metrics) {
    if (!one.value) continue;
    json::object metrics{{"value", json::object{{"name", "value"}, {"value", *one.value}}}};
    if (one.interval) {
      metrics["ci_low"] = json::object{{"name", "ci_low"}, {"value", one.interval->low}};
      metrics["ci_high"] = json::object{{"name", "ci_high"}, {"value", one.interval->high}};
    }
    json::object score{{"name", name}, {"scorer", name}, {"metrics", std::move(metrics)}};
    if (one.model) {
      score["metadata"] = json::object{{"model", one.model->name}, {"calibration", mark_of(one.model)}};
    }
    out.push_back(std::move(score));
  }
  return out;
}

std::string chart_of(const Run& run) {
  namespace parts = search::report;
  std::vector<parts::Bar> rows;
  for (const auto& [name, one] : run.metrics) {
    if (!one.value || one.unit != "ratio") continue;
    parts::Bar bar;
    bar.label = marked(name, one);
    bar.value = *one.value;
    if (one.interval) bar.interval = search::Interval{one.interval->low, one.interval->high};
    rows.push_back(std::move(bar));
  }
  return rows.empty() ? "" : parts::bars(rows, 1);
}

std::string metric_rows(const Run& run) {
  using search::report::escaped;
  std::string out =
      "<table><thead><tr><th>metric</th><th>value</th><th>95 % interval</th><th>calls</th><th>failed</th>"
      "<th>needed</th><th>met</th></tr></thead><tbody>";
  for (const auto& [name, one] : run.metrics) {
    out += "<tr><td>" + escaped(marked(name, one)) + "</td><td>" + (one.value ? number(*one.value) : "-") +
           (one.unit == "ms" ? " ms" : "") + "</td><td>" + interval_text(one) + "</td><td>" + std::to_string(one.n) +
           "</td><td>" + std::to_string(one.failed) + "</td><td>" + escaped(one.threshold) + "</td><td>" +
           (one.passed ? *one.passed ? "yes" : "<strong>no</strong>" : "") + "</td></tr>";
  }
  return out + "</tbody></table>";
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  if (!http::is_utf8(text)) return "(not UTF-8)";
  std::string out;
  for (const char c : text::escape_html(text)) {
    if (c == '\n') {
      out += "&#10;";
    } else if (c == '\t') {
      out += "&#9;";
    } else if (static_cast<unsigned char>(c) < ' ') {
      out += "\xef\xbf\xbd";
    } else {
      out += c;
    }
  }
  return out;
}

std::string to_markdown(const Run& run) {
  std::string out = "### " + run.suite + " " + run.suite_version + ": " + std::string(to_string(run.verdict)) + "\n\n" +
                    in_cell(run.reason) + "\n\n| metric | value | 95 % interval | calls | failed | needed | met |\n" +
                    "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const auto& [name, one] : run.metrics) {
    out += "| " + in_cell(marked(name, one)) + " | " + (one.value ? number(*one.value) : "-") +
           (one.unit == "ms" ? " ms" : "") + " | " + interval_text(one) + " | " + std::to_string(one.n) + " | " +
           std::to_string(one.failed) + " | " + in_cell(one.threshold) + " | " +
           (one.passed ? *one.passed ? "yes" : "**no**" : "") + " |\n";
  }
  for (const auto& [name, one] : run.metrics) {
    if (one.model) out += "\n" + in_cell(name + ": " + use_of(*one.model)) + ".\n";
  }
  if (!run.failures.empty()) out += "\n";
  for (const Failure& one : run.failures) out += "- " + in_cell(one.sentence) + "\n";
  for (const std::string& one : run.left_out) out += "- left out: " + in_cell(one) + "\n";
  return out + "\nRun `" + run.id + "` of `" + run.target + "`, seed " + std::to_string(run.seed) + ", dataset `" +
         run.dataset_sha256.substr(0, 12) + "`, " + in_cell(run.environment.program) + ".\n";
}

Result<std::string> to_junit(const Run& run, const std::filesystem::path& folder) {
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  for (const auto& [name, one] : run.metrics) {
    if (!one.passed) continue;
    ++tests;
    cases += "  <testcase classname=\"" + xml_escaped(run.suite) + ".thresholds\" name=\"" +
             xml_escaped(marked(name, one) + " " + one.threshold) + "\" time=\"0\"";
    if (*one.passed) {
      cases += "/>\n";
      continue;
    }
    ++failures;
    cases += ">\n    <failure type=\"threshold\" message=\"" +
             xml_escaped(name + " is " + (one.value ? number(*one.value) : "not measured")) + "\"/>\n  </testcase>\n";
  }
  GW_CHECK_OK(RunStore::for_each_sample(folder, [&](const Sample& sample) -> Status {
    ++tests;
    failures += sample.outcome == Outcome::kWrong ? 1 : 0;
    errors += sample.outcome == Outcome::kFailed ? 1 : 0;
    cases += junit_case(run, sample);
    return {};
  }));
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"" +
                    xml_escaped(run.suite) + "\" tests=\"" + std::to_string(tests) + "\" failures=\"" +
                    std::to_string(failures) + "\" errors=\"" + std::to_string(errors) + "\" time=\"" +
                    number(run.seconds) + "\" timestamp=\"" + xml_escaped(run.started) + "\">\n";
  return out + cases + "</testsuite>\n</testsuites>\n";
}

Result<std::string> to_evallog(const Run& run, const std::filesystem::path& folder) {
  json::array samples;
  GW_CHECK_OK(RunStore::for_each_sample(folder, [&](const Sample& sample) -> Status {
    samples.push_back(evallog_sample(sample));
    return {};
  }));
  const bool ended = run.state == State::kFinished && run.verdict != Verdict::kError;
  const std::string status = ended ? "success" : run.state == State::kCancelled ? "cancelled" : "error";
  json::object log{
      {"version", 2},
      {"status", status},
      {"eval", json::object{{"eval_id", run.id},
                            {"run_id", run.id},
                            {"created", run.started},
                            {"task", run.suite},
                            {"task_id", run.suite},
                            {"task_version", run.suite_version},
                            {"dataset", json::object{{"name", run.suite}, {"samples", samples.size()}}},
                            {"model", run.target},
                            {"config", json::object{{"epochs", run.repeats}}},
                            {"packages", json::object{}},
                            {"metadata", json::object{{"dataset_sha256", run.dataset_sha256},
                                                      {"seed", run.seed},
                                                      {"verdict", to_string(run.verdict)},
                                                      {"reason", run.reason},
                                                      {"program", run.environment.program}}}}},
      {"plan", json::object{{"name", "plan"}, {"steps", json::array{}}}},
      {"results",
       json::object{
           {"total_samples", run.asked}, {"completed_samples", samples.size()}, {"scores", evallog_scores(run)}}},
      {"stats",
       json::object{{"started_at", run.started}, {"completed_at", run.finished}, {"model_usage", json::object{}}}},
      {"samples", std::move(samples)}};
  if (status == "error") {
    log["error"] = json::object{{"message", run.reason}, {"traceback", ""}, {"traceback_ansi", ""}};
  }
  return json::serialize(log) + "\n";
}

Result<std::string> to_html(const Run& run, const std::filesystem::path& folder) {
  namespace parts = search::report;
  using parts::escaped;
  std::string rows;
  std::size_t shown = 0;
  std::size_t all = 0;
  GW_CHECK_OK(RunStore::for_each_sample(folder, [&](const Sample& sample) -> Status {
    ++all;
    if (sample.outcome == Outcome::kOk && shown >= kShownSamples / 2) return {};
    if (shown >= kShownSamples) return {};
    ++shown;
    std::string values;
    for (const auto& [name, value] : sample.values) {
      if (!is_latency(name)) values += (values.empty() ? "" : ", ") + name + " " + number(value);
    }
    rows += "<tr><td>" + escaped(name_of(sample)) + "</td><td>" + std::string(to_string(sample.outcome)) + "</td><td>" +
            number(sample.ms) + "</td><td>" + escaped(values) + "</td><td>" +
            escaped(sample.error.empty() ? judged_text(sample) : sample.error + ": " + sample.message) + "</td></tr>";
    return {};
  }));
  std::string body = "<h1>" + escaped(run.suite) + ": " + std::string(to_string(run.verdict)) + "</h1><p>" +
                     escaped(run.reason) + "</p>";
  body += parts::facts({{"target", run.target + run.base_path},
                        {"run", run.id},
                        {"suite", run.suite + " " + run.suite_version},
                        {"dataset", run.dataset_sha256},
                        {"seed", std::to_string(run.seed)},
                        {"calls", std::to_string(run.ok + run.wrong + run.failed) + " of " + std::to_string(run.asked) +
                                      ", " + std::to_string(run.concurrency) + " at a time"},
                        {"machine", run.environment.cpu + ", " + std::to_string(run.environment.cores) + " cores, " +
                                        run.environment.kernel},
                        {"program", run.environment.program},
                        {"started", run.started}});
  body += "<h2>Metrics</h2>" + chart_of(run) + metric_rows(run);
  for (const auto& [name, one] : run.metrics) {
    if (one.model) body += "<p>" + escaped(name + ": " + use_of(*one.model)) + "</p>";
  }
  if (!run.failures.empty()) body += "<h2>What went wrong</h2><ul>";
  for (const Failure& one : run.failures) body += "<li>" + escaped(one.sentence) + "</li>";
  if (!run.failures.empty()) body += "</ul>";
  if (!run.left_out.empty()) body += "<h2>Left out</h2><ul>";
  for (const std::string& one : run.left_out) body += "<li>" + escaped(one) + "</li>";
  if (!run.left_out.empty()) body += "</ul>";
  body += "<h2>Calls</h2>";
  if (shown < all) body += "<p>" + std::to_string(shown) + " of " + std::to_string(all) + " are shown.</p>";
  body +=
      "<table><thead><tr><th>case</th><th>outcome</th><th>ms</th><th>values</th><th>what was wrong</th></tr></thead>"
      "<tbody>" +
      rows + "</tbody></table>";
  return parts::page(run.suite + " on " + run.target, body);
}

}  // namespace groundwork::measure
