#include "model/llama_model.h"

#include <llama.h>

#include <algorithm>
#include <exception>
#include <mutex>
#include <utility>

#include "base/random.h"
#include "model/llama_kernels.h"
#include "telemetry/log.h"

namespace groundwork::model {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

thread_local std::string last_complaint;

/// llama.cpp says why it failed in its log only.
void take_log(ggml_log_level level, const char* text, void*) {
  if (level != GGML_LOG_LEVEL_ERROR) return;
  last_complaint = text;
  while (!last_complaint.empty() && last_complaint.back() == '\n') last_complaint.pop_back();
  telemetry::log(telemetry::Level::kDebug, "llama_error", {{"message", last_complaint}});
}

void start_llama() {
  static std::once_flag once;
  std::call_once(once, [] {
    llama_log_set(take_log, nullptr);
    llama_backend_init();
  });
}

/// llama.cpp's own grammar sampler over this vocabulary.
class GrammarConstraint final : public Constraint {
 public:
  explicit GrammarConstraint(llama_sampler* grammar) : grammar_(grammar, llama_sampler_free) {}

  bool allows(Token token) override {
    llama_token_data one{token, 1.0F, 0.0F};
    llama_token_data_array array{&one, 1, -1, false};
    llama_sampler_apply(grammar_.get(), &array);
    return one.logit == 1.0F;
  }

  void mask(std::span<float> scores) override {
    candidates_.resize(scores.size());
    for (std::size_t i = 0; i < scores.size(); ++i) candidates_[i] = {static_cast<Token>(i), scores[i], 0.0F};
    llama_token_data_array array{candidates_.data(), candidates_.size(), -1, false};
    llama_sampler_apply(grammar_.get(), &array);
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = candidates_[i].logit;
  }

  Status accept(Token token) override {
    try {
      llama_sampler_accept(grammar_.get(), token);
    } catch (const std::exception& error) {
      return make_error(Code::kInternal, std::string("the grammar doesn't go on: ") + error.what());
    }
    return {};
  }

 private:
  std::unique_ptr<llama_sampler, decltype(&llama_sampler_free)> grammar_;
  std::vector<llama_token_data> candidates_;
};

/// Stands in a template for what message number `index` says.
std::string placeholder(const std::string& secret, std::size_t index) { return secret + std::to_string(index) + ";"; }

}  // namespace

Result<std::filesystem::path> gguf_file(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return path;
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(path, error)) {
    if (entry.path().extension() == ".gguf") found.push_back(entry.path());
  }
  if (found.size() == 1) return found.front();
  return make_error(found.empty() ? Code::kNotFound : Code::kInvalidArgument,
                    "expected one .gguf file in the folder, found " + std::to_string(found.size()), path.string());
}

Result<std::shared_ptr<const LlamaModel>> LlamaModel::open(const std::filesystem::path& file) {
  GW_CHECK_OK(llama_kernels());
  return load(file, true);
}

Result<std::shared_ptr<const LlamaModel>> LlamaModel::open_vocabulary(const std::filesystem::path& file) {
  return load(file, false);
}

Result<std::shared_ptr<const LlamaModel>> LlamaModel::load(const std::filesystem::path& file, bool weights) {
  GW_TRY(Gguf gguf, Gguf::open(file));
  GW_TRY(LanguageModelHeader header, language_model_header(gguf, file.string()));
  start_llama();
  llama_model_params parameters = llama_model_default_params();
  parameters.load_mode = LLAMA_LOAD_MODE_MMAP;
  parameters.check_tensors = weights;
  parameters.vocab_only = !weights;
  last_complaint.clear();
  llama_model* model = llama_model_load_from_file(file.c_str(), parameters);
  if (model == nullptr) {
    return make_error(Code::kInvalidArgument, "llama.cpp doesn't take this model: " + last_complaint, file.string());
  }
  return std::shared_ptr<const LlamaModel>(new LlamaModel(model, std::move(header), std::move(gguf), file));
}

LlamaModel::~LlamaModel() { llama_model_free(model_); }

