#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace groundwork::model {

/// When a call to an endpoint that failed for the moment is made again.
struct RetryPolicy {
  int max_retries = 2;
  std::chrono::milliseconds first_backoff{250};
  std::chrono::milliseconds max_backoff{8'000};
};

/// Whether another try may do better: 408, 409, 425, 429, and every 5xx but 501 and 505.
bool is_retryable_status(int status);

/// What a Retry-After header asks for: seconds or an HTTP date. Nothing when it is neither; never negative.
/// @source RFC 9110, section 10.2.3
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view value, base::Timestamp now);

/// How long to wait before retry number `retry` (0 for the first). What the endpoint asks for is kept to exactly; else
/// a backoff that doubles, of which a random half to whole is taken, so that callers don't come back all at once.
std::chrono::milliseconds retry_delay(const RetryPolicy& policy, int retry,
                                      std::optional<std::chrono::milliseconds> asked, base::Random& random);

}  // namespace groundwork::model
