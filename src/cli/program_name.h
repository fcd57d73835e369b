#pragma once

#include <string>

#include "api/platform.h"

namespace groundwork::cli {

/// "groundwork 0.1.0": what results and reports say made them.
inline std::string program_name() { return "groundwork " + std::string(api::kVersion); }

}  // namespace groundwork::cli
