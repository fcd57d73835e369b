#include "sandbox/memory_guard.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <thread>
#include <vector>

namespace groundwork::sandbox {
namespace {

namespace fs = std::filesystem;

std::string next_name() {
  static std::atomic<unsigned> counter{0};
  return "groundwork-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
}

bool write_text(const fs::path& file, const std::string& text) {
  const base::UniqueFd fd(open(file.c_str(), O_WRONLY | O_CLOEXEC));
  return fd.valid() && write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// Files of /proc and /sys have no size, so they are read to their end.
std::string read_text(const fs::path& file) {
  const base::UniqueFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  std::string out;
  char buffer[4096];
  for (ssize_t n = 0; fd.valid() && (n = read(fd.get(), buffer, sizeof buffer)) > 0;) {
    out.append(buffer, static_cast<std::size_t>(n));
  }
  return out;
}

std::int64_t number_in(const fs::path& file) { return std::atoll(read_text(file).c_str()); }

/// The number after `key` in a file of lines "key number".
std::int64_t field_in(const fs::path& file, const std::string& key) {
  const std::string text = "\n" + read_text(file);
  const std::size_t at = text.find("\n" + key + " ");
  return at == std::string::npos ? 0 : std::atoll(text.c_str() + at + key.size() + 2);
}

/// A folder of a control group, removed at the end.
class Group {
 public:
  Group() = default;
  explicit Group(fs::path folder) : folder_(std::move(folder)) {}
  Group(Group&& other) noexcept : folder_(std::move(other.folder_)) { other.folder_.clear(); }
  Group& operator=(Group&& other) noexcept {
    std::swap(folder_, other.folder_);
    return *this;
  }
  ~Group() {
    // A group cannot go before its last process has: they have been killed, and the kernel takes a moment.
    for (int i = 0; i < 50 && !folder_.empty() && rmdir(folder_.c_str()) != 0 && errno == EBUSY; ++i) {
      kill_all();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  bool made() const { return !folder_.empty(); }
  fs::path file(const char* name) const { return folder_ / name; }
  void kill_all() const {
    if (folder_.empty() || write_text(file("cgroup.kill"), "1")) return;
    const std::string text = read_text(file("cgroup.procs"));
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
      const auto pid = static_cast<pid_t>(std::atoi(text.c_str() + at));
      if (pid > 1) kill(pid, SIGKILL);
      if (text.find('\n', at) == std::string::npos) break;
    }
  }

 private:
  fs::path folder_;
};

Group make_group(const fs::path& parent) {
  const fs::path folder = parent / next_name();
  return mkdir(folder.c_str(), 0755) == 0 ? Group(folder) : Group();
}

class GroupGuard final : public MemoryGuard {
 public:
  GroupGuard(Group memory, Group pids, bool v2) : memory_(std::move(memory)), pids_(std::move(pids)), v2_(v2) {
    const auto join = [](const Group& group) {
      return base::UniqueFd(group.made() ? open(group.file("cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC) : -1);
    };
    join_[0] = join(memory_);
    join_[1] = join(pids_);
  }
  int join_fd(int which) const override { return join_[which].get(); }
  bool check(pid_t /*jail*/) override { return true; }
  void kill_all(pid_t /*jail*/) override { memory_.kill_all(); }
  bool exceeded() const override {
    return v2_ ? field_in(memory_.file("memory.events"), "oom_kill") > 0
               : field_in(memory_.file("memory.oom_control"), "oom_kill") > 0;
  }
  std::int64_t peak_bytes() const override {
    return number_in(memory_.file(v2_ ? "memory.peak" : "memory.max_usage_in_bytes"));
  }

  static std::unique_ptr<MemoryGuard> version1(std::int64_t bytes, int processes) {
    Group memory = make_group("/sys/fs/cgroup/memory");
    if (!memory.made() || !write_text(memory.file("memory.limit_in_bytes"), std::to_string(bytes))) return nullptr;
    // Swap would only make a bomb slower; where it is not counted there is none to take.
    write_text(memory.file("memory.memsw.limit_in_bytes"), std::to_string(bytes));
    Group pids = make_group("/sys/fs/cgroup/pids");
    if (pids.made() && !write_text(pids.file("pids.max"), std::to_string(processes))) pids = Group();
    return std::make_unique<GroupGuard>(std::move(memory), std::move(pids), false);
  }
  /// A sibling of this process's own group, where that branch was delegated to its user (as systemd does for user
  /// services).
  static std::unique_ptr<MemoryGuard> version2(std::int64_t bytes, int processes) {
    const std::string text = "\n" + read_text("/proc/self/cgroup");
    const std::size_t at = text.find("\n0::");
    if (at == std::string::npos) return nullptr;
    const std::string own = text.substr(at + 4, text.find('\n', at + 1) - at - 4);
    const fs::path parent = fs::path("/sys/fs/cgroup" + own).parent_path();
    if (read_text(parent / "cgroup.subtree_control").find("memory") == std::string::npos) return nullptr;
    Group group = make_group(parent);
    if (!group.made() || !write_text(group.file("memory.max"), std::to_string(bytes))) return nullptr;
    write_text(group.file("memory.swap.max"), "0");
    write_text(group.file("pids.max"), std::to_string(processes));
    return std::make_unique<GroupGuard>(std::move(group), Group(), true);
  }

 private:
  Group memory_;
  Group pids_;
  bool v2_;
  base::UniqueFd join_[2];
};

struct Seen {
  pid_t parent = 0;
  std::int64_t bytes = 0;
};

/// Every process of the machine that this user may look at.
std::map<pid_t, Seen> processes() {
  std::map<pid_t, Seen> out;
  const long page = sysconf(_SC_PAGESIZE);
  DIR* folder = opendir("/proc");
  while (folder != nullptr) {
    const dirent* entry = readdir(folder);
    if (entry == nullptr) break;
    const auto pid = static_cast<pid_t>(std::atoi(entry->d_name));
    if (pid <= 0) continue;
    const fs::path base = fs::path("/proc") / entry->d_name;
    const std::string stat = read_text(base / "stat");
    const std::size_t name_end = stat.rfind(')');
    if (name_end == std::string::npos) continue;
    Seen seen;
    char state = 0;
    std::sscanf(stat.c_str() + name_end + 1, " %c %d", &state, &seen.parent);
    long size = 0;
    long resident = 0;
    long shared = 0;
    std::sscanf(read_text(base / "statm").c_str(), "%ld %ld %ld", &size, &resident, &shared);
    seen.bytes = (resident - shared) * page;
    out[pid] = seen;
  }
  if (folder != nullptr) closedir(folder);
  return out;
}

class WatchingGuard final : public MemoryGuard {
 public:
  explicit WatchingGuard(std::int64_t bytes) : limit_(bytes) {}
  int join_fd(int /*which*/) const override { return -1; }
  bool check(pid_t jail) override {
    std::int64_t sum = 0;
    for (const auto& [pid, bytes] : below(jail)) sum += bytes;
    peak_ = std::max(peak_, sum);
    exceeded_ = exceeded_ || sum > limit_;
    return !exceeded_;
  }
  void kill_all(pid_t jail) override {
    for (const auto& [pid, bytes] : below(jail)) kill(pid, SIGKILL);
  }
  bool exceeded() const override { return exceeded_; }
  std::int64_t peak_bytes() const override { return peak_; }

 private:
  static std::map<pid_t, std::int64_t> below(pid_t jail) {
    const std::map<pid_t, Seen> all = processes();
    std::map<pid_t, std::int64_t> out;
    for (const auto& [pid, seen] : all) {
      pid_t up = pid;
      for (int depth = 0; depth < 64 && up > 1 && up != jail; ++depth) {
        const auto at = all.find(up);
        up = at == all.end() ? 0 : at->second.parent;
      }
      if (up == jail) out[pid] = seen.bytes;
    }
    return out;
  }

  std::int64_t limit_;
  std::int64_t peak_ = 0;
  bool exceeded_ = false;
};

}  // namespace

std::unique_ptr<MemoryGuard> MemoryGuard::create(std::int64_t memory_bytes, int processes) {
  // Only for trying the fallback out: a test sets it.
  if (std::getenv("GW_SANDBOX_NO_CGROUP") == nullptr) {
    if (auto guard = GroupGuard::version1(memory_bytes, processes)) return guard;
    if (auto guard = GroupGuard::version2(memory_bytes, processes)) return guard;
  }
  return std::make_unique<WatchingGuard>(memory_bytes);
}

}  // namespace groundwork::sandbox
