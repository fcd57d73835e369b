#include "model/automaton.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace groundwork::model {
namespace {

using schema::CodeRange;
using schema::PatternNode;
using Kind = PatternNode::Kind;

// Bounds against hostile patterns: each about a second's work at most.
constexpr std::size_t kMaxSubsetWork = 2'000'000;
constexpr std::size_t kMaxRefinement = 8'000'000;

std::vector<char32_t> code_points(std::string_view utf8) {
  std::vector<char32_t> out;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t code = length == 1 ? lead : lead & (0xff >> (length + 1));
    for (std::size_t k = 1; k < length && i + k < utf8.size(); ++k) {
      code = (code << 6) | (static_cast<unsigned char>(utf8[i + k]) & 0x3f);
    }
    out.push_back(code);
    i += length;
  }
  return out;
}

/// Thompson's automaton: states with one set, or with steps that take nothing.
struct Nfa {
  enum class Guard : std::uint8_t { kNone, kStart, kEnd };
  struct State {
    std::vector<CodeRange> set;
    std::uint32_t to = 0;
    bool takes = false;
    std::vector<std::pair<std::uint32_t, Guard>> free;
  };
  std::vector<State> states;
  bool possible = true;  ///< false: too large, or something that it can't say

  std::uint32_t add() {
    if (states.size() >= kMaxStates * 2) possible = false;
    states.emplace_back();
    return static_cast<std::uint32_t>(states.size() - 1);
  }
  void link(std::uint32_t from, std::uint32_t to, Guard guard = Guard::kNone) {
    states[from].free.emplace_back(to, guard);
  }

  /// Builds `node` from state `from`; returns the state after it.
  std::uint32_t build(const PatternNode& node, std::uint32_t from);
  std::uint32_t build_repeat(const PatternNode& node, std::uint32_t from);
};

std::uint32_t Nfa::build(const PatternNode& node, std::uint32_t from) {
  if (!possible) return from;
  switch (node.kind) {
    case Kind::kSet: {
      if (!node.properties.empty()) possible = false;
      const std::uint32_t here = add();  // a state of its own, because `from` may have free steps
      const std::uint32_t after = add();
      link(from, here);
      states[here].set = node.negated ? schema::complement(node.set) : schema::normalised(node.set);
      states[here].to = after;
      states[here].takes = true;
      return after;
    }
    case Kind::kSequence: {
      for (const PatternNode& child : node.children) from = build(child, from);
      return from;
    }
    case Kind::kChoice: {
      const std::uint32_t after = add();
      for (const PatternNode& child : node.children) {
        const std::uint32_t first = add();
        link(from, first);
        link(build(child, first), after);
      }
      return after;
    }
    case Kind::kRepeat:
      return build_repeat(node, from);
    case Kind::kStart:
    case Kind::kEnd: {
      const std::uint32_t after = add();
      link(from, after, node.kind == Kind::kStart ? Guard::kStart : Guard::kEnd);
      return after;
    }
    case Kind::kBoundary:
    case Kind::kNoBoundary:
      possible = false;
      return from;
  }
  return from;
}

std::uint32_t Nfa::build_repeat(const PatternNode& node, std::uint32_t from) {
  const PatternNode& child = node.children.front();
  for (int i = 0; i < node.minimum && possible; ++i) from = build(child, from);
  const std::uint32_t after = add();
  if (node.maximum < 0) {
    const std::uint32_t loop = add();
    link(from, loop);
    link(loop, after);
    const std::uint32_t first = add();
    link(loop, first);
    link(build(child, first), loop);
    return after;
  }
  link(from, after);
  for (int i = node.minimum; i < node.maximum && possible; ++i) {
    from = build(child, from);
    link(from, after);
  }
  return after;
}

/// Subset construction. A member is a state and whether it may only be at the text's end.
class Subsets {
 public:
  Subsets(const Nfa& nfa, std::uint32_t first, std::uint32_t last) : nfa_(nfa), last_(last) {
    std::set<char32_t> cuts = {0};
    for (const Nfa::State& state : nfa.states) {
      for (const CodeRange& range : state.set) {
        cuts.insert(range.first);
        if (range.last < schema::kLastCode) cuts.insert(range.last + 1);
      }
    }
    out_.starts.assign(cuts.begin(), cuts.end());
    Members start;
    close(start, first, false, true);
    number(std::move(start));
  }

