#pragma once

#include <string>

#include "base/result.h"
#include "curriculum/curriculum.h"
#include "progress/amount.h"

namespace groundwork::portfolio {

using progress::shown;

/// The project's guide. @errors kNotFound: with near names, or that the project has no guide
base::Result<const curriculum::ProjectGuide*> guide_of(const curriculum::Curriculum& content,
                                                       const std::string& project);
/// @errors kNotFound: with near names
base::Result<const curriculum::Kpi*> kpi_of(const curriculum::Curriculum& content, const std::string& id);

}  // namespace groundwork::portfolio
