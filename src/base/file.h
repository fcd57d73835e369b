#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace groundwork::base {

/// A file descriptor that is closed when its owner goes.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept;
  UniqueFd(const UniqueFd&) = delete;
  UniqueFd& operator=(const UniqueFd&) = delete;
  ~UniqueFd() { reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int release();
  void reset(int fd = -1);

 private:
  int fd_ = -1;
};

/// The whole of a regular file. @errors kNotFound, kPermissionDenied, kResourceExhausted: larger than max_bytes,
/// kInvalidArgument: not a regular file.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes = std::size_t{64} << 20);

/// Writes beside, syncs, renames: a reader sees the old file or the new one, never a part; a crash leaves the old one.
Status write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// Creates the folder and those above it.
Status create_folders(const std::filesystem::path& path);

/// Regular files below `root` (links not followed), as paths relative to it with '/' between, sorted.
Result<std::vector<std::string>> list_files(const std::filesystem::path& root);

/// A folder that is removed with all below it when its owner goes.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> create(std::string_view prefix);
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}
  void remove();
  std::filesystem::path path_;
};

}  // namespace groundwork::base
