#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace groundwork::base {

/// UTC, milliseconds: the resolution that facts are kept in.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Time comes in as an argument, so that what decides can be tested without waiting. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
};

/// A clock that stands still until it is moved. Not thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_(start) {}
  Timestamp now() const override { return now_; }
  void advance(std::chrono::milliseconds by) { now_ += by; }
  void set(Timestamp to) { now_ = to; }

 private:
  Timestamp now_;
};

/// "2026-04-05T10:11:12.345Z" (RFC 3339, always UTC, always milliseconds).
std::string format_timestamp(Timestamp at);
/// Reads what format_timestamp writes, also without or with other fractions of a second, "Z" or a numeric offset.
/// @errors kInvalidArgument
Result<Timestamp> parse_timestamp(std::string_view text);

/// "2026-04-05".
std::string format_date(std::chrono::sys_days day);
/// @errors kInvalidArgument: not of the form YYYY-MM-DD, or no such day.
Result<std::chrono::sys_days> parse_date(std::string_view text);

}  // namespace groundwork::base
