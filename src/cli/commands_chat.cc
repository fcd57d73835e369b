#include <algorithm>
#include <cstdio>
#include <thread>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/generator.h"
#include "model/local_chat.h"

namespace groundwork::cli {
namespace {

struct ChatOptions {
  std::string model = "SmolLM2-135M-Instruct";
  std::string prompt;
  std::string system;
  std::string schema;
  int max_tokens = 256;
  int threads = 0;
  double temperature = 0.0;
  std::uint64_t seed = 0;
};

base::Result<model::ChatRequest> request_of(const ChatOptions& options) {
  model::ChatRequest request;
  if (!options.system.empty()) request.messages.push_back({model::Role::kSystem, options.system});
  request.messages.push_back({model::Role::kUser, options.prompt});
  request.max_tokens = options.max_tokens;
  request.temperature = options.temperature;
  request.seed = options.seed;
  request.cancel = interrupted();
  if (!options.schema.empty()) {
    GW_TRY(const std::string text, base::read_file(options.schema));
    auto schema = base::parse_json(text);
    if (!schema.ok()) return base::wrap(std::move(schema).error(), options.schema);
    request.schema = *std::move(schema);
  }
  return request;
}

base::json::value to_json(const model::ChatAnswer& answer, const std::string& model) {
  return {{"model", model},
          {"text", answer.text},
          {"finish", model::to_string(answer.finish)},
          {"usage",
           {{"prompt_tokens", answer.usage.prompt_tokens},
            {"cached_tokens", answer.usage.cached_tokens},
            {"completion_tokens", answer.usage.completion_tokens}}},
          {"first_token_ms", static_cast<double>(answer.timings.first_token.count()) / 1000.0},
          {"total_ms", static_cast<double>(answer.timings.total.count()) / 1000.0}};
}

Exit chat(Context& context, const ChatOptions& options) {
  const auto request = request_of(options);
  if (!request.ok()) return context.fail(request.error());
  model::LocalChatOptions local;
  local.decoder.threads = options.threads;
  const auto opened = model::LocalChat::open(language_model_path(context, options.model), local);
  if (!opened.ok()) return context.fail(opened.error());
  const auto answer = (*opened)->chat(*request, [&](std::string_view piece) {
    if (!context.json) {
      std::fwrite(piece.data(), 1, piece.size(), stdout);
      std::fflush(stdout);
    }
    return true;
  });
  if (!answer.ok()) return context.fail(answer.error());
  if (context.json) {
    context.print(to_json(*answer, (*opened)->name()));
  } else {
    std::printf("\n");
  }
  return answer->finish == model::FinishReason::kCancelled ? Exit::kCancelled : Exit::kOk;
}

}  // namespace

void add_chat_command(CLI::App& app, Context& context, Command& chosen) {
  auto options = std::make_shared<ChatOptions>();
  CLI::App* command = add_command(app, "chat", "Ask a language model in this process; it knows nothing of the library",
                                  "  groundwork chat \"Name three sorting algorithms.\"\n"
                                  "  groundwork chat --schema person.json --json \"Ada is 36.\"");
  command->add_option("--model", options->model, "A model that ./up fetched, a GGUF file, or a folder with one");
  command->add_option("--system", options->system, "What the model is told before the prompt");
  command->add_option("--schema", options->schema, "A JSON Schema that the answer is held to");
  command->add_option("--max-tokens", options->max_tokens, "The longest answer")->check(CLI::Range(1, 100'000));
  command->add_option("--threads", options->threads, "To compute with; 0 is one for each core")
      ->check(CLI::Range(0, 256));
  command->add_option("--temperature", options->temperature, "0: always the likeliest token")
      ->check(CLI::Range(0.0, 5.0));
  command->add_option("--seed", options->seed, "The same seed draws the same tokens");
  command->add_option("PROMPT", options->prompt, "What to ask")->required();
  command->callback([&, options] { chosen = [&, options] { return chat(context, *options); }; });
}

}  // namespace groundwork::cli
