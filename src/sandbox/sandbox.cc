#include "sandbox/sandbox.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "base/utf8.h"
#include "sandbox/memory_guard.h"
#include "sandbox/seccomp_filter.h"

extern "C" {
extern const char groundwork_jail_begin[];
extern const char groundwork_jail_end[];
}

namespace groundwork::sandbox {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::UniqueFd;
using Clock = std::chrono::steady_clock;

constexpr const char* kBubblewrap = "/usr/bin/bwrap";
constexpr std::string_view kRoot = "/gw";  // where a job's files are
constexpr int kStatusFd = 10;              // of the launcher
constexpr int kInternalFds = 11;           // ours from here on; below are the job's
constexpr int kWrapperFailed = 125;
constexpr std::chrono::milliseconds kLook{20};  // at the clock, the memory and a wish to stop

Result<UniqueFd> memory_file(std::string_view bytes) {
  UniqueFd fd(memfd_create("groundwork", MFD_CLOEXEC));
  if (!fd.valid()) return base::errno_error(errno, "memfd_create");
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t n = write(fd.get(), bytes.data() + done, bytes.size() - done);
    if (n <= 0) return base::errno_error(errno, "memfd write");
    done += static_cast<std::size_t>(n);
  }
  lseek(fd.get(), 0, SEEK_SET);
  return fd;
}

std::string_view launcher() {
  return {groundwork_jail_begin, static_cast<std::size_t>(groundwork_jail_end - groundwork_jail_begin)};
}

/// Own descriptors and the numbers they get in the child.
class Descriptors {
 public:
  /// Takes a copy high enough that no dup2 below can hit one that is still needed.
  base::Status place(int fd, int number) {
    UniqueFd copy(fcntl(fd, F_DUPFD_CLOEXEC, 200));
    if (!copy.valid()) return base::errno_error(errno, "dup");
    held_.emplace_back(std::move(copy), number);
    return {};
  }
  Result<int> add(std::string_view bytes) {
    GW_TRY(const UniqueFd file, memory_file(bytes));
    const int number = next_++;
    GW_CHECK_OK(place(file.get(), number));
    return number;
  }
  /// In the child: only async-signal-safe calls.
  bool apply() const {
    return std::all_of(held_.begin(), held_.end(),
                       [](const auto& entry) { return dup2(entry.first.get(), entry.second) >= 0; });
  }

 private:
  std::vector<std::pair<UniqueFd, int>> held_;
  int next_ = kInternalFds;
};

struct Command {
  std::vector<std::string> argv;
  std::vector<std::string> env;  // "NAME=value"
  Descriptors fds;
  std::optional<base::TemporaryFolder> folder;  // reduced isolation: where the files are
};

void limits_to(const Job& job, bool cgroup, int others, std::vector<std::string>& argv) {
  const auto limit = [&](const std::string& name, std::int64_t value) {
    argv.insert(argv.end(), {"--limit", name + ":" + std::to_string(value)});
  };
  limit("cpu", job.limits.cpu.count());
  limit("processes", others + job.limits.processes);
  limit("file", job.limits.disk_bytes);
  limit("descriptors", 256);
  // Where nothing counts all processes together, at least no single one may ask for far more than its share.
  if (!cgroup) limit("memory", 4 * job.limits.memory_bytes);
  argv.insert(argv.end(), {"--status", std::to_string(kStatusFd)});
  for (const auto& [fd, number] : job.fds) argv.insert(argv.end(), {"--keep", std::to_string(number)});
}

/// A user that nobody else is, so that the limit of processes counts this jail alone.
int fresh_uid() {
  static std::atomic<unsigned> counter{0};
  return static_cast<int>(200'000 + (static_cast<unsigned>(getpid()) * 131U + counter++) % 50'000);
}

