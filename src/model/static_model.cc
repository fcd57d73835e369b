#include "model/static_model.h"

#include <unistd.h>

#include <cstring>

#include "base/file.h"
#include "base/hash.h"
#include "base/json.h"

namespace groundwork::model {

using base::Code;
using base::make_error;
using base::Status;
namespace fs = std::filesystem;
namespace json = base::json;

namespace {

/// A folder beside the one that it is to become; what is left of it goes with this object.
class UnfinishedFolder {
 public:
  explicit UnfinishedFolder(const fs::path& goal) : path_(goal) { path_ += ".unfinished-" + std::to_string(getpid()); }
  UnfinishedFolder(const UnfinishedFolder&) = delete;
  UnfinishedFolder& operator=(const UnfinishedFolder&) = delete;
  ~UnfinishedFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// @source https://github.com/huggingface/safetensors, format: u64 length of the header, JSON, the bytes
std::string to_safetensors(const StaticModel& model) {
  const std::size_t bytes = model.embeddings.size() * sizeof(float);
  std::string header = json::serialize(json::object{
      {"embeddings",
       {{"dtype", "F32"}, {"shape", {model.vocabulary, model.dimensions}}, {"data_offsets", {0, bytes}}}}});
  header.resize((header.size() + 7) / 8 * 8, ' ');  // the values stay aligned in the file
  const std::uint64_t length = header.size();
  std::string file(sizeof length + header.size() + bytes, '\0');
  std::memcpy(file.data(), &length, sizeof length);
  std::memcpy(file.data() + sizeof length, header.data(), header.size());
  if (bytes > 0) std::memcpy(file.data() + sizeof length + header.size(), model.embeddings.data(), bytes);
  return file;
}

}  // namespace

Status check_output_folder(const fs::path& out) {
  std::error_code error;
  if (!fs::exists(out, error) || (fs::is_directory(out, error) && fs::is_empty(out, error))) return {};
  return make_error(Code::kAlreadyExists, "expected no file or folder there, or an empty folder, found something",
                    out.string());
}

Status write_static_model(const StaticModel& model, const fs::path& teacher, const fs::path& out) {
  GW_CHECK_OK(check_output_folder(out));
  GW_TRY(const std::string tokenizer, base::read_file(teacher / "tokenizer.json"));
  GW_TRY(const std::string weights, base::read_file(teacher / "model.safetensors", std::size_t{2} << 30));
  const json::object config{{"model_type", "static"},
                            {"dimensions", model.dimensions},
                            {"vocab_size", model.vocabulary},
                            {"teacher", teacher.filename().string()},
                            {"teacher_sha256", base::sha256_hex(weights)}};
  const UnfinishedFolder folder(out);
  GW_CHECK_OK(base::create_folders(folder.path()));
  GW_CHECK_OK(base::write_file_atomically(folder.path() / "model.safetensors", to_safetensors(model)));
  GW_CHECK_OK(base::write_file_atomically(folder.path() / "tokenizer.json", tokenizer));
  GW_CHECK_OK(base::write_file_atomically(folder.path() / "config.json", json::serialize(config) + "\n"));
  std::error_code error;
  fs::rename(folder.path(), out, error);
  if (error) return base::errno_error(error.value(), "make " + out.string());
  return {};
}

bool is_static_model(const fs::path& folder) {
  const auto text = base::read_file(folder / "config.json", std::size_t{1} << 20);
  if (!text.ok()) return false;
  const auto parsed = base::parse_json(*text, std::size_t{1} << 20);
  return parsed.ok() && parsed->is_object() && base::string_or(parsed->get_object(), "model_type") == "static";
}

}  // namespace groundwork::model
