// `lab test` against bare pytest on the same files, by turns in the same run: see README.md.

#include <spawn.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "assess/lab_runner.h"
#include "base/file.h"
#include "base/source_dir.h"
#include "curriculum/load.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): not in every <unistd.h>

namespace {

using groundwork::assess::LabEnvironment;
using groundwork::assess::LabMode;
using groundwork::assess::LabVariant;
using groundwork::curriculum::Lab;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

constexpr double kBar = 1.25;

struct Options {
  fs::path root = groundwork::base::source_dir();
  std::string python;
  int rounds = 11;
  std::vector<std::string> labs;
};

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "lab_feedback: %s\n", why.c_str());
  std::exit(2);
}

Options options_of(int argc, char** argv) {
  Options out;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--python" && i + 1 < argc) {
      out.python = argv[++i];
    } else if (word == "--rounds" && i + 1 < argc) {
      out.rounds = std::max(1, std::atoi(argv[++i]));
    } else if (word.starts_with("--")) {
      fail("expected --python PYTHON [--rounds N] [LAB ...], found " + word);
    } else {
      out.labs.push_back(word);
    }
  }
  if (out.python.empty()) fail("--python is missing: the interpreter of a virtual environment that has pytest");
  return out;
}

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// The lab's files as a learner has them: code and tests in one folder.
groundwork::base::TemporaryFolder laid_out(const Lab& lab) {
  auto folder = groundwork::base::TemporaryFolder::create("lab-feedback");
  if (!folder.ok()) fail(folder.error().message);
  const auto write = [&](const fs::path& place, const std::map<std::string, std::string>& files) {
    if (!groundwork::base::create_folders(place).ok()) fail("cannot create " + place.string());
    for (const auto& [name, text] : files) {
      if (!groundwork::base::write_file_atomically(place / name, text).ok()) fail("cannot write " + name);
    }
  };
  write(folder->path(), lab.solution);
  write(folder->path(), lab.support);
  write(folder->path() / "tests", lab.tests);
  return std::move(folder).value();
}

/// @return milliseconds of `python -m pytest` on the folder, which must pass
double bare_pytest(const std::string& python, const fs::path& folder) {
  // "-m pytest" puts the current folder on the path, as a learner relies on; the warning is for the unregistered mark.
  std::vector<std::string> words = {
      python, "-m", "pytest", "-q", "--rootdir", folder.string(), "-W", "ignore", (folder / "tests").string()};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", 1 /* O_WRONLY */, 0);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  const auto start = Clock::now();
  pid_t pid = 0;
  if (posix_spawn(&pid, python.c_str(), &actions, nullptr, argv.data(), environ) != 0) fail("cannot start " + python);
  int status = 0;
  waitpid(pid, &status, 0);
  const double ms = ms_since(start);
  posix_spawn_file_actions_destroy(&actions);
  if (status != 0) fail("bare pytest does not pass in " + folder.string());
  return ms;
}

double lab_test(const Lab& lab, const LabEnvironment& environment) {
  const auto start = Clock::now();
  const auto result =
      groundwork::assess::run_lab(lab, lab.solution, LabMode::kTest, LabVariant::kStandard, environment);
  const double ms = ms_since(start);
  if (!result.ok()) fail(result.error().message);
  if (!result->passed()) fail(lab.id + " does not pass: " + result->message);
  return ms;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = options_of(argc, argv);
  LabEnvironment environment;
  environment.harness = options.root / "labs" / "_harness";
  const auto site = groundwork::assess::site_packages_of(options.python);
  if (!site.ok()) fail(site.error().message);
  environment.site = *site;
  const auto loaded = groundwork::curriculum::load(options.root);

  double bare_sum = 0;
  double ours_sum = 0;
  std::printf("%-32s %10s %10s %7s\n", "lab", "pytest ms", "lab ms", "ratio");
  for (const auto& [id, lab] : loaded.curriculum.labs) {
    const bool wanted =
        options.labs.empty() || std::find(options.labs.begin(), options.labs.end(), id) != options.labs.end();
    if (!wanted) continue;
    const auto folder = laid_out(lab);
    static_cast<void>(bare_pytest(options.python, folder.path()));  // both once for warm files
    static_cast<void>(lab_test(lab, environment));
    std::vector<double> bare;
    std::vector<double> ours;
    for (int round = 0; round < options.rounds; ++round) {
      bare.push_back(bare_pytest(options.python, folder.path()));
      ours.push_back(lab_test(lab, environment));
    }
    bare_sum += median(bare);
    ours_sum += median(ours);
    std::printf("%-32s %10.1f %10.1f %7.3f\n", lab.id.c_str(), median(bare), median(ours), median(ours) / median(bare));
    std::fflush(stdout);
  }
  if (bare_sum == 0) fail("no such lab");
  std::printf("%-32s %10.1f %10.1f %7.3f\n", "all", bare_sum, ours_sum, ours_sum / bare_sum);
  return ours_sum / bare_sum <= kBar ? 0 : 1;
}
