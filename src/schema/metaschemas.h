#pragma once

#include <span>
#include <string_view>

namespace groundwork::schema {

struct Metaschema {
  std::string_view uri;
  std::string_view text;  ///< JSON
};

/// The schemas of draft 2020-12 that describe schemas, as published.
/// @source https://json-schema.org/draft/2020-12/schema and the vocabularies that it names
std::span<const Metaschema> metaschemas();

}  // namespace groundwork::schema
