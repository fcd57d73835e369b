#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace groundwork::text {

/// A character reference: what it shows and how many bytes it takes from the '&' on; length 0: there is none.
struct Entity {
  std::string shown;
  std::size_t length = 0;
};

enum class EntityStyle {
  kHtml,      ///< "&amp" without semicolon too, where HTML allows it
  kMarkdown,  ///< only with semicolon
};

/// Reads the reference at the start of `text`, which begins with '&'. Numbers that are no character, and NUL, show
/// U+FFFD. Looks at no more than 34 bytes.
/// @source WHATWG HTML Standard, section 13.2.5.72 to 13.2.5.80
/// @deviation a number needs its semicolon; in HTML "&notit;" is not split into "¬it;"
Entity read_entity(std::string_view text, EntityStyle style);

namespace detail {

struct NamedCharacter {
  std::string_view name;   ///< without '&' and ';'
  std::string_view shown;  ///< one or two characters
  bool bare = false;       ///< also without the semicolon
};
constexpr std::size_t kNamedCharacters = 2125;
extern const std::array<NamedCharacter, kNamedCharacters> kNamed;

}  // namespace detail
}  // namespace groundwork::text
