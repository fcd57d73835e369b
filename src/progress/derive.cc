#include "progress/derive.h"

#include <algorithm>
#include <array>

namespace groundwork::progress {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

constexpr int kReviewAfterRetests = 3;  // the third re-test of 60 to below 80 asks for a review instead of a remedial

}  // namespace

std::string_view to_string(Status status) {
  constexpr std::array<std::string_view, 11> kNames = {"outline",    "locked",       "available",  "in-progress",
                                                       "lab-due",    "remedial-due", "retest-due", "recap-due",
                                                       "review-due", "blocked",      "complete"};
  return kNames[static_cast<std::size_t>(status)];
}

std::string_view to_string(Mastery mastery) {
  constexpr std::array<std::string_view, 4> kNames = {"none", "due", "confirmed", "lapsed"};
  return kNames[static_cast<std::size_t>(mastery)];
}

bool is_open(Status status) {
  return status != Status::kOutline && status != Status::kLocked && status != Status::kBlocked &&
         status != Status::kComplete;
}

LearnerState::LearnerState(const Course& course, Settings settings)
    : course_(&course),
      settings_(settings),
      modules_(course.modules.size()),
      labs_(course.labs.size()),
      read_(course.explainers.size(), 0.0),
      gate_fact_(course.phases.size(), 0) {}

void LearnerState::apply(const Event& event) {
  ++events_;
  std::visit([&](const auto& what) { on(event, what); }, event.what);
}

std::vector<int> LearnerState::open_prerequisites(int module) const {
  std::vector<int> open;
  for (int before : course_->modules[at(module)].prerequisites) {
    if (!this->module(before).completed_at) open.push_back(before);
  }
  return open;
}

int LearnerState::closed_gate_before(int module) const {
  const int before = course_->modules[at(module)].phase - 1;
  return before >= 0 && !gate_open(before) ? before : kNone;
}

Status LearnerState::status(int index) const {
  const ModuleTrack& track = module(index);
  const Course::Module& module = course_->modules[at(index)];
  if (track.completed_at) return Status::kComplete;
  if (!module.complete) return Status::kOutline;
  if (closed_gate_before(index) != kNone) return Status::kLocked;
  for (int before : module.prerequisites) {
    if (!modules_[at(before)].completed_at) return Status::kLocked;
  }
  for (const auto& [key, block] : blocks_) {
    if (course_->projects[at(block.project)].phase == module.phase) return Status::kBlocked;
  }
  if (track.recap_due) return Status::kRecapDue;
  if (track.review_due) return Status::kReviewDue;
  if (track.remedial_concept != kNone) return Status::kRemedialDue;
  if (track.retest_due) return Status::kRetestDue;
  if (track.quiz_passed) return Status::kLabDue;  // with the labs passed too it would be complete
  return track.started ? Status::kInProgress : Status::kAvailable;
}

Mastery LearnerState::mastery(int index, base::Timestamp now) const {
  const ModuleTrack& track = module(index);
  if (!track.completed_at) return Mastery::kNotYet;
  if (track.mastery_at) return track.mastery_passed ? Mastery::kConfirmed : Mastery::kLapsed;
  return now - *track.completed_at >= kMasteryAfter ? Mastery::kDue : Mastery::kNotYet;
}

std::optional<Fraction> LearnerState::lab_mark(int index) const {
  const Course::Module& module = course_->modules[at(index)];
  Fraction sum;
  bool any = false;
  for (int number : module.labs) {
    const LabTrack& track = lab(number);
    if (track.best) {
      sum = sum + *track.best;
      any = true;
    }
  }
  if (!any) return std::nullopt;
  return sum / static_cast<std::int64_t>(module.labs.size());
}

bool LearnerState::labs_passed(int index) const {
  const Course::Module& module = course_->modules[at(index)];
  if (module.labs.empty()) return true;
  const std::optional<Fraction> mark = lab_mark(index);
  return mark && mark->at_least_percent(module.pass_threshold);
}

