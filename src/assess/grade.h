#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "curriculum/curriculum.h"
#include "progress/fraction.h"

namespace groundwork::assess {

/// The id under which an option, a step or one side of a pair is shown: says nothing of whether it is right, and stays
/// the same while the item's texts do.
std::string choice_id(const curriculum::Question& question, std::string_view text);

struct Graded {
  progress::Fraction credit;  ///< 0 to 1
  base::json::value answer;   ///< as it is recorded: choices by id, numbers as numbers, text trimmed
};

/// Grades an answer. Choices may be named by id or by their exact text. Partial credit: multiple: right choices less
/// wrong ones, of all right ones; ordering: pairs in the right order less pairs in the wrong one, of all pairs;
/// matching: right pairs of all pairs; the others are right or wrong.
/// @errors kInvalidArgument: not an answer to a question of this kind; says what is expected
base::Result<Graded> grade(const curriculum::Question& question, const base::json::value& answer);

/// The right answer, as `grade` would record it.
base::json::value right_answer(const curriculum::Question& question);

}  // namespace groundwork::assess
