#include "curriculum/projects.h"

namespace groundwork::curriculum {
namespace {

using base::string_or;
using base::json::object;
using base::json::value;

std::vector<std::string> texts(const object& from, std::string_view key) {
  std::vector<std::string> out;
  if (const value* list = from.if_contains(key)) {
    for (const value& one : list->as_array()) out.emplace_back(one.as_string());
  }
  return out;
}

}  // namespace

std::string_view to_string(MeasuredBy by) {
  switch (by) {
    case MeasuredBy::kRun:
      return "run";
    case MeasuredBy::kFacts:
      return "facts";
    case MeasuredBy::kManual:
      break;
  }
  return "manual";
}

std::vector<Kpi> kpis_from(const object& document) {
  std::vector<Kpi> out;
  for (const value& one : document.at("kpis").as_array()) {
    const object& o = one.as_object();
    Kpi kpi;
    kpi.id = string_or(o, "id");
    kpi.group = string_or(o, "group");
    kpi.title = string_or(o, "title");
    kpi.definition = string_or(o, "definition");
    kpi.unit = string_or(o, "unit");
    kpi.higher_is_better = string_or(o, "better") == "higher";
    if (o.contains("target")) kpi.target = base::number_or(o, "target", 0);
    const std::string by = string_or(o, "measured_by");
    kpi.measured_by = by == "run" ? MeasuredBy::kRun : by == "facts" ? MeasuredBy::kFacts : MeasuredBy::kManual;
    kpi.projects = texts(o, "projects");
    if (const value* figures = o.if_contains("figures")) {
      for (const value& figure : figures->as_array()) {
        const object& f = figure.as_object();
        kpi.figures.push_back({string_or(f, "id"), string_or(f, "title"), texts(f, "metrics")});
      }
    } else {
      kpi.figures.push_back({kpi.id, "", texts(o, "metrics")});
    }
    out.push_back(std::move(kpi));
  }
  return out;
}

ProjectGuide guide_from(const object& o) {
  ProjectGuide out;
  out.project_id = string_or(o, "project_id");
  out.summary = string_or(o, "summary");
  while (!out.summary.empty() && out.summary.back() == '\n') out.summary.pop_back();
  out.contract = string_or(o, "contract");
  out.suite = string_or(o, "suite");
  out.bench_profile = string_or(o, "bench_profile");
  out.starter = string_or(o, "starter");
  for (const value& one : o.at("metrics").as_array()) {
    const object& m = one.as_object();
    out.metrics.push_back({string_or(m, "id"), string_or(m, "title"), string_or(m, "unit"),
                           string_or(m, "comparison") == "at-least", base::number_or(m, "target", 0),
                           string_or(m, "measured_by"), texts(m, "from"), string_or(m, "kpi"), string_or(m, "why")});
  }
  for (const value& one : o.at("milestones").as_array()) {
    const object& m = one.as_object();
    out.milestones.push_back({static_cast<int>(base::int_or(m, "week", 1)), string_or(m, "title"), texts(m, "tasks")});
  }
  out.readme_checklist = texts(o, "readme_checklist");
  out.evidence_checklist = texts(o, "evidence_checklist");
  return out;
}

PriceTable prices_from(const object& o) {
  PriceTable out;
  out.as_of = string_or(o, "as_of");
  out.currency = string_or(o, "currency");
  for (const value& one : o.at("models").as_array()) {
    const object& m = one.as_object();
    out.models.push_back({string_or(m, "model"), base::number_or(m, "input_per_million", 0),
                          base::number_or(m, "output_per_million", 0), string_or(m, "source")});
  }
  return out;
}

}  // namespace groundwork::curriculum