  std::optional<Automaton> run() {
    for (std::size_t i = 0; i < members_.size(); ++i) {
      if (members_.size() > kMaxStates || work_ > kMaxSubsetWork) return std::nullopt;
      for (const char32_t code : out_.starts) out_.steps.push_back(number(after(*members_[i], code)));
    }
    return std::move(out_);
  }

 private:
  using Members = std::set<std::pair<std::uint32_t, bool>>;

  void close(Members& to, std::uint32_t first, bool ended, bool at_start) const {
    std::vector<std::pair<std::uint32_t, bool>> waiting = {{first, ended}};
    while (!waiting.empty()) {
      const auto one = waiting.back();
      waiting.pop_back();
      if (!to.insert(one).second) continue;
      for (const auto& [next, guard] : nfa_.states[one.first].free) {
        if (guard == Nfa::Guard::kStart && !at_start) continue;
        waiting.emplace_back(next, one.second || guard == Nfa::Guard::kEnd);
      }
    }
  }

  Members after(const Members& from, char32_t code) {
    Members out;
    work_ += from.size();
    for (const auto& [state, ended] : from) {
      if (ended) continue;
      const Nfa::State& one = nfa_.states[state];
      const bool fits = one.takes && std::any_of(one.set.begin(), one.set.end(), [code](const CodeRange& range) {
                          return range.first <= code && code <= range.last;
                        });
      if (fits) close(out, one.to, false, false);
    }
    return out;
  }

  std::uint32_t number(Members members) {
    const auto [found, added] = numbers_.emplace(std::move(members), static_cast<std::uint32_t>(members_.size()));
    if (added) {
      members_.push_back(&found->first);
      out_.accepts.push_back(found->first.count({last_, false}) + found->first.count({last_, true}) > 0);
    }
    return found->second;
  }

  const Nfa& nfa_;
  std::uint32_t last_;
  std::size_t work_ = 0;
  Automaton out_;
  std::map<Members, std::uint32_t> numbers_;
  std::vector<const Members*> members_;
};

}  // namespace

bool Automaton::matches(std::string_view utf8) const {
  std::uint32_t state = 0;
  for (const char32_t code : code_points(utf8)) {
    const auto after = std::upper_bound(starts.begin(), starts.end(), code);
    state = step(state, static_cast<std::size_t>(after - starts.begin()) - 1);
  }
  return accepts[state];
}

Automaton any_text() { return {{0}, {0}, {true}}; }

std::optional<Automaton> text_of_length(std::uint64_t minimum, std::uint64_t maximum) {
  if (maximum + 2 > kMaxStates) return std::nullopt;
  Automaton out;
  out.starts = {0};
  for (std::uint64_t i = 0; i <= maximum + 1; ++i) {
    out.steps.push_back(static_cast<std::uint32_t>(std::min(i + 1, maximum + 1)));
    out.accepts.push_back(i >= minimum && i <= maximum);
  }
  return out;
}

std::optional<Automaton> exact_text(std::string_view utf8) {
  const std::vector<char32_t> codes = code_points(utf8);
  if (codes.size() + 2 > kMaxStates) return std::nullopt;
  std::set<char32_t> cuts = {0};
  for (const char32_t code : codes) cuts.insert({code, code + 1});
  Automaton out;
  out.starts.assign(cuts.begin(), cuts.end());
  const auto dead = static_cast<std::uint32_t>(codes.size() + 1);
  for (std::uint32_t i = 0; i <= dead; ++i) {
    for (const char32_t start : out.starts) {
      out.steps.push_back(i < codes.size() && codes[i] == start ? i + 1 : dead);
    }
    out.accepts.push_back(i == codes.size());
  }
  return out;
}

std::optional<Automaton> automaton_of(const PatternNode& pattern) {
  Nfa nfa;
  const std::uint32_t first = nfa.add();
  const std::uint32_t skip = nfa.add();  // what stands before the match
  const std::uint32_t begin = nfa.add();
  nfa.link(first, begin);
  nfa.link(first, skip);
  nfa.states[skip].set = {{0, schema::kLastCode}};
  nfa.states[skip].to = first;
  nfa.states[skip].takes = true;
  const std::uint32_t found = nfa.build(pattern, begin);
  if (!nfa.possible) return std::nullopt;
  const std::uint32_t last = nfa.add();  // and what stands after it
  nfa.link(found, last);
  nfa.states[last].set = {{0, schema::kLastCode}};
  nfa.states[last].to = last;
  nfa.states[last].takes = true;
  auto out = Subsets(nfa, first, last).run();
  if (out) out = minimised(*out);
  return out;
}

