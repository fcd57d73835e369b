#pragma once

// cli: the groundwork command. In scope: options, printing, exit codes. Not in scope: anything that the API could not
// do as well.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "api/platform.h"
#include "base/result.h"

namespace groundwork::cli {

/// What scripts can rely on.
enum class Exit {
  kOk = 0,
  kNotPassed = 1,    ///< the command did its work, and what it checked did not pass
  kUsage = 2,        ///< wrong arguments
  kNotFound = 3,     ///< no such module, lab, file
  kNotNow = 4,       ///< the rules do not allow it now
  kUnavailable = 5,  ///< this machine or its state does not allow it: port in use, folder read-only, no sandbox
  kInternal = 70,
  kCancelled = 130,
};
Exit exit_of(base::Code code);

/// The global options, and what they open. Everything is opened when first used.
class Context {
 public:
  std::string data;     ///< empty: the user's data folder
  std::string content;  ///< empty: found from the program's place or the working folder
  std::string learner = "me";
  bool json = false;
  bool allow_weak_sandbox = false;

  /// The folder that holds library/ and labs/. @errors kNotFound
  base::Result<std::filesystem::path> content_folder() const;
  std::filesystem::path data_folder() const;
  /// For what can be made again: groundwork/ in the user's cache.
  std::filesystem::path cache_folder() const;
  /// Where ./up puts the models, a folder each: GW_MODELS, else models/ in the user's cache.
  std::filesystem::path models_folder() const;
  assess::LabEnvironment lab_environment() const;
  base::Result<api::Platform*> platform();

  /// Prints the value with --json.
  void print(const base::json::value& value) const;
  /// Prints an error as one sentence to standard error and gives its exit code.
  Exit fail(const base::Error& error) const;
  /// The same for what stands in the way of this machine: always Exit::kUnavailable.
  Exit fail_unavailable(const base::Error& error) const;

 private:
  std::unique_ptr<api::Platform> platform_;
};

/// A bar on standard error when that is a terminal; silent otherwise.
class ProgressBar {
 public:
  explicit ProgressBar(std::string what);
  ~ProgressBar();
  void show(std::size_t done, std::size_t total, const std::string& now);
  void clear();

 private:
  std::string what_;
  bool on_;
  bool shown_ = false;
};

/// Set once Ctrl-C was pressed; a second one ends the program.
std::stop_token interrupted();

}  // namespace groundwork::cli
