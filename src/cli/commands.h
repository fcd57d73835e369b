#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "cli/context.h"

namespace groundwork::cli {

/// The command that was chosen; run after the arguments were parsed.
using Command = std::function<Exit()>;

// Each adds its commands to `app`, and puts the chosen one into `chosen`.
void add_progress_commands(CLI::App& app, Context& context, Command& chosen);   // next status plan module
void add_kpi_commands(CLI::App& app, Context& context, Command& chosen);        // kpi
void add_project_commands(CLI::App& app, Context& context, Command& chosen);    // project
void add_gate_commands(CLI::App& app, Context& context, Command& chosen);       // gate report review
void add_quiz_commands(CLI::App& app, Context& context, Command& chosen);       // quiz
void add_lab_commands(CLI::App& app, Context& context, Command& chosen);        // lab
void add_fact_commands(CLI::App& app, Context& context, Command& chosen);       // facts backup
void add_content_commands(CLI::App& app, Context& context, Command& chosen);    // content
void add_text_commands(CLI::App& app, Context& context, Command& chosen);       // tokens schema
void add_search_commands(CLI::App& app, Context& context, Command& chosen);     // search
void add_compare_commands(CLI::App& app, Context& context, Command& chosen);    // search compare tune duplicates
void add_ask_command(CLI::App& app, Context& context, Command& chosen);         // ask
void add_score_command(CLI::App& app, Context& context, Command& chosen);       // score
void add_eval_commands(CLI::App& app, Context& context, Command& chosen);       // eval
void add_chat_command(CLI::App& app, Context& context, Command& chosen);        // chat
void add_model_commands(CLI::App& app, Context& context, Command& chosen);      // model
void add_bench_commands(CLI::App& app, Context& context, Command& chosen);      // bench
void add_serve_command(CLI::App& app, Context& context, Command& chosen);       // serve
void add_completion_command(CLI::App& app, Context& context, Command& chosen);  // completion

/// A subcommand with a description and examples that --help shows.
CLI::App* add_command(CLI::App& parent, const std::string& name, const std::string& description,
                      const std::string& examples);

}  // namespace groundwork::cli
