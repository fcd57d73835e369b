#include "api/contracts.h"

#include <cassert>

#include "schema/document.h"

namespace groundwork::api {
namespace {

constexpr char kSearch[] = {
#include "contract_search.inc"
};
constexpr char kRag[] = {
#include "contract_rag.inc"
};

/// Never freed: it is served as long as the program runs.
const base::json::object* read(std::string_view yaml, const std::string& name) {
  auto parsed = schema::parse_yaml(yaml, name);
  assert(parsed.ok());
  return new base::json::object(std::move(parsed->value.as_object()));
}

}  // namespace

const base::json::object& search_contract() {
  static const base::json::object* const document = read({kSearch, sizeof kSearch - 1}, "search.openapi.yaml");
  return *document;
}

const base::json::object& rag_contract() {
  static const base::json::object* const document = read({kRag, sizeof kRag - 1}, "rag.openapi.yaml");
  return *document;
}

}  // namespace groundwork::api
