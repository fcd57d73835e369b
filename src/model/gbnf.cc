#include "model/gbnf.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace groundwork::model {
namespace {

using Kind = Expression::Kind;
using schema::CodeRange;

std::string code_text(char32_t code) {
  const bool plain = (code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') || (code >= '0' && code <= '9');
  if (plain) return std::string(1, static_cast<char>(code));
  std::array<char, 16> out{};
  const auto number = static_cast<unsigned>(code);
  std::snprintf(out.data(), out.size(), code < 0x100 ? "\\x%02X" : code < 0x10000 ? "\\u%04X" : "\\U%08X", number);
  return out.data();
}

std::string set_text(const std::vector<CodeRange>& ranges) {
  std::string out = "[";
  for (const CodeRange& range : ranges) {
    out += code_text(range.first);
    if (range.last != range.first) out += "-" + code_text(range.last);
  }
  return out + "]";
}

std::string in_quotes(std::string_view words) {
  std::string out = "\"";
  for (const char c : words) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += code_text(static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

class Writer {
 public:
  explicit Writer(const std::vector<Rule>& rules) : rules_(rules) {}

  std::string text() {
    std::string out;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      out += name(i) + " ::= " + body(rules_[i].body) + "\n";
    }
    return out;
  }

 private:
  std::string name(std::size_t index) const {
    return index == 0 ? "root" : rules_[index].name + "-" + std::to_string(index);
  }

  std::string body(const Expression& one) const {
    if (one.kind != Kind::kChoice) return within(one);
    std::string out;
    for (const Expression& child : one.children) out += (out.empty() ? "" : " | ") + within(child);
    return out;
  }

  /// As part of a sequence.
  std::string within(const Expression& one) const {
    switch (one.kind) {
      case Kind::kText:
        return in_quotes(one.text);
      case Kind::kSet:
        return set_text(one.set);
      case Kind::kRule:
        return name(one.rule);
      case Kind::kChoice:
        return "(" + body(one) + ")";
      case Kind::kRepeat:
        return repeated(one);
      case Kind::kSequence:
        break;
    }
    std::string out;
    for (const Expression& child : one.children) out += (out.empty() ? "" : " ") + within(child);
    return out.empty() ? "\"\"" : out;
  }

  std::string repeated(const Expression& one) const {
    const Expression& child = one.children.front();
    const bool alone = child.kind == Kind::kSet || child.kind == Kind::kRule;
    const std::string inner = alone ? within(child) : "(" + body(child) + ")";
    if (one.minimum == 0 && one.maximum < 0) return inner + "*";
    if (one.minimum == 1 && one.maximum < 0) return inner + "+";
    if (one.minimum == 0 && one.maximum == 1) return inner + "?";
    if (one.minimum == one.maximum) return inner + "{" + std::to_string(one.minimum) + "}";
    return inner + "{" + std::to_string(one.minimum) + "," + (one.maximum < 0 ? "" : std::to_string(one.maximum)) + "}";
  }

  const std::vector<Rule>& rules_;
};

bool derives(const Expression& one, const std::vector<bool>& productive) {
  const auto can = [&](const Expression& child) { return derives(child, productive); };
  switch (one.kind) {
    case Kind::kText:
      return true;
    case Kind::kSet:
      return !one.set.empty();
    case Kind::kRule:
      return productive[one.rule];
    case Kind::kSequence:
      return std::all_of(one.children.begin(), one.children.end(), can);
    case Kind::kChoice:
      return std::any_of(one.children.begin(), one.children.end(), can);
    case Kind::kRepeat:
      return one.minimum == 0 || can(one.children.front());
  }
  return false;
}

void drop_unproductive(Expression& one, const std::vector<bool>& productive) {
  if (one.kind == Kind::kChoice) {
    std::erase_if(one.children, [&](const Expression& child) { return !derives(child, productive); });
  }
  if (one.kind == Kind::kRepeat && !derives(one.children.front(), productive)) {
    one = Expression();
    return;
  }
  for (Expression& child : one.children) drop_unproductive(child, productive);
}

void collect_rules(const Expression& one, std::vector<std::size_t>& out) {
  if (one.kind == Kind::kRule) out.push_back(one.rule);
  for (const Expression& child : one.children) collect_rules(child, out);
}

void renumber(Expression& one, const std::vector<std::size_t>& to) {
  if (one.kind == Kind::kRule) one.rule = to[one.rule];
  for (Expression& child : one.children) renumber(child, to);
}

/// Which rules derive a finite text, found from the leaves up: a rule is looked at again only when one that it names
/// turned out to.
std::vector<bool> productive_rules(const std::vector<Rule>& rules) {
  std::vector<bool> productive(rules.size(), false);
  std::vector<std::vector<std::size_t>> users(rules.size());
  std::vector<std::size_t> waiting;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    std::vector<std::size_t> named;
    collect_rules(rules[i].body, named);
    for (const std::size_t one : named) users[one].push_back(i);
    waiting.push_back(i);
  }
  while (!waiting.empty()) {
    const std::size_t i = waiting.back();
    waiting.pop_back();
    if (productive[i] || !derives(rules[i].body, productive)) continue;
    productive[i] = true;
    waiting.insert(waiting.end(), users[i].begin(), users[i].end());
  }
  return productive;
}

}  // namespace

Expression text(std::string_view words) {
  Expression out;
  out.kind = Kind::kText;
  out.text = words;
  return out;
}

Expression set(std::vector<CodeRange> ranges) {
  Expression out;
  out.kind = Kind::kSet;
  out.set = std::move(ranges);
  return out;
}

Expression rule(std::size_t index) {
  Expression out;
  out.kind = Kind::kRule;
  out.rule = index;
  return out;
}

Expression sequence(std::vector<Expression> children) {
  if (children.size() == 1) {
    Expression only = std::move(children.front());
    return only;
  }
  Expression out;
  out.children = std::move(children);
  return out;
}

Expression choice(std::vector<Expression> children) {
  std::erase_if(children, is_nothing);
  if (children.size() == 1) return sequence(std::move(children));
  Expression out;
  out.kind = Kind::kChoice;
  out.children = std::move(children);
  return out;
}

Expression repeat(Expression what, int minimum, int maximum) {
  if (maximum == 0) return Expression();
  if (minimum == 1 && maximum == 1) return what;
  Expression out;
  out.kind = Kind::kRepeat;
  out.minimum = minimum;
  out.maximum = maximum;
  out.children.push_back(std::move(what));
  return out;
}

bool is_nothing(const Expression& expression) {
  return expression.kind == Kind::kChoice && expression.children.empty();
}

bool prune(std::vector<Rule>& rules) {
  const std::vector<bool> productive = productive_rules(rules);
  if (rules.empty() || !productive.front()) return false;
  for (Rule& one : rules) drop_unproductive(one.body, productive);
  std::vector<std::size_t> to(rules.size(), rules.size());
  std::vector<std::size_t> order = {0};
  to[0] = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    std::vector<std::size_t> named;
    collect_rules(rules[order[i]].body, named);
    for (const std::size_t one : named) {
      if (to[one] != rules.size()) continue;
      to[one] = order.size();
      order.push_back(one);
    }
  }
  std::vector<Rule> kept;
  for (const std::size_t old : order) {
    kept.push_back(std::move(rules[old]));
    renumber(kept.back().body, to);
  }
  rules = std::move(kept);
  return true;
}

std::string gbnf_text(const std::vector<Rule>& rules) { return Writer(rules).text(); }

}  // namespace groundwork::model
