#include "score/foreign_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <vector>

#include "score/python_text.h"

namespace groundwork::score {
namespace {

namespace json = base::json;
constexpr std::size_t kNone = std::string_view::npos;

// ---- What Python's re, int and float do ----

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f'); }
bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// A place in a text that moves as parts of a pattern match.
class Cursor {
 public:
  Cursor(std::string_view text, std::size_t at) : text_(text), at_(at) {}
  std::size_t at() const { return at_; }
  bool literal(std::string_view part) {
    if (text_.substr(std::min(at_, text_.size())).substr(0, part.size()) != part) return false;
    at_ += part.size();
    return true;
  }
  template <typename Is>
  std::size_t many(Is is) {
    const std::size_t from = at_;
    while (at_ < text_.size() && is(text_[at_])) ++at_;
    return at_ - from;
  }
  bool spaces() { return many(is_space) > 0; }
  bool end() const { return at_ == text_.size() || (at_ + 1 == text_.size() && text_[at_] == '\n'); }  // $

 private:
  std::string_view text_;
  std::size_t at_;
};

/// -?\d+, then (\.\d+)? and ([eE][+-]?\d+)? where they are allowed, then one of `suffixes` unless there are none, then
/// $.
bool is_number(std::string_view text, bool fraction, bool exponent, std::string_view suffixes) {
  Cursor cursor(text, 0);
  cursor.literal("-");
  if (cursor.many(is_digit) == 0) return false;
  if (fraction) {
    Cursor ahead = cursor;
    if (ahead.literal(".") && ahead.many(is_digit) > 0) cursor = ahead;
  }
  if (exponent) {
    Cursor ahead = cursor;
    if (ahead.literal("e") || ahead.literal("E")) {
      if (!ahead.literal("+")) ahead.literal("-");
      if (ahead.many(is_digit) > 0) cursor = ahead;
    }
  }
  if (!suffixes.empty() && std::ranges::none_of(suffixes, [&](char one) { return cursor.literal({&one, 1}); })) {
    return false;
  }
  return cursor.end();
}

/// Underscores between digits, as Python takes them in numbers.
std::optional<std::string> without_underscores(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
    } else if (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1])) {
      return std::nullopt;
    }
  }
  return out;
}

/// float(text)
std::optional<double> python_float(std::string_view text) {
  const auto plain = without_underscores(strip(text));
  if (!plain || plain->empty()) return std::nullopt;
  std::string_view digits = *plain;
  const bool minus = digits.front() == '-';
  if (minus || digits.front() == '+') digits.remove_prefix(1);
  if (digits.empty() || digits.front() == '-' || digits.front() == '+') return std::nullopt;
  double value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (end != digits.data() + digits.size() || failure == std::errc::invalid_argument) return std::nullopt;
  if (digits.find('(') != kNone) return std::nullopt;  // nan(...) is C's
  if (failure == std::errc::result_out_of_range) {
    const std::size_t e = digits.find_first_of("eE");
    const bool small = e != kNone && digits.substr(e + 1).starts_with('-');
    value = small ? 0 : std::numeric_limits<double>::infinity();
  }
  return minus ? -value : value;
}

/// int(text); beyond 64 bits a float
std::optional<json::value> python_int(std::string_view text) {
  const auto plain = without_underscores(strip(text));
  if (!plain || plain->empty()) return std::nullopt;
  std::string_view digits = *plain;
  if (digits.front() == '+') digits.remove_prefix(1);
  const std::string_view magnitude =
      digits.starts_with('-') && digits.size() == plain->size() ? digits.substr(1) : digits;
  if (magnitude.empty() || !std::ranges::all_of(magnitude, is_digit)) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (failure == std::errc()) return json::value(value);
  return json::value(*python_float(digits));
}

std::string_view without_ends(std::string_view text) {  // text[1:-1]
  return text.size() < 2 ? std::string_view() : text.substr(1, text.size() - 2);
}

bool is_quoted(std::string_view text, char quote) { return text.starts_with(quote) && text.ends_with(quote); }

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t comma = text.find(',');
    out.push_back(strip(text.substr(0, comma)));
    if (comma == kNone) return out;
    text.remove_prefix(comma + 1);
  }
}

json::value itself(std::string_view text) { return json::value(text); }

/// Where `end` first stands at or after `from`, with no line feed before it.
std::size_t find_in_line(std::string_view text, std::string_view end, std::size_t from) {
  const std::size_t found = text.find(end, std::min(from, text.size()));
  const std::size_t line = text.find('\n', std::min(from, text.size()));
  return found == kNone || line < found ? kNone : found;
}

// ---- Java ----

