#pragma once

#include <string_view>

#include "base/json.h"

namespace groundwork::measure {

/// `{{name}}` of a template replaced by values; a text that is one placeholder keeps the value's type. A name without a
/// value becomes nothing. The values outlive it.
class Filler {
 public:
  explicit Filler(const base::json::object& values) : values_(values) {}

  base::json::value fill(const base::json::value& from) const;
  base::json::value fill_text(std::string_view text) const;

 private:
  const base::json::object& values_;
};

}  // namespace groundwork::measure
