#include "measure/metadata.h"

#include <algorithm>
#include <functional>
#include <vector>

namespace groundwork::measure {
namespace {

namespace json = base::json;
using search::Condition;

/// The scalars under a key as canonical text; lists give each of theirs.
std::vector<std::string> values_of(const json::object& metadata, const std::string& key) {
  std::vector<std::string> out;
  const json::value* value = metadata.if_contains(key);
  if (value == nullptr) return out;
  const auto add = [&](const json::value& one) {
    if (auto text = search::canonical_scalar(one)) out.push_back(*std::move(text));
  };
  if (value->is_array()) {
    for (const json::value& one : value->get_array()) add(one);
  } else {
    add(*value);
  }
  return out;
}

bool within(const std::string& value, const Condition& condition) {
  const auto number = search::number_of(value);
  if (!number) return false;
  const bool above = condition.low_excluded ? *number > condition.low : *number >= condition.low;
  const bool below = condition.high_excluded ? *number < condition.high : *number <= condition.high;
  return above && below;
}

bool meets(const json::object& metadata, const Condition& condition) {
  const std::vector<std::string> values = values_of(metadata, condition.key);
  const auto is_named = [&](const std::string& value) {
    return std::ranges::find(condition.values, value, search::canonical_value) != condition.values.end();
  };
  switch (condition.kind) {
    case Condition::Kind::kIn:
      return std::ranges::any_of(values, is_named);
    case Condition::Kind::kNot:
      return std::ranges::none_of(values, is_named);
    case Condition::Kind::kBetween:
      return std::ranges::any_of(values, [&](const std::string& value) { return within(value, condition); });
  }
  return false;
}

}  // namespace

bool meets(const json::object& metadata, const search::Filter& filter) {
  return std::ranges::all_of(filter.conditions, [&](const Condition& one) { return meets(metadata, one); });
}

}  // namespace groundwork::measure
