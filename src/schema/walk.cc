#include "schema/walk.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/suggest.h"
#include "base/utf8.h"
#include "schema/number.h"

namespace groundwork::schema {
namespace {

namespace json = base::json;

constexpr std::size_t kMaxViolations = 100;
constexpr std::size_t kMaxVisitDepth = 2048;
constexpr std::uint64_t kVisits = 1'000'000;
constexpr std::uint64_t kVisitsPerValue = 200;

std::string shown(const json::value& value) {
  if (const auto* text = value.if_string()) return "'" + base::clip({text->data(), text->size()}, 60) + "'";
  if (value.is_object() || value.is_array()) return "an " + std::string(base::json_type_name(value));
  return json::serialize(value);
}

std::uint8_t type_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return kNull;
    case json::kind::bool_:
      return kBoolean;
    case json::kind::string:
      return kString;
    case json::kind::array:
      return kArray;
    case json::kind::object:
      return kObject;
    default:
      return is_integer(value) ? kInteger : kFraction;
  }
}

std::string type_names(const json::value& type) {
  if (type.is_string()) return std::string(type.get_string());
  std::string names;
  for (const json::value& one : type.get_array())
    names += (names.empty() ? "" : " or ") + std::string(one.get_string());
  return names;
}

/// Length in code points.
std::size_t text_length(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

std::string plural(std::uint64_t n, std::string_view word) {
  return std::to_string(n) + " " + std::string(word) + (n == 1 ? "" : "s");
}

}  // namespace

std::string Walk::Path::text() const {
  std::vector<const Path*> steps;
  for (const Path* step = this; step->up != nullptr; step = step->up) steps.push_back(step);
  std::string out;
  for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
    out += "/" + ((*step)->is_index ? std::to_string((*step)->index) : escape_pointer((*step)->key));
  }
  return out;
}

void Walk::Marks::add(const Marks& other) {
  for (std::size_t i = 0; i < seen.size(); ++i) seen[i] = seen[i] || other.seen[i];
}

std::vector<Violation> Walk::check(const Node& schema, const Value& value) {
  quiet_ = 0;
  if (start(value)) visit(schema, value, Path(), nullptr);
  return std::move(violations_);
}

bool Walk::valid(const Node& schema, const Value& value) {
  quiet_ = 1;
  return start(value) && visit(schema, value, Path(), nullptr) && !stopped_;
}

bool Walk::start(const Value& value) {
  violations_.clear();
  scope_.clear();
  ancestors_.clear();
  stopped_ = false;
  const Extent extent = extent_of(value, kMaxNesting);
  visits_left_ = kVisits + extent.values * kVisitsPerValue;
  if (extent.depth <= kMaxNesting) return true;
  return stop(Path(), "", "expected a value nested at most 512 deep");
}

bool Walk::fail(const Path& at, std::string_view keyword, std::string message) {
  if (quiet_ == 0 && !stopped_ && violations_.size() < kMaxViolations) {
    violations_.push_back({at.text(), std::string(keyword), std::move(message)});
  }
  return false;
}

/// Ends the whole validation; said even where only an answer was wanted, because there is none.
bool Walk::stop(const Path& at, std::string_view keyword, std::string message) {
  if (!stopped_) violations_.insert(violations_.begin(), {at.text(), std::string(keyword), std::move(message)});
  stopped_ = true;
  return false;
}

bool Walk::fits(const Node& node, const Value& value, const Path& at, Marks* marks) {
  ++quiet_;
  const bool ok = visit(node, value, at, marks);
  --quiet_;
  return ok;
}

/// Core 8.2.3.2: the outermost resource in the dynamic scope that has the anchor decides.
const Node& Walk::dynamic_target(const Node& node) const {
  if (node.dynamic_name.empty()) return *node.dynamic_reference;
  for (const Resource* resource : scope_) {
    const auto found = resource->dynamic_anchors.find(node.dynamic_name);
    if (found != resource->dynamic_anchors.end()) return *found->second;
  }
  return *node.dynamic_reference;
}

/// The dynamic scope may be another the second time, so it takes a third.
bool Walk::enters_loop(const Node& node, const Value& value) const {
  int times = 0;
  for (auto one = ancestors_.rbegin(); one != ancestors_.rend() && one->second == &value; ++one) {
    if (one->first == &node && ++times == 2) return true;
  }
  return false;
}