json::value java_guess(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  if (is_quoted(text, '"')) return itself(without_ends(text));
  if (is_number(text, false, false, "lL")) return *python_int(text.substr(0, text.find_last_of("lL")));
  if (is_number(text, true, true, "fF")) return *python_float(text.substr(0, text.find_last_of("fF")));
  if (const auto number = python_int(text)) return *number;
  if (const auto number = python_float(text)) return *number;
  return itself(text);
}

json::value java_item(std::string_view text, std::string_view nested) {
  if (nested == "char" || nested == "String") return itself(without_ends(text));
  return nested.empty() ? java_guess(text) : java_value(text, nested);
}

/// new\s+NAME<\w*>\( at a place; where it ends
std::optional<std::size_t> list_head(std::string_view text, std::size_t at) {
  Cursor cursor(text, at);
  if (!cursor.literal("new") || !cursor.spaces() || !cursor.literal("ArrayList<")) return std::nullopt;
  cursor.many(is_word);
  if (!cursor.literal(">(")) return std::nullopt;
  return cursor.at();
}

/// (Arrays.asList(ITEMS))
std::optional<std::string_view> as_list(std::string_view text, std::size_t at) {
  Cursor cursor(text, at);
  if (!cursor.literal("Arrays.asList(")) return std::nullopt;
  if (cursor.at() >= text.size() || text[cursor.at()] == '\n') return std::nullopt;
  const std::size_t end = find_in_line(text, "))", cursor.at() + 1);
  if (end == kNone) return std::nullopt;
  return text.substr(cursor.at(), end - cursor.at());
}

/// ) {{ ADDS }}
std::optional<std::string_view> double_braces(std::string_view text, std::size_t at) {
  Cursor cursor(text, at);
  if (!cursor.literal(")")) return std::nullopt;
  cursor.spaces();
  if (!cursor.literal("{{")) return std::nullopt;
  const std::size_t open = cursor.at();
  const std::size_t blanks = cursor.many(is_space);
  for (std::size_t skipped = blanks + 1; skipped-- > 0;) {
    const std::size_t from = open + skipped;
    for (std::size_t end = from + 1; end < text.size(); ++end) {
      Cursor close(text, end);
      close.spaces();
      if (close.literal("}}")) return text.substr(from, end - from);
    }
  }
  return std::nullopt;
}

template <typename Match>
std::optional<std::string_view> search_list(std::string_view text, const Match& match) {
  for (std::size_t at = text.find("new"); at != kNone; at = text.find("new", at + 1)) {
    const auto head = list_head(text, at);
    if (!head) continue;
    if (const auto found = match(text, *head)) return found;
  }
  return std::nullopt;
}

json::value java_array_list(std::string_view text, std::string_view nested) {
  json::array out;
  if (const auto items = search_list(text, as_list)) {
    for (const std::string_view one : split(*items)) out.push_back(java_item(one, nested));
    return out;
  }
  if (const auto adds = search_list(text, double_braces)) {
    for (std::size_t at = adds->find("add("); at != kNone; at = adds->find("add(", at)) {
      const std::size_t from = at + 4;
      const bool some = from < adds->size() && (*adds)[from] != '\n';
      const std::size_t end = some ? find_in_line(*adds, ")", from + 1) : kNone;
      if (end == kNone) {
        ++at;
        continue;
      }
      out.push_back(java_item(strip(adds->substr(from, end - from)), nested));
      at = end + 1;
    }
    return out;
  }
  const auto empty = [](std::string_view all, std::size_t at) -> std::optional<std::string_view> {
    return Cursor(all, at).literal(")") ? std::optional<std::string_view>("") : std::nullopt;
  };
  if (search_list(text, empty)) return out;
  return itself(text);
}

json::value java_array(std::string_view text, std::string_view nested) {
  for (std::size_t at = text.find("new"); at != kNone; at = text.find("new", at + 1)) {
    Cursor cursor(text, at + 3);
    if (!cursor.spaces() || cursor.many(is_word) == 0 || !cursor.literal("[]")) continue;
    cursor.spaces();
    if (!cursor.literal("{")) continue;
    const std::size_t end = find_in_line(text, "}", cursor.at());
    if (end == kNone) continue;
    json::array out;
    for (const std::string_view one : split(text.substr(cursor.at(), end - cursor.at()))) {
      if (!one.empty()) out.push_back(nested.empty() ? java_guess(one) : java_value(one, nested));
    }
    return out;
  }
  return itself(text);
}

