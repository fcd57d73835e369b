#include "curriculum/library.h"

#include <utility>

#include "base/hash.h"
#include "curriculum/load.h"

namespace groundwork::curriculum {
namespace {

/// Changes when a file is added, removed or written; reads no file.
std::string stamp_of(const std::filesystem::path& root) {
  std::string all;
  for (const char* folder : {"library", "labs"}) {
    std::error_code failure;
    std::filesystem::recursive_directory_iterator it(root / folder, failure);
    for (; !failure && it != std::filesystem::recursive_directory_iterator(); it.increment(failure)) {
      std::error_code ignored;
      if (!it->is_regular_file(ignored)) continue;
      all += it->path().string() + " " + std::to_string(it->file_size(ignored)) + " " +
             std::to_string(it->last_write_time(ignored).time_since_epoch().count()) + "\n";
    }
  }
  return base::sha256_hex(all);
}

}  // namespace

base::Result<std::unique_ptr<Library>> Library::open(std::filesystem::path root) {
  if (!std::filesystem::exists(root / "library")) {
    return base::make_error(base::Code::kNotFound,
                            "expected the folder library/ in " + root.string() + "; name another with --root");
  }
  std::unique_ptr<Library> library(new Library(std::move(root)));
  library->stamp_ = stamp_of(library->root_);
  Loaded loaded = load(library->root_);
  if (loaded.curriculum.modules.empty()) {
    return base::make_error(base::Code::kInvalidArgument,
                            loaded.problems.empty() ? "the library has no modules"
                                                    : "no module could be loaded: " + loaded.problems.front().text());
  }
  library->current_ = std::make_shared<const Curriculum>(std::move(loaded.curriculum));
  library->problems_ = std::move(loaded.problems);
  return library;
}

std::shared_ptr<const Curriculum> Library::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::vector<schema::Problem> Library::problems() const {
  const std::lock_guard lock(mutex_);
  return problems_;
}

bool Library::reload_if_changed() {
  const std::string stamp = stamp_of(root_);
  {
    const std::lock_guard lock(mutex_);
    if (stamp == stamp_) return false;
  }
  Loaded loaded = load(root_);
  const std::lock_guard lock(mutex_);
  stamp_ = stamp;
  problems_ = std::move(loaded.problems);
  // With a broken file the whole of the last good content stays: half of a new one may not fit the other half.
  if (!problems_.empty() || loaded.curriculum.revision == current_->revision) return false;
  current_ = std::make_shared<const Curriculum>(std::move(loaded.curriculum));
  return true;
}

}  // namespace groundwork::curriculum
