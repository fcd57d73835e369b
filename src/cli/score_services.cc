#include "cli/score_services.h"

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>

#include "base/file.h"
#include "base/utf8.h"
#include "model/remote_embedder.h"
#include "portfolio/costs.h"
#include "schema/document.h"

namespace groundwork::cli {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

constexpr int kVerdictTokens = 1024;  // one sentence and a grade; room for a model that thinks aloud first

/// The key in a variable that an option names. @errors kFailedPrecondition: it isn't set
Result<std::string> key_from(const std::string& variable, const char* option) {
  if (variable.empty()) return std::string();
  const char* value = std::getenv(variable.c_str());
  if (value != nullptr && *value != '\0') return std::string(value);
  return make_error(Code::kFailedPrecondition, std::string(option) + ": expected a key in the environment variable " +
                                                   base::clip(variable, 80) + ", which is not set");
}

/// One question to a model, with its own deadline. A model in this process is held to the form of a verdict; what an
/// endpoint says is read as strictly, and asked again by the judge itself, who counts what every try cost.
score::JudgeChat chat_of(model::ChatModel& model, bool holds_to_form, double timeout_seconds) {
  return [&model, holds_to_form, timeout_seconds](const score::JudgeRequest& asked) -> Result<score::JudgeAnswer> {
    model::ChatRequest request;
    for (const score::JudgeMessage& one : asked.messages) {
      const bool system = one.role == score::JudgeMessage::Role::kSystem;
      request.messages.push_back({system ? model::Role::kSystem : model::Role::kUser, one.content});
    }
    if (holds_to_form) request.schema = asked.form;
    request.seed = asked.seed;
    request.max_tokens = kVerdictTokens;
    request.cancel = interrupted();
    request.deadline = std::chrono::steady_clock::now() +
                       std::chrono::milliseconds(std::max<std::int64_t>(1, std::llround(timeout_seconds * 1000)));
    GW_TRY(const model::ChatAnswer answer, model.chat(request));
    if (answer.finish == model::FinishReason::kDeadline) {
      return make_error(Code::kDeadlineExceeded, "the judge did not finish in time");
    }
    if (answer.finish == model::FinishReason::kCancelled) return make_error(Code::kCancelled, "cancelled");
    return score::JudgeAnswer{answer.text, answer.usage.prompt_tokens, answer.usage.completion_tokens};
  };
}

/// Has a name, and is never asked.
class UnopenedEmbedder final : public model::Embedder {
 public:
  Result<std::vector<std::vector<float>>> embed(std::span<const std::string>) override {
    return make_error(Code::kFailedPrecondition, "no embedder was opened");
  }
  std::size_t dimensions() const override { return 1; }
  std::string name() const override { return "embedder"; }
};

}  // namespace

void add_service_options(CLI::App& command, ServiceFlags& flags) {
  const std::string group = "Models that metrics need";
  command
      .add_option("--embedder", flags.embedder,
                  "For metrics of meaning: a model that ./up fetched, its folder, or the URL of an OpenAI-compatible "
                  "endpoint, http://host:port/v1")
      ->group(group);
  command.add_option("--embedder-model", flags.embedder_model, "The endpoint's model")->group(group);
  command.add_option("--embedder-key-env", flags.embedder_key_env, "The variable that holds the endpoint's key")
      ->group(group);
  command
      .add_option("--judge", flags.judge,
                  "For judged metrics: the URL of an OpenAI-compatible endpoint, http://host:port/v1, or local:NAME")
      ->group(group);
  command.add_option("--judge-model", flags.judge_model, "The endpoint's model")->group(group);
  command.add_option("--judge-key-env", flags.judge_key_env, "The variable that holds the endpoint's key")
      ->group(group);
  command.add_option("--judge-timeout", flags.judge_timeout_seconds, "Seconds for one verdict (60)")
      ->check(CLI::PositiveNumber)
      ->group(group);
  command
      .add_option("--judge-price", flags.judge_price,
                  "IN,OUT: what a million tokens cost in USD (default: prices.yaml, where it has the model)")
      ->group(group);
  command
      .add_option("--calibration", flags.labels,
                  "JSON lines {case, \"prediction\", \"human\": grade}: Cohen's kappa of the judge and people is shown "
                  "beside its numbers, which are else marked uncalibrated")
      ->group(group);
}

json::object request_of(const ServiceFlags& flags) {
  json::object out;
  const ServiceFlags usual;
  const auto keep = [&](const char* key, const std::string& value, const std::string& fallback) {
    if (value != fallback) out[key] = value;
  };
  keep("embedder", flags.embedder, usual.embedder);
  keep("embedder_model", flags.embedder_model, "");
  keep("embedder_key_env", flags.embedder_key_env, "");
  keep("judge", flags.judge, "");
  keep("judge_model", flags.judge_model, "");
  keep("judge_key_env", flags.judge_key_env, "");
  keep("judge_price", flags.judge_price, "");
  keep("calibration", flags.labels, "");
  if (flags.judge_timeout_seconds != usual.judge_timeout_seconds) out["judge_timeout"] = flags.judge_timeout_seconds;
  return out;
}

