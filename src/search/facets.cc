#include "search/facets.h"

#include <algorithm>

#include "base/hash.h"

namespace groundwork::search {

namespace {

constexpr std::size_t kLongestFacet = 512;

}  // namespace

std::string facet(std::string_view key, std::string_view canonical_value) {
  std::string whole = std::to_string(key.size()) + ":" + std::string(key) + "=" + std::string(canonical_value);
  return whole.size() <= kLongestFacet ? whole : "#" + base::sha256_hex(whole);
}

Facets facets_of(const base::json::object& metadata) {
  Facets facets;
  for (const auto& [key, value] : metadata) {
    const auto add = [&facets, &name = key](const base::json::value& one) {
      const auto text = canonical_scalar(one);
      if (!text) return;
      facets.values.push_back(facet(name, *text));
      if (const auto number = number_of(*text)) facets.numbers[std::string(name)].push_back(*number);
    };
    if (const auto* list = value.if_array()) {
      for (const base::json::value& one : *list) add(one);
    } else {
      add(value);
    }
  }
  std::ranges::sort(facets.values);
  facets.values.erase(std::unique(facets.values.begin(), facets.values.end()), facets.values.end());
  return facets;
}

std::vector<std::string> facets_of(const Condition& condition) {
  std::vector<std::string> values;
  for (const std::string& value : condition.values) values.push_back(facet(condition.key, value));
  return values;
}

}  // namespace groundwork::search
