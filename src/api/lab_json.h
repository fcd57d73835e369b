#pragma once

#include <vector>

#include "assess/runs.h"
#include "assess/study.h"
#include "base/json.h"

namespace groundwork::api {

// The shapes of Lab, LabAttempt, LabSubmission, Run and TestResult in openapi.yaml.
/// @errors kNotFound, with near names
base::Result<base::json::object> lab_json(assess::Study& study, const assess::Standing& standing,
                                          const std::vector<ledger::Fact>& facts, const std::string& lab_id);
/// @errors kNotFound
base::Result<base::json::object> submission_json(assess::Study& study, const std::vector<ledger::Fact>& facts,
                                                 const std::string& lab_id, const std::string& fact_id);
base::json::object run_json(const curriculum::Curriculum& content, const assess::Run& run);
base::json::array tests_json(const curriculum::Curriculum& content, const assess::LabResult& result);

}  // namespace groundwork::api
