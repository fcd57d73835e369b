#include "search/report.h"

#include <algorithm>
#include <map>

#include "base/utf8.h"
#include "search/report_parts.h"

namespace groundwork::search {

using report::Bar;
using report::escaped;
using report::number;
using report::Series;

namespace {

constexpr std::size_t kDeepestRank = 20;  ///< of the curve
constexpr std::size_t kShown = 10;        ///< queries of a table before the rest is folded away
constexpr std::size_t kQueryBytes = 240;

/// The queries by id, as they are shown.
class QueryTexts {
 public:
  explicit QueryTexts(const TestSet& set) {
    for (const TestQuery& query : set.queries) texts_.emplace(query.id, query.text);
  }
  std::string of(const std::string& id) const {
    const auto found = texts_.find(id);
    if (found == texts_.end()) return "";
    return found->second.size() > kQueryBytes ? base::clip(found->second, kQueryBytes) + "..." : found->second;
  }

 private:
  std::map<std::string, std::string> texts_;
};

std::vector<Metric> metrics_with(const std::vector<Metric>& more) {
  std::vector<Metric> all = {{Metric::Kind::kNdcg, 10},
                             {Metric::Kind::kPrecision, 10},
                             {Metric::Kind::kRecall, 100},
                             {Metric::Kind::kMrr, 10},
                             {Metric::Kind::kMap, 100}};
  for (const Metric& one : more) {
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
  }
  return all;
}

std::string letter(std::size_t side) { return side == 0 ? "A" : "B"; }
/// One side alone has the colour of emphasis.
Series series_of(std::size_t side, std::size_t sides) { return sides == 1 || side == 1 ? Series::kB : Series::kA; }

std::vector<std::pair<std::string, std::string>> facts_of(const ReportContext& context, const TestSet& set) {
  return {{"Corpus", context.corpus},
          {"Queries", std::to_string(set.queries.size()) + " with a relevant document"},
          {"Intervals", "95 %, by resampling the queries with seed " + std::to_string(context.seed)},
          {"Program", context.program},
          {"Measured", context.date}};
}

std::string metrics_section(const ReportContext& context, const TestSet& set, const std::vector<ReportedSide>& sides,
                            const std::vector<Metric>& metrics) {
  std::vector<std::vector<Bar>> groups;
  double most = 0;
  for (const Metric& metric : metrics) {
    std::vector<Bar>& group = groups.emplace_back();
    for (std::size_t i = 0; i < sides.size(); ++i) {
      const std::vector<double> values = values_of(*sides[i].evaluation, set.judgements, metric);
      group.push_back({sides.size() > 1 ? letter(i) : "", mean_of(values),
                       mean_interval(values, {.seed = context.seed}), series_of(i, sides.size())});
      most = std::max({most, group.back().value, group.back().interval.value_or(Interval{}).high});
    }
  }
  const double top = report::scale_of(most);
  std::string text =
      "<h2>Metrics</h2>\n<p class=\"note\">Means over the queries; the thin line is the 95 % interval. "
      "Every bar is drawn from 0 to " +
      number("%.1f", top) + ".</p>\n<div class=\"grid\">\n";
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    text += "<div><h3>" + escaped(to_string(metrics[i])) + "</h3>\n" + report::bars(groups[i], top) + "</div>\n";
  }
  return text + "</div>\n";
}

std::string legend(const std::vector<ReportedSide>& sides) {
  std::string text = "<div class=\"legend\">";
  for (std::size_t i = 0; i < sides.size(); ++i) {
    text += "<span><span class=\"key " + std::string(i == 0 ? "a" : "b") + "\"></span>" + letter(i) + " <code>" +
            escaped(sides[i].name) + "</code></span>";
  }
  return text + "</div>\n";
}

std::string curve_section(const TestSet& set, const std::vector<ReportedSide>& sides) {
  std::vector<std::pair<Series, std::vector<double>>> lines;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    std::vector<double> values;
    for (std::size_t k = 1; k <= kDeepestRank; ++k) {
      values.push_back(mean_of(values_of(*sides[i].evaluation, set.judgements, {Metric::Kind::kNdcg, k})));
    }
    lines.emplace_back(series_of(i, sides.size()), std::move(values));
  }
  std::string text = "<h2>nDCG by rank</h2>\n<figure>" + report::rank_lines(lines, "nDCG at k from 1 to 20") +
                     "<figcaption>nDCG@k over k, where the ranking is cut.</figcaption></figure>\n"
                     "<details><summary>The values</summary><table><tr><th class=\"n\">k</th>";
  for (std::size_t i = 0; i < sides.size(); ++i) {
    text += "<th class=\"n\">" + (sides.size() > 1 ? letter(i) : "nDCG@k") + "</th>";
  }
  text += "</tr>\n";
  for (std::size_t k = 1; k <= kDeepestRank; ++k) {
    text += "<tr><td class=\"n\">" + std::to_string(k) + "</td>";
    for (const auto& [series, values] : lines) text += "<td class=\"n\">" + number("%.4f", values[k - 1]) + "</td>";
    text += "</tr>\n";
  }
  return text + "</table></details>\n";
}

