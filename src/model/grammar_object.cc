// Objects: named fields in the schema's order, then further members where the schema says that there may be some.
#include <algorithm>

#include "model/grammar_builder.h"
#include "model/text_grammar.h"

namespace groundwork::model {

using base::Result;
using schema::Node;
namespace json = base::json;

namespace {

constexpr std::uint64_t kMaxCount = 64;  // of minProperties and maxProperties

std::string quoted(const std::string& name) { return json::serialize(json::string(name)); }

bool opens(const Node& node) {
  const auto allows = [](const Node* schema) { return schema != nullptr && schema->always != false; };
  return !node.pattern_properties.empty() || allows(node.additional) || allows(node.unevaluated_properties);
}

}  // namespace

/// What the member of this name must fulfil.
Goal GrammarBuilder::field_goal(const Form& form, const std::string& name) const {
  Goal goal;
  const auto named = [&](const Node& node) {
    return node.property_of.count(name) > 0 ||
           std::any_of(node.pattern_properties.begin(), node.pattern_properties.end(),
                       [&](const auto& one) { return one.first->matches(name); });
  };
  for (std::size_t i = 0; i < form.entries.size(); ++i) {
    if (!form.entries[i].holds) continue;
    const Node& node = *form.entries[i].node;
    if (const auto own = node.property_of.find(name); own != node.property_of.end())
      add_demand(goal, {own->second, true});
    for (const auto& [pattern, schema] : node.pattern_properties) {
      if (pattern->matches(name)) add_demand(goal, {schema, true});
    }
    if (node.additional != nullptr && !named(node)) add_demand(goal, {node.additional, true});
    if (node.unevaluated_properties == nullptr) continue;
    bool evaluated = named(node) || node.additional != nullptr;
    for (std::size_t k = i + 1; k < form.entries.size() && !evaluated; ++k) {
      const Node& below = *form.entries[k].node;
      evaluated = form.entries[k].holds && form.is_below(static_cast<int>(k), static_cast<int>(i)) &&
                  (named(below) || below.additional != nullptr || below.unevaluated_properties != nullptr);
    }
    if (!evaluated) add_demand(goal, {node.unevaluated_properties, true});
  }
  for (const auto& [broken, schema] : form.broken_properties) {
    if (broken == name) add_demand(goal, {schema, false});
  }
  return goal;
}

/// Nothing when a required field can't be there.
std::optional<std::vector<GrammarBuilder::Field>> GrammarBuilder::fields_of(const Form& form) const {
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (const Form::Entry& entry : form.entries) {
    if (!entry.holds) continue;
    for (const auto& property : entry.node->properties) {
      if (seen.insert(property.first).second) names.push_back(property.first);
    }
  }
  for (const std::string& name : form.required) {
    if (seen.insert(name).second) names.push_back(name);
  }
  std::vector<Field> fields;
  for (const std::string& name : names) {
    const bool named_well = std::all_of(form.entries.begin(), form.entries.end(), [&](const Form::Entry& entry) {
      return !entry.holds || entry.node->property_names == nullptr ||
             validator_.valid(*entry.node->property_names, json::value(name));
    });
    const bool possible = named_well && form.forbidden.count(name) == 0;
    const bool required = form.required.count(name) > 0;
    if (!possible && !required) continue;
    Goal goal = field_goal(form, name);
    const bool never = !possible || std::any_of(goal.begin(), goal.end(), [](const Demand& one) {
      return one.node->always && *one.node->always != one.holds;
    });
    if (never && required) return std::nullopt;
    if (!never) fields.push_back({name, std::move(goal), required});
  }
  return fields;
}

/// The names among `keys` that propertyNames allow, as JSON texts.
Result<Expression> GrammarBuilder::keys_of(const Form& form, const Automaton& keys) {
  Goal goal;
  for (const Form::Entry& entry : form.entries) {
    if (entry.holds && entry.node->property_names != nullptr) add_demand(goal, {entry.node->property_names, true});
  }
  if (goal.empty()) return key_text(Form(), keys);
  GW_TRY(const std::vector<Form> forms, forms_.forms(goal));
  std::vector<Expression> ways;
  std::unordered_set<std::string> seen;
  for (const Form& one : forms) {
    if ((one.types & schema::kString) == 0) continue;
    const auto literals = listed_values(goal, {one});
    if (!literals) ways.push_back(key_text(one, keys));
    for (const std::string& literal : literals.value_or(std::vector<std::string>())) {
      const auto value = base::parse_json(literal);
      if (!value.ok() || !value->is_string()) continue;
      const std::string key(value->get_string());
      if (keys.matches(key) && seen.insert(key).second) ways.push_back(text(literal));
    }
  }
  return choice(std::move(ways));
}

/// Members whose names the schema does not list: one kind for each pattern that a name may match (alone), one for names
/// that match none.
Result<std::vector<Expression>> GrammarBuilder::extras_of(const Form& form, const std::vector<Field>& fields) {
  std::vector<Expression> pairs;
  std::vector<const schema::Pattern*> patterns;
  bool is_open = false;
  bool says_fields = !form.required.empty();
  std::unordered_set<std::string> taken(form.forbidden.begin(), form.forbidden.end());
  for (const Field& field : fields) taken.insert(field.name);
  for (const Form::Entry& entry : form.entries) {
    if (!entry.holds) continue;
    is_open = is_open || opens(*entry.node);
    says_fields = says_fields || !entry.node->properties.empty() || entry.node->additional != nullptr ||
                  entry.node->unevaluated_properties != nullptr;
    for (const auto& property : entry.node->properties) taken.insert(property.first);
    for (const auto& one : entry.node->pattern_properties) {
      if (std::find(patterns.begin(), patterns.end(), one.first) == patterns.end()) patterns.push_back(one.first);
    }
  }
  if (!is_open && says_fields) return pairs;
  Automaton free = any_text();
  const auto exclude = [&](Automaton& from, const std::optional<Automaton>& what) {
    const auto left = what ? intersection(from, complement_of(*what)) : std::nullopt;
    if (left) from = *left;
    return left.has_value();
  };
  for (const std::string& name : taken) {
    if (!exclude(free, exact_text(name))) return pairs;
  }
  for (std::size_t k = 0; k <= patterns.size(); ++k) {  // the last: names that match no pattern
    auto names = std::optional(free);
    Goal goal;
    if (k < patterns.size()) {
      const auto& own = pattern_automaton(*patterns[k]);
      names = own ? intersection(free, *own) : std::nullopt;
    }
    for (std::size_t other = 0; names && other < patterns.size(); ++other) {
      if (other != k && !exclude(*names, pattern_automaton(*patterns[other]))) names.reset();
    }
    if (!names || !live_states(*names)[0]) continue;
    for (std::size_t i = 0; i < form.entries.size(); ++i) {
      if (!form.entries[i].holds) continue;
      const auto own_schema = [&](const Node& node) -> const Node* {
        for (const auto& [pattern, schema] : node.pattern_properties) {
          if (k < patterns.size() && pattern == patterns[k]) return schema;
        }
        return node.additional;
      };
      const Node& node = *form.entries[i].node;
      const Node* schema = own_schema(node);
      if (schema != nullptr) add_demand(goal, {schema, true});
      if (node.unevaluated_properties == nullptr) continue;
      bool evaluated = schema != nullptr;
      for (std::size_t below = i + 1; below < form.entries.size() && !evaluated; ++below) {
        const Node& inner = *form.entries[below].node;
        evaluated = form.entries[below].holds && form.is_below(static_cast<int>(below), static_cast<int>(i)) &&
                    (own_schema(inner) != nullptr || inner.unevaluated_properties != nullptr);
      }
      if (!evaluated) add_demand(goal, {node.unevaluated_properties, true});
    }
    if (std::any_of(goal.begin(), goal.end(), [](const Demand& one) { return one.node->always == false; })) continue;
    GW_TRY(Expression key, keys_of(form, *names));
    if (!is_nothing(key)) pairs.push_back(sequence({std::move(key), text(":"), goal_rule(goal, "")}));
  }
  return pairs;
}

/// The members after '{', to '}'. One rule for each place in the list of fields and number of members so far, which is
/// counted only as far as it matters.
Expression GrammarBuilder::members(const std::vector<Field>& fields, const Expression& extra, std::uint64_t low,
                                   std::uint64_t high) {
  const bool bounded = high <= kMaxCount;
  const std::uint64_t most = std::max<std::uint64_t>({1, low, bounded ? high : 0});  // counts above it are all one
  std::vector<std::vector<std::size_t>> rules(fields.size() + 1);
  for (auto& row : rules) {
    for (std::uint64_t n = 0; n <= most; ++n) row.push_back(add_rule("members", Expression()));
  }
  for (std::size_t i = 0; i <= fields.size(); ++i) {
    for (std::uint64_t n = 0; n <= most; ++n) {
      std::vector<Expression> ways;
      const std::string comma = n > 0 ? "," : "";
      const std::uint64_t next = std::min(n + 1, most);
      const bool full = bounded && n >= high;
      if (i < fields.size()) {
        if (!full) {
          ways.push_back(sequence(
              {text(comma + quoted(fields[i].name) + ":"), goal_rule(fields[i].goal, ""), rule(rules[i + 1][next])}));
        }
        if (!fields[i].required) ways.push_back(rule(rules[i + 1][n]));
      } else {
        if (n >= low) ways.push_back(text("}"));
        // Further members may repeat a name, so only the first of them counts towards minProperties.
        if (!full && n + 1 >= low && !is_nothing(extra)) {
          const int more = bounded ? static_cast<int>(high - n - 1) : -1;
          ways.push_back(sequence({text(comma), extra, repeat(sequence({text(","), extra}), 0, more), text("}")}));
        }
      }
      rules_[rules[i][n]].body = choice(std::move(ways));
    }
  }
  return rule(rules[0][0]);
}

Result<Expression> GrammarBuilder::object(const Form& form) {
  const auto fields = fields_of(form);
  if (!fields) return nothing();
  GW_TRY(std::vector<Expression> pairs, extras_of(form, *fields));
  Expression extra = pairs.empty() ? nothing() : rule(add_rule("pair", choice(std::move(pairs))));
  std::uint64_t low = form.min_properties;
  std::uint64_t high = form.max_properties;
  for (const Form::Entry& entry : form.entries) {
    if (!entry.holds) continue;
    const std::uint64_t least = entry.node->min_properties.value_or(0);
    const std::uint64_t reachable = fields->size() + (is_nothing(extra) ? 0 : 1);
    if (least > std::min(reachable, kMaxCount)) {
      note(*entry.node, "minProperties");
    } else {
      low = std::max(low, least);
    }
    if (entry.node->max_properties.value_or(UINT64_MAX) <= kMaxCount) {
      high = std::min(high, *entry.node->max_properties);
    } else if (entry.node->max_properties && (!is_nothing(extra) || fields->size() > *entry.node->max_properties)) {
      note(*entry.node, "maxProperties");
    }
  }
  if (low > high) return nothing();
  if (low > kMaxCount) return nothing();
  return sequence({text("{"), members(*fields, extra, low, high)});
}

}  // namespace groundwork::model