bool Walk::visit(const Node& node, const Value& value, const Path& at, Marks* marks) {
  if (stopped_) return false;
  if (node.always) return *node.always || fail(at, "false", "expected nothing here, found " + shown(value));
  if (visits_left_ == 0) return stop(at, "", "the schema takes too long to check against this value");
  --visits_left_;
  if (enters_loop(node, value)) return stop(at, "$ref", "the schema refers to itself without end");
  if (ancestors_.size() >= kMaxVisitDepth) return stop(at, "", "expected schemas that apply at most 2048 deep");
  const bool enters = scope_.empty() || scope_.back() != node.resource;
  if (enters) scope_.push_back(node.resource);
  ancestors_.emplace_back(&node, &value);
  bool ok = false;
  if (marks == nullptr && node.unevaluated_items == nullptr && node.unevaluated_properties == nullptr) {
    ok = visit_rules(node, value, at, nullptr);
  } else {
    Marks own(value.is_array() ? value.get_array().size() : value.is_object() ? value.get_object().size() : 0);
    ok = visit_rules(node, value, at, &own) && visit_unevaluated(node, value, at, own);
    if (ok && marks != nullptr) marks->add(own);
  }
  ancestors_.pop_back();
  if (enters) scope_.pop_back();
  return ok;
}

bool Walk::visit_rules(const Node& node, const Value& value, const Path& at, Marks* marks) {
  bool ok = visit_references(node, value, at, marks);
  if (may_go_on(ok)) ok = visit_any(node, value, at) && ok;
  if (may_go_on(ok)) ok = visit_logic(node, value, at, marks) && ok;
  if (may_go_on(ok) && node.condition != nullptr) ok = visit_condition(node, value, at, marks) && ok;
  if (!may_go_on(ok)) return false;
  if (value.is_number()) return visit_number(node, value, at) && ok;
  if (const auto* text = value.if_string()) return visit_text(node, {text->data(), text->size()}, at) && ok;
  if (const auto* array = value.if_array()) return visit_array(node, *array, at, marks) && ok;
  if (value.is_object()) return visit_object(node, value, at, marks) && ok;
  return ok;
}

bool Walk::visit_references(const Node& node, const Value& value, const Path& at, Marks* marks) {
  bool ok = true;
  if (node.reference != nullptr) ok = visit(*node.reference, value, at, marks);
  if (node.dynamic_reference != nullptr && may_go_on(ok)) {
    ok = visit(dynamic_target(node), value, at, marks) && ok;
  }
  return ok;
}

bool Walk::visit_any(const Node& node, const Value& value, const Path& at) {
  bool ok = true;
  if (node.types && (*node.types & type_of(value)) == 0) {
    ok = fail(at, "type",
              quiet_ > 0
                  ? std::string()
                  : "expected " + type_names(*node.type) + ", found " + (value.is_null() ? "nothing" : shown(value)));
  }
  if (node.choices != nullptr && may_go_on(ok) &&
      std::none_of(node.choices->begin(), node.choices->end(),
                   [&](const Value& one) { return equal_json(one, value); })) {
    if (quiet_ > 0) return false;
    std::vector<std::string> names;
    std::string text;
    for (const Value& one : *node.choices) {
      if (one.is_string()) names.emplace_back(one.get_string());
      text += (text.empty() ? "" : ", ") + shown(one);
    }
    const std::string near =
        value.is_string() ? base::did_you_mean(base::clip(value.get_string(), 200), names) : std::string();
    ok = fail(at, "enum", "expected one of " + text + ", found " + shown(value) + near);
  }
  if (node.constant != nullptr && may_go_on(ok) && !equal_json(*node.constant, value)) {
    ok = fail(at, "const", "expected " + shown(*node.constant) + ", found " + shown(value));
  }
  return ok;
}

bool Walk::visit_logic(const Node& node, const Value& value, const Path& at, Marks* marks) {
  bool ok = true;
  if (node.all_of) {
    for (const Node* one : *node.all_of) {
      ok = visit(*one, value, at, marks) && ok;
      if (!may_go_on(ok)) return false;
    }
  }
  if (node.any_of) {
    bool any = false;
    for (const Node* one : *node.any_of) {
      any = fits(*one, value, at, marks) || any;
      if (any && marks == nullptr) break;  // marks need every branch that fits
    }
    if (!any) {
      ok =
          fail(at, "anyOf", "expected one of " + std::to_string(node.any_of->size()) + " forms, found " + shown(value));
    }
  }
  if (node.one_of && may_go_on(ok)) {
    std::size_t fitting = 0;
    for (const Node* one : *node.one_of) {
      fitting += fits(*one, value, at, marks) ? 1 : 0;
      if (fitting > 1 && quiet_ > 0) return false;
    }
    if (fitting != 1) {
      ok = fail(at, "oneOf",
                "expected exactly one of " + std::to_string(node.one_of->size()) + " forms, found " + shown(value) +
                    ", which fits " + std::to_string(fitting));
    }
  }
  if (node.negated != nullptr && may_go_on(ok) && fits(*node.negated, value, at)) {
    ok = fail(at, "not", "expected another value than " + shown(value));
  }
  return ok;
}

