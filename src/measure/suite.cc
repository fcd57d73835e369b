#include "measure/suite.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/file.h"
#include "base/hash.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "schema/validator.h"

namespace groundwork::measure {
namespace {

namespace fs = std::filesystem;
namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;
using schema::Document;
using schema::Problem;

constexpr char kSchema[] = {
#include "suite_schema.inc"
};

const schema::Validator& suite_schema() {
  static const schema::Validator* const validator = [] {
    auto compiled = schema::Validator::compile(base::parse_json({kSchema, sizeof kSchema - 1}).value());
    return new schema::Validator(std::move(compiled).value());  // never freed: used as long as the program runs
  }();
  return *validator;
}

std::string number_text(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value);
  return {text, end.ptr};
}

/// Whether some value in the metric's range meets the threshold.
bool possible(const Threshold& threshold, const Metric& metric) {
  switch (threshold.kind) {
    case Threshold::Kind::kAtLeast:
      return threshold.bound <= metric.high;
    case Threshold::Kind::kAbove:
      return threshold.bound < metric.high;
    case Threshold::Kind::kAtMost:
      return threshold.bound >= metric.low;
    case Threshold::Kind::kBelow:
      return threshold.bound > metric.low;
  }
  return false;
}

class Loader {
 public:
  Loader(const Document& document, Suite& suite, const ServiceSource& services)
      : document_(document), suite_(suite), services_(services), root_(document.value.as_object()) {}

