#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "measure/metric.h"

namespace groundwork::measure {

/// Whether an assertion of promptfoo's can be judged here: its type, with or without `not-`.
bool is_known_assertion(std::string_view type);

/// The models that it can't be judged without.
std::vector<score::Need> needs_of_assertion(std::string_view type);

/// Whether an assertion holds, and what a model did to tell.
struct Held {
  bool holds = false;
  std::optional<Judgement> judgement = std::nullopt;
};

/// Whether the answer is as the assertion {type, value, threshold} says. An assertion that can't be read doesn't hold,
/// and neither does one that the model gave no verdict on, with `not-` before it or without.
/// @param question  what was asked, for the judge
/// @param services  what needs_of_assertion names
Held holds(const base::json::object& assertion, const Answer& answer, const std::string& question = "",
           const score::Services& services = {});

/// 1 when every assertion of the case's `assert` holds, else 0. Those that need no model come first; the first that
/// doesn't hold ends it.
/// @param services  what the assertions need; judge_name and embedder say whether they need any
Metric assertions_metric(const score::Services& services = {});

}  // namespace groundwork::measure
