#pragma once

#include "assess/attempt.h"
#include "base/json.h"

namespace groundwork::assess {

// The shapes of Attempt, AttemptSummary, Item and Concept in api/openapi.yaml.

/// An open attempt shows its items without a word on what is right; a finished one with results and explanations.
/// @param standing  for `outcome` and `next` of a finished attempt: where the learner stands after it
base::json::object attempt_json(const Standing& standing, const Attempt& attempt, base::Timestamp now);
base::json::object attempt_summary_json(const Attempt& attempt);
base::json::object concept_json(const curriculum::Concept& item);

}  // namespace groundwork::assess