bool Walk::visit_condition(const Node& node, const Value& value, const Path& at, Marks* marks) {
  const bool holds = fits(*node.condition, value, at, marks);
  const Node* branch = holds ? node.then : node.otherwise;
  return branch == nullptr || visit(*branch, value, at, marks);
}

bool Walk::visit_number(const Node& node, const Value& value, const Path& at) {
  bool ok = true;
  const auto limit = [&](const Value* bound, std::string_view keyword, auto holds, std::string_view words) {
    if (bound == nullptr || !may_go_on(ok) || holds(*bound)) return;
    ok = fail(at, keyword, "expected a number " + std::string(words) + " " + shown(*bound) + ", found " + shown(value));
  };
  limit(
      node.minimum, "minimum", [&](const Value& b) { return compare_numbers(value, b) >= 0; }, "of at least");
  limit(
      node.maximum, "maximum", [&](const Value& b) { return compare_numbers(value, b) <= 0; }, "of at most");
  limit(
      node.above, "exclusiveMinimum", [&](const Value& b) { return compare_numbers(value, b) > 0; }, "above");
  limit(
      node.below, "exclusiveMaximum", [&](const Value& b) { return compare_numbers(value, b) < 0; }, "below");
  limit(
      node.multiple_of, "multipleOf", [&](const Value& b) { return is_multiple(value, b); }, "that is a multiple of");
  return ok;
}

bool Walk::visit_size(std::size_t size, std::string_view minimum, std::optional<std::uint64_t> low,
                      std::string_view maximum, std::optional<std::uint64_t> high, std::string_view unit,
                      const Path& at) {
  bool ok = true;
  if (low && size < *low) {
    ok = fail(at, minimum, "expected at least " + plural(*low, unit) + ", found " + std::to_string(size));
  }
  if (high && size > *high) {
    ok = fail(at, maximum, "expected at most " + plural(*high, unit) + ", found " + std::to_string(size));
  }
  return ok;
}

bool Walk::visit_text(const Node& node, std::string_view text, const Path& at) {
  bool ok = true;
  if (node.min_length || node.max_length) {
    ok = visit_size(text_length(text), "minLength", node.min_length, "maxLength", node.max_length, "character", at);
  }
  if (node.pattern != nullptr && may_go_on(ok) && !node.pattern->matches(text)) {
    ok = fail(at, "pattern", "expected text like " + node.pattern->source() + ", found '" + base::clip(text, 60) + "'");
  }
  return ok;
}

bool Walk::visit_array(const Node& node, const json::array& array, const Path& at, Marks* marks) {
  bool ok = visit_size(array.size(), "minItems", node.min_items, "maxItems", node.max_items, "entry", at);
  for (std::size_t i = 0; i < array.size() && may_go_on(ok); ++i) {
    const Node* schema = i < node.prefix.size() ? node.prefix[i] : node.items;
    if (schema == nullptr) break;
    ok = visit(*schema, array[i], Path{&at, {}, i, true}, nullptr) && ok;
    if (marks != nullptr) marks->seen[i] = true;
  }
  if (node.contains != nullptr && may_go_on(ok)) ok = visit_contains(node, array, at, marks) && ok;
  if (node.unique && may_go_on(ok)) ok = visit_unique(array, at) && ok;
  return ok;
}

bool Walk::visit_contains(const Node& node, const json::array& array, const Path& at, Marks* marks) {
  std::uint64_t count = 0;
  const std::uint64_t least = node.min_contains.value_or(1);
  for (std::size_t i = 0; i < array.size(); ++i) {
    if (!fits(*node.contains, array[i], Path{&at, {}, i, true})) continue;
    ++count;
    if (marks != nullptr) {
      marks->seen[i] = true;
    } else if (count >= least && !node.max_contains) {
      return !stopped_;
    }
  }
  if (count < least) return fail(at, "contains", "expected an entry of a form that is not there");
  if (!node.max_contains || count <= *node.max_contains) return true;
  return fail(
      at, "maxContains",
      "expected at most " + std::to_string(*node.max_contains) + " entries of a form, found " + std::to_string(count));
}

bool Walk::visit_unique(const json::array& array, const Path& at) {
  bool ok = true;
  std::unordered_multimap<std::size_t, const Value*> seen;
  for (std::size_t i = 0; i < array.size() && may_go_on(ok); ++i) {
    const std::size_t hash = hash_json(array[i]);
    const auto [first, last] = seen.equal_range(hash);
    if (std::any_of(first, last, [&](const auto& one) { return equal_json(*one.second, array[i]); })) {
      ok = fail(Path{&at, {}, i, true}, "uniqueItems",
                "expected entries that differ, found " + shown(array[i]) + " twice");
    } else {
      seen.emplace(hash, &array[i]);
    }
  }
  return ok;
}

