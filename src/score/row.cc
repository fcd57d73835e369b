#include "score/row.h"

#include "base/utf8.h"

namespace groundwork::score {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

base::Error expected(std::string_view key, std::string_view what, const json::value& found) {
  return make_error(Code::kInvalidArgument,
                    "expected " + std::string(what) + ", found " + base::clip(json::serialize(found), 80),
                    std::string(key));
}

Result<std::string> as_text(std::string_view key, const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_number()) return json::serialize(value);
  return expected(key, "a string", value);
}

}  // namespace

Result<std::vector<std::string>> references_of(const json::object& row) {
  const std::string_view key = row.contains("references") ? "references" : "reference";
  GW_TRY(const json::value* value, value_at(row, key));
  std::vector<std::string> out;
  if (!value->is_array()) {
    GW_TRY(std::string one, as_text(key, *value));
    out.push_back(std::move(one));
    return out;
  }
  for (const json::value& item : value->get_array()) {
    GW_TRY(std::string one, as_text(key, item));
    out.push_back(std::move(one));
  }
  if (out.empty()) return expected(key, "at least one reference", *value);
  return out;
}

Result<std::vector<std::string>> strings_at(const json::object& row, std::string_view key) {
  GW_TRY(const json::array* list, base::get_array(row, key, "row"));
  std::vector<std::string> out;
  for (const json::value& one : *list) {
    if (!one.is_string()) return expected(key, "strings", one);
    out.emplace_back(one.get_string());
  }
  return out;
}

Result<search::Relevance> relevance_of(const json::object& row) {
  GW_TRY(const json::object* judged, base::get_object(row, "relevance", "row"));
  search::Relevance out;
  for (const auto& [id, grade] : *judged) {
    if (!grade.is_int64() || grade.get_int64() > 1'000'000)
      return expected("relevance", "an integer for each id", grade);
    if (grade.get_int64() > 0) out[std::string(id)] = static_cast<int>(grade.get_int64());
  }
  if (out.empty()) return expected("relevance", "at least one relevant id", *judged);
  return out;
}

Result<const json::value*> value_at(const json::object& row, std::string_view key) {
  const json::value* value = row.if_contains(key);
  if (value == nullptr)
    return make_error(Code::kInvalidArgument, "expected '" + std::string(key) + "', found none", "row");
  return value;
}

Result<double> number_option(const json::object& options, std::string_view key, double fallback) {
  if (!options.contains(key)) return fallback;
  return base::get_number(options, key, "options");
}

Result<bool> bool_option(const json::object& options, std::string_view key) {
  if (!options.contains(key)) return false;
  return base::get_bool(options, key, "options");
}

Result<std::size_t> count_option(const json::object& options, std::string_view key, std::size_t fallback,
                                 std::size_t least, std::size_t most) {
  if (!options.contains(key)) return fallback;
  GW_TRY(const std::int64_t value, base::get_int(options, key, "options"));
  if (value < static_cast<std::int64_t>(least) || value > static_cast<std::int64_t>(most)) {
    return expected(key, "a number from " + std::to_string(least) + " to " + std::to_string(most), value);
  }
  return static_cast<std::size_t>(value);
}

json::object with_ragas_names(json::object row) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"user_input", "question"},         {"response", "prediction"}, {"answer", "prediction"},
      {"retrieved_contexts", "passages"}, {"contexts", "passages"},   {"ground_truth", "reference"},
      {"ground_truths", "references"},
  };
  for (const auto& [theirs, ours] : kNames) {
    const json::value* value = row.if_contains(theirs);
    if (value != nullptr && !row.contains(ours)) row[ours] = json::value(*value);
  }
  return row;
}

}  // namespace groundwork::score
