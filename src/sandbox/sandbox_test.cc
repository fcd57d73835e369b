// Each attack is a small Python program that tries it and prints what it achieved; the tests show what came of it.

#include "sandbox/sandbox.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "base/source_dir.h"

namespace groundwork::sandbox {
namespace {

class Sandbox : public testing::Test {
 protected:
  void SetUp() override {
    if (probe().level != Isolation::kFull) GTEST_SKIP() << "no full isolation here: " << probe().explanation;
  }

  static Job python(const std::string& program) {
    Job job;
    job.argv = {"/usr/bin/python3", "-I", "-c", program};
    job.limits.wall = std::chrono::seconds(10);
    return job;
  }
  static Report run_job(const Job& job) {
    auto report = run(job);
    EXPECT_TRUE(report.ok()) << report.error().message;
    return report.ok() ? std::move(report).value() : Report{};
  }
  static Report run_python(const std::string& program) { return run_job(python(program)); }
  /// What a try of `expression` printed: "contained" when it raised, else what it gave.
  static std::string attempt(const std::string& setup, const std::string& expression) {
    const Report report =
        run_python(setup + "\ntry:\n    print('got', " + expression +
                   ")\nexcept BaseException as error:\n    print('contained', type(error).__name__)\n");
    return report.out;
  }
  static void expect_contained(const std::string& setup, const std::string& expression) {
    const std::string out = attempt(setup, expression);
    EXPECT_EQ(out.rfind("contained", 0), 0U) << expression << ": " << out;
  }
};

TEST_F(Sandbox, RunsAProgramAndGivesItsOutput) {
  Job job;
  job.argv = {"/bin/sh", "-c", "echo out; echo err >&2; cat; exit 3"};
  job.stdin_text = "in";
  const Report report = run_job(job);
  EXPECT_EQ(report.out, "out\nin");
  EXPECT_EQ(report.err, "err\n");
  EXPECT_EQ(report.exit_code, 3);
}

TEST_F(Sandbox, GivesTheJobItsFilesReadOnly) {
  Job job = python("print(open('/gw/code/a.py').read()); open('/gw/code/a.py', 'w')");
  job.files["/gw/code/a.py"] = "hello";
  const Report report = run_job(job);
  EXPECT_EQ(report.out, "hello\n");
  EXPECT_NE(report.exit_code, 0);
}

TEST_F(Sandbox, AForkBombEndsAtTheLimitOfProcesses) {
  const Report report = run_python(
      "import os\ncount = 0\nwhile count < 5000:\n    try:\n        if os.fork() == 0:\n            import time; "
      "time.sleep(60)\n"
      "        count += 1\n    except OSError:\n        break\nprint(count)");
  EXPECT_LT(std::atoi(report.out.c_str()), 40) << report.out << report.err;
  EXPECT_LT(report.wall.count(), 9000);
}

TEST_F(Sandbox, AMemoryBombIsKilledAndSaysSo) {
  Job job = python("data = []\nwhile True: data.append(bytearray(1 << 20))");
  job.limits.memory_bytes = std::int64_t{128} << 20;
  const Report report = run_job(job);
  EXPECT_TRUE(report.outcome == Outcome::kOutOfMemory || report.err.find("MemoryError") != std::string::npos)
      << to_string(report.outcome) << report.err;
  EXPECT_LT(report.peak_memory_bytes, std::int64_t{200} << 20);
}

TEST_F(Sandbox, SeveralProcessesEachUnderTheLimitAreBoundedTogether) {
  Job job = python(
      "import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n        data = bytearray(60 << 20)\n        for i "
      "in range(0, "
      "len(data), 4096): data[i] = 1\n        time.sleep(5)\n        os._exit(0)\nbad = 0\nfor _ in range(6):\n    bad "
      "+= os.wait()[1] != "
      "0\nprint('killed', bad)\nraise SystemExit(bad > 0)");
  job.limits.memory_bytes = std::int64_t{128} << 20;
  const Report report = run_job(job);
  EXPECT_TRUE(report.out_of_memory) << report.out << report.err;
  EXPECT_EQ(report.outcome, Outcome::kOutOfMemory);
  EXPECT_NE(report.explanation.find("128 MB"), std::string::npos);
}

TEST_F(Sandbox, ADiskFillerFindsTheEndOfItsTmp) {
  Job job = python(
      "import os\ntotal = 0\ntry:\n    for n in range(100):\n        with open(f'/tmp/f{n}', 'wb') as file:\n          "
      "  for _ in range(10): "
      "total += file.write(b'x' * (1 << 20))\nexcept OSError as error:\n    print('contained', "
      "error.errno)\nprint(total >> 20)");
  job.limits.disk_bytes = std::int64_t{32} << 20;
  const Report report = run_job(job);
  EXPECT_EQ(report.out.rfind("contained", 0), 0U) << report.out << report.err;
}

TEST_F(Sandbox, AnEndlessLoopIsCutByProcessorTime) {
  Job job = python("while True: pass");
  job.limits.cpu = std::chrono::seconds(1);
  const Report report = run_job(job);
  EXPECT_EQ(report.outcome, Outcome::kCpuTime) << report.err;
  EXPECT_NE(report.explanation.find("1 s of processor time"), std::string::npos);
}

TEST_F(Sandbox, AnEndlessSleepIsCutByTheWallClock) {
  Job job = python("import time; time.sleep(60)");
  job.limits.wall = std::chrono::milliseconds(500);
  const Report report = run_job(job);
  EXPECT_EQ(report.outcome, Outcome::kWallTime);
  EXPECT_LT(report.wall.count(), 2000);
}

TEST_F(Sandbox, EndlessOutputIsCut) {
  Job job = python("while True: print('x' * 1000)");
  job.limits.output_bytes = 64 << 10;
  const Report report = run_job(job);
  EXPECT_EQ(report.outcome, Outcome::kOutputLimit);
  EXPECT_LE(report.out.size(), 64U << 10);
  EXPECT_TRUE(report.truncated);
}

TEST_F(Sandbox, NoNetworkNeitherLoopbackNorOutside) {
  const base::UniqueFd listener(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string port = std::to_string(ntohs(address.sin_port));
  for (const std::string host : {"127.0.0.1", "1.1.1.1", "::1"}) {
    expect_contained("import socket", "socket.create_connection(('" + host + "', " + port + "), 2)");
  }
  expect_contained("import socket", "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)");
  expect_contained("import socket", "socket.socket(40, socket.SOCK_STREAM)");  // AF_VSOCK: the machine's host
}

TEST_F(Sandbox, NothingOfTheMachineIsThereToRead) {
  const auto folder = base::TemporaryFolder::create("gw-secret").value();
  const std::string ledger = (folder.path() / "ledger.db").string();
  ASSERT_TRUE(base::write_file_atomically(ledger, "facts").ok());
  for (const std::string& path :
       {ledger, std::string("/etc/shadow"), std::string("/root"), std::string("/home"), std::string(base::source_dir()),
        std::string("/var/log"), std::string("/sys"), std::string("/run"), std::string("/proc/1/root/etc/shadow")}) {
    expect_contained("import os", "os.stat('" + path + "') and os.listdir('" + path + "')");
  }
}

TEST_F(Sandbox, NothingButTmpCanBeWritten) {
  for (const char* path :
       {"/x", "/usr/x", "/etc/passwd", "/gw/x", "/dev/x", "/dev/shm/x", "/proc/sys/kernel/hostname"}) {
    expect_contained("", std::string("open('") + path + "', 'w')");
  }
  EXPECT_EQ(attempt("", "open('/tmp/x', 'w').write('y')"), "got 1\n");
}

TEST_F(Sandbox, LinksLeadNowhereElse) {
  Job job = python(
      "import os\nos.symlink('/etc/shadow', '/tmp/s')\ntry:\n    print('got', open('/tmp/s').read())\nexcept "
      "OSError:\n    "
      "print('contained')\ntry:\n    os.link('/gw/code/a.py', '/tmp/h'); open('/tmp/h', 'w').write('changed'); "
      "print('got')\n"
      "except OSError:\n    print('contained')\n");
  job.files["/gw/code/a.py"] = "x";
  EXPECT_EQ(run_job(job).out, "contained\ncontained\n");
}

TEST_F(Sandbox, TheParentIsOutOfReach) {
  const std::string parent = std::to_string(getpid());
  expect_contained("import os, signal", "os.kill(" + parent + ", signal.SIGKILL)");
  expect_contained("import os, signal",
                   "os.kill(os.getppid(), signal.SIGKILL) or open('/proc/1/mem', 'rb').read(1) and 1/0");
  expect_contained("import ctypes", "1 / (ctypes.CDLL(None).ptrace(16, 1, 0, 0) == 0)");
  EXPECT_EQ(attempt("import os", "sorted(int(p) for p in os.listdir('/proc') if p.isdigit())[0]"), "got 1\n");
}

TEST_F(Sandbox, BackgroundProcessesDoNotOutliveTheJob) {
  const std::string marker = "groundwork-left-behind-" + std::to_string(getpid());
  const auto is_running = [&] {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
      std::ifstream file(entry.path() / "cmdline");
      std::string line;
      if (std::getline(file, line, '\0') && line == marker) return true;
    }
    return false;
  };
  const std::string program =
      "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        "
      "os.execv('/usr/bin/python3', ['" +
      marker + "', '-c', 'import time; time.sleep(60)'])\n    os._exit(0)\ntime.sleep(1)\nprint('started')";
  std::atomic<bool> seen{false};
  std::jthread watch([&](const std::stop_token& stop) {
    while (!stop.stop_requested() && !seen) seen = is_running();
  });
  EXPECT_EQ(run_python(program).out, "started\n");
  watch.request_stop();
  watch.join();
  EXPECT_TRUE(seen) << "the test must see it while the job runs, or it proves nothing";
  // The kernel takes down what is left of a pid namespace after its first process has reported the end, not before.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  bool left = is_running();
  while (left && std::chrono::steady_clock::now() < deadline) left = is_running();
  EXPECT_FALSE(left);
}

TEST_F(Sandbox, TheServersEnvironmentIsNotInProc) {
  ASSERT_EQ(setenv("GW_TEST_SECRET", "hunter2", 1), 0);
  const Report report = run_python(
      "import os\nfor p in os.listdir('/proc'):\n    if p.isdigit():\n        try: "
      "print(open(f'/proc/{p}/environ').read())\n        "
      "except OSError as error: print(error.errno)\nprint(dict(os.environ))");
  EXPECT_EQ(report.out.find("hunter2"), std::string::npos);
  EXPECT_NE(report.out.find("{"), std::string::npos) << report.err;
  EXPECT_EQ(report.out.find(base::source_dir()), std::string::npos);
}

TEST_F(Sandbox, NoBpfNoIoUringNoMountsNoNestedNamespaces) {
  const std::string setup =
      "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\ndef call(*a):\n    r = libc.syscall(*a)\n    if r < 0: "
      "raise "
      "OSError(ctypes.get_errno(), 'denied')\n    return r\n";
#if defined(__x86_64__)
  expect_contained(setup, "call(321, 5, 0, 0)");                                         // bpf
  expect_contained(setup, "call(425, 8, ctypes.create_string_buffer(120))");             // io_uring_setup
  expect_contained(setup, "call(165, b'none', b'/tmp', b'tmpfs', 0, 0)");                // mount
  expect_contained(setup, "call(272, 0x10000000)");                                      // unshare(CLONE_NEWUSER)
  expect_contained(setup, "call(56, 0x10000000 | 17, 0, 0, 0, 0)");                      // clone(CLONE_NEWUSER)
  expect_contained(setup, "call(435, ctypes.create_string_buffer(88), 88)");             // clone3
  expect_contained(setup, "call(310, 1, 0, 0, 0, 0, 0)");                                // process_vm_readv
  expect_contained(setup, "call(298, ctypes.create_string_buffer(112), 0, -1, -1, 0)");  // perf_event_open
  expect_contained(setup, "call(250, 0, 0)");                                            // keyctl
  expect_contained(setup, "call(323, 0)");                                               // userfaultfd
#endif
  expect_contained("import os", "os.setuid(0)");
  expect_contained("import os", "os.chroot('/tmp')");
}

TEST_F(Sandbox, NoPrivilegeIsLeftOrCanBeGained) {
  const Report report = run_python("print(open('/proc/self/status').read())");
  EXPECT_NE(report.out.find("CapEff:\t0000000000000000"), std::string::npos) << report.out;
  EXPECT_NE(report.out.find("NoNewPrivs:\t1"), std::string::npos);
  EXPECT_NE(report.out.find("Seccomp:\t2"), std::string::npos);
  if (geteuid() == 0) {
    EXPECT_EQ(report.out.find("Uid:\t0"), std::string::npos);
  }
}

TEST_F(Sandbox, DescriptorsOfTheServerAreClosed) {
  const base::UniqueFd leaked(dup(0));
  EXPECT_EQ(run_python("import os\nprint(sorted(int(f) for f in os.listdir('/proc/self/fd'))[:4])").out,
            "[0, 1, 2, 3]\n");
}

TEST_F(Sandbox, ADescriptorThatTheJobNamesReachesIt) {
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  const base::UniqueFd reader(fds[0]);
  base::UniqueFd writer(fds[1]);
  Job job = python("import os; os.write(5, b'hello')");
  job.fds = {{writer.get(), 5}};
  EXPECT_EQ(run_job(job).exit_code, 0);
  char buffer[16] = {};
  EXPECT_EQ(read(reader.get(), buffer, sizeof buffer), 5);
  EXPECT_STREQ(buffer, "hello");
}

TEST_F(Sandbox, ARunIsCancelled) {
  std::stop_source stop;
  std::jthread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    stop.request_stop();
  });
  const auto report = run(python("import time; time.sleep(60)"), Weaker::kRefuse, stop.get_token());
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->outcome, Outcome::kCancelled);
}