std::vector<Block> LearnerState::blocks(int phase) const {
  std::vector<Block> out;
  for (const auto& [key, block] : blocks_) {
    if (course_->projects[at(block.project)].phase == phase) out.push_back(block);
  }
  std::sort(out.begin(), out.end(), [](const Block& a, const Block& b) { return a.fact < b.fact; });
  return out;
}

std::vector<int> LearnerState::missing_evidence(int phase) const {
  std::vector<int> out;
  const std::vector<std::string>& items = course_->phases[at(phase)].evidence;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const int project = course_->measured_by(phase, i);
    const bool there = project == kNone ? evidence_fact(phase, items[i]) != 0 : numbers_met(project);
    if (!there) out.push_back(static_cast<int>(i));
  }
  return out;
}

std::int64_t LearnerState::evidence_fact(int phase, const std::string& item) const {
  const auto found = evidence_.find({phase, item});
  return found == evidence_.end() ? 0 : found->second;
}

const KpiTrack* LearnerState::kpi(int project, const std::string& metric) const {
  const auto found = kpis_.find({project, metric});
  return found == kpis_.end() ? nullptr : &found->second;
}

bool LearnerState::numbers_met(int project) const {
  const std::vector<std::string>& metrics = course_->projects[at(project)].metrics;
  return std::all_of(metrics.begin(), metrics.end(), [&](const std::string& metric) {
    const KpiTrack* last = kpi(project, metric);
    return last != nullptr && !last->missed;
  });
}

std::optional<base::Timestamp> LearnerState::changes_at(base::Timestamp now) const {
  std::optional<base::Timestamp> first;
  const auto consider = [&](base::Timestamp when) {
    if (when > now && (!first || when < *first)) first = when;
  };
  for (const ModuleTrack& track : modules_) {
    if (track.completed_at && !track.mastery_at) consider(*track.completed_at + kMasteryAfter);
    if (track.review_due && settings_.mentor) consider(track.review_since + kMentorPatience);
  }
  return first;
}

void LearnerState::on(const Event& /*event*/, const ProfileSet& set) { profile_ = set; }

void LearnerState::on(const Event& event, const ExplainerRead& read) {
  double& fraction = read_[at(read.explainer)];
  fraction = std::max(fraction, read.fraction);
  const int index = course_->explainers[at(read.explainer)].module;
  if (is_open(status(index)) && !track(index).started) {
    track(index).started = true;
    track(index).started_fact = event.seq;
  }
}

void LearnerState::on(const Event& event, const QuizStarted& quiz) {
  ModuleTrack& module = track(quiz.module);
  if (quiz.purpose == Purpose::kModule && is_open(status(quiz.module)) && !module.started) {
    module.started = true;
    module.started_fact = event.seq;
  }
}

void LearnerState::on(const Event& event, const QuizFinished& quiz) {
  const Status before = status(quiz.module);
  if (before == Status::kOutline) return;
  ModuleTrack& module = track(quiz.module);
  switch (quiz.purpose) {
    case Purpose::kModule:
    case Purpose::kRetest:
      judge(event, quiz);
      break;
    case Purpose::kRemedial:
      if (before == Status::kRemedialDue && quiz.remedial_concept == module.remedial_concept && quiz.score.is_one()) {
        module.remedial_concept = kNone;
      }
      break;
    case Purpose::kRecap:
      if (before == Status::kRecapDue && band_of(quiz.score) == Band::kPassed) module.recap_due = false;
      break;
    case Purpose::kMastery:
      if (mastery(quiz.module, event.at) != Mastery::kNotYet) {
        module.mastery_at = event.at;
        module.mastery_passed = band_of(quiz.score) == Band::kPassed;
        module.mastery_fact = event.seq;
      }
      break;
    case Purpose::kTestOut:
      if (before != Status::kComplete && before != Status::kBlocked && band_of(quiz.score) == Band::kPassed) {
        module.testout_quiz = true;
        module.testout_fact = event.seq;
        complete_if_proved(event, quiz.module);
      }
      break;
    case Purpose::kPractice:
      break;
  }
}

