#pragma once

// JSON values as Python's json module reads them and Python compares them: what BFCL's checker sees.

#include <string>
#include <string_view>

#include "base/json.h"

namespace groundwork::score {

enum class PythonType { kNone, kBool, kInt, kFloat, kStr, kList, kDict };
PythonType python_type(const base::json::value& value);

/// a == b: True equals 1 and 1.0, deep.
bool python_equal(const base::json::value& a, const base::json::value& b);

bool is_empty_string(const base::json::value& value);

/// BFCL's standardize_string: lower case, without blanks and ,./-_*^ and with ' as ".
std::string standard_string(std::string_view text);
/// A string made standard; any other value as it is.
base::json::value standard_value(const base::json::value& value);
/// The characters of a string as standard strings: what an index into it gives.
base::json::array characters_of(std::string_view text);

}  // namespace groundwork::score
