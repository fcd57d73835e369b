#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/number_grammar.h"
#include "schema/validator.h"

namespace groundwork::model {

/// A schema that must hold, or must not.
struct Demand {
  const schema::Node* node = nullptr;
  bool holds = true;
  friend auto operator<=>(const Demand&, const Demand&) = default;
};

/// What one value must fulfil, all at once; in the order in which the schema says so, without repetition.
using Goal = std::vector<Demand>;
void add_demand(Goal& goal, Demand demand);

/// One way to fulfil a goal: every choice (anyOf, oneOf, if, dependent*) is made, every "not" turned into what it asks.
struct Form {
  struct Entry {
    const schema::Node* node = nullptr;
    int parent = -1;  ///< the entry that asked for this one at the same value
    bool holds = true;
  };
  std::vector<Entry> entries;  ///< those that hold are the keywords to fulfil
  std::uint8_t types = schema::kAnyType;
  NumberRange numbers;  ///< bounds of the schemas that must not hold; those of `entries` are not in it
  std::vector<const base::json::value*> excluded;
  std::vector<const schema::Node*> broken_patterns;  ///< whose pattern must not be found
  std::uint64_t min_length = 0, max_length = UINT64_MAX;
  std::uint64_t min_items = 0, max_items = UINT64_MAX;
  std::uint64_t min_properties = 0, max_properties = UINT64_MAX;
  std::set<std::string> required;
  std::set<std::string> forbidden;
  std::vector<std::pair<std::string, const schema::Node*>>
      broken_properties;  ///< name, and what its value must not fulfil

  /// Whether entry `below` is `above`, or one whose annotations reach it (no "not" lies between).
  bool is_below(int below, int above) const;
};

/// Takes goals apart.
class FormBuilder {
 public:
  using Note = std::function<void(const schema::Node& node, const std::string& keyword)>;

  /// @param note  is told of every keyword that no form can say
  FormBuilder(const schema::Validator& validator, Note note) : validator_(validator), note_(std::move(note)) {}

  /// Empty when the goal can't be fulfilled. After 512 forms of one goal the rest is left out (the grammar gets
  /// narrower).
  /// @errors kResourceExhausted: over 20,000 steps for this goal, or 500,000 for all.
  base::Result<std::vector<Form>> forms(const Goal& goal);

 private:
  struct Task {
    Demand demand;
    int parent = -1;
  };
  using Tasks = std::vector<Task>;
  using Fork = std::function<void(Form&, Tasks&)>;

  void expand(Form form, Tasks tasks);
  void expand_all(const std::vector<std::vector<Fork>>& choices, std::size_t which, const Form& form,
                  const Tasks& tasks);
  bool apply_fixed(const schema::Node& node, int self, Form& form, Tasks& tasks);
  std::optional<std::vector<Fork>> choices_of(const schema::Node& node, int self, std::size_t which) const;
  std::vector<Fork> opposites(const schema::Node& node, int self) const;
  void opposite_values(const schema::Node& node, std::vector<Fork>& out) const;
  void opposite_sizes(const schema::Node& node, std::vector<Fork>& out) const;
  void exclude(Form& form, const schema::Node& node) const;
  void opposite_logic(const schema::Node& node, int self, std::vector<Fork>& out) const;
  void opposite_members(const schema::Node& node, std::vector<Fork>& out) const;
  bool is_static(const schema::Node& node) const;
  bool excludes(const Form& form, const schema::Node& node, int depth) const;

  const schema::Validator& validator_;
  Note note_;
  std::vector<Form> found_;
  std::size_t steps_ = 0;        ///< for the present goal
  std::size_t total_steps_ = 0;  ///< for all of them
  int depth_ = 0;                ///< of choices within choices
};

}  // namespace groundwork::model