bool Walk::visit_object(const Node& node, const Value& value, const Path& at, Marks* marks) {
  const json::object& object = value.get_object();
  bool ok = visit_size(object.size(), "minProperties", node.min_properties, "maxProperties", node.max_properties,
                       "field", at);
  for (const std::string& name : node.required) {
    if (!object.contains(name)) ok = fail(at, "required", "expected the field '" + name + "', found nothing");
  }
  const bool by_member = !node.properties.empty() || !node.pattern_properties.empty() || node.additional != nullptr ||
                         node.property_names != nullptr;
  std::size_t index = 0;
  for (auto member = object.begin(); by_member && member != object.end() && may_go_on(ok); ++member, ++index) {
    bool covered = false;
    ok = visit_member(node, *member, at, covered) && ok;
    if (covered && marks != nullptr) marks->seen[index] = true;
  }
  for (const auto& [key, needed] : node.dependent_required) {
    if (!object.contains(key)) continue;
    for (const std::string& name : needed) {
      if (object.contains(name)) continue;
      ok = fail(at, "dependentRequired", "expected the field '" + name + "' beside '" + key + "'");
    }
  }
  if (may_go_on(ok)) ok = visit_dependent(node, value, at, marks) && ok;
  return ok;
}

bool Walk::visit_dependent(const Node& node, const Value& value, const Path& at, Marks* marks) {
  bool ok = true;
  for (const auto& [key, schema] : node.dependent_schemas) {
    if (!value.get_object().contains(key)) continue;
    ok = visit(*schema, value, at, marks) && ok;
    if (!may_go_on(ok)) return false;
  }
  return ok;
}

bool Walk::visit_member(const Node& node, const json::key_value_pair& member, const Path& at, bool& covered) {
  const std::string_view key(member.key().data(), member.key().size());
  const Path here{&at, key};
  bool ok = true;
  if (const auto found = node.property_of.find(key); found != node.property_of.end()) {
    covered = true;
    ok = visit(*found->second, member.value(), here, nullptr);
  }
  for (const auto& [pattern, schema] : node.pattern_properties) {
    if (!may_go_on(ok) || !pattern->matches(key)) continue;
    covered = true;
    ok = visit(*schema, member.value(), here, nullptr) && ok;
  }
  if (node.property_names != nullptr && may_go_on(ok)) {
    const Value name(json::string_view(key.data(), key.size()));
    ok = visit(*node.property_names, name, here, nullptr) && ok;
  }
  if (covered || node.additional == nullptr || !may_go_on(ok)) return ok;
  covered = true;
  if (!node.additional->always || *node.additional->always) {
    return visit(*node.additional, member.value(), here, nullptr) && ok;
  }
  if (quiet_ > 0) return false;
  std::vector<std::string> known;
  for (const auto& property : node.properties) known.push_back(property.first);
  const std::string shown_key = base::clip(key, 60);
  return fail(here, "additionalProperties", "unknown field '" + shown_key + "'" + base::did_you_mean(shown_key, known));
}

bool Walk::visit_unevaluated(const Node& node, const Value& value, const Path& at, Marks& marks) {
  bool ok = true;
  if (const auto* array = value.if_array(); array != nullptr && node.unevaluated_items != nullptr) {
    for (std::size_t i = 0; i < array->size() && may_go_on(ok); ++i) {
      if (marks.seen[i]) continue;
      const Path here{&at, {}, i, true};
      if (node.unevaluated_items->always == false) {
        ok = fail(here, "unevaluatedItems", "expected no further entry, found " + shown((*array)[i]));
      } else {
        ok = visit(*node.unevaluated_items, (*array)[i], here, nullptr) && ok;
      }
    }
    marks.all();
  }
  if (const auto* object = value.if_object(); object != nullptr && node.unevaluated_properties != nullptr) {
    std::size_t index = 0;
    for (auto member = object->begin(); member != object->end() && may_go_on(ok); ++member, ++index) {
      if (marks.seen[index]) continue;
      const std::string_view key(member->key().data(), member->key().size());
      const Path here{&at, key};
      if (node.unevaluated_properties->always == false) {
        ok = fail(here, "unevaluatedProperties", "unknown field '" + base::clip(key, 60) + "'");
      } else {
        ok = visit(*node.unevaluated_properties, member->value(), here, nullptr) && ok;
      }
    }
    marks.all();
  }
  return ok;
}

}  // namespace groundwork::schema
