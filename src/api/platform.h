#pragma once

// api: the platform's JSON API (OpenAPI 3.1) and the front-end's files. In scope: turning requests into calls of the
// rooms below and their values into the documented JSON. Not in scope: rules of any kind.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "assess/attempt.h"
#include "assess/runs.h"
#include "assess/study.h"
#include "curriculum/library.h"
#include "http/router.h"
#include "ledger/ledger.h"

namespace groundwork::api {

/// What the program is: shown in /api/v1/session and by --version.
constexpr std::string_view kVersion = "0.1.0";

struct PlatformOptions {
  std::filesystem::path content;  ///< the folder that holds library/ and labs/
  std::filesystem::path data;     ///< the ledger's folder
  assess::LabEnvironment labs;
  std::filesystem::path models;  ///< the folder that holds the models, a folder each
  std::filesystem::path cache;   ///< for what can be made again
};

/// The rooms put together: what `serve` serves and the commands use directly. Thread-safe.
class Platform {
 public:
  /// @errors what Library::open and Ledger::open say
  static base::Result<std::unique_ptr<Platform>> open(PlatformOptions options);

  curriculum::Library& library() { return *library_; }
  ledger::Ledger& ledger() { return *ledger_; }
  assess::Study& study() { return *study_; }
  assess::Quizzes& quizzes() { return *quizzes_; }
  assess::Runs& runs() { return *runs_; }
  const PlatformOptions& options() const { return options_; }

 private:
  explicit Platform(PlatformOptions options) : options_(std::move(options)) {}

  PlatformOptions options_;
  base::SystemClock clock_;
  std::unique_ptr<curriculum::Library> library_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<assess::Study> study_;
  std::unique_ptr<assess::Quizzes> quizzes_;
  std::unique_ptr<assess::Runs> runs_;
};

/// Every path of openapi.yaml and the front-end. The platform must outlive the router.
http::Router make_router(Platform& platform);

/// The OpenAPI document as JSON.
const base::json::object& openapi();

}  // namespace groundwork::api
