#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace groundwork::bench {

/// How a request ended. Only kOk ever counts in a latency figure.
enum class Outcome : std::uint8_t {
  kOk,
  kRefused,          ///< no connection: refused, unreachable
  kTimeout,          ///< not done within the time-out, connecting included
  kClosed,           ///< closed or reset before the answer's head was there
  kClosedMidStream,  ///< closed or reset within the answer, or a stream that ends without saying so
  kStatus4xx,
  kStatus429,
  kStatus5xx,
  kRedirect,    ///< never followed
  kErrorFrame,  ///< 200, and then an error in the stream
  kEmpty,       ///< a stream that ended well without a token
  kGarbage,     ///< not HTTP, not JSON, not events
  kContract,    ///< well-formed, and not what the profile's contract says
  kNeverSent,   ///< intended within the run, and never got a connection
};
inline constexpr std::size_t kOutcomes = static_cast<std::size_t>(Outcome::kNeverSent) + 1;

/// "ok", "refused", "closed_mid_stream", ...: as result files name them.
std::string_view to_string(Outcome outcome);

/// One request. Times are nanoseconds since the run began, -1 where it never came to that. Of an answer's bytes it is
/// the kernel's time of arrival where the kernel tells it, so a client that reads late doesn't blame the target.
struct Sample {
  std::int64_t intended = -1;       ///< when the schedule wanted it sent; in a closed loop the same as `started`
  std::int64_t started = -1;        ///< when the client took it up
  std::int64_t sent = -1;           ///< when its first byte went out
  std::int64_t first_byte = -1;     ///< of the answer
  std::int64_t first_token = -1;    ///< of any kind, reasoning included
  std::int64_t first_content = -1;  ///< of the answer proper
  std::int64_t done = -1;
  std::uint32_t prompt_tokens = 0;
  std::uint32_t output_tokens = 0;  ///< from the answer's usage, else the chunks that carried text
  std::uint32_t chunks = 0;         ///< that carried text
  std::uint32_t bytes = 0;          ///< of the answer's body
  std::uint64_t gaps_at = 0;        ///< its gaps between tokens stand here in Recording::gaps
  std::uint32_t gaps = 0;
  std::uint16_t status = 0;
  Outcome outcome = Outcome::kOk;
  bool usage = false;      ///< the token counts are the answer's own
  bool reasoning = false;  ///< reasoning came before the first content
  bool warm_up = false;
  bool reused = false;  ///< over a connection that was open already

  /// From the intended time to the last byte: what somebody who came at that time waited.
  std::int64_t latency() const { return done - intended; }
  /// -1 when no token came. Never negative otherwise: no answer's byte is counted as earlier than its request.
  std::int64_t ttft() const { return first_token < 0 ? -1 : first_token - intended; }
  std::int64_t ttft_content() const { return first_content < 0 ? -1 : first_content - intended; }
};

}  // namespace groundwork::bench
