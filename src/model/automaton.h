#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "schema/pattern.h"

namespace groundwork::model {

/// A deterministic automaton over code points, complete: each state has a step for every code point. Of patterns and
/// lengths, so that "matches these, but not those, in so many characters" becomes one thing that a grammar can say.
struct Automaton {
  std::vector<char32_t> starts;      ///< of the intervals that it tells apart, ascending from 0
  std::vector<std::uint32_t> steps;  ///< [state * starts.size() + interval], the next state
  std::vector<bool> accepts;         ///< by state; state 0 is the first

  std::size_t states() const { return accepts.size(); }
  std::uint32_t step(std::uint32_t state, std::size_t interval) const {
    return steps[state * starts.size() + interval];
  }
  bool matches(std::string_view utf8) const;
};

constexpr std::size_t kMaxStates = 2000;

/// All texts.
Automaton any_text();

/// Texts of `minimum` to `maximum` code points.
std::optional<Automaton> text_of_length(std::uint64_t minimum, std::uint64_t maximum);

/// The one text.
std::optional<Automaton> exact_text(std::string_view utf8);

/// Texts in which the pattern is found, as Pattern::matches() finds it.
/// @return nothing when it would take over 2,000 states, or has \b, \B or a property
std::optional<Automaton> automaton_of(const schema::PatternNode& pattern);

/// Nothing when it would take over 2,000 states.
std::optional<Automaton> intersection(const Automaton& a, const Automaton& b);

Automaton complement_of(Automaton automaton);

/// The smallest automaton of the same texts (Moore's refinement); a large one comes back as it is.
Automaton minimised(const Automaton& automaton);

/// By state: whether an accepting state can be reached.
std::vector<bool> live_states(const Automaton& automaton);

}  // namespace groundwork::model
