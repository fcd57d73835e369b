#pragma once

// model: generate, embed, rerank. In scope: one interface each, with models in process and behind OpenAI-compatible
// endpoints. Not in scope: what is asked of a model and what becomes of the answer (tutor), budgets and caches
// (gateway).

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace groundwork::model {

enum class Role { kSystem, kUser, kAssistant };

struct Message {
  Role role = Role::kUser;
  std::string content;  ///< UTF-8
  friend bool operator==(const Message&, const Message&) = default;
};

struct ChatRequest {
  std::vector<Message> messages;
  /// JSON Schema 2020-12 that the answer must validate against. Such an answer is never partial: it comes to on_delta
  /// once, whole and checked.
  std::optional<base::json::value> schema;
  std::string grammar;  ///< GBNF that the answer must match; empty: none
  int max_tokens = 512;
  double temperature = 0.0;
  double top_p = 1.0;
  std::uint64_t seed = 0;
  std::vector<std::string> stop;  ///< the answer ends before the first of these
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::stop_token cancel;  ///< for what can't wait for the next delta
  std::string user;        ///< who asks; models that queue are fair between users
};

enum class FinishReason { kStop, kLength, kCancelled, kDeadline };

struct Usage {
  std::int64_t prompt_tokens = 0;
  std::int64_t cached_tokens = 0;  ///< of the prompt's, those that were not computed again
  std::int64_t completion_tokens = 0;
  bool estimated = false;  ///< the endpoint didn't say: a token was taken to be four bytes
  friend bool operator==(const Usage&, const Usage&) = default;
};

struct Timings {
  std::chrono::microseconds first_token{0};  ///< from the call to the first piece of the answer; 0: none came
  std::chrono::microseconds total{0};
};

struct ChatAnswer {
  std::string text;
  std::string reasoning;  ///< what a reasoning model thought aloud before; never part of the text
  FinishReason finish = FinishReason::kStop;
  Usage usage;
  Timings timings;
};

/// Gets each piece of the answer, whole characters, in order. false cancels.
using OnDelta = std::function<bool(std::string_view)>;

class ChatModel {
 public:
  virtual ~ChatModel() = default;

  /// Blocks until the answer is there; thread-safe. Cancelled or late after some text came, the answer holds that text
  /// and says so in `finish`; before any, the call is an error.
  /// @errors kInvalidArgument: no message, a bad schema or grammar, more tokens than the model takes;
  ///         kResourceExhausted: too busy; kCancelled, kDeadlineExceeded; kUnavailable: the model can't be reached or
  ///         answers nonsense; kUnimplemented: a grammar where none can be enforced.
  virtual base::Result<ChatAnswer> chat(const ChatRequest& request, const OnDelta& on_delta) = 0;
  base::Result<ChatAnswer> chat(const ChatRequest& request) { return chat(request, {}); }
  virtual std::string name() const = 0;
};

std::string_view to_string(Role role);            // "system", "user", "assistant"
std::string_view to_string(FinishReason reason);  // "stop", "length", "cancelled", "deadline"

}  // namespace groundwork::model
