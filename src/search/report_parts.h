#pragma once

// The pieces of a report: the page around it, and its charts. In scope: markup. Every text that comes in is escaped.
// Charts place their parts by percentages, so lines and letters keep their size on a narrow screen.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "search/paired_statistics.h"

namespace groundwork::search::report {

enum class Series { kA, kB };

/// For a text node or a quoted attribute: no markup, no control characters, no bytes that are not UTF-8.
std::string escaped(std::string_view text);

/// `printf` of one number. @param format  with one %f or %g
std::string number(const char* format, double value);

/// The whole file. @param body  markup
std::string page(std::string_view title, std::string_view body);

/// Names and values, in the order given.
std::string facts(const std::vector<std::pair<std::string, std::string>>& rows);

/// A bar with a mean, from 0 to `top`.
struct Bar {
  std::string label;
  double value = 0;
  std::optional<Interval> interval = std::nullopt;
  Series series = Series::kA;
  std::string note = {};  ///< beside the value, instead of the interval
};
std::string bars(const std::vector<Bar>& rows, double top, const char* format = "%.4f");

/// The smallest of 0.1, 0.2, ... 1 that is not below `value`.
double scale_of(double value);

/// A bar for each value, in their order, up or down from 0.
/// @param names  of the values, shown by the pointer; of the same length
/// @param below  what stands under the left end, the middle and the right end
std::string signed_columns(std::span<const double> values, std::span<const std::string> names, std::string_view what,
                           const std::vector<std::string>& below);

/// Lines over the ranks 1 to n; each of the same length, two points at least.
std::string rank_lines(const std::vector<std::pair<Series, std::vector<double>>>& lines, std::string_view what);

}  // namespace groundwork::search::report
