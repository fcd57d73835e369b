#include "model/chat_stream.h"

#include <algorithm>

#include "base/utf8.h"

namespace groundwork::model {
namespace {

using base::Code;
using base::make_error;
using base::Status;
namespace json = base::json;

constexpr std::size_t kQuoted = 200;

base::Error nonsense(std::string_view expected, std::string_view found) {
  return make_error(Code::kUnavailable, "expected " + std::string(expected) + ", found " + base::clip(found, kQuoted));
}

/// What an "error" member says: {"message": ...}, text, or something else.
base::Error reported(const json::value& error) {
  std::string words;
  if (error.is_string()) words = std::string(error.get_string());
  if (error.is_object()) words = base::string_or(error.get_object(), "message");
  if (words.empty()) words = json::serialize(error);
  return make_error(Code::kUnavailable, "the endpoint reports a failure: " + base::clip(words, kQuoted));
}

std::int64_t count_or_zero(const json::object& object, std::string_view key) {
  return std::max<std::int64_t>(0, base::int_or(object, key, 0));
}

}  // namespace

Status ChatStream::feed(std::string_view bytes, bool event_stream) {
  if (done_) return {};
  streamed_ = event_stream;
  if (event_stream) {
    return events_.feed(bytes, [this](const http::SseEvent& event) { return take_event(event.data); });
  }
  if (body_.size() + bytes.size() > max_bytes_) {
    return make_error(Code::kResourceExhausted,
                      "expected an answer of at most " + std::to_string(max_bytes_) + " bytes");
  }
  body_ += bytes;
  return {};
}

Status ChatStream::take_event(std::string_view data) {
  if (done_) return {};
  if (data == "[DONE]") {
    done_ = true;
    return {};
  }
  const base::Result<json::value> chunk = base::parse_json(data);
  if (!chunk.ok()) return nonsense("a chat.completion.chunk in JSON", data);
  return take_chunk(*chunk, "delta");
}

/// @param field  where a choice has its text: "delta" in a stream, "message" in a whole answer
Status ChatStream::take_chunk(const json::value& value, std::string_view field) {
  const json::object* chunk = value.if_object();
  if (chunk == nullptr) return nonsense("a chat.completion.chunk", json::serialize(value));
  if (const json::value* error = chunk->if_contains("error"); error != nullptr && !error->is_null()) {
    return reported(*error);
  }
  if (const json::value* usage = chunk->if_contains("usage"); usage != nullptr && usage->is_object()) {
    take_usage(usage->get_object());
  }
  const json::value* choices = chunk->if_contains("choices");
  if (choices == nullptr) return {};
  if (!choices->is_array()) return nonsense("an array of choices", json::serialize(*choices));
  for (const json::value& choice : choices->get_array()) {
    if (!choice.is_object()) return nonsense("an object as choice", json::serialize(choice));
    if (base::int_or(choice.get_object(), "index", 0) != 0) continue;
    GW_CHECK_OK(take_choice(choice.get_object(), field));
  }
  return {};
}

Status ChatStream::take_choice(const json::object& choice, std::string_view field) {
  if (const json::value* delta = choice.if_contains(field); delta != nullptr && !delta->is_null()) {
    if (!delta->is_object()) return nonsense("an object as " + std::string(field), json::serialize(*delta));
    GW_CHECK_OK(take_text(delta->get_object()));
  }
  const json::value* reason = choice.if_contains("finish_reason");
  if (reason == nullptr || reason->is_null()) return {};
  if (!reason->is_string()) return nonsense("text as finish_reason", json::serialize(*reason));
  return take_finish(reason->get_string());
}

Status ChatStream::take_text(const json::object& delta) {
  // DeepSeek and vLLM name it reasoning_content, OpenRouter and newer vLLM reasoning.
  answer_.reasoning += base::string_or(delta, "reasoning_content", base::string_or(delta, "reasoning"));
  const json::value* content = delta.if_contains("content");
  if (content != nullptr && !content->is_null() && !content->is_string()) {
    return nonsense("text as content", json::serialize(*content));
  }
  const std::string_view text =
      content != nullptr && content->is_string() ? std::string_view(content->get_string()) : "";
  if (answer_.text.size() + answer_.reasoning.size() + text.size() > max_bytes_) {
    return make_error(Code::kResourceExhausted,
                      "expected an answer of at most " + std::to_string(max_bytes_) + " bytes");
  }
  if (text.empty()) return {};
  if (finished_) return nonsense("nothing after the finish_reason", text);
  if (!first_token_) first_token_ = std::chrono::steady_clock::now();
  answer_.text += text;
  if (on_delta_ && !on_delta_(text)) {
    cancelled_ = true;
    return make_error(Code::kCancelled, "the consumer of the answer has stopped");
  }
  return {};
}

Status ChatStream::take_finish(std::string_view reason) {
  if (reason == "content_filter") {
    return make_error(Code::kFailedPrecondition, "the endpoint's content filter ended the answer");
  }
  const bool length = reason == "length" || reason == "max_tokens";
  if (!length && reason != "stop" && reason != "eos" && reason != "end_turn") {
    return nonsense("finish_reason 'stop' or 'length'", "'" + std::string(reason) + "'");
  }
  finished_ = true;
  answer_.finish = length ? FinishReason::kLength : FinishReason::kStop;
  return {};
}

void ChatStream::take_usage(const json::object& usage) {
  answer_.usage.prompt_tokens = count_or_zero(usage, "prompt_tokens");
  answer_.usage.completion_tokens = count_or_zero(usage, "completion_tokens");
  const json::value* details = usage.if_contains("prompt_tokens_details");
  if (details != nullptr && details->is_object()) {
    answer_.usage.cached_tokens = count_or_zero(details->get_object(), "cached_tokens");
  }
}

Status ChatStream::end() {
  if (!streamed_) {
    const base::Result<json::value> whole = base::parse_json(body_, max_bytes_);
    if (!whole.ok()) return nonsense("an event stream or a chat.completion in JSON", body_);
    GW_CHECK_OK(take_chunk(*whole, "message"));
  }
  if (finished_) return {};
  return make_error(Code::kUnavailable, "the answer ended without a finish_reason, after " +
                                            std::to_string(answer_.text.size()) + " bytes of text");
}

Usage estimated_usage(const std::vector<Message>& messages, const ChatAnswer& answer) {
  std::size_t prompt = 0;
  for (const Message& message : messages) prompt += message.content.size();
  Usage usage;
  usage.prompt_tokens = static_cast<std::int64_t>((prompt + 3) / 4);
  usage.completion_tokens = static_cast<std::int64_t>((answer.text.size() + answer.reasoning.size() + 3) / 4);
  usage.estimated = true;
  return usage;
}

}  // namespace groundwork::model
