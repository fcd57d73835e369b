#include "model/form.h"

#include <algorithm>

#include "schema/number.h"

namespace groundwork::model {
namespace {

using base::Code;
using base::make_error;
using schema::Node;
namespace json = base::json;

constexpr std::size_t kMaxForms = 512;
constexpr std::size_t kMaxSteps = 20'000;
constexpr std::size_t kMaxTotalSteps = 500'000;
constexpr int kMaxDepth = 200;
constexpr std::uint8_t kNumber = schema::kInteger | schema::kFraction;

std::uint8_t type_of(const json::value& value) {
  if (value.is_null()) return schema::kNull;
  if (value.is_bool()) return schema::kBoolean;
  if (value.is_string()) return schema::kString;
  if (value.is_array()) return schema::kArray;
  if (value.is_object()) return schema::kObject;
  return schema::is_integer(value) ? schema::kInteger : schema::kFraction;
}

/// The values of enum or const; nothing when it has neither.
std::optional<std::vector<const json::value*>> values_of(const Node& node) {
  if (node.constant != nullptr) return std::vector<const json::value*>{node.constant};
  if (node.choices == nullptr) return std::nullopt;
  std::vector<const json::value*> out;
  for (const json::value& one : *node.choices) out.push_back(&one);
  return out;
}

/// Whether opposites() of the schema has every way in which it may not hold.
bool says_all(const Node& node) {
  return node.prefix.empty() && node.items == nullptr && node.contains == nullptr &&
         node.unevaluated_items == nullptr && node.unevaluated_properties == nullptr && node.additional == nullptr &&
         node.pattern_properties.empty() && node.property_names == nullptr && node.dependent_required.empty() &&
         node.dependent_schemas.empty() && node.multiple_of == nullptr && !node.unique && !node.one_of &&
         node.dynamic_reference == nullptr;
}

}  // namespace

void add_demand(Goal& goal, Demand demand) {
  if (std::find(goal.begin(), goal.end(), demand) == goal.end()) goal.push_back(demand);
}

bool Form::is_below(int below, int above) const {
  while (below > above && entries[static_cast<std::size_t>(below)].holds) {
    below = entries[static_cast<std::size_t>(below)].parent;
  }
  return below == above;
}

base::Result<std::vector<Form>> FormBuilder::forms(const Goal& goal) {
  found_.clear();
  steps_ = 0;
  depth_ = 0;
  Tasks tasks;
  for (auto one = goal.rbegin(); one != goal.rend(); ++one) tasks.push_back({*one, -1});
  expand(Form(), std::move(tasks));
  total_steps_ += steps_;
  if (steps_ > kMaxSteps || total_steps_ > kMaxTotalSteps) {
    return make_error(Code::kResourceExhausted, "expected a schema with at most 20,000 ways through it",
                      goal.empty() ? std::string() : goal.front().node->pointer);
  }
  return std::move(found_);
}

/// Depth first: takes the tasks from the end; at a choice, one copy for each way.
void FormBuilder::expand(Form form, Tasks tasks) {
  while (!tasks.empty()) {
    if (form.types == 0 || ++steps_ > kMaxSteps || found_.size() >= kMaxForms) return;
    // What must not hold waits until all that must hold is known: much of it is excluded by then.
    auto next = std::find_if(tasks.rbegin(), tasks.rend(), [](const Task& one) { return one.demand.holds; });
    if (next == tasks.rend()) next = tasks.rbegin();
    const Task task = *next;
    tasks.erase(std::next(next).base());
    const Node& node = *task.demand.node;
    for (int above = task.parent; above >= 0; above = form.entries[static_cast<std::size_t>(above)].parent) {
      const Form::Entry& entry = form.entries[static_cast<std::size_t>(above)];
      if (entry.node == &node && entry.holds == task.demand.holds) return;  // needs itself: nothing fulfils it
    }
    const bool known = std::any_of(form.entries.begin(), form.entries.end(), [&](const Form::Entry& entry) {
      return entry.node == &node && entry.holds == task.demand.holds && entry.parent == task.parent;
    });
    if (known) continue;
    const int self = static_cast<int>(form.entries.size());
    form.entries.push_back({&node, task.parent, task.demand.holds});
    if (task.demand.holds) {
      if (!apply_fixed(node, self, form, tasks)) return;
      continue;
    }
    if (excludes(form, node, 0)) continue;
    const std::vector<Fork> ways = opposites(node, self);
    if (node.always == true) return;
    const std::size_t before = found_.size();
    if (!ways.empty()) expand_all({ways}, 0, form, tasks);
    if (found_.size() > before || says_all(node)) return;
    note_(node, "");  // it may fail to hold in a way that forms can't say
  }
  if (form.types != 0 && found_.size() < kMaxForms) found_.push_back(std::move(form));
}

/// Whether a $dynamicRef always leads to the same schema.
bool FormBuilder::is_static(const Node& node) const {
  return node.dynamic_name.empty() || validator_.program().resources_with_dynamic_anchors(node.dynamic_name) <= 1;
}

/// The keywords that leave no choice become tasks or facts; then the choices are made.
/// @return false when this form does not go on: it is impossible, or its ways went on by themselves
bool FormBuilder::apply_fixed(const Node& node, int self, Form& form, Tasks& tasks) {
  if (node.always) return *node.always;
  if (node.types) form.types &= *node.types;
  if (const auto values = values_of(node)) {
    std::uint8_t types = 0;
    for (const json::value* one : *values) types |= type_of(*one);
    form.types &= types;
  }
  for (const std::string& name : node.required) {
    if ((form.types & schema::kObject) != 0) form.required.insert(name);
  }
  if (node.dynamic_reference != nullptr) {
    if (is_static(node)) {
      tasks.push_back({{node.dynamic_reference, true}, self});
    } else {
      note_(node, "$dynamicRef");
    }
  }
  if (node.negated != nullptr) tasks.push_back({{node.negated, false}, self});
  if (node.all_of) {
    for (auto one = node.all_of->rbegin(); one != node.all_of->rend(); ++one) tasks.push_back({{*one, true}, self});
  }
  if (node.reference != nullptr) tasks.push_back({{node.reference, true}, self});
  std::vector<std::vector<Fork>> choices;
  for (std::size_t which = 0;; ++which) {
    auto ways = choices_of(node, self, which);
    if (!ways) break;
    if (!ways->empty()) choices.push_back(std::move(*ways));
  }
  if (choices.empty()) return true;
  expand_all(choices, 0, form, tasks);  // each way goes on by itself, and this one ends
  return false;
}

/// One copy for every combination of ways.
void FormBuilder::expand_all(const std::vector<std::vector<Fork>>& choices, std::size_t which, const Form& form,
                             const Tasks& tasks) {
  if (which == choices.size()) return expand(form, tasks);
  if (++depth_ > kMaxDepth) steps_ = kMaxSteps + 1;
  for (const Fork& way : choices[which]) {
    if (++steps_ > kMaxSteps || found_.size() >= kMaxForms) break;
    Form branch = form;
    Tasks rest = tasks;
    way(branch, rest);
    if (branch.types != 0) expand_all(choices, which + 1, branch, rest);
  }
  --depth_;
}

/// The ways of the node's choice number `which`; nothing after the last one, empty when this one does not exist.
std::optional<std::vector<FormBuilder::Fork>> FormBuilder::choices_of(const Node& node, int self,
                                                                      std::size_t which) const {
  std::vector<Fork> out;
  const auto ask = [self](const Node* what, bool holds) { return Task{{what, holds}, self}; };
  if (which == 0 && node.any_of) {
    for (const Node* one : *node.any_of) out.push_back([=](Form&, Tasks& tasks) { tasks.push_back(ask(one, true)); });
    if (out.empty()) out.push_back([](Form& form, Tasks&) { form.types = 0; });
  } else if (which == 1 && node.one_of) {
    for (const Node* one : *node.one_of) {
      out.push_back([=, &node](Form&, Tasks& tasks) {
        bool met = false;  // the same schema twice in the list can't be told apart by its address
        for (const Node* other : *node.one_of) {
          if (other == one && !std::exchange(met, true)) continue;
          tasks.push_back(ask(other, false));
        }
        tasks.push_back(ask(one, true));
      });
    }
    if (out.empty()) out.push_back([](Form& form, Tasks&) { form.types = 0; });
  } else if (which == 2 && node.condition != nullptr && (node.then != nullptr || node.otherwise != nullptr)) {
    for (const bool holds : {true, false}) {
      const Node* branch = holds ? node.then : node.otherwise;
      out.push_back([=, &node](Form&, Tasks& tasks) {
        if (branch != nullptr) tasks.push_back(ask(branch, true));
        tasks.push_back(ask(node.condition, holds));
      });
    }
  } else if (which >= 3 && which - 3 < node.dependent_required.size()) {
    const auto& [key, needed] = node.dependent_required[which - 3];
    out.push_back([&needed = needed, &key = key](Form& form, Tasks&) {
      form.required.insert(key);
      form.required.insert(needed.begin(), needed.end());
    });
    out.push_back([&key = key](Form& form, Tasks&) { form.forbidden.insert(key); });
  } else if (which >= 3 && which - 3 - node.dependent_required.size() < node.dependent_schemas.size()) {
    const auto& [key, needed] = node.dependent_schemas[which - 3 - node.dependent_required.size()];
    out.push_back([ask, needed = needed, &key = key](Form& form, Tasks& tasks) {
      form.required.insert(key);
      tasks.push_back(ask(needed, true));
    });
    out.push_back([&key = key](Form& form, Tasks&) { form.forbidden.insert(key); });
  } else if (which >= 3) {
    return std::nullopt;
  }
  return out;
}

/// The ways in which a schema does not hold, as far as forms can say them. Each is enough by itself.
std::vector<FormBuilder::Fork> FormBuilder::opposites(const Node& node, int self) const {
  std::vector<Fork> out;
  if (node.always) {
    if (!*node.always) out.push_back([](Form&, Tasks&) {});
    return out;
  }
  opposite_values(node, out);
  opposite_sizes(node, out);
  opposite_members(node, out);
  opposite_logic(node, self, out);
  return out;
}

/// "Not one of these": of arrays and objects, said by leaving the type out where others remain.
void FormBuilder::exclude(Form& form, const Node& node) const {
  std::uint8_t containers = 0;
  const auto values = values_of(node);
  for (const json::value* one : *values) {
    if (one->is_array() || one->is_object()) {
      containers |= type_of(*one);
    } else {
      form.excluded.push_back(one);
    }
  }
  if ((form.types & containers) == 0) return;
  if ((form.types & ~containers) != 0) {
    form.types &= static_cast<std::uint8_t>(~containers);
  } else {
    note_(node, node.constant != nullptr ? "const" : "enum");
  }
}

void FormBuilder::opposite_values(const Node& node, std::vector<Fork>& out) const {
  if (node.types) {
    out.push_back([types = *node.types](Form& form, Tasks&) { form.types &= static_cast<std::uint8_t>(~types); });
  }
  if (const auto values = values_of(node)) {
    out.push_back([this, &node](Form& form, Tasks&) { exclude(form, node); });
  }
  const auto number = [&](const json::value* at, bool strict, bool upper) {
    if (at == nullptr) return;
    out.push_back([=](Form& form, Tasks&) {
      form.types &= kNumber;
      (upper ? form.numbers.upper : form.numbers.lower).push_back({at, strict});
    });
  };
  number(node.minimum, true, true);
  number(node.maximum, true, false);
  number(node.above, false, true);
  number(node.below, false, false);
  if (node.pattern != nullptr) {
    out.push_back([&node](Form& form, Tasks&) {
      form.types &= schema::kString;
      form.broken_patterns.push_back(&node);
    });
  }
}

void FormBuilder::opposite_sizes(const Node& node, std::vector<Fork>& out) const {
  const auto size = [&](std::optional<std::uint64_t> low, std::optional<std::uint64_t> high, std::uint8_t type,
                        std::uint64_t Form::*least, std::uint64_t Form::*most) {
    if (low && *low > 0) {
      out.push_back([=](Form& form, Tasks&) {
        form.types &= type;
        form.*most = std::min(form.*most, *low - 1);
      });
    }
    if (high) {
      out.push_back([=](Form& form, Tasks&) {
        form.types &= type;
        form.*least = std::max(form.*least, *high + 1);
      });
    }
  };
  size(node.min_length, node.max_length, schema::kString, &Form::min_length, &Form::max_length);
  size(node.min_items, node.max_items, schema::kArray, &Form::min_items, &Form::max_items);
  size(node.min_properties, node.max_properties, schema::kObject, &Form::min_properties, &Form::max_properties);
}

void FormBuilder::opposite_members(const Node& node, std::vector<Fork>& out) const {
  for (const std::string& name : node.required) {
    out.push_back([name](Form& form, Tasks&) {
      form.types &= schema::kObject;
      form.forbidden.insert(name);
    });
  }
  for (const auto& [name, child] : node.properties) {
    out.push_back([&name = name, child = child](Form& form, Tasks&) {
      form.types &= schema::kObject;
      form.required.insert(name);
      form.broken_properties.emplace_back(name, child);
    });
  }
}

void FormBuilder::opposite_logic(const Node& node, int self, std::vector<Fork>& out) const {
  const auto ask = [&](std::vector<Demand> demands) {
    out.push_back([self, list = std::move(demands)](Form&, Tasks& tasks) {
      for (const Demand& one : list) tasks.push_back({one, self});
    });
  };
  if (node.reference != nullptr) ask({{node.reference, false}});
  if (node.dynamic_reference != nullptr && is_static(node)) ask({{node.dynamic_reference, false}});
  if (node.all_of) {
    for (const Node* one : *node.all_of) ask({{one, false}});
  }
  for (const auto* list : {&node.any_of, &node.one_of}) {
    if (!*list) continue;
    std::vector<Demand> none;
    for (const Node* one : **list) none.push_back({one, false});
    ask(std::move(none));
  }
  if (node.negated != nullptr) ask({{node.negated, true}});
  if (node.condition != nullptr && node.then != nullptr) ask({{node.condition, true}, {node.then, false}});
  if (node.condition != nullptr && node.otherwise != nullptr) ask({{node.condition, false}, {node.otherwise, false}});
}

/// Whether nothing of the form fulfils the schema anyway, as far as is seen at a glance: other types, other values, or
/// a required field that has other values.
bool FormBuilder::excludes(const Form& form, const Node& node, int depth) const {
  if (node.always) return !*node.always;
  if (depth > 8) return false;
  if (node.types && (*node.types & form.types) == 0) return true;
  const auto unfit = [&](const Node& schema, const Node& source) {
    const auto values = values_of(source);
    return values && std::none_of(values->begin(), values->end(),
                                  [&](const json::value* one) { return validator_.valid(schema, *one); });
  };
  for (const Form::Entry& entry : form.entries) {
    if (entry.holds && unfit(node, *entry.node)) return true;
  }
  if (node.reference != nullptr && excludes(form, *node.reference, depth + 1)) return true;
  if (node.all_of && std::any_of(node.all_of->begin(), node.all_of->end(),
                                 [&](const Node* one) { return excludes(form, *one, depth + 1); })) {
    return true;
  }
  if (form.types != schema::kObject) return false;
  for (const std::string& name : node.required) {
    if (form.forbidden.count(name) > 0) return true;
  }
  for (const auto& [name, child] : node.properties) {
    if (form.required.count(name) == 0) continue;
    for (const Form::Entry& entry : form.entries) {
      if (!entry.holds) continue;
      const auto own = entry.node->property_of.find(name);
      if (own != entry.node->property_of.end() && unfit(*child, *own->second)) return true;
    }
  }
  return false;
}

}  // namespace groundwork::model
