#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "measure/metric_parts.h"
#include "score/catalogue.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using base::Result;

/// Keys of a row that come from the answer, and not from the case.
constexpr std::array<std::string_view, 6> kOfAnswer = {"prediction", "passages", "cited", "abstained", "run", "calls"};
/// A case of which one of these is 0 was answered wrong; the others say how well.
constexpr std::array<std::string_view, 12> kDeciding = {
    "exact_match",  "squad_exact_match", "numeric",    "contains",
    "contains_all", "starts_with",       "ends_with",  "equals",
    "regex",        "json_schema",       "json_equal", "task_completion"};

template <std::size_t size>
bool among(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// The keys that a case must have for the metric to apply to it: what the definition reads and the answer doesn't give.
std::vector<std::string> keys_of_case(std::string_view reads) {
  std::vector<std::string> out;
  if (reads.find("reference or references") != std::string_view::npos) return {"references"};
  while (!reads.empty()) {
    const std::size_t comma = reads.find(", ");
    const std::string_view key = reads.substr(0, comma);
    if (!key.ends_with('?') && !among(kOfAnswer, key)) out.emplace_back(key);
    reads = comma == std::string_view::npos ? std::string_view() : reads.substr(comma + 2);
  }
  return out;
}

/// The case as `score` reads it: what was asked is its question, whatever the contract calls it.
json::object row_of(const Case& one) {
  json::object row = one.data;
  for (const char* key : {"prompt", "task", "query"}) {
    const json::value* asked = row.if_contains(key);
    if (!row.contains("question") && asked != nullptr && asked->is_string()) row["question"] = json::value(*asked);
  }
  return row;
}

bool applies(const std::vector<std::string>& keys, const json::object& data) {
  return std::ranges::all_of(keys, [&](const std::string& key) {
    return data.contains(key) || (key == "references" && data.contains("reference"));
  });
}

std::vector<std::string> kinds_of(std::string_view reads) {
  if (reads.starts_with("run")) return {"tools"};
  if (reads.find("cited") != std::string_view::npos || reads.find("passages") != std::string_view::npos ||
      reads.find("abstained") != std::string_view::npos) {
    return {"rag"};
  }
  return {"chat", "http", "rag", "tools"};
}

}  // namespace

std::vector<std::string> scored_metric_names() {
  std::vector<std::string> out;
  for (const score::Definition& one : score::definitions()) {
    if (!one.name.ends_with("@k")) out.emplace_back(one.name);
  }
  return out;
}

Result<std::optional<Metric>> scored_metric(const std::string& name, const json::object& options,
                                            const ServiceSource& source) {
  const score::Definition* definition = score::find_definition(name);
  if (definition == nullptr) return std::optional<Metric>();
  const score::Need need = score::need_of(name);
  score::Services services;
  if (need != score::Need::kNothing && source) {
    GW_TRY(services, source(need));
  }
  GW_TRY(score::Scorer made, score::Scorer::create(name, options, services));
  const auto scorer = std::make_shared<const score::Scorer>(std::move(made));  // copies of the metric share it
  Metric out;
  out.name = name;
  out.definition = definition->definition;
  out.source = definition->source;
  out.unit = definition->unit == "share" ? "ratio" : std::string(definition->unit);
  out.higher_is_better = definition->better == score::Better::kHigher;
  out.low = definition->low;
  out.high = definition->high;
  out.kinds = kinds_of(definition->reads);
  out.decides = among(kDeciding, name);
  if (need == score::Need::kEmbedder) out.model = services.embedder->name();
  if (need == score::Need::kJudge) {
    out.model = services.judge_name;
    const auto levels = static_cast<std::int64_t>(score::Rubric{}.levels);
    out.judge_levels = name == "preference" ? score::kPreferenceLevels
                                            : static_cast<std::size_t>(base::int_or(options, "levels", levels));
  }
  const double worst = out.higher_is_better ? out.low : out.high;
  out.value = [scorer, need, keys = keys_of_case(definition->reads), worst](
                  const Case& one, const Answer* answer) -> std::optional<Worth> {
    json::object row = row_of(one);
    if (!applies(keys, row)) return std::nullopt;
    if (answer == nullptr) return std::isfinite(worst) ? std::optional<Worth>(worst) : std::nullopt;
    row["prediction"] = answer->text;
    for (const auto& [key, value] : answer->row) row[key] = value;
    const auto score = scorer->score(row);
    Worth worth(score.ok() ? score->value : worst);
    if (score.ok() && score->judging) worth.judgement = Judgement{*score->judging, score->reason};
    if (!score.ok() && need != score::Need::kNothing && score.error().code != base::Code::kInvalidArgument) {
      worth.judgement = Judgement{{.failed = true, .tries = 1}, score.error().message};
    }
    return worth;
  };
  return std::optional(std::move(out));
}

}  // namespace groundwork::measure
