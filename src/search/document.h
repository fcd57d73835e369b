#pragma once

#include <string>

#include "base/json.h"

namespace groundwork::search {

/// What is indexed and found again.
struct Document {
  std::string id;               ///< not empty, unique in an index, at most kLongestId bytes
  std::string title;            ///< searched with its own weight; may be empty
  std::string text;             ///< UTF-8
  base::json::object metadata;  ///< can be filtered by
  base::json::object place;     ///< kept as it is: where the text comes from
};

inline constexpr std::size_t kLongestId = 1024;

}  // namespace groundwork::search
