#pragma once

// The models that metrics need: an embedder and a judge, opened when a metric asks for one. One place for their
// options.

#include <memory>
#include <optional>
#include <string>

#include "CLI/CLI.hpp"
#include "cli/generator.h"
#include "cli/search_tools.h"
#include "measure/metric.h"
#include "measure/runner.h"

namespace groundwork::cli {

struct ServiceFlags {
  std::string embedder = kEmbedderName;  ///< as for open_any_embedder, or the URL of an OpenAI-compatible endpoint
  std::string embedder_model;            ///< of an endpoint
  std::string embedder_key_env;
  std::string judge;  ///< as for open_generator; empty: none
  std::string judge_model;
  std::string judge_key_env;
  double judge_timeout_seconds = 60;  ///< for one verdict
  std::string judge_price;  ///< "IN,OUT" a million tokens; empty: that of the price table, if it has the model
  std::string labels;       ///< --calibration
};
void add_service_options(CLI::App& command, ServiceFlags& flags);

/// What a run keeps of them; keys stay in the environment.
base::json::object request_of(const ServiceFlags& flags);
ServiceFlags service_flags_of(const base::json::object& request);

/// What the judge's tokens cost, where that is known: the option, or the price table of the data folder or the content.
/// @errors kInvalidArgument: an option that isn't "IN,OUT"
base::Result<std::optional<measure::JudgePrice>> judge_price(const Context& context, const ServiceFlags& flags);

/// Opens each model once, when it is first needed. Outlives what it gives. Not thread-safe; what it gives is.
class ScoreServices {
 public:
  ScoreServices(const Context& context, ServiceFlags flags) : context_(&context), flags_(std::move(flags)) {}
  ScoreServices(const ScoreServices&) = delete;
  ScoreServices& operator=(const ScoreServices&) = delete;

  /// @errors kFailedPrecondition: none was configured, with how to; those of opening it
  base::Result<score::Services> get(score::Need need);
  /// The same as a function, which this outlives.
  measure::ServiceSource source() {
    return [this](score::Need need) { return get(need); };
  }

 private:
  base::Status open_embedder_once();
  base::Status open_judge_once();

  const Context* context_;
  ServiceFlags flags_;
  std::unique_ptr<http::Client> client_;  // before the embedder, which may use it
  std::unique_ptr<model::Embedder> embedder_;
  Generator judge_;
};

/// Models that are named and never asked: for saying what a suite measures.
measure::ServiceSource unopened_services();

}  // namespace groundwork::cli
