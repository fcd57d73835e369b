#include "model/number_grammar.h"

#include <algorithm>
#include <string>
#include <utility>

#include "schema/number.h"

namespace groundwork::model {
namespace {

__extension__ using Wide = __int128;

constexpr int kMaxDigits = 15;  // a double holds them exactly
constexpr int kMaxMultiples = 256;
constexpr int kLargestFraction = 100'000'000;
const std::vector<schema::CodeRange> kDigit = {{'0', '9'}};
const std::vector<schema::CodeRange> kFirstDigit = {{'1', '9'}};

Wide power(int exponent) {
  Wide out = 1;
  for (; exponent > 0; --exponent) out *= 10;
  return out;
}

std::string digits_of(Wide number) {
  std::string out;
  do {
    out += static_cast<char>('0' + static_cast<int>(number % 10));
    number /= 10;
  } while (number > 0);
  std::reverse(out.begin(), out.end());
  return out;
}

Wide floor_divided(Wide a, Wide b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }
Wide ceiling_divided(Wide a, Wide b) { return -floor_divided(-a, b); }

constexpr Wide kFar = Wide{1'000'000'000'000'000'000} * 1'000'000'000'000'000'000;  // beyond all that is written

/// number * 10^places rounded down, and whether that was exact.
std::pair<Wide, bool> scaled(const base::json::value& number, int places) {
  const schema::Decimal decimal = schema::decimal_of(number);
  const int exponent = decimal.exponent + places;
  Wide size = decimal.digits;
  bool exact = true;
  if (size != 0 && exponent > 16) {
    size = kFar;
  } else if (exponent >= 0) {
    size *= power(exponent);
  } else if (exponent < -20) {
    exact = size == 0;
    size = 0;
  } else {
    exact = size % power(-exponent) == 0;
    size /= power(-exponent);
  }
  if (!decimal.negative) return {size, exact};
  return {exact ? -size : -size - 1, exact};
}

int places_of(const base::json::value& number) { return std::max(0, -schema::decimal_of(number).exponent); }

/// Digits [at, end) of any value, with the point `places` from the end.
void any_digits(std::vector<Expression>& out, std::size_t at, std::size_t end, std::size_t point) {
  if (at < point) {
    out.push_back(
        repeat(set(kDigit), static_cast<int>(std::min(point, end) - at), static_cast<int>(std::min(point, end) - at)));
    at = std::min(point, end);
  }
  if (at >= end) return;
  if (at == point) out.push_back(text("."));
  out.push_back(repeat(set(kDigit), static_cast<int>(end - at), static_cast<int>(end - at)));
}

/// Numbers of equal width between `low` and `high`, from digit `at` on. `point` is the index that the '.' stands
/// before; beyond the end: none.
Expression between(const std::string& low, const std::string& high, std::size_t at, std::size_t point) {
  std::vector<Expression> front;
  for (; at < low.size() && low[at] == high[at]; ++at) {
    front.push_back(text((at == point ? "." : "") + std::string(1, low[at])));
  }
  if (at == low.size()) return sequence(std::move(front));
  const bool low_open = low.find_first_not_of('0', at + 1) == std::string::npos;
  const bool high_open = high.find_first_not_of('9', at + 1) == std::string::npos;
  const char first = low_open ? low[at] : static_cast<char>(low[at] + 1);
  const char last = high_open ? high[at] : static_cast<char>(high[at] - 1);
  const std::string dot = at == point ? "." : "";
  std::vector<Expression> ways;
  if (!low_open) {
    const std::string nines = low.substr(0, at + 1) + std::string(low.size() - at - 1, '9');
    ways.push_back(sequence({text(dot + low[at]), between(low, nines, at + 1, point)}));
  }
  if (first <= last) {
    std::vector<Expression> way;
    if (!dot.empty()) way.push_back(text(dot));
    way.push_back(set({{static_cast<char32_t>(first), static_cast<char32_t>(last)}}));
    any_digits(way, at + 1, low.size(), point);
    ways.push_back(sequence(std::move(way)));
  }
  if (!high_open) {
    const std::string zeros = high.substr(0, at + 1) + std::string(high.size() - at - 1, '0');
    ways.push_back(sequence({text(dot + high[at]), between(zeros, high, at + 1, point)}));
  }
  front.push_back(choice(std::move(ways)));
  return sequence(std::move(front));
}

/// Whole numbers low..high (not negative) divided by 10^places, written with all their places.
Expression positive_range(Wide low, Wide high, int places) {
  std::vector<Expression> ways;
  const auto least_width = static_cast<std::size_t>(places) + 1;
  int run_first = 0;  // widths whose numbers are all in the range: [1-9] [0-9]{first,last}
  int run_last = -1;
  const std::size_t widest = std::max(digits_of(high).size(), least_width);
  for (std::size_t width = std::max(digits_of(low).size(), least_width); width <= widest && low <= high; ++width) {
    const Wide start = width == least_width ? 0 : power(static_cast<int>(width) - 1);
    const Wide end = power(static_cast<int>(width)) - 1;
    const Wide from = std::max(low, start);
    const Wide to = std::min(high, end);
    if (from > to) continue;
    if (places == 0 && to == end && (from == start || (width == 1 && from == 1))) {
      if (from == 0) ways.push_back(text("0"));
      if (run_last < 0) run_first = static_cast<int>(width) - 1;
      run_last = static_cast<int>(width) - 1;
      continue;
    }
    const auto padded = [width](Wide number) {
      const std::string digits = digits_of(number);
      return std::string(width - digits.size(), '0') + digits;
    };
    ways.push_back(
        between(padded(from), padded(to), 0, places == 0 ? width : width - static_cast<std::size_t>(places)));
  }
  if (run_last >= 0) ways.push_back(sequence({set(kFirstDigit), repeat(set(kDigit), run_first, run_last)}));
  return choice(std::move(ways));
}

/// The same for any sign; `body` makes the digits of a range that is not negative.
template <typename Body>
Expression signed_range(Wide low, Wide high, Body body) {
  std::vector<Expression> ways;
  if (high >= 0 && low <= high) ways.push_back(body(std::max<Wide>(low, 0), high));
  if (low < 0 && low <= high) {
    Expression size = body(std::max<Wide>(1, -high), -low);
    if (!is_nothing(size)) ways.push_back(sequence({text("-"), std::move(size)}));
  }
  return choice(std::move(ways));
}

std::string decimal_text(Wide number, int places) {
  std::string digits = digits_of(number);
  if (places == 0) return digits;
  const auto least = static_cast<std::size_t>(places) + 1;
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  digits.insert(digits.size() - static_cast<std::size_t>(places), ".");
  return digits;
}

/// Multiples of `step` in low..high (not negative), each as its own text when its last digits don't repeat.
Expression positive_multiples(Wide low, Wide high, Wide step, int places) {
  for (int tail = std::max(places, 1); tail <= std::max(places, 3); ++tail) {
    const Wide cycle = power(tail);
    if (cycle % step != 0 || cycle / step > kMaxMultiples) continue;
    const Wide first = ceiling_divided(low, cycle);
    const Wide last = floor_divided(high + 1, cycle) - 1;  // whole cycles inside the range
    if (first > last) continue;
    std::vector<Expression> ends;
    for (Wide end = 0; end < cycle; end += step) {
      std::string digits = digits_of(end);
      digits.insert(0, static_cast<std::size_t>(tail) - digits.size(), '0');
      if (places > 0) digits.insert(digits.size() - static_cast<std::size_t>(places), ".");
      ends.push_back(text(digits));
    }
    std::vector<Expression> ways;
    if (tail == places) {
      ways.push_back(sequence({positive_range(first, last, 0), choice(std::move(ends))}));
    } else if (last >= 1) {
      ways.push_back(sequence({positive_range(std::max<Wide>(first, 1), last, 0), choice(std::move(ends))}));
    }
    const Wide rest = std::min(high, std::max<Wide>(first, 1) * cycle - 1);
    for (Wide one = ceiling_divided(low, step) * step; tail != places && one <= rest; one += step) {
      ways.push_back(text(decimal_text(one, places)));
    }
    return choice(std::move(ways));
  }
  std::vector<Expression> ways;
  Wide one = ceiling_divided(low, step) * step;
  for (int i = 0; i < kMaxMultiples && one <= high; ++i, one += step) ways.push_back(text(decimal_text(one, places)));
  return choice(std::move(ways));
}

class Writer {
 public:
  explicit Writer(const NumberRange& range) : range_(range) {}

