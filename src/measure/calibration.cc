#include "measure/calibration.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

namespace groundwork::measure {
namespace {

namespace fs = std::filesystem;
namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

/// One label of one metric.
struct Label {
  Case one;
  Answer answer;
  const Metric* metric = nullptr;
  std::size_t human = 0;  // from 1
  bool known = false;     // was judged in an earlier sitting
  std::size_t judged = 0;
  std::string failure;  // of the judgement
};

Result<std::size_t> grade_of(const json::value& human, std::size_t levels, const std::string& where) {
  if (human.is_bool() && levels == 2) return human.get_bool() ? 2 : 1;
  if (human.is_int64() && human.get_int64() >= 1 && human.get_int64() <= static_cast<std::int64_t>(levels)) {
    return static_cast<std::size_t>(human.get_int64());
  }
  return make_error(Code::kInvalidArgument,
                    "human: expected a grade from 1 to " + std::to_string(levels) +
                        (levels == 2 ? ", or true or false" : "") + ", found " + json::serialize(human),
                    where);
}

/// The judged metrics that a label is for.
Result<std::vector<const Metric*>> metrics_of(const json::object& data, const std::vector<const Metric*>& judged,
                                              const std::string& where) {
  const std::string named = base::string_or(data, "metric");
  std::string names;
  for (const Metric* one : judged) {
    if (one->name == named) return std::vector{one};
    names += (names.empty() ? "" : ", ") + one->name;
  }
  if (named.empty() && judged.size() == 1) return judged;
  return make_error(Code::kInvalidArgument,
                    named.empty() ? "expected 'metric', for several are judged: " + names
                                  : "metric: expected one that is judged (" + names + "), found '" + named + "'",
                    where);
}

Result<std::vector<Label>> read_labels(const fs::path& file, const std::vector<const Metric*>& judged) {
  GW_TRY(CaseReader reader, CaseReader::open(file));
  std::vector<Label> out;
  while (true) {
    GW_TRY(std::optional<Case> one, reader.next());
    if (!one) break;
    const std::string where = reader.where();
    const json::value* human = one->data.if_contains("human");
    if (human == nullptr) return make_error(Code::kInvalidArgument, "expected a person's grade under 'human'", where);
    Label label;
    GW_TRY(label.answer.text, base::get_string(one->data, "prediction", where));
    GW_TRY(const std::vector<const Metric*> metrics, metrics_of(one->data, judged, where));
    label.metric = metrics.front();
    GW_TRY(label.human, grade_of(*human, label.metric->judge_levels, where));
    label.one = *std::move(one);
    out.push_back(std::move(label));
  }
  for (const Metric* metric : judged) {
    if (std::ranges::any_of(out, [&](const Label& one) { return one.metric == metric; })) continue;
    return make_error(Code::kInvalidArgument,
                      "expected labels for the judged metric '" + metric->name + "', found none", file.string());
  }
  return out;
}

void judge(Label& label) {
  const auto worth = label.metric->value(label.one, &label.answer);
  if (!worth || !worth->judgement) {
    label.failure = "the metric doesn't apply to the label";
    return;
  }
  if (worth->judgement->judging.failed) label.failure = worth->judgement->reason;
  label.judged = worth->judgement->judging.grade;
}

/// Gives the labels what is kept of them, so that they needn't be judged.
void recall(std::vector<Label>& labels, const std::string& sha256, const std::vector<LabelJudgement>& kept) {
  for (const LabelJudgement& one : kept) {
    if (one.labels_sha256 != sha256 || one.label >= labels.size()) continue;
    Label& label = labels[one.label];
    if (label.metric->name != one.metric || label.metric->model != one.judge) continue;
    if (one.grade > label.metric->judge_levels || (one.grade == 0) == one.failure.empty()) continue;
    label.known = true;
    label.judged = one.grade;
    label.failure = one.failure;
  }
}

/// Every label that isn't known, some at a time.
void judge_all(std::vector<Label>& labels, std::size_t threads, const std::stop_token& stop,
               const std::function<void(std::size_t, std::size_t)>& progress) {
  std::vector<Label*> open;
  for (Label& one : labels) {
    if (!one.known) open.push_back(&one);
  }
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::size_t done = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < open.size() && !stop.stop_requested(); i = next++) {
      judge(*open[i]);
      const std::lock_guard hold(mutex);
      ++done;
      if (progress) progress(done, open.size());
    }
  };
  std::vector<std::jthread> workers;
  for (std::size_t i = 0; i < std::min(std::max<std::size_t>(threads, 1), open.size()); ++i) workers.emplace_back(work);
}

}  // namespace

