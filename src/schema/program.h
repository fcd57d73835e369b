#pragma once

// A JSON Schema after compilation: references resolved, values checked. What Validator walks and what a grammar is made
// from.

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/json.h"
#include "schema/pattern.h"
#include "schema/registry.h"

namespace groundwork::schema {

struct Node;

/// A schema with an identity of its own: a document, or a part of it with $id.
struct Resource {
  std::string uri;                                          ///< without fragment; empty for a document without $id
  std::map<std::string, const Node*, std::less<>> anchors;  ///< $anchor and $dynamicAnchor
  std::map<std::string, const Node*, std::less<>> dynamic_anchors;  ///< $dynamicAnchor
};

/// The types of JSON as bits.
enum Type : std::uint8_t {
  kNull = 1,
  kBoolean = 2,
  kInteger = 4,   ///< a number without fraction
  kFraction = 8,  ///< any other number
  kString = 16,
  kArray = 32,
  kObject = 64,
  kAnyType = 127,
};

/// One schema. Absent keywords are null, empty or nullopt. Pointers stay valid as long as the Program.
struct Node {
  std::string pointer;  ///< where it stands: "/properties/a", or with its document's URI and '#' in front
  const Resource* resource = nullptr;
  std::optional<bool> always;  ///< of the schemas true and false

  const Node* reference = nullptr;          ///< $ref
  const Node* dynamic_reference = nullptr;  ///< $dynamicRef as it resolves without dynamic scope
  std::string dynamic_name;  ///< its fragment, when dynamic scope matters (the target has this $dynamicAnchor)

  std::optional<std::uint8_t> types;  ///< bits of Type
  const base::json::value* type = nullptr;
  const base::json::array* choices = nullptr;  ///< enum
  const base::json::value* constant = nullptr;

  std::optional<std::vector<const Node*>> all_of, any_of, one_of;
  const Node* negated = nullptr;    ///< not
  const Node* condition = nullptr;  ///< if
  const Node* then = nullptr;
  const Node* otherwise = nullptr;  ///< else

  const base::json::value* minimum = nullptr;
  const base::json::value* maximum = nullptr;
  const base::json::value* above = nullptr;  ///< exclusiveMinimum
  const base::json::value* below = nullptr;  ///< exclusiveMaximum
  const base::json::value* multiple_of = nullptr;

  std::optional<std::uint64_t> min_length, max_length;  ///< code points
  const Pattern* pattern = nullptr;
  std::string format;  ///< an annotation

  std::vector<const Node*> prefix;  ///< prefixItems
  const Node* items = nullptr;
  const Node* contains = nullptr;
  const Node* unevaluated_items = nullptr;
  std::optional<std::uint64_t> min_contains, max_contains, min_items, max_items;
  bool unique = false;

  std::vector<std::pair<std::string, const Node*>> properties;
  std::unordered_map<std::string_view, const Node*> property_of;  ///< the same by name
  std::vector<std::pair<const Pattern*, const Node*>> pattern_properties;
  const Node* additional = nullptr;
  const Node* property_names = nullptr;
  const Node* unevaluated_properties = nullptr;
  std::vector<std::string> required;
  std::vector<std::pair<std::string, std::vector<std::string>>> dependent_required;
  std::vector<std::pair<std::string, const Node*>> dependent_schemas;
  std::optional<std::uint64_t> min_properties, max_properties;
};

/// What happens to a keyword that draft 2020-12 does not define.
enum class UnknownKeywords : std::uint8_t {
  kRefuse,  ///< kUnimplemented: a misspelt keyword is never silently not checked
  kIgnore,  ///< an annotation, as the draft says
};

/// Immutable; thread-safe. Moving it keeps the nodes where they are.
struct Program {
  const Node* root = nullptr;
  std::size_t resources_with_dynamic_anchors(std::string_view name) const;

  std::vector<std::string> unchecked;  ///< pointers of the keywords that mean something to others: unknown and content*

  std::deque<Node> nodes;
  std::deque<Resource> resources;
  std::map<std::string, Pattern, std::less<>> patterns;
  std::vector<std::shared_ptr<const base::json::value>> documents;  ///< that the nodes point into; shared with Registry
};

/// Compiles a schema and every document that it reaches.
/// @errors kInvalidArgument: not a schema, or a reference that leads nowhere; kUnimplemented: a keyword, draft,
/// required
///         vocabulary or pattern that is not supported; kResourceExhausted: nested over 512 deep, or over a million
///         schemas. `where` is the JSON pointer in the schema.
base::Result<std::unique_ptr<const Program>> compile_program(base::json::value schema, const Registry& registry,
                                                             UnknownKeywords unknown);

/// Levels of nesting (a scalar is 1) and values in all, counted without recursion; stops at `max_depth` + 1 levels.
struct Extent {
  std::size_t depth = 0;
  std::size_t values = 0;
};
Extent extent_of(const base::json::value& value, std::size_t max_depth);

constexpr std::size_t kMaxNesting = 512;

}  // namespace groundwork::schema
