#pragma once

#include <string>

namespace groundwork::progress {

/// A value with its unit, for people, with three significant digits: "41.2 %" of a share, "231 ms", "$0.42".
std::string shown(double value, const std::string& unit);

}  // namespace groundwork::progress
