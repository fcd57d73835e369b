#pragma once

#include <vector>

#include "assess/study.h"
#include "base/json.h"

namespace groundwork::api {

/// One sentence on what the fact records.
std::string fact_summary(const curriculum::Curriculum& content, const ledger::Fact& fact);

/// The facts as Fact of openapi.yaml: with a summary and what each changed. `all` are all facts of the learner, in
/// order; `shown` those to be shown.
base::json::array facts_json(const assess::Standing& standing, const std::vector<ledger::Fact>& all,
                             const std::vector<ledger::Fact>& shown);

}  // namespace groundwork::api
