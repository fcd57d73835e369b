#pragma once

// What is measured: the KPI catalogue, the projects as guided work, and what tokens cost. Values of library/kpis.yaml,
// library/projects/*.yaml and library/prices.yaml.

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"

namespace groundwork::curriculum {

enum class MeasuredBy { kRun, kFacts, kManual };
std::string_view to_string(MeasuredBy by);

/// One number of a KPI. Most KPIs have one, with the KPI's own id; latency has p95 and p50.
struct Figure {
  std::string id;
  std::string title;                 ///< "p95"; empty when the KPI has one figure
  std::vector<std::string> metrics;  ///< names under which a run reports it
};

struct Kpi {
  std::string id;
  std::string group;
  std::string title;
  std::string definition;
  std::string unit;  ///< share, ms, s, requests/s, tokens, count, USD, points
  bool higher_is_better = true;
  std::optional<double> target;
  MeasuredBy measured_by = MeasuredBy::kRun;
  std::vector<std::string> projects;
  std::vector<Figure> figures;  ///< never empty; the first is the one that is judged
};

struct ProjectMetric {
  std::string id;
  std::string title;
  std::string unit;
  bool at_least = true;
  double target = 0;
  std::string measured_by;        ///< suite, bench, probe, pipeline, drill
  std::vector<std::string> from;  ///< names under which a run reports it, the preferred one first
  std::string kpi;                ///< figure of the catalogue that it is; empty: none
  std::string why;                ///< why this target
};
struct Milestone {
  int week = 1;
  std::string title;
  std::vector<std::string> tasks;
};
struct ProjectGuide {
  std::string project_id;
  std::string summary;
  std::string contract;  ///< file of the content folder; empty: none
  std::string suite;
  std::string bench_profile;  ///< empty: none
  std::string starter;        ///< folder of the content folder
  std::vector<ProjectMetric> metrics;
  std::vector<Milestone> milestones;
  std::vector<std::string> readme_checklist;
  std::vector<std::string> evidence_checklist;
};

struct Price {
  std::string model;
  double input_per_million = 0;
  double output_per_million = 0;
  std::string source;
};
struct PriceTable {
  std::string as_of;  ///< the day the prices were read
  std::string currency = "USD";
  std::vector<Price> models;
};

// Each takes an object that is valid against its schema in library/_meta/schema.
std::vector<Kpi> kpis_from(const base::json::object& document);
ProjectGuide guide_from(const base::json::object& document);
PriceTable prices_from(const base::json::object& document);

}  // namespace groundwork::curriculum
