#pragma once

// Conditions on metadata. In scope: reading them and saying what they mean. Not in scope: finding the rows
// (metadata_index.h).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace groundwork::search {

/// One condition on the metadata of a document. A key that the document hasn't makes every condition false but kNot.
/// A list in the metadata meets a condition when one of its values does.
struct Condition {
  enum class Kind {
    kIn,       ///< equals one of `values`
    kNot,      ///< equals none of them
    kBetween,  ///< a number in the range
  };
  std::string key;
  Kind kind = Kind::kIn;
  std::vector<std::string> values;  ///< as text; a number equals its value in any notation: 1e3 is 1000
  double low = 0;                   ///< kBetween: -infinity and infinity where open
  double high = 0;
  bool low_excluded = false;
  bool high_excluded = false;
};

/// All of the conditions. Empty: every document.
struct Filter {
  std::vector<Condition> conditions;
};

/// `key=value`, `key!=value`, `key=a|b` (one of), `key>=1`, `key>1`, `key<=1`, `key<1`.
/// @errors kInvalidArgument
base::Result<Condition> parse_condition(std::string_view text);

/// `{"year": 2020}`, `{"lang": ["en", "de"]}`, `{"year": {"$gte": 2019, "$lt": 2021}}`, with the operators $eq, $ne,
/// $in, $nin, $gt, $gte, $lt, $lte; all keys must hold.
/// @errors kInvalidArgument
base::Result<Filter> filter_from_json(const base::json::value& value);

/// A number written in any notation as a double gives it back; other text unchanged. What equality compares.
std::string canonical_value(std::string_view text);

/// The finite number that the whole text is, in any notation; what ranges compare.
std::optional<double> number_of(std::string_view text);

/// A scalar as canonical text; nothing for null, lists and objects.
std::optional<std::string> canonical_scalar(const base::json::value& value);

}  // namespace groundwork::search
