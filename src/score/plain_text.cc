#include "score/plain_text.h"

#include <array>
#include <charconv>

namespace groundwork::score {
namespace {

namespace json = base::json;

void write(const json::value& value, std::string& out) {
  if (value.is_double()) {
    std::array<char, 400> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value.get_double());
    out.append(digits.data(), end.ptr);
  } else if (value.is_array()) {
    const char* between = "[";
    for (const json::value& one : value.get_array()) {
      out += between;
      between = ",";
      write(one, out);
    }
    out += value.get_array().empty() ? "[]" : "]";
  } else if (value.is_object()) {
    const char* between = "{";
    for (const auto& [key, one] : value.get_object()) {
      out += between;
      between = ",";
      out += json::serialize(json::string(key)) + ":";
      write(one, out);
    }
    out += value.get_object().empty() ? "{}" : "}";
  } else {
    out += json::serialize(value);
  }
}

}  // namespace

std::string plain_text(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  std::string out;
  write(value, out);
  return out;
}

}  // namespace groundwork::score
