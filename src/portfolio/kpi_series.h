#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "curriculum/curriculum.h"
#include "ledger/fact.h"
#include "progress/course.h"
#include "progress/derive.h"

namespace groundwork::portfolio {

/// One value of a figure, and where it comes from.
struct Point {
  base::Timestamp at{};
  double value = 0;
  std::optional<double> low;  ///< 95 % interval
  std::optional<double> high;
  std::int64_t n = 0;
  std::string source;  ///< run, probe, pipeline, drill, manual, prometheus, facts
  std::string run;     ///< empty: none
  std::string dataset;
  std::string note;
  std::int64_t fact = 0;
  std::optional<double> target;  ///< that it was measured against
  bool at_least = true;
};

/// The values of one figure of one project; values of different services are not one series.
struct Series {
  std::string figure;
  std::string project;        ///< empty: of no project
  std::vector<Point> points;  ///< by time
};

/// Every series that the facts hold: of each figure of the catalogue, and of each project metric that is none (under
/// the metric's id). "dsa-timed-solve-rate" is computed from graded labs, cumulative, with a Wilson interval.
/// @source Wilson 1927, "Probable inference, the law of succession, and statistical inference"
std::vector<Series> series_of(std::span<const ledger::Fact> facts, const curriculum::Curriculum& content,
                              const progress::Course& course);

/// The first day of the week that `day` is in: weeks begin on the weekday that the plan begins on, on Monday without
/// one.
std::chrono::sys_days week_of(std::chrono::sys_days day, const std::optional<progress::ProfileSet>& profile);

struct WeekValue {
  std::chrono::sys_days week;
  Point point;  ///< the last one of that week
};
std::vector<WeekValue> weekly(const Series& series, const std::optional<progress::ProfileSet>& profile);

enum class Direction { kNone, kBetter, kWorse, kSame };
std::string_view to_string(Direction direction);
/// How far a movement is to be trusted.
enum class Certainty {
  kApart,          ///< the two intervals don't overlap
  kOverlap,        ///< they do: it may be chance
  kUnknown,        ///< at least one value has no interval
  kNotComparable,  ///< measured on another dataset
};
std::string_view to_string(Certainty certainty);

struct Movement {
  Direction direction = Direction::kNone;
  Certainty certainty = Certainty::kUnknown;
  Point from;
  Point to;
};
/// The last value of `week` against the last value of an earlier week. Non-overlapping 95 % intervals are stricter than
/// a test at 5 %: what they call a movement is one. @return kNone without two such values
Movement movement(const std::vector<WeekValue>& values, std::chrono::sys_days week, bool higher_is_better);

}  // namespace groundwork::portfolio
