#pragma once

#include "base/json.h"
#include "portfolio/dashboard.h"

namespace groundwork::portfolio {

// The shapes of openapi.yaml: ProjectState, ProjectMetricState, GateDetail.
base::json::array projects_json(const Evidence& evidence);
/// @errors kNotFound
base::Result<base::json::object> project_json(const Evidence& evidence, const std::string& project);
/// The gate with what is missing, and which run or evidence would prove it. @errors kNotFound
base::Result<base::json::object> gate_detail_json(const Evidence& evidence, const std::string& gate);
base::json::array gates_json(const Evidence& evidence);

/// Records that the project was begun; beginning it twice changes nothing. @errors kNotFound
base::Status start_project(assess::Study& study, const std::string& learner, const std::string& project);

}  // namespace groundwork::portfolio
