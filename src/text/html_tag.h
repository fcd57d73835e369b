#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "text/span.h"

namespace groundwork::text {

/// A piece of HTML's grammar, as far as showing text needs it.
struct HtmlToken {
  enum class Kind { kText, kStart, kEnd, kSkipped };  ///< skipped: comments, declarations, instructions
  Kind kind = Kind::kText;
  Span source;
  std::string name;           ///< of a tag, in lower case; at most 16 bytes of it
  Span attributes;            ///< of a start tag: what is between the name and '>'
  bool self_closing = false;  ///< "/>"
};

/// Cuts HTML into tokens, whatever the bytes: no input fails, and every byte is in exactly one token. Linear in time.
/// @source WHATWG HTML Standard, section 13.2.5
/// @deviation a tag or comment that is never closed is text or ends at the next '>' instead of at the end of the file
class HtmlTokenizer {
 public:
  explicit HtmlTokenizer(std::string_view bytes) : bytes_(bytes) {}

  /// The next token; nothing at the end.
  std::optional<HtmlToken> next();

  /// Goes on at the end tag of `name`, for elements whose content is no markup (script), or at the end of the bytes.
  void skip_to_end_tag(std::string_view name);

 private:
  HtmlToken text_token(std::size_t from);
  std::optional<HtmlToken> markup_token();
  std::size_t tag_end(std::size_t from);

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool quotes_count_ = true;    ///< until one is found that isn't closed
  bool comments_close_ = true;  ///< the same
};

/// The value of an attribute as it is written (references not decoded) and where; empty at 0 when it isn't there.
struct HtmlAttribute {
  bool found = false;
  Span value;
};
HtmlAttribute find_attribute(std::string_view bytes, Span attributes, std::string_view name);

}  // namespace groundwork::text
