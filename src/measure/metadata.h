#pragma once

#include <string>

#include "base/json.h"
#include "search/filter.h"

namespace groundwork::measure {

/// Whether a document with this metadata meets the filter: the contract's words read literally, and no index involved,
/// so that a search engine is never its own judge.
bool meets(const base::json::object& metadata, const search::Filter& filter);

}  // namespace groundwork::measure
