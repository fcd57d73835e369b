#pragma once

// A run as a file for somebody or something else.

#include <filesystem>
#include <string>

#include "base/result.h"
#include "measure/run.h"

namespace groundwork::measure {

/// For a pull request: verdict, metrics, what went wrong.
std::string to_markdown(const Run& run);

/// One test case a threshold and a sample; repeats of a case are cases of their own. A failed call is an <error>, a
/// wrong answer and a missed threshold a <failure>.
/// @param folder  of the run, for its samples
/// @source the JUnit schema of Apache Ant, as GitLab and GitHub's actions read it
base::Result<std::string> to_junit(const Run& run, const std::filesystem::path& folder);

/// Inspect's EvalLog, version 2, as JSON; `inspect view` and inspect_ai.log.read_eval_log read it.
base::Result<std::string> to_evallog(const Run& run, const std::filesystem::path& folder);

/// One page with charts that needs nothing else.
base::Result<std::string> to_html(const Run& run, const std::filesystem::path& folder);

/// Escaped for XML text and attributes; characters that XML can't hold become U+FFFD.
std::string xml_escaped(std::string_view text);

}  // namespace groundwork::measure
