#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace groundwork::model {

/// The text of an answer as it grows: given out in whole characters, and never a part of a stop string.
class AnswerText {
 public:
  explicit AnswerText(std::vector<std::string> stop) : stop_(std::move(stop)) {}

  /// Takes what came, and returns what may be given out now; it stays valid until the next call.
  std::string_view add(std::string_view bytes);
  /// Nothing more comes: gives out what was held back. Bytes of an unfinished character become U+FFFD.
  std::string_view finish();

  bool stopped() const { return stopped_; }  ///< a stop string has come
  /// All that was given out, UTF-8.
  const std::string& text() const { return text_; }

 private:
  std::string_view give(std::size_t bytes);

  std::vector<std::string> stop_;
  std::string held_;  ///< came, and not given out yet
  std::string text_;
  bool stopped_ = false;
};

}  // namespace groundwork::model
