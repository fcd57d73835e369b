#pragma once

#include <string>

#include "curriculum/curriculum.h"

namespace groundwork::curriculum {

/// The text of library/_meta/index.md: a table of contents of everything, generated from the content.
std::string index_of(const Curriculum& curriculum);

}  // namespace groundwork::curriculum
