#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/automaton.h"
#include "model/gbnf.h"

namespace groundwork::model {

/// Adds a rule and gives its index.
using AddRule = std::function<std::size_t(std::string_view name, Expression body)>;
/// Replaces the body of a rule.
using SetRule = std::function<void(std::size_t rule, Expression body)>;

/// The characters that stand for themselves between the quotes of a JSON text, and the short escapes of those of the
/// ranges that don't; \u00XX only where there is no other way.
Expression json_characters(const std::vector<schema::CodeRange>& ranges);

/// A JSON text, with its quotes, of `minimum` to `maximum` characters, any of them.
Expression any_json_text(int minimum, int maximum);

/// JSON texts, with their quotes, that the automaton accepts and that have at most `longest` code points. One rule for
/// each state that needs one.
/// @return an empty choice when there is none
Expression json_text_of(const Automaton& automaton, std::uint64_t longest, const AddRule& add, const SetRule& put);

/// The pattern of a JSON Schema format, for those that one can say: date, time, date-time, uuid, ipv4, email, hostname,
/// uri, duration. A subset of the format's texts.
/// @source RFC 3339 (leap years counted, no leap seconds), RFC 9562, RFC 2673, RFC 5321, RFC 1123, RFC 3986, ISO 8601
std::optional<std::string_view> format_pattern(std::string_view format);

}  // namespace groundwork::model
