#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "curriculum/curriculum.h"
#include "schema/document.h"

namespace groundwork::curriculum {

/// The content that is served: the last good one. Thread-safe.
class Library {
 public:
  /// @errors kNotFound: no library below `root`; kInvalidArgument: there is, and not one module of it is right.
  static base::Result<std::unique_ptr<Library>> open(std::filesystem::path root);

  /// Never null. Shared: a request keeps the content it began with while a newer one takes its place.
  std::shared_ptr<const Curriculum> current() const;
  /// What is wrong with the files as they are now; then `current` is what was right before.
  std::vector<schema::Problem> problems() const;
  const std::filesystem::path& root() const { return root_; }

  /// Reads again if a file has changed since. @return whether `current` is another one now.
  bool reload_if_changed();

 private:
  explicit Library(std::filesystem::path root) : root_(std::move(root)) {}

  std::filesystem::path root_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Curriculum> current_;
  std::vector<schema::Problem> problems_;
  std::string stamp_;  // of the files that were last read
};

}  // namespace groundwork::curriculum
