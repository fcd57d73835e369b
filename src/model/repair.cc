#include "model/repair.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/utf8.h"

namespace groundwork::model {
namespace {

using base::Code;
using base::make_error;
namespace json = base::json;

constexpr std::size_t kMaxBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxStarts = 32;
constexpr std::size_t kMaxRepairs = 50;
constexpr int kMaxDepth = 64;

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || c == '-';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Opening and closing quotes that models use for '"'. The typographic ones are three bytes in UTF-8.
struct Quotes {
  std::string_view open;
  std::string_view close;
};
constexpr std::array<Quotes, 4> kQuotes = {
    {{"\"", "\""}, {"'", "'"}, {"\xe2\x80\x9c", "\xe2\x80\x9d"}, {"\xe2\x80\x98", "\xe2\x80\x99"}}};

/// Reads one value from a place in the text, forgiving.
class Reader {
 public:
  Reader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::optional<json::value> read() { return value(0); }
  std::size_t end() const { return at_; }
  bool cut_short() const { return cut_; }
  std::vector<std::string> take_repairs() { return std::move(repairs_); }

  void skip() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_])) {
        ++at_;
      } else if (rest().starts_with("\xc2\xa0")) {
        at_ += 2;
      } else if (rest().starts_with("//")) {
        repaired("a comment");
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (rest().starts_with("/*")) {
        repaired("a comment");
        const std::size_t close = text_.find("*/", at_ + 2);
        at_ = close == std::string_view::npos ? text_.size() : close + 2;
      } else if (rest().starts_with("...") || rest().starts_with("\xe2\x80\xa6")) {
        repaired("an ellipsis");
        at_ += 3;
      } else {
        return;
      }
    }
  }

 private:
  std::string_view rest() const { return text_.substr(at_); }
  bool at_end() const { return at_ >= text_.size(); }

  void repaired(std::string_view what) {
    if (repairs_.size() >= kMaxRepairs) return;
    line_ += static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(counted_),
                                                 text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n'));
    counted_ = at_;
    std::string message = "line " + std::to_string(line_) + ": " + std::string(what);
    if (repairs_.empty() || repairs_.back() != message) repairs_.push_back(std::move(message));
  }

  /// Nothing when no value stands here, or one that was cut and can't be told; then cut_ says so.
  std::optional<json::value> value(int depth) {
    if (depth > kMaxDepth) return std::nullopt;
    skip();
    if (at_end()) {
      cut_ = true;
      return std::nullopt;
    }
    if (text_[at_] == '{') return object(depth);
    if (text_[at_] == '[') return array(depth);
    if (const Quotes* quotes = quotes_here()) return json::value(text(*quotes, Place::kValue));
    if (is_digit(text_[at_]) || text_[at_] == '-' || text_[at_] == '+' || text_[at_] == '.') return number();
    return literal();
  }

  const Quotes* quotes_here() const {
    for (const Quotes& one : kQuotes) {
      if (rest().starts_with(one.open)) return &one;
    }
    return nullptr;
  }

  std::optional<json::value> object(int depth) {
    json::object out;
    for (++at_; member_follows('}', out.empty());) {
      const std::optional<std::string> key = name();
      if (!key) {
        if (cut_) break;
        return std::nullopt;
      }
      skip();
      if (at_end()) {
        cut_ = true;
        break;
      }
      if (text_[at_] != ':' && text_[at_] != '=') return std::nullopt;
      if (text_[at_] == '=') repaired("'=' for ':'");
      ++at_;
      const bool was_cut = cut_;
      std::optional<json::value> child = value(depth + 1);
      if (child) out.insert_or_assign(*key, std::move(*child));
      if (!child && !(cut_ && !was_cut)) return std::nullopt;
      if (cut_) break;
    }
    if (cut_) return closed(std::move(out));
    return failed_ ? std::nullopt : std::optional<json::value>(std::move(out));
  }

  std::optional<json::value> array(int depth) {
    json::array out;
    for (++at_; member_follows(']', out.empty());) {
      std::optional<json::value> child = value(depth + 1);
      if (child) out.push_back(std::move(*child));
      if (!child && !cut_) return std::nullopt;
      if (cut_) break;
    }
    if (cut_) return closed(std::move(out));
    return failed_ ? std::nullopt : std::optional<json::value>(std::move(out));
  }

  template <typename Container>
  std::optional<json::value> closed(Container out) {
    repaired("cut short: closed here");
    return json::value(std::move(out));
  }

  /// Moves past commas to the next member; false at the closing bracket (passed) or the end.
  bool member_follows(char close, bool first) {
    skip();
    int commas = 0;
    for (; !at_end() && text_[at_] == ','; skip()) {
      ++commas;
      ++at_;
    }
    if (at_end()) {
      cut_ = true;
      return false;
    }
    const bool closes = text_[at_] == close;
    if (closes && commas > 0) repaired("a trailing comma");
    if (!closes && (commas > 1 || (first && commas > 0))) repaired("a comma too many");
    if (!closes && !first && commas == 0) {
      if (text_[at_] == ']' || text_[at_] == '}') {  // the wrong bracket: this value is none
        failed_ = true;
        return false;
      }
      repaired("a missing comma");
    }
    if (closes) ++at_;
    return !closes;
  }

  std::optional<std::string> name() {
    if (const Quotes* quotes = quotes_here()) {
      std::string out = text(*quotes, Place::kKey);
      if (cut_) return std::nullopt;
      return out;
    }
    const std::size_t first = at_;
    while (!at_end() && is_word(text_[at_])) ++at_;
    if (at_end()) cut_ = true;
    if (at_ == first || cut_) return std::nullopt;
    repaired("a key without quotes");
    return std::string(text_.substr(first, at_ - first));
  }

  /// Whether the quote before `at` ends its text: what follows could only follow a text.
  bool ends_text(std::size_t at) const {
    while (at < text_.size() && is_space(text_[at])) ++at;
    if (at >= text_.size()) return true;
    const char next = text_[at];
    return next == ',' || next == ':' || next == '}' || next == ']' || next == '"' || next == '/' ||
           text_.substr(at, 3) == "```";
  }

  enum class Place : std::uint8_t { kKey, kValue };

  std::string text(const Quotes& quotes, Place place) {
    if (quotes.open == "'") repaired("single quotes");
    if (quotes.open.size() > 1) repaired("typographic quotes");
    at_ += quotes.open.size();
    std::string out;
    while (!at_end()) {
      const std::string_view here = rest();
      const bool plain_close = quotes.open.size() > 1 && here.front() == '"' && ends_text(at_ + 1);
      if (here.starts_with(quotes.close) || plain_close) {
        const std::size_t size = plain_close ? 1 : quotes.close.size();
        if (place == Place::kKey || ends_text(at_ + size)) {
          at_ += size;
          return out;
        }
        repaired("a quote inside a text");
        out += here.substr(0, size);
        at_ += size;
      } else if (here.front() == '\\') {
        escape(out);
      } else {
        if (here.front() == '\n') repaired("a line break inside a text");
        out += here.front();
        ++at_;
      }
    }
    cut_ = true;
    repaired("a text that is cut short");
    return base::clip(out, out.size());
  }

  void escape(std::string& out) {
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
    if (at_ + 1 >= text_.size()) {  // cut inside of the escape
      ++at_;
      return;
    }
    const char name = text_[at_ + 1];
    if (const std::size_t found = kNames.find(name); found != std::string_view::npos) {
      out += kMeant[found];
      at_ += 2;
    } else if (name == 'u') {
      unicode(out);
    } else if (name == '\'' || name == '\n') {
      repaired("an escape that JSON does not have");
      if (name == '\'') out += name;
      at_ += 2;
    } else {
      repaired("a backslash that escapes nothing");
      out += '\\';
      ++at_;
    }
  }

  /// Through the strict parser, which knows surrogates.
  void unicode(std::string& out) {
    for (const std::size_t size : {std::size_t{12}, std::size_t{6}}) {
      if (rest().size() < size || (size == 12 && rest().substr(6, 2) != "\\u")) continue;
      const auto parsed = base::parse_json("\"" + std::string(rest().substr(0, size)) + "\"");
      if (!parsed.ok() || !parsed->is_string()) continue;
      out += std::string_view(parsed->get_string());
      at_ += size;
      return;
    }
    if (rest().size() < 6) {
      at_ = text_.size();
      return;
    }
    repaired("a backslash that escapes nothing");
    out += '\\';
    ++at_;
  }

  std::optional<json::value> number() {
    const std::size_t first = at_;
    while (!at_end() &&
           (is_digit(text_[at_]) || std::string_view("+-.eE_").find(text_[at_]) != std::string_view::npos)) {
      ++at_;
    }
    std::string digits(text_.substr(first, at_ - first));
    if (at_end() && first > 0) {  // 12 may be the start of 123
      cut_ = true;
      repaired("a number that may be cut short: left out");
      return std::nullopt;
    }
    if (auto plain = base::parse_json(digits); plain.ok()) return std::move(*plain);
    std::erase(digits, '_');
    if (digits.starts_with('+')) digits.erase(0, 1);
    const std::size_t start = digits.starts_with('-') ? 1 : 0;
    if (digits.substr(start, 1) == ".") digits.insert(start, "0");
    if (digits.ends_with('.')) digits.pop_back();
    auto parsed = base::parse_json(digits);
    if (!parsed.ok()) return std::nullopt;
    repaired("a number as JSON does not write it");
    return std::move(*parsed);
  }

  std::optional<json::value> literal() {
    const std::size_t first = at_;
    while (!at_end() && is_word(text_[at_])) ++at_;
    const std::string_view word = text_.substr(first, at_ - first);
    static const std::array<std::pair<std::string_view, json::value>, 6> kWords = {
        {{"true", true}, {"false", false}, {"null", nullptr}, {"True", true}, {"False", false}, {"None", nullptr}}};
    for (const auto& [name, meant] : kWords) {
      if (word != name) {
        if (!word.empty() && at_end() && name.starts_with(word)) cut_ = true;
        continue;
      }
      if (word.front() < 'a') repaired("Python's " + std::string(word));
      return meant;
    }
    return std::nullopt;
  }

  std::string_view text_;
  std::size_t at_;
  bool cut_ = false;
  bool failed_ = false;
  std::size_t line_ = 1;
  std::size_t counted_ = 0;
  std::vector<std::string> repairs_;
};

