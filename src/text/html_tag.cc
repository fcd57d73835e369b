#include "text/html_tag.h"

#include <algorithm>

#include "text/unicode.h"

namespace groundwork::text {
namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kLongestName = 16;

bool equal_in_lower_case(std::string_view bytes, std::string_view lower) {
  return bytes.size() == lower.size() &&
         std::equal(bytes.begin(), bytes.end(), lower.begin(), [](char a, char b) { return ascii_lower(a) == b; });
}

}  // namespace

std::optional<HtmlToken> HtmlTokenizer::next() {
  if (at_ >= bytes_.size()) return std::nullopt;
  if (bytes_[at_] != '<') return text_token(at_);
  if (auto token = markup_token()) return token;
  return text_token(at_ + 1);  // a '<' that begins nothing
}

/// Text from here to the first '<' at or after `from`.
HtmlToken HtmlTokenizer::text_token(std::size_t from) {
  const std::size_t end = std::min(bytes_.find('<', from), bytes_.size());
  HtmlToken token;
  token.source = {at_, end};
  at_ = end;
  return token;
}

/// Where the '>' of a tag is, which doesn't count within quotes; kNone: nowhere.
std::size_t HtmlTokenizer::tag_end(std::size_t from) {
  char quote = '\0';
  for (std::size_t at = from; quotes_count_ && at < bytes_.size(); ++at) {
    const char c = bytes_[at];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if ((c == '"' || c == '\'') && bytes_[at - 1] == '=') {
      quote = c;
    } else if (c == '>') {
      return at;
    }
  }
  quotes_count_ = false;
  return bytes_.find_first_of("<>", from);
}

std::optional<HtmlToken> HtmlTokenizer::markup_token() {
  const std::string_view rest = bytes_.substr(at_);
  const bool closing = rest.starts_with("</");
  const std::size_t name_at = at_ + (closing ? 2 : 1);
  if (name_at >= bytes_.size()) return std::nullopt;
  HtmlToken token;
  if (rest.starts_with("<!") || rest.starts_with("<?") || (closing && !is_ascii_letter(bytes_[name_at]))) {
    std::size_t end = kNone;
    if (comments_close_ && rest.starts_with("<!--")) {
      end = bytes_.find("-->", at_ + 2);  // "<!-->" is a comment too
      comments_close_ = end != kNone;
      if (comments_close_) end += 2;
    }
    if (end == kNone) end = bytes_.find('>', at_);
    if (end == kNone) end = bytes_.size() - 1;
    token.kind = HtmlToken::Kind::kSkipped;
    token.source = {at_, end + 1};
    at_ = end + 1;
    return token;
  }
  if (!is_ascii_letter(bytes_[name_at])) return std::nullopt;
  const std::size_t name_end = std::min(bytes_.find_first_of(" \t\n\f\r/<>", name_at), bytes_.size());
  const std::size_t end = tag_end(name_end);
  if (end == kNone || bytes_[end] != '>') return std::nullopt;
  token.kind = closing ? HtmlToken::Kind::kEnd : HtmlToken::Kind::kStart;
  token.source = {at_, end + 1};
  token.name = bytes_.substr(name_at, std::min(name_end - name_at, kLongestName));
  std::transform(token.name.begin(), token.name.end(), token.name.begin(), ascii_lower);
  token.attributes = {name_end, end};
  token.self_closing = end > name_end && bytes_[end - 1] == '/';
  at_ = end + 1;
  return token;
}

void HtmlTokenizer::skip_to_end_tag(std::string_view name) {
  while (at_ < bytes_.size()) {
    at_ = std::min(bytes_.find("</", at_), bytes_.size());
    if (at_ == bytes_.size() || equal_in_lower_case(bytes_.substr(at_ + 2, name.size()), name)) return;
    at_ += 2;
  }
}

HtmlAttribute find_attribute(std::string_view bytes, Span attributes, std::string_view name) {
  std::size_t at = attributes.begin;
  const auto skip = [&](auto unwanted) {
    while (at < attributes.end && unwanted(bytes[at])) ++at;
  };
  while (at < attributes.end) {
    skip([](char c) { return is_ascii_space(c) || c == '/'; });
    const std::size_t name_begin = at;
    skip([](char c) { return !is_ascii_space(c) && c != '/' && c != '='; });
    const std::string_view found = bytes.substr(name_begin, at - name_begin);
    skip(is_ascii_space);
    Span value;
    if (at < attributes.end && bytes[at] == '=') {
      ++at;
      skip(is_ascii_space);
      const char quote = at < attributes.end ? bytes[at] : '\0';
      if (quote == '"' || quote == '\'') {
        value.begin = ++at;
        skip([quote](char c) { return c != quote; });
        value.end = at;
        ++at;
      } else {
        value.begin = at;
        skip([](char c) { return !is_ascii_space(c); });
        value.end = at;
      }
    }
    if (equal_in_lower_case(found, name)) return {true, value};
  }
  return {};
}

}  // namespace groundwork::text
