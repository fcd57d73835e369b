#include "progress/explain.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "progress/plan.h"

namespace groundwork::progress {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

/// "79.5" and not "80": cut to one decimal, never rounded up over a cut.
std::string percent(const Fraction& fraction) {
  const auto tenths = static_cast<std::int64_t>(fraction.percent() * 10 + 1e-9);
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text += "." + std::to_string(tenths % 10);
  return text + " %";
}

std::string join(const std::vector<std::string>& parts) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += i + 1 == parts.size() ? " and " : ", ";
    out += parts[i];
  }
  return out;
}

class Explainer {
 public:
  Explainer(const LearnerState& state, base::Timestamp now) : state_(state), course_(state.course()), now_(now) {}

  Explanation of(int index) const {
    const Status status = state_.status(index);
    Explanation out;
    out.reasons = reasons(index, status);
    out.next = next(index, status);
    out.what_if = what_if(index, status);
    return out;
  }

  Action next(int index, Status status) const {
    switch (status) {
      case Status::kOutline:
        return wait(index, "This module is an outline: its content is not written yet, so it cannot be started.");
      case Status::kLocked:
        return behind(index);
      case Status::kBlocked:
        return root_cause(index);
      case Status::kComplete:
        return after_completion(index);
      case Status::kRecapDue:
        return quiz(index, ActionKind::kRecap, "Recap for " + title(index),
                    "The quiz came out below 60 %, so what it stands on is revised first; the re-test comes after it.");
      case Status::kReviewDue:
        return review(index);
      case Status::kRemedialDue:
        return remedial(index);
      case Status::kRetestDue:
        return quiz(index, ActionKind::kRetest, "Re-test: " + title(index),
                    "What came before it is done; the re-test has no question of the quiz before.");
      case Status::kLabDue:
        return lab(index, "The quiz is passed at " + percent(state_.module(index).quiz_score.value_or(Fraction{})) +
                              " and need not be repeated; the labs are what is missing.");
      case Status::kAvailable:
      case Status::kInProgress:
        break;
    }
    for (int page : course_.modules[at(index)].explainers) {
      if (state_.read_fraction(page) < 0.9) return read(index, page);
    }
    if (!state_.module(index).quiz_passed) {
      return quiz(index, ActionKind::kQuiz, "Quiz: " + title(index),
                  "A score of 80 % or more passes; with the labs passed too the module is complete.");
    }
    return lab(index, "The labs are what is missing.");
  }

 private:
  const std::string& title(int index) const { return course_.modules[at(index)].title; }
  const std::string& id(int index) const { return course_.modules[at(index)].id; }

