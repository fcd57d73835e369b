#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace groundwork::bench {

/// The machine that measured.
struct Environment {
  std::string cpu;
  unsigned cores = 0;
  std::string kernel;
  double load_before = 0;  ///< one-minute load average when the run began
};
Environment this_environment();

/// What a local process has used so far.
struct ProcessUse {
  double cpu_seconds = 0;  ///< user and system, its threads but not its children
  std::uint64_t resident_bytes = 0;
};
/// @errors kNotFound: no such process
base::Result<ProcessUse> process_use(int pid);

}  // namespace groundwork::bench
