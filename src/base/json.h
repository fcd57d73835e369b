#pragma once

// JSON is Boost.JSON throughout: one value type in the whole product. This header adds parsing with limits and errors
// as values, and field access that says what was expected and what was found.

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace groundwork::base {

namespace json = boost::json;

/// Parses one JSON text. Depth is limited to 64 and size to `max_bytes`, so hostile input costs nothing.
/// @errors kInvalidArgument with line and column, or a number that no double holds; kResourceExhausted: longer than
/// max_bytes.
Result<json::value> parse_json(std::string_view text, std::size_t max_bytes = std::size_t{16} << 20);

/// Canonical form: keys sorted, no white space; equal values give equal text, so it can be hashed.
std::string canonical_json(const json::value& value);

/// "null", "boolean", "integer", "number", "string", "array", "object".
std::string_view json_type_name(const json::value& value);

/// Typed access. `path` is where the object stands, for messages ("facts[3].data").
/// @errors kInvalidArgument: missing, or of another type.
Result<std::string> get_string(const json::object& object, std::string_view key, std::string_view path);
Result<std::int64_t> get_int(const json::object& object, std::string_view key, std::string_view path);
Result<double> get_number(const json::object& object, std::string_view key, std::string_view path);
Result<bool> get_bool(const json::object& object, std::string_view key, std::string_view path);
/// The pointers stay valid as long as the object.
Result<const json::object*> get_object(const json::object& object, std::string_view key, std::string_view path);
Result<const json::array*> get_array(const json::object& object, std::string_view key, std::string_view path);

/// The string under `key`, or `fallback` when it is missing or not a string.
std::string string_or(const json::object& object, std::string_view key, std::string_view fallback = {});
std::int64_t int_or(const json::object& object, std::string_view key, std::int64_t fallback);
double number_or(const json::object& object, std::string_view key, double fallback);
bool bool_or(const json::object& object, std::string_view key, bool fallback);

}  // namespace groundwork::base