  std::vector<Reason> reasons(int index, Status status) const {
    const ModuleTrack& track = state_.module(index);
    const Course::Module& module = course_.modules[at(index)];
    std::vector<Reason> out;
    const auto add = [&](std::string rule, std::string text, std::vector<std::int64_t> facts = {}) {
      facts.erase(std::remove(facts.begin(), facts.end(), 0), facts.end());
      out.push_back({std::move(rule), std::move(text), std::move(facts)});
    };
    const auto scored = [&] { return track.quiz_score ? percent(*track.quiz_score) : std::string("nothing yet"); };
    switch (status) {
      case Status::kOutline:
        add("outline", "Its explainers, question bank or labs are not written yet.");
        break;
      case Status::kLocked:
        locked(index, add);
        break;
      case Status::kBlocked:
        for (const Block& block : state_.blocks(module.phase)) {
          add("kpi-missed",
              course_.projects[at(block.project)].title + ": " + block.text +
                  ". A root-cause report opens the phase again.",
              {block.fact});
        }
        break;
      case Status::kAvailable:
        if (module.prerequisites.empty()) {
          add("no-prerequisites", "It needs nothing before it.");
        } else {
          std::vector<std::string> names;
          std::vector<std::int64_t> facts;
          for (int before : module.prerequisites) {
            names.push_back(title(before));
            facts.push_back(state_.module(before).completed_fact);
          }
          add("prerequisites-complete",
              join(names) + (names.size() == 1 ? " is" : " are") + " complete, so it is open.", facts);
        }
        break;
      case Status::kInProgress:
        add("started", "It was begun; its quiz is not passed yet.", {track.started_fact});
        break;
      case Status::kLabDue:
        add("quiz-passed-labs-open",
            "The quiz is passed at " + scored() + "; the labs are at " + mark(index) + " of the " +
                std::to_string(module.pass_threshold) + " % they must reach.",
            {track.quiz_fact});
        break;
      case Status::kRemedialDue:
        add("quiz-60-to-80",
            "The quiz scored " + scored() + ", from 60 to below 80: one remedial on '" +
                course_.concepts[at(track.remedial_concept)].title + "', then a re-test.",
            {track.quiz_fact});
        break;
      case Status::kRetestDue:
        add("retest", "The quiz scored " + scored() + ", and what it asked for is done: the re-test is open.",
            {track.quiz_fact});
        break;
      case Status::kRecapDue:
        add("quiz-below-60",
            "The quiz scored " + scored() + ", below 60: the recap and a review come before the re-test.",
            {track.quiz_fact});
        break;
      case Status::kReviewDue:
        if (track.quiz_score && band_of(*track.quiz_score) == Band::kRecap) {
          add("quiz-below-60",
              "The quiz scored " + scored() + ", below 60: the recap is done, the review is still to come.",
              {track.quiz_fact});
        } else {
          add("third-retest", "A third re-test scored " + scored() + ", below 80: a review comes before the next one.",
              {track.quiz_fact});
        }
        break;
      case Status::kComplete:
        if (track.tested_out) {
          add("test-out", "Proved at once: a fresh quiz of 80 % or more and the harder labs.",
              {track.testout_fact, track.completed_fact});
        } else {
          add("complete", "The quiz is passed at " + scored() + " and the labs at " + mark(index) + ".",
              {track.quiz_fact, track.completed_fact});
        }
        break;
    }
    if (track.recheck) add("to-recheck", "The question bank was edited since; the result stands.", {track.quiz_fact});
    return out;
  }

  template <typename Add>
  void locked(int index, const Add& add) const {
    for (int before : state_.open_prerequisites(index)) {
      const ModuleTrack& track = state_.module(before);
      std::string why = "it is " + std::string(to_string(state_.status(before)));
      std::vector<std::int64_t> facts;
      if (track.quiz_score && !track.quiz_passed) {
        why = "its quiz scored " + percent(*track.quiz_score);
        facts.push_back(track.quiz_fact);
      } else if (track.quiz_passed) {
        why = "its quiz is passed and its labs are not";
        facts.push_back(track.quiz_fact);
      }
      add("prerequisite-open", title(before) + " comes first: " + why + ".", facts);
    }
    if (const int gate = state_.closed_gate_before(index); gate != kNone) {
      add("gate-closed", course_.phases[at(gate)].gate_title + ", is closed, and no gate is skipped.", {});
    }
  }

  std::string mark(int index) const {
    const std::optional<Fraction> mark = state_.lab_mark(index);
    return mark ? percent(*mark) : "0 %";
  }

  std::string what_if(int index, Status status) const {
    if (status == Status::kOutline) return "Nothing can change it before it is written.";
    if (status == Status::kComplete) return "It stays complete whatever a later check shows.";
    std::vector<std::string> opens;
    for (int after : course_.modules[at(index)].dependants) {
      const std::vector<int> open = state_.open_prerequisites(after);
      if (course_.modules[at(after)].complete && open == std::vector<int>{index} &&
          state_.closed_gate_before(after) == kNone) {
        opens.push_back(title(after));
      }
    }
    const std::string unlocks = opens.empty() ? "" : "; " + join(opens) + (opens.size() == 1 ? " opens" : " open");
    switch (status) {
      case Status::kLocked:
        return "Once what comes before it is complete, it opens. It may also be proved at once by its harder labs and "
               "a "
               "fresh quiz.";
      case Status::kBlocked:
        return "With the report in, the phase goes on where it stood.";
      case Status::kLabDue:
        return "When the labs reach " + std::to_string(course_.modules[at(index)].pass_threshold) +
               " % together, the module is complete" + unlocks + ".";
      case Status::kRemedialDue:
        return "With every check of the remedial right, the re-test opens.";
      case Status::kRecapDue:
        return "At 80 % or more the recap is done" +
               std::string(state_.module(index).review_due ? "; then the review." : "; then the re-test opens.");
      case Status::kReviewDue:
        return "With every missed concept answered, the re-test opens.";
      default:
        return "At 80 % or more in the quiz" +
               std::string(state_.labs_passed(index) ? ", the module is complete" + unlocks
                                                     : " and the labs passed, the module is complete" + unlocks) +
               "; from 60 one remedial is assigned, below 60 the recap and a review.";
    }
  }

