#include "search/report_parts.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "text/markdown.h"

namespace groundwork::search::report {

namespace {

constexpr const char* kStyle = R"css(
:root{color-scheme:light dark;--paper:#fbfaf6;--raised:#fff;--ink:#1b1a18;--soft:#4c4842;--faint:#6a655d;--rule:#e0dcd2;
--strong:#8b857a;--a:#8a6a2f;--b:#27489c;--up:#2b6637;--down:#a12b2b}
@media (prefers-color-scheme:dark){:root{--paper:#16171b;--raised:#1d1f24;--ink:#eae7e0;--soft:#bdb8ae;--faint:#9d978c;
--rule:#31343b;--strong:#767983;--a:#d9b36a;--b:#a9bffa;--up:#93d0a0;--down:#f39c93}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.5 Georgia,'DejaVu Serif',serif}
main{max-width:60rem;margin:0 auto;padding:clamp(1.25rem,4vw,3rem) clamp(1rem,4vw,2rem)}
h1{font-size:clamp(1.5rem,1.2rem + 1.6vw,2.25rem);line-height:1.2;margin:0 0 1rem;font-weight:600}
h2{font-size:1.3rem;margin:2.5rem 0 .25rem;padding-top:1.1rem;border-top:1px solid var(--rule);font-weight:600}
h3{font-size:1rem;margin:1.1rem 0 .3rem;font-weight:600}
p{margin:.4rem 0;max-width:42rem}
.verdict{font-size:1.15rem;border-left:4px solid var(--b);padding:.1rem 0 .1rem .9rem;margin:1rem 0 1.5rem}
.note,figcaption{color:var(--faint);font-size:.875rem}
code,td.n,.v,svg text,.y,th.n{font-family:ui-monospace,'DejaVu Sans Mono',monospace;font-variant-numeric:tabular-nums}
code{font-size:.85em;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.1rem;margin:0;font-size:.95rem}
dt{color:var(--faint)}dd{margin:0;overflow-wrap:anywhere;min-width:0}
.key{display:inline-block;width:.75rem;height:.75rem;border-radius:2px;margin-right:.4rem;vertical-align:-1px}
.a{fill:var(--a);stroke:none}.b{fill:var(--b);stroke:none}.key.a{background:var(--a)}.key.b{background:var(--b)}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,21rem),1fr));gap:.2rem 2.5rem}
.bar{display:grid;grid-template-columns:1.6rem 1fr 9.8rem;gap:0 .6rem;align-items:center;margin:.2rem 0;font-size:.875rem}
.bar.wide{grid-template-columns:1fr 9.8rem}.bar.wide .l{grid-column:1/-1}
.v{font-size:.8125rem;line-height:1.25}.v small{display:block;color:var(--faint);font-size:.75rem}
svg{display:block;width:100%;overflow:visible}svg text{font-size:12px;fill:var(--faint)}
.axis{stroke:var(--strong);stroke-width:1}.tick{stroke:var(--rule);stroke-width:1}
.bound{stroke:var(--ink);stroke-width:1.5}.ground{fill:var(--rule)}
.up{fill:var(--up);color:var(--up)}.down{fill:var(--down);color:var(--down)}
td.up,td.down{white-space:nowrap}
line.a{stroke:var(--a);stroke-width:2}line.b{stroke:var(--b);stroke-width:2}line.a{stroke-dasharray:5 3}
figure{margin:.8rem 0}figcaption{margin-top:.3rem}
.plot{display:grid;grid-template-columns:auto 1fr;gap:0 .6rem}
.y{display:flex;flex-direction:column;justify-content:space-between;font-size:12px;line-height:1;color:var(--faint);
text-align:right;margin:-6px 0}
.x{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;grid-column:2;font-size:.8125rem;color:var(--faint);margin-top:.35rem}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;font-size:.875rem;margin:.6rem 0}
.legend span{overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%;font-size:.875rem;margin:.5rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--rule)}
th{color:var(--faint);font-weight:400}
td{overflow-wrap:anywhere}td.n,th.n{text-align:right;white-space:nowrap;font-size:.8125rem}
td small{color:var(--faint)}
summary{cursor:pointer;color:var(--b);padding:.3rem 0}
@media (max-width:30rem){.bar{grid-template-columns:1.2rem 1fr 7.6rem}.bar.wide{grid-template-columns:1fr 7.6rem}
th,td{padding-right:.4rem}td.n,th.n{font-size:.75rem}.v small{font-size:.6875rem}dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}
@media print{details{display:block}}
)css";

std::string percent(double share) { return number("%.2f%%", 100 * share); }

const char* name_of(Series series) { return series == Series::kA ? "a" : "b"; }

std::string line(const char* kind, double x1, const std::string& y1, double x2, const std::string& y2) {
  return "<line class=\"" + std::string(kind) + "\" x1=\"" + percent(x1) + "\" y1=\"" + y1 + "\" x2=\"" + percent(x2) +
         "\" y2=\"" + y2 + "\"/>";
}

std::string bar_svg(const Bar& bar, double top) {
  const auto at = [&](double value) { return top > 0 ? std::clamp(value / top, 0.0, 1.0) : 0; };
  std::string svg =
      "<svg height=\"18\" aria-hidden=\"true\"><rect class=\"ground\" y=\"16\" width=\"100%\" height=\"1\"/>";
  svg += "<rect class=\"" + std::string(name_of(bar.series)) + "\" y=\"2\" height=\"14\" width=\"" +
         percent(at(bar.value)) + "\"/>";
  if (bar.interval) {
    const double low = at(bar.interval->low);
    const double high = at(bar.interval->high);
    svg +=
        line("bound", low, "9", high, "9") + line("bound", low, "5", low, "13") + line("bound", high, "5", high, "13");
  }
  return svg + "</svg>";
}

}  // namespace

