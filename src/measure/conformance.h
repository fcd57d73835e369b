#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace groundwork::measure {

/// One thing that a contract asks for, and what a service did.
struct ConformanceCheck {
  std::string name;  ///< "filters-hold"
  std::string rule;  ///< what the contract says
  bool kept = false;
  std::string found;  ///< what the service did instead, with the request; empty when the rule is kept
};

struct ConformanceOptions {
  std::string target;  ///< base URL, already checked by check_target()
  std::filesystem::path contracts;
  std::chrono::milliseconds call_deadline{10'000};
  std::stop_token stop;
};

/// Tries a service of the contract `search` rule by rule, with a few documents of its own (ids that start with
/// "conformance-"). Quality is not looked at.
/// @errors kNotFound, kInvalidArgument: the contract's file; kCancelled. A service that doesn't answer breaks rules.
base::Result<std::vector<ConformanceCheck>> check_search_contract(const ConformanceOptions& options);

base::json::object to_json(const ConformanceCheck& check);

}  // namespace groundwork::measure
