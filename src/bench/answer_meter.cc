#include "bench/answer_meter.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/json.h"
#include "base/utf8.h"

namespace groundwork::bench {
namespace {

namespace json = base::json;

constexpr std::size_t kDocumentLimit = std::size_t{16} << 20;
constexpr std::size_t kShownBytes = 120;

/// What was found, for a terminal and for JSON: valid UTF-8 without control characters, which are shown as \x1b.
std::string shown(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const std::string whole = base::clip(text, kShownBytes);
  std::string out = "'";
  for (std::size_t i = 0; i < whole.size(); ++i) {
    auto byte = static_cast<unsigned char>(whole[i]);
    const bool second_set = byte == 0xC2 && i + 1 < whole.size() && static_cast<unsigned char>(whole[i + 1]) < 0xA0;
    if (!second_set && byte >= 0x20 && byte != 0x7F) {
      out += whole[i];
      continue;
    }
    if (second_set) byte = static_cast<unsigned char>(whole[++i]);
    out += {'\\', 'x', kHex[byte >> 4U], kHex[byte & 15U]};
  }
  return out + (text.size() > kShownBytes ? "...'" : "'");
}

Outcome outcome_of(int status) {
  if (status == 429) return Outcome::kStatus429;
  if (status >= 500) return Outcome::kStatus5xx;
  if (status >= 400) return Outcome::kStatus4xx;
  return status >= 300 ? Outcome::kRedirect : Outcome::kOk;
}

const json::object* object_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value == nullptr ? nullptr : value->if_object();
}

bool has_text(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() && !value->get_string().empty();
}

std::uint32_t tokens_in(const json::object& usage, std::string_view key) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(base::int_or(usage, key, 0), 0, std::numeric_limits<std::uint32_t>::max()));
}

void read_usage(const json::object& object, Sample& sample) {
  const json::object* usage = object_in(object, "usage");
  if (usage == nullptr) return;
  sample.prompt_tokens = tokens_in(*usage, "prompt_tokens");
  if (!usage->contains("completion_tokens")) return;
  sample.output_tokens = tokens_in(*usage, "completion_tokens");
  sample.usage = true;
}

std::string error_text(const json::value& error) {
  if (error.is_object()) return base::string_or(error.get_object(), "message", "no message");
  return error.is_string() ? std::string(error.get_string()) : "no message";
}

/// What is missing for the profile's contract; empty when nothing is.
std::string missing_in(Profile profile, const json::object& answer) {
  const auto array_of = [&](std::string_view key, std::string_view field) -> std::string {
    const json::value* list = answer.if_contains(key);
    if (list == nullptr || !list->is_array()) return "expected an array '" + std::string(key) + "'";
    for (const json::value& one : list->get_array()) {
      if (!one.is_object() || !one.get_object().contains(field)) {
        return "expected '" + std::string(field) + "' in each of '" + std::string(key) + "'";
      }
    }
    return "";
  };
  switch (profile) {
    case Profile::kSearch:
      return array_of("results", "id");
    case Profile::kRag:
      if (!answer.contains("answer") || !answer.at("answer").is_string()) return "expected a string 'answer'";
      return array_of("citations", "id");
    case Profile::kEmbeddings:
      if (answer.contains("data") && answer.at("data").is_array() && answer.at("data").get_array().empty()) {
        return "expected at least one vector in 'data'";
      }
      return array_of("data", "embedding");
    case Profile::kChat:
      if (answer.contains("choices") && answer.at("choices").is_array() && answer.at("choices").get_array().empty()) {
        return "expected at least one of 'choices'";
      }
      return array_of("choices", "message");
    case Profile::kHttp:
      return "";
  }
  return "";
}

}  // namespace

std::string_view to_string(Profile profile) {
  static constexpr std::array<std::string_view, 5> kNames = {"http", "search", "rag", "chat", "embeddings"};
  return kNames[static_cast<std::size_t>(profile)];
}

AnswerMeter::AnswerMeter(Profile profile, bool streams, bool stamps)
    : profile_(profile), streams_(streams), want_stamps_(stamps) {}

