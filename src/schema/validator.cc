#include "schema/validator.h"

#include <algorithm>
#include <utility>

#include "schema/walk.h"

namespace groundwork::schema {

namespace json = base::json;

base::Result<Validator> Validator::compile(json::value schema) {
  return compile(std::move(schema), Registry(), UnknownKeywords::kRefuse);
}

base::Result<Validator> Validator::compile(json::value schema, const Registry& registry, UnknownKeywords unknown) {
  GW_TRY(auto program, compile_program(std::move(schema), registry, unknown));
  return Validator(std::move(program));
}

std::vector<Violation> Validator::validate(const json::value& value) const {
  return Walk().check(*program_->root, value);
}

bool Validator::valid(const json::value& value) const { return Walk().valid(*program_->root, value); }
bool Validator::valid(const Node& schema, const json::value& value) const { return Walk().valid(schema, value); }

std::vector<Problem> Validator::validate(const Document& document) const {
  std::vector<Problem> problems;
  for (Violation& violation : validate(document.value)) {
    std::string name = violation.pointer.empty() ? std::string() : violation.pointer.substr(1);
    std::replace(name.begin(), name.end(), '/', '.');
    if (!name.empty()) name += ": ";
    problems.push_back(document.problem_at(violation.pointer, name + violation.message));
  }
  return problems;
}

}  // namespace groundwork::schema
