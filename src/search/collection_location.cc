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

/// @param rest  behind "://"
Result<CollectionLocation> qdrant(bool tls, std::string_view rest) {
  constexpr std::string_view kForm = "qdrant://host:6333/?collection=notes";
  CollectionLocation location{CollectionLocation::Kind::kQdrant, {}, {}};
  const std::size_t question = rest.find('?');
  std::string authority(rest.substr(0, std::min({question, rest.find('/'), rest.size()})));
  std::string path(rest.substr(authority.size(), std::min(question, rest.size()) - authority.size()));
  if (authority.find(':', authority.rfind(']') == std::string::npos ? 0 : authority.rfind(']')) == std::string::npos) {
    authority += ":6333";
  }
  while (path.ends_with('/')) path.pop_back();
  const auto url = http::parse_url((tls ? "https://" : "http://") + authority + path);
  if (!url.ok()) {
    return make_error(Code::kInvalidArgument,
                      "expected " + std::string(kForm) + " (a key is taken from QDRANT_API_KEY), found another URL",
                      "--index");
  }
  location.url = (tls ? "https://" : "http://") + authority + path;
  const std::string_view options = question == std::string_view::npos ? "" : rest.substr(question + 1);
  constexpr std::string_view kOption = "collection=";
  if (!options.starts_with(kOption) || options.find('&') != std::string_view::npos) {
    return make_error(Code::kInvalidArgument,
                      "expected the option 'collection' and no other, as in " + std::string(kForm) +
                          " (a key is taken from QDRANT_API_KEY)",
                      "--index");
  }
  location.name = options.substr(kOption.size());
  if (!is_name(location.name)) return no_name(kForm);
  return location;
}

}  // namespace

std::string CollectionLocation::shown() const {
  if (is_folder()) return url;
  if (kind == Kind::kQdrant) {
    return (url.starts_with("https") ? "qdrants" : "qdrant") + url.substr(url.find("://")) + "/?collection=" + name;
  }
  return http::redacted_url(url) + "?collection=" + name;
}

Result<CollectionLocation> collection_location(std::string_view text) {
  const std::size_t colon = text.find("://");
  const std::string_view scheme = text.substr(0, colon);
  if (colon == std::string_view::npos || scheme.find('/') != std::string_view::npos) {
    return CollectionLocation{CollectionLocation::Kind::kFolder, std::string(text), {}};
  }
  if (scheme == "postgresql" || scheme == "postgres") return postgres(text);
  if (scheme == "qdrant" || scheme == "qdrants") return qdrant(scheme == "qdrants", text.substr(colon + 3));
  return make_error(Code::kInvalidArgument,
                    "expected a folder, postgresql://user@host/database?collection=name or "
                    "qdrant://host:6333/?collection=name, found the scheme '" +
                        std::string(scheme.substr(0, 40)) + "'",
                    "--index");
}

}  // namespace groundwork::search
