#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "model/chat.h"
#include "model/remote_endpoint.h"

namespace groundwork::schema {
class Validator;
}

namespace groundwork::model {

struct RemoteChatOptions {
  RemoteOptions endpoint;
  /// Tries to make JSON of text that isn't quite (a fence around it, a trailing comma). Empty: none is made. What it
  /// returns is validated like any other answer.
  std::function<base::Result<base::json::value>(std::string_view text)> repair;
  int max_schema_attempts = 3;  ///< of an answer under a schema; each further one is told what was wrong
  /// Where the endpoint takes a GBNF grammar: "grammar" (llama-server), "guided_grammar" (vLLM). Empty: it takes none.
  std::string grammar_field;
};

/// A model behind `/chat/completions` of any OpenAI-compatible endpoint. Thread-safe.
///
/// What endpoints don't all take is offered once and left out from then on when it is refused: stream_options (usage is
/// then estimated), max_tokens (then max_completion_tokens), response_format (the schema then stands in the prompt). An
/// answer under a schema is always validated here, whatever the endpoint promises.
/// @deviation a seed of 0 isn't sent, another is cut to 53 bits, which JSON carries exactly.
class RemoteChatModel final : public ChatModel {
 public:
  /// @param client  must outlive the model
  /// @errors those of RemoteEndpoint::open
  static base::Result<std::unique_ptr<RemoteChatModel>> open(http::Client& client, RemoteChatOptions options);

  using ChatModel::chat;
  base::Result<ChatAnswer> chat(const ChatRequest& request, const OnDelta& on_delta) override;
  std::string name() const override { return endpoint_.options().model; }

 private:
  RemoteChatModel(RemoteEndpoint endpoint, RemoteChatOptions options)
      : endpoint_(std::move(endpoint)), options_(std::move(options)) {}

  base::Result<ChatAnswer> generate(const ChatRequest& request, const OnDelta& on_delta);
  base::Result<ChatAnswer> generate_once(const ChatRequest& request, const OnDelta& on_delta, unsigned features);
  base::Result<ChatAnswer> generate_valid(const ChatRequest& request, const schema::Validator& validator);
  base::json::object body_of(const ChatRequest& request, unsigned features) const;
  base::Result<base::json::value> json_of(const std::string& text) const;

  RemoteEndpoint endpoint_;
  const RemoteChatOptions options_;
  std::atomic<unsigned> features_{~0U};  // what the endpoint has not refused yet
};

}  // namespace groundwork::model
