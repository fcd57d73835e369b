#include "search/comparison.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;

namespace {

constexpr std::array<std::string_view, 5> kVerdictNames = {"better", "worse", "same", "equivalent", "cannot tell"};

Verdict verdict_of(const Comparison& one, const ComparisonOptions& options) {
  if (one.better + one.worse == 0) return Verdict::kSame;
  if (one.p < options.significance) return one.difference > 0 ? Verdict::kBetter : Verdict::kWorse;
  const bool close = one.interval.low > -options.negligible && one.interval.high < options.negligible;
  return close ? Verdict::kEquivalent : Verdict::kCannotTell;
}

std::string number(const char* format, double value) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

base::json::array json_of(const Interval& interval) { return {interval.low, interval.high}; }

}  // namespace

std::string_view to_string(Verdict verdict) { return kVerdictNames[static_cast<std::size_t>(verdict)]; }

Result<Comparison> compare(std::span<const std::string> ids, std::span<const double> a, std::span<const double> b,
                           const Metric& metric, const ComparisonOptions& options) {
  if (ids.size() < 2) {
    return make_error(
        Code::kInvalidArgument,
        "expected at least 2 queries with a relevant document to compare, found " + std::to_string(ids.size()));
  }
  Comparison made;
  made.metric = metric;
  std::vector<double> differences;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    made.changes.push_back({ids[i], a[i], b[i]});
    differences.push_back(b[i] - a[i]);
    made.better += b[i] > a[i] ? 1 : 0;
    made.worse += b[i] < a[i] ? 1 : 0;
  }
  std::ranges::stable_sort(made.changes, std::ranges::greater(), &QueryChange::difference);
  made.a = mean_of(a);
  made.b = mean_of(b);
  made.difference = mean_of(differences);
  // Two queries are enough for an interval, so each is there.
  made.a_interval = mean_interval(a, options.resampling).value_or(Interval{});
  made.b_interval = mean_interval(b, options.resampling).value_or(Interval{});
  made.interval = mean_interval(differences, options.resampling).value_or(Interval{});
  made.p = randomisation_p(differences, options.resampling);
  made.student = student_p(differences);
  const double deviation = deviation_of(differences);
  made.effect = deviation > 0 ? made.difference / deviation : 0;
  made.queries_needed = queries_to_tell(made.difference, deviation);
  made.verdict = verdict_of(made, options);
  return made;
}

Result<Comparison> compare(const Evaluation& a, const Evaluation& b, const Judgements& judgements, const Metric& metric,
                           const ComparisonOptions& options) {
  std::vector<std::string> ids;
  for (const QueryScores& one : a.queries) ids.push_back(one.id);
  if (!std::ranges::equal(ids, b.queries, {}, {}, &QueryScores::id)) {
    return make_error(Code::kInvalidArgument, "expected two rankings of the same queries, found different ones");
  }
  return compare(ids, values_of(a, judgements, metric), values_of(b, judgements, metric), metric, options);
}

std::string sentence(const Comparison& one, std::string_view a, std::string_view b) {
  const std::string first(a);
  const std::string second(b);
  const std::string what = to_string(one.metric);
  const std::string numbers = number("%+.4f", one.difference) + " (95 % interval " + number("%+.4f", one.interval.low) +
                              " to " + number("%+.4f", one.interval.high) + ", p = " + number("%.3g", one.p) + ", " +
                              std::to_string(one.changes.size()) + " queries)";
  switch (one.verdict) {
    case Verdict::kBetter:
      return second + " is better than " + first + ": " + what + " " + numbers;
    case Verdict::kWorse:
      return second + " is worse than " + first + ": " + what + " " + numbers;
    case Verdict::kSame:
      return second + " and " + first + " have the same " + what + " on every one of " +
             std::to_string(one.changes.size()) + " queries";
    case Verdict::kEquivalent:
      return second + " and " + first + " are as good as each other: " + what + " " + numbers;
    case Verdict::kCannotTell:
      break;
  }
  std::string text = "not enough queries to tell " + second + " from " + first + ": " + what + " " + numbers;
  // Each query that differs halves the chance of signs as clear as these; below 6 of them no p is below 5 %.
  if (one.better + one.worse < 6) return text + "; they differ on " + std::to_string(one.better + one.worse) + " only";
  if (one.queries_needed > one.changes.size()) {
    text += "; a difference of this size takes about " + std::to_string(one.queries_needed);
  }
  return text;
}

base::json::object to_json(const Comparison& one) {
  base::json::array changes;
  for (const QueryChange& change : one.changes) {
    if (change.a == change.b) continue;
    changes.push_back(
        base::json::object{{"id", change.id}, {"a", change.a}, {"b", change.b}, {"difference", change.difference()}});
  }
  return {{"metric", to_string(one.metric)},
          {"verdict", to_string(one.verdict)},
          {"a", one.a},
          {"b", one.b},
          {"a_interval", json_of(one.a_interval)},
          {"b_interval", json_of(one.b_interval)},
          {"difference", one.difference},
          {"interval", json_of(one.interval)},
          {"p", one.p},
          {"p_student", one.student},
          {"effect", one.effect},
          {"queries", one.changes.size()},
          {"better", one.better},
          {"worse", one.worse},
          {"queries_needed", one.queries_needed},
          {"changes", std::move(changes)}};
}

}  // namespace groundwork::search
