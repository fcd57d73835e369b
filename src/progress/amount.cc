#include "progress/amount.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace groundwork::progress {
namespace {

/// Three significant digits, as people read them: 0.412, 23.1, 231, 2310.
std::string digits(double value) {
  const double size = std::abs(value);
  const int decimals = size >= 100 || size == 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
  std::array<char, 400> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*f", decimals, value);
  std::string text = buffer.data();
  if (text.find('.') != std::string::npos) {
    while (text.back() == '0') text.pop_back();
    if (text.back() == '.') text.pop_back();
  }
  return text == "-0" ? "0" : text;
}

}  // namespace

std::string shown(double value, const std::string& unit) {
  if (unit == "share") {
    std::array<char, 400> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.1f", value * 100);
    std::string text = buffer.data();
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text + " %";
  }
  if (unit == "USD") return "$" + digits(value);
  if (unit == "count" || unit.empty()) return digits(value);
  return digits(value) + " " + unit;
}

}  // namespace groundwork::progress
