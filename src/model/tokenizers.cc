#include "model/tokenizers.h"

#include <algorithm>

#include "base/file.h"
#include "base/suggest.h"
#include "model/llama_model.h"
#include "model/local_embedder.h"

namespace groundwork::model {

namespace fs = std::filesystem;
using base::Code;
using base::Result;
using TokenizerPointer = std::shared_ptr<const text::Tokenizer>;

namespace {

constexpr const char* kFile = "tokenizer.json";
constexpr std::size_t kLargest = std::size_t{16} << 20;

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& one : names) list += (list.empty() ? "" : ", ") + one;
  return list.empty() ? "none (./up fetches them)" : list;
}

}  // namespace

bool has_tokenizer(const fs::path& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error) || fs::is_regular_file(path / kFile, error)) return true;
  for (const auto& file : fs::directory_iterator(path, error)) {
    if (file.path().extension() == ".gguf") return true;
  }
  return false;
}

std::vector<std::string> tokenizer_names(const fs::path& models) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(models, error)) {
    if (entry.is_directory(error) && has_tokenizer(entry.path())) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

Result<TokenizerPointer> open_tokenizer_at(const fs::path& path) {
  std::error_code error;
  if (path.extension() == ".gguf" || (fs::is_directory(path, error) && !fs::is_regular_file(path / kFile, error))) {
    GW_TRY(const fs::path file, gguf_file(path));
    return open_gguf_tokenizer(file);
  }
  const fs::path file = fs::is_directory(path, error) ? path / kFile : path;
  GW_TRY(const std::string json, base::read_file(file, kLargest));
  auto pieces = text::WordPiece::from_tokenizer_json(json);
  if (!pieces.ok()) return base::wrap(std::move(pieces).error(), file.string());
  return TokenizerPointer(
      std::make_shared<text::WordPieceTokenizer>(*std::move(pieces), LocalEmbedderOptions{}.max_tokens));
}

Result<TokenizerPointer> open_tokenizer(const fs::path& models, const std::string& name) {
  const std::vector<std::string> names = tokenizer_names(models);
  // Looked up and not joined: a name can't lead out of the folder.
  if (std::ranges::find(names, name) != names.end()) return open_tokenizer_at(models / name);
  return base::make_error(Code::kNotFound, "there is no model '" + name + "'" + base::did_you_mean(name, names) +
                                               "; expected one of: " + listed(names));
}

}  // namespace groundwork::model
