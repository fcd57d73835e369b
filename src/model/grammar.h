#pragma once

// The grammar of a JSON Schema: a model that is held to it can only write JSON that validates.

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "schema/validator.h"

namespace groundwork::model {

struct GrammarOptions {
  int max_string_chars = 512;  ///< of a text whose schema has no (lower) maxLength, in code points; 1 to 2000
  int max_items = 0;           ///< of an array whose schema has no (lower) maxItems; 0: none
  int max_any_depth = 3;       ///< nesting of a value that the schema says nothing of; 1 to 8
};

struct Grammar {
  std::string gbnf;  ///< llama.cpp's grammar syntax, the rule "root" first
  /// JSON pointers in the schema of the keywords that the grammar does not hold to: "/properties/a/uniqueItems".
  /// Empty: all that the grammar can write is valid.
  std::vector<std::string> not_enforced;
};

/// The grammar of JSON texts without free white space that are valid against the schema in every keyword but those
/// named. It may be narrower than the schema: an object whose schema names its properties gets no others unless
/// additionalProperties, patternProperties or unevaluatedProperties say that it may; members come in the order of the
/// schema; numbers have at most 15 digits where nothing else bounds them, and no exponent; text is bounded; of texts
/// with a format, those that its pattern says. References to schemas may be recursive.
/// How: a schema is taken apart into forms (every way through anyOf, oneOf, if, dependent*), in each of which all
/// keywords hold at once; "not", "else" and the other branches of oneOf go in as their opposites. Patterns, lengths and
/// forbidden words of a text become one automaton; enum and const are tried against the whole schema beforehand.
/// @errors as schema::Validator::compile() with the registry; kFailedPrecondition: no value is valid, as far as the
///         enforced keywords say; kResourceExhausted: over 50,000 rules, or over 20,000 ways through one schema;
///         kInvalidArgument: an option out of range.
/// @source https://json-schema.org/draft/2020-12; llama.cpp's grammars/README.md for the syntax
base::Result<Grammar> grammar_of(const base::json::value& schema, const GrammarOptions& options = {},
                                 const schema::Registry& registry = {});

/// The same for a schema that is compiled already.
base::Result<Grammar> grammar_of(const schema::Validator& validator, const GrammarOptions& options = {});

}  // namespace groundwork::model
