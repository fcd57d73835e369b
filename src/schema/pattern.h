#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace groundwork::schema {

/// Code points, both ends included.
struct CodeRange {
  char32_t first = 0;
  char32_t last = 0;
  friend bool operator==(const CodeRange&, const CodeRange&) = default;
};

constexpr char32_t kLastCode = 0x10ffff;

/// Sorted, without overlap or touching neighbours.
std::vector<CodeRange> normalised(std::vector<CodeRange> ranges);
std::vector<CodeRange> complement(const std::vector<CodeRange>& ranges);

/// A parsed regular expression.
struct PatternNode {
  enum class Kind : std::uint8_t { kSet, kSequence, kChoice, kRepeat, kStart, kEnd, kBoundary, kNoBoundary };

  Kind kind = Kind::kSequence;          ///< an empty sequence matches the empty text
  std::vector<CodeRange> set;           ///< of kSet, without its properties, before negation
  std::vector<std::string> properties;  ///< of kSet, in RE2's spelling: "\p{L}", "\P{Greek}"
  bool negated = false;                 ///< of kSet
  int minimum = 0;                      ///< of kRepeat
  int maximum = -1;                     ///< of kRepeat; -1: none
  std::vector<PatternNode> children;    ///< of kSequence, kChoice, and the one of kRepeat
};

/// Parses ECMA-262's regular expressions (with the flag u, and the tolerance of Annex B for needless escapes of
/// punctuation).
/// @errors kInvalidArgument: not a pattern; kUnimplemented: names a part that has no linear-time translation
///         (lookahead, lookbehind, back reference, modifiers), a property that RE2 does not know, groups nested
///         over 64.
/// @source ECMA-262, 22.2.1
base::Result<PatternNode> parse_pattern(std::string_view source);

/// A compiled pattern with ECMA-262's meaning, found anywhere in a text as JSON Schema wants it. RE2 does the matching,
/// in time linear in the text whatever the pattern. Copies share one program; thread-safe.
/// What is translated: ^ and $ are the text's ends; "." is all but \n \r U+2028 U+2029; \s is ECMA's white space;
/// \d \w \b are ASCII; \cX \xHH \uHHHH \u{H} and surrogate pairs are the code point; [] nothing, [^] anything; groups
/// only group; \p{Letter}, \p{gc=L}, \p{Script=Greek} are RE2's \p{L}, \p{Greek}.
class Pattern {
 public:
  /// @errors as parse_pattern(); kUnimplemented: larger than RE2 takes (a repetition above 1000, over 8 MiB compiled).
  static base::Result<Pattern> compile(std::string_view source);

  /// @param text  UTF-8
  bool matches(std::string_view text) const;
  const std::string& source() const;
  const PatternNode& tree() const;

 private:
  struct Impl;
  explicit Pattern(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

}  // namespace groundwork::schema
