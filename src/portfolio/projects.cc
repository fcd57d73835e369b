#include "portfolio/projects.h"

#include <algorithm>

#include "base/suggest.h"
#include "base/utf8.h"
#include "portfolio/format.h"
#include "progress/explain.h"
#include "progress/state_json.h"

namespace groundwork::portfolio {
namespace {

using base::Result;
using base::json::array;
using base::json::object;
using base::json::value;
using progress::Course;
using progress::kNone;

std::size_t at(int index) { return static_cast<std::size_t>(index); }

array texts(const std::vector<std::string>& list) { return array(list.begin(), list.end()); }

/// The learner's newest fact of that kind that fits, or null.
template <typename Fits>
const ledger::Fact* newest(const Evidence& evidence, std::string_view kind, const Fits& fits) {
  for (auto fact = evidence.facts.rbegin(); fact != evidence.facts.rend(); ++fact) {
    if (fact->kind == kind && fits(fact->data)) return &*fact;
  }
  return nullptr;
}

const ledger::Fact* measurement(const Evidence& evidence, const std::string& project, const std::string& metric) {
  return newest(evidence, "kpi.measured", [&](const object& data) {
    return base::string_or(data, "project") == project && base::string_or(data, "kpi") == metric;
  });
}

/// The command that measures it.
std::string command_of(const std::string& project, const curriculum::ProjectMetric& metric) {
  if (metric.measured_by == "probe") return "groundwork project probe --target URL --every 5s --for 10m";
  if (metric.measured_by == "pipeline") return "groundwork project pipeline --file runs.json";
  if (metric.measured_by == "drill") return "groundwork project drill --target URL --expect-version VERSION";
  return "groundwork project measure " + project + " --target URL";
}

object metric_json(const Evidence& evidence, int index, const curriculum::ProjectMetric& metric) {
  const progress::LearnerState& state = evidence.standing->state;
  const std::string& project = evidence.standing->course->projects[at(index)].id;
  const ledger::Fact* fact = measurement(evidence, project, metric.id);
  const std::vector<progress::Block> blocks = state.blocks(evidence.standing->course->projects[at(index)].phase);
  const bool blocked = std::any_of(blocks.begin(), blocks.end(), [&](const progress::Block& block) {
    return block.project == index && block.kpi == metric.id;
  });
  object out{{"id", metric.id},
             {"title", metric.title},
             {"unit", metric.unit},
             {"comparison", metric.at_least ? "at-least" : "at-most"},
             {"target", metric.target},
             {"target_text", (metric.at_least ? "at least " : "at most ") + shown(metric.target, metric.unit)},
             {"why", metric.why},
             {"measured_by", metric.measured_by},
             {"command", command_of(project, metric)},
             {"value", nullptr},
             {"value_text", nullptr},
             {"low", nullptr},
             {"high", nullptr},
             {"n", nullptr},
             {"run", nullptr},
             {"at", nullptr},
             {"fact", nullptr},
             {"state", "unmeasured"}};
  if (fact == nullptr) return out;
  const double amount = base::number_or(fact->data, "value", 0);
  out["value"] = amount;
  out["value_text"] = shown(amount, metric.unit);
  for (const char* key : {"low", "high", "n", "run"}) {
    if (const value* found = fact->data.if_contains(key)) out[key] = *found;
  }
  out["at"] = base::format_timestamp(fact->at);
  out["fact"] = fact->seq;
  const progress::KpiTrack* last = state.kpi(index, metric.id);
  out["state"] = blocked ? "blocked" : last != nullptr && last->missed ? "missed" : "met";
  return out;
}

object block_json(const Evidence& evidence, const progress::Block& block) {
  const Course& course = *evidence.standing->course;
  const Course::Project& project = course.projects[at(block.project)];
  return {{"rule", "kpi-missed"},
          {"project", project.id},
          {"project_title", project.title},
          {"kpi", block.kpi},
          {"text", block.text},
          {"facts", array{block.fact}},
          {"next", progress::action_json(course, progress::root_cause_action(evidence.standing->state, block))},
          {"what_if",
           "With a complete report the phase goes on where it stood. The gate still waits for a run that meets the "
           "number; measuring again without a report lifts nothing."}};
}

array blocks_json(const Evidence& evidence, int phase, int project) {
  array out;
  for (const progress::Block& block : evidence.standing->state.blocks(phase)) {
    if (project == kNone || block.project == project) out.push_back(block_json(evidence, block));
  }
  return out;
}

array metrics_json(const Evidence& evidence, int project) {
  array out;
  const curriculum::ProjectGuide* guide =
      evidence.standing->content->project(evidence.standing->course->projects[at(project)].id);
  if (guide == nullptr) return out;
  for (const curriculum::ProjectMetric& metric : guide->metrics) out.push_back(metric_json(evidence, project, metric));
  return out;
}

array reports_json(const Evidence& evidence, const std::string& project) {
  array out;
  for (const ledger::Fact& fact : evidence.facts) {
    if (fact.kind != "root-cause.submitted" || base::string_or(fact.data, "project") != project) continue;
    object one{{"fact", fact.seq}, {"at", base::format_timestamp(fact.at)}};
    for (const char* key :
         {"kpi", "measured", "hypothesis", "experiment", "result", "fix", "regression_guard", "runs"}) {
      if (const value* found = fact.data.if_contains(key)) one[key] = *found;
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::string status_of(const Evidence& evidence, int index, bool started) {
  const progress::LearnerState& state = evidence.standing->state;
  const Course::Project& project = evidence.standing->course->projects[at(index)];
  if (!blocks_json(evidence, project.phase, index).empty()) return "blocked";
  if (!project.metrics.empty() && state.numbers_met(index)) return "met";
  const bool measured = std::any_of(project.metrics.begin(), project.metrics.end(),
                                    [&](const std::string& metric) { return state.kpi(index, metric) != nullptr; });
  return measured ? "measured" : started ? "started" : "not-started";
}

object project_object(const Evidence& evidence, const curriculum::Project& project, int index) {
  const Course& course = *evidence.standing->course;
  const int phase = course.projects[at(index)].phase;
  const ledger::Fact* started = newest(evidence, "project.started", [&](const object& data) {
    return base::string_or(data, "project") == project.project_id;
  });
  object out{{"project_id", project.project_id},
             {"title", project.title},
             {"problem", project.problem},
             {"weeks", array(project.weeks.begin(), project.weeks.end())},
             {"stack", texts(project.stack)},
             {"phase_id", course.phases[at(phase)].id},
             {"gate_id", course.phases[at(phase)].gate_id},
             {"status", status_of(evidence, index, started != nullptr)},
             {"started_at", started == nullptr ? value(nullptr) : value(base::format_timestamp(started->at))},
             {"guided", false},
             {"metrics", metrics_json(evidence, index)},
             {"blocks", blocks_json(evidence, phase, index)},
             {"reports", reports_json(evidence, project.project_id)}};
  if (const curriculum::ProjectGuide* guide = evidence.standing->content->project(project.project_id)) {
    array milestones;
    for (const curriculum::Milestone& one : guide->milestones) {
      milestones.push_back(object{{"week", one.week}, {"title", one.title}, {"tasks", texts(one.tasks)}});
    }
    out["guided"] = true;
    out["summary"] = guide->summary;
    out["contract"] = guide->contract;
    out["suite"] = guide->suite;
    out["starter"] = guide->starter;
    out["milestones"] = std::move(milestones);
    out["readme_checklist"] = texts(guide->readme_checklist);
    out["evidence_checklist"] = texts(guide->evidence_checklist);
  }
  return out;
}

object item_json(const Evidence& evidence, int phase, std::size_t item) {
  const Course& course = *evidence.standing->course;
  const Course::Phase& spec = course.phases[at(phase)];
  const progress::LearnerState& state = evidence.standing->state;
  const std::string& text = spec.evidence[item];
  const int project = course.measured_by(phase, item);
  object out{{"item", text}, {"evidence", nullptr}, {"project", nullptr}, {"metrics", array{}}};
  if (project != kNone) {
    out["kind"] = "measured";
    out["satisfied"] = state.numbers_met(project);
    out["project"] = course.projects[at(project)].id;
    out["metrics"] = metrics_json(evidence, project);
    out["command"] = "groundwork project measure " + course.projects[at(project)].id + " --target URL";
    return out;
  }
  out["kind"] = "handed-in";
  out["satisfied"] = state.evidence_fact(phase, text) != 0;
  out["command"] = "groundwork gate evidence add " + spec.gate_id + " --item \"" + text + "\" --link URL";
  const ledger::Fact* fact = newest(evidence, "gate.evidence", [&](const object& data) {
    return base::string_or(data, "gate") == spec.gate_id && base::string_or(data, "item") == text;
  });
  if (fact == nullptr) return out;
  object given{{"fact", fact->seq}, {"at", base::format_timestamp(fact->at)}};
  given["kind"] = base::string_or(fact->data, "kind", "note");
  given["evidence"] = base::string_or(fact->data, "evidence");
  for (const char* key : {"name", "sha256", "bytes"}) {
    if (const value* found = fact->data.if_contains(key)) given[key] = *found;
  }
  out["evidence"] = std::move(given);
  return out;
}

object gate_object(const Evidence& evidence, int phase) {
  const Course& course = *evidence.standing->course;
  const progress::LearnerState& state = evidence.standing->state;
  const Course::Phase& spec = course.phases[at(phase)];
  object out = progress::gate_json(state, phase);
  out["phase_id"] = spec.id;
  out["phase_title"] = spec.title;
  out["title"] = spec.gate_title;
  out["requirement"] = evidence.standing->content->roadmap.phases[at(phase)].gate.requirement;
  array items;
  for (std::size_t i = 0; i < spec.evidence.size(); ++i) items.push_back(item_json(evidence, phase, i));
  out["items"] = std::move(items);
  array modules;
  for (int m : spec.modules) {
    const auto& module = course.modules[at(m)];
    modules.push_back(
        object{{"module_id", module.id}, {"title", module.title}, {"status", progress::to_string(state.status(m))}});
  }
  out["modules"] = std::move(modules);
  out["blocks"] = blocks_json(evidence, phase, kNone);
  const bool open = state.gate_open(phase);
  value opened = nullptr;
  for (const ledger::Fact& fact : evidence.facts) {
    if (open && fact.seq == state.gate_fact(phase)) opened = base::format_timestamp(fact.at);
  }
  out["opened_at"] = std::move(opened);
  out["next"] =
      open ? value(nullptr) : value(progress::action_json(course, progress::gate_action(state, phase, evidence.now)));
  const bool last = at(phase) + 1 == course.phases.size();
  out["what_if"] = open   ? std::string("It stays open whatever a later run shows.")
                   : last ? std::string("With everything above there, the roadmap is complete.")
                          : "With everything above there, " + course.phases[at(phase) + 1].title + " opens.";
  return out;
}

}  // namespace

array projects_json(const Evidence& evidence) {
  array out;
  const auto& projects = evidence.standing->content->roadmap.projects;
  for (const curriculum::Project& project : projects) {
    out.push_back(project_object(evidence, project, evidence.standing->course->project(project.project_id)));
  }
  return out;
}

Result<object> project_json(const Evidence& evidence, const std::string& id) {
  std::vector<std::string> ids;
  for (const curriculum::Project& project : evidence.standing->content->roadmap.projects) {
    if (project.project_id == id) return project_object(evidence, project, evidence.standing->course->project(id));
    ids.push_back(project.project_id);
  }
  return base::make_error(base::Code::kNotFound, "there is no project '" + base::clip(id, 80) + "'" +
                                                     base::did_you_mean(base::clip(id, 80), ids));
}

Result<object> gate_detail_json(const Evidence& evidence, const std::string& gate) {
  const int phase = evidence.standing->course->gate(gate);
  if (phase != kNone) return gate_object(evidence, phase);
  std::vector<std::string> ids;
  for (const Course::Phase& one : evidence.standing->course->phases) ids.push_back(one.gate_id);
  return base::make_error(base::Code::kNotFound, "there is no gate '" + base::clip(gate, 80) + "'" +
                                                     base::did_you_mean(base::clip(gate, 80), ids));
}

array gates_json(const Evidence& evidence) {
  array out;
  for (std::size_t p = 0; p < evidence.standing->course->phases.size(); ++p) {
    out.push_back(gate_object(evidence, static_cast<int>(p)));
  }
  return out;
}

base::Status start_project(assess::Study& study, const std::string& learner, const std::string& project) {
  GW_TRY(const auto standing, study.standing(learner));
  GW_TRY([[maybe_unused]] const curriculum::ProjectGuide* guide, guide_of(*standing->content, project));
  const auto recorded =
      study.record(study.fact(learner, "project.started:" + project, "project.started", object{{"project", project}}));
  if (!recorded.ok()) return recorded.error();
  return {};
}

}  // namespace groundwork::portfolio