std::string latency_section(const std::vector<ReportedSide>& sides) {
  double most = 0;
  for (const ReportedSide& side : sides) {
    if (side.timed) most = std::max(most, side.evaluation->milliseconds_at(0.95));
  }
  std::string text =
      "<h2>Latency</h2>\n<p class=\"note\">Milliseconds a query on the machine that measured, one query "
      "at a time, the query's embedding included.</p>\n<div class=\"grid\">\n";
  for (const auto& [name, share] : {std::pair{"p50", 0.5}, std::pair{"p95", 0.95}}) {
    std::vector<Bar> rows;
    for (std::size_t i = 0; i < sides.size(); ++i) {
      if (!sides[i].timed) continue;
      rows.push_back({sides.size() > 1 ? letter(i) : "", sides[i].evaluation->milliseconds_at(share), std::nullopt,
                      series_of(i, sides.size()), "ms"});
    }
    text += "<div><h3>" + std::string(name) + "</h3>\n" + report::bars(rows, most, "%.2f") + "</div>\n";
  }
  text += "</div>\n";
  for (std::size_t i = 0; i < sides.size(); ++i) {
    if (!sides[i].timed) text += "<p class=\"note\">" + letter(i) + " was read from a file: it has no times.</p>\n";
  }
  return text;
}

/// A table of changes, the rest of it folded away.
template <typename Row>
std::string folded(const std::string& head, std::size_t count, const Row& row) {
  std::string text = "<table>" + head + "\n";
  for (std::size_t i = 0; i < std::min(count, kShown); ++i) text += row(i);
  text += "</table>\n";
  if (count <= kShown) return text;
  text += "<details><summary>The other " + std::to_string(count - kShown) + "</summary><table>" + head + "\n";
  for (std::size_t i = kShown; i < count; ++i) text += row(i);
  return text + "</table></details>\n";
}

std::string query_cell(const QueryTexts& texts, const std::string& id) {
  return "<td>" + escaped(texts.of(id)) + " <small>" + escaped(id) + "</small></td>";
}

std::string changes_section(const QueryTexts& texts, const Comparison& one) {
  const auto row = [&](const QueryChange& change) {
    return "<tr><td class=\"n " + std::string(change.difference() > 0 ? "up" : "down") + "\">" +
           number("%+.3f", change.difference()) + "</td><td class=\"n\">" + number("%.3f", change.a) +
           "</td><td class=\"n\">" + number("%.3f", change.b) + "</td>" + query_cell(texts, change.id) + "</tr>\n";
  };
  const std::string head =
      "<tr><th class=\"n\">B - A</th><th class=\"n\">A</th><th class=\"n\">B</th><th>Query</th></tr>";
  std::string text;
  if (one.better > 0) {
    text += "<h2>Better with B: " + std::to_string(one.better) + "</h2>\n" +
            folded(head, one.better, [&](std::size_t i) { return row(one.changes[i]); });
  }
  if (one.worse > 0) {
    text += "<h2>Worse with B: " + std::to_string(one.worse) + "</h2>\n" +
            folded(head, one.worse, [&](std::size_t i) { return row(one.changes[one.changes.size() - 1 - i]); });
  }
  return text;
}

std::string differences_section(const Comparison& one) {
  std::vector<double> values;
  std::vector<std::string> names;
  for (const QueryChange& change : one.changes) {
    values.push_back(change.difference());
    names.push_back(change.id + ": " + number("%.3f", change.a) + " to " + number("%.3f", change.b));
  }
  const std::string metric = to_string(one.metric);
  const std::size_t same = one.changes.size() - one.better - one.worse;
  return "<h2>Each query</h2>\n<figure>" +
         report::signed_columns(values, names, "differences of " + metric + " by query, sorted",
                                {std::to_string(one.better) + " better with B", std::to_string(same) + " the same",
                                 std::to_string(one.worse) + " worse"}) +
         "<figcaption>" + escaped(metric) + " of B less that of A, a column for each of " +
         std::to_string(one.changes.size()) + " queries.</figcaption></figure>\n";
}

std::string statistics(const Comparison& one) {
  return "<p class=\"note\">p = " + number("%.3g", one.p) + " by randomisation, " + number("%.3g", one.student) +
         " by Student's t; effect " + number("%.2f", one.effect) + " deviations of the differences.</p>\n";
}

