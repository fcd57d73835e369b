#pragma once

// What the eval commands have in common: suites and runs by name, printing.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "measure/run.h"
#include "measure/runner.h"
#include "measure/suite.h"

namespace groundwork::cli {

/// The folder of the suites that come with the program. @errors kNotFound
base::Result<std::filesystem::path> suites_folder(const Context& context);
/// A suite of that folder by its name, or of any folder that holds a suite.yaml.
/// @errors those of measure::load_suite; kNotFound with near names
/// @param services  of its metrics' models; outlives the suite
base::Result<measure::Suite> find_suite(const Context& context, const std::string& name,
                                        const measure::ServiceSource& services);
/// Names of the suites that eval can run, sorted.
std::vector<std::string> suite_names(const std::filesystem::path& folder);

/// @param out  of --out; empty: below the data folder
measure::RunStore run_store(const Context& context, const std::string& out);

/// How the command exits that measured this.
Exit exit_of(measure::Verdict verdict);

/// A run for people: verdict, metrics, what went wrong, what was left out.
std::string run_text(const measure::Run& run);
/// The same with --json.
base::json::object run_summary(const measure::Run& run);

/// "0.913 [0.87, 0.95]"
std::string value_text(const measure::MetricSummary& summary);

// The parts of `eval` that have a file of their own.
void add_eval_report_commands(CLI::App& eval, Context& context, Command& chosen);  // report compare export import
void add_eval_check_command(CLI::App& eval, Context& context, Command& chosen);    // check
void add_eval_gate_command(CLI::App& eval, Context& context, Command& chosen);     // gate

}  // namespace groundwork::cli
