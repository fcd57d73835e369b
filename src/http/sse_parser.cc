#include "http/sse_parser.h"

#include <algorithm>
#include <charconv>

namespace groundwork::http {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

base::Error too_long(std::size_t limit) {
  return base::make_error(base::Code::kResourceExhausted, "expected server-sent events of at most " +
                                                              std::to_string(limit) + " bytes, found a longer one");
}

}  // namespace

base::Status SseParser::feed(std::string_view bytes, const Sink& sink) {
  if (failure_) return *failure_;
  while (!bytes.empty()) {
    // CR, LF and CRLF each end a line; the LF of a CRLF may come with the next bytes.
    if (after_carriage_return_ && bytes.front() == '\n') bytes.remove_prefix(1);
    after_carriage_return_ = false;
    const std::size_t end = bytes.find_first_of("\r\n");
    const std::string_view part = bytes.substr(0, end);
    if (line_.size() + part.size() > max_event_bytes_) {
      failure_ = too_long(max_event_bytes_);
      return *failure_;
    }
    line_ += part;
    if (end == std::string_view::npos) break;
    after_carriage_return_ = bytes[end] == '\r';
    bytes.remove_prefix(end + 1);
    if (base::Status taken = take_line(sink); !taken.ok()) {
      failure_ = taken.error();
      return taken;
    }
  }
  return {};
}

base::Status SseParser::take_line(const Sink& sink) {
  std::string_view line = line_;
  if (first_line_ && line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  first_line_ = false;
  base::Status status;
  if (line.empty()) {
    status = dispatch(sink);
  } else if (line.front() != ':') {  // else a comment
    const std::size_t colon = line.find(':');
    std::string_view value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    status = take_field(line.substr(0, colon), value);
  }
  line_.clear();
  return status;
}

base::Status SseParser::take_field(std::string_view name, std::string_view value) {
  if (name == "data") {
    if (data_.size() + value.size() > max_event_bytes_) return too_long(max_event_bytes_);
    data_ += value;
    data_ += '\n';
  } else if (name == "event") {
    type_ = value;
  } else if (name == "id") {
    if (value.find('\0') == std::string_view::npos) id_ = value;
  } else if (name == "retry") {
    const bool digits =
        !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
    std::int64_t number = 0;
    // A number too large for 64 bits is ignored like one that is none.
    if (digits && std::from_chars(value.data(), value.data() + value.size(), number).ec == std::errc()) {
      retry_ = std::chrono::milliseconds(number);
    }
  }
  return {};
}

base::Status SseParser::dispatch(const Sink& sink) {
  SseEvent event{type_.empty() ? "message" : std::move(type_), std::move(data_), id_};
  type_.clear();
  data_.clear();
  if (event.data.empty()) return {};
  event.data.pop_back();
  return sink(event);
}

}  // namespace groundwork::http
