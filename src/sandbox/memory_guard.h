#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/file.h"

namespace groundwork::sandbox {

/// Bounds the memory of all processes of a jail together, because a limit of each process lets six of them have six
/// times as much. By a control group of its own where one can be made (version 1 or 2), else by looking every 20 ms.
class MemoryGuard {
 public:
  static std::unique_ptr<MemoryGuard> create(std::int64_t memory_bytes, int processes);
  virtual ~MemoryGuard() = default;

  /// To be written "0" to by the jail's first process before anything else; -1: nothing to join. Two, as memory and
  /// process numbers have a group each in version 1.
  virtual int join_fd(int which) const = 0;
  /// Called every 20 ms with the jail's first process. @return false: over the limit, to be killed
  virtual bool check(pid_t jail) = 0;
  /// Kills every process that is left in it.
  virtual void kill_all(pid_t jail) = 0;
  /// Whether the limit killed something.
  virtual bool exceeded() const = 0;
  virtual std::int64_t peak_bytes() const = 0;
};

}  // namespace groundwork::sandbox
