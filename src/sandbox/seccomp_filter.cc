#include "sandbox/seccomp_filter.h"

#include <linux/sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <memory>
#include <type_traits>
#include <vector>

#include "base/file.h"

namespace groundwork::sandbox {
namespace {

constexpr const char* kDenied[] = {"acct",
                                   "add_key",
                                   "bpf",
                                   "chroot",
                                   "clock_adjtime",
                                   "clock_settime",
                                   "delete_module",
                                   "fanotify_init",
                                   "finit_module",
                                   "fsconfig",
                                   "fsmount",
                                   "fsopen",
                                   "fspick",
                                   "init_module",
                                   "ioperm",
                                   "iopl",
                                   "io_uring_enter",
                                   "io_uring_register",
                                   "io_uring_setup",
                                   "kcmp",
                                   "kexec_file_load",
                                   "kexec_load",
                                   "keyctl",
                                   "lookup_dcookie",
                                   "mount",
                                   "mount_setattr",
                                   "move_mount",
                                   "move_pages",
                                   "name_to_handle_at",
                                   "nfsservctl",
                                   "open_by_handle_at",
                                   "open_tree",
                                   "perf_event_open",
                                   "personality",
                                   "pidfd_getfd",
                                   "pivot_root",
                                   "process_madvise",
                                   "process_vm_readv",
                                   "process_vm_writev",
                                   "ptrace",
                                   "quotactl",
                                   "quotactl_fd",
                                   "reboot",
                                   "request_key",
                                   "setdomainname",
                                   "sethostname",
                                   "setns",
                                   "settimeofday",
                                   "stime",
                                   "swapoff",
                                   "swapon",
                                   "syslog",
                                   "umount",
                                   "umount2",
                                   "unshare",
                                   "userfaultfd",
                                   "uselib",
                                   "vhangup",
                                   "vmsplice"};

constexpr const char* kDeniedToLone[] = {
    "kill",   "tkill",  "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal", "connect",
    "sendto", "shmget", "msgget", "semget"};

using Context = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, decltype(&seccomp_release)>;

/// A condition on a call's argument; what libseccomp's SCMP_A0 builds with a compound literal, which C++ has not.
scmp_arg_cmp argument(unsigned index, scmp_compare compare, std::uint64_t a, std::uint64_t b = 0) {
  return {index, compare, a, b};
}

base::Error failed(int status, const char* what) {
  return base::errno_error(-status, std::string("seccomp filter: ") + what);
}

}  // namespace

base::Result<std::string> seccomp_program(bool lone) {
  const Context context(seccomp_init(SCMP_ACT_ALLOW), &seccomp_release);
  if (!context) return base::make_error(base::Code::kInternal, "seccomp filter: out of memory");
  // Calls of another architecture (32-bit, x32) end the process: their numbers mean other things.
  int status = seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  if (status != 0) return failed(status, "architecture");
  std::vector<const char*> denied(std::begin(kDenied), std::end(kDenied));
  if (lone) denied.insert(denied.end(), std::begin(kDeniedToLone), std::end(kDeniedToLone));
  for (const char* name : denied) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) continue;  // not on this architecture, or unknown to this libseccomp
    status = seccomp_rule_add(context.get(), SCMP_ACT_ERRNO(EPERM), number, 0);
    if (status != 0) return failed(status, name);
  }
  // clone3 takes its flags in memory, where a filter cannot look; ENOSYS makes the C library use clone.
  status = seccomp_rule_add(context.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  if (status != 0) return failed(status, "clone3");
  for (const std::uint64_t flag :
       {std::uint64_t{CLONE_NEWUSER}, std::uint64_t{CLONE_NEWNS}, std::uint64_t{CLONE_NEWPID},
        std::uint64_t{CLONE_NEWNET}, std::uint64_t{CLONE_NEWIPC}, std::uint64_t{CLONE_NEWUTS},
        std::uint64_t{CLONE_NEWCGROUP}}) {
    status = seccomp_rule_add(context.get(), SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                              argument(0, SCMP_CMP_MASKED_EQ, flag, flag));
    if (status != 0) return failed(status, "clone");
  }
  for (const int call : {SCMP_SYS(socket), SCMP_SYS(socketpair)}) {
    status = seccomp_rule_add(context.get(), SCMP_ACT_ERRNO(EACCES), call, 1, argument(0, SCMP_CMP_NE, AF_UNIX));
    if (status != 0) return failed(status, "socket");
  }
  // TIOCSTI puts characters into the terminal that the server was started from.
  status = seccomp_rule_add(context.get(), SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
                            argument(1, SCMP_CMP_MASKED_EQ, 0xFFFFFFFFU, 0x5412));
  if (status != 0) return failed(status, "ioctl");

  const base::UniqueFd file(memfd_create("seccomp", MFD_CLOEXEC));
  if (!file.valid()) return base::errno_error(errno, "memfd_create");
  status = seccomp_export_bpf(context.get(), file.get());
  if (status != 0) return failed(status, "export");
  const off_t size = lseek(file.get(), 0, SEEK_END);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  if (pread(file.get(), bytes.data(), bytes.size(), 0) != size) return base::errno_error(errno, "seccomp filter");
  return bytes;
}

}  // namespace groundwork::sandbox
