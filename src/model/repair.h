#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "schema/validator.h"

namespace groundwork::model {

/// What a model meant by its output.
struct Repaired {
  base::json::value value;
  std::vector<std::string>
      repairs;             ///< "line 3: single quotes", at most 50; empty when the output was JSON as it stood
  bool cut_short = false;  ///< the output ended inside the value
  std::vector<schema::Violation> violations;  ///< of the schema; empty: the value is valid
};

/// Reads JSON as models that can't be held to a grammar write it: in a code fence or in prose (after "</think>" when it
/// is there), with single or typographic quotes, bare keys, trailing or missing commas, comments, Python's literals,
/// raw line breaks and unescaped quotes in texts, numbers like ".5", or cut short. Of several values the first that the
/// schema takes is meant, complete ones before those cut short; else the first complete one, else the first.
/// Never invents: what was cut in the middle of a key, a number or a literal is left out with its key; a text that was
/// cut keeps what is there (and cut_short says so); nothing is filled in to please the schema.
/// Linear in the text for each of at most 32 places where a value may begin.
/// @param output  at most 1 MiB
/// @errors kInvalidArgument: no JSON in it, or nested over 64 deep; kResourceExhausted: longer.
base::Result<Repaired> repair(std::string_view output, const schema::Validator& schema);

}  // namespace groundwork::model
