#include "score/python_text.h"

#include <utf8proc.h>

#include "text/unicode.h"

namespace groundwork::score {

std::string lower(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const text::Character one = text::character_at(text, i);
    i += one.length;
    if (one.code == U'\u0130') {  // the only character whose lower case is two
      out += "i\u0307";
    } else {
      text::append_utf8(out, text::to_lower(one.code));
    }
  }
  return out;
}

bool is_python_space(char32_t code) { return text::is_space(code) || (code >= 0x1C && code <= 0x1F); }

bool is_word_character(char32_t code) {
  if (code < 0x80) return code == U'_' || text::is_ascii_alphanumeric(static_cast<char>(code));
  if (text::is_letter(code)) return true;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(code))) {
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return false;
  }
}

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size();) {
    const text::Character one = text::character_at(text, i);
    if (is_python_space(one.code)) {
      if (i > begin) words.emplace_back(text.substr(begin, i - begin));
      begin = i + one.length;
    }
    i += one.length;
  }
  if (begin < text.size()) words.emplace_back(text.substr(begin));
  return words;
}

std::string_view strip(std::string_view text) {
  while (!text.empty()) {
    const text::Character one = text::character_at(text, 0);
    if (!is_python_space(one.code)) break;
    text.remove_prefix(one.length);
  }
  while (!text.empty()) {
    std::size_t last = text.size() - 1;
    while (last > 0 && !text::starts_character(text[last])) --last;
    const text::Character one = text::character_at(text, last);
    if (last + one.length != text.size() || !is_python_space(one.code)) break;
    text.remove_suffix(one.length);
  }
  return text;
}

}  // namespace groundwork::score