  Action base(int index, ActionKind kind, std::string target, std::string text, std::string why) const {
    Action action;
    action.kind = kind;
    action.target = std::move(target);
    action.module = index;
    action.title = std::move(text);
    action.why = std::move(why);
    return action;
  }

  Action wait(int index, std::string why) const {
    Action action = base(index, ActionKind::kWait, id(index), title(index), std::move(why));
    action.href = "/modules/" + id(index);
    return action;
  }

  Action quiz(int index, ActionKind kind, std::string text, std::string why) const {
    Action action = base(index, kind, id(index), std::move(text), std::move(why));
    action.minutes = 2 * course_.modules[at(index)].quiz_questions;
    action.command = "groundwork quiz take " + id(index);
    action.href = "/modules/" + id(index) + "/quiz";
    return action;
  }

  Action read(int index, int page) const {
    const Course::Explainer& explainer = course_.explainers[at(page)];
    Action action = base(index, ActionKind::kRead, explainer.id, explainer.title,
                         "The next page of " + title(index) +
                             ". Reading is never required: who knows it goes straight "
                             "to the quiz.");
    action.minutes = explainer.minutes;
    action.command = "groundwork module show " + id(index);
    action.href = "/explainers/" + explainer.id;
    return action;
  }

  Action lab(int index, const std::string& why) const {
    const Course::Module& module = course_.modules[at(index)];
    // The first that has not passed every test; there is one, or the module would be complete.
    int chosen = module.labs.empty() ? kNone : module.labs.front();
    for (int number : module.labs) {
      const LabTrack& track = state_.lab(number);
      if (!track.best || !track.best->is_one()) {
        chosen = number;
        break;
      }
    }
    if (chosen == kNone) return wait(index, why);
    const Course::Lab& lab = course_.labs[at(chosen)];
    Action action = base(index, ActionKind::kLab, lab.id, "Lab: " + lab.title, why);
    action.minutes = lab.minutes;
    action.command = std::string("groundwork lab ") + (state_.lab(chosen).started ? "submit " : "start ") + lab.id;
    action.href = "/labs/" + lab.id;
    return action;
  }

  Action remedial(int index) const {
    const Course::Concept& missed = course_.concepts[at(state_.module(index).remedial_concept)];
    Action action = base(index, ActionKind::kRemedial, missed.remedial, "Remedial: " + missed.title,
                         "It treats the concept that cost most in the quiz; its checks open the re-test.");
    action.minutes = 10;
    action.command = "groundwork quiz take " + id(index);
    action.href = "/remedials/" + missed.remedial;
    return action;
  }

  Action review(int index) const {
    const ModuleTrack& track = state_.module(index);
    const bool wait_for_mentor = state_.settings().mentor && now_ - track.review_since < kMentorPatience;
    Action action =
        base(index, wait_for_mentor ? ActionKind::kWait : ActionKind::kReview, id(index), "Review: " + title(index),
             wait_for_mentor ? "A mentor has been asked. If nobody comes within 72 hours, the self-review "
                               "takes its place."
                             : "Answer the concepts that were missed one by one, in your own words.");
    action.minutes = 20;
    action.href = "/modules/" + id(index) + "/review";
    return action;
  }