Result<Command> full_command(const Job& job, bool cgroup) {
  Command command;
  GW_TRY(const std::string filter, seccomp_program(false));
  const bool root = geteuid() == 0;
  std::vector<std::string> options = {"--unshare-ipc", "--unshare-pid",        "--unshare-net",
                                      "--unshare-uts", "--unshare-cgroup-try", "--die-with-parent",
                                      "--new-session", "--hostname",           "groundwork"};
  const auto add = [&](std::initializer_list<std::string> more) { options.insert(options.end(), more); };
  if (root) {
    add({"--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"});
  } else {
    add({"--unshare-user"});
  }
  add({"--ro-bind", "/usr", "/usr"});
  for (const char* link : {"bin", "sbin", "lib", "lib32", "lib64", "libx32"}) {
    std::error_code error;
    const std::filesystem::path path = std::filesystem::path("/") / link;
    if (std::filesystem::is_symlink(path, error)) {
      add({"--symlink", std::filesystem::read_symlink(path, error).string(), path.string()});
    } else {
      add({"--ro-bind-try", path.string(), path.string()});
    }
  }
  for (const char* file : {"/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"})
    add({"--ro-bind-try", file, file});
  add({"--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--size", std::to_string(job.limits.disk_bytes),
       "--tmpfs", "/tmp"});
  add({"--perms", "0755", "--dir", std::string(kRoot)});  // else a mount below makes it for its owner alone
  for (const auto& [host, inside] : job.mounts) add({"--ro-bind", host.string(), inside});
  const auto file = [&](const std::string& path, std::string_view bytes, const char* mode) -> base::Status {
    GW_TRY(const int number, command.fds.add(bytes));
    add({"--perms", mode, "--file", std::to_string(number), path});
    return {};
  };
  GW_CHECK_OK(file("/etc/passwd", "learner:x:1000:1000::/tmp:/bin/sh\n", "0444"));
  GW_CHECK_OK(file("/.jail", launcher(), "0555"));
  for (const auto& [path, bytes] : job.files) GW_CHECK_OK(file(path, bytes, "0444"));
  add({"--remount-ro", "/dev", "--remount-ro", "/", "--chdir", job.cwd});
  for (const auto& [name, value] : job.env) add({"--setenv", name, value});
  GW_TRY(const int seccomp, command.fds.add(filter));
  add({"--seccomp", std::to_string(seccomp)});
  std::string packed;
  for (const std::string& option : options) packed += option + '\0';
  GW_TRY(const int arguments, command.fds.add(packed));

  // Given by descriptor, so that /proc/1/cmdline in the jail names no path of the machine.
  command.argv = {kBubblewrap, "--args", std::to_string(arguments), "--", "/.jail"};
  if (root) command.argv.insert(command.argv.end(), {"--uid", std::to_string(fresh_uid())});
  limits_to(job, cgroup, root ? 0 : 1, command.argv);
  command.argv.emplace_back("--");
  command.argv.insert(command.argv.end(), job.argv.begin(), job.argv.end());
  return command;
}

int processes_of_this_user() {
  int count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    struct stat info {};
    if (std::isdigit(static_cast<unsigned char>(entry.path().filename().string().front())) == 0) continue;
    if (stat(entry.path().c_str(), &info) == 0 && info.st_uid == geteuid()) ++count;
  }
  return 2 * count + 16;  // threads count too, and others may start some meanwhile
}

Result<Command> reduced_command(const Job& job, bool cgroup) {
  if (geteuid() == 0) {
    return make_error(Code::kFailedPrecondition,
                      "without namespaces nothing keeps a program of root apart: run groundwork as an ordinary user");
  }
  Command command;
  GW_TRY(const std::string filter, seccomp_program(true));
  GW_TRY(base::TemporaryFolder folder, base::TemporaryFolder::create("groundwork-jail"));
  const std::filesystem::path& top = folder.path();
  const auto moved = [&](std::string text) {
    for (std::size_t at = 0; (at = text.find(kRoot, at)) != std::string::npos;) {
      const std::size_t end = at + kRoot.size();
      const bool whole = end == text.size() || text[end] == '/';  // "/gwen" is another place
      if (whole) text.replace(at, kRoot.size(), top.string());
      at = whole ? at + top.string().size() : end;
    }
    return text == "/tmp" ? (top / "tmp").string() : text;
  };
  GW_CHECK_OK(base::create_folders(top / "tmp"));
  for (const auto& [path, bytes] : job.files) {
    const std::filesystem::path place = moved(path);
    if (place.string() == path)
      return make_error(Code::kInvalidArgument, "a job's files belong below /gw, found " + path);
    GW_CHECK_OK(base::create_folders(place.parent_path()));
    GW_CHECK_OK(base::write_file_atomically(place, bytes));
  }
  std::vector<std::string> readable = system_folders();
  readable.insert(readable.end(), {"/etc/ld.so.cache", "/etc/localtime", top.string()});
  for (const auto& [host, inside] : job.mounts) {
    readable.push_back(host.string());
    const std::filesystem::path place = moved(inside);
    if (place.string() == inside) continue;
    GW_CHECK_OK(base::create_folders(place.parent_path()));
    std::error_code error;
    std::filesystem::create_symlink(host, place, error);
    if (error) return make_error(Code::kUnavailable, "symlink " + place.string() + ": " + error.message());
  }
  GW_TRY(const int program, command.fds.add(launcher()));
  GW_TRY(const int seccomp, command.fds.add(filter));
  command.argv = {"/proc/self/fd/" + std::to_string(program)};
  for (const std::string& path : readable) command.argv.insert(command.argv.end(), {"--readable", path});
  command.argv.insert(command.argv.end(), {"--writable", (top / "tmp").string(), "--seccomp", std::to_string(seccomp)});
  limits_to(job, cgroup, processes_of_this_user(), command.argv);
  command.argv.emplace_back("--");
  for (const std::string& argument : job.argv) command.argv.push_back(moved(argument));
  for (const auto& [name, value] : job.env) command.env.push_back(name + "=" + moved(value));
  command.env.push_back("TMPDIR=" + (top / "tmp").string());
  command.folder = std::move(folder);
  return command;
}

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};
Result<Pipe> make_pipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return base::errno_error(errno, "pipe");
  return Pipe{UniqueFd(fds[0]), UniqueFd(fds[1])};
}

