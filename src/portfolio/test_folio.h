#pragma once

#include <gtest/gtest.h>

#include "assess/testing.h"
#include "base/file.h"
#include "base/source_dir.h"
#include "portfolio/dashboard.h"
#include "portfolio/run_import.h"

namespace groundwork::portfolio {

/// The small library with the real KPI catalogue and one project: precision at least 0.2 by its suite, p95 at most 200
/// ms by a bench.
class Folio : public testing::Test {
 protected:
  Folio() {
    const std::filesystem::path library = world_.folder() / "library";
    copy("library/kpis.yaml");
    copy("library/prices.yaml");
    write(
        library / "projects/project-1.yaml",
        "project_id: project-1\nsummary: s\nsuite: search\nbench_profile: search\nstarter: library\nmetrics:\n"
        "- {id: precision-at-10, title: precision, unit: share, comparison: at-least, target: 0.2, measured_by: suite, "
        "from: [\"precision@10\"], kpi: retrieval-precision, why: w}\n"
        "- {id: p95-latency, title: p95, unit: ms, comparison: at-most, target: 200, measured_by: bench, from: "
        "[p95_ms], kpi: p95-latency, why: w}\n"
        "milestones: [{week: 7, title: t, tasks: [a]}]\nreadme_checklist: [a]\nevidence_checklist: [a]\n");
    world_.study().library().reload_if_changed();
    for (const auto& problem : world_.study().library().problems()) ADD_FAILURE() << problem.text();
  }

  static void write(const std::filesystem::path& file, const std::string& text) {
    ASSERT_TRUE(base::create_folders(file.parent_path()).ok());
    ASSERT_TRUE(base::write_file_atomically(file, text).ok());
  }
  void copy(const std::string& file) {
    write(world_.folder() / file, base::read_file(std::filesystem::path(base::source_dir()) / file).value());
  }

  static base::json::value run(const std::string& id, const std::string& kind, const std::string& metrics) {
    return base::parse_json(
               R"({"id":")" + id + R"(","kind":")" + kind + R"(","state":"finished","suite":{"name":"search",)" +
               R"("version":"1","dataset_sha256":"d1"},"target":"http://127.0.0.1:1","metrics":{)" + metrics + "}}")
        .value();
  }
  base::Result<Imported> import(const base::json::value& run, const std::string& project = "project-1") {
    return import_run(world_.study(), world_.folder(), "me", project, run);
  }
  Imported bench(const std::string& id, double p95) {
    return import(run(id, "bench", R"("p95_ms":{"value":)" + std::to_string(p95) + R"(,"n":500,"unit":"ms"})")).value();
  }
  Evidence evidence() { return evidence_of(world_.study(), "me").value(); }

  assess::TestWorld world_;
};

}  // namespace groundwork::portfolio
