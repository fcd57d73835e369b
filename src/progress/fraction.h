#pragma once

#include <cstdint>

#include "base/json.h"
#include "base/result.h"

namespace groundwork::progress {

/// An exact score of at least 0: 79.5 % is below 80 %, whatever it would round to. Always in lowest terms, denominator
/// at least 1. A sum whose denominator would not fit in 63 bits is rounded down to a multiple of 1 / 2^30, so that
/// rounding never passes anybody.
class Fraction {
 public:
  constexpr Fraction() = default;
  /// Denominator 0 makes zero: nothing possible, nothing earned. Negative parts count as 0.
  Fraction(std::int64_t numerator, std::int64_t denominator);

  std::int64_t numerator() const { return numerator_; }
  std::int64_t denominator() const { return denominator_; }
  double percent() const { return 100.0 * static_cast<double>(numerator_) / static_cast<double>(denominator_); }
  /// Exactly, without rounding.
  bool at_least_percent(std::int64_t percent) const;
  bool is_one() const { return numerator_ == denominator_; }

  Fraction operator+(const Fraction& other) const;
  Fraction operator/(std::int64_t divisor) const;
  friend bool operator==(const Fraction&, const Fraction&) = default;
  friend bool operator<(const Fraction& a, const Fraction& b);

 private:
  std::int64_t numerator_ = 0;
  std::int64_t denominator_ = 1;
};

/// {"numerator", "denominator", "percent"}
base::json::object to_json(const Fraction& fraction);
/// Reads {"n", "d"} as facts hold it. @errors kInvalidArgument: not 0 <= n <= d, or d is not 1..1,000,000.
base::Result<Fraction> fraction_from(const base::json::object& object, std::string_view key, std::string_view path);
/// {"n", "d"}
base::json::object fact_fraction(const Fraction& fraction);

}  // namespace groundwork::progress
