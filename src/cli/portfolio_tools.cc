#include "cli/portfolio_tools.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <condition_variable>
#include <mutex>

#include "base/file.h"
#include "base/utf8.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): not in every <unistd.h>

namespace groundwork::cli {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::make_error;
using base::Result;
using std::chrono::milliseconds;

struct Ended {
  int code = 0;
  std::string out;
};

/// @param keep  which descriptor of the child is read: its standard output, or its standard error
Result<Ended> spawn(const std::vector<std::string>& words, int keep) {
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return base::errno_error(errno, "make a pipe");
  base::UniqueFd read_end(pipe_ends[0]);
  base::UniqueFd write_end(pipe_ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, write_end.get(), keep);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (keep == STDERR_FILENO) posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  std::vector<char*> arguments;
  std::vector<std::string> copies = words;
  for (std::string& word : copies) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int failed = posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return base::errno_error(failed, "start " + words[0]);
  write_end.reset();
  Ended ended;
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got = ::read(read_end.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    if (ended.out.size() < (std::size_t{64} << 20)) ended.out.append(buffer.data(), static_cast<std::size_t>(got));
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  ended.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return ended;
}

std::string chromium() {
  if (const char* set = std::getenv("GW_CHROMIUM"); set != nullptr && *set != 0) return set;
  const char* path = std::getenv("PATH");
  const std::string_view folders = path == nullptr ? "/usr/bin" : path;
  for (std::size_t at = 0; at <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', at), folders.size());
    for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
      const fs::path file = fs::path(folders.substr(at, end - at)) / name;
      if (access(file.c_str(), X_OK) == 0) return file;
    }
    at = end + 1;
  }
  return {};
}

}  // namespace

Result<milliseconds> duration_from(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const std::int64_t factor = unit == "ms"  ? 1
                              : unit == "s" ? 1000
                              : unit == "m" ? 60'000
                              : unit == "h" ? 3'600'000
                                            : 0;
  if (error != std::errc{} || factor == 0 || number <= 0 || number > 1'000'000'000 / factor) {
    return make_error(Code::kInvalidArgument, "expected a time such as 500ms, 5s, 10m or 2h, found '" + text + "'");
  }
  return milliseconds{number * factor};
}

portfolio::Fetch fetch_with(http::Client& client, milliseconds limit, std::stop_token stop) {
  return [&client, limit, stop](const std::string& url) {
    http::ClientRequest request;
    request.url = url;
    request.deadlines = {.connect = limit, .first_byte = limit, .silence = limit, .whole = limit};
    request.body_limit = std::size_t{4} << 20;
    request.stop = stop;
    return client.fetch_blocking(request);
  };
}

portfolio::Wait wait_for(std::stop_token stop) {
  return [stop](milliseconds time) {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock hold(mutex);
    changed.wait_for(hold, stop, time, [] { return false; });
    return !stop.stop_requested();
  };
}

Result<base::json::value> load_run(const Context& context, const std::string& name) {
  std::error_code error;
  const bool plain = name.find('/') == std::string::npos && name != "." && name != "..";
  const fs::path stored = context.data_folder() / "runs" / name / "run.json";
  fs::path file = name;
  if (fs::is_directory(file, error)) file /= "run.json";
  if (!fs::exists(file, error) && plain) file = stored;
  if (!fs::exists(file, error)) {
    return make_error(Code::kNotFound, "expected a run: a file, a folder with run.json, or an id below " +
                                           (context.data_folder() / "runs").string() + "; found no '" +
                                           base::clip(name, 120) + "'");
  }
  GW_TRY(const std::string text, base::read_file(file, std::size_t{64} << 20));
  auto value = base::parse_json(text, std::size_t{64} << 20);
  if (!value.ok()) return make_error(Code::kInvalidArgument, file.string() + ": " + value.error().message);
  return std::move(*value);
}

base::Status save_run(const Context& context, const base::json::object& run) {
  const fs::path folder = context.data_folder() / "runs" / base::string_or(run, "id");
  GW_CHECK_OK(base::create_folders(folder));
  return base::write_file_atomically(folder / "run.json", base::json::serialize(run) + "\n");
}

base::Status print_pdf(const std::string& html, const fs::path& pdf) {
  const std::string program = chromium();
  if (program.empty()) {
    return make_error(Code::kUnavailable,
                      "a PDF is printed by Chromium, and this machine has none: install chromium, name it with "
                      "GW_CHROMIUM, or take --format html and print that");
  }
  GW_TRY(const base::TemporaryFolder folder, base::TemporaryFolder::create("groundwork-pdf"));
  const fs::path page = folder.path() / "report.html";
  const fs::path printed = folder.path() / "report.pdf";
  GW_CHECK_OK(base::write_file_atomically(page, html));
  const std::vector<std::string> words = {program,
                                          "--headless",
                                          "--no-sandbox",
                                          "--disable-gpu",
                                          "--no-first-run",
                                          "--disable-background-networking",
                                          "--user-data-dir=" + (folder.path() / "profile").string(),
                                          "--no-pdf-header-footer",
                                          "--print-to-pdf=" + printed.string(),
                                          "file://" + page.string()};
  GW_TRY(const Ended ended, spawn(words, STDERR_FILENO));
  const auto bytes = base::read_file(printed);
  if (!bytes.ok() || !bytes->starts_with("%PDF-")) {
    return make_error(Code::kUnavailable, program + " ended with " + std::to_string(ended.code) +
                                              " and printed no PDF: " + base::clip(ended.out, 400));
  }
  return base::write_file_atomically(pdf, *bytes);
}

Result<std::string> run_self(const Context& context, const std::vector<std::string>& words) {
  std::error_code error;
  GW_TRY(const fs::path content, context.content_folder());
  std::vector<std::string> all = {fs::read_symlink("/proc/self/exe", error).string(),
                                  "--data",
                                  context.data_folder().string(),
                                  "--content",
                                  content.string(),
                                  "--learner",
                                  context.learner,
                                  "--json"};
  all.insert(all.end(), words.begin(), words.end());
  GW_TRY(Ended ended, spawn(all, STDOUT_FILENO));
  if (ended.code > 1) {
    return make_error(Code::kFailedPrecondition,
                      "'groundwork " + words[0] + " " + words[1] + "' ended with code " + std::to_string(ended.code));
  }
  return std::move(ended.out);
}

}  // namespace groundwork::cli
