#pragma once

#include <string>
#include <vector>

#include "portfolio/dashboard.h"

namespace groundwork::portfolio {

/// A story to tell in an interview, as it reads now. The story bank is the newest fact of each.
struct Story {
  std::string id;
  std::string title;
  std::string text;
};
base::json::array stories_json(const Evidence& evidence);

/// The five questions of a week with what the facts say to each, the hours that the facts show against the split, what
/// threatens the next week, and what was handed in. The shape WeeklyReview of openapi.yaml.
/// @param week  of the plan, 1 to 16; without a plan the weeks are counted from the first fact
/// @errors kInvalidArgument: another week
base::Result<base::json::object> weekly_review_json(const Evidence& evidence, int week);
/// The week that `now` is in, 1 to 16.
int current_plan_week(const Evidence& evidence);

/// An answer says something from this many characters on.
constexpr std::size_t kLeastAnswer = 20;
constexpr std::size_t kLeastStory = 120;

/// Records the answers and the two stories, all or nothing. A story without an id is a new one; one with the id of a
/// story of the bank replaces its text, and has to be another text than before, or it did not become stronger.
/// @errors kInvalidArgument: not five answers or two stories, too short ones, a week to come; kNotFound: no such story
base::Status submit_weekly_review(assess::Study& study, const std::string& learner, int week,
                                  const std::vector<std::string>& answers, const std::vector<Story>& stories);

}  // namespace groundwork::portfolio
