#include "schema/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <functional>
#include <string_view>

namespace groundwork::schema {
namespace {

namespace json = base::json;

Decimal reduced(bool negative, std::uint64_t digits, int exponent) {
  while (digits != 0 && digits % 10 == 0) {
    digits /= 10;
    ++exponent;
  }
  return {negative, digits, digits == 0 ? 0 : exponent};
}

std::uint64_t multiplied(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>(Wide{a} * b % modulus);
}

/// 10^exponent modulo `modulus`.
std::uint64_t power_of_ten(int exponent, std::uint64_t modulus) {
  std::uint64_t result = 1 % modulus;
  std::uint64_t square = 10 % modulus;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) result = multiplied(result, square, modulus);
    square = multiplied(square, square, modulus);
  }
  return result;
}

std::partial_ordering compare_with_integer(double a, std::int64_t b) {
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (a >= kTwoTo63) return std::partial_ordering::greater;
  if (a < -kTwoTo63) return std::partial_ordering::less;
  const double whole = std::floor(a);
  const auto low = static_cast<std::int64_t>(whole);
  if (low != b) return low <=> b;
  return a > whole ? std::partial_ordering::greater : std::partial_ordering::equivalent;
}

std::partial_ordering compare_with_integer(double a, std::uint64_t b) {
  constexpr double kTwoTo64 = 18446744073709551616.0;
  if (a >= kTwoTo64) return std::partial_ordering::greater;
  if (a < 0) return std::partial_ordering::less;
  const double whole = std::floor(a);
  const auto low = static_cast<std::uint64_t>(whole);
  if (low != b) return low <=> b;
  return a > whole ? std::partial_ordering::greater : std::partial_ordering::equivalent;
}

std::partial_ordering reversed(std::partial_ordering order) {
  if (order == std::partial_ordering::less) return std::partial_ordering::greater;
  return order == std::partial_ordering::greater ? std::partial_ordering::less : order;
}

std::size_t mixed(std::size_t a, std::size_t b) { return (a ^ (b + 0x9e3779b97f4a7c15ULL + (a << 6) + (a >> 2))); }

}  // namespace

Decimal decimal_of(const json::value& number) {
  if (const auto* whole = number.if_uint64()) return reduced(false, *whole, 0);
  if (const auto* whole = number.if_int64()) {
    const auto bits = static_cast<std::uint64_t>(*whole);
    return reduced(*whole < 0, *whole < 0 ? std::uint64_t{0} - bits : bits, 0);
  }
  std::array<char, 40> text{};
  const double size = std::fabs(number.get_double());
  const auto end = std::to_chars(text.data(), text.data() + text.size(), size, std::chars_format::scientific).ptr;
  std::uint64_t digits = 0;
  int shift = 0;
  const char* at = text.data();
  for (bool fraction = false; at < end && *at != 'e'; ++at) {
    if (*at == '.') {
      fraction = true;
      continue;
    }
    digits = digits * 10 + static_cast<std::uint64_t>(*at - '0');
    if (fraction) --shift;
  }
  int written = 0;
  if (at < end) {
    if (*++at == '+') ++at;
    std::from_chars(at, end, written);
  }
  return reduced(number.get_double() < 0, digits, shift + written);
}

bool is_integer(const json::value& value) {
  if (value.is_int64() || value.is_uint64()) return true;
  return value.is_double() && std::floor(value.get_double()) == value.get_double();
}

std::partial_ordering compare_numbers(const json::value& a, const json::value& b) {
  if (b.is_double()) {
    if (a.is_double()) return a.get_double() <=> b.get_double();
    return reversed(compare_numbers(b, a));
  }
  if (a.is_double()) {
    return b.is_int64() ? compare_with_integer(a.get_double(), b.get_int64())
                        : compare_with_integer(a.get_double(), b.get_uint64());
  }
  if (a.is_int64() && b.is_int64()) return a.get_int64() <=> b.get_int64();
  if (a.is_uint64() && b.is_uint64()) return a.get_uint64() <=> b.get_uint64();
  if (a.is_uint64()) return reversed(compare_numbers(b, a));
  if (a.get_int64() < 0) return std::partial_ordering::less;
  return static_cast<std::uint64_t>(a.get_int64()) <=> b.get_uint64();
}

bool is_multiple(const json::value& value, const json::value& step) {
  const Decimal a = decimal_of(value);
  const Decimal b = decimal_of(step);
  if (a.digits == 0) return true;
  if (b.digits == 0) return false;
  const int shift = a.exponent - b.exponent;
  if (shift >= 0) return multiplied(a.digits % b.digits, power_of_ten(shift, b.digits), b.digits) == 0;
  return false;  // a's last digit stands further right than b's, and it isn't zero
}

bool equal_json(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) return compare_numbers(a, b) == std::partial_ordering::equivalent;
  if (a.is_array() && b.is_array()) {
    return std::equal(a.get_array().begin(), a.get_array().end(), b.get_array().begin(), b.get_array().end(),
                      equal_json);
  }
  if (a.is_object() && b.is_object()) {
    if (a.get_object().size() != b.get_object().size()) return false;
    return std::all_of(a.get_object().begin(), a.get_object().end(), [&](const auto& member) {
      const json::value* other = b.get_object().if_contains(member.key());
      return other != nullptr && equal_json(member.value(), *other);
    });
  }
  return a == b;
}

std::size_t hash_json(const json::value& value) {
  if (value.is_number()) return std::hash<double>()(value.to_number<double>());
  if (const auto* text = value.if_string()) return std::hash<std::string_view>()({text->data(), text->size()});
  std::size_t hash = static_cast<std::size_t>(value.kind());
  if (const auto* array = value.if_array()) {
    for (const json::value& one : *array) hash = mixed(hash, hash_json(one));
  }
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {  // summed, because members have no order
      hash +=
          mixed(std::hash<std::string_view>()({member.key().data(), member.key().size()}), hash_json(member.value()));
    }
  }
  if (const bool* flag = value.if_bool()) hash = mixed(hash, *flag ? 1 : 0);
  return hash;
}

}  // namespace groundwork::schema