TEST_F(Sandbox, ManyJailsRunAtOnceWithoutDisturbingEachOther) {
  std::vector<std::jthread> threads;
  std::atomic<int> right{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 3; ++n) {
        const auto report = run(python("print(" + std::to_string(i) + ")"));
        const bool good = report.ok() && report->out == std::to_string(i) + "\n";
        right += good ? 1 : 0;
        if (!good)
          ADD_FAILURE() << (report.ok() ? report->err + std::string(to_string(report->outcome))
                                        : report.error().message);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 24);
}

TEST_F(Sandbox, AJobThatCannotStartIsAnErrorOfTheSandboxAndNotOfTheLearner) {
  Job job;
  job.argv = {"/no/such/program"};
  EXPECT_EQ(run(job).error().code, base::Code::kUnavailable);
}

/// Run as an ordinary user with GW_SANDBOX_NO_NAMESPACES=1 (tests/weak_sandbox does): what is left without namespaces.
class WeakSandbox : public testing::Test {
 protected:
  void SetUp() override {
    if (probe().level != Isolation::kReduced) GTEST_SKIP() << "this machine has full isolation, or is run by root";
  }
  static std::string attempt(const std::string& setup, const std::string& expression) {
    Job job;
    job.argv = {"/usr/bin/python3", "-I", "-c",
                setup + "\ntry:\n    print('got', " + expression +
                    ")\nexcept BaseException as error:\n    print('contained')\n"};
    job.files["/gw/code/a.py"] = "x";
    const auto report = run(job, Weaker::kAccept);
    return report.ok() ? report->out : report.error().message;
  }
};