  Expression write() {
    if (!range_.steps.empty()) return multiples();
    if (!range_.fraction) return whole();
    if (range_.whole && range_.lower.empty() && range_.upper.empty()) return any();
    int places = 3;
    for (const auto* bounds : {&range_.lower, &range_.upper}) {
      for (const NumberRange::Bound& bound : *bounds) places = std::max(places, places_of(*bound.at));
    }
    return fractions(std::min(places, 12));
  }

 private:
  /// The bounds times 10^places; `open` where there is none.
  std::pair<Wide, Wide> limits(int places, Wide open) const {
    Wide low = -kFar;
    Wide high = kFar;
    for (const auto& bound : range_.lower) {
      const auto [floor, exact] = scaled(*bound.at, places);
      low = std::max(low, exact && !bound.strict ? floor : floor + 1);
    }
    for (const auto& bound : range_.upper) {
      const auto [floor, exact] = scaled(*bound.at, places);
      high = std::min(high, exact && bound.strict ? floor - 1 : floor);
    }
    const Wide most = places == 0 ? Wide{9'000'000'000'000'000'000} : open * 1000;  // whole numbers fit in 64 bits
    const Wide lowest = high < -open ? -most : -open;
    const Wide highest = low > open ? most : open;
    return {std::max(low, lowest), std::min(high, highest)};
  }

