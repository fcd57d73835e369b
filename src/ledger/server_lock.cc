#include "ledger/server_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string>

namespace groundwork::ledger {

base::Result<ServerLock> ServerLock::acquire(const std::filesystem::path& folder) {
  GW_CHECK_OK(base::create_folders(folder));
  const std::filesystem::path path = folder / "server.lock";
  base::UniqueFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid()) return base::errno_error(errno, "the data folder cannot be written: open " + path.string());
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    char holder[32] = {};
    const ssize_t got = ::pread(fd.get(), holder, sizeof holder - 1, 0);
    return base::make_error(
        base::Code::kFailedPrecondition,
        "another groundwork server" + (got > 0 ? " (process " + std::string(holder) + ")" : std::string()) +
            " already serves " + folder.string() + "; stop it, or choose another folder with --data");
  }
  const std::string self = std::to_string(::getpid());
  if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), self.data(), self.size(), 0) < 0) {
    return base::errno_error(errno, "write " + path.string());
  }
  return ServerLock(std::move(fd));
}

}  // namespace groundwork::ledger