void AnswerMeter::begin(Sample& sample, std::vector<std::int64_t>& gaps) {
  framer_.reset();
  events_ = http::SseParser();
  sample_ = &sample;
  gaps_ = &gaps;
  gaps_->clear();
  stamps_.received = -1;
  stamps_.sent.clear();
  document_.clear();
  complaint_.clear();
  last_token_ = -1;
  over_ = false;
  ended_ = false;
}

bool AnswerMeter::feed(std::string_view bytes, std::int64_t at) {
  if (over_ || bytes.empty()) return over_;
  now_ = at;
  if (sample_->first_byte < 0) sample_->first_byte = at;
  framer_.feed(bytes, *this);
  if (!over_ && framer_.bad()) {
    fail(Outcome::kGarbage, framer_.head_seen() ? "expected the end of the response, found more or a broken chunk"
                                                : "expected an HTTP/1.1 response, found " + shown(bytes));
  }
  if (!over_ && framer_.done()) finish();
  return over_;
}

void AnswerMeter::closed(std::int64_t at) {
  if (over_) return;
  now_ = at;
  framer_.closed();
  if (framer_.done()) {
    finish();
  } else if (!framer_.head_seen()) {
    fail(Outcome::kClosed, sample_->first_byte < 0 ? "the connection was closed before a byte of the answer"
                                                   : "the connection was closed within the answer's head");
  } else {
    fail(Outcome::kClosedMidStream,
         "the connection was closed after " + std::to_string(sample_->bytes) + " bytes of the answer's body");
  }
}

void AnswerMeter::on_head(const ResponseHead& head) { sample_->status = static_cast<std::uint16_t>(head.status); }

