#include "api/measurement_json.h"
#include "api/measurement_parts.h"
#include "measure/compare.h"
#include "measure/metric.h"

namespace groundwork::api {
namespace {

using base::json::array;
using base::json::object;
using base::json::value;

using detail::clipped;
using detail::kLongText;
using detail::or_null;

constexpr std::size_t kShownAnswer = 64 * 1024;

object sample_json(const measure::PlacedSample& placed) {
  const measure::Sample& sample = placed.sample;
  array values;
  for (const auto& [name, number] : sample.values) {
    if (values.size() >= detail::kShownMetrics) break;
    values.push_back(object{{"name", clipped(name, 100)}, {"value", number}, {"text", nullptr}});
    if (measure::is_paired_by_case(name)) continue;
    const char* text = number == measure::kTrueNegative    ? "rightly no"
                       : number == measure::kTruePositive  ? "rightly yes"
                       : number == measure::kFalsePositive ? "wrongly yes"
                                                           : "wrongly no";
    values.back().as_object()["text"] = text;
  }
  return {{"offset", placed.offset},
          {"case", clipped(sample.case_id)},
          {"index", sample.index},
          {"repeat", sample.repeat},
          {"outcome", to_string(sample.outcome)},
          {"error", sample.error.empty() ? value(nullptr) : clipped(sample.error, 80)},
          {"message", sample.message.empty() ? value(nullptr) : clipped(sample.message, kLongText)},
          {"ms", sample.ms},
          {"values", std::move(values)}};
}

std::string text_of(const value& one) {
  return one.is_string() ? std::string(one.get_string()) : base::json::serialize(one);
}

/// A search's answer: [[id, score], ...] with which of them were wanted.
value hits_json(const value& answer, const object* asked) {
  if (!answer.is_array()) return nullptr;
  const value* wanted = asked == nullptr ? nullptr : asked->if_contains("relevant");
  array out;
  for (const value& one : answer.get_array()) {
    if (!one.is_array() || one.get_array().size() != 2 || !one.get_array()[0].is_string()) return nullptr;
    if (out.size() >= 100) break;
    const std::string id(one.get_array()[0].get_string());
    const bool known = wanted != nullptr && wanted->is_object();
    out.push_back(object{
        {"id", clipped(id)},
        {"score", one.get_array()[1].is_number() ? value(one.get_array()[1].to_number<double>()) : value(nullptr)},
        {"relevant", known ? value(wanted->get_object().contains(id)) : value(nullptr)}});
  }
  return out;
}

}  // namespace

object cases_json(const KeptRun& run, const std::vector<measure::PlacedSample>& samples,
                  std::optional<std::uint64_t> next, std::uint64_t bytes) {
  array all;
  for (const measure::PlacedSample& one : samples) all.push_back(sample_json(one));
  return {{"run", run.id}, {"cases", std::move(all)}, {"next", or_null(next)}, {"bytes", bytes}};
}

object case_json(const KeptRun& run, const measure::PlacedSample& placed, const base::Result<measure::Case>& asked) {
  object out = sample_json(placed);
  out["run"] = run.id;
  out["question"] = nullptr;
  out["unknown"] = asked.ok() ? value(nullptr) : clipped(asked.error().message);
  array expected;
  if (asked.ok()) {
    bool found = false;
    for (const char* key : {"query", "question", "task", "prompt", "messages"}) {
      const value* one = asked->data.if_contains(key);
      if (one == nullptr || found) continue;
      out["question"] = clipped(text_of(*one), kShownAnswer);
      found = true;
    }
    for (const auto& [name, one] : asked->data) {
      if (name == "id" || expected.size() >= 40) continue;
      if (out.at("question").is_string() && text_of(one) == out.at("question").as_string()) continue;
      expected.push_back(object{{"name", base::clip(name, 80)}, {"text", clipped(text_of(one), kLongText)}});
    }
  }
  out["expected"] = std::move(expected);
  const value& answer = placed.sample.answer;
  out["hits"] = hits_json(answer, asked.ok() ? &asked->data : nullptr);
  std::string text = answer.is_null() ? "" : text_of(answer);
  if (answer.is_object() && !base::string_or(answer.get_object(), "answer").empty()) {
    text = base::string_or(answer.get_object(), "answer");
  }
  out["answer"] = answer.is_null() ? value(nullptr) : clipped(text, kShownAnswer);
  array parts;
  if (answer.is_object()) {
    for (const auto& [name, one] : answer.get_object()) {
      if (name == "answer" || parts.size() >= 40) continue;
      parts.push_back(object{{"name", base::clip(name, 80)}, {"text", clipped(text_of(one), kLongText)}});
    }
  }
  out["answer_parts"] = std::move(parts);
  return out;
}

object latency_json(const measure::Latencies& latencies) {
  array bars;
  for (const measure::Latencies::Bar& one : latencies.bars) {
    bars.push_back(object{{"low", one.low}, {"high", one.high}, {"count", one.count}});
  }
  array quantiles;
  for (const measure::Latencies::Quantile& one : latencies.quantiles) {
    quantiles.push_back(object{{"name", one.name}, {"ms", one.ms}});
  }
  return {{"answered", latencies.answered},
          {"failed", latencies.failed},
          {"bars", std::move(bars)},
          {"quantiles", std::move(quantiles)}};
}

}  // namespace groundwork::api
