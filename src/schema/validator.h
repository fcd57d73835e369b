#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "schema/document.h"
#include "schema/program.h"
#include "schema/registry.h"

namespace groundwork::schema {

struct Violation {
  std::string pointer;  ///< of the value in the instance
  std::string keyword;  ///< that it breaks
  std::string message;  ///< "expected one of 'a', 'b', found 'c' (did you mean ...?)"
};

/// A compiled JSON Schema of draft 2020-12: every keyword of the draft, references to other documents through a
/// Registry, dynamic references, vocabularies. Passes all 1,299 required tests of the official suite. Immutable;
/// thread-safe.
/// Bounded: a schema or instance nested over 512 deep, a schema that refers to itself without end, and one that takes
/// too many visits for its instance (a million, and 200 more for each value) are violations, never a crash.
/// @source       https://json-schema.org/draft/2020-12/json-schema-core and -validation
/// @deviation    `format` and content* are annotations; only draft 2020-12 and metaschemas made of its vocabularies;
///               patterns as schema/pattern.h says.
class Validator {
 public:
  /// For schemas of the product's own: an unknown keyword is an error, and references stay within the schema (and the
  /// draft's metaschemas).
  /// @errors as compile_program(); `where` is the JSON pointer in the schema.
  static base::Result<Validator> compile(base::json::value schema);

  /// For schemas of others: references may reach the registry's documents. The registry may go afterwards.
  static base::Result<Validator> compile(base::json::value schema, const Registry& registry,
                                         UnknownKeywords unknown = UnknownKeywords::kIgnore);

  /// Empty when the value is valid. Violations come in the order of the schema, at most 100.
  std::vector<Violation> validate(const base::json::value& value) const;

  /// The same, as problems of the file.
  std::vector<Problem> validate(const Document& document) const;

  /// The same in one word, sooner.
  bool valid(const base::json::value& value) const;
  /// The same for one schema of the program.
  bool valid(const Node& schema, const base::json::value& value) const;

  const Program& program() const { return *program_; }

 private:
  explicit Validator(std::unique_ptr<const Program> program) : program_(std::move(program)) {}
  std::unique_ptr<const Program> program_;
};

}  // namespace groundwork::schema