void AnswerMeter::on_body(std::string_view piece) {
  const std::uint64_t bytes = std::uint64_t{sample_->bytes} + piece.size();
  sample_->bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(bytes, 0xFFFF'FFFFU));
  if (over_ || outcome_of(framer_.head().status) != Outcome::kOk) return;
  if (framer_.head().event_stream) {
    const base::Status read = events_.feed(piece, [this](const http::SseEvent& event) -> base::Status {
      if (!over_) on_event(event);
      return {};
    });
    if (!read.ok() && !over_) fail(Outcome::kGarbage, read.error().message);
    return;
  }
  if (profile_ == Profile::kHttp && !want_stamps_) return;
  if (document_.size() + piece.size() > kDocumentLimit) {
    return fail(Outcome::kGarbage, "expected at most 16 MiB of JSON");
  }
  document_ += piece;
}

void AnswerMeter::on_token(bool content) {
  if (sample_->first_token < 0) {
    sample_->first_token = now_;
  } else {
    gaps_->push_back(now_ - last_token_);
  }
  last_token_ = now_;
  if (content && sample_->first_content < 0) sample_->first_content = now_;
  if (!content && sample_->first_content < 0) sample_->reasoning = true;
  ++sample_->chunks;
}

void AnswerMeter::on_event(const http::SseEvent& event) {
  if (profile_ == Profile::kRag) return on_rag_event(event);
  if (profile_ == Profile::kChat) return on_chat_chunk(event);
  if (profile_ != Profile::kHttp) return fail(Outcome::kContract, "expected JSON, found an event stream");
  on_token(true);  // any event stream may be measured
  ended_ = true;
}

void AnswerMeter::on_rag_event(const http::SseEvent& event) {
  if (event.type == "error") return fail(Outcome::kErrorFrame, "an error event in the stream: " + shown(event.data));
  const auto data = base::parse_json(event.data);
  if (!data.ok()) return fail(Outcome::kGarbage, "expected JSON in an event, found " + shown(event.data));
  if (event.type == "sentence") return on_token(true);
  if (event.type != "done") return;
  ended_ = true;
  if (!data->is_object()) return fail(Outcome::kContract, "expected an object in the event 'done'");
  if (std::string missing = missing_in(profile_, data->get_object()); !missing.empty()) {
    return fail(Outcome::kContract, missing + " in the event 'done'");
  }
  read_usage(data->get_object(), *sample_);
}

void AnswerMeter::on_chat_chunk(const http::SseEvent& event) {
  if (event.data == "[DONE]") {
    ended_ = true;
    return;
  }
  const auto parsed = base::parse_json(event.data);
  if (!parsed.ok()) return fail(Outcome::kGarbage, "expected JSON in a chunk, found " + shown(event.data));
  const json::object* chunk = parsed->if_object();
  if (chunk == nullptr) return fail(Outcome::kContract, "expected an object in a chunk, found " + shown(event.data));
  if (const json::value* error = chunk->if_contains("error"); error != nullptr && !error->is_null()) {
    return fail(Outcome::kErrorFrame, "an error frame in the stream: " + shown(error_text(*error)));
  }
  read_usage(*chunk, *sample_);
  const json::value* choices = chunk->if_contains("choices");
  if (choices == nullptr || !choices->is_array()) {
    return fail(Outcome::kContract, "expected 'choices' in a chunk, found " + shown(event.data));
  }
  if (choices->get_array().empty()) return;  // the chunk with the usage
  const json::object* choice = choices->get_array().front().if_object();
  if (choice == nullptr) return fail(Outcome::kContract, "expected objects in 'choices'");
  if (has_text(*choice, "finish_reason")) ended_ = true;
  const json::object* delta = object_in(*choice, "delta");
  if (delta == nullptr) return;
  const bool reasons = has_text(*delta, "reasoning_content") || has_text(*delta, "reasoning");
  const bool content = has_text(*delta, "content") || has_text(*delta, "refusal") || delta->contains("tool_calls");
  if (!reasons && !content) return;
  on_token(content);
  if (!want_stamps_) return;
  if (const json::object* mock = object_in(*chunk, "mock")) {
    stamps_.received = base::int_or(*mock, "received", -1);
    stamps_.sent.push_back(base::int_or(*mock, "sent", -1));
  }
}

void AnswerMeter::check_document() {
  if (profile_ == Profile::kHttp && !want_stamps_) return;
  const auto parsed = base::parse_json(document_);
  if (!parsed.ok()) return fail(Outcome::kGarbage, "expected JSON, found " + shown(document_));
  const json::object* answer = parsed->if_object();
  if (answer == nullptr) return fail(Outcome::kContract, "expected a JSON object, found " + shown(document_));
  if (std::string missing = missing_in(profile_, *answer); !missing.empty()) {
    return fail(Outcome::kContract, missing + ", found " + shown(document_));
  }
  read_usage(*answer, *sample_);
  if (const json::object* mock = object_in(*answer, "mock"); want_stamps_ && mock != nullptr) {
    stamps_.received = base::int_or(*mock, "received", -1);
    stamps_.sent.push_back(base::int_or(*mock, "sent", -1));
  }
}

void AnswerMeter::finish() {
  const ResponseHead& head = framer_.head();
  if (const Outcome outcome = outcome_of(head.status); outcome != Outcome::kOk) {
    return fail(outcome, "the status was " + std::to_string(head.status));
  }
  if (!head.event_stream) {
    if (streams_) return fail(Outcome::kContract, "expected an event stream, found an answer in one piece");
    check_document();
    if (over_) return;
  } else if (events_.inside_event() || !ended_) {
    // An empty stream that was closed properly is told apart from one that broke off.
    if (sample_->chunks == 0 && !events_.inside_event()) return fail(Outcome::kEmpty, "a stream without an event");
    return fail(Outcome::kClosedMidStream, "the stream ended without saying that it was over");
  } else if (sample_->chunks == 0 && profile_ == Profile::kChat) {
    return fail(Outcome::kEmpty, "a stream without a token");
  }
  if (!sample_->usage) sample_->output_tokens = sample_->chunks;
  sample_->outcome = Outcome::kOk;
  sample_->done = now_;
  over_ = true;
}

void AnswerMeter::fail(Outcome outcome, std::string complaint) {
  sample_->outcome = outcome;
  sample_->done = now_;
  complaint_ = std::move(complaint);
  over_ = true;
}

}  // namespace groundwork::bench
