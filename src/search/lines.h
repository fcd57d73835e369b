#pragma once

// Files of lines, with the place of each for messages.

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace groundwork::search {

inline constexpr std::size_t kLongestLine = std::size_t{16} << 20;

/// Calls f(line, where) for each line that is not blank, without its end; an error of `f` ends the walk.
/// @errors kNotFound, kPermissionDenied; kInvalidArgument: a line above kLongestLine
base::Status for_each_line(const std::filesystem::path& path,
                           const std::function<base::Status(const std::string& line, const std::string& where)>& f);

/// What stands between spaces and tabs.
std::vector<std::string_view> columns_of(std::string_view line);

}  // namespace groundwork::search
