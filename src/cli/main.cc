#include <cstdio>
#include <exception>

#include "cli/commands.h"
#include "telemetry/log.h"

int main(int argc, char** argv) {
  using namespace groundwork;
  cli::Context context;
  cli::Command chosen;
  CLI::App app{"Groundwork: become a GenAI engineer, and prove it. You build, it measures."};
  app.name("groundwork");
  app.set_version_flag("--version", std::string(api::kVersion));
  app.require_subcommand(1);
  app.fallthrough();
  app.add_option("--data", context.data, "Folder of the ledger (default: ~/.local/share/groundwork)");
  app.add_option("--content", context.content, "Folder that holds library/ and labs/ (default: the program's)");
  app.add_option("--learner", context.learner, "Whose facts (default: me)")
      ->check(CLI::Validator(
          [](const std::string& name) {
            const bool good = !name.empty() && name.size() <= 64 &&
                              name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-") == std::string::npos &&
                              name[0] != '-' && name[0] != '_';
            return good ? "" : "expected up to 64 of a-z, 0-9, '_' and '-', found '" + name + "'";
          },
          "NAME"));
  app.add_flag("--json", context.json, "Print JSON");
  app.add_flag("--allow-weak-sandbox", context.allow_weak_sandbox,
               "Where namespaces are denied, accept weaker isolation for your own code");
  app.footer(
      "Examples:\n"
      "  groundwork next                     the one next thing to do, and why\n"
      "  groundwork lab start thread-safe-cache && cd thread-safe-cache && groundwork lab test\n"
      "  groundwork serve --port 8080        the web app\n"
      "Exit codes: 0 done; 1 checked and not passed; 2 wrong arguments; 3 not found; 4 not allowed now;\n"
      "  5 this machine does not allow it; 70 a defect; 130 cancelled");
  cli::add_progress_commands(app, context, chosen);
  cli::add_kpi_commands(app, context, chosen);
  cli::add_project_commands(app, context, chosen);
  cli::add_gate_commands(app, context, chosen);
  cli::add_quiz_commands(app, context, chosen);
  cli::add_lab_commands(app, context, chosen);
  cli::add_fact_commands(app, context, chosen);
  cli::add_content_commands(app, context, chosen);
  cli::add_text_commands(app, context, chosen);
  cli::add_search_commands(app, context, chosen);
  cli::add_ask_command(app, context, chosen);
  cli::add_score_command(app, context, chosen);
  cli::add_eval_commands(app, context, chosen);
  cli::add_chat_command(app, context, chosen);
  cli::add_model_commands(app, context, chosen);
  cli::add_bench_commands(app, context, chosen);
  cli::add_serve_command(app, context, chosen);
  cli::add_completion_command(app, context, chosen);
  telemetry::set_minimum_level(telemetry::Level::kWarning);
  try {
    app.parse(argc, argv);
    return static_cast<int>(chosen ? chosen() : cli::Exit::kUsage);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? 0 : static_cast<int>(cli::Exit::kUsage);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "groundwork: %s\n", error.what());
    return static_cast<int>(cli::Exit::kInternal);
  }
}
