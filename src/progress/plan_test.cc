#include "progress/plan.h"

#include <gtest/gtest.h>

#include <numeric>

#include "progress/random_history.h"

namespace groundwork::progress {
namespace {

ProfileSet profile(int pace, int hours) {
  return {.pace_weeks = pace, .hours_per_week = hours, .start_on = *base::parse_date("2026-11-23")};
}

TEST(Plan, EveryRoadmapWeekComesOnceAtEitherPace) {
  for (int pace : {12, 16}) {
    std::vector<int> all;
    for (int week = 1; week <= pace; ++week) {
      for (int roadmap : roadmap_weeks(pace, week)) all.push_back(roadmap);
    }
    std::vector<int> expected(16);
    std::iota(expected.begin(), expected.end(), 1);
    EXPECT_EQ(all, expected) << pace;
  }
}

TEST(Plan, TheSplitIsScaledAndAddsUpToTheHours) {
  const Course course = small_course();
  for (int hours : {10, 12}) {
    const Split split = split_of(course, hours);
    EXPECT_DOUBLE_EQ(split.theory + split.building + split.interview + split.retrospective, hours);
    EXPECT_GT(split.building, split.theory);
    for (const PlanWeek& week : plan(course, profile(16, hours))) {
      double sum = 0;
      for (const Session& session : week.sessions) sum += session.hours;
      EXPECT_DOUBLE_EQ(sum, hours);
    }
  }
}

TEST(Plan, WeeksFollowEachOtherFromTheStart) {
  const std::vector<PlanWeek> weeks = plan(small_course(), profile(12, 10));
  ASSERT_EQ(weeks.size(), 12U);
  EXPECT_EQ(base::format_date(weeks[0].from), "2026-11-23");
  EXPECT_EQ(weeks[1].from - weeks[0].to, std::chrono::days{1});
  EXPECT_EQ(weeks[0].modules.size(), 2U);
}

TEST(Plan, TheCalendarFoldsLinesAndEscapesText) {
  Course course = small_course();
  course.week_titles[1] = "Комма, семикола; и длинная строка, которую надо сложить по границам знаков";
  const std::string ics = to_icalendar(plan(course, profile(16, 12)), base::Timestamp{});
  std::size_t begin = 0;
  while (begin < ics.size()) {
    const std::size_t end = ics.find("\r\n", begin);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end - begin, 75U);
    EXPECT_NE(static_cast<unsigned char>(ics[begin == 0 ? 0 : begin + 1]) & 0xC0U, 0x80U);
    begin = end + 2;
  }
  EXPECT_NE(ics.find("Комма\\, "), std::string::npos);
  EXPECT_NE(ics.find("DTSTART;VALUE=DATE:20261123"), std::string::npos);
  EXPECT_NE(ics.find("DTSTAMP:19700101T000000Z"), std::string::npos);
}

}  // namespace
}  // namespace groundwork::progress
