#include "cli/eval_tools.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/file.h"
#include "base/suggest.h"

namespace groundwork::cli {
namespace {

namespace fs = std::filesystem;
namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

std::string number(double value) {
  char text[32];
  const double size = std::abs(value);
  std::snprintf(text, sizeof text, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.3f", value);
  return text;
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

}  // namespace

Result<fs::path> suites_folder(const Context& context) {
  GW_TRY(const fs::path content, context.content_folder());
  return content / "suites";
}

std::vector<std::string> suite_names(const fs::path& folder) {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const auto text = base::read_file(entry.path() / "suite.yaml");
    if (!text.ok()) continue;
    // A suite with a program of its own says no contract, and is not eval's.
    if (text->starts_with("contract:") || text->find("\ncontract:") != std::string::npos) {
      out.push_back(entry.path().filename().string());
    }
  }
  std::ranges::sort(out);
  return out;
}

Result<measure::Suite> find_suite(const Context& context, const std::string& name,
                                  const measure::ServiceSource& services) {
  GW_TRY(const fs::path folder, suites_folder(context));
  std::error_code error;
  if (fs::exists(fs::path(name) / "suite.yaml", error)) {
    return measure::load_suite(name, folder / "contracts", services);
  }
  const std::vector<std::string> names = suite_names(folder);
  if (std::ranges::find(names, name) != names.end()) {
    return measure::load_suite(folder / name, folder / "contracts", services);
  }
  return make_error(Code::kNotFound, "no suite '" + name + "'" + base::did_you_mean(name, names) +
                                         ", and no folder of that name with a suite.yaml; `groundwork eval list` "
                                         "lists them");
}

measure::RunStore run_store(const Context& context, const std::string& out) {
  return measure::RunStore(out.empty() ? context.data_folder() / "runs" : fs::path(out));
}

Exit exit_of(measure::Verdict verdict) {
  switch (verdict) {
    case measure::Verdict::kPass:
      return Exit::kOk;
    case measure::Verdict::kFail:
      return Exit::kNotPassed;
    case measure::Verdict::kError:
      return Exit::kUnavailable;
    case measure::Verdict::kIncomplete:
      return Exit::kCancelled;
  }
  return Exit::kInternal;
}

std::string value_text(const measure::MetricSummary& summary) {
  if (!summary.value) return "-";
  std::string out = number(*summary.value);
  if (summary.interval) out += " [" + number(summary.interval->low) + ", " + number(summary.interval->high) + "]";
  if (summary.unit == "ms") out += " ms";
  return out;
}

std::string run_text(const measure::Run& run) {
  std::string out = run.suite + " " + run.suite_version + " on " + run.target + run.base_path + "\n\n";
  std::size_t names = 6;
  std::size_t values = 5;
  for (const auto& [name, summary] : run.metrics) {
    names = std::max(names, name.size());
    values = std::max(values, value_text(summary).size());
  }
  for (const auto& [name, summary] : run.metrics) {
    out += "  " + padded(name, names) + "  " + padded(value_text(summary), values) + "  n " + std::to_string(summary.n);
    if (summary.failed > 0) out += ", " + std::to_string(summary.failed) + " failed";
    if (const std::string mark = mark_of(summary.model); !mark.empty()) out += "  " + mark;
    if (summary.passed) out += "  " + std::string(*summary.passed ? "met" : "MISSED") + " (" + summary.threshold + ")";
    out += "\n";
  }
  for (const auto& [name, summary] : run.metrics) {
    if (summary.model) out += "  " + name + ": " + use_of(*summary.model) + "\n";
  }
  std::string verdict(to_string(run.verdict));
  for (char& c : verdict) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  out += "\n" + verdict + ": " + run.reason + "\n";
  for (const measure::Failure& failure : run.failures) {
    if (failure.sentence != run.reason) out += "  - " + failure.sentence + "\n";
  }
  for (const std::string& one : run.left_out) out += "left out: " + one + "\n";
  out += "run " + run.id + ": " + std::to_string(run.ok) + " ok, " + std::to_string(run.wrong) + " wrong, " +
         std::to_string(run.failed) + " failed of " + std::to_string(run.asked) + " calls in " + number(run.seconds) +
         " s\n";
  return out;
}

json::object run_summary(const measure::Run& run) {
  json::object out = measure::to_json(run);
  out["run"] = run.id;
  out["suite"] = run.suite;
  out["version"] = run.suite_version;
  out["dataset_sha256"] = run.dataset_sha256;
  for (const char* key : {"format", "id", "kind", "request"}) out.erase(key);
  return out;
}

}  // namespace groundwork::cli