/// Reads what there is. @return false at the end of the stream
bool drain(UniqueFd& fd, std::string& into, std::int64_t& room, bool& truncated) {
  char buffer[16384];
  const ssize_t n = read(fd.get(), buffer, sizeof buffer);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (n <= 0) return false;
  const std::int64_t kept = std::min<std::int64_t>(n, room);
  into.append(buffer, static_cast<std::size_t>(kept));
  room -= kept;
  truncated = truncated || kept < n;
  return true;
}

class Running {
 public:
  Running(const Job& job, Command command, std::unique_ptr<MemoryGuard> guard)
      : job_(job), command_(std::move(command)), guard_(std::move(guard)) {}

  base::Status start() {
    GW_TRY(const UniqueFd input, memory_file(job_.stdin_text));
    GW_TRY(Pipe out, make_pipe());
    GW_TRY(Pipe err, make_pipe());
    GW_TRY(Pipe status, make_pipe());
    GW_CHECK_OK(command_.fds.place(status.write.get(), kStatusFd));
    GW_CHECK_OK(command_.fds.place(input.get(), 0));
    GW_CHECK_OK(command_.fds.place(out.write.get(), 1));
    GW_CHECK_OK(command_.fds.place(err.write.get(), 2));
    for (const auto& [fd, number] : job_.fds) {
      if (number < 3 || number >= kStatusFd) {
        return make_error(Code::kInvalidArgument,
                          "a job's descriptors get numbers 3 to 9, found " + std::to_string(number));
      }
      GW_CHECK_OK(command_.fds.place(fd, number));
    }
    std::vector<char*> argv;
    for (std::string& argument : command_.argv) argv.push_back(argument.data());
    argv.push_back(nullptr);
    std::vector<char*> env;
    for (std::string& entry : command_.env) env.push_back(entry.data());
    env.push_back(nullptr);
    const pid_t parent = getpid();
    started_ = Clock::now();
    pid_ = fork();
    if (pid_ < 0) return base::errno_error(errno, "fork");
    if (pid_ == 0) become(argv.data(), env.data(), parent);
    out_ = std::move(out.read);
    err_ = std::move(err.read);
    status_ = std::move(status.read);
    // Ready to read as soon as the jail has ended; where the kernel has none, that is seen at the next look.
    ended_ = UniqueFd(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
    command_.fds = Descriptors();
    if (job_.on_started) job_.on_started();
    return {};
  }

  /// After finish(): whether the job itself began. What it prints and how it ends cannot pretend otherwise.
  bool began() const {
    char words[4];
    fcntl(status_.get(), F_SETFL, O_NONBLOCK);
    return read(status_.get(), words, sizeof words) == 1 && words[0] == 'S';
  }

  Report finish(std::stop_token stop) {
    std::int64_t room = job_.limits.output_bytes;
    std::optional<Outcome> cut;
    bool out_open = true;
    bool err_open = true;
    std::optional<int> status;
    while (true) {
      if (!cut) cut = reason_to_stop(stop);
      if (cut && !status) kill_everything();
      std::array<pollfd, 3> fds{{{out_open ? out_.get() : -1, POLLIN, 0},
                                 {err_open ? err_.get() : -1, POLLIN, 0},
                                 {ended_.get(), POLLIN, 0}}};
      if (poll(fds.data(), fds.size(), static_cast<int>(kLook.count())) > 0) {
        if (out_open && fds[0].revents != 0) out_open = drain(out_, report_.out, room, report_.truncated);
        if (err_open && fds[1].revents != 0) err_open = drain(err_, report_.err, room, report_.truncated);
      }
      if (report_.truncated && !cut) cut = Outcome::kOutputLimit;
      if (!status) {
        int raw = 0;
        if (waitpid(pid_, &raw, WNOHANG) == pid_) status = raw;
      } else {
        break;  // what is in the pipes has been read once more since
      }
    }
    drain_rest(out_open, err_open, room);
    guard_->kill_all(pid_);
    conclude(cut, *status);
    return std::move(report_);
  }

 private:
  [[noreturn]] void become(char** argv, char** env, pid_t parent) const {
    // Between fork and exec of a process with threads: only async-signal-safe calls.
    for (const int which : {0, 1}) {
      if (guard_->join_fd(which) >= 0 && write(guard_->join_fd(which), "0", 1) != 1) _exit(kWrapperFailed);
    }
    if (!command_.fds.apply()) _exit(kWrapperFailed);  // after the groups: it may take their numbers
    // Everything without CLOEXEC that some library left open in the server.
    syscall(SYS_close_range, 200U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
    setsid();
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    if (getppid() != parent) _exit(kWrapperFailed);
    execve(argv[0], argv, env);
    _exit(kWrapperFailed);
  }

  std::optional<Outcome> reason_to_stop(const std::stop_token& stop) {
    if (stop.stop_requested()) return Outcome::kCancelled;
    if (Clock::now() - started_ > job_.limits.wall) return Outcome::kWallTime;
    // Each output wakes the loop; looking at memory may mean to go through all processes of the machine.
    if (Clock::now() - looked_ < kLook) return std::nullopt;
    looked_ = Clock::now();
    if (!guard_->check(pid_)) return Outcome::kOutOfMemory;
    return std::nullopt;
  }

  void kill_everything() {
    kill(-pid_, SIGKILL);  // bubblewrap's session; its pid namespace dies with its first process
    kill(pid_, SIGKILL);
    guard_->kill_all(pid_);
  }

  /// A process left behind may hold the pipes; it has been killed, so what is there comes at once.
  void drain_rest(bool out_open, bool err_open, std::int64_t room) {
    const auto rest = [&](bool open, UniqueFd& fd, std::string& text) {
      pollfd ready{fd.get(), POLLIN, 0};
      while (open && poll(&ready, 1, 0) > 0) open = drain(fd, text, room, report_.truncated);
    };
    rest(out_open, out_, report_.out);
    rest(err_open, err_, report_.err);
  }

  void conclude(std::optional<Outcome> cut, int raw) {
    report_.wall = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started_);
    report_.peak_memory_bytes = guard_->peak_bytes();
    report_.out_of_memory = guard_->exceeded();
    int code = WIFEXITED(raw) ? WEXITSTATUS(raw) : 0;
    int signal = WIFSIGNALED(raw) ? WTERMSIG(raw) : 0;
    // bubblewrap passes a signal of the program on as 128 + its number, as shells do.
    if (signal == 0 && code > 128 && code <= 128 + SIGSYS) signal = code - 128;
    report_.exit_code = code;
    report_.signal = signal;
    report_.outcome = signal != 0 ? Outcome::kSignalled : Outcome::kExited;
    if (signal == SIGXCPU) report_.outcome = Outcome::kCpuTime;
    if (report_.out_of_memory && (signal == SIGKILL || code != 0)) report_.outcome = Outcome::kOutOfMemory;
    if (cut) report_.outcome = *cut;
    report_.explanation = explanation();
  }

  std::string explanation() const {
    const Limits& limits = job_.limits;
    const std::string memory = std::to_string(limits.memory_bytes >> 20) + " MB";
    switch (report_.outcome) {
      case Outcome::kExited:
        return report_.exit_code == 0
                   ? ""
                   : "Your program ended with exit status " + std::to_string(report_.exit_code) + ".";
      case Outcome::kSignalled:
        return std::string("Your program was ended by the signal ") + strsignal(report_.signal) + ".";
      case Outcome::kWallTime:
        return "Your code ran longer than the " + std::to_string(limits.wall.count() / 1000) +
               " s it may take. Look for a loop that does not end, a wait for something that never comes, or work that "
               "grows too fast with its input.";
      case Outcome::kCpuTime:
        return "Your code used more than " + std::to_string(limits.cpu.count()) +
               " s of processor time. Look for a loop that does not end or work that grows too fast with its input.";
      case Outcome::kOutOfMemory:
        return "Your code used more than " + memory +
               " of memory; all its processes and what they put into /tmp count together.";
      case Outcome::kOutputLimit:
        return "Your code printed more than " + std::to_string(limits.output_bytes >> 10) +
               " KB. Look for a print in a loop.";
      case Outcome::kCancelled:
        return "The run was cancelled.";
    }
    return {};
  }

  const Job& job_;
  Command command_;
  std::unique_ptr<MemoryGuard> guard_;
  pid_t pid_ = -1;
  UniqueFd out_;
  UniqueFd err_;
  UniqueFd status_;
  UniqueFd ended_;
  Clock::time_point started_;
  Clock::time_point looked_;
  Report report_;
};

Result<Report> run_with(const Job& job, Isolation level, std::stop_token stop) {
  if (job.argv.empty()) return make_error(Code::kInvalidArgument, "a job needs a program");
  // The launchers themselves take a process or two each.
  std::unique_ptr<MemoryGuard> guard = MemoryGuard::create(job.limits.memory_bytes, job.limits.processes + 3);
  const bool cgroup = guard->join_fd(0) >= 0;
  GW_TRY(Command command, level == Isolation::kFull ? full_command(job, cgroup) : reduced_command(job, cgroup));
  Running running(job, std::move(command), std::move(guard));
  GW_CHECK_OK(running.start());
  Report report = running.finish(std::move(stop));
  if (!running.began() && report.outcome != Outcome::kCancelled) {
    return make_error(Code::kUnavailable, "the sandbox could not be set up: " + base::clip(report.err, 300));
  }
  return report;
}

Job trial() {
  Job job;
  job.argv = {"/usr/bin/true"};
  job.limits.wall = std::chrono::seconds(5);
  return job;
}

Capability try_out() {
  std::string why;
  if (access(kBubblewrap, X_OK) != 0) {
    why = "bubblewrap is not installed; './up' installs it, or: apt-get install bubblewrap";
  } else if (std::getenv("GW_SANDBOX_NO_NAMESPACES") != nullptr) {  // only for trying the fallback out
    why = "GW_SANDBOX_NO_NAMESPACES is set";
  } else {
    const auto report = run_with(trial(), Isolation::kFull, {});
    if (report.ok() && report->outcome == Outcome::kExited && report->exit_code == 0) {
      return {Isolation::kFull, "Code runs in namespaces of its own, without a network, under limits."};
    }
    why = report.ok() ? report->err : report.error().message;
    why +=
        ". This machine denies namespaces to this user. On Ubuntu 24.04 the package apparmor-profiles or "
        "'sysctl kernel.apparmor_restrict_unprivileged_userns=0' allows them; in a container, start it with "
        "--security-opt seccomp=unconfined";
  }
  const auto weaker = run_with(trial(), Isolation::kReduced, {});
  if (weaker.ok() && weaker->outcome == Outcome::kExited && weaker->exit_code == 0) {
    return {Isolation::kReduced, why +
                                     ". Landlock would allow a weaker isolation: '--allow-weak-sandbox' accepts it for "
                                     "your own code on your own machine"};
  }
  return {Isolation::kNone, why + ". " + (weaker.ok() ? weaker->err : weaker.error().message)};
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  constexpr std::array<std::string_view, 7> kNames = {"exited",        "signalled",    "wall-time", "cpu-time",
                                                      "out-of-memory", "output-limit", "cancelled"};
  return kNames[static_cast<std::size_t>(outcome)];
}

std::string_view to_string(Isolation level) {
  constexpr std::array<std::string_view, 3> kNames = {"full", "reduced", "none"};
  return kNames[static_cast<std::size_t>(level)];
}

std::vector<std::string> system_folders() { return {"/usr", "/bin", "/lib", "/lib64"}; }

const Capability& probe() {
  static const Capability capability = try_out();
  return capability;
}

Result<Report> run(const Job& job, Weaker weaker, std::stop_token stop) {
  const Capability& capability = probe();
  const bool enough =
      capability.level == Isolation::kFull || (capability.level == Isolation::kReduced && weaker == Weaker::kAccept);
  if (!enough) {
    return make_error(Code::kFailedPrecondition, "code cannot be run in isolation here: " + capability.explanation);
  }
  return run_with(job, capability.level, std::move(stop));
}

}  // namespace groundwork::sandbox
