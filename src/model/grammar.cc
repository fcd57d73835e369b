#include "model/grammar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "model/grammar_builder.h"
#include "model/text_grammar.h"
#include "schema/number.h"

namespace groundwork::model {

using base::Code;
using base::make_error;
using base::Result;
using schema::Node;
namespace json = base::json;

namespace {

constexpr std::size_t kMaxRules = 50'000;
constexpr int kMaxRepetition = 2000;  // what llama.cpp's parser takes

/// The last part of a pointer as a rule's name.
std::string rule_name(const Goal& goal) {
  if (goal.empty()) return "any";
  const std::string& pointer = goal.front().node->pointer;
  std::string out;
  for (const char c : std::string_view(pointer).substr(pointer.rfind('/') + 1)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain && out.size() < 24) out += c;
  }
  return out.empty() ? "value" : out;
}

}  // namespace

std::string json_literal(const json::value& value) {
  if (const auto* array = value.if_array()) {
    std::string out = "[";
    for (const json::value& one : *array) out += (out.size() > 1 ? "," : "") + json_literal(one);
    return out + "]";
  }
  if (const auto* object = value.if_object()) {
    std::string out = "{";
    for (const auto& member : *object) {
      out += (out.size() > 1 ? "," : "") + json::serialize(json::string(member.key())) + ":" +
             json_literal(member.value());
    }
    return out + "}";
  }
  if (!value.is_double()) return json::serialize(value);
  std::array<char, 40> text{};
  const double number = value.get_double();
  const bool whole = std::floor(number) == number && std::fabs(number) < 1e15;
  const auto end = whole ? std::to_chars(text.data(), text.data() + text.size(), static_cast<std::int64_t>(number)).ptr
                         : std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

GrammarBuilder::GrammarBuilder(const schema::Validator& validator, const GrammarOptions& options)
    : validator_(validator),
      options_(options),
      forms_(validator, [this](const Node& node, const std::string& keyword) { note(node, keyword); }) {}

void GrammarBuilder::note(const Node& node, const std::string& keyword) {
  std::string where = node.pointer + (keyword.empty() ? "" : "/" + keyword);
  if (noted_.insert(where).second) notes_.push_back(std::move(where));
}

std::size_t GrammarBuilder::add_rule(std::string_view name, Expression body) {
  rules_.push_back({std::string(name), std::move(body)});
  return rules_.size() - 1;
}

Result<Grammar> GrammarBuilder::build() {
  goal_rule({{validator_.program().root, true}}, "root");
  while (!waiting_.empty()) {
    const auto [goal, index] = waiting_.front();
    waiting_.pop_front();
    GW_TRY(Expression body, goal_body(goal));
    rules_[index].body = std::move(body);
    if (rules_.size() > kMaxRules) {
      return make_error(Code::kResourceExhausted, "expected a schema whose grammar has at most 50,000 rules");
    }
  }
  if (!prune(rules_)) {
    return make_error(Code::kFailedPrecondition,
                      "expected a schema that some value fulfils, found none that can be written");
  }
  for (const std::string& one : validator_.program().unchecked) {
    if (noted_.insert(one).second) notes_.push_back(one);
  }
  return Grammar{gbnf_text(rules_), std::move(notes_)};
}

/// A reference to the rule of a goal, which gets its body later: so a schema may contain itself.
Expression GrammarBuilder::goal_rule(const Goal& goal, std::string_view name) {
  if (goal.empty()) return any_value(options_.max_any_depth);
  Goal key = goal;
  std::sort(key.begin(), key.end());
  const auto known = goals_.find(key);
  if (known != goals_.end()) return rule(known->second);
  const std::size_t made = add_rule(name.empty() ? rule_name(goal) : std::string(name), Expression());
  goals_.emplace(std::move(key), made);
  waiting_.emplace_back(goal, made);
  return rule(made);
}

bool GrammarBuilder::fulfils(const Goal& goal, const Value& value) const {
  return std::all_of(goal.begin(), goal.end(),
                     [&](const Demand& demand) { return validator_.valid(*demand.node, value) == demand.holds; });
}

/// When every form has enum or const: the values that fulfil the whole goal, which is then exact in all keywords.
std::optional<std::vector<std::string>> GrammarBuilder::listed_values(const Goal& goal,
                                                                      const std::vector<Form>& forms) const {
  std::vector<std::string> out;
  for (const Form& form : forms) {
    bool listed = false;
    for (const Form::Entry& entry : form.entries) {
      if (!entry.holds || (entry.node->constant == nullptr && entry.node->choices == nullptr)) continue;
      const json::array one = entry.node->constant != nullptr ? json::array{*entry.node->constant} : json::array();
      for (const Value& value : entry.node->constant != nullptr ? one : *entry.node->choices) {
        std::string literal = json_literal(value);
        if (std::find(out.begin(), out.end(), literal) == out.end() && fulfils(goal, value)) {
          out.push_back(std::move(literal));
        }
      }
      listed = true;
      break;
    }
    if (!listed) return std::nullopt;
  }
  return out;
}

Result<Expression> GrammarBuilder::goal_body(const Goal& goal) {
  GW_TRY(const std::vector<Form> forms, forms_.forms(goal));
  std::vector<Expression> ways;
  std::vector<Form> open;
  std::unordered_set<std::string> seen;
  for (const Form& form : forms) {
    if (const auto literals = listed_values(goal, {form})) {
      for (const std::string& literal : *literals) {
        if (seen.insert(literal).second) ways.push_back(text(literal));
      }
    } else {
      open.push_back(form);
    }
  }
  for (const Form& form : open) {
    ways.push_back(scalars(goal, form));
    if ((form.types & schema::kString) != 0) ways.push_back(json_text(form));
    if ((form.types & schema::kArray) != 0) {
      GW_TRY(Expression way, array(form));
      ways.push_back(std::move(way));
    }
    if ((form.types & schema::kObject) != 0) {
      GW_TRY(Expression way, object(form));
      ways.push_back(std::move(way));
    }
  }
  return choice(std::move(ways));
}

Expression GrammarBuilder::scalars(const Goal& goal, const Form& form) {
  std::vector<Expression> ways;
  const auto excluded = [&](const Value& value) {
    return std::any_of(form.excluded.begin(), form.excluded.end(),
                       [&](const Value* one) { return schema::equal_json(*one, value); });
  };
  if ((form.types & schema::kNull) != 0 && !excluded(Value())) ways.push_back(text("null"));
  for (const bool flag : {true, false}) {
    if ((form.types & schema::kBoolean) != 0 && !excluded(Value(flag))) ways.push_back(text(flag ? "true" : "false"));
  }
  if ((form.types & (schema::kInteger | schema::kFraction)) != 0) ways.push_back(number(goal, form));
  return choice(std::move(ways));
}

/// One range for each gap between the numbers that are excluded.
Expression GrammarBuilder::number(const Goal& goal, const Form& form) {
  NumberRange range = form.numbers;
  range.whole = (form.types & schema::kInteger) != 0;
  range.fraction = (form.types & schema::kFraction) != 0;
  for (const Form::Entry& entry : form.entries) {
    if (!entry.holds) continue;
    const Node& node = *entry.node;
    if (node.minimum != nullptr) range.lower.push_back({node.minimum, false});
    if (node.above != nullptr) range.lower.push_back({node.above, true});
    if (node.maximum != nullptr) range.upper.push_back({node.maximum, false});
    if (node.below != nullptr) range.upper.push_back({node.below, true});
    if (node.multiple_of == nullptr) continue;
    const schema::Decimal step = schema::decimal_of(*node.multiple_of);
    if (step.exponent < -12 || step.exponent > 3 || step.digits > 1'000'000'000'000) {
      note(node, "multipleOf");
    } else {
      range.steps.push_back(node.multiple_of);
    }
  }
  std::vector<const Value*> gaps;
  for (const Value* one : form.excluded) {
    if (one->is_number()) gaps.push_back(one);
  }
  std::sort(gaps.begin(), gaps.end(),
            [](const Value* a, const Value* b) { return schema::compare_numbers(*a, *b) < 0; });
  std::vector<Expression> ways;
  for (std::size_t i = 0; i <= gaps.size(); ++i) {
    NumberRange part = range;
    if (i > 0) part.lower.push_back({gaps[i - 1], true});
    if (i < gaps.size()) part.upper.push_back({gaps[i], true});
    ways.push_back(number_expression(part));
  }
  Expression out = choice(std::move(ways));
  if (!is_nothing(out)) return out;
  for (const auto* bounds : {&range.lower, &range.upper}) {  // too large to count to, but the bound itself may do
    for (const NumberRange::Bound& bound : *bounds) {
      if (fulfils(goal, *bound.at)) return text(json_literal(*bound.at));
    }
  }
  return out;
}

/// Any JSON of at most `depth` levels of arrays and objects.
Expression GrammarBuilder::any_value(int depth) {
  const auto known = any_rules_.find(depth);
  if (known != any_rules_.end()) return rule(known->second);
  const std::size_t made = add_rule("any" + std::to_string(depth), Expression());
  any_rules_.emplace(depth, made);
  const auto words = [this] { return any_json_text(0, options_.max_string_chars); };
  std::vector<Expression> ways = {text("null"), text("true"), text("false"), number_expression(NumberRange()), words()};
  if (depth > 0) {
    Expression inner = any_value(depth - 1);
    const auto list = [](const std::string& open, Expression one, const std::string& close) {
      Expression more = repeat(sequence({text(","), one}), 0, -1);
      return sequence({text(open), repeat(sequence({std::move(one), std::move(more)}), 0, 1), text(close)});
    };
    ways.push_back(list("[", inner, "]"));
    ways.push_back(list("{", sequence({words(), text(":"), inner}), "}"));
  }
  rules_[made].body = choice(std::move(ways));
  return rule(made);
}

Result<Grammar> grammar_of(const schema::Validator& validator, const GrammarOptions& options) {
  const auto out_of_range = [](std::string_view name, int found) {
    return make_error(Code::kInvalidArgument,
                      "expected another " + std::string(name) + ", found " + std::to_string(found));
  };
  if (options.max_string_chars < 1 || options.max_string_chars > kMaxRepetition) {
    return out_of_range("max_string_chars (1 to 2000)", options.max_string_chars);
  }
  if (options.max_items < 0 || options.max_items > kMaxRepetition) {
    return out_of_range("max_items (0 to 2000)", options.max_items);
  }
  if (options.max_any_depth < 1 || options.max_any_depth > 8) {
    return out_of_range("max_any_depth (1 to 8)", options.max_any_depth);
  }
  return GrammarBuilder(validator, options).build();
}

Result<Grammar> grammar_of(const json::value& schema, const GrammarOptions& options, const schema::Registry& registry) {
  GW_TRY(const auto validator, schema::Validator::compile(schema, registry));
  return grammar_of(validator, options);
}

}  // namespace groundwork::model
