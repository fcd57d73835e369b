#pragma once

// Arguments of calls as Java and JavaScript write them: what BFCL's converters make of their text.

#include <string>
#include <string_view>

#include "base/json.h"

namespace groundwork::score {

/// The value of an argument that stands in a language's syntax; the text itself where it isn't one of that type.
/// @param type    byte, short, integer, float, double, long, boolean, char, String, any, Array, ArrayList, HashMap
/// @param nested  type of the items of Array and ArrayList; empty: each item is what it looks like
/// @source bfcl-eval 2026.3.23, type_convertor/java_type_converter.py, its quirks included: strings in an Array keep
///         their quotes, a comma in a string parts it
/// @deviation letters and digits are ASCII's; an integer beyond 64 bits is a float; a text above kLongestForeign bytes
///            is itself
base::json::value java_value(std::string_view text, std::string_view type, std::string_view nested = "");

/// Likewise of String, integer, float, Bigint, Boolean, dict, array, any. @source js_type_converter.py there
base::json::value javascript_value(std::string_view text, std::string_view type, std::string_view nested = "");

inline constexpr std::size_t kLongestForeign = 16 * 1024;

}  // namespace groundwork::score
