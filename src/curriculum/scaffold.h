#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace groundwork::curriculum {

/// explainer, interview-pack, module, quiz, lab, paper-note, weekly-review, root-cause-report, design-document.
const std::vector<std::string>& scaffold_kinds();

/// Writes a new file (for a lab: a folder) from library/_meta/templates/, with ID, MODULE and TODAY filled in.
/// @return the paths written, relative to `root`
/// @errors kInvalidArgument: unknown kind (with near names) or an id that is not like-this; kAlreadyExists;
///         kNotFound: the template is missing
base::Result<std::vector<std::string>> scaffold(const std::filesystem::path& root, const std::string& kind,
                                                const std::string& id, const std::string& module_id,
                                                std::chrono::sys_days today);

}  // namespace groundwork::curriculum
