#pragma once

#include <chrono>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace groundwork::measure {

/// One thing that a contract asks for, and what a service did.
struct ConformanceCheck {
  std::string name;  ///< "filters-hold"
  std::string rule;  ///< what the contract says, and so what was expected
  std::string why;   ///< what goes wrong for those who rely on it
  bool kept = false;
  std::string found;  ///< what the service did instead, with the request; empty when the rule is kept
};

struct ConformanceOptions {
  std::string target;  ///< base URL, already checked by check_target()
  std::filesystem::path contracts;
  std::string model;  ///< chat: asked for; empty: the first that the service lists
  std::chrono::milliseconds call_deadline{10'000};
  std::stop_token stop;
};

/// "search", "rag", "tools", "chat"
std::vector<std::string> checked_contracts();

/// Tries a service rule by rule: of search and rag with a few documents of its own (ids that start with
/// "conformance-"), which may be below the target's /reference too. Quality is not looked at. A service that doesn't
/// answer breaks rules, and is not asked for ever: after a few calls without an answer the rest is broken untried.
/// @errors kInvalidArgument: no such contract, with near names; kNotFound: the contract's file; kCancelled
base::Result<std::vector<ConformanceCheck>> check_contract(std::string_view contract,
                                                           const ConformanceOptions& options);

base::json::object to_json(const ConformanceCheck& check);

}  // namespace groundwork::measure
