#include "model/text_grammar.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <utility>

namespace groundwork::model {
namespace {

using schema::CodeRange;

constexpr std::size_t kMaxCountedStates = 12'000;
constexpr int kMaxInlined = 48;

/// What may stand between quotes as itself; also not DEL, and no surrogates, which UTF-8 can't say.
const std::vector<CodeRange> kPlain = {
    {0x20, '!'}, {'#', '['}, {']', 0x7e}, {0x80, 0xd7ff}, {0xe000, schema::kLastCode}};
const std::array<std::pair<char32_t, std::string_view>, 7> kEscapes = {
    {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', "\\n"}, {'\t', "\\t"}, {'\r', "\\r"}, {'\b', "\\b"}, {'\f', "\\f"}}};

bool contains(const std::vector<CodeRange>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const CodeRange& range) { return range.first <= code && code <= range.last; });
}

std::vector<CodeRange> common(const std::vector<CodeRange>& a, const std::vector<CodeRange>& b) {
  std::vector<CodeRange> out;
  for (const CodeRange& x : a) {
    for (const CodeRange& y : b) {
      const CodeRange both{std::max(x.first, y.first), std::min(x.last, y.last)};
      if (both.first <= both.last) out.push_back(both);
    }
  }
  return schema::normalised(std::move(out));
}

/// The steps out of a state, by where they lead.
std::map<std::uint32_t, std::vector<CodeRange>> steps_of(const Automaton& automaton, std::uint32_t state) {
  std::map<std::uint32_t, std::vector<CodeRange>> out;
  for (std::size_t i = 0; i < automaton.starts.size(); ++i) {
    const char32_t last = i + 1 < automaton.starts.size() ? automaton.starts[i + 1] - 1 : schema::kLastCode;
    out[automaton.step(state, i)].push_back({automaton.starts[i], last});
  }
  for (auto& [to, ranges] : out) ranges = schema::normalised(std::move(ranges));
  return out;
}

/// Characters on the longest way from the first state to an accepting one; nothing when there is no longest.
std::optional<std::uint64_t> longest_text(const Automaton& automaton, const std::vector<bool>& live) {
  std::vector<std::uint32_t> waits_for(automaton.states(), 0);  // in-degree among live states
  std::size_t total = 0;
  for (std::uint32_t s = 0; s < automaton.states(); ++s) {
    if (!live[s]) continue;
    ++total;
    for (const auto& [to, ranges] : steps_of(automaton, s)) waits_for[to] += live[to] ? 1 : 0;
  }
  std::vector<std::uint64_t> longest(automaton.states(), 0);
  std::vector<std::uint32_t> ready;
  for (std::uint32_t s = 0; s < automaton.states(); ++s) {
    if (live[s] && waits_for[s] == 0) ready.push_back(s);
  }
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < ready.size(); ++i) {
    most = std::max(most, longest[ready[i]]);
    for (const auto& [to, ranges] : steps_of(automaton, ready[i])) {
      if (!live[to]) continue;
      longest[to] = std::max(longest[to], longest[ready[i]] + 1);
      if (--waits_for[to] == 0) ready.push_back(to);
    }
  }
  if (ready.size() < total) return std::nullopt;  // a cycle never gets ready
  return most;
}

class Emitter {
 public:
  Emitter(const Automaton& automaton, const AddRule& add, const SetRule& put)
      : automaton_(automaton), live_(live_states(automaton)), add_(add), put_(put) {
    for (std::uint32_t s = 0; s < automaton.states(); ++s) {
      steps_.push_back(live_[s] ? steps_of(automaton, s) : std::map<std::uint32_t, std::vector<CodeRange>>());
      std::erase_if(steps_.back(), [&](const auto& step) { return !live_[step.first]; });
    }
    entries_.resize(automaton.states(), 0);
    for (const auto& steps : steps_) {
      for (const auto& [to, ranges] : steps) ++entries_[to];
    }
  }

  Expression emit() {
    if (!live_[0]) return nothing();
    entries_[0] += 2;  // a rule of its own
    const std::size_t first = rule_of(0);
    for (std::size_t i = 0; i < order_.size(); ++i) put_(rules_.at(order_[i]), body(order_[i], 0));
    return sequence({text("\""), rule(first)});
  }

 private:
  std::size_t rule_of(std::uint32_t state) {
    const auto known = rules_.find(state);
    if (known != rules_.end()) return known->second;
    const std::size_t made = add_("text", Expression());
    rules_.emplace(state, made);
    order_.push_back(state);
    return made;
  }

  Expression body(std::uint32_t state, int depth) {
    std::vector<Expression> ways;
    if (automaton_.accepts[state]) ways.push_back(text("\""));
    for (const auto& [to, ranges] : steps_[state]) {
      const bool inlined = entries_[to] == 1 && depth < kMaxInlined;
      ways.push_back(sequence({json_characters(ranges), inlined ? body(to, depth + 1) : rule(rule_of(to))}));
    }
    return choice(std::move(ways));
  }

