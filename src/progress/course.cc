#include "progress/course.h"

#include <algorithm>

#include "base/hash.h"

namespace groundwork::progress {

void Course::index() {
  const auto names = [](Names& out, const auto& list) {
    out.clear();
    for (std::size_t i = 0; i < list.size(); ++i) out.emplace(list[i].id, static_cast<int>(i));
  };
  names(module_by_id_, modules);
  names(concept_by_id_, concepts);
  names(lab_by_id_, labs);
  names(explainer_by_id_, explainers);
  names(project_by_id_, projects);
  gate_by_id_.clear();
  for (std::size_t p = 0; p < phases.size(); ++p) gate_by_id_.emplace(phases[p].gate_id, static_cast<int>(p));

  for (Phase& phase : phases) phase.modules.clear();
  for (Module& module : modules) module.dependants.clear();
  for (std::size_t m = 0; m < modules.size(); ++m) {
    for (int before : modules[m].prerequisites) {
      modules[static_cast<std::size_t>(before)].dependants.push_back(static_cast<int>(m));
    }
    const auto phase = static_cast<std::size_t>(modules[m].phase);
    if (phase < phases.size()) phases[phase].modules.push_back(static_cast<int>(m));
  }
}

namespace {

std::string bank_revision_of(const std::vector<curriculum::Question>* bank) {
  if (bank == nullptr) return {};
  std::string all;
  for (const curriculum::Question& question : *bank) all += question.revision;
  return base::sha256_hex(all);
}

int phase_of_week(const curriculum::Roadmap& roadmap, int week) {
  for (std::size_t p = 0; p < roadmap.phases.size(); ++p) {
    const std::vector<int>& weeks = roadmap.phases[p].weeks;
    if (std::find(weeks.begin(), weeks.end(), week) != weeks.end()) return static_cast<int>(p);
  }
  return 0;
}

double split_of(const curriculum::Roadmap& roadmap, const std::string& kind, double fallback) {
  const auto at = roadmap.weekly_split.find(kind);
  return at == roadmap.weekly_split.end() ? fallback : at->second;
}

}  // namespace

Course course_of(const curriculum::Curriculum& content) {
  Course course;
  const curriculum::Roadmap& roadmap = content.roadmap;
  for (const curriculum::Phase& phase : roadmap.phases) {
    course.phases.push_back({.id = phase.phase_id,
                             .title = phase.title,
                             .gate_id = phase.gate.gate_id,
                             .gate_title = phase.gate.title,
                             .evidence = phase.gate.evidence,
                             .measured = {},
                             .weeks = phase.weeks,
                             .modules = {}});
  }
  course.week_titles.resize(17);
  for (const auto& [week, title] : roadmap.week_titles) {
    if (week >= 1 && week <= 16) course.week_titles[static_cast<std::size_t>(week)] = title;
  }
  course.split_theory = split_of(roadmap, "theory", 3);
  course.split_building = split_of(roadmap, "building", 5);
  course.split_interview = split_of(roadmap, "interview", 2);
  course.split_retrospective = split_of(roadmap, "retrospective", 1);
  for (const curriculum::Project& project : roadmap.projects) {
    const int week = project.weeks.empty() ? 1 : *std::min_element(project.weeks.begin(), project.weeks.end());
    course.projects.push_back({.id = project.project_id,
                               .title = project.title,
                               .phase = phase_of_week(roadmap, week),
                               .metrics = {},
                               .metric_titles = {}});
    if (const curriculum::ProjectGuide* guide = content.project(project.project_id)) {
      for (const curriculum::ProjectMetric& metric : guide->metrics) {
        course.projects.back().metrics.push_back(metric.id);
        course.projects.back().metric_titles.push_back(metric.title);
      }
    }
  }
  for (std::size_t p = 0; p < roadmap.phases.size(); ++p) {
    for (const std::string& id : roadmap.phases[p].gate.measured) {
      const auto same = [&](const Course::Project& project) { return project.id == id; };
      const auto found = std::find_if(course.projects.begin(), course.projects.end(), same);
      // Without a guide nobody knows what to measure, and the item is handed in like any other.
      const bool guided = found != course.projects.end() && !found->metrics.empty();
      course.phases[p].measured.push_back(guided ? static_cast<int>(found - course.projects.begin()) : kNone);
    }
  }

  std::unordered_map<std::string, int> number;
  for (const curriculum::Module& module : content.modules) {
    number.emplace(module.module_id, static_cast<int>(course.modules.size()));
    Course::Module out;
    out.id = module.module_id;
    out.title = module.title;
    out.week = module.week;
    out.complete = module.complete;
    out.hours = module.estimated_hours;
    out.quiz_questions = module.assessment.quiz_questions;
    // Rounded up, so that a threshold of 74.5 is not passed with 74.
    out.pass_threshold = static_cast<int>(module.assessment.pass_threshold);
    if (out.pass_threshold < module.assessment.pass_threshold) ++out.pass_threshold;
    out.phase = phase_of_week(roadmap, module.week);
    out.bank_revision = bank_revision_of(content.bank(module.module_id));
    for (const std::string& before : module.prerequisites) {
      if (const auto at = number.find(before); at != number.end()) out.prerequisites.push_back(at->second);
    }
    const int self = static_cast<int>(course.modules.size());
    for (const std::string& id : module.labs) {
      const auto at = content.labs.find(id);
      if (at == content.labs.end()) continue;
      const curriculum::Lab& lab = at->second;
      out.labs.push_back(static_cast<int>(course.labs.size()));
      course.labs.push_back({.id = lab.id,
                             .title = lab.title,
                             .module = self,
                             .dsa = lab.is_dsa,
                             .minutes = lab.minutes,
                             .timed_to_minutes = lab.timed_minutes ? lab.timed_minutes->second : 0,
                             .revision = lab.revision});
    }
    for (const std::string& id : module.explainers) {
      const auto at = content.explainers.find(id);
      if (at == content.explainers.end()) continue;
      out.explainers.push_back(static_cast<int>(course.explainers.size()));
      course.explainers.push_back({.id = id, .title = at->second.title, .module = self, .minutes = at->second.minutes});
    }
    for (const std::string& id : content.concepts_of(module.module_id)) {
      const curriculum::Concept& item = content.concepts.at(id);
      out.concepts.push_back(static_cast<int>(course.concepts.size()));
      course.concepts.push_back(
          {.id = item.id, .title = item.title, .module = self, .explainer = item.explainer, .remedial = item.remedial});
    }
    course.modules.push_back(std::move(out));
  }
  course.index();
  return course;
}

}  // namespace groundwork::progress
