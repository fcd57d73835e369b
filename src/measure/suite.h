#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "measure/metric.h"
#include "measure/run.h"
#include "schema/document.h"

namespace groundwork::measure {

/// What a metric must come to.
struct Threshold {
  enum class Kind { kAtLeast, kAbove, kAtMost, kBelow };
  Kind kind = Kind::kAtLeast;
  double bound = 0;
  std::string text;  ///< as it is written: ">= 0.8"

  bool met_by(double value) const;
};
/// ">= 0.8", "> 0", "<= 100", "< 1". @errors kInvalidArgument
base::Result<Threshold> parse_threshold(std::string_view text);

/// How the deterministic part of a suite is made longer by cases that nobody has seen.
struct Hidden {
  std::string file;  ///< of the template; empty: none
  std::size_t documents = 0;
  std::size_t cases = 0;
};

/// A suite as its folder says it: `suite.yaml`, datasets beside it. A value.
struct Suite {
  std::string name;
  std::string version;
  std::string title;
  std::filesystem::path folder;
  std::filesystem::path contracts;      ///< folder of the OpenAPI files
  std::string contract;                 ///< "search", "rag", "tools", "chat", "http"
  std::vector<std::string> base_paths;  ///< tried in this order below the target; at least one
  std::string cases;                    ///< file of the cases, relative to the folder
  std::string documents;                ///< file of the documents that are posted first; may be empty
  Hidden hidden;
  std::vector<Metric> metrics;
  std::map<std::string, Threshold> thresholds;
  std::optional<std::size_t> sample_cases;
  std::uint64_t seed = 1;
  std::size_t repeats = 1;
  std::size_t concurrency = 4;
  std::chrono::milliseconds call_deadline{30'000};
  std::chrono::milliseconds setup_deadline{120'000};
  base::json::object request;  ///< contract's own settings: template of http, model of chat, top_k of search and rag

  const Metric* metric(std::string_view metric_name) const;
  /// Whether some metric asks a model, which takes its time.
  bool asks_models() const;
};

/// Reads and checks `suite.yaml` of a folder; datasets are not opened.
/// @param contracts  folder of the OpenAPI files
/// @param services   models that some metrics need; empty: there are none
/// @errors kNotFound: no suite.yaml; kInvalidArgument: every problem, one a line, as file:line:column: what is wrong
///         (unknown key or metric, a threshold of no metric here or that no value can meet)
base::Result<Suite> load_suite(const std::filesystem::path& folder, const std::filesystem::path& contracts,
                               const ServiceSource& services = {});

/// Hashes and sizes of the files that make the dataset, and the hash of them all.
struct DatasetVersion {
  std::vector<DatasetFile> files;
  std::string sha256;
  std::size_t cases = 0;  ///< of the file of cases
};
/// @errors as scan_dataset()
base::Result<DatasetVersion> version_of(const Suite& suite);

}  // namespace groundwork::measure
