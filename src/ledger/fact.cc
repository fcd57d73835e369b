#include "ledger/fact.h"

#include <algorithm>
#include <cctype>

#include "base/utf8.h"

namespace groundwork::ledger {
namespace {

using base::Code;
using base::make_error;

bool plain(std::string_view text, std::string_view beside, std::size_t longest) {
  return !text.empty() && text.size() <= longest && std::all_of(text.begin(), text.end(), [&](unsigned char c) {
    return std::isalnum(c) != 0 || beside.find(static_cast<char>(c)) != std::string_view::npos;
  });
}

}  // namespace

base::json::object to_json(const Fact& fact) {
  return {{"seq", fact.seq},   {"learner", fact.learner}, {"id", fact.id},
          {"kind", fact.kind}, {"version", fact.version}, {"at", base::format_timestamp(fact.at)},
          {"data", fact.data}};
}

base::Result<NewFact> fact_from_json(const base::json::value& value) {
  if (!value.is_object()) {
    return make_error(Code::kInvalidArgument,
                      "expected a fact as object, found " + std::string(base::json_type_name(value)));
  }
  const auto& object = value.get_object();
  NewFact fact;
  GW_TRY(fact.learner, base::get_string(object, "learner", ""));
  GW_TRY(fact.id, base::get_string(object, "id", ""));
  GW_TRY(fact.kind, base::get_string(object, "kind", ""));
  GW_TRY(const std::int64_t version, base::get_int(object, "version", ""));
  if (version < 1 || version > 1000) {
    return make_error(Code::kInvalidArgument, "expected a version from 1 to 1000, found " + std::to_string(version),
                      "version");
  }
  fact.version = static_cast<int>(version);
  GW_TRY(const std::string at, base::get_string(object, "at", ""));
  GW_TRY(fact.at, base::parse_timestamp(at));
  GW_TRY(const auto* data, base::get_object(object, "data", ""));
  fact.data = *data;
  GW_CHECK_OK(check_fact(fact));
  return fact;
}

base::Status check_fact(const NewFact& fact) {
  if (!plain(fact.learner, "-_", 64)) {
    return make_error(Code::kInvalidArgument, "expected a learner of 1 to 64 letters, digits, '-' or '_', found '" +
                                                  base::clip(fact.learner, 80) + "'");
  }
  if (!plain(fact.id, "-_.:/", 200)) {
    return make_error(Code::kInvalidArgument, "expected a fact id of 1 to 200 letters, digits or '-_.:/', found '" +
                                                  base::clip(fact.id, 80) + "'");
  }
  if (!plain(fact.kind, "-.", 64)) {
    return make_error(Code::kInvalidArgument,
                      "expected a kind such as quiz.finished, found '" + base::clip(fact.kind, 80) + "'");
  }
  return {};
}

}  // namespace groundwork::ledger
