// Arrays: entries by position, `contains` as the first entries, the rest as a repetition.
#include <algorithm>

#include "model/grammar_builder.h"

namespace groundwork::model {

using base::Result;
using schema::Node;

namespace {

constexpr std::uint64_t kMaxPositions = 500;
constexpr std::uint64_t kMaxRepetition = 2000;

}  // namespace

/// What the entry at `index` must fulfil; `is_rest`: the entries from there on, of which no prefixItems speaks.
Goal GrammarBuilder::item_goal(const Form& form, const std::vector<Window>& windows, std::uint64_t index,
                               bool is_rest) const {
  Goal goal;
  const auto inside = [&](const Window& window) { return !is_rest && index >= window.first && index < window.end; };
  const auto evaluates = [&](std::size_t entry) {
    const Node& node = *form.entries[entry].node;
    if (node.items != nullptr || node.unevaluated_items != nullptr) return true;
    if (!is_rest && index < node.prefix.size()) return true;
    return std::any_of(windows.begin(), windows.end(),
                       [&](const Window& window) { return window.entry == static_cast<int>(entry) && inside(window); });
  };
  for (std::size_t i = 0; i < form.entries.size(); ++i) {
    if (!form.entries[i].holds) continue;
    const Node& node = *form.entries[i].node;
    if (!is_rest && index < node.prefix.size()) {
      add_demand(goal, {node.prefix[index], true});
    } else if (node.items != nullptr) {
      add_demand(goal, {node.items, true});
    }
    if (node.unevaluated_items == nullptr) continue;
    bool evaluated = node.items != nullptr || (!is_rest && index < node.prefix.size());
    for (std::size_t k = i; k < form.entries.size() && !evaluated; ++k) {
      const bool below = form.entries[k].holds && form.is_below(static_cast<int>(k), static_cast<int>(i));
      if (k == i) {  // its own unevaluatedItems is what is asked here
        evaluated = std::any_of(windows.begin(), windows.end(), [&](const Window& window) {
          return window.entry == static_cast<int>(i) && inside(window);
        });
      } else {
        evaluated = below && evaluates(k);
      }
    }
    if (!evaluated) add_demand(goal, {node.unevaluated_items, true});
  }
  for (const Window& window : windows) {
    const Node& node = *form.entries[static_cast<std::size_t>(window.entry)].node;
    if (inside(window)) {
      add_demand(goal, {node.contains, true});
    } else if (node.max_contains) {
      add_demand(goal, {node.contains, false});
    }
  }
  return goal;
}

/// Entries that differ, for entries that are one of a list: in the list's order, each at most once.
Result<std::optional<Expression>> GrammarBuilder::ordered_subset(const Goal& item, std::uint64_t low,
                                                                 std::uint64_t high) {
  GW_TRY(const std::vector<Form> forms, forms_.forms(item));
  const auto values = listed_values(item, forms);
  if (!values || values->size() > 64) return std::optional<Expression>();
  const std::uint64_t most = std::min<std::uint64_t>(high, values->size());
  if (low > most) return std::optional<Expression>(nothing());
  // rule (i, n): what may follow when values before i are decided and n were taken
  std::vector<std::vector<std::size_t>> rules(values->size() + 1);
  for (auto& row : rules) {
    for (std::uint64_t n = 0; n <= most; ++n) row.push_back(add_rule("subset", Expression()));
  }
  for (std::size_t i = 0; i < rules.size(); ++i) {
    for (std::uint64_t n = 0; n <= most; ++n) {
      std::vector<Expression> ways;
      if (i == values->size()) {
        if (n >= low) ways.push_back(text("]"));
      } else {
        if (n < most) ways.push_back(sequence({text((n > 0 ? "," : "") + (*values)[i]), rule(rules[i + 1][n + 1])}));
        ways.push_back(rule(rules[i + 1][n]));
      }
      rules_[rules[i][n]].body = choice(std::move(ways));
    }
  }
  return std::optional<Expression>(sequence({text("["), rule(rules[0][0])}));
}

/// The entries that `contains` asks for come first, or else first after those of prefixItems.
Result<Expression> GrammarBuilder::array(const Form& form) {
  std::uint64_t prefix = 0;
  bool contains = false;
  for (const Form::Entry& entry : form.entries) {
    if (entry.holds) prefix = std::max<std::uint64_t>(prefix, entry.node->prefix.size());
    contains = contains || (entry.holds && entry.node->contains != nullptr);
  }
  GW_TRY(Expression first, array_from(form, 0));
  if (!contains || prefix == 0) return first;
  GW_TRY(Expression after, array_from(form, prefix));
  return choice({std::move(first), std::move(after)});
}

Result<Expression> GrammarBuilder::array_from(const Form& form, std::uint64_t first_window) {
  std::uint64_t low = form.min_items;
  std::uint64_t high = form.max_items;
  std::uint64_t positions = 0;
  std::uint64_t windows_end = first_window;
  bool has_rest = false;  // some schema speaks of entries after the prefix
  bool has_prefix = false;
  const Node* unique = nullptr;
  const Node* longest = nullptr;
  std::vector<Window> windows;
  for (std::size_t i = 0; i < form.entries.size(); ++i) {
    const Node& node = *form.entries[i].node;
    if (!form.entries[i].holds) continue;
    if (node.min_items.value_or(0) > low) {
      low = *node.min_items;
      longest = &node;
    }
    high = std::min(high, node.max_items.value_or(high));
    positions = std::max<std::uint64_t>(positions, node.prefix.size());
    has_prefix = has_prefix || !node.prefix.empty();
    has_rest = has_rest || node.items != nullptr || node.unevaluated_items != nullptr;
    if (node.unique && unique == nullptr) unique = &node;
    if (node.contains == nullptr) continue;
    const std::uint64_t count = std::min(node.min_contains.value_or(1), kMaxPositions);
    if (node.min_contains.value_or(1) > count) note(node, "minContains");
    if (node.max_contains && node.min_contains.value_or(1) > *node.max_contains) return nothing();
    windows.push_back({static_cast<int>(i), windows_end, windows_end + count});
    windows_end += count;
  }
  // Entries of a list of values that differ need no positions of their own.
  if (unique != nullptr && high > 1 && positions == 0 && windows.empty()) {
    GW_TRY(const auto subset, ordered_subset(item_goal(form, windows, 0, true), low, high));
    if (subset) return *subset;
  }
  positions = std::max(positions, windows_end);
  if (low > kMaxRepetition || positions > kMaxPositions) {
    if (longest != nullptr) note(*longest, "minItems");
    low = std::min(low, kMaxRepetition);
    positions = std::min(positions, kMaxPositions);
  }
  if (!windows.empty() && windows_end > first_window) low = std::max(low, windows_end);
  if (has_prefix && !has_rest) high = std::min(high, std::max(low, positions));
  if (options_.max_items > 0)
    high = std::min(high, std::max<std::uint64_t>(low, static_cast<std::uint64_t>(options_.max_items)));
  if (low > high) return nothing();
  if (unique != nullptr && high > 1) note(*unique, "uniqueItems");

  positions = std::min(positions, high);
  const Expression rest = positions < high ? goal_rule(item_goal(form, windows, positions, true), "item") : nothing();
  // From the back: what may follow when `i` entries are there.
  Expression after = text("]");
  if (positions < high) {
    const std::uint64_t least = low > positions ? low - positions : 0;
    const int most = high - positions > kMaxRepetition ? (high == UINT64_MAX ? -1 : static_cast<int>(kMaxRepetition))
                                                       : static_cast<int>(high - positions);
    if (positions > 0) {
      after = sequence({repeat(sequence({text(","), rest}), static_cast<int>(least), most), text("]")});
    } else {
      const int more = most < 0 ? -1 : most - 1;
      Expression all =
          sequence({rest, repeat(sequence({text(","), rest}), static_cast<int>(least > 0 ? least - 1 : 0), more)});
      after = sequence({repeat(std::move(all), least > 0 ? 1 : 0, 1), text("]")});
    }
  }
  for (std::uint64_t i = positions; i-- > 0;) {
    Expression item = goal_rule(item_goal(form, windows, i, false), "");
    Expression with = sequence({text(i > 0 ? "," : ""), std::move(item), std::move(after)});
    std::vector<Expression> ways;
    ways.push_back(std::move(with));
    if (i >= low) ways.push_back(text("]"));
    after = rule(add_rule("items", choice(std::move(ways))));
  }
  return sequence({text("["), std::move(after)});
}

}  // namespace groundwork::model
