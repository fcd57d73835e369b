#include "measure/run.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "base/random.h"
#include "base/suggest.h"
#include "bench/environment.h"

namespace groundwork::measure {
namespace {

namespace fs = std::filesystem;
namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;
using base::Status;

template <typename Value>
json::value or_null(const std::optional<Value>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::value to_json(const std::optional<Bounds>& bounds) {
  if (!bounds) return nullptr;
  return json::object{{"low", bounds->low}, {"high", bounds->high}};
}

json::object to_json(const ModelSummary& one) {
  json::object out{{"name", one.name},
                   {"kind", one.judge ? "judge" : "embedder"},
                   {"asked", one.asked},
                   {"failed", one.failed},
                   {"tries", one.tries},
                   {"prompt_tokens", one.prompt_tokens},
                   {"completion_tokens", one.completion_tokens},
                   {"cost", or_null(one.cost)},
                   {"currency", one.currency},
                   {"mark", mark_of(one)},
                   {"calibration", nullptr}};
  if (one.calibration) {
    out["calibration"] = json::object{{"kappa", or_null(one.calibration->kappa)},
                                      {"agreement", one.calibration->agreement},
                                      {"items", one.calibration->items},
                                      {"weights", to_string(one.calibration->weights)},
                                      {"labels_sha256", one.labels_sha256}};
  }
  return out;
}

json::object to_json(const MetricSummary& one) {
  json::object out{{"value", or_null(one.value)},
                   {"interval", to_json(one.interval)},
                   {"interval_method", one.interval_method},
                   {"n", one.n},
                   {"failed", one.failed},
                   {"unit", one.unit},
                   {"higher_is_better", one.higher_is_better},
                   {"threshold", one.threshold.empty() ? json::value(nullptr) : json::value(one.threshold)},
                   {"passed", or_null(one.passed)}};
  if (one.model) out["model"] = to_json(*one.model);
  return out;
}

json::array to_json(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

std::vector<std::string> texts_of(const json::object& object, std::string_view key) {
  std::vector<std::string> out;
  const json::value* list = object.if_contains(key);
  if (list == nullptr || !list->is_array()) return out;
  for (const json::value& one : list->get_array()) {
    if (one.is_string()) out.emplace_back(one.get_string());
  }
  return out;
}

const json::object& object_or_empty(const json::object& object, std::string_view key) {
  static const json::object empty;
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_object() ? value->get_object() : empty;
}

std::optional<double> optional_number(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

std::size_t size_or(const json::object& object, std::string_view key, std::int64_t fallback = 0) {
  return static_cast<std::size_t>(std::max<std::int64_t>(0, base::int_or(object, key, fallback)));
}

ModelSummary model_from(const json::object& object) {
  ModelSummary out;
  out.name = base::string_or(object, "name");
  out.judge = base::string_or(object, "kind") == "judge";
  out.asked = size_or(object, "asked");
  out.failed = size_or(object, "failed");
  out.tries = size_or(object, "tries");
  out.prompt_tokens = base::int_or(object, "prompt_tokens", 0);
  out.completion_tokens = base::int_or(object, "completion_tokens", 0);
  out.cost = optional_number(object, "cost");
  out.currency = base::string_or(object, "currency");
  const json::object& calibration = object_or_empty(object, "calibration");
  if (calibration.empty()) return out;
  score::Calibration made;
  made.kappa = optional_number(calibration, "kappa");
  made.agreement = base::number_or(calibration, "agreement", 0);
  made.items = size_or(calibration, "items");
  made.weights = base::string_or(calibration, "weights") == to_string(score::KappaWeights::kQuadratic)
                     ? score::KappaWeights::kQuadratic
                     : score::KappaWeights::kNone;
  out.calibration = made;
  out.labels_sha256 = base::string_or(calibration, "labels_sha256");
  return out;
}

MetricSummary metric_from(const json::object& object) {
  MetricSummary out;
  out.value = optional_number(object, "value");
  const json::object& interval = object_or_empty(object, "interval");
  if (!interval.empty())
    out.interval = Bounds{base::number_or(interval, "low", 0), base::number_or(interval, "high", 0)};
  out.interval_method = base::string_or(object, "interval_method");
  out.n = size_or(object, "n");
  out.failed = size_or(object, "failed");
  out.unit = base::string_or(object, "unit");
  out.higher_is_better = base::bool_or(object, "higher_is_better", true);
  out.threshold = base::string_or(object, "threshold");
  const json::value* passed = object.if_contains("passed");
  if (passed != nullptr && passed->is_bool()) out.passed = passed->get_bool();
  if (const json::object& model = object_or_empty(object, "model"); !model.empty()) out.model = model_from(model);
  return out;
}

json::object to_json(const Judgement& one) {
  return {{"failed", one.judging.failed},
          {"grade", one.judging.grade},
          {"reason", one.reason},
          {"tries", one.judging.tries},
          {"prompt_tokens", one.judging.prompt_tokens},
          {"completion_tokens", one.judging.completion_tokens}};
}

Judgement judgement_from(const json::object& object) {
  Judgement out;
  out.judging.failed = base::bool_or(object, "failed", false);
  out.judging.grade = size_or(object, "grade");
  out.judging.tries = size_or(object, "tries");
  out.judging.prompt_tokens = base::int_or(object, "prompt_tokens", 0);
  out.judging.completion_tokens = base::int_or(object, "completion_tokens", 0);
  out.reason = base::string_or(object, "reason");
  return out;
}

template <typename Enum>
Result<Enum> named(std::string_view name, std::initializer_list<Enum> all, std::string_view where) {
  std::string names;
  for (const Enum one : all) {
    if (to_string(one) == name) return one;
    names += (names.empty() ? "" : ", ") + std::string(to_string(one));
  }
  return make_error(Code::kInvalidArgument, "expected one of " + names + ", found '" + std::string(name) + "'",
                    std::string(where));
}

}  // namespace

std::string_view to_string(State state) {
  switch (state) {
    case State::kRunning:
      return "running";
    case State::kFinished:
      return "finished";
    case State::kCancelled:
      return "cancelled";
  }
  return "";
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "pass";
    case Verdict::kFail:
      return "fail";
    case Verdict::kError:
      return "error";
    case Verdict::kIncomplete:
      return "incomplete";
  }
  return "";
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return "ok";
    case Outcome::kWrong:
      return "wrong";
    case Outcome::kFailed:
      return "failed";
  }
  return "";
}

std::string mark_of(const std::optional<ModelSummary>& model) {
  if (!model || !model->judge) return "";
  return score::to_string(model->calibration.value_or(score::Calibration{}));
}

std::string use_of(const ModelSummary& model) {
  std::string out = (model.judge ? "judge " : "embedder ") + model.name + ": " + std::to_string(model.asked) +
                    (model.asked == 1 ? " answer" : " answers");
  if (model.failed > 0) {
    out += ", " + std::to_string(model.failed) + (model.judge ? " without a verdict" : " without a vector");
  }
  if (!model.judge) return out;
  out += ", " + std::to_string(model.tries) + " tries, " + std::to_string(model.prompt_tokens) + " + " +
         std::to_string(model.completion_tokens) + " tokens";
  if (!model.cost) return out + ", no price known";
  char text[48];
  std::snprintf(text, sizeof text, ", %.4g ", *model.cost);
  return out + text + model.currency;
}

Environment this_environment(std::string program) {
  bench::Environment machine = bench::this_environment();
  return {std::move(machine.cpu), machine.cores, std::move(machine.kernel), std::move(program)};
}

json::object to_json(const Run& run) {
  json::array files;
  for (const DatasetFile& one : run.files) {
    files.push_back(json::object{{"path", one.path}, {"sha256", one.sha256}, {"cases", one.cases}});
  }
  json::object errors;
  for (const auto& [code, count] : run.errors) errors[code] = count;
  json::object metrics;
  for (const auto& [name, one] : run.metrics) metrics[name] = to_json(one);
  json::array failures;
  for (const Failure& one : run.failures) {
    failures.push_back(json::object{{"code", one.code},
                                    {"sentence", one.sentence},
                                    {"cases", one.cases},
                                    {"of", one.of},
                                    {"examples", to_json(one.examples)}});
  }
  return {{"format", kRunFormat},
          {"id", run.id},
          {"kind", "eval"},
          {"state", to_string(run.state)},
          {"suite", json::object{{"name", run.suite},
                                 {"version", run.suite_version},
                                 {"dataset_sha256", run.dataset_sha256},
                                 {"files", std::move(files)}}},
          {"contract", run.contract},
          {"target", run.target},
          {"base_path", run.base_path},
          {"label", run.label},
          {"seed", run.seed},
          {"repeats", run.repeats},
          {"concurrency", run.concurrency},
          {"asked", run.asked},
          {"environment", json::object{{"cpu", run.environment.cpu},
                                       {"cores", run.environment.cores},
                                       {"kernel", run.environment.kernel},
                                       {"program", run.environment.program}}},
          {"started", run.started},
          {"finished", run.finished},
          {"seconds", run.seconds},
          {"verdict", to_string(run.verdict)},
          {"reason", run.reason},
          {"counts",
           json::object{{"ok", run.ok}, {"wrong", run.wrong}, {"failed", run.failed}, {"errors", std::move(errors)}}},
          {"metrics", std::move(metrics)},
          {"failures", std::move(failures)},
          {"left_out", to_json(run.left_out)},
          {"cases_sha256", run.cases_sha256},
          {"request", run.request}};
}

Result<Run> run_from_json(const json::value& value, std::string_view where) {
  if (!value.is_object()) {
    return make_error(Code::kInvalidArgument, "expected a run, found " + std::string(base::json_type_name(value)),
                      std::string(where));
  }
  const json::object& object = value.get_object();
  const std::int64_t format = base::int_or(object, "format", 0);
  if (format != kRunFormat) {
    return make_error(Code::kInvalidArgument,
                      "expected a run of format " + std::to_string(kRunFormat) + ", found " + std::to_string(format),
                      std::string(where));
  }
  Run run;
  GW_TRY(run.id, base::get_string(object, "id", where));
  GW_TRY(const std::string state, base::get_string(object, "state", where));
  GW_TRY(run.state, named(state, {State::kRunning, State::kFinished, State::kCancelled}, where));
  GW_TRY(const json::object* suite, base::get_object(object, "suite", where));
  GW_TRY(run.suite, base::get_string(*suite, "name", where));
  run.suite_version = base::string_or(*suite, "version");
  run.dataset_sha256 = base::string_or(*suite, "dataset_sha256");
  if (const json::value* files = suite->if_contains("files"); files != nullptr && files->is_array()) {
    for (const json::value& one : files->get_array()) {
      if (!one.is_object()) continue;
      const json::object& file = one.get_object();
      run.files.push_back({base::string_or(file, "path"), base::string_or(file, "sha256"), size_or(file, "cases")});
    }
  }
  run.contract = base::string_or(object, "contract");
  run.target = base::string_or(object, "target");
  run.base_path = base::string_or(object, "base_path");
  run.label = base::string_or(object, "label");
  run.seed = size_or(object, "seed");
  run.repeats = size_or(object, "repeats", 1);
  run.concurrency = size_or(object, "concurrency", 1);
  run.asked = size_or(object, "asked");
  const json::object& environment = object_or_empty(object, "environment");
  run.environment = {base::string_or(environment, "cpu"), static_cast<unsigned>(size_or(environment, "cores")),
                     base::string_or(environment, "kernel"), base::string_or(environment, "program")};
  run.started = base::string_or(object, "started");
  run.finished = base::string_or(object, "finished");
  run.seconds = base::number_or(object, "seconds", 0);
  GW_TRY(run.verdict, named(base::string_or(object, "verdict"),
                            {Verdict::kPass, Verdict::kFail, Verdict::kError, Verdict::kIncomplete}, where));
  run.reason = base::string_or(object, "reason");
  const json::object& counts = object_or_empty(object, "counts");
  run.ok = size_or(counts, "ok");
  run.wrong = size_or(counts, "wrong");
  run.failed = size_or(counts, "failed");
  for (const auto& [code, count] : object_or_empty(counts, "errors")) {
    if (count.is_number()) run.errors[code] = count.to_number<std::size_t>();
  }
  for (const auto& [name, one] : object_or_empty(object, "metrics")) {
    if (one.is_object()) run.metrics[name] = metric_from(one.get_object());
  }
  if (const json::value* failures = object.if_contains("failures"); failures != nullptr && failures->is_array()) {
    for (const json::value& one : failures->get_array()) {
      if (!one.is_object()) continue;
      const json::object& failure = one.get_object();
      run.failures.push_back({base::string_or(failure, "code"), base::string_or(failure, "sentence"),
                              size_or(failure, "cases"), size_or(failure, "of"), texts_of(failure, "examples")});
    }
  }
  run.left_out = texts_of(object, "left_out");
  run.cases_sha256 = base::string_or(object, "cases_sha256");
  run.request = object_or_empty(object, "request");
  return run;
}

std::string to_line(const Sample& sample) {
  json::object values;
  for (const auto& [name, value] : sample.values) values[name] = value;
  json::object out{{"case", sample.case_id},
                   {"index", sample.index},
                   {"repeat", sample.repeat},
                   {"outcome", to_string(sample.outcome)}};
  if (!sample.error.empty()) out["error"] = sample.error;
  if (!sample.message.empty()) out["message"] = sample.message;
  out["ms"] = sample.ms;
  out["values"] = std::move(values);
  if (!sample.judgements.empty()) {
    json::object judgements;
    for (const auto& [name, one] : sample.judgements) judgements[name] = to_json(one);
    out["judgements"] = std::move(judgements);
  }
  if (!sample.answer.is_null()) out["answer"] = sample.answer;
  return json::serialize(out) + "\n";
}

Result<Sample> sample_from_line(std::string_view line) {
  GW_TRY(const json::value value, base::parse_json(line));
  if (!value.is_object()) return make_error(Code::kInvalidArgument, "expected an object");
  const json::object& object = value.get_object();
  Sample out;
  GW_TRY(out.case_id, base::get_string(object, "case", ""));
  out.index = size_or(object, "index");
  out.repeat = size_or(object, "repeat");
  GW_TRY(const std::string outcome, base::get_string(object, "outcome", ""));
  GW_TRY(out.outcome, named(outcome, {Outcome::kOk, Outcome::kWrong, Outcome::kFailed}, ""));
  out.error = base::string_or(object, "error");
  out.message = base::string_or(object, "message");
  out.ms = base::number_or(object, "ms", 0);
  for (const auto& [name, one] : object_or_empty(object, "values")) {
    if (one.is_number()) out.values.emplace_back(name, one.to_number<double>());
  }
  for (const auto& [name, one] : object_or_empty(object, "judgements")) {
    if (one.is_object()) out.judgements.emplace_back(name, judgement_from(one.get_object()));
  }
  if (const json::value* answer = object.if_contains("answer")) out.answer = *answer;
  return out;
}

std::string RunStore::new_id(base::Timestamp now, std::string_view suite) {
  std::string time;  // 2026-11-28T11:34:12.345Z to 20261128T113412345Z
  for (const char c : base::format_timestamp(now)) {
    if (c != '-' && c != ':' && c != '.') time += c;
  }
  return time + "-" + std::string(suite) + "-" + base::random_id().substr(0, 4);
}

Status RunStore::save(const Run& run) const {
  GW_CHECK_OK(base::create_folders(folder_of(run.id)));
  return base::write_file_atomically(folder_of(run.id) / "run.json", json::serialize(to_json(run)) + "\n");
}

Result<fs::path> RunStore::resolve(const std::string& id) const {
  std::error_code error;
  if (fs::exists(fs::path(id) / "run.json", error)) return fs::path(id);
  if (id.find('/') != std::string::npos || id.empty()) {
    return make_error(Code::kNotFound, "expected a folder that holds a run.json, found none", id);
  }
  std::vector<std::string> all;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    if (fs::exists(entry.path() / "run.json", error)) all.push_back(entry.path().filename().string());
  }
  std::ranges::sort(all);
  if (id == "latest" && !all.empty()) return folder_ / all.back();
  std::vector<std::string> matching;
  for (const std::string& one : all) {
    if (one == id) return folder_ / id;
    if (one.starts_with(id)) matching.push_back(one);
  }
  if (matching.size() == 1) return folder_ / matching[0];
  if (matching.size() > 1) {
    return make_error(Code::kInvalidArgument, "expected the beginning of one run's id, found that of " +
                                                  std::to_string(matching.size()) + ": " + matching[0] + ", " +
                                                  matching[1] + (matching.size() > 2 ? ", ..." : ""));
  }
  return make_error(Code::kNotFound, "no run '" + id + "'" + base::did_you_mean(id, all) +
                                         "; `groundwork eval runs` lists those that there are");
}

namespace {

Result<json::value> read_json(const fs::path& file) {
  GW_TRY(const std::string text, base::read_file(file));
  auto parsed = base::parse_json(text);
  if (!parsed.ok()) return make_error(Code::kDataLoss, "expected a run: " + parsed.error().text(), file.string());
  return parsed;
}

/// Load runs, probes and the like are kept beside the runs of suites.
bool is_of_another_kind(const json::value& run) {
  const std::string kind = run.is_object() ? base::string_or(run.get_object(), "kind") : "";
  return !kind.empty() && kind != "eval";
}

}  // namespace

Result<Run> RunStore::load(const std::string& id) const {
  GW_TRY(const fs::path folder, resolve(id));
  const fs::path file = folder / "run.json";
  GW_TRY(const json::value value, read_json(file));
  return run_from_json(value, file.string());
}

std::vector<Run> RunStore::list(std::vector<std::string>* problems) const {
  std::vector<Run> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    const fs::path file = entry.path() / "run.json";
    if (!fs::exists(file, error)) continue;
    const auto value = read_json(file);
    if (value.ok() && is_of_another_kind(*value)) continue;
    auto run = value.ok() ? run_from_json(*value, file.string()) : Result<Run>(value.error());
    if (run.ok()) {
      out.push_back(*std::move(run));
    } else if (problems != nullptr) {
      problems->push_back(run.error().chain());
    }
  }
  std::ranges::sort(out, [](const Run& a, const Run& b) { return a.id > b.id; });
  return out;
}

