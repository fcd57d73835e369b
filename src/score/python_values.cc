#include "score/python_values.h"

#include <algorithm>
#include <cmath>

#include "score/python_text.h"
#include "text/unicode.h"

namespace groundwork::score {
namespace {

namespace json = base::json;

bool is_numeric(const json::value& value) { return value.is_number() || value.is_bool(); }

/// An integer of 64 bits and its sign, so that both of Boost.JSON's kinds compare.
__extension__ using Wide = __int128;

Wide wide(const json::value& value) {
  if (value.is_bool()) return value.get_bool() ? 1 : 0;
  return value.is_int64() ? static_cast<Wide>(value.get_int64()) : static_cast<Wide>(value.get_uint64());
}

bool equal_to_double(Wide integer, double number) {
  // Exact, as Python compares; beyond 2^100 no 64-bit integer is equal.
  return std::abs(number) < 0x1p100 && std::trunc(number) == number && static_cast<Wide>(number) == integer;
}

bool numbers_equal(const json::value& a, const json::value& b) {
  if (a.is_double() && b.is_double()) return a.get_double() == b.get_double();
  if (a.is_double()) return equal_to_double(wide(b), a.get_double());
  if (b.is_double()) return equal_to_double(wide(a), b.get_double());
  return wide(a) == wide(b);
}

}  // namespace

PythonType python_type(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return PythonType::kNone;
    case json::kind::bool_:
      return PythonType::kBool;
    case json::kind::int64:
    case json::kind::uint64:
      return PythonType::kInt;
    case json::kind::double_:
      return PythonType::kFloat;
    case json::kind::string:
      return PythonType::kStr;
    case json::kind::array:
      return PythonType::kList;
    case json::kind::object:
      return PythonType::kDict;
  }
  return PythonType::kNone;
}

bool python_equal(const json::value& a, const json::value& b) {
  if (is_numeric(a) && is_numeric(b)) return numbers_equal(a, b);
  if (a.kind() != b.kind()) return false;
  if (a.is_array()) return std::ranges::equal(a.get_array(), b.get_array(), python_equal);
  if (a.is_object()) {
    const json::object& right = b.get_object();
    return a.get_object().size() == right.size() && std::ranges::all_of(a.get_object(), [&](const auto& member) {
             const json::value* other = right.if_contains(member.key());
             return other != nullptr && python_equal(member.value(), *other);
           });
  }
  return a == b;
}

bool is_empty_string(const json::value& value) { return value.is_string() && value.get_string().empty(); }

std::string standard_string(std::string_view text) {
  static constexpr std::string_view kDropped = " ,./-_*^";
  std::string kept;
  kept.reserve(text.size());
  for (const char c : text) {
    if (kDropped.find(c) == std::string_view::npos) kept += c;
  }
  kept = lower(kept);
  std::ranges::replace(kept, '\'', '"');
  return kept;
}

json::value standard_value(const json::value& value) {
  return value.is_string() ? json::value(standard_string(value.get_string())) : value;
}

json::array characters_of(std::string_view text) {
  json::array out;
  for (std::size_t i = 0; i < text.size();) {
    const text::Character one = text::character_at(text, i);
    out.push_back(json::value(standard_string(text.substr(i, one.length))));
    i += one.length;
  }
  return out;
}

}  // namespace groundwork::score
