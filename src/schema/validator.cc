#include "schema/validator.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <unordered_set>
#include <utility>

#include "base/suggest.h"
#include "base/utf8.h"

namespace groundwork::schema {
namespace {

using base::Code;
using base::make_error;
namespace json = base::json;

constexpr std::size_t kMaxViolations = 100;

std::string shown(const json::value& value) {
  if (const auto* text = value.if_string()) return "'" + std::string(text->subview(0, 60)) + "'";
  if (value.is_object() || value.is_array()) return "an " + std::string(base::json_type_name(value));
  return json::serialize(value);
}

bool is_integer(const json::value& value) {
  if (value.is_int64() || value.is_uint64()) return true;
  return value.is_double() && std::floor(value.get_double()) == value.get_double();
}

bool has_type(const json::value& value, std::string_view type) {
  if (type == "integer") return is_integer(value);
  if (type == "number") return value.is_number();
  return base::json_type_name(value) == type;
}

/// Equal as JSON Schema means it: 1 and 1.0 are the same.
bool equal(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
  if (a.is_array() && b.is_array()) {
    return std::equal(a.get_array().begin(), a.get_array().end(), b.get_array().begin(), b.get_array().end(), equal);
  }
  if (a.is_object() && b.is_object()) {
    if (a.get_object().size() != b.get_object().size()) return false;
    return std::all_of(a.get_object().begin(), a.get_object().end(), [&](const auto& member) {
      const json::value* other = b.get_object().if_contains(member.key());
      return other != nullptr && equal(member.value(), *other);
    });
  }
  return a == b;
}

/// Length in code points.
std::size_t text_length(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](unsigned char c) { return (c & 0xc0) != 0x80; }));
}

std::string plural(std::size_t n, std::string_view word) {
  return std::to_string(n) + " " + std::string(word) + (n == 1 ? "" : "s");
}

const std::array<std::string_view, 48> kKeywords = {"$schema",
                                                    "$id",
                                                    "$comment",
                                                    "$defs",
                                                    "$ref",
                                                    "title",
                                                    "description",
                                                    "default",
                                                    "examples",
                                                    "deprecated",
                                                    "readOnly",
                                                    "writeOnly",
                                                    "format",
                                                    "type",
                                                    "enum",
                                                    "const",
                                                    "properties",
                                                    "required",
                                                    "additionalProperties",
                                                    "patternProperties",
                                                    "propertyNames",
                                                    "minProperties",
                                                    "maxProperties",
                                                    "dependentRequired",
                                                    "items",
                                                    "prefixItems",
                                                    "contains",
                                                    "minContains",
                                                    "maxContains",
                                                    "minItems",
                                                    "maxItems",
                                                    "uniqueItems",
                                                    "minLength",
                                                    "maxLength",
                                                    "pattern",
                                                    "minimum",
                                                    "maximum",
                                                    "exclusiveMinimum",
                                                    "exclusiveMaximum",
                                                    "multipleOf",
                                                    "allOf",
                                                    "anyOf",
                                                    "oneOf",
                                                    "not",
                                                    "if",
                                                    "then",
                                                    "else",
                                                    "contentMediaType"};

/// Keywords whose value is a schema, a list of schemas, or a mapping to schemas.
bool is_schema_keyword(std::string_view k) {
  return k == "additionalProperties" || k == "propertyNames" || k == "items" || k == "contains" || k == "not" ||
         k == "if" || k == "then" || k == "else";
}
bool is_list_keyword(std::string_view k) { return k == "prefixItems" || k == "allOf" || k == "anyOf" || k == "oneOf"; }
bool is_map_keyword(std::string_view k) { return k == "properties" || k == "patternProperties" || k == "$defs"; }

}  // namespace

struct Validator::Impl {
  json::value root;
  std::map<std::string, std::unique_ptr<re2::RE2>, std::less<>> patterns;

  base::Status prepare(const json::value& schema, const std::string& at);
  base::Status prepare_pattern(const std::string& pattern, const std::string& at);
  const json::value* resolve(std::string_view reference) const;
};

base::Status Validator::Impl::prepare_pattern(const std::string& pattern, const std::string& at) {
  auto compiled = std::make_unique<re2::RE2>(pattern, re2::RE2::Quiet);
  if (!compiled->ok()) {
    return make_error(Code::kUnimplemented,
                      "expected a pattern in RE2's syntax, found '" + pattern + "': " + compiled->error(), at);
  }
  patterns.emplace(pattern, std::move(compiled));
  return {};
}

const json::value* Validator::Impl::resolve(std::string_view reference) const {
  if (reference.empty() || reference.front() != '#') return nullptr;
  boost::system::error_code failure;
  return root.find_pointer(json::string_view(reference.data() + 1, reference.size() - 1), failure);
}

