#pragma once

#include <string>
#include <vector>

#include "progress/derive.h"

namespace groundwork::progress {

struct Session {
  std::chrono::sys_days date{};
  std::string kind;  ///< theory, building, interview, retrospective
  double hours = 0;
  std::string title;
};

struct PlanWeek {
  int number = 1;  ///< of the calendar
  std::chrono::sys_days from{};
  std::chrono::sys_days to{};  ///< the last day
  std::vector<int> roadmap_weeks;
  std::string title;
  std::vector<int> modules;
  std::string gate;  ///< the gate at its end; empty: none
  std::vector<Session> sessions;
};

/// The roadmap's weeks that fall into week `calendar` (from 1) of a plan of `pace` weeks. At a pace of 12, four
/// roadmap weeks become three calendar weeks: each of the phase's first, second and third weeks takes a third of the
/// fourth with it, so a phase of four weeks ends with a calendar week that holds its third and fourth.
std::vector<int> roadmap_weeks(int pace, int calendar);

/// Hours a week of each kind: the roadmap's split (3, 5, 2, 1 of 11) scaled to the profile's hours, in quarter hours.
struct Split {
  double theory = 0, building = 0, interview = 0, retrospective = 0;
};
Split split_of(const Course& course, int hours_per_week);

std::vector<PlanWeek> plan(const Course& course, const ProfileSet& profile);

/// The sessions as RFC 5545 iCalendar, all-day events with their hours in the summary. `stamp` is DTSTAMP.
std::string to_icalendar(const std::vector<PlanWeek>& weeks, base::Timestamp stamp);

}  // namespace groundwork::progress
