#include "bench/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <utility>
#include <vector>

#include "text/markdown.h"

namespace groundwork::bench {
namespace {

constexpr const char* kStyle = R"css(
:root{color-scheme:light dark;--paper:#fbfaf6;--ink:#1b1a18;--faint:#6a655d;--rule:#e0dcd2;--a:#8a6a2f;--b:#27489c;--down:#a12b2b}
@media (prefers-color-scheme:dark){:root{--paper:#16171b;--ink:#eae7e0;--faint:#9d978c;--rule:#31343b;--a:#d9b36a;--b:#a9bffa;--down:#f39c93}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 Georgia,'DejaVu Serif',serif}
main{max-width:60rem;margin:0 auto;padding:clamp(1.25rem,4vw,3rem) clamp(1rem,4vw,2rem)}
h1{font-size:clamp(1.5rem,1.2rem + 1.6vw,2.25rem);line-height:1.2;margin:0 0 1rem;font-weight:600;overflow-wrap:anywhere}
h2{font-size:1.3rem;margin:2.5rem 0 .25rem;padding-top:1.1rem;border-top:1px solid var(--rule);font-weight:600}
.verdict{font-size:1.15rem;border-left:4px solid var(--b);padding:.1rem 0 .1rem .9rem;margin:1rem 0 1.5rem}
.doubt{border-left-color:var(--down)}
figcaption,.note{color:var(--faint);font-size:.875rem;max-width:42rem}
table{border-collapse:collapse;width:100%;font-size:.875rem;margin:.5rem 0}.scroll{overflow-x:auto}
th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid var(--rule)}
th{color:var(--faint);font-weight:400}
td.n,th.n,svg text{font-family:ui-monospace,'DejaVu Sans Mono',monospace;font-variant-numeric:tabular-nums}
td.n,th.n{text-align:right;white-space:nowrap}td small{color:var(--faint);display:block}
figure{margin:.8rem 0}svg{display:block;width:100%;height:auto}svg text{font-size:12px;fill:var(--faint)}
.grid{stroke:var(--rule);stroke-width:1}
.a,.b,.bad{fill:none;stroke-width:2}.a{stroke:var(--a);stroke-dasharray:5 3}.b{stroke:var(--b)}.bad{stroke:var(--down)}
.key{display:inline-block;width:1.4rem;height:0;border-top:2px solid;margin:0 .4rem 0 1rem;vertical-align:middle}
)css";

std::string escaped(std::string_view text) { return text::escape_html_of_anything(text); }

std::string printed(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string page(const std::string& title, const std::string& body) {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'\"/><title>" +
         escaped(title) + "</title><style>" + kStyle + "</style></head>\n<body><main>\n<h1>" + escaped(title) +
         "</h1>\n" + body + "</main></body></html>\n";
}

using Row = std::vector<std::string>;  // markup

/// The first column is text, the others numbers.
std::string table(const Row& head, const std::vector<Row>& rows) {
  std::string text = "<div class=\"scroll\"><table><tr>";
  for (std::size_t i = 0; i < head.size(); ++i) text += (i == 0 ? "<th>" : "<th class=\"n\">") + head[i] + "</th>";
  text += "</tr>\n";
  for (const Row& row : rows) {
    text += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "<td>" : "<td class=\"n\">") + row[i] + "</td>";
    text += "</tr>\n";
  }
  return text + "</table></div>\n";
}

struct Line {
  const char* kind;
  std::vector<std::pair<double, double>> points;
};

/// A value's text at an axis.
using Label = std::function<std::string(double)>;

constexpr double kWidth = 760;
constexpr double kHeight = 260;
constexpr double kLeft = 76;
constexpr double kBottom = 28;

/// Lines over x in 0..most_x; y from 0, or by its logarithm.
std::string chart(const std::vector<Line>& lines, const std::string& what, const Label& x_label, const Label& y_label,
                  bool logarithmic) {
  double most_x = 0;
  double most = 0;
  double least = 1e300;
  for (const Line& line : lines) {
    for (const auto& [x, y] : line.points) {
      most_x = std::max(most_x, x);
      most = std::max(most, y);
      if (y > 0) least = std::min(least, y);
    }
  }
  if (most <= 0 || most_x <= 0) return "";
  const double low = logarithmic ? std::floor(std::log10(least)) : 0;
  const double high = logarithmic ? std::max(std::ceil(std::log10(most)), low + 1) : most * 1.05;
  const auto at_x = [&](double x) { return kLeft + x / most_x * (kWidth - kLeft - 8); };
  const auto at_y = [&](double y) {
    const double value = logarithmic ? std::log10(std::max(y, least)) : y;
    return 8 + (1 - (value - low) / (high - low)) * (kHeight - kBottom - 8);
  };
  std::string svg = "<svg viewBox=\"0 0 760 260\" role=\"img\" aria-label=\"" + escaped(what) + "\">";
  const int steps = logarithmic ? static_cast<int>(high - low) : 4;
  for (int i = 0; i <= steps; ++i) {
    const double value = logarithmic ? std::pow(10, low + i) : high * i / steps;
    const std::string y = printed("%.1f", at_y(value));
    svg += "<line class=\"grid\" x1=\"76\" x2=\"752\" y1=\"" + y + "\" y2=\"" + y + "\"/><text x=\"70\" y=\"" +
           printed("%.1f", at_y(value) + 4) + "\" text-anchor=\"end\">" + escaped(y_label(value)) + "</text>";
  }
  for (int i = 0; i <= 4; ++i) {
    svg += "<text x=\"" + printed("%.1f", at_x(most_x * i / 4)) + "\" y=\"252\" text-anchor=\"" +
           (i == 4 ? "end" : "middle") + "\">" + escaped(x_label(most_x * i / 4)) + "</text>";
  }
  for (const Line& line : lines) {
    svg += "<polyline class=\"" + std::string(line.kind) + "\" points=\"";
    for (const auto& [x, y] : line.points) svg += printed("%.1f", at_x(x)) + "," + printed("%.1f", at_y(y)) + " ";
    svg += "\"/>";
  }
  return svg + "</svg>";
}

/// The latency at each share of requests, the tail stretched: x is the number of nines.
Line percentiles(const char* kind, const Histogram& latency) {
  Line line{kind, {}};
  const double most = std::log10(static_cast<double>(std::max<std::uint64_t>(latency.count(), 10)));
  for (int i = 0; i <= 100; ++i) {
    const double nines = most * i / 100;
    line.points.emplace_back(nines, static_cast<double>(latency.value_at(1 - std::pow(10, -nines))));
  }
  return line;
}

std::string nines_label(double nines) { return "p" + printed("%.5g", 100 * (1 - std::pow(10, -nines))); }

/// Quantile of latency, and rates, over up to 60 slices of the run.
struct OverTime {
  Line p50{"a", {}};
  Line p99{"b", {}};
  Line ok{"b", {}};
  Line failed{"bad", {}};
};

OverTime over_time(const Recording& recording) {
  OverTime lines;
  if (recording.samples.size() < 2) return lines;
  const std::int64_t first = recording.samples.front().intended;
  const std::int64_t span = recording.samples.back().intended - first;
  const auto slices = static_cast<std::size_t>(std::clamp<std::int64_t>(span / 1'000'000'000, 10, 60));
  const double width = static_cast<double>(span) / static_cast<double>(slices) / 1e9;
  if (width <= 0) return lines;
  std::vector<Histogram> latency(slices);
  std::vector<std::uint64_t> failed(slices);
  for (const Sample& one : recording.samples) {
    const auto slice =
        std::min(static_cast<std::size_t>(static_cast<double>(one.intended - first) / 1e9 / width), slices - 1);
    if (one.outcome == Outcome::kOk) {
      latency[slice].record(one.latency());
    } else {
      ++failed[slice];
    }
  }
  const double scale = static_cast<double>(recording.sample_stride) / width;
  for (std::size_t i = 0; i < slices; ++i) {
    const double at = width * (static_cast<double>(i) + 0.5);
    if (latency[i].count() > 0) {
      lines.p50.points.emplace_back(at, static_cast<double>(latency[i].value_at(0.5)));
      lines.p99.points.emplace_back(at, static_cast<double>(latency[i].value_at(0.99)));
    }
    lines.ok.points.emplace_back(at, static_cast<double>(latency[i].count()) * scale);
    lines.failed.points.emplace_back(at, static_cast<double>(failed[i]) * scale);
  }
  return lines;
}

std::string seconds_label(double seconds) { return printed("%.3g s", seconds); }

Row spread_row(const std::string& name, const Spread& spread, const std::array<double, 5>* error) {
  Row row{escaped(name)};
  for (std::size_t i = 0; i < kQuantiles.size(); ++i) {
    std::string cell = format_duration(static_cast<double>(spread.quantiles[i]));
    if (error != nullptr) cell += "<small>±" + format_duration(std::abs((*error)[i])) + "</small>";
    row.push_back(cell);
  }
  row.push_back(format_duration(static_cast<double>(spread.max)));
  row.push_back(std::to_string(spread.count));
  return row;
}

std::string latency_table(const BenchResult& result) {
  const Figures& figures = result.figures;
  const Calibration* error = result.calibration ? &*result.calibration : nullptr;
  std::vector<Row> rows = {spread_row("Latency", figures.latency, error ? &error->latency : nullptr)};
  if (figures.latency_corrected) {
    rows.push_back(spread_row("Latency, if callers had come on while one waited", *figures.latency_corrected, nullptr));
  }
  if (figures.ttft.count > 0) {
    rows.push_back(spread_row("Time to first token of any kind", figures.ttft, error ? &error->ttft : nullptr));
    rows.push_back(spread_row("Time to first content", figures.ttft_content, error ? &error->ttft : nullptr));
    rows.push_back(spread_row("Between tokens", figures.inter_token, error ? &error->inter_token : nullptr));
  }
  return table({"", "p50", "p90", "p95", "p99", "p99.9", "max", "values"}, rows);
}

std::string errors_table(const BenchResult& result) {
  std::vector<Row> rows;
  for (std::size_t i = 1; i < kOutcomes; ++i) {
    if (result.figures.outcomes[i] == 0) continue;
    rows.push_back({escaped(to_string(static_cast<Outcome>(i))) + "<small>" +
                        escaped(result.recording.first_complaint[i]) + "</small>",
                    std::to_string(result.figures.outcomes[i]),
                    printed("%.2f %%", 100.0 * static_cast<double>(result.figures.outcomes[i]) /
                                           static_cast<double>(std::max<std::uint64_t>(result.figures.requests, 1)))});
  }
  return rows.empty() ? "" : "<h2>Failures</h2>\n" + table({"Kind, and the first of it", "requests", "share"}, rows);
}

std::string about(const BenchResult& result, const std::string& program) {
  const BenchOptions& options = result.options;
  std::string load = std::string(to_string(options.loop)) + " loop";
  if (options.loop == Loop::kClosed) load += ", " + std::to_string(options.concurrency) + " callers";
  if (options.loop == Loop::kOpen) load += ", " + printed("%g", options.rate) + " requests a second";
  if (options.loop == Loop::kTrace) load += ", " + options.trace_name;
  return table({"", ""},
               {{"Target", escaped(options.target)},
                {"Profile", escaped(to_string(options.request.profile))},
                {"Load", escaped(load)},
                {"Seed", std::to_string(options.seed)},
                {"Machine", escaped(result.environment.cpu) + ", " + std::to_string(result.environment.cores) +
                                " cores, " + escaped(result.environment.kernel)},
                {"Measured", base::format_timestamp(result.started)},
                {"Program", escaped(program)}});
}

std::string figure(const std::string& svg, const std::string& caption) {
  return svg.empty() ? "" : "<figure>" + svg + "<figcaption>" + caption + "</figcaption></figure>\n";
}

const Label kDurationLabel = [](double nanoseconds) { return format_duration(nanoseconds); };
const Label kRateLabel = [](double rate) { return printed("%.4g", rate); };

}  // namespace

std::string run_report(const BenchResult& result, const std::string& program) {
  const Figures& figures = result.figures;
  std::string body = "<p class=\"verdict\">" + printed("%.1f", figures.requests_per_second) +
                     " requests a second, p95 " + format_duration(static_cast<double>(figures.latency.quantiles[2])) +
                     ", " + printed("%.2f", figures.error_rate * 100) + " % failed";
  if (!figures.tokens_from.empty()) {
    body += ", " + printed("%.1f", figures.tokens_per_second) + " tokens a second (from " + figures.tokens_from + ")";
  }
  if (figures.goodput) body += ", goodput " + printed("%.1f", *figures.goodput) + " requests a second";
  body += ".</p>\n<p class=\"verdict" + std::string(result.client.bottleneck ? " doubt" : "") + "\">" +
          escaped(result.client.text) + "</p>\n";
  if (result.cancelled)
    body += "<p class=\"verdict doubt\">Cancelled: the figures are of what was measured until then.</p>\n";
  if (!figures.slo.empty()) {
    std::vector<Row> rows;
    for (const SloVerdict& one : figures.slo) {
      const bool share = one.term.metric == SloMetric::kErrors;
      rows.push_back({escaped(one.term.text), share ? printed("%.2f %%", one.value * 100) : format_duration(one.value),
                      one.met ? "met" : "missed"});
    }
    body += "<h2>Objective</h2>\n" + table({"Limit", "found", ""}, rows);
  }
  body +=
      "<h2>Latency</h2>\n<p class=\"note\">Of successes alone, from the time when a request was due. What stands "
      "below a figure is the client's own error, measured just before.</p>\n" +
      latency_table(result);
  body += figure(
      chart({percentiles("b", result.recording.latency)}, "latency by percentile", nines_label, kDurationLabel, true),
      "Latency by percentile, the tail stretched.");
  const OverTime lines = over_time(result.recording);
  body += figure(chart({lines.p50, lines.p99}, "latency over time", seconds_label, kDurationLabel, false),
                 "Latency over the run: p50 (dashed) and p99 of each slice.");
  body += figure(chart({lines.ok, lines.failed}, "requests a second over time", seconds_label, kRateLabel, false),
                 "Requests a second over the run: successes, and failures in red.");
  body += errors_table(result);
  if (result.target_use) {
    body += "<p>The target's process used " + printed("%.2f", result.target_use->cpu_seconds) +
            " CPU seconds and at most " +
            printed("%.0f", static_cast<double>(result.target_use->peak_resident_bytes) / 1e6) + " MB.</p>\n";
  }
  body += "<h2>The run</h2>\n" + about(result, program);
  return page("Bench of " + result.options.target, body);
}

std::string comparison_report(const BenchResult& a, const BenchResult& b, const BenchComparison& comparison,
                              const std::string& program) {
  std::string body = "<p class=\"verdict\">" + escaped(comparison.text) + "</p>\n";
  for (const std::string& warning : comparison.warnings)
    body += "<p class=\"verdict doubt\">" + escaped(warning) + "</p>\n";
  std::vector<Row> rows;
  for (const ComparedFigure& one : comparison.figures) {
    rows.push_back({escaped(one.name), printed("%.3f ", one.a) + one.unit, printed("%.3f ", one.b) + one.unit,
                    printed("%.3f", one.ratio), printed("%.3f", one.low) + " to " + printed("%.3f", one.high),
                    one.faster == Faster::kA   ? "A is better"
                    : one.faster == Faster::kB ? "B is better"
                                               : "cannot tell"});
  }
  body += "<h2>Figures</h2>\n" + table({"", "A", "B", "B / A", "95 % interval", ""}, rows);
  body += figure(chart({percentiles("a", a.recording.latency), percentiles("b", b.recording.latency)},
                       "latency by percentile", nines_label, kDurationLabel, true),
                 "Latency by percentile: A dashed, B solid.");
  body += "<h2>A</h2>\n" + about(a, program) + errors_table(a) + "<h2>B</h2>\n" + about(b, program) + errors_table(b);
  return page("Two benches compared", body);
}

}  // namespace groundwork::bench