std::string number(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

std::string escaped(std::string_view text) { return text::escape_html_of_anything(text); }

std::string page(std::string_view title, std::string_view body) {
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>"
         "<title>" +
         escaped(title) + "</title><style>" + kStyle + "</style></head>\n<body><main>\n<h1>" + escaped(title) +
         "</h1>\n" + std::string(body) + "</main></body></html>\n";
}

std::string facts(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::string list = "<dl>";
  for (const auto& [name, value] : rows) {
    list += "<dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd>";
  }
  return list + "</dl>\n";
}

std::string bars(const std::vector<Bar>& rows, double top, const char* format) {
  std::string all;
  for (const Bar& row : rows) {
    std::string beside = row.note;
    if (row.interval) beside = number(format, row.interval->low) + " to " + number(format, row.interval->high);
    const bool wide = row.label.size() > 3;
    all += "<div class=\"bar" + std::string(wide ? " wide" : "") + "\"><span class=\"l\">" +
           (wide ? "<code>" + escaped(row.label) + "</code>" : escaped(row.label)) + "</span>" + bar_svg(row, top) +
           "<span class=\"v\">" + number(format, row.value) + "<small>" + escaped(beside) + "</small></span></div>\n";
  }
  return all;
}

double scale_of(double value) { return std::clamp(std::ceil(value * 10 - 1e-9) / 10, 0.1, 1.0); }

std::string signed_columns(std::span<const double> values, std::span<const std::string> names, std::string_view what,
                           const std::vector<std::string>& below) {
  double most = 0;
  for (const double value : values) most = std::max(most, std::abs(value));
  const bool negative = std::ranges::any_of(values, [](double value) { return value < 0; });
  const double top = scale_of(most);
  const double zero = negative ? 0.5 : 1;
  std::string svg = "<svg height=\"200\" role=\"img\" aria-label=\"" + escaped(what) + "\">";
  const double width = 1 / static_cast<double>(std::max<std::size_t>(values.size(), 1));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double height = std::abs(values[i]) / top * zero;
    const double y = values[i] < 0 ? zero : zero - height;
    svg += "<rect class=\"" +
           std::string(!negative       ? "b"
                       : values[i] < 0 ? "down"
                                       : "up") +
           "\" x=\"" + percent(static_cast<double>(i) * width) + "\" y=\"" + percent(y) + "\" width=\"" +
           percent(width * 0.85) + "\" height=\"" + percent(height) + "\"><title>" + escaped(names[i]) +
           "</title></rect>";
  }
  svg += line("axis", 0, percent(zero), 1, percent(zero)) + "</svg>";
  std::string under;
  for (const std::string& text : below) under += "<span>" + escaped(text) + "</span>";
  const std::string low = negative ? "<span>0</span><span>" + number("%+.1f", -top) + "</span>" : "<span>0</span>";
  return "<div class=\"plot\"><div class=\"y\"><span>" + number(negative ? "%+.1f" : "%.1f", top) + "</span>" + low +
         "</div>" + svg + "<div class=\"x\">" + under + "</div></div>\n";
}

std::string rank_lines(const std::vector<std::pair<Series, std::vector<double>>>& lines, std::string_view what) {
  double most = 0;
  for (const auto& [series, values] : lines) most = std::max(most, std::ranges::max(values));
  const double top = scale_of(most);
  const std::size_t ranks = lines.front().second.size();
  const auto x = [&](std::size_t rank) { return static_cast<double>(rank) / static_cast<double>(ranks - 1); };
  std::string svg = "<svg height=\"220\" role=\"img\" aria-label=\"" + escaped(what) + "\">";
  for (const double at : {0.0, 0.5}) svg += line("tick", 0, percent(at), 1, percent(at));
  svg += line("axis", 0, "100%", 1, "100%");
  for (const auto& [series, values] : lines) {
    const auto y = [&, &values = values](std::size_t i) { return percent(1 - values[i] / top); };
    for (std::size_t i = 0; i < ranks; ++i) {
      if (i > 0) svg += line(name_of(series), x(i - 1), y(i - 1), x(i), y(i));
      svg += "<circle class=\"" + std::string(name_of(series)) + "\" r=\"3\" cx=\"" + percent(x(i)) + "\" cy=\"" +
             y(i) + "\"><title>" + std::to_string(i + 1) + ": " + number("%.4f", values[i]) + "</title></circle>";
    }
  }
  std::string axis = "<svg style=\"grid-column:2\" height=\"22\" aria-hidden=\"true\">";
  for (std::size_t i = 0; i < ranks; ++i) {
    if (i != 0 && (i + 1) % 5 != 0) continue;
    axis += "<text y=\"17\" text-anchor=\"middle\" x=\"" + percent(x(i)) + "\">" + std::to_string(i + 1) + "</text>";
  }
  return "<div class=\"plot\"><div class=\"y\"><span>" + number("%.2f", top) + "</span><span>" +
         number("%.2f", top / 2) + "</span><span>0</span></div>" + svg + "</svg>" + axis + "</svg></div>";
}

}  // namespace groundwork::search::report