/// 0 is best.
int rank(const Repaired& one) { return (one.violations.empty() ? 0 : 2) + (one.cut_short ? 1 : 0); }

/// The text within the first code fence, or all of it. A fence may be cut short.
std::pair<std::string_view, bool> without_fence(std::string_view text) {
  const std::size_t open = text.find("```");
  if (open == std::string_view::npos) return {text, false};
  const std::size_t line = text.find('\n', open);
  if (line == std::string_view::npos) return {text, false};
  const std::size_t close = text.find("\n```", line);
  return {text.substr(line + 1, close == std::string_view::npos ? close : close - line - 1), true};
}

class Search {
 public:
  Search(std::string_view text, const schema::Validator& schema) : text_(text), schema_(schema) {}

  /// Tries every place in `part`, a piece of the text, where a value may begin.
  void try_part(std::string_view part, std::string_view why) {
    std::size_t next = 0;
    for (std::size_t at = part.find_first_of("{["); at != std::string_view::npos && starts_ < kMaxStarts;
         at = part.find_first_of("{[", next)) {
      next = std::max(try_at(part, at, why), at + 1);
      if (best_ && rank(*best_) == 0) return;
    }
    if (!best_) try_at(part, 0, why);
  }

  std::optional<Repaired> take() { return std::move(best_); }