  Action root_cause(int index) const {
    return root_cause(index, state_.blocks(course_.modules[at(index)].phase).front());
  }

  /// A locked module's next action is that of the first thing it waits for; prerequisites have no cycle, so this ends.
  Action behind(int index) const {
    const std::vector<int> open = state_.open_prerequisites(index);
    if (!open.empty()) {
      const int first = open.front();
      Action action = next(first, state_.status(first));
      if (action.kind != ActionKind::kWait) action.why = title(first) + " comes first. " + action.why;
      return action;
    }
    const int phase = state_.closed_gate_before(index);
    for (int m : course_.phases[at(phase)].modules) {
      const Status status = state_.status(m);
      if (status != Status::kComplete) return next(m, status);
    }
    return gate(phase);
  }

  Action after_completion(int index) const {
    const Mastery mastery = state_.mastery(index, now_);
    if (mastery == Mastery::kDue || mastery == Mastery::kLapsed) {
      return quiz(index, ActionKind::kMastery, "Mastery check: " + title(index),
                  mastery == Mastery::kDue
                      ? "Seven days have passed since it was completed: a mixed check shows whether "
                        "it stayed."
                      : "The last mastery check came out below 80 %. It locks nothing; repeating "
                        "it counts again.");
    }
    Action action = base(index, ActionKind::kDone, id(index), title(index),
                         mastery == Mastery::kConfirmed ? "Complete, and confirmed a week or more later."
                                                        : "Complete. A mastery check follows seven days later.");
    action.href = "/modules/" + id(index);
    return action;
  }

 public:
  /// @param index  the module that is blocked, or kNone when the gate alone is
  Action root_cause(int index, const Block& block) const {
    Action action = base(index, ActionKind::kRootCause, block.kpi,
                         "Root-cause report: " + block.kpi + " of " + course_.projects[at(block.project)].title,
                         block.text +
                             ". The report says what was measured, the hypothesis, the experiment, the result, "
                             "the fix and the regression guard, and cites a run.");
    action.minutes = 60;
    action.command = "groundwork report new " + block.kpi + " --project " + course_.projects[at(block.project)].id;
    action.href = "/projects/" + course_.projects[at(block.project)].id + "/report?kpi=" + block.kpi;
    return action;
  }

  Action gate(int phase) const {
    const Course::Phase& spec = course_.phases[at(phase)];
    const std::vector<int> missing = state_.missing_evidence(phase);
    if (const std::vector<Block> blocks = state_.blocks(phase); !blocks.empty()) {
      return root_cause(kNone, blocks.front());
    }
    if (!missing.empty()) {
      const int project = course_.measured_by(phase, at(missing.front()));
      if (project != kNone) return measure(phase, project);
    }
    Action action;
    action.kind = missing.empty() ? ActionKind::kWait : ActionKind::kEvidence;
    action.target = spec.gate_id;
    action.title = "Evidence for " + spec.gate_title;
    action.why =
        missing.empty() ? "The gate waits for its KPIs." : "Still missing: " + spec.evidence[at(missing.front())] + ".";
    action.href = "/gates/" + spec.gate_id;
    if (!missing.empty()) {
      action.command = "groundwork gate evidence add " + spec.gate_id + " --item \"" +
                       spec.evidence[at(missing.front())] + "\" --link URL";
    }
    return action;
  }

  /// A gate waits for a project's numbers.
  Action measure(int phase, int project) const {
    const Course::Project& spec = course_.projects[at(project)];
    Action action;
    action.kind = ActionKind::kMeasure;
    action.target = spec.id;
    action.title = "Measure " + spec.title;
    for (std::size_t m = 0; m < spec.metrics.size() && action.why.empty(); ++m) {
      const KpiTrack* last = state_.kpi(project, spec.metrics[m]);
      if (last == nullptr) action.why = spec.metric_titles[m] + " was never measured";
      if (last != nullptr && last->missed) action.why = last->text;
    }
    action.why += "; " + course_.phases[at(phase)].gate_title + ", waits for a run that meets its numbers.";
    action.minutes = 15;
    action.command = "groundwork project measure " + spec.id + " --target URL";
    action.href = "/projects/" + spec.id;
    return action;
  }

