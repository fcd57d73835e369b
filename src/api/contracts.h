#pragma once

#include "base/json.h"

namespace groundwork::api {

/// The contracts of portfolio projects 1 and 2 (suites/contracts) as JSON: what the services under /reference speak.
const base::json::object& search_contract();
const base::json::object& rag_contract();

}  // namespace groundwork::api