std::string verdict(const std::string& sentence) { return "<p class=\"verdict\">" + escaped(sentence) + "</p>\n"; }

/// Values of one evaluation, the best first, and the queries that it answers worst.
std::string queries_section(const TestSet& set, const ReportedSide& side) {
  std::vector<std::pair<double, std::string>> sorted;
  for (const QueryScores& one : side.evaluation->queries) sorted.emplace_back(one.ndcg_10, one.id);
  std::ranges::stable_sort(sorted, std::ranges::greater(), &std::pair<double, std::string>::first);
  std::vector<double> values;
  std::vector<std::string> names;
  for (const auto& [value, id] : sorted) {
    values.push_back(value);
    names.push_back(id + ": " + number("%.3f", value));
  }
  const QueryTexts texts(set);
  return "<h2>Each query</h2>\n<figure>" +
         report::signed_columns(values, names, "nDCG@10 by query, sorted", {"best", "worst"}) +
         "<figcaption>nDCG@10, a column for each of " + std::to_string(values.size()) +
         " queries.</figcaption></figure>\n<h2>Worst first</h2>\n" +
         folded("<tr><th class=\"n\">nDCG@10</th><th>Query</th></tr>", sorted.size(), [&](std::size_t i) {
           const auto& [value, id] = sorted[sorted.size() - 1 - i];
           return "<tr><td class=\"n\">" + number("%.3f", value) + "</td>" + query_cell(texts, id) + "</tr>\n";
         });
}

Bar bar_of(const Trial& trial, Series series) {
  return {to_string(trial.configuration) + " (" + std::to_string(trial.queries) + " queries)", trial.mean,
          trial.interval, series};
}

}  // namespace

std::string comparison_report(const ReportContext& context, const TestSet& set, const ReportedSide& a,
                              const ReportedSide& b, const Comparison& comparison) {
  const std::vector<ReportedSide> sides = {a, b};
  auto facts = facts_of(context, set);
  facts.insert(facts.begin() + 2, {{"A", a.name}, {"B", b.name}});
  return report::page("Two configurations of search compared",
                      verdict(sentence(comparison, "A", "B")) + report::facts(facts) + statistics(comparison) +
                          legend(sides) + metrics_section(context, set, sides, metrics_with({comparison.metric})) +
                          differences_section(comparison) + changes_section(QueryTexts(set), comparison) +
                          curve_section(set, sides) + latency_section(sides));
}

std::string evaluation_report(const ReportContext& context, const TestSet& set, const ReportedSide& side,
                              const std::vector<Metric>& more) {
  auto facts = facts_of(context, set);
  facts.insert(facts.begin() + 2, {"Configuration", side.name});
  return report::page("Search measured",
                      report::facts(facts) + metrics_section(context, set, {side}, metrics_with(more)) +
                          queries_section(set, side) + curve_section(set, {side}) + latency_section({side}));
}

std::string tuning_report(const ReportContext& context, const TestSet& set, const Tuning& tuning) {
  const Comparison& held_out = tuning.held_out;
  std::vector<Bar> tried;
  double most = std::max(held_out.a_interval.high, held_out.b_interval.high);
  for (const Trial& trial : tuning.trials) tried.push_back(bar_of(trial, Series::kB));
  tried.push_back(bar_of(tuning.baseline_trial, Series::kA));
  tried.back().label += ", the default";
  for (const Bar& bar : tried) most = std::max(most, bar.interval->high);
  const double top = report::scale_of(most);
  const std::string best = to_string(tuning.trials.front().configuration);
  auto facts = facts_of(context, set);
  facts[1].second += ": " + std::to_string(tuning.tuning_queries) + " to choose by, " +
                     std::to_string(held_out.changes.size()) + " held out, split by the seed";
  facts.insert(facts.begin() + 2, {{"A, the default", to_string(tuning.baseline)},
                                   {"B, the best where chosen", best},
                                   {"Metric", to_string(held_out.metric)}});
  return report::page(
      "A configuration of search chosen",
      verdict(sentence(tuning)) + report::facts(facts) +
          "<h2>On the queries to choose by</h2>\n<p class=\"note\">Every configuration that was tried, those on most "
          "queries first. The best of many is too good here by chance. Bars from 0 to " +
          number("%.1f", top) + ".</p>\n" + report::bars(tried, top) +
          "<h2>On the held-out queries</h2>\n<p class=\"note\">They had no part in choosing, so only the best and the "
          "default are measured on them.</p>\n" +
          report::bars({{best, held_out.b, held_out.b_interval, Series::kB},
                        {to_string(tuning.baseline) + ", the default", held_out.a, held_out.a_interval, Series::kA}},
                       top) +
          statistics(held_out) + differences_section(held_out) + changes_section(QueryTexts(set), held_out));
}

}  // namespace groundwork::search