 private:
  const LearnerState& state_;
  const Course& course_;
  base::Timestamp now_;
};

}  // namespace

std::string_view to_string(ActionKind kind) {
  constexpr std::array<std::string_view, 15> kNames = {
      "choose-pace", "read",    "quiz",    "retest",   "lab",           "remedial", "recap", "review",
      "root-cause",  "measure", "mastery", "evidence", "weekly-review", "wait",     "done"};
  return kNames[static_cast<std::size_t>(kind)];
}

Explanation explain(const LearnerState& state, int module, base::Timestamp now) {
  return Explainer(state, now).of(module);
}

std::vector<Reason> explain_gate(const LearnerState& state, int phase) {
  const Course& course = state.course();
  const Course::Phase& spec = course.phases[at(phase)];
  if (state.gate_open(phase)) {
    return {{"gate-open", "Every module of the phase, its evidence and its KPIs are there.", {state.gate_fact(phase)}}};
  }
  std::vector<Reason> out;
  int complete = 0;
  int outlines = 0;
  for (int m : spec.modules) {
    complete += state.status(m) == Status::kComplete ? 1 : 0;
    outlines += state.status(m) == Status::kOutline ? 1 : 0;
  }
  const int total = static_cast<int>(spec.modules.size());
  if (complete < total) {
    std::string text = std::to_string(complete) + " of " + std::to_string(total) + " modules are complete";
    if (outlines > 0) text += "; " + std::to_string(outlines) + " are outlines, whose content is not written yet";
    out.push_back({"modules-open", text + ".", {}});
  }
  for (int item : state.missing_evidence(phase)) {
    if (const int project = course.measured_by(phase, at(item)); project != kNone) {
      const Course::Project& measured = course.projects[at(project)];
      for (std::size_t m = 0; m < measured.metrics.size(); ++m) {
        const KpiTrack* last = state.kpi(project, measured.metrics[m]);
        if (last == nullptr) {
          out.push_back(
              {"kpi-unmeasured", measured.title + ": " + measured.metric_titles[m] + " was never measured.", {}});
        } else if (last->missed) {
          out.push_back({"kpi-below-target",
                         measured.title + ": " + last->text + "; a run that meets it is missing.",
                         {last->fact}});
        }
      }
      continue;
    }
    out.push_back({"evidence-missing", "Evidence is missing: " + spec.evidence[at(item)] + ".", {}});
  }
  for (const Block& block : state.blocks(phase)) {
    out.push_back({"kpi-missed", block.text + ": a root-cause report is due.", {block.fact}});
  }
  if (phase > 0 && !state.gate_open(phase - 1)) {
    out.push_back({"gate-before", course.phases[at(phase - 1)].gate_title + ", comes first.", {}});
  }
  if (out.empty()) out.push_back({"modules-open", "The phase has no modules yet.", {}});
  return out;
}

Action root_cause_action(const LearnerState& state, const Block& block) {
  return Explainer(state, base::Timestamp{}).root_cause(kNone, block);
}

Action gate_action(const LearnerState& state, int phase, base::Timestamp now) {
  const Explainer explainer(state, now);
  for (int p = 0; p <= phase; ++p) {
    if (state.gate_open(p)) continue;
    for (int m : state.course().phases[at(p)].modules) {
      const Status status = state.status(m);
      if (status != Status::kComplete) return explainer.next(m, status);
    }
    return explainer.gate(p);
  }
  return explainer.gate(phase);
}

