#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "curriculum/curriculum.h"
#include "schema/document.h"

namespace groundwork::curriculum {

/// What was read, and everything that was wrong with it. A file with a problem is left out of `curriculum` as a whole.
struct Loaded {
  Curriculum curriculum;
  std::vector<schema::Problem> problems;
};

/// Reads library/ and labs/ below `root`: each file against its schema, then what the files say of each other: ids
/// unique, references resolvable, prerequisites without a cycle. Reads files, runs nothing.
Loaded load(const std::filesystem::path& root);

/// One lab alone, for feedback that must be quick. What it says of modules and concepts is not looked at.
/// @errors kNotFound: with near names; kInvalidArgument: the first problem of its files
base::Result<Lab> load_lab(const std::filesystem::path& root, const std::string& id);

}  // namespace groundwork::curriculum