std::vector<LabelJudgement> read_judgements(const fs::path& file) {
  std::vector<LabelJudgement> out;
  std::ifstream in(file, std::ios::binary);
  for (std::string line; std::getline(in, line);) {
    const auto value = base::parse_json(line);
    if (!value.ok() || !value->is_object()) continue;
    const json::object& one = value->get_object();
    const std::int64_t label = base::int_or(one, "label", -1);
    const std::int64_t grade = base::int_or(one, "grade", -1);
    if (label < 0 || grade < 0) continue;
    out.push_back({base::string_or(one, "labels_sha256"), base::string_or(one, "judge"), base::string_or(one, "metric"),
                   static_cast<std::size_t>(label), static_cast<std::size_t>(grade), base::string_or(one, "failure")});
  }
  return out;
}

base::Status append_judgements(const fs::path& file, std::span<const LabelJudgement> judgements) {
  if (judgements.empty()) return {};
  std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out | std::ios::app);
  if (out.seekg(-1, std::ios::end) && out.get() != '\n') out << '\n';  // behind a torn line
  out.clear();
  out.seekp(0, std::ios::end);
  for (const LabelJudgement& one : judgements) {
    json::object line{{"labels_sha256", one.labels_sha256},
                      {"judge", one.judge},
                      {"metric", one.metric},
                      {"label", one.label},
                      {"grade", one.grade}};
    if (!one.failure.empty()) line["failure"] = one.failure;
    out << json::serialize(line) << '\n';
  }
  out.flush();
  if (!out) return make_error(Code::kPermissionDenied, "the judgements of labels could not be written", file.string());
  return {};
}

Result<Calibrations> calibrate(const Suite& suite, const fs::path& file, std::vector<LabelJudgement>& kept,
                               std::size_t threads, const std::stop_token& stop,
                               const std::function<void(std::size_t, std::size_t)>& progress) {
  std::vector<const Metric*> judged;
  for (const Metric& one : suite.metrics) {
    if (one.judge_levels > 0) judged.push_back(&one);
  }
  if (judged.empty()) {
    return make_error(Code::kInvalidArgument, "labels are for judged metrics, and suite " + suite.name + " has none");
  }
  Calibrations out;
  GW_TRY(out.sha256, sha256_of_file(file));
  GW_TRY(std::vector<Label> labels, read_labels(file, judged));
  recall(labels, out.sha256, kept);
  judge_all(labels, threads, stop, progress);
  if (stop.stop_requested()) return make_error(Code::kCancelled, "cancelled while the judge was calibrated");
  for (const Metric* metric : judged) {
    std::vector<std::size_t> by_judge;
    std::vector<std::size_t> by_people;
    std::size_t failed = 0;
    std::string why;
    for (const Label& one : labels) {
      if (one.metric != metric) continue;
      if (!one.failure.empty() && failed++ == 0) why = one.failure;
      by_judge.push_back(one.judged == 0 ? 0 : one.judged - 1);
      by_people.push_back(one.human - 1);
    }
    if (failed == by_judge.size()) {
      return make_error(Code::kUnavailable, metric->name + ": the judge " + metric->model +
                                                " gave no verdict on any of the " + std::to_string(failed) +
                                                " labelled answers (first: " + why + ")");
    }
    GW_TRY(out.by_metric[metric->name],
           score::calibrate(by_judge, by_people, metric->judge_levels,
                            metric->judge_levels > 2 ? score::KappaWeights::kQuadratic : score::KappaWeights::kNone));
  }
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const Label& one = labels[i];
    if (one.known) continue;
    kept.push_back(
        {out.sha256, one.metric->model, one.metric->name, i, one.failure.empty() ? one.judged : 0, one.failure});
  }
  return out;
}

}  // namespace groundwork::measure
