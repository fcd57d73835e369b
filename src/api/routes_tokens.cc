#include <map>
#include <mutex>

#include "api/request.h"
#include "api/routes.h"
#include "model/tokenizers.h"
#include "text/budget.h"
#include "text/token_diagnosis.h"

namespace groundwork::api {
namespace {

namespace json = base::json;
using base::Code;
using base::Result;
using http::Request;
using http::Response;

constexpr const char* kDefaultModel = "all-MiniLM-L6-v2";
constexpr std::size_t kMostPieces = 5000;

/// The tokenisers of the models folder, each read when it is first asked for and kept. Thread-safe.
class Tokenizers {
 public:
  explicit Tokenizers(std::filesystem::path models) : models_(std::move(models)) {}

  const std::filesystem::path& models() const { return models_; }

  Result<std::shared_ptr<const text::Tokenizer>> get(const std::string& name) {
    const std::scoped_lock lock(mutex_);
    auto& kept = kept_[name];
    if (kept == nullptr) {
      auto opened = model::open_tokenizer(models_, name);
      if (!opened.ok()) {
        kept_.erase(name);
        return std::move(opened).error();
      }
      kept = *std::move(opened);
    }
    return std::shared_ptr<const text::Tokenizer>(kept);
  }

 private:
  std::filesystem::path models_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const text::Tokenizer>> kept_;
};

json::array pieces_json(const text::Tokenizer& tokenizer, std::string_view text,
                        const text::TokenDiagnosis& diagnosis) {
  const auto unknown = tokenizer.traits().unknown;
  json::array pieces;
  for (std::size_t i = 0; i < std::min(diagnosis.tokens.size(), kMostPieces); ++i) {
    const text::Token& token = diagnosis.tokens[i];
    pieces.push_back(json::object{{"token", tokenizer.piece(token.id)},
                                  {"id", token.id},
                                  {"begin", token.source.begin},
                                  {"end", token.source.end},
                                  {"continues", tokenizer.continues(text, token)},
                                  {"unknown", unknown && token.id == *unknown},
                                  {"cut", i >= diagnosis.kept}});
  }
  return pieces;
}

Result<Response> count_tokens(Tokenizers& tokenizers, const Request& request) {
  GW_TRY(const json::object body, body_of(request, "postTokens"));
  const std::string model = base::string_or(body, "model", kDefaultModel);
  GW_TRY(const auto tokenizer, tokenizers.get(model));
  const std::string given = base::string_or(body, "text");
  const text::TokenDiagnosis diagnosis = text::diagnose_tokens(*tokenizer, given);
  json::object out = to_json(diagnosis);
  out["model"] = model;
  out["models"] = json::value_from(model::tokenizer_names(tokenizers.models()));
  out["pieces"] = pieces_json(*tokenizer, given, diagnosis);
  return http::json_response(std::move(out));
}

Result<Response> plan_budget(const Request& request) {
  GW_TRY(const json::object body, body_of(request, "postTokenBudget"));
  const text::Budget budget{.context_window = base::int_or(body, "context_window", 0),
                            .prompt_tokens = base::int_or(body, "prompt_tokens", 0),
                            .answer_tokens = base::int_or(body, "answer_tokens", 0),
                            .passage_tokens = base::int_or(body, "passage_tokens", 1),
                            .max_passages = base::int_or(body, "max_passages", 0)};
  auto plan = text::plan(budget);
  // A budget that is well written and can't be kept.
  if (!plan.ok() && plan.error().code == Code::kOutOfRange) {
    base::Error error = std::move(plan).error();
    error.code = Code::kFailedPrecondition;
    return error;
  }
  if (!plan.ok()) return std::move(plan).error();
  json::object out{{"passages", plan->passages},
                   {"context_tokens", plan->context_tokens},
                   {"input_tokens", plan->input_tokens},
                   {"answer_room", plan->answer_room},
                   {"free_tokens", plan->answer_room - budget.answer_tokens}};
  if (const json::value* given = body.if_contains("prices")) {
    const json::object& prices = given->as_object();
    const std::int64_t cached = std::min(base::int_or(body, "cached_tokens", 0), plan->input_tokens);
    const std::int64_t input = base::int_or(prices, "input", 0);
    GW_TRY(const text::MicroDollars cost,
           text::cost({plan->input_tokens, cached, budget.answer_tokens},
                      {{input}, {base::int_or(prices, "cached_input", input)}, {base::int_or(prices, "output", 0)}}));
    out["cost_micro_dollars"] = cost.value;
  }
  return http::json_response(std::move(out));
}

}  // namespace

void add_token_routes(http::Router& router, Platform& platform) {
  using http::RunOn;
  auto tokenizers = std::make_shared<Tokenizers>(platform.options().models);
  router.add({"POST", "/api/v1/tokens", RunOn::kWorkers, std::size_t{1} << 20,
              answering([tokenizers](const Request& request, const std::string&) {
                return count_tokens(*tokenizers, request);
              })});
  router.add({"POST", "/api/v1/token-budget", RunOn::kIoThread, 4096,
              answering([](const Request& request, const std::string&) { return plan_budget(request); })});
}

}  // namespace groundwork::api
