#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace groundwork::text {

/// One character of UTF-8 text and the bytes it takes. A byte that belongs to no character stands for U+FFFD and has
/// length 1, so a walk over any bytes ends.
struct Character {
  char32_t code = 0xFFFD;
  std::size_t length = 1;
};

/// The character at `position`, which must be below text.size(). @source RFC 3629
Character character_at(std::string_view text, std::size_t position);

/// Appends the character as UTF-8; what is no scalar value is written as U+FFFD.
void append_utf8(std::string& out, char32_t code);

/// Whether a UTF-8 character may start at this byte: everything but 10xxxxxx.
inline bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

/// ASCII only; every other byte is none of these.
inline bool is_ascii_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
inline bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_ascii_alphanumeric(char c) { return is_ascii_letter(c) || is_ascii_digit(c); }
inline bool is_ascii_punctuation(char c) { return c > ' ' && c < 0x7F && !is_ascii_alphanumeric(c); }
inline char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

/// What the Unicode Character Database says, as of the utf8proc that is installed (14 on Debian 12, 15 on Ubuntu
/// 24.04). All are pure and thread-safe.
bool is_punctuation(char32_t code);      ///< general category P*
bool is_space(char32_t code);            ///< property White_Space
bool is_other(char32_t code);            ///< general category Cc, Cf, Cs or Co: assigned, and not seen
bool is_nonspacing_mark(char32_t code);  ///< general category Mn
bool is_letter(char32_t code);           ///< general category L*
bool is_upper(char32_t code);            ///< general category Lu or Lt
bool is_lower(char32_t code);            ///< general category Ll
bool is_digit(char32_t code);            ///< general category Nd
char32_t to_lower(char32_t code);        ///< simple case mapping

/// The canonical decomposition (NFD) of one character.
struct Decomposition {
  std::array<char32_t, 4> codes{};
  std::size_t size = 0;
};
Decomposition decompose(char32_t code);

}  // namespace groundwork::text