base::Status Validator::Impl::prepare(const json::value& schema, const std::string& at) {
  if (schema.is_bool()) return {};
  if (!schema.is_object()) return make_error(Code::kInvalidArgument, "expected a schema, found " + shown(schema), at);
  for (const auto& [key, value] : schema.get_object()) {
    const std::string_view keyword(key.data(), key.size());
    const std::string here = at + "/" + escape_pointer(keyword);
    if (std::find(kKeywords.begin(), kKeywords.end(), keyword) == kKeywords.end()) {
      return make_error(Code::kUnimplemented, "the keyword '" + std::string(keyword) + "' is not supported", here);
    }
    if (keyword == "$schema" && value != "https://json-schema.org/draft/2020-12/schema") {
      return make_error(Code::kUnimplemented, "expected the schema of draft 2020-12, found " + shown(value), here);
    }
    if (is_schema_keyword(keyword)) GW_CHECK_OK(prepare(value, here));
    if (is_list_keyword(keyword)) {
      if (!value.is_array()) return make_error(Code::kInvalidArgument, "expected a list of schemas", here);
      for (std::size_t i = 0; i < value.get_array().size(); ++i) {
        GW_CHECK_OK(prepare(value.get_array()[i], here + "/" + std::to_string(i)));
      }
    }
    if (is_map_keyword(keyword)) {
      if (!value.is_object()) return make_error(Code::kInvalidArgument, "expected a mapping to schemas", here);
      for (const auto& [name, child] : value.get_object()) {
        GW_CHECK_OK(prepare(child, here + "/" + escape_pointer(std::string_view(name.data(), name.size()))));
        if (keyword == "patternProperties") GW_CHECK_OK(prepare_pattern(std::string(name), here));
      }
    }
    if (keyword == "pattern") {
      if (!value.is_string()) return make_error(Code::kInvalidArgument, "expected a text", here);
      GW_CHECK_OK(prepare_pattern(std::string(value.get_string()), here));
    }
    if (keyword == "$ref" && (!value.is_string() || resolve(value.get_string()) == nullptr)) {
      return make_error(Code::kInvalidArgument, "expected a reference within this schema, found " + shown(value), here);
    }
  }
  return {};
}

namespace {

/// One validation: walks the instance beside the schema and collects what is broken.
class Walk {
 public:
  using Resolve = std::function<const json::value*(std::string_view)>;
  using Matches = std::function<bool(std::string_view pattern, std::string_view text)>;

  Walk(Resolve resolve, Matches matches) : resolve_(std::move(resolve)), matches_(std::move(matches)) {}

  std::vector<Violation> check(const json::value& schema, const json::value& value, const std::string& at) {
    std::vector<Violation> found;
    std::swap(found, violations_);
    visit(schema, value, at);
    std::swap(found, violations_);
    return found;
  }

 private:
  bool valid(const json::value& schema, const json::value& value, const std::string& at) {
    return check(schema, value, at).empty();
  }

  void report(const std::string& at, std::string_view keyword, std::string message) {
    if (violations_.size() < kMaxViolations) violations_.push_back({at, std::string(keyword), std::move(message)});
  }

  void visit(const json::value& schema, const json::value& value, const std::string& at) {
    if (const bool* always = schema.if_bool()) {
      if (!*always) report(at, "false", "expected nothing here, found " + shown(value));
      return;
    }
    if (++depth_ > 200) {  // a schema that refers to itself without descending
      report(at, "$ref", "the schema refers to itself without end");
      --depth_;
      return;
    }
    const json::object& rules = schema.get_object();
    if (const auto* reference = rules.if_contains("$ref")) visit(*resolve_(reference->get_string()), value, at);
    visit_any(rules, value, at);
    visit_logic(rules, value, at);
    if (value.is_number()) visit_number(rules, value.to_number<double>(), at);
    if (const auto* text = value.if_string()) visit_text(rules, *text, at);
    if (const auto* array = value.if_array()) visit_array(rules, *array, at);
    if (const auto* object = value.if_object()) visit_object(rules, *object, at);
    --depth_;
  }

  void visit_any(const json::object& rules, const json::value& value, const std::string& at) {
    if (const auto* type = rules.if_contains("type")) {
      json::array types = type->is_array() ? type->get_array() : json::array{*type};
      std::string names;
      bool fits = false;
      for (const auto& one : types) {
        fits = fits || has_type(value, one.get_string());
        names += (names.empty() ? "" : " or ") + std::string(one.get_string());
      }
      if (!fits) report(at, "type", "expected " + names + ", found " + (value.is_null() ? "nothing" : shown(value)));
    }
    if (const auto* choices = rules.if_contains("enum")) {
      const json::array& list = choices->get_array();
      if (std::none_of(list.begin(), list.end(), [&](const json::value& one) { return equal(one, value); })) {
        std::vector<std::string> names;
        std::string text;
        for (const auto& one : list) {
          if (one.is_string()) names.emplace_back(one.get_string());
          text += (text.empty() ? "" : ", ") + shown(one);
        }
        report(at, "enum",
               "expected one of " + text + ", found " + shown(value) +
                   (value.is_string() ? base::did_you_mean(value.get_string(), names) : std::string()));
      }
    }
    if (const auto* constant = rules.if_contains("const"); constant != nullptr && !equal(*constant, value)) {
      report(at, "const", "expected " + shown(*constant) + ", found " + shown(value));
    }
  }

