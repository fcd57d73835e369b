#include "search/collection_location.h"

#include <algorithm>

#include "http/url.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;

namespace {

constexpr std::size_t kLongestName = 40;

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string_view::npos;
}

base::Error no_name(std::string_view form) {
  return make_error(Code::kInvalidArgument,
                    "expected a collection's name of 1 to 40 lower-case letters, digits, '_' "
                    "and '-', as in " +
                        std::string(form));
}

/// Takes the option `collection` out of the URL; the others are libpq's.
Result<CollectionLocation> postgres(std::string_view url) {
  CollectionLocation location{CollectionLocation::Kind::kPostgres, {}, {}};
  const std::size_t question = url.find('?');
  location.url = url.substr(0, question);
  char before = '?';
  for (std::size_t begin = question; begin < url.size();) {
    const std::size_t end = std::min(url.find('&', begin + 1), url.size());
    const std::string_view option = url.substr(begin + 1, end - begin - 1);
    if (option.starts_with("collection=")) {
      location.name = option.substr(std::string_view("collection=").size());
    } else {
      location.url += before + std::string(option);
      before = '&';
    }
    begin = end;
  }
  if (!is_name(location.name)) return no_name("postgresql://user@host/database?collection=notes");
  return location;
}

}  // namespace

std::string CollectionLocation::shown() const {
  if (is_folder()) return url;
  return http::redacted_url(url) + "?collection=" + name;
}

Result<CollectionLocation> collection_location(std::string_view text) {
  const std::size_t colon = text.find("://");
  const std::string_view scheme = text.substr(0, colon);
  if (colon == std::string_view::npos || scheme.find('/') != std::string_view::npos) {
    return CollectionLocation{CollectionLocation::Kind::kFolder, std::string(text), {}};
  }
  if (scheme == "postgresql" || scheme == "postgres") return postgres(text);
  return make_error(Code::kInvalidArgument,
                    "expected a folder or "
                    "postgresql://user@host/database?collection=name, found the scheme '" +
                        std::string(scheme.substr(0, 40)) + "'",
                    "--index");
}

}  // namespace groundwork::search
