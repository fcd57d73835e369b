#include "model/remote_retry.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <string>

namespace groundwork::model {

using std::chrono::milliseconds;

bool is_retryable_status(int status) {
  if (status == 408 || status == 409 || status == 425 || status == 429) return true;
  return status >= 500 && status <= 599 && status != 501 && status != 505;
}

std::optional<milliseconds> parse_retry_after(std::string_view value, base::Timestamp now) {
  static constexpr std::int64_t kMostSeconds = 365LL * 24 * 3600;
  std::int64_t seconds = 0;
  const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (failure == std::errc() && end == value.data() + value.size() && seconds >= 0) {
    return std::chrono::seconds(std::min(seconds, kMostSeconds));
  }
  if (value.size() != 29) return std::nullopt;  // "Sun, 06 Nov 1994 08:49:37 GMT"
  std::tm parts{};
  const std::string text(value);
  const char* rest = ::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  const base::Timestamp at{std::chrono::seconds(::timegm(&parts))};
  return std::clamp<milliseconds>(at - now, milliseconds(0), std::chrono::seconds(kMostSeconds));
}

milliseconds retry_delay(const RetryPolicy& policy, int retry, std::optional<milliseconds> asked,
                         base::Random& random) {
  if (asked) return *asked;
  const std::int64_t longest = policy.max_backoff.count();
  const std::int64_t doubled = std::min(longest, policy.first_backoff.count() << std::min(retry, 20));
  const std::int64_t half = doubled / 2;
  return milliseconds(half + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(doubled - half) + 1)));
}

}  // namespace groundwork::model