 private:
  /// @return where to go on
  std::size_t try_at(std::string_view part, std::size_t at, std::string_view why) {
    ++starts_;
    Reader reader(part, at);
    reader.skip();
    const bool at_bracket = at < part.size() && (part[at] == '{' || part[at] == '[');
    std::optional<json::value> value = reader.read();
    if (!value) return at + 1;
    const std::size_t end = reader.end();
    if (!at_bracket) {  // a bare scalar must be all there is
      reader.skip();
      if (reader.end() < part.size()) return at + 1;
    }
    Repaired found;
    found.value = std::move(*value);
    found.cut_short = reader.cut_short();
    found.repairs = reader.take_repairs();
    if (!why.empty()) found.repairs.insert(found.repairs.begin(), std::string(why));
    const std::string_view around[] = {part.substr(0, at), part.substr(std::min(end, part.size()))};
    const bool prose = std::any_of(std::begin(around), std::end(around),
                                   [](std::string_view one) { return !std::all_of(one.begin(), one.end(), is_space); });
    if (prose) found.repairs.insert(found.repairs.begin(), "text around the value");
    found.violations = schema_.validate(found.value);
    if (!best_ || rank(found) < rank(*best_)) best_ = std::move(found);
    return end;
  }

  std::string_view text_;
  const schema::Validator& schema_;
  std::size_t starts_ = 0;
  std::optional<Repaired> best_;
};

}  // namespace

base::Result<Repaired> repair(std::string_view output, const schema::Validator& schema) {
  if (output.size() > kMaxBytes) {
    return make_error(Code::kResourceExhausted,
                      "expected at most 1048576 bytes of output, found " + std::to_string(output.size()));
  }
  if (auto strict = base::parse_json(output); strict.ok()) {
    Repaired out;
    out.value = std::move(*strict);
    out.violations = schema.validate(out.value);
    return out;
  }
  // As UTF-8 from here on; what is none becomes U+FFFD.
  const std::string clean = base::is_utf8(output) ? std::string(output) : base::clip(output, output.size() * 3);
  std::string_view text = clean;
  constexpr std::string_view kThought = "</think>";
  if (const std::size_t thought = text.rfind(kThought); thought != std::string_view::npos) {
    text.remove_prefix(thought + kThought.size());
  }
  Search search(text, schema);
  if (const auto [inner, fenced] = without_fence(text); fenced) search.try_part(inner, "a code fence");
  auto found = search.take();
  if (!found || rank(*found) > 0) {
    Search whole(text, schema);
    whole.try_part(text, "");
    auto other = whole.take();
    if (other && (!found || rank(*other) < rank(*found))) found = std::move(other);
  }
  if (!found) {
    return make_error(Code::kInvalidArgument, "expected JSON in the output, found '" + base::clip(output, 80) + "'");
  }
  return std::move(*found);
}

}  // namespace groundwork::model
