#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace groundwork::base {

/// Edits between two texts: insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// Candidates within a third of the word's length in edits, or that contain it; nearest first, at most `limit`.
std::vector<std::string> near_names(std::string_view word, std::span<const std::string> candidates,
                                    std::size_t limit = 3);

/// " (did you mean 'x'?)" or " (did you mean 'x' or 'y'?)"; empty when nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

}  // namespace groundwork::base
