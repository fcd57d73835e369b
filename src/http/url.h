#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

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

/// An absolute URL to call, in parts.
struct Url {
  bool tls = false;        ///< https
  std::string host;        ///< lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;  ///< the scheme's own when the URL names none
  std::string target;      ///< path and query as they go on the wire, starts with '/'

  /// "https://host:port", the port always there: what connections are shared by.
  std::string origin() const;
  /// What a Host header says: the port only where it isn't the scheme's own.
  std::string authority() const;
  /// Scheme, host and path, for messages: no query, which may carry a key.
  std::string text() const;
  friend bool operator==(const Url&, const Url&) = default;
};

/// Reads an http or https URL of at most 8,192 bytes; a fragment is dropped.
/// @errors kInvalidArgument: not such a URL; user information in it (it would end up in logs: credentials belong in a
///         header); a byte that isn't printable ASCII. The message holds neither user information nor query.
/// @source RFC 3986, section 3
base::Result<Url> parse_url(std::string_view text);

/// `text` as far as it may be shown: user information, query and fragment cut off, at most 200 bytes.
std::string redacted_url(std::string_view text);

}  // namespace groundwork::http
