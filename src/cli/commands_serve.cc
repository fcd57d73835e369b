#include <spawn.h>

#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "api/router.h"
#include "cli/commands.h"
#include "cli/generator.h"
#include "http/server.h"
#include "ledger/server_lock.h"
#include "telemetry/log.h"

extern char** environ;  // NOLINT(readability-redundant-declaration): not in every <unistd.h>

namespace groundwork::cli {
namespace {

struct ServeOptions {
  int port = 8080;
  bool open = false;
  std::string generator;
};

void open_browser(const std::string& url) {
  std::string program = "xdg-open";
  std::string address = url;
  char* argv[] = {program.data(), address.data(), nullptr};
  pid_t pid = 0;
  if (posix_spawnp(&pid, argv[0], nullptr, nullptr, argv, environ) != 0) {
    std::fprintf(stderr, "no browser could be opened; go to %s\n", url.c_str());
  }
}

Exit serve(Context& context, const ServeOptions& options) {
  const std::stop_token stop = interrupted();
  // The ledger first: it makes the folder, and says so when it cannot.
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  const auto lock = ledger::ServerLock::acquire(context.data_folder());
  if (!lock.ok()) return context.fail_unavailable(lock.error());
  const auto generator = open_generator(context, options.generator);
  if (!generator.ok()) return context.fail(generator.error());
  http::ServerOptions server_options;
  server_options.port = options.port;
  auto server = http::Server::bind(server_options, api::make_router(**platform, generator->model.get()));
  if (!server.ok()) return context.fail_unavailable(server.error());
  telemetry::set_minimum_level(telemetry::Level::kInfo);
  (*server)->start();
  const std::string url = "http://127.0.0.1:" + std::to_string((*server)->port());
  for (const schema::Problem& problem : (*platform)->library().problems()) {
    std::fprintf(stderr, "content: %s\n", problem.text().c_str());
  }
  if (context.json) {
    std::printf(
        "%s\n",
        base::json::serialize(base::json::object{{"url", url}, {"data", context.data_folder().string()}}).c_str());
  } else {
    std::printf("Groundwork is at %s (Ctrl-C stops it)\n", url.c_str());
    if (generator->model != nullptr) std::printf("Answers are worded by %s\n", generator->model->name().c_str());
  }
  std::fflush(stdout);
  if (options.open) open_browser(url);

  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock hold(mutex);
  stopped.wait(hold, stop, [] { return false; });
  (*server)->stop();
  return Exit::kOk;
}

}  // namespace

void add_serve_command(CLI::App& app, Context& context, Command& chosen) {
  auto options = std::make_shared<ServeOptions>();
  CLI::App* command = add_command(app, "serve", "The web app and its API, on this machine only",
                                  "  groundwork serve\n  groundwork --data ~/study serve --port 9000 --open");
  command->add_option("--port", options->port, "0 takes any free one (default: 8080)")->check(CLI::Range(0, 65535));
  command->add_option("--generator", options->generator, kGeneratorHelp)->envname("GROUNDWORK_GENERATOR");
  command->add_flag("--open", options->open, "Open it in the browser");
  command->callback([&, options] { chosen = [&, options] { return serve(context, *options); }; });
}

}  // namespace groundwork::cli