  static Expression any() {
    Expression first = choice({text("0"), sequence({set(kFirstDigit), repeat(set(kDigit), 0, kMaxDigits - 4)})});
    Expression point = sequence({text("."), repeat(set(kDigit), 1, 6)});
    return sequence({repeat(text("-"), 0, 1), std::move(first), repeat(std::move(point), 0, 1)});
  }

  Expression whole() const {
    const auto [low, high] = limits(0, power(kMaxDigits) - 1);
    return signed_range(low, high, [](Wide a, Wide b) { return positive_range(a, b, 0); });
  }

  Expression fractions(int places) const {
    auto [low, high] = limits(places, power(kMaxDigits - 3 + places));
    const Wide unit = power(places);
    const bool with_whole = range_.whole;
    if (!with_whole) {  // larger ones with a fraction may round to whole ones
      low = std::max(low, -unit * kLargestFraction);
      high = std::min(high, unit * kLargestFraction);
    }
    return signed_range(low, high, [&](Wide from, Wide to) {
      const Wide first = ceiling_divided(from, unit);
      const Wide last = floor_divided(to, unit);
      std::vector<Expression> ways;
      // A last digit other than 0 keeps it from being whole.
      Expression tail =
          with_whole ? repeat(set(kDigit), 1, 6) : sequence({repeat(set(kDigit), 0, 5), set(kFirstDigit)});
      Expression point = sequence({text("."), std::move(tail)});
      if (first <= last - 1) {
        ways.push_back(sequence({positive_range(first, last - 1, 0), with_whole ? repeat(point, 0, 1) : point}));
      }
      if (with_whole && first <= last) ways.push_back(positive_range(last, last, 0));
      ways.push_back(positive_range(from, std::min(to, first * unit - 1), places));
      ways.push_back(positive_range(std::max(from, std::max(first, last) * unit + 1), to, places));
      return choice(std::move(ways));
    });
  }

  Expression multiples() const {
    if (!range_.whole) return nothing();  // "1.50" is a multiple of 0.5, and so is "1.00"; they aren't told apart here
    int places = 0;
    for (const auto* step : range_.steps) places = std::max(places, places_of(*step));
    std::vector<Expression> ways;
    if (range_.whole) ways.push_back(multiples_at(0, places));
    if (range_.fraction && places > 0 && places <= 12) ways.push_back(multiples_at(places, places));
    return choice(std::move(ways));
  }

  /// Written with `shown` places, where the steps are whole at `places`.
  Expression multiples_at(int shown, int places) const {
    if (places > 12) return nothing();
    Wide step = 1;
    for (const auto* one : range_.steps) {
      const Wide size = scaled(*one, places).first;
      step = step / greatest_common(step, size) * size;
      if (step > power(18)) return nothing();
    }
    if (shown == 0) step = step / greatest_common(step, power(places));  // what is left when 10^places divides it out
    const auto [low, high] = limits(shown, power(kMaxDigits) - 1);
    return signed_range(low, high, [&](Wide from, Wide to) { return positive_multiples(from, to, step, shown); });
  }

  static Wide greatest_common(Wide a, Wide b) {
    while (b != 0) a = std::exchange(b, a % b);
    return a;
  }

  const NumberRange& range_;
};

}  // namespace

Expression number_expression(const NumberRange& range) {
  if (!range.whole && !range.fraction) return nothing();
  return Writer(range).write();
}

}  // namespace groundwork::model
