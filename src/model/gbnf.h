#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/pattern.h"

namespace groundwork::model {

/// A piece of a context-free grammar over code points.
struct Expression {
  enum class Kind : std::uint8_t { kText, kSet, kRule, kSequence, kChoice, kRepeat };

  Kind kind = Kind::kSequence;  ///< an empty sequence is the empty text; an empty choice is nothing at all
  std::string text;             ///< of kText, UTF-8
  std::vector<schema::CodeRange> set;
  std::size_t rule = 0;
  int minimum = 0;   ///< of kRepeat
  int maximum = -1;  ///< of kRepeat; -1: none
  std::vector<Expression> children;
};

Expression text(std::string_view words);
Expression set(std::vector<schema::CodeRange> ranges);
Expression rule(std::size_t index);
Expression sequence(std::vector<Expression> children);
Expression choice(std::vector<Expression> children);
Expression repeat(Expression what, int minimum, int maximum);
inline Expression nothing() { return choice({}); }
bool is_nothing(const Expression& expression);

struct Rule {
  std::string name;  ///< letters, digits and '-'
  Expression body;
};

/// Removes what derives no finite text (an alternative that needs itself) and what the first rule does not reach.
/// @return false when the first rule derives nothing
bool prune(std::vector<Rule>& rules);

/// In llama.cpp's syntax, the first rule as "root".
std::string gbnf_text(const std::vector<Rule>& rules);

}  // namespace groundwork::model
