#pragma once

// schema: documents that know where each of their values stands, and JSON Schema 2020-12 over them. In scope: YAML and
// JSON files that people write. Not in scope: JSON of requests, which base/json.h reads.

#include <string>
#include <string_view>
#include <unordered_map>

#include "base/json.h"
#include "base/result.h"

namespace groundwork::schema {

/// 1-based.
struct Position {
  int line = 1;
  int column = 1;
  friend bool operator==(const Position&, const Position&) = default;
};

/// A problem in a file, as a compiler would print it.
struct Problem {
  std::string file;
  Position at;
  std::string message;

  /// "file:line:column: message"
  std::string text() const;
  friend bool operator==(const Problem&, const Problem&) = default;
};

/// A parsed file. Values are addressed by JSON pointers (RFC 6901).
struct Document {
  std::string file;
  base::json::value value;
  std::unordered_map<std::string, Position> positions;  ///< of each value; "" is the root

  /// Where the value stands, or else the nearest value around it that has a position.
  Position position_of(std::string_view pointer) const;
  Problem problem_at(std::string_view pointer, std::string message) const;
};

/// Reads one YAML document as JSON: plain scalars are null, booleans and numbers as in YAML's core schema, all else is
/// text (dates too). Refused: a second document, a key that is there twice or is no text, anchors and aliases (a few
/// hundred bytes of them expand to gigabytes), nesting over 64, text over 4 MiB.
/// @param first_line  the line of the file that `text` starts at, for front matter
/// @errors kInvalidArgument with `where` = "file:line:column"
base::Result<Document> parse_yaml(std::string_view text, std::string file, int first_line = 1);

/// A Markdown file in two: its front matter between two lines "---", and the text after it.
struct FrontMatter {
  Document document;
  std::string body;
  int body_line = 1;  ///< the line of the file that `body` starts at
};

/// @errors kInvalidArgument: no front matter, or not YAML.
base::Result<FrontMatter> split_front_matter(std::string_view text, const std::string& file);

/// One reference token of a JSON pointer, escaped ("a/b" becomes "a~1b").
std::string escape_pointer(std::string_view token);

}  // namespace groundwork::schema
