#pragma once

// Text as Python's str sees it, because the metrics that everybody compares with are written in Python. All take any
// bytes; what is no UTF-8 counts as U+FFFD.

#include <string>
#include <string_view>
#include <vector>

namespace groundwork::score {

/// str.lower(). @deviation a capital sigma is the medial small one wherever it stands
std::string lower(std::string_view text);

/// str.isspace() of one character: White_Space and the four separators U+001C to U+001F.
bool is_python_space(char32_t code);

/// What re's \w matches: letters, everything numeric, and '_'.
bool is_word_character(char32_t code);

/// str.split()
std::vector<std::string> split_words(std::string_view text);

/// str.strip()
std::string_view strip(std::string_view text);

}  // namespace groundwork::score
