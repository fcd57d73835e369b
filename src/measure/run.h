#pragma once

// measure: suites run against a target: cases, runs, comparisons. In scope: calling an HTTP service case by case,
// judging each answer by its contract and by metrics, keeping every raw sample, and saying what came out and what was
// left out. Not in scope: load (bench), what a metric means (score), what a run means for a KPI (the rooms above).
//
// A run is a folder `runs/<id>/` below the data folder:
//
//   run.json     what was measured and what came out (Run below), written atomically at the start, and again at the end
//   cases.jsonl  one Sample a line, appended as answers come and synced at intervals; a torn last line (the machine
//                stopped) is dropped when the run is read or resumed
//   calibration.jsonl  what judges said of people's labels (calibration.h), so that a resumed run doesn't ask again
//
// run.json:
//   {"format": 1, "id": "20261128T113412Z-search-9f2c", "kind": "eval", "state": "running"|"finished"|"cancelled",
//    "suite": {"name", "version", "dataset_sha256", "files": [{"path", "sha256", "cases"}]}, "contract": "search",
//    "target": "http://127.0.0.1:8000", "base_path": "", "label": "", "seed": 1, "repeats": 1, "concurrency": 4,
//    "asked": 120, "environment": {"cpu", "cores", "kernel", "program"}, "started": RFC 3339, "finished", "seconds",
//    "verdict": "pass"|"fail"|"error"|"incomplete", "reason": one sentence,
//    "counts": {"ok", "wrong", "failed", "errors": {CODE: n}},
//    "metrics": {NAME: {"value": number|null, "interval": {"low", "high"}|null, "interval_method": "Wilson"|...|"",
//                       "n": values, "failed": of those, how many are failures, "unit", "higher_is_better",
//                       "threshold": ">= 0.8"|null, "passed": bool|null, and of what a model gave:
//                       "model": {"name", "kind": "judge"|"embedder", "asked", "failed", "tries", "prompt_tokens",
//                                 "completion_tokens", "cost": number|null, "currency", "mark": "uncalibrated"|
//                                 "kappa 0.71 (quadratic, 40 items)", "calibration": {"kappa", "agreement", "items",
//                                 "labels_sha256"}|null}}},
//    "failures": [{"code", "sentence", "cases", "of", "examples": [case id]}], "left_out": [sentence],
//    "cases_sha256": of cases.jsonl, once it is complete, "request": how to run it again (eval's options, no keys)}
//
// cases.jsonl:
//   {"case": id, "index": n, "repeat": 0, "outcome": "ok"|"wrong"|"failed", "error": CODE, "message": sentence,
//    "ms": 12.5, "values": {METRIC: number}, "answer": what was answered, shortened,
//    "judgements": {METRIC: {"failed", "grade", "reason", "tries", "prompt_tokens", "completion_tokens"}}}

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/result.h"
#include "score/agreement.h"
#include "score/score.h"

