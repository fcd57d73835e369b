#include <algorithm>

#include "measure/estimate.h"
#include "measure/metric_parts.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;

Metric of_contract(const std::string& name, const std::string& contract, std::string definition) {
  Metric out;
  out.name = name;
  out.definition = std::move(definition);
  out.source = "the contract " + contract;
  out.unit = "ratio";
  out.kinds = {contract};
  return out;
}

Metric filter_obedience() {
  Metric out =
      of_contract("filter_obedience", "search",
                  "filtered searches all of whose results meet the filter, divided by filtered searches asked");
  out.value = [](const Case& one, const Answer* answer) -> std::optional<Worth> {
    if (!one.data.contains("filters")) return std::nullopt;
    return answer != nullptr ? 1 : 0;  // an answer that breaks a filter is no answer
  };
  return out;
}

/// Of the case's `needs`, each a list of documents any of which will do: the share of which `ids` has one.
std::optional<double> needs_met(const Case& one, const json::value* ids) {
  const json::value* needs = one.data.if_contains("needs");
  if (needs == nullptr || !needs->is_array() || needs->get_array().empty()) return std::nullopt;
  if (ids == nullptr || !ids->is_array()) return 0;
  const json::array& found = ids->get_array();
  double met = 0;
  for (const json::value& places : needs->get_array()) {
    if (!places.is_array()) continue;
    met += std::ranges::any_of(places.get_array(),
                               [&](const json::value& id) { return std::ranges::find(found, id) != found.end(); })
               ? 1
               : 0;
  }
  return met / static_cast<double>(needs->get_array().size());
}

Metric needs_metric(const std::string& name, const std::string& key, std::string definition) {
  Metric out = of_contract(name, "rag", std::move(definition));
  out.value = [key](const Case& one, const Answer* answer) {
    return needs_met(one, answer == nullptr ? nullptr : answer->row.if_contains(key));
  };
  return out;
}

Metric abstention_f1() {
  Metric out =
      of_contract("abstention_f1", "rag",
                  "harmonic mean of precision and recall of abstaining, as a finding of 'no document answers'");
  out.aggregate = Aggregate::kF1;
  out.value = [](const Case& one, const Answer* answer) -> std::optional<Worth> {
    const json::value* answerable = one.data.if_contains("answerable");
    if (answerable == nullptr || !answerable->is_bool()) return std::nullopt;
    if (answer == nullptr) return answerable->get_bool() ? kFalsePositive : kFalseNegative;
    const bool abstained = base::bool_or(answer->row, "abstained", false);
    if (answerable->get_bool()) return abstained ? kFalsePositive : kTrueNegative;
    return abstained ? kTruePositive : kFalseNegative;
  };
  return out;
}

}  // namespace

std::vector<std::string> service_metric_names() {
  return {"filter_obedience", "citation_recall", "passage_recall@5", "abstention_f1"};
}

std::optional<Metric> service_metric(const std::string& name) {
  if (name == "filter_obedience") return filter_obedience();
  if (name == "abstention_f1") return abstention_f1();
  if (name == "citation_recall") {
    return needs_metric(name, "cited", "share of what an answer needs that is cited, in any of its places");
  }
  if (name == "passage_recall@5") {
    return needs_metric(name, "first_passages", "share of what an answer needs that is among the first five passages");
  }
  return std::nullopt;
}

}  // namespace groundwork::measure
