#include "base/json.h"

#include <algorithm>
#include <boost/json/src.hpp>  // the library's own definitions, compiled once, here
#include <cmath>
#include <vector>

namespace groundwork::base {
namespace {

/// 1-based line and column (in bytes) of an offset.
std::string position(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t start = before.rfind('\n');
  const std::size_t column = start == std::string_view::npos ? offset + 1 : offset - start;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

void write_canonical(const json::value& value, std::string& out) {
  if (const auto* object = value.if_object()) {
    std::vector<const json::key_value_pair*> members;
    for (const auto& member : *object) members.push_back(&member);
    std::sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return a->key() < b->key(); });
    out += '{';
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i > 0) out += ',';
      out += json::serialize(json::string(members[i]->key()));
      out += ':';
      write_canonical(members[i]->value(), out);
    }
    out += '}';
  } else if (const auto* array = value.if_array()) {
    out += '[';
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i > 0) out += ',';
      write_canonical((*array)[i], out);
    }
    out += ']';
  } else {
    out += json::serialize(value);
  }
}

/// The first number that is too large for a double; nullptr: there is none.
const json::value* infinite_number(const json::value& value) {
  if (const double* number = value.if_double()) return std::isfinite(*number) ? nullptr : &value;
  if (const auto* array = value.if_array()) {
    for (const json::value& one : *array) {
      if (const json::value* found = infinite_number(one)) return found;
    }
  }
  if (const auto* object = value.if_object()) {
    for (const auto& member : *object) {
      if (const json::value* found = infinite_number(member.value())) return found;
    }
  }
  return nullptr;
}

std::string member_path(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : std::string(path) + "." + std::string(key);
}

Result<const json::value*> member(const json::object& object, std::string_view key, std::string_view path,
                                  std::string_view expected) {
  const json::value* found = object.if_contains(key);
  if (found == nullptr) {
    return make_error(Code::kInvalidArgument, "expected " + std::string(expected) + ", found nothing",
                      member_path(path, key));
  }
  return found;
}

Error wrong_type(const json::value& found, std::string_view key, std::string_view path, std::string_view expected) {
  return make_error(Code::kInvalidArgument,
                    "expected " + std::string(expected) + ", found " + std::string(json_type_name(found)),
                    member_path(path, key));
}

}  // namespace

Result<json::value> parse_json(std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) {
    return make_error(Code::kResourceExhausted, "expected at most " + std::to_string(max_bytes) +
                                                    " bytes of JSON, found " + std::to_string(text.size()));
  }
  json::parse_options options;
  options.max_depth = 64;
  json::stream_parser parser({}, options);
  boost::system::error_code failure;
  std::size_t consumed = parser.write_some(text.data(), text.size(), failure);
  if (!failure && consumed < text.size()) failure = json::error::extra_data;
  if (!failure) parser.finish(failure);
  if (failure) {
    return make_error(Code::kInvalidArgument, "expected JSON, found " + failure.message(), position(text, consumed));
  }
  json::value value = parser.release();
  // Such a number has no canonical form: written, it would be one that can't be read again.
  if (infinite_number(value) != nullptr) {
    return make_error(Code::kInvalidArgument, "expected numbers up to 1.8e308, found a larger one");
  }
  return value;
}

std::string canonical_json(const json::value& value) {
  std::string out;
  write_canonical(value, out);
  return out;
}

std::string_view json_type_name(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "boolean";
    case json::kind::int64:
    case json::kind::uint64:
      return "integer";
    case json::kind::double_:
      return "number";
    case json::kind::string:
      return "string";
    case json::kind::array:
      return "array";
    case json::kind::object:
      return "object";
  }
  return "unknown";
}

Result<std::string> get_string(const json::object& object, std::string_view key, std::string_view path) {
  GW_TRY(const json::value* found, member(object, key, path, "a string"));
  if (!found->is_string()) return wrong_type(*found, key, path, "a string");
  return std::string(found->get_string());
}

Result<std::int64_t> get_int(const json::object& object, std::string_view key, std::string_view path) {
  GW_TRY(const json::value* found, member(object, key, path, "an integer"));
  boost::system::error_code failure;
  const auto number = found->to_number<std::int64_t>(failure);
  if (failure) return wrong_type(*found, key, path, "an integer");
  return number;
}

Result<double> get_number(const json::object& object, std::string_view key, std::string_view path) {
  GW_TRY(const json::value* found, member(object, key, path, "a number"));
  if (!found->is_number()) return wrong_type(*found, key, path, "a number");
  return found->to_number<double>();
}

Result<bool> get_bool(const json::object& object, std::string_view key, std::string_view path) {
  GW_TRY(const json::value* found, member(object, key, path, "a boolean"));
  if (!found->is_bool()) return wrong_type(*found, key, path, "a boolean");
  return found->get_bool();
}

Result<const json::object*> get_object(const json::object& object, std::string_view key, std::string_view path) {
  GW_TRY(const json::value* found, member(object, key, path, "an object"));
  if (!found->is_object()) return wrong_type(*found, key, path, "an object");
  return &found->get_object();
}

Result<const json::array*> get_array(const json::object& object, std::string_view key, std::string_view path) {
  GW_TRY(const json::value* found, member(object, key, path, "an array"));
  if (!found->is_array()) return wrong_type(*found, key, path, "an array");
  return &found->get_array();
}

std::string string_or(const json::object& object, std::string_view key, std::string_view fallback) {
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string(fallback);
}

std::int64_t int_or(const json::object& object, std::string_view key, std::int64_t fallback) {
  const json::value* found = object.if_contains(key);
  if (found == nullptr) return fallback;
  boost::system::error_code failure;
  const auto number = found->to_number<std::int64_t>(failure);
  return failure ? fallback : number;
}

double number_or(const json::object& object, std::string_view key, double fallback) {
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->is_number() ? found->to_number<double>() : fallback;
}

bool bool_or(const json::object& object, std::string_view key, bool fallback) {
  const json::value* found = object.if_contains(key);
  return found != nullptr && found->is_bool() ? found->get_bool() : fallback;
}

}  // namespace groundwork::base
