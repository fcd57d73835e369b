#include "text/entity.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "text/unicode.h"

namespace groundwork::text {
namespace {

constexpr std::size_t kLongestName = 31;

Entity read_number(std::string_view text) {
  const bool hexadecimal = text.size() > 2 && (text[2] == 'x' || text[2] == 'X');
  const char* const begin = text.data() + (hexadecimal ? 3 : 2);
  const char* const end = text.data() + std::min<std::size_t>(text.size(), 12);
  std::uint32_t code = 0;
  if (begin >= end) return {};
  const auto [after, error] = std::from_chars(begin, end, code, hexadecimal ? 16 : 10);
  if (after == begin || after == end || *after != ';') return {};
  if (error != std::errc() || code == 0) code = 0xFFFD;
  Entity out;
  append_utf8(out.shown, code);
  out.length = static_cast<std::size_t>(after - text.data()) + 1;
  return out;
}

}  // namespace

Entity read_entity(std::string_view text, EntityStyle style) {
  if (text.size() < 3) return {};
  if (text[1] == '#') return read_number(text);
  std::size_t end = 1;
  while (end < text.size() && end <= kLongestName && is_ascii_alphanumeric(text[end])) ++end;
  const std::string_view name = text.substr(1, end - 1);
  const auto found = std::lower_bound(detail::kNamed.begin(), detail::kNamed.end(), name,
                                      [](const detail::NamedCharacter& c, std::string_view n) { return c.name < n; });
  if (found == detail::kNamed.end() || found->name != name) return {};
  const bool closed = end < text.size() && text[end] == ';';
  if (!closed && !(found->bare && style == EntityStyle::kHtml)) return {};
  return {std::string(found->shown), end + (closed ? 1 : 0)};
}

}  // namespace groundwork::text
