#pragma once

// What the shapes of measurements are made of; for the files measurement_*.cc only. A run may say anything, so every
// text of it is shortened.

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/utf8.h"

namespace groundwork::api::detail {

inline constexpr std::size_t kShortText = 300;
inline constexpr std::size_t kLongText = 2'000;
inline constexpr std::size_t kShownMetrics = 100;

inline base::json::value clipped(std::string_view text, std::size_t most = kShortText) {
  return base::json::value(base::clip(text, most));
}

template <typename Value>
base::json::value or_null(const std::optional<Value>& one) {
  return one ? base::json::value(*one) : base::json::value(nullptr);
}

/// The object under a key; an empty one where there is none.
inline const base::json::object& object_at(const base::json::object& from, std::string_view key) {
  static const base::json::object none;
  const base::json::value* found = from.if_contains(key);
  return found != nullptr && found->is_object() ? found->get_object() : none;
}

}  // namespace groundwork::api::detail
