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

}  // namespace

std::vector<std::string> tokenizer_names(const fs::path& models) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(models, error)) {
    if (fs::is_regular_file(entry.path() / kFile, error)) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
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
  std::string known;
  for (const std::string& one : names) known += (known.empty() ? "" : ", ") + one;
  return base::make_error(Code::kNotFound,
                          "there is no model '" + name + "'" + base::did_you_mean(name, names) +
                              "; expected one of: " + (known.empty() ? "none (./up fetches them)" : known));
}

}  // namespace groundwork::text
