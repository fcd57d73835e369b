#pragma once

#include <filesystem>

#include "base/file.h"
#include "base/result.h"

namespace groundwork::ledger {

/// Held by the one server of a data folder; the kernel lets it go when the process ends, however it ends.
class ServerLock {
 public:
  /// @errors kFailedPrecondition: another server serves this folder (its process number is named)
  static base::Result<ServerLock> acquire(const std::filesystem::path& folder);

 private:
  explicit ServerLock(base::UniqueFd fd) : fd_(std::move(fd)) {}
  base::UniqueFd fd_;
};

}  // namespace groundwork::ledger
