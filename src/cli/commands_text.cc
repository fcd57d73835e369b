#include <algorithm>
#include <iostream>
#include <iterator>

#include "base/file.h"
#include "base/suggest.h"
#include "cli/commands.h"
#include "schema/suite.h"
#include "text/decode.h"
#include "text/token_report.h"

namespace groundwork::cli {
namespace {

namespace fs = std::filesystem;
using base::Code;
using base::make_error;

/// The tokeniser of a model: the name of a folder of models_folder(), a folder, or a tokenizer.json.
base::Result<text::WordPiece> load_tokenizer(const Context& context, const std::string& model) {
  std::error_code error;
  fs::path file = context.models_folder() / model / "tokenizer.json";
  if (fs::is_regular_file(model, error)) file = model;
  if (fs::is_regular_file(fs::path(model) / "tokenizer.json", error)) file = fs::path(model) / "tokenizer.json";
  if (!fs::is_regular_file(file, error)) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(context.models_folder(), error)) {
      if (entry.is_directory()) names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    std::string known;
    for (const std::string& name : names) known += (known.empty() ? "" : ", ") + name;
    return make_error(Code::kNotFound, "there is no model '" + model + "'" + base::did_you_mean(model, names) +
                                           "; expected a tokenizer.json, its folder, or one of: " +
                                           (known.empty() ? "none (./up fetches them)" : known));
  }
  GW_TRY(const std::string json, base::read_file(file, std::size_t{16} << 20));
  auto tokenizer = text::WordPiece::from_tokenizer_json(json);
  if (!tokenizer.ok()) return base::wrap(std::move(tokenizer).error(), file.string());
  return tokenizer;
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

Exit tokens(Context& context, const std::string& model, const std::string& file) {
  const auto tokenizer = load_tokenizer(context, model);
  if (!tokenizer.ok()) return context.fail(tokenizer.error());
  const auto text = read_text(file);
  if (!text.ok()) return context.fail(text.error());
  const text::TokenReport report = text::report_tokens(*tokenizer, *text);
  if (context.json) {
    context.print(to_json(report));
    return Exit::kOk;
  }
  std::printf("%zu tokens of %s: %zu words, %zu characters, %zu bytes\n", report.tokens, model.c_str(), report.words,
              report.characters, report.bytes);
  std::printf("%.2f tokens a word, %.2f characters a token, %zu unknown\n", report.tokens_per_word(),
              report.characters_per_token(), report.unknown);
  if (!report.broken.empty()) std::printf("\nwords that cost most:\n");
  for (const text::BrokenWord& word : report.broken) {
    std::string pieces;
    for (const std::string& piece : word.pieces) pieces += " " + piece;
    std::printf("%6zu x %s:%s\n", word.times, word.word.c_str(), pieces.c_str());
  }
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
  auto model = std::make_shared<std::string>("all-MiniLM-L6-v2");
  auto file = std::make_shared<std::string>();
  CLI::App* count = add_command(app, "tokens", "How many tokens a text has for a model, and which words cost most",
                                "  groundwork tokens --model all-MiniLM-L6-v2 notes.md\n"
                                "  git diff | groundwork tokens - --json");
  count->add_option("--model", *model, "A model that ./up fetched, a folder with a tokenizer.json, or such a file");
  count->add_option("FILE", *file, "What to read; - is standard input")->required();
  count->callback([&, model, file] { chosen = [&, model, file] { return tokens(context, *model, *file); }; });

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
