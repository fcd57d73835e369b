#include "tutor/sentence_stream.h"

#include "base/json.h"
#include "base/utf8.h"

namespace groundwork::tutor {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;
namespace json = base::json;

namespace {

constexpr std::string_view kHead = R"({"sentences":[)";

bool is_json_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

base::Error unexpected(std::string_view expected, char c) {
  return make_error(Code::kInvalidArgument,
                    "expected " + std::string(expected) + ", found \"" + base::clip({&c, 1}, 4) + '"');
}

Result<Draft> draft_of(std::string_view text) {
  GW_TRY(const json::value value, base::parse_json(text, SentenceStream::kLongestObject));
  const json::object& object = value.as_object();  // it begins with a brace
  Draft draft;
  GW_TRY(draft.text, base::get_string(object, "text", ""));
  GW_TRY(draft.passage, base::get_int(object, "passage", ""));
  GW_TRY(draft.quote, base::get_string(object, "quote", ""));
  if (object.size() != 3) return make_error(Code::kInvalidArgument, "expected text, passage and quote alone");
  if (!base::is_utf8(draft.text) || !base::is_utf8(draft.quote)) {
    return make_error(Code::kInvalidArgument, "expected UTF-8");
  }
  return draft;
}

}  // namespace

Result<std::vector<Draft>> SentenceStream::feed(std::string_view piece) {
  std::vector<Draft> drafts;
  if (at_ == At::kBroken) return error_;
  for (const char c : piece) {
    if (const Status taken = take(c, drafts); !taken.ok()) {
      at_ = At::kBroken;
      error_ = taken.error();
      if (drafts.empty()) return error_;
      break;  // what was whole before the error is given; the next call tells of it
    }
  }
  return drafts;
}

Status SentenceStream::take(char c, std::vector<Draft>& drafts) {
  if (at_ == At::kHead) return take_head(c);
  if (at_ == At::kObject) return take_in_object(c, drafts);
  if (is_json_space(c)) return {};
  if (at_ == At::kBehind && c == ',') {
    at_ = At::kNext;
  } else if (at_ == At::kBehind && c == ']') {
    at_ = At::kTail;
  } else if (at_ == At::kNext && c == '{') {
    begin_object();
  } else if (at_ == At::kTail && c == '}') {
    at_ = At::kEnd;
  } else {
    return unexpected(at_ == At::kBehind ? "\",\" or \"]\""
                      : at_ == At::kNext ? "\"{\""
                      : at_ == At::kTail ? "\"}\""
                                         : "nothing behind the answer",
                      c);
  }
  return {};
}

Status SentenceStream::take_head(char c) {
  if (head_ < kHead.size()) {
    const bool in_key = head_ > 1 && kHead[head_] != ':' && kHead[head_] != '[';
    if (!in_key && is_json_space(c)) return {};
    if (c != kHead[head_]) return unexpected(kHead, c);
    ++head_;
    return {};
  }
  if (is_json_space(c)) return {};
  if (c == ']') {
    at_ = At::kTail;
  } else if (c == '{') {
    begin_object();
  } else {
    return unexpected("\"{\" or \"]\"", c);
  }
  return {};
}

void SentenceStream::begin_object() {
  at_ = At::kObject;
  object_ = "{";
  depth_ = 1;
  in_string_ = escaped_ = false;
}

Status SentenceStream::take_in_object(char c, std::vector<Draft>& drafts) {
  if (object_.size() >= kLongestObject) {
    return make_error(Code::kResourceExhausted,
                      "a sentence has more than " + std::to_string(kLongestObject) + " bytes");
  }
  object_ += c;
  if (in_string_) {
    if (!escaped_ && c == '"') in_string_ = false;
    escaped_ = !escaped_ && c == '\\';
    return {};
  }
  if (c == '"') in_string_ = true;
  if (c == '{') ++depth_;
  if (c != '}' || --depth_ > 0) return {};
  if (++given_ > kDraftsAtMost) {
    return make_error(Code::kResourceExhausted, "more than " + std::to_string(kDraftsAtMost) + " sentences");
  }
  GW_TRY(Draft draft, draft_of(object_));
  drafts.push_back(std::move(draft));
  at_ = At::kBehind;
  return {};
}

}  // namespace groundwork::tutor
