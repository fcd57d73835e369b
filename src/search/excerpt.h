#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "text/span.h"

namespace groundwork::search {

/// A stretch of a text that shows why it was found.
struct Excerpt {
  text::Span range;               ///< bytes of the text; begins at a word, and no character is cut
  std::vector<text::Span> marks;  ///< bytes of the text, within `range`: words of the terms, in order, not overlapping
};

/// The stretch of at most `max_bytes` that holds most of the terms, and of several such the first; its start where
/// there is none.
/// @param terms  as the analyzer makes them
Excerpt excerpt(std::string_view text, const std::set<std::string>& terms, std::size_t max_bytes);

}  // namespace groundwork::search
