// groundwork-jail: the first program inside a jail. Drops what is left of privilege, sets the limits, closes what the
// job does not need, and becomes the job. Statically linked, so that it depends on nothing in the jail.
//
//   jail [--status FD] [--uid N] [--limit RESOURCE:N]... [--keep FD]... [--readable PATH]... [--writable PATH]...
//   [--seccomp FD] --
//        PROGRAM [ARGUMENT]...
//
// --status takes an "S" just before the job begins and an "E" if it could not; the job itself has not got it.
// --readable and --writable put the process under Landlock, for machines without namespaces.

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int kMaxPaths = 64;
constexpr int kFailed = 125;  // as env(1) and docker: the wrapper failed, not the program

int status_fd = -1;

void report(const char* word) {
  if (status_fd >= 0 && write(status_fd, word, 1) != 1) std::_Exit(kFailed);
}

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "groundwork-jail: %s: %s\n", what, std::strerror(errno));
  report("E");
  std::_Exit(kFailed);
}

int resource_of(const char* name) {
  if (std::strcmp(name, "cpu") == 0) return RLIMIT_CPU;
  if (std::strcmp(name, "processes") == 0) return RLIMIT_NPROC;
  if (std::strcmp(name, "file") == 0) return RLIMIT_FSIZE;
  if (std::strcmp(name, "memory") == 0) return RLIMIT_AS;
  if (std::strcmp(name, "descriptors") == 0) return RLIMIT_NOFILE;
  errno = EINVAL;
  fail(name);
}

void set_limit(char* text) {
  char* colon = std::strchr(text, ':');
  if (colon == nullptr) {
    errno = EINVAL;
    fail(text);
  }
  *colon = '\0';
  const int resource = resource_of(text);
  rlimit limit{};
  limit.rlim_cur = std::strtoull(colon + 1, nullptr, 10);
  // The kernel signals SIGXCPU at the soft limit and kills at the hard one.
  limit.rlim_max = resource == RLIMIT_CPU ? limit.rlim_cur + 1 : limit.rlim_cur;
  if (setrlimit(static_cast<__rlimit_resource>(resource), &limit) != 0) fail(text);
}

void allow_below(int rules, const char* path, unsigned long long access) {
  const int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return;
    fail(path);
  }
  struct stat info {};
  if (fstat(fd, &info) != 0) fail(path);
  // Rights that only a folder has are refused for a file.
  constexpr unsigned long long kOfFiles =
      LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE;
  landlock_path_beneath_attr attribute{};
  attribute.allowed_access = S_ISDIR(info.st_mode) ? access : access & kOfFiles;
  attribute.parent_fd = fd;
  if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &attribute, 0) != 0) fail(path);
  close(fd);
}

constexpr unsigned long long kRead =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr unsigned long long kAll = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1U) - 1;  // every right of Landlock's first version

void restrict_files(const char* const* readable, int readables, const char* const* writable, int writables) {
  landlock_ruleset_attr attribute{};
  attribute.handled_access_fs = kAll;
  const int rules = static_cast<int>(syscall(SYS_landlock_create_ruleset, &attribute, sizeof attribute, 0));
  if (rules < 0) fail("Landlock");
  for (int i = 0; i < readables; ++i) allow_below(rules, readable[i], kRead);
  for (int i = 0; i < writables; ++i) allow_below(rules, writable[i], kAll);
  allow_below(rules, "/dev/null", LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE);
  allow_below(rules, "/dev/urandom", LANDLOCK_ACCESS_FS_READ_FILE);
  if (syscall(SYS_landlock_restrict_self, rules, 0) != 0) fail("Landlock");
  close(rules);
}

void close_all_but(const bool* keep, int keeps) {
  DIR* folder = opendir("/proc/self/fd");
  if (folder == nullptr) fail("/proc/self/fd");
  int open_ones[1024];
  int count = 0;
  while (const dirent* entry = readdir(folder)) {
    const int fd = std::atoi(entry->d_name);
    if (entry->d_name[0] == '.' || fd == dirfd(folder)) continue;
    if ((fd >= keeps || !keep[fd]) && count < 1024) open_ones[count++] = fd;
  }
  closedir(folder);
  for (int i = 0; i < count; ++i) close(open_ones[i]);
}

void filter_calls(int fd) {
  static sock_filter instructions[4096];
  const ssize_t bytes = read(fd, instructions, sizeof instructions);
  if (bytes <= 0 || bytes % static_cast<ssize_t>(sizeof(sock_filter)) != 0) fail("seccomp program");
  close(fd);
  sock_fprog program{};
  program.len = static_cast<unsigned short>(bytes / static_cast<ssize_t>(sizeof(sock_filter)));
  program.filter = instructions;
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) fail("seccomp");
}

}  // namespace

int main(int argc, char** argv) {
  bool keep[16] = {true, true, true};
  const char* readable[kMaxPaths];
  const char* writable[kMaxPaths];
  int readables = 0;
  int writables = 0;
  int seccomp = -1;
  long uid = -1;
  int at = 1;
  for (; at + 1 < argc && std::strcmp(argv[at], "--") != 0; at += 2) {
    const char* option = argv[at];
    char* value = argv[at + 1];
    const int number = std::atoi(value);
    if (std::strcmp(option, "--uid") == 0) {
      uid = number;
    } else if (std::strcmp(option, "--limit") == 0) {
      // NPROC counts the processes of a user: set below, after the user is another one.
      if (std::strncmp(value, "processes:", 10) != 0) set_limit(value);
    } else if (std::strcmp(option, "--keep") == 0 && number >= 0 && number < 16) {
      keep[number] = true;
    } else if (std::strcmp(option, "--readable") == 0 && readables < kMaxPaths) {
      readable[readables++] = value;
    } else if (std::strcmp(option, "--writable") == 0 && writables < kMaxPaths) {
      writable[writables++] = value;
    } else if (std::strcmp(option, "--status") == 0 && number >= 0 && number < 16) {
      status_fd = number;
      keep[number] = true;
      fcntl(number, F_SETFD, FD_CLOEXEC);
    } else if (std::strcmp(option, "--seccomp") == 0 && number >= 0 && number < 16) {
      seccomp = number;
      keep[number] = true;
    } else {
      errno = EINVAL;
      fail(option);
    }
  }
  if (at + 1 >= argc) {
    errno = EINVAL;
    fail("arguments");
  }
  close_all_but(keep, 16);
  if (uid >= 0) {
    const auto id = static_cast<unsigned>(uid);
    if (setgroups(0, nullptr) != 0 || setresgid(id, id, id) != 0 || setresuid(id, id, id) != 0) fail("user");
  }
  for (int i = 1; i < at; i += 2) {
    if (std::strcmp(argv[i], "--limit") == 0 && std::strncmp(argv[i + 1], "processes:", 10) == 0)
      set_limit(argv[i + 1]);
  }
  rlimit none{};
  setrlimit(RLIMIT_CORE, &none);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("no_new_privs");
  if (readables + writables > 0) restrict_files(readable, readables, writable, writables);
  if (seccomp >= 0) filter_calls(seccomp);
  report("S");
  execv(argv[at + 1], argv + at + 1);
  fail(argv[at + 1]);
}
