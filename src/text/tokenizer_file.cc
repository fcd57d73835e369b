#include "text/tokenizer_file.h"

#include <algorithm>

#include "base/file.h"
#include "base/suggest.h"

namespace groundwork::text {

namespace fs = std::filesystem;
using base::Code;
using base::Result;

namespace {

constexpr const char* kFile = "tokenizer.json";
constexpr std::size_t kLargest = std::size_t{16} << 20;

bool has_tokenizer(const fs::path& model) {
  std::error_code error;
  return fs::is_regular_file(model / kFile, error);
}

bool has_gguf(const fs::path& model) {
  std::error_code error;
  for (const auto& file : fs::directory_iterator(model, error)) {
    if (file.path().extension() == ".gguf") return true;
  }
  return false;
}

std::vector<std::string> names_where(const fs::path& models, bool (*is_one)(const fs::path&)) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(models, error)) {
    if (is_one(entry.path())) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& one : names) list += (list.empty() ? "" : ", ") + one;
  return list.empty() ? "none (./up fetches them)" : list;
}

}  // namespace

std::vector<std::string> tokenizer_names(const fs::path& models) { return names_where(models, has_tokenizer); }

std::vector<std::string> unread_tokenizer_names(const fs::path& models) {
  return names_where(models, [](const fs::path& one) { return !has_tokenizer(one) && has_gguf(one); });
}

Result<WordPiece> open_tokenizer_file(const fs::path& file) {
  GW_TRY(const std::string json, base::read_file(file, kLargest));
  auto tokenizer = WordPiece::from_tokenizer_json(json);
  if (!tokenizer.ok()) return base::wrap(std::move(tokenizer).error(), file.string());
  return tokenizer;
}

Result<WordPiece> open_tokenizer(const fs::path& models, const std::string& name) {
  const std::vector<std::string> names = tokenizer_names(models);
  // Looked up and not joined: a name can't lead out of the folder.
  if (std::ranges::find(names, name) != names.end()) return open_tokenizer_file(models / name / kFile);
  const std::vector<std::string> unread = unread_tokenizer_names(models);
  if (std::ranges::find(unread, name) != unread.end()) {
    return base::make_error(Code::kUnimplemented,
                            "the tokeniser of '" + name +
                                "' is inside its GGUF file, and only a tokenizer.json of WordPiece "
                                "is read; expected one of: " +
                                listed(names));
  }
  return base::make_error(Code::kNotFound, "there is no model '" + name + "'" + base::did_you_mean(name, names) +
                                               "; expected one of: " + listed(names));
}

}  // namespace groundwork::text
