#include "schema/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <optional>
#include <sstream>
#include <utility>
#include <vector>

namespace groundwork::schema {
namespace {

using base::Code;
using base::Error;
using base::make_error;
namespace json = base::json;

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxBytes = std::size_t{4} << 20;

/// Leaves yaml-cpp's parser; caught in parse_yaml.
struct Refusal {
  Position at;
  std::string message;
};

std::optional<json::value> number_of(const std::string& text) {
  const bool plus = text[0] == '+';
  const char* begin = text.data() + (plus ? 1 : 0);
  const char* end = text.data() + text.size();
  std::int64_t integer = 0;
  if (const auto [stop, failure] = std::from_chars(begin, end, integer); failure == std::errc() && stop == end)
    return integer;
  // from_chars also reads "inf" and "nan", which are no JSON numbers.
  if (text.find_first_of("0123456789") == std::string::npos ||
      text.find_first_not_of("0123456789+-.eE") != std::string::npos) {
    return std::nullopt;
  }
  double real = 0;
  if (const auto [stop, failure] = std::from_chars(begin, end, real); failure == std::errc() && stop == end)
    return real;
  return std::nullopt;
}

/// YAML 1.2.2, section 10.3.2 "Tag Resolution" of the core schema; dates stay text.
json::value plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (auto number = number_of(text)) return *number;
  return json::value(text);
}

/// Builds the JSON value from the parser's events.
class Builder final : public YAML::EventHandler {
 public:
  Builder(Document& document, int first_line) : document_(document), line_offset_(first_line - 1) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add(mark, nullptr);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    throw Refusal{position(mark), "expected a value, found an alias (*name), which is not supported"};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    refuse_anchor(mark, anchor);
    if (expects_key()) {
      take_key(mark, text);
      return;
    }
    if (tag == "!" || tag == "tag:yaml.org,2002:str") {
      add(mark, json::value(text));
    } else if (tag == "?" || tag.empty()) {
      add(mark, plain_scalar(text));
    } else {
      throw Refusal{position(mark), "expected a plain value, found the tag " + tag + ", which is not supported"};
    }
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, anchor, json::array());
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, anchor, json::object());
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    json::value value;
    std::string pointer;
    std::optional<std::string> key;
  };

  Position position(const YAML::Mark& mark) const { return {mark.line + 1 + line_offset_, mark.column + 1}; }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != 0) throw Refusal{position(mark), "expected a value, found an anchor (&name), which is not supported"};
  }

  bool expects_key() const { return !levels_.empty() && levels_.back().value.is_object() && !levels_.back().key; }

  void take_key(const YAML::Mark& mark, const std::string& text) {
    Level& level = levels_.back();
    if (level.value.get_object().contains(text)) throw Refusal{position(mark), "the key '" + text + "' is there twice"};
    level.key = text;
  }

  std::string child_pointer() const {
    if (levels_.empty()) return "";
    const Level& level = levels_.back();
    return level.pointer + "/" +
           (level.value.is_object() ? escape_pointer(*level.key) : std::to_string(level.value.get_array().size()));
  }

  void open(const YAML::Mark& mark, YAML::anchor_t anchor, json::value empty) {
    refuse_anchor(mark, anchor);
    if (expects_key()) throw Refusal{position(mark), "expected a text as key, found a list or a mapping"};
    if (levels_.size() >= kMaxDepth) throw Refusal{position(mark), "expected at most 64 levels of nesting"};
    std::string pointer = child_pointer();
    document_.positions[pointer] = position(mark);
    levels_.push_back({std::move(empty), std::move(pointer), std::nullopt});
  }

  void close() {
    json::value done = std::move(levels_.back().value);
    levels_.pop_back();
    place(std::move(done));
  }

  void add(const YAML::Mark& mark, json::value value) {
    if (expects_key()) throw Refusal{position(mark), "expected a text as key, found nothing"};
    document_.positions[child_pointer()] = position(mark);
    place(std::move(value));
  }

  void place(json::value value) {
    if (levels_.empty()) {
      document_.value = std::move(value);
    } else if (Level& level = levels_.back(); level.value.is_object()) {
      level.value.get_object()[*level.key] = std::move(value);
      level.key.reset();
    } else {
      level.value.get_array().push_back(std::move(value));
    }
  }

  Document& document_;
  int line_offset_;
  std::vector<Level> levels_;
};

Error refused(const std::string& file, Position at, std::string message) {
  return make_error(Code::kInvalidArgument, std::move(message),
                    file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column));
}

}  // namespace

std::string Problem::text() const {
  return file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + message;
}

std::string escape_pointer(std::string_view token) {
  std::string out;
  for (const char c : token) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

Position Document::position_of(std::string_view pointer) const {
  for (;;) {
    if (const auto found = positions.find(std::string(pointer)); found != positions.end()) return found->second;
    const std::size_t slash = pointer.rfind('/');
    if (slash == std::string_view::npos) return {};
    pointer = pointer.substr(0, slash);
  }
}

Problem Document::problem_at(std::string_view pointer, std::string message) const {
  return {file, position_of(pointer), std::move(message)};
}

base::Result<Document> parse_yaml(std::string_view text, std::string file, int first_line) {
  Document document;
  document.file = std::move(file);
  if (text.size() > kMaxBytes) return refused(document.file, {first_line, 1}, "expected at most 4 MiB of YAML");
  if (text.find('\0') != std::string_view::npos)
    return refused(document.file, {first_line, 1}, "expected YAML, found a NUL byte");
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(document, first_line);
    if (!parser.HandleNextDocument(builder))
      return refused(document.file, {first_line, 1}, "expected a YAML document, found an empty file");
    Document second;
    Builder ignored(second, first_line);
    if (parser.HandleNextDocument(ignored))
      return refused(document.file, {first_line, 1}, "expected one YAML document, found more");
  } catch (const YAML::Exception& failure) {
    return refused(document.file, {failure.mark.line + first_line, failure.mark.column + 1},
                   "expected YAML, found: " + failure.msg);
  } catch (const Refusal& refusal) {
    return refused(document.file, refusal.at, refusal.message);
  }
  return document;
}

base::Result<FrontMatter> split_front_matter(std::string_view text, const std::string& file) {
  static constexpr std::string_view kFence = "---\n";
  if (text.substr(0, kFence.size()) != kFence) {
    return refused(file, {1, 1}, "expected front matter between two lines '---' at the start of the file");
  }
  const std::size_t end = text.find("\n---\n", kFence.size() - 1);
  if (end == std::string_view::npos)
    return refused(file, {1, 1}, "expected a second line '---' that ends the front matter");
  FrontMatter out;
  GW_TRY(out.document, parse_yaml(text.substr(kFence.size(), end + 1 - kFence.size()), file, 2));
  out.body = std::string(text.substr(end + 5));
  out.body_line = 1;
  for (const char c : text.substr(0, end + 5)) out.body_line += c == '\n' ? 1 : 0;
  return out;
}

}  // namespace groundwork::schema
