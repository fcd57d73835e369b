// Texts: patterns, lengths, formats and excluded words as one automaton.
#include <algorithm>

#include "model/grammar_builder.h"
#include "model/text_grammar.h"

namespace groundwork::model {
namespace {

using schema::Node;

constexpr std::uint64_t kMaxRepetition = 2000;

/// Characters of the shortest accepted text.
std::uint64_t shortest_text(const Automaton& automaton) {
  std::vector<bool> seen(automaton.states(), false);
  std::vector<std::uint32_t> front = {0};
  seen[0] = true;
  for (std::uint64_t length = 0; !front.empty(); ++length) {
    std::vector<std::uint32_t> next;
    for (const std::uint32_t state : front) {
      if (automaton.accepts[state]) return length;
      for (std::size_t i = 0; i < automaton.starts.size(); ++i) {
        const std::uint32_t to = automaton.step(state, i);
        if (!seen[to]) next.push_back(to);
        seen[to] = true;
      }
    }
    front = std::move(next);
  }
  return 0;
}

}  // namespace

const std::optional<Automaton>& GrammarBuilder::pattern_automaton(const schema::Pattern& pattern) {
  const auto known = automata_.find(&pattern);
  if (known != automata_.end()) return known->second;
  return automata_.emplace(&pattern, automaton_of(pattern.tree())).first->second;
}

/// What the form's patterns, formats and exclusions leave; `any` stays true when they say nothing.
std::optional<Automaton> GrammarBuilder::text_automaton(const Form& form, bool& any) {
  Automaton out = any_text();
  const auto narrow = [&](const std::optional<Automaton>& by) {
    const auto both = by ? intersection(out, *by) : std::nullopt;
    if (both) out = *both;
    any = any && !both;
    return both.has_value();
  };
  for (const Form::Entry& entry : form.entries) {
    if (!entry.holds) continue;
    if (entry.node->pattern != nullptr && !narrow(pattern_automaton(*entry.node->pattern)))
      note(*entry.node, "pattern");
  }
  for (const Node* node : form.broken_patterns) {
    const auto& found = pattern_automaton(*node->pattern);
    if (!narrow(found ? std::optional(complement_of(*found)) : std::nullopt)) note(*node, "pattern");
  }
  for (const base::json::value* one : form.excluded) {
    const auto* words = one->if_string();
    if (words == nullptr) continue;
    const auto exact = exact_text({words->data(), words->size()});
    if (!narrow(exact ? std::optional(complement_of(*exact)) : std::nullopt)) return std::nullopt;
  }
  for (const Form::Entry& entry : form.entries) {  // last, because a format is only followed where it can be
    if (!entry.holds || entry.node->format.empty()) continue;
    const auto source = format_pattern(entry.node->format);
    const auto pattern = source ? schema::parse_pattern(*source) : base::Result<schema::PatternNode>();
    const auto format = pattern.ok() ? automaton_of(*pattern) : std::nullopt;
    const auto both = format ? intersection(out, *format) : std::nullopt;
    if (!both || !live_states(*both)[0]) {
      note(*entry.node, "format");
    } else {
      any = false;
      out = *both;
    }
  }
  return out;
}

Expression GrammarBuilder::json_text(const Form& form) { return key_text(form, any_text()); }

/// The form's texts among those of `keys`.
Expression GrammarBuilder::key_text(const Form& form, const Automaton& keys) {
  bool any = keys.states() == 1 && keys.accepts[0];
  auto automaton = text_automaton(form, any);
  if (automaton && !any) automaton = intersection(*automaton, keys);
  if (!automaton) return nothing();
  std::uint64_t low = form.min_length;
  std::uint64_t high = form.max_length;
  const Node* longest = nullptr;  // the schema that asks for the most characters
  for (const Form::Entry& entry : form.entries) {
    if (!entry.holds) continue;
    if (entry.node->min_length.value_or(0) > low) {
      low = *entry.node->min_length;
      longest = entry.node;
    }
    high = std::min(high, entry.node->max_length.value_or(high));
  }
  if (low > high) return nothing();
  if (low > kMaxRepetition) {
    if (longest != nullptr) note(*longest, "minLength");
    low = kMaxRepetition;
  }
  const auto usual = static_cast<std::uint64_t>(options_.max_string_chars);
  if (any) {
    const std::uint64_t most = std::min(high, std::max(usual, low));
    return any_json_text(static_cast<int>(low), static_cast<int>(most));
  }
  if (shortest_text(*automaton) < low) {
    Automaton long_enough = complement_of(*text_of_length(0, std::min<std::uint64_t>(low, kMaxStates - 2) - 1));
    auto both = intersection(*automaton, long_enough);
    if (both && low < kMaxStates - 2) {
      automaton = std::move(both);
    } else if (longest != nullptr) {
      note(*longest, "minLength");
    }
  }
  const std::uint64_t most = std::min(high, std::max(usual, shortest_text(*automaton)));
  return json_text_of(
      *automaton, most, [this](std::string_view name, Expression body) { return add_rule(name, std::move(body)); },
      [this](std::size_t index, Expression body) { rules_[index].body = std::move(body); });
}

}  // namespace groundwork::model
