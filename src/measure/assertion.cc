#include "measure/assertion.h"

#include <algorithm>
#include <array>
#include <vector>

#include "schema/pattern.h"
#include "schema/validator.h"
#include "score/answers.h"
#include "score/plain_text.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using score::Containment;
using score::Letters;

constexpr std::array<std::string_view, 11> kTypes = {"equals",       "contains",      "icontains",     "contains-any",
                                                     "contains-all", "icontains-any", "icontains-all", "starts-with",
                                                     "regex",        "is-json",       "latency"};

/// A list, or promptfoo's list in one text with commas.
std::vector<std::string> texts_of(const json::value& value) {
  std::vector<std::string> out;
  if (value.is_array()) {
    for (const json::value& one : value.get_array()) out.push_back(score::plain_text(one));
    return out;
  }
  std::string_view rest = value.is_string() ? std::string_view(value.get_string()) : std::string_view();
  while (!rest.empty()) {
    std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (!one.empty()) out.emplace_back(one);
  }
  return out;
}

bool equals(const json::value& wanted, const std::string& text) {
  if (wanted.is_string()) return text == std::string_view(wanted.get_string());
  const auto found = base::parse_json(text);
  return found.ok() && *found == wanted;
}

bool is_json(const json::value& wanted, const std::string& text) {
  const auto found = base::parse_json(text);
  if (!found.ok() || !wanted.is_object()) return found.ok();
  const auto schema = schema::Validator::compile(wanted, schema::Registry{}, schema::UnknownKeywords::kIgnore);
  return schema.ok() && schema->valid(*found);
}

bool holds_plain(std::string_view type, const json::value& value, const json::object& assertion, const Answer& answer) {
  const std::string& text = answer.text;
  const Letters letters = type.starts_with('i') && type != "is-json" ? Letters::kFolded : Letters::kExact;
  const auto contains = [&](const std::string& one) {
    return score::holds(text, one, Containment::kContains, letters);
  };
  if (type == "equals") return equals(value, text);
  if (type == "contains" || type == "icontains") return contains(score::plain_text(value));
  if (type.ends_with("-any")) return std::ranges::any_of(texts_of(value), contains);
  if (type.ends_with("-all")) return std::ranges::all_of(texts_of(value), contains);
  if (type == "starts-with")
    return score::holds(text, score::plain_text(value), Containment::kStartsWith, Letters::kExact);
  if (type == "is-json") return is_json(value, text);
  if (type == "latency") return answer.ms <= base::number_or(assertion, "threshold", 0);
  if (type == "regex") {
    const auto pattern = schema::Pattern::compile(score::plain_text(value));
    return pattern.ok() && pattern->matches(text);
  }
  return false;
}

}  // namespace

bool is_known_assertion(std::string_view type) {
  if (type.starts_with("not-")) type.remove_prefix(4);
  return std::ranges::find(kTypes, type) != kTypes.end();
}

bool holds(const json::object& assertion, const Answer& answer) {
  const std::string name = base::string_or(assertion, "type");
  const bool negated = name.starts_with("not-");
  const json::value* value = assertion.if_contains("value");
  static const json::value kNone;
  const bool plain = holds_plain(negated ? std::string_view(name).substr(4) : std::string_view(name),
                                 value != nullptr ? *value : kNone, assertion, answer);
  return plain != negated;
}

Metric assertions_metric() {
  Metric out;
  out.name = "assertions";
  out.definition = "every assertion of the case holds";
  out.source = "promptfoo";
  out.unit = "ratio";
  out.decides = true;
  out.value = [](const Case& one, const Answer* answer) -> std::optional<double> {
    const json::value* list = one.data.if_contains("assert");
    if (list == nullptr || !list->is_array()) return std::nullopt;
    if (answer == nullptr) return 0;
    return std::ranges::all_of(
               list->get_array(),
               [&](const json::value& each) { return each.is_object() && holds(each.get_object(), *answer); })
               ? 1
               : 0;
  };
  return out;
}

}  // namespace groundwork::measure
