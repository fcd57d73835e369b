#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "progress/event.h"

namespace groundwork::progress {

/// A course for tests and benchmarks: two phases; week 1 has modules a and b (b after a), week 2 has c (after a and b)
/// and the outline d; phase two has e. Every module has two labs and three concepts.
inline Course small_course() {
  Course course;
  course.week_titles.assign(17, "");
  course.phases = {{.id = "phase-1",
                    .title = "One",
                    .gate_id = "gate-1",
                    .gate_title = "Gate 1",
                    .evidence = {"report", "project 1 measured"},
                    .measured = {kNone, 0},
                    .weeks = {1, 2},
                    .modules = {}},
                   {.id = "phase-2",
                    .title = "Two",
                    .gate_id = "gate-2",
                    .gate_title = "Gate 2",
                    .evidence = {},
                    .measured = {},
                    .weeks = {3},
                    .modules = {}}};
  course.projects = {
      {.id = "project-1", .title = "Project 1", .phase = 0, .metrics = {"p95"}, .metric_titles = {"p95 latency"}}};
  const auto add = [&](std::string id, int phase, int week, bool complete, std::vector<int> prerequisites) {
    Course::Module module;
    const int self = static_cast<int>(course.modules.size());
    module.id = id;
    module.title = "Module " + id;
    module.phase = phase;
    module.week = week;
    module.complete = complete;
    module.prerequisites = std::move(prerequisites);
    for (int i = 1; i <= 2; ++i) {
      module.labs.push_back(static_cast<int>(course.labs.size()));
      course.labs.push_back({.id = id + "-lab" + std::to_string(i),
                             .title = "Lab",
                             .module = self,
                             .dsa = i == 2,
                             .minutes = 30,
                             .timed_to_minutes = i == 2 ? 35 : 0,
                             .revision = "r1"});
    }
    for (int i = 1; i <= 3; ++i) {
      module.concepts.push_back(static_cast<int>(course.concepts.size()));
      const std::string name = id + "-concept" + std::to_string(i);
      course.concepts.push_back(
          {.id = name, .title = name, .module = self, .explainer = id + "-page#x", .remedial = name});
    }
    module.explainers.push_back(static_cast<int>(course.explainers.size()));
    course.explainers.push_back({.id = id + "-page", .title = "Page " + id, .module = self, .minutes = 10});
    course.modules.push_back(std::move(module));
  };
  add("a", 0, 1, true, {});
  add("b", 0, 1, true, {0});
  add("c", 0, 2, true, {0, 1});
  add("d", 0, 2, false, {0});
  add("e", 1, 3, true, {2});
  course.index();
  return course;
}

/// The same with d written, so that its gates can open.
inline Course written_course() {
  Course course = small_course();
  course.modules[3].complete = true;
  course.index();
  return course;
}

/// Any event about the course, sensible or not, at a time after `at`. Scores cluster around the cuts.
inline Event random_event(const Course& course, base::Random& random, std::int64_t seq, base::Timestamp& at) {
  const auto pick = [&](std::size_t size) { return static_cast<int>(random.below(size)); };
  const auto score = [&] {
    const std::int64_t d = random.below(2) == 0 ? 8 : 200;
    const std::int64_t around[] = {d, d, d * 4 / 5, d * 4 / 5 - 1, d * 3 / 5, d * 3 / 5 - 1, d / 4};
    return Fraction{around[random.below(7)], d};
  };
  at += std::chrono::minutes{random.below(3000)};
  Event event{.seq = seq, .at = at, .what = Noted{}};
  const int module = pick(course.modules.size());
  const Course::Module& spec = course.modules[static_cast<std::size_t>(module)];
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2:
    case 3: {
      QuizFinished quiz;
      quiz.module = module;
      quiz.purpose = static_cast<Purpose>(random.below(7));
      if (random.below(2) == 0) quiz.purpose = Purpose::kModule;
      quiz.score = score();
      if (quiz.purpose == Purpose::kRemedial) {
        quiz.remedial_concept = spec.concepts[random.below(spec.concepts.size())];
      }
      if (!quiz.score.is_one()) quiz.missed = {spec.concepts[random.below(spec.concepts.size())]};
      event.what = quiz;
      break;
    }
    case 4:
    case 5:
    case 6:
    case 7: {
      LabGraded lab;
      lab.lab = pick(course.labs.size());
      lab.verdict = static_cast<Verdict>(random.below(7));
      lab.harder = random.below(4) == 0;
      lab.score = lab.verdict == Verdict::kPass ? Fraction{1, 1} : score();
      lab.timed_seconds = random.below(2) == 0 ? kNone : static_cast<int>(random.below(4000));
      event.what = lab;
      break;
    }
    case 8:
      event.what = ReviewSubmitted{.module = module,
                                   .by_mentor = random.below(2) == 0,
                                   .cleared = random.below(3) != 0,
                                   .concepts = spec.concepts};
      break;
    case 9:
      if (random.below(4) == 0) {
        event.what = KpiMeasured{.project = 0, .kpi = "p95", .missed = random.below(2) == 0, .text = "p95"};
      } else {
        event.what = RootCauseSubmitted{.project = 0, .kpi = "p95", .complete = random.below(3) != 0};
      }
      break;
    case 10:
      event.what = GateEvidence{.phase = pick(course.phases.size()),
                                .item = std::string(random.below(2) == 0   ? "report"
                                                    : random.below(2) == 0 ? "other"
                                                                           : "project 1 measured")};
      break;
    default:
      if (random.below(3) == 0) {
        event.what =
            ProfileSet{.pace_weeks = 12, .hours_per_week = 10, .start_on = std::chrono::floor<std::chrono::days>(at)};
      } else {
        event.what = ExplainerRead{.explainer = pick(course.explainers.size()), .fraction = random.unit()};
      }
  }
  return event;
}

inline std::vector<Event> random_history(const Course& course, std::uint64_t seed, std::size_t length) {
  base::Random random(seed);
  base::Timestamp at = base::Timestamp{} + std::chrono::years{56};
  std::vector<Event> history;
  history.reserve(length);
  for (std::size_t i = 0; i < length; ++i) {
    history.push_back(random_event(course, random, static_cast<std::int64_t>(i + 1), at));
  }
  return history;
}

}  // namespace groundwork::progress