Status LlamaModel::tokenize(std::string_view text, bool control, std::vector<Token>& out) const {
  if (text.empty()) return {};
  const llama_vocab* vocabulary = llama_model_get_vocab(model_);
  const std::size_t before = out.size();
  std::size_t room = text.size() + 8;
  for (int attempt = 0; attempt < 2; ++attempt) {
    out.resize(before + room);
    const int count = llama_tokenize(vocabulary, text.data(), static_cast<std::int32_t>(text.size()),
                                     out.data() + before, static_cast<std::int32_t>(room), false, control);
    if (count >= 0) {
      out.resize(before + static_cast<std::size_t>(count));
      return {};
    }
    room = static_cast<std::size_t>(-static_cast<std::int64_t>(count));
  }
  out.resize(before);
  return make_error(Code::kInternal, "the text could not be cut into tokens");
}

Result<std::vector<Token>> LlamaModel::prompt_of(std::span<const Message> messages) const {
  if (messages.empty()) return make_error(Code::kInvalidArgument, "expected at least one message, found none");
  // The template is applied to placeholders, so that control tokens come from the template alone.
  const std::string secret = "gw" + base::random_id() + "-";
  std::vector<std::string> contents;
  std::vector<std::string> roles;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    contents.push_back(placeholder(secret, i));
    roles.emplace_back(to_string(messages[i].role));
  }
  std::vector<llama_chat_message> chat;
  for (std::size_t i = 0; i < messages.size(); ++i) chat.push_back({roles[i].c_str(), contents[i].c_str()});
  const char* own = llama_model_chat_template(model_, nullptr);
  const char* used = own == nullptr ? "chatml" : own;
  std::string rendered(chat.size() * 256 + 1024, '\0');
  const int length = llama_chat_apply_template(used, chat.data(), chat.size(), true, rendered.data(),
                                               static_cast<std::int32_t>(rendered.size()));
  if (length < 0 || static_cast<std::size_t>(length) > rendered.size()) {
    return make_error(Code::kUnimplemented, "llama.cpp doesn't know this model's chat template");
  }
  rendered.resize(static_cast<std::size_t>(length));

  std::vector<Token> tokens;
  const llama_vocab* vocabulary = llama_model_get_vocab(model_);
  if (llama_vocab_get_add_bos(vocabulary)) tokens.push_back(llama_vocab_bos(vocabulary));
  std::string_view rest = rendered;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const std::size_t at = rest.find(contents[i]);
    if (at == std::string_view::npos) {
      return make_error(Code::kUnimplemented, "the model's chat template leaves out a message of the " + roles[i]);
    }
    GW_CHECK_OK(tokenize(rest.substr(0, at), true, tokens));
    GW_CHECK_OK(tokenize(messages[i].content, false, tokens));
    rest.remove_prefix(at + contents[i].size());
  }
  GW_CHECK_OK(tokenize(rest, true, tokens));
  return tokens;
}

Result<std::vector<Token>> LlamaModel::tokens_of(std::string_view text) const {
  std::vector<Token> tokens;
  GW_CHECK_OK(tokenize(text, false, tokens));
  return tokens;
}

std::string LlamaModel::bytes_of(Token token) const {
  const llama_vocab* vocabulary = llama_model_get_vocab(model_);
  std::string bytes(64, '\0');
  int length = llama_token_to_piece(vocabulary, token, bytes.data(), static_cast<std::int32_t>(bytes.size()), 0, false);
  if (length < 0) {
    bytes.resize(static_cast<std::size_t>(-length));
    length = llama_token_to_piece(vocabulary, token, bytes.data(), static_cast<std::int32_t>(bytes.size()), 0, false);
  }
  bytes.resize(static_cast<std::size_t>(std::max(0, length)));
  return bytes;
}

bool LlamaModel::ends(Token token) const { return llama_vocab_is_eog(llama_model_get_vocab(model_), token); }

Result<std::unique_ptr<Constraint>> LlamaModel::constrain(const std::string& gbnf) const {
  const llama_vocab* vocabulary = llama_model_get_vocab(model_);
  last_complaint.clear();
  llama_sampler* grammar = llama_sampler_init_grammar(vocabulary, gbnf.c_str(), "root");
  if (grammar == nullptr) {
    return make_error(Code::kInvalidArgument, "expected a GBNF grammar with a rule \"root\": " + last_complaint);
  }
  return std::unique_ptr<Constraint>(std::make_unique<GrammarConstraint>(grammar));
}

}  // namespace groundwork::model
