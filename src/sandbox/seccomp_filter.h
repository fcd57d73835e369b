#pragma once

#include <string>

#include "base/result.h"

namespace groundwork::sandbox {

/// The system-call filter of every jail as a classic BPF program. What a learner's program has no business with fails
/// with EPERM (or ENOSYS where a library then falls back): tracing, mounting, namespaces, BPF, io_uring, kernel
/// keyrings, performance events, other processes' memory, and every socket family but AF_UNIX.
/// @param lone  the jail has no namespaces of its own: signals and AF_UNIX sockets are denied too, which would reach
///              the user's other processes
base::Result<std::string> seccomp_program(bool lone);

}  // namespace groundwork::sandbox