  const Automaton& automaton_;
  std::vector<bool> live_;
  const AddRule& add_;
  const SetRule& put_;
  std::vector<std::map<std::uint32_t, std::vector<CodeRange>>> steps_;
  std::vector<std::size_t> entries_;  ///< steps into each state
  std::map<std::uint32_t, std::size_t> rules_;
  std::vector<std::uint32_t> order_;
};

/// The automaton's texts of at most `longest` code points, unrolled: a state for each state and number of characters.
Automaton counted(const Automaton& automaton, const std::vector<bool>& live, std::uint64_t longest) {
  constexpr std::uint32_t kDead = UINT32_MAX;
  Automaton out;
  out.starts = automaton.starts;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::uint32_t> numbers = {{{0, 0}, 0}};
  std::vector<std::pair<std::uint32_t, std::uint64_t>> order = {{0, 0}};
  const std::size_t intervals = automaton.starts.size();
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto [state, length] = order[i];
    out.accepts.push_back(automaton.accepts[state]);
    for (std::size_t k = 0; k < intervals; ++k) {
      const std::uint32_t to = automaton.step(state, k);
      if (!live[to] || length >= longest) {
        out.steps.push_back(kDead);
        continue;
      }
      const auto number = static_cast<std::uint32_t>(order.size());
      const auto [known, added] = numbers.emplace(std::pair(to, length + 1), number);
      if (added) order.emplace_back(to, length + 1);
      out.steps.push_back(known->second);
    }
  }
  const auto dead = static_cast<std::uint32_t>(order.size());
  std::replace(out.steps.begin(), out.steps.end(), kDead, dead);
  out.accepts.push_back(false);
  out.steps.insert(out.steps.end(), intervals, dead);
  return out;
}

}  // namespace

Expression json_characters(const std::vector<CodeRange>& ranges) {
  std::vector<Expression> ways;
  std::vector<CodeRange> plain = common(ranges, kPlain);
  if (!plain.empty()) ways.push_back(set(std::move(plain)));
  for (const auto& [code, escape] : kEscapes) {
    if (contains(ranges, code)) ways.push_back(text(escape));
  }
  if (!ways.empty()) return choice(std::move(ways));
  for (char32_t code = 0; code <= 0x7f; ++code) {
    if (!contains(ranges, code) || (code >= 0x20 && code < 0x7f)) continue;
    std::array<char, 8> out{};
    std::snprintf(out.data(), out.size(), "\\u%04x", static_cast<unsigned>(code));
    ways.push_back(text(out.data()));
  }
  return choice(std::move(ways));
}

Expression any_json_text(int minimum, int maximum) {
  return sequence({text("\""), repeat(json_characters({{0, schema::kLastCode}}), minimum, maximum), text("\"")});
}

Expression json_text_of(const Automaton& automaton, std::uint64_t longest, const AddRule& add, const SetRule& put) {
  const std::vector<bool> live = live_states(automaton);
  if (!live[0]) return nothing();
  const auto own = longest_text(automaton, live);
  if (own && *own <= longest) return Emitter(automaton, add, put).emit();
  const auto living = static_cast<std::uint64_t>(std::count(live.begin(), live.end(), true));
  const std::uint64_t bound = std::min<std::uint64_t>(longest, std::max<std::uint64_t>(kMaxCountedStates / living, 1));
  return Emitter(counted(automaton, live, bound), add, put).emit();
}

std::optional<std::string_view> format_pattern(std::string_view format) {
  static const std::string kDate =
      "((\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8])))"
      "|((\\d\\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29))";
  static const std::string kTime = "([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,6})?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)";
  static const std::string kOctet = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  static const std::string kLabel = "[a-zA-Z]([a-zA-Z0-9]{0,14}[a-zA-Z0-9])?";
  static const std::map<std::string_view, std::string> kPatterns = {
      {"date", "^" + kDate + "$"},
      {"time", "^" + kTime + "$"},
      {"date-time", "^" + kDate + "T" + kTime + "$"},
      {"duration",
       "^P((\\d{1,4}W)|(\\d{1,4}D(T\\d{1,3}H)?)|(\\d{1,4}Y(\\d{1,3}M(\\d{1,3}D)?)?)|"
       "(T(\\d{1,4}H(\\d{1,3}M(\\d{1,3}S)?)?|\\d{1,4}M(\\d{1,3}S)?|\\d{1,4}S)))$"},
      {"uuid", "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"},
      {"ipv4", "^" + kOctet + "(\\." + kOctet + "){3}$"},
      {"hostname", "^" + kLabel + "(\\." + kLabel + "){0,3}$"},
      {"email", "^[a-zA-Z0-9_+-]{1,16}(\\.[a-zA-Z0-9_+-]{1,16}){0,2}@" + kLabel + "(\\." + kLabel + "){1,3}$"},
      {"uri", "^https?://" + kLabel + "(\\." + kLabel + "){1,3}(/[a-zA-Z0-9._~-]{0,16}){0,4}$"},
  };
  const auto found = kPatterns.find(format);
  if (found == kPatterns.end()) return std::nullopt;
  return std::string_view(found->second);
}

}  // namespace groundwork::model
