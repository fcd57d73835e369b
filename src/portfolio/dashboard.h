#pragma once

#include <span>

#include "assess/study.h"
#include "base/json.h"
#include "portfolio/kpi_series.h"

namespace groundwork::portfolio {

/// A learner's facts with where they stand.
struct Evidence {
  std::shared_ptr<const assess::Standing> standing;
  std::vector<ledger::Fact> facts;
  base::Timestamp now{};
};
base::Result<Evidence> evidence_of(assess::Study& study, const std::string& learner);

// The shapes of openapi.yaml: KpiDashboard, KpiMovement.
base::json::object dashboard_json(const Evidence& evidence);
/// What moved in the wrong direction in the week that holds `day`, against the last value before it; certain ones
/// first.
base::json::array moved_wrong_json(const Evidence& evidence, std::chrono::sys_days day);

/// A value that only a person can give. Recorded as manual, and shown as such.
/// @param on  the day it is of; nothing: today
/// @errors kNotFound: no such KPI; kFailedPrecondition: it is measured, so nobody types it in; kInvalidArgument: not a
///         number that its unit allows, or a day to come
base::Result<std::int64_t> record_manual(assess::Study& study, const std::string& learner, const std::string& kpi,
                                         double value, const std::optional<std::chrono::sys_days>& on,
                                         const std::string& note);

}  // namespace groundwork::portfolio
