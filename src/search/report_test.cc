#include "search/report.h"

#include <gtest/gtest.h>

#include "search/report_parts.h"

namespace groundwork::search {
namespace {

/// A test set of `count` queries whose texts would like to be markup, with one relevant document each.
TestSet hostile_set(std::size_t count) {
  TestSet set;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string id = "q" + std::to_string(i) + "\"><img onerror='x'>";
    set.queries.push_back({id, "<script>alert(\"1\")</script> & </td> \xff \x01 ]]>"});
    set.judgements[id]["d"] = 1;
  }
  return set;
}

/// The relevant document at rank 1 + i % `cycle`.
Evaluation evaluation(const TestSet& set, std::size_t cycle) {
  std::size_t i = 0;
  return evaluate(set,
                  [&](const TestQuery&) -> base::Result<std::vector<std::string>> {
                    std::vector<std::string> ranking(i++ % cycle, "x");
                    for (std::size_t at = 0; at < ranking.size(); ++at) ranking[at] += std::to_string(at);
                    ranking.emplace_back("d");
                    return ranking;
                  })
      .value();
}

/// Whether every tag is closed in turn, and no attribute is left open. The first tag that isn't, else "".
std::string wrong_nesting(const std::string& html) {
  std::vector<std::string> open;
  std::size_t at = html.find("<html");
  while ((at = html.find('<', at)) != std::string::npos) {
    const std::size_t end = html.find('>', at);
    if (end == std::string::npos) return "unended";
    const std::string tag = html.substr(at + 1, end - at - 1);
    if (tag.find('<') != std::string::npos || std::ranges::count(tag, '"') % 2 != 0) return tag;
    at = end;
    if (tag.ends_with('/')) continue;
    if (!tag.starts_with('/')) {
      open.push_back(tag.substr(0, tag.find(' ')));
    } else if (open.empty() || open.back() != tag.substr(1)) {
      return tag;
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

const ReportContext kContext = {"<b>corpus</b>", "groundwork 1", "2026-01-02", 7};

std::string compared(std::size_t count) {
  const TestSet set = hostile_set(count);
  const Evaluation a = evaluation(set, 4);
  const Evaluation b = evaluation(set, 3);
  const Comparison one = compare(a, b, set.judgements, {}).value();
  return comparison_report(kContext, set, {"mode=<lexical>", &a}, {"run='x'", &b, false}, one);
}

bool has(const std::string& html, const std::string& text) { return html.find(text) != std::string::npos; }

TEST(Report, NoTextFromOutsideIsMarkup) {
  const std::string html = compared(30);
  EXPECT_FALSE(has(html, "<script"));
  EXPECT_FALSE(has(html, "<img"));
  EXPECT_FALSE(has(html, "<b>"));
  EXPECT_TRUE(has(html, "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &lt;/td&gt; \xEF\xBF\xBD   ]]&gt;"));
  EXPECT_TRUE(has(html, "mode=&lt;lexical&gt;"));
  EXPECT_TRUE(has(html, "run=&#39;x&#39;"));
  EXPECT_TRUE(has(html, "&lt;b&gt;corpus&lt;/b&gt;"));
}

TEST(Report, EveryTagIsClosedInTurn) {
  EXPECT_EQ(wrong_nesting("<html><p><b></p></b></html>"), "/p");
  for (const std::size_t count : {2, 5, 30}) EXPECT_EQ(wrong_nesting(compared(count)), "") << count;
  const TestSet set = hostile_set(12);
  const Evaluation one = evaluation(set, 5);
  EXPECT_EQ(wrong_nesting(evaluation_report(kContext, set, {"mode=\"", &one})), "");
}

TEST(Report, SaysWhatWasMeasuredAndTheNumbersOfTheComparison) {
  const TestSet set = hostile_set(30);
  const Evaluation a = evaluation(set, 4);
  const Evaluation b = evaluation(set, 3);
  ComparisonOptions how;
  how.resampling.seed = kContext.seed;
  const Comparison one = compare(a, b, set.judgements, {Metric::Kind::kNdcg, 5}, how).value();
  const std::string html = comparison_report(kContext, set, {"one", &a}, {"two", &b, false}, one);
  for (const double value : {one.a, one.b, one.a_interval.low, one.b_interval.high}) {
    EXPECT_TRUE(has(html, report::number("%.4f", value))) << value;
  }
  EXPECT_TRUE(has(html, report::escaped(sentence(one, "A", "B"))));
  EXPECT_TRUE(has(html, "<h3>ndcg@5</h3>")) << "the metric that was compared is beside the usual ones";
  EXPECT_TRUE(has(html, "Better with B: " + std::to_string(one.better)));
  EXPECT_TRUE(has(html, "Worse with B: " + std::to_string(one.worse)));
  EXPECT_TRUE(has(html, "B was read from a file: it has no times"));
  for (const char* fact : {"groundwork 1", "2026-01-02", "seed 7", "30 with a relevant document"}) {
    EXPECT_TRUE(has(html, fact)) << fact;
  }
}

TEST(Report, ATuningShowsEveryTrialAndBothHalves) {
  const TestSet set = hostile_set(20);
  const std::vector<Configuration> tried = {{.mode = Mode::kLexical}, {.mode = Mode::kDense}};
  const Measure measure = [](const Configuration& one, std::span<const TestQuery> asked) {
    std::vector<double> values;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      values.push_back((one.mode == Mode::kDense ? 0.5 : 0.25) + static_cast<double>(i) / 100);
    }
    return base::Result<std::vector<double>>(values);
  };
  const Tuning tuning = tune(set.queries, tried, {}, measure).value();
  const std::string html = tuning_report(kContext, set, tuning);
  EXPECT_EQ(wrong_nesting(html), "");
  EXPECT_FALSE(has(html, "<script"));
  for (const char* text : {"mode=lexical (10 queries)", "mode=dense (10 queries)",
                           "mode=hybrid (10 queries), the default", "10 to choose by, 10 held out"}) {
    EXPECT_TRUE(has(html, text)) << text;
  }
  EXPECT_TRUE(has(html, report::number("%.4f", tuning.held_out.b)));
}

}  // namespace
}  // namespace groundwork::search
