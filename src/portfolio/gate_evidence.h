#pragma once

#include <string>

#include "portfolio/dashboard.h"

namespace groundwork::portfolio {

/// What is handed in for one item of a gate.
struct GateItem {
  std::string gate;
  std::string item;   ///< as the roadmap words it, or a beginning of it that no other item has
  std::string kind;   ///< link, file, commit, run, note
  std::string text;   ///< the URL, the commit, the run or the note
  std::string name;   ///< file: its name
  std::string bytes;  ///< file: its content; kept, under its SHA-256
};

/// Checks and records it.
/// @errors kNotFound: no such gate, item or run; kFailedPrecondition: the item is proved by a project's numbers;
///         kInvalidArgument: not a URL of http(s), not a commit's hash, an empty or too large file
base::Result<std::int64_t> add_evidence(assess::Study& study, const std::string& learner, const GateItem& item);

/// The gate, what is there and what is missing, as one HTML page without scripts, which prints well.
/// @param gate  the shape GateDetail
std::string gate_report_html(const base::json::object& gate, const std::string& learner, base::Timestamp now);

}  // namespace groundwork::portfolio
