#include <llama.h>

#include <algorithm>

#include "model/llama_model.h"
#include "model/tokenizers.h"
#include "text/unicode.h"

namespace groundwork::model {
namespace {

using base::Code;
using base::make_error;
using base::Result;

/// Special tokens beyond this are not looked for in texts: some vocabularies have hundreds for later use.
constexpr std::size_t kMostReserved = 64;

class GgufTokenizer final : public text::Tokenizer {
 public:
  explicit GgufTokenizer(std::shared_ptr<const LlamaModel> model) : model_(std::move(model)) {
    const llama_vocab* vocabulary = llama_model_get_vocab(model_->get());
    traits_.reads = model_->header().context;
    traits_.special = llama_vocab_get_add_bos(vocabulary) ? 1 : 0;
    const auto count = static_cast<Token>(model_->header().vocabulary);
    for (Token token = 0; token < count && traits_.reserved.size() < kMostReserved; ++token) {
      if (llama_vocab_is_control(vocabulary, token))
        traits_.reserved.emplace_back(llama_vocab_get_text(vocabulary, token));
    }
  }

  std::vector<text::Token> tokenize(std::string_view given) const override {
    std::vector<text::Token> out;
    const auto tokens = model_->tokens_of(given);
    if (!tokens.ok()) return out;  // only where memory for it is missing
    std::size_t at = 0;
    for (const Token token : *tokens) {
      const std::size_t end = std::min(given.size(), at + model_->bytes_of(token).size());
      // A character of several tokens belongs to each of them.
      std::size_t first = at;
      std::size_t last = end;
      while (first > 0 && first < given.size() && !text::starts_character(given[first])) --first;
      while (last < given.size() && !text::starts_character(given[last])) ++last;
      out.push_back({static_cast<std::uint32_t>(token), {first, last}});
      at = end;
    }
    return out;
  }

  std::string piece(std::uint32_t id) const override {
    const std::string bytes = model_->bytes_of(static_cast<Token>(id));
    std::string out;
    for (std::size_t i = 0; i < bytes.size();) {
      const text::Character c = text::character_at(bytes, i);
      if (bytes[i] == ' ') {
        out += "␣";
      } else if (bytes[i] == '\n') {
        out += "⏎";
      } else if (static_cast<unsigned char>(bytes[i]) < 0x20 || (c.code == 0xFFFD && c.length == 1)) {
        constexpr std::string_view kHex = "0123456789ABCDEF";
        const auto byte = static_cast<unsigned char>(bytes[i]);
        out += std::string("<") + kHex[byte >> 4U] + kHex[byte & 15U] + '>';
      } else {
        out += bytes.substr(i, c.length);
      }
      i += c.length;
    }
    return out;
  }

  bool continues(std::string_view given, const text::Token& token) const override {
    const std::size_t at = token.source.begin;
    return at > 0 && at < given.size() && in_word(given[at - 1]) && in_word(given[at]);
  }

  const text::TokenizerTraits& traits() const override { return traits_; }

 private:
  static bool in_word(char c) {
    return text::is_ascii_alphanumeric(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
  }

  std::shared_ptr<const LlamaModel> model_;
  text::TokenizerTraits traits_;
};

}  // namespace

Result<std::shared_ptr<const text::Tokenizer>> open_gguf_tokenizer(const std::filesystem::path& file) {
  GW_TRY(std::shared_ptr<const LlamaModel> model, LlamaModel::open_vocabulary(file));
  if (llama_vocab_type(llama_model_get_vocab(model->get())) != LLAMA_VOCAB_TYPE_BPE) {
    return make_error(Code::kUnimplemented,
                      "expected a byte-level BPE in the GGUF file, found another kind of tokeniser", file.string());
  }
  return std::shared_ptr<const text::Tokenizer>(std::make_shared<GgufTokenizer>(std::move(model)));
}

}  // namespace groundwork::model