TEST_F(WeakSandbox, IsRefusedUnlessItIsAskedFor) {
  Job job;
  job.argv = {"/usr/bin/true"};
  EXPECT_EQ(run(job).error().code, base::Code::kFailedPrecondition);
  EXPECT_NE(run(job).error().message.find("--allow-weak-sandbox"), std::string::npos);
  EXPECT_TRUE(run(job, Weaker::kAccept).ok());
}

TEST_F(WeakSandbox, StillHidesFilesDeniesTheNetworkAndProtectsOtherProcesses) {
  EXPECT_EQ(attempt("import os", "os.listdir('/home')"), "contained\n");
  EXPECT_EQ(attempt("", "open('/etc/passwd').read()"), "contained\n");
  EXPECT_EQ(attempt("import os", "open(os.path.expanduser('~/x'), 'w')"), "contained\n");
  EXPECT_EQ(attempt("import socket", "socket.socket(socket.AF_INET)"), "contained\n");
  EXPECT_EQ(attempt("import socket", "socket.socket(socket.AF_UNIX).connect('/run/dbus/system_bus_socket')"),
            "contained\n");
  EXPECT_EQ(attempt("import os", "os.kill(" + std::to_string(getpid()) + ", 9)"), "contained\n");
  EXPECT_EQ(attempt("import os, tempfile", "len(open(tempfile.mkstemp()[1], 'w').name) > 0"), "got True\n");
}

}  // namespace
}  // namespace groundwork::sandbox
