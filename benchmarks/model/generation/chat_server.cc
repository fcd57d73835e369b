// Groundwork's contender in benchmarks/model/generation: chat_server MODEL.gguf THREADS serves POST
// /v1/chat/completions on a free port, which is its first line of output, until its standard input ends.
//
// What it serves with is what the product has: http::Server, GenerationEngine and llama.cpp in process, with the
// options that LocalChat gives them. Only the handler is the benchmark's own, because it must go on behind the end of
// an answer ("ignore_eos").

#include <iostream>
#include <limits>
#include <list>
#include <mutex>
#include <thread>

#include "base/json.h"
#include "http/event_channel.h"
#include "http/server.h"
#include "model/generation_engine.h"
#include "model/llama_model.h"
#include "model/local_chat.h"
#include "model/transformer.h"

namespace {

namespace json = groundwork::base::json;
using namespace groundwork;  // NOLINT(google-build-using-namespace): one small program
using model::Token;

class NeverEnds final : public model::Constraint {
 public:
  explicit NeverEnds(const std::vector<Token>& ends) : ends_(ends) {}
  bool allows(Token token) override { return std::ranges::find(ends_, token) == ends_.end(); }
  void mask(std::span<float> scores) override {
    for (const Token token : ends_) scores[static_cast<std::size_t>(token)] = -std::numeric_limits<float>::infinity();
  }
  base::Status accept(Token /*token*/) override { return {}; }

 private:
  const std::vector<Token>& ends_;
};

struct Contender {
  std::shared_ptr<const model::LlamaModel> model;
  std::vector<Token> ends;
  std::unique_ptr<model::GenerationEngine> engine;
  std::mutex mutex;
  std::list<std::jthread> streams;  ///< guarded by mutex
};

base::Result<model::Generation> generation_of(const Contender& contender, const json::object& body) {
  std::vector<model::Message> messages;
  GW_TRY(const json::array* asked, base::get_array(body, "messages", ""));
  for (const json::value& one : *asked) {
    const std::string role = base::string_or(one.as_object(), "role");
    messages.push_back(
        {role == "system" ? model::Role::kSystem : model::Role::kUser, base::string_or(one.as_object(), "content")});
  }
  model::Generation generation;
  GW_TRY(generation.prompt, contender.model->prompt_of(messages));
  generation.max_tokens = static_cast<int>(base::int_or(body, "max_tokens", 128));
  if (base::bool_or(body, "ignore_eos", false)) generation.constraint = std::make_unique<NeverEnds>(contender.ends);
  return generation;
}

json::object usage_of(const model::ChatAnswer& answer) {
  return {{"prompt_tokens", answer.usage.prompt_tokens},
          {"completion_tokens", answer.usage.completion_tokens},
          {"prompt_tokens_details", json::object{{"cached_tokens", answer.usage.cached_tokens}}}};
}

void stream(Contender& contender, model::Generation generation, http::EventChannel& events) {
  const auto answer = contender.engine->run(std::move(generation), [&](std::string_view piece) {
    const json::object delta{{"content", piece}};
    events.push("",
                json::serialize(json::object{{"choices", json::array{json::object{{"index", 0}, {"delta", delta}}}}}));
    return !events.abandoned();
  });
  json::object last{{"choices", json::array{}}};
  if (answer.ok()) {
    last["usage"] = usage_of(*answer);
  } else {
    last["error"] = answer.error().text();
  }
  events.push("message", json::serialize(last));
  events.push("message", "[DONE]");
  events.close();
}

http::Response complete(Contender& contender, const http::Request& request) {
  const auto body = base::parse_json(request.body);
  if (!body.ok()) return http::problem(body.error());
  auto generation = generation_of(contender, body->as_object());
  if (!generation.ok()) return http::problem(generation.error());
  if (base::bool_or(body->as_object(), "stream", false)) {
    http::Response response;
    response.headers.set("Content-Type", "text/event-stream");
    response.events = std::make_shared<http::EventChannel>(4096);
    const std::scoped_lock lock(contender.mutex);
    contender.streams.emplace_back(
        [&contender, events = response.events, asked = std::make_shared<model::Generation>(*std::move(generation))] {
          stream(contender, std::move(*asked), *events);
        });
    return response;
  }
  const auto answer = contender.engine->run(*std::move(generation), {});
  if (!answer.ok()) return http::problem(answer.error());
  const json::object message{{"role", "assistant"}, {"content", answer->text}};
  return http::json_response(json::object{
      {"choices", json::array{json::object{{"index", 0}, {"message", message}, {"finish_reason", "length"}}}},
      {"usage", usage_of(*answer)}});
}

int fail(const base::Error& error) {
  std::cerr << error.text() << '\n';
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "expected: chat_server MODEL.gguf THREADS\n";
    return 2;
  }
  Contender contender;
  auto opened = model::LlamaModel::open(arguments[1]);
  if (!opened.ok()) return fail(opened.error());
  contender.model = *std::move(opened);
  for (Token token = 0; token < static_cast<Token>(contender.model->header().vocabulary); ++token) {
    if (contender.model->ends(token)) contender.ends.push_back(token);
  }
  model::LocalChatOptions options;
  options.decoder.threads = std::stoi(arguments[2]);
  auto decoder = model::open_decoder(contender.model, options.decoder);
  if (!decoder.ok()) return fail(decoder.error());
  contender.engine = std::make_unique<model::GenerationEngine>(*std::move(decoder), options.scheduler);

  http::Router router;
  router.add({"POST", "/v1/chat/completions", http::RunOn::kWorkers, 1 << 20,
              [&](const http::Request& request) { return complete(contender, request); }});
  http::ServerOptions serving;
  serving.port = 0;
  serving.worker_threads = 16;
  auto server = http::Server::bind(serving, std::move(router));
  if (!server.ok()) return fail(server.error());
  (*server)->start();
  std::cout << (*server)->port() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
  }
  (*server)->stop();
}
