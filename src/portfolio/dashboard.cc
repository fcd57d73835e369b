#include "portfolio/dashboard.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/hash.h"
#include "portfolio/format.h"

namespace groundwork::portfolio {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::json::array;
using base::json::object;
using base::json::value;
using std::chrono::sys_days;

value or_null(const std::optional<double>& number) { return number ? value(*number) : value(nullptr); }
value or_null(const std::string& text) { return text.empty() ? value(nullptr) : value(text); }

/// What a series is of, in the words of the catalogue or of the project file.
struct Subject {
  std::string kpi;
  std::string title;
  std::string unit;
  bool higher_is_better = true;
};

Subject subject_of(const curriculum::Curriculum& content, const Series& series) {
  if (const curriculum::Kpi* kpi = content.kpi(series.figure)) {
    std::string title = kpi->title;
    for (const curriculum::Figure& figure : kpi->figures) {
      if (figure.id == series.figure && !figure.title.empty()) title = figure.title + " latency";
    }
    return {kpi->id, title, kpi->unit, kpi->higher_is_better};
  }
  if (const curriculum::ProjectGuide* guide = content.project(series.project)) {
    for (const curriculum::ProjectMetric& metric : guide->metrics) {
      if (metric.id == series.figure) return {series.figure, metric.title, metric.unit, metric.at_least};
    }
  }
  return {series.figure, series.figure, "", true};
}

std::string project_title(const curriculum::Curriculum& content, const std::string& project) {
  for (const curriculum::Project& one : content.roadmap.projects) {
    if (one.project_id == project) return one.title;
  }
  return project;
}

std::string movement_text(const Movement& moved, const Subject& subject) {
  std::string text = shown(moved.from.value, subject.unit) + " to " + shown(moved.to.value, subject.unit);
  if (moved.direction == Direction::kSame) text = "stayed at " + shown(moved.to.value, subject.unit);
  switch (moved.certainty) {
    case Certainty::kApart:
      return text + "; the 95 % intervals don't overlap";
    case Certainty::kOverlap:
      return text + "; the 95 % intervals overlap, so it may be chance";
    case Certainty::kNotComparable:
      return text + "; measured on another dataset, so the two don't compare";
    case Certainty::kUnknown:
      break;
  }
  return text + "; no interval is known, so it can't be told from chance";
}

object movement_json(const curriculum::Curriculum& content, const Series& series, const Movement& moved) {
  const Subject subject = subject_of(content, series);
  return {{"kpi", subject.kpi},
          {"figure", series.figure},
          {"title", subject.title},
          {"project", or_null(series.project)},
          {"project_title", or_null(project_title(content, series.project))},
          {"direction", to_string(moved.direction)},
          {"certainty", to_string(moved.certainty)},
          {"from", moved.from.value},
          {"to", moved.to.value},
          {"from_run", or_null(moved.from.run)},
          {"to_run", or_null(moved.to.run)},
          {"facts", array{moved.from.fact, moved.to.fact}},
          {"text", movement_text(moved, subject)}};
}

object point_json(const WeekValue& at) {
  const Point& point = at.point;
  value met = nullptr;
  if (point.target) met = point.at_least ? point.value >= *point.target : point.value <= *point.target;
  return {{"week", base::format_date(at.week)},
          {"at", base::format_timestamp(point.at)},
          {"value", point.value},
          {"low", or_null(point.low)},
          {"high", or_null(point.high)},
          {"n", point.n > 0 ? value(point.n) : value(nullptr)},
          {"run", or_null(point.run)},
          {"source", point.source},
          {"note", or_null(point.note)},
          {"fact", point.fact},
          {"met", std::move(met)}};
}

object series_json(const Evidence& evidence, const curriculum::Kpi& kpi, const Series& series) {
  const curriculum::Curriculum& content = *evidence.standing->content;
  const auto& profile = evidence.standing->state.profile();
  const std::vector<WeekValue> values = weekly(series, profile);
  std::string title;
  for (const curriculum::Figure& figure : kpi.figures) {
    if (figure.id == series.figure) title = figure.title;
  }
  std::optional<double> target = kpi.target;
  if (!values.empty() && values.back().point.target) target = values.back().point.target;
  array points;
  for (const WeekValue& one : values) points.push_back(point_json(one));
  object out{{"figure", series.figure},
             {"figure_title", or_null(title)},
             {"project", or_null(series.project)},
             {"project_title", or_null(project_title(content, series.project))},
             {"target", or_null(target)},
             {"points", std::move(points)},
             {"movement", nullptr}};
  if (!values.empty()) {
    const Movement moved = movement(values, values.back().week, kpi.higher_is_better);
    if (moved.direction != Direction::kNone) out["movement"] = movement_json(content, series, moved);
  }
  return out;
}

object kpi_json(const Evidence& evidence, const curriculum::Kpi& kpi, const std::vector<Series>& all) {
  array series;
  for (const curriculum::Figure& figure : kpi.figures) {
    for (const Series& one : all) {
      if (one.figure == figure.id) series.push_back(series_json(evidence, kpi, one));
    }
  }
  return {{"id", kpi.id},
          {"title", kpi.title},
          {"definition", kpi.definition},
          {"unit", kpi.unit},
          {"better", kpi.higher_is_better ? "higher" : "lower"},
          {"target", or_null(kpi.target)},
          {"measured_by", to_string(kpi.measured_by)},
          {"series", std::move(series)}};
}

}  // namespace