  void visit_logic(const json::object& rules, const json::value& value, const std::string& at) {
    if (const auto* all = rules.if_contains("allOf")) {
      for (const auto& one : all->get_array()) visit(one, value, at);
    }
    if (const auto* any = rules.if_contains("anyOf")) {
      const json::array& list = any->get_array();
      if (std::none_of(list.begin(), list.end(), [&](const json::value& one) { return valid(one, value, at); })) {
        report(at, "anyOf", "expected one of " + std::to_string(list.size()) + " forms, found " + shown(value));
      }
    }
    if (const auto* one_of = rules.if_contains("oneOf")) {
      const json::array& list = one_of->get_array();
      const auto fitting =
          std::count_if(list.begin(), list.end(), [&](const json::value& one) { return valid(one, value, at); });
      if (fitting != 1) {
        report(at, "oneOf",
               "expected exactly one of " + std::to_string(list.size()) + " forms, found " + shown(value) +
                   ", which fits " + std::to_string(fitting));
      }
    }
    if (const auto* negated = rules.if_contains("not"); negated != nullptr && valid(*negated, value, at)) {
      report(at, "not", "expected another value than " + shown(value));
    }
    if (const auto* condition = rules.if_contains("if")) {
      const auto* branch = rules.if_contains(valid(*condition, value, at) ? "then" : "else");
      if (branch != nullptr) visit(*branch, value, at);
    }
  }

  void visit_number(const json::object& rules, double number, const std::string& at) {
    const auto limit = [&](std::string_view keyword, auto holds, std::string_view words) {
      const auto* bound = rules.if_contains(keyword);
      if (bound != nullptr && !holds(number, bound->to_number<double>())) {
        report(
            at, keyword,
            "expected a number " + std::string(words) + " " + shown(*bound) + ", found " + shown(json::value(number)));
      }
    };
    limit("minimum", std::greater_equal<>(), "of at least");
    limit("maximum", std::less_equal<>(), "of at most");
    limit("exclusiveMinimum", std::greater<>(), "above");
    limit("exclusiveMaximum", std::less<>(), "below");
    limit(
        "multipleOf", [](double a, double b) { return std::fabs(a / b - std::round(a / b)) < 1e-12; },
        "that is a multiple of");
  }

  void limit_size(const json::object& rules, std::string_view minimum, std::string_view maximum, std::size_t size,
                  std::string_view unit, const std::string& at) {
    const auto bound = [&](std::string_view keyword) { return base::number_or(rules, keyword, -1); };
    const auto found = static_cast<double>(size);
    if (bound(minimum) >= 0 && found < bound(minimum)) {
      report(at, minimum,
             "expected at least " + plural(static_cast<std::size_t>(bound(minimum)), unit) + ", found " +
                 std::to_string(size));
    }
    if (bound(maximum) >= 0 && found > bound(maximum)) {
      report(at, maximum,
             "expected at most " + plural(static_cast<std::size_t>(bound(maximum)), unit) + ", found " +
                 std::to_string(size));
    }
  }

  void visit_text(const json::object& rules, std::string_view text, const std::string& at) {
    limit_size(rules, "minLength", "maxLength", text_length(text), "character", at);
    if (const auto* pattern = rules.if_contains("pattern");
        pattern != nullptr && !matches_(pattern->get_string(), text)) {
      report(at, "pattern",
             "expected text like " + std::string(pattern->get_string()) + ", found '" + base::clip(text, 60) + "'");
    }
  }

