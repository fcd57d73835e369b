#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace groundwork::base {
namespace {

Status write_all(int fd, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno_error(errno, "write " + name);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

UniqueFd& UniqueFd::operator=(UniqueFd&& other) noexcept {
  if (this != &other) reset(other.release());
  return *this;
}

int UniqueFd::release() { return std::exchange(fd_, -1); }

void UniqueFd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

Result<std::string> read_file(const std::filesystem::path& path, std::size_t max_bytes) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return errno_error(errno, "open " + path.string());
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return errno_error(errno, "stat " + path.string());
  if (!S_ISREG(info.st_mode)) {
    return make_error(Code::kInvalidArgument, "expected a regular file, found something else", path.string());
  }
  std::string bytes;
  bytes.resize(std::min(static_cast<std::size_t>(info.st_size), max_bytes) + 1);
  std::size_t size = 0;
  for (;;) {
    const ssize_t got = ::read(fd.get(), bytes.data() + size, bytes.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno_error(errno, "read " + path.string());
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size > max_bytes) {
      return make_error(Code::kResourceExhausted, "expected at most " + std::to_string(max_bytes) + " bytes",
                        path.string());
    }
    if (size == bytes.size()) bytes.resize(bytes.size() * 2);
  }
  bytes.resize(size);
  return bytes;
}

Status write_file_atomically(const std::filesystem::path& path, std::string_view bytes) {
  std::string temporary = path.string() + ".XXXXXX";
  UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!fd.valid()) return errno_error(errno, "create a file beside " + path.string());
  Status written = write_all(fd.get(), bytes, path.string());
  if (written.ok() && ::fchmod(fd.get(), 0644) != 0) written = errno_error(errno, "chmod " + path.string());
  if (written.ok() && ::fsync(fd.get()) != 0) written = errno_error(errno, "sync " + path.string());
  if (written.ok() && ::rename(temporary.c_str(), path.c_str()) != 0) {
    written = errno_error(errno, "rename to " + path.string());
  }
  if (!written.ok()) {
    ::unlink(temporary.c_str());
    return written;
  }
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const UniqueFd folder_fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder_fd.valid() && ::fsync(folder_fd.get()) != 0) return errno_error(errno, "sync " + folder.string());
  return {};
}

Status create_folders(const std::filesystem::path& path) {
  std::error_code failure;
  std::filesystem::create_directories(path, failure);
  if (failure) return errno_error(failure.value(), "create folder " + path.string());
  return {};
}

Result<std::vector<std::string>> list_files(const std::filesystem::path& root) {
  std::vector<std::string> files;
  std::error_code failure;
  std::filesystem::recursive_directory_iterator it(root, failure);
  for (; !failure && it != std::filesystem::recursive_directory_iterator(); it.increment(failure)) {
    if (it->is_symlink() || !it->is_regular_file()) continue;
    files.push_back(it->path().lexically_relative(root).generic_string());
  }
  if (failure) return errno_error(failure.value(), "list " + root.string());
  std::sort(files.begin(), files.end());
  return files;
}

Result<TemporaryFolder> TemporaryFolder::create(std::string_view prefix) {
  std::error_code failure;
  const auto base = std::filesystem::temp_directory_path(failure);
  if (failure) return errno_error(failure.value(), "find the folder for temporary files");
  std::string name = (base / (std::string(prefix) + "-XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) return errno_error(errno, "create folder " + name);
  return TemporaryFolder(name);
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  if (this != &other) {
    remove();
    path_ = std::exchange(other.path_, {});
  }
  return *this;
}

TemporaryFolder::~TemporaryFolder() { remove(); }

void TemporaryFolder::remove() {
  if (path_.empty()) return;
  std::error_code ignored;  // nothing useful can be done in a destructor; the system cleans its temporary files
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace groundwork::base