Result<Evidence> evidence_of(assess::Study& study, const std::string& learner) {
  Evidence out;
  GW_TRY(out.standing, study.standing(learner));
  GW_TRY(out.facts, study.ledger().facts(learner));
  out.now = study.now();
  return out;
}

array moved_wrong_json(const Evidence& evidence, sys_days day) {
  const curriculum::Curriculum& content = *evidence.standing->content;
  const auto& profile = evidence.standing->state.profile();
  const sys_days week = week_of(day, profile);
  std::vector<std::pair<int, object>> found;
  for (const Series& series : series_of(evidence.facts, content, *evidence.standing->course)) {
    const Subject subject = subject_of(content, series);
    const Movement moved = movement(weekly(series, profile), week, subject.higher_is_better);
    if (moved.direction != Direction::kWorse) continue;
    found.emplace_back(static_cast<int>(moved.certainty), movement_json(content, series, moved));
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    // apart, then unknown, then overlap, then what doesn't compare
    constexpr int kOrder[] = {0, 2, 1, 3};
    return kOrder[a.first] < kOrder[b.first];
  });
  array out;
  for (auto& [order, one] : found) out.push_back(std::move(one));
  return out;
}

object dashboard_json(const Evidence& evidence) {
  const curriculum::Curriculum& content = *evidence.standing->content;
  const auto& profile = evidence.standing->state.profile();
  const std::vector<Series> all = series_of(evidence.facts, content, *evidence.standing->course);
  std::set<std::string> weeks;
  for (const Series& series : all) {
    for (const WeekValue& value : weekly(series, profile)) weeks.insert(base::format_date(value.week));
  }
  const sys_days today = std::chrono::floor<std::chrono::days>(evidence.now);
  array groups;
  std::string group;
  for (const curriculum::Kpi& kpi : content.kpis) {
    if (groups.empty() || kpi.group != group) {
      groups.push_back(object{{"title", kpi.group}, {"kpis", array{}}});
      group = kpi.group;
    }
    groups.back().as_object()["kpis"].as_array().push_back(kpi_json(evidence, kpi, all));
  }
  return {{"current_week", base::format_date(week_of(today, profile))},
          {"weeks", array(weeks.begin(), weeks.end())},
          {"groups", std::move(groups)},
          {"moved_wrong", moved_wrong_json(evidence, today)}};
}

Result<std::int64_t> record_manual(assess::Study& study, const std::string& learner, const std::string& id,
                                   double amount, const std::optional<sys_days>& on, const std::string& note) {
  GW_TRY(const auto standing, study.standing(learner));
  GW_TRY(const curriculum::Kpi* kpi, kpi_of(*standing->content, id));
  if (kpi->measured_by != curriculum::MeasuredBy::kManual) {
    return make_error(
        Code::kFailedPrecondition,
        kpi->title + (kpi->measured_by == curriculum::MeasuredBy::kRun
                          ? " is measured by runs, so it is never typed in: groundwork kpi import --run ID"
                          : " is computed from what you did, so it is never typed in"));
  }
  if (!std::isfinite(amount) || amount < 0 || (kpi->unit == "points" && amount > 100) || amount > 1e12) {
    return make_error(Code::kInvalidArgument, "expected " +
                                                  std::string(kpi->unit == "points" ? "0 to 100 points" : "0 or more") +
                                                  ", found " + base::json::serialize(value(amount)));
  }
  const sys_days today = std::chrono::floor<std::chrono::days>(study.now());
  const sys_days day = on.value_or(today);
  if (day > today) {
    return make_error(Code::kInvalidArgument, "expected a day until today, found " + base::format_date(day));
  }
  object data{{"kpi", kpi->figures.front().id},
              {"value", amount},
              {"unit", kpi->unit},
              {"source", "manual"},
              {"on", base::format_date(day)}};
  if (!note.empty()) data["note"] = note;
  const std::string fact_id = "kpi.recorded:manual:" + std::to_string(standing->last_seq + 1) + ":" +
                              base::sha256_hex(base::canonical_json(data)).substr(0, 12);
  return study.record(study.fact(learner, fact_id, "kpi.recorded", std::move(data)));
}

}  // namespace groundwork::portfolio
