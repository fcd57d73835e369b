#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace groundwork::http {

struct Target {
  std::string path;
  std::vector<std::pair<std::string, std::string>> query;
};

/// Percent-decodes; '+' is a space when `plus_is_space`. Nothing when an escape is cut short, or decodes to NUL.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space);

/// Splits and decodes a request target in origin form ("/a%20b?x=1&y"). Nothing when it does not start with '/', has a
/// bad escape, or decodes to text that is not UTF-8.
std::optional<Target> parse_target(std::string_view target);

/// Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view bytes);

}  // namespace groundwork::http
