#pragma once

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace groundwork::measure {

/// One question of a suite, with what its answer is judged by.
struct Case {
  std::string id;
  std::size_t index = 0;    ///< in the dataset, from 0; hidden cases come after it
  base::json::object data;  ///< the line itself
};

struct DatasetScan {
  std::string sha256;
  std::size_t cases = 0;
};

inline constexpr std::size_t kLongestCase = std::size_t{1} << 20;

/// Reads a file of JSON lines case by case: memory stays flat however long it is. Blank lines are left out.
class CaseReader {
 public:
  /// @errors kNotFound, kPermissionDenied
  static base::Result<CaseReader> open(const std::filesystem::path& file);

  /// Nothing at the end. A case without "id" gets "case-N".
  /// @errors kInvalidArgument with file and line: not an object, an id that is no text, a line above kLongestCase
  base::Result<std::optional<Case>> next();
  std::string where() const { return file_.string() + ":" + std::to_string(line_); }

 private:
  std::filesystem::path file_;
  std::ifstream in_;
  std::string text_;
  std::size_t line_ = 0;
  std::size_t index_ = 0;
};

/// Walks a whole dataset once: its hash and size. Every line is parsed, so that a bad one is found before anything is
/// asked.
/// @errors as CaseReader; kInvalidArgument: no case at all, two with one id
base::Result<DatasetScan> scan_dataset(const std::filesystem::path& file);

/// SHA-256 of a file of any size, in flat memory.
base::Result<std::string> sha256_of_file(const std::filesystem::path& file);

}  // namespace groundwork::measure