/// Each put("KEY", VALUE)
json::object java_puts(std::string_view text) {
  json::object out;
  for (std::size_t at = text.find("put(\""); at != kNone; at = text.find("put(\"", at)) {
    const std::size_t from = at + 5;
    bool matched = false;
    for (std::size_t key = find_in_line(text, "\",", from); key != kNone && !matched;
         key = find_in_line(text, "\",", key + 1)) {
      if (text.substr(from, key - from).find('\n') != kNone) break;
      Cursor cursor(text, key + 2);
      cursor.spaces();
      const std::size_t end = find_in_line(text, ")", cursor.at());
      if (end == kNone) continue;
      out[text.substr(from, key - from)] = java_guess(strip(text.substr(cursor.at(), end - cursor.at())));
      at = end + 1;
      matched = true;
    }
    if (!matched) ++at;
  }
  return out;
}

/// new HashMap<...>() { { PUTS } }, and without braces.
json::value java_hash_map(std::string_view text) {
  bool empty = false;
  for (std::size_t at = text.find("new"); at != kNone; at = text.find("new", at + 1)) {
    Cursor head(text, at + 3);
    if (!head.spaces() || !head.literal("HashMap<")) continue;
    for (std::size_t close = text.find('>', head.at()); close != kNone; close = text.find('>', close + 1)) {
      Cursor cursor(text, close + 1);
      cursor.spaces();
      if (!cursor.literal("()")) continue;
      empty = empty || text.substr(head.at(), close - head.at()).find('\n') == kNone;
      cursor.spaces();
      if (!cursor.literal("{")) continue;
      cursor.spaces();
      cursor.literal("{");
      cursor.spaces();
      const std::size_t end = text.find('}', cursor.at());
      if (end != kNone) return java_puts(text.substr(cursor.at(), end - cursor.at()));
    }
  }
  return empty ? json::value(json::object()) : itself(text);
}

// ---- JavaScript ----

json::value javascript_guess(std::string_view text) {
  text = strip(text);
  if (text == "true") return true;
  if (text == "false") return false;
  if (is_quoted(text, '"') || is_quoted(text, '\'')) return itself(without_ends(text));
  if (const auto number = python_int(text)) return *number;
  if (const auto number = python_float(text)) return *number;
  return itself(text);
}

/// Rows of a list of lists: [...] , [...] and so on up to `close`.
class Rows {
 public:
  Rows(std::string_view text, char close) : text_(text), close_(close) {}
  /// @param at  where the first row must start. Where the list ends, if it is one.
  std::optional<std::size_t> end_of(std::size_t at) {
    if (at >= text_.size() || text_[at] != '[' || failed_.contains(at)) return std::nullopt;
    for (std::size_t end = find_in_line(text_, "]", at + 1); end != kNone; end = find_in_line(text_, "]", end + 1)) {
      if (text_.substr(at, end - at).find('\n') != kNone) break;
      Cursor cursor(text_, end + 1);
      cursor.spaces();
      Cursor more = cursor;
      if (more.literal(",")) {
        more.spaces();
        if (const auto found = end_of(more.at())) return found;
      }
      if (cursor.literal({&close_, 1})) return cursor.at();
    }
    failed_.insert(at);
    return std::nullopt;
  }

 private:
  std::string_view text_;
  char close_;
  std::set<std::size_t> failed_;
};

/// Where "new Array(" ends at the beginning of a text.
std::optional<std::size_t> new_array(std::string_view text) {
  Cursor cursor(text, 0);
  if (!cursor.literal("new") || !cursor.spaces() || !cursor.literal("Array(")) return std::nullopt;
  return cursor.at();
}

std::optional<json::value> javascript_matrix(std::string_view text) {
  const auto call = new_array(text);
  if (!text.starts_with('[') && !call) return std::nullopt;
  Cursor cursor(text, call.value_or(1));
  cursor.spaces();
  const auto end = Rows(text, call ? ')' : ']').end_of(cursor.at());
  if (!end) return std::nullopt;
  const std::string_view all = text.substr(0, *end);
  json::array out;
  for (std::size_t at = all.find('['); at != kNone; at = all.find('[', at)) {
    const std::size_t close = find_in_line(all, "]", at + 1);
    if (close == kNone) {
      ++at;
      continue;
    }
    std::string_view inner = strip(all.substr(at + 1, close - at - 1));
    if (out.empty() && inner.starts_with('[')) inner.remove_prefix(1);
    json::array row;
    for (const std::string_view one : split(inner)) row.push_back(javascript_guess(one));
    out.push_back(std::move(row));
    at = close + 1;
  }
  return json::value(std::move(out));
}

bool is_javascript_type(std::string_view type) {
  constexpr std::string_view kTypes[] = {"String", "integer", "float", "Bigint", "Boolean", "dict", "array", "any"};
  return std::ranges::find(kTypes, type) != std::end(kTypes);
}

