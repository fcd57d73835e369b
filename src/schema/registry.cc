#include "schema/registry.h"

#include <utility>

#include "base/file.h"
#include "schema/metaschemas.h"
#include "schema/uri.h"

namespace groundwork::schema {
namespace {

using base::Code;
using base::make_error;
namespace json = base::json;
using Documents = std::map<std::string, std::shared_ptr<const json::value>, std::less<>>;

const Documents& built_in() {
  static const auto* documents = [] {
    auto* map = new Documents;
    for (const Metaschema& one : metaschemas()) {
      auto parsed = base::parse_json(one.text);
      if (parsed.ok()) map->emplace(one.uri, std::make_shared<const json::value>(std::move(*parsed)));
    }
    return map;
  }();
  return *documents;
}

}  // namespace

base::Status Registry::add(std::string_view uri, json::value document) {
  auto [address, fragment] = split_fragment(uri);
  if (!is_absolute_uri(address) || !fragment.empty()) {
    return make_error(Code::kInvalidArgument,
                      "expected an absolute URI without fragment, found '" + std::string(uri) + "'");
  }
  if (find(address) != nullptr) {
    return make_error(Code::kAlreadyExists, "expected one document at '" + address + "', found a second");
  }
  documents_.emplace(std::move(address), std::make_shared<const json::value>(std::move(document)));
  return {};
}

base::Status Registry::add_folder(const std::filesystem::path& folder, std::string_view base_uri) {
  GW_TRY(const auto files, base::list_files(folder));
  for (const std::string& file : files) {
    if (!file.ends_with(".json")) continue;
    GW_TRY(const std::string text, base::read_file(folder / file));
    auto document = base::parse_json(text);
    if (!document.ok()) return base::wrap(std::move(document).error(), (folder / file).string());
    GW_CHECK_OK(add(std::string(base_uri) + file, std::move(*document)));
  }
  return {};
}

std::shared_ptr<const json::value> Registry::find(std::string_view uri) const {
  for (const Documents* documents : {&documents_, &built_in()}) {
    if (const auto found = documents->find(uri); found != documents->end()) return found->second;
  }
  return nullptr;
}

}  // namespace groundwork::schema
