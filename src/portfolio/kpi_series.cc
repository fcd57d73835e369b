#include "portfolio/kpi_series.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "progress/event.h"

namespace groundwork::portfolio {
namespace {

using base::json::object;
using Key = std::pair<std::string, std::string>;  // figure, project

Point point_from(const ledger::Fact& fact) {
  const object& data = fact.data;
  Point out;
  out.at = fact.at;
  out.fact = fact.seq;
  out.value = base::number_or(data, "value", 0);
  out.n = base::int_or(data, "n", 0);
  if (data.contains("low") && data.contains("high")) {
    out.low = base::number_or(data, "low", 0);
    out.high = base::number_or(data, "high", 0);
  }
  out.source = base::string_or(data, "source", "run");
  out.run = base::string_or(data, "run");
  out.dataset = base::string_or(data, "dataset");
  out.note = base::string_or(data, "note");
  if (data.contains("target")) out.target = base::number_or(data, "target", 0);
  out.at_least = base::string_or(data, "comparison", "at-least") == "at-least";
  if (const auto on = base::parse_date(base::string_or(data, "on")); on.ok()) out.at = *on;
  return out;
}

/// The figure of the catalogue that a project's metric is, or the metric's own id.
std::string figure_of(const curriculum::Curriculum& content, const std::string& project, const std::string& metric) {
  if (const curriculum::ProjectGuide* guide = content.project(project)) {
    for (const curriculum::ProjectMetric& one : guide->metrics) {
      if (one.id == metric) return one.kpi.empty() ? one.id : one.kpi;
    }
  }
  return metric;
}

void wilson(Point& point, double solved, double tried) {
  constexpr double kZ = 1.959963984540054;
  const double p = solved / tried;
  const double middle = p + kZ * kZ / (2 * tried);
  const double reach = kZ * std::sqrt(p * (1 - p) / tried + kZ * kZ / (4 * tried * tried));
  point.low = std::max(0.0, (middle - reach) / (1 + kZ * kZ / tried));
  point.high = std::min(1.0, (middle + reach) / (1 + kZ * kZ / tried));
}

/// After each attempt against the clock: the share of the labs tried so far that were solved in time at least once.
Series solve_rate(std::span<const ledger::Fact> facts, const progress::Course& course,
                  const progress::Renames& renames) {
  Series out{"dsa-timed-solve-rate", "", {}};
  std::set<int> tried;
  std::set<int> solved;
  for (const ledger::Fact& fact : facts) {
    if (fact.kind != "lab.graded") continue;
    const auto event = progress::decode(fact, course, renames);
    if (!event.ok()) continue;
    const auto& graded = std::get<progress::LabGraded>(event->what);
    const progress::Course::Lab& lab = course.labs[static_cast<std::size_t>(graded.lab)];
    const bool timed = lab.dsa && lab.timed_to_minutes > 0 && graded.timed_seconds >= 0;
    if (!timed || !progress::counts(graded.verdict)) continue;
    tried.insert(graded.lab);
    if (graded.score.is_one() && graded.timed_seconds <= lab.timed_to_minutes * 60) solved.insert(graded.lab);
    Point point;
    point.at = fact.at;
    point.fact = fact.seq;
    point.source = "facts";
    point.n = static_cast<std::int64_t>(tried.size());
    point.value = static_cast<double>(solved.size()) / static_cast<double>(tried.size());
    wilson(point, static_cast<double>(solved.size()), static_cast<double>(tried.size()));
    out.points.push_back(point);
  }
  return out;
}

}  // namespace

std::vector<Series> series_of(std::span<const ledger::Fact> facts, const curriculum::Curriculum& content,
                              const progress::Course& course) {
  const progress::Renames renames = progress::Renames::from(facts);
  std::map<Key, Series> all;
  for (const ledger::Fact& fact : facts) {
    const bool measured = fact.kind == "kpi.measured";
    if (!measured && fact.kind != "kpi.recorded") continue;
    const std::string project = renames.resolve("project", base::string_or(fact.data, "project"));
    const std::string kpi = base::string_or(fact.data, "kpi");
    const std::string figure = measured ? figure_of(content, project, kpi) : kpi;
    Series& series = all[{figure, project}];
    series.figure = figure;
    series.project = project;
    series.points.push_back(point_from(fact));
  }
  if (Series rate = solve_rate(facts, course, renames); !rate.points.empty()) all[{rate.figure, ""}] = std::move(rate);
  std::vector<Series> out;
  for (auto& [key, series] : all) {
    std::stable_sort(series.points.begin(), series.points.end(),
                     [](const Point& a, const Point& b) { return a.at < b.at; });
    out.push_back(std::move(series));
  }
  return out;
}

std::chrono::sys_days week_of(std::chrono::sys_days day, const std::optional<progress::ProfileSet>& profile) {
  const std::chrono::sys_days anchor =
      profile ? profile->start_on : std::chrono::sys_days{std::chrono::days{4}};  // 1970-01-05 was a Monday
  const auto since = (day - anchor).count();
  const auto weeks = since >= 0 ? since / 7 : -((-since + 6) / 7);
  return anchor + std::chrono::days{weeks * 7};
}

std::vector<WeekValue> weekly(const Series& series, const std::optional<progress::ProfileSet>& profile) {
  std::vector<WeekValue> out;
  for (const Point& point : series.points) {
    const auto week = week_of(std::chrono::floor<std::chrono::days>(point.at), profile);
    if (!out.empty() && out.back().week == week) {
      out.back().point = point;
    } else {
      out.push_back({week, point});
    }
  }
  return out;
}

std::string_view to_string(Direction direction) {
  switch (direction) {
    case Direction::kBetter:
      return "better";
    case Direction::kWorse:
      return "worse";
    case Direction::kSame:
      return "same";
    case Direction::kNone:
      break;
  }
  return "none";
}

std::string_view to_string(Certainty certainty) {
  switch (certainty) {
    case Certainty::kApart:
      return "apart";
    case Certainty::kOverlap:
      return "overlap";
    case Certainty::kNotComparable:
      return "not-comparable";
    case Certainty::kUnknown:
      break;
  }
  return "unknown";
}

Movement movement(const std::vector<WeekValue>& values, std::chrono::sys_days week, bool higher_is_better) {
  const WeekValue* to = nullptr;
  const WeekValue* from = nullptr;
  for (const WeekValue& value : values) {
    if (value.week == week) to = &value;
    if (value.week < week) from = &value;
  }
  if (to == nullptr || from == nullptr) return {};
  Movement out;
  out.from = from->point;
  out.to = to->point;
  const double change = out.to.value - out.from.value;
  out.direction = change == 0                        ? Direction::kSame
                  : (change > 0) == higher_is_better ? Direction::kBetter
                                                     : Direction::kWorse;
  if (out.from.dataset != out.to.dataset) {
    out.certainty = Certainty::kNotComparable;
  } else if (out.from.low && out.to.low) {
    const bool overlap = *out.from.low <= *out.to.high && *out.to.low <= *out.from.high;
    out.certainty = overlap ? Certainty::kOverlap : Certainty::kApart;
  }
  return out;
}

}  // namespace groundwork::portfolio