std::optional<Automaton> intersection(const Automaton& a, const Automaton& b) {
  Automaton out;
  std::set<char32_t> cuts(a.starts.begin(), a.starts.end());
  cuts.insert(b.starts.begin(), b.starts.end());
  out.starts.assign(cuts.begin(), cuts.end());
  std::vector<std::pair<std::size_t, std::size_t>> interval_of;
  for (const char32_t start : out.starts) {
    const auto at = [start](const Automaton& one) {
      return static_cast<std::size_t>(std::upper_bound(one.starts.begin(), one.starts.end(), start) -
                                      one.starts.begin()) -
             1;
    };
    interval_of.emplace_back(at(a), at(b));
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> numbers = {{{0, 0}, 0}};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs = {{0, 0}};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    if (pairs.size() > kMaxStates) return std::nullopt;
    const auto [x, y] = pairs[i];
    out.accepts.push_back(a.accepts[x] && b.accepts[y]);
    for (const auto& [of_a, of_b] : interval_of) {
      const std::pair<std::uint32_t, std::uint32_t> next = {a.step(x, of_a), b.step(y, of_b)};
      const auto [known, added] = numbers.emplace(next, static_cast<std::uint32_t>(pairs.size()));
      if (added) pairs.push_back(next);
      out.steps.push_back(known->second);
    }
  }
  return minimised(out);
}

Automaton complement_of(Automaton automaton) {
  automaton.accepts.flip();
  return automaton;
}

Automaton minimised(const Automaton& automaton) {
  const std::size_t intervals = automaton.starts.size();
  if (automaton.states() * automaton.states() * intervals > kMaxRefinement) return automaton;
  std::vector<std::uint32_t> group(automaton.states());
  for (std::size_t s = 0; s < group.size(); ++s) group[s] = automaton.accepts[s] == automaton.accepts[0] ? 0 : 1;
  std::size_t groups = 0;
  while (true) {
    std::map<std::vector<std::uint32_t>, std::uint32_t> numbers;  // state 0 is seen first, so its group stays 0
    std::vector<std::uint32_t> refined(group.size());
    for (std::size_t s = 0; s < group.size(); ++s) {
      std::vector<std::uint32_t> signature = {group[s]};
      for (std::size_t i = 0; i < intervals; ++i) signature.push_back(group[automaton.steps[s * intervals + i]]);
      refined[s] = numbers.emplace(std::move(signature), static_cast<std::uint32_t>(numbers.size())).first->second;
    }
    group = std::move(refined);
    if (numbers.size() == groups) break;
    groups = numbers.size();
  }
  Automaton out;
  out.starts = automaton.starts;
  out.steps.resize(groups * intervals);
  out.accepts.resize(groups);
  for (std::size_t s = 0; s < group.size(); ++s) {
    out.accepts[group[s]] = automaton.accepts[s];
    for (std::size_t i = 0; i < intervals; ++i) {
      out.steps[group[s] * intervals + i] = group[automaton.steps[s * intervals + i]];
    }
  }
  return out;
}

std::vector<bool> live_states(const Automaton& automaton) {
  std::vector<std::vector<std::uint32_t>> before(automaton.states());
  for (std::uint32_t s = 0; s < automaton.states(); ++s) {
    for (std::size_t i = 0; i < automaton.starts.size(); ++i) before[automaton.step(s, i)].push_back(s);
  }
  std::vector<bool> live(automaton.states(), false);
  std::vector<std::uint32_t> waiting;
  for (std::uint32_t s = 0; s < automaton.states(); ++s) {
    if (automaton.accepts[s]) waiting.push_back(s);
  }
  while (!waiting.empty()) {
    const std::uint32_t one = waiting.back();
    waiting.pop_back();
    if (live[one]) continue;
    live[one] = true;
    waiting.insert(waiting.end(), before[one].begin(), before[one].end());
  }
  return live;
}

}  // namespace groundwork::model
