#include "search/lines.h"

#include <algorithm>
#include <fstream>

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Status;
namespace fs = std::filesystem;

namespace {

/// The next line without its end, or as much of it as shows that it is too long. @return false behind the last one
bool next_line(std::streambuf& file, std::string& line) {
  using Traits = std::streambuf::traits_type;
  line.clear();
  for (auto c = file.sbumpc(); !Traits::eq_int_type(c, Traits::eof()); c = file.sbumpc()) {
    if (c == '\n') return true;
    line += Traits::to_char_type(c);
    if (line.size() > kLongestLine) return true;
  }
  return !line.empty();
}

}  // namespace

Status for_each_line(const fs::path& path, const std::function<Status(const std::string&, const std::string&)>& f) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return make_error(Code::kNotFound, "there is no " + path.string());
  std::ifstream file(path, std::ios::binary);
  if (!file) return make_error(Code::kPermissionDenied, "can't read " + path.string());
  std::string line;
  for (std::size_t number = 1; next_line(*file.rdbuf(), line); ++number) {
    const std::string where = path.string() + ":" + std::to_string(number);
    if (line.size() > kLongestLine) {
      return make_error(Code::kInvalidArgument,
                        "expected a line of at most " + std::to_string(kLongestLine) + " bytes, found a longer one",
                        where);
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.find_first_not_of(" \t") != std::string::npos) GW_CHECK_OK(f(line, where));
  }
  if (file.bad()) return make_error(Code::kInternal, "can't read " + path.string());
  return {};
}

std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> columns;
  for (std::size_t begin = line.find_first_not_of(" \t"); begin != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    columns.push_back(line.substr(begin, end - begin));
    begin = line.find_first_not_of(" \t", end);
  }
  return columns;
}

}  // namespace groundwork::search
