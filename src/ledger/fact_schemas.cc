#include "ledger/fact_schemas.h"

#include <cassert>
#include <map>
#include <utility>
#include <vector>

#include "base/suggest.h"
#include "schema/validator.h"

namespace groundwork::ledger {
namespace {

struct Source {
  const char* name;  // "quiz.finished.v1"
  const char* text;
};
constexpr Source kSources[] = {
#include "fact_schemas.inc"
};

const std::map<std::string, schema::Validator>& validators() {
  static const auto* const all = [] {
    auto* map = new std::map<std::string, schema::Validator>;
    for (const Source& source : kSources) {
      auto value = base::parse_json(source.text);
      assert(value.ok());
      auto validator = schema::Validator::compile(std::move(*value));
      assert(validator.ok());
      map->emplace(source.name, std::move(*validator));
    }
    return map;
  }();
  return *all;
}

}  // namespace

base::Status check_data(const NewFact& fact) {
  const std::string name = fact.kind + ".v" + std::to_string(fact.version);
  const auto found = validators().find(name);
  if (found == validators().end()) {
    std::vector<std::string> names;
    for (const auto& [known, validator] : validators()) names.push_back(known);
    return base::make_error(base::Code::kUnimplemented,
                            "this program does not know facts of kind " + name + base::did_you_mean(name, names));
  }
  std::string message;
  for (const schema::Violation& violation : found->second.validate(base::json::value(fact.data))) {
    message += (message.empty() ? "" : "; ") + ("data" + violation.pointer) + ": " + violation.message;
  }
  if (message.empty()) return {};
  return base::make_error(base::Code::kInvalidArgument, name + ": " + message);
}

}  // namespace groundwork::ledger
