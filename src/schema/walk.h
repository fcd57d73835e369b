#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/program.h"
#include "schema/validator.h"

namespace groundwork::schema {

/// One validation: walks an instance beside compiled schemas and collects what is broken. For one thread and one call.
/// Bounded against hostile schemas and instances: nesting of the instance (kMaxNesting), references that come back to
/// the same schema at the same value, schemas inside schemas at one place, and visits in all, in proportion to the
/// instance. Past a bound the instance counts as invalid, with one violation that says so.
class Walk {
 public:
  /// At most 100 violations, in the order of the schema; empty when the value is valid.
  std::vector<Violation> check(const Node& schema, const base::json::value& value);

  /// The same in one word, without messages; stops at the first violation.
  bool valid(const Node& schema, const base::json::value& value);

 private:
  /// The way from the root of the instance, as a list on the stack; written out only in a violation.
  struct Path {
    const Path* up = nullptr;
    std::string_view key;
    std::size_t index = 0;
    bool is_index = false;

    std::string text() const;
  };
  /// Which entries or members of one value some schema has evaluated (annotations of core 10.3 and 11).
  struct Marks {
    std::vector<bool> seen;

    explicit Marks(std::size_t size) : seen(size, false) {}
    void add(const Marks& other);
    void all() { seen.assign(seen.size(), true); }
  };
  using Value = base::json::value;

  bool start(const Value& value);
  bool visit(const Node& node, const Value& value, const Path& at, Marks* marks);
  bool visit_rules(const Node& node, const Value& value, const Path& at, Marks* marks);
  bool visit_any(const Node& node, const Value& value, const Path& at);
  bool visit_references(const Node& node, const Value& value, const Path& at, Marks* marks);
  bool visit_logic(const Node& node, const Value& value, const Path& at, Marks* marks);
  bool visit_condition(const Node& node, const Value& value, const Path& at, Marks* marks);
  bool visit_number(const Node& node, const Value& value, const Path& at);
  bool visit_text(const Node& node, std::string_view text, const Path& at);
  bool visit_array(const Node& node, const base::json::array& array, const Path& at, Marks* marks);
  bool visit_contains(const Node& node, const base::json::array& array, const Path& at, Marks* marks);
  bool visit_unique(const base::json::array& array, const Path& at);
  bool visit_object(const Node& node, const Value& value, const Path& at, Marks* marks);
  bool visit_member(const Node& node, const base::json::key_value_pair& member, const Path& at, bool& covered);
  bool visit_dependent(const Node& node, const Value& value, const Path& at, Marks* marks);
  bool visit_unevaluated(const Node& node, const Value& value, const Path& at, Marks& marks);
  bool visit_size(std::size_t size, std::string_view minimum, std::optional<std::uint64_t> low,
                  std::string_view maximum, std::optional<std::uint64_t> high, std::string_view unit, const Path& at);

  bool fits(const Node& node, const Value& value, const Path& at, Marks* marks = nullptr);
  const Node& dynamic_target(const Node& node) const;
  bool enters_loop(const Node& node, const Value& value) const;
  bool fail(const Path& at, std::string_view keyword, std::string message);
  bool stop(const Path& at, std::string_view keyword, std::string message);
  bool may_go_on(bool ok) const { return ok || (quiet_ == 0 && !stopped_); }

  std::vector<Violation> violations_;
  std::vector<const Resource*> scope_;                           ///< the dynamic scope, outermost first
  std::vector<std::pair<const Node*, const Value*>> ancestors_;  ///< the visits that this one is in
  std::uint64_t visits_left_ = 0;
  int quiet_ = 0;  ///< above 0: only the answer matters
  bool stopped_ = false;
};

}  // namespace groundwork::schema