Status RunStore::for_each_sample(const fs::path& folder, const std::function<Status(const Sample&)>& f) {
  const fs::path file = folder / "cases.jsonl";
  std::ifstream in(file, std::ios::binary);
  if (!in) return {};
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const bool torn = in.eof();  // no line feed behind it
    auto sample = sample_from_line(line);
    if (!sample.ok() && torn) return {};
    if (!sample.ok()) {
      return make_error(Code::kDataLoss, "expected a sample: " + sample.error().text(),
                        file.string() + ":" + std::to_string(number));
    }
    if (!torn) GW_CHECK_OK(f(*sample));
  }
  return {};
}

Result<SampleWriter> SampleWriter::open(const fs::path& file) {
  base::UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid()) return base::errno_error(errno, "open " + file.string());
  const off_t size = lseek(fd.get(), 0, SEEK_END);
  off_t keep = size;
  char byte = 0;
  while (keep > 0 && pread(fd.get(), &byte, 1, keep - 1) == 1 && byte != '\n') --keep;
  if (keep != size && ftruncate(fd.get(), keep) != 0) return base::errno_error(errno, "cut " + file.string());
  lseek(fd.get(), keep, SEEK_SET);
  return SampleWriter(std::move(fd));
}

Status SampleWriter::append(const Sample& sample) {
  buffer_ += to_line(sample);
  constexpr std::size_t kBuffered = 256 * 1024;
  constexpr std::chrono::seconds kInterval{1};
  if (std::chrono::steady_clock::now() - synced_ > kInterval) return sync();
  return buffer_.size() > kBuffered ? flush() : Status{};
}

Status SampleWriter::flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t written = write(fd_.get(), left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return base::errno_error(errno, "write samples");
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
  return {};
}

Status SampleWriter::sync() {
  GW_CHECK_OK(flush());
  synced_ = std::chrono::steady_clock::now();
  return fdatasync(fd_.get()) == 0 ? Status{} : Status{base::errno_error(errno, "sync samples")};
}

}  // namespace groundwork::measure
