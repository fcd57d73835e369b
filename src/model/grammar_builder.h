#pragma once

// Inside of grammar.cc and its neighbours: turns goals into rules.

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "model/automaton.h"
#include "model/form.h"
#include "model/gbnf.h"
#include "model/grammar.h"

namespace groundwork::model {

class GrammarBuilder {
 public:
  GrammarBuilder(const schema::Validator& validator, const GrammarOptions& options);
  base::Result<Grammar> build();

 private:
  using Value = base::json::value;

  // grammar.cc
  std::size_t add_rule(std::string_view name, Expression body);
  Expression goal_rule(const Goal& goal, std::string_view name);
  base::Result<Expression> goal_body(const Goal& goal);
  std::optional<std::vector<std::string>> listed_values(const Goal& goal, const std::vector<Form>& forms) const;
  bool fulfils(const Goal& goal, const Value& value) const;
  Expression any_value(int depth);
  Expression scalars(const Goal& goal, const Form& form);
  Expression number(const Goal& goal, const Form& form);
  void note(const schema::Node& node, const std::string& keyword);

  // grammar_text.cc
  Expression json_text(const Form& form);
  std::optional<Automaton> text_automaton(const Form& form, bool& any);
  const std::optional<Automaton>& pattern_automaton(const schema::Pattern& pattern);
  Expression key_text(const Form& form, const Automaton& keys);

  // grammar_array.cc
  base::Result<Expression> array(const Form& form);
  base::Result<Expression> array_from(const Form& form, std::uint64_t first_window);
  struct Window {  ///< the entries that stand for one `contains`
    int entry = 0;
    std::uint64_t first = 0;
    std::uint64_t end = 0;
  };
  Goal item_goal(const Form& form, const std::vector<Window>& windows, std::uint64_t index, bool is_rest) const;
  base::Result<std::optional<Expression>> ordered_subset(const Goal& item, std::uint64_t low, std::uint64_t high);

  // grammar_object.cc
  struct Field {
    std::string name;
    Goal goal;
    bool required = false;
  };
  base::Result<Expression> object(const Form& form);
  Goal field_goal(const Form& form, const std::string& name) const;
  std::optional<std::vector<Field>> fields_of(const Form& form) const;
  base::Result<std::vector<Expression>> extras_of(const Form& form, const std::vector<Field>& fields);
  base::Result<Expression> keys_of(const Form& form, const Automaton& keys);
  Expression members(const std::vector<Field>& fields, const Expression& extra, std::uint64_t low, std::uint64_t high);

  const schema::Validator& validator_;
  GrammarOptions options_;
  FormBuilder forms_;
  std::vector<Rule> rules_;
  std::map<Goal, std::size_t> goals_;                 ///< by the sorted goal
  std::deque<std::pair<Goal, std::size_t>> waiting_;  ///< rules without a body yet
  std::map<int, std::size_t> any_rules_;              ///< by depth
  std::map<const schema::Pattern*, std::optional<Automaton>> automata_;
  std::vector<std::string> notes_;
  std::unordered_set<std::string> noted_;
};

/// JSON without white space; whole numbers are written as such.
std::string json_literal(const base::json::value& value);

}  // namespace groundwork::model
