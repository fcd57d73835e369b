#include "assess/being_graded.h"

namespace groundwork::assess {

using base::Result;

namespace {

std::string statement_of(const curriculum::Lab& lab) {
  return lab.title + "\n" + lab.task.substr(0, lab.task.find("\n\n"));
}

}  // namespace

Result<std::vector<std::string>> being_graded(Study& study, Quizzes& quizzes, const std::string& learner) {
  GW_TRY(const std::shared_ptr<const Standing> standing, study.standing(learner));
  GW_TRY(const std::vector<Attempt> attempts, quizzes.list(learner));
  std::vector<std::string> prompts;
  for (const Attempt& attempt : attempts) {
    if (!attempt.open()) continue;
    for (const std::string& item : attempt.items) {
      if (attempt.answers.contains(item)) continue;
      if (const curriculum::Question* question = standing->content->question(item)) prompts.push_back(question->prompt);
    }
  }
  const std::vector<progress::Course::Lab>& labs = standing->course->labs;
  for (std::size_t i = 0; i < labs.size(); ++i) {
    const progress::LabTrack& track = standing->state.lab(static_cast<int>(i));
    const bool solved = track.best && track.best->is_one();
    const bool begun = track.started || track.attempts > 0;
    if (!begun || solved || standing->state.labs_passed(labs[i].module)) continue;
    const auto lab = standing->content->labs.find(labs[i].id);
    if (lab != standing->content->labs.end()) prompts.push_back(statement_of(lab->second));
  }
  return prompts;
}

}  // namespace groundwork::assess
