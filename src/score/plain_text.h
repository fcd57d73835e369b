#pragma once

#include <string>

#include "base/json.h"

namespace groundwork::score {

/// What an answer says, as text: a string as it is, any other value as JSON in the notation that other writers use.
/// Boost writes 41.75 as 4.175E1, in which nobody finds "41.75".
std::string plain_text(const base::json::value& value);

}  // namespace groundwork::score