namespace groundwork::measure {

inline constexpr std::int64_t kRunFormat = 1;

enum class State { kRunning, kFinished, kCancelled };
/// kFail: measured, and below a threshold. kError: nothing could be measured (the reason says why). kIncomplete: the
/// run was cancelled, and what was asked until then doesn't tell.
enum class Verdict { kPass, kFail, kError, kIncomplete };
std::string_view to_string(State state);
std::string_view to_string(Verdict verdict);

struct Bounds {
  double low = 0;
  double high = 0;
  friend bool operator==(const Bounds&, const Bounds&) = default;
};

/// The model that gave a metric's values, what that took, and how far it is to be trusted.
struct ModelSummary {
  std::string name;
  bool judge = false;      ///< else an embedder
  std::size_t asked = 0;   ///< answers that it was to say something of
  std::size_t failed = 0;  ///< of those: it gave nothing that counts, which is the worst value
  std::size_t tries = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::optional<double> cost;  ///< none: no price of the model is known
  std::string currency;
  std::optional<score::Calibration> calibration;  ///< of a judge, with people's labels
  std::string labels_sha256;                      ///< of the file that they stood in
};
/// What stands beside a judge's number wherever it is shown: "uncalibrated" or "kappa 0.71 (quadratic, 40 items)".
/// Empty: no judge gave it.
std::string mark_of(const std::optional<ModelSummary>& model);
/// "judge M: 20 answers, 1 without a verdict, 61 tries, 12345 + 678 tokens, 0.012 USD"
std::string use_of(const ModelSummary& model);

/// What one metric came to.
struct MetricSummary {
  std::optional<double> value;     ///< none: no case had it
  std::optional<Bounds> interval;  ///< 95 %, within the metric's range; none: too few cases
  std::string interval_method;     ///< empty: there is none
  std::size_t n = 0;               ///< cases that it divides by: all that were asked and that it applies to
  std::size_t failed = 0;          ///< of those: calls and judgements that failed, which count as the worst value
  std::string unit;
  bool higher_is_better = true;
  std::string threshold;  ///< ">= 0.8"; empty: none
  std::optional<bool> passed;
  std::optional<ModelSummary> model;  ///< none: the values were computed without one
};

/// Why the run did not pass: the true cause first, what only follows from it later.
struct Failure {
  std::string code;      ///< stable: "filters_ignored", "unknown_ids", "timeout", "below_threshold", ...
  std::string sentence;  ///< for people, with numbers
  std::size_t cases = 0;
  std::size_t of = 0;
  std::vector<std::string> examples;  ///< at most three: ids of cases
};

struct DatasetFile {
  std::string path;  ///< as the suite names it
  std::string sha256;
  std::size_t cases = 0;
};

struct Environment {
  std::string cpu;
  unsigned cores = 0;
  std::string kernel;
  std::string program;  ///< "groundwork 0.3"
};
Environment this_environment(std::string program);

struct Run {
  std::string id;
  State state = State::kRunning;
  std::string suite;
  std::string suite_version;
  std::string dataset_sha256;  ///< of the files' hashes: another dataset, another hash
  std::vector<DatasetFile> files;
  std::string contract;
  std::string target;     ///< without user information and query
  std::string base_path;  ///< where below the target the contract was found
  std::string label;
  std::uint64_t seed = 0;
  std::size_t repeats = 1;
  std::size_t concurrency = 1;
  std::size_t asked = 0;  ///< calls that were to be made
  Environment environment;
  std::string started;
  std::string finished;
  double seconds = 0;  ///< measuring, all sittings together
  Verdict verdict = Verdict::kIncomplete;
  std::string reason;
  std::size_t ok = 0;
  std::size_t wrong = 0;
  std::size_t failed = 0;
  std::map<std::string, std::size_t> errors;  ///< by code
  std::map<std::string, MetricSummary> metrics;
  std::vector<Failure> failures;
  std::vector<std::string> left_out;
  std::string cases_sha256;
  base::json::object request;
};

base::json::object to_json(const Run& run);
/// @errors kInvalidArgument: not a run, or of a newer format
base::Result<Run> run_from_json(const base::json::value& value, std::string_view where);

enum class Outcome { kOk, kWrong, kFailed };
std::string_view to_string(Outcome outcome);

/// What a model said of one answer, and what that took.
struct Judgement {
  score::Judging judging;
  std::string reason;  ///< the judge's, or why it failed
};

/// One call and what it was worth.
struct Sample {
  std::string case_id;
  std::size_t index = 0;  ///< of the case in the dataset
  std::size_t repeat = 0;
  Outcome outcome = Outcome::kOk;
  std::string error;  ///< code of a failed one
  std::string message;
  double ms = 0;
  std::vector<std::pair<std::string, double>> values;         ///< of the metrics that apply to the case
  std::vector<std::pair<std::string, Judgement>> judgements;  ///< of the metrics for which a model was asked
  base::json::value answer;                                   ///< shortened
};

std::string to_line(const Sample& sample);
base::Result<Sample> sample_from_line(std::string_view line);

/// The folder of runs.
class RunStore {
 public:
  /// @param folder  `runs` below the data folder; made when the first run is
  explicit RunStore(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// A new id: time, suite, and what makes it unique.
  static std::string new_id(base::Timestamp now, std::string_view suite);

  const std::filesystem::path& folder() const { return folder_; }
  std::filesystem::path folder_of(const std::string& id) const { return folder_ / id; }

  base::Status save(const Run& run) const;
  /// @param id  or the beginning of one that no other run has, "latest", or a folder that holds a run
  /// @errors kNotFound with near ids; kInvalidArgument: more than one begins so; kDataLoss: not readable
  base::Result<Run> load(const std::string& id) const;
  /// The runs of suites, newest first. Folders that hold no readable run are named in `problems`.
  std::vector<Run> list(std::vector<std::string>* problems = nullptr) const;
  /// Calls f for each sample of the run in that folder, in the order of the file; a torn last line is left out.
  /// @errors kDataLoss with the line: a damaged line that isn't the last; those of f
  static base::Status for_each_sample(const std::filesystem::path& folder,
                                      const std::function<base::Status(const Sample&)>& f);
  /// The folder that a name given to load() stands for.
  base::Result<std::filesystem::path> resolve(const std::string& id) const;

 private:
  std::filesystem::path folder_;
};

/// Appends samples to a run's cases.jsonl. Not thread-safe.
class SampleWriter {
 public:
  /// Opens for appending; cuts off a torn last line.
  static base::Result<SampleWriter> open(const std::filesystem::path& file);
  base::Status append(const Sample& sample);
  /// Hands what is buffered to the disk.
  base::Status sync();

 private:
  explicit SampleWriter(base::UniqueFd fd) : fd_(std::move(fd)) {}
  base::Status flush();
  base::UniqueFd fd_;
  std::string buffer_;
  std::chrono::steady_clock::time_point synced_ = std::chrono::steady_clock::now();
};

}  // namespace groundwork::measure
