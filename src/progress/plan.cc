#include "progress/plan.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/hash.h"

namespace groundwork::progress {
namespace {

std::size_t at(int index) { return static_cast<std::size_t>(index); }

std::string hours_text(double hours) {
  std::string text = base::json::serialize(base::json::value(static_cast<std::int64_t>(hours)));
  const int quarters = static_cast<int>(std::lround((hours - std::floor(hours)) * 4));
  if (quarters > 0) text += quarters == 2 ? ".5" : (quarters == 1 ? ".25" : ".75");
  return text;
}

/// RFC 5545 section 3.3.11: backslash, semicolon, comma and line ends.
std::string escaped(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '\\' || c == ';' || c == ',') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c != '\r') {
      out += c;
    }
  }
  return out;
}

/// Section 3.1: lines of at most 75 octets, never cut inside a UTF-8 sequence.
void line(std::string& out, const std::string& text) {
  std::size_t begin = 0;
  std::size_t room = 75;
  while (text.size() - begin > room) {
    std::size_t end = begin + room;
    while (end > begin && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    out.append(text, begin, end - begin).append("\r\n ");
    begin = end;
    room = 74;
  }
  out.append(text, begin).append("\r\n");
}

std::string compact_date(std::chrono::sys_days day) {
  std::string text = base::format_date(day);
  std::erase(text, '-');
  return text;
}

std::string compact_timestamp(base::Timestamp stamp) {
  std::string text = base::format_timestamp(stamp).substr(0, 19);
  std::erase(text, '-');
  std::erase(text, ':');
  return text + "Z";
}

/// Theory on the first and third day, building spread over three, interview and retrospective towards the end.
std::vector<Session> sessions_of(const PlanWeek& week, const Split& split, const std::string& first_module) {
  const auto day = [&](int offset) { return week.from + std::chrono::days{offset}; };
  const auto half = [](double hours) { return std::round(hours * 2) / 4; };  // halves in quarter hours
  const double theory = half(split.theory);
  const double building = half(split.building);
  return {{day(0), "theory", theory, "Read: " + first_module},
          {day(1), "building", building, "Build: labs of the week"},
          {day(2), "theory", split.theory - theory, "Read and take the quiz"},
          {day(3), "interview", split.interview, "Interview drills: " + week.title},
          {day(5), "building", split.building - building, "Build: finish and submit"},
          {day(6), "retrospective", split.retrospective, "Weekly review"}};
}

}  // namespace

std::vector<int> roadmap_weeks(int pace, int calendar) {
  if (pace != 12) return {std::clamp(calendar, 1, 16)};
  const int index = std::clamp(calendar, 1, 12) - 1;
  const int first = 4 * (index / 3) + index % 3 + 1;
  if (index % 3 == 2) return {first, first + 1};
  return {first};
}

Split split_of(const Course& course, int hours_per_week) {
  const double total =
      course.split_theory + course.split_building + course.split_interview + course.split_retrospective;
  const auto scaled = [&](double hours) { return std::round(hours * hours_per_week / total * 4) / 4; };
  Split split{.theory = scaled(course.split_theory),
              .building = 0,
              .interview = scaled(course.split_interview),
              .retrospective = scaled(course.split_retrospective)};
  split.building = hours_per_week - split.theory - split.interview - split.retrospective;  // exact in sum
  return split;
}

std::vector<PlanWeek> plan(const Course& course, const ProfileSet& profile) {
  const Split split = split_of(course, profile.hours_per_week);
  std::vector<PlanWeek> weeks;
  for (int number = 1; number <= profile.pace_weeks; ++number) {
    PlanWeek week;
    week.number = number;
    week.from = profile.start_on + std::chrono::days{7 * (number - 1)};
    week.to = week.from + std::chrono::days{6};
    week.roadmap_weeks = roadmap_weeks(profile.pace_weeks, number);
    for (int roadmap : week.roadmap_weeks) {
      if (at(roadmap) < course.week_titles.size()) {
        if (!week.title.empty()) week.title += "; ";
        week.title += course.week_titles[at(roadmap)];
      }
      for (std::size_t m = 0; m < course.modules.size(); ++m) {
        if (course.modules[m].week == roadmap) week.modules.push_back(static_cast<int>(m));
      }
      for (const Course::Phase& phase : course.phases) {
        if (!phase.weeks.empty() && phase.weeks.back() == roadmap) week.gate = phase.gate_id;
      }
    }
    const std::string first = week.modules.empty() ? week.title : course.modules[at(week.modules.front())].title;
    week.sessions = sessions_of(week, split, first);
    weeks.push_back(std::move(week));
  }
  return weeks;
}

std::string to_icalendar(const std::vector<PlanWeek>& weeks, base::Timestamp stamp) {
  std::string out;
  line(out, "BEGIN:VCALENDAR");
  line(out, "VERSION:2.0");
  line(out, "PRODID:-//Groundwork//Plan//EN");
  line(out, "CALSCALE:GREGORIAN");
  for (const PlanWeek& week : weeks) {
    for (const Session& session : week.sessions) {
      line(out, "BEGIN:VEVENT");
      const std::string key = base::format_date(session.date) + session.kind;
      line(out, "UID:" + base::sha256_hex(key).substr(0, 32) + "@groundwork");
      line(out, "DTSTAMP:" + compact_timestamp(stamp));
      line(out, "DTSTART;VALUE=DATE:" + compact_date(session.date));
      line(out, "DTEND;VALUE=DATE:" + compact_date(session.date + std::chrono::days{1}));
      line(out, "SUMMARY:" + escaped(session.title + " (" + hours_text(session.hours) + " h)"));
      line(out, "DESCRIPTION:" + escaped("Week " + std::to_string(week.number) + ": " + week.title));
      line(out, "CATEGORIES:" + session.kind);
      line(out, "TRANSP:TRANSPARENT");
      line(out, "END:VEVENT");
    }
  }
  line(out, "END:VCALENDAR");
  return out;
}

}  // namespace groundwork::progress
