#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"

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

/// @errors kInvalidArgument: an id that is empty or too long, text that is not UTF-8
base::Status check_document(const Document& document);

/// All but the id, as one line of JSON.
std::string stored_form(const Document& document);
/// Back; nothing where that is no such line.
std::optional<Document> document_of(std::string_view id, std::string_view stored);

}  // namespace groundwork::search
