#include "model/local_chat.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "model/grammar.h"
#include "model/transformer.h"
#include "schema/validator.h"

namespace groundwork::model {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::make_error;
using base::Result;

base::Status check(const ChatRequest& request) {
  for (const Message& message : request.messages) {
    if (!base::is_utf8(message.content)) return make_error(Code::kInvalidArgument, "expected messages in UTF-8");
  }
  const bool sampling = request.temperature >= 0 && request.top_p > 0 && request.top_p <= 1;
  if (!sampling) {
    return make_error(Code::kInvalidArgument, "expected a temperature of at least 0 and a top_p above 0, at most 1");
  }
  if (request.schema && !request.grammar.empty()) {
    return make_error(Code::kInvalidArgument, "expected a schema or a grammar, found both");
  }
  return {};
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

Result<std::unique_ptr<LocalChat>> LocalChat::open(const fs::path& file, const LocalChatOptions& options) {
  GW_TRY(const fs::path found, gguf_file(file));
  GW_TRY(std::shared_ptr<const LlamaModel> model, LlamaModel::open(found));
  LlamaDecoderOptions decoding = options.decoder;
  decoding.scored = std::max(decoding.scored, options.scheduler.running);
  GW_TRY(std::unique_ptr<Decoder> decoder, open_decoder(model, decoding));
  return std::unique_ptr<LocalChat>(
      new LocalChat(std::move(model), std::move(decoder), options.scheduler, found.stem().string()));
}

Result<ChatAnswer> LocalChat::chat(const ChatRequest& request, const OnDelta& on_delta) {
  GW_CHECK_OK(check(request));
  if (!request.schema) return generate(request, request.grammar, on_delta);
  GW_TRY(const schema::Validator validator, schema::Validator::compile(*request.schema));
  GW_TRY(ChatAnswer answer, generate_valid(request, validator));
  if (on_delta && !on_delta(answer.text)) answer.finish = FinishReason::kCancelled;
  return answer;
}

Result<ChatAnswer> LocalChat::generate(const ChatRequest& request, const std::string& grammar,
                                       const OnDelta& on_delta) {
  Generation generation;
  GW_TRY(generation.prompt, model_->prompt_of(request.messages));
  if (!grammar.empty()) {
    GW_TRY(generation.constraint, model_->constrain(grammar));
  }
  generation.max_tokens = request.max_tokens;
  generation.sampling = {request.temperature, request.top_p, request.seed};
  generation.stop = request.stop;
  generation.deadline = request.deadline;
  generation.cancel = request.cancel;
  generation.user = request.user;
  return engine_.run(std::move(generation), on_delta);
}

Result<ChatAnswer> LocalChat::generate_valid(const ChatRequest& request, const schema::Validator& validator) {
  GW_TRY(const Grammar grammar, grammar_of(validator));
  if (!grammar.not_enforced.empty()) {
    return make_error(Code::kFailedPrecondition,
                      "a model can't be held to these keywords of the schema: " + joined(grammar.not_enforced));
  }
  ChatRequest asked = request;
  asked.stop.clear();  // the grammar says where JSON ends
  GW_TRY(ChatAnswer answer, generate(asked, grammar.gbnf, {}));
  if (answer.finish == FinishReason::kCancelled || answer.finish == FinishReason::kDeadline) {
    return make_error(answer.finish == FinishReason::kDeadline ? Code::kDeadlineExceeded : Code::kCancelled,
                      "the answer under a schema was not whole yet");
  }
  const Result<base::json::value> value = base::parse_json(answer.text);
  if (value.ok() && validator.validate(*value).empty()) return answer;
  if (answer.finish == FinishReason::kLength) {
    return make_error(Code::kResourceExhausted, "the answer was cut at max_tokens = " +
                                                    std::to_string(request.max_tokens) + " before its JSON was whole");
  }
  return make_error(Code::kInternal,
                    "the grammar let through what the schema doesn't: " + base::clip(answer.text, 200));
}

}  // namespace groundwork::model
