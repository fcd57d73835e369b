#include "base/clock.h"

#include <array>
#include <cstdio>

#include "base/utf8.h"

namespace groundwork::base {
namespace {

using std::chrono::days;
using std::chrono::milliseconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

/// Reads exactly `count` digits at `at`; -1 if there are none such.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

Error bad_timestamp(std::string_view text) {
  return make_error(Code::kInvalidArgument,
                    "expected a time such as 2026-04-05T10:11:12.345Z, found '" + clip(text, 40) + "'");
}

/// Reads ".123456", keeps milliseconds, moves `at` behind it; -1 if malformed.
int fraction(std::string_view text, std::size_t& at) {
  if (at >= text.size() || text[at] != '.') return 0;
  int value = 0;
  int scale = 100;
  std::size_t end = at + 1;
  for (; end < text.size() && text[end] >= '0' && text[end] <= '9'; ++end) {
    value += (text[end] - '0') * scale;
    scale /= 10;
  }
  if (end == at + 1 || end > at + 10) return -1;
  at = end;
  return value;
}

}  // namespace

Timestamp SystemClock::now() const { return std::chrono::floor<milliseconds>(std::chrono::system_clock::now()); }

std::string format_date(sys_days day) {
  const year_month_day ymd(day);
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02u", static_cast<int>(ymd.year()),
                static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
  return buffer.data();
}

std::string format_timestamp(Timestamp at) {
  const auto day = std::chrono::floor<days>(at);
  const std::chrono::hh_mm_ss<milliseconds> time(at - day);
  std::array<char, 32> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "T%02d:%02d:%02d.%03dZ", static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()),
                static_cast<int>(time.subseconds().count()));
  return format_date(day) + buffer.data();
}

Result<sys_days> parse_date(std::string_view text) {
  const int year = digits(text, 0, 4);
  const int month = digits(text, 5, 2);
  const int day = digits(text, 8, 2);
  const bool shaped = text.size() == 10 && text[4] == '-' && text[7] == '-' && year >= 0 && month >= 0 && day >= 0;
  const year_month_day ymd(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                           std::chrono::day(static_cast<unsigned>(day)));
  if (!shaped || !ymd.ok()) {
    return make_error(Code::kInvalidArgument, "expected a date such as 2026-04-05, found '" + clip(text, 40) + "'");
  }
  return sys_days(ymd);
}

Result<Timestamp> parse_timestamp(std::string_view text) {
  auto day = parse_date(text.substr(0, 10));
  const int hour = digits(text, 11, 2);
  const int minute = digits(text, 14, 2);
  const int second = digits(text, 17, 2);
  if (!day.ok() || text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':' ||
      hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
    return bad_timestamp(text);
  }
  std::size_t at = 19;
  const int millis = fraction(text, at);
  if (millis < 0 || at >= text.size()) return bad_timestamp(text);
  std::chrono::minutes offset{0};
  const char zone = text[at];
  if (zone == '+' || zone == '-') {
    const int zone_hour = digits(text, at + 1, 2);
    const int zone_minute = digits(text, at + 4, 2);
    if (text.size() != at + 6 || text[at + 3] != ':' || zone_hour < 0 || zone_hour > 23 || zone_minute < 0 ||
        zone_minute > 59) {
      return bad_timestamp(text);
    }
    offset = std::chrono::hours(zone_hour) + std::chrono::minutes(zone_minute);
    if (zone == '-') offset = -offset;
  } else if ((zone != 'Z' && zone != 'z') || text.size() != at + 1) {
    return bad_timestamp(text);
  }
  return Timestamp(*day) + std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) +
         milliseconds(millis) - offset;
}

}  // namespace groundwork::base