json::value javascript_array(std::string_view text, std::string_view nested) {
  text = strip(text);
  if (auto matrix = javascript_matrix(text)) return *std::move(matrix);
  const auto call = new_array(text);
  const std::size_t from = text.starts_with('[') ? 1 : call.value_or(kNone);
  const std::size_t end = from == kNone ? kNone : find_in_line(text, text.starts_with('[') ? "]" : ")", from);
  if (end == kNone) return itself(text);
  const std::string_view items = strip(text.substr(from, end - from));
  json::array out;
  if (items.empty()) return out;
  if (!nested.empty() && !is_javascript_type(nested)) return itself(text);
  for (const std::string_view one : split(items)) {
    const bool quoted = one.starts_with('"') || one.starts_with('\'');
    out.push_back(nested.empty() ? javascript_guess(one) : javascript_value(one, nested, quoted ? "String" : ""));
  }
  return out;
}

std::string_view without_quotes(std::string_view text) {  // strip("'\"")
  while (!text.empty() && (text.front() == '\'' || text.front() == '"')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '\'' || text.back() == '"')) text.remove_suffix(1);
  return text;
}

/// Whether [^,]+: matches at a place.
bool key_follows(std::string_view text, std::size_t at) {
  const std::size_t colon = text.find(':', std::min(at + 1, text.size()));
  return colon != kNone && text.substr(at, colon - at).find(',') == kNone;
}

/// Where a pair's value ends that begins at `from`, and where the next pair begins.
std::pair<std::size_t, std::size_t> end_of_value(std::string_view text, std::size_t from) {
  for (std::size_t comma = text.find(',', from); comma != kNone; comma = text.find(',', comma + 1)) {
    Cursor cursor(text, comma + 1);
    const std::size_t blanks = cursor.many(is_space);
    for (std::size_t skipped = blanks + 1; skipped-- > 0;) {
      if (key_follows(text, comma + 1 + skipped)) return {comma, comma + 1 + skipped};
    }
  }
  return {text.size(), text.size()};
}

json::value javascript_dict(std::string_view text) {
  text = strip(text);
  if (text == "{}") return json::object();
  const std::size_t end = text.starts_with('{') ? find_in_line(text, "}", 1) : kNone;
  if (end == kNone) return itself(text);
  const std::string_view content = text.substr(1, end - 1);
  json::object out;
  std::size_t at = 0;
  while (at < content.size()) {
    if (content[at] == ':') {
      ++at;
      continue;
    }
    const std::size_t colon = content.find(':', at);
    if (colon == kNone) break;
    Cursor cursor(content, colon + 1);
    cursor.spaces();
    const auto [stop, next] = end_of_value(content, cursor.at());
    const std::string_view key = without_quotes(strip(content.substr(at, colon - at)));
    const std::string_view value = strip(content.substr(cursor.at(), stop - cursor.at()));
    out[key] = value.starts_with('[') && value.ends_with(']')   ? javascript_array(value, "")
               : value.starts_with('{') && value.ends_with('}') ? javascript_dict(value)
                                                                : javascript_guess(without_quotes(value));
    at = next;
  }
  return out;
}

}  // namespace

json::value java_value(std::string_view text, std::string_view type, std::string_view nested) {
  if (text.size() > kLongestForeign) return itself(text);
  if (type == "byte" || type == "short" || type == "integer") {
    return is_number(text, false, false, "") ? *python_int(text) : itself(text);
  }
  if (type == "long") {
    return is_number(text, false, false, "lL") ? *python_int(text.substr(0, text.find_last_of("lL"))) : itself(text);
  }
  if (type == "float") {
    return is_number(text, true, true, "fF") ? *python_float(text.substr(0, text.find_last_of("fF"))) : itself(text);
  }
  if (type == "double") return is_number(text, true, true, "") ? *python_float(text) : itself(text);
  if (type == "boolean" && (text == "true" || text == "false")) return text == "true";
  if (type == "Array") return java_array(text, nested);
  if (type == "ArrayList") return java_array_list(text, nested);
  if (type == "HashMap") return java_hash_map(text);
  return itself(text);
}

json::value javascript_value(std::string_view text, std::string_view type, std::string_view nested) {
  if (text.size() > kLongestForeign) return itself(text);
  if (type == "String")
    return is_quoted(text, '"') || is_quoted(text, '\'') ? itself(without_ends(text)) : itself(text);
  if (type == "integer") return is_number(text, false, false, "") ? *python_int(text) : itself(text);
  if (type == "float") return is_number(text, true, false, "") ? *python_float(text) : itself(text);
  if (type == "Bigint") {
    return is_number(text, false, false, "n") ? *python_int(text.substr(0, text.find_last_of('n'))) : itself(text);
  }
  if (type == "Boolean" && (text == "true" || text == "false")) return text == "true";
  if (type == "dict") return javascript_dict(text);
  if (type == "array") return javascript_array(text, nested);
  return itself(text);
}

}  // namespace groundwork::score
