#pragma once

#include <string>
#include <string_view>

namespace groundwork::base {

/// Whether the bytes are UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

/// The start of `text` as UTF-8 of at most `max_bytes` bytes: no character is cut, and every byte that belongs to none
/// is replaced by U+FFFD. For quoting what came from outside in a message.
std::string clip(std::string_view text, std::size_t max_bytes);

}  // namespace groundwork::base
