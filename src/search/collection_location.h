#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace groundwork::search {

/// What follows --index.
struct CollectionLocation {
  enum class Kind { kFolder, kPostgres, kQdrant };
  Kind kind = Kind::kFolder;
  std::string url;   ///< the folder; or the store's URL without the collection. It may hold a password: never shown.
                     ///< Qdrant's: http or https
  std::string name;  ///< of the collection in the store

  /// As it may be shown: without user, password and options.
  std::string shown() const;
  bool is_folder() const { return kind == Kind::kFolder; }
};

/// A folder; or `postgresql://user@host:port/database?collection=name` with further options of libpq; or
/// `qdrant://host:port/?collection=name`, `qdrants://` over TLS, port 6333 unless named. Names of collections have 1 to
/// 40 lower-case letters, digits, '_' and '-'.
/// @errors kInvalidArgument; the message holds no password
base::Result<CollectionLocation> collection_location(std::string_view text);

}  // namespace groundwork::search
