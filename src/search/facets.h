#pragma once

// Metadata in the form in which other stores can filter by it. In scope: that a condition means there what it means in
// metadata_index.h. Not in scope: how a store is asked.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "search/filter.h"

namespace groundwork::search {

/// Each value of each key as one string, so that one index of strings serves every key; and the numbers among them.
struct Facets {
  std::vector<std::string> values;  ///< facet(key, canonical value), each once
  std::map<std::string, std::vector<double>> numbers;
};

/// Of strings, numbers, booleans, and lists of them; other values can't be filtered by.
Facets facets_of(const base::json::object& metadata);

/// "4:lang=en": the key's length in front, so that no other key and value give the same. Values that would make an
/// index entry too long (PostgreSQL: 2,712 bytes) are there as their SHA-256.
std::string facet(std::string_view key, std::string_view canonical_value);

/// The facets that a kIn or kNot condition names.
std::vector<std::string> facets_of(const Condition& condition);

}  // namespace groundwork::search
