#include "bench/response_framer.h"

#include <algorithm>
#include <charconv>

namespace groundwork::bench {
namespace {

bool same_word(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? static_cast<char>(x + 32) : x) == y; });
}

bool starts_with_word(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && same_word(text.substr(0, lower.size()), lower);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

template <typename Number>
bool read_whole(std::string_view text, Number& value, int base) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

constexpr std::size_t kLineLimit = 8 * 1024;

}  // namespace

void ResponseFramer::reset() {
  state_ = State::kHead;
  head_ = {};
  buffer_.clear();
  left_ = 0;
  length_ = -1;
  chunked_ = false;
  head_seen_ = false;
}

bool ResponseFramer::read_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (same_word(name, "content-length")) {
    std::int64_t length = 0;
    if (!read_whole(value, length, 10) || length < 0 || (length_ >= 0 && length_ != length)) return false;
    length_ = length;
  } else if (same_word(name, "transfer-encoding")) {
    if (!same_word(value, "chunked")) return false;
    chunked_ = true;
  } else if (same_word(name, "connection")) {
    if (same_word(value, "close")) head_.keep_alive = false;
    if (same_word(value, "keep-alive")) head_.keep_alive = true;
  } else if (same_word(name, "content-type")) {
    head_.event_stream = starts_with_word(value, "text/event-stream");
  }
  return true;
}

bool ResponseFramer::read_head(std::string_view head) {
  std::size_t end = head.find("\r\n");
  const std::string_view line = head.substr(0, end);
  if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ') return false;
  if (!read_whole(line.substr(9, 3), head_.status, 10) || head_.status < 100) return false;
  if (line.size() > 12 && line[12] != ' ') return false;
  head_.keep_alive = line[7] != '0';
  while (end != std::string_view::npos && end + 2 < head.size()) {
    const std::size_t from = end + 2;
    end = head.find("\r\n", from);
    if (!read_field(head.substr(from, end == std::string_view::npos ? end : end - from))) return false;
  }
  return true;
}

std::string_view ResponseFramer::feed_head(std::string_view bytes, ResponseSink& sink) {
  const std::size_t before = buffer_.size();
  std::string_view text = bytes;
  if (before > 0) {
    buffer_.append(bytes);
    text = buffer_;
  }
  const std::size_t end = text.find("\r\n\r\n", before > 3 ? before - 3 : 0);
  if (end == std::string_view::npos) {
    if (before == 0) buffer_.assign(bytes);
    if (buffer_.size() > kHeadLimit) state_ = State::kBad;
    return {};
  }
  const std::string_view rest = bytes.substr(end + 4 - before);
  head_ = {};
  length_ = -1;
  chunked_ = false;
  const bool good = end <= kHeadLimit && read_head(text.substr(0, end));
  buffer_.clear();
  if (!good || head_.status == 101) {
    state_ = State::kBad;
    return {};
  }
  if (head_.status < 200) return rest;  // an interim response; the real one follows
  if (chunked_) {
    state_ = State::kChunkSize;
  } else if (head_.status == 204 || head_.status == 304 || length_ == 0) {
    state_ = State::kDone;
  } else if (length_ > 0) {
    state_ = State::kLength;
    left_ = static_cast<std::uint64_t>(length_);
  } else {
    state_ = State::kUntilClose;
    head_.keep_alive = false;
  }
  head_seen_ = true;
  sink.on_head(head_);
  return rest;
}

/// The bytes after the line; the line itself is then in buffer_. A line beyond the limit is never complete.
std::string_view ResponseFramer::take_line(std::string_view bytes, bool& complete) {
  const std::size_t end = bytes.find('\n');
  buffer_.append(bytes.substr(0, end));
  if (buffer_.size() > kLineLimit) state_ = State::kBad;
  complete = end != std::string_view::npos && state_ != State::kBad;
  if (!complete) return {};
  if (!buffer_.empty() && buffer_.back() == '\r') buffer_.pop_back();
  return bytes.substr(end + 1);
}

void ResponseFramer::feed(std::string_view bytes, ResponseSink& sink) {
  while (!bytes.empty() && state_ != State::kBad) {
    bool complete = false;
    switch (state_) {
      case State::kHead:
        bytes = feed_head(bytes, sink);
        break;
      case State::kLength:
      case State::kChunkData: {
        const std::string_view piece = bytes.substr(0, std::min<std::uint64_t>(left_, bytes.size()));
        sink.on_body(piece);
        left_ -= piece.size();
        bytes.remove_prefix(piece.size());
        if (left_ == 0) state_ = state_ == State::kLength ? State::kDone : State::kChunkEnd;
        break;
      }
      case State::kChunkSize:
        bytes = take_line(bytes, complete);
        if (!complete) break;
        if (!read_whole(trimmed(std::string_view(buffer_).substr(0, buffer_.find(';'))), left_, 16)) {
          state_ = State::kBad;
          break;
        }
        buffer_.clear();
        state_ = left_ == 0 ? State::kTrailer : State::kChunkData;
        break;
      case State::kChunkEnd:
        bytes = take_line(bytes, complete);
        if (!complete) break;
        state_ = buffer_.empty() ? State::kChunkSize : State::kBad;
        buffer_.clear();
        break;
      case State::kTrailer:
        bytes = take_line(bytes, complete);
        if (!complete) break;
        if (buffer_.empty()) state_ = State::kDone;
        buffer_.clear();
        break;
      case State::kUntilClose:
        sink.on_body(bytes);
        bytes = {};
        break;
      case State::kDone:
        state_ = State::kBad;
        break;
      case State::kBad:
        break;
    }
  }
}

void ResponseFramer::closed() {
  if (state_ == State::kUntilClose) state_ = State::kDone;
}

}  // namespace groundwork::bench
