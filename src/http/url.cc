#include "http/url.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/utf8.h"

namespace groundwork::http {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Length of the sequence that starts with `lead`, 0 if none does; `least` is the smallest code point it may encode.
std::size_t sequence_length(unsigned char lead, std::uint32_t& code_point, std::uint32_t& least) {
  if (lead < 0x80) {
    code_point = lead;
    least = 0;
    return 1;
  }
  if ((lead & 0xe0) == 0xc0) {
    code_point = lead & 0x1f;
    least = 0x80;
    return 2;
  }
  if ((lead & 0xf0) == 0xe0) {
    code_point = lead & 0x0f;
    least = 0x800;
    return 3;
  }
  if ((lead & 0xf8) == 0xf0) {
    code_point = lead & 0x07;
    least = 0x10000;
    return 4;
  }
  return 0;
}

constexpr std::size_t kMaxUrl = 8192;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_address_byte(char c) { return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.'; }

base::Error bad_url(std::string_view text, std::string_view found) {
  return base::make_error(base::Code::kInvalidArgument,
                          "expected a URL such as https://host:8443/path, found " + std::string(found),
                          redacted_url(text));
}

/// Host and port out of "host", "host:80", "[::1]:80".
base::Status read_authority(std::string_view authority, std::string_view text, Url& url) {
  std::string_view port;
  std::string_view host = authority;
  const bool bracketed = authority.starts_with('[');
  const std::size_t end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed) {
    if (end == std::string_view::npos) return bad_url(text, "'[' without ']'");
    host = authority.substr(1, end - 1);
    port = authority.substr(end + 1);
  } else if (end != std::string_view::npos) {
    host = authority.substr(0, end);
    port = authority.substr(end);
  }
  std::transform(host.begin(), host.end(), std::back_inserter(url.host), lower);
  if (url.host.empty() || url.host.size() > 253) return bad_url(text, "no host, or one of over 253 bytes");
  if (!std::all_of(url.host.begin(), url.host.end(), bracketed ? is_address_byte : is_name_byte)) {
    return bad_url(text, "a host with other bytes than letters, digits, '-', '.' and '_'");
  }
  url.port = url.tls ? 443 : 80;
  if (port.empty()) return {};
  int number = 0;
  const auto [last, failure] = std::from_chars(port.data() + 1, port.data() + port.size(), number);
  if (port.front() != ':' || failure != std::errc() || last != port.data() + port.size() || number < 1 ||
      number > 65535) {
    return bad_url(text, "a port that isn't a number from 1 to 65535");
  }
  url.port = static_cast<std::uint16_t>(number);
  return {};
}

}  // namespace

std::string Url::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port == (tls ? 443 : 80) ? name : name + ":" + std::to_string(port);
}

std::string Url::origin() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return (tls ? "https://" : "http://") + name + ":" + std::to_string(port);
}

std::string Url::text() const {
  return (tls ? "https://" : "http://") + authority() + target.substr(0, target.find('?'));
}

std::string redacted_url(std::string_view text) {
  text = text.substr(0, text.find_first_of("?#"));
  std::string out;
  const std::size_t scheme = text.find("://");
  const std::size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
  const std::size_t slash = std::min(text.find('/', start), text.size());
  const std::size_t at = text.substr(0, slash).rfind('@');
  if (at != std::string_view::npos && at >= start) {
    out = std::string(text.substr(0, start)) + std::string(text.substr(at + 1));
  } else {
    out = std::string(text);
  }
  return base::clip(out, 200);
}

base::Result<Url> parse_url(std::string_view text) {
  if (text.size() > kMaxUrl) return bad_url(text, std::to_string(text.size()) + " bytes");
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; })) {
    return bad_url(text, "a space, a control character or a byte that isn't ASCII");
  }
  text = text.substr(0, text.find('#'));
  const std::size_t colon = text.find("://");
  std::string scheme;
  std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(std::min(colon, text.size())),
                 std::back_inserter(scheme), lower);
  if (colon == std::string_view::npos || (scheme != "http" && scheme != "https")) {
    return bad_url(text, "no http:// or https:// at its start");
  }
  Url url;
  url.tls = scheme == "https";
  const std::string_view rest = text.substr(colon + 3);
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, end);
  if (authority.find('@') != std::string_view::npos) {
    return bad_url(text, "user information before the host (credentials belong in a header)");
  }
  GW_CHECK_OK(read_authority(authority, text, url));
  url.target = rest.substr(end);
  if (url.target.empty() || url.target.front() != '/') url.target.insert(url.target.begin(), '/');
  return url;
}

bool is_utf8(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size();) {
    std::uint32_t code_point = 0;
    std::uint32_t least = 0;
    const std::size_t length = sequence_length(static_cast<unsigned char>(bytes[i]), code_point, least);
    if (length == 0 || i + length > bytes.size()) return false;
    for (std::size_t j = 1; j < length; ++j) {
      const auto byte = static_cast<unsigned char>(bytes[i + j]);
      if ((byte & 0xc0) != 0x80) return false;
      code_point = code_point << 6 | (byte & 0x3f);
    }
    if (code_point < least || code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff)) return false;
    i += length;
  }
  return true;
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
      out += static_cast<char>(high << 4 | low);
      i += 2;
    } else if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else {
      out += text[i];
    }
  }
  return out;
}

std::optional<Target> parse_target(std::string_view target) {
  if (target.empty() || target.front() != '/') return std::nullopt;
  target = target.substr(0, target.find('#'));
  const std::size_t question = target.find('?');
  auto path = percent_decode(target.substr(0, question), false);
  if (!path || !is_utf8(*path)) return std::nullopt;
  Target out{std::move(*path), {}};
  if (question == std::string_view::npos) return out;
  std::string_view rest = target.substr(question + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(pair.size() == rest.size() ? pair.size() : pair.size() + 1);
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = percent_decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
    if (!name || !value || !is_utf8(*name) || !is_utf8(*value)) return std::nullopt;
    out.query.emplace_back(std::move(*name), std::move(*value));
  }
  return out;
}

}  // namespace groundwork::http