  void visit_array(const json::object& rules, const json::array& array, const std::string& at) {
    limit_size(rules, "minItems", "maxItems", array.size(), "entry", at);
    std::size_t next = 0;
    if (const auto* prefix = rules.if_contains("prefixItems")) {
      for (; next < prefix->get_array().size() && next < array.size(); ++next) {
        visit(prefix->get_array()[next], array[next], at + "/" + std::to_string(next));
      }
    }
    if (const auto* items = rules.if_contains("items")) {
      for (; next < array.size(); ++next) visit(*items, array[next], at + "/" + std::to_string(next));
    }
    if (const auto* contains = rules.if_contains("contains")) {
      std::int64_t count = 0;
      for (std::size_t i = 0; i < array.size(); ++i)
        count += valid(*contains, array[i], at + "/" + std::to_string(i)) ? 1 : 0;
      if (count < base::int_or(rules, "minContains", 1))
        report(at, "contains", "expected an entry of a form that is not there");
      if (const auto* most = rules.if_contains("maxContains");
          most != nullptr && static_cast<double>(count) > most->to_number<double>()) {
        report(at, "maxContains",
               "expected at most " + shown(*most) + " entries of a form, found " + std::to_string(count));
      }
    }
    if (base::bool_or(rules, "uniqueItems", false)) check_unique(array, at);
  }

  void check_unique(const json::array& array, const std::string& at) {
    std::unordered_set<std::string> seen;
    for (std::size_t i = 0; i < array.size(); ++i) {
      if (!seen.insert(base::canonical_json(array[i])).second) {
        report(at + "/" + std::to_string(i), "uniqueItems",
               "expected entries that differ, found " + shown(array[i]) + " twice");
      }
    }
  }

  void visit_object(const json::object& rules, const json::object& object, const std::string& at) {
    limit_size(rules, "minProperties", "maxProperties", object.size(), "field", at);
    std::vector<std::string> known;
    const auto* properties = rules.if_contains("properties");
    if (properties != nullptr) {
      for (const auto& member : properties->get_object()) known.emplace_back(member.key());
    }
    if (const auto* required = rules.if_contains("required")) {
      for (const auto& name : required->get_array()) {
        if (!object.contains(name.get_string())) {
          report(at, "required", "expected the field '" + std::string(name.get_string()) + "', found nothing");
        }
      }
    }
    for (const auto& member : object) visit_member(rules, properties, known, member, at);
    if (const auto* dependent = rules.if_contains("dependentRequired")) {
      for (const auto& [key, needed] : dependent->get_object()) {
        if (!object.contains(key)) continue;
        for (const auto& name : needed.get_array()) {
          if (!object.contains(name.get_string())) {
            report(at, "dependentRequired",
                   "expected the field '" + std::string(name.get_string()) + "' beside '" + std::string(key) + "'");
          }
        }
      }
    }
  }

  void visit_member(const json::object& rules, const json::value* properties, const std::vector<std::string>& known,
                    const json::key_value_pair& member, const std::string& at) {
    const std::string key(member.key());
    const std::string here = at + "/" + escape_pointer(key);
    bool covered = false;
    if (properties != nullptr) {
      if (const auto* schema = properties->get_object().if_contains(key)) {
        covered = true;
        visit(*schema, member.value(), here);
      }
    }
    if (const auto* patterned = rules.if_contains("patternProperties")) {
      for (const auto& [pattern, schema] : patterned->get_object()) {
        if (!matches_(std::string_view(pattern.data(), pattern.size()), key)) continue;
        covered = true;
        visit(schema, member.value(), here);
      }
    }
    if (const auto* names = rules.if_contains("propertyNames")) visit(*names, json::value(key), here);
    const auto* additional = rules.if_contains("additionalProperties");
    if (covered || additional == nullptr) return;
    if (additional->is_bool() && !additional->get_bool()) {
      report(here, "additionalProperties",
             "unknown field '" + base::clip(key, 60) + "'" + base::did_you_mean(key, known));
    } else {
      visit(*additional, member.value(), here);
    }
  }

  Resolve resolve_;
  Matches matches_;
  std::vector<Violation> violations_;
  int depth_ = 0;
};

}  // namespace

Validator::Validator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Validator::Validator(Validator&&) noexcept = default;
Validator& Validator::operator=(Validator&&) noexcept = default;
Validator::~Validator() = default;

base::Result<Validator> Validator::compile(json::value schema) {
  auto impl = std::make_unique<Impl>();
  impl->root = std::move(schema);
  GW_CHECK_OK(impl->prepare(impl->root, ""));
  return Validator(std::move(impl));
}

std::vector<Violation> Validator::validate(const json::value& value) const {
  Walk walk([this](std::string_view reference) { return impl_->resolve(reference); },
            [this](std::string_view pattern, std::string_view text) {
              return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()),
                                            *impl_->patterns.find(pattern)->second);
            });
  return walk.check(impl_->root, value, "");
}

std::vector<Problem> Validator::validate(const Document& document) const {
  std::vector<Problem> problems;
  for (Violation& violation : validate(document.value)) {
    std::string name = violation.pointer.empty() ? std::string() : violation.pointer.substr(1);
    std::replace(name.begin(), name.end(), '/', '.');
    if (!name.empty()) name += ": ";
    problems.push_back(document.problem_at(violation.pointer, name + violation.message));
  }
  return problems;
}

}  // namespace groundwork::schema
