#include "model/answer_text.h"

#include <algorithm>

#include "base/utf8.h"

namespace groundwork::model {
namespace {

/// The bytes at the end of `text` that may be the beginning of `stop`.
std::size_t begun(std::string_view text, std::string_view stop) {
  for (std::size_t length = std::min(text.size(), stop.size() - 1); length > 0; --length) {
    if (text.ends_with(stop.substr(0, length))) return length;
  }
  return 0;
}

/// The bytes at the end of `text` that begin a character and don't end it.
std::size_t unfinished(std::string_view text) {
  for (std::size_t length = 1; length <= std::min<std::size_t>(3, text.size()); ++length) {
    const auto byte = static_cast<unsigned char>(text[text.size() - length]);
    if (byte < 0x80) return 0;
    if (byte < 0xC0) continue;
    const std::size_t needs = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
    return length < needs ? length : 0;
  }
  return 0;
}

}  // namespace

std::string_view AnswerText::add(std::string_view bytes) {
  if (stopped_) return {};
  held_ += bytes;
  std::size_t first = std::string::npos;
  std::size_t kept = 0;
  for (const std::string& stop : stop_) {
    if (stop.empty()) continue;
    first = std::min(first, held_.find(stop));
    kept = std::max(kept, begun(held_, stop));
  }
  if (first != std::string::npos) {
    stopped_ = true;
    held_.resize(first);
    return finish();
  }
  std::size_t ready = held_.size() - kept;
  ready -= unfinished(std::string_view(held_).substr(0, ready));
  return give(ready);
}

std::string_view AnswerText::finish() { return give(held_.size()); }

std::string_view AnswerText::give(std::size_t bytes) {
  const std::string_view ready = std::string_view(held_).substr(0, bytes);
  const std::size_t before = text_.size();
  // A model's bytes need not be characters at all; what goes out always is UTF-8.
  text_ += base::is_utf8(ready) ? std::string(ready) : base::clip(ready, ready.size() * 3);
  held_.erase(0, bytes);
  return std::string_view(text_).substr(before);
}

}  // namespace groundwork::model
