#include "measure/dataset.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/file.h"
#include "base/hash.h"

namespace groundwork::measure {

namespace fs = std::filesystem;
namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

Result<CaseReader> CaseReader::open(const fs::path& file) {
  CaseReader reader;
  reader.file_ = file;
  std::error_code error;
  if (!fs::is_regular_file(file, error)) return make_error(Code::kNotFound, "expected a file of cases", file.string());
  reader.in_.open(file, std::ios::binary);
  if (!reader.in_) return make_error(Code::kPermissionDenied, "the file of cases can't be read", file.string());
  return reader;
}

Result<std::optional<Case>> CaseReader::next() {
  while (std::getline(in_, text_)) {
    ++line_;
    if (text_.find_first_not_of(" \t\r") == std::string::npos) continue;
    auto value = base::parse_json(text_, kLongestCase);
    if (!value.ok()) return make_error(Code::kInvalidArgument, "expected a case: " + value.error().text(), where());
    if (!value->is_object()) {
      return make_error(Code::kInvalidArgument,
                        "expected a case as an object, found " + std::string(base::json_type_name(*value)), where());
    }
    Case one;
    one.data = std::move(value->get_object());
    one.index = index_++;
    const json::value* id = one.data.if_contains("id");
    if (id != nullptr && !id->is_string()) {
      return make_error(Code::kInvalidArgument, "id: expected text, found " + std::string(base::json_type_name(*id)),
                        where());
    }
    one.id = id != nullptr ? std::string(id->get_string()) : "case-" + std::to_string(one.index + 1);
    return std::optional<Case>(std::move(one));
  }
  return std::optional<Case>();
}

Result<DatasetScan> scan_dataset(const fs::path& file) {
  GW_TRY(CaseReader reader, CaseReader::open(file));
  DatasetScan scan;
  std::vector<std::uint64_t> ids;  // hashes: a million take 8 MB
  while (true) {
    GW_TRY(const std::optional<Case> one, reader.next());
    if (!one) break;
    ids.push_back(base::stable_hash64(one->id));
    ++scan.cases;
  }
  if (scan.cases == 0) {
    return make_error(Code::kInvalidArgument, "empty dataset: expected at least one case, found none", file.string());
  }
  std::ranges::sort(ids);
  if (const auto twin = std::ranges::adjacent_find(ids); twin != ids.end()) {
    GW_TRY(CaseReader again, CaseReader::open(file));
    for (bool seen = false;;) {
      GW_TRY(const std::optional<Case> one, again.next());
      if (!one) break;
      if (base::stable_hash64(one->id) != *twin) continue;
      if (seen) return make_error(Code::kInvalidArgument, "id: '" + one->id + "' is there twice", again.where());
      seen = true;
    }
  }
  GW_TRY(scan.sha256, sha256_of_file(file));
  return scan;
}

Result<std::string> sha256_of_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return make_error(Code::kNotFound, "the file can't be read", file.string());
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  bool good = context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  std::array<char, 65536> block{};
  while (good && in) {
    in.read(block.data(), block.size());
    good = EVP_DigestUpdate(context.get(), block.data(), static_cast<std::size_t>(in.gcount())) == 1;
  }
  std::array<unsigned char, 32> digest{};
  unsigned int length = 0;
  if (!good || EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1) {
    return make_error(Code::kInternal, "SHA-256 failed", file.string());
  }
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const unsigned char byte : digest) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

}  // namespace groundwork::measure
