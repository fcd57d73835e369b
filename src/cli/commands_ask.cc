#include <sstream>

#include "assess/being_graded.h"
#include "base/file.h"
#include "cli/commands.h"
#include "cli/generator.h"
#include "cli/search_tools.h"
#include "tutor/library_index.h"
#include "tutor/tutor.h"

namespace groundwork::cli {
namespace {

struct AskOptions {
  std::string question;
  std::string batch;
  std::string index;
  std::vector<std::string> filters;
  std::string generator;
  std::size_t sentences = 4;
};

/// What is asked.
struct Asked {
  OpenIndex open;
  std::shared_ptr<const tutor::TextVectors> vectors;  ///< nullptr: of one's own documents there are none
};

/// The index of the library, brought up to date.
base::Result<Asked> library_index(Context& context) {
  GW_TRY(const std::filesystem::path root, context.content_folder());
  GW_TRY(const auto library, curriculum::Library::open(root));
  Asked asked;
  GW_TRY(auto embedder, open_embedder(context));
  ProgressBar bar("indexing the library");
  GW_TRY(const std::filesystem::path folder,
         tutor::ensure_library_index(
             context.cache_folder(), root, *library->current(), *embedder,
             [&](std::size_t done, std::size_t total) { bar.show(done, total, "passages"); }, interrupted()));
  bar.clear();
  GW_TRY(asked.open.index, search::Index::open(folder));
  ProgressBar reading("reading the library");
  auto vectors = tutor::ensure_text_vectors(
      folder, *asked.open.index->snapshot(), *embedder,
      [&](std::size_t done, std::size_t total) { reading.show(done, total, "sentences"); }, interrupted());
  reading.clear();
  // A folder that can't be written to makes answers slower, and no worse.
  if (vectors.ok()) asked.vectors = *std::move(vectors);
  if (!vectors.ok() && vectors.error().code == base::Code::kCancelled) return std::move(vectors).error();
  asked.open.embedder = std::move(embedder);
  return asked;
}

base::Result<Asked> own_index(const Context& context, const std::string& path) {
  Asked asked;
  GW_TRY(asked.open, open_index(context, path));
  if (asked.open.embedder != nullptr) return asked;
  return base::make_error(base::Code::kFailedPrecondition,
                          "the index has no vectors, which answering needs; index again without --lexical-only");
}

void print(const tutor::Answer& answer) {
  std::printf("%s\n", answer.text().c_str());
  if (!answer.citations.empty()) std::printf("\n");
  for (const tutor::Citation& one : answer.citations) {
    const std::string place = one.path.empty() ? one.id
                                               : one.path + ", bytes " + std::to_string(one.in_document.begin) + "-" +
                                                     std::to_string(one.in_document.end);
    std::printf("[%d] %s (%s; %s)\n", one.number, one.title.c_str(), place.c_str(),
                std::string(tutor::to_string(one.verdict)).c_str());
  }
  if (answer.generator && !answer.generator->used) {
    std::printf("\nThese are the documents' own sentences: %s.\n", answer.generator->note.c_str());
  }
  if (!answer.abstained) return;
  for (const tutor::NearPassage& one : answer.passages)
    std::printf("  - %s (%s)\n", one.title.c_str(), one.path.c_str());
}

base::Result<tutor::Question> question_of(const AskOptions& options) {
  tutor::Question question;
  question.text = options.question;
  question.sentences = options.sentences;
  question.cancel = interrupted();
  GW_TRY(question.filter, filter_of(options.filters));
  if (options.index.empty()) {
    const search::Filter library = tutor::quotable();
    question.filter.conditions.insert(question.filter.conditions.end(), library.conditions.begin(),
                                      library.conditions.end());
  }
  return question;
}

/// What the learner is being graded on; nothing where no learner has left anything yet.
base::Result<std::vector<std::string>> graded_prompts(Context& context) {
  std::error_code error;
  if (!std::filesystem::exists(context.data_folder(), error)) return std::vector<std::string>();
  GW_TRY(api::Platform* const platform, context.platform());
  return assess::being_graded(platform->study(), platform->quizzes(), context.learner);
}

Exit ask_one(Context& context, const tutor::Tutor& tutor, const tutor::Question& question) {
  const auto answer = tutor.ask(question);
  if (!answer.ok()) return context.fail(answer.error());
  if (context.json) {
    context.print(tutor::to_json(*answer));
  } else {
    print(*answer);
  }
  return Exit::kOk;
}

/// A question on each line of the file, as JSON; an answer or an error on each line of the output, as JSON. What is
/// wrong with one line doesn't keep the others from being answered.
Exit ask_batch(Context& context, const tutor::Tutor& tutor, tutor::Question question, const std::string& file) {
  const auto text = base::read_file(file);
  if (!text.ok()) return context.fail(text.error());
  Exit exit = Exit::kOk;
  std::istringstream lines(*text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line) && !interrupted().stop_requested();) {
    ++number;
    const auto answer = [&]() -> base::Result<tutor::Answer> {
      GW_TRY(const base::json::value value, base::parse_json(line));
      if (!value.is_object()) return base::make_error(base::Code::kInvalidArgument, "expected an object");
      GW_TRY(question.text, base::get_string(value.get_object(), "question", ""));
      return tutor.ask(question);
    }();
    if (!answer.ok()) exit = Exit::kNotPassed;
    std::printf("%s\n", base::json::serialize(
                            answer.ok() ? tutor::to_json(*answer)
                                        : base::json::object{{"line", number}, {"error", answer.error().text()}})
                            .c_str());
  }
  return exit;
}

Exit ask(Context& context, const AskOptions& options) {
  if (options.question.empty() == options.batch.empty()) {
    return context.fail(base::make_error(base::Code::kInvalidArgument, "expected a question or --batch FILE"));
  }
  const auto asked = options.index.empty() ? library_index(context) : own_index(context, options.index);
  if (!asked.ok()) return context.fail(asked.error());
  auto question = question_of(options);
  if (!question.ok()) return context.fail(question.error());
  if (options.index.empty()) {
    auto prompts = graded_prompts(context);
    if (!prompts.ok()) return context.fail(prompts.error());
    question->graded = *std::move(prompts);
  }
  const auto generator = open_generator(context, options.generator);
  if (!generator.ok()) return context.fail(generator.error());
  const tutor::Tutor tutor(asked->open.index->snapshot(), *asked->open.embedder, generator->model.get(),
                           asked->vectors);
  return options.batch.empty() ? ask_one(context, tutor, *question)
                               : ask_batch(context, tutor, *std::move(question), options.batch);
}

}  // namespace

void add_ask_command(CLI::App& app, Context& context, Command& chosen) {
  const auto options = std::make_shared<AskOptions>();
  CLI::App* command =
      add_command(app, "ask", "An answer from the library, or from your own documents, with its sources",
                  "  groundwork ask \"why is a dict lookup constant time?\"\n"
                  "  groundwork ingest notes --index notes.index && groundwork ask --index notes.index \"...\"");
  command->add_option("--index", options->index, "An index of your own documents; none: the library");
  command->add_option("--filter", options->filters, "key=value, key!=value, key=a|b, key>=1; all must hold")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_option("--sentences", options->sentences, "At most so many in the answer");
  command->add_option("--generator", options->generator, kGeneratorHelp)->envname("GROUNDWORK_GENERATOR");
  command->add_option("--batch", options->batch,
                      "A file with {\"question\": ...} on each line; answers come as JSON, one a line");
  command->add_option("QUESTION", options->question);
  command->callback([&, options] { chosen = [&, options] { return ask(context, *options); }; });
}

}  // namespace groundwork::cli