void LearnerState::judge(const Event& event, const QuizFinished& quiz) {
  ModuleTrack& module = track(quiz.module);
  const Status before = status(quiz.module);
  const bool due = before == Status::kAvailable || before == Status::kInProgress || before == Status::kRetestDue;
  if (!due) return;  // locked, already passed, or something comes first
  const bool retest = module.retest_due;
  module.started = true;
  if (module.started_fact == 0) module.started_fact = event.seq;
  module.quiz_score = quiz.score;
  module.quiz_fact = event.seq;
  module.missed = quiz.missed;
  module.retest_due = true;
  switch (band_of(quiz.score)) {
    case Band::kPassed:
      module.quiz_passed = true;
      module.retest_due = false;
      module.recheck = !quiz.current;
      complete_if_proved(event, quiz.module);
      break;
    case Band::kRemedial: {
      if (retest) ++module.retests_in_band;
      // A learner who missed something has missed a concept; the fallback is for facts that do not say which.
      const std::vector<int>& all = course_->modules[at(quiz.module)].concepts;
      const int missed = !quiz.missed.empty() ? quiz.missed.front() : (all.empty() ? kNone : all.front());
      if (module.retests_in_band >= kReviewAfterRetests || missed == kNone) {
        module.review_due = true;
        module.review_since = event.at;
      } else {
        module.remedial_concept = missed;
      }
      break;
    }
    case Band::kRecap:
      module.recap_due = true;
      module.review_due = true;
      module.review_since = event.at;
      break;
  }
}

void LearnerState::on(const Event& event, const LabStarted& started) {
  const int index = course_->labs[at(started.lab)].module;
  if (!is_open(status(index))) return;
  labs_[at(started.lab)].started = true;
  if (!track(index).started) {
    track(index).started = true;
    track(index).started_fact = event.seq;
  }
}

void LearnerState::on(const Event& event, const LabGraded& graded) {
  if (!counts(graded.verdict)) return;
  const Course::Lab& spec = course_->labs[at(graded.lab)];
  const Status before = status(spec.module);
  if (before == Status::kOutline || before == Status::kBlocked) return;
  const bool open = is_open(before);
  if (!open && !graded.harder && before != Status::kComplete) return;
  LabTrack& lab = labs_[at(graded.lab)];
  ++lab.attempts;
  const auto keep = [&](std::optional<Fraction>& best, std::int64_t& fact) {
    if (best && !(*best < graded.score)) return false;
    best = graded.score;
    fact = event.seq;
    return true;
  };
  if (graded.harder) keep(lab.best_harder, lab.harder_fact);
  // The harder variant holds every test of the standard one; on a locked module only the test-out uses it.
  if (open || before == Status::kComplete) {
    if (keep(lab.best, lab.best_fact)) lab.recheck = !graded.current;
  }
  if (graded.timed_seconds >= 0 && graded.score.is_one() && spec.timed_to_minutes > 0 &&
      graded.timed_seconds <= spec.timed_to_minutes * 60) {
    lab.timed_solved = true;
  }
  if (open) {
    ModuleTrack& module = track(spec.module);
    if (!module.started) {
      module.started = true;
      module.started_fact = event.seq;
    }
  }
  if (before != Status::kComplete) complete_if_proved(event, spec.module);
}

void LearnerState::complete_if_proved(const Event& event, int index) {
  ModuleTrack& module = track(index);
  const Course::Module& spec = course_->modules[at(index)];
  if (!spec.complete || module.completed_at) return;
  Fraction harder;
  for (int number : spec.labs) {
    if (lab(number).best_harder) harder = harder + *lab(number).best_harder;
  }
  const auto labs = static_cast<std::int64_t>(spec.labs.size());
  const bool tested_out = module.testout_quiz && (labs == 0 || (harder / labs).at_least_percent(spec.pass_threshold));
  const bool open = is_open(status(index));
  if (!tested_out && !(open && module.quiz_passed && labs_passed(index))) return;
  module.tested_out = tested_out && !(module.quiz_passed && labs_passed(index));
  module.completed_at = event.at;
  module.completed_fact = event.seq;
  module.remedial_concept = kNone;
  module.recap_due = module.review_due = module.retest_due = false;
  open_gates(event);
}

