#pragma once

// What a learner is being graded on at this moment, so that nobody gives it away.

#include <string>
#include <vector>

#include "assess/attempt.h"

namespace groundwork::assess {

/// The prompts of the open quizzes' items that are not answered, and for each lab that is started and not yet passed
/// its title with the first paragraph of its task.
/// @errors those of the ledger
base::Result<std::vector<std::string>> being_graded(Study& study, Quizzes& quizzes, const std::string& learner);

}  // namespace groundwork::assess
