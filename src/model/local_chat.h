#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "model/chat.h"
#include "model/generation_engine.h"
#include "model/llama_model.h"

namespace groundwork::schema {
class Validator;
}

namespace groundwork::model {

struct LocalChatOptions {
  LlamaDecoderOptions decoder;
  SchedulerOptions scheduler;
};

/// A language model in this process: open_decoder() says what computes, Scheduler what is computed when. Thread-safe;
/// requests of many threads are computed together.
///
/// An answer under a schema is held to it by a grammar token by token, and validated in the end. A schema with a
/// keyword that the grammar can't hold to is refused before anything is generated: kFailedPrecondition names the
/// keywords.
class LocalChat final : public ChatModel {
 public:
  /// @param file  a GGUF file, or a folder with one in it
  /// @errors those of LlamaModel::open and open_decoder
  static base::Result<std::unique_ptr<LocalChat>> open(const std::filesystem::path& file,
                                                       const LocalChatOptions& options = {});

  using ChatModel::chat;
  base::Result<ChatAnswer> chat(const ChatRequest& request, const OnDelta& on_delta) override;
  std::string name() const override { return name_; }
  const LlamaModel& model() const { return *model_; }

 private:
  LocalChat(std::shared_ptr<const LlamaModel> model, std::unique_ptr<Decoder> decoder, SchedulerOptions options,
            std::string name)
      : model_(std::move(model)), name_(std::move(name)), engine_(std::move(decoder), std::move(options)) {}

  base::Result<ChatAnswer> generate(const ChatRequest& request, const std::string& grammar, const OnDelta& on_delta);
  base::Result<ChatAnswer> generate_valid(const ChatRequest& request, const schema::Validator& validator);

  std::shared_ptr<const LlamaModel> model_;
  std::string name_;
  GenerationEngine engine_;
};

}  // namespace groundwork::model