void LearnerState::on(const Event& /*event*/, const ReviewSubmitted& review) {
  ModuleTrack& module = track(review.module);
  if (!module.review_due || !review.cleared) return;
  if (!review.by_mentor) {
    for (int missed : module.missed) {  // one by one, none left out
      if (std::find(review.concepts.begin(), review.concepts.end(), missed) == review.concepts.end()) return;
    }
  }
  module.review_due = false;
}

void LearnerState::on(const Event& event, const KpiMeasured& kpi) {
  kpis_[{kpi.project, kpi.kpi}] = {.missed = kpi.missed, .text = kpi.text, .fact = event.seq};
  if (!kpi.missed) {
    open_gates(event);  // a number that is met may be what a gate waits for; it lifts no block
    return;
  }
  blocks_[{kpi.project, kpi.kpi}] = {.project = kpi.project, .kpi = kpi.kpi, .text = kpi.text, .fact = event.seq};
}

void LearnerState::on(const Event& event, const RootCauseSubmitted& report) {
  if (!report.complete) return;
  if (blocks_.erase({report.project, report.kpi}) > 0) open_gates(event);
}

void LearnerState::on(const Event& /*event*/, const DeliverableSubmitted& /*deliverable*/) {}

void LearnerState::on(const Event& event, const GateEvidence& evidence) {
  const std::vector<std::string>& items = course_->phases[at(evidence.phase)].evidence;
  const auto item = std::find(items.begin(), items.end(), evidence.item);
  if (item == items.end()) return;
  // What a project's numbers prove is not handed in.
  if (course_->measured_by(evidence.phase, static_cast<std::size_t>(item - items.begin())) != kNone) return;
  evidence_.emplace(std::pair{evidence.phase, evidence.item}, event.seq);
  open_gates(event);
}

void LearnerState::on(const Event& event, const WeeklyReviewSubmitted& review) {
  weekly_reviews_.emplace_back(review.week, event.seq);
}

void LearnerState::open_gates(const Event& event) {
  for (std::size_t phase = 0; phase < course_->phases.size(); ++phase) {
    if (gate_fact_[phase] != 0) continue;
    const std::vector<int>& modules = course_->phases[phase].modules;
    const bool all = !modules.empty() && std::all_of(modules.begin(), modules.end(),
                                                     [&](int m) { return modules_[at(m)].completed_at.has_value(); });
    const int index = static_cast<int>(phase);
    if (!all || !missing_evidence(index).empty() || !blocks(index).empty()) return;  // no gate is skipped
    gate_fact_[phase] = event.seq;
  }
}

LearnerState derive(const Course& course, std::span<const Event> events, Settings settings) {
  LearnerState state(course, settings);
  for (const Event& event : events) state.apply(event);
  return state;
}

std::vector<Change> changes(const Course& course, std::span<const Event> events, Settings settings) {
  LearnerState state(course, settings);
  std::vector<Status> before;
  for (std::size_t m = 0; m < course.modules.size(); ++m) before.push_back(state.status(static_cast<int>(m)));
  std::vector<Change> out;
  for (const Event& event : events) {
    if (std::holds_alternative<Noted>(event.what)) continue;
    state.apply(event);
    for (std::size_t m = 0; m < before.size(); ++m) {
      const Status now = state.status(static_cast<int>(m));
      if (now == before[m]) continue;
      out.push_back({.fact = event.seq, .module = static_cast<int>(m), .from = before[m], .to = now});
      before[m] = now;
    }
  }
  return out;
}

}  // namespace groundwork::progress
