#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "cli/context.h"
#include "http/client.h"
#include "portfolio/operations.h"
#include "portfolio/run_import.h"

namespace groundwork::cli {

/// "500ms", "5s", "10m", "2h". @errors kInvalidArgument
base::Result<std::chrono::milliseconds> duration_from(const std::string& text);

/// GETs with that client, each at most `limit` long and 4 MiB large.
portfolio::Fetch fetch_with(http::Client& client, std::chrono::milliseconds limit, std::stop_token stop);

/// Sleeps; false once the token says stop.
portfolio::Wait wait_for(std::stop_token stop);

/// A run's JSON: a file, a folder that holds run.json, or the id of a run below the data folder.
/// @errors kNotFound: says where it was looked for; kInvalidArgument: not JSON
base::Result<base::json::value> load_run(const Context& context, const std::string& name);
/// Keeps a run that this program made below runs/ of the data folder, where every run is.
base::Status save_run(const Context& context, const base::json::object& run);

/// Prints what became of a run. @return Exit::kNotPassed when a number was missed
Exit print_imported(Context& context, const portfolio::Imported& imported);

/// Prints a PDF of an HTML page by the Chromium of this machine (GW_CHROMIUM names another).
/// @errors kUnavailable: there is none, or it failed; says what it said
base::Status print_pdf(const std::string& html, const std::filesystem::path& pdf);

/// Runs this program with other words, its progress on our standard error. @return what it printed
/// @errors kUnavailable: it could not be started; kFailedPrecondition: it ended with another code than 0 or 1
base::Result<std::string> run_self(const Context& context, const std::vector<std::string>& words);

}  // namespace groundwork::cli
