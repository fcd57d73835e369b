#include "portfolio/kpi_series.h"

#include "portfolio/test_folio.h"

namespace groundwork::portfolio {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

WeekValue at(int week, double value, double low, double high, std::string dataset = "d") {
  WeekValue out;
  out.week = sys_days{days{4 + 7 * week}};
  out.point.value = value;
  if (high > low) {
    out.point.low = low;
    out.point.high = high;
  }
  out.point.dataset = std::move(dataset);
  return out;
}

TEST(KpiSeries, WeeksBeginOnTheDayThatThePlanBeginsOn) {
  const sys_days monday = base::parse_date("2026-11-23").value();
  EXPECT_EQ(week_of(monday + days{6}, {}), monday);
  EXPECT_EQ(week_of(monday + days{7}, {}), monday + days{7});
  EXPECT_EQ(week_of(sys_days{days{-1}}, {}), sys_days{days{-3}});  // before 1970 too
  const progress::ProfileSet profile{.pace_weeks = 16, .hours_per_week = 12, .start_on = monday + days{2}};
  EXPECT_EQ(week_of(monday + days{2}, profile), monday + days{2});
  EXPECT_EQ(week_of(monday + days{1}, profile), monday - days{5});
}

TEST(KpiSeries, AMovementIsCertainOnlyWhenTheIntervalsAreApart) {
  const sys_days second{days{11}};
  EXPECT_EQ(movement({at(0, 0.5, 0.4, 0.6), at(1, 0.3, 0.2, 0.35)}, second, true).certainty, Certainty::kApart);
  EXPECT_EQ(movement({at(0, 0.5, 0.4, 0.6), at(1, 0.3, 0.2, 0.45)}, second, true).certainty, Certainty::kOverlap);
  EXPECT_EQ(movement({at(0, 0.5, 0, 0), at(1, 0.3, 0.2, 0.45)}, second, true).certainty, Certainty::kUnknown);
  EXPECT_EQ(movement({at(0, 0.5, 0.4, 0.6), at(1, 0.3, 0.2, 0.35, "other")}, second, true).certainty,
            Certainty::kNotComparable);
}

TEST(KpiSeries, WorseIsLowerOfWhatShouldBeHigherAndHigherOfWhatShouldBeLower) {
  const sys_days second{days{11}};
  EXPECT_EQ(movement({at(0, 1, 0, 0), at(1, 2, 0, 0)}, second, true).direction, Direction::kBetter);
  EXPECT_EQ(movement({at(0, 1, 0, 0), at(1, 2, 0, 0)}, second, false).direction, Direction::kWorse);
  EXPECT_EQ(movement({at(0, 1, 0, 0), at(1, 1, 0, 0)}, second, false).direction, Direction::kSame);
  EXPECT_EQ(movement({at(1, 1, 0, 0)}, second, false).direction, Direction::kNone);
  EXPECT_EQ(movement({at(0, 1, 0, 0)}, second, false).direction, Direction::kNone) << "nothing was measured that week";
}

using Dashboard = Folio;

TEST_F(Dashboard, TheLastValueOfAWeekIsItsValueAndTheWorseWeekIsNamed) {
  bench("monday", 150);
  bench("tuesday", 100);
  world_.clock().advance(std::chrono::hours(24 * 7));
  bench("next", 180);
  const Evidence now = evidence();
  const auto wrong = moved_wrong_json(now, std::chrono::floor<days>(now.now));
  ASSERT_EQ(wrong.size(), 1U);
  EXPECT_EQ(wrong.at(0).as_object().at("figure").as_string(), "p95-latency");
  EXPECT_EQ(wrong.at(0).as_object().at("from_run").as_string(), "tuesday");
  EXPECT_EQ(wrong.at(0).as_object().at("to_run").as_string(), "next");
  EXPECT_TRUE(moved_wrong_json(now, std::chrono::floor<days>(now.now) - days{7}).empty());
}

TEST_F(Dashboard, HasEachOfTheRoadmapsFifteenKpis) {
  std::size_t kpis = 0;
  const base::json::object all = dashboard_json(evidence());
  for (const auto& group : all.at("groups").as_array()) kpis += group.as_object().at("kpis").as_array().size();
  EXPECT_EQ(kpis, 15U);
}

TEST_F(Dashboard, OnlyWhatNothingMeasuresIsTypedIn) {
  EXPECT_TRUE(record_manual(world_.study(), "me", "mock-interview-score", 72, {}, "by A.").ok());
  EXPECT_EQ(record_manual(world_.study(), "me", "retrieval-precision", 1, {}, "").error().code,
            base::Code::kFailedPrecondition);
  EXPECT_EQ(record_manual(world_.study(), "me", "dsa-timed-solve-rate", 1, {}, "").error().code,
            base::Code::kFailedPrecondition);
  EXPECT_EQ(record_manual(world_.study(), "me", "mock-interview-score", 101, {}, "").error().code,
            base::Code::kInvalidArgument);
  EXPECT_EQ(record_manual(world_.study(), "me", "mock-interview", 1, {}, "").error().code, base::Code::kNotFound);
}

}  // namespace
}  // namespace groundwork::portfolio
