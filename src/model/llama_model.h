#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/chat.h"
#include "model/decoder.h"
#include "model/gguf.h"

struct llama_model;

namespace groundwork::model {

/// The GGUF file at `path`: itself, or the one in the folder.
/// @errors kNotFound, kInvalidArgument: none or several in the folder
base::Result<std::filesystem::path> gguf_file(const std::filesystem::path& path);

/// A language model's weights and vocabulary, from a GGUF file; mapped, so that processes share it. Thread-safe.
class LlamaModel {
 public:
  /// @errors those of Gguf::open and language_model_header; kFailedPrecondition: this processor lacks instructions that
  ///         the kernels need; kInvalidArgument: llama.cpp doesn't take it
  static base::Result<std::shared_ptr<const LlamaModel>> open(const std::filesystem::path& file);
  /// The same without the weights: for what concerns texts and tokens alone. @errors the same but for the processor
  static base::Result<std::shared_ptr<const LlamaModel>> open_vocabulary(const std::filesystem::path& file);

  ~LlamaModel();
  LlamaModel(const LlamaModel&) = delete;
  LlamaModel& operator=(const LlamaModel&) = delete;

  const LanguageModelHeader& header() const { return header_; }
  const std::filesystem::path& file() const { return file_; }
  const Gguf& gguf() const { return gguf_; }
  llama_model* get() const { return model_; }

  /// The messages as the model was trained to see them, up to where its answer begins. What a message says is text
  /// whatever it looks like: no control token comes of it.
  /// @errors kInvalidArgument: no message; kUnimplemented: llama.cpp doesn't know the model's template
  base::Result<std::vector<Token>> prompt_of(std::span<const Message> messages) const;

  /// The tokens of a text; no control token comes of what it says. @errors kInternal
  base::Result<std::vector<Token>> tokens_of(std::string_view text) const;
  std::string bytes_of(Token token) const;
  bool ends(Token token) const;
  /// @param gbnf  its start is the rule "root"
  /// @errors kInvalidArgument: not a grammar
  base::Result<std::unique_ptr<Constraint>> constrain(const std::string& gbnf) const;

 private:
  LlamaModel(llama_model* model, LanguageModelHeader header, Gguf gguf, std::filesystem::path file)
      : model_(model), header_(std::move(header)), gguf_(std::move(gguf)), file_(std::move(file)) {}
  static base::Result<std::shared_ptr<const LlamaModel>> load(const std::filesystem::path& file, bool weights);
  base::Status tokenize(std::string_view text, bool control, std::vector<Token>& out) const;

  llama_model* model_;
  LanguageModelHeader header_;
  Gguf gguf_;
  std::filesystem::path file_;
};

struct LlamaDecoderOptions {
  int threads = 0;     ///< 0: one for each core; on a machine that others use too, fewer are faster
  int cells = 8192;    ///< tokens in memory: 23 KB each for SmolLM2-135M
  int sequences = 64;  ///< at once, those that are kept included; at most 256
  int batch = 256;     ///< tokens in one call
  int scored = 64;     ///< of these, those whose scores are wanted at most
};

/// What the options come to: threads from 1, sizes within what the model and llama.cpp have.
int decoder_threads(const LlamaDecoderOptions& options);
Decoder::Limits decoder_limits(const LlamaModel& model, const LlamaDecoderOptions& options);

/// llama.cpp computes, on this processor. @errors kResourceExhausted: not enough memory
base::Result<std::unique_ptr<Decoder>> open_llama_decoder(std::shared_ptr<const LlamaModel> model,
                                                          const LlamaDecoderOptions& options);

}  // namespace groundwork::model
