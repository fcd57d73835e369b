#include "curriculum/curriculum.h"

#include <algorithm>
#include <array>

namespace groundwork::curriculum {

std::string_view to_string(QuestionKind kind) {
  static constexpr std::array<std::string_view, 7> kNames = {"single",   "multiple", "numeric", "short",
                                                             "ordering", "matching", "predict"};
  return kNames[static_cast<std::size_t>(kind)];
}

const Module* Curriculum::module(std::string_view id) const {
  const auto found = std::find_if(modules.begin(), modules.end(), [&](const Module& m) { return m.module_id == id; });
  return found == modules.end() ? nullptr : &*found;
}

const std::vector<Question>* Curriculum::bank(std::string_view module_id) const {
  const auto found = banks.find(std::string(module_id));
  return found == banks.end() ? nullptr : &found->second;
}

const ProjectGuide* Curriculum::project(std::string_view id) const {
  const auto found = projects.find(std::string(id));
  return found == projects.end() ? nullptr : &found->second;
}

const Kpi* Curriculum::kpi(std::string_view id_or_figure) const {
  for (const Kpi& kpi : kpis) {
    if (kpi.id == id_or_figure) return &kpi;
    for (const Figure& figure : kpi.figures) {
      if (figure.id == id_or_figure) return &kpi;
    }
  }
  return nullptr;
}

const Question* Curriculum::question(std::string_view id) const {
  const auto in = [&](const std::vector<Question>& list) -> const Question* {
    const auto found = std::find_if(list.begin(), list.end(), [&](const Question& q) { return q.id == id; });
    return found == list.end() ? nullptr : &*found;
  };
  for (const auto& [module_id, list] : banks) {
    if (const Question* found = in(list)) return found;
  }
  for (const auto& [remedial_id, remedial] : remedials) {
    if (const Question* found = in(remedial.checks)) return found;
  }
  return nullptr;
}

std::vector<std::string> Curriculum::module_ids() const {
  std::vector<std::string> ids;
  for (const Module& one : modules) ids.push_back(one.module_id);
  return ids;
}

std::vector<std::string> Curriculum::concepts_of(std::string_view module_id) const {
  std::vector<std::string> ids;
  for (const std::string& id : concept_order) {
    if (concepts.at(id).module == module_id) ids.push_back(id);
  }
  return ids;
}

Counts Curriculum::counts() const {
  Counts counts;
  counts.modules = modules.size();
  counts.complete = static_cast<std::size_t>(
      std::count_if(modules.begin(), modules.end(), [](const Module& m) { return m.complete; }));
  counts.outlines = counts.modules - counts.complete;
  counts.explainers = explainers.size();
  for (const auto& [module_id, bank] : banks) counts.questions += bank.size();
  counts.labs = labs.size();
  counts.remedials = remedials.size();
  counts.interview_packs = interview_packs.size();
  return counts;
}

base::json::object to_json(const Counts& counts) {
  return {{"modules", counts.modules},     {"complete", counts.complete},
          {"outlines", counts.outlines},   {"explainers", counts.explainers},
          {"questions", counts.questions}, {"labs", counts.labs},
          {"remedials", counts.remedials}, {"interview_packs", counts.interview_packs}};
}

}  // namespace groundwork::curriculum
