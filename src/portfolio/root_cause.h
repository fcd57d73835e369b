#pragma once

#include <string>
#include <vector>

#include "portfolio/dashboard.h"

namespace groundwork::portfolio {

/// One part of a root-cause report, in the order they are written.
struct ReportPart {
  std::string_view id;  ///< the field of the fact, "hypothesis"
  std::string_view title;
  std::string_view hint;
};
const std::vector<ReportPart>& report_parts();
/// A part says something from this many characters on, in at least so many different words.
constexpr std::size_t kLeastCharacters = 80;
constexpr std::size_t kLeastWords = 10;

struct Report {
  std::string project;
  std::string kpi;
  std::vector<std::string> parts;  ///< as report_parts()
  std::vector<std::string> runs;
};

/// What is wrong with the report, all of it, each in a sentence; empty: nothing. Every part has to be substantial and
/// its own, and one of the cited runs has to be one that measured this KPI of this project; the others have to be
/// known.
std::vector<std::string> problems_of(const Report& report, const Evidence& evidence);

/// Records it. @errors kNotFound: no such project; kFailedPrecondition: what problems_of says, or nothing waits for it
base::Result<std::int64_t> submit_report(assess::Study& study, const std::string& learner, const Report& report);

/// The form: what was measured, the runs that may be cited, and the parts. The shape ReportForm of openapi.yaml.
/// @param kpi  empty: the one that blocks, or the last that was missed
/// @errors kNotFound: no such project, or it has no such KPI
base::Result<base::json::object> report_form_json(const Evidence& evidence, const std::string& project,
                                                  const std::string& kpi);

/// The form as Markdown to fill in, and back. The file names project and KPI in its front matter.
std::string report_template(const base::json::object& form);
/// @errors kInvalidArgument: no front matter, or a heading is missing; says which
base::Result<Report> report_from_markdown(std::string_view text, const std::string& file);

}  // namespace groundwork::portfolio
