#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "curriculum/curriculum.h"

namespace groundwork::assess {

/// The order in which a quiz draws from `pool`, from the seed alone: concepts take turns, so that any prefix covers
/// them evenly; within a concept, items never seen come first, then those seen longest ago.
/// @param seen  item id to when it was last drawn, larger is later; items that must not come are not in `pool`
std::vector<const curriculum::Question*> draw_order(const std::vector<const curriculum::Question*>& pool,
                                                    const std::map<std::string, std::int64_t>& seen,
                                                    std::uint64_t seed);

}  // namespace groundwork::assess
