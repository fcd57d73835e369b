#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "measure/dataset.h"
#include "measure/run.h"

namespace groundwork::measure {

/// What a sample of a run was asked, from the suite that the run is of; hidden cases are drawn again by its seed.
/// @param suites  the folder of the suites that come with the program: a run can't name another place
/// @errors kNotFound: no such suite here, or no such case in it; kFailedPrecondition: its dataset is another by now;
///         those of load_suite() and make_service()
base::Result<Case> find_case(const std::filesystem::path& suites, const Run& run, const Sample& sample);

}  // namespace groundwork::measure
