#pragma once

// telemetry: structured logs, one JSON object a line. In scope: levels, fields, redaction. Metrics and traces come with
// the gateway.

#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace groundwork::telemetry {

enum class Level { kDebug, kInfo, kWarning, kError };

/// Writes {"at", "level", "event", ...fields} to standard error when `level` is at least the minimum.
/// Values of fields whose name contains token, secret, password, authorization or cookie are replaced by "[redacted]".
/// Thread-safe; a line is written whole.
void log(Level level, std::string_view event, base::json::object fields = {});

/// The least level that is written; kInfo at the start.
void set_minimum_level(Level level);

/// Replaces the writer (tests); an empty function restores standard error. Not to be called while others log.
void set_sink(std::function<void(std::string_view line)> sink);

}  // namespace groundwork::telemetry
