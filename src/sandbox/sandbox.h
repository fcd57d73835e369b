#pragma once

// sandbox: runs code nobody trusts, with limits, and says what happened. In scope: one job, its processes, its limits.
// Not in scope: what the job means (assess).

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/result.h"

namespace groundwork::sandbox {

enum class Outcome {
  kExited,
  kSignalled,
  kWallTime,
  kCpuTime,
  kOutOfMemory,
  kOutputLimit,
  kCancelled,
};
std::string_view to_string(Outcome outcome);

struct Limits {
  std::chrono::milliseconds wall{20'000};
  std::chrono::seconds cpu{10};                         ///< of each process
  std::int64_t memory_bytes = std::int64_t{512} << 20;  ///< of all processes together, and what they put into /tmp
  int processes = 32;                                   ///< and threads, at a time
  std::int64_t output_bytes = std::int64_t{256} << 10;  ///< of standard output and error together
  std::int64_t disk_bytes = std::int64_t{64} << 20;     ///< of /tmp
};

struct Job {
  std::vector<std::string> argv;  ///< the program by its path inside the jail
  std::map<std::string, std::string> env;
  std::string cwd = "/tmp";
  std::map<std::string, std::string> files;                           ///< path inside the jail to content, read-only
  std::vector<std::pair<std::filesystem::path, std::string>> mounts;  ///< host path, path inside; read-only
  std::vector<std::pair<int, int>> fds;                               ///< own descriptor, number inside (3 to 9)
  std::string stdin_text;
  Limits limits;
  std::function<void()> on_started;  ///< once it runs: the caller may close its own copies of `fds`
};

struct Report {
  Outcome outcome = Outcome::kExited;
  int exit_code = 0;  ///< kExited
  int signal = 0;     ///< kSignalled
  std::string out;
  std::string err;
  bool truncated = false;      ///< some of the output was left out
  bool out_of_memory = false;  ///< some process was killed for it, even if the job went on
  std::chrono::milliseconds wall{};
  std::int64_t peak_memory_bytes = 0;  ///< 0: not known
  std::string explanation;             ///< in the learner's words; empty when it ended by itself with status 0
};

enum class Isolation {
  kFull,     ///< namespaces, seccomp, limits
  kReduced,  ///< Landlock, seccomp, limits: no namespaces on this machine
  kNone,
};
std::string_view to_string(Isolation level);

struct Capability {
  Isolation level = Isolation::kNone;
  std::string explanation;  ///< why not full, and what to do about it
};

/// What this machine can do, found out by trying. Takes some 50 ms the first time; thread-safe.
const Capability& probe();

/// Whether a run may use less than full isolation: for one's own code on one's own machine, never by default.
enum class Weaker { kRefuse, kAccept };

/// Runs one job to its end, in a jail that has no network, a read-only system, a private /tmp, and its own processes,
/// users and IPC; nothing of it is left behind. Blocks; thread-safe; the jail dies with the calling thread.
/// @errors kFailedPrecondition: this machine cannot isolate (with what to do about it); kUnavailable: the jail could
/// not
///         be set up; kInvalidArgument: the job is not well-formed
base::Result<Report> run(const Job& job, Weaker weaker = Weaker::kRefuse, std::stop_token stop = {});

/// The system's own folders that programs need, as every jail has them.
std::vector<std::string> system_folders();

}  // namespace groundwork::sandbox
