#include "score/numeric.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

#include "base/utf8.h"
#include "score/python_text.h"
#include "text/unicode.h"

namespace groundwork::score {
namespace {

using base::Result;

struct Reading {
  double value = 0;
  std::size_t length = 0;  ///< bytes
};

/// The bytes of a separator of groups of digits at `at`, or 0.
std::size_t separator_at(std::string_view text, std::size_t at) {
  static constexpr std::string_view kSeparators[] = {",", " ", "'", "_", "\u00A0", "\u2009", "\u202F", "\u2019"};
  for (const std::string_view one : kSeparators) {
    if (text.substr(at).starts_with(one)) return one.size();
  }
  return 0;
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (at + count < text.size() && text::is_ascii_digit(text[at + count])) ++count;
  return count;
}

/// Digits, perhaps in groups, appended to `plain`. @return bytes read
std::size_t read_whole(std::string_view text, std::size_t at, std::string& plain) {
  const std::size_t first = digits_at(text, at);
  plain += text.substr(at, first);
  std::size_t read = first;
  if (first == 0 || first > 3) return read;
  std::string_view separator;
  while (true) {
    const std::size_t place = at + read;
    const std::size_t width = separator_at(text, place);
    if (width == 0 || digits_at(text, place + width) != 3) return read;
    const std::string_view found = text.substr(place, width);
    if (!separator.empty() && found != separator) return read;
    separator = found;
    plain += text.substr(place + width, 3);
    read += width + 3;
  }
}

std::size_t currency_at(std::string_view text, std::size_t at) {
  for (const std::string_view sign : {"$", "\u20AC", "\u00A3", "\u00A5"}) {
    if (text.substr(at).starts_with(sign)) return sign.size();
  }
  return 0;
}

/// The number that begins at `begin`.
std::optional<Reading> read_number(std::string_view text, std::size_t begin) {
  std::size_t at = begin;
  std::string plain;
  const auto sign = [&] {
    if (!plain.empty() || at >= text.size()) return;
    if (text[at] == '-' || text[at] == '+') {
      if (text[at] == '-') plain = "-";
      ++at;
    } else if (text.substr(at).starts_with("\u2212")) {
      plain = "-";
      at += 3;
    }
  };
  sign();
  at += currency_at(text, at);
  sign();
  const std::size_t whole = read_whole(text, at, plain);
  at += whole;
  std::size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    fraction = digits_at(text, at + 1);
    if (fraction > 0) {
      plain += text.substr(at, fraction + 1);
      at += fraction + 1;
    } else if (whole > 0 && at + 1 == text.size()) {
      ++at;  // "5."
    }
  }
  if (whole == 0 && fraction == 0) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t exponent = at + 1;
    if (exponent < text.size() && (text[exponent] == '-' || text[exponent] == '+')) ++exponent;
    const std::size_t digits = digits_at(text, exponent);
    if (digits > 0) {
      const std::size_t from = text[at + 1] == '+' ? at + 2 : at + 1;
      plain += 'e';
      plain += text.substr(from, exponent + digits - from);
      at = exponent + digits;
    }
  }
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc() || end != plain.data() + plain.size() || !std::isfinite(value)) return std::nullopt;
  std::size_t percent = at;
  while (percent < text.size() && text[percent] == ' ') ++percent;
  if (percent < text.size() && text[percent] == '%') {
    value /= 100;
    at = percent + 1;
  }
  return Reading{value, at - begin};
}

base::Error no_number(std::string_view what, std::string_view text) {
  return base::make_error(base::Code::kInvalidArgument, std::string(what) + ", found '" + base::clip(text, 60) + "'");
}

}  // namespace

Result<double> parse_number(std::string_view text) {
  const std::string_view stripped = strip(text);
  const std::optional<Reading> read = read_number(stripped, 0);
  if (!read || read->length != stripped.size()) return no_number("expected a number such as 1,234.5 or 12 %", text);
  return read->value;
}

Result<double> last_number(std::string_view text) {
  std::optional<double> last;
  for (std::size_t i = 0; i < text.size();) {
    // A digit inside a word ("gpt4", "v2") or after a hyphen in one ("top-5") is no number of its own.
    const bool inside = i > 0 && (text::is_ascii_alphanumeric(text[i - 1]) || text[i - 1] == '_');
    const auto read = inside ? std::nullopt : read_number(text, i);
    if (read && (i + read->length == text.size() || !text::is_ascii_letter(text[i + read->length]))) {
      last = read->value;
    }
    i += read ? read->length : 1;
  }
  if (!last) return no_number("expected a number somewhere", text);
  return *last;
}

Score numeric_match(double prediction, double reference, const Tolerance& tolerance) {
  const double difference = std::abs(prediction - reference);
  const double allowed = std::max(tolerance.absolute, tolerance.relative * std::abs(reference));
  if (difference <= allowed) return {1, ""};
  char reason[160];
  std::snprintf(reason, sizeof reason, "expected %.10g within %.3g, found %.10g", reference, allowed, prediction);
  return {0, reason};
}

}  // namespace groundwork::score
