#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"

namespace groundwork::schema {

/// The schema documents that $ref and $schema may reach: absolute URI to document. Nothing is ever fetched. The
/// metaschemas of draft 2020-12 are always there. Copying is cheap; a const Registry is thread-safe.
class Registry {
 public:
  /// @param uri  absolute; an empty fragment is dropped
  /// @errors kInvalidArgument: not absolute or with a fragment; kAlreadyExists: another document is there.
  base::Status add(std::string_view uri, base::json::value document);

  /// Adds every *.json below `folder`, at `base_uri` + its relative path.
  /// @errors as add() and base::read_file(); kInvalidArgument: not JSON.
  base::Status add_folder(const std::filesystem::path& folder, std::string_view base_uri);

  /// Null when it is not there. Shared, because a Validator keeps what it refers to alive beyond the registry.
  std::shared_ptr<const base::json::value> find(std::string_view uri) const;

 private:
  std::map<std::string, std::shared_ptr<const base::json::value>, std::less<>> documents_;
};

}  // namespace groundwork::schema