ServiceFlags service_flags_of(const json::object& request) {
  ServiceFlags out;
  out.embedder = base::string_or(request, "embedder", out.embedder);
  out.embedder_model = base::string_or(request, "embedder_model");
  out.embedder_key_env = base::string_or(request, "embedder_key_env");
  out.judge = base::string_or(request, "judge");
  out.judge_model = base::string_or(request, "judge_model");
  out.judge_key_env = base::string_or(request, "judge_key_env");
  out.judge_price = base::string_or(request, "judge_price");
  out.labels = base::string_or(request, "calibration");
  out.judge_timeout_seconds = base::number_or(request, "judge_timeout", out.judge_timeout_seconds);
  return out;
}

Result<std::optional<measure::JudgePrice>> judge_price(const Context& context, const ServiceFlags& flags) {
  if (!flags.judge_price.empty()) {
    measure::JudgePrice out;
    const char* const begin = flags.judge_price.data();
    const char* const end = begin + flags.judge_price.size();
    const auto [comma, first] = std::from_chars(begin, end, out.input_per_million);
    const bool both = first == std::errc() && comma != end && *comma == ',';
    const auto [rest, second] = std::from_chars(both ? comma + 1 : end, end, out.output_per_million);
    if (!both || second != std::errc() || rest != end || out.input_per_million < 0 || out.output_per_million < 0) {
      return make_error(Code::kInvalidArgument,
                        "--judge-price: expected IN,OUT, such as 0.15,0.6, found '" + flags.judge_price + "'");
    }
    return std::optional(out);
  }
  if (flags.judge_model.empty()) return std::optional<measure::JudgePrice>();
  curriculum::PriceTable content;
  if (const auto folder = context.content_folder(); folder.ok()) {
    const std::filesystem::path file = *folder / "library" / "prices.yaml";
    const auto text = base::read_file(file);
    auto document = text.ok() ? schema::parse_yaml(*text, file.string()) : Result<schema::Document>(text.error());
    if (document.ok() && document->value.is_object()) content = curriculum::prices_from(document->value.get_object());
  }
  const auto table = portfolio::price_table(context.data_folder(), content);
  if (!table.ok()) return table.error();
  for (const curriculum::Price& one : table->models) {
    if (one.model != flags.judge_model) continue;
    return std::optional(measure::JudgePrice{one.input_per_million, one.output_per_million, table->currency});
  }
  return std::optional<measure::JudgePrice>();
}

Result<score::Services> ScoreServices::get(score::Need need) {
  static_cast<void>(interrupted());  // before the models' threads, which would take the signal otherwise
  score::Services out;
  if (need == score::Need::kEmbedder) {
    GW_CHECK_OK(open_embedder_once());
    out.embedder = embedder_.get();
  }
  if (need == score::Need::kJudge) {
    GW_CHECK_OK(open_judge_once());
    out.judge = chat_of(*judge_.model, !is_url(flags_.judge), flags_.judge_timeout_seconds);
    out.judge_name = judge_.model->name();
  }
  return out;
}

base::Status ScoreServices::open_embedder_once() {
  if (embedder_ != nullptr) return {};
  if (!is_url(flags_.embedder)) {
    auto any = open_any_embedder(*context_, flags_.embedder);
    if (!any.ok()) {
      return base::wrap(std::move(any).error(),
                        "a metric of meaning needs an embedder: --embedder NAME of a fetched model, or --embedder URL "
                        "--embedder-model NAME of an OpenAI-compatible endpoint");
    }
    embedder_ = std::move(any->embedder);
    return {};
  }
  model::RemoteEmbedderOptions options;
  options.endpoint.base_url = flags_.embedder;
  options.endpoint.model = flags_.embedder_model;
  if (options.endpoint.model.empty()) {
    return make_error(Code::kInvalidArgument, "expected the endpoint's model in --embedder-model, found nothing");
  }
  GW_TRY(options.endpoint.api_key, key_from(flags_.embedder_key_env, "--embedder-key-env"));
  constexpr std::chrono::seconds kDeadline{60};
  options.endpoint.deadlines.whole = kDeadline;
  GW_TRY(client_, http::Client::create());
  GW_TRY(embedder_, model::RemoteEmbedder::open(*client_, std::move(options)));
  return {};
}

base::Status ScoreServices::open_judge_once() {
  if (judge_.model != nullptr) return {};
  if (flags_.judge.empty()) {
    return make_error(Code::kFailedPrecondition,
                      "it needs a language model that judges: --judge URL --judge-model NAME of an OpenAI-compatible "
                      "endpoint (its key in the variable that --judge-key-env names), or --judge local:NAME of a "
                      "fetched model");
  }
  // The generator's own login goes to an endpoint for which none is given, and never half of it to another.
  EndpointLogin login = generator_login();
  login.model_from = "--judge-model or GROUNDWORK_GENERATOR_MODEL";
  if (!flags_.judge_model.empty()) login = {flags_.judge_model, "", "--judge-model"};
  if (!flags_.judge_key_env.empty()) {
    GW_TRY(login.api_key, key_from(flags_.judge_key_env, "--judge-key-env"));
  }
  auto opened = open_generator(*context_, flags_.judge, login);
  if (!opened.ok()) return base::wrap(std::move(opened).error(), "--judge");
  judge_ = *std::move(opened);
  return {};
}

measure::ServiceSource unopened_services() {
  return [](score::Need) -> Result<score::Services> {
    static UnopenedEmbedder embedder;
    score::Services out;
    out.embedder = &embedder;
    out.judge = [](const score::JudgeRequest&) -> Result<score::JudgeAnswer> {
      return make_error(Code::kFailedPrecondition, "no judge was opened");
    };
    out.judge_name = "judge";
    return out;
  };
}

}  // namespace groundwork::cli
