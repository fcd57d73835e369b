#include "progress/fraction.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>

namespace groundwork::progress {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kMaxDenominator = 1'000'000;  // of one result: far above the weights of any lab

Wide gcd(Wide a, Wide b) {
  while (b != 0) {
    const Wide rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

Fraction reduced(Wide numerator, Wide denominator) {
  const Wide divisor = std::max<Wide>(gcd(numerator, denominator), 1);
  numerator /= divisor;
  denominator /= divisor;
  constexpr Wide kLimit = std::numeric_limits<std::int64_t>::max();
  if (numerator > kLimit || denominator > kLimit) {
    constexpr Wide kGrid = Wide{1} << 30;
    const Wide whole = numerator / denominator;
    const Wide rest = numerator % denominator;
    // rest < denominator may itself be too wide to multiply: bring both down first, the numerator rounded down.
    const Wide scale = denominator >> 60;
    const Wide part =
        scale > 0 ? (rest / (scale + 1)) * kGrid / (denominator / (scale + 1) + 1) : rest * kGrid / denominator;
    return {static_cast<std::int64_t>(whole * kGrid + part), static_cast<std::int64_t>(kGrid)};
  }
  return {static_cast<std::int64_t>(numerator), static_cast<std::int64_t>(denominator)};
}

}  // namespace

Fraction::Fraction(std::int64_t numerator, std::int64_t denominator) {
  if (denominator <= 0 || numerator <= 0) return;
  const std::int64_t divisor = std::gcd(numerator, denominator);
  numerator_ = numerator / divisor;
  denominator_ = denominator / divisor;
}

bool Fraction::at_least_percent(std::int64_t percent) const {
  return Wide{numerator_} * 100 >= Wide{percent} * denominator_;
}

Fraction Fraction::operator+(const Fraction& other) const {
  if (numerator_ == 0) return other;
  if (other.numerator_ == 0) return *this;
  return reduced(Wide{numerator_} * other.denominator_ + Wide{other.numerator_} * denominator_,
                 Wide{denominator_} * other.denominator_);
}

Fraction Fraction::operator/(std::int64_t divisor) const {
  return divisor <= 0 ? Fraction{} : reduced(Wide{numerator_}, Wide{denominator_} * divisor);
}

bool operator<(const Fraction& a, const Fraction& b) {
  return Wide{a.numerator_} * b.denominator_ < Wide{b.numerator_} * a.denominator_;
}

base::json::object to_json(const Fraction& fraction) {
  return {
      {"numerator", fraction.numerator()}, {"denominator", fraction.denominator()}, {"percent", fraction.percent()}};
}

base::Result<Fraction> fraction_from(const base::json::object& object, std::string_view key, std::string_view path) {
  GW_TRY(const auto* parts, base::get_object(object, key, path));
  const std::string here = std::string(path) + "." + std::string(key);
  GW_TRY(const std::int64_t n, base::get_int(*parts, "n", here));
  GW_TRY(const std::int64_t d, base::get_int(*parts, "d", here));
  if (d < 1 || d > kMaxDenominator || n < 0 || n > d) {
    return base::make_error(base::Code::kInvalidArgument,
                            here + ": expected a fraction from 0 to 1 with a denominator of at most 1000000, found " +
                                std::to_string(n) + "/" + std::to_string(d));
  }
  return Fraction{n, d};
}

base::json::object fact_fraction(const Fraction& fraction) {
  return {{"n", fraction.numerator()}, {"d", fraction.denominator()}};
}

}  // namespace groundwork::progress
