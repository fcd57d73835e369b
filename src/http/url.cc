#include "http/url.h"

#include <cstdint>

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

}  // namespace

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
