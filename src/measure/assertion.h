#pragma once

#include <string_view>

#include "base/json.h"
#include "measure/metric.h"

namespace groundwork::measure {

/// Whether an assertion of promptfoo's can be judged here: its type, with or without `not-`.
bool is_known_assertion(std::string_view type);

/// Whether the answer is as the assertion {type, value, threshold} says. An assertion that can't be read doesn't hold.
bool holds(const base::json::object& assertion, const Answer& answer);

/// 1 when every assertion of the case's `assert` holds, else 0.
Metric assertions_metric();

}  // namespace groundwork::measure
