#include <cmath>
#include <iostream>

#include "cli/commands.h"
#include "model/tokenizers.h"
#include "schema/suite.h"
#include "text/budget.h"
#include "text/decode.h"
#include "text/token_diagnosis.h"

namespace groundwork::cli {
namespace {

namespace fs = std::filesystem;

/// The tokeniser of a model: a path, or the name of a folder of models_folder().
base::Result<std::shared_ptr<const text::Tokenizer>> load_tokenizer(const Context& context, const std::string& model) {
  return model::has_tokenizer(model) ? model::open_tokenizer_at(model)
                                     : model::open_tokenizer(context.models_folder(), model);
}

base::Result<std::string> read_text(const std::string& file) {
  if (file != "-") {
    GW_TRY(text::Decoded decoded, text::decode_file(file));
    return std::move(decoded.text);
  }
  std::string bytes;
  char block[1 << 16];
  while (bytes.size() <= text::kLargestDocument && (std::cin.read(block, sizeof block), std::cin.gcount() > 0)) {
    bytes.append(block, static_cast<std::size_t>(std::cin.gcount()));
  }
  GW_TRY(text::Decoded decoded, text::decode(bytes));
  return std::move(decoded.text);
}

struct TokenArguments {
  std::string model = "all-MiniLM-L6-v2";
  std::string file;
  std::size_t limit = 0;  ///< as the model has it
  text::Budget budget{.context_window = 0, .answer_tokens = 500, .passage_tokens = 200, .max_passages = 6};
  double price_in = 0;  ///< dollars a million tokens
  double price_out = 0;
};

text::MicroDollars micro_dollars(double dollars) { return {std::llround(dollars * 1e6)}; }

base::Result<base::json::object> budget_json(const TokenArguments& arguments, const text::Plan& plan) {
  base::json::object out{{"passages", plan.passages},
                         {"context_tokens", plan.context_tokens},
                         {"input_tokens", plan.input_tokens},
                         {"answer_room", plan.answer_room}};
  GW_TRY(const text::MicroDollars cost,
         text::cost({plan.input_tokens, 0, arguments.budget.answer_tokens},
                    {micro_dollars(arguments.price_in), {0}, micro_dollars(arguments.price_out)}));
  out["cost_micro_dollars"] = cost.value;
  return out;
}

void print_budget(const base::json::object& budget, std::int64_t window) {
  const auto number = [&](const char* key) { return static_cast<long long>(base::int_or(budget, key, 0)); };
  std::printf(
      "\nof a window of %lld tokens: %lld passages fit, %lld tokens; %lld go in, %lld are left for the answer\n",
      static_cast<long long>(window), number("passages"), number("context_tokens"), number("input_tokens"),
      number("answer_room"));
  if (number("cost_micro_dollars") > 0) {
    std::printf("a request costs at most $%.6f\n", static_cast<double>(number("cost_micro_dollars")) / 1e6);
  }
}

void print_tokens(const text::TokenDiagnosis& diagnosis, const std::string& model) {
  const text::TokenReport& report = diagnosis.report;
  std::printf("%zu tokens of %s: %zu words, %zu characters, %zu bytes\n", report.tokens, model.c_str(), report.words,
              report.characters, report.bytes);
  std::printf("%.2f tokens a word, %.2f characters a token, %zu unknown\n", report.tokens_per_word(),
              report.characters_per_token(), report.unknown);
  for (const text::TokenFinding& finding : diagnosis.findings) {
    std::printf("%s %s\n", loses(finding.kind) ? "lost:" : "cost:", finding.message.c_str());
  }
  if (!report.broken.empty()) std::printf("\nwords that cost most:\n");
  for (const text::BrokenWord& word : report.broken) {
    std::string pieces;
    for (const std::string& piece : word.pieces) pieces += " " + piece;
    std::printf("%6zu x %s:%s\n", word.times, word.word.c_str(), pieces.c_str());
  }
}

Exit tokens(Context& context, const TokenArguments& arguments) {
  const auto tokenizer = load_tokenizer(context, arguments.model);
  if (!tokenizer.ok()) return context.fail(tokenizer.error());
  const auto text = read_text(arguments.file);
  if (!text.ok()) return context.fail(text.error());
  const text::TokenDiagnosis diagnosis = text::diagnose_tokens(**tokenizer, *text, arguments.limit);
  base::json::object out = to_json(diagnosis);
  text::Budget budget = arguments.budget;
  if (budget.context_window > 0) {
    budget.prompt_tokens = static_cast<std::int64_t>(diagnosis.report.tokens);
    const auto plan = text::plan(budget);
    if (!plan.ok()) return context.fail(plan.error());
    auto planned = budget_json(arguments, *plan);
    if (!planned.ok()) return context.fail(planned.error());
    out["budget"] = *std::move(planned);
  }
  if (context.json) {
    context.print(out);
    return Exit::kOk;
  }
  print_tokens(diagnosis, arguments.model);
  if (const auto* planned = out.if_contains("budget")) print_budget(planned->as_object(), budget.context_window);
  return Exit::kOk;
}

Exit check_schemas(Context& context, const std::string& folder, bool optional) {
  const auto report = schema::run_suite(folder, optional ? schema::OptionalTests::kRun : schema::OptionalTests::kSkip);
  if (!report.ok()) return context.fail(report.error());
  if (context.json) {
    context.print(to_json(*report));
  } else {
    for (const schema::SuiteFailure& one : report->failures) {
      std::printf("%s: %s: %s: expected %s, got %s\n", one.file.c_str(), one.group.c_str(), one.test.c_str(),
                  one.expected.c_str(), one.got.c_str());
    }
    std::printf("%zu passed, %zu failed\n", report->passed, report->failed);
    if (optional) std::printf("optional: %zu passed, %zu failed\n", report->optional_passed, report->optional_failed);
  }
  return report->failed == 0 ? Exit::kOk : Exit::kNotPassed;
}

}  // namespace

void add_text_commands(CLI::App& app, Context& context, Command& chosen) {
  auto arguments = std::make_shared<TokenArguments>();
  CLI::App* count = add_command(
      app, "tokens", "How many tokens a text has, which words cost most, what a model doesn't get, what fits a budget",
      "  groundwork tokens notes.md\n"
      "  groundwork tokens --model SmolLM2-135M-Instruct notes.md\n"
      "  git diff | groundwork tokens - --json\n"
      "  groundwork tokens prompt.txt --context 8192 --answer 800 --passages 10 --price-in 0.15 --price-out 0.60");
  count->add_option("--model", arguments->model,
                    "A model that ./up fetched, a tokenizer.json of WordPiece, a GGUF file, or a folder with one");
  count
      ->add_option("--limit", arguments->limit,
                   "Tokens that the model reads at most, its special ones included; as the model says without it")
      ->check(CLI::Range(2, 1 << 30));
  count->add_option("--context", arguments->budget.context_window,
                    "Plan a request whose prompt is FILE: the model's window");
  count->add_option("--answer", arguments->budget.answer_tokens, "With --context: tokens kept free for the answer");
  count->add_option("--passages", arguments->budget.max_passages, "With --context: passages that retrieval gives");
  count->add_option("--passage", arguments->budget.passage_tokens, "With --context: tokens of one passage");
  const auto price = CLI::Range(0.0, 1e6);
  count->add_option("--price-in", arguments->price_in, "With --context: dollars for a million input tokens")
      ->check(price);
  count->add_option("--price-out", arguments->price_out, "With --context: dollars for a million output tokens")
      ->check(price);
  count->add_option("FILE", arguments->file, "What to read; - is standard input")->required();
  count->callback([&, arguments] { chosen = [&, arguments] { return tokens(context, *arguments); }; });

  auto suite = std::make_shared<std::string>();
  auto optional = std::make_shared<bool>(false);
  CLI::App* schemas = add_command(app, "schema", "JSON Schema 2020-12, as everything here is checked by", "");
  schemas->require_subcommand(1);
  CLI::App* check = add_command(*schemas, "check", "Run the official test suite of JSON Schema against the validator",
                                "  groundwork schema check --suite JSON-Schema-Test-Suite --json");
  check->add_option("--suite", *suite, "The suite's folder: tests/draft2020-12 and remotes")->required();
  check->add_flag("--optional", *optional, "Its optional tests too; they are counted apart");
  check->callback(
      [&, suite, optional] { chosen = [&, suite, optional] { return check_schemas(context, *suite, *optional); }; });
}

}  // namespace groundwork::cli
