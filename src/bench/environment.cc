#include "bench/environment.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace groundwork::bench {
namespace {

// /proc's files have no size, so base::read_file isn't for them.
std::string proc_text(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

Environment this_environment() {
  Environment environment;
  environment.cores = std::thread::hardware_concurrency();
  const std::string cpu = proc_text("/proc/cpuinfo");
  if (const std::size_t at = cpu.find("model name"); at != std::string::npos) {
    const std::size_t from = cpu.find(": ", at);
    if (from != std::string::npos) environment.cpu = cpu.substr(from + 2, cpu.find('\n', from) - from - 2);
  }
  utsname names{};
  if (uname(&names) == 0) environment.kernel = std::string(names.sysname) + " " + names.release;
  double load[1] = {0};
  if (getloadavg(load, 1) == 1) environment.load_before = load[0];
  return environment;
}

base::Result<ProcessUse> process_use(int pid) {
  const std::string folder = "/proc/" + std::to_string(pid);
  const std::string stat = proc_text(folder + "/stat");
  // The name in brackets may hold anything, so fields are counted from its end; utime and stime are the 14th and 15th.
  const std::size_t bracket = stat.rfind(')');
  if (bracket == std::string::npos) {
    return base::make_error(base::Code::kNotFound, "no process with the id " + std::to_string(pid));
  }
  std::istringstream fields(stat.substr(bracket + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  ProcessUse use;
  use.cpu_seconds = (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  std::istringstream memory(proc_text(folder + "/statm"));
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  memory >> size >> resident;
  use.resident_bytes = resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  return use;
}

}  // namespace groundwork::bench
