#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "measure/run.h"

namespace groundwork::measure {

/// A run as one file: JSON lines, the first of which is {"groundwork_run": run.json}, the others its samples.
/// @errors those of RunStore::load; of writing
base::Status export_run(const RunStore& store, const std::string& id, const std::filesystem::path& file);

/// Takes such a file into the store, under the run's own id.
/// @errors kInvalidArgument: not such a file, with the line; kDataLoss: its samples are not those that the run was
///         finished with; kAlreadyExists: a run of this id is there
base::Result<Run> import_run(const RunStore& store, const std::filesystem::path& file);

}  // namespace groundwork::measure
