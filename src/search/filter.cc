#include "search/filter.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
namespace json = base::json;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string text_of(double number) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number == 0 ? 0.0 : number);
  return {buffer, end};
}

Condition between(std::string key, std::string_view op, double bound) {
  Condition condition{std::move(key), Condition::Kind::kBetween, {}, -kInfinity, kInfinity, false, false};
  const bool excluded = op.size() == 1;
  if (op.front() == '>') {
    condition.low = bound;
    condition.low_excluded = excluded;
  } else {
    condition.high = bound;
    condition.high_excluded = excluded;
  }
  return condition;
}

base::Error not_a_filter(const std::string& what) { return make_error(Code::kInvalidArgument, what, "filter"); }

Result<std::vector<std::string>> values_of(const json::value& value, const std::string& key) {
  std::vector<std::string> values;
  const auto add = [&](const json::value& one) {
    auto text = canonical_scalar(one);
    if (text) values.push_back(*std::move(text));
    return text.has_value();
  };
  bool good = true;
  if (const auto* list = value.if_array()) {
    for (const json::value& one : *list) good = good && add(one);
  } else {
    good = add(value);
  }
  if (!good) {
    return not_a_filter("expected a string, number or boolean, or a list of them, for '" + key + "', found " +
                        std::string(base::json_type_name(value)));
  }
  return values;
}

Result<Condition> condition_of(const std::string& key, std::string_view op, const json::value& value) {
  if (op == "$gt" || op == "$gte" || op == "$lt" || op == "$lte") {
    if (!value.is_number()) {
      return not_a_filter("expected a number for " + std::string(op) + " of '" + key + "', found " +
                          std::string(base::json_type_name(value)));
    }
    const std::string_view sign = op == "$gt" ? ">" : op == "$gte" ? ">=" : op == "$lt" ? "<" : "<=";
    return between(key, sign, value.to_number<double>());
  }
  const bool in = op == "$eq" || op == "$in";
  if (!in && op != "$ne" && op != "$nin") {
    return not_a_filter("expected one of $eq, $ne, $in, $nin, $gt, $gte, $lt, $lte for '" + key + "', found '" +
                        std::string(op) + "'");
  }
  GW_TRY(std::vector<std::string> values, values_of(value, key));
  return Condition{key, in ? Condition::Kind::kIn : Condition::Kind::kNot, std::move(values), 0, 0, false, false};
}

}  // namespace

std::optional<double> number_of(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::string canonical_value(std::string_view text) {
  const auto number = number_of(text);
  return number ? text_of(*number) : std::string(text);
}

std::optional<std::string> canonical_scalar(const json::value& value) {
  if (value.is_string()) return canonical_value(std::string_view(value.get_string()));
  if (value.is_bool()) return std::string(value.get_bool() ? "true" : "false");
  if (value.is_number() && std::isfinite(value.to_number<double>())) return text_of(value.to_number<double>());
  return std::nullopt;
}

Result<Condition> parse_condition(std::string_view text) {
  const std::size_t at = text.find_first_of("=!<>");
  const auto expected = [&] {
    return not_a_filter("expected key=value, key!=value, key=a|b, key>=1, key>1, key<=1 or key<1, found '" +
                        std::string(text) + "'");
  };
  if (at == 0 || at == std::string_view::npos) return expected();
  std::string key(text.substr(0, at));
  std::string_view rest = text.substr(at);
  std::string_view op = rest.substr(0, rest.size() > 1 && rest[1] == '=' && rest[0] != '=' ? 2 : 1);
  rest.remove_prefix(op.size());
  if (op == "!" || rest.empty()) return expected();
  if (op.front() == '<' || op.front() == '>') {
    const auto bound = number_of(rest);
    if (!bound)
      return not_a_filter("expected a number behind '" + key + std::string(op) + "', found '" + std::string(rest) +
                          "'");
    return between(std::move(key), op, *bound);
  }
  Condition condition{std::move(key), op == "=" ? Condition::Kind::kIn : Condition::Kind::kNot, {}, 0, 0, false, false};
  for (std::size_t begin = 0; begin <= rest.size();) {
    const std::size_t end = std::min(rest.find('|', begin), rest.size());
    condition.values.push_back(canonical_value(rest.substr(begin, end - begin)));
    begin = end + 1;
  }
  return condition;
}

Result<Filter> filter_from_json(const json::value& value) {
  Filter filter;
  if (value.is_null()) return filter;
  if (!value.is_object()) {
    return not_a_filter("expected an object of conditions, found " + std::string(base::json_type_name(value)));
  }
  for (const auto& [name, wanted] : value.get_object()) {
    const std::string key(name);
    const auto* operators = wanted.if_object();
    if (operators == nullptr) {
      GW_TRY(Condition condition, condition_of(key, "$in", wanted));
      filter.conditions.push_back(std::move(condition));
      continue;
    }
    for (const auto& [op, operand] : *operators) {
      GW_TRY(Condition condition, condition_of(key, op, operand));
      filter.conditions.push_back(std::move(condition));
    }
  }
  return filter;
}

}  // namespace groundwork::search
