#include "api/content_json.h"

#include <algorithm>

#include "assess/attempt_json.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "progress/state_json.h"
#include "text/markdown.h"

namespace groundwork::api {
namespace {

using base::json::array;
using base::json::object;
using base::json::value;
using curriculum::Curriculum;

template <typename T>
array list(const std::vector<T>& entries) {
  return array(entries.begin(), entries.end());
}

object link(const std::string& id, const std::string& title) { return {{"id", id}, {"title", title}}; }

object summary(const curriculum::Module& module) {
  return {{"module_id", module.module_id},
          {"phase", module.phase},
          {"week", module.week},
          {"title", module.title},
          {"difficulty", module.difficulty},
          {"estimated_hours", module.estimated_hours},
          {"prerequisites", list(module.prerequisites)},
          {"competencies", list(module.competencies)},
          {"complete", module.complete}};
}

template <typename Map>
std::vector<std::string> keys(const Map& map) {
  std::vector<std::string> out;
  for (const auto& [key, entry] : map) out.push_back(key);
  return out;
}

/// Every explainer in reading order: by module, then as the module lists them.
std::vector<std::string> reading_order(const Curriculum& content) {
  std::vector<std::string> out;
  for (const curriculum::Module& module : content.modules) {
    for (const std::string& id : module.explainers) {
      if (content.explainers.count(id) > 0) out.push_back(id);
    }
  }
  return out;
}

}  // namespace

object roadmap_json(const Curriculum& content) {
  const curriculum::Roadmap& roadmap = content.roadmap;
  array phases;
  array weeks;
  for (const curriculum::Phase& phase : roadmap.phases) {
    phases.push_back(object{{"phase_id", phase.phase_id},
                            {"title", phase.title},
                            {"weeks", list(phase.weeks)},
                            {"gate", object{{"gate_id", phase.gate.gate_id},
                                            {"title", phase.gate.title},
                                            {"requirement", phase.gate.requirement},
                                            {"evidence", list(phase.gate.evidence)}}}});
    for (int week : phase.weeks) {
      const auto title = roadmap.week_titles.find(week);
      weeks.push_back(object{{"week", week},
                             {"title", title == roadmap.week_titles.end() ? std::string() : title->second},
                             {"phase_id", phase.phase_id}});
    }
  }
  array modules;
  for (const curriculum::Module& module : content.modules) modules.push_back(summary(module));
  array competencies;
  for (const curriculum::Competency& competency : roadmap.competencies) {
    competencies.push_back(
        object{{"id", competency.id}, {"title", competency.title}, {"must_have", list(competency.must_have)}});
  }
  array projects;
  for (const curriculum::Project& project : roadmap.projects) {
    projects.push_back(object{{"project_id", project.project_id},
                              {"title", project.title},
                              {"weeks", list(project.weeks)},
                              {"problem", project.problem},
                              {"stack", list(project.stack)},
                              {"metrics", list(project.metrics)}});
  }
  return {{"phases", std::move(phases)},     {"weeks", std::move(weeks)},
          {"modules", std::move(modules)},   {"competencies", std::move(competencies)},
          {"projects", std::move(projects)}, {"counts", curriculum::to_json(content.counts())}};
}

object module_json(const assess::Standing& standing, int index, base::Timestamp now) {
  const Curriculum& content = *standing.content;
  const progress::Course& course = *standing.course;
  const progress::Course::Module& place = course.modules[static_cast<std::size_t>(index)];
  const curriculum::Module& module = *content.module(place.id);
  object out = summary(module);
  array prerequisites;
  for (int before : place.prerequisites) {
    const auto& other = course.modules[static_cast<std::size_t>(before)];
    prerequisites.push_back(link(other.id, other.title));
  }
  array dependants;
  for (int after : place.dependants) {
    const auto& other = course.modules[static_cast<std::size_t>(after)];
    dependants.push_back(link(other.id, other.title));
  }
  array explainers;
  for (int page : place.explainers) {
    const progress::Course::Explainer& explainer = course.explainers[static_cast<std::size_t>(page)];
    explainers.push_back(object{{"id", explainer.id},
                                {"title", explainer.title},
                                {"minutes", explainer.minutes},
                                {"read_fraction", standing.state.read_fraction(page)}});
  }
  array labs;
  for (int number : place.labs) {
    const curriculum::Lab& lab = content.labs.at(course.labs[static_cast<std::size_t>(number)].id);
    labs.push_back(object{{"id", lab.id},
                          {"title", lab.title},
                          {"kind", lab.is_dsa ? "dsa" : "lab"},
                          {"minutes", lab.minutes},
                          {"difficulty", lab.difficulty},
                          {"state", progress::lab_state_json(standing.state, number)}});
  }
  array packs;
  for (const std::string& id : module.interview_packs) {
    if (const auto at = content.interview_packs.find(id); at != content.interview_packs.end()) {
      packs.push_back(link(id, at->second.title));
    }
  }
  array concepts;
  for (const std::string& id : content.concepts_of(module.module_id)) {
    concepts.push_back(assess::concept_json(content.concepts.at(id)));
  }
  const auto* bank = content.bank(module.module_id);
  out["prerequisites"] = std::move(prerequisites);
  out["dependants"] = std::move(dependants);
  out["interview_frequency"] = module.interview_frequency;
  out["learning_objectives"] = list(module.learning_objectives);
  out["core_theory"] = list(module.core_theory);
  out["hands_on_labs"] = list(module.hands_on_labs);
  out["assessment"] = object{{"quiz_questions", module.assessment.quiz_questions},
                             {"coding_tasks", module.assessment.coding_tasks},
                             {"pass_threshold", module.assessment.pass_threshold},
                             {"bank", bank == nullptr ? std::size_t{0} : bank->size()}};
  out["deliverables"] = list(module.deliverables);
  out["tags"] = list(module.tags);
  out["updated_on"] = module.updated_on;
  out["interview_drills"] = list(module.interview_drills);
  out["exit_criteria"] = list(module.exit_criteria);
  out["explainers"] = std::move(explainers);
  out["labs"] = std::move(labs);
  out["interview_packs"] = std::move(packs);
  out["concepts"] = std::move(concepts);
  out["state"] = progress::module_state_json(standing.state, index, now);
  return out;
}

base::Result<object> page_json(const assess::Standing& standing, PageKind kind, const std::string& id) {
  const Curriculum& content = *standing.content;
  const curriculum::Page* page = nullptr;
  std::vector<std::string> known;
  object out;
  switch (kind) {
    case PageKind::kExplainer:
      if (const auto at = content.explainers.find(id); at != content.explainers.end()) page = &at->second;
      known = keys(content.explainers);
      out["kind"] = "explainer";
      break;
    case PageKind::kRemedial:
      if (const auto at = content.remedials.find(id); at != content.remedials.end()) {
        page = &at->second.page;
        out["checks"] = at->second.checks.size();
      }
      known = keys(content.remedials);
      out["kind"] = "remedial";
      break;
    case PageKind::kInterviewPack:
      if (const auto at = content.interview_packs.find(id); at != content.interview_packs.end()) page = &at->second;
      known = keys(content.interview_packs);
      out["kind"] = "interview-pack";
      break;
  }
  if (page == nullptr) {
    return base::make_error(base::Code::kNotFound, "there is no " + std::string(out["kind"].as_string()) + " '" +
                                                       base::clip(id, 100) + "'" + base::did_you_mean(id, known));
  }
  const text::Page rendered = text::render_markdown(page->body);
  array contents;
  for (const text::Heading& heading : rendered.contents) {
    contents.push_back(object{{"level", heading.level}, {"anchor", heading.anchor}, {"title", heading.title}});
  }
  array concepts;
  for (const std::string& name : page->concepts) {
    if (const auto at = content.concepts.find(name); at != content.concepts.end()) {
      concepts.push_back(assess::concept_json(at->second));
    }
  }
  const int explainer = kind == PageKind::kExplainer ? standing.course->explainer(id) : progress::kNone;
  const curriculum::Module* module = content.module(page->module);
  out["id"] = page->id;
  out["title"] = page->title;
  out["module_id"] = page->module;
  out["module_title"] = module == nullptr ? page->module : module->title;
  out["minutes"] = page->minutes;
  out["html"] = rendered.html;
  out["contents"] = std::move(contents);
  out["concepts"] = std::move(concepts);
  out["updated_on"] = page->updated_on;
  out["read_fraction"] = explainer == progress::kNone ? 0.0 : standing.state.read_fraction(explainer);
  out["previous"] = nullptr;
  out["next"] = nullptr;
  if (kind == PageKind::kExplainer) {
    const std::vector<std::string> order = reading_order(content);
    const auto at = std::find(order.begin(), order.end(), id);
    if (at != order.end() && at != order.begin())
      out["previous"] = link(*(at - 1), content.explainers.at(*(at - 1)).title);
    if (at != order.end() && at + 1 != order.end())
      out["next"] = link(*(at + 1), content.explainers.at(*(at + 1)).title);
  }
  return out;
}

}  // namespace groundwork::api
