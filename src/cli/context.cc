#include "cli/context.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "assess/lab_runner.h"
#include "telemetry/log.h"

namespace groundwork::cli {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool holds_content(const fs::path& folder) {
  std::error_code error;
  return fs::is_directory(folder / "library" / "modules", error);
}

void pretty(const base::json::value& value, std::string& out, int depth) {
  const std::string indent(static_cast<std::size_t>(2 * depth), ' ');
  const auto nested = [&](char open, char close, const auto& container, const auto& each) {
    if (container.empty()) {
      out += open;
      out += close;
      return;
    }
    out += open;
    bool first = true;
    for (const auto& entry : container) {
      out += (first ? "\n" : ",\n") + indent + "  ";
      first = false;
      each(entry);
    }
    out += "\n" + indent + close;
  };
  if (value.is_object()) {
    nested('{', '}', value.get_object(), [&](const auto& entry) {
      out += base::json::serialize(base::json::string(entry.key())) + ": ";
      pretty(entry.value(), out, depth + 1);
    });
  } else if (value.is_array()) {
    nested('[', ']', value.get_array(), [&](const auto& entry) { pretty(entry, out, depth + 1); });
  } else {
    out += base::json::serialize(value);
  }
}

}  // namespace

Exit exit_of(base::Code code) {
  switch (code) {
    case base::Code::kInvalidArgument:
    case base::Code::kOutOfRange:
      return Exit::kUsage;
    case base::Code::kNotFound:
      return Exit::kNotFound;
    case base::Code::kFailedPrecondition:
    case base::Code::kAlreadyExists:
    case base::Code::kAborted:
      return Exit::kNotNow;
    case base::Code::kCancelled:
      return Exit::kCancelled;
    case base::Code::kPermissionDenied:
    case base::Code::kUnauthenticated:
    case base::Code::kResourceExhausted:
    case base::Code::kDeadlineExceeded:
    case base::Code::kUnimplemented:
    case base::Code::kUnavailable:
    case base::Code::kDataLoss:
      return Exit::kUnavailable;
    case base::Code::kUnset:
    case base::Code::kInternal:
      break;
  }
  return Exit::kInternal;
}

base::Result<fs::path> Context::content_folder() const {
  if (!content.empty()) {
    if (holds_content(content)) return fs::path(content);
    return base::make_error(base::Code::kNotFound,
                            "expected library/modules below '" + content + "' (--content), found none");
  }
  std::error_code error;
  for (const fs::path& start : {fs::read_symlink("/proc/self/exe", error).parent_path(), fs::current_path(error)}) {
    for (fs::path folder = start; !folder.empty(); folder = folder.parent_path()) {
      if (holds_content(folder)) return folder;
      if (folder == folder.root_path()) break;
    }
  }
  return base::make_error(base::Code::kNotFound,
                          "expected a folder with library/modules beside the program or above this folder, found none; "
                          "name it with --content DIR");
}

fs::path Context::data_folder() const {
  if (!data.empty()) return data;
  if (const std::string set = environment("GROUNDWORK_DATA_DIR"); !set.empty()) return set;
  if (const std::string xdg = environment("XDG_DATA_HOME"); !xdg.empty()) return fs::path(xdg) / "groundwork";
  return fs::path(environment("HOME")) / ".local/share/groundwork";
}

fs::path Context::cache_folder() const {
  const std::string xdg = environment("XDG_CACHE_HOME");
  return (xdg.empty() ? fs::path(environment("HOME")) / ".cache" : fs::path(xdg)) / "groundwork";
}

fs::path Context::models_folder() const {
  const std::string set = environment("GW_MODELS");
  return set.empty() ? cache_folder() / "models" : fs::path(set);
}

assess::LabEnvironment Context::lab_environment() const {
  assess::LabEnvironment out;
  if (const auto folder = content_folder(); folder.ok()) out.harness = *folder / "labs" / "_harness";
  out.weaker = allow_weak_sandbox ? sandbox::Weaker::kAccept : sandbox::Weaker::kRefuse;
  // GW_PYTHON, else the environment that ./up made in the cache.
  std::vector<fs::path> pythons;
  if (const std::string set = environment("GW_PYTHON"); !set.empty()) pythons.emplace_back(set);
  std::error_code error;
  std::vector<fs::path> made;
  for (const auto& entry : fs::directory_iterator(cache_folder(), error)) {
    const bool complete = fs::exists(entry.path() / ".complete", error);
    if (complete && entry.path().filename().string().starts_with("python-"))
      made.push_back(entry.path() / "bin/python");
  }
  std::sort(made.begin(), made.end(), [](const fs::path& a, const fs::path& b) {
    std::error_code ignored;
    return fs::last_write_time(a.parent_path(), ignored) > fs::last_write_time(b.parent_path(), ignored);
  });
  pythons.insert(pythons.end(), made.begin(), made.end());
  pythons.emplace_back("/usr/bin/python3");
  for (const fs::path& python : pythons) {
    if (const auto site = assess::site_packages_of(python); site.ok()) {
      out.site = *site;
      break;
    }
  }
  return out;
}

base::Result<api::Platform*> Context::platform() {
  if (!platform_) {
    GW_TRY(const fs::path folder, content_folder());
    GW_TRY(platform_, api::Platform::open({.content = folder,
                                           .data = data_folder(),
                                           .labs = lab_environment(),
                                           .models = models_folder(),
                                           .cache = cache_folder()}));
  }
  return platform_.get();
}

void Context::print(const base::json::value& value) const {
  std::string out;
  pretty(value, out, 0);
  std::printf("%s\n", out.c_str());
}

Exit Context::fail(const base::Error& error) const {
  if (json) {
    std::string out;
    pretty(base::json::object{{"error", error.chain()}, {"code", to_string(error.code)}}, out, 0);
    std::printf("%s\n", out.c_str());
  }
  std::fprintf(stderr, "groundwork: %s\n", error.chain().c_str());
  return exit_of(error.code);
}

Exit Context::fail_unavailable(const base::Error& error) const {
  static_cast<void>(fail(error));
  return Exit::kUnavailable;
}

ProgressBar::ProgressBar(std::string what) : what_(std::move(what)), on_(isatty(STDERR_FILENO) != 0) {}

ProgressBar::~ProgressBar() { clear(); }

void ProgressBar::clear() {
  if (shown_) std::fprintf(stderr, "\r\033[K");
  shown_ = false;
}

void ProgressBar::show(std::size_t done, std::size_t total, const std::string& now) {
  if (!on_ || total == 0) return;
  shown_ = true;
  constexpr std::size_t kWidth = 24;
  const std::size_t filled = std::min(kWidth, kWidth * done / total);
  const std::string bar = std::string(filled, '#') + std::string(kWidth - filled, '.');
  std::fprintf(stderr, "\r\033[K%s [%s] %zu/%zu %s", what_.c_str(), bar.c_str(), done, total,
               now.substr(0, 40).c_str());
}

std::stop_token interrupted() {
  // A thread of its own takes the signal, so that nothing has to be async-signal-safe.
  static std::stop_source source;
  static const bool once = [] {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread([signals] {
      int number = 0;
      sigwait(&signals, &number);
      source.request_stop();
      sigwait(&signals, &number);
      std::_Exit(static_cast<int>(Exit::kCancelled));
    }).detach();
    return true;
  }();
  (void)once;
  return source.get_token();
}

}  // namespace groundwork::cli
