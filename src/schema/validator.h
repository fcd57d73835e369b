#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"
#include "schema/document.h"

namespace groundwork::schema {

struct Violation {
  std::string pointer;  ///< of the value in the instance
  std::string keyword;  ///< that it breaks
  std::string message;  ///< "expected one of 'a', 'b', found 'c' (did you mean ...?)"
};

/// A compiled JSON Schema of draft 2020-12. In scope: what the product's own schemas use; a keyword that is not
/// supported is an error when the schema is compiled, so that nothing is ever silently not checked. Immutable;
/// thread-safe.
/// @source       https://json-schema.org/draft/2020-12/json-schema-core and -validation
/// @deviation    $ref only to #, #/pointer and other documents are refused; `format` is an annotation; patterns are
///               RE2's syntax; not supported: $dynamicRef, $dynamicAnchor, $anchor, unevaluated*, dependentSchemas.
class Validator {
 public:
  /// @errors kInvalidArgument: not a schema; kUnimplemented: a keyword or pattern that is not supported. `where` is the
  ///         JSON pointer in the schema.
  static base::Result<Validator> compile(base::json::value schema);

  /// Empty when the value is valid. Violations come in the order of the schema, at most 100.
  std::vector<Violation> validate(const base::json::value& value) const;

  /// The same, as problems of the file.
  std::vector<Problem> validate(const Document& document) const;

  Validator(Validator&&) noexcept;
  Validator& operator=(Validator&&) noexcept;
  ~Validator();

 private:
  struct Impl;
  explicit Validator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace groundwork::schema