  std::vector<Problem> load() {
    suite_.name = base::string_or(root_, "name");
    suite_.version = base::string_or(root_, "version");
    suite_.title = base::string_or(root_, "title");
    suite_.contract = base::string_or(root_, "contract");
    suite_.cases = file_at("cases");
    suite_.documents = file_at("documents");
    suite_.base_paths = {""};
    if (const json::value* paths = root_.if_contains("base_paths")) {
      suite_.base_paths.clear();
      for (const json::value& one : paths->as_array()) suite_.base_paths.emplace_back(one.as_string());
    }
    if (const json::value* hidden = root_.if_contains("hidden")) {
      const json::object& object = hidden->as_object();
      suite_.hidden = {base::string_or(object, "template"), size_at(object, "documents", 0),
                       size_at(object, "cases", 0)};
    }
    if (const json::value* sample = root_.if_contains("sample")) {
      const json::object& object = sample->as_object();
      if (object.contains("cases")) suite_.sample_cases = size_at(object, "cases", 0);
      suite_.seed = size_at(object, "seed", 1);
    }
    suite_.repeats = size_at(root_, "repeats", 1);
    suite_.concurrency = size_at(root_, "concurrency", 4);
    if (const json::value* deadlines = root_.if_contains("deadlines")) {
      const json::object& object = deadlines->as_object();
      suite_.call_deadline = std::chrono::milliseconds(size_at(object, "call_ms", 30'000));
      suite_.setup_deadline = std::chrono::milliseconds(size_at(object, "setup_ms", 120'000));
    }
    if (const json::value* request = root_.if_contains("request")) suite_.request = request->as_object();
    load_metrics();
    load_thresholds();
    return std::move(problems_);
  }

 private:
  static std::size_t size_at(const json::object& object, std::string_view key, std::int64_t fallback) {
    return static_cast<std::size_t>(base::int_or(object, key, fallback));
  }

  std::string file_at(std::string_view key) {
    std::string file = base::string_or(root_, key);
    if (file.starts_with('/')) {
      problems_.push_back(document_.problem_at("/" + std::string(key), "expected a path relative to the suite"));
    }
    return file;
  }

  void load_metrics() {
    const json::array& list = root_.at("metrics").as_array();
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string pointer = "/metrics/" + std::to_string(i);
      json::object options;
      std::string name;
      std::string as;
      if (list[i].is_string()) {
        name = list[i].as_string();
      } else {
        options = list[i].as_object();
        name = base::string_or(options, "metric");
        as = base::string_or(options, "as");
        options.erase("metric");
        options.erase("as");
      }
      auto metric = find_metric(name, options, services_);
      if (!metric.ok()) {
        problems_.push_back(document_.problem_at(pointer, metric.error().message));
        continue;
      }
      const std::vector<std::string>& kinds = metric->kinds;
      if (!kinds.empty() && std::ranges::find(kinds, suite_.contract) == kinds.end()) {
        problems_.push_back(document_.problem_at(
            pointer, "metric '" + name + "' is not of contract '" + suite_.contract + "', but of " + kinds.front()));
        continue;
      }
      if (!as.empty()) metric->name = as;
      if (suite_.metric(metric->name) != nullptr) {
        problems_.push_back(document_.problem_at(
            pointer, "metric '" + metric->name + "' is there twice; `as` gives one of them another name"));
        continue;
      }
      suite_.metrics.push_back(*std::move(metric));
    }
  }

  void load_thresholds() {
    const json::value* thresholds = root_.if_contains("thresholds");
    if (thresholds == nullptr) return;
    std::vector<std::string> names;
    for (const Metric& one : suite_.metrics) names.push_back(one.name);
    for (const auto& [key, value] : thresholds->as_object()) {
      const std::string name(key);
      const std::string pointer = "/thresholds/" + schema::escape_pointer(name);
      const auto threshold = parse_threshold(value.as_string());
      const Metric* metric = suite_.metric(name);
      if (!threshold.ok()) {
        problems_.push_back(document_.problem_at(pointer, threshold.error().message));
      } else if (metric == nullptr) {
        problems_.push_back(document_.problem_at(
            pointer,
            "threshold of '" + name + "', which is not among this suite's metrics" + base::did_you_mean(name, names)));
      } else if (!possible(*threshold, *metric)) {
        problems_.push_back(document_.problem_at(
            pointer, "impossible threshold: " + name + " is from " + number_text(metric->low) + " to " +
                         number_text(metric->high) + " and can never be " + threshold->text));
      } else {
        suite_.thresholds[name] = *threshold;
      }
    }
  }

  const Document& document_;
  Suite& suite_;
  const ServiceSource& services_;
  const json::object& root_;
  std::vector<Problem> problems_;
};

base::Error all_of(const std::vector<Problem>& problems) {
  std::string text;
  for (const Problem& one : problems) text += (text.empty() ? "" : "\n") + one.text();
  return make_error(Code::kInvalidArgument, text);
}

}  // namespace

bool Threshold::met_by(double value) const {
  switch (kind) {
    case Kind::kAtLeast:
      return value >= bound;
    case Kind::kAbove:
      return value > bound;
    case Kind::kAtMost:
      return value <= bound;
    case Kind::kBelow:
      return value < bound;
  }
  return false;
}

Result<Threshold> parse_threshold(std::string_view text) {
  static constexpr std::pair<std::string_view, Threshold::Kind> kOperators[] = {{">=", Threshold::Kind::kAtLeast},
                                                                                {"<=", Threshold::Kind::kAtMost},
                                                                                {">", Threshold::Kind::kAbove},
                                                                                {"<", Threshold::Kind::kBelow}};
  for (const auto& [sign, kind] : kOperators) {
    if (!text.starts_with(sign)) continue;
    std::string_view rest = text.substr(sign.size());
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    Threshold out{kind, 0, std::string(text)};
    const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), out.bound);
    if (failure == std::errc() && end == rest.data() + rest.size() && std::isfinite(out.bound)) return out;
    break;
  }
  return make_error(Code::kInvalidArgument,
                    "expected a threshold such as '>= 0.8' or '<= 100', found '" + std::string(text) + "'");
}

const Metric* Suite::metric(std::string_view metric_name) const {
  const auto found = std::ranges::find(metrics, metric_name, &Metric::name);
  return found == metrics.end() ? nullptr : &*found;
}

bool Suite::asks_models() const {
  return std::ranges::any_of(metrics, [](const Metric& one) { return !one.model.empty(); });
}

Result<Suite> load_suite(const fs::path& folder, const fs::path& contracts, const ServiceSource& services) {
  const fs::path file = folder / "suite.yaml";
  GW_TRY(const std::string text, base::read_file(file));
  if (!base::is_utf8(text)) return make_error(Code::kInvalidArgument, "expected UTF-8", file.string());
  GW_TRY(const Document document, schema::parse_yaml(text, file.string()));
  if (const std::vector<Problem> problems = suite_schema().validate(document); !problems.empty()) {
    return all_of(problems);
  }
  Suite suite;
  suite.folder = folder;
  suite.contracts = contracts;
  if (const std::vector<Problem> problems = Loader(document, suite, services).load(); !problems.empty())
    return all_of(problems);
  return suite;
}

Result<DatasetVersion> version_of(const Suite& suite) {
  DatasetVersion out;
  GW_TRY(const DatasetScan cases, scan_dataset(suite.folder / suite.cases));
  out.cases = cases.cases;
  out.files.push_back({suite.cases, cases.sha256, cases.cases});
  if (!suite.documents.empty()) {
    GW_TRY(const DatasetScan documents, scan_dataset(suite.folder / suite.documents));
    out.files.push_back({suite.documents, documents.sha256, documents.cases});
  }
  if (!suite.hidden.file.empty()) {
    GW_TRY(const std::string sha256, sha256_of_file(suite.folder / suite.hidden.file));
    out.files.push_back({suite.hidden.file, sha256, suite.hidden.cases});
  }
  std::string all;
  for (const DatasetFile& one : out.files) all += one.sha256 + "\n";
  out.sha256 = base::sha256_hex(all);
  return out;
}

}  // namespace groundwork::measure
