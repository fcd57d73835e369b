#include "telemetry/log.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cstdio>
#include <mutex>
#include <utility>

#include "base/clock.h"

namespace groundwork::telemetry {
namespace {

std::atomic<Level> minimum{Level::kInfo};
std::mutex sink_mutex;
std::function<void(std::string_view)> sink_function;

bool is_secret(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  static constexpr std::array<std::string_view, 5> kSecretWords = {"token", "secret", "password", "authorization",
                                                                   "cookie"};
  return std::any_of(kSecretWords.begin(), kSecretWords.end(),
                     [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::string_view name_of(Level level) {
  static constexpr std::array<std::string_view, 4> kNames = {"debug", "info", "warning", "error"};
  return kNames[static_cast<std::size_t>(level)];
}

}  // namespace

void log(Level level, std::string_view event, base::json::object fields) {
  if (level < minimum.load(std::memory_order_relaxed)) return;
  base::json::object line;
  line["at"] = base::format_timestamp(base::SystemClock().now());
  line["level"] = name_of(level);
  line["event"] = event;
  for (auto& [key, value] : fields) {
    line[key] = is_secret(key) ? base::json::value("[redacted]") : std::move(value);
  }
  const std::string text = base::json::serialize(line) + "\n";
  const std::lock_guard lock(sink_mutex);
  if (sink_function) {
    sink_function(text);
  } else {
    std::fwrite(text.data(), 1, text.size(), stderr);
  }
}

void set_minimum_level(Level level) { minimum = level; }

void set_sink(std::function<void(std::string_view)> sink) {
  const std::lock_guard lock(sink_mutex);
  sink_function = std::move(sink);
}

}  // namespace groundwork::telemetry
