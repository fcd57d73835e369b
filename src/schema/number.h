#pragma once

#include <compare>
#include <cstdint>

#include "base/json.h"

namespace groundwork::schema {

/// A finite number as it is written: (negative ? -1 : 1) * digits * 10^exponent; digits is 0 or no multiple of ten.
struct Decimal {
  bool negative = false;
  std::uint64_t digits = 0;
  int exponent = 0;
};

/// Of a double, the shortest decimal that reads back as it, which is what its author wrote.
Decimal decimal_of(const base::json::value& number);

/// Whether the number has no fraction: 1, 1.0 and 1e300 are integers.
bool is_integer(const base::json::value& value);

/// The order of two numbers without rounding either of them: 9007199254740993 is above 9007199254740992.0.
std::partial_ordering compare_numbers(const base::json::value& a, const base::json::value& b);

/// Whether `value` is a whole multiple of `step` (positive), in decimals: 0.0075 is a multiple of 0.0001. A double
/// stands for the shortest decimal that reads back as it (at most 17 digits), which is what its author wrote.
bool is_multiple(const base::json::value& value, const base::json::value& step);

/// Equal as JSON Schema means it: 1 and 1.0 are the same, members have no order. Recursion goes as deep as the values.
bool equal_json(const base::json::value& a, const base::json::value& b);

/// The same for all values that are equal_json.
std::size_t hash_json(const base::json::value& value);

}  // namespace groundwork::schema