Action next_action(const LearnerState& state, base::Timestamp now) {
  const Explainer explainer(state, now);
  const Course& course = state.course();
  if (!state.profile()) {
    Action action;
    action.kind = ActionKind::kChoosePace;
    action.title = "Choose your pace";
    action.why = "Twelve or sixteen weeks, ten or twelve hours each: the roadmap becomes a calendar.";
    action.minutes = 2;
    action.command = "groundwork plan --pace 16 --hours 12";
    action.href = "/welcome";
    return action;
  }
  std::optional<Action> begun, mastery, open, waiting;
  for (int m = 0; m < static_cast<int>(course.modules.size()); ++m) {
    const Status status = state.status(m);
    std::optional<Action>* slot = nullptr;
    if (status == Status::kBlocked) return explainer.next(m, status);
    if (status == Status::kAvailable) slot = &open;
    if (is_open(status) && status != Status::kAvailable) slot = &begun;
    if (status == Status::kComplete && state.mastery(m, now) == Mastery::kDue) slot = &mastery;
    if (slot == nullptr || slot->has_value()) continue;
    Action action = explainer.next(m, status);
    if (action.kind == ActionKind::kWait) slot = &waiting;
    if (!slot->has_value()) *slot = std::move(action);
  }
  for (std::optional<Action>* slot : {&begun, &mastery, &open}) {
    if (slot->has_value()) return **slot;
  }
  for (std::size_t phase = 0; phase < course.phases.size(); ++phase) {
    if (state.gate_open(static_cast<int>(phase))) continue;
    const std::vector<int>& modules = course.phases[phase].modules;
    const bool all =
        std::all_of(modules.begin(), modules.end(), [&](int m) { return state.status(m) == Status::kComplete; });
    if (all && !modules.empty()) return explainer.gate(static_cast<int>(phase));
    break;
  }
  if (waiting) return *waiting;
  Action action;
  const bool finished = std::all_of(course.phases.begin(), course.phases.end(), [&](const Course::Phase& phase) {
    return state.gate_open(static_cast<int>(&phase - course.phases.data()));
  });
  action.kind = finished ? ActionKind::kDone : ActionKind::kWait;
  action.title = finished ? "The roadmap is complete" : "Everything that is written so far is complete";
  action.why = finished ? "All gates are open."
                        : "The modules that follow are outlines until their content is written. Mastery checks come up "
                          "seven days after each completion.";
  action.href = "/roadmap";
  return action;
}

std::vector<ReadinessPart> readiness(const LearnerState& state, base::Timestamp now) {
  const Course& course = state.course();
  const auto total = static_cast<int>(course.modules.size());
  int complete = 0;
  int confirmed = 0;
  for (int m = 0; m < total; ++m) {
    complete += state.status(m) == Status::kComplete ? 1 : 0;
    confirmed += state.mastery(m, now) == Mastery::kConfirmed ? 1 : 0;
  }
  int gates = 0;
  for (int p = 0; p < static_cast<int>(course.phases.size()); ++p) gates += state.gate_open(p) ? 1 : 0;
  int dsa = 0;
  int in_time = 0;
  for (int l = 0; l < static_cast<int>(course.labs.size()); ++l) {
    if (!course.labs[at(l)].dsa) continue;
    ++dsa;
    in_time += state.lab(l).timed_solved ? 1 : 0;
  }
  const auto part = [](std::string name, int have, int of, double weight, const std::string& what) {
    return ReadinessPart{std::move(name), of == 0 ? 0 : weight * have / of, weight,
                         std::to_string(have) + " of " + std::to_string(of) + " " + what};
  };
  return {part("Modules", complete, total, 50, "modules complete"),
          part("Mastery", confirmed, total, 20, "modules confirmed a week or more after completion"),
          part("Gates", gates, static_cast<int>(course.phases.size()), 20, "gates open"),
          part("DSA in time", in_time, dsa, 10, "DSA labs solved within their time")};
}

int current_week(const LearnerState& state, base::Timestamp now) {
  if (!state.profile()) return 1;
  const ProfileSet& profile = *state.profile();
  const auto days = std::chrono::floor<std::chrono::days>(now) - profile.start_on;
  if (days.count() < 0) return 1;
  const int calendar = std::min(static_cast<int>(days.count() / 7) + 1, profile.pace_weeks);
  return roadmap_weeks(profile.pace_weeks, calendar).front();
}

}  // namespace groundwork::progress
